"""The map of themes: lasting regions of a year of news, by BERTopic on vectors that are already there.

BERTopic's own defaults put news into too few clusters. The documents are divided into many small ones (UMAP, then
KMeans), neighbours are joined, and BERTopic gives the words by its c-TF-IDF (docs/methods.md#themes). Heavy libraries
are imported where a map is fitted, nowhere else.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from foresight.records import Assignment, Floats2d, Ints1d, Topic
from foresight.topics.geometry import unit
from foresight.topics.lineage import Node, match

FEWEST_DOCUMENTS = 50
FITTED_AT_MOST = 8_000
_DIMENSIONS = 5
_NEIGHBOURS = 15
_JOIN_DISTANCE = 0.65
_LEAST_IN_THEME = 8
_WORDS = 10
_TITLE_WORDS = 3
_NO_WORDS = ("", "–")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeMap:
    """Themes of one run, biggest first, and the theme of every document, by theme and document."""

    topics: tuple[Topic, ...] = ()
    assignments: tuple[Assignment, ...] = ()


def map_themes(
    ids: Sequence[str],
    vectors: Floats2d,
    texts: Sequence[str],
    *,
    run_id: str,
    seed: int,
    earlier: Sequence[tuple[str, frozenset[str]]] = (),
) -> ThemeMap:
    """Divide a year of documents into themes.

    Args:
        ids: ``n`` document ids.
        vectors: ``(n, dim)`` centred rows of length 1.
        texts: their words, space between: lemmas without stop words.
        run_id: stamped on the topics.
        seed: decides every random choice; the same data and seed give the same map.
        earlier: (theme id, document ids) of the last map, so that a theme keeps its id.

    Returns:
        Nothing below 50 documents. Documents without a theme are left out.
    """
    if len(ids) < FEWEST_DOCUMENTS:
        return ThemeMap()
    labels = divide(vectors, seed=seed)
    numbers = [int(number) for number in np.unique(labels[labels >= 0])]
    if not numbers:
        return ThemeMap()
    centres = np.stack([unit(vectors[labels == number].sum(axis=0)) for number in numbers])
    words = _words(texts, vectors, labels, numbers)
    places = _places(centres)
    names = _names(ids, vectors, labels, numbers, earlier)
    topics = [
        Topic(
            id=names[i],
            run_id=run_id,
            title=" · ".join(words[i][:_TITLE_WORDS]),
            words=tuple(words[i]),
            documents=int((labels == number).sum()),
            x=float(places[i, 0]),
            y=float(places[i, 1]),
        )
        for i, number in enumerate(numbers)
    ]
    assignments = [
        Assignment(owner_id=names[i], document_id=ids[row], similarity=round(float(vectors[row] @ centres[i]), 4))
        for i, number in enumerate(numbers)
        for row in np.flatnonzero(labels == number).tolist()
    ]
    return ThemeMap(
        topics=tuple(sorted(topics, key=lambda topic: (-topic.documents, topic.id))),
        assignments=tuple(sorted(assignments, key=lambda one: (one.owner_id, one.document_id))),
    )


def divide(vectors: Floats2d, *, seed: int) -> Ints1d:
    """``(n,)`` number of each document's theme, −1 for none: many small clusters, then neighbours joined."""
    rng = np.random.default_rng(seed)
    fitted = np.sort(rng.permutation(len(vectors))[:FITTED_AT_MOST])
    small = _clusters(_flattened(vectors[fitted], seed), round(np.sqrt(len(fitted))), seed)
    centres = np.stack([unit(vectors[fitted[small == number]].sum(axis=0)) for number in np.unique(small)])
    joined = _joined(centres)
    cosines = vectors @ centres.T
    labels = np.asarray(joined[np.argmax(cosines, axis=1)], dtype=np.int64)
    labels[fitted] = joined[small]
    counts = np.bincount(labels, minlength=int(labels.max()) + 1)
    return np.where(counts[labels] >= _LEAST_IN_THEME, labels, -1)


def theme_of(recent: Sequence[str], themes: dict[str, str]) -> str:
    """The theme most of a trend's documents lie in, "" where none of them has one.

    Args:
        recent: document ids.
        themes: theme id by document id.
    """
    found = [themes[name] for name in recent if name in themes]
    return max(sorted(set(found)), key=found.count, default="")


def _flattened(vectors: Floats2d, seed: int) -> Floats2d:
    with warnings.catch_warnings():
        # Deprecations inside numba and scikit-learn that a caller can do nothing about.
        warnings.simplefilter("ignore")
        from umap import UMAP  # noqa: PLC0415 - seconds of import and compilation

        reducer = UMAP(
            n_neighbors=_NEIGHBOURS,
            n_components=_DIMENSIONS,
            min_dist=0.0,
            metric="cosine",
            random_state=seed,
            n_jobs=1,
        )
        return np.asarray(reducer.fit_transform(vectors), dtype=np.float32)


def _clusters(points: Floats2d, count: int, seed: int) -> Ints1d:
    from sklearn.cluster import KMeans  # noqa: PLC0415 - seconds of import

    labels = KMeans(n_clusters=max(count, 2), n_init=3, random_state=seed).fit_predict(points)
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def _joined(centres: Floats2d) -> Ints1d:
    """``(clusters,)`` the theme of each small cluster: average linkage of their centres."""
    if len(centres) < 2:  # noqa: PLR2004 - a tree needs a pair
        return np.zeros(len(centres), dtype=np.int64)
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415 - a second of import

    upper = np.triu_indices(len(centres), 1)
    condensed = np.clip(1.0 - (centres @ centres.T)[upper], 0.0, 2.0).astype(np.float64)
    cut = fcluster(linkage(condensed, "average"), _JOIN_DISTANCE, "distance")
    return np.unique(cut, return_inverse=True)[1].astype(np.int64)


def _words(texts: Sequence[str], vectors: Floats2d, labels: Ints1d, numbers: Sequence[int]) -> list[list[str]]:
    """The ten strongest words of each theme by BERTopic's c-TF-IDF; its numbering is mapped back by documents."""
    kept = np.flatnonzero(labels >= 0)
    documents = [texts[row] or "–" for row in kept.tolist()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # see `_flattened`
        from bertopic import BERTopic  # noqa: PLC0415 - ten seconds of import
        from bertopic.cluster import BaseCluster  # noqa: PLC0415 - see above
        from bertopic.dimensionality import BaseDimensionalityReduction  # noqa: PLC0415 - see above
        from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415 - see above

        model = BERTopic(
            embedding_model=None,
            umap_model=BaseDimensionalityReduction(),
            hdbscan_model=BaseCluster(),
            vectorizer_model=CountVectorizer(analyzer=str.split),
            top_n_words=_WORDS,
        )
        given, _ = model.fit_transform(documents, embeddings=vectors[kept], y=labels[kept])
    own = dict(zip(labels[kept].tolist(), given, strict=True))
    return [
        [word for word, weight in model.get_topic(own[number]) or [] if word not in ("", "–") and weight > 0]
        for number in numbers
    ]


def _places(centres: Floats2d) -> Floats2d:
    """``(themes, 2)`` places on a map: classical scaling of cosine distances; signs fixed, so that it does not flip."""
    distance = np.clip(1.0 - centres @ centres.T, 0.0, 2.0).astype(np.float64) ** 2
    middle = np.eye(len(centres)) - 1.0 / len(centres)
    values, axes = np.linalg.eigh(-0.5 * middle @ distance @ middle)
    order = np.argsort(values)[::-1][:2]
    flat = axes[:, order] * np.sqrt(np.maximum(values[order], 0.0))
    flat = flat * np.where(flat[np.abs(flat).argmax(axis=0), np.arange(flat.shape[1])] < 0, -1.0, 1.0)
    return np.pad(flat, ((0, 0), (0, 2 - flat.shape[1]))).astype(np.float32)


def _names(
    ids: Sequence[str],
    vectors: Floats2d,
    labels: Ints1d,
    numbers: Sequence[int],
    earlier: Sequence[tuple[str, frozenset[str]]],
) -> list[str]:
    """Lasting ids: that of the earlier theme it continues, else a hash of its first document."""
    row_of = {name: row for row, name in enumerate(ids)}
    then = []
    for name, documents in earlier:
        rows = [row_of[one] for one in sorted(documents) if one in row_of]
        if rows:
            then.append(Node(id=name, centroid=unit(vectors[rows].sum(axis=0)), documents=documents))
    now = []
    for number in numbers:
        members = np.flatnonzero(labels == number)
        fresh = "h" + hashlib.sha256(ids[int(members[0])].encode()).hexdigest()[:15]
        own = frozenset(ids[row] for row in members.tolist())
        now.append(Node(id=fresh, centroid=unit(vectors[members].sum(axis=0)), documents=own))
    kept = match(now, then)
    used = set(kept.values())
    return [kept.get(node.id, node.id if node.id not in used else f"{node.id}+") for node in now]
