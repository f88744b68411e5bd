"""The say–feel gap: what companies say of a matter against what customers and employees say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from foresight.records import Bools1d, Floats1d, Ints1d, WordIndex
from foresight.signals.tone import DRAWS, HIGH, LOW, Estimate, draws_of_mean, is_enough

Floats64 = npt.NDArray[np.float64]

LEAST_OUTPUT = 50
"""Stories a side must have published in the window, on anything, before its share means something."""
LEAST_STORIES = 10
"""Stories about the matter: of both sides together for the share, of each side for the words."""
WORDS_SHOWN = 6
_WORD_STORIES = 3
_SURE = 1.645


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The articles of one side about a matter.

    Attributes:
        rows: ``(n,)`` rows of the corpus. stories: ``(n,)`` their stories. tones: ``(n,)``.
        output: stories the side published on anything in the window.
    """

    rows: Ints1d
    stories: Ints1d
    tones: Floats1d
    output: int

    @property
    def told(self) -> int:
        """Its stories about the matter."""
        return len(np.unique(self.stories))


@dataclass(frozen=True, slots=True, kw_only=True)
class Distinct:
    """A word that one side uses and the other does not. rows: articles of that side that hold it."""

    word: str
    weight: float
    rows: Ints1d


def share_gap(company: Side, people: Side, rng: np.random.Generator) -> Estimate | None:
    """Share of the company side's stories that are about the matter, minus that of the people's.

    Each share is drawn as Beta(k + ½, n − k + ½), the Bayesian bootstrap over stories: a side that never spoke of it
    has an interval too.
    """
    if min(company.output, people.output) < LEAST_OUTPUT or company.told + people.told < LEAST_STORIES:
        return None
    draws = _share_draws(company, rng) - _share_draws(people, rng)
    value = company.told / company.output - people.told / people.output
    return _estimate(value, draws, company.told + people.told)


def tone_gap(company: Side, people: Side, rng: np.random.Generator) -> Estimate | None:
    """Mean tone of the company side minus that of the people's; None where one has too few articles."""
    sides = [_toned(side) for side in (company, people)]
    if not all(is_enough(tones, stories) for tones, stories in sides):
        return None
    (ours, _), (theirs, _) = sides
    draws = draws_of_mean(*sides[0], rng) - draws_of_mean(*sides[1], rng)
    value = float(ours.mean(dtype=np.float64) - theirs.mean(dtype=np.float64))
    return _estimate(value, draws, len(ours) + len(theirs))


def word_gap(
    company: Side, people: Side, words: WordIndex, langs: Sequence[str], rng: np.random.Generator
) -> Estimate | None:
    """How far the two sides' words are apart: 0 the same as within a side, 1 no word in common.

    One minus the mean likeness (cosine of the sets of words) of pairs across the sides over that of pairs within a
    side, of different stories in one language. Not biased by how much either side wrote, as overlaps of vocabularies
    are.

    Args:
        company: one side.
        people: the other.
        words: of the corpus, row by row.
        langs: ``len(corpus)`` codes.
        rng: a stream of chance.
    """
    if min(company.told, people.told) < LEAST_STORIES:
        return None
    rows = np.concatenate([company.rows, people.rows])
    stories = np.concatenate([company.stories, people.stories])
    likeness, counts = _by_story(rows, stories, words, [langs[row] for row in rows])
    ours = np.isin(np.unique(stories), company.stories)
    value = _distance(likeness, counts, ours.astype(np.float64), (~ours).astype(np.float64))
    if np.isnan(value):
        return None
    draws = np.array([_distance(likeness, counts, *_picks(ours, rng)) for _ in range(DRAWS // 3)])
    return _estimate(value, draws[~np.isnan(draws)], company.told + people.told)


def distinct_words(side: Side, other: Side, words: WordIndex) -> tuple[Distinct, ...]:
    """The words that set one side apart, by the log odds ratio of stories that hold them (half a story added to each).

    Args:
        side: whose words are asked for.
        other: the other side; both in one language.
        words: of the corpus.

    Returns:
        Strongest first; each in at least three stories of the side and surely (z above 1.645) in more of them.
    """
    if min(side.told, other.told) < LEAST_STORIES:
        return ()
    mine, theirs = _story_counts(side, words), _story_counts(other, words)
    table = [mine + 0.5, side.told - mine + 0.5, theirs + 0.5, other.told - theirs + 0.5]
    odds = np.log(table[0] * table[3] / (table[1] * table[2]))
    surprise = odds / np.sqrt(np.sum([1 / cell for cell in table], axis=0))
    sure = (mine >= _WORD_STORIES) & (surprise > _SURE)
    best = [int(w) for w in np.lexsort((np.arange(len(odds)), -surprise)) if sure[w]]
    return tuple(
        Distinct(word=words.vocabulary[w], weight=float(surprise[w]), rows=holders(side.rows, words, w))
        for w in best[:WORDS_SHOWN]
    )


def holders(rows: Ints1d, words: WordIndex, word: int) -> Ints1d:
    """Those of the rows that hold a word, in order."""
    held = [row for row in rows if word in words.indices[words.indptr[row] : words.indptr[row + 1]]]
    return np.array(held, dtype=np.int64)


def _toned(side: Side) -> tuple[Floats1d, Ints1d]:
    known: Bools1d = ~np.isnan(side.tones)
    return side.tones[known], side.stories[known]


def _share_draws(side: Side, rng: np.random.Generator) -> Floats1d:
    told = min(side.told, side.output)
    draws: Floats1d = rng.beta(told + 0.5, side.output - told + 0.5, size=4 * DRAWS).astype(np.float32)
    return draws


def _estimate(value: float, draws: Floats1d | Floats64, n: int) -> Estimate:
    low, high = np.quantile(draws, [LOW, HIGH])
    return Estimate(value=value, low=float(low), high=float(high), n=n)


def _by_story(rows: Ints1d, stories: Ints1d, words: WordIndex, langs: Sequence[str]) -> tuple[Floats64, Floats64]:
    """Sums of likeness, and numbers of pairs, between stories: ``(stories, stories)`` each, the diagonal empty."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only where two sides speak

    lengths = words.indptr[rows + 1] - words.indptr[rows]
    columns = [words.indices[words.indptr[row] : words.indptr[row + 1]] for row in rows]
    weights = np.repeat(1 / np.sqrt(np.maximum(lengths, 1)), lengths)
    places = np.concatenate([[0], np.cumsum(lengths)])
    flat = np.concatenate(columns) if columns else np.zeros(0, dtype=np.int64)
    matrix = csr_matrix((weights, flat, places), shape=(len(rows), len(words.vocabulary)))
    same = np.array(langs, dtype=object)[:, None] == np.array(langs, dtype=object)[None, :]
    likeness = np.where(same, (matrix @ matrix.T).toarray(), 0.0)
    names, numbers = np.unique(stories, return_inverse=True)
    belongs = csr_matrix((np.ones(len(rows)), (numbers, np.arange(len(rows)))), shape=(len(names), len(rows)))
    sums, counts = (np.asarray(belongs @ (belongs @ table.astype(np.float64)).T) for table in (likeness, same))
    np.fill_diagonal(sums, 0.0)
    np.fill_diagonal(counts, 0.0)
    return sums, counts


def _distance(sums: Floats64, counts: Floats64, ours: Floats64, theirs: Floats64) -> float:
    """With weights per story; a story drawn twice is no pair with itself, since the diagonal is empty."""
    within = sum(side @ sums @ side for side in (ours, theirs))
    pairs = sum(side @ counts @ side for side in (ours, theirs))
    across, crossed = ours @ sums @ theirs, ours @ counts @ theirs
    if not (pairs and crossed and within):
        return float("nan")
    return float(1 - (across / crossed) / (within / pairs))


def _picks(ours: Bools1d, rng: np.random.Generator) -> tuple[Floats64, Floats64]:
    """How often each story is drawn, each side from its own."""
    drawn = []
    for side in (ours, ~ours):
        weights = np.zeros(len(ours))
        weights[side] = rng.multinomial(int(side.sum()), np.full(int(side.sum()), 1 / side.sum()))
        drawn.append(weights)
    return drawn[0], drawn[1]


def _story_counts(side: Side, words: WordIndex) -> Floats1d:
    """In how many of the side's stories each word stands."""
    seen = {
        (int(story), int(word))
        for row, story in zip(side.rows, side.stories, strict=True)
        for word in words.indices[words.indptr[row] : words.indptr[row + 1]]
    }
    found = np.array([word for _, word in seen], dtype=np.int64)
    counts: Floats1d = np.bincount(found, minlength=len(words.vocabulary)).astype(np.float32)
    return counts
