"""Whether a condition on a trend holds, how often it held before, and how long one would wait for it.

Shares and counts are read week by week: the condition has to hold in so many whole weeks in a row, begun after the
watch began and over at the cut-off, and the first such run of weeks counts, whenever one looks. Stories, sources and
growth are read as the latest run measured them.

Reading conditions in what is published: the trend as it stands now, whether it holds, the documents that show it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from foresight.i18n import Texts
from foresight.i18n.formatting import format_number, format_percent
from foresight.model.decisions import TrendDecision, TrendView
from foresight.model.documents import Document
from foresight.model.errors import NothingPublished, OffScale, UsageError
from foresight.model.scenarios import Citation
from foresight.model.workshop import ThresholdDirection, TrendCondition, TrendMeasure
from foresight.queries.snapshot_cache import MeasuredTrends, SnapshotCache, SnapshotStamp, standing_trend_id
from foresight.scenarios.state_likelihoods import band_share, projection_band
from foresight.store.ledger import Ledger
from foresight.store.reader import ArchiveReader

WEEKLY = (TrendMeasure.SHARE, TrendMeasure.COUNT)
WEEK = timedelta(weeks=1)
PROJECTION_WEEKS = (4, 8, 12)
WEEKS_OF_YEAR = 52.0
# A chance below it is no reason to give a waiting time in weeks.
LEAST_CHANCE = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchReading:
    """What a watch shows.

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


def meets_threshold(watch: TrendCondition, value: float) -> bool:
    """Whether a value lies on the side of the threshold that the watch asks for."""
    return value >= watch.threshold if watch.direction is ThresholdDirection.ABOVE else value <= watch.threshold


def read_watch(watch: TrendCondition, view: TrendView, *, since: datetime | None = None) -> WatchReading:
    """What the watch shows in a published trend.

    Args:
        watch: on this trend.
        view: as the run published it.
        since: weeks that begin before it do not count; None counts all.
    """
    if watch.measure not in WEEKLY:
        value = _latest_value(watch.measure, view)
        fresh = since is None or view.trend.as_of > since
        return WatchReading(value=value, holds=value is not None and fresh and meets_threshold(watch, value))
    weeks = [(week, value) for week, value in _whole_weeks(watch.measure, view) if _begins_after(week, since)]
    met = [meets_threshold(watch, value) for _, value in weeks]
    at_end = next((back for back, holds in enumerate(reversed(met)) if not holds), len(met))
    last = next(_completed_runs(met, watch.weeks), None)
    if last is None:
        return WatchReading(value=weeks[-1][1] if weeks else None, holds=False, weeks=at_end)
    run = [value for _, value in weeks[last - watch.weeks + 1 : last + 1]]
    until = datetime.combine(weeks[last][0] + WEEK, datetime.min.time(), view.trend.as_of.tzinfo)
    return WatchReading(value=sum(run) / len(run), holds=True, until=until, weeks=at_end)


def waiting_time(watch: TrendCondition, view: TrendView) -> WaitingTime:
    """How long one would wait by the trend's projection, and by its past."""
    chances = tuple(_projection_chances(watch, view)) if watch.measure is TrendMeasure.SHARE else ()
    met = (
        [meets_threshold(watch, value) for _, value in _whole_weeks(watch.measure, view)]
        if watch.measure in WEEKLY
        else []
    )
    alarms = sum(1 for _ in _completed_runs(met, watch.weeks))
    return WaitingTime(
        chances=chances,
        by_projection=_expected_wait(chances[-1], watch.weeks) if chances else None,
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


def _projection_chances(watch: TrendCondition, view: TrendView) -> Iterator[tuple[int, float]]:
    for weeks in PROJECTION_WEEKS:
        projection = projection_band(view, weeks)
        if projection is not None:
            above = band_share(projection, watch.threshold, None)
            yield weeks, above if watch.direction is ThresholdDirection.ABOVE else 1.0 - above


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
"""A rise that fewer sources show is told, but trips nothing: one busy newsroom is no change in the world."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchStatus:
    """A condition as the latest run shows it.

    Attributes:
        view: the trend, None where the latest analysis does not know it.
        thin: it holds, but too few sources show it.
    """

    watch: TrendCondition
    reading: WatchReading
    view: TrendView | None
    thin: bool


class WatchService:
    """Looks at the published generation on behalf of signposts, forecasts and what-ifs."""

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
        try:
            measured = self._cache.trends()
        except NothingPublished:
            return {}
        decisions = self._ledger.decisions()
        return _views_by_any_id(measured, decisions)

    def see(self, watch: TrendCondition, views: dict[str, TrendView], *, since: datetime | None) -> WatchStatus:
        """Whether a condition holds, by weeks that begin after `since`."""
        view = views.get(watch.trend_id)
        if view is None:
            return WatchStatus(watch=watch, reading=WatchReading(value=None, holds=False), view=None, thin=False)
        reading = read_watch(watch, view, since=since)
        thin = reading.holds and watch.direction is ThresholdDirection.ABOVE and view.trend.sources < LEAST_SOURCES
        return WatchStatus(watch=watch, reading=reading, view=view, thin=thin)

    def evidence(self, seen: WatchStatus) -> tuple[Citation, ...]:
        """The documents that show it, one per story, most central first; of the weeks that held where it is weekly."""
        if seen.view is None:
            return ()
        with self._cache.open_reader() as reader:
            until = seen.reading.until or seen.view.trend.as_of
            span = timedelta(weeks=seen.watch.weeks) if seen.reading.until else RECENT_SPAN
            found = _one_per_story(_trend_documents(reader, seen.view, until - span, until))
            titles = {source.id: source.title for source in reader.sources()}
        return tuple(_document_citation(document, titles, seen.view.trend.id) for document in found[:DOCUMENTS_SHOWN])


def check_watch(watch: TrendCondition, views: dict[str, TrendView]) -> TrendCondition:
    """A condition that a run can decide.

    Raises:
        UsageError: the trend is not among those published, or a measure of the latest run is to hold for weeks.
        OffScale: a threshold that the measure never reaches, or a number of weeks that is none.
    """
    if watch.trend_id not in views:
        raise UsageError(argument="--trend", found=watch.trend_id, expected="foresight trends")
    most = 1.0 if watch.measure is TrendMeasure.SHARE else 1e9
    least = -1e9 if watch.measure is TrendMeasure.GROWTH else 0.0
    if not least <= watch.threshold <= most:
        raise OffScale(what=watch.measure.value, found=watch.threshold, low=least, high=most)
    longest = 52 if watch.measure in WEEKLY else 1
    if not 1 <= watch.weeks <= longest:
        raise OffScale(what=f"{watch.measure.value}: weeks", found=watch.weeks, low=1, high=longest)
    return watch


def watch_in_words(watch: TrendCondition, view: TrendView | None, lang: str) -> str:
    """The condition as a sentence."""
    say = Texts(lang)
    value = (
        format_percent(watch.threshold, lang)
        if watch.measure is TrendMeasure.SHARE
        else format_number(watch.threshold, lang, digits=2)
    )
    once = "_once" if watch.weeks == 1 and watch.measure in WEEKLY else ""
    return say(
        f"scenarios.watch_{watch.measure.value}_{watch.direction.value}{once}",
        trend=view.title(lang) if view else watch.trend_id,
        value=value,
        weeks=watch.weeks,
    )


def measure_in_words(measure: TrendMeasure, value: float | None, lang: str) -> str:
    """What was measured, as people write it."""
    if value is None:
        return "–"
    if measure is TrendMeasure.SHARE:
        return format_percent(value, lang)
    return format_number(value, lang, digits=2 if measure is TrendMeasure.GROWTH else 0)


def _views_by_any_id(measured: MeasuredTrends, decisions: Sequence[TrendDecision]) -> dict[str, TrendView]:
    by_id = {view.trend.id: view for view in measured.views(decisions)}
    every = {trend.id: by_id.get(standing_trend_id(trend.id, decisions)) for trend in measured.trends}
    return {key: view for key, view in every.items() if view is not None}


def _trend_documents(reader: ArchiveReader, view: TrendView, since: datetime, until: datetime) -> list[Document]:
    """Documents of a trend in a span: those of the last four weeks as they are ranked, older ones by similarity."""
    near = {a.document_id: a.similarity for member in _member_ids(view) for a in reader.assignments(member)}
    wanted = [*view.trend.recent, *sorted(near, key=lambda key: -near[key])]
    documents = {document.id: document for document in reader.documents(ids=list(dict.fromkeys(wanted)))}
    known = [documents[key] for key in dict.fromkeys(wanted) if key in documents]
    return [document for document in known if since <= document.published < until]


def _one_per_story(documents: Sequence[Document]) -> list[Document]:
    """The first of each story: copies of one dispatch show no more than one does."""
    firsts: dict[str, Document] = {}
    for document in documents:
        firsts.setdefault(document.story_id or document.id, document)
    return list(firsts.values())


def _member_ids(view: TrendView) -> tuple[str, ...]:
    return (view.trend.id, *view.members)


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
