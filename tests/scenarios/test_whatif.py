"""What if: what follows, what opens, what closes."""

from __future__ import annotations

import itertools

import pytest
from scenario_cases import FACTORS, SOMEWHERELAND

from foresight.model.errors import UnknownFactor
from foresight.model.scenarios import Factor, Judgement, State
from foresight.scenarios.matrix import matrix_to_judgements
from foresight.scenarios.whatif import WhatIfAnswer, what_if
from foresight.testing.builders import a_scenario

SCENARIO = a_scenario(factors=FACTORS, judgements=matrix_to_judgements(FACTORS, SOMEWHERELAND))


def suppose(*pairs: tuple[str, str]) -> WhatIfAnswer:
    return what_if(SCENARIO, pairs)


def test_with_nothing_supposed_all_ten_scenarios_stand() -> None:
    free = suppose()
    assert len(free.consistent) == 10
    assert dict(free.shares)["A", "0"] == pytest.approx(0.4)
    assert (free.follows, free.held_anyway, free.opens, free.closes, free.kept) == ((), (), (), (), 10)


def test_a_supposed_state_stands_in_every_scenario_and_in_no_list() -> None:
    answer = suppose(("Government", "Prosperity party"))
    assert len(answer.consistent) == 2
    assert answer.supposed == (("A", "1"),)
    assert dict(answer.shares)["A", "1"] == 1.0
    listed = (*answer.follows, *answer.held_anyway, *answer.opens, *answer.closes, *answer.no_longer_required)
    assert all(factor != "A" for factor, _ in listed)


def test_what_must_follow_and_what_becomes_impossible() -> None:
    conflict = suppose(("B", "2"))
    assert ("A", "0") in conflict.follows
    assert ("C", "2") in conflict.closes
    assert ("C", "2") in conflict.impossible
    assert (conflict.kept, conflict.gained, conflict.lost) == (3, 0, 7)
    assert conflict.is_certain


def test_what_had_to_hold_without_the_supposition_held_anyway_or_is_no_longer_required() -> None:
    """b is on only where a is; c follows b. Supposing a off frees b and c, whatever they did before."""
    factors = two_states("a", "b", "c", "d")
    judgements = (
        acts("b", "on", "a", "on"),
        acts("a", "on", "b", "on"),
        acts("a", "off", "b", "off"),
        acts("d", "on", "a", "on", 2),
        acts("d", "off", "a", "on", 2),
    )
    scenario = a_scenario(factors=factors, judgements=judgements)
    assert {("a", "on"), ("b", "on")} <= set(what_if(scenario).held_anyway)
    supposed = what_if(scenario, [("a", "off")])
    assert ("b", "off") in supposed.follows
    assert ("b", "on") in supposed.no_longer_required
    assert ("b", "on") in supposed.closes
    assert ("b", "on") in what_if(scenario, [("d", "on")]).held_anyway


def test_where_nothing_is_consistent_the_nearest_are_shown_and_nothing_follows() -> None:
    factors = two_states("a", "b")
    judgements = (
        acts("a", "on", "b", "on"),
        acts("a", "off", "b", "off"),
        acts("b", "on", "a", "off"),
        acts("b", "off", "a", "on"),
    )
    answer = what_if(a_scenario(factors=factors, judgements=judgements))
    assert answer.result.solutions
    assert not answer.is_consistent
    assert (answer.consistent, answer.follows, answer.held_anyway, answer.impossible) == ((), (), (), ())


def test_a_search_that_was_cut_short_makes_the_answer_uncertain() -> None:
    ticks = itertools.count()
    assert not what_if(SCENARIO, [("A", "0")], budget_seconds=1, clock=lambda: float(next(ticks))).is_certain


def test_supposing_what_is_not_there_is_refused() -> None:
    with pytest.raises(UnknownFactor):
        suppose(("A", "Pirate party"))


def two_states(*ids: str) -> tuple[Factor, ...]:
    return tuple(
        Factor(id=one, name=one, states=(State(id="on", name="on"), State(id="off", name="off"))) for one in ids
    )


def acts(source: str, source_state: str, target: str, target_state: str, value: int = 3) -> Judgement:
    return Judgement(
        source_factor=source, source_state=source_state, target_factor=target, target_state=target_state, value=value
    )
