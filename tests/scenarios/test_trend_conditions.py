"""Conditions on trends: when one holds, how long one waits for it, and what seeing it does to the likelihoods."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from foresight.model.decisions import TrendView
from foresight.model.scenarios import NONE_OF_THESE, FutureSet, LikelihoodUpdate
from foresight.model.workshop import Signpost, ThresholdDirection, TrendCondition, TrendMeasure
from foresight.scenarios.bayesian_updating import (
    FAMILY_EXPONENT,
    SignpostObservation,
    current_likelihoods,
    likelihood_update,
)
from foresight.scenarios.trend_conditions import read_condition, waiting_time
from foresight.testing.builders import NOW, a_future_set, a_series, a_signal, a_signpost, a_trend, a_view

MONDAY = date(2026, 1, 5)


def seen_in(*counts: float) -> TrendView:
    """A trend with these counts in weeks of a hundred stories, the last one before the cut-off."""
    weeks = tuple(MONDAY - timedelta(weeks=len(counts) - place) for place in range(len(counts)))
    series = a_series(weeks=weeks, counts=counts, totals=(100.0,) * len(counts))
    return a_view(a_trend(as_of=datetime.combine(MONDAY, datetime.min.time(), UTC)), series=series)


def condition(threshold: float = 0.05, weeks: int = 2, **changes: object) -> TrendCondition:
    return replace(TrendCondition(trend_id="trend-1", threshold=threshold, weeks=weeks), **changes)


def test_it_holds_once_it_has_held_long_enough() -> None:
    assert not read_condition(condition(), seen_in(1, 6, 1, 6)).holds
    found = read_condition(condition(), seen_in(1, 6, 7, 1))
    assert (found.holds, found.value, found.weeks) == (True, pytest.approx(0.065), 0)
    assert found.until == datetime(2025, 12, 29, tzinfo=UTC)


def test_a_run_of_weeks_long_ago_still_counts_when_nobody_looked_meanwhile() -> None:
    assert read_condition(condition(), seen_in(6, 6, 1, 1, 1)).holds


def test_weeks_before_the_watch_began_do_not_count() -> None:
    view = seen_in(9, 9, 9, 1)
    assert not read_condition(condition(), view, since=datetime(2025, 12, 22, tzinfo=UTC)).holds
    assert read_condition(condition(weeks=1), view, since=datetime(2025, 12, 22, tzinfo=UTC)).holds


def test_below_is_watched_like_above() -> None:
    assert read_condition(condition(direction=ThresholdDirection.BELOW, threshold=0.01), seen_in(9, 1, 1)).holds
    assert not read_condition(condition(direction=ThresholdDirection.BELOW, threshold=0.01), seen_in(9, 2, 2)).holds


def test_counts_are_watched_in_stories_a_week() -> None:
    assert read_condition(condition(measure=TrendMeasure.COUNT, threshold=6), seen_in(6, 7)).holds


@pytest.mark.parametrize(
    ("measure", "threshold", "holds"),
    [(TrendMeasure.STORIES, 9, True), (TrendMeasure.SOURCES, 5, False), (TrendMeasure.GROWTH, 0.2, True)],
)
def test_other_measures_are_read_as_the_run_gives_them(measure: TrendMeasure, threshold: float, holds: bool) -> None:  # noqa: FBT001
    watch = condition(measure=measure, threshold=threshold, weeks=1)
    assert read_condition(watch, a_view(), since=NOW - timedelta(weeks=1)).holds is holds
    assert not read_condition(watch, a_view(), since=NOW).holds


def test_what_was_not_measured_does_not_hold() -> None:
    view = a_view(signals=())
    found = read_condition(condition(measure=TrendMeasure.GROWTH, threshold=-9, weeks=1), view)
    assert (found.holds, found.value) == (False, None)
    assert read_condition(condition(), seen_in()).value is None


def test_waiting_goes_by_the_projection_and_by_the_past() -> None:
    bands = tuple(
        a_signal(name="projection_half", window=f"+{weeks}w", value=0.05, low=0.04, high=0.0625, unit="share")
        for weeks in (4, 8, 12)
    )
    view = replace(seen_in(6, 6, 1, 6, 6, 6, 1, 1), signals=bands)
    found = waiting_time(condition(), view)
    assert [weeks for weeks, _ in found.chances] == [4, 8, 12]
    assert found.chances[-1][1] == pytest.approx(0.5, abs=1e-6)
    # h = 1 − 0.5^(1/12) = 0.0561; one over it, and one more week of the two.
    assert found.by_projection == pytest.approx(1 / (1 - 0.5 ** (1 / 12)) + 1)
    assert (found.past_alarms, found.past_weeks, found.by_history) == (2, 8, 4.0)


def test_where_there_is_nothing_to_go_by_no_waiting_time_is_given() -> None:
    found = waiting_time(condition(threshold=0.9), seen_in(1, 1))
    assert (found.by_projection, found.by_history, found.chances) == (None, None, ())
    far = replace(
        seen_in(1, 1), signals=(a_signal(name="projection_half", window="+12w", value=0.01, low=0.009, high=0.011),)
    )
    assert waiting_time(condition(threshold=0.9), far).by_projection is None


def quarters() -> FutureSet:
    """The case of the methods: four futures of a quarter each, one of them none of these."""
    base = a_future_set().futures[0]
    return FutureSet(
        futures=tuple(replace(base, id=name, prior=0.25) for name in "abc"), none_of_these=0.25, basis="equal"
    )


LIKELIHOODS = (("a", 0.8), ("b", 0.4), ("c", 0.4), (NONE_OF_THESE, 0.1))


def updated(futures: FutureSet, signpost: Signpost, earlier: tuple[LikelihoodUpdate, ...] = (), *, seen: bool = True):
    return likelihood_update(futures, earlier, signpost, "sp", SignpostObservation(seen=seen, at=NOW, run_id="run-1"))


def test_a_hit_and_a_miss_move_the_shares_as_bayes_says() -> None:
    signpost = a_signpost(likelihoods=LIKELIHOODS)
    hit = updated(quarters(), signpost)
    assert dict(hit.prior) == pytest.approx({"a": 0.25, "b": 0.25, "c": 0.25, NONE_OF_THESE: 0.25})
    assert [share for _, share in hit.posterior] == pytest.approx([0.470588, 0.235294, 0.235294, 0.058824], abs=1e-6)
    assert dict(hit.ratios) == pytest.approx({"a": 1.0, "b": 0.5, "c": 0.5, NONE_OF_THESE: 0.125})
    miss = updated(quarters(), signpost, seen=False)
    assert [share for _, share in miss.posterior] == pytest.approx([0.086957, 0.26087, 0.26087, 0.391304], abs=1e-6)


def test_the_order_of_independent_evidence_does_not_matter_and_undoing_leaves_no_trace() -> None:
    signposts = [
        a_signpost(likelihoods=LIKELIHOODS),
        a_signpost(likelihoods=tuple((name, 1 - share) for name, share in LIKELIHOODS)),
        a_signpost(likelihoods=(("a", 0.1), ("b", 0.9))),
    ]
    ends = []
    for order in permutations(signposts):
        updates: tuple[LikelihoodUpdate, ...] = ()
        for signpost in order:
            updates = (*updates, updated(quarters(), signpost, updates))
        ends.append([share for _, share in current_likelihoods(quarters(), updates)])
    for end in ends[1:]:
        assert end == pytest.approx(ends[0])
    undone = tuple(replace(update, undone=True) for update in updates)
    assert current_likelihoods(quarters(), undone) == current_likelihoods(quarters(), ())


def test_evidence_of_one_family_is_tempered_and_capped() -> None:
    futures = quarters()
    one = updated(futures, a_signpost(likelihoods=LIKELIHOODS, family="press"))
    twice = updated(futures, a_signpost(likelihoods=LIKELIHOODS, family="press"), (one,))
    alone = updated(futures, a_signpost(likelihoods=LIKELIHOODS, family="other"), (one,))
    assert (one.weight, twice.weight, alone.weight) == (1.0, FAMILY_EXPONENT, 1.0)
    assert dict(twice.posterior)["a"] < dict(alone.posterior)["a"]
    many: tuple[LikelihoodUpdate, ...] = ()
    for _ in range(12):
        many = (*many, updated(futures, a_signpost(likelihoods=LIKELIHOODS, family="press"), many))
    end = dict(current_likelihoods(futures, many))
    assert end["a"] / end[NONE_OF_THESE] == pytest.approx(20.0)


def test_a_future_that_came_later_gets_the_mean_of_what_was_said() -> None:
    said = updated(quarters(), a_signpost(likelihoods=(("a", 0.9), ("b", 0.3))))
    assert dict(said.likelihoods)["c"] == pytest.approx(0.6)
    later = replace(quarters(), futures=(*quarters().futures, replace(quarters().futures[0], id="d", prior=0.25)))
    assert sum(share for _, share in current_likelihoods(later, (said,))) == pytest.approx(1.0)


def test_one_sighting_never_erases_a_future() -> None:
    never = updated(quarters(), a_signpost(likelihoods=(("a", 0.0), ("b", 1.0), ("c", 1.0), (NONE_OF_THESE, 1.0))))
    shares = dict(never.posterior)
    assert shares["b"] / shares["a"] == pytest.approx(20.0)


@settings(max_examples=60)
@given(some.lists(some.tuples(*([some.floats(0, 1)] * 3), some.booleans(), some.sampled_from(["", "x"])), max_size=5))
def test_shares_always_add_up_and_stay_between_nought_and_one(pieces: list[tuple]) -> None:
    futures = a_future_set()
    updates: tuple[LikelihoodUpdate, ...] = ()
    for calm, stormy, none, seen, family in pieces:
        signpost = a_signpost(likelihoods=(("calm", calm), ("stormy", stormy), (NONE_OF_THESE, none)), family=family)
        updates = (*updates, updated(futures, signpost, updates, seen=seen))
        shares = [share for _, share in updates[-1].posterior]
        assert sum(shares) == pytest.approx(1.0)
        assert all(0.0 <= share <= 1.0 for share in shares)
        assert max(ratio for _, ratio in updates[-1].ratios) == pytest.approx(1.0)


def test_a_week_that_is_not_over_trips_nothing() -> None:
    whole = seen_in(1, 6, 7)
    midweek = replace(whole, trend=replace(whole.trend, as_of=datetime(2026, 1, 1, 12, tzinfo=UTC)))
    assert read_condition(condition(), whole).holds
    early = read_condition(condition(), midweek)
    assert (early.holds, early.value, early.weeks) == (False, pytest.approx(0.06), 1)
    assert waiting_time(condition(), midweek).past_weeks == 2


@given(
    counts=some.lists(some.integers(0, 12), min_size=1, max_size=14),
    later=some.lists(some.integers(0, 12), max_size=6),
    days=some.integers(0, 6),
)
def test_weeks_after_a_cut_off_change_no_verdict_at_it(counts: list[int], later: list[int], days: int) -> None:
    """The trap of look-ahead: what the world does next, or the rest of this week, must not reach an earlier check."""
    cutoff = datetime.combine(MONDAY, datetime.min.time(), UTC) + timedelta(days=days)
    known = seen_in(*counts)
    weeks = tuple(known.series.weeks[0] + timedelta(weeks=place) for place in range(len(counts) + len(later)))
    whole = a_series(weeks=weeks, counts=(*counts, *later), totals=(100.0,) * len(weeks))
    then = replace(known, trend=replace(known.trend, as_of=cutoff))
    ahead = replace(then, series=whole)
    since = datetime.combine(weeks[0], datetime.min.time(), UTC) + timedelta(weeks=1)
    for watch in (condition(), condition(weeks=1), condition(measure=TrendMeasure.COUNT, threshold=6)):
        told = read_condition(watch, then, since=since)
        assert read_condition(watch, ahead, since=since) == told
        assert told.until is None or told.until <= cutoff
        assert waiting_time(watch, ahead) == waiting_time(watch, then)
