"""Which documents speak of a group: by its leave-one-out radius, and by its words.

A group built on the recent window and counted by its own radius there "grows" in shuffled news too, because its
members pull the centre towards themselves. Leave-one-out removes that pull, and words do not know the vectors at all
(docs/methods.md#counting).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from foresight.records import Bools1d, Floats1d, Floats2d, Ints1d
from foresight.signals.history import History

_WORDS = 5
_HITS = 2
_COMMON = 0.1
_OWN_LANGUAGE = 3
_OWN_QUANTILE = 5
_BLOCK = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Radius:
    """A group as a region of the space of vectors.

    Attributes:
        centre: ``(dim,)`` length 1.
        least: ``(languages,)`` cosine from which a document of the language lies inside.
        inside: the members that do, each measured against the others alone.
    """

    centre: Floats1d
    least: Floats1d
    inside: Ints1d
    members: Ints1d


def radius(history: History, members: Ints1d, centre: Floats1d, *, quantile: float) -> Radius:
    """The region that nine tenths of the members lie in (at `quantile` .1), each judged without its own pull.

    A language with five members has its own limit; the others share that of all.
    """
    vectors = history.vectors[members]
    near = apart(vectors)
    least = np.full(len(history.languages), float(np.quantile(near, quantile)), dtype=np.float32)
    for code in np.unique(history.langs[members]):
        own = near[history.langs[members] == code]
        if len(own) >= _OWN_QUANTILE:
            least[code] = np.quantile(own, quantile)
    inside = members[near >= least[history.langs[members]]]
    return Radius(centre=centre, least=least, inside=inside, members=members)


def apart(vectors: Floats2d) -> Floats1d:
    """``(n,)`` leave-one-out cosine of each row to the sum of the others."""
    others = vectors.sum(axis=0) - vectors
    lengths = np.maximum(np.linalg.norm(others, axis=1), 1e-6)
    return np.asarray(np.einsum("ij,ij->i", vectors, others) / lengths, dtype=np.float32)


def within(history: History, regions: Sequence[Radius]) -> list[Ints1d]:
    """The rows that lie inside each region, ascending; members count by their leave-one-out cosine."""
    if not regions:
        return []
    centres = np.stack([region.centre for region in regions])
    least = np.stack([region.least for region in regions])
    found: list[list[Ints1d]] = [[] for _ in regions]
    for start in range(0, len(history), _BLOCK):
        part = slice(start, start + _BLOCK)
        hits = centres @ history.vectors[part].T >= least[:, history.langs[part]]
        for rows, hit in zip(found, hits, strict=True):
            rows.append(np.flatnonzero(hit) + start)
    return [
        np.union1d(np.setdiff1d(np.concatenate(rows), region.members, assume_unique=True), region.inside)
        for rows, region in zip(found, regions, strict=True)
    ]


def characteristic(history: History, members: Ints1d, *, weeks: int, baseline: int) -> tuple[Ints1d, ...]:
    """The words that most set a group apart from the weeks before its window, per language with enough members.

    Smoothed log odds times the root of the number of members that have the word.

    Args:
        history: what is counted in.
        members: rows of the group.
        weeks: its window.
        baseline: weeks before the window that are compared with.

    Returns:
        Up to five columns per language, strongest first.
    """
    before = (history.week >= weeks) & (history.week < weeks + baseline)
    codes, counts = np.unique(history.langs[members], return_counts=True)
    enough = [int(code) for code, count in zip(codes, counts, strict=True) if count >= _OWN_LANGUAGE]
    if len(enough) < 2:  # noqa: PLR2004 - one language: all members speak together
        return (_strongest(history, members, np.asarray(before, dtype=np.bool_)),)
    return tuple(
        _strongest(history, members[history.langs[members] == code], before & (history.langs == code))
        for code in enough
    )


def _strongest(history: History, members: Ints1d, before: Bools1d) -> Ints1d:
    cells = np.concatenate([history.words[history.indptr[row] : history.indptr[row + 1]] for row in members])
    words, inside = np.unique(cells, return_counts=True)
    common = inside >= max(2, 0.15 * len(members))
    words, inside = words[common], inside[common]
    n_before = int(before.sum())
    outside = np.array([_in_rows(history, int(word), before) for word in words], dtype=np.float64)
    rare = outside <= max(_COMMON * n_before, 1)
    words, inside, outside = words[rare], inside[rare], outside[rare]
    odds = np.log((inside + 0.5) / (len(members) + 1)) - np.log((outside + 0.5) / (n_before + 1))
    order = np.lexsort((words, -odds * np.sqrt(inside)))[:_WORDS]
    return words[order[odds[order] > 0]].astype(np.int64)


def _in_rows(history: History, word: int, rows: Bools1d) -> int:
    return int(rows[having(history, word)].sum())


def having(history: History, word: int) -> Ints1d:
    """The rows that have a word, ascending."""
    return history.word_rows[history.word_indptr[word] : history.word_indptr[word + 1]]


def speaking(history: History, words: Sequence[Ints1d], *, name: int = -1) -> Ints1d:
    """The rows with at least two of a group's words in one language, or with its name, ascending.

    Args:
        history: what is searched.
        words: per language, from `characteristic`; a single one says too little.
        name: column of the new name that founded the group, which speaks for it alone; −1 for none.
    """
    if name >= 0:
        return having(history, name)
    found = [np.zeros(0, dtype=np.int64)]
    for own in words:
        if len(own) < _HITS:
            continue
        told = np.concatenate([having(history, int(word)) for word in own])
        rows, hits = np.unique(told, return_counts=True)
        found.append(rows[hits >= _HITS])
    return np.unique(np.concatenate(found))
