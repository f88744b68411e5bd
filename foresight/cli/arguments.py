"""The words of every command. Nothing heavy is imported here: ``--help`` answers at once."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

from foresight.cli.method_arguments import add_methods, add_panel
from foresight.cli.workshop_arguments import add_others, add_scenario

STAGES = ("noise", "candidate", "weak", "emerging", "strong", "steady", "fading", "sleeping")
Command = Callable[[argparse.Namespace, object], int]


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The command and its options; wrong words end the program with exit code 2 and say what was expected."""
    arguments = parser().parse_args(argv)
    for name, default in (("data", Path("data")), ("json", False), ("lang", "")):
        if not hasattr(arguments, name):
            setattr(arguments, name, default)
    return arguments


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    main = argparse.ArgumentParser(prog="foresight", description="Trend foresight and scenario planning.")
    commands = main.add_subparsers(required=True, metavar="COMMAND")
    _add_running(commands)
    _add_reading(commands)
    _add_scenarios(commands)
    _add_looking_after(commands)
    return main


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse names it no other way


def _add(commands: Commands, name: str, target: str, text: str) -> argparse.ArgumentParser:
    """A command; `target` is "module:function" of its code, imported when it is called."""
    command = commands.add_parser(name, help=text, description=text)
    command.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="data folder (default: data)")
    command.add_argument("--json", action="store_true", help="answer with JSON on stdout, and nothing else there")
    command.add_argument("--lang", choices=("fi", "en"), default="", help="language of answers")
    command.set_defaults(command=_later(target))
    return command


def _later(target: str) -> Command:
    module, name = target.split(":")

    def call(arguments: argparse.Namespace, printer: object) -> int:
        return int(getattr(import_module(f"foresight.cli.{module}"), name)(arguments, printer))

    return call


def _add_running(commands: Commands) -> None:
    demo = _add(commands, "demo", "demo:demo", "the whole way on an invented world, then the app")
    demo.add_argument("--weeks", type=_weeks_of_demo, default=30, help="weeks of news (default: 30, least 8)")
    demo.add_argument("--seed", type=int, default=0, help="another seed, another world")
    demo.add_argument("--no-app", action="store_true", help="end after publishing")
    demo.add_argument("--no-planted", action="store_true", help="the same world without the planted trends")
    demo.add_argument("--port", type=int, default=8501, help="port of the app (default: 8501)")
    for name, text in (
        ("run", "collect what is due, analyse what is new, publish"),
        ("collect", "collect what is due and publish it"),
    ):
        command = _add(commands, name, f"running:{name}", text)
        command.add_argument("--feeds", type=Path, default=Path("feeds.yaml"), help="settings (default: feeds.yaml)")
        command.add_argument("--force", action="store_true", help="ask every feed now, due or not")
    analyse = _add(commands, "analyse", "running:analyse", "find trends in what is stored, and publish")
    analyse.add_argument("--feeds", type=Path, default=Path("feeds.yaml"), help="settings (default: feeds.yaml)")
    analyse.add_argument("--as-of", type=parse_moment_argument, help="cut-off, e.g. 2026-11-21 (default: now)")
    backtest = _add(
        commands, "backtest", "running:backtest", "what past years would have been told, and how it turned out"
    )
    _add_span(backtest)
    backtest.add_argument("--source", action="append", default=[], help="only this source; repeat for more")
    backtest.add_argument("--feeds", type=Path, default=Path("feeds.yaml"), help="settings (default: feeds.yaml)")
    imports = _add(commands, "import", "running:import_", "past articles from a Parquet, JSON lines or CSV file")
    imports.add_argument("file", type=Path)
    imports.add_argument("--source", default="", help="name of the source of rows that name none")
    imports.add_argument("--feeds", type=Path, default=Path("feeds.yaml"), help="settings (default: feeds.yaml)")


def _add_reading(commands: Commands) -> None:
    signals = _add(commands, "signals", "reading:signals", "the trends and their stages at a cut-off, as JSON lines")
    signals.add_argument("--as-of", type=parse_moment_argument, help="cut-off (default: the latest analysis)")
    replay = _add(
        commands, "replay", "reading:replay", "the same at every cut-off, as a live system would have said it"
    )
    _add_span(replay)
    replay.add_argument(
        "--speed",
        choices=("fast", "slow"),
        default="fast",
        help="trends of weeks, or those of quarters, from terms (default: fast)",
    )
    for command in (signals, replay):
        command.add_argument(
            "--stage",
            action="append",
            choices=STAGES,
            help="a stage to list; repeat for more (default: weak and emerging, which are signals, then candidates)",
        )
        command.add_argument("--source", action="append", default=[], help="only this source; repeat for more")
        command.add_argument("--feeds", type=Path, default=Path("feeds.yaml"), help="settings (default: feeds.yaml)")
    trends = _add(commands, "trends", "reading:trends", "list and search trends")
    trends.add_argument("--query", default="", help="words that the title or terms must hold")
    trends.add_argument("--review", action="store_true", help="the matches over runs that a person should judge")
    trend = _add(commands, "trend", "reading:trend", "one trend in full")
    trend.add_argument("id")
    _add(commands, "track-record", "track:track_record", "how earlier calls turned out")
    themes = commands.add_parser("themes", help="the map of themes", description="The map of themes.")
    export = _add(
        themes.add_subparsers(required=True, metavar="ACTION"),
        "export",
        "themes:export",
        "write it as a BERTopic model that a notebook opens",
    )
    export.add_argument("folder", type=Path, help="made where absent")
    brief = _add(commands, "brief", "reading:brief", "write a brief of a trend or a scenario")
    brief.add_argument("kind", choices=("trend", "scenario"))
    brief.add_argument("id")
    brief.add_argument("--format", default="html", help="html, md, json; several with commas")
    brief.add_argument("--out", type=Path, help="folder (default: DIR/briefs)")


def _add_span(command: argparse.ArgumentParser) -> None:
    command.add_argument("--from", dest="start", type=parse_moment_argument, required=True, help="first cut-off")
    command.add_argument("--to", dest="end", type=parse_moment_argument, required=True, help="last cut-off")
    command.add_argument(
        "--every", type=parse_weeks_argument, default=1, metavar="1w", help="time between cut-offs (default: 1w)"
    )


def _add_scenarios(commands: Commands) -> None:
    scenario = commands.add_parser("scenario", help="work with scenarios", description="Work with scenarios.")
    kinds = scenario.add_subparsers(required=True, metavar="ACTION")
    solve = _add(kinds, "solve", "scenarios:solve", "consistent scenarios of a cross-impact matrix")
    solve.add_argument("file", type=Path, help="matrix as .json, .scw or .csv, or the id of a scenario of the ledger")
    solve.add_argument("--force", action="append", default=[], metavar="D=s", help="fix a descriptor to a state")
    solve.add_argument(
        "--threshold", type=int, default=0, metavar="N", help="inconsistency still accepted (default: 0)"
    )
    solve.add_argument("--budget", type=float, default=60.0, metavar="SECONDS", help="time to search (default: 60)")
    solve.add_argument("--any-scale", action="store_true", help="accept judgements beyond −3…+3")
    add_scenario(kinds, _add)
    add_methods(kinds, _add)
    add_others(commands, _add)
    add_panel(commands, _add)


def _add_looking_after(commands: Commands) -> None:
    feeds = commands.add_parser("feeds", help="look after feeds.yaml", description="Look after feeds.yaml.")
    kinds = feeds.add_subparsers(required=True, metavar="ACTION")
    check = _add(kinds, "check", "care:feeds_check", "validate the settings and tell the health of feeds")
    check.add_argument("--feeds", type=Path, default=Path("feeds.yaml"), help="settings (default: feeds.yaml)")
    app = _add(commands, "app", "care:app", "open the app on what is published")
    app.add_argument("--port", type=int, default=8501, help="port (default: 8501)")
    _add(commands, "doctor", "care:doctor", "check that the data is whole")


def parse_moment_argument(text: str) -> datetime:
    """A date (its first moment) or a time, UTC where no zone is given."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"'{text}' is no date: expected for example 2026-11-21"
        raise argparse.ArgumentTypeError(message) from error
    if found.time() == time() and found.tzinfo is None:
        found = datetime.combine(date.fromisoformat(text[:10]), time(), UTC)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def parse_weeks_argument(text: str) -> int:
    """A number of weeks such as "1w" or "4w"; a quarter, "1q", has thirteen."""
    number, unit = (text[:-1], 13) if text.endswith("q") else (text.removesuffix("w"), 1)
    if not number.isdigit() or int(number) < 1:
        message = f"'{text}' is no span: expected weeks or quarters, for example 1w, 4w or 1q"
        raise argparse.ArgumentTypeError(message)
    return int(number) * unit


def _weeks_of_demo(text: str) -> int:
    least = 8
    if not text.isdigit() or int(text) < least:
        message = f"'{text}' weeks are too few: expected a number of {least} or more"
        raise argparse.ArgumentTypeError(message)
    return int(text)
