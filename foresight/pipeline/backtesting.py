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

from foresight.analysis import Analysis, analyse
from foresight.analysis.calendar import seconds
from foresight.analysis.calls import named
from foresight.analysis.narrowing import only_sources, source_ids
from foresight.analysis.outcomes import outcomes
from foresight.embed.priors import load_priors
from foresight.enrich.words import word_index
from foresight.errors import NothingPublished, UsageError
from foresight.naming import Namer, ranked_anew
from foresight.pipeline.analysing import corpus_digest
from foresight.pipeline.judging import added_up
from foresight.pipeline.tools import Tally, Tools, fingerprint
from foresight.ports import ArchiveReader
from foresight.records import BacktestState, Call, Corpus, EngineState, Origin, Outcome, Run, Trend, WordIndex
from foresight.signals.outcomes import HORIZONS
from foresight.signals.projection import Learning
from foresight.signals.refit import ChanceLearning
from foresight.signals.track_record import LISTED, Pair, paired

VERSION = "5"
KEEP_SECONDS = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
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


def backtest(tools: Tools, plan: Plan, run: Run, counted: Tally, *, until: datetime) -> None:
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
    corpus = _corpus(tools, plan)
    counted.fingerprint = _fingerprint(tools, plan, run, corpus)
    work = _Work(tools, plan, corpus, counted.fingerprint)
    last, record = tools.archive.last_step("backtest"), tools.archive.track_record(Origin.BACKTEST)
    counted.reused = bool(record and record.complete and last and last.fingerprint == counted.fingerprint)
    if not counted.reused:
        work.begin()
        work.say()
    work.finish(run, until)
    counted.add("cutoffs", len(plan.cutoffs))
    counted.add("calls", len(tools.archive.calls(Origin.BACKTEST)))
    counted.add("outcomes", len(tools.archive.outcomes(Origin.BACKTEST)))


@dataclass(slots=True)
class _Work:
    """A backtest while it goes on."""

    tools: Tools
    plan: Plan
    corpus: Corpus
    fingerprint: str
    words: WordIndex = field(init=False)
    engine: EngineState | None = None
    trends: tuple[Trend, ...] = ()
    done: int = 0
    pending: dict[tuple[datetime, int], list[Call]] = field(default_factory=lambda: defaultdict(list))
    learning: Learning = field(default_factory=Learning)
    chances: ChanceLearning = field(default_factory=ChanceLearning)
    fresh_calls: list[Call] = field(default_factory=list)
    fresh_outcomes: list[Outcome] = field(default_factory=list)
    kept_at: float = field(default_factory=perf_counter)

    def __post_init__(self) -> None:
        self.words = word_index(self.corpus.titles, self.corpus.texts, self.corpus.langs)

    def begin(self) -> None:
        """Take up an unfinished backtest of the same plan, or clear the way for a new one."""
        archive = self.tools.archive
        stood = archive.backtest_state()
        if stood is None or stood.fingerprint != self.fingerprint:
            with archive.transaction():
                archive.forget_track(Origin.BACKTEST)
                archive.put_backtest_state(None)
            return
        self.engine, self.trends = stood.engine, stood.trends
        self.done = sum(cutoff <= stood.cutoff for cutoff in self.plan.cutoffs)
        self._learn(paired(archive.calls(Origin.BACKTEST), archive.outcomes(Origin.BACKTEST)))
        for days in HORIZONS:
            for call in archive.unjudged(Origin.BACKTEST, days=days, until=stood.cutoff):
                self.pending[call.as_of, days].append(call)

    def say(self) -> None:
        """Every cut-off that is left, each from what was available before it, its bands from outcomes known by then."""
        cutoffs = self.plan.cutoffs
        namer = _namer(self.tools.archive, self.corpus, self.words)
        try:
            for as_of in cutoffs[self.done :]:
                self._judge(as_of)
                analysis = self._analysed(as_of)
                self._called(analysis, namer)
                self.done += 1
                self.tools.progress("backtest", self.done, len(cutoffs))
                if perf_counter() - self.kept_at > KEEP_SECONDS:
                    self._keep()
        finally:
            self._keep()

    def finish(self, run: Run, until: datetime) -> None:
        """Judge what is known by `until`, and add up."""
        archive = self.tools.archive
        self.pending.clear()
        for days in HORIZONS:
            for call in archive.unjudged(Origin.BACKTEST, days=days, until=until - timedelta(days=days)):
                self.pending[call.as_of, days].append(call)
        self._judge(until)
        with archive.transaction():
            archive.put_outcomes(self.fresh_outcomes)
            archive.forget_places(Origin.BACKTEST, before=until - timedelta(days=HORIZONS[-1]))
            archive.put_backtest_state(None)
        record = added_up(
            archive,
            run,
            Origin.BACKTEST,
            cutoffs=self.plan.cutoffs,
            weeks=self.plan.weeks,
            made=self.tools.clock.now(),
            sources_only=self.plan.sources,
        )
        with archive.transaction():
            archive.put_track_record(replace(record, documents=len(self.corpus)))

    def _judge(self, known: datetime) -> None:
        """Every pending call whose outcome is known by then."""
        engine = self.engine or self.tools.archive.engine_state()
        means = engine.means if engine else ()
        for as_of, days in sorted(key for key in self.pending if key[0] + timedelta(days=key[1]) <= known):
            calls = self.pending.pop((as_of, days))
            seed = self.tools.options.seed
            found = outcomes(self.corpus, self.words, means, calls, days=days, seed=seed)
            self._learn(tuple(zip(calls, found, strict=True)))
            self.fresh_outcomes += found

    def _learn(self, pairs: Sequence[Pair]) -> None:
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
            priors=load_priors(self.tools.encoder.name),
            errors=self.learning.errors(),
            lasting=self.chances.fits(),
        )
        self.engine, self.trends = analysis.state, analysis.trends
        return analysis

    def _called(self, analysis: Analysis, namer: Namer) -> None:
        listed = namer.named([trend for trend in analysis.trends if trend.stage in LISTED], analysis)
        told = {trend.id: trend for trend in listed}
        ranked = ranked_anew([told.get(trend.id, trend) for trend in analysis.trends])
        calls = [replace(call, origin=Origin.BACKTEST) for call in named(analysis.calls, ranked)]
        self.fresh_calls += calls
        for days in HORIZONS:
            self.pending[analysis.as_of, days] += calls

    def _keep(self) -> None:
        """What is finished, with where it stands, all or nothing."""
        archive = self.tools.archive
        self.kept_at = perf_counter()
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


def _corpus(tools: Tools, plan: Plan) -> Corpus:
    archive = tools.archive
    corpus = archive.corpus(tools.encoder.name)
    if plan.sources:
        corpus = only_sources(corpus, source_ids(archive.sources(), plan.sources))
    if not len(corpus) or int(corpus.available[0]) >= seconds(plan.last):
        raise NothingPublished(path="archive", reason="no article with a vector before the last cut-off")
    return corpus


def _namer(archive: ArchiveReader, corpus: Corpus, words: WordIndex) -> Namer:
    return Namer(corpus, words, banned=[source.title for source in archive.sources()], read=archive.terms)


def _fingerprint(tools: Tools, plan: Plan, run: Run, corpus: Corpus) -> str:
    """Of all that decides what is said; articles after the last cut-off only decide how it turned out."""
    before = corpus.only(np.flatnonzero(corpus.available < seconds(plan.last)))
    contents = (before.ids, before.titles, corpus_digest(before))
    return fingerprint("backtest", VERSION, plan, run.code_version, tools.options, run.seed, run.encoder, contents)
