"""The class of STEEP of a trend: shares from its articles' nearness to the classes, and the words that decided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foresight.records import Floats1d, Floats2d, Ints1d, WordIndex

LEAST_ARTICLES = 3
WORDS_SHOWN = 6
TEMPERATURE = 0.05
"""What a lead in cosine is worth; see docs/benchmarks.md."""
_LEAST_HOLDERS = 2
_SHRINK = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A word that spoke for the class. rows: articles of the trend that hold it, those nearest to the class first."""

    word: str
    weight: float
    rows: Ints1d


def shares(nearness: Floats2d) -> Floats1d:
    """How a trend divides over the classes.

    Args:
        nearness: ``(articles, classes)`` of its articles.

    Returns:
        ``(classes,)``, summing to 1: the softmax of the mean nearness.
    """
    mean = nearness.mean(axis=0, dtype=np.float64) / TEMPERATURE
    grown = np.exp(mean - mean.max())
    divided: Floats1d = (grown / grown.sum()).astype(np.float32)
    return divided


def leads(nearness: Floats2d) -> Floats2d:
    """By how much each class leads the best other one in each article: ``(articles, classes)``."""
    ranked = np.sort(nearness, axis=1)
    best, second = ranked[:, -1:], ranked[:, -2:-1]
    lead: Floats2d = np.where(nearness == best, nearness - second, nearness - best).astype(np.float32)
    return lead


def associations(lead: Floats2d, rows: Ints1d, words: WordIndex) -> Floats2d:
    """What each word says of the classes: mean lead of the articles that hold it against all, drawn to 0 when rare.

    Args:
        lead: ``(n, classes)`` of `leads`, for the rows.
        rows: ``(n,)`` rows of the corpus: everything of the window, whatever trend it is in.
        words: of the corpus.

    Returns:
        ``(vocabulary, classes)``; 0 for a word that nothing holds.
    """
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only where there are anchors

    lengths = words.indptr[rows + 1] - words.indptr[rows]
    places = np.concatenate([[0], np.cumsum(lengths)])
    columns = [words.indices[words.indptr[row] : words.indptr[row + 1]] for row in rows]
    flat = np.concatenate(columns) if columns else np.zeros(0, dtype=np.int64)
    holds = csr_matrix((np.ones(len(flat)), flat, places), shape=(len(rows), len(words.vocabulary)))
    above = lead - lead.mean(axis=0, keepdims=True) if len(lead) else lead
    told: Floats2d = ((holds.T @ above) / (np.asarray(holds.sum(axis=0)).T + _SHRINK)).astype(np.float32)
    return told


def speaking(association: Floats2d, number: int) -> Floats1d:
    """What each word says of a class, 0 where it says more of another: ``(vocabulary,)``."""
    own = association[:, number]
    spoken: Floats1d = np.where(own >= association.max(axis=1), own, 0.0).astype(np.float32)
    return spoken


def decisive(rows: Ints1d, lead: Floats1d, association: Floats1d, words: WordIndex) -> tuple[Decided, ...]:
    """The words of a trend that spoke for a class, strongest first.

    Args:
        rows: ``(k,)`` the trend's rows of the corpus.
        lead: ``(k,)`` by how much the class leads in each.
        association: ``(vocabulary,)`` what each word says of the class.
        words: of the corpus.
    """
    held: dict[int, list[int]] = {}
    for place, row in enumerate(rows):
        for word in words.indices[words.indptr[row] : words.indptr[row + 1]]:
            held.setdefault(int(word), []).append(place)
    weighed = sorted(
        (
            (-len(places) / len(rows) * float(association[word]), words.vocabulary[word], places)
            for word, places in held.items()
            if len(places) >= min(_LEAST_HOLDERS, len(rows)) and association[word] > 0
        ),
        key=lambda one: one[:2],
    )
    return tuple(
        Decided(word=word, weight=-weight, rows=rows[sorted(places, key=lambda place: (-lead[place], place))])
        for weight, word, places in weighed[:WORDS_SHOWN]
    )
