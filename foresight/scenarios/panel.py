"""Several people's judgements: each solved alone, what all share, what only some hold, and where the split comes from.

Disagreement is data: an average matrix hides that two halves of a room believe in two worlds. A scenario that is
consistent for everybody is a consensus, one for some is a minority scenario and names them. The cells that drive the
split are found by asking, cell by cell, what would happen to the agreement if everybody took the median of that cell:
agreement is the mean Jaccard index of the people's sets of consistent scenarios, looked at among all scenarios that
are consistent for anybody or for the median matrix.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean

import numpy as np

from foresight.records import Bools1d, Factor, Ints2d, JudgementSheet, Matrix
from foresight.scenarios import matrix as matrices
from foresight.scenarios.crossimpact import leads_of
from foresight.scenarios.delphi import Ballot, count, kendall_w
from foresight.scenarios.search import DEFAULT_SECONDS, solve

States = tuple[int, ...]
SPLITTING_CELLS = 3
# Cells are weighed by how far they are apart first, and so many of them looked at.
MOST_CELLS = 200
MOST_SCENARIOS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBy:
    """A scenario and for whom it is consistent."""

    states: States
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One judgement that people see differently.

    Attributes:
        ballot: median and quartiles of what they gave; values: (person, value).
        gain: by how much agreement would rise if all took the median here.
    """

    source_factor: str
    source_state: str
    target_factor: str
    target_state: str
    ballot: Ballot
    values: tuple[tuple[str, int], ...]
    gain: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What a room thinks.

    Attributes:
        people: who judged; counts: how many scenarios are consistent for each.
        consensus: consistent for everybody; minority: for some, the most widely held first.
        agreement: mean Jaccard index of the sets of any two people, 0 to 1; 1 for one person.
        concordance: Kendall's W over the cells that anybody judged, 0 to 1.
        splitting: the cells to discuss, strongest first; contested: how many cells people differ in.
        median: the scenarios that are consistent for the medians of all cells.
        is_complete: all searches came to their end.
    """

    people: tuple[str, ...]
    counts: tuple[int, ...]
    consensus: tuple[HeldBy, ...]
    minority: tuple[HeldBy, ...]
    agreement: float
    concordance: float
    splitting: tuple[Cell, ...]
    contested: int
    median: tuple[States, ...]
    is_complete: bool


def convene(
    factors: Sequence[Factor],
    sheets: Sequence[JudgementSheet],
    *,
    budget_seconds: float = DEFAULT_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> Panel:
    """Solve everybody's judgements and compare.

    Args:
        factors: of the scenario all judged.
        sheets: one per person, one person or more.
        budget_seconds: for all searches together.
        clock: seconds that only grow.

    Raises:
        UnknownFactor: a judgement about a factor or state that is not there.
    """
    each = [matrices.from_judgements(factors, sheet.judgements, scale=None) for sheet in sheets]
    middle = _median(each)
    part = budget_seconds / (len(each) + 1)
    results = [solve(one, budget_seconds=part, clock=clock, limit=MOST_SCENARIOS) for one in (*each, middle)]
    pool = sorted({solution.states for result in results for solution in result.solutions})
    table = np.array(pool, dtype=np.int64).reshape(len(pool), len(factors))
    held = np.array([_holds(one, table) for one in each], dtype=bool).reshape(len(each), len(pool))
    people = tuple(sheet.who for sheet in sheets)
    shared = [HeldBy(states=pool[at], people=_names(people, held[:, at])) for at in range(len(pool))]
    values = np.array([one.values for one in each])
    cells = _contested(values)
    return Panel(
        people=people,
        counts=tuple(int(row.sum()) for row in held),
        consensus=tuple(one for one in shared if len(one.people) == len(people)),
        minority=tuple(
            sorted((one for one in shared if 0 < len(one.people) < len(people)), key=lambda one: -len(one.people))
        ),
        agreement=_agreement(held),
        concordance=_concordance(values),
        splitting=_splitting(factors, people, each, table, cells),
        contested=len(cells),
        median=tuple(states for states, holds in zip(pool, _holds(middle, table), strict=True) if holds),
        is_complete=all(result.is_complete for result in results),
    )


def _median(each: Sequence[Matrix]) -> Matrix:
    """The median of every cell, towards 0 where it lies between two numbers: nobody's doubt becomes a judgement."""
    middle = np.fix(np.median([one.values for one in each], axis=0))
    return Matrix(sizes=each[0].sizes, values=middle.astype(np.int64))


def _holds(matrix: Matrix, table: Ints2d) -> Bools1d:
    if not len(table):
        return np.zeros(0, dtype=bool)
    leads, _ = leads_of(matrix, table)
    found: Bools1d = np.all(leads >= 0, axis=1)
    return found


def _names(people: Sequence[str], holds: Bools1d) -> tuple[str, ...]:
    return tuple(name for name, held in zip(people, holds.tolist(), strict=True) if held)


def _agreement(held: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> float:
    pairs = [_jaccard(one, other) for one, other in combinations(held, 2)]
    return fmean(pairs) if pairs else 1.0


def _jaccard(one: Bools1d, other: Bools1d) -> float:
    either = int(np.logical_or(one, other).sum())
    return int(np.logical_and(one, other).sum()) / either if either else 1.0


def _concordance(values: Ints2d) -> float:
    judged = values.any(axis=0)
    rows = values[:, judged].tolist()
    return kendall_w(rows) if rows and len(rows[0]) > 1 else 1.0


def _contested(values: Ints2d) -> list[tuple[int, int]]:
    """Cells in which people differ, farthest apart first."""
    spread: Ints2d = np.ptp(values, axis=0)
    rows, columns = np.nonzero(spread)
    order = sorted(zip(rows.tolist(), columns.tolist(), strict=True), key=lambda cell: (-int(spread[cell]), cell))
    return [(row, column) for row, column in order]


def _splitting(
    factors: Sequence[Factor],
    people: Sequence[str],
    each: Sequence[Matrix],
    table: Ints2d,
    cells: Sequence[tuple[int, int]],
) -> tuple[Cell, ...]:
    """The cells whose median would bring people together most."""
    base = _agreement(np.array([_holds(one, table) for one in each]))
    places = [(factor.id, state.id) for factor in factors for state in factor.states]
    found = []
    for row, column in cells[:MOST_CELLS]:
        given = [int(one.values[row, column]) for one in each]
        ballot = count(given)
        settled = [_settled(one, row, column, int(ballot.middle)) for one in each]
        gain = _agreement(np.array([_holds(one, table) for one in settled])) - base
        found.append(
            Cell(
                source_factor=places[row][0],
                source_state=places[row][1],
                target_factor=places[column][0],
                target_state=places[column][1],
                ballot=ballot,
                values=tuple(zip(people, given, strict=True)),
                gain=gain,
            )
        )
    return tuple(sorted(found, key=lambda cell: (-cell.gain, -cell.ballot.range))[:SPLITTING_CELLS])


def _settled(matrix: Matrix, row: int, column: int, value: int) -> Matrix:
    values = matrix.values.copy()
    values[row, column] = value
    return Matrix(sizes=matrix.sizes, values=values)
