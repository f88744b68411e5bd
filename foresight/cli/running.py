"""run, collect, analyse, import: the pipeline from the command line."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from foresight.cli.printing import Bars, Printer, run_document
from foresight.cli.signposts import after_run
from foresight.cli.track import track_lines
from foresight.collect.importing import read_articles
from foresight.errors import NothingPublished
from foresight.pipeline.backtesting import Plan
from foresight.pipeline.runs import Outcome, run_all, run_analyse, run_backtest, run_collect, run_import
from foresight.pipeline.tools import Tools
from foresight.records import Options, Origin
from foresight.services import wiring

WITH_PROBLEMS = 4


def run(arguments: Namespace, printer: Printer) -> int:
    """Collect what is due, analyse what is new, publish."""
    return _with_feeds(arguments, printer, run_all)


def collect(arguments: Namespace, printer: Printer) -> int:
    """Collect what is due and publish it."""
    return _with_feeds(arguments, printer, run_collect)


def analyse(arguments: Namespace, printer: Printer) -> int:
    """Find trends in what is stored."""
    with tools(arguments.data, options_of(arguments.feeds)) as opened:
        if opened.archive.document_count() == 0:
            raise NothingPublished(path=arguments.data)
        outcome = run_analyse(opened, as_of=arguments.as_of)
    after_run(arguments.data, printer)
    return tell(outcome, printer)


def backtest(arguments: Namespace, printer: Printer) -> int:
    """What would have been said, and how it turned out; an interrupted one goes on where it stood."""
    plan = Plan(
        first=arguments.start, last=arguments.end, weeks=arguments.every, sources=tuple(sorted(set(arguments.source)))
    )
    with tools(arguments.data, options_of(arguments.feeds)) as opened:
        outcome = run_backtest(opened, plan)
        records = [record for record in map(opened.archive.track_record, Origin) if record is not None]
    printer.answer(
        {**run_document(outcome.run, outcome.generation), "track_record": [asdict(record) for record in records]},
        [*printer.run_lines(outcome.run, outcome.generation), *track_lines(records[-1:], printer.texts)],
    )
    return 0


def import_(arguments: Namespace, printer: Printer) -> int:
    """Store past articles of a file."""
    source = arguments.source or arguments.file.stem
    batches = read_articles(arguments.file, source=source, now=datetime.now(UTC))
    with tools(arguments.data, options_of(arguments.feeds)) as opened:
        return tell(run_import(opened, batches), printer)


def tell(outcome: Outcome, printer: Printer) -> int:
    """Print a run's outcome; its exit code."""
    printer.answer(run_document(outcome.run, outcome.generation), printer.run_lines(outcome.run, outcome.generation))
    return WITH_PROBLEMS if outcome.problems else 0


@contextmanager
def tools(data: Path, options: Options) -> Iterator[Tools]:
    """The pipeline's tools with progress shown."""
    bars = Bars()
    try:
        with wiring.open_tools(data, options, progress=bars) as opened:
            yield opened
    finally:
        bars.close()


def options_of(feeds: Path) -> Options:
    """The options of a settings file, or the defaults where there is none: analysing needs no feeds."""
    return wiring.settings(feeds).options if feeds.exists() else wiring.options()


def _with_feeds(arguments: Namespace, printer: Printer, work: Callable[..., Outcome]) -> int:
    settings = wiring.settings(arguments.feeds)
    with tools(arguments.data, settings.options) as opened:
        network = wiring.network(settings.options.collect)
        outcome = work(opened, settings.sources, network, force=arguments.force)
    after_run(arguments.data, printer)
    return tell(outcome, printer)
