"""The words of themes, by BERTopic's c-TF-IDF on labels that are given."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from foresight.records import Floats2d, Ints1d

WORDS = 10
_NOTHING = "–"
_FEWEST = 2  # BERTopic fails on a vocabulary of one word


def theme_words(texts: Sequence[str], vectors: Floats2d, labels: Ints1d, count: int) -> list[tuple[str, ...]]:
    """The ten strongest words of each theme. BERTopic numbers topics anew; they are mapped back by documents.

    Args:
        texts: words of ``n`` documents, space between.
        vectors: ``(n, dim)``.
        labels: ``(n,)`` theme of each document, −1 for none.
        count: how many themes there are.
    """
    kept = np.flatnonzero(labels >= 0)
    documents = [texts[row] or _NOTHING for row in kept.tolist()]
    if len({word for text in documents for word in text.split()}) < _FEWEST:
        return [() for _ in range(count)]
    with warnings.catch_warnings():
        # Deprecations inside numba and scikit-learn that a caller can do nothing about.
        warnings.simplefilter("ignore")
        from bertopic import BERTopic  # noqa: PLC0415 - ten seconds of import
        from bertopic.cluster import BaseCluster  # noqa: PLC0415 - see above
        from bertopic.dimensionality import BaseDimensionalityReduction  # noqa: PLC0415 - see above
        from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415 - see above

        model = BERTopic(
            embedding_model=None,
            language="multilingual",  # as an English one it would throw away every letter but a to z
            umap_model=BaseDimensionalityReduction(),
            hdbscan_model=BaseCluster(),
            vectorizer_model=CountVectorizer(analyzer=str.split),
            top_n_words=WORDS,
        )
        given, _ = model.fit_transform(documents, embeddings=vectors[kept], y=labels[kept])
    own = dict(zip(labels[kept].tolist(), given, strict=True))
    return [_words(model.get_topic(own[number])) if number in own else () for number in range(count)]


def _words(found: object) -> tuple[str, ...]:
    pairs = found if isinstance(found, list) else []
    return tuple(word for word, weight in pairs if word not in ("", _NOTHING) and weight > 0)
