"""Projections: drawn towards what was usual, with bands that past errors make."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.model.track_record import BandErrors
from foresight.model.trends import Stage
from foresight.testing.builders import a_call, an_outcome
from foresight.trends.outcomes import OUTCOME_DAYS as DAYS
from foresight.trends.projection import (
    BAND_LEVELS,
    KIND_CANDIDATE,
    KIND_RISING,
    KIND_STABLE,
    PROJECTION_KINDS,
    PROJECTION_WEEKS,
    BandLearning,
    project_shares,
    projection_error,
    shipped_weights,
)

TOTALS = np.full(26, 100.0, dtype=np.float32)
WEEKLY = st.lists(st.integers(0, 60), min_size=26, max_size=26)


def counts(*weeks: float) -> np.ndarray:
    """One group, last week first, the weeks that are not given quiet."""
    return np.array([[*weeks, *(0.0,) * (26 - len(weeks))]], dtype=np.float32)


def test_shipped_numbers_are_there_for_every_horizon_and_kind() -> None:
    kinds = (KIND_RISING, KIND_CANDIDATE, KIND_STABLE)
    assert set(shipped_weights()) == {(weeks, kind) for weeks in PROJECTION_WEEKS for kind in kinds}
    assert all(len(one.errors) == len(BAND_LEVELS) for one in shipped_weights().values())
    assert all(list(one.errors) == sorted(one.errors) for one in shipped_weights().values())


@settings(max_examples=60, deadline=None)
@given(
    weekly=WEEKLY, kind=st.sampled_from(sorted({*PROJECTION_KINDS.values()})), weeks=st.sampled_from(PROJECTION_WEEKS)
)
def test_bands_nest_within_shares(weekly: list[int], kind: str, weeks: int) -> None:
    found = project_shares(np.array([weekly], dtype=np.float32), TOTALS, [kind], weeks=weeks)
    line = [found.ninety[0][0], found.half[0][0], found.share[0], found.half[1][0], found.ninety[1][0]]
    assert np.isnan(line).all() if not any(weekly) else (line[0] >= 0 and line == sorted(line) and line[-1] <= 1)


def test_what_has_risen_is_expected_to_come_down() -> None:
    burst = counts(20, 15, 10, 5, *(1.0,) * 22)
    for weeks in PROJECTION_WEEKS:
        assert project_shares(burst, TOTALS, [KIND_RISING], weeks=weeks).share[0] < 50 / 400


def test_of_two_equal_months_the_one_with_a_higher_past_stays_higher() -> None:
    new, known = counts(5, 5, 5, 5), counts(5, 5, 5, 5, *(5.0,) * 22)
    assert (
        project_shares(known, TOTALS, [KIND_RISING], weeks=12).share[0]
        > project_shares(new, TOTALS, [KIND_RISING], weeks=12).share[0]
    )


def test_a_handful_of_articles_may_leave_nothing() -> None:
    assert project_shares(counts(2, 1), TOTALS, [KIND_RISING], weeks=12).ninety[0][0] == 0


def test_bands_are_narrower_where_more_is_counted() -> None:
    few, many = (project_shares(counts(*(n,) * 26), TOTALS, [KIND_STABLE], weeks=4) for n in (2.0, 40.0))
    widths = [float(one.ninety[1][0] / one.share[0]) for one in (few, many)]
    assert widths[1] < widths[0]


def test_a_share_is_one_of_what_its_sources_write() -> None:
    usual, doubled = (project_shares(counts(*(4.0,) * 26) * f, TOTALS * f, [KIND_STABLE], weeks=4) for f in (1.0, 8.0))
    assert doubled.share[0] == pytest.approx(usual.share[0], rel=0.25)


def test_no_group_and_no_past_are_no_trouble() -> None:
    assert project_shares(np.zeros((0, 26), dtype=np.float32), TOTALS, [], weeks=4).share.shape == (0,)
    silent = project_shares(counts(3), np.zeros(26, dtype=np.float32), [KIND_RISING], weeks=4)
    assert 0 <= silent.ninety[0][0] <= silent.ninety[1][0] <= 1


def test_an_archive_whose_trends_keep_up_learns_higher_bands() -> None:
    ups = tuple(one + 2.0 for one in shipped_weights()[4, KIND_RISING].errors)
    burst = counts(8, 6, 4, 2, *(1.0,) * 22)
    plain = project_shares(burst, TOTALS, [KIND_RISING], weeks=4)
    few, many = (
        project_shares(
            burst,
            TOTALS,
            [KIND_RISING],
            weeks=4,
            errors=[BandErrors(weeks=4, kind=KIND_RISING, calls=n, quantiles=ups)],
        )
        for n in (50, 5_000)
    )
    assert plain.share[0] < few.share[0] < many.share[0]


def test_errors_of_another_horizon_or_kind_teach_nothing() -> None:
    burst = counts(8, 6, 4, 2)
    other = [
        BandErrors(weeks=w, kind=k, calls=9_000, quantiles=(9.0,) * 5) for w, k in ((8, KIND_RISING), (4, KIND_STABLE))
    ]
    plain, taught = (project_shares(burst, TOTALS, [KIND_RISING], weeks=4, errors=errors) for errors in ((), other))
    assert plain.share[0] == taught.share[0]


def test_a_trend_that_vanished_counts_as_an_error_downwards() -> None:
    call = a_call()
    gone = an_outcome(call, near=(0.0,) * 4)
    error = projection_error(call, gone, 4)
    assert error is not None
    assert error < shipped_weights()[4, KIND_RISING].errors[1]


@pytest.mark.parametrize(("weeks", "days"), [(4, 28), (8, 91), (12, 91)])
def test_each_horizon_is_learned_from_the_first_outcome_that_reaches_it(weeks: int, days: int) -> None:
    call = a_call()
    told = [other for other in DAYS if projection_error(call, an_outcome(call, days=other), weeks) is not None]
    assert told == [days]


def test_an_outcome_in_which_nothing_was_written_teaches_nothing() -> None:
    call = a_call()
    assert projection_error(call, an_outcome(call, totals=(0.0,) * 4), 4) is None


def test_errors_are_told_by_horizon_and_kind_with_how_many_stand_behind_them() -> None:
    learning = BandLearning()
    calls = [a_call(f"t{n}", stage=Stage.WEAK if n % 2 else Stage.STEADY) for n in range(40)]
    learning.learn((call, an_outcome(call, near=(float(n % 7),) * 4)) for n, call in enumerate(calls))
    found = learning.errors()
    assert [(one.weeks, one.kind, one.calls) for one in found] == [(4, KIND_RISING, 20), (4, KIND_STABLE, 20)]
    for one in found:
        assert len(one.quantiles) == len(BAND_LEVELS)
        assert list(one.quantiles) == sorted(one.quantiles)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**16), n=st.integers(200, 600))
def test_learned_bands_hold_nine_of_ten_when_the_world_stays_as_it_is(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    learning = BandLearning()
    call = a_call(near=(20.0,) * 26)
    drawn = rng.gamma(2.0, 10.0, size=(n + 400, 4))
    pairs = [(call, an_outcome(call, near=tuple(one))) for one in drawn]
    learning.learn(pairs[:n])
    (errors,) = learning.errors()
    fresh = [projection_error(*pair, 4) for pair in pairs[n:]]
    held = np.mean([errors.quantiles[0] <= error <= errors.quantiles[-1] for error in fresh if error is not None])
    assert 0.8 < held <= 1.0


def test_a_projection_is_a_part_of_everything_even_for_what_everybody_writes() -> None:
    everything = replace(a_call(), near=(100.0,) * 26)
    found = project_shares(np.array([everything.near], dtype=np.float32), TOTALS, [KIND_STABLE], weeks=8)
    assert found.ninety[1][0] == 1
