"""Cross-impact balance: what every state of every factor gets from the others, and whether a scenario holds.

Weimer-Jehle, "Cross-impact balances: A system-theoretical approach to cross-impact analysis", Technological
Forecasting and Social Change 73 (2006) 334–361. All arithmetic is on whole numbers and exact.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from foresight.records import Ints1d, Ints2d, Matrix, Solution


def rows_of(matrix: Matrix, states: Ints2d) -> Ints2d:
    """Rows of the matrix that belong to the chosen states; shape of `states`, ``(…, factors)``."""
    rows: Ints2d = states + np.array(matrix.starts, dtype=np.int64)
    return rows


def impact_scores(matrix: Matrix, states: Sequence[int]) -> Ints1d:
    """What every state gets from the chosen states of all factors: θ_jl = Σ_i C[i, z_i → j, l].

    Args:
        matrix: the judgements.
        states: zero-based state of each factor.

    Returns:
        ``(m,)`` in the order of the columns; a factor's part of it is its impact balance.
    """
    scores: Ints1d = matrix.values[rows_of(matrix, np.array(states, dtype=np.int64))].sum(axis=0)
    return scores


def balances(matrix: Matrix, states: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """The impact balance of each factor: one score per state."""
    scores = impact_scores(matrix, states).tolist()
    return tuple(tuple(scores[start : start + size]) for start, size in zip(matrix.starts, matrix.sizes, strict=True))


def inconsistencies(matrix: Matrix, states: Sequence[int]) -> tuple[int, ...]:
    """Per factor, how far its best state leads the chosen one; 0 where the choice is among the best. Ties hold."""
    return tuple(max(balance) - balance[state] for balance, state in zip(balances(matrix, states), states, strict=True))


def margins(matrix: Matrix, states: Sequence[int]) -> tuple[int, ...]:
    """Per factor, how far the chosen state leads its best alternative; below 0 it is behind. Two states or more."""
    return tuple(
        balance[state] - max(score for other, score in enumerate(balance) if other != state)
        for balance, state in zip(balances(matrix, states), states, strict=True)
    )


def total_impact(matrix: Matrix, states: Sequence[int]) -> int:
    """The impact scores of the chosen states, added."""
    return sum(balance[state] for balance, state in zip(balances(matrix, states), states, strict=True))


def judge(matrix: Matrix, states: Sequence[int], *, forced: Collection[int] = ()) -> Solution:
    """A scenario with its numbers. Factors whose index is in `forced` need not be consistent themselves."""
    return judge_many(matrix, np.array([states], dtype=np.int64), forced=forced)[0]


def judge_many(matrix: Matrix, states: Ints2d, *, forced: Collection[int] = ()) -> tuple[Solution, ...]:
    """The same for many scenarios at once.

    Args:
        matrix: the judgements; every factor has two states or more.
        states: ``(k, factors)`` zero-based.
        forced: indexes of factors exempt from the demand; a scenario with all factors forced has margin 0.
    """
    leads, impacts = leads_of(matrix, states)
    free = [factor for factor in range(states.shape[1]) if factor not in set(forced)]
    behind = np.maximum(-leads[:, free], 0)
    return tuple(
        Solution(
            states=tuple(row),
            inconsistency=worst,
            total_impact=impact,
            inconsistency_sum=together,
            margin=margin,
        )
        for row, worst, impact, together, margin in zip(
            states.tolist(),
            behind.max(axis=1, initial=0).tolist(),
            impacts.tolist(),
            behind.sum(axis=1).tolist(),
            leads[:, free].min(axis=1).tolist() if free else [0] * len(states),
            strict=True,
        )
    )


def leads_of(matrix: Matrix, states: Ints2d) -> tuple[Ints2d, Ints1d]:
    """How far the chosen state of every factor leads its best alternative, for many scenarios at once.

    Args:
        matrix: the judgements; every factor has two states or more.
        states: ``(k, factors)`` zero-based.

    Returns:
        Leads ``(k, factors)``, below 0 where a state does not hold; total impact scores ``(k,)``.
    """
    count, factors = states.shape
    rows = rows_of(matrix, states)
    scores = np.zeros((count, matrix.values.shape[0]), dtype=np.int64)
    for factor in range(factors):
        scores += matrix.values[rows[:, factor]]
    chosen = np.take_along_axis(scores, rows, axis=1)
    leads = np.empty((count, factors), dtype=np.int64)
    for factor, (start, size) in enumerate(zip(matrix.starts, matrix.sizes, strict=True)):
        others = scores[:, start : start + size].copy()
        np.put_along_axis(others, states[:, factor : factor + 1], np.iinfo(np.int64).min, axis=1)
        leads[:, factor] = chosen[:, factor] - others.max(axis=1)
    return leads, chosen.sum(axis=1)
