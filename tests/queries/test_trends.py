"""The trend desk: lists, filters, evidence, and decisions that are never lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from foresight.model.decisions import TrendDecisionKind
from foresight.model.errors import NotFound
from foresight.model.trends import Stage
from foresight.queries.trends import TrendFilter, evidence_by_story, related_trends, sort_trends
from foresight.testing.builders import a_document, a_source, a_trend, a_view
from foresight.testing.stores import TemporaryArchive, TemporaryGenerations, TemporaryLedger
from foresight.wiring import Services


def ids(services: Services, **chosen: object) -> list[str]:
    return [view.trend.id for view in services.trends.list(TrendFilter(**chosen)).items]  # type: ignore[arg-type]


def test_the_strongest_signal_stands_first(services: Services) -> None:
    assert ids(services)[0] == "t-refill"


def test_the_list_says_which_run_it_comes_from(services: Services) -> None:
    stamp = services.trends.list().stamp
    assert (stamp.generation, stamp.run_id) == (1, "r-20260302")


@pytest.mark.parametrize("words", ["täyttö", "REFILL stations", "purkin"])
def test_a_word_is_found_in_titles_and_headlines_of_every_language(services: Services, words: str) -> None:
    assert ids(services, words=words) == ["t-refill"]


def test_a_word_is_found_in_the_articles_behind(services: Services) -> None:
    assert ids(services, words="dronekuljetukset 24") == ["t-drone"]


def test_a_word_is_found_in_notes(services: Services) -> None:
    services.trends.note("t-till", "nähty Oulussa", who="Aino")
    assert ids(services, words="oulussa") == ["t-till"]


def test_stages_and_tags_narrow_the_list(services: Services) -> None:
    assert set(ids(services, stages=(Stage.STRONG,))) == {"t-second", "t-energy"}
    services.trends.tag("t-energy", "arvot", who="Aino")
    assert ids(services, stages=(Stage.STRONG,), tags=("arvot",)) == ["t-energy"]
    services.trends.untag("t-energy", "arvot", who="Aino")
    assert ids(services, tags=("arvot",)) == []


def test_a_hidden_trend_is_listed_only_on_demand(services: Services) -> None:
    services.trends.hide("t-drone", who="Aino")
    assert "t-drone" not in ids(services)
    assert "t-drone" in ids(services, hidden=True)
    services.trends.show("t-drone", who="Aino")
    assert "t-drone" in ids(services)


def test_trends_without_growth_stand_last_in_that_order() -> None:
    measured = a_view(a_trend("b"))
    views = [replace(a_view(a_trend("a")), signals=()), measured]
    assert [view.trend.id for view in sort_trends(views, "growth", "en")] == ["b", "a"]


def test_ordering_by_rating_puts_the_highest_impact_first(services: Services) -> None:
    services.trends.rate("t-drone", impact=5, uncertainty=1, who="Aino")
    assert ids(services, sort="rating")[0] == "t-drone"


def test_a_name_given_by_people_outlives_a_new_run(
    services: Services, world: TemporaryArchive, generations: TemporaryGenerations
) -> None:
    services.trends.rename("t-voice", "Robotti vastaa", who="Aino")
    generations.publish(world)
    page = services.trends.get("t-voice")
    assert (page.stamp.generation, page.view.title("fi")) == (2, "Robotti vastaa")


def test_a_decision_is_there_after_a_new_start(services: Services, again: Callable[[], Services]) -> None:
    services.trends.note("t-voice", "kuultu kassalla", who="Aino", seen="r-20260302")
    (note,) = again().trends.get("t-voice").view.notes
    assert (note.who, note.text) == ("Aino", "kuultu kassalla")


def test_a_merged_trend_opens_the_one_it_belongs_to(services: Services) -> None:
    services.trends.merge("t-till", "t-second", who="Aino")
    page = services.trends.get("t-till")
    assert page.view.trend.id == "t-second"
    assert page.members == (("t-till", "Kassaton kauppa"),)
    assert any("Kassaton" in one.document.title or "Itsepalvelu" in one.document.title for one in page.evidence)
    assert "t-till" not in ids(services)


def test_what_is_said_about_a_merged_trend_is_said_about_the_one_it_belongs_to(services: Services) -> None:
    services.trends.merge("t-till", "t-second", who="Aino")
    decision = services.trends.rename("t-till", "Kierto", who="Ben")
    assert decision.trend_id == "t-second"
    assert services.trends.get("t-second").view.title("fi") == "Kierto"


def test_a_merge_can_be_undone(services: Services) -> None:
    services.trends.merge("t-till", "t-second", who="Aino")
    services.trends.unmerge("t-till", who="Ben")
    assert services.trends.get("t-till").view.trend.id == "t-till"


def test_a_trend_is_never_merged_into_itself(services: Services, ledger: TemporaryLedger) -> None:
    services.trends.merge("t-till", "t-second", who="Aino")
    with pytest.raises(NotFound):
        services.trends.merge("t-second", "t-till", who="Ben")
    assert [d.kind for d in ledger.decisions()] == [TrendDecisionKind.MERGE]


def test_an_unknown_trend_is_not_found(services: Services) -> None:
    with pytest.raises(NotFound):
        services.trends.get("nothing")


def test_a_page_has_evidence_names_runs_and_scenarios(services: Services) -> None:
    page = services.trends.get("t-repair")
    assert page.evidence
    assert page.names[0].documents >= page.names[-1].documents
    assert [trend.run_id for trend in page.runs] == ["r-20260223", "r-20260302"]
    assert page.theme == "Kauppa ja kierto"
    assert sum(count for _, count in page.by_voice) == sum(count for _, count in page.by_source)


def test_a_story_told_by_two_sources_is_one_piece_of_evidence() -> None:
    sources = {one.id: one for one in (a_source("s1"), a_source("s2"))}
    told = [
        a_document("d1", source_id="s1", story_id="d1"),
        a_document("d2", source_id="s2", story_id="d1"),
        a_document("d3", source_id="s1", story_id="d1"),
        a_document("d4", source_id="s1"),
    ]
    first, second = evidence_by_story(told, sources, {"d1": 0.7})
    assert ([s.id for s in first.also], first.similarity) == (["s2"], 0.7)
    assert (second.document.id, second.similarity) == ("d4", None)


def test_related_trends_are_the_nearest_in_meaning() -> None:
    def view(trend_id: str, *centroid: float) -> object:
        return a_view(a_trend(trend_id, centroid=np.array(centroid, dtype=np.float32)))

    own, near, far, other = view("own", 1, 0), view("near", 0.9, 0.1), view("far", 0, 1), view("odd", 1, 0, 0)
    found = related_trends(own, [own, far, near, other])  # type: ignore[arg-type, list-item]
    assert [(one.trend.id, round(nearness, 1)) for one, nearness in found] == [("near", 0.9)]
