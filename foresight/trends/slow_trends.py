"""Slow trends as records: their names from the term as it is written, their signals, and the documents behind them.

Slow trends at a cut-off: terms that rise over quarters, gathered, staged and given lasting ids.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from foresight.model.documents import Corpus, Floats1d, Ints1d
from foresight.model.options import Options, SlowOptions
from foresight.model.sources import Source
from foresight.model.trends import (
    Assignment,
    Headline,
    LanguageMean,
    Lineage,
    LineageKind,
    Signal,
    Speed,
    Stage,
    StageReason,
    Trend,
    WeeklySeries,
)
from foresight.nlp.centring import centre_by_language
from foresight.nlp.term_index import name_terms
from foresight.nlp.term_spelling import is_fixed_phrase, spelled_terms
from foresight.nlp.word_index import WordIndex
from foresight.trends.clusters import unit_vector
from foresight.trends.history import DAY, from_seconds, to_seconds
from foresight.trends.measurement import growth_offsets, growth_rates
from foresight.trends.slow_terms import (
    QUARTER_DAYS,
    YEAR_QUARTERS,
    TermCounts,
    TermFamily,
    TermRises,
    count_terms,
    gather_families,
    rows_holding,
    term_from_trend_id,
    test_rises,
    trend_id_from_term,
)
from foresight.trends.stages import effective_sources, is_confirmed, least_sources_needed

DOCUMENTS_KEPT = 400
"""Documents that are kept of a trend, the latest; a big one has thousands a year."""

_NAMED_BY = 60
_FEWEST_OF_A_LANGUAGE = 3
_TERMS_SHOWN = 8
_UNRANKED = (Stage.NOISE, Stage.SLEEPING)
_HEADLINES = 12
_SHORTEST_HEADLINE = 3
_WEEK = 7 * DAY
_FIRST_MONDAY = 4 * DAY  # 1970-01-05


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowEntry:
    """A slow trend of this analysis. growth: (rate, low, high) in log share per quarter over the last two years."""

    id: str
    family: TermFamily
    stage: Stage
    growth: tuple[float, float, float]
    by_source: Floats1d


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowTrendRecords:
    """All that is told of one slow trend."""

    trend: Trend
    series: WeeklySeries
    signals: tuple[Signal, ...]
    assignments: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowContext:
    """All that one analysis of slow trends has gathered at its cut-off. listed: how many new ones may be told."""

    as_of: datetime
    run_id: str
    corpus: Corpus
    index: WordIndex
    terms: TermCounts
    rise: TermRises
    means: Sequence[LanguageMean]
    listed: int


def slow_records(
    scene: SlowContext, entries: Sequence[SlowEntry], earlier: Mapping[str, Trend]
) -> tuple[SlowTrendRecords, ...]:
    """The records of all entries, ranked in the order given; noise and sleepers have rank 0.

    Of new ones, those that are a formula of a column are left out, and those that are called as a stronger one is.
    """
    weeks = _WeeklyCounts(scene)
    held = rows_holding(scene.terms, [entry.family.lead for entry in entries], quarters=scene.terms.span)
    told: list[SlowTrendRecords] = []
    titles: set[str] = set()
    rank = 0
    for entry in entries:
        is_new = entry.id not in earlier
        if is_new and (rank >= scene.listed or _is_formula(scene, entry)):
            continue
        ranked = entry.stage not in _UNRANKED
        counted = held[entry.family.lead], weeks
        one = _records_of(scene, entry, rank + 1 if ranked else 0, earlier.get(entry.id), counted)
        title = one.trend.headlines[0].title.casefold() if one.trend.headlines else one.trend.id
        if is_new and title in titles:
            continue
        titles.add(title)
        rank += ranked
        told.append(one)
    return tuple(told)


def _is_formula(scene: SlowContext, entry: SlowEntry) -> bool:
    """Whether most of the latest articles in the main language say it in the same words."""
    corpus, rows = scene.corpus, scene.terms.rows[entry.family.rows]
    latest = rows[np.argsort(-corpus.published[rows], kind="stable")].tolist()
    main = _langs(scene, rows)[:1]
    own = [row for row in latest if corpus.langs[row] in main][:_NAMED_BY]
    term = scene.index.vocabulary[entry.family.lead]
    return any(
        is_fixed_phrase(term, [corpus.titles[r] for r in own], [corpus.texts[r] for r in own], lang) for lang in main
    )


def _records_of(
    scene: SlowContext, entry: SlowEntry, rank: int, earlier: Trend | None, counted: tuple[Ints1d, _WeeklyCounts]
) -> SlowTrendRecords:
    held, weeks = counted
    rows = scene.terms.rows[entry.family.rows]
    latest = rows[np.argsort(-scene.corpus.published[rows], kind="stable")][:DOCUMENTS_KEPT]
    first = _first_written(scene, held, earlier)
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
        last_document=from_seconds(int(scene.corpus.published[latest[0]])) if len(latest) else first,
        documents=len(rows),
        stories=len(np.unique(scene.corpus.stories[rows])),
        sources=int((entry.by_source > 0).sum()),
        langs=_langs(scene, rows),
        recent=tuple(scene.corpus.ids[row] for row in latest),
        centroid=_centroid(scene, latest),
        speed=Speed.SLOW,
    )
    return SlowTrendRecords(
        trend=trend,
        series=weeks.series(entry.id, held),
        signals=signals,
        assignments=_assignments(scene, trend, latest),
    )


def _first_written(scene: SlowContext, held: Ints1d, earlier: Trend | None) -> datetime:
    """When the term was first written, as far as the documents go."""
    known = [earlier.first_document] if earlier else []
    if len(held):
        known.append(from_seconds(int(scene.corpus.published[scene.terms.rows[held]].min())))
    return min(known, default=scene.as_of)


def _langs(scene: SlowContext, rows: Ints1d) -> tuple[str, ...]:
    found: dict[str, int] = {}
    for row in rows.tolist():
        found[scene.corpus.langs[row]] = found.get(scene.corpus.langs[row], 0) + 1
    return tuple(sorted(found, key=lambda lang: (-found[lang], lang)))


def _headlines(scene: SlowContext, entry: SlowEntry, latest: Ints1d) -> tuple[Headline, ...]:
    """A headline per language with three documents, or for the most frequent alone, in the words as written."""
    corpus, vocabulary = scene.corpus, scene.index.vocabulary
    langs = _langs(scene, latest)
    by_lang = {lang: [r for r in latest.tolist() if corpus.langs[r] == lang][:_NAMED_BY] for lang in langs}
    told = [lang for lang in langs if len(by_lang[lang]) >= _FEWEST_OF_A_LANGUAGE] or list(langs[:1])
    terms = [vocabulary[term] for term in entry.family.terms[:_TERMS_SHOWN]]
    found = []
    for lang in told:
        rows = by_lang[lang]
        names = spelled_terms(terms, [corpus.titles[r] for r in rows], [corpus.texts[r] for r in rows], lang) or tuple(
            terms
        )
        found.append(
            Headline(lang=lang, title=_capitalised(names[0]), subtitle=_central_headline(corpus, rows), words=names)
        )
    return tuple(found)


def _capitalised(title: str) -> str:
    """The first letter as a capital, but for words with capitals of their own: "Ventilators", "iPhone"."""
    return title[:1].upper() + title[1:] if title.split(" ", 1)[0].islower() else title


def _central_headline(corpus: Corpus, rows: Sequence[int]) -> str:
    """The shortest of the latest titles that says something and does not ask."""
    titles = [corpus.titles[row] for row in rows[:_HEADLINES]]
    telling = [title for title in titles if len(title.split()) >= _SHORTEST_HEADLINE and "?" not in title]
    return min(telling or titles, key=lambda title: (len(title), title), default="")


def _centroid(scene: SlowContext, rows: Ints1d) -> Floats1d:
    """Mean of the centred vectors, length 1; empty where there are no vectors."""
    vectors = scene.corpus.vectors
    if not len(rows) or not vectors.shape[1] or not scene.means:
        return np.zeros(vectors.shape[1] if scene.means else 0, dtype=np.float32)
    return unit_vector(
        centre_by_language(vectors[rows], [scene.corpus.langs[row] for row in rows], scene.means).sum(axis=0)
    )


def _assignments(scene: SlowContext, trend: Trend, rows: Ints1d) -> tuple[Assignment, ...]:
    near = np.zeros(len(rows), dtype=np.float32)
    if trend.centroid.any():
        near = (
            centre_by_language(scene.corpus.vectors[rows], [scene.corpus.langs[row] for row in rows], scene.means)
            @ trend.centroid
        )
    found = [
        Assignment(owner_id=trend.id, document_id=scene.corpus.ids[row], similarity=round(float(value), 4))
        for row, value in zip(rows, near, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: one.document_id))


def _reason(scene: SlowContext, entry: SlowEntry, rows: Ints1d, first: datetime) -> StageReason:
    volume = max(float(scene.terms.volumes[:YEAR_QUARTERS].sum()), 1.0)
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


def _signals(scene: SlowContext, entry: SlowEntry, rows: Ints1d, first: datetime) -> Iterator[Signal]:
    terms, rise, lead = scene.terms, scene.rise, entry.family.lead
    n, span = len(rows), f"{terms.span}q"
    rate, low, high = entry.growth

    def one(name: str, window: str, value: float, unit_: str, method: str) -> Signal:
        return Signal(trend_id=entry.id, name=name, window=window, value=float(value), unit=unit_, method=method, n=n)

    if math.isfinite(rate):
        quarters = min(2 * YEAR_QUARTERS, terms.span)
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
    yield one(
        "share", "4q", rise.seen[lead] / max(float(terms.volumes[:YEAR_QUARTERS].sum()), 1.0), "share", "story_share"
    )
    yield one("persistence", span, float((terms.counts[lead] > 0).mean()), "share", "active_quarters")
    yield one("age", "", (scene.as_of - first) / timedelta(weeks=1), "weeks", "first_story")
    yield one("spread", "4q", effective_sources(entry.by_source), "sources", "effective_sources")
    yield one("languages", "4q", len(_langs(scene, rows)), "languages", "count")
    yield one("strength", span, rise.z[lead], "standard deviations", "term_rise")
    if rise.called[lead]:
        yield one("q_value", span, rise.q[lead], "probability", "permuted_quarters")


class _WeeklyCounts:
    """Weekly counts over the whole weeks of the span, weighted by source."""

    def __init__(self, scene: SlowContext) -> None:
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

    def series(self, trend_id: str, cells: Ints1d) -> WeeklySeries:
        """Those of a trend, by the counted rows that hold its term."""
        return WeeklySeries(trend_id=trend_id, weeks=self._mondays, counts=self._counted(cells), totals=self._totals)

    def _counted(self, cells: Ints1d) -> tuple[float, ...]:
        inside = cells[(self._week[cells] >= 0) & (self._week[cells] < self._weeks)]
        sums = np.bincount(self._week[inside], weights=self._weights[inside], minlength=self._weeks)
        return tuple(sums.round(6).tolist())


_TERMS_PER_TREND = 10
"""Terms that are gathered for every trend that is told; the others are too weak to be reached."""

_EARLIER_PER_TREND = 4
"""Earlier trends that are measured on for every trend that is told."""

_SPARE_TRENDS = 10
"""More, in place of those that turn out to be formulas or to be called as another is."""

_RATE_QUARTERS = 8
_ORDER = (Stage.STRONG, Stage.STEADY, Stage.FADING)
_RISING = (Stage.WEAK, Stage.EMERGING, Stage.CANDIDATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowAnalysis:
    """What is said of slow trends at a cut-off: as `Analysis`, without a state, since every count is made anew.

    Trends are by rank from 1, the unranked after them by id, with headlines.
    """

    as_of: datetime
    trends: tuple[Trend, ...] = ()
    series: tuple[WeeklySeries, ...] = ()
    signals: tuple[Signal, ...] = ()
    lineage: tuple[Lineage, ...] = ()
    assignments: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowSettings:
    """What decides beside the documents.

    Attributes:
        least_sources, small_share: as of fast trends.
        banned: terms that are no matter, such as the names of sources.
        means: of the languages, for centroids; without them trends have none.
    """

    options: SlowOptions
    least_sources: int = 3
    small_share: float = 0.02
    seed: int = 0
    run_id: str = ""
    banned: Collection[str] = ()
    means: Sequence[LanguageMean] = ()


def slow_settings_of(
    options: Options, sources: Sequence[Source], *, run_id: str = "", means: Sequence[LanguageMean] = ()
) -> SlowSettings:
    """Those of a program: names of its sources are no matter."""
    return SlowSettings(
        options=options.slow,
        least_sources=options.trends.least_sources,
        small_share=options.trends.small_share,
        seed=options.seed,
        run_id=run_id,
        banned=name_terms([(source.title, source.lang or "en") for source in sources]),
        means=means,
    )


def analyse_slow_trends(
    corpus: Corpus, index: WordIndex, *, as_of: datetime, settings: SlowSettings, earlier: Sequence[Trend] = ()
) -> SlowAnalysis:
    """Find the slow trends, from documents available before `as_of` and nothing else.

    Args:
        corpus: all documents, also those after `as_of`: they are not looked at.
        index: terms of the same documents, row by row.
        as_of: the cut-off, exclusive, aware.
        settings: what decides beside the documents.
        earlier: slow trends of the last analysis; each keeps its id, and is measured also when it rises no more.

    Returns:
        Nothing where the archive is younger than two years.
    """
    cutoff = to_seconds(as_of)
    terms = count_terms(corpus, index, cutoff=cutoff, options=settings.options)
    if terms is None:
        return SlowAnalysis(as_of=as_of)
    rise = test_rises(terms, settings.options, np.random.default_rng([settings.seed, cutoff]))
    number = {term: i for i, term in enumerate(index.vocabulary)}
    known = _earlier_by_term(rise, number, earlier, settings.options)
    needs = _sources_needed(corpus, terms, settings.least_sources)
    found = _families(terms, rise, settings, tuple(known), needs, index.vocabulary)
    entries, merged = _with_ids(found, known, index.vocabulary)
    staged = _with_stages(terms, rise, entries, needs, settings)
    told = slow_records(
        SlowContext(
            as_of=as_of,
            run_id=settings.run_id,
            corpus=corpus,
            index=index,
            terms=terms,
            rise=rise,
            means=settings.means,
            listed=settings.options.listed,
        ),
        staged,
        {trend.id: trend for trend in earlier},
    )
    return SlowAnalysis(
        as_of=as_of,
        trends=tuple(one.trend for one in told),
        series=tuple(one.series for one in sorted(told, key=lambda one: one.trend.id)),
        signals=tuple(signal for one in sorted(told, key=lambda one: one.trend.id) for signal in one.signals),
        lineage=_lineage(settings.run_id, told, earlier, merged),
        assignments=tuple(a for one in sorted(told, key=lambda one: one.trend.id) for a in one.assignments),
    )


def _earlier_by_term(
    rise: TermRises, number: Mapping[str, int], earlier: Sequence[Trend], options: SlowOptions
) -> dict[int, Trend]:
    """Earlier trends by the term that founded them: those that rise still, then the biggest; the others sleep.

    A sleeper that rises again has its old id, since the id is the term.
    """
    known = {number[founder]: trend for trend in earlier if (founder := term_from_trend_id(trend.id)) in number}

    def place(term: int) -> tuple[bool, float, str]:
        return not rise.called[term], -float(rise.z[term] if rise.called[term] else rise.seen[term]), known[term].id

    return {term: known[term] for term in sorted(known, key=place)[: options.listed * _EARLIER_PER_TREND]}


@dataclass(frozen=True, slots=True, kw_only=True)
class _SourcesNeeded:
    """How many independent sources a term needs: what those can offer that write in its language.

    Attributes:
        langs: ``(n,)`` language of each counted row of the last year, as a number, −1 for older rows.
        sources: by language.
    """

    langs: Ints1d
    sources: tuple[int, ...]

    def of(self, rows: Ints1d) -> int:
        """Of a term that stands in these rows."""
        return self.sources[int(np.bincount(self.langs[rows]).argmax())] if len(rows) else 1


def _sources_needed(corpus: Corpus, terms: TermCounts, least: int) -> _SourcesNeeded:
    late = np.flatnonzero(terms.quarters < YEAR_QUARTERS)
    names = [corpus.langs[row] for row in terms.rows[late].tolist()]
    number = {lang: i for i, lang in enumerate(sorted(set(names)))}
    langs = np.full(len(terms.rows), -1, dtype=np.int64)
    langs[late] = [number[name] for name in names]
    sources = terms.volumes.shape[1]
    volumes = np.bincount(langs[late] * sources + terms.sources[late], minlength=len(number) * sources)
    by_lang = volumes.reshape(len(number), sources).astype(np.float32)
    return _SourcesNeeded(langs=langs, sources=tuple(least_sources_needed(own, least) for own in by_lang))


def _families(
    terms: TermCounts,
    rise: TermRises,
    settings: SlowSettings,
    known: Sequence[int],
    needs: _SourcesNeeded,
    vocabulary: Sequence[str],
) -> tuple[TermFamily, ...]:
    """Rising terms gathered, strongest first; then what earlier trends are made of, if it is not among them."""
    options = settings.options
    order = sorted(np.flatnonzero(rise.called).tolist(), key=lambda term: (-rise.z[term], vocabulary[term]))
    allowed = [term for term in order if vocabulary[term] not in settings.banned][: options.listed * _TERMS_PER_TREND]
    rows = rows_holding(terms, [*allowed, *known], quarters=YEAR_QUARTERS)
    allowed = [term for term in allowed if is_confirmed(_by_source(terms, rows[term]), needs.of(rows[term]))]
    silent = sorted(set(known) - set(allowed), key=vocabulary.__getitem__)
    return gather_families(
        [*allowed, *silent], rows, documents=len(terms.rows), most=options.listed + _SPARE_TRENDS, kept=frozenset(known)
    )


def _with_ids(
    found: Sequence[TermFamily], known: Mapping[int, Trend], vocabulary: Sequence[str]
) -> tuple[tuple[tuple[str, TermFamily], ...], dict[str, str]]:
    """Each family with its id, and which earlier trends were taken over by which.

    A family that holds what earlier trends were founded on is the oldest of them; the others are merged into it.
    """
    entries: list[tuple[str, TermFamily]] = []
    merged: dict[str, str] = {}
    for family in found:
        held = sorted((known[t] for t in family.terms if t in known), key=lambda t: (t.first_document, t.id))
        own = held[0].id if held else trend_id_from_term(vocabulary[family.lead])
        merged |= {other.id: own for other in held[1:]}
        entries.append((own, family))
    return tuple(entries), merged


def _with_stages(
    terms: TermCounts,
    rise: TermRises,
    entries: Sequence[tuple[str, TermFamily]],
    needs: _SourcesNeeded,
    settings: SlowSettings,
) -> tuple[SlowEntry, ...]:
    """Stage, rate and place of every entry, ranked ones first."""
    volume = float(terms.volumes[:YEAR_QUARTERS].sum())
    by_source = [_by_source(terms, family.rows) for _, family in entries]
    growth = _rates(terms, [family.lead for _, family in entries])
    staged = [
        SlowEntry(
            id=id_,
            family=family,
            stage=_stage(rise, family, own, growth[i], (needs.of(family.rows), volume), settings),
            growth=growth[i],
            by_source=own,
        )
        for i, ((id_, family), own) in enumerate(zip(entries, by_source, strict=True))
    ]
    return tuple(sorted(staged, key=lambda one: (_sort_key(one, rise), one.id)))


def _by_source(terms: TermCounts, rows: Ints1d) -> Floats1d:
    return np.bincount(terms.sources[rows], minlength=terms.volumes.shape[1]).astype(np.float32)


def _rates(terms: TermCounts, leads: Sequence[int]) -> list[tuple[float, float, float]]:
    """(growth, low, high) in log share per quarter over the last two years."""
    quarters, sources = min(_RATE_QUARTERS, terms.span), terms.volumes.shape[1]
    counts = np.zeros((len(leads), quarters, sources), dtype=np.float32)
    held = rows_holding(terms, leads, quarters=quarters)
    for i, lead in enumerate(leads):
        np.add.at(counts[i], (terms.quarters[held[lead]], terms.sources[held[lead]]), 1)
    alive = np.ones(sources, dtype=np.bool_)
    offset = growth_offsets(counts, terms.volumes[:quarters], alive)
    found = growth_rates(counts.sum(axis=2), offset)
    return [tuple(values) for values in np.stack([found.rate, found.low, found.high], axis=1).tolist()]


def _stage(
    rise: TermRises,
    family: TermFamily,
    by_source: Floats1d,
    growth: tuple[float, float, float],
    corpus: tuple[int, float],
    settings: SlowSettings,
) -> Stage:
    sources_needed, volume = corpus
    share = rise.seen[family.lead] / max(volume, 1.0)
    if rise.seen[family.lead] == 0:
        return Stage.SLEEPING
    if not is_confirmed(by_source, sources_needed):
        return Stage.NOISE
    if rise.called[family.lead]:
        if rise.q[family.lead] > settings.options.false_discovery_rate or growth[0] <= 0:
            return Stage.CANDIDATE
        return Stage.EMERGING if share >= settings.small_share else Stage.WEAK
    if growth[2] < 0:
        return Stage.FADING
    return Stage.STRONG if share >= settings.small_share else Stage.STEADY


def _sort_key(one: SlowEntry, rise: TermRises) -> tuple[int, float]:
    """Sort key: what rises by strength, the others by stage and size, the silent last.

    Signals and candidates stand in one order: the young and small, which are found early, are the last to be proven.
    """
    lead = one.family.lead
    if one.stage in _RISING:
        return 0, -float(rise.z[lead])
    return (1 + _ORDER.index(one.stage), -float(rise.seen[lead])) if one.stage in _ORDER else (9, 0.0)


def _lineage(
    run_id: str, told: Sequence[SlowTrendRecords], earlier: Sequence[Trend], merged: Mapping[str, str]
) -> tuple[Lineage, ...]:
    before = {trend.id: trend for trend in earlier}
    today = {one.trend.id: frozenset(one.trend.recent) for one in told}
    rows = [
        Lineage(
            run_id=run_id,
            trend_id=id_,
            kind=LineageKind.SAME if id_ in before else LineageKind.BORN,
            earlier_id=id_ if id_ in before else "",
            similarity=1.0 if id_ in before else 0.0,
            shared=len(documents & frozenset(before[id_].recent)) if id_ in before else 0,
        )
        for id_, documents in today.items()
    ]
    for old, heir in merged.items():
        shared = len(today[heir] & frozenset(before[old].recent))
        rows.append(
            Lineage(
                run_id=run_id, trend_id=heir, kind=LineageKind.MERGED, earlier_id=old, similarity=1.0, shared=shared
            )
        )
    gone = sorted(set(before) - set(today) - set(merged))
    rows += [Lineage(run_id=run_id, trend_id=id_, kind=LineageKind.SLEEPING, earlier_id=id_) for id_ in gone]
    return tuple(sorted(rows, key=lambda row: (row.trend_id, row.kind, row.earlier_id)))


PART_OF_SLOW_SHARE = 0.5
"""Part of a fast trend's articles that hold a slow trend's term where it is part of it."""

_QUARTER = timedelta(days=91)
_YEARS_BEFORE_SPAN = timedelta(days=2 * 364)


def slow_reach(options: SlowOptions) -> timedelta:
    """How far back an analysis reads: its span, and two years more that show whether a term is young."""
    return options.quarters * _QUARTER + _YEARS_BEFORE_SPAN


def split_by_speed(trends: Sequence[Trend]) -> tuple[tuple[Trend, ...], tuple[Trend, ...]]:
    """The fast and the slow ones."""
    fast = tuple(trend for trend in trends if trend.speed is Speed.FAST)
    return fast, tuple(trend for trend in trends if trend.speed is Speed.SLOW)


def carried_over(trends: Sequence[Trend], run_id: str) -> tuple[Trend, ...]:
    """Slow trends of an earlier run in the name of this one, by rank from 1."""
    ranked = sorted(trends, key=lambda trend: (trend.rank == 0, trend.rank, trend.id))
    return tuple(
        replace(trend, run_id=run_id, rank=place if trend.rank else 0) for place, trend in enumerate(ranked, start=1)
    )


def combine_speeds(fast: Sequence[Trend], slow: Sequence[Trend]) -> tuple[Trend, ...]:
    """All trends of a run: fast ones by rank, then slow ones; a fast one about what a slow one is about is its part."""
    ranked = sum(trend.rank > 0 for trend in fast)
    later = tuple(replace(trend, rank=trend.rank + ranked if trend.rank else 0) for trend in slow)
    holding = {trend.id: frozenset(trend.recent) for trend in slow if trend.rank}
    return (*(_with_slow_parent(trend, holding) for trend in fast), *later)


def _with_slow_parent(trend: Trend, holding: Mapping[str, frozenset[str]]) -> Trend:
    own = frozenset(trend.recent)
    if trend.parent_id or not own or not holding:
        return trend
    shared, parent = max((len(own & documents), id_) for id_, documents in sorted(holding.items()))
    return replace(trend, parent_id=parent) if shared >= PART_OF_SLOW_SHARE * len(own) else trend
