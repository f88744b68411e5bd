"""How likely each state of a factor is by itself: by the trend's own projection, by ratings, or by hand.

A state made from a trend means a range of shares of all stories at a horizon. The projection of the trend is a
log-normal band (its median and its middle half are published as the signal `projection_half`), so the prior of a state
is the part of the band between its bounds: Φ((ln high − μ)/σ) − Φ((ln low − μ)/σ) with μ = ln median and
σ = ln(upper/lower quartile) / (2 · 0.6745). When the news moves on, so does the projection, and the same bounds get
other priors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import erf, exp, inf, isfinite, log, sqrt
from statistics import fmean

from foresight.errors import NotAProbability, UnknownState, WrongShares
from foresight.records import Factor, PriorOrigin, Signal, State, TrendView

QUARTILE = 0.6745
ADDS_UP = 1e-3

Weights = Sequence[tuple[str, float]]


def has_bands(factor: Factor) -> bool:
    """Whether every state of the factor means a range of shares."""
    return bool(factor.horizon_weeks) and all(
        state.low is not None or state.high is not None for state in factor.states
    )


def projection_of(view: TrendView, weeks: int) -> Signal | None:
    """The published band of a trend's middle half `weeks` ahead, None where it was not measured."""
    found = view.signal("projection_half", f"+{weeks}w")
    whole = found is not None and found.low is not None and found.high is not None
    return found if whole and found is not None and 0.0 < (found.low or 0.0) < (found.high or 0.0) else None


def band_share(projection: Signal, low: float | None, high: float | None) -> float:
    """What part of a projection lies in ``low <= share < high``; None is an open end."""
    return _below(projection, high, otherwise=1.0) - _below(projection, low, otherwise=0.0)


def band_mean(projection: Signal, low: float | None, high: float | None) -> float:
    """The mean share of a projection, given that it ends in ``low <= share < high``; 0 where it cannot.

    Of a log-normal: exp(μ + σ²/2) · [Φ(b − σ) − Φ(a − σ)] / [Φ(b) − Φ(a)], a and b the bounds in deviations.
    """
    part = band_share(projection, low, high)
    if part <= 0.0:
        return 0.0
    deviation = _deviation(projection)
    shifted = replace(projection, value=projection.value * exp(deviation**2))
    return projection.value * exp(deviation**2 / 2.0) * band_share(shifted, low, high) / part


def from_projection(factor: Factor, view: TrendView) -> Factor:
    """The factor with the priors its trend's projection gives now.

    Unchanged where there is none to give: no projection, or bands that do not cover every share once.
    """
    projection = projection_of(view, factor.horizon_weeks) if has_bands(factor) else None
    if projection is None:
        return factor
    shares = [band_share(projection, state.low, state.high) for state in factor.states]
    whole = abs(sum(shares) - 1.0) <= ADDS_UP
    return _with(factor, shares, PriorOrigin.PROJECTION) if whole else factor


def from_ratings(factor: Factor, rated: Sequence[Weights]) -> Factor:
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
    each = [_normed(factor, weights) for weights in rated]
    return _with(factor, [fmean(column) for column in zip(*each, strict=True)], PriorOrigin.RATINGS)


def by_hand(factor: Factor, shares: Weights) -> Factor:
    """The factor with one person's numbers.

    Raises:
        UnknownState: a state that the factor does not have.
        NotAProbability: a number outside 0 to 1.
        WrongShares: they do not add up to 1.
    """
    told = _weights(factor, shares)
    for state, share in zip(factor.states, told, strict=True):
        if share > 1.0:
            raise NotAProbability(what=f"{factor.name}: {state.name}", found=share)
    if abs(sum(told) - 1.0) > ADDS_UP:
        raise WrongShares(what=factor.name, found=round(sum(told), 4))
    return _with(factor, [share / sum(told) for share in told], PriorOrigin.HAND)


def cleared(factor: Factor) -> Factor:
    """The factor without priors."""
    states = tuple(replace(state, prior=None) for state in factor.states)
    return replace(factor, states=states, prior_origin=PriorOrigin.NONE)


def prior(factor: Factor, state: State) -> float:
    """The prior of a state; equal parts where nobody said."""
    known = all(each.prior is not None for each in factor.states)
    return (state.prior or 0.0) if known else 1.0 / len(factor.states)


def _with(factor: Factor, shares: Sequence[float], origin: PriorOrigin) -> Factor:
    states = tuple(replace(state, prior=share) for state, share in zip(factor.states, shares, strict=True))
    return replace(factor, states=states, prior_origin=origin)


def _below(projection: Signal, share: float | None, *, otherwise: float) -> float:
    """How much of a projection lies under a share."""
    if share is None:
        return otherwise
    distance = (log(share) - log(projection.value)) / _deviation(projection) if share > 0.0 else -inf
    return 0.5 * (1.0 + erf(distance / sqrt(2.0)))


def _deviation(projection: Signal) -> float:
    return log((projection.high or 0.0) / (projection.low or 1.0)) / (2.0 * QUARTILE)


def _weights(factor: Factor, weights: Weights) -> list[float]:
    told = dict(weights)
    known = [state.id for state in factor.states]
    for state, weight in told.items():
        if state not in known:
            raise UnknownState(factor=factor.name, state=state, known=", ".join(known))
        if not isfinite(weight) or weight < 0.0:
            raise NotAProbability(what=f"{factor.name}: {state}", found=weight)
    return [told.get(state, 0.0) for state in known]


def _normed(factor: Factor, weights: Weights) -> list[float]:
    told = _weights(factor, weights)
    if not sum(told):
        raise NotAProbability(what=factor.name, found=0)
    return [weight / sum(told) for weight in told]
