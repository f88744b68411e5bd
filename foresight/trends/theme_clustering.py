"""How a year of documents is divided into themes, and themes into broader ones.

UMAP and HDBSCAN find what is dense, as in BERTopic. A document that they leave out goes to the nearest dense part, a
part that is too loose for one theme is divided, and parts whose documents have many neighbours in common are joined.
How many themes there are follows from the documents. docs/benchmarks.md#topic-quality has the measurements.

Communities are those of highest modularity on a graph of neighbours. Sources: Blondel et al. (2008), Fast unfolding of
communities in large networks; Reichardt and Bornholdt (2006) for the resolution; the queue of nodes to look at again is
that of Traag, Waltman and van Eck (2019).
"""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from foresight.model.documents import Floats2d, Ints1d
from foresight.model.options import ThemeOptions
from foresight.trends.clusters import unit_vector

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    Graph: TypeAlias = csr_array[np.float64, tuple[int, int]]

_BLOCK = 2_000
_LEAST_GAIN = 1e-9


def neighbour_graph(vectors: Floats2d, neighbours: int) -> Graph:
    """``(n, n)`` symmetric, 1 where one document is among the nearest `neighbours` of the other, 0 for itself.

    vectors: ``(n, dim)``, centred rows of length 1.
    """
    from scipy.sparse import csr_array  # noqa: PLC0415 - a part of a second of import, only where a map is fitted

    n, most = len(vectors), max(0, min(neighbours, len(vectors) - 1))
    nearest = np.concatenate([_nearest(vectors, start, most) for start in range(0, max(n, 1), _BLOCK)])
    rows = np.repeat(np.arange(n, dtype=np.int64), most)
    named = csr_array((np.ones(n * most), (rows, nearest.ravel())), shape=(n, n))
    return csr_array(named.maximum(named.T))


def distance_graph(places: Floats2d, neighbours: int) -> Graph:
    """The same of places in a plane or a space of few dimensions, by their distance."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - see above
    from scipy.spatial import cKDTree  # noqa: PLC0415 - see above

    n, most = len(places), max(0, min(neighbours, len(places) - 1))
    _, found = cKDTree(places).query(places, k=range(1, most + 2))
    rows = np.repeat(np.arange(n, dtype=np.int64), most + 1)
    named = csr_array((np.ones(len(rows)), (rows, np.asarray(found).ravel())), shape=(n, n))
    named.setdiag(0)
    named.eliminate_zeros()
    return csr_array(named.maximum(named.T))


def _nearest(vectors: Floats2d, start: int, most: int) -> Ints1d:
    """``(block, most)`` rows nearest to each of a block, itself left out; of equals the lower row."""
    cosines = vectors[start : start + _BLOCK] @ vectors.T
    own = np.arange(len(cosines))
    cosines[own, start + own] = -np.inf
    near = np.argpartition(-cosines, max(most - 1, 0), axis=1)[:, :most]
    return np.asarray(near, dtype=np.int64)


def communities(graph: Graph, resolution: float, *, seed: int, attempts: int = 1) -> Ints1d:
    """``(n,)`` number of each node's part, the biggest is 0: more links lie inside the parts than by chance.

    A resolution above 1 gives more and smaller parts, below 1 fewer and bigger. seed decides the order in which nodes
    are looked at; of so many `attempts` the division of highest modularity counts.
    """
    tried = [_louvain(graph, resolution, np.random.default_rng([seed, attempt])) for attempt in range(attempts)]
    best = max(range(attempts), key=lambda i: (modularity(graph, tried[i], resolution), -i))
    return renumber_by_size(tried[best])


def modularity(graph: Graph, labels: Ints1d, resolution: float) -> float:
    """Links inside the parts less those that chance would lay there, as a share of all; 0 without links."""
    degrees = np.asarray(graph.sum(axis=1), dtype=np.float64).ravel()
    total = degrees.sum()
    if total <= 0:
        return 0.0
    links = graph.tocoo()
    inside = float(links.data[labels[links.coords[0]] == labels[links.coords[1]]].sum())
    parts = np.bincount(labels, weights=degrees)
    return float(inside / total - resolution * (parts**2).sum() / total**2)


def contract_graph(graph: Graph, labels: Ints1d) -> Graph:
    """The graph of the parts: a node for each, links added up, those inside a part kept as its link to itself."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - see `neighbour_graph`

    n = len(labels)
    member = csr_array((np.ones(n), (np.arange(n), labels)), shape=(n, int(labels.max(initial=-1)) + 1))
    return csr_array(member.T @ graph @ member)


def renumber_by_size(labels: Ints1d) -> Ints1d:
    """Parts numbered anew, the biggest first, equals by their first member."""
    numbers, first, inverse, counts = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    place = np.empty(len(numbers), dtype=np.int64)
    place[np.lexsort((first, -counts))] = np.arange(len(numbers))
    return np.asarray(place[inverse], dtype=np.int64)


def _louvain(graph: Graph, resolution: float, rng: np.random.Generator) -> Ints1d:
    """Nodes move to the part that gains most, parts become nodes, until nothing moves; nodes move once more at last."""
    labels = np.arange(graph.shape[0], dtype=np.int64)
    level = graph
    while True:
        parts = _move_nodes(level, labels=None, resolution=resolution, rng=rng)
        if int(parts.max(initial=-1)) + 1 == level.shape[0]:
            break
        labels = parts[labels]
        level = contract_graph(level, parts)
    return _move_nodes(graph, labels=labels, resolution=resolution, rng=rng)


def _move_nodes(graph: Graph, *, labels: Ints1d | None, resolution: float, rng: np.random.Generator) -> Ints1d:
    """Labels after every node has moved to where it gains most, from those given or from each on its own."""
    n = graph.shape[0]
    if n == 0 or graph.nnz == 0:
        return np.arange(n, dtype=np.int64) if labels is None else labels
    parts = _Partition(graph, list(range(n)) if labels is None else labels.tolist(), resolution)
    waiting, is_waiting = deque(rng.permutation(n).tolist()), [True] * n
    while waiting:
        node = waiting.popleft()
        is_waiting[node] = False
        for other in parts.settle(node):
            if not is_waiting[other]:
                is_waiting[other] = True
                waiting.append(other)
    return np.unique(np.array(parts.labels, dtype=np.int64), return_inverse=True)[1].astype(np.int64)


class _Partition:
    """A division under way. Plain lists: a node is looked at in microseconds."""

    def __init__(self, graph: Graph, labels: list[int], resolution: float) -> None:
        degrees = np.asarray(graph.sum(axis=1), dtype=np.float64).ravel()
        self.labels = labels
        self._degrees: list[float] = degrees.tolist()
        self._cost = resolution / float(degrees.sum())
        self._sums: list[float] = np.bincount(labels, weights=degrees, minlength=len(labels)).tolist()
        self._starts: list[int] = graph.indptr.tolist()
        self._ends: list[int] = graph.indices.tolist()
        self._weights: list[float] = graph.data.tolist()

    def settle(self, node: int) -> Sequence[int]:
        """Move a node to where it gains most; the neighbours that may want to follow, none where it stays."""
        own, degree = self.labels[node], self._degrees[node]
        self._sums[own] -= degree
        links = self._links(node)
        best, highest = own, links.get(own, 0.0) - self._cost * degree * self._sums[own]
        for part, weight in links.items():
            gain = weight - self._cost * degree * self._sums[part]
            if gain > highest + _LEAST_GAIN:
                best, highest = part, gain
        self._sums[best] += degree
        if best == own:
            return ()
        self.labels[node] = best
        near = self._ends[self._starts[node] : self._starts[node + 1]]
        return [other for other in near if self.labels[other] != best]

    def _links(self, node: int) -> dict[int, float]:
        """Weight of a node's links to each part, but for those to itself."""
        links: dict[int, float] = {}
        for at in range(self._starts[node], self._starts[node + 1]):
            other = self._ends[at]
            if other != node:
                part = self.labels[other]
                links[part] = links.get(part, 0.0) + self._weights[at]
        return links


DIMENSIONS = 5
_ATTEMPTS = 3
_FLAT_NEIGHBOURS = 15
_SMALLEST_FRACTION = 200
_FEWEST_FLATTENED = 20


def divide_into_themes(
    vectors: Floats2d, options: ThemeOptions, *, seed: int, flat: Floats2d | None = None
) -> tuple[Ints1d, Ints1d]:
    """``(n,)`` theme of each document, the biggest 0, −1 for none; ``(themes,)`` broader theme of each theme.

    Of more than `options.fit_sample_size` a sample is looked at. Parts smaller than `options.least` are no themes.

    Args:
        vectors: ``(n, dim)``, centred rows of length 1.
        options: how fine, how broad.
        seed: decides the sample, the reduction, and the order in which documents are looked at.
        flat: ``(n, 5)`` what `reduce_dimensions` gave for these vectors, where it is known; nothing is sampled then.
    """
    rows = np.arange(len(vectors), dtype=np.int64)
    if flat is None:
        rows = np.sort(np.random.default_rng(seed).permutation(len(vectors))[: options.fit_sample_size])
        flat = reduce_dimensions(vectors[rows], seed)
    own = vectors[rows]
    parts = _assign_outliers(own, _dense_parts(flat, max(options.least, len(rows) // _SMALLEST_FRACTION)))
    parts = _divide_loose(own, flat, parts, options, seed)
    near = neighbour_graph(own, options.neighbours)
    parts = renumber_by_size(
        communities(contract_graph(near, parts), options.theme_resolution, seed=seed, attempts=_ATTEMPTS)[parts]
    )
    kept = int((np.bincount(parts) >= options.least).sum())
    labels = np.full(len(vectors), -1, dtype=np.int64)
    labels[rows] = np.where(parts < kept, parts, -1)
    # Parts are numbered by size: those kept are the first, and so are their rows in the graph of the parts.
    between = contract_graph(near, parts)[:kept, :kept]
    return labels, communities(between, options.broad_theme_resolution, seed=seed, attempts=_ATTEMPTS)


def reduce_dimensions(vectors: Floats2d, seed: int, *, dimensions: int = DIMENSIONS) -> Floats2d:
    """``(n, dimensions)`` UMAP as BERTopic sets it; a handful of documents, or equal ones, stay where they are."""
    if len(vectors) < _FEWEST_FLATTENED or np.allclose(vectors, vectors[:1], atol=1e-5):
        return vectors
    with warnings.catch_warnings():
        # Deprecations inside numba and scikit-learn that a caller can do nothing about.
        warnings.simplefilter("ignore")
        from umap import UMAP  # noqa: PLC0415 - seconds of import and compilation

        reducer = UMAP(
            n_neighbors=min(_FLAT_NEIGHBOURS, len(vectors) - 1),
            n_components=dimensions,
            min_dist=0.0,
            metric="cosine",
            random_state=seed,
            n_jobs=1,
        )
        return np.asarray(reducer.fit_transform(vectors), dtype=np.float32)


def _dense_parts(flat: Floats2d, least: int) -> Ints1d:
    """``(n,)`` the dense part each document lies in, −1 for none; all in one where nothing is denser than the rest."""
    if len(flat) < 2 * least:
        return np.zeros(len(flat), dtype=np.int64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # see `reduce_dimensions`
        from hdbscan import HDBSCAN  # noqa: PLC0415 - seconds of import

        labels = np.asarray(HDBSCAN(min_cluster_size=least).fit_predict(flat), dtype=np.int64)
    return labels if labels.max(initial=-1) >= 0 else np.zeros(len(flat), dtype=np.int64)


def _assign_outliers(vectors: Floats2d, labels: Ints1d) -> Ints1d:
    outside = np.flatnonzero(labels < 0)
    if not len(outside):
        return labels
    centres = np.stack([unit_vector(vectors[labels == number].sum(axis=0)) for number in range(int(labels.max()) + 1)])
    labels = labels.copy()
    labels[outside] = np.argmax(vectors[outside] @ centres.T, axis=1)
    return labels


def _divide_loose(vectors: Floats2d, flat: Floats2d, labels: Ints1d, options: ThemeOptions, seed: int) -> Ints1d:
    """Labels where each part whose documents have too little in common is divided, and so on with what comes of it."""
    labels = labels.copy()
    waiting = list(range(int(labels.max(initial=-1)) + 1))
    links = distance_graph(flat, options.neighbours)
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
