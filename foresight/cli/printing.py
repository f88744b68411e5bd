"""What a command shows: answers on stdout, everything else on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING

from foresight.i18n import Texts
from foresight.model.errors import ForesightError
from foresight.model.runs import Problem, Run, StepReport

if TYPE_CHECKING:
    from rich.progress import Progress as ProgressDisplay
    from rich.progress import TaskID

LINE_SECONDS = 10.0


class Printer:
    """Prints in one language, for people or for programs."""

    def __init__(self, texts: Texts, *, as_json: bool) -> None:
        self.texts = texts
        self.as_json = as_json

    def answer(self, document: object, lines: Iterable[str]) -> None:
        """The answer: the JSON document, or its lines for people."""
        if self.as_json:
            print(json.dumps(document, ensure_ascii=False, default=_json_default))
        else:
            for line in lines:
                print(line)

    def json_line(self, document: object) -> None:
        """One line of JSON on stdout."""
        print(json.dumps(document, ensure_ascii=False, default=_json_default), flush=True)

    def note(self, key: str, /, **facts: object) -> None:
        """A sentence of `cli` on stderr."""
        print(self.texts(f"cli.{key}", **facts), file=sys.stderr)

    def note_text(self, key: str, /, **facts: object) -> None:
        """A sentence of any area, as "area.key", on stderr."""
        print(self.texts(key, **facts), file=sys.stderr)

    def error(self, error: ForesightError) -> None:
        """What happened, what it means and what to do, on stderr; as JSON too where asked."""
        facts = dict(error.facts)
        name = type(error).__name__
        print(self.texts(f"errors.{name}", **facts), file=sys.stderr)
        if self.as_json:
            print(json.dumps({"error": name, "facts": facts}, ensure_ascii=False), file=sys.stderr)

    def problem(self, problem: Problem) -> str:
        """One item's trouble as a line."""
        facts = dict(problem.facts)
        key = f"errors.{problem.error}"
        told = self.texts(key, **facts) if self.texts.has(key) else problem.error
        detail = facts.get("detail", "")
        return f"  ! {problem.subject}: {detail or told}"

    def run_lines(self, run: Run, generation: int) -> Iterable[str]:
        """A run for people: a line per step, its problems under it."""
        for step in run.steps:
            yield self._step(step)
            yield from (self.problem(problem) for problem in step.problems[:20])
            if len(step.problems) > 20:  # noqa: PLR2004 - a report is read, not scrolled
                yield "  ! " + self.texts("cli.more_problems", number=len(step.problems) - 20)
        yield self.texts("cli.published", generation=generation, run=run.id)

    def _step(self, step: StepReport) -> str:
        counts = ", ".join(f"{name} {number}" for name, number in step.counts)
        reused = f" ({self.texts('cli.reused')})" if step.reused else ""
        return f"{step.step:<10} {step.seconds:>7.1f} s  {counts}{reused}"


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


class ProgressBars:
    """Progress: a bar on a terminal, a line now and then elsewhere; stdout stays clean."""

    def __init__(self) -> None:
        self._bar: tuple[ProgressDisplay, TaskID] | None = None
        self._step = ""
        self._told = 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show how far a step is."""
        if sys.stderr.isatty():
            self._draw(step, done, total)
        elif step != self._step or monotonic() - self._told > LINE_SECONDS or done == total > 0:
            print(f"{step}: {done}" + (f" / {total}" if total else ""), file=sys.stderr, flush=True)
            self._told = monotonic()
        self._step = step

    def close(self) -> None:
        """Leave the last bar standing."""
        if self._bar is not None:
            self._bar[0].stop()
            self._bar = None

    def _draw(self, step: str, done: int, total: int) -> None:
        if self._bar is None or step != self._step:
            self.close()
            self._bar = _progress_bar(step)
        display, task = self._bar
        display.update(task, completed=done, total=total or None)


def _progress_bar(step: str) -> tuple[ProgressDisplay, TaskID]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    display = Progress(*columns, console=Console(stderr=True))
    display.start()
    return display, display.add_task(step, total=None)


def _json_default(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
