"""How calls turned out, as arithmetic; and the record that is made of many."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.model.track_record import CallOutcome, ProjectionBand, TrendCall
from foresight.model.trends import Stage
from foresight.testing.builders import NOW, a_call, an_outcome
from foresight.trends import track_record
from foresight.trends.outcomes import (
    band_for,
    counts_after,
    counts_before,
    did_grow,
    did_last,
    outcome_days_for,
    share_after,
)

WRITTEN = (100.0,) * 26
USUAL = (2.0,) * 26
WEEK = timedelta(weeks=1)


def test_a_share_half_as_large_again_has_grown() -> None:
    assert did_grow(USUAL, WRITTEN, (6.0,) * 4, WRITTEN[:4])
    assert not did_grow(USUAL, WRITTEN, (2.0,) * 4, WRITTEN[:4])


def test_the_busy_weeks_right_before_the_call_are_not_what_it_is_compared_with() -> None:
    burst = (30.0, 30.0, 30.0, 30.0, *USUAL[4:])
    assert did_grow(burst, WRITTEN, (6.0,) * 4, WRITTEN[:4])


def test_noise_in_small_counts_is_no_growth() -> None:
    quiet = (0.0,) * 26
    assert not did_grow(quiet, WRITTEN, (1.0, 1.0, 0.0, 0.0), WRITTEN[:4])
    assert did_grow(quiet, WRITTEN, (1.0, 1.0, 1.0, 0.0), WRITTEN[:4])


def test_more_of_everything_is_no_growth() -> None:
    assert not did_grow(USUAL, WRITTEN, (6.0,) * 4, (300.0,) * 4)


def test_where_too_little_was_written_nothing_is_known() -> None:
    assert did_grow(USUAL, (1.0,) * 26, (6.0,) * 4, WRITTEN[:4]) is None
    assert did_grow(USUAL, WRITTEN, (0.0,) * 4, (0.0,) * 4) is None
    assert did_last(USUAL, (1.0,) * 26, (6.0,) * 4, WRITTEN[:4]) is None
    assert did_last(USUAL, WRITTEN, (0.0,) * 4, (0.0,) * 4) is None


def test_what_lasts_has_half_as_large_a_share_again_over_the_whole_horizon() -> None:
    assert did_last(USUAL, WRITTEN, (4.0,) * 4, WRITTEN[:4])
    assert not did_last(USUAL, WRITTEN, (2.0,) * 4, WRITTEN[:4])
    assert not did_last(USUAL, WRITTEN, (4.0,) * 4 + (0.0,) * 9, WRITTEN[:13])
    assert did_last(USUAL, WRITTEN, (4.0,) * 13, WRITTEN[:13])


@pytest.mark.parametrize(("later", "expected"), [(13.0, False), (14.0, True)])
def test_three_documents_are_added_to_what_came_and_to_what_was_awaited(later: float, *, expected: bool) -> None:
    # Two a week before make eight in four weeks: 1.5 · (8 + 3) = 16.5.
    assert did_last(USUAL, WRITTEN, (later, 0.0, 0.0, 0.0), WRITTEN[:4]) is expected


def test_nothing_lasts_on_fewer_than_three_documents() -> None:
    assert not did_last((0.0,) * 26, WRITTEN, (2.0, 0.0, 0.0, 0.0), WRITTEN[:4])
    assert did_last((0.0,) * 26, WRITTEN, (3.0, 0.0, 0.0, 0.0), WRITTEN[:4])


def test_every_horizon_of_lasting_is_compared_with_the_same_weeks() -> None:
    busy_before = (9.0,) * 4 + (0.0,) * 22
    long_ago = (0.0,) * 16 + (9.0,) * 10
    for weeks in (4, 13):
        assert did_last(busy_before, WRITTEN, (2.0,) * weeks, WRITTEN[:weeks])
        assert not did_last(long_ago, WRITTEN, (2.0,) * weeks, WRITTEN[:weeks])


def test_the_long_horizon_looks_further_back() -> None:
    before = (2.0,) * 13 + (0.0,) * 13
    assert did_grow(before, WRITTEN, (2.0,) * 13, WRITTEN[:13])
    assert not did_grow(before, WRITTEN, (2.0,) * 4, WRITTEN[:4])


@settings(max_examples=60)
@given(
    before=st.lists(st.integers(0, 30).map(float), min_size=26, max_size=26),
    after=st.lists(st.integers(0, 30).map(float), min_size=4, max_size=4),
)
def test_more_afterwards_never_turns_growth_into_none(before: list[float], after: list[float]) -> None:
    less, more = (did_grow(before, WRITTEN, [n + extra for n in after], WRITTEN[:4]) for extra in (0.0, 1.0))
    assert more or not less


def test_a_call_without_words_is_judged_by_its_region() -> None:
    wordless = a_call(spoken=(0.0,) * 26)
    outcome = an_outcome(near=(7.0,) * 4)
    assert counts_before(wordless) == wordless.near
    assert counts_after(wordless, outcome) == outcome.near
    assert counts_before(a_call()) == a_call().spoken
    assert counts_after(a_call(), outcome) == outcome.spoken


def test_a_later_share_is_of_the_four_weeks_that_end_at_the_horizon() -> None:
    outcome = an_outcome(days=91, near=tuple(float(n) for n in range(13)))
    assert share_after(outcome, 4) == (0 + 1 + 2 + 3, 400)
    assert share_after(outcome, 12) == (8 + 9 + 10 + 11, 400)
    assert share_after(an_outcome(), 8) is None
    assert share_after(an_outcome(totals=(0.0,) * 4), 4) is None


def test_projections_are_told_of_by_the_first_outcome_that_reaches_them() -> None:
    assert [outcome_days_for(weeks) for weeks in (4, 8, 12)] == [28, 91, 91]
    assert band_for(a_call(), 8) == a_call().bands[1]
    assert band_for(a_call(), 12) is None


def many(stage: Stage, grown: int, of: int, *, days: int = 28, chance: int = 1) -> list[tuple[TrendCall, CallOutcome]]:
    calls = [a_call(f"{stage.value}-{n}", stage=stage) for n in range(of)]
    return [(call, an_outcome(call, days=days, grew=n < grown, chance_grew=n < chance)) for n, call in enumerate(calls)]


def test_reliability_stands_by_horizon_and_stage_against_chance() -> None:
    pairs = [*many(Stage.WEAK, 5, 10), *many(Stage.EMERGING, 8, 10, chance=4), *many(Stage.EMERGING, 2, 4, days=91)]
    found = track_record.reliability_by_stage(pairs)
    assert [(one.days, one.stage, one.calls, one.grew) for one in found] == [
        (28, Stage.EMERGING, 10, 8),
        (28, Stage.WEAK, 10, 5),
        (91, Stage.EMERGING, 4, 2),
    ]
    emerging = found[0]
    assert (emerging.chance_calls, emerging.chance_grew) == (10, 4)
    assert emerging.lift == pytest.approx(2.0)
    assert emerging.low is not None
    assert emerging.high is not None
    assert emerging.low < 2.0 < emerging.high


def test_calls_that_could_not_be_judged_are_left_out() -> None:
    call = a_call()
    assert track_record.reliability_by_stage([(call, an_outcome(call, grew=None))]) == ()


def test_the_same_trend_called_again_makes_the_lift_no_surer() -> None:
    apart = many(Stage.WEAK, 20, 40, chance=10)
    repeated = [(a_call(f"t{n % 4}", as_of=call.as_of + n * WEEK), outcome) for n, (call, outcome) in enumerate(apart)]
    (sure,), (unsure,) = track_record.reliability_by_stage(apart), track_record.reliability_by_stage(repeated)
    assert (sure.trends, unsure.trends) == (40, 4)
    assert sure.lift == unsure.lift


def test_without_growth_by_chance_there_is_no_lift() -> None:
    (one,) = track_record.reliability_by_stage(many(Stage.WEAK, 5, 10, chance=0))
    assert (one.lift, one.low, one.high) == (None, None, None)


def test_chances_told_are_set_against_what_came() -> None:
    pairs = [
        (a_call(f"t{n}", lasting=0.25 if n < 8 else 0.75), an_outcome(a_call(f"t{n}"), lasted=n % 4 == 0))
        for n in range(12)
    ]
    bins, brier, base = track_record.probability_calibration(pairs)
    assert [(one.low, one.calls, one.told, one.came) for one in bins] == [(0.2, 8, 0.25, 0.25), (0.7, 4, 0.75, 0.25)]
    assert base == pytest.approx(0.1875)
    assert brier is not None
    assert brier > base


def test_a_chance_to_last_four_weeks_is_judged_after_four_weeks() -> None:
    call = a_call(lasting=0.6)
    bins, _, _ = track_record.probability_calibration(
        [(call, an_outcome(call)), (call, an_outcome(call, days=91, lasted=False))]
    )
    assert [(one.calls, one.came) for one in bins] == [(1, 1.0)]


def test_a_chance_of_one_has_a_bin_and_stages_that_stand_have_none() -> None:
    sure, steady = a_call(lasting=1.0), a_call("s", stage=Stage.STEADY)
    bins, _, _ = track_record.probability_calibration([(sure, an_outcome(sure)), (steady, an_outcome(steady))])
    assert [(one.low, one.high, one.calls) for one in bins] == [(0.9, 1.0, 1)]
    assert track_record.probability_calibration([]) == ((), None, None)


def test_coverage_counts_what_vanished() -> None:
    wide = ProjectionBand(weeks=4, share=0.05, half_low=0.04, half_high=0.06, low=0.01, high=0.1)
    call = a_call(bands=(wide,))
    later = [5.0, 5.0, 2.0, 30.0, 0.0]
    pairs = [(call, an_outcome(call, near=(n,) * 4)) for n in later]
    (one,) = track_record.band_coverage(pairs)
    assert (one.weeks, one.stage, one.calls) == (4, None, 5)
    assert (one.half, one.ninety, one.gone, one.above) == (0.4, 0.6, 0.2, 0.2)


def test_a_band_that_reaches_nothing_holds_what_vanished() -> None:
    call = a_call(bands=(ProjectionBand(weeks=4, share=0.01, half_low=0.0, half_high=0.02, low=0.0, high=0.05),))
    (one,) = track_record.band_coverage([(call, an_outcome(call, near=(0.0,) * 4))])
    assert (one.half, one.ninety) == (1.0, 1.0)


def test_lists_have_a_place_for_weeks_without_a_call() -> None:
    calls = [a_call("a"), a_call("b"), a_call("c", stage=Stage.WEAK)]
    found = track_record.list_lengths(calls, [NOW, NOW + WEEK])
    assert [one.stages for one in found] == [((Stage.EMERGING, 2), (Stage.WEAK, 1)), ()]


def test_outcomes_find_their_calls_and_strangers_are_left_out() -> None:
    call, stranger = a_call(), an_outcome(a_call("stranger"))
    assert track_record.pair_outcomes([call], [stranger, an_outcome(call)]) == ((call, an_outcome(call)),)
