"""Events that change each other's odds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.model.scenarios import Beliefs, ConditionalProbability, Event
from foresight.scenarios.beliefs import (
    EventOdds,
    conditional_bounds,
    exact_likelihoods,
    inconsistent_beliefs,
    odds_from_conditionals,
    simulated_likelihoods,
)

LIKELY = (0.25, 0.40, 0.75, 0.50)
CONDITIONAL = (
    (None, 0.50, 0.85, 0.40),
    (0.60, None, 0.60, 0.55),
    (0.15, 0.50, None, 0.60),
    (0.25, 0.70, 0.55, None),
)
ODDS_TIMES_THREE = EventOdds(likely=(0.5, 0.4), if_happened=((1, 3), (1, 1)), if_not=((1, 1), (1, 1)))


def test_one_event_that_triples_the_odds_of_another() -> None:
    assert exact_likelihoods(ODDS_TIMES_THREE).likely == pytest.approx((0.5, 0.466667), abs=1e-6)


def test_coherent_judgements_give_their_own_probabilities_back() -> None:
    assert exact_likelihoods(odds_from_conditionals(LIKELY, CONDITIONAL)).likely == pytest.approx(
        (0.243, 0.392, 0.748, 0.501), abs=5e-4
    )


def test_simulation_agrees_with_enumeration_within_three_standard_errors() -> None:
    events = odds_from_conditionals(LIKELY, CONDITIONAL)
    drawn, known = simulated_likelihoods(events, runs=10_000, seed=1), exact_likelihoods(events)
    for got, error, expected in zip(drawn.likely, drawn.errors, known.likely, strict=True):
        assert abs(got - expected) <= 3 * error
    assert simulated_likelihoods(events, runs=500, seed=2) == simulated_likelihoods(events, runs=500, seed=2)


def test_too_many_events_are_not_enumerated() -> None:
    nothing = ((1.0,) * 7,) * 7
    with pytest.raises(ValueError, match="7"):
        exact_likelihoods(EventOdds(likely=(0.5,) * 7, if_happened=nothing, if_not=nothing))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.05, 0.95), min_size=1, max_size=4))
def test_events_that_do_not_touch_keep_their_probabilities(likely: list[float]) -> None:
    untouched = tuple((1.0,) * len(likely) for _ in likely)
    events = EventOdds(likely=tuple(likely), if_happened=untouched, if_not=untouched)
    assert exact_likelihoods(events).likely == pytest.approx(likely)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.floats(0, 1))
def test_bounds_hold_what_any_joint_probability_gives(one: float, other: float, at: float) -> None:
    least, most = max(0.0, one + other - 1), min(one, other)
    joint = least + at * (most - least)
    low, high = conditional_bounds(one, other)
    assert low - 1e-9 <= joint / one <= high + 1e-9


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.01, 1), min_size=8, max_size=8))
def test_whatever_a_real_joint_probability_says_contradicts_nothing(weights: list[float]) -> None:
    shares = [weight / sum(weights) for weight in weights]
    worlds = [tuple(bool(number & bit) for bit in (4, 2, 1)) for number in range(8)]

    def chance(*events: int) -> float:
        return sum(share for share, world in zip(shares, worlds, strict=True) if all(world[one] for one in events))

    events = tuple(Event(id=str(one), name=str(one), likely=chance(one)) for one in range(3))
    conditionals = tuple(
        ConditionalProbability(
            event=str(event), given=str(given), likely=min(1.0, chance(event, given) / chance(given))
        )
        for given in range(3)
        for event in range(3)
        if event != given
    )
    assert inconsistent_beliefs(Beliefs(events=events, conditionals=conditionals)) == ()
