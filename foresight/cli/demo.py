"""demo: the whole way on the demonstration world, then the app."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Annotated

from foresight.cli.parsing import parse_integer
from foresight.cli.printing import ProgressBars
from foresight.cli.program import Session, command
from foresight.cli.reading import app
from foresight.cli.running import MaybeMoment
from foresight.i18n import Texts
from foresight.model.errors import UsageError

if TYPE_CHECKING:
    from foresight.demo.demonstration import DemonstrationResult
    from foresight.model.options import Options
    from foresight.model.ports import Clock
    from foresight.pipeline.context import PipelineContext

LEAST_WEEKS = 8


def _weeks_of_demo(text: str, argument: str) -> int:
    found = parse_integer(text, argument)
    if found < LEAST_WEEKS:
        raise UsageError(argument=argument, found=text, expected=f"{LEAST_WEEKS} …")
    return found


@command("demo")
def demo(
    session: Session,
    *,
    weeks: Annotated[int, _weeks_of_demo] = 30,
    seed: int = 0,
    as_of: MaybeMoment = None,
    no_planted: bool = False,
    no_app: bool = False,
    port: int = 8501,
) -> int:
    """Make a world that ends at as_of, serve, collect and analyse it; say what was found; open the app."""
    from foresight import wiring
    from foresight.cli.workshop import check_after_run
    from foresight.demo.demo_workshop import DemoWorkshopResult, hold_demo_workshop
    from foresight.demo.demonstration import prepare_folder, run_demonstration
    from foresight.demo.generator import make_world

    started = monotonic()
    if not session.has_folder:
        session.data /= "demo"
    end = (as_of or datetime.now(UTC)).replace(hour=0, minute=0, second=0, microsecond=0)
    world = make_world(seed=seed, weeks=weeks, end=end, planted=not no_planted)
    facts = {"articles": len(world.articles), "sources": len(world.sources), "weeks": weeks}
    session.printer.note("cli.demo_world", **facts)
    prepare_folder(session.data, seed=seed, weeks=weeks)
    options = demo_options()
    held: list[DemoWorkshopResult] = []

    def after_week(clock: Clock, left: int) -> None:
        services = wiring.build_services(session.data, clock=clock)
        wanted = left and not held
        if wanted and (made := hold_demo_workshop(services, clock, lang=session.texts.lang, patient=left > 1)):
            held.append(made)
            session.printer.note("cli.demo_workshop", left=left)
        check_after_run(session.data, session.printer, clock=clock)

    with ProgressBars(session.texts) as bars:

        def opened(clock: Clock) -> AbstractContextManager[PipelineContext]:
            return wiring.open_tools(session.data, options, progress=bars, clock=clock)

        shown = run_demonstration(world, opened, wiring.real_network(options.collect), after_week=after_week)
    document = {"documents": shown.documents, "seconds": dict(shown.seconds)} | shown.score.as_json()
    session.show(document, *_demo_lines(shown, monotonic() - started, session.texts), table=[])
    return 0 if no_app else app(session, port=port)


def demo_options() -> Options:
    """The usual options, but the loopback server may be asked, and without pauses: it is our own."""
    from dataclasses import replace

    from foresight import wiring

    usual = wiring.options_from_environment()
    return replace(usual, collect=replace(usual.collect, private_hosts=("127.0.0.1",), host_pause=0.0))


def _demo_lines(shown: DemonstrationResult, seconds: float, texts: Texts) -> Iterator[str]:
    planted = shown.score.planted
    found, alarms = sum(bool(verdict.trend) for verdict in planted), len(shown.score.false_alarms)
    facts = {"found": found, "planted": len(planted), "false_alarms": alarms, "seconds": round(seconds)}
    yield texts("cli.demo_done", **facts)
    for verdict in planted:
        stage = texts(f"stages.name_{verdict.stage}") if verdict.trend else ""
        key = "missed" if not verdict.trend else "steady" if verdict.lag_weeks is None else "planted"
        yield texts(f"cli.demo_{key}", name=verdict.name, stage=stage, lag=verdict.lag_weeks)
