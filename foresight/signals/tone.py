"""The tone of a voice: a mean over many articles with its interval, never the tone of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from foresight.records import Bools1d, Floats1d, Ints1d

LEAST_ITEMS = 20
"""Articles under which a mean says nothing."""
UNCLEAR = 0.5
"""Scores nearer to zero than this have no clear tone and count as 0."""
DRAWS = 600
LOW, HIGH = 0.05, 0.95
_WORD_WEIGHT, _RULE_WEIGHT = 0.75, 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A value with its 90 % interval and the number of articles or stories it rests on."""

    value: float
    low: float
    high: float
    n: int


def tones(scores: Floats1d, words: Floats1d, told: Bools1d, decided: Bools1d) -> Floats1d:
    """The tone of each article from its vector and its words.

    ``tanh(z + ¾ w)``; where a rule on the words decides (negation, something unwanted that shrinks), ``tanh(1½ w)``:
    a vector does not carry it. Within ±½ there is no clear tone, and it counts as 0.

    Args:
        scores: ``(n,)`` from the vectors, in standard deviations; all NaN where the encoder knows nothing of tone.
        words: ``(n,)`` −1…1 by the words.
        told: whether any word told.
        decided: whether a rule did.

    Returns:
        ``(n,)`` in −1…1; NaN where neither vector nor words can be asked.
    """
    by_vector = np.where(np.isnan(scores), 0.0, scores) + _WORD_WEIGHT * words
    raw = np.where(decided, _RULE_WEIGHT * words, by_vector)
    raw = np.where(np.abs(raw) < UNCLEAR, 0.0, raw)
    known = ~np.isnan(scores) | told
    found: Floats1d = np.where(known, np.tanh(raw), np.nan).astype(np.float32)
    return found


def chance(seed: int, *names: str) -> np.random.Generator:
    """A stream of chance of its own for everything measured: the order of measuring changes nothing."""
    return np.random.default_rng([seed, crc32("\0".join(names).encode())])


def draws_of_mean(values: Sequence[float] | Floats1d, stories: Ints1d, rng: np.random.Generator) -> Floats1d:
    """Means of articles under resampling of whole stories: copies of one story are no independent witnesses.

    Args:
        values: ``(n,)``, n at least 1.
        stories: ``(n,)`` what belongs together.
        rng: a stream of chance.

    Returns:
        ``(DRAWS,)``.
    """
    _, numbers = np.unique(stories, return_inverse=True)
    sums = np.bincount(numbers, weights=np.asarray(values, dtype=np.float64))
    sizes = np.bincount(numbers).astype(np.float64)
    picks = rng.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=DRAWS)
    means: Floats1d = ((picks @ sums) / (picks @ sizes)).astype(np.float32)
    return means


def mean_tone(values: Floats1d, stories: Ints1d, rng: np.random.Generator) -> Estimate | None:
    """The mean tone of articles with a bootstrap interval by story; None under 20 articles or 5 stories."""
    if not is_enough(values, stories):
        return None
    low, high = np.quantile(draws_of_mean(values, stories, rng), [LOW, HIGH])
    return Estimate(value=float(np.mean(values, dtype=np.float64)), low=float(low), high=float(high), n=len(values))


def is_enough(values: Floats1d, stories: Ints1d) -> bool:
    """Whether a mean may be told."""
    return len(values) >= LEAST_ITEMS and len(np.unique(stories)) >= LEAST_ITEMS // 4
