"""What a command shows: answers on stdout as JSON or as plain tables, everything else on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

from foresight.cli.parsing import json_ready
from foresight.i18n import Texts
from foresight.i18n.formatting import format_date, format_moment, format_number
from foresight.i18n.problem_sentences import problem_sentence
from foresight.model.errors import ForesightError, WrongSetting
from foresight.model.runs import Run, StepReport

if TYPE_CHECKING:
    from rich.progress import Progress as ProgressDisplay
    from rich.progress import TaskID

LINE_SECONDS = 10.0
MOST_ROWS, MOST_PROBLEMS = 40, 20
SMALL = 0.1
"""Below it two decimals say too little."""
PIPED_WIDTH = 200
"""Columns of a table that nobody's terminal bounds."""


class Printer:
    """Prints in one language, for people or for programs."""

    def __init__(self, texts: Texts, *, as_json: bool) -> None:
        self.texts = texts
        self.as_json = as_json

    def show(self, record: object, *lines: str, table: object = None, columns: str = "", **more: object) -> None:
        """The answer: the record as JSON, or for people a table and the lines below it.

        Args:
            record: records of ours, or what JSON can say.
            lines: sentences for people.
            table: what people see as a table instead of the whole record; an empty one where the lines say it all.
            columns: of a list of records, the ones that people see; all where none is named.
            more: what the record does not hold itself.
        """
        document = json_ready(record)
        if more:
            document |= json_ready(more)
        if self.as_json:
            self.json_line(document)
            return
        self._show_value(document if table is None else json_ready(table), columns.split())
        for line in lines:
            print(line)

    def json_line(self, document: object) -> None:
        """One line of JSON on stdout."""
        print(json.dumps(document, ensure_ascii=False, default=_json_default), flush=True)

    def note(self, key: str, /, **facts: object) -> None:
        """A sentence, as "area.key", on stderr."""
        print(self.texts(key, **facts), file=sys.stderr)

    def error(self, error: ForesightError) -> None:
        """What happened, what it means and what to do, on stderr; as JSON too where asked."""
        for one in (error, *(error.others if isinstance(error, WrongSetting) else ())):
            facts, name = dict(one.facts), type(one).__name__
            print(self.texts(f"errors.{name}", **facts), file=sys.stderr)
            if self.as_json:
                print(json.dumps({"error": name, "facts": facts}, ensure_ascii=False), file=sys.stderr)

    def run_lines(self, run: Run, generation: int, titles: Mapping[str, str]) -> Iterator[str]:
        """A run for people: a line per step, its problems under it; titles: of sources, by id."""
        for step in run.steps:
            yield self._step_line(step)
            for problem in step.problems[:MOST_PROBLEMS]:
                subject = titles.get(problem.subject.removeprefix("source:"), problem.subject)
                yield f"  ! {subject}: {problem_sentence(problem, self.texts)}"
            if len(step.problems) > MOST_PROBLEMS:
                yield "  ! " + self.texts("cli.more_problems", number=len(step.problems) - MOST_PROBLEMS)
        yield self.texts("cli.published", generation=generation, run=run.id)

    def _step_line(self, step: StepReport) -> str:
        lang = self.texts.lang
        counts = ", ".join(
            self.texts(key, count=format_number(count, lang)) if self.texts.has(key) else f"{name} {count}"
            for name, count in step.counts
            for key in [f"ui.count_{name}"]
        )
        reused = f" ({self.texts('cli.reused')})" if step.reused else ""
        seconds = format_number(step.seconds, lang, digits=1)
        return f"{step_name(step.step, self.texts):<26} {seconds:>7} s  {counts}{reused}"

    def _show_value(self, value: Any, columns: Sequence[str] = (), title: str = "") -> None:
        """A value as tables: records as rows, what is nested in a record as tables after it."""
        if _is_records(value):
            names = columns or list(dict.fromkeys(name for row in value for name in row))
            rows = [[self._cell(row.get(name)) for name in names] for row in value[:MOST_ROWS]]
            self._print_table([self._label(name) for name in names], rows, title)
            if len(value) > MOST_ROWS:
                print(self.texts("cli.more_rows", number=len(value) - MOST_ROWS))
        elif isinstance(value, dict) and value:
            plain = {name: one for name, one in value.items() if not _is_nested(one) and one not in (None, "", [], {})}
            self._print_table(["", ""], [[self._label(name), self._cell(one)] for name, one in plain.items()], title)
            for name, one in value.items():
                if _is_nested(one):
                    self._show_value(one, title=" / ".join(filter(None, (title, self._label(name)))))
        elif isinstance(value, list) and value:
            self._print_table([""], [[self._cell(one)] for one in value[:MOST_ROWS]], title)

    def _print_table(self, names: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> None:
        from rich.console import Console
        from rich.table import Table

        if not rows:
            return
        table = Table(title=title or None, title_justify="left", box=None, show_header=any(names), padding=(0, 2, 0, 0))
        for name in names:
            table.add_column(name, overflow="fold")
        for row in rows:
            table.add_row(*row)
        width = None if sys.stdout.isatty() else PIPED_WIDTH
        Console(width=width, markup=False, highlight=False, emoji=False).print(table)

    def _label(self, name: str) -> str:
        key = f"commands.column_{name}"
        text = self.texts(key) if self.texts.has(key) else name.replace("_", " ")
        return text[:1].upper() + text[1:]

    def _cell(self, value: Any) -> str:
        """A value in a few words."""
        lang = self.texts.lang
        if value is None or value in ("", [], {}):
            return "–"
        if isinstance(value, bool | str):
            word = ("no", "yes")[value] if isinstance(value, bool) else value
            key = f"commands.value_{word}"
            return self.texts(key) if self.texts.has(key) else str(word)
        if isinstance(value, int | float):
            is_small = 0 < abs(value) < SMALL
            return format_number(value, lang, digits=0 if isinstance(value, int) else 4 if is_small else 2)
        if isinstance(value, date):
            is_moment = isinstance(value, datetime) and (value.hour or value.minute)
            return format_moment(value, lang) if is_moment and isinstance(value, datetime) else format_date(value, lang)
        if isinstance(value, dict):
            named = value.get("name") or value.get("title")
            return str(named) if named else " · ".join(f"{name} {self._cell(one)}" for name, one in value.items())
        is_flat = all(isinstance(one, str) for one in value)
        is_pair = not is_flat and all(isinstance(one, str | float | int) for one in value)
        return (", " if is_flat else " " if is_pair else "; ").join(self._cell(one) for one in value)


def run_document(run: Run, generation: int) -> dict[str, object]:
    """The JSON answer of run, collect, analyse and import."""
    return {
        "run": run.id,
        "as_of": run.as_of,
        "generation": generation,
        "steps": [
            {
                "step": step.step,
                "seconds": step.seconds,
                "reused": step.reused,
                "fingerprint": step.fingerprint,
                "counts": dict(step.counts),
                "problems": [{"subject": p.subject, "error": p.error, "facts": dict(p.facts)} for p in step.problems],
            }
            for step in run.steps
        ],
    }


def step_name(step: str, texts: Texts) -> str:
    """A step of a run in words."""
    key = f"ui.step_{step.replace(' ', '_')}"
    return texts(key) if texts.has(key) else step


class ProgressBars:
    """Progress: a bar on a terminal, a line now and then elsewhere; stdout stays clean."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._bar: tuple[ProgressDisplay, TaskID] | None = None
        self._step = ""
        self._printed = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the last bar standing."""
        if self._bar is not None:
            self._bar[0].stop()
            self._bar = None

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show how far a step is."""
        if sys.stderr.isatty():
            self._draw(step, done, total)
        elif step != self._step or monotonic() - self._printed > LINE_SECONDS or done == total > 0:
            of_total = f" / {total}" if total else ""
            print(f"{step_name(step, self._texts)}: {done}{of_total}", file=sys.stderr, flush=True)
            self._printed = monotonic()
        self._step = step

    def _draw(self, step: str, done: int, total: int) -> None:
        if self._bar is None or step != self._step:
            self.__exit__()
            self._bar = _progress_bar(step_name(step, self._texts))
        display, task = self._bar
        display.update(task, completed=done, total=total or None)


def _progress_bar(name: str) -> tuple[ProgressDisplay, TaskID]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    display = Progress(*columns, console=Console(stderr=True))
    display.start()
    return display, display.add_task(name, total=None)


def _is_records(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _is_nested(value: object) -> bool:
    """Whether a value needs a table of its own."""
    if isinstance(value, dict):
        return any(isinstance(one, dict | list) and one for one in value.values())
    return _is_records(value)


def _json_default(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else str(value)
