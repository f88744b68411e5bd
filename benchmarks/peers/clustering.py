"""BERTopic as its users call it, on vectors made beforehand. It is imported where it is fitted: ten seconds."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from foresight.model.documents import Floats2d, Ints1d

FEWEST = 20
"""Documents below which nothing is clustered: UMAP's spectral start needs more points than neighbours."""

COMPONENTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustering:
    """What is set of UMAP, HDBSCAN and the words of a slice.

    Attributes:
        neighbours: UMAP's n_neighbors.
        least: HDBSCAN's min_cluster_size; samples: its min_samples.
        least_topics: the vectoriser's min_df, which in BERTopic counts topics.
    """

    neighbours: int
    least: int
    samples: int
    least_topics: int = 2


@contextmanager
def quiet() -> Iterator[None]:
    """Warnings of numba, UMAP and scikit-learn are no news here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def slice_topics(texts: Sequence[str], vectors: Floats2d, clustering: Clustering, *, seed: int) -> Ints1d:
    """The topic of each document of one slice; outliers go to the topic whose words are nearest.

    Returns:
        ``(n,)`` topic numbers from 0; -1 where nothing fits, everywhere if there are too few documents.
    """
    if len(texts) < FEWEST:
        return np.full(len(texts), -1, dtype=np.int64)
    with quiet():
        model, topics = _fitted(texts, vectors, clustering, seed)
        if -1 in topics and max(topics) >= 0:
            topics = model.reduce_outliers(list(texts), topics, strategy="c-tf-idf")
    return np.array(topics, dtype=np.int64)


def _fitted(texts: Sequence[str], vectors: Floats2d, clustering: Clustering, seed: int) -> tuple[Any, list[int]]:
    """A slice's model; with fewer topics than min_df asks for, the vocabulary is taken whole."""
    for least_topics in (clustering.least_topics, 1):
        model = _slice_model(clustering, least_topics, seed)
        try:
            topics, _ = model.fit_transform(list(texts), embeddings=vectors)
        except (ValueError, TypeError):  # no term remains, or a single one, which BERTopic's c-TF-IDF cannot take
            if least_topics == 1:
                raise
        else:
            return model, [int(topic) for topic in topics]
    raise AssertionError


def _slice_model(clustering: Clustering, least_topics: int, seed: int) -> Any:
    from bertopic import BERTopic  # noqa: PLC0415 - ten seconds of import
    from hdbscan import HDBSCAN  # noqa: PLC0415 - the same
    from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415 - the same
    from umap import UMAP  # noqa: PLC0415 - the same

    return BERTopic(
        embedding_model=None,
        umap_model=UMAP(
            n_neighbors=clustering.neighbours,
            n_components=COMPONENTS,
            min_dist=0.0,
            metric="cosine",
            random_state=seed,
            n_jobs=1,
        ),
        hdbscan_model=HDBSCAN(min_cluster_size=clustering.least, min_samples=clustering.samples),
        vectorizer_model=CountVectorizer(ngram_range=(1, 2), min_df=least_topics),
    )


def default_model(seed: int) -> Any:
    """BERTopic with every default; UMAP's too, but for the seed, so that a second run says the same."""
    from bertopic import BERTopic  # noqa: PLC0415 - ten seconds of import
    from umap import UMAP  # noqa: PLC0415 - the same

    umap = UMAP(
        n_neighbors=15,
        n_components=COMPONENTS,
        min_dist=0.0,
        metric="cosine",
        low_memory=False,
        random_state=seed,
        n_jobs=1,
    )  # fmt: skip - in the order of BERTopic's source
    return BERTopic(embedding_model=None, umap_model=umap)


def warm(dim: int) -> None:
    """Import and compile everything once, so that no system pays for it."""
    rng = np.random.default_rng(0)
    vectors = np.concatenate([rng.normal(size=(60, dim)) * 0.1 + centre for centre in rng.normal(size=(4, dim))])
    texts = [f"alpha beta gamma{row // 60} delta{row % 7} epsilon{row % 5}" for row in range(len(vectors))]
    rows = vectors.astype(np.float32)
    slice_topics(texts, rows, Clustering(neighbours=15, least=5, samples=5), seed=0)
    with quiet():
        model = default_model(0)
        model.fit_transform(texts, embeddings=rows)
        model.transform(texts[:20], embeddings=rows[:20])
