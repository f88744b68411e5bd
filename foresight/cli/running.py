"""run, collect, analyse, import, backtest, signals, replay: the pipeline, now and in the past."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from foresight.cli.parsing import parse_moment, parse_weeks
from foresight.cli.printing import ProgressBars, run_document
from foresight.cli.program import Session, command
from foresight.model.errors import NothingPublished, UsageError

if TYPE_CHECKING:
    from foresight.model.options import Options
    from foresight.model.trends import Stage
    from foresight.pipeline.context import PipelineContext
    from foresight.pipeline.runs import RunResult
    from foresight.queries.signal_lists import SignalLine, SignalListService

FEEDS = Path("feeds.yaml")
STAGES = ("noise", "candidate", "weak", "emerging", "strong", "steady", "fading", "sleeping")
WITH_PROBLEMS = 4
Moment = Annotated[datetime, parse_moment]
MaybeMoment = Annotated[datetime | None, parse_moment]
Weeks = Annotated[int, parse_weeks]
Stages = Annotated[Sequence[str], STAGES]


@command("run")
def run(session: Session, *, feeds: Path = FEEDS, force: bool = False, as_of: MaybeMoment = None) -> int:
    """Collect what is due, analyse what is new, publish; as_of: the cut-off of the analysis."""
    from foresight.pipeline.runs import run_all

    return _run_with_feeds(session, feeds, partial(run_all, as_of=as_of), force=force)


@command("collect")
def collect(session: Session, *, feeds: Path = FEEDS, force: bool = False) -> int:
    """Collect what is due and publish it."""
    from foresight.pipeline.runs import run_collect

    return _run_with_feeds(session, feeds, run_collect, force=force)


@command("analyse")
def analyse(session: Session, *, feeds: Path = FEEDS, as_of: MaybeMoment = None) -> int:
    """Find trends in what is stored, and publish."""
    from foresight.cli.workshop import check_after_run
    from foresight.pipeline.runs import run_analyse

    with _pipeline(session, options_of(feeds)) as tools:
        if tools.archive.document_count() == 0:
            raise NothingPublished(path=session.data)
        result = run_analyse(tools, as_of=as_of)
    check_after_run(session.data, session.printer)
    return _show_result(session, result)


@command("import")
def import_(session: Session, file: Path, *, source: str = "", feeds: Path = FEEDS) -> int:
    """Store past articles of a file."""
    from foresight.ingest.import_file import read_articles
    from foresight.pipeline.runs import run_import

    batches = read_articles(file, source=source or file.stem, now=datetime.now(UTC))
    with _pipeline(session, options_of(feeds)) as tools:
        return _show_result(session, run_import(tools, batches))


@command("backtest")
def backtest(
    session: Session, *, from_: Moment, to: Moment, every: Weeks = 1, source: Sequence[str] = (), feeds: Path = FEEDS
) -> None:
    """What would have been said, and how it turned out; an interrupted one goes on where it stood."""
    from dataclasses import asdict

    from foresight.cli.reading import track_table
    from foresight.model.track_record import CallOrigin
    from foresight.pipeline.backtest import BacktestPlan
    from foresight.pipeline.runs import run_backtest

    plan = BacktestPlan(first=from_, last=to, weeks=every, sources=tuple(sorted(set(source))))
    with _pipeline(session, options_of(feeds)) as tools:
        result = run_backtest(tools, plan)
        records = [record for record in map(tools.archive.track_record, CallOrigin) if record is not None]
    session.show(
        run_document(result.run, result.generation),
        *session.printer.run_lines(result.run, result.generation, {}),
        track_record=[asdict(record) for record in records],
        table=track_table(records[-1:], session.texts),
    )


@command("signals")
def signals(
    session: Session, *, as_of: MaybeMoment = None, stage: Stages = (), source: Sequence[str] = (), feeds: Path = FEEDS
) -> None:
    """The trends and their stages at a cut-off, as JSON lines."""
    with _signal_lists(session, feeds) as service:
        if as_of is None and not source:
            _print_signals(session, service.latest(_stages(stage)))
        else:
            moment = as_of or datetime.now(UTC)
            _print_signals(session, service.at([moment], stages=_stages(stage), sources=source))


@command("replay")
def replay(
    session: Session,
    *,
    from_: Moment,
    to: Moment,
    every: Weeks = 1,
    speed: Annotated[str, ("fast", "slow")] = "fast",
    stage: Stages = (),
    source: Sequence[str] = (),
    feeds: Path = FEEDS,
) -> None:
    """The same at every cut-off between two dates, as a live system would have said it."""
    from foresight.queries.signal_lists import cut_offs

    cutoffs = cut_offs(from_, to, every)
    if not cutoffs:
        raise UsageError(argument="--to", found=to.date(), expected=f"on or after {from_.date()}")
    with _signal_lists(session, feeds) as service:
        listed = service.slow_at if speed == "slow" else service.at
        _print_signals(session, listed(cutoffs, stages=_stages(stage), sources=source))


def options_of(feeds: Path) -> Options:
    """The options of a settings file, or the defaults where there is none: analysing needs no feeds."""
    from foresight import wiring

    return wiring.settings_from_environment(feeds).options if feeds.exists() else wiring.options_from_environment()


def _run_with_feeds(session: Session, feeds: Path, work: Callable[..., RunResult], *, force: bool) -> int:
    from foresight import wiring
    from foresight.cli.workshop import check_after_run
    from foresight.config import require_sources

    settings = require_sources(wiring.settings_from_environment(feeds))
    with _pipeline(session, settings.options) as tools:
        network = wiring.real_network(settings.options.collect)
        result = work(tools, settings.sources, network, force=force)
    check_after_run(session.data, session.printer)
    return _show_result(session, result, {source.id: source.title for source in settings.sources})


@contextmanager
def _pipeline(session: Session, options: Options) -> Iterator[PipelineContext]:
    """The pipeline's tools with progress shown."""
    from foresight import wiring

    with ProgressBars(session.texts) as bars, wiring.open_tools(session.data, options, progress=bars) as tools:
        yield tools


def _show_result(session: Session, result: RunResult, titles: Mapping[str, str] | None = None) -> int:
    """Show what a run did; its exit code."""
    lines = session.printer.run_lines(result.run, result.generation, titles or {})
    session.show(run_document(result.run, result.generation), *lines, table=[])
    return WITH_PROBLEMS if result.problems else 0


@contextmanager
def _signal_lists(session: Session, feeds: Path) -> Iterator[SignalListService]:
    from foresight import wiring

    with ProgressBars(session.texts) as bars:
        yield wiring.make_signal_list_service(session.data, options_of(feeds), progress=bars)


def _stages(names: Sequence[str]) -> Sequence[Stage]:
    from foresight.model.trends import Stage
    from foresight.queries.signal_lists import LISTED_STAGES

    return tuple(Stage(name) for name in names) or LISTED_STAGES


def _print_signals(session: Session, lines: Iterable[SignalLine]) -> None:
    for line in lines:
        session.printer.json_line(signal_document(line))


def signal_document(line: SignalLine) -> dict[str, object]:
    """One line of `signals` and `replay`, as docs/commands.md describes it."""
    return {
        "as_of": line.as_of.date().isoformat() if line.as_of.hour == 0 else line.as_of.isoformat(),
        "rank": line.rank,
        "trend": line.trend,
        "title": line.title,
        "stage": line.stage.value,
        "speed": line.speed.value,
        "growth": {"per_week": line.growth, "low": line.growth_low, "high": line.growth_high},
        "doubling_weeks": line.doubling_weeks,
        "q_value": line.q_value,
        "lasting": {f"weeks_{weeks}": round(chance, 4) for weeks, chance in line.lasting},
        "share": line.share,
        "stories": line.stories,
        "sources": line.sources,
        "languages": list(line.languages),
        "docs": list(line.docs),
    }
