"""What if: what follows, what opens, what closes."""

from __future__ import annotations

import itertools

import pytest
from scenario_cases import FACTORS, SOMEWHERELAND

from foresight.model.errors import UnknownFactor
from foresight.scenarios.whatif import compare_states, suppose, what_if_difference


def test_with_nothing_supposed_all_ten_scenarios_stand() -> None:
    free = suppose(FACTORS, SOMEWHERELAND)
    assert len(free.result.solutions) == 10
    assert dict(free.shares)["A", "0"] == pytest.approx(0.4)
    assert free.certain == ()


def test_a_supposed_state_stands_in_every_scenario() -> None:
    supposed = suppose(FACTORS, SOMEWHERELAND, [("Government", "Prosperity party")])
    assert len(supposed.result.solutions) == 2
    assert supposed.supposed == (("A", "1"),)
    assert ("A", "1") in supposed.certain


def test_what_must_follow_and_what_becomes_impossible() -> None:
    free = suppose(FACTORS, SOMEWHERELAND)
    conflict = suppose(FACTORS, SOMEWHERELAND, [("B", "2")])
    changed = what_if_difference(free, conflict)
    assert ("A", "0") in changed.follows
    assert ("C", "2") in changed.closes
    assert changed.kept == 3
    assert (changed.gained, changed.lost) == (0, 7)
    assert all(factor != "B" for factor, _ in (*changed.follows, *changed.opens, *changed.closes))
    assert changed.is_certain


def test_there_and_back_opens_what_closed() -> None:
    free, conflict = (suppose(FACTORS, SOMEWHERELAND, pairs) for pairs in ([], [("B", "2")]))
    back = what_if_difference(conflict, free)
    assert set(what_if_difference(free, conflict).closes) <= set(back.opens)
    assert set(what_if_difference(free, conflict).follows) <= set(back.frees)


def test_two_what_ifs_side_by_side() -> None:
    left, right = (suppose(FACTORS, SOMEWHERELAND, [("A", state)]) for state in ("0", "2"))
    rows = {(row.factor, row.state): (row.left, row.right) for row in compare_states(left, right)}
    assert rows["A", "0"] == (1.0, 0.0)
    assert rows["A", "2"] == (0.0, 1.0)
    assert len(rows) == 17


def test_a_search_that_was_cut_short_makes_the_difference_uncertain() -> None:
    ticks = itertools.count()
    short = suppose(FACTORS, SOMEWHERELAND, budget_seconds=1, clock=lambda: float(next(ticks)))
    assert not what_if_difference(suppose(FACTORS, SOMEWHERELAND), short).is_certain


def test_supposing_what_is_not_there_is_refused() -> None:
    with pytest.raises(UnknownFactor):
        suppose(FACTORS, SOMEWHERELAND, [("A", "Pirate party")])
