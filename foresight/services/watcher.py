"""Reading conditions in what is published: the trend as it stands now, whether it holds, the documents that show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from foresight.errors import NothingPublished, OffScale, UsageError
from foresight.ports import ArchiveReader, Ledger
from foresight.records import Citation, Decision, Direction, Document, Measure, TrendView, Watch
from foresight.scenarios.watching import WEEKLY, Reading, read
from foresight.services.shelf import Measured, Shelf, Stamp, standing
from foresight.text import Texts
from foresight.text.numbers import number, percent

SHOWN = 5
RECENT = timedelta(days=28)
LEAST_SOURCES = 3
"""A rise that fewer sources show is told, but trips nothing: one busy newsroom is no change in the world."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A condition as the latest run shows it.

    Attributes:
        view: the trend, None where the latest analysis does not know it.
        thin: it holds, but too few sources show it.
    """

    watch: Watch
    reading: Reading
    view: TrendView | None
    thin: bool


class Watcher:
    """Looks at the published generation on behalf of signposts, forecasts and what-ifs."""

    def __init__(self, shelf: Shelf, ledger: Ledger) -> None:
        self._shelf, self._ledger = shelf, ledger

    def stamp(self) -> Stamp | None:
        """The run there is to look at, None where nothing is published."""
        try:
            return self._shelf.measured().stamp
        except NothingPublished:
            return None

    def views(self) -> dict[str, TrendView]:
        """The trends as published, under their own ids and those of trends merged into them."""
        try:
            measured = self._shelf.measured()
        except NothingPublished:
            return {}
        decisions = self._ledger.decisions()
        return _by_any_id(measured, decisions)

    def see(self, watch: Watch, views: dict[str, TrendView], *, since: datetime | None) -> Seen:
        """Whether a condition holds, by weeks that begin after `since`."""
        view = views.get(watch.trend_id)
        if view is None:
            return Seen(watch=watch, reading=Reading(value=None, holds=False), view=None, thin=False)
        reading = read(watch, view, since=since)
        thin = reading.holds and watch.direction is Direction.ABOVE and view.trend.sources < LEAST_SOURCES
        return Seen(watch=watch, reading=reading, view=view, thin=thin)

    def evidence(self, seen: Seen) -> tuple[Citation, ...]:
        """The documents that show it, one per story, most central first; of the weeks that held where it is weekly."""
        if seen.view is None:
            return ()
        with self._shelf.reading() as reader:
            until = seen.reading.until or seen.view.trend.as_of
            span = timedelta(weeks=seen.watch.weeks) if seen.reading.until else RECENT
            found = _one_per_story(_documents(reader, seen.view, until - span, until))
            titles = {source.id: source.title for source in reader.sources()}
        return tuple(_citation(document, titles, seen.view.trend.id) for document in found[:SHOWN])


def checked(watch: Watch, views: dict[str, TrendView]) -> Watch:
    """A condition that a run can decide.

    Raises:
        UsageError: the trend is not among those published, or a measure of the latest run is to hold for weeks.
        OffScale: a threshold that the measure never reaches, or a number of weeks that is none.
    """
    if watch.trend_id not in views:
        raise UsageError(argument="--trend", found=watch.trend_id, expected="foresight trends")
    most = 1.0 if watch.measure is Measure.SHARE else 1e9
    least = -1e9 if watch.measure is Measure.GROWTH else 0.0
    if not least <= watch.threshold <= most:
        raise OffScale(what=watch.measure.value, found=watch.threshold, low=least, high=most)
    longest = 52 if watch.measure in WEEKLY else 1
    if not 1 <= watch.weeks <= longest:
        raise OffScale(what=f"{watch.measure.value}: weeks", found=watch.weeks, low=1, high=longest)
    return watch


def in_words(watch: Watch, view: TrendView | None, lang: str) -> str:
    """The condition as a sentence."""
    say = Texts(lang)
    value = (
        percent(watch.threshold, lang) if watch.measure is Measure.SHARE else number(watch.threshold, lang, digits=2)
    )
    once = "_once" if watch.weeks == 1 and watch.measure in WEEKLY else ""
    return say(
        f"scenarios.watch_{watch.measure.value}_{watch.direction.value}{once}",
        trend=view.title(lang) if view else watch.trend_id,
        value=value,
        weeks=watch.weeks,
    )


def value_in_words(measure: Measure, value: float | None, lang: str) -> str:
    """What was measured, as people write it."""
    if value is None:
        return "–"
    if measure is Measure.SHARE:
        return percent(value, lang)
    return number(value, lang, digits=2 if measure is Measure.GROWTH else 0)


def _by_any_id(measured: Measured, decisions: Sequence[Decision]) -> dict[str, TrendView]:
    by_id = {view.trend.id: view for view in measured.views(decisions)}
    every = {trend.id: by_id.get(standing(trend.id, decisions)) for trend in measured.trends}
    return {key: view for key, view in every.items() if view is not None}


def _documents(reader: ArchiveReader, view: TrendView, since: datetime, until: datetime) -> list[Document]:
    """Documents of a trend in a span: those of the last four weeks as they are ranked, older ones by similarity."""
    near = {a.document_id: a.similarity for member in _members(view) for a in reader.assignments(member)}
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


def _members(view: TrendView) -> tuple[str, ...]:
    return (view.trend.id, *view.members)


def _citation(document: Document, titles: dict[str, str], trend_id: str) -> Citation:
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
