"""Events that change each other's odds, and worlds fitted to what an expert said."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.scenarios.beliefs import (
    EventOdds,
    conditional_bounds,
    covering_worlds,
    exact_likelihoods,
    fit_joint_probabilities,
    incoherent_multipliers,
    odds_from_conditionals,
    out_of_bounds_conditionals,
    quadratic_step,
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


def test_gordons_quadratic_step() -> None:
    assert quadratic_step(0.4, direction=1, strength=0.5, time_left=0.5) == pytest.approx(0.46)


def test_coherent_judgements_give_their_own_probabilities_back() -> None:
    assert exact_likelihoods(odds_from_conditionals(LIKELY, CONDITIONAL)).likely == pytest.approx(
        (0.243, 0.392, 0.748, 0.501), abs=5e-4
    )


def test_the_common_shortcut_drives_the_results_away() -> None:
    shortcut = odds_from_conditionals(LIKELY, CONDITIONAL, both_ways=False)
    assert exact_likelihoods(shortcut).likely == pytest.approx((0.292, 0.521, 0.683, 0.534), abs=5e-4)


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


def test_what_no_joint_probability_allows_is_reported_with_what_could_be() -> None:
    (wrong,) = out_of_bounds_conditionals((0.5, 0.4), ((None, 0.9), (None, None)))
    assert (wrong.given, wrong.event, wrong.value) == (0, 1, 0.9)
    assert (wrong.low, wrong.high) == pytest.approx((0.0, 0.8))


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.floats(0, 1))
def test_bounds_hold_what_any_joint_probability_gives(one: float, other: float, at: float) -> None:
    least, most = max(0.0, one + other - 1), min(one, other)
    joint = least + at * (most - least)
    low, high = conditional_bounds(one, other)
    assert low - 1e-9 <= joint / one <= high + 1e-9


def test_multipliers_that_do_not_fit_their_marginals_are_pointed_at() -> None:
    assert incoherent_multipliers((0.5, 0.5), (0.4, 0.6), ((1, 1), (1, 1))) == ()
    row, column = incoherent_multipliers((0.5, 0.5), (0.4, 0.6), ((2, 1), (1, 1)))
    assert (row.side, row.place, row.total) == ("row", 0, pytest.approx(1.4))
    assert (column.side, column.place, column.total) == ("column", 0, pytest.approx(1.5))


def test_smic_finds_the_only_fitting_worlds() -> None:
    found = fit_joint_probabilities((0.5, 0.4), ((None, 0.6), (None, None)))
    shares = {world.happens: world.probability for world in found.worlds}
    assert [shares[w] for w in ((True, True), (True, False), (False, True), (False, False))] == pytest.approx(
        [0.3, 0.2, 0.1, 0.4], abs=1e-6
    )
    assert found.residual == pytest.approx(0, abs=1e-9)
    assert found.implied == pytest.approx((0.5, 0.4), abs=1e-6)


def test_smic_shows_how_far_judgements_contradict_each_other() -> None:
    found = fit_joint_probabilities((0.5, 0.4, 0.3), ((None, 0.6, 0.5), (0.75, None, 0.9), (0.8333, 0.9, None)))
    assert found.residual == pytest.approx(0.0042, abs=5e-5)


def test_the_fewest_worlds_that_cover_four_fifths() -> None:
    found = fit_joint_probabilities((0.5, 0.4), ((None, 0.6), (None, None)))
    told = covering_worlds(found, 0.8)
    assert [round(world.probability, 3) for world in told] == [0.4, 0.3, 0.2]


def test_smic_refuses_more_worlds_than_anyone_can_read() -> None:
    with pytest.raises(ValueError, match="11"):
        fit_joint_probabilities((0.5,) * 11, ((None,) * 11,) * 11)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.01, 1), min_size=8, max_size=8))
def test_smic_fits_whatever_a_real_joint_probability_says(weights: list[float]) -> None:
    shares = [weight / sum(weights) for weight in weights]
    worlds = [tuple(bool(number & bit) for bit in (4, 2, 1)) for number in range(8)]
    likely = [sum(s for s, w in zip(shares, worlds, strict=True) if w[i]) for i in range(3)]
    conditional = [
        [
            sum(s for s, w in zip(shares, worlds, strict=True) if w[i] and w[j]) / likely[i] if i != j else None
            for j in range(3)
        ]
        for i in range(3)
    ]
    found = fit_joint_probabilities(likely, conditional)
    assert found.residual < 1e-9
    assert sum(world.probability for world in found.worlds) == pytest.approx(1)
