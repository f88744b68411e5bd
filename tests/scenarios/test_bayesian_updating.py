"""Signposts move the shares of scenarios by what they tell apart, and by nothing else."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.scenarios.bayesian_updating import (
    SignpostEvidence,
    bayes_update,
    diagnostic_ratio,
    expected_information,
    is_undiagnostic,
    posterior_of,
)

EVEN = (0.25,) * 4
SIGN = (0.8, 0.4, 0.4, 0.1)
CHANCES = st.tuples(*(st.floats(0.02, 0.98),) * 3)


def test_a_hit_and_a_miss() -> None:
    assert bayes_update(EVEN, SIGN, seen=True) == pytest.approx((0.470588, 0.235294, 0.235294, 0.058824), abs=1e-6)
    assert bayes_update(EVEN, SIGN, seen=False) == pytest.approx((0.086957, 0.260870, 0.260870, 0.391304), abs=1e-6)


def test_what_fits_all_scenarios_alike_is_uninformative() -> None:
    assert expected_information(EVEN, (0.4,) * 4) == 0
    assert diagnostic_ratio((0.4,) * 4) == 1
    assert is_undiagnostic((0.40, 0.45, 0.41, 0.42))
    assert not is_undiagnostic(SIGN)
    assert not is_undiagnostic((0.99, 0.95, 0.95, 0.95)), "rarely missed, but telling when it is"
    assert diagnostic_ratio((0.5, 0.0)) == math.inf


def test_a_sure_sign_gives_one_bit_of_two() -> None:
    assert expected_information((0.5, 0.5), (1.0, 0.0)) == pytest.approx(1.0)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(CHANCES, st.booleans(), st.sampled_from(["", "a", "b"])), max_size=6), st.randoms())
def test_the_order_of_evidence_does_not_matter(drawn: list, chance) -> None:
    evidence = [SignpostEvidence(likelihoods=p, seen=seen, family=family) for p, seen, family in drawn]
    mixed = list(evidence)
    chance.shuffle(mixed)
    prior = (0.2, 0.3, 0.5)
    one, other = (posterior_of(prior, pieces, temper=0.7, cap=2.0) for pieces in (evidence, mixed))
    assert one == pytest.approx(other)
    assert sum(one) == pytest.approx(1)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(CHANCES, st.booleans()), max_size=5))
def test_independent_evidence_is_weighed_as_bayes_would_one_by_one(drawn: list) -> None:
    shares: tuple[float, ...] = (0.2, 0.3, 0.5)
    for likelihoods, seen in drawn:
        shares = bayes_update(shares, likelihoods, seen=seen)
    weighed = posterior_of((0.2, 0.3, 0.5), [SignpostEvidence(likelihoods=p, seen=seen) for p, seen in drawn])
    assert weighed == pytest.approx(shares, rel=1e-6)


def test_ten_copies_of_one_story_do_not_count_ten_times() -> None:
    copies = [SignpostEvidence(likelihoods=(0.8, 0.2), seen=True, family="syndicated")] * 10
    free, capped = posterior_of((0.5, 0.5), copies), posterior_of((0.5, 0.5), copies, temper=0.5, cap=math.log(9))
    assert free[0] > 0.999
    assert capped[0] == pytest.approx(0.9)


def test_nothing_is_ruled_out_for_ever() -> None:
    assert bayes_update((0.5, 0.5), (0.9, 0.0), seen=True)[1] > 0


@settings(max_examples=50, deadline=None)
@given(CHANCES)
def test_watching_never_costs_information(likelihoods: tuple[float, ...]) -> None:
    assert 0 <= expected_information((0.2, 0.3, 0.5), likelihoods) <= 1
