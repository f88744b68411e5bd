"""Slow trends in words: their speed, their growth per quarter, why they stand in their stage, how they are chosen."""

from __future__ import annotations

import pytest

from foresight.app.trend_cards import growth_text
from foresight.app.viewer import Viewer
from foresight.i18n.trend_sentences import stage_reason_sentence
from foresight.model.trends import Speed, Stage
from foresight.queries.trends import TrendFilter, passes_filter
from foresight.testing.builders import a_signal, a_trend, a_view

QUARTERLY = a_signal(unit="log share per quarter", window="8q", value=0.2, low=0.1, high=0.3)


@pytest.mark.parametrize(("lang", "told"), [("en", "a quarter"), ("fi", "neljänneksessä")])
def test_growth_of_a_slow_trend_is_told_per_quarter(lang: str, told: str) -> None:
    said = growth_text(QUARTERLY, Viewer(lang))
    assert told in said
    assert "22" in said


@pytest.mark.parametrize("lang", ["en", "fi"])
@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.SLEEPING])
def test_every_stage_of_a_slow_trend_says_why(stage: Stage, lang: str) -> None:
    facts = (("growth_per_quarter", 0.22), ("q", 0.05), ("share", 0.004), ("stories", 41.0), ("sources", 3.0))
    said = stage_reason_sentence(f"slow_{stage.value}", facts, lang)
    assert said.endswith(".")
    assert "–" not in said.replace("ei ", "")
    assert "41" in said


def test_trends_are_chosen_by_their_speed() -> None:
    slow, fast = a_view(a_trend(speed=Speed.SLOW)), a_view(a_trend())
    only = TrendFilter(speeds=(Speed.SLOW,))
    assert [passes_filter(view, only) for view in (slow, fast)] == [True, False]
    assert [passes_filter(view, TrendFilter()) for view in (slow, fast)] == [True, True]
