"""SMIC: the joint probabilities that come closest to what an expert said, and how far that is.

Duperrin and Godet, "SMIC 74: a method for constructing and ranking scenarios", Futures 7 (1975) 302–312. Unknown are
the probabilities π of the 2^n worlds; wanted is the π that misses the elicited p_i and P(i | j)·p_j by the least sum of
squares. A residual above 0 says that the judgements contradict each other: no world fits them all. π need not be
unique.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations, product

import numpy as np

MOST_EVENTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Which events happen in it, and how likely it is."""

    happens: tuple[bool, ...]
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Worlds:
    """All worlds, likeliest first; residual is the sum of squares that no π can remove; implied are the p_i of π."""

    worlds: tuple[World, ...]
    residual: float
    implied: tuple[float, ...]


def smic(likely: Sequence[float], conditional: Sequence[Sequence[float | None]]) -> Worlds:
    """Fit the probabilities of all worlds to what was said.

    A least-squares problem with π ≥ 0 and Σπ = 1, solved by scipy's active-set method for π ≥ 0 with the sum as a
    heavy row, then scaled.

    Args:
        likely: ``n`` elicited probabilities.
        conditional: row i, column j holds P(j | i); None where nobody said.

    Raises:
        ValueError: more than ten events, whose worlds nobody can look through.
    """
    from scipy.optimize import nnls  # noqa: PLC0415 - a second to import, needed here only

    count = len(likely)
    if count > MOST_EVENTS:
        raise ValueError(count)
    worlds = list(product((True, False), repeat=count))
    table = np.array(worlds, dtype=np.float64)
    rows = [table[:, event] for event in range(count)]
    wanted = list(likely)
    for given, event in permutations(range(count), 2):
        value = conditional[given][event]
        if value is not None:
            rows.append(table[:, given] * table[:, event])
            wanted.append(value * likely[given])
    heavy = 1e4
    system = np.vstack([*rows, np.full(len(worlds), heavy)])
    found, _ = nnls(system, np.array([*wanted, heavy]))
    shares = found / found.sum()
    missed = np.array(rows) @ shares - np.array(wanted)
    told = [World(happens=world, probability=share) for world, share in zip(worlds, shares.tolist(), strict=True)]
    return Worlds(
        worlds=tuple(sorted(told, key=lambda world: (-world.probability, [not happens for happens in world.happens]))),
        residual=float(missed @ missed),
        implied=tuple((shares @ table).tolist()),
    )


def covering(worlds: Worlds, share: float = 0.8) -> tuple[World, ...]:
    """The fewest worlds that together are at least so likely: what is worth telling as scenarios."""
    kept, total = [], 0.0
    for world in worlds.worlds:
        if total >= share - 1e-12:
            break
        kept.append(world)
        total += world.probability
    return tuple(kept)
