"""The backtest: what a live system would have listed at every cut-off of years, and how it turned out.

It is a step of the pipeline, because only the pipeline writes: it works on the working archive under the run's lock,
saves what is finished every few seconds, and publishes its record like any other run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
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
from foresight.store.reader import ArchiveReader
from foresight.trends.analysis import Analysis, analyse, with_titles
from foresight.trends.history import corpus_of_sources, source_ids_named, to_seconds
from foresight.trends.naming import TrendNamer, name_trends
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


def backtest(context: PipelineContext, plan: BacktestPlan, run: Run, tally: StepTally, *, until: datetime) -> None:
    """Make and evaluate the calls of a plan; go on where an interrupted backtest of the same plan stopped.

    Args:
        context: of the pipeline.
        plan: the cut-offs.
        run: the record of this run.
        tally: counts what was done; reused where all was there already.
        until: outcomes known by then are evaluated: now, or the end of an archive that lies in the past.

    Raises:
        UsageError: the plan has no cut-off.
        NotFound: an unknown source.
        NothingPublished: the archive has no article with a vector before the last cut-off.
    """
    if not plan.cutoffs:
        raise UsageError(argument="--from, --to", found=f"{plan.first:%F} – {plan.last:%F}", expected="from before to")
    corpus = _backtest_corpus(context, plan)
    tally.fingerprint = _backtest_fingerprint(context, plan, run, corpus)
    work = _BacktestProgress(context, plan, corpus, tally.fingerprint)
    last, record = context.archive.last_step("backtest"), context.archive.track_record(CallOrigin.BACKTEST)
    tally.reused = bool(record and record.complete and last and last.fingerprint == tally.fingerprint)
    if not tally.reused:
        work.begin()
        work.run_cutoffs()
    work.finish(run, until)
    tally.add("cutoffs", len(plan.cutoffs))
    tally.add("calls", len(context.archive.calls(CallOrigin.BACKTEST)))
    tally.add("outcomes", len(context.archive.outcomes(CallOrigin.BACKTEST)))


@dataclass(slots=True)
class _BacktestProgress:
    """A backtest while it goes on."""

    context: PipelineContext
    plan: BacktestPlan
    corpus: Corpus
    fingerprint: str
    words: WordIndex = field(init=False)
    engine: ClusteringState | None = None
    trends: tuple[Trend, ...] = ()
    done: int = 0
    pending: dict[tuple[datetime, int], list[TrendCall]] = field(default_factory=lambda: defaultdict(list))
    band_learning: BandLearning = field(default_factory=BandLearning)
    persistence_learning: PersistenceLearning = field(default_factory=PersistenceLearning)
    unsaved_calls: list[TrendCall] = field(default_factory=list)
    unsaved_outcomes: list[CallOutcome] = field(default_factory=list)
    saved_at: float = field(default_factory=perf_counter)

    def __post_init__(self) -> None:
        self.words = word_index(self.corpus.titles, self.corpus.texts, self.corpus.langs)

    def begin(self) -> None:
        """Take up an unfinished backtest of the same plan, or clear the way for a new one."""
        archive = self.context.archive
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

    def run_cutoffs(self) -> None:
        """Every cut-off that is left, each from what was available before it, its bands from outcomes known by then."""
        cutoffs = self.plan.cutoffs
        namer = _trend_namer(self.context.archive, self.corpus, self.words)
        try:
            for as_of in cutoffs[self.done :]:
                self._evaluate(as_of)
                analysis = self._analyse(as_of)
                self._record_calls(analysis, namer)
                self.done += 1
                self.context.progress("backtest", self.done, len(cutoffs))
                if perf_counter() - self.saved_at > SAVE_BACKTEST_SECONDS:
                    self._save()
        finally:
            self._save()

    def finish(self, run: Run, until: datetime) -> None:
        """Evaluate what is known by `until`, and compile the record."""
        archive = self.context.archive
        self.pending.clear()
        for days in OUTCOME_DAYS:
            for call in archive.calls_without_outcome(
                CallOrigin.BACKTEST, days=days, until=until - timedelta(days=days)
            ):
                self.pending[call.as_of, days].append(call)
        self._evaluate(until)
        with archive.transaction():
            archive.put_outcomes(self.unsaved_outcomes)
            archive.clear_call_centres(CallOrigin.BACKTEST, before=until - timedelta(days=OUTCOME_DAYS[-1]))
            archive.put_backtest_state(None)
        record = compile_track_record(
            archive,
            run,
            CallOrigin.BACKTEST,
            cutoffs=self.plan.cutoffs,
            weeks=self.plan.weeks,
            made=self.context.clock.now(),
            sources_only=self.plan.sources,
        )
        with archive.transaction():
            archive.put_track_record(replace(record, documents=len(self.corpus)))

    def _evaluate(self, known: datetime) -> None:
        """Every pending call whose outcome is known by then."""
        engine = self.engine or self.context.archive.clustering_state()
        means = engine.means if engine else ()
        for as_of, days in sorted(key for key in self.pending if key[0] + timedelta(days=key[1]) <= known):
            calls = self.pending.pop((as_of, days))
            seed = self.context.options.seed
            found = outcomes_of_calls(self.corpus, self.words, means, calls, days=days, seed=seed)
            self._learn(tuple(zip(calls, found, strict=True)))
            self.unsaved_outcomes += found

    def _learn(self, pairs: Sequence[CallWithOutcome]) -> None:
        """What the bands and the persistence probability of the next cut-offs may know."""
        self.band_learning.learn(pairs)
        self.persistence_learning.learn(pairs)

    def _analyse(self, as_of: datetime) -> Analysis:
        options = self.context.options
        analysis = analyse(
            self.corpus,
            self.words,
            self.engine,
            as_of=as_of,
            options=options.trends,
            seed=options.seed,
            earlier=self.trends,
            priors=load_language_priors(self.context.encoder.name),
            band_errors=self.band_learning.errors(),
            persistence_fits=self.persistence_learning.fits(),
        )
        self.engine, self.trends = analysis.state, analysis.trends
        return analysis

    def _record_calls(self, analysis: Analysis, namer: TrendNamer) -> None:
        trends = name_trends(analysis, namer, LISTED_STAGES)
        calls = [replace(call, origin=CallOrigin.BACKTEST) for call in with_titles(analysis.calls, trends)]
        self.unsaved_calls += calls
        for days in OUTCOME_DAYS:
            self.pending[analysis.as_of, days] += calls

    def _save(self) -> None:
        """What is finished, with where it stands, all or nothing."""
        archive = self.context.archive
        self.saved_at = perf_counter()
        if self.engine is None or not self.done:
            return
        with archive.transaction():
            archive.put_calls(self.unsaved_calls)
            archive.put_outcomes(self.unsaved_outcomes)
            archive.put_backtest_state(
                BacktestState(
                    fingerprint=self.fingerprint,
                    cutoff=self.plan.cutoffs[self.done - 1],
                    engine=self.engine,
                    trends=self.trends,
                )
            )
        self.unsaved_calls, self.unsaved_outcomes = [], []


def _backtest_corpus(context: PipelineContext, plan: BacktestPlan) -> Corpus:
    archive = context.archive
    corpus = archive.corpus(context.encoder.name)
    if plan.sources:
        corpus = corpus_of_sources(corpus, source_ids_named(archive.sources(), plan.sources))
    if not len(corpus) or int(corpus.available[0]) >= to_seconds(plan.last):
        raise NothingPublished(path="archive", reason="no article with a vector before the last cut-off")
    return corpus


def _trend_namer(archive: ArchiveReader, corpus: Corpus, words: WordIndex) -> TrendNamer:
    return TrendNamer(corpus, words, banned=[source.title for source in archive.sources()], read=archive.terms)


def _backtest_fingerprint(context: PipelineContext, plan: BacktestPlan, run: Run, corpus: Corpus) -> str:
    """Of all that decides the calls; articles after the last cut-off only decide how they turned out."""
    before = corpus.only(np.flatnonzero(corpus.available < to_seconds(plan.last)))
    digest = sha256()
    numbers = (before.sources, before.stories, before.published, before.available, before.vectors)
    for array in (*numbers, before.source_weights):
        digest.update(np.ascontiguousarray(array).data)
    contents = (before.ids, before.titles, digest.hexdigest())
    return fingerprint(
        "backtest", BACKTEST_VERSION, plan, run.code_version, context.options, run.seed, run.encoder, contents
    )
