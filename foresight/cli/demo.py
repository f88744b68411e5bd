"""demo: the whole way on the demonstration world, then the app."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from foresight import wiring
from foresight.cli.care import app
from foresight.cli.printing import Printer, ProgressBars
from foresight.cli.signposts import check_after_run
from foresight.demo.demo_workshop import DemoWorkshopResult, hold_demo_workshop
from foresight.demo.demonstration import DemonstrationResult, prepare_folder, run_demonstration
from foresight.demo.generator import make_world
from foresight.i18n import Texts
from foresight.model.options import Options
from foresight.model.ports import Clock
from foresight.pipeline.context import PipelineContext


def demo(arguments: Namespace, printer: Printer) -> int:
    """Make a world, serve, collect and analyse it; say what was found; open the app."""
    started = monotonic()
    data: Path = arguments.data if arguments.data != Path("data") else arguments.data / "demo"
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    world = make_world(seed=arguments.seed, weeks=arguments.weeks, end=midnight, planted=not arguments.no_planted)
    facts = {"articles": len(world.articles), "sources": len(world.sources), "weeks": arguments.weeks}
    printer.note("demo_world", **facts)
    prepare_folder(data, seed=arguments.seed, weeks=arguments.weeks)
    options = demo_options()
    bars = ProgressBars()
    held: list[DemoWorkshopResult] = []

    def opened(clock: Clock) -> AbstractContextManager[PipelineContext]:
        return wiring.open_tools(data, options, progress=bars, clock=clock)

    def after_week(clock: Clock, left: int) -> None:
        services = wiring.build_services(data, clock=clock)
        wanted = left and not held
        if wanted and (made := hold_demo_workshop(services, clock, lang=printer.texts.lang, patient=left > 1)):
            held.append(made)
            printer.note("demo_workshop", left=left)
        check_after_run(data, printer, clock=clock)

    try:
        shown = run_demonstration(world, opened, wiring.real_network(options.collect), after_week=after_week)
    finally:
        bars.close()
    document: dict[str, object] = {"documents": shown.documents, "seconds": dict(shown.seconds)}
    document |= shown.score.as_json()
    printer.answer(document, _demo_lines(shown, monotonic() - started, printer.texts))
    if arguments.no_app:
        return 0
    arguments.data = data
    return app(arguments, printer)


def demo_options() -> Options:
    """The usual options, but the loopback server may be asked, and without pauses: it is our own."""
    usual = wiring.options_from_environment()
    collecting = replace(usual.collect, private_hosts=("127.0.0.1",), host_pause=0.0)
    return replace(usual, collect=collecting)


def _demo_lines(shown: DemonstrationResult, seconds: float, texts: Texts) -> Iterable[str]:
    planted = shown.score.planted
    yield texts(
        "cli.demo_done",
        found=sum(bool(verdict.trend) for verdict in planted),
        planted=len(planted),
        false_alarms=len(shown.score.false_alarms),
        seconds=round(seconds),
    )
    for verdict in planted:
        if not verdict.trend:
            yield texts("cli.demo_missed", name=verdict.name)
        else:
            stage = texts(f"stages.name_{verdict.stage}")
            key = "demo_steady" if verdict.lag_weeks is None else "demo_planted"
            yield texts(f"cli.{key}", name=verdict.name, stage=stage, lag=verdict.lag_weeks)
