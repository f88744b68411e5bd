"""A year of documents divided into themes, and themes into broader ones.

UMAP and HDBSCAN find what is dense, as BERTopic does. What they leave out goes to the nearest theme; what is too loose
for one theme is divided; what has many neighbours in common is joined. docs/benchmarks.md#topic-quality has the
measurements.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from foresight.records import Floats2d, Ints1d, ThemeOptions
from foresight.topics.communities import by_size, communities, joined, linked, neighbour_graph
from foresight.topics.geometry import unit

DIMENSIONS = 5
_ATTEMPTS = 3
_FLAT_NEIGHBOURS = 15
_PART_OF_ALL = 200
_FEWEST_FLATTENED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """Where documents and themes belong.

    Attributes:
        themes: ``(n,)`` number of each document's theme, the biggest is 0; −1 for none, or not looked at.
        broader: ``(themes,)`` number of each theme's broader theme.
    """

    themes: Ints1d
    broader: Ints1d


def divide(vectors: Floats2d, options: ThemeOptions, *, seed: int, flat: Floats2d | None = None) -> Division:
    """Divide documents into themes and broader themes.

    Of more than `options.fitted_at_most` a sample is looked at. Parts smaller than `options.least` are no themes.

    Args:
        vectors: ``(n, dim)``, centred rows of length 1.
        options: how fine, how broad.
        seed: decides the sample, the flattening, and the order in which documents are looked at.
        flat: ``(n, 5)`` what `flattened` gave for these vectors, where it is known; nothing is sampled then.
    """
    rows = np.arange(len(vectors), dtype=np.int64)
    if flat is None:
        rows = np.sort(np.random.default_rng(seed).permutation(len(vectors))[: options.fitted_at_most])
        flat = flattened(vectors[rows], seed)
    own = vectors[rows]
    parts = _nearest_where_none(own, _dense(flat, max(options.least, len(rows) // _PART_OF_ALL)))
    parts = _loose_divided(own, flat, parts, options, seed)
    near = neighbour_graph(own, options.neighbours)
    parts = by_size(communities(joined(near, parts), options.grain, seed=seed, attempts=_ATTEMPTS)[parts])
    kept = int((np.bincount(parts) >= options.least).sum()) if len(parts) else 0
    labels = np.full(len(vectors), -1, dtype=np.int64)
    labels[rows] = np.where(parts < kept, parts, -1)
    if not kept:
        return Division(themes=labels, broader=np.zeros(0, dtype=np.int64))
    # Parts are numbered by size: those kept are the first, and so are their rows in the graph of the parts.
    between = joined(near, parts)[:kept, :kept]
    broader = communities(between, options.broad_grain, seed=seed, attempts=_ATTEMPTS)
    return Division(themes=labels, broader=broader)


def flattened(vectors: Floats2d, seed: int) -> Floats2d:
    """``(n, 5)`` UMAP as BERTopic sets it; a handful of documents, or equal ones, stay where they are."""
    if len(vectors) < _FEWEST_FLATTENED or np.allclose(vectors, vectors[:1], atol=1e-5):
        return vectors
    with warnings.catch_warnings():
        # Deprecations inside numba and scikit-learn that a caller can do nothing about.
        warnings.simplefilter("ignore")
        from umap import UMAP  # noqa: PLC0415 - seconds of import and compilation

        reducer = UMAP(
            n_neighbors=min(_FLAT_NEIGHBOURS, len(vectors) - 1),
            n_components=DIMENSIONS,
            min_dist=0.0,
            metric="cosine",
            random_state=seed,
            n_jobs=1,
        )
        return np.asarray(reducer.fit_transform(vectors), dtype=np.float32)


def _dense(flat: Floats2d, least: int) -> Ints1d:
    """``(n,)`` the dense part each document lies in, −1 for none; all in one where nothing is denser than the rest."""
    if len(flat) < 2 * least:
        return np.zeros(len(flat), dtype=np.int64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # see `flattened`
        from hdbscan import HDBSCAN  # noqa: PLC0415 - seconds of import

        labels = np.asarray(HDBSCAN(min_cluster_size=least).fit_predict(flat), dtype=np.int64)
    return labels if labels.max(initial=-1) >= 0 else np.zeros(len(flat), dtype=np.int64)


def _nearest_where_none(vectors: Floats2d, labels: Ints1d) -> Ints1d:
    outside = np.flatnonzero(labels < 0)
    if not len(outside):
        return labels
    centres = np.stack([unit(vectors[labels == number].sum(axis=0)) for number in range(int(labels.max()) + 1)])
    labels = labels.copy()
    labels[outside] = np.argmax(vectors[outside] @ centres.T, axis=1)
    return labels


def _loose_divided(vectors: Floats2d, flat: Floats2d, labels: Ints1d, options: ThemeOptions, seed: int) -> Ints1d:
    """Labels where each part whose documents have too little in common is divided, and so on with what comes of it."""
    labels = labels.copy()
    waiting = list(range(int(labels.max(initial=-1)) + 1))
    links = linked(flat, options.neighbours)
    while waiting:
        number = waiting.pop()
        rows = np.flatnonzero(labels == number)
        if len(rows) < 2 * options.least or coherence(vectors[rows]) >= options.coherence:
            continue
        parts = communities(links[rows][:, rows], 1.0, seed=seed)
        if parts.max() == 0:
            continue
        first = int(labels.max()) + 1
        labels[rows] = np.where(parts > 0, first + parts - 1, number)
        waiting += [number, *range(first, first + int(parts.max()))]
    return labels


def coherence(vectors: Floats2d) -> float:
    """The mean cosine of two different rows of length 1; 1 for a single one."""
    n = len(vectors)
    if n < 2:  # noqa: PLR2004 - a pair
        return 1.0
    total = vectors.sum(axis=0, dtype=np.float64)
    return float((total @ total - n) / (n * (n - 1)))
