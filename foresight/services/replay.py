"""The weekly lists: what is called weak or emerging at a cut-off, now or as a live system would have said it then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from foresight.analysis import Analysis, replay
from foresight.embed.priors import load_priors
from foresight.enrich.words import word_index
from foresight.errors import NotFound, NothingPublished
from foresight.naming import Namer, ranked_anew
from foresight.ports import ArchiveReader, Generations, Progress
from foresight.records import Corpus, Options, Signal, Stage, Trend
from foresight.services.narrowing import only_sources

LISTED = (Stage.WEAK, Stage.EMERGING)
RECENT_DAYS = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalLine:
    """One listed trend at one cut-off, as other programs read it. Growth is in log share per week.

    `docs` are the trend's documents of the last 28 days, by the id they were imported with where they have one.
    """

    as_of: datetime
    rank: int
    trend: str
    title: str
    stage: Stage
    growth: float | None
    growth_low: float | None
    growth_high: float | None
    doubling_weeks: float | None
    q_value: float | None
    share: float | None
    stories: int
    sources: int
    languages: tuple[str, ...]
    docs: tuple[str, ...]


def cut_offs(start: datetime, end: datetime, weeks: int) -> tuple[datetime, ...]:
    """From `start` to `end`, both included where they fall on the grid."""
    count = int((end - start) / timedelta(weeks=weeks)) if end >= start else -1
    return tuple(start + timedelta(weeks=weeks) * n for n in range(count + 1))


class ReplayDesk:
    """Lists signals from what is published."""

    def __init__(self, generations: Generations, options: Options, progress: Progress) -> None:
        self._generations, self._options, self._progress = generations, options, progress

    def latest(self, stages: Sequence[Stage] = LISTED) -> tuple[SignalLine, ...]:
        """The list of the latest analysis, strongest first.

        Raises:
            NothingPublished: nothing was analysed yet.
        """
        reader = self._generations.current()
        try:
            trends = [trend for trend in reader.trends() if trend.stage in stages and not trend.mixed]
            signals = reader.signals([trend.id for trend in trends])
            names = _external_ids(reader, [document for trend in trends for document in trend.recent])
        finally:
            reader.close()
        return tuple(_line(trend, signals, trend.recent, names) for trend in sorted(trends, key=_order))

    def at(
        self, cutoffs: Sequence[datetime], *, stages: Sequence[Stage] = LISTED, sources: Sequence[str] = ()
    ) -> Iterator[SignalLine]:
        """The lists of past cut-offs, each from documents before it alone, in order of time.

        Args:
            cutoffs: ascending.
            stages: what is listed.
            sources: only articles of these sources, by id or title; empty for all.

        Raises:
            NothingPublished: the archive holds nothing.
            NotFound: an unknown source.
        """
        reader = self._generations.current()
        try:
            corpus = _corpus(reader, sources, cutoffs[-1])
            words = word_index(corpus.titles, corpus.texts, corpus.langs)
            titles = [source.title for source in reader.sources()]
            namer = Namer(corpus, words, banned=titles, read=reader.terms)
            analyses = replay(
                corpus,
                words,
                cutoffs,
                options=self._options.trends,
                seed=self._options.seed,
                progress=self._progress,
                priors=load_priors(_encoder(reader)),
            )
            for analysis in analyses:
                yield from self._lines(analysis, stages, namer, reader)
        finally:
            reader.close()

    def _lines(
        self, analysis: Analysis, stages: Sequence[Stage], namer: Namer, reader: ArchiveReader
    ) -> Iterable[SignalLine]:
        listed = [trend for trend in analysis.trends if trend.stage in stages]
        told = namer.named(listed, analysis)
        named = ranked_anew([trend for trend in told if trend.stage in stages and not trend.mixed])
        names = _external_ids(reader, [document for trend in named for document in trend.recent])
        return [_line(trend, analysis.signals, trend.recent, names) for trend in sorted(named, key=_order)]


def _corpus(reader: ArchiveReader, sources: Sequence[str], until: datetime) -> Corpus:
    encoder = _encoder(reader)
    corpus = reader.corpus(encoder, until=until)
    return only_sources(corpus, _source_ids(reader, sources)) if sources else corpus


def _encoder(reader: ArchiveReader) -> str:
    run = reader.latest_analysis()
    if run is None:
        raise NothingPublished(path="generation", reason="no analysis yet")
    return run.encoder


def _source_ids(reader: ArchiveReader, wanted: Sequence[str]) -> frozenset[str]:
    by_name = {name: source.id for source in reader.sources() for name in (source.id, source.title)}
    unknown = [name for name in wanted if name not in by_name]
    if unknown:
        raise NotFound(kind="source", id=", ".join(unknown))
    return frozenset(by_name[name] for name in wanted)


def _external_ids(reader: ArchiveReader, ids: Sequence[str]) -> dict[str, str]:
    documents = reader.documents(ids=sorted(set(ids))) if ids else ()
    return {document.id: document.external_id or document.id for document in documents}


def _order(trend: Trend) -> tuple[bool, int, str]:
    return trend.rank == 0, trend.rank, trend.id


def _line(trend: Trend, signals: Sequence[Signal], docs: Sequence[str], names: dict[str, str]) -> SignalLine:
    own = {(s.name, s.window): s for s in reversed(signals) if s.trend_id == trend.id}
    growth, doubling = own.get(("growth", "12w")), _first(own, "doubling_time")
    q_value, share = _first(own, "q_value"), _first(own, "share")
    return SignalLine(
        as_of=trend.as_of,
        rank=trend.rank,
        trend=trend.id,
        title=trend.headlines[0].title if trend.headlines else trend.id,
        stage=trend.stage,
        growth=growth.value if growth else None,
        growth_low=growth.low if growth else None,
        growth_high=growth.high if growth else None,
        doubling_weeks=doubling.value if doubling else None,
        q_value=q_value.value if q_value else None,
        share=share.value if share else None,
        stories=trend.stories,
        sources=trend.sources,
        languages=trend.langs,
        docs=tuple(names.get(document, document) for document in docs),
    )


def _first(own: dict[tuple[str, str], Signal], name: str) -> Signal | None:
    return next((signal for (key, _), signal in own.items() if key == name), None)
