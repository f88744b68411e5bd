"""The backtest: what a live system would have said at every cut-off of years, and how it turned out.

It is a step of the pipeline, because only the pipeline writes: it works on the working archive under the run's lock,
keeps what is finished every few seconds, and publishes its record like any other run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import perf_counter

import numpy as np

from foresight.model.documents import Corpus
from foresight.model.errors import NothingPublished, UsageError
from foresight.model.runs import Run
from foresight.model.track_record import BacktestState, CallOrigin, CallOutcome, TrendCall
from foresight.model.trends import ClusteringState, Trend
from foresight.nlp.centring import load_language_priors
from foresight.nlp.word_index import WordIndex, word_index
from foresight.pipeline.context import PipelineContext, StepTally, fingerprint
from foresight.pipeline.evaluation import compile_track_record
from foresight.pipeline.steps import corpus_digest
from foresight.store.reader import ArchiveReader
from foresight.trends.analysis import Analysis, analyse, with_titles
from foresight.trends.history import corpus_of_sources, source_ids_named, to_seconds
from foresight.trends.naming import TrendNamer, rank_again
from foresight.trends.outcomes import OUTCOME_DAYS, outcomes_of_calls
from foresight.trends.persistence import PersistenceLearning
from foresight.trends.projection import BandLearning
from foresight.trends.track_record import LISTED_STAGES, CallWithOutcome, pair_outcomes

BACKTEST_VERSION = "5"
SAVE_BACKTEST_SECONDS = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestPlan:
    """Which cut-offs, `weeks` apart from `first` to `last`, and whose articles; no names for everybody's."""

    first: datetime
    last: datetime
    weeks: int = 1
    sources: tuple[str, ...] = ()

    @property
    def cutoffs(self) -> tuple[datetime, ...]:
        """Ascending; the last only where it falls on the grid."""
        count = (self.last - self.first) // timedelta(weeks=self.weeks) if self.last >= self.first else -1
        return tuple(self.first + timedelta(weeks=self.weeks) * n for n in range(count + 1))


def backtest(tools: PipelineContext, plan: BacktestPlan, run: Run, counted: StepTally, *, until: datetime) -> None:
    """Say and judge what the plan asks for; go on where an interrupted backtest of the same plan stood.

    Args:
        tools: the pipeline's.
        plan: the cut-offs.
        run: the record of this run.
        counted: told how much was done; reused where all was there already.
        until: outcomes known by then are told: now, or the end of an archive that lies in the past.

    Raises:
        UsageError: the plan has no cut-off.
        NotFound: an unknown source.
        NothingPublished: the archive has no article with a vector before the last cut-off.
    """
    if not plan.cutoffs:
        raise UsageError(argument="--from, --to", found=f"{plan.first:%F} – {plan.last:%F}", expected="from before to")
    corpus = _backtest_corpus(tools, plan)
    counted.fingerprint = _backtest_fingerprint(tools, plan, run, corpus)
    work = _BacktestProgress(tools, plan, corpus, counted.fingerprint)
    last, record = tools.archive.last_step("backtest"), tools.archive.track_record(CallOrigin.BACKTEST)
    counted.reused = bool(record and record.complete and last and last.fingerprint == counted.fingerprint)
    if not counted.reused:
        work.begin()
        work.say()
    work.finish(run, until)
    counted.add("cutoffs", len(plan.cutoffs))
    counted.add("calls", len(tools.archive.calls(CallOrigin.BACKTEST)))
    counted.add("outcomes", len(tools.archive.outcomes(CallOrigin.BACKTEST)))


@dataclass(slots=True)
class _BacktestProgress:
    """A backtest while it goes on."""

    tools: PipelineContext
    plan: BacktestPlan
    corpus: Corpus
    fingerprint: str
    words: WordIndex = field(init=False)
    engine: ClusteringState | None = None
    trends: tuple[Trend, ...] = ()
    done: int = 0
    pending: dict[tuple[datetime, int], list[TrendCall]] = field(default_factory=lambda: defaultdict(list))
    learning: BandLearning = field(default_factory=BandLearning)
    chances: PersistenceLearning = field(default_factory=PersistenceLearning)
    fresh_calls: list[TrendCall] = field(default_factory=list)
    fresh_outcomes: list[CallOutcome] = field(default_factory=list)
    saved_at: float = field(default_factory=perf_counter)

    def __post_init__(self) -> None:
        self.words = word_index(self.corpus.titles, self.corpus.texts, self.corpus.langs)

    def begin(self) -> None:
        """Take up an unfinished backtest of the same plan, or clear the way for a new one."""
        archive = self.tools.archive
        stood = archive.backtest_state()
        if stood is None or stood.fingerprint != self.fingerprint:
            with archive.transaction():
                archive.delete_track(CallOrigin.BACKTEST)
                archive.put_backtest_state(None)
            return
        self.engine, self.trends = stood.engine, stood.trends
        self.done = sum(cutoff <= stood.cutoff for cutoff in self.plan.cutoffs)
        self._learn(pair_outcomes(archive.calls(CallOrigin.BACKTEST), archive.outcomes(CallOrigin.BACKTEST)))
        for days in OUTCOME_DAYS:
            for call in archive.calls_without_outcome(CallOrigin.BACKTEST, days=days, until=stood.cutoff):
                self.pending[call.as_of, days].append(call)

    def say(self) -> None:
        """Every cut-off that is left, each from what was available before it, its bands from outcomes known by then."""
        cutoffs = self.plan.cutoffs
        namer = _trend_namer(self.tools.archive, self.corpus, self.words)
        try:
            for as_of in cutoffs[self.done :]:
                self._judge(as_of)
                analysis = self._analysed(as_of)
                self._called(analysis, namer)
                self.done += 1
                self.tools.progress("backtest", self.done, len(cutoffs))
                if perf_counter() - self.saved_at > SAVE_BACKTEST_SECONDS:
                    self._keep()
        finally:
            self._keep()

    def finish(self, run: Run, until: datetime) -> None:
        """Judge what is known by `until`, and add up."""
        archive = self.tools.archive
        self.pending.clear()
        for days in OUTCOME_DAYS:
            for call in archive.calls_without_outcome(
                CallOrigin.BACKTEST, days=days, until=until - timedelta(days=days)
            ):
                self.pending[call.as_of, days].append(call)
        self._judge(until)
        with archive.transaction():
            archive.put_outcomes(self.fresh_outcomes)
            archive.clear_call_centres(CallOrigin.BACKTEST, before=until - timedelta(days=OUTCOME_DAYS[-1]))
            archive.put_backtest_state(None)
        record = compile_track_record(
            archive,
            run,
            CallOrigin.BACKTEST,
            cutoffs=self.plan.cutoffs,
            weeks=self.plan.weeks,
            made=self.tools.clock.now(),
            sources_only=self.plan.sources,
        )
        with archive.transaction():
            archive.put_track_record(replace(record, documents=len(self.corpus)))

    def _judge(self, known: datetime) -> None:
        """Every pending call whose outcome is known by then."""
        engine = self.engine or self.tools.archive.clustering_state()
        means = engine.means if engine else ()
        for as_of, days in sorted(key for key in self.pending if key[0] + timedelta(days=key[1]) <= known):
            calls = self.pending.pop((as_of, days))
            seed = self.tools.options.seed
            found = outcomes_of_calls(self.corpus, self.words, means, calls, days=days, seed=seed)
            self._learn(tuple(zip(calls, found, strict=True)))
            self.fresh_outcomes += found

    def _learn(self, pairs: Sequence[CallWithOutcome]) -> None:
        """What the bands and the chance to last of the next cut-offs may know."""
        self.learning.learn(pairs)
        self.chances.learn(pairs)

    def _analysed(self, as_of: datetime) -> Analysis:
        options = self.tools.options
        analysis = analyse(
            self.corpus,
            self.words,
            self.engine,
            as_of=as_of,
            options=options.trends,
            seed=options.seed,
            earlier=self.trends,
            priors=load_language_priors(self.tools.encoder.name),
            errors=self.learning.errors(),
            lasting=self.chances.fits(),
        )
        self.engine, self.trends = analysis.state, analysis.trends
        return analysis

    def _called(self, analysis: Analysis, namer: TrendNamer) -> None:
        listed = namer.named([trend for trend in analysis.trends if trend.stage in LISTED_STAGES], analysis)
        told = {trend.id: trend for trend in listed}
        ranked = rank_again([told.get(trend.id, trend) for trend in analysis.trends])
        calls = [replace(call, origin=CallOrigin.BACKTEST) for call in with_titles(analysis.calls, ranked)]
        self.fresh_calls += calls
        for days in OUTCOME_DAYS:
            self.pending[analysis.as_of, days] += calls

    def _keep(self) -> None:
        """What is finished, with where it stands, all or nothing."""
        archive = self.tools.archive
        self.saved_at = perf_counter()
        if self.engine is None or not self.done:
            return
        with archive.transaction():
            archive.put_calls(self.fresh_calls)
            archive.put_outcomes(self.fresh_outcomes)
            archive.put_backtest_state(
                BacktestState(
                    fingerprint=self.fingerprint,
                    cutoff=self.plan.cutoffs[self.done - 1],
                    engine=self.engine,
                    trends=self.trends,
                )
            )
        self.fresh_calls, self.fresh_outcomes = [], []


def _backtest_corpus(tools: PipelineContext, plan: BacktestPlan) -> Corpus:
    archive = tools.archive
    corpus = archive.corpus(tools.encoder.name)
    if plan.sources:
        corpus = corpus_of_sources(corpus, source_ids_named(archive.sources(), plan.sources))
    if not len(corpus) or int(corpus.available[0]) >= to_seconds(plan.last):
        raise NothingPublished(path="archive", reason="no article with a vector before the last cut-off")
    return corpus


def _trend_namer(archive: ArchiveReader, corpus: Corpus, words: WordIndex) -> TrendNamer:
    return TrendNamer(corpus, words, banned=[source.title for source in archive.sources()], read=archive.terms)


def _backtest_fingerprint(tools: PipelineContext, plan: BacktestPlan, run: Run, corpus: Corpus) -> str:
    """Of all that decides what is said; articles after the last cut-off only decide how it turned out."""
    before = corpus.only(np.flatnonzero(corpus.available < to_seconds(plan.last)))
    contents = (before.ids, before.titles, corpus_digest(before))
    return fingerprint(
        "backtest", BACKTEST_VERSION, plan, run.code_version, tools.options, run.seed, run.encoder, contents
    )
