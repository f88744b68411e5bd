"""The shipped chance to last, drawn to what became of the archive's own calls."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.model.track_record import CallOutcome, PersistenceFit, TrendCall
from foresight.model.trends import Stage
from foresight.testing.builders import a_call, an_outcome
from foresight.trends.persistence import (
    LEAST_CALLS_FOR_FIT,
    PERSISTENCE_WEEKS,
    Persistence,
    PersistenceLearning,
    adjust_to_outcomes,
    estimate_persistence,
    fit_shift_and_slope,
    logistic,
)

WRITTEN = (100.0,) * 26
COUNTS = st.lists(st.integers(0, 40).map(float), min_size=26, max_size=26).filter(lambda counts: sum(counts) > 0)


def drawn(rng: np.random.Generator, n: int, shift: float, slope: float) -> tuple[np.ndarray, np.ndarray]:
    """Logits of shipped chances, and what came in a world where they are off by this much."""
    logits = rng.normal(-0.5, 1.5, n)
    return logits, rng.random(n) < logistic(shift + slope * logits)


@pytest.mark.parametrize(("shift", "slope"), [(-0.8, 1.0), (0.7, 1.3), (0.0, 0.6), (-0.4, 1.2)])
def test_a_shifted_world_is_recovered(shift: float, slope: float) -> None:
    found = fit_shift_and_slope(*drawn(np.random.default_rng(1), 4_000, shift, slope))
    assert found == pytest.approx((shift, slope), abs=0.12)


def test_without_outcomes_the_shipped_model_is_the_likeliest() -> None:
    assert fit_shift_and_slope(np.zeros(0), np.zeros(0, dtype=np.bool_)) == (0.0, 1.0)


def test_a_few_outcomes_move_it_less_than_many() -> None:
    logits, came = drawn(np.random.default_rng(2), 3_000, -1.0, 1.0)
    few, many = fit_shift_and_slope(logits[:60], came[:60]), fit_shift_and_slope(logits, came)
    assert many[0] < few[0] < 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(-13, 13), st.booleans()), max_size=80), st.randoms(use_true_random=False))
def test_the_order_of_outcomes_does_not_matter_and_what_was_likelier_stays_likelier(
    cases: list[tuple[float, bool]], chance: object
) -> None:
    there = fit_shift_and_slope(*columns(cases))
    shuffled = list(cases)
    chance.shuffle(shuffled)  # type: ignore[attr-defined] - hypothesis gives a random.Random
    assert fit_shift_and_slope(*columns(shuffled)) == there
    assert np.isfinite(there[0])
    assert there[1] > 0


def columns(cases: Sequence[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([one[0] for one in cases]), np.array([one[1] for one in cases], dtype=np.bool_)


def test_outcomes_that_turn_the_order_round_flatten_the_chance_and_never_turn_it() -> None:
    logits = np.linspace(-3, 3, 2_000)
    shift, slope = fit_shift_and_slope(logits, logits < 0)
    assert 0 < slope < 0.1
    assert shift == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize("came", [True, False])
def test_outcomes_of_one_kind_alone_do_not_run_away(came: bool) -> None:  # noqa: FBT001 - a parameter of the test
    shift, slope = fit_shift_and_slope(np.full(5_000, 1.0), np.full(5_000, came))
    assert 1 < abs(shift) < 7
    assert slope > 0


def a_case(n: int, *, stage: Stage = Stage.WEAK, days: int = 28, came: bool = True) -> tuple[TrendCall, CallOutcome]:
    """A call of a burst of its own size, that lasted or did not."""
    burst = (float(2 + n % 7), float(1 + n % 3), float(n % 4), 0.0, *(0.0,) * 22)
    call = a_call(f"trend-{n}", stage=stage, spoken=burst)
    later = (4.0 if came else 0.0,) * (days // 7)
    return call, an_outcome(call, days=days, spoken=later)


def test_few_outcomes_leave_the_shipped_chance() -> None:
    learning = PersistenceLearning()
    learning.learn([a_case(n, came=n % 5 == 0) for n in range(LEAST_CALLS_FOR_FIT - 1)])
    assert learning.fits() == ()
    shipped = estimate_persistence(
        np.array([a_case(1)[0].spoken], dtype=np.float32), np.array(WRITTEN, dtype=np.float32)
    )
    assert adjust_to_outcomes(shipped, learning.fits()) == shipped
    learning.learn([a_case(LEAST_CALLS_FOR_FIT)])
    assert [(fit.weeks, fit.calls) for fit in learning.fits()] == [(4, LEAST_CALLS_FOR_FIT)]


def test_each_horizon_is_learned_from_its_own_outcome() -> None:
    cases = [a_case(n, days=days, came=days == 91) for days in (28, 91) for n in range(80)]
    learning = PersistenceLearning()
    learning.learn(cases)
    soon, late = learning.fits()
    assert (soon.weeks, soon.calls, late.weeks, late.calls) == (4, 80, 13, 80)
    assert soon.shift < 0 < late.shift


def test_what_stands_and_what_cannot_be_told_teaches_nothing() -> None:
    learning = PersistenceLearning()
    learning.learn([a_case(n, stage=stage) for n in range(80) for stage in (Stage.STEADY, Stage.STRONG, Stage.FADING)])
    unknown = [(call, an_outcome(call, totals=(0.0,) * 4)) for call, _ in (a_case(n) for n in range(80))]
    learning.learn(unknown)
    learning.learn([a_case(n, days=56) for n in range(80)])
    assert learning.fits() == ()


def test_it_does_not_matter_in_which_order_or_portions_outcomes_come() -> None:
    cases = [a_case(n, days=days, came=n % 3 == 0) for n in range(90) for days in (28, 91)]
    at_once, backwards = PersistenceLearning(), PersistenceLearning()
    at_once.learn(cases)
    for case in cases[::-1]:
        backwards.learn([case])
    assert at_once.fits() == backwards.fits()
    assert len(at_once.fits()) == 2


FITS = st.builds(
    PersistenceFit,
    weeks=st.sampled_from(PERSISTENCE_WEEKS),
    calls=st.integers(60, 5_000),
    shift=st.floats(-3, 3),
    slope=st.floats(0.05, 3),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(COUNTS, min_size=2, max_size=6), st.lists(FITS, max_size=4))
def test_the_told_chance_keeps_the_order_of_the_shipped_one(
    counts: list[list[float]], fits: list[PersistenceFit]
) -> None:
    shipped = estimate_persistence(np.array(counts, dtype=np.float32), np.array(WRITTEN, dtype=np.float32))
    told = adjust_to_outcomes(shipped, fits)
    for weeks in PERSISTENCE_WEEKS:
        order = np.argsort(shipped.probabilities[weeks])
        assert np.all(np.diff(told.probabilities[weeks][order]) >= 0)
        assert np.all((told.probabilities[weeks] >= 0) & (told.probabilities[weeks] <= 1))
    again = adjust_to_outcomes(shipped, fits[::-1])
    assert all(np.array_equal(told.probabilities[weeks], again.probabilities[weeks]) for weeks in PERSISTENCE_WEEKS)


def test_of_two_fits_the_one_with_more_calls_behind_it_is_told() -> None:
    shipped = Persistence(
        probabilities=MappingProxyType({weeks: np.full(1, 0.5, dtype=np.float32) for weeks in PERSISTENCE_WEEKS}),
    )
    few, many = (PersistenceFit(weeks=4, calls=n, shift=s, slope=1.0) for n, s in ((60, 2.0), (600, -1.0)))
    told = adjust_to_outcomes(shipped, [many, few])
    assert float(told.probabilities[4][0]) == pytest.approx(1 / (1 + np.e))
    assert float(told.probabilities[13][0]) == 0.5


def brier(told: np.ndarray, came: np.ndarray) -> float:
    return float(((told - came) ** 2).mean())


@pytest.mark.parametrize("seed", range(5))
def test_where_less_lasts_than_elsewhere_refitted_chances_are_better_on_cases_not_learned_from(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shift, slope = fit_shift_and_slope(*drawn(rng, 200, -1.2, 0.8))
    logits, came = drawn(rng, 4_000, -1.2, 0.8)
    shipped, told = logistic(logits), logistic(shift + slope * logits)
    assert brier(told, came) < brier(shipped, came) - 0.02
    assert abs(told.mean() - came.mean()) < abs(shipped.mean() - came.mean()) / 2
