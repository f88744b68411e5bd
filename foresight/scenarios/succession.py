"""Succession: where a system drifts when its inconsistent factors give way, and how much each resting point draws.

A state stays where it is among the best; otherwise the best one with the lowest index takes over (the rule has to be
said: "always the first of the best" would let Somewhereland run into one single attractor). Weimer-Jehle 2006;
ScenarioWizard calls basin size over all starts the weight of a scenario.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from foresight.records import Ints1d, Ints2d, Matrix
from foresight.scenarios.crossimpact import rows_of

# All starts are walked up to here; beyond, a sample of so many.
MOST_STARTS = 500_000
CHUNK = 20_000


class Rule(StrEnum):
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
class Landscape:
    """All attractors, largest basin first; is_complete says whether every start was walked."""

    attractors: tuple[Attractor, ...]
    starts: int
    is_complete: bool


def step(matrix: Matrix, states: Sequence[int], rule: Rule = Rule.GLOBAL) -> tuple[int, ...]:
    """The scenario that follows; the same one where it is consistent."""
    return tuple(step_many(matrix, np.array([states], dtype=np.int64), rule)[0].tolist())


def follow(matrix: Matrix, states: Sequence[int], rule: Rule = Rule.GLOBAL) -> tuple[tuple[int, ...], ...]:
    """The way from a scenario to its attractor: each scenario once, the attractor's last."""
    way = [tuple(states)]
    while (after := step(matrix, way[-1], rule)) not in way:
        way.append(after)
    return tuple(way)


def landscape(matrix: Matrix, *, rule: Rule = Rule.GLOBAL, most_starts: int = MOST_STARTS, seed: int = 0) -> Landscape:
    """Attractors and their basins.

    Args:
        matrix: the judgements.
        rule: who gives way.
        most_starts: with more combinations than this, so many starts are drawn at random.
        seed: of the draw.
    """
    combinations = 1
    for size in matrix.sizes:
        combinations *= size
    is_complete = combinations <= most_starts
    if is_complete:
        starts: Ints2d = np.indices(matrix.sizes).reshape(len(matrix.sizes), -1).T.astype(np.int64)
    else:
        starts = np.random.default_rng(seed).integers(0, matrix.sizes, size=(most_starts, len(matrix.sizes)))
    ends, counts = np.unique(_ends(matrix, starts, rule), axis=0, return_counts=True)
    basins: dict[tuple[tuple[int, ...], ...], int] = {}
    for end, count in zip(ends.tolist(), counts.tolist(), strict=True):
        cycle = _cycle(matrix, tuple(end), rule)
        basins[cycle] = basins.get(cycle, 0) + count
    attractors = [Attractor(cycle=cycle, basin=n, weight=n / len(starts)) for cycle, n in basins.items()]
    attractors.sort(key=lambda attractor: (-attractor.basin, attractor.cycle))
    return Landscape(attractors=tuple(attractors), starts=len(starts), is_complete=is_complete)


def step_many(matrix: Matrix, states: Ints2d, rule: Rule) -> Ints2d:
    """One step of many scenarios; ``(k, factors)`` in and out."""
    rows = rows_of(matrix, states)
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
    return _give_way(states, best, behind, rule)


def _give_way(states: Ints2d, best: Ints2d, behind: Ints2d, rule: Rule) -> Ints2d:
    if rule is Rule.GLOBAL:
        return best
    if rule is Rule.INCREMENTAL:
        nearer: Ints2d = states + np.sign(best - states)
        return nearer
    after = states.copy()
    worst = behind.argmax(axis=1)
    everyone = np.arange(len(states))
    after[everyone, worst] = best[everyone, worst]
    return after


def _ends(matrix: Matrix, starts: Ints2d, rule: Rule) -> Ints2d:
    """A scenario of each start's attractor, found by walking all starts until nothing moves or everything circles.

    Brent's cycle finding, side by side: the tortoise is put where the hare is at every power of two.
    """
    ends = np.empty_like(starts)
    for begin in range(0, len(starts), CHUNK):
        hare = starts[begin : begin + CHUNK]
        open_ones: Ints1d = np.arange(len(hare)) + begin
        tortoise, steps, power = hare, 0, 1
        while len(open_ones):
            hare = step_many(matrix, hare, rule)
            steps += 1
            met = (hare == tortoise).all(axis=1)
            ends[open_ones[met]] = hare[met]
            hare, tortoise, open_ones = hare[~met], tortoise[~met], open_ones[~met]
            if steps == power:
                tortoise, steps, power = hare, 0, 2 * power
    return ends


def _cycle(matrix: Matrix, states: tuple[int, ...], rule: Rule) -> tuple[tuple[int, ...], ...]:
    way = follow(matrix, states, rule)
    lowest = way.index(min(way))
    return way[lowest:] + way[:lowest]
