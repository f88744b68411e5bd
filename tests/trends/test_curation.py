"""What people decide about trends outlives whatever the machine does next."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as some

from foresight.model.decisions import TrendDecision, TrendDecisionKind, TrendView
from foresight.model.trends import Headline, Signal, Stage, StageReason, Trend, WeeklySeries
from foresight.trends.user_decisions import (
    apply_user_decisions,
    identity_decisions,
    merge_parents,
    merge_root,
    pairs_kept_apart,
)

NOW = datetime(2026, 3, 2, tzinfo=UTC)
IDS = ("t1", "t2", "t3", "t4", "gone")


def trend(trend_id: str, rank: int = 1) -> Trend:
    return Trend(
        id=trend_id,
        run_id="r1",
        as_of=NOW,
        rank=rank,
        stage=Stage.WEAK,
        reason=StageReason(key="weak"),
        headlines=(Headline(lang="en", title=f"machine {trend_id}"),),
        first_document=NOW - timedelta(days=30),
        last_document=NOW,
        documents=5,
        stories=5,
        sources=3,
        langs=("en",),
        recent=(),
        centroid=np.ones(3, dtype=np.float32),
    )


def series(trend_id: str, *counts: float, start: date = date(2026, 1, 5)) -> WeeklySeries:
    weeks = tuple(start + timedelta(weeks=i) for i in range(len(counts)))
    return WeeklySeries(trend_id=trend_id, weeks=weeks, counts=counts, totals=tuple(100.0 for _ in counts))


def decided(
    kind: TrendDecisionKind, trend_id: str, value: str = "", *, seq: int = 1, who: str = "Aino"
) -> TrendDecision:
    return TrendDecision(
        at=NOW + timedelta(seconds=seq), who=who, kind=kind, trend_id=trend_id, value=value, seq=seq, seen_run_id="r1"
    )


def folded(*decisions: TrendDecision, ids: tuple[str, ...] = ("t1", "t2", "t3", "t4")) -> dict[str, TrendView]:
    views = apply_user_decisions([trend(i) for i in ids], [series(i, 1, 2) for i in ids], [], decisions)
    return {view.trend.id: view for view in views}


VALUES = {
    TrendDecisionKind.RENAME: some.sampled_from(["", "Kevyet pakkaukset", "Refills"]),
    TrendDecisionKind.MERGE: some.sampled_from(["", *IDS]),
    TrendDecisionKind.HIDE: some.just(""),
    TrendDecisionKind.SHOW: some.just(""),
    TrendDecisionKind.RATE: some.sampled_from(['{"impact": 4, "uncertainty": 2}', "nonsense", '{"impact": 9}', "3"]),
    TrendDecisionKind.NOTE: some.sampled_from(["why?", ""]),
    TrendDecisionKind.TAG: some.sampled_from(["values", "attitudes"]),
    TrendDecisionKind.UNTAG: some.sampled_from(["values", "attitudes"]),
    TrendDecisionKind.CLASSIFY: some.sampled_from(['{"steep": "social"}', "nonsense", ""]),
    TrendDecisionKind.SAME: some.sampled_from(IDS),
    TrendDecisionKind.APART: some.sampled_from(IDS),
}


@some.composite
def histories(draw: some.DrawFn) -> list[TrendDecision]:
    kinds = draw(some.lists(some.sampled_from(list(TrendDecisionKind)), max_size=14))
    return [
        decided(
            kind,
            draw(some.sampled_from(IDS)),
            draw(VALUES[kind]),
            seq=seq,
            who=draw(some.sampled_from(["Aino", "Ben"])),
        )
        for seq, kind in enumerate(kinds, start=1)
    ]


def test_a_name_people_give_stands_until_they_take_it_back() -> None:
    named = decided(TrendDecisionKind.RENAME, "t1", "Refill shops", seq=1)
    assert folded(named)["t1"].title("en") == "Refill shops"
    back = decided(TrendDecisionKind.RENAME, "t1", "", seq=2)
    assert folded(named, back)["t1"].title("en") == "machine t1"


def test_a_merged_trend_gives_its_weeks_and_its_history_away() -> None:
    parts = [series("t1", 1, 2, 3), series("t2", 10, 20, start=date(2026, 1, 12))]
    decisions = [
        decided(TrendDecisionKind.NOTE, "t2", "seen in Turku"),
        decided(TrendDecisionKind.MERGE, "t2", "t1", seq=2),
    ]
    (view,) = apply_user_decisions([trend("t1"), trend("t2")], parts, [], decisions)
    assert view.series.counts == (1, 12, 23)
    assert view.series.totals == (100, 100, 100)
    assert view.members == ("t2",)
    assert [note.text for note in view.notes] == ["seen in Turku"]
    assert len(view.history) == 2


def test_weeks_between_two_halves_of_a_merge_are_zero() -> None:
    parts = [series("t1", 1), series("t2", 5, start=date(2026, 1, 26))]
    (view,) = apply_user_decisions(
        [trend("t1"), trend("t2")], parts, [], [decided(TrendDecisionKind.MERGE, "t2", "t1")]
    )
    assert view.series.counts == (1, 0, 0, 5)


def test_an_undone_merge_gives_both_back() -> None:
    views = folded(
        decided(TrendDecisionKind.MERGE, "t2", "t1", seq=1), decided(TrendDecisionKind.MERGE, "t2", "", seq=2)
    )
    assert set(views) == {"t1", "t2", "t3", "t4"}
    assert views["t1"].series.counts == (1, 2)


def test_what_is_the_same_as_an_earlier_trend_belongs_to_it_until_somebody_says_otherwise() -> None:
    same = decided(TrendDecisionKind.SAME, "t2", "t1", seq=1)
    assert folded(same)["t1"].members == ("t2",)
    otherwise = decided(TrendDecisionKind.APART, "t2", "t1", seq=2)
    assert folded(same, otherwise)["t1"].members == ()
    assert "t2" in folded(same, otherwise)


def test_what_is_said_last_of_a_pair_counts_whichever_is_named_first() -> None:
    apart, same = (
        decided(TrendDecisionKind.APART, "t2", "t1", seq=1),
        decided(TrendDecisionKind.SAME, "t1", "t2", seq=2),
    )
    assert pairs_kept_apart([apart]) == {frozenset(("t1", "t2"))}
    assert pairs_kept_apart([same, apart]) == frozenset()
    assert identity_decisions([apart, same]) == {frozenset(("t1", "t2")): TrendDecisionKind.SAME}


def test_what_the_machine_took_over_lives_on_with_its_name_and_its_notes() -> None:
    said = [
        decided(TrendDecisionKind.RENAME, "gone", "Refill shops"),
        decided(TrendDecisionKind.NOTE, "gone", "seen", seq=2),
    ]
    views = {
        v.trend.id: v
        for v in apply_user_decisions([trend("t1"), trend("t2")], [], [], said, [("gone", "mid"), ("mid", "t1")])
    }
    assert (views["t1"].human_title, [note.text for note in views["t1"].notes]) == ("Refill shops", ["seen"])
    assert views["t2"].members == ()


def test_a_name_of_its_own_and_being_told_apart_come_before_what_was_taken_over() -> None:
    said = [
        decided(TrendDecisionKind.RENAME, "gone", "Refill shops"),
        decided(TrendDecisionKind.RENAME, "t1", "Bottles", seq=2),
    ]
    (view,) = apply_user_decisions([trend("t1")], [], [], said, [("gone", "t1")])
    assert (view.human_title, view.members) == ("Bottles", ("gone",))
    apart = [*said, decided(TrendDecisionKind.APART, "gone", "t1", seq=3)]
    assert apply_user_decisions([trend("t1")], [], [], apart, [("gone", "t1")])[0].members == ()


def test_what_nobody_said_anything_of_is_taken_over_in_silence() -> None:
    (view,) = apply_user_decisions([trend("t1")], [], [], [], [("gone", "t1")])
    assert view.members == ()


@settings(max_examples=60, deadline=None)
@given(histories(), some.lists(some.tuples(some.sampled_from(IDS), some.sampled_from(IDS)), max_size=6))
def test_whatever_was_taken_over_by_whatever_every_trend_is_shown_once(
    decisions: list[TrendDecision], taken: list[tuple[str, str]]
) -> None:
    views = apply_user_decisions([trend(i) for i in IDS[:4]], [], [], decisions, taken)
    shown = [i for view in views for i in (view.trend.id, *view.members)]
    assert sorted(set(shown) & set(IDS[:4])) == sorted(IDS[:4])
    assert len(shown) == len(set(shown))


def test_that_a_trend_is_what_it_was_changes_nothing() -> None:
    assert set(folded(decided(TrendDecisionKind.SAME, "t1", "t1"))) == {"t1", "t2", "t3", "t4"}


def test_a_chain_of_merges_ends_at_its_last() -> None:
    views = folded(
        decided(TrendDecisionKind.MERGE, "t3", "t2", seq=1), decided(TrendDecisionKind.MERGE, "t2", "t1", seq=2)
    )
    assert views["t1"].members == ("t2", "t3")


def test_of_a_circle_the_later_merge_stands() -> None:
    views = folded(
        decided(TrendDecisionKind.MERGE, "t1", "t2", seq=1), decided(TrendDecisionKind.MERGE, "t2", "t1", seq=2)
    )
    assert views["t1"].members == ("t2",)
    assert "t2" not in views


def test_where_the_target_was_not_measured_a_member_stands_in_under_its_name() -> None:
    views = folded(
        decided(TrendDecisionKind.RENAME, "gone", "Shared name", seq=1),
        decided(TrendDecisionKind.MERGE, "t2", "gone", seq=2),
    )
    assert views["t2"].title("fi") == "Shared name"
    assert views["t2"].members == ("gone",)


def test_each_person_is_counted_once_with_the_latest_rating() -> None:
    def rate(impact: int, seq: int, who: str) -> TrendDecision:
        return decided(TrendDecisionKind.RATE, "t1", json.dumps({"impact": impact, "uncertainty": 1}), seq=seq, who=who)

    view = folded(rate(1, 1, "Ben"), rate(5, 2, "Ben"), rate(3, 3, "Aino"))["t1"]
    assert [(rating.who, rating.impact) for rating in view.ratings] == [("Aino", 3), ("Ben", 5)]


def test_signals_stay_with_the_trend_they_measure() -> None:
    growth = Signal(trend_id="t1", name="growth", window="12w", value=0.1, unit="log share per week", method="nb")
    (view,) = apply_user_decisions([trend("t1")], [], [growth], [])
    assert view.signals == (growth,)
    assert view.series.weeks == ()


@given(histories(), some.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_in_which_decisions_arrive_does_not_matter(history: list[TrendDecision], chance: object) -> None:
    shuffled = history[:]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert folded(*history).keys() == folded(*shuffled).keys()
    assert [v.history for v in folded(*history).values()] == [v.history for v in folded(*shuffled).values()]
    assert {i: seen(v) for i, v in folded(*history).items()} == {i: seen(v) for i, v in folded(*shuffled).items()}


@given(histories(), some.integers(0, 12))
@settings(max_examples=60, deadline=None)
def test_decisions_about_different_things_may_change_places(history: list[TrendDecision], place: int) -> None:
    if place + 1 >= len(history):
        return
    one, other = history[place], history[place + 1]
    if one.trend_id == other.trend_id or TrendDecisionKind.MERGE in (one.kind, other.kind):
        return
    swapped = history[:]
    swapped[place], swapped[place + 1] = replace(other, seq=one.seq), replace(one, seq=other.seq)
    names = (TrendDecisionKind.TAG, TrendDecisionKind.UNTAG, TrendDecisionKind.RATE, TrendDecisionKind.NOTE)
    if merge_parents(history) and one.kind in names and other.kind in names:
        return
    assert {i: seen(v) for i, v in folded(*history).items()} == {i: seen(v) for i, v in folded(*swapped).items()}


@given(histories())
@settings(max_examples=60, deadline=None)
def test_no_decision_is_lost_and_none_is_told_twice(history: list[TrendDecision]) -> None:
    told = [decision.seq for view in folded(*history).values() for decision in view.history]
    assert len(told) == len(set(told))
    parents = merge_parents(history)
    roots = {merge_root(i, parents) for i in ("t1", "t2", "t3", "t4")}
    expected = {d.seq for d in history if merge_root(d.trend_id, parents) in roots}
    assert set(told) == expected


@given(histories())
@settings(max_examples=60, deadline=None)
def test_every_measured_trend_is_shown_once_alone_or_inside_another(history: list[TrendDecision]) -> None:
    shown = [i for view in folded(*history).values() for i in (view.trend.id, *view.members) if i != "gone"]
    assert sorted(shown) == ["t1", "t2", "t3", "t4"]


@given(histories())
@settings(max_examples=60, deadline=None)
def test_all_weeks_of_all_trends_are_counted_once(history: list[TrendDecision]) -> None:
    views = folded(*history).values()
    assert sum(sum(view.series.counts) for view in views) == 4 * 3


@given(histories())
@settings(max_examples=60, deadline=None)
def test_folding_again_what_was_told_changes_nothing(history: list[TrendDecision]) -> None:
    once = folded(*history)
    again = folded(*(decision for view in once.values() for decision in view.history))
    assert {i: seen(v) for i, v in once.items()} == {i: seen(v) for i, v in again.items()}


@given(histories())
@settings(max_examples=60, deadline=None)
def test_a_new_run_with_other_trends_keeps_what_was_decided(history: list[TrendDecision]) -> None:
    before = folded(*history)
    after = folded(*history, ids=("t1", "t2", "t3", "t4", "t9"))
    assert seen(after.pop("t9")) == ("", False, (), (), (), ())
    assert {i: seen(v) for i, v in before.items()} == {i: seen(v) for i, v in after.items()}


def seen(view: TrendView) -> tuple[object, ...]:
    """What people decided, without the moments, which follow from the order."""
    return (
        view.human_title,
        view.hidden,
        view.members,
        tuple((rating.who, rating.impact) for rating in view.ratings),
        tuple((note.who, note.text) for note in view.notes),
        view.tags,
    )
