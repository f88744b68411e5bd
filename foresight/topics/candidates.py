"""Candidate movements of the last days: groups at several window lengths, without an identity of their own yet.

A group is founded by density (articles that lie close together) or by a word that came up all at once.

Short windows see early, long ones see surely; pooled they keep the precision of one at twice the length
(docs/methods.md#units).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from foresight.records import Floats1d, Floats2d, Ints1d, TrendOptions
from foresight.topics.geometry import apart, centre
from foresight.topics.linkage import linkage_groups

_TOO_BIG = 0.3
_SMALL_WINDOW = 40
_ACROSS_LANGUAGES = 0.6
_OWNED = 0.3
_WORD_NEAR = 0.25
_LEAST_BY_WORD = 3
_SAME_WORD = 0.7

DENSITY, WORD, NAME = "density", "word", "name"
"""What founds a group; a name is a word that nobody wrote before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A group of near documents of one window.

    Attributes:
        members: ascending rows of the history it was found in.
        weeks: length of the window in weeks, the span its growth is tested over.
        founded: by `DENSITY`, a `WORD` or a `NAME`.
        name: column of the name that founded it, −1 for none.
    """

    members: Ints1d
    weeks: int
    founded: str = DENSITY
    name: int = -1


def candidates(vectors: Floats2d, langs: Ints1d, ages: Ints1d, options: TrendOptions) -> tuple[Candidate, ...]:
    """The groups of every window of `options.windows`.

    Args:
        vectors: ``(n, dim)`` centred; rows that should not found a group (repeats of a story) left out by the caller.
        langs: ``(n,)`` codes.
        ages: ``(n,)`` whole days before the cut-off.
        options: windows and their limit.

    Returns:
        Groups with at least as many members as their window asks for and at most a third of the window.
    """
    found: list[Candidate] = []
    for days, settings in groupby(sorted(options.windows), key=lambda window: window[0]):
        rows = np.flatnonzero(ages < days)
        asked = list(settings)
        cuts = linkage_groups(vectors[rows], [distance for _, distance, _ in asked], limit=options.window_limit)
        for (_, _, least), groups in zip(asked, cuts, strict=True):
            most = len(rows) if len(rows) < _SMALL_WINDOW else _TOO_BIG * len(rows)
            joined = join_languages(vectors, langs, [rows[group] for group in groups])
            found += [Candidate(members=g, weeks=max(1, days // 7)) for g in joined if least <= len(g) <= most]
    return tuple(found)


def word_candidates(vectors: Floats2d, found: Sequence[tuple[int, Ints1d]], weeks: int) -> tuple[Candidate, ...]:
    """Groups of recent documents that share a word that came up all at once, without those that lie elsewhere.

    A word may mean two things: members that are far from the others (a leave-one-out cosine below .25) are left out.

    Args:
        vectors: ``(n, dim)`` centred.
        found: of each word its column where it is a name (−1 for an older word) and the rows that have it, the most
            surprising word first.
        weeks: length of the window.

    Returns:
        Groups of three and more; of two that are nearly the same, the first.
    """
    kept: list[Candidate] = []
    for name, rows in found:
        members = _near_others(vectors, _near_others(vectors, rows))
        if len(members) >= _LEAST_BY_WORD and not any(_nearly_same(members, other.members) for other in kept):
            kept.append(Candidate(members=members, weeks=weeks, founded=WORD if name < 0 else NAME, name=name))
    return tuple(kept)


def _near_others(vectors: Floats2d, rows: Ints1d) -> Ints1d:
    return rows[apart(vectors[rows]) >= _WORD_NEAR]


def _nearly_same(one: Ints1d, other: Ints1d) -> bool:
    return len(np.intersect1d(one, other, assume_unique=True)) >= _SAME_WORD * max(len(one), len(other))


def join_languages(vectors: Floats2d, langs: Ints1d, groups: Sequence[Ints1d]) -> list[Ints1d]:
    """Join groups of different languages whose centres meet.

    Articles of two languages on one thing lie further apart than two of one language (median cosine .43 against .59),
    so linkage leaves them in two groups; their centres, where the noise of single texts is averaged out, meet.
    """
    if len(groups) < 2 or len(np.unique(langs)) < 2:  # noqa: PLR2004 - a join needs two of each
        return list(groups)
    spoken = [frozenset(langs[group].tolist()) for group in groups]
    centres = np.stack([centre(vectors[group], langs[group]) for group in groups])
    owner = list(range(len(groups)))
    for first, second in _near_pairs(centres, _ACROSS_LANGUAGES):
        if not spoken[owner[first]] & spoken[second] and owner[second] == second and owner[first] == first:
            owner[second] = first
            spoken[first] |= spoken[second]
    return [
        np.sort(np.concatenate([groups[j] for j, into in enumerate(owner) if into == i]))
        for i in range(len(groups))
        if owner[i] == i
    ]


def _near_pairs(centres: Floats2d, least: float) -> list[tuple[int, int]]:
    """Pairs of centres at least so near, nearest first."""
    cosines = np.triu(centres @ centres.T, 1)
    first, second = np.nonzero(cosines >= least)
    order = np.lexsort((second, first, -cosines[first, second]))
    return [(int(first[i]), int(second[i])) for i in order]


def owner(assigned: Ints1d, members: Ints1d) -> int:
    """The unit that owns a candidate: the one that holds most of its members, and at least three in ten.

    Args:
        assigned: ``(n,)`` number of each row's unit, −1 for none.
        members: rows of the candidate.

    Returns:
        The unit's number, or −1.
    """
    held = assigned[members]
    numbers, counts = np.unique(held[held >= 0], return_counts=True)
    if not len(numbers):
        return -1
    best = int(np.argmax(counts))
    return int(numbers[best]) if counts[best] >= _OWNED * len(members) else -1


def overlap(one: Ints1d, other: Ints1d) -> float:
    """Shared members as part of the smaller group, 0…1."""
    smaller = min(len(one), len(other))
    return len(np.intersect1d(one, other, assume_unique=True)) / smaller if smaller else 0.0


def similarity_to(vectors: Floats2d, towards: Floats1d) -> Floats1d:
    """``(n,)`` cosine of rows to one centre."""
    return (vectors @ towards).astype(np.float32)
