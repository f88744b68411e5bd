"""The list of trends narrows to themes, and to all themes under a broader one."""

from __future__ import annotations

from dataclasses import replace

from foresight.records import TrendView
from foresight.services.trends import TrendFilter, passes
from foresight.testing import a_trend


def test_only_trends_of_the_chosen_themes_pass() -> None:
    view = TrendView(trend=replace(a_trend("one"), theme_id="h1"), title="One")
    assert passes(view, TrendFilter(themes=("h0", "h1")))
    assert not passes(view, TrendFilter(themes=("h2",)))
    assert passes(view, TrendFilter())
