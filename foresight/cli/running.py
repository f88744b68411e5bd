"""run, collect, analyse, import: the pipeline from the command line."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from foresight import wiring
from foresight.cli.printing import Printer, ProgressBars, run_document
from foresight.cli.signposts import check_after_run
from foresight.cli.track import track_lines
from foresight.ingest.import_file import read_articles
from foresight.model.errors import NothingPublished
from foresight.model.options import Options
from foresight.model.track_record import CallOrigin
from foresight.pipeline.backtest import BacktestPlan
from foresight.pipeline.context import PipelineContext
from foresight.pipeline.runs import RunResult, run_all, run_analyse, run_backtest, run_collect, run_import

WITH_PROBLEMS = 4


def run(arguments: Namespace, printer: Printer) -> int:
    """Collect what is due, analyse what is new, publish."""
    return _run_with_feeds(arguments, printer, run_all)


def collect(arguments: Namespace, printer: Printer) -> int:
    """Collect what is due and publish it."""
    return _run_with_feeds(arguments, printer, run_collect)


def analyse(arguments: Namespace, printer: Printer) -> int:
    """Find trends in what is stored."""
    with open_pipeline_tools(arguments.data, options_from_file(arguments.feeds)) as opened:
        if opened.archive.document_count() == 0:
            raise NothingPublished(path=arguments.data)
        outcome = run_analyse(opened, as_of=arguments.as_of)
    check_after_run(arguments.data, printer)
    return print_outcome(outcome, printer)


def backtest(arguments: Namespace, printer: Printer) -> int:
    """What would have been said, and how it turned out; an interrupted one goes on where it stood."""
    plan = BacktestPlan(
        first=arguments.start, last=arguments.end, weeks=arguments.every, sources=tuple(sorted(set(arguments.source)))
    )
    with open_pipeline_tools(arguments.data, options_from_file(arguments.feeds)) as opened:
        outcome = run_backtest(opened, plan)
        records = [record for record in map(opened.archive.track_record, CallOrigin) if record is not None]
    printer.answer(
        {**run_document(outcome.run, outcome.generation), "track_record": [asdict(record) for record in records]},
        [*printer.run_lines(outcome.run, outcome.generation), *track_lines(records[-1:], printer.texts)],
    )
    return 0


def import_(arguments: Namespace, printer: Printer) -> int:
    """Store past articles of a file."""
    source = arguments.source or arguments.file.stem
    batches = read_articles(arguments.file, source=source, now=datetime.now(UTC))
    with open_pipeline_tools(arguments.data, options_from_file(arguments.feeds)) as opened:
        return print_outcome(run_import(opened, batches), printer)


def print_outcome(outcome: RunResult, printer: Printer) -> int:
    """Print a run's outcome; its exit code."""
    printer.answer(run_document(outcome.run, outcome.generation), printer.run_lines(outcome.run, outcome.generation))
    return WITH_PROBLEMS if outcome.problems else 0


@contextmanager
def open_pipeline_tools(data: Path, options: Options) -> Iterator[PipelineContext]:
    """The pipeline's tools with progress shown."""
    bars = ProgressBars()
    try:
        with wiring.open_tools(data, options, progress=bars) as opened:
            yield opened
    finally:
        bars.close()


def options_from_file(feeds: Path) -> Options:
    """The options of a settings file, or the defaults where there is none: analysing needs no feeds."""
    return wiring.settings_from_environment(feeds).options if feeds.exists() else wiring.options_from_environment()


def _run_with_feeds(arguments: Namespace, printer: Printer, work: Callable[..., RunResult]) -> int:
    settings = wiring.settings_from_environment(arguments.feeds)
    with open_pipeline_tools(arguments.data, settings.options) as opened:
        network = wiring.real_network(settings.options.collect)
        outcome = work(opened, settings.sources, network, force=arguments.force)
    check_after_run(arguments.data, printer)
    return print_outcome(outcome, printer)
