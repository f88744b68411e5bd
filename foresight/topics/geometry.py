"""Centres of groups, and how near a member is to the rest of its group."""

from __future__ import annotations

import hashlib

import numpy as np

from foresight.records import Floats1d, Floats2d, Ints1d

_LEAST_OF_EACH = 5
_MOST_WEIGHT = 3.0


def unit(vector: Floats1d) -> Floats1d:
    """`vector` at length 1; the zero vector stays."""
    length = float(np.linalg.norm(vector))
    return (vector / length if length > 0 else vector).astype(np.float32)


def balance(langs: Ints1d) -> Floats1d:
    """Weights that let each language speak as loud as the others, summing to ``n``.

    A centre made of nine English articles and one Finnish holds the next Finnish one back; once a language has
    five members (or there are few in all) each weighs the same in sum. A single article weighs at most three times.

    Args:
        langs: ``(n,)`` codes of languages.

    Returns:
        ``(n,)``; all 1 for one language.
    """
    _, code, counts = np.unique(langs, return_inverse=True, return_counts=True)
    if len(counts) < 2:  # noqa: PLR2004 - one language needs no balance
        return np.ones(len(langs), dtype=np.float32)
    most = np.where(counts >= _LEAST_OF_EACH, np.inf, _MOST_WEIGHT)
    each = np.minimum(len(langs) / (len(counts) * counts), most)
    weights = each[code]
    return np.asarray(weights * (len(langs) / weights.sum()), dtype=np.float32)


def centre(vectors: Floats2d, langs: Ints1d) -> Floats1d:
    """The centre of a group, languages balanced, length 1."""
    return unit((vectors * balance(langs)[:, None]).sum(axis=0))


def apart(vectors: Floats2d) -> Floats1d:
    """Leave-one-out cosine: of each member to the sum of the others, without its own pull on the centre.

    Args:
        vectors: ``(n, dim)``, rows of length 1.

    Returns:
        ``(n,)``; 0 for a lone row.
    """
    total = vectors.sum(axis=0)
    others = total - vectors
    lengths = np.linalg.norm(others, axis=1)
    cosines = np.einsum("ij,ij->i", vectors, others) / np.maximum(lengths, 1e-6)
    return np.where(lengths > 1e-6, cosines, 0.0).astype(np.float32)  # noqa: PLR2004 - rounding


def content_id(document_id: str) -> str:
    """The id of a trend that this document founded: it says nothing but is the same in every run."""
    return "t" + hashlib.sha256(document_id.encode()).hexdigest()[:15]
