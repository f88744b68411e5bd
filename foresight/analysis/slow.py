"""Slow trends at a cut-off: terms that rise over quarters, gathered, staged and given lasting ids."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from foresight.analysis.calendar import seconds
from foresight.analysis.slow_telling import Entry, SlowScene, Telling, tell
from foresight.enrich.term_index import name_terms
from foresight.records import (
    Assignment,
    Corpus,
    Floats1d,
    Ints1d,
    LanguageMean,
    Lineage,
    LineageKind,
    Options,
    Series,
    Signal,
    SlowOptions,
    Source,
    Stage,
    Trend,
    WordIndex,
)
from foresight.signals.growth import offsets, rates
from foresight.signals.slow import YEAR, Rise, Terms, count_terms, holding, rises
from foresight.signals.spread import is_confirmed, needed
from foresight.topics.terms import Family, families, founder_of, id_of

_LOOKED_AT = 10
"""Terms that are gathered for every trend that is told; the others are too weak to be reached."""

_KEPT = 4
"""Earlier trends that are measured on for every trend that is told."""

_SPARE = 10
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
    series: tuple[Series, ...] = ()
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


def slow_settings(
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


def slow_trends(
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
    cutoff = seconds(as_of)
    terms = count_terms(corpus, index, cutoff=cutoff, options=settings.options)
    if terms is None:
        return SlowAnalysis(as_of=as_of)
    rise = rises(terms, settings.options, np.random.default_rng([settings.seed, cutoff]))
    number = {term: i for i, term in enumerate(index.vocabulary)}
    known = _known(rise, number, earlier, settings.options)
    needs = _needs(corpus, terms, settings.least_sources)
    found = _families(terms, rise, settings, tuple(known), needs, index.vocabulary)
    entries, merged = _identified(found, known, index.vocabulary)
    staged = _staged(terms, rise, entries, needs, settings)
    told = tell(
        SlowScene(
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


def _known(rise: Rise, number: Mapping[str, int], earlier: Sequence[Trend], options: SlowOptions) -> dict[int, Trend]:
    """Earlier trends by the term that founded them: those that rise still, then the biggest; the others sleep.

    A sleeper that rises again has its old id, since the id is the term.
    """
    known = {number[founder]: trend for trend in earlier if (founder := founder_of(trend.id)) in number}

    def place(term: int) -> tuple[bool, float, str]:
        return not rise.called[term], -float(rise.z[term] if rise.called[term] else rise.seen[term]), known[term].id

    return {term: known[term] for term in sorted(known, key=place)[: options.listed * _KEPT]}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Needs:
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


def _needs(corpus: Corpus, terms: Terms, least: int) -> _Needs:
    late = np.flatnonzero(terms.quarters < YEAR)
    names = [corpus.langs[row] for row in terms.rows[late].tolist()]
    number = {lang: i for i, lang in enumerate(sorted(set(names)))}
    langs = np.full(len(terms.rows), -1, dtype=np.int64)
    langs[late] = [number[name] for name in names]
    sources = terms.volumes.shape[1]
    volumes = np.bincount(langs[late] * sources + terms.sources[late], minlength=len(number) * sources)
    by_lang = volumes.reshape(len(number), sources).astype(np.float32)
    return _Needs(langs=langs, sources=tuple(needed(own, least) for own in by_lang))


def _families(
    terms: Terms,
    rise: Rise,
    settings: SlowSettings,
    known: Sequence[int],
    needs: _Needs,
    vocabulary: Sequence[str],
) -> tuple[Family, ...]:
    """Rising terms gathered, strongest first; then what earlier trends are made of, if it is not among them."""
    options = settings.options
    order = sorted(np.flatnonzero(rise.called).tolist(), key=lambda term: (-rise.z[term], vocabulary[term]))
    allowed = [term for term in order if vocabulary[term] not in settings.banned][: options.listed * _LOOKED_AT]
    rows = holding(terms, [*allowed, *known], quarters=YEAR)
    allowed = [term for term in allowed if is_confirmed(_by_source(terms, rows[term]), needs.of(rows[term]))]
    silent = sorted(set(known) - set(allowed), key=vocabulary.__getitem__)
    return families(
        [*allowed, *silent], rows, documents=len(terms.rows), most=options.listed + _SPARE, kept=frozenset(known)
    )


def _identified(
    found: Sequence[Family], known: Mapping[int, Trend], vocabulary: Sequence[str]
) -> tuple[tuple[tuple[str, Family], ...], dict[str, str]]:
    """Each family with its id, and which earlier trends were taken over by which.

    A family that holds what earlier trends were founded on is the oldest of them; the others are merged into it.
    """
    entries: list[tuple[str, Family]] = []
    merged: dict[str, str] = {}
    for family in found:
        held = sorted((known[t] for t in family.terms if t in known), key=lambda t: (t.first_document, t.id))
        own = held[0].id if held else id_of(vocabulary[family.lead])
        merged |= {other.id: own for other in held[1:]}
        entries.append((own, family))
    return tuple(entries), merged


def _staged(
    terms: Terms, rise: Rise, entries: Sequence[tuple[str, Family]], needs: _Needs, settings: SlowSettings
) -> tuple[Entry, ...]:
    """Stage, rate and place of every entry, ranked ones first."""
    volume = float(terms.volumes[:YEAR].sum())
    by_source = [_by_source(terms, family.rows) for _, family in entries]
    growth = _rates(terms, [family.lead for _, family in entries])
    staged = [
        Entry(
            id=id_,
            family=family,
            stage=_stage(rise, family, own, growth[i], (needs.of(family.rows), volume), settings),
            growth=growth[i],
            by_source=own,
        )
        for i, ((id_, family), own) in enumerate(zip(entries, by_source, strict=True))
    ]
    return tuple(sorted(staged, key=lambda one: (_place(one, rise), one.id)))


def _by_source(terms: Terms, rows: Ints1d) -> Floats1d:
    return np.bincount(terms.sources[rows], minlength=terms.volumes.shape[1]).astype(np.float32)


def _rates(terms: Terms, leads: Sequence[int]) -> list[tuple[float, float, float]]:
    """(growth, low, high) in log share per quarter over the last two years."""
    quarters, sources = min(_RATE_QUARTERS, terms.span), terms.volumes.shape[1]
    counts = np.zeros((len(leads), quarters, sources), dtype=np.float32)
    held = holding(terms, leads, quarters=quarters)
    for i, lead in enumerate(leads):
        np.add.at(counts[i], (terms.quarters[held[lead]], terms.sources[held[lead]]), 1)
    alive = np.ones(sources, dtype=np.bool_)
    offset = offsets(counts, terms.volumes[:quarters], alive)
    found = rates(counts.sum(axis=2), offset)
    return [tuple(values) for values in np.stack([found.rate, found.low, found.high], axis=1).tolist()]


def _stage(
    rise: Rise,
    family: Family,
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


def _place(one: Entry, rise: Rise) -> tuple[int, float]:
    """Sort key: what rises by strength, the others by stage and size, the silent last.

    Signals and candidates stand in one order: the young and small, which are found early, are the last to be proven.
    """
    lead = one.family.lead
    if one.stage in _RISING:
        return 0, -float(rise.z[lead])
    return (1 + _ORDER.index(one.stage), -float(rise.seen[lead])) if one.stage in _ORDER else (9, 0.0)


def _lineage(
    run_id: str, told: Sequence[Telling], earlier: Sequence[Trend], merged: Mapping[str, str]
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
