"""Judgements as numbers: from people's sentences to the matrix and back, and how complete and balanced it is.

Row = the state that acts, column = the state acted on. A *group* is one acting state and all states of one factor it
acts on; by convention the judgements of a group add up to 0 (what promotes one state restricts the others). Breaking
the convention is a warning, never an error: adding a constant to a group changes no consistent scenario.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from foresight.errors import WrongMatrix
from foresight.records import Factor, Ints2d, Judgement, Matrix, Scenario
from foresight.scenarios import factors as factor_rules

# −3 strongly restricts … +3 strongly promotes: the scale in most common use (cross-impact.org, "Algorithm", step 3).
SCALE = 3
# Beyond it, sums of the search might leave the whole numbers that double precision holds exactly.
LARGEST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One acting state and one factor it acts on; `total` is what its judgements add up to."""

    source_factor: str
    source_state: str
    target_factor: str
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """How many groups somebody has judged; a judgement of 0 counts, silence does not."""

    judged: int
    groups: int
    missing: tuple[Group, ...]

    @property
    def share(self) -> float:
        """0 to 1; 1 where there is nothing to judge."""
        return self.judged / self.groups if self.groups else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """How much a factor acts and is acted on: sums of the sizes of its judgements, signs left out."""

    factor: str
    active: int
    passive: int


def labels(factors: Sequence[Factor]) -> tuple[str, ...]:
    """What rows and columns are called in messages: "factor: state"."""
    return tuple(f"{factor.name}: {state.name}" for factor in factors for state in factor.states)


def sizes_of(factors: Sequence[Factor]) -> tuple[int, ...]:
    """How many states each factor has."""
    return tuple(len(factor.states) for factor in factors)


def build(scenario: Scenario, *, scale: int | None = SCALE) -> Matrix:
    """The matrix of a scenario; see `from_judgements`."""
    return from_judgements(scenario.factors, scenario.judgements, scale=scale)


def from_values(
    factors: Sequence[Factor],
    values: Sequence[Sequence[int]] | Ints2d,
    *,
    scale: int | None = SCALE,
    file: str = "",
) -> Matrix:
    """A checked matrix.

    Args:
        factors: who stands behind rows and columns.
        values: one row per state, one whole number per column.
        scale: the largest size of a judgement; None allows up to `LARGEST` (published cases go to ±11 and more).
        file: named in errors.

    Raises:
        TooFewStates: a factor with one state or none.
        WrongMatrix: rows missing or of the wrong width, a value outside the scale, a factor acting on itself.
    """
    factor_rules.check(factors)
    names = labels(factors)
    if len(values) != len(names):
        raise WrongMatrix(file=file, row="", column="", found=f"{len(values)} ↓", expected=f"{len(names)} ↓")
    for name, row in zip(names, values, strict=True):
        if len(row) != len(names):
            raise WrongMatrix(file=file, row=name, column="", found=f"{len(row)} →", expected=f"{len(names)} →")
    sizes = sizes_of(factors)
    matrix = Matrix(sizes=sizes, values=np.array(values, dtype=np.int64).reshape(len(names), len(names)))
    _check_values(matrix, names, largest=LARGEST if scale is None else scale, file=file)
    return matrix


def from_judgements(factors: Sequence[Factor], judgements: Sequence[Judgement], *, scale: int | None = SCALE) -> Matrix:
    """The matrix of a scenario's judgements. Of two on one cell the later counts; what nobody judged is 0.

    Raises:
        UnknownFactor: a judgement names a factor or state that is not there.
        WrongMatrix: a value outside the scale, or a factor acting on itself.
        TooFewStates: a factor with one state or none.
    """
    count = sum(sizes_of(factors))
    values = np.zeros((count, count), dtype=np.int64)
    for judgement in judgements:
        values[_cell(factors, judgement)] = judgement.value
    return from_values(factors, values, scale=scale)


def to_judgements(
    factors: Sequence[Factor], matrix: Matrix, *, known: Sequence[Judgement] = ()
) -> tuple[Judgement, ...]:
    """The matrix as judgements: all cells that are not 0, and those that people judged to be 0.

    A judgement in `known` on the same cell keeps its reason, author and confidence.
    """
    kept = {_cell(factors, judgement): judgement for judgement in known}
    places = [(factor, state) for factor in factors for state in factor.states]
    written = []
    for (row, (source, acting)), (column, (target, acted)) in product(enumerate(places), enumerate(places)):
        value = int(matrix.values[row, column])
        if (row, column) in kept:
            written.append(replace(kept[row, column], value=value))
        elif value:
            written.append(
                Judgement(
                    source_factor=source.id,
                    source_state=acting.id,
                    target_factor=target.id,
                    target_state=acted.id,
                    value=value,
                )
            )
    return tuple(written)


def by_author(factors: Sequence[Factor], judgements: Sequence[Judgement]) -> tuple[tuple[str, Matrix], ...]:
    """One matrix per author, by name: disagreement is data, and each may be solved by itself."""
    authors = sorted({judgement.author for judgement in judgements})
    return tuple(
        (author, from_judgements(factors, [judgement for judgement in judgements if judgement.author == author]))
        for author in authors
    )


def unbalanced(factors: Sequence[Factor], matrix: Matrix) -> tuple[Group, ...]:
    """Groups whose judgements do not add up to 0: worth a second look, no error."""
    return tuple(group for group in groups(factors, matrix) if group.total)


def groups(factors: Sequence[Factor], matrix: Matrix) -> tuple[Group, ...]:
    """Every group with its sum, in the order of the rows."""
    totals = np.add.reduceat(matrix.values, matrix.starts, axis=1)
    rows = [(source, state) for source in factors for state in source.states]
    return tuple(
        Group(source_factor=source.id, source_state=state.id, target_factor=target.id, total=int(totals[row, place]))
        for row, (source, state) in enumerate(rows)
        for place, target in enumerate(factors)
        if source.id != target.id
    )


def completeness(factors: Sequence[Factor], judgements: Sequence[Judgement]) -> Completeness:
    """How many groups are judged and which are not."""
    judged = {(judgement.source_factor, judgement.source_state, judgement.target_factor) for judgement in judgements}
    count = sum(sizes_of(factors))
    empty = Matrix(sizes=sizes_of(factors), values=np.zeros((count, count), dtype=np.int64))
    every = groups(factors, empty)
    missing = tuple(
        group for group in every if (group.source_factor, group.source_state, group.target_factor) not in judged
    )
    return Completeness(judged=len(every) - len(missing), groups=len(every), missing=missing)


def influences(factors: Sequence[Factor], matrix: Matrix) -> tuple[Influence, ...]:
    """Active and passive sum of each factor: Σ|C| over its rows and over its columns."""
    sizes = np.abs(matrix.values)
    active = np.add.reduceat(sizes.sum(axis=1), matrix.starts).tolist()
    passive = np.add.reduceat(sizes.sum(axis=0), matrix.starts).tolist()
    return tuple(
        Influence(factor=factor.id, active=acting, passive=acted)
        for factor, acting, acted in zip(factors, active, passive, strict=True)
    )


def _cell(factors: Sequence[Factor], judgement: Judgement) -> tuple[int, int]:
    pairs = [
        (judgement.source_factor, judgement.source_state),
        (judgement.target_factor, judgement.target_state),
    ]
    starts = np.concatenate([[0], np.cumsum(sizes_of(factors))])
    row, column = (int(starts[factor]) + state for factor, state in factor_rules.place(factors, pairs))
    return row, column


def _check_values(matrix: Matrix, names: Sequence[str], *, largest: int, file: str) -> None:
    for place, start in enumerate(matrix.starts):
        block = slice(start, start + matrix.sizes[place])
        inside = np.argwhere(matrix.values[block, block] != 0) + start
        for row, column in inside[:1].tolist():
            found = int(matrix.values[row, column])
            raise WrongMatrix(file=file, row=names[row], column=names[column], found=found, expected=0)
    for row, column in np.argwhere(np.abs(matrix.values) > largest)[:1].tolist():
        raise WrongMatrix(
            file=file,
            row=names[row],
            column=names[column],
            found=int(matrix.values[row, column]),
            expected=f"−{largest}…{largest}",
        )
