"""The demonstration: the whole way on an invented world, and how much of what was planted in it was found."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from foresight.demo.feed_server import FeedServer
from foresight.demo.scoring import DemonstrationScore, FoundTrend, score_found_trends
from foresight.demo.world import DemoWorld, world_sources
from foresight.model.errors import UsageError
from foresight.model.ports import Clock
from foresight.model.runs import StepReport
from foresight.model.sources import Source
from foresight.model.trends import Stage, Trend
from foresight.pipeline.context import PipelineContext
from foresight.pipeline.runs import OpenFeedNetwork, RunResult, run_analyse, run_collect
from foresight.store.reader import ArchiveReader

MARKER_FILE = "demo.json"
ARCHIVE_PATTERNS = ("work.duckdb", "work.duckdb.wal", "CURRENT", "archive-*.duckdb", "archive-*.tmp")
SIGNAL_STAGES = (Stage.WEAK, Stage.EMERGING)
ANALYSED_WEEKS, PUBLISHED_WEEKS = 12, 4
WEEK = timedelta(weeks=1)
BEFORE_MIDNIGHT = timedelta(minutes=30)


@dataclass(slots=True)
class SteppedClock:
    """Shows the moment it is set to."""

    moment: datetime

    def now(self) -> datetime:
        """The moment."""
        return self.moment


@dataclass(frozen=True, slots=True, kw_only=True)
class DemonstrationResult:
    """What a demonstration came to.

    Attributes:
        seconds: (stage, wall time) summed over all runs.
        score: planted trends and false alarms.
    """

    documents: int
    seconds: tuple[tuple[str, float], ...]
    score: DemonstrationScore
    generation: int


OpenTools = Callable[[Clock], AbstractContextManager[PipelineContext]]
AfterWeek = Callable[[Clock, int], None]
"""What happens after a published week: the clock at its end, and how many weeks are still to come."""


def no_follow_up(clock: Clock, left: int) -> None:
    """Weeks that nobody watches."""


def run_demonstration(
    world: DemoWorld,
    open_tools: OpenTools,
    network: OpenFeedNetwork,
    *,
    after_week: AfterWeek = no_follow_up,
    analysed_weeks: int = ANALYSED_WEEKS,
) -> DemonstrationResult:
    """Let the weeks pass: collect at the end of each over HTTP, analyse the last `analysed_weeks` as they come.

    The last four are published, so that people can watch them come: `after_week` is called after each.
    """
    clock = SteppedClock(world.start)
    steps: list[StepReport] = []
    with FeedServer(world, now=world.start) as server, open_tools(clock) as tools:
        sources = world_sources(world, server.base_url)
        last: RunResult | None = None
        ends = tuple(week_ends(world.start, world.end))
        for number, end in enumerate(ends, 1):
            server.now = clock.moment = end - BEFORE_MIDNIGHT
            steps += _collect_week(tools, sources, network)
            if len(ends) - number < analysed_weeks:
                clock.moment = end
                left = len(ends) - number
                last = run_analyse(tools, as_of=end, publish=left < PUBLISHED_WEEKS)
                steps += last.steps
                if left < PUBLISHED_WEEKS:
                    after_week(clock, left)
        return DemonstrationResult(
            documents=tools.archive.document_count(),
            seconds=_seconds_by_step(steps),
            score=score_found_trends(world, found_trends(tools.archive)),
            generation=last.generation if last else 0,
        )


def week_ends(start: datetime, end: datetime) -> Iterator[datetime]:
    """The midnights that end the ISO weeks of a span, and its own end."""
    midnight = start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight + timedelta(days=7 - midnight.weekday())
    while monday < end:
        yield monday
        monday += WEEK
    yield end


def found_trends(reader: ArchiveReader) -> tuple[FoundTrend, ...]:
    """The trends of the latest analysis that are shown, with their articles by URL and when they were first called."""
    return tuple(_found_trend(reader, trend) for trend in reader.trends() if not trend.mixed)


def prepare_folder(data: Path, *, seed: int, weeks: int) -> None:
    """Empty a folder of an earlier demonstration, but for its ledger: people's decisions stay.

    Raises:
        UsageError: the folder holds an archive of real news.
    """
    mark = data / MARKER_FILE
    if (data / "work.duckdb").exists() and not mark.exists():
        raise UsageError(argument="--data", found=data, expected="a folder without an archive, or of a demonstration")
    data.mkdir(parents=True, exist_ok=True)
    for pattern in ARCHIVE_PATTERNS:
        for path in data.glob(pattern):
            path.unlink()
    mark.write_text(json.dumps({"seed": seed, "weeks": weeks}), encoding="utf-8")


def _collect_week(tools: PipelineContext, sources: Sequence[Source], network: OpenFeedNetwork) -> Sequence[StepReport]:
    return run_collect(tools, sources, network, force=True, publish=False).steps


def _found_trend(reader: ArchiveReader, trend: Trend) -> FoundTrend:
    calls = [run.as_of for run in reader.trend_history(trend.id) if run.stage in SIGNAL_STAGES]
    documents = reader.documents(ids=[assignment.document_id for assignment in reader.assignments(trend.id)])
    return FoundTrend(
        trend_id=trend.id,
        stage=trend.stage,
        documents=frozenset(document.url for document in documents),
        first_called=min(calls, default=None),
    )


def _seconds_by_step(steps: Sequence[StepReport]) -> tuple[tuple[str, float], ...]:
    spent: defaultdict[str, float] = defaultdict(float)
    for step in steps:
        spent[step.step] += step.seconds
    return tuple((name, round(seconds, 1)) for name, seconds in spent.items())
