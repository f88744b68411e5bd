"""Wind-tunnelling: how options fare in every scenario, and which of them one need not regret.

Rows are options, columns scenarios; larger scores are better. Wald's maximin, Savage's minimax regret (1951), Hurwicz,
Starr's satisficing. Ordinal scores are not averaged over criteria behind anyone's back: an option that fails a
survival threshold is not rescued by a good mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Table = Sequence[Sequence[float]]
# The share of scenarios whose regret the p-regret covers, as is usual in robust decision making.
P_REGRET = 90.0


class Move(StrEnum):
    """What kind of move an option is."""

    NO_REGRET = "no_regret"  # good enough in every scenario
    HEDGE = "hedge"  # has the best worst case
    BIG_BET = "big_bet"  # best in one scenario, worst in all others it is not best in
    OPTION = "option"  # best in some scenario: worth it if a signpost says so
    WEAK = "weak"  # none of these


@dataclass(frozen=True, slots=True, kw_only=True)
class Fare:
    """How one option fares.

    Attributes:
        worst: its least score; max_regret, p_regret: largest and 90th percentile of what it misses of the best.
        satisfied: share (or weight) of the scenarios in which it reaches the threshold.
    """

    worst: float
    max_regret: float
    p_regret: float
    satisfied: float
    move: Move


@dataclass(frozen=True, slots=True, kw_only=True)
class StressTest:
    """All options; `maximin` and `minimax_regret` are the indexes of the best ones, the first of equals."""

    fares: tuple[Fare, ...]
    regrets: tuple[tuple[float, ...], ...]
    maximin: int
    minimax_regret: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """Shares of the options with the least possible largest regret, which is `regret`."""

    shares: tuple[float, ...]
    regret: float


def regret(scores: Table) -> tuple[tuple[float, ...], ...]:
    """What each option misses of the best one, per scenario: max_s' X[s', k] − X[s, k]."""
    table = _table(scores)
    return tuple(map(tuple, (table.max(axis=0) - table).tolist()))


def stress_test(
    scores: Table, *, threshold: float, tolerated_regret: float = 0.0, weights: Sequence[float] | None = None
) -> StressTest:
    """Wind-tunnel options through scenarios.

    Args:
        scores: ``options × scenarios``, larger is better.
        threshold: the score from which a scenario counts as satisfied.
        tolerated_regret: ε, up to which nobody would regret an option.
        weights: of the scenarios, for `satisfied`; equal where not given.
    """
    table = _table(scores)
    missed = table.max(axis=0) - table
    shares = np.full(table.shape[1], 1.0) if weights is None else np.array(weights, dtype=np.float64)
    shares = shares / shares.sum()
    worst = table.min(axis=1)
    fares = tuple(
        Fare(
            worst=float(worst[option]),
            max_regret=float(missed[option].max()),
            p_regret=float(np.percentile(missed[option], P_REGRET)),
            satisfied=float(shares[table[option] >= threshold].sum()),
            move=_move(table, missed, option, tolerated_regret),
        )
        for option in range(len(table))
    )
    return StressTest(
        fares=fares,
        regrets=tuple(map(tuple, missed.tolist())),
        maximin=int(worst.argmax()),
        minimax_regret=int(missed.max(axis=1).argmin()),
    )


def hurwicz(scores: Table, *, optimism: float) -> tuple[float, ...]:
    """α times the best plus (1 − α) times the worst score of each option; 0 is maximin, 1 maximax."""
    table = _table(scores)
    return tuple((optimism * table.max(axis=1) + (1.0 - optimism) * table.min(axis=1)).tolist())


def stability_radius(values: Sequence[float]) -> float:
    """By how much every score must be wrong before another option comes first.

    For criteria that move by no more than the scores do, and do so when all move together (maximin, Hurwicz, any
    weighted mean): half the lead of the best value over the second. 0 for a tie; infinite for a single option.
    """
    ordered = sorted(values, reverse=True)
    return (ordered[0] - ordered[1]) / 2.0 if len(ordered) > 1 else float("inf")


def least_regret_mix(scores: Table) -> Mix:
    """The mix of options with the smallest largest regret, by linear programming."""
    from scipy.optimize import linprog  # noqa: PLC0415 - a second to import, needed here only

    missed = np.array(regret(scores))
    options, scenarios = missed.shape
    answer = linprog(
        c=[0.0] * options + [1.0],
        A_ub=np.hstack([missed.T, -np.ones((scenarios, 1))]),
        b_ub=np.zeros(scenarios),
        A_eq=[[1.0] * options + [0.0]],
        b_eq=[1.0],
        bounds=[(0.0, None)] * options + [(None, None)],
    )
    # The programme always has an answer: any mix is allowed, and some regret is enough for it.
    *shares, least = np.array(answer.x).tolist()
    return Mix(shares=tuple(shares), regret=least)


def failures(scores: Table, *, threshold: float) -> tuple[tuple[int, ...], ...]:
    """Per option, the scenarios in which it stays under the threshold: its break points."""
    return tuple(tuple(np.flatnonzero(row < threshold).tolist()) for row in _table(scores))


def _move(table: Floats, missed: Floats, option: int, tolerated: float) -> Move:
    best = missed[option] == 0.0
    worst_elsewhere = bool((table[option] == table.min(axis=0))[~best].all()) and not best.all()
    if missed[option].max() <= tolerated:
        return Move.NO_REGRET
    if table[option].min() == table.min(axis=1).max():
        return Move.HEDGE
    if best.sum() == 1 and worst_elsewhere:
        return Move.BIG_BET
    return Move.OPTION if best.any() else Move.WEAK


def _table(scores: Table) -> Floats:
    return np.array(scores, dtype=np.float64)
