"""The sources: how each does, what is wrong with it, and which languages and voices none covers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile

from foresight.model.documents import Document
from foresight.model.sources import Fetch, FetchOutcome, Source, SourceKind, Voice
from foresight.queries.snapshot_cache import SnapshotStamp, snapshot_stamp
from foresight.store.reader import ArchiveReader

WEEKS_COUNTED = 12
SILENT_AFTER = timedelta(weeks=4)
FAILURES_THAT_MATTER = 3
SOURCES_DRAWN = 30
FETCHES_DRAWN = 700


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How one source does.

    Attributes:
        last: the latest request, None where it was never asked; last_good: when it last answered well.
        failures: failed requests in a row.
        latest_document: when its newest article was published.
        weekly: articles per week over the last 12 weeks, oldest first.
        trouble: "" where all is well, else what to do about it: a key of the app's texts ("failing", "silent",
            "latest_failed", "never", "damaged", "moved", "dates").
    """

    source: Source
    last: Fetch | None
    last_good: datetime | None
    failures: int
    documents: int
    latest_document: datetime | None
    weekly: tuple[int, ...]
    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageCell:
    """One language and one voice: active sources, and their articles of the last 12 weeks."""

    lang: str
    voice: Voice
    sources: int
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """All sources, those in trouble first.

    Attributes:
        fetches: requests of the last four weeks to the first of `items`, for drawing.
        coverage: every language in use with every voice, also those without a source.
    """

    stamp: SnapshotStamp
    items: tuple[SourceHealth, ...]
    fetches: tuple[Fetch, ...]
    coverage: tuple[CoverageCell, ...]


def source_page(reader: ArchiveReader, items: Sequence[SourceHealth]) -> SourcePage:
    """The page on sources; `items` as `health_of_sources` gives them."""
    return SourcePage(
        stamp=snapshot_stamp(reader),
        items=tuple(items),
        fetches=_recent_fetches(reader, items),
        coverage=coverage_cells(items),
    )


def health_of_sources(reader: ArchiveReader) -> tuple[SourceHealth, ...]:
    """How every active source does; those in trouble first, then by title."""
    last = {fetch.source_id: fetch for fetch in reader.last_fetches()}
    weeks = last_mondays(latest_moment(reader))
    start = datetime.combine(weeks[0], datetime.min.time(), tzinfo=UTC)
    by_source: dict[str, list[Document]] = {}
    for document in reader.documents(since=start):
        by_source.setdefault(document.source_id, []).append(document)
    items = [
        _health_of(reader, source, last.get(source.id), by_source.get(source.id, []), weeks)
        for source in reader.sources()
        if source.active
    ]
    return tuple(sorted(items, key=lambda one: (not one.trouble, one.source.title.casefold())))


def latest_moment(reader: ArchiveReader) -> datetime:
    """The moment the archive is of: the cut-off of its analysis, else the newest request."""
    run = reader.latest_analysis()
    if run and run.as_of:
        return run.as_of
    times = [fetch.at for fetch in reader.last_fetches()]
    return max(times) if times else datetime.fromisoformat("1970-01-05T00:00:00+00:00")


def last_mondays(moment: datetime) -> tuple[date, ...]:
    """The Mondays of the 12 weeks up to and with the one of `moment`, oldest first."""
    monday = moment.date() - timedelta(days=moment.weekday())
    return tuple(monday - timedelta(weeks=WEEKS_COUNTED - 1 - i) for i in range(WEEKS_COUNTED))


def source_trouble(
    source: Source, last: Fetch | None, documents: Sequence[Document], moment: datetime, *, failures: int = 0
) -> str:
    """What is wrong with a source at `moment`, as a key of the app's texts; "" where all is well.

    Args:
        source: the source.
        last: the latest request, None where there was none.
        documents: its articles of the last weeks.
        moment: the moment the archive is of.
        failures: failed requests in a row, where more are known than `last` has.
    """
    if source.kind is SourceKind.IMPORT:
        return ""
    if last is None:
        return "never"
    if last.outcome is FetchOutcome.FAILED:
        return "failing" if max(failures, last.failures) >= FAILURES_THAT_MATTER else "latest_failed"
    if last.degraded:
        return "damaged"
    return "moved" if permanent_redirect(last) else _document_trouble(documents, moment)


def permanent_redirect(last: Fetch | None) -> str:
    """Where permanent redirects led the latest request, "" where there were none."""
    detail = last.detail if last else ""
    return detail.removeprefix("moved=") if detail.startswith("moved=") else ""


def _document_trouble(documents: Sequence[Document], moment: datetime) -> str:
    """What its articles say of a source that answers."""
    if not documents or max(d.published for d in documents) < moment - SILENT_AFTER:
        return "silent"
    undated = sum(d.published_origin == "first_seen" for d in documents)
    return "dates" if undated * 2 > len(documents) else ""


def coverage_cells(items: Sequence[SourceHealth]) -> tuple[CoverageCell, ...]:
    """Sources and articles per language and voice."""
    langs = sorted({one.source.lang or "?" for one in items})
    sources = Counter((one.source.lang or "?", one.source.voice) for one in items)
    documents: Counter[tuple[str, Voice]] = Counter()
    for one in items:
        documents[one.source.lang or "?", one.source.voice] += sum(one.weekly)
    return tuple(
        CoverageCell(lang=lang, voice=voice, sources=sources[lang, voice], documents=documents[lang, voice])
        for lang in langs
        for voice in Voice
    )


def _recent_fetches(reader: ArchiveReader, items: Sequence[SourceHealth]) -> tuple[Fetch, ...]:
    """What the drawing of requests needs, no more: an hourly feed is asked some 700 times in four weeks."""
    start = latest_moment(reader) - timedelta(weeks=4)
    return tuple(
        fetch
        for one in items[:SOURCES_DRAWN]
        for fetch in reader.fetches(one.source.id, limit=FETCHES_DRAWN)
        if fetch.at >= start
    )


def _health_of(
    reader: ArchiveReader, source: Source, last: Fetch | None, documents: Sequence[Document], weeks: Sequence[date]
) -> SourceHealth:
    counts = Counter(d.published.date() - timedelta(days=d.published.weekday()) for d in documents)
    fetches = reader.fetches(source.id, limit=50) if last and last.outcome is FetchOutcome.FAILED else ()
    good = next((fetch.at for fetch in fetches if fetch.outcome is not FetchOutcome.FAILED), None)
    row = list(takewhile(lambda fetch: fetch.outcome is FetchOutcome.FAILED, fetches))
    failures = max(len(row), last.failures if last else 0)
    return SourceHealth(
        source=source,
        last=last,
        last_good=last.at if last and last.outcome is not FetchOutcome.FAILED else good,
        failures=failures,
        documents=len(documents),
        latest_document=max((d.published for d in documents), default=None),
        weekly=tuple(counts[week] for week in weeks),
        trouble=source_trouble(source, last, documents, latest_moment(reader), failures=failures),
    )
