"""The weekly lists: what is called weak or emerging at a cut-off, now or as a live system would have said it then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from foresight.model.documents import Corpus
from foresight.model.errors import NothingPublished
from foresight.model.options import Options
from foresight.model.ports import Progress
from foresight.model.trends import Signal, Speed, Stage, Trend
from foresight.nlp.centring import load_language_priors
from foresight.nlp.term_index import DAY_SECONDS, term_index
from foresight.nlp.word_index import word_index
from foresight.store.generations import Generations
from foresight.store.reader import ArchiveReader
from foresight.trends.analysis import Analysis
from foresight.trends.analysis import replay as replayed
from foresight.trends.history import corpus_of_sources, source_ids_named
from foresight.trends.naming import TrendNamer, name_trends, rank_again
from foresight.trends.slow_trends import analyse_slow_trends, slow_settings_of

LISTED_STAGES = (Stage.WEAK, Stage.EMERGING, Stage.CANDIDATE)
RECENT_DAYS = 28
WARM_UP_WEEKS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalLine:
    """One listed trend at one cut-off, as other programs read it. Growth is in log share per week.

    `lasting` holds (weeks, persistence probability). `docs` are the trend's documents of the last 28 days, of the last
    year where it is slow, by the id they were imported with where they have one.
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
    lasting: tuple[tuple[int, float], ...]
    share: float | None
    stories: int
    sources: int
    languages: tuple[str, ...]
    docs: tuple[str, ...]
    speed: Speed = Speed.FAST


def without_parts(trends: Sequence[Trend]) -> tuple[Trend, ...]:
    """Without what is part of a listed one: one big story is one line, not ten. Fast and slow ones stand twice."""
    listed = {(trend.speed, trend.id) for trend in trends}
    return tuple(trend for trend in trends if (trend.speed, trend.parent_id) not in listed)


def cut_offs(start: datetime, end: datetime, weeks: int) -> tuple[datetime, ...]:
    """From `start` to `end`, both included where they fall on the grid."""
    count = int((end - start) / timedelta(weeks=weeks)) if end >= start else -1
    return tuple(start + timedelta(weeks=weeks) * n for n in range(count + 1))


def warm_up_cut_offs(first: datetime) -> tuple[datetime, ...]:
    """The weeks before the first cut-off that a live system had lived through: what is no unit yet keeps its id."""
    return tuple(first - timedelta(weeks=weeks) for weeks in range(WARM_UP_WEEKS, 0, -1))


class SignalListService:
    """Lists signals from what is published."""

    def __init__(self, generations: Generations, options: Options, progress: Progress) -> None:
        self._generations, self._options, self._progress = generations, options, progress

    def latest(self, stages: Sequence[Stage] = LISTED_STAGES) -> tuple[SignalLine, ...]:
        """The list of the latest analysis, strongest first.

        Raises:
            NothingPublished: nothing was analysed yet.
        """
        reader = self._generations.current()
        try:
            trends = without_parts([trend for trend in reader.trends() if trend.stage in stages and not trend.mixed])
            signals = reader.signals([trend.id for trend in trends])
            names = _external_ids(reader, [document for trend in trends for document in trend.recent])
        finally:
            reader.close()
        return tuple(_signal_line(trend, signals, trend.recent, names) for trend in sorted(trends, key=_rank_order))

    def at(
        self, cutoffs: Sequence[datetime], *, stages: Sequence[Stage] = LISTED_STAGES, sources: Sequence[str] = ()
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
            corpus = _corpus_of_sources(reader, sources, cutoffs[-1])
            words = word_index(corpus.titles, corpus.texts, corpus.langs)
            titles = [source.title for source in reader.sources()]
            namer = TrendNamer(corpus, words, banned=titles, read=reader.terms)
            analyses = replayed(
                corpus,
                words,
                (*warm_up_cut_offs(cutoffs[0]), *cutoffs),
                options=self._options.trends,
                seed=self._options.seed,
                progress=self._progress,
                priors=load_language_priors(_encoder_name(reader)),
            )
            for analysis in analyses:
                if analysis.as_of >= cutoffs[0]:
                    yield from self._lines(analysis, stages, namer, reader)
        finally:
            reader.close()

    def slow_at(
        self, cutoffs: Sequence[datetime], *, stages: Sequence[Stage] = LISTED_STAGES, sources: Sequence[str] = ()
    ) -> Iterator[SignalLine]:
        """The same of slow trends: what terms said at past cut-offs, each from documents before it alone.

        Arguments and errors as of `at`.
        """
        reader = self._generations.current()
        try:
            corpus = _corpus_of_sources(reader, sources, cutoffs[-1])
            index = term_index(corpus.titles, corpus.texts, corpus.langs, corpus.available // DAY_SECONDS)
            settings = slow_settings_of(self._options, reader.sources())
            earlier: tuple[Trend, ...] = ()
            for done, as_of in enumerate(cutoffs, start=1):
                analysis = analyse_slow_trends(corpus, index, as_of=as_of, settings=settings, earlier=earlier)
                earlier = analysis.trends
                listed = [trend for trend in analysis.trends if trend.stage in stages]
                names = _external_ids(reader, [document for trend in listed for document in trend.recent])
                self._progress("replay", done, len(cutoffs))
                yield from (_signal_line(trend, analysis.signals, trend.recent, names) for trend in listed)
        finally:
            reader.close()

    def _lines(
        self, analysis: Analysis, stages: Sequence[Stage], namer: TrendNamer, reader: ArchiveReader
    ) -> Iterable[SignalLine]:
        named = name_trends(analysis, namer, stages)
        named = rank_again(without_parts([trend for trend in named if trend.stage in stages and not trend.mixed]))
        names = _external_ids(reader, [document for trend in named for document in trend.recent])
        return [_signal_line(trend, analysis.signals, trend.recent, names) for trend in sorted(named, key=_rank_order)]


def _corpus_of_sources(reader: ArchiveReader, sources: Sequence[str], until: datetime) -> Corpus:
    encoder = _encoder_name(reader)
    corpus = reader.corpus(encoder, until=until)
    return corpus_of_sources(corpus, source_ids_named(reader.sources(), sources)) if sources else corpus


def _encoder_name(reader: ArchiveReader) -> str:
    run = reader.latest_analysis()
    if run is None:
        raise NothingPublished(path="generation", reason="no analysis yet")
    return run.encoder


def _external_ids(reader: ArchiveReader, ids: Sequence[str]) -> dict[str, str]:
    documents = reader.documents(ids=sorted(set(ids))) if ids else ()
    return {document.id: document.external_id or document.id for document in documents}


def _rank_order(trend: Trend) -> tuple[bool, int, str]:
    return trend.rank == 0, trend.rank, trend.id


def _signal_line(trend: Trend, signals: Sequence[Signal], docs: Sequence[str], names: dict[str, str]) -> SignalLine:
    own = {(s.name, s.window): s for s in reversed(signals) if s.trend_id == trend.id}
    growth, doubling = _growth_per_week(own), _first_signal(own, "doubling")
    q_value, share = _first_signal(own, "q_value"), _first_signal(own, "share")
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
        lasting=_persistence_probabilities(own),
        share=share.value if share else None,
        stories=trend.stories,
        sources=trend.sources,
        languages=trend.langs,
        docs=tuple(names.get(document, document) for document in docs),
        speed=trend.speed,
    )


def _growth_per_week(own: dict[tuple[str, str], Signal]) -> Signal | None:
    """Growth over twelve weeks, or over the quarters of a slow trend, in log share per week."""
    if fast := own.get(("growth", "12w")):
        return fast
    slow = next((signal for (name, _), signal in own.items() if name == "growth" and "quarter" in signal.unit), None)
    if slow is None or slow.low is None or slow.high is None:
        return None
    weeks = 13
    return replace(slow, value=slow.value / weeks, low=slow.low / weeks, high=slow.high / weeks)


def _persistence_probabilities(own: dict[tuple[str, str], Signal]) -> tuple[tuple[int, float], ...]:
    found = [(int(window.strip("+w")), one.value) for (name, window), one in own.items() if name == "lasting"]
    return tuple(sorted(found))


def _first_signal(own: dict[tuple[str, str], Signal], name: str) -> Signal | None:
    return next((signal for (key, _), signal in own.items() if key == name), None)
