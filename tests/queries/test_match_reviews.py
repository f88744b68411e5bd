"""The list of doubtful matches: both sides with their articles, until a person has judged."""

from __future__ import annotations

from collections.abc import Callable

from foresight.model.decisions import TrendDecisionKind
from foresight.wiring import Services


def test_a_doubtful_match_shows_both_sides_with_their_articles(services: Services) -> None:
    (review,) = services.trends.reviews("en")
    assert (review.now.trend.id, review.then.trend.id) == ("t-lonely", "t-refill")
    assert review.then.title == "Refill stations in supermarkets"
    assert review.now.documents
    assert review.then.documents
    assert review.then.trend.run_id < review.now.trend.run_id


def test_what_was_judged_is_not_asked_again_by_any_process(services: Services, again: Callable[[], Services]) -> None:
    kept = services.trends.apart("t-lonely", "t-refill", who="Aino", seen="r-20260302")
    assert (kept.kind, kept.trend_id, kept.value, kept.who) == (TrendDecisionKind.APART, "t-lonely", "t-refill", "Aino")
    assert again().trends.reviews() == ()
    assert "t-lonely" in {view.trend.id for view in services.trends.list().items}


def test_the_same_means_that_they_belong_together(services: Services) -> None:
    services.trends.same("t-lonely", "t-refill", who="Aino")
    assert services.trends.get("t-lonely").view.trend.id == "t-refill"
    assert services.trends.reviews() == ()


def test_what_people_merged_already_is_not_asked(services: Services) -> None:
    services.trends.merge("t-lonely", "t-refill", who="Aino")
    assert services.trends.reviews() == ()
