"""The chance to last."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from foresight.model.options import TrendOptions
from foresight.trends.persistence import (
    PERSISTENCE_FEATURES,
    PERSISTENCE_WEEKS,
    estimate_persistence,
    persistence_features,
    ranking_strength,
    shipped_coefficients,
)

WRITTEN = np.full(26, 100.0, dtype=np.float32)
COUNTS = arrays(np.float32, (3, 26), elements=st.integers(0, 50).map(float))


def run(*weeks: float) -> np.ndarray:
    """Counts of one group, the last week first, nothing before."""
    return np.array([[*weeks, *[0.0] * (26 - len(weeks))]], dtype=np.float32)


def test_what_kept_coming_is_likelier_to_last_than_what_came_once() -> None:
    once, twice = estimate_persistence(run(6), WRITTEN), estimate_persistence(run(6, 5), WRITTEN)
    assert float(twice.probability[0]) > float(once.probability[0])


def test_what_has_ended_is_too_unlikely_to_last_to_be_listed() -> None:
    assert float(estimate_persistence(run(0, 9), WRITTEN).probability[0]) < TrendOptions().least_chance


def test_what_was_always_there_is_no_movement() -> None:
    steady = np.full((1, 26), 6.0, dtype=np.float32)
    assert float(estimate_persistence(steady, WRITTEN).probability[0]) < float(
        estimate_persistence(run(6, 6), WRITTEN).probability[0]
    )


@settings(max_examples=30, deadline=None)
@given(COUNTS)
def test_chances_lie_between_nothing_and_all(counts: np.ndarray) -> None:
    judged = estimate_persistence(counts, WRITTEN)
    for weeks in PERSISTENCE_WEEKS:
        assert np.all((judged.probabilities[weeks] >= 0) & (judged.probabilities[weeks] <= 1))
    both = np.stack([judged.probabilities[weeks] for weeks in PERSISTENCE_WEEKS])
    assert np.all(judged.probability >= both.min(axis=0) - 1e-6)
    assert np.all(judged.probability <= both.max(axis=0) + 1e-6)


@settings(max_examples=20, deadline=None)
@given(COUNTS, st.integers(5, 25))
def test_weeks_without_anything_written_are_those_before_the_archive(counts: np.ndarray, known: int) -> None:
    silent = counts.copy()
    silent[:, known:] = 0
    written = WRITTEN.copy()
    written[known:] = 0
    assert persistence_features(counts[:, :known], written[:known]) == pytest.approx(
        persistence_features(silent, written)
    )


@pytest.mark.parametrize("known", [5, 9, 13, 20])
def test_a_steady_theme_of_a_young_archive_is_not_new(known: int) -> None:
    steady = np.full((1, known), 6.0, dtype=np.float32)
    old = float(estimate_persistence(np.full((1, 26), 6.0, dtype=np.float32), WRITTEN).probability[0])
    assert float(estimate_persistence(steady, WRITTEN[:known]).probability[0]) == pytest.approx(old, abs=0.1)


def test_the_shipped_model_names_every_feature() -> None:
    for intercept, slopes in shipped_coefficients().values():
        assert intercept < 0
        assert slopes.shape == (len(PERSISTENCE_FEATURES),)


def test_of_two_equal_chances_the_surer_one_is_stronger() -> None:
    judged = estimate_persistence(np.repeat(run(6, 5), 2, axis=0), WRITTEN)
    weaker, surer = ranking_strength(judged, np.array([1e-2, 1e-6]))
    assert surer > weaker
