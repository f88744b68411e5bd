"""Forecasts, decisions with their pulses, journeys, panels and votes, beliefs, and the matrix as a whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from made_world import a_question
from workshop_world import AINO, News, with_futures

from foresight.model.errors import (
    CircularBeliefs,
    ImpossibleBelief,
    NotAProbability,
    NotFound,
    OffScale,
    QuestionClosed,
    RevisionConflict,
    TooManyEvents,
    UnknownFactor,
    UsageError,
)
from foresight.model.scenarios import Beliefs, ConditionalProbability, Event, ExcludedPair, RoundVotes
from foresight.model.workshop import (
    AdoptionSurvey,
    ForecastQuestion,
    Journey,
    JourneyStep,
    Promise,
    PromiseState,
    StepEffect,
    ThreeQuestions,
    TrendCondition,
)
from foresight.scenarios.beliefs import BeliefFault
from foresight.scenarios.forecasts import RESOLVED_BY_SIGNAL
from foresight.scenarios.journeys import with_effect, with_step
from foresight.scenarios.promises import AdoptionStage
from foresight.scenarios.revisions import Attribution
from foresight.testing.builders import a_journey, a_promise
from foresight.testing.builders import a_question as a_forecast
from foresight.wiring import Services

BEN = Attribution(who="Ben")


@pytest.fixture
def news() -> News:
    """A quiet quarter, published."""
    made = News()
    made.publish(1, 1, 2, 1)
    return made


def asked(news: News, **changes: object) -> str:
    now = news.clock.now()
    question = a_forecast(**({"opened": now, "deadline": now + timedelta(weeks=3)} | changes))
    return news.services.forecasts.ask(question, AINO).id


def test_a_forecast_is_resolved_by_the_signal_with_the_documents_that_showed_it(news: News) -> None:
    question_id = asked(news)
    news.publish(1, 1, 2, 1, 2)
    assert news.services.forecasts.check() == ()
    as_of = news.publish(1, 1, 2, 1, 2, 7)
    (resolved,) = news.services.forecasts.check()
    told = resolved.content
    assert (resolved.id, told.came_true, told.resolved_by, told.resolved) == (
        question_id,
        True,
        RESOLVED_BY_SIGNAL,
        as_of,
    )
    assert told.value == pytest.approx(0.07)
    assert [citation.document_id for citation in told.evidence] == ["doc-2026-01-12"]
    assert (resolved.reason, resolved.rev) == ("run-20260119", 2)
    assert news.services.forecasts.check() == ()


def test_what_did_not_happen_by_its_deadline_came_out_no(news: News) -> None:
    asked(news)
    for _ in range(3):
        news.publish(1, 1)
    (resolved,) = news.services.forecasts.check()
    assert (resolved.content.came_true, resolved.content.resolved_by) == (False, RESOLVED_BY_SIGNAL)


def test_what_happened_after_its_deadline_came_out_no_all_the_same(news: News) -> None:
    asked(news, deadline=news.clock.now() + timedelta(days=3))
    news.publish(1, 9)
    (resolved,) = news.services.forecasts.check()
    assert resolved.content.came_true is False


def test_a_question_without_a_rule_or_of_an_unknown_trend_waits_for_a_person(news: News) -> None:
    free = asked(news, rule=None)
    for _ in range(4):
        news.publish(1, 1)
    assert news.services.forecasts.check() == ()
    resolved = news.services.forecasts.resolve(free, came_true=True, signed=BEN)
    assert (resolved.content.came_true, resolved.content.resolved_by) == (True, "Ben")


def test_a_change_of_mind_stays_to_be_read(news: News) -> None:
    question_id = asked(news)
    news.services.forecasts.answer(question_id, 0.3, AINO)
    news.services.forecasts.answer(question_id, 0.6, AINO)
    news.services.forecasts.answer(question_id, 0.9, BEN)
    history = news.services.forecasts.history(question_id, "Aino")
    assert [answer.content.probability for answer in history] == [0.3, 0.6]
    question = news.services.forecasts.get(question_id)
    assert {a.content.who: a.content.probability for a in question.answers} == {"Aino": 0.6, "Ben": 0.9}
    assert question.middle == pytest.approx(0.75)


def test_scores_are_those_of_the_last_words_before_the_answer(news: News) -> None:
    for said, came_true in ((0.9, True), (0.2, False), (0.6, False)):
        question_id = asked(news, rule=None)
        news.services.forecasts.answer(question_id, said, AINO)
        news.services.forecasts.resolve(question_id, came_true=came_true, signed=BEN)
    asked(news)
    card = news.services.forecasts.score()
    (person,) = card.people
    assert person.brier == pytest.approx(0.136667, abs=1e-6)
    assert (person.who, person.questions, card.resolved, card.open) == ("Aino", 3, 3, 1)
    assert card.base_rate == pytest.approx(1 / 3)
    assert card.room is not None
    assert card.room.brier == person.brier
    assert person.skill == pytest.approx(1 - 0.136667 / (2 / 9), abs=1e-5)
    assert person.parts.brier == pytest.approx(person.brier)


def test_nothing_resolved_has_no_score(news: News) -> None:
    asked(news)
    card = news.services.forecasts.score()
    assert (card.room, card.people, card.open) == (None, (), 1)


def test_never_costs_much_but_not_infinity(news: News) -> None:
    question_id = asked(news, rule=None)
    news.services.forecasts.answer(question_id, 0.0, AINO)
    news.services.forecasts.resolve(question_id, came_true=True, signed=BEN)
    (person,) = news.services.forecasts.score().people
    assert 5 < person.log_score < 10


@pytest.mark.parametrize("probability", [-0.1, 1.1, float("nan")])
def test_an_answer_that_is_no_probability_is_not_saved(news: News, probability: float) -> None:
    question_id = asked(news)
    with pytest.raises(NotAProbability):
        news.services.forecasts.answer(question_id, probability, AINO)
    assert news.services.forecasts.get(question_id).answers == ()


def test_a_closed_question_takes_no_answers(news: News) -> None:
    late, done = asked(news), asked(news, rule=None)
    news.services.forecasts.resolve(done, came_true=True, signed=BEN)
    news.clock.advance(timedelta(weeks=3))
    for question_id in (late, done):
        with pytest.raises(QuestionClosed):
            news.services.forecasts.answer(question_id, 0.5, AINO)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"text": " "}, UsageError),
        ({"deadline": None}, UsageError),
        ({"rule": TrendCondition(trend_id="nobody", threshold=0.1)}, UsageError),
        ({"rule": TrendCondition(trend_id="trend-1", threshold=-1)}, OffScale),
    ],
)
def test_a_question_that_cannot_be_resolved_is_not_saved(
    news: News, changes: dict[str, object], error: type[Exception]
) -> None:
    now = news.clock.now()
    told = {key: now if key == "deadline" else value for key, value in changes.items()}
    with pytest.raises(error):
        asked(news, **told)
    assert news.ledger.entries(ForecastQuestion) == ()


def test_a_decision_is_due_then_overdue_then_kept(news: News) -> None:
    today = news.clock.now().date()
    promises = news.services.promises
    soon = promises.make(a_promise(due=today + timedelta(days=3), review=today), AINO, scenario_id="scenario-1")
    promises.make(a_promise(text="later", due=None, review=None), AINO)
    first, second = promises.list()
    assert (first.promise.id, first.overdue, first.review_due) == (soon.id, False, True)
    assert not second.review_due
    news.clock.advance(timedelta(weeks=1))
    assert promises.get(soon.id).overdue
    kept = promises.close(soon.id, PromiseState.KEPT, BEN, outcome="two counters stand")
    assert (kept.content.state, kept.content.outcome, kept.author) == (PromiseState.KEPT, "two counters stand", "Ben")
    assert [one.promise.content.text for one in promises.list(everything=False)] == ["later"]
    assert not promises.get(soon.id).overdue
    assert promises.close(soon.id, PromiseState.OPEN, BEN).content.closed is None


@pytest.mark.parametrize("wrong", [{"text": ""}, {"owner": "  "}])
def test_a_decision_says_something_and_has_an_owner(news: News, wrong: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        news.services.promises.make(a_promise(**wrong), AINO)
    assert news.ledger.entries(Promise) == ()


def test_the_ladder_shows_where_a_change_stalls(news: News) -> None:
    promises = news.services.promises
    promise = promises.make(a_promise(), AINO)
    assert promises.get(promise.id).ladder.stalls_at is None
    for day, counts, told in ((1, (20, 10, 4, 2), 3), (2, (20, 16, 9, 4), 8)):
        heard, understood, believes, feels = counts
        pulse = AdoptionSurvey(
            promise_id=promise.id,
            on=date(2026, 2, day),
            asked=20,
            heard=heard,
            understood=understood,
            believes=believes,
            feels=feels,
            times_given=told,
        )
        promises.record_survey(pulse, AINO)
    ladder = promises.get(promise.id).ladder
    assert [step.share for step in ladder.steps] == [1.0, 0.8, 0.45, 0.2]
    assert [step.change for step in ladder.steps] == pytest.approx([0.0, 0.3, 0.25, 0.1])
    assert (ladder.stalls_at, ladder.times_given) == (AdoptionStage.BELIEVES, 8)


@pytest.mark.parametrize("wrong", [{"asked": 0}, {"heard": 21}, {"feels": -1}, {"times_given": -1}])
def test_a_pulse_counts_no_more_than_were_asked(news: News, wrong: dict[str, int]) -> None:
    promise = news.services.promises.make(a_promise(), AINO)
    counts = {"asked": 20, "heard": 20, "understood": 10, "believes": 4, "feels": 1} | wrong
    with pytest.raises(OffScale):
        news.services.promises.record_survey(AdoptionSurvey(promise_id=promise.id, on=date(2026, 2, 1), **counts), AINO)
    with pytest.raises(NotFound):
        news.services.promises.record_survey(AdoptionSurvey(promise_id="x", on=date(2026, 2, 1), **counts), AINO)
    assert news.ledger.entries(AdoptionSurvey) == ()


def test_the_three_questions_keep_what_was_said_before(news: News) -> None:
    promises = news.services.promises
    promises.save_answers("scenario-1", ThreeQuestions(matters="trust", act="answer at once"), AINO)
    told = promises.save_answers("scenario-1", ThreeQuestions(practice="two people at the desk"), BEN)
    assert told.content == ThreeQuestions(matters="trust", act="answer at once", practice="two people at the desk")
    assert told.rev == 2
    assert promises.questions("nobody").content == ThreeQuestions()


def test_a_journey_is_walked_in_every_future(news: News) -> None:
    scenario = with_futures(news)
    journey = news.services.journeys.add(scenario, a_journey(), AINO)
    calm, stormy = news.services.journeys.walked(journey)
    assert calm.walk.first_break is not None
    assert calm.walk.first_break.name == "Find"
    assert stormy.walk.first_break is None
    changed = news.services.journeys.change(scenario, journey.id, replace(a_journey(), title="Other"), BEN)
    assert (changed.rev, news.services.journeys.list(scenario.id)) == (2, (changed,))


def test_a_step_with_a_source_is_confirmed_and_effects_go_by_name_too(services: Services) -> None:
    journey = with_step(Journey(title="Osto"), JourneyStep(id="", name="Tilaus", source="8 haastattelua"))
    journey = with_step(journey, JourneyStep(id="", name="Tilaus"))
    effect = StepEffect(factor="Sähkön hinta", state="kallis", value=-2)
    journey = with_effect(with_effect(journey, "tilaus", effect), "tilaus", replace(effect, value=-1))
    kept = services.journeys.add(a_question(), journey, AINO).content
    assert [(step.id, step.confirmed) for step in kept.steps] == [("tilaus", True), ("tilaus-2", False)]
    assert kept.steps[0].effects == (StepEffect(factor="prices", state="kallis", value=-1),)


def test_a_journey_that_cannot_be_is_not_saved(services: Services) -> None:
    journeys, scenario = services.journeys, a_question()
    step = JourneyStep(id="s", name="S")
    nowhere = StepEffect(factor="x", state="y", value=1)
    too_hard = StepEffect(factor="prices", state="kallis", value=4)
    for wrong, error in (
        (Journey(title=""), UsageError),
        (Journey(title="J", steps=(replace(step, name=" "),)), UsageError),
        (
            Journey(title="J", steps=(replace(step, effects=(nowhere,)),)),
            UnknownFactor,
        ),
        (
            Journey(title="J", steps=(replace(step, effects=(too_hard,)),)),
            OffScale,
        ),
    ):
        with pytest.raises(error):
            journeys.add(scenario, wrong, AINO)
    with pytest.raises(UsageError):
        with_effect(Journey(title="J"), "nobody", StepEffect(factor="prices", state="kallis", value=1))
    assert journeys.list() == ()


def test_everybody_judges_alone_and_the_panel_compares(services: Services) -> None:
    panels, scenario = services.panels, a_question()
    panels.judge(scenario, scenario.judgements, AINO)
    flipped = tuple(replace(judgement, value=-judgement.value) for judgement in scenario.judgements)
    panels.judge(scenario, flipped, BEN)
    again = panels.judge(scenario, flipped, BEN)
    assert again.rev == 2
    panel = panels.panel(scenario)
    assert panel.people == ("Aino", "Ben")
    assert panel.agreement < 1.0
    assert panel.contested == len(scenario.judgements)
    assert 0 < len(panel.splitting) <= 3
    assert {judgement.author for judgement in again.content.judgements} == {"Ben"}


def test_a_sheet_with_one_wrong_judgement_is_not_saved_in_half(services: Services) -> None:
    panels, scenario = services.panels, a_question()
    wrong = (*scenario.judgements, replace(scenario.judgements[0], value=9))
    with pytest.raises(OffScale) as told:
        panels.judge(scenario, wrong, AINO)
    assert dict(told.value.facts)["what"] == "Sähkön hinta: kallis → Korjaaminen ostamisen sijaan: kasvaa"
    assert panels.sheets(scenario.id) == ()
    with pytest.raises(NotFound):
        panels.panel(scenario)
    with pytest.raises(RevisionConflict):
        panels.judge(scenario, scenario.judgements, Attribution(who="Aino", base=3))


def voted(services: Services, number: int, **votes: tuple[float, float]) -> None:
    for who, (impact, uncertainty) in votes.items():
        told = RoundVotes(who="", round=number, votes=(("a/impact", impact), ("a/uncertainty", uncertainty)))
        services.panels.vote("s-kauppa", told, Attribution(who=who))


def test_rounds_end_when_the_room_agrees_or_has_settled(services: Services) -> None:
    panels = services.panels
    assert panels.delphi("s-kauppa").round == 0
    voted(services, 1, aino=(1, 5), ben=(5, 5), cai=(3, 4), dia=(5, 5))
    first = panels.delphi("s-kauppa")
    assert (first.round, first.people, first.may_stop) == (1, ("aino", "ben", "cai", "dia"), False)
    assert [item.may_stop for item in first.items] == [False, True]
    assert first.concordance is not None
    voted(services, 2, aino=(4, 5), ben=(4, 5), cai=(4, 4), dia=(5, 5))
    second = panels.delphi("s-kauppa")
    assert (second.round, second.may_stop, len(second.items[0].rounds)) == (2, True, 2)


def test_a_vote_outside_the_scale_or_a_round_too_far_is_refused(services: Services) -> None:
    panels = services.panels
    with pytest.raises(OffScale):
        panels.vote("s", RoundVotes(who="", round=1, votes=(("a", 6.0),)), AINO)
    with pytest.raises(UsageError):
        panels.vote("s", RoundVotes(who="", round=2, votes=(("a", 3.0),)), AINO)
    assert panels.delphi("s").items == ()


def believed(given: float = 0.6) -> Beliefs:
    return Beliefs(
        events=(Event(id="a", name="A", likely=0.5), Event(id="b", name="B", likely=0.4)),
        conditionals=(ConditionalProbability(event="b", given="a", likely=given),),
    )


def test_beliefs_are_checked_saved_and_evaluated(services: Services) -> None:
    beliefs = services.beliefs
    (wrong,) = beliefs.coach(believed(0.9)).doubtful
    assert (wrong.fault, wrong.low, wrong.high) == (BeliefFault.BOUNDS, 0.0, pytest.approx(0.8))
    rooms = {(room.event, room.given): (room.low, room.high) for room in beliefs.coach(believed()).rooms}
    assert rooms["a", "b"] == (0.0, 1.0)
    kept = beliefs.save("s", believed(), AINO)
    assert beliefs.evaluate_beliefs(kept.content).likely[0] == pytest.approx(0.5, abs=0.02)


def test_impossible_circular_and_too_many_beliefs_are_refused_and_not_saved(services: Services) -> None:
    beliefs = services.beliefs
    with pytest.raises(ImpossibleBelief):
        beliefs.save("s", believed(0.9), AINO)
    events = tuple(Event(id=name, name=name, likely=0.5) for name in "abc")
    circle = tuple(
        ConditionalProbability(event=e, given=g, likely=0.0) for e, g in (("b", "a"), ("c", "b"), ("a", "c"))
    )
    with pytest.raises(CircularBeliefs):
        beliefs.save("s", Beliefs(events=events, conditionals=circle), AINO)
    many = Beliefs(events=tuple(Event(id=str(n), name=str(n), likely=0.5) for n in range(11)))
    with pytest.raises(TooManyEvents):
        beliefs.evaluate_beliefs(many)
    assert beliefs.get("s").rev == 0


def test_the_box_leaves_what_no_reason_excludes(services: Services) -> None:
    structure, scenario = services.structure, a_question()
    pair = ExcludedPair(
        one=("prices", "kallis"), other=("repair", "hiipuu"), reason="kukaan ei osta uutta", author="Aino"
    )
    structure.exclude(scenario, [pair], AINO)
    report = structure.box(scenario, [("prices", "kallis")])
    assert (report.box.configurations, report.cells, len(report.box.survivors)) == (18, 21, 4)
    assert report.open[0] == (False, True, True)
    with pytest.raises(UnknownFactor):
        structure.exclude(scenario, [replace(pair, one=("prices", "x"))], AINO)


def test_the_whole_matrix_is_looked_at(services: Services) -> None:
    structure, scenario = services.structure, a_question()
    result = services.scenarios.solve(scenario).result
    robust = structure.robust(scenario, result.solutions)
    assert len(robust.shares) == len(result.solutions)
    assert structure.flips(scenario, result.solutions[0].states).makes == ()
    assert structure.influence(scenario).powers[0].influence == (2, 4, 0)
    assert sum(basin.basin for basin in structure.drift(scenario).attractors) == 18


def test_axes_come_from_what_people_rated(services: Services) -> None:
    structure, scenario = services.structure, a_question()
    assert structure.axes(scenario, services.published.views()).unrated == ("repair", "prices", "service")
    for trend, impact, uncertainty in (("t-repair", 5, 5), ("t-energy", 4, 4), ("t-voice", 5, 1)):
        services.trends.rate(trend, impact=impact, uncertainty=uncertainty, who="Aino")
    axes = structure.axes(scenario, services.published.views())
    assert axes.predetermined == ("service",)
    (pair,) = axes.pairs
    assert {pair.one, pair.other} == {"repair", "prices"}
    assert pair.score == 41
    corners = structure.corners(scenario, ("repair", "hiipuu", "kasvaa"), ("prices", "halpa", "kallis"))
    assert len(corners) == 4
    assert sum(corner.is_coherent for corner in corners) >= 2
