"""Whether what comes up comes up every year: the same surge in the same weeks of the years before.

Christmas trade, budgets and school starts grow for real each year and are news to nobody. A surge counts as recurring
where every earlier year that the archive holds had one of its own in the same weeks, tested against the weeks before
it in that year, and where this year's is no more than twice as big. Only the few groups that would be listed are looked
for, in sixteen weeks of each earlier year, by their neighbourhood and their words.
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
from foresight.trends.clusters import DocumentGroup, Neighbourhood
from foresight.trends.history import WEEK_SECONDS, History, live_sources, to_seconds, without_copies
from foresight.trends.measurement import GroupMeasurements, growth_p_values, weight_scale
from foresight.trends.stages import MOVING_STAGES, GroupVerdicts, classify_stage

EARLIER_YEARS = 2
YEAR_WEEKS = 52
SLACK_WEEKS = 2
_LONE_YEAR = 0.01
_EACH_YEAR = 0.05
_FEWEST = 3
_NO_BIGGER = 2.0
_LEAST_WRITTEN = 20
_SHARE_WITH_WORDS = 0.25
_WORDS_NEEDED = 2

ReadEarlierWeeks = Callable[[datetime, datetime], Corpus]
"""Documents available in ``since <= t < until``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlySurge:
    """The strongest surge of an earlier year within the slack around the same weeks.

    Attributes:
        p: one-sided probability of it, corrected for the places it was looked for at.
        seen: documents; share: their part of everything written in its weeks.
        start: weeks from the end of the span to the end of the surge, 0 … 2·SLACK_WEEKS.
    """

    p: float
    seen: float
    share: float
    start: int


def surge_span(weeks: int, baseline: int) -> int:
    """Weeks of an earlier year that are looked at: slack, the window, slack, and what comes before."""
    return 2 * SLACK_WEEKS + weeks + baseline


def strongest_surge(counts: Floats1d, volumes: Floats1d, *, weeks: int, scale: float = 1.0) -> YearlySurge | None:
    """The surge of one earlier year.

    None where the year is not held: no source that was there from the start of the span, or next to nothing.
    counts, volumes: ``(span, sources)`` of the group and of everything, row 0 the last week; weeks: of the group's
    window.
    """
    sources = live_sources(volumes, len(volumes))
    before = slice(2 * SLACK_WEEKS + weeks, len(volumes))
    if not sources.any() or volumes[before][:, sources].sum() < _LEAST_WRITTEN:
        return None
    places = []
    for start in range(2 * SLACK_WEEKS + 1):
        window = slice(start, start + weeks)
        own, everything = (np.concatenate([array[window], array[before]]) for array in (counts, volumes))
        seen, written = float(own[:weeks, sources].sum()), float(everything[:weeks, sources].sum())
        scales, baseline = np.array([scale], dtype=np.float32), len(own) - weeks
        p = growth_p_values(own[None], everything, sources, scales, recent=weeks, baseline=baseline)
        places.append(YearlySurge(p=float(p[0]), seen=seen, share=seen / max(1.0, written), start=start))
    best = min(places, key=lambda place: (place.p, place.start))
    return replace(best, p=min(1.0, len(places) * best.p))


def is_recurring(share: float, years: Sequence[YearlySurge]) -> bool:
    """Whether a surge with this share of everything is the one that comes every year.

    years: those that the archive holds; none says nothing, a lone one must be plainer.
    """
    if not years or any(year.seen < _FEWEST for year in years):
        return False
    most = _LONE_YEAR if len(years) == 1 else _EACH_YEAR
    return all(year.p <= most for year in years) and share <= _NO_BIGGER * max(year.share for year in years)


def reader_of(corpus: Corpus) -> ReadEarlierWeeks:
    """Reads earlier weeks from a corpus that holds all of the past itself."""

    def between(since: datetime, until: datetime) -> Corpus:
        low, high = np.searchsorted(corpus.available, [to_seconds(since), to_seconds(until)])
        return corpus.only(np.arange(low, high, dtype=np.int64))

    return between


def mark_recurring(  # noqa: PLR0913 - everything that is compared
    history: History,
    groups: Sequence[DocumentGroup],
    measured: GroupMeasurements,
    verdicts: GroupVerdicts,
    vocabulary: Sequence[str],
    *,
    read_earlier_weeks: ReadEarlierWeeks,
    state: ClusteringState,
    options: TrendOptions,
    as_of: datetime,
) -> GroupVerdicts:
    """The verdicts, those of recurring groups drawn again: they are shown as what comes every year.

    vocabulary: of the words of `measured`; state: its means centre the vectors.
    """
    moving = [i for i, (stage, _) in enumerate(verdicts.stages) if stage in MOVING_STAGES]
    longest = timedelta(weeks=surge_span(max(options.recent_weeks), options.baseline_weeks))
    ends = [as_of + timedelta(weeks=SLACK_WEEKS - back * YEAR_WEEKS) for back in range(1, EARLIER_YEARS + 1)]
    years = [
        EarlierYear(corpus, state, end=to_seconds(until), baseline=options.baseline_weeks)
        for until in (ends if moving else ())
        if len(corpus := read_earlier_weeks(until - longest, until))
    ]
    if not years:
        return verdicts
    evidence, stages = list(verdicts.evidence), list(verdicts.stages)
    for i in moving:
        words = [frozenset(vocabulary[word] for word in own) for own in measured.words[i]]
        lies, weeks = measured.neighbourhoods[i], groups[i].weeks
        surges = [year.surge_of(lies, history.languages, words, weeks) for year in years]
        held = [surge for surge in surges if surge is not None]
        share = float(measured.counts[i, :weeks].sum()) / max(1.0, float(history.volume[:weeks].sum()))
        if is_recurring(share, held):
            evidence[i] = replace(evidence[i], recurring=len(held))
            stages[i] = classify_stage(evidence[i], options)
    return replace(verdicts, evidence=tuple(evidence), stages=tuple(stages))


class EarlierYear:
    """The same weeks of an earlier year."""

    def __init__(self, corpus: Corpus, state: ClusteringState, *, end: int, baseline: int) -> None:
        self._corpus, self._baseline = corpus, baseline
        self._vectors = centre_by_language(corpus.vectors, corpus.langs, state.means)
        self._weights = corpus.source_weights[corpus.sources]
        counted = without_copies(corpus.stories, corpus.sources, len(corpus.source_ids), self._vectors)
        counted &= self._weights > 0
        self._weeks = np.where(counted, (end - 1 - corpus.published) // WEEK_SECONDS, -1)

    def surge_of(
        self, lies: Neighbourhood, languages: Sequence[str], words: Sequence[frozenset[str]], weeks: int
    ) -> YearlySurge | None:
        """The surge of a neighbourhood that also has the group's words; None where the year is not held."""
        length = surge_span(weeks, self._baseline)
        thresholds = dict(zip(languages, lies.thresholds.tolist(), strict=True))
        needed: Floats1d = np.array([thresholds.get(lang, np.inf) for lang in self._corpus.langs], dtype=np.float32)
        rows = np.flatnonzero((self._vectors @ lies.centre >= needed) & (self._weeks >= 0))
        counts, volumes = self._weekly(rows, length), self._weekly(np.arange(len(self._weeks)), length)
        scale = weight_scale(counts[None], self._corpus.source_weights)
        found = strongest_surge(counts, volumes, weeks=weeks, scale=float(scale[0]))
        if found is None or found.seen == 0 or not any(len(own) >= _WORDS_NEEDED for own in words):
            return found
        window = rows[(self._weeks[rows] >= found.start) & (self._weeks[rows] < found.start + weeks)]
        with_words = 0
        for row in window.tolist():
            text, lang = f"{self._corpus.titles[row]} {self._corpus.texts[row]}", self._corpus.langs[row]
            held = {count_word(form, lang) for form in TOKEN.findall(text)}
            # Two of the group's words of one language.
            with_words += any(len(held & own) >= _WORDS_NEEDED for own in words)
        return found if with_words >= _SHARE_WITH_WORDS * len(window) else replace(found, p=1.0)

    def _weekly(self, rows: Ints1d, length: int) -> Floats1d:
        """``(length, sources)`` counted documents, weighted by source, row 0 the last week."""
        kept = rows[(self._weeks[rows] >= 0) & (self._weeks[rows] < length)]
        sources = len(self._corpus.source_ids)
        cells = self._weeks[kept] * sources + self._corpus.sources[kept]
        sums = np.bincount(cells, weights=self._weights[kept], minlength=length * sources)
        return sums.reshape(length, sources).astype(np.float32)
