"""The list of trends narrows to themes."""

from __future__ import annotations

from foresight.queries.trends import TrendFilter, passes_filter
from foresight.testing.builders import a_trend, a_view


def test_only_trends_of_the_chosen_themes_pass() -> None:
    view = a_view(a_trend("one", theme_id="h1"))
    assert passes_filter(view, TrendFilter(themes=("h0", "h1")))
    assert not passes_filter(view, TrendFilter(themes=("h2",)))
    assert passes_filter(view, TrendFilter())
