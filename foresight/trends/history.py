"""What is counted, and when: whole weeks and quarters in UTC, and the half year of documents before a cut-off.

A copy counts once per source, and a document counts the weight of its source: `History.weekly` is the one place where
documents become counts per week and source (docs/methods.md#counting).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

import numpy as np

from foresight.model.documents import Bools1d, Corpus, Floats1d, Floats2d, Ints1d
from foresight.model.errors import NotFound
from foresight.model.sources import Source
from foresight.model.trends import LanguageMean, WeeklySeries
from foresight.nlp.centring import centre_by_language
from foresight.nlp.word_index import WordIndex

WEEK = timedelta(weeks=1)
DAY = 86_400
WEEK_SECONDS = 7 * DAY
FIRST_MONDAY = 4 * DAY
"""1970-01-05, in seconds."""

COPY_COSINE = 0.8
"""Centred cosine from which an article is a copy of another of its source: .75 and .85 list nearly the same."""

_GRACE_WEEKS = 2


def monday_of(moment: datetime) -> datetime:
    """The Monday 00:00 UTC at or before `moment`."""
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def quarter_start(moment: datetime) -> datetime:
    """The first day of the calendar quarter that `moment` lies in, 00:00 UTC."""
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def first_monday_of_quarter(moment: datetime) -> datetime:
    """The first Monday of the quarter that the Monday at or before `moment` lies in."""
    start = quarter_start(monday_of(moment))
    return start + timedelta(days=-start.weekday() % 7)


def to_seconds(moment: datetime) -> int:
    """Whole seconds since 1970 UTC."""
    return int(moment.timestamp())


def from_seconds(stamp: int) -> datetime:
    """The inverse of `to_seconds`."""
    return datetime.fromtimestamp(int(stamp), tz=UTC)


@dataclass(frozen=True, kw_only=True)
class History:
    """Documents available before a cut-off and published in the weeks before it, in order of `available`.

    Attributes:
        cutoff: seconds; weeks: how far back it goes.
        rows: ``(n,)`` rows in the corpus.
        vectors: ``(n, dim)`` centred, rows of length 1.
        langs: ``(n,)`` index into `languages`.
        stories: ``(n,)`` row of the story's first document in the corpus.
        sources: ``(n,)`` index into the corpus's sources; source_weights: ``(sources,)`` of each.
        ages: ``(n,)`` whole days before the cut-off, 0 the last.
        counted: ``(n,)`` of a source that weighs anything, and no copy of what it had written: `without_copies`.
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
    source_weights: Floats1d
    ages: Ints1d
    counted: Bools1d
    indptr: Ints1d
    words: Ints1d
    word_indptr: Ints1d
    word_rows: Ints1d

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def source_count(self) -> int:
        """How many sources the corpus has."""
        return len(self.source_weights)

    @cached_property
    def week(self) -> Ints1d:
        """``(n,)`` whole weeks before the cut-off, 0 the last seven days."""
        return self.ages // 7

    @cached_property
    def weights(self) -> Floats1d:
        """``(n,)`` weight of its source where a document is counted, else 0."""
        return np.where(self.counted, self.source_weights[self.sources], 0.0).astype(np.float32)

    @cached_property
    def volume(self) -> Floats1d:
        """``(weeks, sources)`` everything that is counted, row 0 the last seven days."""
        return self.weekly(np.flatnonzero(self.counted))

    def weekly(self, rows: Ints1d) -> Floats1d:
        """``(weeks, sources)`` the weight of those of `rows` that are counted, row 0 the last seven days."""
        cells = self.week[rows] * self.source_count + self.sources[rows]
        sums = np.bincount(cells, weights=self.weights[rows], minlength=self.weeks * self.source_count)
        return sums.reshape(self.weeks, self.source_count).astype(np.float32)

    def by_source(self, rows: Ints1d) -> Floats1d:
        """``(sources,)`` the same over all weeks."""
        sums = np.bincount(self.sources[rows], weights=self.weights[rows], minlength=self.source_count)
        return sums.astype(np.float32)


def available_rows(corpus: Corpus, *, cutoff: int, weeks: int) -> Ints1d:
    """Rows available before `cutoff` and published in the `weeks` before it; looks at nothing older."""
    start = cutoff - weeks * WEEK_SECONDS
    low, high = np.searchsorted(corpus.available, [start, cutoff])
    rows = np.arange(low, high, dtype=np.int64)
    return rows[corpus.published[low:high] >= start]


def language_codes(langs: Sequence[str]) -> tuple[Ints1d, tuple[str, ...]]:
    """``(n,)`` index of each language, and the languages in order of the alphabet."""
    languages = tuple(sorted(set(langs)))
    number = {lang: i for i, lang in enumerate(languages)}
    return np.array([number[lang] for lang in langs], dtype=np.int64), languages


def history_before(
    corpus: Corpus, words: WordIndex, means: Sequence[LanguageMean], *, cutoff: int, weeks: int
) -> History:
    """What is counted of the weeks before a cut-off.

    words: of the same documents as the corpus, row by row; means: that centre the vectors; cutoff: seconds.
    """
    rows = available_rows(corpus, cutoff=cutoff, weeks=weeks)
    names = [corpus.langs[row] for row in rows]
    vectors = centre_by_language(corpus.vectors[rows], names, means)
    langs, languages = language_codes(names)
    stories, sources, weights = corpus.stories[rows], corpus.sources[rows], corpus.source_weights
    low, high = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, 0)
    own = words.known(low, high).only(rows - low)
    by_column = np.argsort(own.indices, kind="stable")
    by_word = np.cumsum(np.bincount(own.indices, minlength=len(words.vocabulary)))
    return History(
        cutoff=cutoff,
        weeks=weeks,
        rows=rows,
        vectors=vectors,
        langs=langs,
        languages=languages,
        stories=stories,
        sources=sources,
        source_weights=weights,
        ages=(cutoff - 1 - corpus.published[rows]) // DAY,
        counted=without_copies(stories, sources, len(weights), vectors) & (weights[sources] > 0),
        indptr=own.indptr,
        words=own.indices,
        word_indptr=np.concatenate([[0], by_word]).astype(np.int64),
        word_rows=np.repeat(np.arange(len(rows), dtype=np.int64), np.diff(own.indptr))[by_column],
    )


def first_of_story(stories: Ints1d, sources: Ints1d, source_count: int) -> Bools1d:
    """``(n,)`` whether a document is the first of its story in its source."""
    first = np.zeros(len(stories), dtype=np.bool_)
    first[np.unique(stories * max(source_count, 1) + sources, return_index=True)[1]] = True
    return first


def without_copies(stories: Ints1d, sources: Ints1d, source_count: int, vectors: Floats2d) -> Bools1d:
    """``(n,)`` whether a document is the first of its story in its source, or says something else than those before.

    Three articles of one newspaper on one event are three, three copies are one (docs/methods.md#counting). Documents
    are in order of time, vectors ``(n, dim)`` centred.
    """
    counted = first_of_story(stories, sources, source_count)
    keys = stories * max(source_count, 1) + sources
    different: dict[int, list[int]] = {}
    for row in np.flatnonzero(np.isin(keys, keys[~counted])):
        before = different.setdefault(int(keys[row]), [])
        if not before or float((vectors[before] @ vectors[row]).max()) < COPY_COSINE:
            before.append(int(row))
            counted[row] = True
    return counted


def live_sources(volumes: Floats1d, span: int) -> Bools1d:
    """``(sources,)`` those that published from the start of the last `span` weeks on.

    Growth is counted within these alone: a feed that was added half-way brings its topics, not a trend.
    A source may start up to two weeks late, since not every source writes every week.
    """
    earliest = max(0, min(span, len(volumes)) - _GRACE_WEEKS)
    return np.asarray(volumes[earliest:].sum(axis=0) > 0, dtype=np.bool_)


def corpus_of_sources(corpus: Corpus, source_ids: frozenset[str]) -> Corpus:
    """The documents of those sources; a story whose first document falls away starts at its first one that stays."""
    wanted = np.array([source in source_ids for source in corpus.source_ids], dtype=bool)
    return corpus.only(np.flatnonzero(wanted[corpus.sources]) if len(corpus) else np.zeros(0, dtype=np.int64))


def source_ids_named(sources: Sequence[Source], wanted: Sequence[str]) -> frozenset[str]:
    """Ids of the sources that are wanted by id or title.

    Raises:
        NotFound: an unknown source.
    """
    by_name = {name: source.id for source in sources for name in (source.id, source.title)}
    unknown = [name for name in wanted if name not in by_name]
    if unknown:
        raise NotFound(kind="source", id=", ".join(unknown))
    return frozenset(by_name[name] for name in wanted)


def weekly_series(history: History, trend_id: str, rows: Ints1d) -> WeeklySeries:
    """Stories × sources per ISO week (the open week as far as it goes), over the weeks that lie in the history."""
    last = max(0, (history.cutoff - 1 - FIRST_MONDAY) // WEEK_SECONDS)
    first = max(0, last - history.weeks + 1)
    monday = from_seconds(FIRST_MONDAY).date()
    week = np.maximum((history.cutoff - 1 - history.ages * DAY - FIRST_MONDAY) // WEEK_SECONDS, 0)

    def counts(own: Ints1d) -> tuple[float, ...]:
        sums = np.bincount(week[own], weights=history.weights[own], minlength=last + 1)
        return tuple(sums.round(6)[first : last + 1].tolist())

    return WeeklySeries(
        trend_id=trend_id,
        weeks=tuple(monday + timedelta(weeks=number) for number in range(first, last + 1)),
        counts=counts(rows),
        totals=counts(np.arange(len(history), dtype=np.int64)),
    )
