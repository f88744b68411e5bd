"""The demonstration's workshop: a scenario on trends of the made world, with a signpost that later weeks may trip.

It is made weeks before the world ends, by the same desks people use and from what was published by then, so whatever
comes later comes as it would have come. The room's answers are invented, as the news are; both languages know them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from foresight.i18n import Texts
from foresight.model.decisions import TrendView
from foresight.model.ports import Clock
from foresight.model.scenarios import (
    NONE_OF_THESE,
    Criterion,
    FutureSet,
    FutureShare,
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

_JUDGEMENTS: tuple[tuple[str, str, str, str, int], ...] = (
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoWorkshopResult:
    """What the room made: the scenario as it was kept, and the id of the signpost it watches."""

    scenario: Scenario
    signpost_id: str


def hold_demo_workshop(
    services: Services, clock: Clock, *, lang: str, trend_id: str = "", patient: bool = False
) -> DemoWorkshopResult | None:
    """Hold the workshop on one trend of what is published.

    Args:
        services: the desks of the demonstration's folder.
        clock: the moment it is in the made world.
        lang: the language the room speaks.
        trend_id: on which trend; "" for the strongest that is emerging; a weak one may be gone next week.
        patient: with "": hold it only where that trend leads the list; the next week may bring one.

    Returns:
        None where no such trend is published, or a scenario on a trend of this world is kept already.
    """
    views = services.published.views()
    kept = {factor.trend_id for scenario in services.scenarios.list() for factor in scenario.factors}
    view = views.get(trend_id) if trend_id else _strongest_trend(views)
    if patient and view is not None and view.trend.rank != 1:
        return None
    return None if view is None or kept & set(views) - {""} else _DemoWorkshop(services, clock, Texts(lang)).hold(view)


def _strongest_trend(views: dict[str, TrendView]) -> TrendView | None:
    """The strongest trend that enough sources tell of for its signpost to trip."""
    called = [
        view
        for view in views.values()
        if view.trend.stage is Stage.EMERGING and view.trend.speed is Speed.FAST and view.trend.sources >= LEAST_SOURCES
    ]
    return min(called, key=lambda view: (view.trend.rank or len(views) + 1, view.trend.id), default=None)


class _DemoWorkshop:
    """The invented room, which speaks one language."""

    def __init__(self, services: Services, clock: Clock, say: Texts) -> None:
        self._services, self._clock, self._say = services, clock, say
        self._signed = Attribution(who=self._told("room"), reason=self._told("reason"))

    def hold(self, view: TrendView) -> DemoWorkshopResult:
        """From the question to the promise."""
        scenario = self._scenario(view)
        futures = self._futures(scenario, view)
        signpost_id = self._signpost(scenario, futures, view)
        self._options(scenario, futures)
        self._journey(scenario)
        self._promise(scenario, signpost_id, view)
        return DemoWorkshopResult(scenario=scenario, signpost_id=signpost_id)

    def _told(self, key: str, **facts: object) -> str:
        return self._say(f"demonstration.{key}", **facts)

    def _title(self, view: TrendView) -> str:
        return view.title(self._say.lang)

    def _scenario(self, view: TrendView) -> Scenario:
        ends = self._clock.now() + timedelta(weeks=52)
        made = self._services.scenarios.new(
            title=self._told("title", trend=self._title(view)),
            question=self._told("question", trend=self._title(view)),
            horizon=str(ends.year),
            lang=self._say.lang,
            trends=[view],
        )
        for factor in ("trust", "money"):
            states = [self._told(f"{factor}_{state}") for state in _states_of(factor)]
            made = with_free_factor(made, self._told(factor), states)
        judged = replace(made, judgements=tuple(self._judgement(made, act) for act in _JUDGEMENTS))
        return self._services.scenarios.save(judged, who=self._signed.who, reason=self._signed.reason)

    def _judgement(self, scenario: Scenario, act: tuple[str, str, str, str, int]) -> Judgement:
        source, source_state, target, target_state, value = act
        return Judgement(
            source_factor=_factor_id(scenario, source),
            source_state=_state_id(scenario, source, source_state),
            target_factor=_factor_id(scenario, target),
            target_state=_state_id(scenario, target, target_state),
            value=value,
            reason=self._told(f"because_{source}_{source_state}"),
            author=self._signed.who,
            confidence=0.8,
        )

    def _futures(self, scenario: Scenario, view: TrendView) -> FutureSet:
        desk = self._services.futures
        chosen = desk.choose(scenario, count=FUTURE_COUNT, near=True)
        counts: dict[str, int] = {}
        named = []
        for future in chosen.futures:
            state = _trend_state(scenario, future.states)
            counts[state] = counts.get(state, 0) + 1
            name = self._told(f"future_{state}", trend=self._title(view))
            named.append(replace(future, name=name if counts[state] == 1 else f"{name} ({counts[state]})"))
        return desk.save(scenario, replace(chosen, futures=tuple(named)), self._signed).content

    def _signpost(self, scenario: Scenario, futures: FutureSet, view: TrendView) -> str:
        likely: list[FutureShare] = [
            (future.id, SEEN_PROBABILITIES[_trend_state(scenario, future.states)]) for future in futures.futures
        ]
        signpost = Signpost(
            title=self._told("signpost", trend=self._title(view)),
            watch=TrendCondition(
                trend_id=view.trend.id, threshold=round(NEWSWORTHY_RISE * _highest_recent_share(view), 4)
            ),
            likelihoods=(*likely, (NONE_OF_THESE, SEEN_PROBABILITIES[""])),
            owner=self._told("owner"),
            triggers=self._told("triggers"),
            closes=self._clock.now() + timedelta(weeks=WEEKS_TO_WATCH),
        )
        desk = self._services.signposts
        proposed = desk.propose(scenario.id, signpost, self._signed)
        return desk.adopt(proposed.id, self._signed, anyway=True).id

    def _options(self, scenario: Scenario, futures: FutureSet) -> None:
        tunnel = StressTestInput(
            strategies=tuple(Strategy(id=key, name=self._told(f"option_{key}")) for key in _OPTION_SCORES),
            criteria=(Criterion(id="customers", name=self._told("criterion")),),
            scores=tuple(
                OptionScore(
                    strategy_id=key,
                    future_id=future.id,
                    criterion_id="customers",
                    value=scores[_trend_state(scenario, future.states)],
                    author=self._signed.who,
                )
                for key, scores in _OPTION_SCORES.items()
                for future in futures.futures
            ),
        )
        self._services.stress.save(scenario.id, tunnel, self._signed)

    def _journey(self, scenario: Scenario) -> None:
        journey = Journey(title=self._told("journey"), customer=self._told("customer"))
        effects = {"notice": (GROWS, 1), "choose": (GROWS, -1), "complain": (GROWS, -3)}
        for name, (state, value) in effects.items():
            effect = StepEffect(factor=_factor_id(scenario, "trend"), state=state, value=value)
            source = "" if name == "complain" else self._told("interviews")
            step = JourneyStep(id=name, name=self._told(f"step_{name}"), source=source, effects=(effect,))
            journey = with_step(journey, step)
        self._services.journeys.add(scenario, journey, self._signed)

    def _promise(self, scenario: Scenario, signpost_id: str, view: TrendView) -> None:
        today = self._clock.now().date()
        promise = Promise(
            text=self._told("decision"),
            owner=self._told("owner"),
            due=today + timedelta(weeks=12),
            review=today + timedelta(weeks=12),
            stance=Stance.PREPARE,
            assumption=self._told("assumption", trend=self._title(view)),
            signpost_ids=(signpost_id,),
            trend_ids=(view.trend.id,),
        )
        desk = self._services.promises
        desk.make(promise, self._signed, scenario_id=scenario.id)
        told = {name: self._told(f"three_{name}") for name in ("matters", "act", "practice")}
        desk.save_answers(scenario.id, ThreeQuestions(**told), self._signed)
        self._forecast(scenario, view)

    def _forecast(self, scenario: Scenario, view: TrendView) -> None:
        now = self._clock.now()
        half_more = round(1.5 * _highest_recent_share(view), 4)
        question = ForecastQuestion(
            text=self._told("forecast", trend=self._title(view)),
            opened=now,
            deadline=now + timedelta(weeks=WEEKS_TO_WATCH),
            rule=TrendCondition(trend_id=view.trend.id, threshold=half_more),
        )
        desk = self._services.forecasts
        asked = desk.ask(question, self._signed, scenario_id=scenario.id)
        for who, probability in (("participant_one", 0.7), ("participant_two", 0.35)):
            desk.answer(asked.id, probability, Attribution(who=self._told(who), reason=self._signed.reason))


def _highest_recent_share(view: TrendView) -> float:
    """The highest share of the last four weeks."""
    return max(view.series.shares[-RECENT_WEEKS:], default=0.0)


def _states_of(factor: str) -> Sequence[str]:
    return ("holds", "cracks") if factor == "trust" else ("tight", "eases")


def _factor_id(scenario: Scenario, wanted: str) -> str:
    return scenario.factors[("trend", "trust", "money").index(wanted)].id


def _state_id(scenario: Scenario, factor: str, state: str) -> str:
    if factor == "trend":
        return state
    states = scenario.factors[("trend", "trust", "money").index(factor)].states
    return states[_states_of(factor).index(state)].id


def _trend_state(scenario: Scenario, states: Sequence[tuple[str, str]]) -> str:
    return dict(states)[_factor_id(scenario, "trend")]
