"""The documents an analysis counts in: the last half year before a cut-off, side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from foresight.records import Bools1d, Corpus, Floats1d, Floats2d, Ints1d, WordIndex

DAY = 86_400
_GRACE_WEEKS = 2

COPY = 0.8
"""Centred cosine from which an article is a copy of another of its source: .75 and .85 list nearly the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Documents available before a cut-off and published in the weeks before it, in order of `available`.

    Attributes:
        cutoff: seconds; weeks: how far back it goes.
        rows: ``(n,)`` rows in the corpus.
        vectors: ``(n, dim)`` centred, rows of length 1.
        langs: ``(n,)`` index into `languages`.
        stories: ``(n,)`` row of the story's first document in the corpus.
        sources: ``(n,)`` index into the corpus's sources; source_count: how many there are.
        ages: ``(n,)`` whole days before the cut-off, 0 the last.
        counted: ``(n,)`` no copy of what its source had told, see `no_copies`.
        weights: ``(n,)`` weight of its source where it is counted, else 0.
        indptr, words: compressed rows of word columns; word_indptr, word_rows: the same by column.
    """

    cutoff: int
    weeks: int
    rows: Ints1d
    vectors: Floats2d
    langs: Ints1d
    languages: tuple[str, ...]
    stories: Ints1d
    sources: Ints1d
    source_count: int
    ages: Ints1d
    counted: Bools1d
    weights: Floats1d
    indptr: Ints1d
    words: Ints1d
    word_indptr: Ints1d
    word_rows: Ints1d

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def week(self) -> Ints1d:
        """``(n,)`` whole weeks before the cut-off, 0 the last seven days."""
        return self.ages // 7

    def redated(self, ages: Ints1d) -> History:
        """The same documents with other dates: for the calibration on permuted windows."""
        return replace(self, ages=ages)


def available_rows(corpus: Corpus, *, cutoff: int, weeks: int) -> Ints1d:
    """Rows available before `cutoff` and published in the `weeks` before it; looks at nothing older."""
    start = cutoff - weeks * 7 * DAY
    low, high = np.searchsorted(corpus.available, [start, cutoff])
    rows = np.arange(low, high, dtype=np.int64)
    return rows[corpus.published[low:high] >= start]


def history(corpus: Corpus, words: WordIndex, vectors: Floats2d, *, rows: Ints1d, cutoff: int, weeks: int) -> History:
    """Gather what is counted.

    Args:
        corpus: all documents.
        words: of the same documents, row by row.
        vectors: ``(n, dim)`` centred vectors of `rows`.
        rows: from `available_rows` with the same `cutoff` (seconds) and `weeks`.
        cutoff: what is counted was available before it.
        weeks: how far back it goes.
    """
    names = [corpus.langs[row] for row in rows]
    languages = tuple(sorted(set(names)))
    number = {lang: i for i, lang in enumerate(languages)}
    counted = no_copies(corpus.stories[rows], corpus.sources[rows], len(corpus.source_ids), vectors)
    low, high = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, 0)
    own = words.known(low, high).only(rows - low)
    lengths, columns = np.diff(own.indptr), own.indices
    by_column = np.argsort(columns, kind="stable")
    return History(
        cutoff=cutoff,
        weeks=weeks,
        rows=rows,
        vectors=vectors,
        langs=np.array([number[name] for name in names], dtype=np.int64),
        languages=languages,
        stories=corpus.stories[rows],
        sources=corpus.sources[rows],
        source_count=len(corpus.source_ids),
        ages=(cutoff - 1 - corpus.published[rows]) // DAY,
        counted=counted,
        weights=np.where(counted, corpus.source_weights[corpus.sources[rows]], 0.0).astype(np.float32),
        indptr=own.indptr,
        words=columns,
        word_indptr=np.concatenate([[0], np.cumsum(np.bincount(columns, minlength=len(words.vocabulary)))]).astype(
            np.int64
        ),
        word_rows=np.repeat(np.arange(len(rows), dtype=np.int64), lengths)[by_column],
    )


def first_of_story(stories: Ints1d, sources: Ints1d, source_count: int) -> Bools1d:
    """``(n,)`` whether a document is the first of its story in its source.

    Syndicated copies count once per source, so that copying does not look like growth.
    """
    first = np.zeros(len(stories), dtype=np.bool_)
    first[np.unique(stories * max(source_count, 1) + sources, return_index=True)[1]] = True
    return first


def no_copies(stories: Ints1d, sources: Ints1d, source_count: int, vectors: Floats2d) -> Bools1d:
    """``(n,)`` whether a document is the first of its story in its source, or says something else than those before.

    Three articles of one newspaper on one event are three, three copies are one (docs/methods.md#counting).

    Args:
        stories: ``(n,)`` of the documents, in order of time.
        sources: ``(n,)`` of the same.
        source_count: how many there are.
        vectors: ``(n, dim)`` centred.
    """
    counted = first_of_story(stories, sources, source_count)
    keys = stories * max(source_count, 1) + sources
    told: dict[int, list[int]] = {}
    for row in np.flatnonzero(np.isin(keys, keys[~counted])):
        before = told.setdefault(int(keys[row]), [])
        if not before or float((vectors[before] @ vectors[row]).max()) < COPY:
            before.append(int(row))
            counted[row] = True
    return counted


def volume(history: History) -> Floats1d:
    """``(weeks, sources)`` counted documents, row 0 the last seven days."""
    return weekly(history, np.flatnonzero(history.counted))


def weekly(history: History, rows: Ints1d) -> Floats1d:
    """``(weeks, sources)`` how many of `rows` are counted, row 0 the last seven days."""
    kept = rows[history.counted[rows]]
    cells = history.week[kept] * history.source_count + history.sources[kept]
    counts = np.bincount(cells, minlength=history.weeks * history.source_count)
    return counts.reshape(history.weeks, history.source_count).astype(np.float32)


def alive(volumes: Floats1d, span: int) -> Bools1d:
    """``(sources,)`` those that published from the start of the last `span` weeks on.

    Growth is counted within these alone: a feed that was added half-way brings its topics, not a trend.
    A source may start up to two weeks late, since not every source writes every week.
    """
    weeks = len(volumes)
    earliest = max(0, min(span, weeks) - _GRACE_WEEKS)
    return np.asarray(volumes[earliest:].sum(axis=0) > 0, dtype=np.bool_)
