"""What if: suppose some states, and see what follows, what opens and what closes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from foresight.records import Factor, Matrix, SolveResult
from foresight.scenarios.factors import place
from foresight.scenarios.search import DEFAULT_SECONDS, solve

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What is consistent with what was supposed.

    Attributes:
        supposed: (factor id, state id) pairs that were forced.
        result: the scenarios, each with the forced states in it.
        shares: ((factor id, state id), share of the scenarios that have it), in the order of the factors.
    """

    supposed: tuple[Pair, ...]
    result: SolveResult
    shares: tuple[tuple[Pair, float], ...]

    @property
    def certain(self) -> tuple[Pair, ...]:
        """States that every scenario has; empty where there is no scenario."""
        return tuple(pair for pair, share in self.shares if share == 1.0)

    @property
    def possible(self) -> tuple[Pair, ...]:
        """States that at least one scenario has."""
        return tuple(pair for pair, share in self.shares if share > 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What supposing something changes. What was itself supposed is left out.

    Attributes:
        follows: states that must hold now and did not have to before.
        frees: states that had to hold before and need not now.
        opens: states that became possible; closes: that became impossible.
        is_certain: both searches came to their end; otherwise all four may be wrong.
    """

    follows: tuple[Pair, ...]
    frees: tuple[Pair, ...]
    opens: tuple[Pair, ...]
    closes: tuple[Pair, ...]
    kept: int
    gained: int
    lost: int
    is_certain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One state in two what-ifs: the share of scenarios that have it in each."""

    factor: str
    state: str
    left: float
    right: float


def what_if(
    factors: Sequence[Factor],
    matrix: Matrix,
    supposed: Sequence[Pair] = (),
    *,
    budget_seconds: float = DEFAULT_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> WhatIf:
    """Force states and find the consistent completions.

    Raises:
        UnknownFactor: a supposed factor or state is not there.
    """
    forced = place(factors, supposed)
    result = solve(matrix, forced=forced, budget_seconds=budget_seconds, clock=clock)
    ids = tuple((factors[factor].id, factors[factor].states[state].id) for factor, state in forced)
    return WhatIf(supposed=ids, result=result, shares=state_shares(factors, result))


def state_shares(factors: Sequence[Factor], result: SolveResult) -> tuple[tuple[Pair, float], ...]:
    """The share of scenarios that each state stands in; all 0 where there is none."""
    total = max(1, len(result.solutions))
    return tuple(
        ((factor.id, state.id), sum(solution.states[at] == number for solution in result.solutions) / total)
        for at, factor in enumerate(factors)
        for number, state in enumerate(factor.states)
    )


def difference(before: WhatIf, after: WhatIf) -> Difference:
    """What changes from one what-if to another, usually from nothing supposed to something supposed."""
    supposed = {*before.supposed, *after.supposed}
    forced = {factor for factor, _ in after.supposed}
    old = {solution.states for solution in before.result.solutions}
    new = {solution.states for solution in after.result.solutions}

    def without(pairs: Sequence[Pair], others: Sequence[Pair]) -> tuple[Pair, ...]:
        return tuple(pair for pair in pairs if pair not in others and pair not in supposed and pair[0] not in forced)

    return Difference(
        follows=without(after.certain, before.certain),
        frees=without(before.certain, after.certain),
        opens=without(after.possible, before.possible),
        closes=without(before.possible, after.possible),
        kept=len(old & new),
        gained=len(new - old),
        lost=len(old - new),
        is_certain=before.result.is_complete and after.result.is_complete,
    )


def side_by_side(left: WhatIf, right: WhatIf) -> tuple[Side, ...]:
    """Two what-ifs over the same factors, state by state."""
    return tuple(
        Side(factor=pair[0], state=pair[1], left=share, right=other)
        for (pair, share), (_, other) in zip(left.shares, right.shares, strict=True)
    )
