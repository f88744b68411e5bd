"""scenario solve: the consistent scenarios of a matrix in a file."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Sequence

from foresight.cli.printing import Printer
from foresight.errors import UnknownFactor, UsageError
from foresight.records import Factor, SolveResult
from foresight.scenarios import files, search
from foresight.scenarios.matrix import SCALE
from foresight.text import Texts


def solve(arguments: Namespace, printer: Printer) -> int:
    """Read a matrix, search it, answer with its consistent scenarios."""
    scale = None if arguments.any_scale else SCALE
    factors, matrix = files.read_matrix(arguments.file, scale=scale)
    forced = tuple(forced_state(text, factors) for text in arguments.force)
    result = search.solve(matrix, forced=forced, threshold=arguments.threshold, budget_seconds=arguments.budget)
    printer.answer(files.solve_answer(factors, result), _lines(factors, result, printer.texts))
    return 0


def forced_state(text: str, factors: Sequence[Factor]) -> tuple[int, int]:
    """Read "D=s" as (factor index, state index): D is an id or a name, s a state name, id or zero-based index.

    Raises:
        UsageError: the words are not of that form.
        UnknownFactor: there is no such descriptor or state.
    """
    name, separator, wanted = (part.strip() for part in text.partition("="))
    if not separator:
        raise UsageError(argument="--force", found=text, expected="D=s")
    place = next((n for n, factor in enumerate(factors) if name in (factor.id, factor.name)), None)
    if place is None:
        raise UnknownFactor(factor=name, known=", ".join(factor.id for factor in factors))
    states = factors[place].states
    found = next((n for n, state in enumerate(states) if wanted in (state.name, state.id)), None)
    if found is None and wanted.isdigit() and int(wanted) < len(states):
        found = int(wanted)
    if found is None:
        raise UnknownFactor(factor=f"{name}={wanted}", known=", ".join(state.name for state in states))
    return place, found


def _lines(factors: Sequence[Factor], result: SolveResult, texts: Texts) -> Iterable[str]:
    count = len(result.solutions)
    if not result.is_complete:
        yield texts("cli.scenario_cut_short", count=count, seconds=round(result.seconds, 1))
    elif not count:
        yield texts("cli.scenario_none")
    else:
        yield texts("cli.scenario_count", count=count)
    for number, solution in enumerate(result.solutions, 1):
        states = " · ".join(f.states[s].name for f, s in zip(factors, solution.states, strict=True))
        yield texts(
            "cli.scenario_line",
            number=number,
            states=states,
            total_impact=solution.total_impact,
            inconsistency=solution.inconsistency,
        )
