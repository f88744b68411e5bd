"""What if: suppose some states, and see what follows, what opens and what closes.

What if: suppose some states, and see what else must follow, how likely it becomes and what it does to us.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from foresight.model.decisions import TrendView
from foresight.model.scenarios import (
    Factor,
    Future,
    FutureSet,
    ImpactMatrix,
    Scenario,
    Solution,
    SolveResult,
    StressTestInput,
)
from foresight.model.workshop import Journey, JourneyStep
from foresight.scenarios.consequences import StepVerdict, walk_through
from foresight.scenarios.cross_impact import DEFAULT_SEARCH_SECONDS, solve
from foresight.scenarios.matrix import build_matrix, state_positions
from foresight.scenarios.revisions import latest_revision
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
from foresight.scenarios.stress_test import missed_criteria
from foresight.scenarios.trend_conditions import PublishedTrends
from foresight.store.ledger import Ledger

StatePair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupposedScenarios:
    """What is consistent with what was supposed.

    Attributes:
        supposed: (factor id, state id) pairs that were forced.
        result: the scenarios, each with the forced states in it.
        shares: ((factor id, state id), share of the scenarios that have it), in the order of the factors.
    """

    supposed: tuple[StatePair, ...]
    result: SolveResult
    shares: tuple[tuple[StatePair, float], ...]

    @property
    def certain(self) -> tuple[StatePair, ...]:
        """States that every scenario has; empty where there is no scenario."""
        return tuple(pair for pair, share in self.shares if share == 1.0)

    @property
    def possible(self) -> tuple[StatePair, ...]:
        """States that at least one scenario has."""
        return tuple(pair for pair, share in self.shares if share > 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfDifference:
    """What supposing something changes. What was itself supposed is left out.

    Attributes:
        follows: states that must hold now and did not have to before.
        frees: states that had to hold before and need not now.
        opens: states that became possible; closes: that became impossible.
        is_certain: both searches came to their end; otherwise all four may be wrong.
    """

    follows: tuple[StatePair, ...]
    frees: tuple[StatePair, ...]
    opens: tuple[StatePair, ...]
    closes: tuple[StatePair, ...]
    kept: int
    gained: int
    lost: int
    is_certain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StateComparison:
    """One state in two what-ifs: the share of scenarios that have it in each."""

    factor: str
    state: str
    left: float
    right: float


def suppose(
    factors: Sequence[Factor],
    matrix: ImpactMatrix,
    supposed: Sequence[StatePair] = (),
    *,
    budget_seconds: float = DEFAULT_SEARCH_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> SupposedScenarios:
    """Force states and find the consistent completions.

    Raises:
        UnknownFactor: a supposed factor or state is not there.
    """
    forced = state_positions(factors, supposed)
    result = solve(matrix, forced=forced, budget_seconds=budget_seconds, clock=clock)
    ids = tuple((factors[factor].id, factors[factor].states[state].id) for factor, state in forced)
    return SupposedScenarios(supposed=ids, result=result, shares=state_shares(factors, result))


def state_shares(factors: Sequence[Factor], result: SolveResult) -> tuple[tuple[StatePair, float], ...]:
    """The share of scenarios that each state stands in; all 0 where there is none."""
    total = max(1, len(result.solutions))
    return tuple(
        ((factor.id, state.id), sum(solution.states[at] == number for solution in result.solutions) / total)
        for at, factor in enumerate(factors)
        for number, state in enumerate(factor.states)
    )


def what_if_difference(before: SupposedScenarios, after: SupposedScenarios) -> WhatIfDifference:
    """What changes from one what-if to another, usually from nothing supposed to something supposed."""
    supposed = {*before.supposed, *after.supposed}
    forced = {factor for factor, _ in after.supposed}
    old = {solution.states for solution in before.result.solutions}
    new = {solution.states for solution in after.result.solutions}

    def without(pairs: Sequence[StatePair], others: Sequence[StatePair]) -> tuple[StatePair, ...]:
        return tuple(pair for pair in pairs if pair not in others and pair not in supposed and pair[0] not in forced)

    return WhatIfDifference(
        follows=without(after.certain, before.certain),
        frees=without(before.certain, after.certain),
        opens=without(after.possible, before.possible),
        closes=without(before.possible, after.possible),
        kept=len(old & new),
        gained=len(new - old),
        lost=len(old - new),
        is_certain=before.result.is_complete and after.result.is_complete,
    )


def compare_states(left: SupposedScenarios, right: SupposedScenarios) -> tuple[StateComparison, ...]:
    """Two what-ifs over the same factors, state by state."""
    return tuple(
        StateComparison(factor=pair[0], state=pair[1], left=share, right=other)
        for (pair, share), (_, other) in zip(left.shares, right.shares, strict=True)
    )


WHAT_IF_SECONDS = 5.0


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
class WhatIfAnswer:
    """All that a what-if says.

    Attributes:
        before: likelihoods with nothing supposed; after: with it.
        difference: what follows, opens, closes.
        stamp_run_id: the run whose trends were read, "" where none is published.
    """

    scenario: Scenario
    supposed: tuple[StatePair, ...]
    result: SupposedScenarios
    difference: WhatIfDifference
    before: StateLikelihoods
    after: StateLikelihoods
    trends: tuple[TrendOutlook, ...]
    options: tuple[OptionOutlook, ...]
    steps: tuple[StepOutlook, ...]
    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfComparison:
    """Two what-ifs side by side: every state's share of the scenarios in both, and both answers."""

    left: WhatIfAnswer
    right: WhatIfAnswer
    sides: tuple[StateComparison, ...]


class _Baseline(NamedTuple):
    """A scenario with nothing supposed, which every what-if is held against; seconds: the budget of each search."""

    matrix: ImpactMatrix
    doubt: Perturbation
    seconds: float
    result: SupposedScenarios
    outlook: StateLikelihoods


class WhatIfService:
    """Asking what if of a scenario."""

    def __init__(self, published: PublishedTrends, ledger: Ledger) -> None:
        self._published, self._ledger = published, ledger

    def ask(
        self, scenario: Scenario, supposed: Sequence[StatePair], *, budget_seconds: float = WHAT_IF_SECONDS
    ) -> WhatIfAnswer:
        """What follows from supposing some states; factors and states by id or by name.

        Raises:
            UnknownFactor: a factor or state that is not there; TooFewStates: a factor that cannot be judged.
        """
        state_positions(scenario.factors, supposed)
        return self._answer(scenario, supposed, self._free(scenario, budget_seconds))

    def compare(self, scenario: Scenario, left: Sequence[StatePair], right: Sequence[StatePair]) -> WhatIfComparison:
        """Two what-ifs of one scenario, against the same free one, which is searched once.

        Raises:
            UnknownFactor, TooFewStates: as `ask`.
        """
        for pairs in (left, right):
            state_positions(scenario.factors, pairs)
        free = self._free(scenario, WHAT_IF_SECONDS)
        one, other = self._answer(scenario, left, free), self._answer(scenario, right, free)
        return WhatIfComparison(left=one, right=other, sides=compare_states(one.result, other.result))

    def _free(self, scenario: Scenario, seconds: float) -> _Baseline:
        """The scenario with nothing supposed."""
        matrix = build_matrix(scenario, scale=None)
        doubt = Perturbation(chances=perturbation_chances(scenario.factors, scenario.judgements))
        return _Baseline(
            matrix=matrix,
            doubt=doubt,
            seconds=seconds,
            result=suppose(scenario.factors, matrix, budget_seconds=seconds),
            outlook=state_likelihoods(scenario.factors, matrix, doubt=doubt, budget_seconds=seconds),
        )

    def _answer(self, scenario: Scenario, supposed: Sequence[StatePair], free: _Baseline) -> WhatIfAnswer:
        """What supposing changes."""
        factors, seconds = scenario.factors, free.seconds
        forced = state_positions(factors, supposed)
        result = suppose(factors, free.matrix, supposed, budget_seconds=seconds)
        after = state_likelihoods(factors, free.matrix, forced=forced, doubt=free.doubt, budget_seconds=seconds)
        stamp = self._published.stamp()
        return WhatIfAnswer(
            scenario=scenario,
            supposed=result.supposed,
            result=result,
            difference=what_if_difference(free.result, result),
            before=free.outlook,
            after=after,
            trends=tuple(_trend_outlooks(scenario, self._published.views(), after)),
            options=self._options(scenario, result.supposed),
            steps=self._steps(scenario, free.result, result),
            run_id=stamp.run_id if stamp else "",
        )

    def _options(self, scenario: Scenario, supposed: Sequence[StatePair]) -> tuple[OptionOutlook, ...]:
        futures = latest_revision(self._ledger, scenario.id, FutureSet()).content.futures
        tunnel = latest_revision(self._ledger, scenario.id, StressTestInput()).content
        fitting = [future for future in futures if set(supposed) <= set(future.states)]
        return tuple(_option_outlook(tunnel, strategy.id, strategy.name, fitting) for strategy in tunnel.strategies)

    def _steps(self, scenario: Scenario, free: SupposedScenarios, result: SupposedScenarios) -> tuple[StepOutlook, ...]:
        exempt = [factor for factor, _ in state_positions(scenario.factors, result.supposed)]
        journeys = self._ledger.entries(Journey, scenario_id=scenario.id)
        return tuple(
            StepOutlook(
                journey=journey.content.title,
                step=step,
                breaks=_verdict_weight(scenario, journey.content, at, result, StepVerdict.BREAKS, exempt),
                gains=_verdict_weight(scenario, journey.content, at, result, StepVerdict.GAINS, exempt),
                broke=_verdict_weight(scenario, journey.content, at, free, StepVerdict.BREAKS, ()),
                gained=_verdict_weight(scenario, journey.content, at, free, StepVerdict.GAINS, ()),
            )
            for journey in journeys
            for at, step in enumerate(journey.content.steps)
        )


def solution_pairs(scenario: Scenario, solution: Solution) -> tuple[StatePair, ...]:
    """The (factor id, state id) pairs of a solution."""
    return tuple(
        (factor.id, factor.states[at].id) for factor, at in zip(scenario.factors, solution.states, strict=True)
    )


def _trend_outlooks(scenario: Scenario, views: dict[str, TrendView], after: StateLikelihoods) -> list[TrendOutlook]:
    told = []
    for factor in scenario.factors:
        view = views.get(factor.trend_id)
        projection = projection_band(view, factor.horizon_weeks) if view and has_share_bands(factor) else None
        if view is None or projection is None:
            continue
        share = view.signal("share")
        likely = [after.of(factor.id, state.id).value for state in factor.states]
        means = [band_mean(projection, state.low, state.high) for state in factor.states]
        told.append(
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
    return told


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


def _verdict_weight(
    scenario: Scenario,
    journey: Journey,
    at: int,
    result: SupposedScenarios,
    verdict: StepVerdict,
    exempt: Sequence[int],
) -> float:
    """The weight of the scenarios in which one step comes to a verdict; 0 where there is no scenario."""
    solutions = result.result.solutions
    if not solutions:
        return 0.0
    alone = replace(journey, steps=(journey.steps[at],))
    met = [
        walk_through(alone, set(solution_pairs(scenario, solution))).steps[0].verdict is verdict
        for solution in solutions
    ]
    return float(np.dot(scenario_weights(scenario.factors, solutions, forced=exempt), met))
