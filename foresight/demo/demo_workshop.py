"""The demonstration's workshop: a scenario on trends of the made world, with a signpost that later weeks may trip.

It is held weeks before the world ends, by the same services people use and on what was published by then, so whatever
comes later comes as it would have come. The room's answers are invented, as the news are; both languages have them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta

from foresight.i18n import Texts
from foresight.model.decisions import TrendView
from foresight.model.ports import Clock
from foresight.model.scenarios import (
    NONE_OF_THESE,
    Criterion,
    Future,
    FutureSet,
    Judgement,
    OptionScore,
    Scenario,
    Strategy,
    StressTestInput,
)
from foresight.model.trends import Speed, Stage
from foresight.model.workshop import (
    ForecastQuestion,
    Journey,
    JourneyStep,
    Promise,
    Signpost,
    Stance,
    StepEffect,
    ThreeQuestions,
    TrendCondition,
)
from foresight.scenarios.editing import with_free_factor
from foresight.scenarios.journeys import with_step
from foresight.scenarios.matrix import FADES, GROWS, STAYS
from foresight.scenarios.revisions import Attribution
from foresight.scenarios.trend_conditions import LEAST_SOURCES
from foresight.wiring import Services

FUTURE_COUNT = 3
WEEKS_TO_WATCH = 8
NEWSWORTHY_RISE = 1.1
"""A share a tenth above the highest of the last four weeks would be news to the room."""
RECENT_WEEKS = 4

SEEN_PROBABILITIES = {GROWS: 0.8, STAYS: 0.3, FADES: 0.05, "": 0.3}
"""How likely each future would show such a week; "" is none of these."""

_FACTOR_STATES = {"trend": (), "trust": ("holds", "cracks"), "money": ("tight", "eases")}
"""In the order of the scenario's factors; the first one is the trend's, whose states have ids of their own."""
_JUDGEMENTS = (
    ("trend", GROWS, "trust", "cracks", 2),
    ("trend", GROWS, "trust", "holds", -2),
    ("trend", FADES, "trust", "holds", 2),
    ("trend", FADES, "trust", "cracks", -2),
    ("trust", "cracks", "trend", GROWS, 2),
    ("trust", "cracks", "trend", FADES, -2),
    ("trust", "holds", "trend", FADES, 1),
    ("trust", "holds", "trend", GROWS, -1),
    ("money", "tight", "trend", GROWS, 1),
    ("money", "tight", "trend", FADES, -1),
    ("money", "eases", "trust", "holds", 1),
    ("money", "eases", "trust", "cracks", -1),
)
_OPTION_SCORES = {"wait": {GROWS: 1.0, STAYS: 3.0, FADES: 4.0}, "lead": {GROWS: 5.0, STAYS: 3.0, FADES: 2.0}}
_STEP_EFFECTS = {"notice": 1, "choose": -1, "complain": -3}
"""What the growth of the trend does to the steps of the journey."""
_FORECASTS = {"participant_one": 0.7, "participant_two": 0.35}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoWorkshopResult:
    """What the room made: the scenario as it was saved, and the id of the signpost it watches."""

    scenario: Scenario
    signpost_id: str


def hold_demo_workshop(
    services: Services, clock: Clock, *, lang: str, trend_id: str = "", patient: bool = False
) -> DemoWorkshopResult | None:
    """Hold the workshop on one trend of what is published.

    Args:
        services: of the demonstration's folder.
        clock: the moment it is in the made world.
        lang: the language the room speaks.
        trend_id: on which trend; "" for the strongest that is emerging; a weak one may be gone next week.
        patient: with "": hold it only where that trend leads the list; the next week may bring one.

    Returns:
        None where no such trend is published, or there is a scenario on a trend of this world already.
    """
    views = services.published.views()
    used = {factor.trend_id for scenario in services.scenarios.list() for factor in scenario.factors}
    view = views.get(trend_id) if trend_id else _strongest_trend(views)
    if view is None or (patient and view.trend.rank != 1) or not used.isdisjoint(views):
        return None
    return _DemoWorkshop(services, clock, Texts(lang), view).run()


def _strongest_trend(views: dict[str, TrendView]) -> TrendView | None:
    """The strongest emerging trend that enough sources report for its signpost to trip."""
    emerging = [
        view
        for view in views.values()
        if view.trend.stage is Stage.EMERGING and view.trend.speed is Speed.FAST and view.trend.sources >= LEAST_SOURCES
    ]
    return min(emerging, key=lambda view: (view.trend.rank or len(views) + 1, view.trend.id), default=None)


class _DemoWorkshop:
    """The invented room, which speaks one language, at work on one trend."""

    def __init__(self, services: Services, clock: Clock, texts: Texts, view: TrendView) -> None:
        self._services, self._now, self._texts, self._view = services, clock.now(), texts, view
        self._signed = Attribution(who=self._text("room"), reason=self._text("reason"))
        # The highest share of the last four weeks.
        self._highest = max(view.series.shares[-RECENT_WEEKS:], default=0.0)

    def run(self) -> DemoWorkshopResult:
        """From the question to the promise."""
        scenario = self._scenario()
        futures = self._futures(scenario)
        signpost_id = self._signpost(scenario, futures)
        self._options(scenario, futures)
        self._journey(scenario)
        self._promise(scenario, signpost_id)
        self._forecast(scenario)
        return DemoWorkshopResult(scenario=scenario, signpost_id=signpost_id)

    def _text(self, key: str) -> str:
        return self._texts(f"demonstration.{key}", trend=self._view.title(self._texts.lang))

    def _scenario(self) -> Scenario:
        made = self._services.scenarios.new(
            title=self._text("title"),
            question=self._text("question"),
            horizon=str((self._now + timedelta(weeks=52)).year),
            lang=self._texts.lang,
            trends=[self._view],
        )
        for factor in ("trust", "money"):
            names = [self._text(f"{factor}_{state}") for state in _FACTOR_STATES[factor]]
            made = with_free_factor(made, self._text(factor), names)
        judgements = (self._judgement(made, *judgement) for judgement in _JUDGEMENTS)
        judged = replace(made, judgements=tuple(judgements))
        return self._services.scenarios.save(judged, who=self._signed.who, reason=self._signed.reason)

    def _judgement(
        self, scenario: Scenario, source: str, source_state: str, target: str, target_state: str, value: int
    ) -> Judgement:
        acting, acted = _state_ids(scenario, source, source_state), _state_ids(scenario, target, target_state)
        return Judgement(
            source_factor=acting[0],
            source_state=acting[1],
            target_factor=acted[0],
            target_state=acted[1],
            value=value,
            reason=self._text(f"because_{source}_{source_state}"),
            author=self._signed.who,
            confidence=0.8,
        )

    def _futures(self, scenario: Scenario) -> FutureSet:
        chosen = self._services.futures.choose(scenario, count=FUTURE_COUNT, near=True)
        counts: Counter[str] = Counter()
        named = []
        for future in chosen.futures:
            state = _trend_state(scenario, future)
            counts[state] += 1
            name = self._text(f"future_{state}")
            named.append(replace(future, name=name if counts[state] == 1 else f"{name} ({counts[state]})"))
        return self._services.futures.save(scenario, replace(chosen, futures=tuple(named)), self._signed).content

    def _signpost(self, scenario: Scenario, futures: FutureSet) -> str:
        likely = [(future.id, SEEN_PROBABILITIES[_trend_state(scenario, future)]) for future in futures.futures]
        signpost = Signpost(
            title=self._text("signpost"),
            watch=self._condition(NEWSWORTHY_RISE),
            likelihoods=(*likely, (NONE_OF_THESE, SEEN_PROBABILITIES[""])),
            owner=self._text("owner"),
            triggers=self._text("triggers"),
            closes=self._now + timedelta(weeks=WEEKS_TO_WATCH),
        )
        proposed = self._services.signposts.propose(scenario.id, signpost, self._signed)
        return self._services.signposts.adopt(proposed.id, self._signed, anyway=True).id

    def _condition(self, rise: float) -> TrendCondition:
        """A share so many times the highest of the last weeks."""
        return TrendCondition(trend_id=self._view.trend.id, threshold=round(rise * self._highest, 4))

    def _options(self, scenario: Scenario, futures: FutureSet) -> None:
        options = StressTestInput(
            strategies=tuple(Strategy(id=key, name=self._text(f"option_{key}")) for key in _OPTION_SCORES),
            criteria=(Criterion(id="customers", name=self._text("criterion")),),
            scores=tuple(
                OptionScore(
                    strategy_id=key,
                    future_id=future.id,
                    criterion_id="customers",
                    value=scores[_trend_state(scenario, future)],
                    author=self._signed.who,
                )
                for key, scores in _OPTION_SCORES.items()
                for future in futures.futures
            ),
        )
        self._services.stress.save(scenario.id, options, self._signed)

    def _journey(self, scenario: Scenario) -> None:
        journey = Journey(title=self._text("journey"), customer=self._text("customer"))
        factor, state = _state_ids(scenario, "trend", GROWS)
        for name, value in _STEP_EFFECTS.items():
            effect = StepEffect(factor=factor, state=state, value=value)
            source = "" if name == "complain" else self._text("interviews")
            step = JourneyStep(id=name, name=self._text(f"step_{name}"), source=source, effects=(effect,))
            journey = with_step(journey, step)
        self._services.journeys.add(scenario, journey, self._signed)

    def _promise(self, scenario: Scenario, signpost_id: str) -> None:
        due = self._now.date() + timedelta(weeks=12)
        promise = Promise(
            text=self._text("decision"),
            owner=self._text("owner"),
            due=due,
            review=due,
            stance=Stance.PREPARE,
            assumption=self._text("assumption"),
            signpost_ids=(signpost_id,),
            trend_ids=(self._view.trend.id,),
        )
        self._services.promises.make(promise, self._signed, scenario_id=scenario.id)
        answers = {name: self._text(f"three_{name}") for name in ("matters", "act", "practice")}
        self._services.promises.save_answers(scenario.id, ThreeQuestions(**answers), self._signed)

    def _forecast(self, scenario: Scenario) -> None:
        question = ForecastQuestion(
            text=self._text("forecast"),
            opened=self._now,
            deadline=self._now + timedelta(weeks=WEEKS_TO_WATCH),
            rule=self._condition(1.5),
        )
        asked = self._services.forecasts.ask(question, self._signed, scenario_id=scenario.id)
        for who, probability in _FORECASTS.items():
            signed = Attribution(who=self._text(who), reason=self._signed.reason)
            self._services.forecasts.answer(asked.id, probability, signed)


def _state_ids(scenario: Scenario, factor: str, state: str) -> tuple[str, str]:
    """The (factor id, state id) pair of a state of `_FACTOR_STATES`, or of the trend's factor."""
    found = scenario.factors[list(_FACTOR_STATES).index(factor)]
    return found.id, state if factor == "trend" else found.states[_FACTOR_STATES[factor].index(state)].id


def _trend_state(scenario: Scenario, future: Future) -> str:
    return dict(future.states)[scenario.factors[0].id]
