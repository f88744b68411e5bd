"""How likely states are by themselves, and among the consistent scenarios."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scenario_cases import FACTORS, SOMEWHERELAND

from foresight.model.decisions import TrendView
from foresight.model.errors import NotAProbability, UnknownFactor, WrongShares
from foresight.model.scenarios import Factor, ImpactMatrix, PriorOrigin, State
from foresight.scenarios.cross_impact import solve
from foresight.scenarios.matrix import factor_from_trend
from foresight.scenarios.state_likelihoods import (
    Perturbation,
    band_mean,
    band_share,
    perturbation_chances,
    priors_by_hand,
    priors_from_projection,
    priors_from_ratings,
    scenario_weights,
    state_likelihoods,
    state_prior,
    without_priors,
)
from foresight.testing.builders import a_scenario, a_signal, a_view


def projected(value: float, low: float, high: float) -> TrendView:
    band = a_signal(name="projection_half", window="+12w", value=value, low=low, high=high, unit="share")
    return a_view(signals=(band,))


def shares(factor: Factor) -> list[float]:
    return [state.prior or 0.0 for state in factor.states]


def test_a_projection_gives_a_quarter_a_half_and_a_quarter_to_the_states_made_from_it() -> None:
    view = projected(0.02, 0.01, 0.04)
    factor = priors_from_projection(factor_from_trend(view, lang="fi"), view)
    assert factor.prior_origin is PriorOrigin.PROJECTION
    assert shares(factor) == pytest.approx([0.25, 0.5, 0.25], abs=1e-4)


def test_when_the_projection_moves_the_same_bounds_get_other_priors() -> None:
    factor = factor_from_trend(projected(0.02, 0.01, 0.04), lang="en")
    grown = priors_from_projection(factor, projected(0.04, 0.02, 0.08))
    # The old upper quartile is the new median: half lies above it.
    assert shares(grown)[2] == pytest.approx(0.5, abs=1e-4)
    assert sum(shares(grown)) == pytest.approx(1.0)


def test_bands_that_leave_a_gap_get_no_priors_from_the_projection() -> None:
    view = projected(0.02, 0.01, 0.04)
    factor = factor_from_trend(view, lang="en")
    assert priors_from_projection(replace(factor, states=factor.states[:2]), view).prior_origin is PriorOrigin.NONE


def test_where_nothing_was_projected_no_prior_is_made_up() -> None:
    factor = factor_from_trend(a_view(), lang="en")
    assert priors_from_projection(factor, a_view()) == factor
    assert factor.prior_origin is PriorOrigin.NONE
    assert state_prior(factor, factor.states[0]) == pytest.approx(1 / 3)


@settings(max_examples=50)
@given(
    some.floats(1e-4, 0.3),
    some.floats(1.05, 8.0),
    some.lists(some.floats(1e-5, 1.0), min_size=1, max_size=4, unique=True),
)
def test_bands_that_cover_everything_share_everything(middle: float, spread: float, cuts: list[float]) -> None:
    projection = projected(middle, middle / spread, middle * spread).signals[0]
    edges = [None, *sorted(cuts), None]
    parts = [band_share(projection, low, high) for low, high in pairwise(edges)]
    assert min(parts) >= 0.0
    assert sum(parts) == pytest.approx(1.0)


def test_the_means_of_the_bands_put_together_are_the_mean_of_the_projection() -> None:
    projection = projected(0.02, 0.01, 0.04).signals[0]
    bands = [(None, 0.01), (0.01, 0.04), (0.04, None)]
    parts = [band_share(projection, *band) * band_mean(projection, *band) for band in bands]
    deviation = math.log(4) / (2 * 0.6745)
    assert sum(parts) == pytest.approx(0.02 * math.exp(deviation**2 / 2))
    for low, high in bands:
        assert (low or 0) <= band_mean(projection, low, high) <= (high or 9)
    assert band_mean(projection, 0.0, 0.0) == 0.0


def test_ratings_are_brought_to_one_and_averaged() -> None:
    rated = priors_from_ratings(FACTORS[3], [[("0", 80.0), ("1", 20.0)], [("1", 1.0)]])
    assert shares(rated) == [pytest.approx(0.4), pytest.approx(0.6)]
    assert rated.prior_origin is PriorOrigin.RATINGS
    assert priors_from_ratings(FACTORS[3], []) == FACTORS[3]


def test_numbers_given_by_hand_have_to_add_up() -> None:
    factor = priors_by_hand(FACTORS[3], [("0", 0.3), ("1", 0.7)])
    assert (shares(factor), factor.prior_origin) == ([0.3, 0.7], PriorOrigin.HAND)
    assert shares(without_priors(factor)) == [0.0, 0.0]
    with pytest.raises(WrongShares) as told:
        priors_by_hand(FACTORS[3], [("0", 0.3), ("1", 0.6)])
    assert dict(told.value.facts)["found"] == "0.9"


@pytest.mark.parametrize("wrong", [-0.1, 1.5, float("nan"), float("inf")])
def test_what_is_no_probability_is_reported_with_its_state(wrong: float) -> None:
    with pytest.raises(NotAProbability):
        priors_by_hand(FACTORS[3], [("0", wrong), ("1", 1.0 - wrong)])


def test_a_state_that_is_not_there_is_reported_with_those_that_are() -> None:
    with pytest.raises(UnknownFactor):
        priors_by_hand(FACTORS[3], [("nobody", 1.0)])
    with pytest.raises(NotAProbability):
        priors_from_ratings(FACTORS[3], [[("0", 0.0)]])


def test_without_priors_the_figures_are_shares_of_the_ten_published_scenarios() -> None:
    found = state_likelihoods(FACTORS, SOMEWHERELAND, doubt=Perturbation(draws=50))
    assert (found.scenarios, found.has_priors, found.is_complete) == (10, False, True)
    assert found.of("A", "0").value == pytest.approx(0.4)
    assert found.of("A", "1").value == pytest.approx(0.2)
    for one in found.likelihoods:
        assert 0.0 <= one.low <= one.value <= one.high <= 1.0 + 1e-12
    assert any(one.high > one.low for one in found.likelihoods)


def test_priors_tilt_the_figures_and_what_is_forced_is_certain() -> None:
    tilted = (priors_by_hand(FACTORS[0], [("0", 0.0), ("1", 1.0), ("2", 0.0)]), *FACTORS[1:])
    found = state_likelihoods(tilted, SOMEWHERELAND, doubt=Perturbation(draws=20))
    assert found.has_priors
    assert found.of("A", "1").value == pytest.approx(1.0)
    forced = state_likelihoods(tilted, SOMEWHERELAND, forced=[(0, 0)], doubt=Perturbation(draws=20))
    assert forced.of("A", "0").value == pytest.approx(1.0)
    assert forced.scenarios == 5


def test_priors_that_rule_everything_out_weigh_all_alike() -> None:
    never = (priors_by_hand(FACTORS[4], [("0", 0.0), ("1", 0.0), ("2", 1.0)]),)
    factors = (*FACTORS[:4], *never, FACTORS[5])
    solutions = [one for one in solve(SOMEWHERELAND).solutions if one.states[4] == 0]
    assert scenario_weights(factors, solutions).tolist() == pytest.approx([1 / len(solutions)] * len(solutions))


def test_the_same_seed_gives_the_same_interval_and_no_doubt_gives_none() -> None:
    one, twin = (state_likelihoods(FACTORS, SOMEWHERELAND, doubt=Perturbation(draws=30, seed=4)) for _ in range(2))
    assert one == twin
    sure = state_likelihoods(FACTORS, SOMEWHERELAND, doubt=Perturbation(chances=0.0, draws=5))
    assert all(one.low == one.value == one.high for one in sure.likelihoods)


def test_nothing_consistent_is_nought_with_what_a_doubt_would_allow() -> None:
    # Each chases the other in a circle: a promotes b's other state, b promotes a's same state.
    states = (State(id="0", name="0"), State(id="1", name="1"))
    pair = (Factor(id="a", name="a", states=states), Factor(id="b", name="b", states=states))
    values = np.array([[0, 0, -1, 1], [0, 0, 1, -1], [1, -1, 0, 0], [-1, 1, 0, 0]])
    found = state_likelihoods(pair, ImpactMatrix(sizes=(2, 2), values=values), doubt=Perturbation(draws=200))
    assert found.scenarios == 0
    assert all(one.value == 0.0 for one in found.likelihoods)
    assert 0.0 < found.empty < 1.0


def test_people_who_gave_confidences_are_believed_and_others_get_the_usual_doubt() -> None:
    scenario = a_scenario()
    assert perturbation_chances(scenario.factors, scenario.judgements) == 0.3
    unsure = tuple(replace(judgement, confidence=0.6) for judgement in scenario.judgements)
    assert np.max(perturbation_chances(scenario.factors, unsure)) == pytest.approx(0.4)
