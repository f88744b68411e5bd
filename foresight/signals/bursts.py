"""Words that come up all at once: the seed of groups that vectors see too late.

A new thing has a name before its articles look alike: three headlines on a name that nobody wrote before lie as far
apart as any three headlines, and average linkage finds them a week or two later, or never. The choice of the word
among thousands makes its own test too kind; like the choice of a dense group it is taken out by the calibration on
permuted windows, with constants of its own (docs/methods.md#units).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foresight.records import Bools1d, Ints1d
from foresight.signals.evidence import having
from foresight.signals.growth import surprise
from foresight.signals.history import History

_FEWEST = 3
_COMMON = 0.02
_SURPRISING = 1e-3
_AT_MOST = 80
_LEAST_BEFORE = 50
_UNHEARD = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """A word that is far more frequent than before.

    Attributes:
        word: its column.
        rows: recent documents that have it, ascending; repeats of a story left out.
        is_new: at most one document had it before. Such a name stands for its thing alone, while an older word may
            come up for many reasons.
    """

    word: int
    rows: Ints1d
    is_new: bool


def bursting_words(history: History, *, weeks: int, baseline: int) -> tuple[Burst, ...]:
    """Each word that is far more frequent than before, the most surprising first.

    Args:
        history: what is counted in; repeats of a story do not count.
        weeks: length of the recent window.
        baseline: weeks before the window that are compared with.

    Returns:
        At most eighty, each in at least three documents; none where fewer than fifty documents came before.
    """
    recent = history.counted & (history.week < weeks)
    before = history.counted & (history.week >= weeks) & (history.week < weeks + baseline)
    n_recent, n_before = int(recent.sum()), int(before.sum())
    if n_before < _LEAST_BEFORE:
        return ()
    now, then = _counts(history, recent), _counts(history, before)
    words = np.flatnonzero((now >= _FEWEST) & (then <= _COMMON * n_before))
    awaited = (then[words] + 1) / (n_before + 1) * n_recent
    p = surprise(now[words].astype(np.float32), awaited.astype(np.float32))
    order = np.lexsort((words, p))[:_AT_MOST]
    chosen = words[order[p[order] <= _SURPRISING]]
    return tuple(
        Burst(word=int(word), rows=_rows(history, int(word), recent), is_new=bool(then[word] <= _UNHEARD))
        for word in chosen
    )


def _counts(history: History, kept: Bools1d) -> Ints1d:
    """Per word, the documents of `kept` that have it."""
    documents = np.repeat(kept, np.diff(history.indptr))
    return np.bincount(history.words[documents], minlength=len(history.word_indptr) - 1).astype(np.int64)


def _rows(history: History, word: int, kept: Bools1d) -> Ints1d:
    rows = having(history, word)
    return rows[kept[rows]]
