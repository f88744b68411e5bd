"""What the judgements of a scenario say as a whole: robustness, flips, drift, influence, box, axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from foresight.ports import Ledger
from foresight.records import ExcludedPair, Exclusions, Factor, Kept, RoundVotes, Scenario, Solution, TrendView
from foresight.scenarios.axes import AxisPair, Corner, Driver, corners, rank_pairs
from foresight.scenarios.balance import Flip, what_breaks, what_makes
from foresight.scenarios.diversity import Selection, most_diverse
from foresight.scenarios.factors import place
from foresight.scenarios.influence import Influences, micmac
from foresight.scenarios.matrix import build, sizes_of
from foresight.scenarios.morphology import Box, Exclusion, Pair, open_values, pair_cells, survivors
from foresight.scenarios.outlook import doubts_from
from foresight.scenarios.robustness import Robustness, robustness
from foresight.scenarios.succession import Landscape, Rule, landscape
from foresight.services.keeping import Signed, latest, revised

DRAWS = 500
STRONGEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Flips:
    """What would break a scenario that holds, or make one that does not; cheapest first."""

    breaks: tuple[Flip, ...]
    makes: tuple[Flip, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxReport:
    """The morphological box of a scenario.

    Attributes:
        box: configurations without an excluded pair; cells: pairs there are to look at.
        open: per factor and state, whether any configuration that is left has it.
    """

    exclusions: Kept[Exclusions]
    box: Box
    cells: int
    open: tuple[tuple[bool, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AxesReport:
    """Axes for a 2×2: the drivers as rated, every pair ranked.

    Attributes:
        predetermined: important and certain, in every scenario; unrated: factors nobody rated.
    """

    drivers: tuple[Driver, ...]
    predetermined: tuple[str, ...]
    pairs: tuple[AxisPair, ...]
    unrated: tuple[str, ...]


class StructureDesk:
    """The methods that look at a whole matrix. Nothing is kept here but the excluded pairs of the box."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def robust(self, scenario: Scenario, solutions: Sequence[Solution], *, seed: int = 0) -> Robustness:
        """How often each scenario holds when judgements are a little off."""
        forced = [factor for factor, _ in place(scenario.factors, scenario.forced)]
        doubts = doubts_from(scenario.factors, scenario.judgements)
        states = [solution.states for solution in solutions]
        return robustness(build(scenario, scale=None), states, draws=DRAWS, seed=seed, doubts=doubts, forced=forced)

    def flips(self, scenario: Scenario, states: Sequence[int]) -> Flips:
        """The smallest changes of judgements that would break a scenario, or make it hold."""
        matrix = build(scenario, scale=None)
        forced = [factor for factor, _ in place(scenario.factors, scenario.forced)]
        return Flips(
            breaks=what_breaks(scenario.factors, matrix, states, scale=scenario.scale, forced=forced),
            makes=what_makes(scenario.factors, matrix, states, scale=scenario.scale, forced=forced),
        )

    def drift(self, scenario: Scenario, *, rule: Rule = Rule.GLOBAL) -> Landscape:
        """Where the system goes from every start."""
        return landscape(build(scenario, scale=None), rule=rule)

    def diverse(self, solutions: Sequence[Solution], *, count: int) -> Selection:
        """The scenarios that differ most."""
        return most_diverse([solution.states for solution in solutions], count=count)

    def influence(self, scenario: Scenario) -> Influences:
        """Who drives and who is driven: the largest judgement between two factors is their direct influence."""
        return micmac(direct_influence(scenario))

    def exclusions(self, scenario_id: str) -> Kept[Exclusions]:
        """The excluded pairs, or none that were never saved."""
        return latest(self._ledger, scenario_id, Exclusions(), scenario_id=scenario_id)

    def exclude(self, scenario: Scenario, pairs: Sequence[ExcludedPair], signed: Signed) -> Kept[Exclusions]:
        """Keep the excluded pairs as a new revision.

        Raises:
            UnknownFactor: a factor or state that is not there.
            EntryConflict: somebody saved newer ones meanwhile.
        """
        for pair in pairs:
            place(scenario.factors, [pair.one, pair.other])
        return self._ledger.keep(revised(self.exclusions(scenario.id), Exclusions(pairs=tuple(pairs)), signed))

    def box(self, scenario: Scenario, fixed: Sequence[tuple[str, str]] = ()) -> BoxReport:
        """What the box leaves standing, with some states fixed where asked.

        Raises:
            UnknownFactor: a fixed factor or state that is not there, or an exclusion about one that has gone.
        """
        kept = self.exclusions(scenario.id)
        sizes = sizes_of(scenario.factors)
        pairs = [_pair(scenario.factors, pair) for pair in kept.content.pairs]
        given = place(scenario.factors, fixed)
        found = survivors(sizes, pairs, fixed=given)
        left = open_values(sizes, found, pairs, fixed=given)
        return BoxReport(exclusions=kept, box=found, cells=pair_cells(sizes), open=left)

    def axes(self, scenario: Scenario, views: dict[str, TrendView], votes: Sequence[RoundVotes] = ()) -> AxesReport:
        """Every pair of rated factors as axes, the admissible and most important first.

        A factor is rated by votes on its impact and uncertainty, else by the ratings of its trend; two factors count
        as moving together by the strength of the judgements between them.
        """
        drivers = {factor.id: _voted(factor, votes) or _driver(factor, views) for factor in scenario.factors}
        rated = [driver for driver in drivers.values() if driver is not None]
        return AxesReport(
            drivers=tuple(rated),
            predetermined=tuple(driver.id for driver in rated if driver.is_predetermined),
            pairs=rank_pairs([driver for driver in rated if driver.is_critical], correlations=_together(scenario)),
            unrated=tuple(key for key, driver in drivers.items() if driver is None),
        )

    def corners(self, scenario: Scenario, one: tuple[str, str, str], other: tuple[str, str, str]) -> tuple[Corner, ...]:
        """The four corners of two axes, (factor, state at one pole, state at the other), each checked.

        Raises:
            UnknownFactor: a factor or state that is not there.
        """
        poles = [place(scenario.factors, [(factor, low), (factor, high)]) for factor, low, high in (one, other)]
        (first, second), (third, fourth) = poles
        return corners(
            build(scenario, scale=None), (first[0], (first[1], second[1])), (third[0], (third[1], fourth[1]))
        )


def direct_influence(scenario: Scenario) -> list[list[int]]:
    """``n × n``: the size of the strongest judgement of one factor on another, 0 to 3; larger scales are cut to 3."""
    sizes = np.abs(build(scenario, scale=None).values)
    starts = build(scenario, scale=None).starts
    blocks = np.maximum.reduceat(np.maximum.reduceat(sizes, starts, axis=0), starts, axis=1)
    whole: list[list[int]] = np.minimum(blocks, STRONGEST).tolist()
    return whole


def _pair(factors: Sequence[Factor], pair: ExcludedPair) -> Pair:
    one, other = place(factors, [pair.one, pair.other])
    return Pair(one=one, other=other, reason=Exclusion(pair.kind.value), note=pair.reason)


def _voted(factor: Factor, votes: Sequence[RoundVotes]) -> Driver | None:
    """The driver as the latest round that rated it did."""
    for number in sorted({one.round for one in votes}, reverse=True):
        told = [dict(one.votes) for one in votes if one.round == number]
        both = [
            (one[f"{factor.id}/impact"], one[f"{factor.id}/uncertainty"])
            for one in told
            if f"{factor.id}/impact" in one and f"{factor.id}/uncertainty" in one
        ]
        if both:
            impacts, uncertainties = zip(*both, strict=True)
            return Driver(id=factor.id, impacts=impacts, uncertainties=uncertainties)
    return None


def _driver(factor: Factor, views: dict[str, TrendView]) -> Driver | None:
    view = views.get(factor.trend_id)
    if view is None or not view.ratings:
        return None
    return Driver(
        id=factor.id,
        impacts=tuple(float(rating.impact) for rating in view.ratings),
        uncertainties=tuple(float(rating.uncertainty) for rating in view.ratings),
    )


def _together(scenario: Scenario) -> list[tuple[str, str, float]]:
    """How much two factors hang together, 0 to 1: the mean size of the judgements between them over the scale."""
    matrix = build(scenario, scale=None)
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
