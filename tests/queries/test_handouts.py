"""What a room made, gathered for the brief of its scenario: in the language asked for, as it stands today."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from made_world import a_question
from workshop_world import AINO, News, with_futures

from foresight.model.scenarios import NONE_OF_THESE, Criterion, OptionScore, Scenario, Strategy, StressTestInput
from foresight.model.workshop import SignpostState, ThreeQuestions, TrendCondition
from foresight.reports.brief_service import WorkshopResultService
from foresight.reports.workshop_sections import WorkshopResults
from foresight.testing.builders import a_promise, a_signpost
from foresight.wiring import Services


@pytest.fixture
def news() -> News:
    """A quiet quarter, published."""
    made = News()
    made.publish(1, 1, 2, 1, 1, 2, 1, 1)
    return made


def collected(news: News, scenario: Scenario) -> WorkshopResults:
    services = news.services
    results = WorkshopResultService(services.stress, services.signposts, services.forecasts, services.promises)
    return results.collect(scenario.id)


def rows(news: News, scenario: Scenario, key: str, lang: str) -> list[list[str]]:
    """The rows of a section of the scenario's brief."""
    return _sections(news.services, scenario.id, lang)[key]["rows"]


def tripped(news: News) -> tuple[Scenario, str]:
    """A scenario whose signpost has spoken, and the signpost's id."""
    scenario = with_futures(news)
    draft = a_signpost(opens=None, state=SignpostState.PROPOSED)
    signpost = news.services.signposts.propose(scenario.id, draft, AINO)
    news.services.signposts.adopt(signpost.id, AINO)
    news.publish(1, 6)
    news.publish(1, 6, 8)
    news.services.signposts.check()
    return scenario, signpost.id


def test_what_changed_the_likelihoods_is_told_in_the_language_of_the_brief(news: News) -> None:
    scenario, _ = tripped(news)
    now = dict(collected(news, scenario).now)
    assert now == pytest.approx({"calm": 2 / 3, "stormy": 1 / 6, NONE_OF_THESE: 1 / 6})
    for lang, words, value in (("fi", "2 viikkoa peräkkäin", "7\u00a0%"), ("en", "2 weeks in a row", "7%")):
        ((moved,), (signpost,)) = (rows(news, scenario, key, lang) for key in ("moved", "signposts"))
        assert words in moved[1]
        assert words in signpost[1]
        assert moved[2].startswith(value)


def test_a_condition_that_was_changed_since_stays_in_the_words_of_its_day(news: News) -> None:
    scenario, signpost_id = tripped(news)
    before = rows(news, scenario, "moved", scenario.lang)[0][1]
    entry = news.services.signposts.get(signpost_id)
    higher = replace(entry.content, watch=TrendCondition(trend_id="trend-1", threshold=0.5, weeks=3))
    news.services.signposts.change(signpost_id, higher, AINO)
    assert rows(news, scenario, "moved", "fi")[0][1] == before
    assert "50" in rows(news, scenario, "signposts", "fi")[0][1]


def test_a_decision_whose_signpost_tripped_is_shaken_and_options_are_those_scored(news: News) -> None:
    scenario, signpost_id = tripped(news)
    news.services.promises.make(a_promise(signpost_ids=(signpost_id,)), AINO, scenario_id=scenario.id)
    scores = [
        OptionScore(strategy_id="wait", future_id=future, criterion_id="c", value=4.0) for future in ("calm", "stormy")
    ]
    tunnel = StressTestInput(
        strategies=(Strategy(id="wait", name="Wait"), Strategy(id="lead", name="Lead")),
        criteria=(Criterion(id="c", name="Customers"),),
        scores=tuple(scores),
    )
    news.services.stress.save(scenario.id, tunnel, AINO)
    news.services.promises.save_answers(scenario.id, ThreeQuestions(matters="People"), AINO)
    made = collected(news, scenario)
    assert [bool(one.broken_assumption) for one in made.decisions] == [True]
    assert made.stress_report is not None
    assert [(option.strategy.name, option.move) for option in made.stress_report.options] == [("Wait", "no_regret")]
    assert made.answers.matters == "People"


@pytest.mark.parametrize("lang", ["fi", "en"])
def test_the_brief_of_a_scenario_carries_it(services: Services, lang: str) -> None:
    scenario = services.scenarios.save(a_question(), who="Aino")
    bare = _sections(services, scenario.id, lang)
    assert not {"likelihoods", "signposts"} & set(bare)
    futures = services.futures.choose(scenario, count=2)
    services.futures.save(scenario, futures, AINO)
    likelihoods = tuple((name, 0.8 if name == "f1" else 0.2) for name, _ in futures.shares)
    signpost = a_signpost(
        watch=TrendCondition(trend_id="t-repair", threshold=0.2), likelihoods=likelihoods, owner="Ben"
    )
    services.signposts.propose(scenario.id, replace(signpost, opens=None), AINO)
    told = _sections(services, scenario.id, lang)
    assert len(told["likelihoods"]["rows"]) == len(futures.futures) + 1
    assert "Ben" in told["signposts"]["rows"][0][4]
    assert len(told["why_s1"]["paragraphs"]) == 2


def _sections(services: Services, scenario_id: str, lang: str) -> dict[str, dict]:
    content = services.briefs.scenario(scenario_id, format="json", lang=lang).content
    return {part["key"]: part for part in json.loads(content)["sections"]}
