"""The structure of a system, as its judgements describe it: which factors drive it, and where it drifts.

MICMAC: which factors drive a system and which are driven, directly and along chains of influence. Godet; Arcade, Godet,
Meunier and Roubelat, "Structural analysis with the MICMAC method" (Millennium Project, 1999). The classic counts
chains of length k as powers of the influence matrix and stops when the ranking repeats; rankings can repeat and turn
again, so the limit itself is computed (the Perron vectors) and the powers are shown beside it.

Succession: where a system goes when its inconsistent factors give way, and how much each attractor draws. A state
stays where it is among the best; otherwise the best one with the lowest index takes over (a rule is needed: "always
the first of the best" would let Somewhereland run into one single attractor). Weimer-Jehle 2006; ScenarioWizard calls
basin size over all starts the weight of a scenario.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import prod

import numpy as np
import numpy.typing as npt

from foresight.model.documents import Ints1d
from foresight.model.scenarios import ExcludedPair, Exclusions, ImpactMatrix, Ints2d, Scenario, StatePair
from foresight.model.workshop import Revision
from foresight.scenarios.cross_impact import matrix_rows
from foresight.scenarios.explanation import scenario_flips
from foresight.scenarios.matrix import build_matrix, state_positions
from foresight.scenarios.morphological_box import MorphologicalBoxReport, scenario_box
from foresight.scenarios.revisions import Attribution, latest_revision, save_next
from foresight.scenarios.scenario_axes import scenario_axes, scenario_corners
from foresight.scenarios.state_likelihoods import robustness_of
from foresight.store.ledger import Ledger

Floats = npt.NDArray[np.float64]
LONGEST_CHAINS = 6
QUADRANT_TOLERANCE = 1e-9


class InfluenceQuadrant(StrEnum):
    """The part a factor plays, by influence and dependence against their means."""

    DETERMINANT = "determinant"  # drives much, is driven little
    RELAY = "relay"  # drives and is driven: unstable, worth a stake
    RESULT = "result"  # is driven
    AUTONOMOUS = "autonomous"  # neither


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainInfluence:
    """Influence and dependence along chains of one length, and the ranking by influence (best first)."""

    length: int
    influence: tuple[int, ...]
    dependence: tuple[int, ...]
    ranking: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InfluenceAnalysis:
    """What a matrix of direct influences says.

    Attributes:
        powers: chains of length 1 (direct) to 6.
        influence, dependence: the limit for long chains, each adding up to 1; empty where there is no single limit.
        growth: by how much chains multiply with each step (the largest eigenvalue), 0 where there is no limit.
        quadrants: by direct influence and dependence.
        is_settled: every ranking from the second power on equals the limit's.
    """

    powers: tuple[ChainInfluence, ...]
    influence: tuple[float, ...]
    dependence: tuple[float, ...]
    growth: float
    quadrants: tuple[InfluenceQuadrant, ...]
    is_settled: bool


def micmac(direct: Sequence[Sequence[int]]) -> InfluenceAnalysis:
    """Direct and indirect influence.

    Args:
        direct: ``n × n`` influences, row acts on column, 0 to 3, nothing on the diagonal.

    Raises:
        ValueError: not square, a negative influence, or something on the diagonal.
    """
    matrix = np.array(direct, dtype=object)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:  # noqa: PLR2004 - a table has two sides
        raise ValueError(matrix.shape)
    if any(value < 0 for value in matrix.ravel()) or any(matrix[i, i] for i in range(len(matrix))):
        raise ValueError(direct)
    powers, product = [], matrix
    for length in range(1, LONGEST_CHAINS + 1):
        powers.append(_chain_influence(length, product))
        product = product @ matrix
    influence, dependence, growth = _perron_limit(matrix.astype(np.float64))
    limit_ranking = rank_by_value(influence)
    return InfluenceAnalysis(
        powers=tuple(powers),
        influence=influence,
        dependence=dependence,
        growth=growth,
        quadrants=_influence_quadrants(powers[0]),
        is_settled=bool(influence) and all(power.ranking == limit_ranking for power in powers[1:]),
    )


def rank_by_value(values: Sequence[float]) -> tuple[int, ...]:
    """Indexes from the largest value down; the earlier of two equal ones first."""
    return tuple(sorted(range(len(values)), key=lambda place: (-values[place], place)))


def is_primitive_matrix(direct: Floats) -> bool:
    """Whether some power of the matrix has no zero: then one limit exists (Wielandt: look at n² − 2n + 2)."""
    reach = direct > 0
    power = reach
    for _ in range(len(direct) ** 2 - 2 * len(direct) + 1):
        if power.all():
            return True
        power = (power.astype(np.float64) @ reach.astype(np.float64)) > 0
    return bool(power.all())


def _chain_influence(length: int, matrix: npt.NDArray[np.object_]) -> ChainInfluence:
    influence = tuple(int(value) for value in matrix.sum(axis=1))
    dependence = tuple(int(value) for value in matrix.sum(axis=0))
    return ChainInfluence(length=length, influence=influence, dependence=dependence, ranking=rank_by_value(influence))


def _perron_limit(direct: Floats) -> tuple[tuple[float, ...], tuple[float, ...], float]:
    """Right and left Perron vectors and the eigenvalue; nothing where the matrix is not primitive."""
    if not len(direct) or not is_primitive_matrix(direct):
        return (), (), 0.0
    influence, growth = _perron_vector(direct)
    dependence, _ = _perron_vector(direct.T)
    return influence, dependence, growth


def _perron_vector(matrix: Floats) -> tuple[tuple[float, ...], float]:
    """The right Perron vector, adding up to 1, and its eigenvalue."""
    values, vectors = np.linalg.eig(matrix)
    largest = int(np.argmax(values.real))
    vector = np.abs(vectors[:, largest].real)
    return tuple((vector / vector.sum()).tolist()), float(values.real[largest])


def _influence_quadrants(direct: ChainInfluence) -> tuple[InfluenceQuadrant, ...]:
    count = len(direct.influence)
    middle_influence, middle_dependence = sum(direct.influence) / count, sum(direct.dependence) / count
    table = {
        (True, False): InfluenceQuadrant.DETERMINANT,
        (True, True): InfluenceQuadrant.RELAY,
        (False, True): InfluenceQuadrant.RESULT,
        (False, False): InfluenceQuadrant.AUTONOMOUS,
    }
    return tuple(
        table[influence > middle_influence + QUADRANT_TOLERANCE, dependence > middle_dependence + QUADRANT_TOLERANCE]
        for influence, dependence in zip(direct.influence, direct.dependence, strict=True)
    )


# All starts are walked up to here; beyond, a sample of so many.
MOST_STARTS = 500_000
START_CHUNK = 20_000


class SuccessionRule(StrEnum):
    """Who gives way in a step."""

    GLOBAL = "global"  # every inconsistent factor jumps to its best state
    LOCAL = "local"  # only the most inconsistent one, the first of several
    INCREMENTAL = "incremental"  # every inconsistent factor moves one state towards its best


@dataclass(frozen=True, slots=True, kw_only=True)
class Attractor:
    """Where starts end: one scenario, or several that follow each other in a circle.

    Attributes:
        cycle: one scenario for a resting point; for a circle all of them, from the lowest on.
        basin: how many starts end here; weight: their share of all starts.
    """

    cycle: tuple[tuple[int, ...], ...]
    basin: int
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AttractorLandscape:
    """All attractors, largest basin first; is_complete says whether every start was walked."""

    attractors: tuple[Attractor, ...]
    starts: int
    is_complete: bool


def succession_step(
    matrix: ImpactMatrix, states: Sequence[int], rule: SuccessionRule = SuccessionRule.GLOBAL
) -> tuple[int, ...]:
    """The scenario that follows; the same one where it is consistent."""
    return tuple(succession_steps(matrix, np.array([states], dtype=np.int64), rule)[0].tolist())


def path_to_attractor(
    matrix: ImpactMatrix, states: Sequence[int], rule: SuccessionRule = SuccessionRule.GLOBAL
) -> tuple[tuple[int, ...], ...]:
    """The way from a scenario to its attractor: each scenario once, the attractor's last."""
    way = [tuple(states)]
    while (after := succession_step(matrix, way[-1], rule)) not in way:
        way.append(after)
    return tuple(way)


def attractor_landscape(
    matrix: ImpactMatrix, *, rule: SuccessionRule = SuccessionRule.GLOBAL, most_starts: int = MOST_STARTS, seed: int = 0
) -> AttractorLandscape:
    """Attractors and their basins.

    Args:
        matrix: the judgements.
        rule: who gives way.
        most_starts: with more combinations than this, so many starts are drawn at random.
        seed: of the draw.
    """
    is_complete = prod(matrix.sizes) <= most_starts
    if is_complete:
        starts: Ints2d = np.indices(matrix.sizes).reshape(len(matrix.sizes), -1).T.astype(np.int64)
    else:
        starts = np.random.default_rng(seed).integers(0, matrix.sizes, size=(most_starts, len(matrix.sizes)))
    ends, counts = np.unique(_attractor_members(matrix, starts, rule), axis=0, return_counts=True)
    basins: dict[tuple[tuple[int, ...], ...], int] = {}
    for end, count in zip(ends.tolist(), counts.tolist(), strict=True):
        cycle = _attractor_cycle(matrix, tuple(end), rule)
        basins[cycle] = basins.get(cycle, 0) + count
    attractors = [Attractor(cycle=cycle, basin=n, weight=n / len(starts)) for cycle, n in basins.items()]
    attractors.sort(key=lambda attractor: (-attractor.basin, attractor.cycle))
    return AttractorLandscape(attractors=tuple(attractors), starts=len(starts), is_complete=is_complete)


def succession_steps(matrix: ImpactMatrix, states: Ints2d, rule: SuccessionRule) -> Ints2d:
    """One step of many scenarios; ``(k, factors)`` in and out."""
    rows = matrix_rows(matrix, states)
    scores = np.zeros((len(states), len(matrix.values)), dtype=np.int64)
    for factor in range(len(matrix.sizes)):
        scores += matrix.values[rows[:, factor]]
    best = states.copy()
    behind = np.zeros_like(states)
    for factor, (start, size) in enumerate(zip(matrix.starts, matrix.sizes, strict=True)):
        part = scores[:, start : start + size]
        own = np.take_along_axis(part, states[:, factor : factor + 1], axis=1)[:, 0]
        behind[:, factor] = part.max(axis=1) - own
        best[:, factor] = np.where(behind[:, factor] > 0, part.argmax(axis=1), states[:, factor])
    return _apply_rule(states, best, behind, rule)


def _apply_rule(states: Ints2d, best: Ints2d, behind: Ints2d, rule: SuccessionRule) -> Ints2d:
    if rule is SuccessionRule.GLOBAL:
        return best
    if rule is SuccessionRule.INCREMENTAL:
        nearer: Ints2d = states + np.sign(best - states)
        return nearer
    after = states.copy()
    worst = behind.argmax(axis=1)
    everyone = np.arange(len(states))
    after[everyone, worst] = best[everyone, worst]
    return after


def _attractor_members(matrix: ImpactMatrix, starts: Ints2d, rule: SuccessionRule) -> Ints2d:
    """A scenario of each start's attractor, found by walking all starts until nothing moves or everything circles.

    Brent's cycle finding, side by side: the tortoise is put where the hare is at every power of two.
    """
    ends = np.empty_like(starts)
    for begin in range(0, len(starts), START_CHUNK):
        hare = starts[begin : begin + START_CHUNK]
        open_ones: Ints1d = np.arange(len(hare)) + begin
        tortoise, steps, power = hare, 0, 1
        while len(open_ones):
            hare = succession_steps(matrix, hare, rule)
            steps += 1
            met = (hare == tortoise).all(axis=1)
            ends[open_ones[met]] = hare[met]
            hare, tortoise, open_ones = hare[~met], tortoise[~met], open_ones[~met]
            if steps == power:
                tortoise, steps, power = hare, 0, 2 * power
    return ends


def _attractor_cycle(
    matrix: ImpactMatrix, states: tuple[int, ...], rule: SuccessionRule
) -> tuple[tuple[int, ...], ...]:
    way = path_to_attractor(matrix, states, rule)
    lowest = way.index(min(way))
    return way[lowest:] + way[:lowest]


STRONGEST_INFLUENCE = 3


class StructuralAnalysisService:
    """The methods that look at a whole matrix. Only the excluded pairs of the morphological box are saved."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    # functions of a scenario, reached here so that commands and pages find every method in one place
    robust = staticmethod(robustness_of)
    flips = staticmethod(scenario_flips)
    axes = staticmethod(scenario_axes)
    corners = staticmethod(scenario_corners)

    def drift(self, scenario: Scenario, *, rule: SuccessionRule = SuccessionRule.GLOBAL) -> AttractorLandscape:
        """Where the system goes from every start."""
        return attractor_landscape(build_matrix(scenario, scale=None), rule=rule)

    def influence(self, scenario: Scenario) -> InfluenceAnalysis:
        """Who drives and who is driven: the largest judgement between two factors is their direct influence."""
        return micmac(direct_influence(scenario))

    def exclusions(self, scenario_id: str) -> Revision[Exclusions]:
        """The excluded pairs, or none that were never saved."""
        return latest_revision(self._ledger, scenario_id, Exclusions())

    def exclude(self, scenario: Scenario, pairs: Sequence[ExcludedPair], signed: Attribution) -> Revision[Exclusions]:
        """Save the excluded pairs as a new revision.

        Raises:
            UnknownFactor: a factor or state that is not there.
            RevisionConflict: somebody saved newer ones meanwhile.
        """
        for pair in pairs:
            state_positions(scenario.factors, [pair.one, pair.other])
        return save_next(self._ledger, self.exclusions(scenario.id), Exclusions(pairs=tuple(pairs)), signed)

    def box(self, scenario: Scenario, fixed: Sequence[StatePair] = ()) -> MorphologicalBoxReport:
        """The morphological box with the excluded pairs as saved; see `scenario_box`."""
        return scenario_box(scenario, self.exclusions(scenario.id), fixed)


def direct_influence(scenario: Scenario) -> list[list[int]]:
    """``n × n``: the size of the strongest judgement of one factor on another, 0 to 3; larger scales are cut to 3."""
    matrix = build_matrix(scenario, scale=None)
    rows = np.maximum.reduceat(np.abs(matrix.values), matrix.starts, axis=0)
    blocks = np.maximum.reduceat(rows, matrix.starts, axis=1)
    whole: list[list[int]] = np.minimum(blocks, STRONGEST_INFLUENCE).tolist()
    return whole
