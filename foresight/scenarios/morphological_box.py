"""The morphological box: which combinations of values are free of pairs that cannot stand together.

Zwicky; Ritchey, "General Morphological Analysis" (cross-consistency assessment); graded ratings after Battelle. The
box says what is *feasible*; it says nothing of how likely or how welcome a combination is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from math import prod

from foresight.model.scenarios import Exclusions, Scenario, StatePair
from foresight.model.workshop import Revision
from foresight.scenarios.matrix import factor_sizes, state_positions

States = tuple[int, ...]
MOST_CONFIGURATIONS = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpossiblePair:
    """Two values of different parameters: (parameter index, value index) each."""

    one: tuple[int, int]
    other: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MorphologicalBox:
    """Configurations without an excluded pair, in order; is_complete False where there were too many to keep."""

    survivors: tuple[States, ...]
    configurations: int
    is_complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MorphologicalBoxReport:
    """The morphological box of a scenario.

    Attributes:
        exclusions: the excluded pairs as saved.
        box: configurations without an excluded pair; cells: pairs of states there are to judge.
        open: per factor and state, whether any configuration that is left has it.
    """

    exclusions: Revision[Exclusions]
    box: MorphologicalBox
    cells: int
    open: tuple[tuple[bool, ...], ...]


def scenario_box(
    scenario: Scenario, exclusions: Revision[Exclusions], fixed: Sequence[StatePair] = ()
) -> MorphologicalBoxReport:
    """The configurations of a scenario's factors without an excluded pair, with some states fixed where asked.

    Raises:
        UnknownFactor: a fixed factor or state that is not there, or an exclusion about one that has gone.
    """
    factors, sizes = scenario.factors, factor_sizes(scenario.factors)
    places = [state_positions(factors, [pair.one, pair.other]) for pair in exclusions.content.pairs]
    pairs = [ImpossiblePair(one=one, other=other) for one, other in places]
    given = state_positions(factors, fixed)
    found = possible_configurations(sizes, pairs, fixed=given)
    left = possible_values(sizes, found, pairs, fixed=given)
    return MorphologicalBoxReport(exclusions=exclusions, box=found, cells=pair_count(sizes), open=left)


def configuration_count(sizes: Sequence[int]) -> int:
    """How many combinations there are: Π n_j."""
    return prod(sizes)


def pair_count(sizes: Sequence[int]) -> int:
    """How many pairs there are to judge: Σ n_i n_j over i < j."""
    return sum(one * other for one, other in combinations(sizes, 2))


def possible_configurations(
    sizes: Sequence[int],
    excluded: Sequence[ImpossiblePair],
    *,
    fixed: Sequence[tuple[int, int]] = (),
    limit: int = MOST_CONFIGURATIONS,
) -> MorphologicalBox:
    """All configurations that hold no excluded pair.

    Args:
        sizes: how many values each parameter has.
        excluded: pairs that cannot stand together.
        fixed: (parameter, value) pairs that are given, for inference.
        limit: the most configurations kept.
    """
    clashes = {frozenset((pair.one, pair.other)) for pair in excluded}
    found = list(islice(_extend_configuration((), sizes, clashes, dict(fixed)), limit + 1))
    return MorphologicalBox(
        survivors=tuple(found[:limit]), configurations=configuration_count(sizes), is_complete=len(found) <= limit
    )


def possible_values(
    sizes: Sequence[int],
    box: MorphologicalBox,
    excluded: Sequence[ImpossiblePair] = (),
    *,
    fixed: Sequence[tuple[int, int]] = (),
) -> tuple[tuple[bool, ...], ...]:
    """Per parameter and value, whether any configuration without an excluded pair has it; the others are greyed out.

    Args:
        sizes: as `possible_configurations` had them.
        box: what it gave. Where that was cut short, one configuration is looked for with each value not seen in it.
        excluded: as `possible_configurations` had them.
        fixed: as `possible_configurations` had them.
    """
    seen = [{states[place] for states in box.survivors} for place in range(len(sizes))]
    given = dict(fixed)

    def stands(place: int, value: int) -> bool:
        if value in seen[place] or box.is_complete or given.get(place, value) != value:
            return value in seen[place]
        return bool(possible_configurations(sizes, excluded, fixed=(*fixed, (place, value)), limit=1).survivors)

    return tuple(tuple(stands(place, value) for value in range(size)) for place, size in enumerate(sizes))


def _extend_configuration(
    states: States, sizes: Sequence[int], clashes: set[frozenset[tuple[int, int]]], fixed: dict[int, int]
) -> Iterator[States]:
    place = len(states)
    if place == len(sizes):
        yield states
        return
    for value in [fixed[place]] if place in fixed else range(sizes[place]):
        if not any(frozenset(((before, states[before]), (place, value))) in clashes for before in range(place)):
            yield from _extend_configuration((*states, value), sizes, clashes, fixed)
