"""The tail of the calibrated test: normal where permuted windows have shown it, heavier where nobody has looked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from foresight.trends.measurement import upper_tail


@given(st.lists(st.floats(-8, 40), min_size=2, max_size=20))
def test_a_higher_score_is_never_likelier_and_never_likelier_than_a_normal_one_is_rare(scores: list[float]) -> None:
    ordered = np.sort(np.array(scores))
    p = upper_tail(ordered)
    assert np.all((p >= 0) & (p <= 1))
    assert np.all(np.diff(p) <= 0)
    assert np.all(p >= ndtr(-ordered) * (1 - 1e-9))


def test_the_tail_is_normal_up_to_what_was_seen_and_has_no_step_there() -> None:
    assert upper_tail(np.array([0.0, 1.0, 1.95])) == pytest.approx(ndtr(-np.array([0.0, 1.0, 1.95])))
    below, above = upper_tail(np.array([1.96 - 1e-9, 1.96 + 1e-9]))
    assert below == pytest.approx(above, rel=1e-6)


def test_one_in_a_thousand_of_a_normal_counts_for_nearly_two() -> None:
    assert upper_tail(np.array([3.09]))[0] == pytest.approx(0.00178, rel=0.02)
