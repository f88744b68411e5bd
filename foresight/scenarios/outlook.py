"""How likely states and scenarios are among the consistent ones, and how far that hangs on single judgements.

Cross-impact balance says what can stand, the priors of the factors how likely each state is by itself. Of the
consistent scenarios, each gets the weight Π_j p_j(z_j), brought to a sum of 1; without priors all weigh the same, and
the figures are shares of scenarios rather than likelihoods (`has_priors` says which). A state's figure is the sum over
the scenarios that have it.

The interval comes from the judgements: each is moved by one with the chance of its doubt, the scenarios that are
consistent then are weighed again, and the middle 90 % of the draws is the interval. What may become consistent is
looked for among all scenarios whose inconsistency is at most `REACH` as it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from math import prod
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from foresight.records import Factor, Ints2d, Judgement, Matrix, Solution
from foresight.scenarios.crossimpact import leads_of
from foresight.scenarios.priors import prior
from foresight.scenarios.robustness import DEFAULT_DOUBT, Doubts, doubts_of
from foresight.scenarios.search import DEFAULT_SECONDS, solve

Doubles = npt.NDArray[np.float64]
REACH = 3
MOST_CANDIDATES = 5_000
LOW, HIGH = 5.0, 95.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Likelihood:
    """One state: how likely among the consistent scenarios, with the interval from doubt in the judgements."""

    factor: str
    state: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """All states of all factors, in their order.

    Attributes:
        has_priors: some factor has priors; otherwise the figures are shares of the consistent scenarios.
        scenarios: consistent scenarios as it is; near: those that a doubt might make consistent, these included.
        empty: share of the draws in which nothing was consistent; they say nothing about any state.
        is_complete: the search for candidates came to its end.
    """

    likelihoods: tuple[Likelihood, ...]
    has_priors: bool
    scenarios: int
    near: int
    draws: int
    empty: float
    is_complete: bool

    def of(self, factor: str, state: str) -> Likelihood:
        """The figure of one state."""
        return next(one for one in self.likelihoods if (one.factor, one.state) == (factor, state))


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """How judgements are disturbed.

    Attributes:
        chances: that a judgement is off by one, as in `robustness`.
        draws: disturbed matrices; 300 give an interval to about two hundredths.
        seed: the same seed gives the same draws.
    """

    chances: Doubts | float = DEFAULT_DOUBT
    draws: int = 300
    seed: int = 0


def weights(factors: Sequence[Factor], solutions: Sequence[Solution], *, forced: Collection[int] = ()) -> Doubles:
    """The share of each scenario: the product of its states' priors, adding up to 1.

    What is forced is supposed, not likely or unlikely: its prior is left out. Where the priors rule out every
    scenario, all weigh the same.
    """
    raw = np.array(
        [
            prod(
                prior(factor, factor.states[state])
                for place, (factor, state) in enumerate(zip(factors, solution.states, strict=True))
                if place not in forced
            )
            for solution in solutions
        ]
    )
    total = raw.sum()
    shares: Doubles = raw / total if total > 0.0 else np.full(len(solutions), 1.0 / max(1, len(solutions)))
    return shares


def outlook(
    factors: Sequence[Factor],
    matrix: Matrix,
    *,
    forced: Sequence[tuple[int, int]] = (),
    doubt: Doubt | None = None,
    budget_seconds: float = DEFAULT_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> Outlook:
    """How likely each state is under what is forced.

    Args:
        factors: with their priors.
        matrix: the judgements.
        forced: (factor index, state index) pairs that are supposed.
        doubt: in the judgements; the usual one where not given.
        budget_seconds: for the search; beyond it `is_complete` is False.
        clock: seconds that only grow.
    """
    exempt = frozenset(factor for factor, _ in forced)
    doubting = doubt or Doubt()
    found = solve(matrix, forced=forced, threshold=REACH, budget_seconds=budget_seconds, clock=clock)
    near = found.solutions[:MOST_CANDIDATES]
    table = np.array([solution.states for solution in near], dtype=np.int64).reshape(len(near), len(factors))
    shares = weights(factors, near, forced=exempt)
    hold = np.array([solution.inconsistency == 0 for solution in near], dtype=bool)
    member = _members(factors, table)
    now = _shares(member, np.where(hold, shares, 0.0)) if hold.any() else np.zeros(member.shape[1])
    drawn = _drawn(matrix, _Candidates(table, member, shares, exempt), doubting)
    low, high = np.percentile(drawn, (LOW, HIGH), axis=0) if len(drawn) else (now, now)
    named = [(factor.id, state.id) for factor in factors for state in factor.states]
    return Outlook(
        likelihoods=tuple(
            Likelihood(factor=factor, state=state, value=value, low=min(least, value), high=max(most, value))
            for (factor, state), value, least, most in zip(
                named, now.tolist(), low.tolist(), high.tolist(), strict=True
            )
        ),
        has_priors=any(state.prior is not None for factor in factors for state in factor.states),
        scenarios=int(hold.sum()),
        near=len(near),
        draws=doubting.draws,
        empty=1.0 - len(drawn) / doubting.draws if doubting.draws else 0.0,
        is_complete=found.is_complete and len(near) == len(found.solutions),
    )


def doubts_from(factors: Sequence[Factor], judgements: Sequence[Judgement]) -> Doubts | float:
    """The doubts people gave with their judgements; the usual doubt for all where nobody gave any."""
    return doubts_of(factors, judgements) if any(told.confidence < 1.0 for told in judgements) else DEFAULT_DOUBT


class _Candidates(NamedTuple):
    """Scenarios that are or may become consistent: states, states as 0 and 1, weights; factors that are exempt."""

    table: Ints2d
    member: Doubles
    shares: Doubles
    exempt: frozenset[int]


def _drawn(matrix: Matrix, near: _Candidates, doubt: Doubt) -> Doubles:
    """Shares of all states in every draw that left something consistent."""
    chance = np.random.default_rng(doubt.seed)
    chances = doubt.chances
    moving = np.where(matrix.values != 0, chances, 0.0) if isinstance(chances, float | int) else chances
    free = [factor for factor in range(len(matrix.sizes)) if factor not in near.exempt]
    rows = []
    for _ in range(doubt.draws if len(near.table) else 0):
        steps = np.where(chance.random(moving.shape) < moving, chance.choice((-1, 1), size=moving.shape), 0)
        leads, _impacts = leads_of(Matrix(sizes=matrix.sizes, values=matrix.values + steps), near.table)
        weighed = np.where((leads[:, free] >= 0).all(axis=1), near.shares, 0.0)
        if weighed.sum() > 0.0:
            rows.append(_shares(near.member, weighed))
    return np.array(rows).reshape(len(rows), near.member.shape[1])


def _members(factors: Sequence[Factor], table: Ints2d) -> Doubles:
    """``(scenarios, states of all factors)``: 1 where a scenario has a state."""
    columns = [table[:, at] == number for at, factor in enumerate(factors) for number in range(len(factor.states))]
    return np.array(columns, dtype=np.float64).T.reshape(len(table), len(columns))


def _shares(member: Doubles, weighed: Doubles) -> Doubles:
    total = weighed.sum()
    found: Doubles = weighed @ member / (total if total > 0.0 else 1.0)
    return found
