"""How a function becomes a command: its signature says its words, `i18n/*/commands.json` their help.

    @command("scenario show")
    def show(session: Session, scenario: Scenario, *, rev: int | None = None) -> None: ...

is ``foresight scenario show SCENARIO [--rev N]``, with ``--data``, ``--json`` and ``--lang`` as every command has them.
What is positional is an argument, what is named an option. Numbers are read, ``Annotated[str, ("a", "b")]`` is a
choice, ``Annotated[T, read]`` is read by ``read(text, argument)``, a `Scenario` is looked up by its id. A command gives
its exit code, None for 0. Only the module of the command that is asked for is imported, and help shows without any.
"""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from importlib import import_module
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin, get_type_hints

import typer

from foresight.cli.parsing import choice_of, parse_integer, parse_number
from foresight.cli.printing import Printer
from foresight.config import INTERFACE_LANGUAGES, data_folder
from foresight.i18n import Texts
from foresight.model.errors import MissingArgument, UsageError

if TYPE_CHECKING:
    from foresight.scenarios.revisions import Attribution
    from foresight.wiring import Services

INTERRUPTED = 130
MODULES = {
    "demo": ("demo",),
    "running": ("run", "collect", "analyse", "import", "backtest", "signals", "replay"),
    "reading": ("trends", "trend", "track-record", "brief", "themes export", "feeds check", "app", "doctor"),
    "scenarios": ("scenario", "panel"),
    "workshop": ("signposts", "forecast", "decision", "journey"),
}
"""The module of every first word."""


class Session:
    """One call of a command: what every command takes, and the services on its data folder."""

    def __init__(self, command: str, words: dict[str, Any], lang: str) -> None:
        folder: Path | None = words.pop("data")
        self.command = command
        self.has_folder = folder is not None
        self.data = folder or data_folder(os.environ)
        self.printer = Printer(Texts(words.pop("lang") or lang), as_json=words.pop("json"))
        self.texts, self.show = self.printer.texts, self.printer.show
        self.who: str = words.pop("who", "")
        self.reason: str = words.pop("reason", "")

    @cached_property
    def services(self) -> Services:
        """All that one can do with the data folder."""
        from foresight import wiring

        return wiring.build_services(self.data)

    def signature(self, *, base: int | None = None) -> Attribution:
        """Who says so and why; base: the revision that was read, so that what somebody saved since stays."""
        from foresight.scenarios.revisions import Attribution

        return Attribution(who=self.who, reason=self.reason, base=base)


def command(*paths: str, signed: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a function a command; signed: it takes ``--who`` and ``--reason``, which stay with what it saves."""

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        function.__dict__["paths"], function.__dict__["is_signed"] = paths, signed
        return function

    return declare


def make_program(texts: Texts, words: Sequence[str] = (), *, whole: bool = False) -> Any:
    """The program of Typer for some words, described in the language of the texts; whole: with every command."""
    root = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")
    root.callback()(_take_language)
    groups = {"": root}
    first = next(iter(words), "")
    for module, names in MODULES.items():
        if whole or "_FORESIGHT_COMPLETE" in os.environ or first in {name.split()[0] for name in names}:
            found = import_module(f"foresight.cli.{module}")
            declared = [one for one in vars(found).values() if getattr(one, "__module__", "") == found.__name__]
            commands = [(path, one) for one in declared if hasattr(one, "paths") for path in one.paths]
        else:
            commands = [(name, None) for name in names]
        for path, function in commands:
            group, _, name = path.rpartition(" ")
            if group not in groups:
                groups[group] = typer.Typer(no_args_is_help=True)
                root.add_typer(groups[group], name=group)
            groups[group].command(name)(_callback(function, path, texts.lang) if function else _unknown)
    program = typer.main.get_command(root)
    _describe(program, texts, "foresight")
    return program


def commands_of(program: Any, path: str = "foresight") -> Iterator[tuple[str, list[Any]]]:
    """Every command of a program by its path, with its arguments and options."""
    if not hasattr(program, "commands"):
        yield path, program.params
    for name, below in getattr(program, "commands", {}).items():
        yield from commands_of(below, f"{path} {name}")


def usage_error(error: Any, words: Sequence[str]) -> UsageError | None:
    """What Typer found wrong in the words, as an error of ours; None where it has shown help instead."""
    context, kind = getattr(error, "ctx", None), type(error).__name__
    if kind == "NoArgsIsHelpError" or context is None:
        return None
    if kind == "MissingParameter":
        is_option = error.param.param_type_name == "option"
        return MissingArgument(argument=error.param.opts[0] if is_option else error.param.name.upper())
    if kind == "BadOptionUsage":
        return MissingArgument(argument=f"{error.option_name} …")
    options = [option for one in context.command.params for option in one.opts if option.startswith("--")]
    known = getattr(context.command, "commands", None) or options
    found = getattr(error, "option_name", "") or next((word for word in words if word in error.message), words[-1])
    return UsageError(argument=context.command_path, found=found, expected=" | ".join(known))


def _take_language(
    *, lang: Annotated[str, typer.Option("--lang", metavar="|".join(INTERFACE_LANGUAGES), show_default=False)] = ""
) -> None:
    """``foresight --lang fi --help``: the language was read before the words were."""
    del lang


def _unknown() -> None:
    """Stands in help for a command whose module is not needed."""


def _callback(function: Any, path: str, lang: str) -> Callable[..., int]:
    """The function as Typer calls it: with texts, which are read here."""
    hints = get_type_hints(function, include_extras=True)
    given = [one.replace(annotation=hints[one.name]) for one in list(signature(function).parameters.values())[1:]]
    if function.is_signed:
        given += [_option("who", str, getpass.getuser()), _option("reason", str, "")]
    given += [_option("data", Path | None, None), _option("json", bool, False), _option("lang", _LANG, "")]
    readers = {one.name: _reader(one) for one in given}
    scenarios = [name for name, hint in hints.items() if getattr(hint, "__name__", "") == "Scenario"]

    def call(**words: Any) -> int:
        read = {name: readers[name](value) for name, value in words.items()}
        session = Session(path, read, lang)
        try:
            for name in scenarios:
                read[name] = session.services.scenarios.get(read[name])
            return int(function(session, **read) or 0)
        except KeyboardInterrupt:
            session.printer.note("cli.interrupted")
            return INTERRUPTED
        except BrokenPipeError:
            # whoever read us has seen enough; keep Python from complaining at exit
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0

    call.__dict__["__signature__"] = Signature([_as_typer_takes_it(one) for one in given])
    call.__annotations__ = {}
    return call


_LANG = Annotated[str, INTERFACE_LANGUAGES]


def _option(name: str, hint: Any, default: object) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=hint)


def _parts(hint: Any) -> tuple[Any, Any, bool]:
    """Of a type: the type of one value, the choices or reader that come with it, and whether there are many."""
    kind, *extra = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    is_many = get_origin(kind) is Sequence
    return get_args(kind)[0] if get_args(kind) else kind, extra[0] if extra else None, is_many


def _shown_name(parameter: Parameter) -> str:
    name = parameter.name.strip("_").replace("_", "-")
    return f"--{name}" if parameter.kind is Parameter.KEYWORD_ONLY else name.upper()


def _reader(parameter: Parameter) -> Callable[[Any], Any]:
    """What makes a value of what was typed; defaults stay as they are."""
    single, extra, is_many = _parts(parameter.annotation)
    read = (
        choice_of(extra) if isinstance(extra, tuple) else extra or {int: parse_integer, float: parse_number}.get(single)
    )

    def of_one(text: Any) -> Any:
        return read(text, _shown_name(parameter)) if read and isinstance(text, str) and text else text

    return (lambda texts: [of_one(text) for text in texts or ()]) if is_many else of_one


def _as_typer_takes_it(parameter: Parameter) -> Parameter:
    single, extra, is_many = _parts(parameter.annotation)
    declared: dict[str, Any] = {"show_default": False}
    if isinstance(extra, tuple):
        declared["autocompletion"] = lambda incomplete: [one for one in extra if one.startswith(incomplete)]
        declared["metavar"] = "|".join(extra)
    is_option = parameter.kind is Parameter.KEYWORD_ONLY
    info = typer.Option(_shown_name(parameter), **declared) if is_option else typer.Argument(**declared)
    kind: Any = list[str] if is_many else single if single in (bool, Path) else str
    default = parameter.default
    if default is None or (is_many and default == ()):
        default, kind = None, kind | None
    elif default is not Parameter.empty and kind is str:
        default = str(default)
    return parameter.replace(kind=Parameter.KEYWORD_ONLY, annotation=Annotated[kind, info], default=default)


def _describe(part: Any, texts: Texts, path: str) -> None:
    """Help of a command and its words, and of the commands below it."""
    part.help = texts(f"commands.{path}")
    part.rich_help_panel = texts("commands.commands")
    for one in [*part.params, part.get_help_option(typer.Context(part))]:
        word = one.name.strip("_")
        own, metavar = f"commands.{path}__{word}", f"commands.metavar_{word}"
        one.help = texts(own if texts.has(own) else f"commands.option_{word}")
        if one.metavar is None:
            one.metavar = (
                "" if getattr(one, "is_flag", False) else texts(metavar) if texts.has(metavar) else word.upper()
            )
        one.rich_help_panel = texts(f"commands.{one.param_type_name}s")
        if isinstance(one.default, str | Path) and str(one.default):
            one.help += f" ({texts('commands.default', value=one.default)})"
    for name, below in getattr(part, "commands", {}).items():
        _describe(below, texts, f"{path}_{name}".removeprefix("foresight_"))
