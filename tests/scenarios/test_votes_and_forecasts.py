"""Workshop votes and scores of resolved forecasts."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.scenarios.forecasts import (
    ResolvedForecast,
    brier_decomposition,
    brier_score,
    calibration_bins,
    logarithmic_score,
    skill_score,
)
from foresight.scenarios.panels import kendall_w, needs_no_further_round, summarise_votes

CALLS = st.lists(
    st.builds(ResolvedForecast, probability=st.floats(0, 1), came_true=st.booleans()), min_size=1, max_size=30
)


def test_brier() -> None:
    assert brier_score([ResolvedForecast(probability=0.7, came_true=True)]) == pytest.approx(0.09)
    three = [(0.9, True), (0.2, False), (0.6, False)]
    assert brier_score([ResolvedForecast(probability=p, came_true=o) for p, o in three]) == pytest.approx(
        0.136667, abs=1e-6
    )


def test_the_logarithmic_score_is_infinite_where_what_happened_was_called_impossible() -> None:
    assert logarithmic_score(0.7) == pytest.approx(0.356675, abs=1e-6)
    assert logarithmic_score(0.0) == math.inf


def test_saying_the_base_rate_has_no_skill() -> None:
    calls = [ResolvedForecast(probability=0.25, came_true=place == 0) for place in range(4)]
    assert skill_score(calls, base_rate=0.25) == pytest.approx(0)
    assert skill_score([ResolvedForecast(probability=1.0, came_true=True)], base_rate=1.0) == 0


@settings(max_examples=60, deadline=None)
@given(CALLS, st.integers(1, 12))
def test_murphys_parts_add_up_to_the_score(calls: list[ResolvedForecast], bins: int) -> None:
    parts = brier_decomposition(calls, bins=bins)
    assert parts.brier == pytest.approx(brier_score(calls))
    assert min(parts.reliability, parts.resolution, parts.uncertainty) >= 0
    assert sum(group.calls for group in calibration_bins(calls, bins=bins)) == len(calls)


def test_with_one_probability_per_bin_nothing_is_left_within() -> None:
    calls = [
        ResolvedForecast(probability=p, came_true=o) for p, o in [(0.1, False), (0.1, True), (0.8, True), (0.8, True)]
    ]
    assert brier_decomposition(calls).within == pytest.approx(0)


def test_quartiles_of_votes() -> None:
    ballot = summarise_votes((3, 4, 4, 5, 5, 5, 6, 7, 9))
    assert (ballot.low, ballot.middle, ballot.high, ballot.range) == (4, 5, 6, 2)
    assert ballot.outliers == ()
    assert summarise_votes((3, 3, 3, 4, 9)).outliers == (4,)


def test_one_vote_is_its_own_middle() -> None:
    assert (summarise_votes((4,)).low, summarise_votes((4,)).high, summarise_votes((4,)).votes) == (4, 4, 1)


def test_when_another_round_would_not_help() -> None:
    split, moved, same, agreed = (
        summarise_votes((1, 1, 5, 5)),
        summarise_votes((1, 2, 5, 5)),
        summarise_votes((1, 1, 5, 5)),
        summarise_votes((3, 3, 4, 4)),
    )
    assert not needs_no_further_round([])
    assert not needs_no_further_round([split])
    assert needs_no_further_round([agreed])
    assert needs_no_further_round([split, same])
    assert not needs_no_further_round([split, moved])


def test_agreement_of_rankings() -> None:
    assert kendall_w([(1, 2, 3, 4), (1, 3, 2, 4), (2, 1, 3, 4)]) == pytest.approx(0.777778, abs=1e-6)
    assert kendall_w([(1, 2, 3)] * 4) == pytest.approx(1)
    assert kendall_w([(1, 2, 3), (3, 2, 1)]) == pytest.approx(0)
    assert kendall_w([(2, 2, 2), (2, 2, 2)]) == 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.permutations([1, 2, 3, 4]), min_size=2, max_size=5))
def test_agreement_lies_between_none_and_all_whatever_the_order_of_people(rankings: list[list[int]]) -> None:
    values = {round(kendall_w(order), 9) for order in itertools.islice(itertools.permutations(rankings), 6)}
    assert len(values) == 1
    assert 0 <= values.pop() <= 1 + 1e-9
