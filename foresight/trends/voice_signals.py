"""Voices: their tone, the gap between what companies say and what people feel, and the class of STEEP of a trend.

A tone is a mean over many articles with its interval, never that of one; a class has the words that decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

from foresight.model.documents import Bools1d, Floats1d, Floats2d, Ints1d
from foresight.nlp.word_index import WordIndex

LEAST_TONE_ARTICLES = 20
"""Articles under which a mean says nothing."""
CLEAR_TONE = 0.5
"""Scores nearer to zero than this have no clear tone and count as 0."""
BOOTSTRAP_DRAWS = 600
LOW_QUANTILE, HIGH_QUANTILE = 0.05, 0.95
_WORD_WEIGHT, _RULE_WEIGHT = 0.75, 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalEstimate:
    """A value with its 90 % interval and the number of articles or stories it rests on."""

    value: float
    low: float
    high: float
    n: int


def article_tones(scores: Floats1d, words: Floats1d, known: Bools1d, decided: Bools1d) -> Floats1d:
    """The tone of each article from its vector and its words.

    ``tanh(z + ¾ w)``; where a rule on the words decides (negation, something unwanted that shrinks), ``tanh(1½ w)``:
    a vector does not carry it. Within ±½ there is no clear tone, and it counts as 0.

    Args:
        scores: ``(n,)`` from the vectors, in standard deviations; all NaN where the encoder knows nothing of tone.
        words: ``(n,)`` −1…1 by the words.
        known: whether any word has a tone.
        decided: whether a rule did.

    Returns:
        ``(n,)`` in −1…1; NaN where neither vector nor words can be asked.
    """
    by_vector = np.where(np.isnan(scores), 0.0, scores) + _WORD_WEIGHT * words
    raw = np.where(decided, _RULE_WEIGHT * words, by_vector)
    raw = np.where(np.abs(raw) < CLEAR_TONE, 0.0, raw)
    return np.where(~np.isnan(scores) | known, np.tanh(raw), np.nan).astype(np.float32)


def random_stream(seed: int, *names: str) -> np.random.Generator:
    """A stream of random numbers of its own for everything measured: the order of measuring changes nothing."""
    return np.random.default_rng([seed, crc32("\0".join(names).encode())])


def bootstrap_means(values: Sequence[float] | Floats1d, stories: Ints1d, rng: np.random.Generator) -> Floats1d:
    """Means of articles under resampling of whole stories: copies of one story are no independent witnesses.

    values: ``(n,)``, n at least 1; stories: ``(n,)`` what belongs together. Returns ``(BOOTSTRAP_DRAWS,)``.
    """
    _, numbers = np.unique(stories, return_inverse=True)
    sums = np.bincount(numbers, weights=np.asarray(values, dtype=np.float64))
    sizes = np.bincount(numbers).astype(np.float64)
    picks = rng.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=BOOTSTRAP_DRAWS)
    return np.asarray((picks @ sums) / (picks @ sizes), dtype=np.float32)


def mean_tone(values: Floats1d, stories: Ints1d, rng: np.random.Generator) -> IntervalEstimate | None:
    """The mean tone of articles with a bootstrap interval by story; None under 20 articles or 5 stories."""
    if not has_enough_articles(values, stories):
        return None
    low, high = np.quantile(bootstrap_means(values, stories, rng), [LOW_QUANTILE, HIGH_QUANTILE])
    return IntervalEstimate(
        value=float(np.mean(values, dtype=np.float64)), low=float(low), high=float(high), n=len(values)
    )


def has_enough_articles(values: Floats1d, stories: Ints1d) -> bool:
    """Whether a mean may be stated."""
    return len(values) >= LEAST_TONE_ARTICLES and len(np.unique(stories)) >= LEAST_TONE_ARTICLES // 4


Floats64 = npt.NDArray[np.float64]

LEAST_SIDE_STORIES = 50
"""Stories a side must have published in the window, on anything, before its share means something."""
LEAST_GAP_STORIES = 10
"""Stories about the matter: of both sides together for the share, of each side for the words."""
WORDS_SHOWN = 6
_WORD_STORIES = 3
_SURE = 1.645


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceSide:
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
    def story_count(self) -> int:
        """Its stories about the matter."""
        return len(np.unique(self.stories))


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedWord:
    """A word that sets a side apart, or spoke for a class. rows: articles that hold it, the first to be shown first."""

    word: str
    weight: float
    rows: Ints1d


def has_enough_stories(company: VoiceSide, people: VoiceSide) -> bool:
    """Whether shares of the two sides mean something."""
    is_rich = min(company.output, people.output) >= LEAST_SIDE_STORIES
    return is_rich and company.story_count + people.story_count >= LEAST_GAP_STORIES


def share_gap(company: VoiceSide, people: VoiceSide, rng: np.random.Generator) -> IntervalEstimate | None:
    """Share of the company side's stories that are about the matter, minus that of the people's.

    Each share is drawn as Beta(k + ½, n − k + ½), the Bayesian bootstrap over stories: a side that never spoke of it
    has an interval too.
    """
    if not has_enough_stories(company, people):
        return None
    draws = _share_draws(company, rng) - _share_draws(people, rng)
    value = company.story_count / company.output - people.story_count / people.output
    return _interval(value, draws, company.story_count + people.story_count)


def tone_gap(company: VoiceSide, people: VoiceSide, rng: np.random.Generator) -> IntervalEstimate | None:
    """Mean tone of the company side minus that of the people's; None where one has too few articles."""
    known = [~np.isnan(side.tones) for side in (company, people)]
    sides = [(side.tones[own], side.stories[own]) for side, own in zip((company, people), known, strict=True)]
    if not all(has_enough_articles(tones, stories) for tones, stories in sides):
        return None
    (ours, _), (theirs, _) = sides
    draws = bootstrap_means(*sides[0], rng) - bootstrap_means(*sides[1], rng)
    value = float(ours.mean(dtype=np.float64) - theirs.mean(dtype=np.float64))
    return _interval(value, draws, len(ours) + len(theirs))


def word_gap(
    company: VoiceSide, people: VoiceSide, words: WordIndex, langs: Sequence[str], rng: np.random.Generator
) -> IntervalEstimate | None:
    """How far the two sides' words are apart: 0 the same as within a side, 1 no word in common.

    One minus the mean likeness (cosine of the sets of words) of pairs across the sides over that of pairs within a
    side, of different stories in one language. Not biased by how much either side wrote, as overlaps of vocabularies
    are.

    words: of the corpus, row by row; langs: ``len(corpus)`` codes.
    """
    if min(company.story_count, people.story_count) < LEAST_GAP_STORIES:
        return None
    rows = np.concatenate([company.rows, people.rows])
    stories = np.concatenate([company.stories, people.stories])
    likeness, counts = _by_story(rows, stories, words, [langs[row] for row in rows])
    ours = np.isin(np.unique(stories), company.stories)
    value = _distance(likeness, counts, ours.astype(np.float64), (~ours).astype(np.float64))
    if np.isnan(value):
        return None
    draws = np.array([_distance(likeness, counts, *_story_weights(ours, rng)) for _ in range(BOOTSTRAP_DRAWS // 3)])
    return _interval(value, draws[~np.isnan(draws)], company.story_count + people.story_count)


def distinct_words(side: VoiceSide, other: VoiceSide, words: WordIndex) -> tuple[WeightedWord, ...]:
    """The words that set one side apart, by the log odds ratio of stories that hold them (half a story added to each).

    Strongest first; each in at least three stories of the side and surely (z above 1.645) in more of them. Both sides
    are in one language.
    """
    if min(side.story_count, other.story_count) < LEAST_GAP_STORIES:
        return ()
    mine, theirs = _story_counts(side, words), _story_counts(other, words)
    table = [mine + 0.5, side.story_count - mine + 0.5, theirs + 0.5, other.story_count - theirs + 0.5]
    odds = np.log(table[0] * table[3] / (table[1] * table[2]))
    surprise = odds / np.sqrt(np.sum([1 / cell for cell in table], axis=0))
    sure = (mine >= _WORD_STORIES) & (surprise > _SURE)
    best = [int(w) for w in np.lexsort((np.arange(len(odds)), -surprise)) if sure[w]]
    return tuple(
        WeightedWord(
            word=words.vocabulary[w],
            weight=float(surprise[w]),
            rows=np.array([row for row in side.rows if w in words.indices[slice(*words.indptr[row : row + 2])]]),
        )
        for w in best[:WORDS_SHOWN]
    )


def _share_draws(side: VoiceSide, rng: np.random.Generator) -> Floats1d:
    about = min(side.story_count, side.output)
    return rng.beta(about + 0.5, side.output - about + 0.5, size=4 * BOOTSTRAP_DRAWS).astype(np.float32)


def _interval(value: float, draws: Floats1d | Floats64, n: int) -> IntervalEstimate:
    low, high = np.quantile(draws, [LOW_QUANTILE, HIGH_QUANTILE])
    return IntervalEstimate(value=value, low=float(low), high=float(high), n=n)


def _by_story(rows: Ints1d, stories: Ints1d, words: WordIndex, langs: Sequence[str]) -> tuple[Floats64, Floats64]:
    """Sums of likeness, and numbers of pairs, between stories: ``(stories, stories)`` each, the diagonal empty."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only where two sides speak

    own = words.only(rows)
    lengths = np.diff(own.indptr)
    weights = np.repeat(1 / np.sqrt(np.maximum(lengths, 1)), lengths)
    matrix = csr_matrix((weights, own.indices, own.indptr), shape=(len(rows), len(own.vocabulary)))
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


def _story_weights(ours: Bools1d, rng: np.random.Generator) -> tuple[Floats64, Floats64]:
    """How often each story is drawn, each side from its own."""
    drawn = np.zeros((2, len(ours)))
    for weights, side in zip(drawn, (ours, ~ours), strict=True):
        weights[side] = rng.multinomial(int(side.sum()), np.full(int(side.sum()), 1 / side.sum()))
    return drawn[0], drawn[1]


def _story_counts(side: VoiceSide, words: WordIndex) -> Floats1d:
    """In how many of the side's stories each word stands."""
    seen = {
        (int(story), int(word))
        for row, story in zip(side.rows, side.stories, strict=True)
        for word in words.indices[words.indptr[row] : words.indptr[row + 1]]
    }
    found = np.array([word for _, word in seen], dtype=np.int64)
    return np.bincount(found, minlength=len(words.vocabulary)).astype(np.float32)


LEAST_STEEP_ARTICLES = 3
STEEP_TEMPERATURE = 0.05
"""What a lead in cosine is worth; see docs/benchmarks.md."""
_LEAST_HOLDERS = 2
_SHRINK_ARTICLES = 5.0


def steep_shares(nearness: Floats2d) -> Floats1d:
    """``(classes,)``, summing to 1: the softmax of the mean nearness. nearness: ``(articles, classes)`` of a trend."""
    mean = nearness.mean(axis=0, dtype=np.float64) / STEEP_TEMPERATURE
    grown = np.exp(mean - mean.max())
    return np.asarray(grown / grown.sum(), dtype=np.float32)


def class_leads(nearness: Floats2d) -> Floats2d:
    """By how much each class leads the best other one in each article: ``(articles, classes)``."""
    ranked = np.sort(nearness, axis=1)
    best, second = ranked[:, -1:], ranked[:, -2:-1]
    return np.where(nearness == best, nearness - second, nearness - best).astype(np.float32)


def word_associations(lead: Floats2d, rows: Ints1d, words: WordIndex) -> Floats2d:
    """What each word says of the classes: mean lead of the articles that hold it against all, drawn to 0 when rare.

    lead: ``(n, classes)`` of `class_leads`, for the rows; rows: ``(n,)`` everything of the window, whatever trend it is
    in. Returns ``(vocabulary, classes)``; 0 for a word that nothing holds.
    """
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only where there are anchors

    own = words.only(rows)
    holds = csr_matrix((np.ones(len(own.indices)), own.indices, own.indptr), shape=(len(rows), len(own.vocabulary)))
    above = lead - lead.mean(axis=0, keepdims=True) if len(lead) else lead
    return np.asarray((holds.T @ above) / (np.asarray(holds.sum(axis=0)).T + _SHRINK_ARTICLES), dtype=np.float32)


def words_for_class(association: Floats2d, number: int) -> Floats1d:
    """What each word says of a class, 0 where it says more of another: ``(vocabulary,)``."""
    own = association[:, number]
    return np.where(own >= association.max(axis=1), own, 0.0).astype(np.float32)


def decisive_words(rows: Ints1d, lead: Floats1d, association: Floats1d, words: WordIndex) -> tuple[WeightedWord, ...]:
    """The words of a trend that spoke for a class, strongest first.

    rows: ``(k,)`` of the trend; lead: ``(k,)`` by how much the class leads in each; association: ``(vocabulary,)`` what
    each word says of the class.
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
        WeightedWord(word=word, weight=-weight, rows=rows[sorted(places, key=lambda place: (-lead[place], place))])
        for weight, word, places in weighed[:WORDS_SHOWN]
    )
