"""Calls of a cut-off judged by what was available `days` later, beside groups of the same size drawn at random.

Documents drawn one by one have nothing in common that could grow: calls would shine beside them. So chance is to look
at random: a document, and as many of its nearest neighbours as the call has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zlib import crc32

import numpy as np

from foresight.analysis.calendar import seconds
from foresight.embed.centring import centre
from foresight.records import Bools1d, Call, Corpus, Floats1d, Floats2d, Ints1d, LanguageMean, Outcome, WordIndex
from foresight.signals.evidence import Radius, characteristic, speaking, within
from foresight.signals.history import DAY, History, alive, available_rows, history, volume, weekly
from foresight.signals.outcomes import grew, lasted, told

_HISTORY_WEEKS = 26
_RECENT_WEEKS, _BASELINE_WEEKS, _ALIVE_WEEKS = 4, 8, 12
_FEWEST = 2
_TRIES = 4
"""Random groups per call: some have no two words in common, and the first that has some is judged."""
_NEVER = 2.0


def reach(days: int) -> timedelta:
    """How far before the moment of judging documents are looked at."""
    return timedelta(days=days, weeks=_HISTORY_WEEKS)


def outcomes(
    corpus: Corpus,
    words: WordIndex,
    means: Sequence[LanguageMean],
    calls: Sequence[Call],
    *,
    days: int,
    seed: int = 0,
) -> tuple[Outcome, ...]:
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
    view = _view(corpus, words, means, calls[0], days)
    regions = within(view.past, [_region(call, view.past.languages) for call in calls])
    columns = {word: column for column, word in enumerate(words.vocabulary)}
    drawn = _drawn(view, corpus, calls, seed)
    return tuple(
        _outcome(view, call, _columns(call, columns), near, chance)
        for call, near, chance in zip(calls, regions, drawn, strict=True)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
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
        return self.halves(weekly(self.past, rows)[:, self.sources].sum(axis=1))

    def halves(self, counts: Floats1d) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Weeks of the history as the two."""
        numbers = counts.astype(np.float64)
        return tuple(numbers[self.ahead :].tolist()), tuple(numbers[: self.ahead][::-1].tolist())


def _view(corpus: Corpus, words: WordIndex, means: Sequence[LanguageMean], call: Call, days: int) -> _View:
    cutoff, ahead = seconds(call.as_of) + days * DAY, days // 7
    weeks = ahead + _HISTORY_WEEKS
    rows = available_rows(corpus, cutoff=cutoff, weeks=weeks)
    vectors: Floats2d = centre(corpus.vectors[rows], [corpus.langs[row] for row in rows], means)
    past = history(corpus, words, vectors, rows=rows, cutoff=cutoff, weeks=weeks)
    volumes = volume(past)
    sources = alive(volumes[ahead:], _ALIVE_WEEKS)
    return _View(past=past, ahead=ahead, days=days, sources=sources, written=volumes[:, sources].sum(axis=1))


def _region(call: Call, languages: Sequence[str]) -> Radius:
    """Where the call's trend lay; a language it did not know takes the strictest limit of those it knew."""
    least = dict(call.least)
    strictest = max(least.values(), default=_NEVER)
    none = np.zeros(0, dtype=np.int64)
    limits = np.array([least.get(lang, strictest) for lang in languages], dtype=np.float32)
    return Radius(centre=call.centre, least=limits, inside=none, members=none)


def _columns(call: Call, columns: dict[str, int]) -> tuple[Ints1d, ...]:
    return tuple(np.array([columns[word] for word in group if word in columns], dtype=np.int64) for group in call.words)


def _name(call: Call, words: Sequence[Ints1d]) -> int:
    """Column of the name that the call was counted by, −1 where it was by two words, or by none."""
    is_name = len(call.words) == 1 and len(call.words[0]) == 1 and any(call.spoken)
    return int(words[0][0]) if is_name and len(words[0]) else -1


def _outcome(view: _View, call: Call, words: Sequence[Ints1d], near: Ints1d, chances: Sequence[Ints1d]) -> Outcome:
    _, spoken = view.split(speaking(view.past, words, name=_name(call, words)))
    _, lying = view.split(near)
    _, totals = view.halves(view.written)
    before, after = told(call), spoken if any(call.spoken) else lying
    return Outcome(
        origin=call.origin,
        trend_id=call.trend_id,
        as_of=call.as_of,
        days=view.days,
        known=call.as_of + timedelta(days=view.days),
        grew=grew(before, call.totals, after, totals),
        lasted=lasted(before, call.totals, after, totals),
        chance_grew=next((found for members in chances if (found := _chance(view, members)) is not None), None),
        spoken=spoken,
        near=lying,
        totals=totals,
    )


def _drawn(view: _View, corpus: Corpus, calls: Sequence[Call], seed: int) -> list[tuple[Ints1d, ...]]:
    """Groups of each call's size: a random document of the four weeks before the cut-off, and those nearest to it."""
    past, cutoff = view.past, seconds(calls[0].as_of)
    known = corpus.available[past.rows] < cutoff
    recent = (past.week >= view.ahead) & (past.week < view.ahead + _RECENT_WEEKS)
    pool = np.flatnonzero(past.counted & known & recent)
    vectors = past.vectors[pool]
    found = []
    for call in calls:
        rng = np.random.default_rng([seed, cutoff, crc32(call.trend_id.encode())])
        seeds = rng.permutation(len(pool))[:_TRIES]
        nearest = [np.argsort(-(vectors @ vectors[one]), kind="stable")[: len(call.documents)] for one in seeds]
        found.append(tuple(np.sort(pool[rows]) for rows in nearest))
    return found


def _chance(view: _View, members: Ints1d) -> bool | None:
    """Whether a random group grew, by words of its own."""
    if len(members) < _FEWEST:
        return None
    words = characteristic(view.past, members, weeks=view.ahead + _RECENT_WEEKS, baseline=_BASELINE_WEEKS)
    rows = speaking(view.past, words)
    if not len(rows):
        return None
    before, after = view.split(rows)
    written, written_after = view.halves(view.written)
    return grew(before, written, after, written_after)
