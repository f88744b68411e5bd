"""Whole ISO weeks and quarters in UTC.

The documents an analysis counts in: the last half year before a cut-off, side by side.

A corpus narrowed to some of its sources.

Weekly counts of a trend for people: ISO weeks, Monday to Monday, the open week as far as it goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from foresight.model.documents import Bools1d, Corpus, Float64s, Floats1d, Floats2d, Ints1d
from foresight.model.errors import NotFound
from foresight.model.sources import Source
from foresight.model.trends import WeeklySeries
from foresight.nlp.word_index import WordIndex

WEEK = timedelta(weeks=1)


def monday_of(moment: datetime) -> datetime:
    """The Monday 00:00 UTC at or before `moment`."""
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def first_monday_of_quarter(moment: datetime) -> datetime:
    """The first Monday of the quarter that the Monday at or before `moment` lies in."""
    week = monday_of(moment)
    start = week.replace(month=(week.month - 1) // 3 * 3 + 1, day=1)
    return start + timedelta(days=-start.weekday() % 7)


def quarter_start(moment: datetime) -> datetime:
    """The first day of the calendar quarter that `moment` lies in, 00:00 UTC."""
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def quarter_starts(start: datetime, end: datetime) -> tuple[datetime, ...]:
    """The first days of the calendar quarters from `start` to `end`, both included, 00:00 UTC."""
    first, last = start.astimezone(UTC), end.astimezone(UTC)
    days = [
        datetime(year, month, 1, tzinfo=UTC) for year in range(first.year, last.year + 1) for month in (1, 4, 7, 10)
    ]
    return tuple(day for day in days if first <= day <= last)


def to_seconds(moment: datetime) -> int:
    """Whole seconds since 1970 UTC."""
    return int(moment.timestamp())


def from_seconds(stamp: int) -> datetime:
    """The inverse of `seconds`."""
    return datetime.fromtimestamp(int(stamp), tz=UTC)


DAY = 86_400
_GRACE_WEEKS = 2

COPY_COSINE = 0.8
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


def gather_history(
    corpus: Corpus, words: WordIndex, vectors: Floats2d, *, rows: Ints1d, cutoff: int, weeks: int
) -> History:
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
    counted = without_copies(corpus.stories[rows], corpus.sources[rows], len(corpus.source_ids), vectors)
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


def without_copies(stories: Ints1d, sources: Ints1d, source_count: int, vectors: Floats2d) -> Bools1d:
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
        if not before or float((vectors[before] @ vectors[row]).max()) < COPY_COSINE:
            before.append(int(row))
            counted[row] = True
    return counted


def weekly_volume(history: History) -> Floats1d:
    """``(weeks, sources)`` counted documents, row 0 the last seven days."""
    return weekly_counts(history, np.flatnonzero(history.counted))


def weekly_counts(history: History, rows: Ints1d) -> Floats1d:
    """``(weeks, sources)`` how many of `rows` are counted, row 0 the last seven days."""
    kept = rows[history.counted[rows]]
    cells = history.week[kept] * history.source_count + history.sources[kept]
    counts = np.bincount(cells, minlength=history.weeks * history.source_count)
    return counts.reshape(history.weeks, history.source_count).astype(np.float32)


def live_sources(volumes: Floats1d, span: int) -> Bools1d:
    """``(sources,)`` those that published from the start of the last `span` weeks on.

    Growth is counted within these alone: a feed that was added half-way brings its topics, not a trend.
    A source may start up to two weeks late, since not every source writes every week.
    """
    weeks = len(volumes)
    earliest = max(0, min(span, weeks) - _GRACE_WEEKS)
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


_WEEK_SECONDS = 7 * DAY
_FIRST_MONDAY = 4 * DAY  # 1970-01-05


def weekly_series(history: History, trend_id: str, rows: Ints1d) -> WeeklySeries:
    """Stories × sources per ISO week, weighted by source, over the weeks that lie wholly in the history.

    Args:
        history: what is counted in.
        trend_id: whose series it is.
        rows: the trend's documents.
    """
    first, last = _series_span(history)
    weeks = range(first, last + 1)
    start = datetime.fromtimestamp(_FIRST_MONDAY, tz=UTC).date()
    return WeeklySeries(
        trend_id=trend_id,
        weeks=tuple(start + timedelta(weeks=week) for week in weeks),
        counts=tuple(_weighted_counts(history, rows)[first : last + 1].tolist()),
        totals=tuple(_weighted_counts(history, np.arange(len(history), dtype=np.int64))[first : last + 1].tolist()),
    )


def _series_span(history: History) -> tuple[int, int]:
    last = (history.cutoff - 1 - _FIRST_MONDAY) // _WEEK_SECONDS
    return max(0, last - history.weeks + 1), max(0, last)


def _weighted_counts(history: History, rows: Ints1d) -> Float64s:
    week = (history.cutoff - 1 - history.ages[rows] * DAY - _FIRST_MONDAY) // _WEEK_SECONDS
    _, last = _series_span(history)
    sums = np.bincount(np.maximum(week, 0), weights=history.weights[rows], minlength=last + 1)
    return np.asarray(sums.round(6), dtype=np.float64)
