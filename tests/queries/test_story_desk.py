"""Telling a future from the ledger and the published run."""

from __future__ import annotations

from dataclasses import replace

import pytest
from workshop_world import AINO, News, with_futures

from foresight.model.briefs import Story, StorySourceKind
from foresight.model.errors import NotFound, UsageError
from foresight.model.scenarios import Scenario
from foresight.scenarios.matrix import solution_pairs
from foresight.testing.builders import a_journey, a_signpost
from foresight.wiring import Services, make_services


@pytest.fixture
def news() -> News:
    made = News()
    made.publish(1, 2, 3, 4)
    return made


def services_of(news: News) -> Services:
    return make_services(news.generations, news.ledger, news.clock)


def sentences(story: Story) -> dict[str, str]:
    return {one.key: one.text for part in story.parts for one in part.sentences}


def test_the_likeliest_future_is_told_unless_another_is_asked_for(news: News) -> None:
    scenario = with_futures(news)
    desk = services_of(news).story
    assert desk.write(scenario.id, lang="en").title == "Calm"
    assert desk.write(scenario.id, which="stormy", lang="en").title == "Stormy"
    assert desk.write(scenario.id, which="Stormy", lang="en").states == (("a", "high"), ("b", "low"))


def test_a_number_is_the_one_that_solving_shows(news: News) -> None:
    scenario = with_futures(news)
    services = services_of(news)
    solved = services.scenarios.solve(scenario).result.solutions
    told = services.story.write(scenario.id, which="2", lang="en")
    assert told.states == solution_pairs(scenario, solved[1])
    assert told.title == scenario.title
    with pytest.raises(UsageError):
        services.story.write(scenario.id, which="99", lang="en")
    with pytest.raises(NotFound):
        services.story.write(scenario.id, which="nobody", lang="en")


def test_a_story_cites_the_trend_and_its_articles(news: News) -> None:
    scenario = with_futures(news)
    story = services_of(news).story.write(scenario.id, lang="fi")
    kinds = {ground.kind for ground in story.grounds}
    assert {StorySourceKind.TREND, StorySourceKind.DOCUMENT, StorySourceKind.STATE, StorySourceKind.FUTURE} <= kinds
    assert story.run_id
    assert story.as_of == news.clock.now()


def test_a_journey_of_the_scenario_is_walked(news: News) -> None:
    scenario = with_futures(news)
    services = services_of(news)
    services.journeys.add(scenario, a_journey(), AINO)
    told = sentences(services.story.write(scenario.id, which="calm", lang="en"))
    assert told["step_breaks"] == "“Find” breaks in a world like this: “A: Low” – nobody answers."
    assert "customer_unwalked" not in told


def test_a_signpost_that_trips_later_enters_the_story_and_undoing_takes_it_out(news: News) -> None:
    scenario = with_futures(news)
    services = services_of(news)
    proposed = services.signposts.propose(scenario.id, a_signpost(opens=None), AINO)
    services.signposts.adopt(proposed.id, AINO)
    assert "sign_seen" not in sentences(services.story.write(scenario.id, which="calm", lang="en"))
    for counts in ((2, 3, 4, 6), (3, 4, 6, 7), (4, 6, 7, 8)):
        news.publish(*counts)
    (trip,) = services.signposts.check(scenario.id).trips
    story = services.story.write(scenario.id, which="calm", lang="en")
    assert "Likelihood first 40%, then" in sentences(story)["sign_seen"]
    cited = {ground.id for ground in story.grounds}
    assert {f"document:{one.document_id}" for one in trip.update.content.evidence} <= cited
    services.futures.undo(trip.update.id, AINO)
    assert "sign_seen" not in sentences(services.story.write(scenario.id, which="calm", lang="en"))


def test_a_scenario_of_its_own_is_told_before_anything_is_published() -> None:
    news = News()
    scenario: Scenario = news.ledger.save_scenario(replace(with_futures(news), id="s-2", rev=0, saved=None))
    story = services_of(news).story.write(scenario.id, lang="en")
    assert (story.as_of, story.run_id) == (None, "")
    assert not [ground for ground in story.grounds if ground.kind is StorySourceKind.TREND]


def test_the_scenario_brief_holds_the_story(news: News) -> None:
    scenario = with_futures(news)
    services = services_of(news)
    page = services.briefs.scenario(scenario.id, format="md", lang="fi").content.decode()
    for heading in ("Skenaario tarinana", "Asiakkaan päivä", "Työntekijän päivä", "Mikä tähän johti"):
        assert heading in page
    story = services.story.write(scenario.id, lang="fi")
    assert len(story.grounds) > 4
    assert "[1" in page
