"""What if: suppose some states, and see what else must follow, how likely it becomes and what it does to us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from foresight.ports import Ledger
from foresight.records import (
    Factor,
    Future,
    Futures,
    Journey,
    JourneyStep,
    Matrix,
    Scenario,
    Solution,
    TrendView,
    WindTunnel,
)
from foresight.scenarios.factors import place
from foresight.scenarios.matrix import build
from foresight.scenarios.outlook import Doubt, Outlook, doubts_from, outlook, weights
from foresight.scenarios.priors import band_mean, has_bands, projection_of
from foresight.scenarios.walking import StepVerdict, walk
from foresight.scenarios.whatif import Difference, Side, WhatIf, difference, side_by_side, what_if
from foresight.services.keeping import latest
from foresight.services.stress import misses
from foresight.services.watcher import Watcher

BUDGET_SECONDS = 5.0
Pair = tuple[str, str]


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
class Answer:
    """All that a what-if says.

    Attributes:
        before: likelihoods with nothing supposed; after: with it.
        difference: what follows, opens, closes.
        stamp_run_id: the run whose trends were read, "" where none is published.
    """

    scenario: Scenario
    supposed: tuple[Pair, ...]
    result: WhatIf
    difference: Difference
    before: Outlook
    after: Outlook
    trends: tuple[TrendOutlook, ...]
    options: tuple[OptionOutlook, ...]
    steps: tuple[StepOutlook, ...]
    stamp_run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two what-ifs side by side: every state's share of the scenarios in both, and both answers."""

    left: Answer
    right: Answer
    sides: tuple[Side, ...]


class _Free(NamedTuple):
    """A scenario with nothing supposed, which every what-if is held against; seconds: the budget of each search."""

    matrix: Matrix
    doubt: Doubt
    seconds: float
    result: WhatIf
    outlook: Outlook


class WhatIfDesk:
    """Asking what if of a scenario."""

    def __init__(self, watcher: Watcher, ledger: Ledger) -> None:
        self._watcher, self._ledger = watcher, ledger

    def ask(self, scenario: Scenario, supposed: Sequence[Pair], *, budget_seconds: float = BUDGET_SECONDS) -> Answer:
        """What follows from supposing some states; factors and states by id or by name.

        Raises:
            UnknownFactor: a factor or state that is not there; TooFewStates: a factor that cannot be judged.
        """
        place(scenario.factors, supposed)
        return self._answer(scenario, supposed, self._free(scenario, budget_seconds))

    def compare(self, scenario: Scenario, left: Sequence[Pair], right: Sequence[Pair]) -> Comparison:
        """Two what-ifs of one scenario, against the same free one, which is searched once.

        Raises:
            UnknownFactor, TooFewStates: as `ask`.
        """
        for pairs in (left, right):
            place(scenario.factors, pairs)
        free = self._free(scenario, BUDGET_SECONDS)
        one, other = self._answer(scenario, left, free), self._answer(scenario, right, free)
        return Comparison(left=one, right=other, sides=side_by_side(one.result, other.result))

    def _free(self, scenario: Scenario, seconds: float) -> _Free:
        """The scenario with nothing supposed."""
        matrix = build(scenario, scale=None)
        doubt = Doubt(chances=doubts_from(scenario.factors, scenario.judgements))
        return _Free(
            matrix=matrix,
            doubt=doubt,
            seconds=seconds,
            result=what_if(scenario.factors, matrix, budget_seconds=seconds),
            outlook=outlook(scenario.factors, matrix, doubt=doubt, budget_seconds=seconds),
        )

    def _answer(self, scenario: Scenario, supposed: Sequence[Pair], free: _Free) -> Answer:
        """What supposing changes."""
        factors, seconds = scenario.factors, free.seconds
        forced = place(factors, supposed)
        result = what_if(factors, free.matrix, supposed, budget_seconds=seconds)
        after = outlook(factors, free.matrix, forced=forced, doubt=free.doubt, budget_seconds=seconds)
        stamp = self._watcher.stamp()
        return Answer(
            scenario=scenario,
            supposed=result.supposed,
            result=result,
            difference=difference(free.result, result),
            before=free.outlook,
            after=after,
            trends=tuple(_trends(scenario, self._watcher.views(), after)),
            options=self._options(scenario, result.supposed),
            steps=self._steps(scenario, free.result, result),
            stamp_run_id=stamp.run_id if stamp else "",
        )

    def _options(self, scenario: Scenario, supposed: Sequence[Pair]) -> tuple[OptionOutlook, ...]:
        futures = latest(self._ledger, scenario.id, Futures(), scenario_id=scenario.id).content.futures
        tunnel = latest(self._ledger, scenario.id, WindTunnel(), scenario_id=scenario.id).content
        fitting = [future for future in futures if set(supposed) <= set(future.states)]
        return tuple(_option(tunnel, strategy.id, strategy.name, fitting) for strategy in tunnel.strategies)

    def _steps(self, scenario: Scenario, free: WhatIf, result: WhatIf) -> tuple[StepOutlook, ...]:
        exempt = [factor for factor, _ in place(scenario.factors, result.supposed)]
        journeys = self._ledger.entries(Journey, scenario_id=scenario.id)
        return tuple(
            StepOutlook(
                journey=journey.content.title,
                step=step,
                breaks=_often(scenario, journey.content, at, result, StepVerdict.BREAKS, exempt),
                gains=_often(scenario, journey.content, at, result, StepVerdict.GAINS, exempt),
                broke=_often(scenario, journey.content, at, free, StepVerdict.BREAKS, ()),
                gained=_often(scenario, journey.content, at, free, StepVerdict.GAINS, ()),
            )
            for journey in journeys
            for at, step in enumerate(journey.content.steps)
        )


def pairs_of(scenario: Scenario, solution: Solution) -> tuple[Pair, ...]:
    """The (factor id, state id) pairs of a solution."""
    return tuple(
        (factor.id, factor.states[at].id) for factor, at in zip(scenario.factors, solution.states, strict=True)
    )


def _trends(scenario: Scenario, views: dict[str, TrendView], after: Outlook) -> list[TrendOutlook]:
    told = []
    for factor in scenario.factors:
        view = views.get(factor.trend_id)
        projection = projection_of(view, factor.horizon_weeks) if view and has_bands(factor) else None
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


def _option(tunnel: WindTunnel, strategy_id: str, name: str, fitting: Sequence[Future]) -> OptionOutlook:
    missed = [(future.name, misses(tunnel, strategy_id, future.id)) for future in fitting]
    scored = [(future, criteria) for future, criteria in missed if criteria is not None]
    fails = tuple((future, criteria) for future, criteria in scored if criteria)
    return OptionOutlook(
        name=name,
        fits=tuple(future.name for future in fitting),
        fails=fails,
        breaks=len(fails) == len(fitting) if scored and len(scored) == len(fitting) else None,
    )


def _often(
    scenario: Scenario, journey: Journey, at: int, result: WhatIf, verdict: StepVerdict, exempt: Sequence[int]
) -> float:
    """The weight of the scenarios in which one step comes to a verdict; 0 where there is no scenario."""
    solutions = result.result.solutions
    if not solutions:
        return 0.0
    alone = replace(journey, steps=(journey.steps[at],))
    met = [walk(alone, set(pairs_of(scenario, solution))).steps[0].verdict is verdict for solution in solutions]
    return float(np.dot(weights(scenario.factors, solutions, forced=exempt), met))
