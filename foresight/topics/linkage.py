"""Groups of near documents: average linkage on the cosine distance, in parts where a window is too big.

Average linkage leaves a single article alone instead of forcing it into a group, which is why its groups are purer
than those of HDBSCAN or KMeans (docs/methods.md#units).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from foresight.records import Floats2d, Ints1d

_ROUNDS = 5


def linkage_groups(vectors: Floats2d, distances: Sequence[float], *, limit: int) -> tuple[tuple[Ints1d, ...], ...]:
    """Group rows at several cuts of one tree.

    Args:
        vectors: ``(n, dim)``, centred rows of length 1.
        distances: cosine distances (0…2) at which the tree is cut.
        limit: more rows than this are first divided by nearest centre, because the tree costs n².

    Returns:
        For each distance its groups of two and more, each the ascending rows of its members, in order of their
        first member.
    """
    found: list[list[Ints1d]] = [[] for _ in distances]
    for part in _parts(vectors, np.arange(len(vectors), dtype=np.int64), limit):
        for groups, labels in zip(found, _cuts(vectors[part], distances), strict=True):
            groups.extend(part[members] for members in _members(labels))
    return tuple(tuple(sorted(groups, key=lambda rows: int(rows[0]))) for groups in found)


def _cuts(vectors: Floats2d, distances: Sequence[float]) -> list[Ints1d]:
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415 - a second of import, only where grouping
    from scipy.spatial.distance import squareform  # noqa: PLC0415 - the same

    n = len(vectors)
    if n < 2:  # noqa: PLR2004 - a tree needs a pair
        return [np.zeros(n, dtype=np.int64) for _ in distances]
    apart = np.clip(1.0 - vectors @ vectors.T, 0.0, 2.0)
    condensed = squareform(apart, checks=False).astype(np.float64)
    tree = linkage(condensed, "average")
    return [np.asarray(fcluster(tree, cut, "distance"), dtype=np.int64) for cut in distances]


def _members(labels: Ints1d) -> Iterator[Ints1d]:
    order = np.argsort(labels, kind="stable")
    ends = np.flatnonzero(np.diff(labels[order])) + 1
    yield from (rows for rows in np.split(order, ends) if len(rows) > 1)


def _parts(vectors: Floats2d, rows: Ints1d, limit: int) -> Iterator[Ints1d]:
    """`rows` whole, or divided by nearest centre until no part is above `limit`."""
    if len(rows) <= limit:
        yield rows
        return
    near = _nearest_centre(vectors[rows], -(-2 * len(rows) // limit))
    divided = [rows[near == centre] for centre in np.unique(near)]
    if len(divided) == 1:  # nothing tells them apart: cut by time
        divided = [rows[start : start + limit] for start in range(0, len(rows), limit)]
    for part in divided:
        yield from _parts(vectors, part, limit)


def _nearest_centre(vectors: Floats2d, count: int) -> Ints1d:
    """Lloyd's algorithm from evenly spaced rows: no chance in it, and a few rounds are enough to divide."""
    centres = vectors[np.linspace(0, len(vectors) - 1, count).astype(np.int64)]
    near = np.zeros(len(vectors), dtype=np.int64)
    for _ in range(_ROUNDS):
        near = np.argmax(vectors @ centres.T, axis=1)
        sums = (near == np.arange(count)[:, None]).astype(np.float32) @ vectors
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), centres)
    return near
