"""How much of what was found survives when judgements are a little wrong."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from foresight.records import Factor, Judgement, Matrix
from foresight.scenarios.crossimpact import leads_of
from foresight.scenarios.factors import place

Doubts = npt.NDArray[np.float64]
DEFAULT_DOUBT = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """How often each scenario stayed consistent over the draws.

    Attributes:
        shares: one per scenario asked about, 0 to 1; errors: their standard errors.
        mean_surviving: how many of them held in a draw, on average.
    """

    shares: tuple[float, ...]
    errors: tuple[float, ...]
    mean_surviving: float
    draws: int


def robustness(
    matrix: Matrix,
    scenarios: Sequence[tuple[int, ...]],
    *,
    draws: int,
    seed: int,
    doubts: Doubts | float = DEFAULT_DOUBT,
    forced: Collection[int] = (),
) -> Robustness:
    """Move judgements up or down by one at random and see which scenarios stay consistent.

    Args:
        matrix: the judgements.
        scenarios: zero-based states of the scenarios asked about.
        draws: how many disturbed matrices.
        seed: the same seed gives the same draws.
        doubts: chance that a judgement moves; one number for all that are not 0, or ``(m, m)`` as `doubts_of` gives.
        forced: factors that need not be consistent.
    """
    chance = np.random.default_rng(seed)
    moving = np.where(matrix.values != 0, doubts, 0.0) if isinstance(doubts, float | int) else doubts
    asked = np.array(scenarios, dtype=np.int64).reshape(len(scenarios), len(matrix.sizes))
    free = [factor for factor in range(len(matrix.sizes)) if factor not in set(forced)]
    held = np.zeros((draws, len(scenarios)))
    for draw in range(draws):
        steps = np.where(chance.random(moving.shape) < moving, chance.choice((-1, 1), size=moving.shape), 0)
        disturbed = Matrix(sizes=matrix.sizes, values=matrix.values + steps)
        leads, _ = leads_of(disturbed, asked)
        held[draw] = (leads[:, free] >= 0).all(axis=1)
    shares = held.mean(axis=0)
    return Robustness(
        shares=tuple(shares.tolist()),
        errors=tuple(np.sqrt(shares * (1 - shares) / draws).tolist()),
        mean_surviving=float(held.sum(axis=1).mean()),
        draws=draws,
    )


def doubts_of(factors: Sequence[Factor], judgements: Sequence[Judgement]) -> Doubts:
    """The chance that each judgement is off by one: 1 − confidence; what nobody judged stays as it is.

    Returns:
        ``(m, m)``, 0 to 1.

    Raises:
        UnknownFactor: a judgement names a factor or state that is not there.
    """
    starts = np.concatenate([[0], np.cumsum([len(factor.states) for factor in factors])]).tolist()
    doubts = np.zeros((starts[-1], starts[-1]))
    for told in judgements:
        pairs = [(told.source_factor, told.source_state), (told.target_factor, told.target_state)]
        row, column = (starts[factor] + state for factor, state in place(factors, pairs))
        doubts[row, column] = 1.0 - told.confidence
    return doubts
