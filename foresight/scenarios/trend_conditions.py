"""Conditions on trends: whether one holds, how often it held before, and how long one would wait for it.

Shares and counts are read week by week: the condition has to hold in so many whole weeks in a row, begun after it was
adopted and over at the cut-off, and the first such run of weeks counts, whenever one looks. Stories, sources and growth
are read as the latest run measured them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from foresight.i18n import Texts
from foresight.i18n.formatting import format_number, format_percent
from foresight.model.decisions import TrendView
from foresight.model.documents import Document
from foresight.model.errors import NothingPublished, OffScale, UsageError
from foresight.model.scenarios import Citation
from foresight.model.workshop import ThresholdDirection, TrendCondition, TrendMeasure
from foresight.queries.snapshot_cache import SnapshotCache, SnapshotStamp
from foresight.scenarios.state_likelihoods import band_share, projection_band
from foresight.store.ledger import Ledger
from foresight.store.reader import ArchiveReader

WEEKLY = (TrendMeasure.SHARE, TrendMeasure.COUNT)
WEEK = timedelta(weeks=1)
PROJECTION_WEEKS = (4, 8, 12)
# A chance below it is no reason to give a waiting time in weeks.
LEAST_CHANCE = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionReading:
    """What a condition shows in a trend.

    Attributes:
        value: the measure over the weeks that hold, else as it is now; None where it is not measured.
        holds: whether the condition has been met.
        until: the moment after the last week that was needed, None where it does not hold or is not weekly.
        weeks: how many weeks in a row it holds at the end.
    """

    value: float | None
    holds: bool
    until: datetime | None = None
    weeks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingTime:
    """How long one would wait, in weeks; None where there is nothing to go by.

    Attributes:
        chances: (weeks ahead, chance that the projection fulfils the condition then).
        by_projection: 1 / h with the hazard h per week that gives the last of these chances.
        by_history: weeks of the past series per time it came to hold in them.
        past_alarms: how often it came to hold in the past; past_weeks: over how many weeks.
    """

    chances: tuple[tuple[int, float], ...]
    by_projection: float | None
    by_history: float | None
    past_alarms: int
    past_weeks: int


def meets_threshold(condition: TrendCondition, value: float) -> bool:
    """Whether a value lies on the side of the threshold that the condition asks for."""
    return (
        value >= condition.threshold
        if condition.direction is ThresholdDirection.ABOVE
        else value <= condition.threshold
    )


def read_condition(condition: TrendCondition, view: TrendView, *, since: datetime | None = None) -> ConditionReading:
    """What a condition shows in a published trend.

    Args:
        condition: on this trend.
        view: as the run published it.
        since: weeks that begin before it do not count; None counts all.
    """
    if condition.measure not in WEEKLY:
        value = _latest_value(condition.measure, view)
        fresh = since is None or view.trend.as_of > since
        return ConditionReading(value=value, holds=value is not None and fresh and meets_threshold(condition, value))
    weeks = [(week, value) for week, value in _whole_weeks(condition.measure, view) if _begins_after(week, since)]
    met = [meets_threshold(condition, value) for _, value in weeks]
    at_end = next((back for back, holds in enumerate(reversed(met)) if not holds), len(met))
    last = next(_completed_runs(met, condition.weeks), None)
    if last is None:
        return ConditionReading(value=weeks[-1][1] if weeks else None, holds=False, weeks=at_end)
    run = [value for _, value in weeks[last - condition.weeks + 1 : last + 1]]
    until = datetime.combine(weeks[last][0] + WEEK, datetime.min.time(), view.trend.as_of.tzinfo)
    return ConditionReading(value=sum(run) / len(run), holds=True, until=until, weeks=at_end)


def waiting_time(condition: TrendCondition, view: TrendView) -> WaitingTime:
    """How long one would wait by the trend's projection, and by its past."""
    chances = tuple(_projection_chances(condition, view)) if condition.measure is TrendMeasure.SHARE else ()
    met = (
        [meets_threshold(condition, value) for _, value in _whole_weeks(condition.measure, view)]
        if condition.measure in WEEKLY
        else []
    )
    alarms = sum(1 for _ in _completed_runs(met, condition.weeks))
    return WaitingTime(
        chances=chances,
        by_projection=_expected_wait(chances[-1], condition.weeks) if chances else None,
        by_history=len(met) / alarms if alarms else None,
        past_alarms=alarms,
        past_weeks=len(met),
    )


def _whole_weeks(measure: TrendMeasure, view: TrendView) -> list[tuple[date, float]]:
    """The weeks that are over at the cut-off: what a week that goes on shows today, its end may take back."""
    series = view.series
    values = series.shares if measure is TrendMeasure.SHARE else series.counts
    over = view.trend.as_of.astimezone(UTC).date() - WEEK
    return [(week, value) for week, value in zip(series.weeks, values, strict=True) if week <= over]


def _begins_after(week: date, since: datetime | None) -> bool:
    return since is None or week >= since.date()


def _completed_runs(met: Sequence[bool], needed: int) -> Iterator[int]:
    """Places at which `needed` weeks in a row have held; a run counts once, however long it lasts."""
    run = 0
    for place, holds in enumerate(met):
        run = run + 1 if holds else 0
        if run == needed:
            yield place


def _latest_value(measure: TrendMeasure, view: TrendView) -> float | None:
    if measure is TrendMeasure.GROWTH:
        growth = view.signal("growth", "12w")
        return float(growth.value) if growth else None
    return float(view.trend.stories if measure is TrendMeasure.STORIES else view.trend.sources)


def _projection_chances(condition: TrendCondition, view: TrendView) -> Iterator[tuple[int, float]]:
    for weeks in PROJECTION_WEEKS:
        projection = projection_band(view, weeks)
        if projection is not None:
            above = band_share(projection, condition.threshold, None)
            yield weeks, above if condition.direction is ThresholdDirection.ABOVE else 1.0 - above


def _expected_wait(chance: tuple[int, float], needed: int) -> float | None:
    """Weeks to wait when each brings the same hazard, and the condition then has to last."""
    weeks, likely = chance
    if likely < LEAST_CHANCE:
        return None
    hazard = 1.0 - float((1.0 - min(likely, 1.0 - LEAST_CHANCE)) ** (1.0 / weeks))
    return 1.0 / hazard + needed - 1


DOCUMENTS_SHOWN = 5
RECENT_SPAN = timedelta(days=28)
LEAST_SOURCES = 3
"""A rise that fewer sources show is reported, but trips nothing: one busy newsroom is no change in the world."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionStatus:
    """A condition as the latest run shows it.

    Attributes:
        view: the trend, None where the latest analysis does not know it.
        thin: it holds, but too few sources show it.
    """

    condition: TrendCondition
    reading: ConditionReading
    view: TrendView | None
    thin: bool


class PublishedTrends:
    """The published trends as signposts, forecasts and what-ifs read them."""

    def __init__(self, cache: SnapshotCache, ledger: Ledger) -> None:
        self._cache, self._ledger = cache, ledger

    def stamp(self) -> SnapshotStamp | None:
        """The run there is to look at, None where nothing is published."""
        try:
            return self._cache.trends().stamp
        except NothingPublished:
            return None

    def views(self) -> dict[str, TrendView]:
        """The trends as published, under their own ids and those of trends merged into them."""
        return self._cache.views_by_id(self._ledger.decisions())[1]

    def status(
        self, condition: TrendCondition, views: dict[str, TrendView], *, since: datetime | None
    ) -> ConditionStatus:
        """Whether a condition holds, by weeks that begin after `since`."""
        view = views.get(condition.trend_id)
        if view is None:
            return ConditionStatus(
                condition=condition, reading=ConditionReading(value=None, holds=False), view=None, thin=False
            )
        reading = read_condition(condition, view, since=since)
        thin = reading.holds and condition.direction is ThresholdDirection.ABOVE and view.trend.sources < LEAST_SOURCES
        return ConditionStatus(condition=condition, reading=reading, view=view, thin=thin)

    def citations(self, status: ConditionStatus) -> tuple[Citation, ...]:
        """The documents that show it, one per story, most central first; of the weeks that held where it is weekly."""
        if status.view is None:
            return ()
        until = status.reading.until or status.view.trend.as_of
        span = timedelta(weeks=status.condition.weeks) if status.reading.until else RECENT_SPAN
        one_per_story: dict[str, Document] = {}
        with self._cache.open_reader() as reader:
            for document in _trend_documents(reader, status.view, until - span, until):
                one_per_story.setdefault(document.story_id or document.id, document)
            titles = {source.id: source.title for source in reader.sources()}
        shown = list(one_per_story.values())[:DOCUMENTS_SHOWN]
        return tuple(_document_citation(document, titles, status.view.trend.id) for document in shown)


def check_condition(condition: TrendCondition, views: dict[str, TrendView]) -> TrendCondition:
    """A condition that a run can decide.

    Raises:
        UsageError: the trend is not among those published, or a measure of the latest run is to hold for weeks.
        OffScale: a threshold that the measure never reaches, or a number of weeks that is none.
    """
    if condition.trend_id not in views:
        raise UsageError(argument="--trend", found=condition.trend_id, expected="foresight trends")
    most = 1.0 if condition.measure is TrendMeasure.SHARE else 1e9
    least = -1e9 if condition.measure is TrendMeasure.GROWTH else 0.0
    if not least <= condition.threshold <= most:
        raise OffScale(what=condition.measure.value, found=condition.threshold, low=least, high=most)
    longest = 52 if condition.measure in WEEKLY else 1
    if not 1 <= condition.weeks <= longest:
        raise OffScale(what=f"{condition.measure.value}: weeks", found=condition.weeks, low=1, high=longest)
    return condition


def condition_in_words(condition: TrendCondition, view: TrendView | None, lang: str) -> str:
    """The condition as a sentence."""
    say = Texts(lang)
    value = (
        format_percent(condition.threshold, lang)
        if condition.measure is TrendMeasure.SHARE
        else format_number(condition.threshold, lang, digits=2)
    )
    once = "_once" if condition.weeks == 1 and condition.measure in WEEKLY else ""
    return say(
        f"scenarios.watch_{condition.measure.value}_{condition.direction.value}{once}",
        trend=view.title(lang) if view else condition.trend_id,
        value=value,
        weeks=condition.weeks,
    )


def measure_in_words(measure: TrendMeasure, value: float | None, lang: str) -> str:
    """What was measured, as people write it."""
    if value is None:
        return "–"
    if measure is TrendMeasure.SHARE:
        return format_percent(value, lang)
    return format_number(value, lang, digits=2 if measure is TrendMeasure.GROWTH else 0)


def _trend_documents(reader: ArchiveReader, view: TrendView, since: datetime, until: datetime) -> list[Document]:
    """Documents of a trend in a span: those of the last four weeks as they are ranked, older ones by similarity."""
    near = {
        a.document_id: a.similarity for member in (view.trend.id, *view.members) for a in reader.assignments(member)
    }
    wanted = [*view.trend.recent, *sorted(near, key=lambda key: -near[key])]
    documents = {document.id: document for document in reader.documents(ids=list(dict.fromkeys(wanted)))}
    known = [documents[key] for key in dict.fromkeys(wanted) if key in documents]
    return [document for document in known if since <= document.published < until]


def _document_citation(document: Document, titles: dict[str, str], trend_id: str) -> Citation:
    return Citation(
        document_id=document.id,
        content_hash=document.content_hash,
        quote=document.clean_title or document.title,
        title=document.clean_title or document.title,
        url=document.url,
        source_title=titles.get(document.source_id, document.source_id),
        published=document.published,
        trend_id=trend_id,
    )
