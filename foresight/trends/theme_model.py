"""The map of themes as a BERTopic model, with the parts of it that are ours.

The vectors are given and nothing reduces them: the cluster model sees them in full (`theme_map.ThemeClusters`; UMAP and
HDBSCAN are its first two steps). The vectorizer takes words that are ready, and what has no theme is no class of the
c-TF-IDF. Importing this module takes seconds: import it where a map is fitted or exported.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from foresight.model.documents import Floats2d, Ints1d

with warnings.catch_warnings():
    # Deprecations inside numba and scikit-learn that a caller can do nothing about; the same below.
    warnings.simplefilter("ignore")
    from bertopic import BERTopic
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction
    from bertopic.vectorizers import ClassTfidfTransformer
    from sklearn.feature_extraction.text import CountVectorizer

if TYPE_CHECKING:
    from foresight.trends.theme_map import ThemeClusters

WORDS_PER_THEME = 10
_WITHOUT_WORDS = "–"
_FILLERS = ("", _WITHOUT_WORDS, "—")


class ThemeTfidf(ClassTfidfTransformer):  # type: ignore[misc]  # bertopic ships no types
    """c-TF-IDF of the themes: documents without one are no class, and their own words weigh nothing."""

    def __init__(self, clusters: BaseCluster | ThemeClusters) -> None:
        super().__init__()
        self.clusters = clusters

    def fit(self, X: Any, multiplier: Any = None) -> Self:  # noqa: N803 - BERTopic's name
        """Learn how common words are in the themes. X: counts of words, ``(themes, words)``, what has none first."""
        outside = int((self.clusters.labels_ < 0).any())
        with np.errstate(divide="ignore"):
            super().fit(X[outside:] if X.shape[0] > outside else X, multiplier)
        weights = self._idf_diag.data
        weights[np.isinf(weights)] = 0.0
        return self


def theme_model(
    texts: Sequence[str], vectors: Floats2d, clusters: ThemeClusters | None = None, labels: Ints1d | None = None
) -> BERTopic:
    """A fitted model of documents: by a cluster model, or on themes that are known.

    texts: words of ``n`` documents, space between; vectors: ``(n, dim)``, centred; labels: ``(n,)`` known themes, −1
    for none, where there is no cluster model.
    """
    clusters = clusters or BaseCluster()
    model = BERTopic(
        embedding_model=None,
        language="multilingual",  # as an English one it would throw away every letter but a to z
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=clusters,
        vectorizer_model=CountVectorizer(lowercase=False, token_pattern=r"\S+"),  # noqa: S106 - words of a text
        ctfidf_model=ThemeTfidf(clusters),
        top_n_words=WORDS_PER_THEME,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(_documents(texts), embeddings=vectors, y=labels)


def _documents(texts: Sequence[str]) -> list[str]:
    """The texts as BERTopic takes them: it fails on empty ones, and on a vocabulary of one word."""
    documents = [text or _WITHOUT_WORDS for text in texts]
    alone = len({word for text in documents for word in text.split()}) < 2  # noqa: PLR2004 - see above
    return [" ".join(_FILLERS[1:])] * len(texts) if alone else documents


def words_of_levels(model: BERTopic, texts: Sequence[str], labels: Ints1d, broader: Ints1d) -> list[tuple[str, ...]]:
    """The strongest words of each theme, then those of each broader theme; afterwards the model is one of the latter.

    texts: as it was fitted on; labels: ``(n,)`` theme of each document, −1 for none; broader: ``(themes,)``.
    """
    words = words_of(model, labels, len(broader))
    own = topic_numbers(model, labels)
    groups = [[own[theme] for theme in np.flatnonzero(broader == above).tolist()] for above in np.unique(broader)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.merge_topics(_documents(texts), groups)
    return words + words_of(model, np.where(labels >= 0, broader[labels], -1), len(groups))


def words_of(model: BERTopic, labels: Ints1d, count: int) -> list[tuple[str, ...]]:
    """The ten strongest words of each of `count` themes. labels: ``(n,)`` theme of each document, −1 for none."""
    own = topic_numbers(model, labels)
    found = [model.get_topic(own[number]) or () if number in own else () for number in range(count)]
    return [tuple(word for word, weight in pairs if word not in _FILLERS and weight > 0) for pairs in found]


def topic_numbers(model: BERTopic, labels: Ints1d) -> dict[int, int]:
    """BERTopic's number of each theme: it numbers them by size, anew after every change."""
    return dict(zip(labels.tolist(), model.topics_, strict=True))


def save_model(
    model: BERTopic, folder: Path, titles: Mapping[int, str], aspects: Mapping[str, Mapping[int, str]]
) -> None:
    """Write a model where `BERTopic.load` finds it: JSON and safetensors, nothing that runs when it is read.

    titles: by BERTopic's number; the plots show them with ``custom_labels=True``. aspects: further columns of
    `get_topic_info`, by name.
    """
    model.set_topic_labels(dict(titles))
    model.topic_aspects_ = {name: dict(values) for name, values in aspects.items()}
    model.save(folder, serialization="safetensors", save_ctfidf=True)
