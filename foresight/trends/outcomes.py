"""Calls: what an analysis states of a trend at a cut-off, and how that turned out.

What is about a trend is counted before and after its cut-off in the same way: documents with two of the words, or in
the neighbourhood, that the call named. Nothing of what came later decides what is counted. Beside every call stand
groups of the same size drawn at random. Documents drawn one by one have nothing in common that could grow, and calls
would shine beside them: so a random group is a document and as many of its nearest neighbours as the call has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zlib import crc32

import numpy as np

from foresight.model.documents import Bools1d, Corpus, Floats1d, Ints1d
from foresight.model.track_record import CallOutcome, ProjectionBand, TrendCall
from foresight.model.trends import LanguageMean
from foresight.nlp.word_index import WordIndex
from foresight.trends.clusters import Neighbourhood
from foresight.trends.history import DAY, History, history_before, live_sources, to_seconds
from foresight.trends.measurement import characteristic_words, rows_with_words, rows_within

OUTCOME_DAYS = (28, 91)
"""Days after a cut-off at which a call is evaluated; the longest projection (12 weeks) lies within the last."""

LEAST_RATIO = 1.5
_ADDED = 3
_LEAST_AFTER = 3
_LEAST_WRITTEN = 50
_BASELINE = slice(4, 26)
_SPAN = 4
_HISTORY_WEEKS = 26
_DRAWN_WEEKS, _BASELINE_WEEKS, _ALIVE_WEEKS = 4, 8, 12
_FEWEST_MEMBERS = 2
_TRIES = 4
"""Random groups per call: some have no two words in common, and the first that has some counts."""
_NEVER = 2.0

_Weekly = Sequence[float]


def did_grow(before: _Weekly, written: _Weekly, after: _Weekly, written_after: _Weekly) -> bool | None:
    """Whether the share over the horizon is half as much again as over the two horizons before the last one, or more.

    The weeks right before the cut-off are left out: a trend was called because they were busy. Three documents are
    added on both sides, so that noise in small counts is no growth, and three have to come. None where the weeks
    compared with hold less than fifty documents, or nothing was written afterwards.

    before, written: per week, the last first, what is about it and everything; after, written_after: the same per week
    of the horizon, the first first.
    """
    baseline = slice(len(after), 3 * len(after))
    return _rose(before[baseline], written[baseline], after, written_after)


def did_last(before: _Weekly, written: _Weekly, after: _Weekly, written_after: _Weekly) -> bool | None:
    """What the persistence probability promises: as `did_grow`, compared with weeks 4 to 26 before at every horizon."""
    return _rose(before[_BASELINE], written[_BASELINE], after, written_after)


def _rose(before: _Weekly, written: _Weekly, after: _Weekly, written_after: _Weekly) -> bool | None:
    usual, usually = sum(before), sum(written)
    later, total = sum(after), sum(written_after)
    if usually < _LEAST_WRITTEN or not total:
        return None
    expected = usual / usually * total
    return later >= _LEAST_AFTER and later + _ADDED >= LEAST_RATIO * (expected + _ADDED)


def counts_before(call: TrendCall) -> tuple[float, ...]:
    """Weekly counts that decide: by words, or by neighbourhood where the call had no words, the last week first."""
    return call.spoken if any(call.spoken) else call.near


def counts_after(call: TrendCall, outcome: CallOutcome) -> tuple[float, ...]:
    """The same of the weeks after, the first week first."""
    return outcome.spoken if any(call.spoken) else outcome.near


def share_after(outcome: CallOutcome, weeks: int) -> tuple[float, float] | None:
    """(documents in its neighbourhood, everything) in the four weeks that end `weeks` after the call.

    None where the outcome does not reach as far, or nothing was written then.
    """
    span = slice(weeks - _SPAN, weeks)
    total = sum(outcome.totals[span])
    if len(outcome.totals) < weeks or not total:
        return None
    return sum(outcome.near[span]), total


def outcome_days_for(weeks: int) -> int:
    """Days of the outcome that decides on a projection: the first that reaches as far."""
    return next(days for days in OUTCOME_DAYS if days >= 7 * weeks)


def band_for(call: TrendCall, weeks: int) -> ProjectionBand | None:
    """What the call projected for `weeks` ahead."""
    return next((one for one in call.bands if one.weeks == weeks), None)


def outcome_reach(days: int) -> timedelta:
    """How far before the moment of evaluation documents are looked at."""
    return timedelta(days=days, weeks=_HISTORY_WEEKS)


def outcomes_of_calls(
    corpus: Corpus,
    words: WordIndex,
    means: Sequence[LanguageMean],
    calls: Sequence[TrendCall],
    *,
    days: int,
    seed: int = 0,
) -> tuple[CallOutcome, ...]:
    """How calls of one cut-off turned out, in their order, from documents available less than `days` after it.

    Documents older than `outcome_reach` are not needed. days: whole weeks; seed: decides the random groups, together
    with cut-off and trend; both horizons draw the same.
    """
    if not calls:
        return ()
    cutoff, ahead = to_seconds(calls[0].as_of), days // 7
    history = history_before(corpus, words, means, cutoff=cutoff + days * DAY, weeks=ahead + _HISTORY_WEEKS)
    sources = live_sources(history.volume[ahead:], _ALIVE_WEEKS)
    window = _OutcomeWindow(history=history, ahead=ahead, sources=sources)
    columns = {word: column for column, word in enumerate(words.vocabulary)}
    near = rows_within(history, [_call_neighbourhood(call, history.languages) for call in calls])
    known = np.flatnonzero(history.counted & (corpus.available[history.rows] < cutoff))
    pool = known[(history.week[known] >= ahead) & (history.week[known] < ahead + _DRAWN_WEEKS)]
    found = []
    for call, lying in zip(calls, near, strict=True):
        with_words = _rows_with_call_words(history, call, columns)
        rng = np.random.default_rng([seed, cutoff, crc32(call.trend_id.encode())])
        # Groups of the call's size: a random document of the four weeks before the cut-off, and those nearest to it.
        vectors = history.vectors[pool]
        nearest = [np.argsort(-(vectors @ vectors[one]), kind="stable") for one in rng.permutation(len(pool))[:_TRIES]]
        drawn = [np.sort(pool[rows[: len(call.documents)]]) for rows in nearest]
        found.append(_outcome_of_call(window, call, days, (with_words, lying), drawn))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _OutcomeWindow:
    """The weeks before and after a cut-off, in one history that ends at the horizon.

    Attributes:
        ahead: weeks after the cut-off; sources: alive before it.
    """

    history: History
    ahead: int
    sources: Bools1d

    def split(self, weekly: Floats1d) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Counts per week and source before the cut-off, the last week first, and after it, the first first."""
        numbers = weekly[:, self.sources].sum(axis=1).astype(np.float64)
        return tuple(numbers[self.ahead :].tolist()), tuple(numbers[: self.ahead][::-1].tolist())


def _call_neighbourhood(call: TrendCall, languages: Sequence[str]) -> Neighbourhood:
    """Where the call's trend lay; a language it did not know takes the strictest limit of those it knew."""
    known, strictest = dict(call.least), max((least for _, least in call.least), default=_NEVER)
    return Neighbourhood.without_members(call.centre, [known.get(lang, strictest) for lang in languages])


def _rows_with_call_words(history: History, call: TrendCall, columns: dict[str, int]) -> Ints1d:
    """Rows with two of the call's words, or with the name that it was counted by."""
    words = [np.array([columns[word] for word in own if word in columns], dtype=np.int64) for own in call.words]
    is_name = len(call.words) == 1 and len(call.words[0]) == 1 and any(call.spoken)
    return rows_with_words(history, words, name=int(words[0][0]) if is_name and len(words[0]) else -1)


def _outcome_of_call(
    window: _OutcomeWindow, call: TrendCall, days: int, rows: tuple[Ints1d, Ints1d], drawn: Sequence[Ints1d]
) -> CallOutcome:
    spoken, near = (window.split(window.history.weekly(own))[1] for own in rows)
    totals = window.split(window.history.volume)[1]
    before, after = counts_before(call), spoken if any(call.spoken) else near
    by_chance = (_random_group_grew(window, members) for members in drawn)
    return CallOutcome(
        origin=call.origin,
        trend_id=call.trend_id,
        as_of=call.as_of,
        days=days,
        known=call.as_of + timedelta(days=days),
        grew=did_grow(before, call.totals, after, totals),
        lasted=did_last(before, call.totals, after, totals),
        chance_grew=next((grew for grew in by_chance if grew is not None), None),
        spoken=spoken,
        near=near,
        totals=totals,
    )


def _random_group_grew(window: _OutcomeWindow, members: Ints1d) -> bool | None:
    """Whether a random group grew, by words of its own."""
    if len(members) < _FEWEST_MEMBERS:
        return None
    history, weeks = window.history, window.ahead + _DRAWN_WEEKS
    rows = rows_with_words(history, characteristic_words(history, members, weeks=weeks, baseline=_BASELINE_WEEKS))
    if not len(rows):
        return None
    before, after = window.split(history.weekly(rows))
    written, written_after = window.split(history.volume)
    return did_grow(before, written, after, written_after)
