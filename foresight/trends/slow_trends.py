"""Slow trends at a cut-off: terms that rise over quarters, gathered, staged, given lasting ids, and made records.

As fast trends, but without a state: every count is made anew. A trend is named by its term as it is written.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from foresight.model.documents import Corpus, Floats1d, Floats2d, Ints1d
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
from foresight.trends.history import DAY, FIRST_MONDAY, WEEK, WEEK_SECONDS, from_seconds, language_codes, to_seconds
from foresight.trends.measurement import growth_offsets, growth_rates
from foresight.trends.naming import capitalised, rank_again, shortest_title
from foresight.trends.signals import SignalValue, make_signal
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
from foresight.trends.stages import (
    MOVING_STAGES,
    STANDING_ORDER,
    effective_sources,
    is_confirmed,
    is_ranked,
    least_sources_needed,
)

DOCUMENTS_KEPT = 400
"""Documents that are kept of a trend, the latest; a big one has thousands a year."""

_TERMS_PER_TREND = 10
"""Terms that are gathered for every trend that is listed; the others are too weak to be reached."""

_EARLIER_PER_TREND = 4
"""Earlier trends that are measured on for every trend that is listed."""

_SPARE_TRENDS = 10
"""More, in place of those that turn out to be formulas or to be called as another is."""

_RATE_QUARTERS = 8
_NAMED_BY = 60
_FEWEST_OF_A_LANGUAGE = 3
_TERMS_SHOWN = 8
_HEADLINES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowAnalysis:
    """What is stated of slow trends at a cut-off: as `Analysis`, without a state.

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

    Nothing where the archive is younger than two years.

    index: terms of the same documents, row by row; earlier: slow trends of the last analysis, each keeps its id, and is
    measured also when it rises no more.
    """
    cutoff = to_seconds(as_of)
    terms = count_terms(corpus, index, cutoff=cutoff, options=settings.options)
    if terms is None:
        return SlowAnalysis(as_of=as_of)
    rises = test_rises(terms, settings.options, np.random.default_rng([settings.seed, cutoff]))
    context = _SlowContext(
        as_of=as_of,
        corpus=corpus,
        vocabulary=index.vocabulary,
        terms=terms,
        lang_codes=language_codes([corpus.langs[row] for row in terms.rows.tolist()])[0],
        rises=rises,
        settings=settings,
        earlier={trend.id: trend for trend in earlier},
    )
    known = _earlier_by_term(context)
    # Per language how many independent sources a term needs: what those can offer that write in it.
    late, least = terms.quarters < YEAR_QUARTERS, settings.least_sources
    needs = [
        least_sources_needed(context.by_source(np.flatnonzero(late & (context.lang_codes == code))), least)
        for code in range(int(context.lang_codes.max(initial=-1)) + 1)
    ]
    families, merged = _with_ids(context, _families(context, tuple(known), needs), known)
    found = _records(context, _with_stages(context, families, needs))
    trends = tuple(trend for trend, *_ in found)
    by_id = sorted(found, key=lambda one: one[0].id)
    return SlowAnalysis(
        as_of=as_of,
        trends=trends,
        series=tuple(series for _, series, _, _ in by_id),
        signals=tuple(signal for _, _, signals, _ in by_id for signal in signals),
        lineage=_lineage(context, trends, merged),
        assignments=tuple(one for *_, assignments in by_id for one in assignments),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _SlowContext:
    """All that one analysis of slow trends has gathered. lang_codes: ``(n,)`` of each counted row."""

    as_of: datetime
    corpus: Corpus
    vocabulary: Sequence[str]
    terms: TermCounts
    lang_codes: Ints1d
    rises: TermRises
    settings: SlowSettings
    earlier: Mapping[str, Trend]

    def langs(self, rows: Ints1d) -> tuple[str, ...]:
        """Languages of some rows of the corpus, the most frequent first."""
        found = Counter(self.corpus.langs[row] for row in rows.tolist())
        return tuple(sorted(found, key=lambda lang: (-found[lang], lang)))

    def by_source(self, rows: Ints1d) -> Floats1d:
        """``(sources,)`` weight of some of the counted rows."""
        weights, size = self.terms.weights[rows], self.terms.volumes.shape[1]
        return np.bincount(self.terms.sources[rows], weights=weights, minlength=size).astype(np.float32)

    def centred(self, rows: Ints1d) -> Floats2d:
        """Vectors of some rows of the corpus."""
        langs = [self.corpus.langs[row] for row in rows]
        return centre_by_language(self.corpus.vectors[rows], langs, self.settings.means)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowEntry:
    """A slow trend of this analysis. growth: (rate, low, high) in log share per quarter over the last two years."""

    id: str
    family: TermFamily
    stage: Stage
    growth: tuple[float, float, float]
    by_source: Floats1d


def _earlier_by_term(context: _SlowContext) -> dict[int, Trend]:
    """Earlier trends by the term that founded them: those that rise still, then the biggest; the others sleep.

    A sleeper that rises again has its old id, since the id is the term.
    """
    rises, number = context.rises, {term: i for i, term in enumerate(context.vocabulary)}
    known = {
        number[term]: trend for trend in context.earlier.values() if (term := term_from_trend_id(trend.id)) in number
    }

    def place(term: int) -> tuple[bool, float, str]:
        size = rises.z[term] if rises.is_rising[term] else rises.documents[term]
        return not rises.is_rising[term], -float(size), known[term].id

    most = context.settings.options.listed * _EARLIER_PER_TREND
    return {term: known[term] for term in sorted(known, key=place)[:most]}


def _is_confirmed(context: _SlowContext, rows: Ints1d, needs: Sequence[int]) -> bool:
    """Whether enough sources of its main language write of a term; rows: counted ones that hold it."""
    needed = needs[int(np.bincount(context.lang_codes[rows]).argmax())] if len(rows) else 1
    return is_confirmed(context.by_source(rows), needed)


def _families(context: _SlowContext, known: Sequence[int], needs: Sequence[int]) -> tuple[TermFamily, ...]:
    """Rising terms gathered, strongest first; then what earlier trends are made of, if it is not among them."""
    terms, rises, vocabulary = context.terms, context.rises, context.vocabulary
    listed, banned = context.settings.options.listed, context.settings.banned
    order = sorted(np.flatnonzero(rises.is_rising).tolist(), key=lambda term: (-rises.z[term], vocabulary[term]))
    allowed = [term for term in order if vocabulary[term] not in banned][: listed * _TERMS_PER_TREND]
    rows = rows_holding(terms, [*allowed, *known], quarters=YEAR_QUARTERS)
    allowed = [term for term in allowed if _is_confirmed(context, rows[term], needs)]
    silent = sorted(set(known) - set(allowed), key=vocabulary.__getitem__)
    return gather_families(
        [*allowed, *silent], rows, documents=len(terms.rows), most=listed + _SPARE_TRENDS, kept=frozenset(known)
    )


def _with_ids(
    context: _SlowContext, families: Sequence[TermFamily], known: Mapping[int, Trend]
) -> tuple[list[tuple[str, TermFamily]], dict[str, str]]:
    """Each family with its id, that of the oldest earlier trend in it; and which others were merged into which."""
    entries: list[tuple[str, TermFamily]] = []
    merged: dict[str, str] = {}
    for family in families:
        held = sorted((known[t] for t in family.terms if t in known), key=lambda t: (t.first_document, t.id))
        own = held[0].id if held else trend_id_from_term(context.vocabulary[family.lead])
        merged |= {other.id: own for other in held[1:]}
        entries.append((own, family))
    return entries, merged


def _with_stages(
    context: _SlowContext, families: Sequence[tuple[str, TermFamily]], needs: Sequence[int]
) -> list[SlowEntry]:
    """Stage, rate and place of every entry, ranked ones first."""
    rises = context.rises
    growth = _rates(context, [family.lead for _, family in families])
    entries = [
        SlowEntry(
            id=id_,
            family=family,
            stage=_stage(context, family, rate, is_confirmed=_is_confirmed(context, family.rows, needs)),
            growth=rate,
            by_source=context.by_source(family.rows),
        )
        for (id_, family), rate in zip(families, growth, strict=True)
    ]

    def place(one: SlowEntry) -> tuple[int, float, str]:
        """What rises by strength, candidates among the signals; the others by stage and size, the silent last."""
        lead = one.family.lead
        if one.stage in MOVING_STAGES:
            return 0, -float(rises.z[lead]), one.id
        if one.stage in STANDING_ORDER:
            return 1 + STANDING_ORDER.index(one.stage), -float(rises.documents[lead]), one.id
        return 9, 0.0, one.id

    return sorted(entries, key=place)


def _rates(context: _SlowContext, leads: Sequence[int]) -> list[tuple[float, float, float]]:
    """(growth, low, high) in log share per quarter over the last two years."""
    terms = context.terms
    quarters, sources = min(_RATE_QUARTERS, terms.span), terms.volumes.shape[1]
    counts = np.zeros((len(leads), quarters, sources), dtype=np.float32)
    held = rows_holding(terms, leads, quarters=quarters)
    for i, lead in enumerate(leads):
        np.add.at(counts[i], (terms.quarters[held[lead]], terms.sources[held[lead]]), terms.weights[held[lead]])
    offset = growth_offsets(counts, terms.volumes[:quarters], np.ones(sources, dtype=np.bool_))
    found = growth_rates(counts.sum(axis=2) / terms.scale[list(leads), None], offset)
    return [tuple(values) for values in np.stack([found.rate, found.low, found.high], axis=1).tolist()]


def _stage(
    context: _SlowContext, family: TermFamily, growth: tuple[float, float, float], *, is_confirmed: bool
) -> Stage:
    rises, settings, lead = context.rises, context.settings, family.lead
    if rises.documents[lead] == 0:
        return Stage.SLEEPING
    if not is_confirmed:
        return Stage.NOISE
    is_small = rises.documents[lead] / max(context.terms.last_year, 1.0) < settings.small_share
    if rises.is_rising[lead]:
        if rises.q[lead] > settings.options.false_discovery_rate or growth[0] <= 0:
            return Stage.CANDIDATE
        return Stage.WEAK if is_small else Stage.EMERGING
    if growth[2] < 0:
        return Stage.FADING
    return Stage.STEADY if is_small else Stage.STRONG


_TrendRecords = tuple[Trend, WeeklySeries, tuple[Signal, ...], list[Assignment]]


def _records(context: _SlowContext, entries: Sequence[SlowEntry]) -> list[_TrendRecords]:
    """The records of all entries, ranked in the order given; noise and sleepers have rank 0.

    Of new ones, those that are a formula of a column are left out, and those that are called as a stronger one is.
    """
    weekly = _weekly_series(context)
    held = rows_holding(context.terms, [entry.family.lead for entry in entries], quarters=context.terms.span)
    found: list[_TrendRecords] = []
    titles: set[str] = set()
    rank = 0
    for entry in entries:
        is_new = entry.id not in context.earlier
        if is_new and (rank >= context.settings.options.listed or _is_formula(context, entry)):
            continue
        is_listed = is_ranked(entry.stage)
        own = held[entry.family.lead]
        trend, signals, assignments = _record(context, entry, own, rank + 1 if is_listed else 0)
        title = trend.headlines[0].title.casefold() if trend.headlines else trend.id
        if is_new and title in titles:
            continue
        titles.add(title)
        rank += is_listed
        found.append((trend, weekly(entry.id, own), signals, assignments))
    return found


def _is_formula(context: _SlowContext, entry: SlowEntry) -> bool:
    """Whether most of the latest articles in the main language say it in the same words."""
    corpus, rows = context.corpus, context.terms.rows[entry.family.rows]
    term = context.vocabulary[entry.family.lead]
    for lang in context.langs(rows)[:1]:
        own = [row for row in _latest(corpus, rows).tolist() if corpus.langs[row] == lang][:_NAMED_BY]
        return is_fixed_phrase(term, [corpus.titles[r] for r in own], [corpus.texts[r] for r in own], lang)
    return False


def _latest(corpus: Corpus, rows: Ints1d) -> Ints1d:
    return rows[np.argsort(-corpus.published[rows], kind="stable")]


def _record(
    context: _SlowContext, entry: SlowEntry, held: Ints1d, rank: int
) -> tuple[Trend, tuple[Signal, ...], list[Assignment]]:
    """A trend with its signals and documents. held: all counted rows with its term."""
    corpus, settings, earlier = context.corpus, context.settings, context.earlier.get(entry.id)
    rows = context.terms.rows[entry.family.rows]
    latest = _latest(corpus, rows)[:DOCUMENTS_KEPT]
    written = [earlier.first_document] if earlier else []
    if len(held):
        written.append(from_seconds(int(corpus.published[context.terms.rows[held]].min())))
    first = min(written, default=context.as_of)
    has_vectors = len(latest) and corpus.vectors.shape[1] and settings.means
    centred = context.centred(latest) if has_vectors else None
    width = corpus.vectors.shape[1] if settings.means else 0
    centroid = np.zeros(width, dtype=np.float32) if centred is None else unit_vector(centred.sum(axis=0))
    near = centred @ centroid if centred is not None and centroid.any() else np.zeros(len(latest), dtype=np.float32)
    trend = Trend(
        id=entry.id,
        run_id=settings.run_id,
        as_of=context.as_of,
        rank=rank,
        stage=entry.stage,
        reason=_reason(context, entry, rows, first),
        headlines=_headlines(context, entry, latest) or (earlier.headlines if earlier else ()),
        first_document=first,
        last_document=from_seconds(int(corpus.published[latest[0]])) if len(latest) else first,
        documents=len(rows),
        stories=len(np.unique(corpus.stories[rows])),
        sources=int((entry.by_source > 0).sum()),
        langs=context.langs(rows),
        recent=tuple(corpus.ids[row] for row in latest),
        centroid=centroid,
        speed=Speed.SLOW,
    )
    assignments = [
        Assignment(owner_id=trend.id, document_id=id_, similarity=round(float(value), 4))
        for id_, value in zip(trend.recent, near, strict=True)
    ]
    signals = sorted(_signals(context, entry, rows, first), key=lambda one: (one.name, one.window))
    return trend, tuple(signals), sorted(assignments, key=lambda one: one.document_id)


def _headlines(context: _SlowContext, entry: SlowEntry, latest: Ints1d) -> tuple[Headline, ...]:
    """A headline per language with three documents, or for the most frequent alone, in the words as written."""
    corpus, langs = context.corpus, context.langs(latest)
    by_lang = {lang: [r for r in latest.tolist() if corpus.langs[r] == lang][:_NAMED_BY] for lang in langs}
    terms = [context.vocabulary[term] for term in entry.family.terms[:_TERMS_SHOWN]]
    found = []
    for lang in [lang for lang in langs if len(by_lang[lang]) >= _FEWEST_OF_A_LANGUAGE] or list(langs[:1]):
        titles, texts = ([part[row] for row in by_lang[lang]] for part in (corpus.titles, corpus.texts))
        names = spelled_terms(terms, titles, texts, lang) or tuple(terms)
        subtitle = shortest_title(titles[:_HEADLINES])
        found.append(Headline(lang=lang, title=capitalised(names[0]), subtitle=subtitle, words=names))
    return tuple(found)


def _reason(context: _SlowContext, entry: SlowEntry, rows: Ints1d, first: datetime) -> StageReason:
    rises, lead, rate = context.rises, entry.family.lead, entry.growth[0]
    facts = {
        "growth_per_quarter": math.expm1(rate) if math.isfinite(rate) else None,
        "q": float(rises.q[lead]) if rises.is_rising[lead] else None,
        "share": float(rises.documents[lead]) / max(context.terms.last_year, 1.0),
        "stories": float(len(np.unique(context.corpus.stories[rows]))),
        "sources": float((entry.by_source > 0).sum()),
        "years": max(1.0, round((context.as_of - first).days / 365.25)),
    }
    known = tuple((name, value) for name, value in facts.items() if value is not None)
    return StageReason(key=f"slow_{entry.stage.value}", facts=known)


def _signals(context: _SlowContext, entry: SlowEntry, rows: Ints1d, first: datetime) -> Iterator[Signal]:
    terms, rises, lead = context.terms, context.rises, entry.family.lead
    n, span = len(rows), f"{terms.span}q"
    rate, low, high = entry.growth
    values = {
        "share": SignalValue("4q", rises.documents[lead] / max(terms.last_year, 1.0), n),
        "persistence": SignalValue(span, float((terms.counts[lead] > 0).mean()), n),
        "age": SignalValue("", (context.as_of - first) / WEEK, n),
        "spread": SignalValue("4q", effective_sources(entry.by_source), n),
        "languages": SignalValue("4q", len(context.langs(rows)), n),
        "strength": SignalValue(span, rises.z[lead], n),
    }
    if math.isfinite(rate):
        quarters = min(_RATE_QUARTERS, terms.span)
        documents = int(terms.counts[lead, :quarters].sum())
        values["growth"] = SignalValue(f"{quarters}q", rate, documents, low, high)
    if rises.is_rising[lead]:
        values["q_value"] = SignalValue(span, rises.q[lead], n)
    for name, value in values.items():
        yield make_signal(entry.id, name, value, slow=True)


def _weekly_series(context: _SlowContext) -> Callable[[str, Ints1d], WeeklySeries]:
    """What counts a trend over the whole weeks of the span, weighted by source, by the counted rows with its term."""
    terms = context.terms
    start = terms.cutoff - terms.span * QUARTER_DAYS * DAY
    first = -((FIRST_MONDAY - start) // WEEK_SECONDS)
    count = max(0, (terms.cutoff - FIRST_MONDAY) // WEEK_SECONDS - first)
    monday = from_seconds(FIRST_MONDAY).date()
    mondays = tuple(monday + timedelta(weeks=int(first + number)) for number in range(count))
    week = (context.corpus.published[terms.rows] - FIRST_MONDAY) // WEEK_SECONDS - first

    def counted(rows: Ints1d) -> tuple[float, ...]:
        inside = rows[(week[rows] >= 0) & (week[rows] < count)]
        return tuple(np.bincount(week[inside], weights=terms.weights[inside], minlength=count).round(6).tolist())

    totals = counted(np.arange(len(terms.rows), dtype=np.int64))
    return lambda id_, rows: WeeklySeries(trend_id=id_, weeks=mondays, counts=counted(rows), totals=totals)


def _lineage(context: _SlowContext, trends: Sequence[Trend], merged: Mapping[str, str]) -> tuple[Lineage, ...]:
    before, run_id = context.earlier, context.settings.run_id
    today = {trend.id: frozenset(trend.recent) for trend in trends}

    def row(kind: LineageKind, trend_id: str, earlier_id: str = "") -> Lineage:
        is_match = kind in (LineageKind.SAME, LineageKind.MERGED)
        return Lineage(
            run_id=run_id,
            trend_id=trend_id,
            kind=kind,
            earlier_id=earlier_id,
            similarity=1.0 if is_match else 0.0,
            shared=len(today[trend_id] & frozenset(before[earlier_id].recent)) if is_match else 0,
        )

    rows = [row(LineageKind.SAME, id_, id_) if id_ in before else row(LineageKind.BORN, id_) for id_ in today]
    rows += [row(LineageKind.MERGED, heir, old) for old, heir in merged.items()]
    rows += [row(LineageKind.SLEEPING, id_, id_) for id_ in set(before) - set(today) - set(merged)]
    return tuple(sorted(rows, key=lambda one: (one.trend_id, one.kind, one.earlier_id)))


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
    return tuple(replace(trend, run_id=run_id) for trend in rank_again(trends))


def combine_speeds(fast: Sequence[Trend], slow: Sequence[Trend]) -> tuple[Trend, ...]:
    """All trends of a run: fast ones by rank, then slow ones; a fast one about what a slow one is about is its part."""
    ranked = sum(trend.rank > 0 for trend in fast)
    later = tuple(replace(trend, rank=trend.rank + ranked if trend.rank else 0) for trend in slow)
    holding = {trend.id: frozenset(trend.recent) for trend in slow if trend.rank}

    def with_parent(trend: Trend) -> Trend:
        own = frozenset(trend.recent)
        if trend.parent_id or not own or not holding:
            return trend
        shared, parent = max((len(own & documents), id_) for id_, documents in holding.items())
        return replace(trend, parent_id=parent) if shared >= PART_OF_SLOW_SHARE * len(own) else trend

    return (*map(with_parent, fast), *later)
