"""Options in the wind tunnel."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.scenarios.stress_test import (
    MoveKind,
    stability_radius,
    stress_test,
)

STOCKS, BONDS, MONEY = range(3)
SAVINGS = [[-4, 4, 12], [-2, 3, 8], [3, 2, 1]]
TABLES = st.lists(st.lists(st.integers(-9, 9), min_size=3, max_size=3), min_size=2, max_size=4)


def test_savings() -> None:
    tested = stress_test(SAVINGS, threshold=0)
    assert [fare.max_regret for fare in tested.fares] == [7, 5, 11]
    assert (tested.maximin, tested.minimax_regret) == (MONEY, BONDS)
    assert [fare.satisfied for fare in tested.fares] == pytest.approx([2 / 3, 2 / 3, 1])


def test_p_regret_is_the_ninetieth_percentile_of_what_is_missed() -> None:
    # between the last two of three sorted regrets, four fifths of the way: (0, 0, 7), (1, 4, 5), (0, 2, 11)
    assert [fare.p_regret for fare in stress_test(SAVINGS, threshold=0).fares] == pytest.approx([5.6, 4.8, 9.2])


def test_weights_of_scenarios_count_in_what_is_satisfied() -> None:
    assert stress_test(SAVINGS, threshold=0, weights=[1, 1, 2]).fares[STOCKS].satisfied == pytest.approx(0.75)


def test_kinds_of_moves() -> None:
    table = [[9, 9, 9], [10, 5, 9], [11, 0, 0], [1, 1, 9.5], [2, 2, 2]]
    moves = [fare.move for fare in stress_test(table, threshold=5, tolerated_regret=2).fares]
    assert moves == [MoveKind.NO_REGRET, MoveKind.WEAK, MoveKind.BIG_BET, MoveKind.OPTION, MoveKind.WEAK]
    assert stress_test(SAVINGS, threshold=0).fares[MONEY].move is MoveKind.HEDGE


def test_the_stability_radius_is_half_the_lead() -> None:
    assert stability_radius([1, -2, -4]) == 1.5
    assert stability_radius([1, 1]) == 0
    assert stability_radius([1]) == float("inf")


@settings(max_examples=60, deadline=None)
@given(TABLES, st.integers(-5, 5))
def test_regret_laws(table: list[list[int]], shift: int) -> None:
    tested = stress_test(table, threshold=0)
    assert all(0 <= fare.p_regret <= fare.max_regret + 1e-9 for fare in tested.fares)
    moved = stress_test([[value + shift for value in row] for row in table], threshold=shift)
    assert [fare.max_regret for fare in moved.fares] == [fare.max_regret for fare in tested.fares]
