"""A year of documents divided into themes, and themes into broader ones: communities of near documents, twice.

docs/methods.md#themes has the measurements, docs/benchmarks.md#topic-quality the table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foresight.records import Floats2d, Ints1d, ThemeOptions
from foresight.topics.communities import by_size, communities, joined, neighbour_graph

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """Where documents and themes belong.

    Attributes:
        themes: ``(n,)`` number of each document's theme, the biggest is 0; −1 for none, or not looked at.
        broader: ``(themes,)`` number of each theme's broader theme.
    """

    themes: Ints1d
    broader: Ints1d


def divide(vectors: Floats2d, options: ThemeOptions, *, seed: int) -> Division:
    """Divide documents into themes and broader themes.

    Of more than `options.fitted_at_most` a sample is looked at. Parts smaller than `options.least` are no themes.

    Args:
        vectors: ``(n, dim)``, centred rows of length 1.
        options: how fine, how broad.
        seed: decides the sample and the order in which documents are looked at.
    """
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.permutation(len(vectors))[: options.fitted_at_most])
    graph = neighbour_graph(vectors[rows], options.neighbours)
    parts = communities(graph, options.grain, seed=seed, attempts=_ATTEMPTS)
    counts = np.bincount(parts) if len(parts) else np.zeros(0, dtype=np.int64)
    kept = int((counts >= options.least).sum())
    labels = np.full(len(vectors), -1, dtype=np.int64)
    labels[rows] = np.where(parts < kept, parts, -1)
    if not kept:
        return Division(themes=labels, broader=np.zeros(0, dtype=np.int64))
    # Parts are numbered by size: those kept are the first, and so are their rows in the graph of the parts.
    between = joined(graph, parts)[:kept, :kept]
    broader = communities(between, options.broad_grain, seed=seed, attempts=_ATTEMPTS)
    return Division(themes=labels, broader=by_size(broader))
