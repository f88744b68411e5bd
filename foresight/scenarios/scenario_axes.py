"""Two axes, four scenarios: which pair of uncertainties to cross, and whether each corner can stand.

The deductive method of GBN. Drivers are rated 1 to 5 for impact and uncertainty; two important, uncertain and nearly
independent ones become the axes. All admissible pairs are ranked, not only the first (Multiple Scenarios Generation:
k drivers give k(k−1)/2 matrices and 2k(k−1) stories). A corner with no consistent completion under the room's own
judgements is incoherent, and is called so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from statistics import median

import numpy as np

from foresight.model.decisions import TrendView
from foresight.model.scenarios import Factor, ImpactMatrix, RoundVotes, Scenario
from foresight.scenarios.cross_impact import DEFAULT_SEARCH_SECONDS, solve
from foresight.scenarios.matrix import build_matrix, state_positions

# Above it two drivers move together too much to be crossed.
MOST_CORRELATION = 0.3
# The middle of 1 … 5: above it a driver counts as important, and as uncertain.
RATING_MIDDLE = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedDriver:
    """A driver as the room rated it; impacts and uncertainties 1 to 5, one per person."""

    id: str
    impacts: tuple[float, ...]
    uncertainties: tuple[float, ...]

    @property
    def impact(self) -> float:
        """The median."""
        return median(self.impacts)

    @property
    def uncertainty(self) -> float:
        """The median."""
        return median(self.uncertainties)

    @property
    def priority(self) -> float:
        """Impact times uncertainty, 1 to 25."""
        return self.impact * self.uncertainty

    @property
    def is_predetermined(self) -> bool:
        """Important and certain: it belongs in every scenario."""
        return self.impact > RATING_MIDDLE >= self.uncertainty

    @property
    def is_critical(self) -> bool:
        """Important and uncertain: it may become an axis."""
        return self.impact > RATING_MIDDLE and self.uncertainty > RATING_MIDDLE


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisPair:
    """Two drivers as axes; score = I·U + I·U; correlation −1 to 1, 0 where it is not known."""

    one: str
    other: str
    score: float
    correlation: float
    is_admissible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AxesCorner:
    """One of the four corners: the two forced states and how many consistent scenarios complete them."""

    one: tuple[int, int]
    other: tuple[int, int]
    completions: int
    is_complete: bool

    @property
    def is_coherent(self) -> bool:
        """Whether the corner can stand under the room's own judgements."""
        return self.completions > 0 or not self.is_complete


@dataclass(frozen=True, slots=True, kw_only=True)
class AxesReport:
    """Axes for a 2×2: the drivers as rated, every pair ranked.

    Attributes:
        predetermined: important and certain, in every scenario; unrated: factors nobody rated.
    """

    drivers: tuple[RatedDriver, ...]
    predetermined: tuple[str, ...]
    pairs: tuple[AxisPair, ...]
    unrated: tuple[str, ...]


def scenario_axes(scenario: Scenario, views: Mapping[str, TrendView], votes: Sequence[RoundVotes] = ()) -> AxesReport:
    """Every pair of rated factors as axes, the admissible and most important first.

    A factor is rated by votes on its impact and uncertainty, else by the ratings of its trend; two factors count
    as moving together by the strength of the judgements between them.
    """
    drivers = {factor.id: _voted_driver(factor, votes) or _rated_driver(factor, views) for factor in scenario.factors}
    rated = [driver for driver in drivers.values() if driver is not None]
    critical = [driver for driver in rated if driver.is_critical]
    return AxesReport(
        drivers=tuple(rated),
        predetermined=tuple(driver.id for driver in rated if driver.is_predetermined),
        pairs=rank_axis_pairs(critical, correlations=_factor_correlations(scenario)),
        unrated=tuple(key for key, driver in drivers.items() if driver is None),
    )


def scenario_corners(
    scenario: Scenario, one: tuple[str, str, str], other: tuple[str, str, str]
) -> tuple[AxesCorner, ...]:
    """The four corners of two axes, (factor, state at one pole, state at the other), each checked.

    Raises:
        UnknownFactor: a factor or state that is not there.
    """
    poles = [state_positions(scenario.factors, [(factor, low), (factor, high)]) for factor, low, high in (one, other)]
    (first, second), (third, fourth) = poles
    return axes_corners(
        build_matrix(scenario, scale=None), (first[0], (first[1], second[1])), (third[0], (third[1], fourth[1]))
    )


def rank_axis_pairs(
    drivers: Sequence[RatedDriver],
    *,
    correlations: Sequence[tuple[str, str, float]] = (),
    most_correlation: float = MOST_CORRELATION,
) -> tuple[AxisPair, ...]:
    """Every pair of drivers, the admissible ones first, then by score.

    Args:
        drivers: rated drivers.
        correlations: (id, id, −1 … 1) in either order; a pair that is not named counts as independent.
        most_correlation: the size above which a pair is not admissible.
    """
    known = {frozenset((one, other)): value for one, other, value in correlations}
    pairs = []
    for one, other in combinations(drivers, 2):
        correlation = known.get(frozenset((one.id, other.id)), 0.0)
        pairs.append(
            AxisPair(
                one=one.id,
                other=other.id,
                score=one.priority + other.priority,
                correlation=correlation,
                is_admissible=abs(correlation) <= most_correlation,
            )
        )
    return tuple(sorted(pairs, key=lambda pair: (not pair.is_admissible, -pair.score, pair.one, pair.other)))


def axes_corners(
    matrix: ImpactMatrix,
    one: tuple[int, tuple[int, int]],
    other: tuple[int, tuple[int, int]],
    *,
    budget_seconds: float = DEFAULT_SEARCH_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[AxesCorner, ...]:
    """The four corners of two axes, each with its consistent scenarios counted.

    Scenarios are those consistent in every factor, the axes included: a pole is chosen, not exempted.

    Args:
        matrix: the judgements.
        one: (factor, (state at one pole, state at the other pole)).
        other: the same for the second axis.
        budget_seconds: for the one search that serves all four.
        clock: seconds that only grow.
    """
    result = solve(matrix, budget_seconds=budget_seconds, clock=clock)
    found = []
    for pole, counterpole in product(one[1], other[1]):
        fitting = [s for s in result.solutions if (s.states[one[0]], s.states[other[0]]) == (pole, counterpole)]
        found.append(
            AxesCorner(
                one=(one[0], pole),
                other=(other[0], counterpole),
                completions=len(fitting),
                is_complete=result.is_complete,
            )
        )
    return tuple(found)


def _voted_driver(factor: Factor, votes: Sequence[RoundVotes]) -> RatedDriver | None:
    """The driver as the latest round that rated it did."""
    for number in sorted({one.round for one in votes}, reverse=True):
        ballots = [dict(one.votes) for one in votes if one.round == number]
        both = [
            (one[f"{factor.id}/impact"], one[f"{factor.id}/uncertainty"])
            for one in ballots
            if f"{factor.id}/impact" in one and f"{factor.id}/uncertainty" in one
        ]
        if both:
            impacts, uncertainties = zip(*both, strict=True)
            return RatedDriver(id=factor.id, impacts=impacts, uncertainties=uncertainties)
    return None


def _rated_driver(factor: Factor, views: Mapping[str, TrendView]) -> RatedDriver | None:
    view = views.get(factor.trend_id)
    if view is None or not view.ratings:
        return None
    return RatedDriver(
        id=factor.id,
        impacts=tuple(float(rating.impact) for rating in view.ratings),
        uncertainties=tuple(float(rating.uncertainty) for rating in view.ratings),
    )


def _factor_correlations(scenario: Scenario) -> list[tuple[str, str, float]]:
    """How strongly two factors are connected, 0 to 1: the mean size of the judgements between them over the scale."""
    matrix = build_matrix(scenario, scale=None)
    sizes = np.abs(matrix.values) / max(1, scenario.scale)
    spans = [slice(start, start + size) for start, size in zip(matrix.starts, matrix.sizes, strict=True)]
    return [
        (
            scenario.factors[one].id,
            scenario.factors[other].id,
            float(max(sizes[spans[one], spans[other]].mean(), sizes[spans[other], spans[one]].mean())),
        )
        for one, other in combinations(range(len(spans)), 2)
    ]
