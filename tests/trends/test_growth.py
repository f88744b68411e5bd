"""Tests and rates: known answers, and what a source may not do to them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.trends.measurement import (
    calibrate_scores,
    doubling_weeks,
    estimate_null,
    expected_counts,
    growth_offsets,
    growth_rates,
    normal_score,
    permuted_ages,
    poisson_p_value,
    q_values,
    upper_tail,
)


def one_group(weekly: list[float]) -> np.ndarray:
    return np.array([weekly], dtype=np.float32)


def test_a_steady_group_is_expected_to_go_on_as_it_was() -> None:
    counts = np.full((1, 10, 1), 5.0, dtype=np.float32)
    volumes = np.full((10, 1), 100.0, dtype=np.float32)
    awaited = expected_counts(counts, volumes, np.array([True]), recent=2, baseline=8)
    assert awaited[0] == pytest.approx(10.25, abs=0.1)  # ten, and a quarter of the one that is added


def test_a_source_that_doubles_its_output_is_expected_to_double_its_subjects() -> None:
    counts = np.zeros((1, 10, 2), dtype=np.float32)
    counts[0, :, 0] = 10
    volumes = np.full((10, 2), 100.0, dtype=np.float32)
    volumes[:2, 0] = 200
    awaited = expected_counts(counts, volumes, np.array([True, True]), recent=2, baseline=8)
    assert awaited[0] > 36


def test_surprise_is_the_poisson_tail() -> None:
    p = poisson_p_value(np.array([0, 1, 3]), np.array([0.5, 0.1, 0.2]))
    assert p == pytest.approx([1.0, 1 - np.exp(-0.1), 1 - np.exp(-0.2) * 1.22], rel=1e-4)


def test_a_doubling_every_two_weeks_is_found() -> None:
    weekly = [320 * 2 ** (-week / 2) for week in range(12)]
    found = growth_rates(one_group(weekly), np.full((1, 12), 1000.0, dtype=np.float32))
    assert found.rate[0] == pytest.approx(np.log(2) / 2, abs=0.01)
    assert found.low[0] < found.rate[0] < found.high[0]
    assert doubling_weeks(float(found.rate[0])) == pytest.approx(2.0, abs=0.06)


def test_growth_of_everything_is_growth_of_nothing() -> None:
    volume = np.array([[1000.0 * 1.2**-week for week in range(12)]], dtype=np.float32)
    found = growth_rates(volume * 0.05, volume)
    assert found.rate[0] == pytest.approx(0.0, abs=0.01)


def test_three_articles_after_silence_grow_but_not_without_bound() -> None:
    found = growth_rates(one_group([3] + [0] * 11), np.full((1, 12), 100.0, dtype=np.float32))
    assert 0 < found.low[0] < found.rate[0] < 2


def test_nothing_counted_has_no_rate() -> None:
    found = growth_rates(one_group([0] * 12), np.full((1, 12), 100.0, dtype=np.float32))
    assert np.isnan(found.rate[0])


def test_the_interval_holds_the_true_rate_nine_times_in_ten() -> None:
    rng = np.random.default_rng(0)
    weeks = np.arange(12) + 0.5
    counts = rng.poisson(20 * np.exp(-0.05 * weeks), size=(600, 12)).astype(np.float32)
    found = growth_rates(counts, np.full((600, 12), 500.0, dtype=np.float32))
    assert 0.87 <= np.mean((found.low < 0.05) & (found.high > 0.05)) <= 0.97


def test_offsets_of_one_source_follow_its_volume() -> None:
    volumes = np.array([[100.0], [50.0], [25.0]], dtype=np.float32)
    offset = growth_offsets(np.ones((1, 3, 1), dtype=np.float32), volumes, np.array([True]))[0]
    assert offset / offset[0] == pytest.approx([1, 0.5, 0.25])


def test_q_values_are_those_of_benjamini_and_hochberg() -> None:
    assert q_values(np.array([0.01, 0.04, 0.03, 0.5])) == pytest.approx([0.04, 0.0533, 0.0533, 0.5], abs=1e-3)
    assert len(q_values(np.zeros(0))) == 0


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(1e-12, 1), min_size=1, max_size=40))
def test_q_is_at_least_p_and_keeps_the_order(p: list[float]) -> None:
    values = np.array(p)
    q = q_values(values)
    assert np.all(q >= values - 1e-12)
    assert np.all(np.diff(q[np.argsort(values)]) >= -1e-12)


def test_calibration_takes_out_the_bias_of_the_null() -> None:
    biased = np.random.default_rng(1).normal(1.4, 1.3, size=4000)
    null = (estimate_null("density", 2, biased),)
    scores = calibrate_scores(biased, [("density", 2)] * 4000, null)
    assert np.mean(upper_tail(scores) < 0.05) < 0.065


def test_few_scores_leave_the_shipped_constants() -> None:
    assert estimate_null("density", 4, np.array([9.0, 9.0])) == ("density", 4, 0.95, 1.0)


def test_score_and_tail_are_inverse_where_permuted_windows_have_shown_the_tail() -> None:
    assert upper_tail(normal_score(np.array([0.9, 0.2, 0.03]))) == pytest.approx([0.9, 0.2, 0.03])


def test_beyond_that_the_tail_is_heavier_than_the_normal_and_still_falls() -> None:
    p = np.array([1e-2, 1e-3, 1e-4, 1e-6])
    told = upper_tail(normal_score(p))
    assert np.all(told > p)
    assert np.all(np.diff(told) < 0)


def test_permuting_keeps_every_source_its_dates() -> None:
    rng = np.random.default_rng(0)
    ages, sources = rng.integers(0, 84, 200), rng.integers(0, 3, 200)
    shuffled = permuted_ages(ages, sources, np.ones(200, dtype=np.bool_), rng)
    assert not np.array_equal(shuffled, ages)
    for source in range(3):
        assert sorted(shuffled[sources == source]) == sorted(ages[sources == source])
