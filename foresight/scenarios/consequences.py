"""What supposed states do to us: likelihoods of states, shares of trends, options, and steps of journeys.

What a state does to a step was said by people as −3 … +3; a step's figure is the sum over the states that hold. A state
that breaks a step (−3) breaks it whatever else gets better. Only steps that customers confirmed count as evidence; the
others are walked through too and marked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from foresight.model.decisions import TrendView
from foresight.model.errors import NotFound
from foresight.model.scenarios import (
    Factor,
    Future,
    FutureSet,
    Scenario,
    Solution,
    SolveResult,
    StatePair,
    StressTestInput,
)
from foresight.model.workshop import Journey, JourneyStep, StepEffect
from foresight.queries.snapshot_cache import SnapshotCache
from foresight.scenarios.matrix import build_matrix, solution_pairs, state_positions
from foresight.scenarios.state_likelihoods import (
    Perturbation,
    StateLikelihoods,
    band_mean,
    has_share_bands,
    perturbation_chances,
    projection_band,
    scenario_weights,
    state_likelihoods,
)
from foresight.store.ledger import Ledger

if TYPE_CHECKING:
    from foresight.scenarios.whatif import WhatIfAnswer

BREAKS_AT = -3


class StepVerdict(StrEnum):
    """What becomes of a step."""

    BREAKS = "breaks"  # a state that holds breaks it, or the sum is −3 or less
    STRAINS = "strains"
    UNTOUCHED = "untouched"
    GAINS = "gains"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepConsequence:
    """A step in a scenario: the effects in force, strongest first, and their sum."""

    step: JourneyStep
    verdict: StepVerdict
    total: int
    effects: tuple[StepEffect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyWalkthrough:
    """All steps in their order.

    Attributes:
        first_break: the confirmed step that breaks worst, the earliest of equals; None where none breaks.
        best_gain: the confirmed step that gains most.
    """

    steps: tuple[StepConsequence, ...]
    first_break: JourneyStep | None
    best_gain: JourneyStep | None


def walk_through(journey: Journey, states: Collection[tuple[str, str]]) -> JourneyWalkthrough:
    """What the states of a scenario do to a journey.

    Args:
        journey: with what states do to its steps.
        states: (factor id, state id) pairs that hold.
    """
    walked = tuple(_step_consequence(step, states) for step in journey.steps)
    breaking = [one for one in walked if one.verdict is StepVerdict.BREAKS and one.step.confirmed]
    gaining = [one for one in walked if one.verdict is StepVerdict.GAINS and one.step.confirmed]
    return JourneyWalkthrough(
        steps=walked,
        first_break=min(breaking, key=lambda one: one.total).step if breaking else None,
        best_gain=max(gaining, key=lambda one: one.total).step if gaining else None,
    )


def _step_consequence(step: JourneyStep, states: Collection[tuple[str, str]]) -> StepConsequence:
    acting = sorted(
        (effect for effect in step.effects if (effect.factor, effect.state) in states),
        key=lambda effect: -abs(effect.value),
    )
    total = sum(effect.value for effect in acting)
    return StepConsequence(
        step=step,
        verdict=_step_verdict(total, min((effect.value for effect in acting), default=0)),
        total=total,
        effects=tuple(acting),
    )


def _step_verdict(total: int, worst: int) -> StepVerdict:
    if min(total, worst) <= BREAKS_AT:
        return StepVerdict.BREAKS
    if total < 0:
        return StepVerdict.STRAINS
    return StepVerdict.GAINS if total > 0 else StepVerdict.UNTOUCHED


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendOutlook:
    """What the what-if means for the share of one of the trends involved.

    Attributes:
        weeks: the horizon; now: share of all stories today, None where it was not measured.
        projected: the trend's own projection, with its middle half low to high.
        supposed: mean share under the what-if: each state's likelihood times the projection's mean in its band.
    """

    factor: Factor
    title: str
    weeks: int
    now: float | None
    projected: float
    low: float
    high: float
    supposed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionOutlook:
    """How one option fares in the futures that fit the what-if.

    Attributes:
        fits: names of those futures; fails: those of them in which it misses a threshold, with the criteria.
        breaks: it fails in every future that fits; None where no future fits or nobody scored it there.
    """

    name: str
    fits: tuple[str, ...]
    fails: tuple[tuple[str, tuple[str, ...]], ...]
    breaks: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOutlook:
    """How often a step of the customer's journey breaks or gains among the consistent scenarios, by their weight.

    Attributes:
        broke, gained: the same before anything was supposed.
    """

    journey: str
    step: JourneyStep
    breaks: float
    gains: float
    broke: float
    gained: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfConsequences:
    """What a what-if does to us.

    Attributes:
        before: likelihoods with nothing supposed; after: with it.
        run_id: the run whose trends were read, "" where none is published.
    """

    before: StateLikelihoods
    after: StateLikelihoods
    trends: tuple[TrendOutlook, ...]
    options: tuple[OptionOutlook, ...]
    steps: tuple[StepOutlook, ...]
    run_id: str


def consequences_of(
    scenario: Scenario,
    free: SolveResult,
    answers: Sequence[WhatIfAnswer],
    cache: SnapshotCache,
    ledger: Ledger,
    *,
    budget_seconds: float,
) -> list[WhatIfAnswer]:
    """Answers of one scenario with their consequences; what they share is worked out once.

    Args:
        scenario: what the answers are about.
        free: the search with nothing supposed.
        answers: without consequences.
        cache: what is published; nothing may be.
        ledger: futures, options and journeys of the scenario.
        budget_seconds: of each search for likelihoods.
    """
    factors, matrix = scenario.factors, build_matrix(scenario, scale=None)
    doubt = Perturbation(chances=perturbation_chances(factors, scenario.judgements))
    before = state_likelihoods(factors, matrix, doubt=doubt, budget_seconds=budget_seconds)
    run_id, views = cache.views_by_id(ledger.decisions())
    found = []
    for answer in answers:
        forced = state_positions(factors, answer.supposed)
        after = state_likelihoods(factors, matrix, forced=forced, doubt=doubt, budget_seconds=budget_seconds)
        made = WhatIfConsequences(
            before=before,
            after=after,
            trends=tuple(_trend_outlooks(scenario, views, after)),
            options=_option_outlooks(scenario, answer.supposed, ledger),
            steps=_step_outlooks(scenario, free, answer, ledger),
            run_id=run_id,
        )
        found.append(replace(answer, worked_out=made))
    return found


def missed_criteria(tunnel: StressTestInput, strategy_id: str, future_id: str) -> tuple[str, ...] | None:
    """Names of the criteria whose threshold an option misses in a future; None where it is not fully scored there."""
    values = {(score.strategy_id, score.future_id, score.criterion_id): score.value for score in tunnel.scores}
    missed = []
    for criterion in tunnel.criteria:
        value = values.get((strategy_id, future_id, criterion.id))
        if value is None:
            return None
        if value < criterion.threshold:
            missed.append(criterion.name)
    return tuple(missed) if tunnel.criteria else None


def _trend_outlooks(scenario: Scenario, views: Mapping[str, TrendView], after: StateLikelihoods) -> list[TrendOutlook]:
    found = []
    for factor in scenario.factors:
        view = views.get(factor.trend_id)
        projection = projection_band(view, factor.horizon_weeks) if view and has_share_bands(factor) else None
        if view is None or projection is None:
            continue
        share = view.signal("share")
        likely = [after.of(factor.id, state.id).value for state in factor.states]
        means = [band_mean(projection, state.low, state.high) for state in factor.states]
        found.append(
            TrendOutlook(
                factor=factor,
                title=view.title(scenario.lang),
                weeks=factor.horizon_weeks,
                now=share.value if share else None,
                projected=projection.value,
                low=projection.low or 0.0,
                high=projection.high or 0.0,
                supposed=float(np.dot(likely, means)),
            )
        )
    return found


def _option_outlooks(scenario: Scenario, supposed: Sequence[StatePair], ledger: Ledger) -> tuple[OptionOutlook, ...]:
    try:
        futures = ledger.entry(FutureSet, scenario.id).content.futures
        tunnel = ledger.entry(StressTestInput, scenario.id).content
    except NotFound:
        return ()
    fitting = [future for future in futures if set(supposed) <= set(future.states)]
    return tuple(_option_outlook(tunnel, strategy.id, strategy.name, fitting) for strategy in tunnel.strategies)


def _option_outlook(tunnel: StressTestInput, strategy_id: str, name: str, fitting: Sequence[Future]) -> OptionOutlook:
    missed = [(future.name, missed_criteria(tunnel, strategy_id, future.id)) for future in fitting]
    scored = [(future, criteria) for future, criteria in missed if criteria is not None]
    fails = tuple((future, criteria) for future, criteria in scored if criteria)
    return OptionOutlook(
        name=name,
        fits=tuple(future.name for future in fitting),
        fails=fails,
        breaks=len(fails) == len(fitting) if scored and len(scored) == len(fitting) else None,
    )


def _step_outlooks(
    scenario: Scenario, free: SolveResult, answer: WhatIfAnswer, ledger: Ledger
) -> tuple[StepOutlook, ...]:
    exempt = [factor for factor, _ in state_positions(scenario.factors, answer.supposed)]

    def weights(journey: Journey, at: int, verdict: StepVerdict) -> tuple[float, float]:
        now = _verdict_weight(scenario, journey, at, answer.result.solutions, verdict, exempt)
        return now, _verdict_weight(scenario, journey, at, free.solutions, verdict, ())

    found = []
    for journey in ledger.entries(Journey, scenario_id=scenario.id):
        for at, step in enumerate(journey.content.steps):
            breaks, broke = weights(journey.content, at, StepVerdict.BREAKS)
            gains, gained = weights(journey.content, at, StepVerdict.GAINS)
            found.append(
                StepOutlook(
                    journey=journey.content.title, step=step, breaks=breaks, gains=gains, broke=broke, gained=gained
                )
            )
    return tuple(found)


def _verdict_weight(
    scenario: Scenario,
    journey: Journey,
    at: int,
    solutions: Sequence[Solution],
    verdict: StepVerdict,
    exempt: Sequence[int],
) -> float:
    """The weight of the consistent scenarios in which one step comes to a verdict; 0 where there is none."""
    consistent = [solution for solution in solutions if solution.inconsistency == 0]
    if not consistent:
        return 0.0
    alone = replace(journey, steps=(journey.steps[at],))
    met = [
        walk_through(alone, set(solution_pairs(scenario, solution))).steps[0].verdict is verdict
        for solution in consistent
    ]
    return float(np.dot(scenario_weights(scenario.factors, consistent, forced=exempt), met))
