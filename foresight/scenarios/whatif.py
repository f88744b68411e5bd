"""What if: suppose some states, and see what follows, what opens and closes, and what it does to us.

The one answer to that question, for the app, the commands, the story and the brief:

    WhatIfService.ask(scenario, supposed)
      what_if(scenario, supposed)        searches the consistent scenarios, free and with the states supposed
        cross_impact.solve_nearest       exact search; the nearest ones where none is consistent
      consequences.consequences_of       how likely states become; what it does to trends, options and journey steps
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from foresight.model.scenarios import Scenario, Solution, SolveResult, StatePair
from foresight.queries.snapshot_cache import SnapshotCache
from foresight.scenarios.consequences import WhatIfConsequences, consequences_of
from foresight.scenarios.cross_impact import solve_nearest
from foresight.scenarios.matrix import build_matrix, state_positions
from foresight.store.ledger import Ledger

WHAT_IF_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfAnswer:
    """What follows from supposing some states.

    States are (factor id, state id) pairs in the order of the factors. What was itself supposed stands in none of them.
    They speak of consistent scenarios only: where there are none, nothing follows, however near the nearest ones are.

    Attributes:
        supposed: what was supposed.
        result: the consistent scenarios with it; where there are none, the nearest ones.
        shares: (state, share of the consistent scenarios that have it); all 0 where there are none.
        follows: must hold now and did not have to before; held_anyway: had to hold before as well.
        no_longer_required: had to hold before and need not now.
        opens: became possible; closes: became impossible.
        kept, gained, lost: consistent scenarios that stand in both searches, only in this one, only in the free one.
        is_certain: both searches came to their end; otherwise all of this may be wrong.
        worked_out: its consequences, where they were asked for.
    """

    scenario: Scenario
    supposed: tuple[StatePair, ...]
    result: SolveResult
    shares: tuple[tuple[StatePair, float], ...]
    follows: tuple[StatePair, ...]
    held_anyway: tuple[StatePair, ...]
    no_longer_required: tuple[StatePair, ...]
    opens: tuple[StatePair, ...]
    closes: tuple[StatePair, ...]
    kept: int
    gained: int
    lost: int
    is_certain: bool
    worked_out: WhatIfConsequences | None = None

    @property
    def is_consistent(self) -> bool:
        """Whether real consistent scenarios were found, not only near ones."""
        return is_consistent(self.result)

    @property
    def consequences(self) -> WhatIfConsequences:
        """What it does to likelihoods, trends, options and journeys.

        Raises:
            ValueError: the answer is one of `what_if`, which works none out.
        """
        if self.worked_out is None:
            message = "ask `WhatIfService` for the consequences of a what-if"
            raise ValueError(message)
        return self.worked_out

    @property
    def consistent(self) -> tuple[Solution, ...]:
        """The consistent scenarios; empty where there are only near ones."""
        return self.result.solutions if self.is_consistent else ()

    @property
    def impossible(self) -> tuple[StatePair, ...]:
        """States that no consistent scenario has; empty where there is no scenario at all."""
        return tuple(pair for pair, share in self.shares if share == 0.0) if self.is_consistent else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StateComparison:
    """One state in two what-ifs: the share of scenarios that have it in each."""

    factor: str
    state: str
    left: float
    right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfComparison:
    """Two what-ifs side by side: every state's share of the scenarios in both, and both answers."""

    left: WhatIfAnswer
    right: WhatIfAnswer
    sides: tuple[StateComparison, ...]


def what_if(
    scenario: Scenario,
    supposed: Sequence[StatePair] = (),
    *,
    free: SolveResult | None = None,
    budget_seconds: float = WHAT_IF_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> WhatIfAnswer:
    """What follows from supposing some states; factors and states by id or by name.

    Args:
        scenario: its factors and judgements; imported ones may reach beyond the scale that people judge on.
        supposed: may be empty: then the answer speaks of the scenario as it is judged.
        free: the search with nothing supposed, where it was made already.
        budget_seconds: of each search.
        clock: seconds that only go forward.

    Raises:
        UnknownFactor: a supposed factor or state is not there, or a judgement speaks of one that is not.
        TooFewStates: a factor has fewer than two states.
    """
    forced = state_positions(scenario.factors, supposed)
    matrix = build_matrix(scenario, scale=None)
    if free is None or not forced:
        free = free or solve_nearest(matrix, budget_seconds=budget_seconds, clock=clock)
    result = solve_nearest(matrix, forced=forced, budget_seconds=budget_seconds, clock=clock) if forced else free
    return compare_searches(scenario, supposed, free, result)


def compare_searches(
    scenario: Scenario, supposed: Sequence[StatePair], free: SolveResult, result: SolveResult
) -> WhatIfAnswer:
    """What a search with some states supposed says beside the search with nothing supposed.

    Raises:
        UnknownFactor: a supposed factor or state is not there.
    """
    factors = scenario.factors
    forced = state_positions(factors, supposed)
    before, after = state_shares(scenario, free), state_shares(scenario, result)
    settled = {factors[factor].id for factor, _ in forced}

    def pairs(wanted: Callable[[float, float], bool]) -> tuple[StatePair, ...]:
        return tuple(
            pair
            for (pair, share), (_, earlier) in zip(after, before, strict=True)
            if pair[0] not in settled and wanted(earlier, share)
        )

    old, new = _consistent(free), _consistent(result)
    return WhatIfAnswer(
        scenario=scenario,
        supposed=tuple((factors[factor].id, factors[factor].states[state].id) for factor, state in forced),
        result=result,
        shares=after,
        follows=pairs(lambda earlier, share: earlier < 1.0 == share),
        held_anyway=pairs(lambda earlier, share: earlier == share == 1.0),
        no_longer_required=pairs(lambda earlier, share: share < 1.0 == earlier),
        opens=pairs(lambda earlier, share: earlier == 0.0 < share),
        closes=pairs(lambda earlier, share: share == 0.0 < earlier),
        kept=len(old & new),
        gained=len(new - old),
        lost=len(old - new),
        is_certain=free.is_complete and result.is_complete,
    )


def is_consistent(result: SolveResult) -> bool:
    """Whether a search found consistent scenarios, not only the nearest ones."""
    return bool(result.solutions) and result.solutions[0].inconsistency == 0


def _consistent(result: SolveResult) -> set[tuple[int, ...]]:
    return {solution.states for solution in result.solutions} if is_consistent(result) else set()


def state_shares(scenario: Scenario, result: SolveResult) -> tuple[tuple[StatePair, float], ...]:
    """The share of consistent scenarios that each state stands in; all 0 where there is none."""
    found = _consistent(result)
    return tuple(
        ((factor.id, state.id), sum(states[at] == number for states in found) / max(1, len(found)))
        for at, factor in enumerate(scenario.factors)
        for number, state in enumerate(factor.states)
    )


class WhatIfService:
    """Asking what if of a scenario, with what is published and what the ledger keeps around it."""

    def __init__(self, cache: SnapshotCache, ledger: Ledger) -> None:
        self._cache, self._ledger = cache, ledger

    def ask(
        self, scenario: Scenario, supposed: Sequence[StatePair], *, budget_seconds: float = WHAT_IF_SECONDS
    ) -> WhatIfAnswer:
        """What follows from supposing some states, with its consequences.

        Raises:
            UnknownFactor, TooFewStates: as `what_if`.
        """
        state_positions(scenario.factors, supposed)
        return self._with_consequences(scenario, (supposed,), budget_seconds)[0]

    def compare(self, scenario: Scenario, left: Sequence[StatePair], right: Sequence[StatePair]) -> WhatIfComparison:
        """Two what-ifs of one scenario, against the same free one, which is searched once.

        Raises:
            UnknownFactor, TooFewStates: as `what_if`.
        """
        for pairs in (left, right):
            state_positions(scenario.factors, pairs)
        one, other = self._with_consequences(scenario, (left, right), WHAT_IF_SECONDS)
        sides = tuple(
            StateComparison(factor=factor, state=state, left=share, right=against)
            for ((factor, state), share), (_, against) in zip(one.shares, other.shares, strict=True)
        )
        return WhatIfComparison(left=one, right=other, sides=sides)

    def _with_consequences(
        self, scenario: Scenario, questions: Sequence[Sequence[StatePair]], seconds: float
    ) -> list[WhatIfAnswer]:
        free = what_if(scenario, budget_seconds=seconds).result
        answers = [what_if(scenario, supposed, free=free, budget_seconds=seconds) for supposed in questions]
        return consequences_of(scenario, free, answers, self._cache, self._ledger, budget_seconds=seconds)
