"""Published matrices with known answers, and small helpers for the tests of scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from foresight.model.scenarios import Factor, ImpactMatrix
from foresight.scenarios.cross_impact import impact_balances
from foresight.scenarios.explanation import JudgementChange
from foresight.scenarios.scenario_files import read_matrix

SOMEWHERELAND_FILE = Path(__file__).parent / "somewhereland.json"
FACTORS, SOMEWHERELAND = read_matrix(SOMEWHERELAND_FILE)

# ScenarioWizard manual and cross-impact.org, "Algorithm", step 4; total impact computed.
TOTAL_IMPACT = {
    "A1B2C2D1E1F2": 9,
    "A1B3C1D2E3F3": 21,
    "A1B3C2D1E1F2": 14,
    "A1B3C2D1E1F3": 12,
    "A2B1C3D2E2F1": 17,
    "A2B2C3D2E2F1": 15,
    "A3B1C2D1E1F2": 18,
    "A3B1C3D2E1F1": 9,
    "A3B2C2D1E1F2": 19,
    "A3B2C3D2E1F1": 8,
}

# Lloyd & Schweizer's population, economy, education; low, middle, high (StochasticCIB's example data).
LLOYD_SCHWEIZER = ImpactMatrix(
    sizes=(3, 3, 3),
    values=np.array(
        [
            [0, 0, 0, -2, -2, 4, -9, 3, 6],
            [0, 0, 0, 0, 0, 0, -7, -1, 8],
            [0, 0, 0, 2, 2, -4, 7, 4, -11],
            [-3, 0, 3, 0, 0, 0, 7, 4, -11],
            [0, 0, 0, 0, 0, 0, -9, 3, 6],
            [3, 0, -3, 0, 0, 0, -11, 4, 7],
            [-3, 0, 3, 11, -4, -7, 0, 0, 0],
            [0, 0, 0, -5, 10, -5, 0, 0, 0],
            [3, 0, -3, -7, -4, 11, 0, 0, 0],
        ],
        dtype=np.int64,
    ),
)


def states(code: str) -> tuple[int, ...]:
    """A1B2C2D1E1F2 as zero-based states."""
    return tuple(int(digit) - 1 for digit in code[1::2])


def code(chosen: tuple[int, ...]) -> str:
    """Zero-based states as A1B2C2D1E1F2."""
    return "".join(f"{letter}{state + 1}" for letter, state in zip("ABCDEF", chosen, strict=True))


def random_matrix(seed: int, *, sizes: tuple[int, ...] | None = None, density: float = 0.8) -> ImpactMatrix:
    """A matrix of random judgements."""
    chance = np.random.default_rng(seed)
    sizes = sizes or tuple(chance.integers(2, 5, size=int(chance.integers(2, 6))).tolist())
    values = chance.integers(-3, 4, size=(sum(sizes), sum(sizes)))
    return hollow(sizes, values, density, seed)


def hollow(sizes: tuple[int, ...], values: np.ndarray, density: float = 1.0, seed: int = 0) -> ImpactMatrix:
    """With empty blocks on the diagonal, and others emptied at random."""
    chance = np.random.default_rng(seed)
    values = np.array(values, dtype=np.int64)
    starts = np.cumsum((0, *sizes))
    for i in range(len(sizes)):
        for j in range(len(sizes)):
            if i == j or chance.random() > density:
                values[starts[i] : starts[i + 1], starts[j] : starts[j + 1]] = 0
    return ImpactMatrix(sizes=sizes, values=values)


@st.composite
def matrices(draw: st.DrawFn, *, most_factors: int = 4) -> ImpactMatrix:
    """Small matrices of any shape."""
    sizes = tuple(draw(st.lists(st.integers(2, 3), min_size=2, max_size=most_factors)))
    values = draw(hnp.arrays(np.int64, (sum(sizes), sum(sizes)), elements=st.integers(-3, 3)))
    return hollow(sizes, values)


def inconsistencies(matrix: ImpactMatrix, states: Sequence[int]) -> tuple[int, ...]:
    """Per factor, how far its best state leads the chosen one; 0 where the choice is among the best. Ties hold."""
    return tuple(
        max(balance) - balance[state] for balance, state in zip(impact_balances(matrix, states), states, strict=True)
    )


def apply_changes(matrix: ImpactMatrix, factors: Sequence[Factor], changes: Sequence[JudgementChange]) -> ImpactMatrix:
    """The matrix after the changes."""
    places = {
        (factor.id, state.id): start + number
        for factor, start in zip(factors, matrix.starts, strict=True)
        for number, state in enumerate(factor.states)
    }
    values = matrix.values.copy()
    for change in changes:
        row = places[change.source_factor, change.source_state]
        values[row, places[change.target_factor, change.target_state]] = change.after
    return ImpactMatrix(sizes=matrix.sizes, values=values)
