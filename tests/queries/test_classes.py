"""A person's class of STEEP outlives what later runs say, and can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from foresight.model.decisions import TrendDecision, TrendDecisionKind
from foresight.model.trends import Signal, SteepClass
from foresight.queries.trends import TrendFilter
from foresight.testing.builders import a_trend
from foresight.trends.user_decisions import apply_user_decisions
from foresight.wiring import Services

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def shares(**given: float) -> list[Signal]:
    return [
        Signal(trend_id="t", name="steep", window=name, value=value, unit="share", method="steep_anchors", n=9)
        for name, value in given.items()
    ]


def given(value: str, seq: int, trend_id: str = "t") -> TrendDecision:
    kind, at = TrendDecisionKind.CLASSIFY, NOW + timedelta(hours=seq)
    return TrendDecision(seq=seq, at=at, who="Aino", kind=kind, trend_id=trend_id, value=value)


SOCIAL = '{"steep": "social", "reason": "it is about care"}'


def test_without_a_decision_the_machine_s_class_stands() -> None:
    (view,) = apply_user_decisions([a_trend("t")], [], shares(economic=0.7, social=0.3), [])
    assert view.steep == (SteepClass.ECONOMIC,)
    assert view.human_steep is None


def test_a_correction_holds_whatever_a_later_run_measures() -> None:
    for later in (shares(economic=0.9, social=0.1), shares(political=1.0), []):
        (view,) = apply_user_decisions([replace(a_trend("t"), run_id="later")], [], later, [given(SOCIAL, 1)])
        assert view.steep == (SteepClass.SOCIAL,)
        assert view.human_steep is not None
        assert (view.human_steep.who, view.human_steep.reason) == ("Aino", "it is about care")


def test_the_later_correction_counts_and_an_empty_one_takes_it_back() -> None:
    other = '{"steep": "political"}'
    (view,) = apply_user_decisions([a_trend("t")], [], shares(economic=0.9), [given(other, 2), given(SOCIAL, 1)])
    assert view.steep == (SteepClass.POLITICAL,)
    (view,) = apply_user_decisions([a_trend("t")], [], shares(economic=0.9), [given(SOCIAL, 1), given("", 2)])
    assert view.steep == (SteepClass.ECONOMIC,)


def test_what_cannot_be_read_as_a_class_changes_nothing() -> None:
    for broken in ("social", "[]", '{"steep": "magical"}', "7", '{"reason": "x"}'):
        (view,) = apply_user_decisions([a_trend("t")], [], [], [given(SOCIAL, 1), given(broken, 2)])
        assert view.steep == (SteepClass.SOCIAL,)


def test_a_corrected_trend_is_found_under_the_class_people_gave(services: Services) -> None:
    services.trends.classify("t-drone", SteepClass.POLITICAL, reason="airspace", who="Aino")
    listed = services.trends.list(TrendFilter(steeps=(SteepClass.POLITICAL,)))
    assert [view.trend.id for view in listed.items] == ["t-drone"]
    assert SteepClass.POLITICAL in listed.steeps
    (decision,) = services.trends.get("t-drone").view.history
    assert (decision.kind, decision.who) == (TrendDecisionKind.CLASSIFY, "Aino")
    services.trends.classify("t-drone", None, who="Aino")
    assert services.trends.get("t-drone").view.human_steep is None
