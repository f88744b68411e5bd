"""The memory of the calendar: what moves is looked for in the same weeks of the years before.

Only the few groups that would be listed are looked for, in a stretch of sixteen weeks of each earlier year, by their
region and their words; the archive in between is not touched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from foresight.analysis.calendar import seconds
from foresight.analysis.judging import MOVING, Judged
from foresight.analysis.movements import Group, Measured
from foresight.embed.centring import centre
from foresight.enrich.words import TOKEN, word_of
from foresight.records import Corpus, EngineState, Floats1d, Ints1d, TrendOptions
from foresight.signals.evidence import Radius
from foresight.signals.history import DAY, History, no_copies, volume
from foresight.signals.recurrence import SLACK, YEAR_WEEKS, YEARS, Surge, recurring, span, surge
from foresight.signals.stage import verdict

Memory = Callable[[datetime, datetime], Corpus]
_OF_ITS_WORDS = 0.25
_HITS = 2


def remembered(corpus: Corpus) -> Memory:
    """The memory of a corpus that holds all of the past itself."""

    def between(since: datetime, until: datetime) -> Corpus:
        low, high = np.searchsorted(corpus.available, [seconds(since), seconds(until)])
        return corpus.only(np.arange(low, high, dtype=np.int64))

    return between


class Seasons:
    """Judges anew what comes every year.

    Args:
        memory: documents available in ``since <= t < until``, from the archive or the corpus itself.
        state: its means centre the vectors.
        options: of the analysis.
        as_of: its cut-off.
    """

    def __init__(self, memory: Memory, state: EngineState, options: TrendOptions, as_of: datetime) -> None:
        self._memory, self._state, self._options, self._as_of = memory, state, options, as_of

    def judged(
        self, past: History, groups: Sequence[Group], measured: Measured, judged: Judged, vocabulary: Sequence[str]
    ) -> Judged:
        """The verdicts, those of recurring groups drawn again: they are told as what comes every year.

        Args:
            past: the history.
            groups: what was found in it.
            measured: their counts, in the same order.
            judged: their verdicts, in the same order.
            vocabulary: of the words of `measured`.
        """
        moving = [i for i, (stage, _) in enumerate(judged.verdicts) if stage in MOVING]
        years = self._years() if moving else []
        if not years:
            return judged
        volumes = volume(past)
        evidence, verdicts = list(judged.evidence), list(judged.verdicts)
        for i in moving:
            words = [frozenset(vocabulary[word] for word in own) for own in measured.words[i]]
            found = [year.surge(measured.regions[i], past.languages, words, groups[i].weeks) for year in years]
            held = [one for one in found if one is not None]
            weeks = slice(0, groups[i].weeks)
            share = float(measured.counts[i, weeks].sum()) / max(1.0, float(volumes[weeks].sum()))
            if recurring(share, held):
                evidence[i] = replace(evidence[i], recurring=len(held))
                verdicts[i] = verdict(evidence[i], self._options)
        return replace(judged, evidence=tuple(evidence), verdicts=tuple(verdicts))

    def _years(self) -> list[Year]:
        longest = span(max(self._options.recent_weeks), self._options.baseline_weeks)
        found = []
        for back in range(1, YEARS + 1):
            until = self._as_of + timedelta(weeks=SLACK - back * YEAR_WEEKS)
            corpus = self._memory(until - timedelta(weeks=longest), until)
            if len(corpus):
                found.append(Year(corpus, self._state, end=seconds(until), baseline=self._options.baseline_weeks))
        return found


class Year:
    """The same weeks of an earlier year."""

    def __init__(self, corpus: Corpus, state: EngineState, *, end: int, baseline: int) -> None:
        self._corpus, self._baseline = corpus, baseline
        self._vectors = centre(corpus.vectors, corpus.langs, state.means)
        counted = no_copies(corpus.stories, corpus.sources, len(corpus.source_ids), self._vectors)
        self._weeks = np.where(counted, (end - 1 - corpus.published) // (7 * DAY), -1)

    def surge(
        self, region: Radius, languages: Sequence[str], words: Sequence[frozenset[str]], weeks: int
    ) -> Surge | None:
        """The surge of a region that also speaks with the group's words; None where the year is not held."""
        length = span(weeks, self._baseline)
        rows = self._inside(region, languages)
        found = surge(self._weekly(rows, length), self._weekly(np.arange(len(self._weeks)), length), weeks=weeks)
        if found is None or found.seen == 0 or not any(len(own) >= _HITS for own in words):
            return found
        window = rows[(self._weeks[rows] >= found.start) & (self._weeks[rows] < found.start + weeks)]
        telling = sum(self._speaks(int(row), words) for row in window)
        return found if telling >= _OF_ITS_WORDS * len(window) else replace(found, p=1.0)

    def _inside(self, region: Radius, languages: Sequence[str]) -> Ints1d:
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
        own = {word_of(form, lang) for form in TOKEN.findall(text)}
        return any(len(own & mine) >= _HITS for mine in words)
