"""Slow trends as records: their names from the term as it is written, their signals, and the documents behind them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from foresight.analysis.calendar import moment
from foresight.embed.centring import centre
from foresight.enrich.term_names import is_formula, spoken
from foresight.records import (
    Assignment,
    Corpus,
    Floats1d,
    Headline,
    Ints1d,
    LanguageMean,
    Series,
    Signal,
    Speed,
    Stage,
    StageReason,
    Trend,
    WordIndex,
)
from foresight.signals.history import DAY
from foresight.signals.slow import QUARTER_DAYS, YEAR, Rise, Terms, holding
from foresight.signals.spread import effective
from foresight.topics.geometry import unit
from foresight.topics.terms import Family

SHOWN = 400
"""Documents that are kept of a trend, the latest; a big one has thousands a year."""

_NAMED_BY = 60
_FEWEST_OF_A_LANGUAGE = 3
_PARTS = 8
_RANKED = (Stage.NOISE, Stage.SLEEPING)
_HEADLINES = 12
_SHORTEST_HEADLINE = 3
_WEEK = 7 * DAY
_FIRST_MONDAY = 4 * DAY  # 1970-01-05


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A slow trend of this analysis. growth: (rate, low, high) in log share per quarter over the last two years."""

    id: str
    family: Family
    stage: Stage
    growth: tuple[float, float, float]
    by_source: Floats1d


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """All that is told of one slow trend."""

    trend: Trend
    series: Series
    signals: tuple[Signal, ...]
    assignments: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowScene:
    """All that one analysis of slow trends has gathered at its cut-off. listed: how many new ones may be told."""

    as_of: datetime
    run_id: str
    corpus: Corpus
    index: WordIndex
    terms: Terms
    rise: Rise
    means: Sequence[LanguageMean]
    listed: int


def tell(scene: SlowScene, entries: Sequence[Entry], earlier: Mapping[str, Trend]) -> tuple[Telling, ...]:
    """The records of all entries, ranked in the order given; noise and sleepers have rank 0.

    Of new ones, those that are a formula of a column are left out, and those that are called as a stronger one is.
    """
    weeks = _Weeks(scene)
    held = holding(scene.terms, [entry.family.lead for entry in entries], quarters=scene.terms.span)
    told: list[Telling] = []
    titles: set[str] = set()
    rank = 0
    for entry in entries:
        is_new = entry.id not in earlier
        if is_new and (rank >= scene.listed or _is_formula(scene, entry)):
            continue
        ranked = entry.stage not in _RANKED
        counted = held[entry.family.lead], weeks
        one = _told(scene, entry, rank + 1 if ranked else 0, earlier.get(entry.id), counted)
        title = one.trend.headlines[0].title.casefold() if one.trend.headlines else one.trend.id
        if is_new and title in titles:
            continue
        titles.add(title)
        rank += ranked
        told.append(one)
    return tuple(told)


def _is_formula(scene: SlowScene, entry: Entry) -> bool:
    """Whether most of the latest articles in the main language say it in the same words."""
    corpus, rows = scene.corpus, scene.terms.rows[entry.family.rows]
    latest = rows[np.argsort(-corpus.published[rows], kind="stable")].tolist()
    main = _langs(scene, rows)[:1]
    own = [row for row in latest if corpus.langs[row] in main][:_NAMED_BY]
    term = scene.index.vocabulary[entry.family.lead]
    return any(is_formula(term, [corpus.titles[r] for r in own], [corpus.texts[r] for r in own], lang) for lang in main)


def _told(scene: SlowScene, entry: Entry, rank: int, earlier: Trend | None, counted: tuple[Ints1d, _Weeks]) -> Telling:
    held, weeks = counted
    rows = scene.terms.rows[entry.family.rows]
    latest = rows[np.argsort(-scene.corpus.published[rows], kind="stable")][:SHOWN]
    first = _first(scene, held, earlier)
    signals = tuple(sorted(_signals(scene, entry, rows, first), key=lambda one: (one.name, one.window)))
    trend = Trend(
        id=entry.id,
        run_id=scene.run_id,
        as_of=scene.as_of,
        rank=rank,
        stage=entry.stage,
        reason=_reason(scene, entry, rows, first),
        headlines=_headlines(scene, entry, latest) or (earlier.headlines if earlier else ()),
        first_document=first,
        last_document=moment(int(scene.corpus.published[latest[0]])) if len(latest) else first,
        documents=len(rows),
        stories=len(np.unique(scene.corpus.stories[rows])),
        sources=int((entry.by_source > 0).sum()),
        langs=_langs(scene, rows),
        recent=tuple(scene.corpus.ids[row] for row in latest),
        centroid=_centroid(scene, latest),
        speed=Speed.SLOW,
    )
    return Telling(
        trend=trend,
        series=weeks.series(entry.id, held),
        signals=signals,
        assignments=_assignments(scene, trend, latest),
    )


def _first(scene: SlowScene, held: Ints1d, earlier: Trend | None) -> datetime:
    """When the term was first written, as far as the documents go."""
    known = [earlier.first_document] if earlier else []
    if len(held):
        known.append(moment(int(scene.corpus.published[scene.terms.rows[held]].min())))
    return min(known, default=scene.as_of)


def _langs(scene: SlowScene, rows: Ints1d) -> tuple[str, ...]:
    found: dict[str, int] = {}
    for row in rows.tolist():
        found[scene.corpus.langs[row]] = found.get(scene.corpus.langs[row], 0) + 1
    return tuple(sorted(found, key=lambda lang: (-found[lang], lang)))


def _headlines(scene: SlowScene, entry: Entry, latest: Ints1d) -> tuple[Headline, ...]:
    """A headline per language with three documents, or for the most frequent alone, in the words as written."""
    corpus, vocabulary = scene.corpus, scene.index.vocabulary
    langs = _langs(scene, latest)
    by_lang = {lang: [r for r in latest.tolist() if corpus.langs[r] == lang][:_NAMED_BY] for lang in langs}
    told = [lang for lang in langs if len(by_lang[lang]) >= _FEWEST_OF_A_LANGUAGE] or list(langs[:1])
    terms = [vocabulary[term] for term in entry.family.terms[:_PARTS]]
    found = []
    for lang in told:
        rows = by_lang[lang]
        names = spoken(terms, [corpus.titles[r] for r in rows], [corpus.texts[r] for r in rows], lang) or tuple(terms)
        found.append(Headline(lang=lang, title=_raised(names[0]), subtitle=_central(corpus, rows), words=names))
    return tuple(found)


def _raised(title: str) -> str:
    """The first letter as a capital, but for words with capitals of their own: "Ventilators", "iPhone"."""
    return title[:1].upper() + title[1:] if title.split(" ", 1)[0].islower() else title


def _central(corpus: Corpus, rows: Sequence[int]) -> str:
    """The shortest of the latest titles that says something and does not ask."""
    titles = [corpus.titles[row] for row in rows[:_HEADLINES]]
    telling = [title for title in titles if len(title.split()) >= _SHORTEST_HEADLINE and "?" not in title]
    return min(telling or titles, key=lambda title: (len(title), title), default="")


def _centroid(scene: SlowScene, rows: Ints1d) -> Floats1d:
    """Mean of the centred vectors, length 1; empty where there are no vectors."""
    vectors = scene.corpus.vectors
    if not len(rows) or not vectors.shape[1] or not scene.means:
        return np.zeros(vectors.shape[1] if scene.means else 0, dtype=np.float32)
    return unit(centre(vectors[rows], [scene.corpus.langs[row] for row in rows], scene.means).sum(axis=0))


def _assignments(scene: SlowScene, trend: Trend, rows: Ints1d) -> tuple[Assignment, ...]:
    near = np.zeros(len(rows), dtype=np.float32)
    if trend.centroid.any():
        near = (
            centre(scene.corpus.vectors[rows], [scene.corpus.langs[row] for row in rows], scene.means) @ trend.centroid
        )
    found = [
        Assignment(owner_id=trend.id, document_id=scene.corpus.ids[row], similarity=round(float(value), 4))
        for row, value in zip(rows, near, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: one.document_id))


def _reason(scene: SlowScene, entry: Entry, rows: Ints1d, first: datetime) -> StageReason:
    volume = max(float(scene.terms.volumes[:YEAR].sum()), 1.0)
    rate = entry.growth[0]
    facts = {
        "growth_per_quarter": math.expm1(rate) if math.isfinite(rate) else None,
        "q": float(scene.rise.q[entry.family.lead]) if scene.rise.called[entry.family.lead] else None,
        "share": float(scene.rise.seen[entry.family.lead]) / volume,
        "stories": float(len(np.unique(scene.corpus.stories[rows]))),
        "sources": float((entry.by_source > 0).sum()),
        "years": max(1.0, round((scene.as_of - first).days / 365.25)),
    }
    return StageReason(
        key=f"slow_{entry.stage.value}",
        facts=tuple((name, value) for name, value in facts.items() if value is not None),
    )


def _signals(scene: SlowScene, entry: Entry, rows: Ints1d, first: datetime) -> Iterator[Signal]:
    terms, rise, lead = scene.terms, scene.rise, entry.family.lead
    n, span = len(rows), f"{terms.span}q"
    rate, low, high = entry.growth

    def one(name: str, window: str, value: float, unit_: str, method: str) -> Signal:
        return Signal(trend_id=entry.id, name=name, window=window, value=float(value), unit=unit_, method=method, n=n)

    if math.isfinite(rate):
        quarters = min(2 * YEAR, terms.span)
        yield Signal(
            trend_id=entry.id,
            name="growth",
            window=f"{quarters}q",
            value=rate,
            unit="log share per quarter",
            method="quasi_poisson",
            low=low,
            high=high,
            n=int(terms.counts[lead, :quarters].sum()),
        )
    yield one("share", "4q", rise.seen[lead] / max(float(terms.volumes[:YEAR].sum()), 1.0), "share", "story_share")
    yield one("persistence", span, float((terms.counts[lead] > 0).mean()), "share", "active_quarters")
    yield one("age", "", (scene.as_of - first) / timedelta(weeks=1), "weeks", "first_story")
    yield one("spread", "4q", effective(entry.by_source), "sources", "effective_sources")
    yield one("languages", "4q", len(_langs(scene, rows)), "languages", "count")
    yield one("strength", span, rise.z[lead], "standard deviations", "term_rise")
    if rise.called[lead]:
        yield one("q_value", span, rise.q[lead], "probability", "permuted_quarters")


class _Weeks:
    """Weekly counts over the whole weeks of the span, weighted by source."""

    def __init__(self, scene: SlowScene) -> None:
        terms, corpus = scene.terms, scene.corpus
        start = terms.cutoff - terms.span * QUARTER_DAYS * DAY
        self._first = -((_FIRST_MONDAY - start) // _WEEK)
        self._weeks = max(0, (terms.cutoff - _FIRST_MONDAY) // _WEEK - self._first)
        self._week = (corpus.published[terms.rows] - _FIRST_MONDAY) // _WEEK - self._first
        self._weights = corpus.source_weights[corpus.sources[terms.rows]]
        self._totals = self._counted(np.arange(len(terms.rows), dtype=np.int64))
        monday = datetime.fromtimestamp(_FIRST_MONDAY, tz=UTC).date()
        self._mondays: tuple[date, ...] = tuple(
            monday + timedelta(weeks=int(self._first + week)) for week in range(self._weeks)
        )

    def series(self, trend_id: str, cells: Ints1d) -> Series:
        """Those of a trend, by the counted rows that hold its term."""
        return Series(trend_id=trend_id, weeks=self._mondays, counts=self._counted(cells), totals=self._totals)

    def _counted(self, cells: Ints1d) -> tuple[float, ...]:
        inside = cells[(self._week[cells] >= 0) & (self._week[cells] < self._weeks)]
        sums = np.bincount(self._week[inside], weights=self._weights[inside], minlength=self._weeks)
        return tuple(sums.round(6).tolist())
