"""Scoring a run against what was planted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

from foresight.demo.generator import make_world
from foresight.demo.scoring import DemonstrationScore, FoundTrend, score_found_trends
from foresight.demo.world import WEEK, DemoWorld, PlantedTheme
from foresight.model.trends import Stage

END = datetime(2026, 11, 16, tzinfo=UTC)


@cache
def world() -> DemoWorld:
    return make_world(seed=7, end=END)


def plant(name: str) -> PlantedTheme:
    return next(plant for plant in world().planted_themes if plant.name == name)


def found(
    trend_id: str, *names: str, stage: Stage = Stage.EMERGING, share: float = 1.0, at: int | None = None
) -> FoundTrend:
    guids = [guid for name in names for guid in plant(name).guids[: int(share * len(plant(name).guids))]]
    called = None if at is None else world().end - at * WEEK
    return FoundTrend(trend_id=trend_id, stage=stage, documents=frozenset(guids), first_called=called)


def verdicts(result: DemonstrationScore) -> dict[str, tuple[str, float | None]]:
    return {verdict.name: (verdict.trend, verdict.lag_weeks) for verdict in result.planted}


def test_a_trend_of_a_plants_documents_has_found_it() -> None:
    result = score_found_trends(world(), [found("t1", "voice-agents", at=3)])
    assert verdicts(result)["voice-agents"] == ("t1", 2.0)
    assert result.false_alarms == ()


def test_every_planted_trend_has_a_verdict_and_no_steady_theme_has() -> None:
    assert set(verdicts(score_found_trends(world(), []))) == {
        plant.name for plant in world().planted_themes if plant.is_trend
    }


def test_of_two_trends_the_one_with_more_of_the_plants_documents_found_it() -> None:
    result = score_found_trends(
        world(), [found("small", "repair-label", share=0.4), found("zbig", "repair-label", share=0.6)]
    )
    assert verdicts(result)["repair-label"] == ("zbig", None)


def test_a_trend_that_is_mostly_about_something_else_has_found_nothing() -> None:
    result = score_found_trends(world(), [found("t", "voice-agents", "grocery-prices")])
    assert verdicts(result)["voice-agents"] == ("", None)
    assert result.false_alarms == (("t", "grocery-prices"),)


def test_calling_a_campaign_or_a_steady_theme_is_a_false_alarm_but_listing_it_is_none() -> None:
    called = found("c", "own-brand-flood", stage=Stage.WEAK)
    listed = found("s", "office-ai", stage=Stage.STEADY)
    assert score_found_trends(world(), [called, listed]).false_alarms == (("c", "own-brand-flood"),)


def test_a_call_on_a_faded_or_settled_trend_is_false_at_the_end() -> None:
    result = score_found_trends(world(), [found("p", "four-day-week"), found("q", "dynamic-prices")])
    assert [trend for trend, _ in result.false_alarms] == ["p", "q"]
    assert verdicts(result)["four-day-week"][0] == "p"


def test_urls_serve_as_well_as_guids() -> None:
    urls = frozenset(a.url for a in world().articles if a.topic == "return-fees")
    result = score_found_trends(world(), [FoundTrend(trend_id="u", stage=Stage.WEAK, documents=urls)])
    assert verdicts(result)["return-fees"][0] == "u"


def test_documents_the_world_never_published_count_against_a_trend() -> None:
    strangers = frozenset(f"stranger-{n}" for n in range(1_000))
    mixed = FoundTrend(trend_id="m", stage=Stage.WEAK, documents=strangers | set(plant("voice-agents").guids))
    assert score_found_trends(world(), [mixed]).false_alarms == (("m", ""),)


def test_a_trend_without_documents_is_a_false_alarm_when_called() -> None:
    empty = FoundTrend(trend_id="e", stage=Stage.WEAK, documents=frozenset())
    assert score_found_trends(world(), [empty]).false_alarms == (("e", ""),)


def test_the_answer_has_the_shape_the_demonstration_prints() -> None:
    answer = score_found_trends(world(), [found("t1", "deepfake-invoices", at=1)]).as_json()
    rows = answer["planted"]
    assert isinstance(rows, list)
    by_name = {row["name"]: row for row in rows}
    first = (END - timedelta(weeks=3)).date().isoformat()
    assert by_name["deepfake-invoices"] == {
        "name": "deepfake-invoices",
        "first": first,
        "trend": "t1",
        "stage": "emerging",
        "lag_weeks": 2.0,
    }
    assert by_name["voice-agents"]["trend"] is None
    assert answer["false_alarms"] == []
