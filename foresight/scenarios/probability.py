"""Probabilistic cross-impact after Gordon and Hayward: events that make each other more or less likely.

Gordon and Hayward, Futures 1 (1968) 100–116; Gordon, "Cross-Impact Method", Millennium Project (1994). One run: an
event that is still open is drawn; it happens with its current probability; the odds of all open events are then
multiplied by a factor for "happened" or for "did not". Using the factors for "happened" alone is a common shortcut
that drives the results away from what the experts said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations, product
from math import factorial, sqrt

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
MOST_EXACT_EVENTS = 6
TINY = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """Events, how likely they are, and what their happening or not does to the odds of the others.

    Attributes:
        likely: ``n`` probabilities, above 0 and below 1.
        if_happened: ``n × n`` factors on the odds of column j when row i happens; 1 changes nothing.
        if_not: the same for when row i does not happen.
    """

    likely: tuple[float, ...]
    if_happened: tuple[tuple[float, ...], ...]
    if_not: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Likelihoods:
    """How likely each event turns out once all influence each other; errors are standard errors, 0 where exact."""

    likely: tuple[float, ...]
    errors: tuple[float, ...]
    runs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfBounds:
    """A judgement P(j | i) that no joint probability allows: it has to lie between low and high."""

    event: int
    given: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoherence:
    """Multipliers that do not fit their marginals: the sum has to be 1. side is "row" or "column"."""

    side: str
    place: int
    total: float


def odds(probability: float) -> float:
    """P / (1 − p)."""
    return probability / (1.0 - probability)


def bounds(likely_given: float, likely_event: float) -> tuple[float, float]:
    """What P(event | given) may be: max(0, (p_i + p_j − 1)/p_i) to min(1, p_j/p_i)."""
    low = max(0.0, (likely_given + likely_event - 1.0) / likely_given)
    return low, min(1.0, likely_event / likely_given)


def out_of_bounds(likely: Sequence[float], conditional: Sequence[Sequence[float | None]]) -> tuple[OutOfBounds, ...]:
    """Judgements that cannot be, with what could; row i, column j holds P(j | i), None where nobody said.

    To be shown while people judge, not after.
    """
    wrong = []
    for given, event in permutations(range(len(likely)), 2):
        value = conditional[given][event]
        low, high = bounds(likely[given], likely[event])
        if value is not None and not low - TINY <= value <= high + TINY:
            wrong.append(OutOfBounds(event=event, given=given, value=value, low=low, high=high))
    return tuple(wrong)


def from_conditionals(
    likely: Sequence[float], conditional: Sequence[Sequence[float | None]], *, both_ways: bool = True
) -> Events:
    """Odds factors from P(j | i), with P(j | not i) as the total probability demands it.

    Args:
        likely: the initial probabilities.
        conditional: row i, column j holds P(j | i), within `bounds`; None where i does not act on j.
        both_ways: False leaves out what an event's absence does (the shortcut, for comparison).
    """
    count = len(likely)
    happened, absent = np.ones((count, count)), np.ones((count, count))
    for given, event in permutations(range(count), 2):
        value = conditional[given][event]
        if value is None:
            continue
        otherwise = (likely[event] - likely[given] * value) / (1.0 - likely[given])
        happened[given, event] = _odds_ratio(value, likely[event])
        absent[given, event] = _odds_ratio(otherwise, likely[event]) if both_ways else 1.0
    return Events(
        likely=tuple(likely),
        if_happened=tuple(map(tuple, happened.tolist())),
        if_not=tuple(map(tuple, absent.tolist())),
    )


def exact(events: Events) -> Likelihoods:
    """Every order of the events and every outcome, weighed. For up to six events.

    Raises:
        ValueError: more events than can be enumerated; use `simulate`.
    """
    count = len(events.likely)
    if count > MOST_EXACT_EVENTS:
        raise ValueError(count)
    start = np.array([odds(p) for p in events.likely])
    happened, absent = np.array(events.if_happened), np.array(events.if_not)
    total = np.zeros(count)
    for order, outcome in product(permutations(range(count)), product((True, False), repeat=count)):
        current, weight = start.copy(), 1.0
        for event, happens in zip(order, outcome, strict=True):
            probability = current[event] / (1.0 + current[event])
            weight *= probability if happens else 1.0 - probability
            current = current * (happened[event] if happens else absent[event])
        total[list(order)] += weight * np.array(outcome)
    return Likelihoods(likely=tuple((total / factorial(count)).tolist()), errors=(0.0,) * count, runs=0)


def simulate(events: Events, *, runs: int, seed: int) -> Likelihoods:
    """The mean of many runs, with its standard error.

    Args:
        events: any number of events.
        runs: 1,000 give an error of about 0.016, 10,000 of 0.005.
        seed: the same seed gives the same runs.
    """
    chance = np.random.default_rng(seed)
    count = len(events.likely)
    happened, absent = np.log(np.array(events.if_happened)), np.log(np.array(events.if_not))
    current = np.tile(np.log([odds(p) for p in events.likely]), (runs, 1))
    order = chance.random((runs, count)).argsort(axis=1)
    hits = np.zeros((runs, count))
    everyone = np.arange(runs)
    for turn in range(count):
        event = order[:, turn]
        happens = chance.random(runs) < 1.0 / (1.0 + np.exp(-current[everyone, event]))
        hits[everyone, event] = happens
        current += np.where(happens[:, None], happened[event], absent[event])
    means = hits.mean(axis=0)
    errors = [sqrt(p * (1.0 - p) / runs) for p in means.tolist()]
    return Likelihoods(likely=tuple(means.tolist()), errors=tuple(errors), runs=runs)


def quadratic(likely: float, *, direction: int, strength: float, time_left: float) -> float:
    """Gordon's original step: p + k·S·((T − t)/T)·p(1 − p), as recalled from the literature.

    Args:
        likely: p, 0 to 1.
        direction: k, +1 for a help, −1 for a hindrance.
        strength: S, 0 to 1.
        time_left: (T − t)/T, 0 to 1.
    """
    return likely + direction * strength * time_left * likely * (1.0 - likely)


def incoherences(
    row_likely: Sequence[float],
    column_likely: Sequence[float],
    multipliers: Sequence[Sequence[float]],
    *,
    tolerance: float = 0.02,
) -> tuple[Incoherence, ...]:
    """Multipliers c_ab = P(a, b) / (P(a) P(b)) of two factors that cannot be: Σ_b P(b) c_ab has to be 1.

    Salo et al., Futures & Foresight Science (2021), ffo2.103. Rows and columns that miss 1 by more
    than `tolerance` are returned with their sums.
    """
    table = np.array(multipliers, dtype=np.float64)
    rows, columns = table @ np.array(column_likely), np.array(row_likely) @ table
    sums = [("row", place, total) for place, total in enumerate(rows.tolist())]
    sums += [("column", place, total) for place, total in enumerate(columns.tolist())]
    return tuple(
        Incoherence(side=side, place=place, total=total) for side, place, total in sums if abs(total - 1.0) > tolerance
    )


def _odds_ratio(probability: float, base: float) -> float:
    safe = min(max(probability, TINY), 1.0 - TINY)
    return odds(safe) / odds(base)
