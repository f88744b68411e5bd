"""A few scenarios that differ as much as possible, for people who can talk about four, not forty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from foresight.records import Ints2d

States = tuple[int, ...]
# Up to so many sets are compared one by one; beyond, a good set is grown and improved by exchange.
MOST_SETS = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Chosen scenarios, in the order they were given.

    Attributes:
        least: smallest number of factors in which two of them differ; total: over all pairs.
        is_exact: no other set has a larger least distance, nor with the same one a larger total.
    """

    scenarios: tuple[States, ...]
    least: int
    total: int
    is_exact: bool


def distance(one: States, other: States) -> int:
    """In how many factors two scenarios differ (Hamming)."""
    return sum(a != b for a, b in zip(one, other, strict=True))


def most_diverse(scenarios: Sequence[States], *, count: int, most_sets: int = MOST_SETS) -> Selection:
    """`count` scenarios with the largest least distance, then the largest total; earlier ones win a tie.

    Fewer are returned where there are not so many; a set of one or none has distance 0.
    """
    wanted = min(count, len(scenarios))
    apart = _distances(scenarios)
    is_exact = comb(len(scenarios), wanted) <= most_sets
    if is_exact:
        best = max(combinations(range(len(scenarios)), wanted), key=lambda chosen: _worth(apart, chosen))
    else:
        best = _improved(apart, _grown(apart, wanted))
    least, total = _worth(apart, best)
    return Selection(scenarios=tuple(scenarios[at] for at in best), least=least, total=total, is_exact=is_exact)


def _distances(scenarios: Sequence[States]) -> Ints2d:
    if not scenarios:
        return np.zeros((0, 0), dtype=np.int64)
    table = np.array(scenarios, dtype=np.int64)
    apart: Ints2d = (table[:, None, :] != table[None, :, :]).sum(axis=2)
    return apart


def _worth(apart: Ints2d, chosen: Sequence[int]) -> tuple[int, int]:
    pairs = [int(apart[a, b]) for a, b in combinations(chosen, 2)]
    return min(pairs, default=0), sum(pairs)


def _grown(apart: Ints2d, wanted: int) -> tuple[int, ...]:
    """Farthest first, from the pair that lies farthest apart."""
    chosen = list(np.unravel_index(int(apart.argmax()), apart.shape))[:wanted]
    while len(chosen) < wanted:
        nearest = apart[chosen].min(axis=0) * (len(apart) * len(apart)) + apart[chosen].sum(axis=0)
        nearest[chosen] = -1
        chosen.append(nearest.argmax())
    return tuple(sorted(int(at) for at in chosen))


def _improved(apart: Ints2d, chosen: tuple[int, ...]) -> tuple[int, ...]:
    """Exchange one for one while it helps."""
    while True:
        swaps = [
            tuple(sorted({*chosen, new} - {old})) for old in chosen for new in range(len(apart)) if new not in chosen
        ]
        better = max(swaps, key=lambda swap: _worth(apart, swap), default=chosen)
        if _worth(apart, better) <= _worth(apart, chosen):
            return chosen
        chosen = better
