"""How a call turned out: pure arithmetic on the weeks before and after it.

What speaks of a trend is counted before and after its cut-off in the same way: documents with two of the words, or in
the region, that the call named. Nothing of what came later decides what is counted.

Calls of a cut-off judged by what was available `days` later, beside groups of the same size drawn at random.

Documents drawn one by one have nothing in common that could grow: calls would shine beside them. So chance is to look
at random: a document, and as many of its nearest neighbours as the call has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zlib import crc32

import numpy as np

from foresight.model.documents import Bools1d, Corpus, Floats1d, Floats2d, Ints1d
from foresight.model.track_record import CallOutcome, ProjectionBand, TrendCall
from foresight.model.trends import LanguageMean
from foresight.nlp.centring import centre_by_language
from foresight.nlp.word_index import WordIndex
from foresight.trends.history import (
    DAY,
    History,
    available_rows,
    gather_history,
    live_sources,
    to_seconds,
    weekly_counts,
    weekly_volume,
)
from foresight.trends.measurement import Neighbourhood, characteristic_words, rows_with_words, rows_within

OUTCOME_DAYS = (28, 91)
"""Days after a cut-off at which a call is judged; the longest projection (12 weeks) lies within the last."""

LEAST_RATIO = 1.5
_ADDED = 3
_LEAST_AFTER = 3
_LEAST_WRITTEN = 50
_BASELINE = slice(4, 26)
_SPAN = 4
_Weekly = Sequence[float]


def did_grow(before: _Weekly, written: _Weekly, after: _Weekly, written_after: _Weekly) -> bool | None:
    """Whether the share over the horizon is half as much again as over the two horizons before the last one, or more.

    The weeks right before the cut-off are left out: a trend was called because they were busy. Three documents are
    added on both sides, so that noise in small counts is no growth, and three have to come.

    Args:
        before: per week, the last first: what speaks of it.
        written: the same of everything.
        after: per week of the horizon, the first first: what speaks of it.
        written_after: the same of everything.

    Returns:
        None where the weeks compared with hold less than fifty documents, or nothing was written afterwards.
    """
    baseline = slice(len(after), 3 * len(after))
    return _rose(before[baseline], written[baseline], after, written_after)


def did_last(before: _Weekly, written: _Weekly, after: _Weekly, written_after: _Weekly) -> bool | None:
    """What the chance to last promises: over the horizon half as much again as in weeks 4 to 26 before, or more.

    Arguments, added documents and what is unknown as in `grew`; only the weeks compared with are others, the same ones
    for every horizon.
    """
    return _rose(before[_BASELINE], written[_BASELINE], after, written_after)


def _rose(before: _Weekly, written: _Weekly, after: _Weekly, written_after: _Weekly) -> bool | None:
    usual, usually = sum(before), sum(written)
    later, total = sum(after), sum(written_after)
    if usually < _LEAST_WRITTEN or not total:
        return None
    awaited = usual / usually * total
    return later >= _LEAST_AFTER and later + _ADDED >= LEAST_RATIO * (awaited + _ADDED)


def counts_before(call: TrendCall) -> tuple[float, ...]:
    """Weekly counts that the call is judged by: by words, or by region where it had no words, the last week first."""
    return call.spoken if any(call.spoken) else call.near


def counts_after(call: TrendCall, outcome: CallOutcome) -> tuple[float, ...]:
    """The same of the weeks after, the first week first."""
    return outcome.spoken if any(call.spoken) else outcome.near


def share_after(outcome: CallOutcome, weeks: int) -> tuple[float, float] | None:
    """(documents in its region, everything) in the four weeks that end `weeks` after the call.

    None where the outcome does not reach as far, or nothing was written then.
    """
    span = slice(weeks - _SPAN, weeks)
    total = sum(outcome.totals[span])
    if len(outcome.totals) < weeks or not total:
        return None
    return sum(outcome.near[span]), total


def outcome_days_for(weeks: int) -> int:
    """Days of the outcome that tells of a projection: the first that reaches as far."""
    return next(days for days in OUTCOME_DAYS if days >= 7 * weeks)


def band_for(call: TrendCall, weeks: int) -> ProjectionBand | None:
    """What the call projected for `weeks` ahead."""
    return next((one for one in call.bands if one.weeks == weeks), None)


_HISTORY_WEEKS = 26
_DRAWN_WEEKS, _BASELINE_WEEKS, _ALIVE_WEEKS = 4, 8, 12
_FEWEST_MEMBERS = 2
_TRIES = 4
"""Random groups per call: some have no two words in common, and the first that has some is judged."""
_NEVER = 2.0


def outcome_reach(days: int) -> timedelta:
    """How far before the moment of judging documents are looked at."""
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
    """How calls of one cut-off turned out, from documents available less than `days` after it.

    Args:
        corpus: what is counted in; documents available later are not looked at, older ones than `reach` not needed.
        words: of the same documents, row by row.
        means: that centre the vectors.
        calls: all of one cut-off.
        days: whole weeks.
        seed: decides the random groups, together with cut-off and trend; both horizons draw the same.

    Returns:
        One per call, in their order.
    """
    if not calls:
        return ()
    view = _outcome_window(corpus, words, means, calls[0], days)
    regions = rows_within(view.past, [_call_neighbourhood(call, view.past.languages) for call in calls])
    columns = {word: column for column, word in enumerate(words.vocabulary)}
    drawn = _random_groups(view, corpus, calls, seed)
    return tuple(
        _outcome_of_call(view, call, _word_columns(call, columns), near, chance)
        for call, near, chance in zip(calls, regions, drawn, strict=True)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _OutcomeWindow:
    """The weeks before and after a cut-off, in one history that ends at the horizon.

    Attributes:
        ahead: weeks after the cut-off; sources: alive before it. written: per week, the last first.
    """

    past: History
    ahead: int
    days: int
    sources: Bools1d
    written: Floats1d

    def split(self, rows: Ints1d) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Counts per week before the cut-off, the last first, and after it, the first first."""
        return self.halves(weekly_counts(self.past, rows)[:, self.sources].sum(axis=1))

    def halves(self, counts: Floats1d) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Weeks of the history as the two."""
        numbers = counts.astype(np.float64)
        return tuple(numbers[self.ahead :].tolist()), tuple(numbers[: self.ahead][::-1].tolist())


def _outcome_window(
    corpus: Corpus, words: WordIndex, means: Sequence[LanguageMean], call: TrendCall, days: int
) -> _OutcomeWindow:
    cutoff, ahead = to_seconds(call.as_of) + days * DAY, days // 7
    weeks = ahead + _HISTORY_WEEKS
    rows = available_rows(corpus, cutoff=cutoff, weeks=weeks)
    vectors: Floats2d = centre_by_language(corpus.vectors[rows], [corpus.langs[row] for row in rows], means)
    past = gather_history(corpus, words, vectors, rows=rows, cutoff=cutoff, weeks=weeks)
    volumes = weekly_volume(past)
    sources = live_sources(volumes[ahead:], _ALIVE_WEEKS)
    return _OutcomeWindow(past=past, ahead=ahead, days=days, sources=sources, written=volumes[:, sources].sum(axis=1))


def _call_neighbourhood(call: TrendCall, languages: Sequence[str]) -> Neighbourhood:
    """Where the call's trend lay; a language it did not know takes the strictest limit of those it knew."""
    least = dict(call.least)
    strictest = max(least.values(), default=_NEVER)
    none = np.zeros(0, dtype=np.int64)
    limits = np.array([least.get(lang, strictest) for lang in languages], dtype=np.float32)
    return Neighbourhood(centre=call.centre, least=limits, inside=none, members=none)


def _word_columns(call: TrendCall, columns: dict[str, int]) -> tuple[Ints1d, ...]:
    return tuple(np.array([columns[word] for word in group if word in columns], dtype=np.int64) for group in call.words)


def _name_column(call: TrendCall, words: Sequence[Ints1d]) -> int:
    """Column of the name that the call was counted by, −1 where it was by two words, or by none."""
    is_name = len(call.words) == 1 and len(call.words[0]) == 1 and any(call.spoken)
    return int(words[0][0]) if is_name and len(words[0]) else -1


def _outcome_of_call(
    view: _OutcomeWindow, call: TrendCall, words: Sequence[Ints1d], near: Ints1d, chances: Sequence[Ints1d]
) -> CallOutcome:
    _, spoken = view.split(rows_with_words(view.past, words, name=_name_column(call, words)))
    _, lying = view.split(near)
    _, totals = view.halves(view.written)
    before, after = counts_before(call), spoken if any(call.spoken) else lying
    return CallOutcome(
        origin=call.origin,
        trend_id=call.trend_id,
        as_of=call.as_of,
        days=view.days,
        known=call.as_of + timedelta(days=view.days),
        grew=did_grow(before, call.totals, after, totals),
        lasted=did_last(before, call.totals, after, totals),
        chance_grew=next(
            (found for members in chances if (found := _random_group_grew(view, members)) is not None), None
        ),
        spoken=spoken,
        near=lying,
        totals=totals,
    )


def _random_groups(
    view: _OutcomeWindow, corpus: Corpus, calls: Sequence[TrendCall], seed: int
) -> list[tuple[Ints1d, ...]]:
    """Groups of each call's size: a random document of the four weeks before the cut-off, and those nearest to it."""
    past, cutoff = view.past, to_seconds(calls[0].as_of)
    known = corpus.available[past.rows] < cutoff
    recent = (past.week >= view.ahead) & (past.week < view.ahead + _DRAWN_WEEKS)
    pool = np.flatnonzero(past.counted & known & recent)
    vectors = past.vectors[pool]
    found = []
    for call in calls:
        rng = np.random.default_rng([seed, cutoff, crc32(call.trend_id.encode())])
        seeds = rng.permutation(len(pool))[:_TRIES]
        nearest = [np.argsort(-(vectors @ vectors[one]), kind="stable")[: len(call.documents)] for one in seeds]
        found.append(tuple(np.sort(pool[rows]) for rows in nearest))
    return found


def _random_group_grew(view: _OutcomeWindow, members: Ints1d) -> bool | None:
    """Whether a random group grew, by words of its own."""
    if len(members) < _FEWEST_MEMBERS:
        return None
    words = characteristic_words(view.past, members, weeks=view.ahead + _DRAWN_WEEKS, baseline=_BASELINE_WEEKS)
    rows = rows_with_words(view.past, words)
    if not len(rows):
        return None
    before, after = view.split(rows)
    written, written_after = view.halves(view.written)
    return did_grow(before, written, after, written_after)
