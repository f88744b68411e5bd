"""How likely states and scenarios are: priors of single states, likelihoods among the consistent scenarios, robustness.

Priors: of a trend's own projection, of ratings, or by hand. A state made from a trend is a range of shares of all
stories at a horizon. The projection is a log-normal band (its median and middle half are published as the signal
`projection_half`), so the prior of a state is the part of the band between its bounds: Φ((ln high − μ)/σ) −
Φ((ln low − μ)/σ) with μ = ln median and σ = ln(upper/lower quartile) / (2 · 0.6745).

Likelihoods: each consistent scenario has the weight Π_j p_j(z_j), brought to a sum of 1; without priors all weigh the
same, and the figures are shares of scenarios rather than likelihoods (`has_priors` says which). A state's figure is
the sum over the scenarios that have it.

Perturbation: each judgement is moved by one with a given chance. The share of draws in which a scenario stays
consistent is its robustness; the middle 90 % of the likelihoods over the draws is their interval. Scenarios that may
become consistent are searched for among all whose inconsistency is at most `NEAR_INCONSISTENCY`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from math import erf, exp, inf, isfinite, log, prod, sqrt
from statistics import fmean

import numpy as np
import numpy.typing as npt

from foresight.model.decisions import TrendView
from foresight.model.errors import NotAProbability, UnknownState, WrongShares
from foresight.model.scenarios import Factor, ImpactMatrix, Ints2d, Judgement, PriorOrigin, Scenario, Solution, State
from foresight.model.trends import Signal
from foresight.scenarios.cross_impact import DEFAULT_SEARCH_SECONDS, solve, state_leads
from foresight.scenarios.matrix import build_matrix, state_positions

QUARTILE_DEVIATIONS = 0.6745
SUM_TOLERANCE = 1e-3

StateWeights = Sequence[tuple[str, float]]


def has_share_bands(factor: Factor) -> bool:
    """Whether every state of the factor means a range of shares."""
    return bool(factor.horizon_weeks) and all(
        state.low is not None or state.high is not None for state in factor.states
    )


def projection_band(view: TrendView, weeks: int) -> Signal | None:
    """The published band of a trend's middle half `weeks` ahead, None where it was not measured."""
    found = view.signal("projection_half", f"+{weeks}w")
    whole = found is not None and found.low is not None and found.high is not None
    return found if whole and found is not None and 0.0 < (found.low or 0.0) < (found.high or 0.0) else None


def band_share(projection: Signal, low: float | None, high: float | None) -> float:
    """What part of a projection lies in ``low <= share < high``; None is an open end."""
    return _share_below(projection, high, otherwise=1.0) - _share_below(projection, low, otherwise=0.0)


def band_mean(projection: Signal, low: float | None, high: float | None) -> float:
    """The mean share of a projection, given that it ends in ``low <= share < high``; 0 where it cannot.

    Of a log-normal: exp(μ + σ²/2) · [Φ(b − σ) − Φ(a − σ)] / [Φ(b) − Φ(a)], a and b the bounds in deviations.
    """
    part = band_share(projection, low, high)
    if part <= 0.0:
        return 0.0
    deviation = _log_deviation(projection)
    shifted = replace(projection, value=projection.value * exp(deviation**2))
    return projection.value * exp(deviation**2 / 2.0) * band_share(shifted, low, high) / part


def priors_from_projection(factor: Factor, view: TrendView) -> Factor:
    """The factor with the priors its trend's projection gives now.

    Unchanged where there is none to give: no projection, or bands that do not cover every share once.
    """
    projection = projection_band(view, factor.horizon_weeks) if has_share_bands(factor) else None
    if projection is None:
        return factor
    shares = [band_share(projection, state.low, state.high) for state in factor.states]
    whole = abs(sum(shares) - 1.0) <= SUM_TOLERANCE
    return _with_priors(factor, shares, PriorOrigin.PROJECTION) if whole else factor


def priors_from_ratings(factor: Factor, rated: Sequence[StateWeights]) -> Factor:
    """The factor with the mean of what participants said, each first brought to a sum of 1.

    Args:
        factor: whose states were rated.
        rated: per participant, (state id, weight of 0 or more); a state that is left out has 0.

    Raises:
        UnknownState: a state that the factor does not have.
        NotAProbability: a weight below 0, or a participant who gave nothing but zeros.
    """
    if not rated:
        return factor
    each = [_normalised(factor, weights) for weights in rated]
    return _with_priors(factor, [fmean(column) for column in zip(*each, strict=True)], PriorOrigin.RATINGS)


def priors_by_hand(factor: Factor, shares: StateWeights) -> Factor:
    """The factor with one person's numbers.

    Raises:
        UnknownState: a state that the factor does not have.
        NotAProbability: a number outside 0 to 1.
        WrongShares: they do not add up to 1.
    """
    given = _checked_weights(factor, shares)
    for state, share in zip(factor.states, given, strict=True):
        if share > 1.0:
            raise NotAProbability(what=f"{factor.name}: {state.name}", found=share)
    if abs(sum(given) - 1.0) > SUM_TOLERANCE:
        raise WrongShares(what=factor.name, found=round(sum(given), 4))
    return _with_priors(factor, [share / sum(given) for share in given], PriorOrigin.HAND)


def without_priors(factor: Factor) -> Factor:
    """The factor without priors."""
    states = tuple(replace(state, prior=None) for state in factor.states)
    return replace(factor, states=states, prior_origin=PriorOrigin.NONE)


def state_prior(factor: Factor, state: State) -> float:
    """The prior of a state; equal parts where nobody said."""
    known = all(each.prior is not None for each in factor.states)
    return (state.prior or 0.0) if known else 1.0 / len(factor.states)


def _with_priors(factor: Factor, shares: Sequence[float], origin: PriorOrigin) -> Factor:
    states = tuple(replace(state, prior=share) for state, share in zip(factor.states, shares, strict=True))
    return replace(factor, states=states, prior_origin=origin)


def _share_below(projection: Signal, share: float | None, *, otherwise: float) -> float:
    """How much of a projection lies under a share."""
    if share is None:
        return otherwise
    distance = (log(share) - log(projection.value)) / _log_deviation(projection) if share > 0.0 else -inf
    return 0.5 * (1.0 + erf(distance / sqrt(2.0)))


def _log_deviation(projection: Signal) -> float:
    return log((projection.high or 0.0) / (projection.low or 1.0)) / (2.0 * QUARTILE_DEVIATIONS)


def _checked_weights(factor: Factor, weights: StateWeights) -> list[float]:
    given = dict(weights)
    known = [state.id for state in factor.states]
    for state, weight in given.items():
        if state not in known:
            raise UnknownState(factor=factor.name, state=state, known=", ".join(known))
        if not isfinite(weight) or weight < 0.0:
            raise NotAProbability(what=f"{factor.name}: {state}", found=weight)
    return [given.get(state, 0.0) for state in known]


def _normalised(factor: Factor, weights: StateWeights) -> list[float]:
    given = _checked_weights(factor, weights)
    if not sum(given):
        raise NotAProbability(what=factor.name, found=0)
    return [weight / sum(given) for weight in given]


FloatArray = npt.NDArray[np.float64]
PerturbationChances = FloatArray
DEFAULT_PERTURBATION = 0.3
ROBUSTNESS_DRAWS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Perturbation:
    """How judgements are disturbed.

    Attributes:
        chances: that a judgement is off by one, 0 to 1; one number for all that are not 0, or ``(m, m)`` as
            `chances_from_confidence` gives.
        draws: disturbed matrices; 300 give an interval to about two hundredths.
        seed: the same seed gives the same draws.
    """

    chances: PerturbationChances | float = DEFAULT_PERTURBATION
    draws: int = 300
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """The share of the draws in which each scenario stayed consistent, 0 to 1."""

    shares: tuple[float, ...]
    draws: int


def robustness_of(scenario: Scenario, solutions: Sequence[Solution], *, seed: int = 0) -> Robustness:
    """How often each solution stays consistent when judgements are off by one as often as people doubt them."""
    return scenario_robustness(
        build_matrix(scenario, scale=None),
        [solution.states for solution in solutions],
        Perturbation(
            chances=perturbation_chances(scenario.factors, scenario.judgements), draws=ROBUSTNESS_DRAWS, seed=seed
        ),
        forced=[factor for factor, _ in state_positions(scenario.factors, scenario.forced)],
    )


def scenario_robustness(
    matrix: ImpactMatrix, scenarios: Sequence[tuple[int, ...]], doubt: Perturbation, *, forced: Collection[int] = ()
) -> Robustness:
    """Move judgements up or down by one at random and count how often each scenario stays consistent.

    Args:
        matrix: the judgements.
        scenarios: zero-based states of the scenarios asked about.
        doubt: chances, draws and seed.
        forced: factors that need not be consistent.
    """
    table = np.array(scenarios, dtype=np.int64).reshape(len(scenarios), len(matrix.sizes))
    held = np.array([*_perturbed_consistency(matrix, table, doubt, exempt=forced)], dtype=np.float64)
    return Robustness(shares=tuple(held.mean(axis=0).tolist()), draws=doubt.draws)


def _perturbed_consistency(
    matrix: ImpactMatrix, table: Ints2d, doubt: Perturbation, *, exempt: Collection[int]
) -> Iterator[npt.NDArray[np.bool_]]:
    """Draw by draw, whether each scenario of a table ``(k, factors)`` is consistent: ``(k,)``."""
    chance, chances = np.random.default_rng(doubt.seed), doubt.chances
    moving = np.where(matrix.values != 0, chances, 0.0) if isinstance(chances, float | int) else chances
    free = [factor for factor in range(len(matrix.sizes)) if factor not in exempt]
    for _ in range(doubt.draws):
        steps = np.where(chance.random(moving.shape) < moving, chance.choice((-1, 1), size=moving.shape), 0)
        leads, _ = state_leads(ImpactMatrix(sizes=matrix.sizes, values=matrix.values + steps), table)
        holds: npt.NDArray[np.bool_] = np.all(leads[:, free] >= 0, axis=1)
        yield holds


def chances_from_confidence(factors: Sequence[Factor], judgements: Sequence[Judgement]) -> PerturbationChances:
    """The chance that each judgement is off by one: 1 − confidence; what nobody judged does not move.

    Returns:
        ``(m, m)``, 0 to 1.

    Raises:
        UnknownFactor: a judgement names a factor or state that is not there.
    """
    starts = np.concatenate([[0], np.cumsum([len(factor.states) for factor in factors])]).tolist()
    doubts = np.zeros((starts[-1], starts[-1]))
    for given in judgements:
        pairs = [(given.source_factor, given.source_state), (given.target_factor, given.target_state)]
        row, column = (starts[factor] + state for factor, state in state_positions(factors, pairs))
        doubts[row, column] = 1.0 - given.confidence
    return doubts


NEAR_INCONSISTENCY = 3
MOST_CANDIDATES = 5_000
LOW_PERCENTILE, HIGH_PERCENTILE = 5.0, 95.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StateLikelihood:
    """One state: how likely among the consistent scenarios, with the interval from doubt in the judgements."""

    factor: str
    state: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StateLikelihoods:
    """All states of all factors, in their order.

    Attributes:
        has_priors: some factor has priors; otherwise the figures are shares of the consistent scenarios.
        scenarios: consistent scenarios as it is; near: those that a doubt might make consistent, these included.
        empty: share of the draws in which nothing was consistent; they say nothing about any state.
        is_complete: the search for candidates came to its end.
    """

    likelihoods: tuple[StateLikelihood, ...]
    has_priors: bool
    scenarios: int
    near: int
    draws: int
    empty: float
    is_complete: bool

    def of(self, factor: str, state: str) -> StateLikelihood:
        """The figure of one state."""
        return next(one for one in self.likelihoods if (one.factor, one.state) == (factor, state))


def scenario_weights(
    factors: Sequence[Factor], solutions: Sequence[Solution], *, forced: Collection[int] = ()
) -> FloatArray:
    """The share of each scenario: the product of its states' priors, adding up to 1.

    What is forced is supposed, not likely or unlikely: its prior is left out. Where the priors rule out every
    scenario, all weigh the same.
    """
    raw = np.array(
        [
            prod(
                state_prior(factor, factor.states[state])
                for place, (factor, state) in enumerate(zip(factors, solution.states, strict=True))
                if place not in forced
            )
            for solution in solutions
        ]
    )
    total = raw.sum()
    shares: FloatArray = raw / total if total > 0.0 else np.full(len(solutions), 1.0 / max(1, len(solutions)))
    return shares


def state_likelihoods(
    factors: Sequence[Factor],
    matrix: ImpactMatrix,
    *,
    forced: Sequence[tuple[int, int]] = (),
    doubt: Perturbation | None = None,
    budget_seconds: float = DEFAULT_SEARCH_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> StateLikelihoods:
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
    doubting = doubt or Perturbation()
    found = solve(matrix, forced=forced, threshold=NEAR_INCONSISTENCY, budget_seconds=budget_seconds, clock=clock)
    near = found.solutions[:MOST_CANDIDATES]
    table = np.array([solution.states for solution in near], dtype=np.int64).reshape(len(near), len(factors))
    shares = scenario_weights(factors, near, forced=exempt)
    hold = np.array([solution.inconsistency == 0 for solution in near], dtype=bool)
    member = _membership(factors, table)
    now = _state_shares(member, np.where(hold, shares, 0.0)) if hold.any() else np.zeros(member.shape[1])
    weighed = (
        np.where(holds, shares, 0.0)
        for holds in (_perturbed_consistency(matrix, table, doubting, exempt=exempt) if len(table) else ())
    )
    rows = [_state_shares(member, row) for row in weighed if row.sum() > 0.0]
    drawn = np.array(rows).reshape(len(rows), member.shape[1])
    low, high = np.percentile(drawn, (LOW_PERCENTILE, HIGH_PERCENTILE), axis=0) if len(drawn) else (now, now)
    named = [(factor.id, state.id) for factor in factors for state in factor.states]
    return StateLikelihoods(
        likelihoods=tuple(
            StateLikelihood(factor=factor, state=state, value=value, low=min(least, value), high=max(most, value))
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


def perturbation_chances(factors: Sequence[Factor], judgements: Sequence[Judgement]) -> PerturbationChances | float:
    """The doubts people gave with their judgements; the usual doubt for all where nobody gave any."""
    return (
        chances_from_confidence(factors, judgements)
        if any(given.confidence < 1.0 for given in judgements)
        else DEFAULT_PERTURBATION
    )


def _membership(factors: Sequence[Factor], table: Ints2d) -> FloatArray:
    """``(scenarios, states of all factors)``: 1 where a scenario has a state."""
    columns = [table[:, at] == number for at, factor in enumerate(factors) for number in range(len(factor.states))]
    return np.array(columns, dtype=np.float64).T.reshape(len(table), len(columns))


def _state_shares(member: FloatArray, weighed: FloatArray) -> FloatArray:
    total = weighed.sum()
    found: FloatArray = weighed @ member / (total if total > 0.0 else 1.0)
    return found
