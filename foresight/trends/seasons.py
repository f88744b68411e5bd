"""Whether what comes up comes up every year: the same surge in the same weeks of the years before.

Christmas trade, budgets and school starts grow for real each year and are news to nobody. A surge counts as recurring
where every earlier year that the archive holds had one of its own in the same weeks, judged against the weeks before
it in that year, and where this year's is no more than twice as big: a calendar that suddenly shouts is news.

The memory of the calendar: what moves is looked for in the same weeks of the years before.

Only the few groups that would be listed are looked for, in a stretch of sixteen weeks of each earlier year, by their
region and their words; the archive in between is not touched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from foresight.model.documents import Corpus, Floats1d, Ints1d
from foresight.model.options import TrendOptions
from foresight.model.trends import ClusteringState
from foresight.nlp.centring import centre_by_language
from foresight.nlp.word_index import TOKEN, count_word
from foresight.trends.history import DAY, History, live_sources, to_seconds, weekly_volume, without_copies
from foresight.trends.measurement import (
    DocumentGroup,
    GroupMeasurements,
    Neighbourhood,
    expected_counts,
    poisson_p_value,
)
from foresight.trends.stages import MOVING_STAGES, GroupVerdicts, classify_stage

EARLIER_YEARS = 2
YEAR_WEEKS = 52
SLACK_WEEKS = 2
_LONE_YEAR = 0.01
_EACH_YEAR = 0.05
_FEWEST = 3
_NO_BIGGER = 2.0
_LEAST_WRITTEN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlySurge:
    """The strongest surge of an earlier year within the slack around the same weeks.

    Attributes:
        p: one-sided probability of it, corrected for the places it was looked for at.
        seen: documents; share: their part of everything written in its weeks.
        start: weeks from the end of the span to the end of the surge, 0 … 2·SLACK.
    """

    p: float
    seen: float
    share: float
    start: int


def surge_span(weeks: int, baseline: int) -> int:
    """Weeks of an earlier year that are looked at: slack, the window, slack, and what comes before."""
    return 2 * SLACK_WEEKS + weeks + baseline


def strongest_surge(counts: Floats1d, volumes: Floats1d, *, weeks: int) -> YearlySurge | None:
    """The surge of one earlier year.

    Args:
        counts: ``(span, sources)`` the group's documents, row 0 the last week of the span.
        volumes: ``(span, sources)`` everything.
        weeks: of the group's window.

    Returns:
        None where the year is not held: no source that was there from the start of the span, or next to nothing.
    """
    sources = live_sources(volumes, len(volumes))
    before = slice(2 * SLACK_WEEKS + weeks, len(volumes))
    if not sources.any() or volumes[before][:, sources].sum() < _LEAST_WRITTEN:
        return None
    places = [_surge_at(counts, volumes, start, weeks=weeks, before=before) for start in range(2 * SLACK_WEEKS + 1)]
    best = min(places, key=lambda place: (place.p, place.start))
    return YearlySurge(p=min(1.0, len(places) * best.p), seen=best.seen, share=best.share, start=best.start)


def _surge_at(counts: Floats1d, volumes: Floats1d, start: int, *, weeks: int, before: slice) -> YearlySurge:
    window = slice(start, start + weeks)
    own, everything = (np.concatenate([array[window], array[before]]) for array in (counts, volumes))
    sources = live_sources(volumes, len(volumes))
    awaited = expected_counts(own[None], everything, sources, recent=weeks, baseline=len(own) - weeks)
    seen = float(own[:weeks, sources].sum())
    p = float(poisson_p_value(np.array([seen], dtype=np.float32), awaited)[0])
    return YearlySurge(p=p, seen=seen, share=seen / max(1.0, float(everything[:weeks, sources].sum())), start=start)


def is_recurring(share: float, years: Sequence[YearlySurge]) -> bool:
    """Whether a surge with this share of everything is the one that comes every year.

    Args:
        share: of the group in its window now.
        years: the earlier years that the archive holds; none says nothing, a lone one must be plainer.
    """
    if not years or any(year.seen < _FEWEST for year in years):
        return False
    most = _LONE_YEAR if len(years) == 1 else _EACH_YEAR
    return all(year.p <= most for year in years) and share <= _NO_BIGGER * max(year.share for year in years)


ReadEarlierWeeks = Callable[[datetime, datetime], Corpus]
_SHARE_WITH_WORDS = 0.25
_HITS = 2


def reader_of(corpus: Corpus) -> ReadEarlierWeeks:
    """The memory of a corpus that holds all of the past itself."""

    def between(since: datetime, until: datetime) -> Corpus:
        low, high = np.searchsorted(corpus.available, [to_seconds(since), to_seconds(until)])
        return corpus.only(np.arange(low, high, dtype=np.int64))

    return between


class RecurrenceCheck:
    """Judges anew what comes every year.

    Args:
        memory: documents available in ``since <= t < until``, from the archive or the corpus itself.
        state: its means centre the vectors.
        options: of the analysis.
        as_of: its cut-off.
    """

    def __init__(
        self, memory: ReadEarlierWeeks, state: ClusteringState, options: TrendOptions, as_of: datetime
    ) -> None:
        self._memory, self._state, self._options, self._as_of = memory, state, options, as_of

    def judged(
        self,
        past: History,
        groups: Sequence[DocumentGroup],
        measured: GroupMeasurements,
        judged: GroupVerdicts,
        vocabulary: Sequence[str],
    ) -> GroupVerdicts:
        """The verdicts, those of recurring groups drawn again: they are told as what comes every year.

        Args:
            past: the history.
            groups: what was found in it.
            measured: their counts, in the same order.
            judged: their verdicts, in the same order.
            vocabulary: of the words of `measured`.
        """
        moving = [i for i, (stage, _) in enumerate(judged.verdicts) if stage in MOVING_STAGES]
        years = self._years() if moving else []
        if not years:
            return judged
        volumes = weekly_volume(past)
        evidence, verdicts = list(judged.evidence), list(judged.verdicts)
        for i in moving:
            words = [frozenset(vocabulary[word] for word in own) for own in measured.words[i]]
            found = [year.surge(measured.regions[i], past.languages, words, groups[i].weeks) for year in years]
            held = [one for one in found if one is not None]
            weeks = slice(0, groups[i].weeks)
            share = float(measured.counts[i, weeks].sum()) / max(1.0, float(volumes[weeks].sum()))
            if is_recurring(share, held):
                evidence[i] = replace(evidence[i], recurring=len(held))
                verdicts[i] = classify_stage(evidence[i], self._options)
        return replace(judged, evidence=tuple(evidence), verdicts=tuple(verdicts))

    def _years(self) -> list[EarlierYear]:
        longest = surge_span(max(self._options.recent_weeks), self._options.baseline_weeks)
        found = []
        for back in range(1, EARLIER_YEARS + 1):
            until = self._as_of + timedelta(weeks=SLACK_WEEKS - back * YEAR_WEEKS)
            corpus = self._memory(until - timedelta(weeks=longest), until)
            if len(corpus):
                found.append(
                    EarlierYear(corpus, self._state, end=to_seconds(until), baseline=self._options.baseline_weeks)
                )
        return found


class EarlierYear:
    """The same weeks of an earlier year."""

    def __init__(self, corpus: Corpus, state: ClusteringState, *, end: int, baseline: int) -> None:
        self._corpus, self._baseline = corpus, baseline
        self._vectors = centre_by_language(corpus.vectors, corpus.langs, state.means)
        counted = without_copies(corpus.stories, corpus.sources, len(corpus.source_ids), self._vectors)
        self._weeks = np.where(counted, (end - 1 - corpus.published) // (7 * DAY), -1)

    def surge(
        self, region: Neighbourhood, languages: Sequence[str], words: Sequence[frozenset[str]], weeks: int
    ) -> YearlySurge | None:
        """The surge of a region that also speaks with the group's words; None where the year is not held."""
        length = surge_span(weeks, self._baseline)
        rows = self._inside(region, languages)
        found = strongest_surge(
            self._weekly(rows, length), self._weekly(np.arange(len(self._weeks)), length), weeks=weeks
        )
        if found is None or found.seen == 0 or not any(len(own) >= _HITS for own in words):
            return found
        window = rows[(self._weeks[rows] >= found.start) & (self._weeks[rows] < found.start + weeks)]
        telling = sum(self._speaks(int(row), words) for row in window)
        return found if telling >= _SHARE_WITH_WORDS * len(window) else replace(found, p=1.0)

    def _inside(self, region: Neighbourhood, languages: Sequence[str]) -> Ints1d:
        least = dict(zip(languages, region.least.tolist(), strict=True))
        needed: Floats1d = np.array([least.get(lang, np.inf) for lang in self._corpus.langs], dtype=np.float32)
        return np.flatnonzero((self._vectors @ region.centre >= needed) & (self._weeks >= 0))

    def _weekly(self, rows: Ints1d, length: int) -> Floats1d:
        """``(length, sources)`` counted documents, row 0 the last week."""
        kept = rows[(self._weeks[rows] >= 0) & (self._weeks[rows] < length)]
        sources = len(self._corpus.source_ids)
        cells = self._weeks[kept] * sources + self._corpus.sources[kept]
        return np.bincount(cells, minlength=length * sources).reshape(length, sources).astype(np.float32)

    def _speaks(self, row: int, words: Sequence[frozenset[str]]) -> bool:
        """Whether a document has two of the group's words of one language."""
        text, lang = f"{self._corpus.titles[row]} {self._corpus.texts[row]}", self._corpus.langs[row]
        own = {count_word(form, lang) for form in TOKEN.findall(text)}
        return any(len(own & mine) >= _HITS for mine in words)
