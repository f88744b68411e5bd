"""Trends of years: which terms are written about more, quarter after quarter, than their own past lets expect.

A term's documents of the last four quarters, r, stand against the twelve before (or as many as there are), k:

    e = Σ over sources s of N_r(s) · (k(s) + c·k/N_k) / (N_k(s) + c) + N_r / N_k
    z = (r − e) / sqrt(e + .02·e² + e²/(k + 1))

e is what the last year would hold if nothing had changed, source by source, so that a source that writes more, or
stops, moves nothing. The three parts of the variance are Poisson's of r, the drift that every word shows from one
year to the next (a coefficient of variation of .14: without it big words win by their size alone), and Poisson's of k.
Negative binomial variance: Cameron and Trivedi, Regression Analysis of Count Data, ch. 3.

A term is rising only where r is 5 and more, its rate rose in two successive years, it stands in three of the four
quarters, and it is younger than the archive. Among thousands of words some do all that by chance. How many, is counted
on permuted quarters: the quarters change places, and as many of the last year's lie in the new last year as of any
other, so that what moves for real cancels out (balanced permutations: Tusher, Tibshirani and Chu, PNAS 98, 2001).
Whole quarters change places, not documents, because the documents of one event come together.
docs/methods.md#slow has the measurements. Documents count the weight of their source; a term whose documents weigh
Σw²/Σw has Poisson's variances times that. Terms of one matter are gathered: "language model" and "large language" are
one trend with two terms, not two trends.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from foresight.model.documents import Bools1d, Corpus, Float64s, Floats1d, Floats2d, Ints1d
from foresight.model.options import SlowOptions
from foresight.nlp.word_index import WordIndex
from foresight.trends.history import DAY, first_of_story

YEAR_QUARTERS = 4
QUARTER_DAYS = 91
FEWEST_QUARTERS = 8
"""Two years: one to measure, one to measure it by."""

_DRIFT = 0.02
_TRUST = 30.0
_QUARTERS_PRESENT = 3
_YOUNG = 1 / 3
_CHANGES = 2
_ENOUGH_OF_THE_BEST = 0.5
_SIZES = (0, 15, 50, np.inf)
"""Documents of the last year from which a term is of the next size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermCounts:
    """Terms counted per quarter before a cut-off, within the sources that were there all along.

    Attributes:
        cutoff: seconds; span: quarters that are counted, the last year and those before it.
        rows: ``(n,)`` rows of the corpus that count: firsts of a story in a source that weighs anything, in the span.
        quarters: ``(n,)`` quarters before the cut-off, 0 the last; sources: ``(n,)``; weights: ``(n,)`` of them.
        columns: ``(nnz,)`` terms of those rows one after the other; cells: ``(nnz,)`` which of the rows each lies in.
        counts: ``(terms, span)`` documents, weighted; volumes: ``(span, sources)`` of everything.
        older: ``(terms,)`` documents before the span; older_volume: of everything.
        scale: ``(terms,)`` Σw²/Σw of their documents, 1 where all weigh 1.
    """

    cutoff: int
    span: int
    rows: Ints1d
    quarters: Ints1d
    sources: Ints1d
    weights: Floats1d
    columns: Ints1d
    cells: Ints1d
    counts: Floats2d
    volumes: Floats2d
    older: Floats1d
    older_volume: float
    scale: Floats1d

    @property
    def last_year(self) -> float:
        """Documents of everything in the last year."""
        return float(self.volumes[:YEAR_QUARTERS].sum())


def count_terms(corpus: Corpus, index: WordIndex, *, cutoff: int, options: SlowOptions) -> TermCounts | None:
    """Count the terms of the quarters before `cutoff` (seconds); None where the archive is younger than two years.

    Looks at nothing that was available at `cutoff` or later.
    """
    last, source_count = int(np.searchsorted(corpus.available, cutoff)), len(corpus.source_ids)
    sources = corpus.sources[:last]
    weights = corpus.source_weights[sources]
    quarters = (cutoff - 1 - corpus.published[:last]) // (QUARTER_DAYS * DAY)
    counted = first_of_story(corpus.stories[:last], sources, source_count) & (weights > 0)
    span, alive = _span(quarters[counted], sources[counted], source_count, options.quarters)
    if span < FEWEST_QUARTERS:
        return None
    counted &= alive[sources]
    recent, old = np.flatnonzero(counted & (quarters < span)), np.flatnonzero(counted & (quarters >= span))
    (columns, cells), (old_columns, old_cells) = (
        (own.indices, np.repeat(np.arange(len(own.indptr) - 1, dtype=np.int64), np.diff(own.indptr)))
        for own in (index.only(recent), index.only(old))
    )
    width, quarter, source, weight = len(index.vocabulary), quarters[recent], sources[recent], weights[recent]

    def total(place: Ints1d, worth: Floats1d, size: int) -> Floats1d:
        return np.bincount(place, weights=worth, minlength=size).astype(np.float32)

    by_term = total(columns, weight[cells], width)
    return TermCounts(
        cutoff=cutoff,
        span=span,
        rows=recent,
        quarters=quarter,
        sources=source,
        weights=weight,
        columns=columns,
        cells=cells,
        counts=total(columns * span + quarter[cells], weight[cells], width * span).reshape(width, span),
        volumes=total(quarter * source_count + source, weight, span * source_count).reshape(span, source_count),
        older=total(old_columns, weights[old][old_cells], width),
        older_volume=float(weights[old].sum(dtype=np.float64)),
        scale=np.where(by_term > 0, total(columns, weight[cells] ** 2, width) / np.maximum(by_term, 1e-9), 1.0).astype(
            np.float32
        ),
    )


def _span(quarters: Ints1d, sources: Ints1d, source_count: int, longest: int) -> tuple[int, Bools1d]:
    """How many quarters to count, and the sources that were alive over all of them.

    The longest span whose sources write at least half of what the sources of any span write in the last year: an
    archive of one old and a hundred younger feeds is measured by the younger ones.
    """
    oldest = int(quarters.max(initial=-1)) + 1
    volumes = np.bincount(quarters * source_count + sources, minlength=oldest * source_count)
    by_quarter = volumes.reshape(-1, source_count) if oldest else np.zeros((0, source_count), dtype=np.int64)
    last_year = by_quarter[:YEAR_QUARTERS].sum(axis=0)
    found: list[tuple[int, Bools1d, float]] = []
    for span in range(min(longest, oldest), FEWEST_QUARTERS - 1, -1):
        alive = (by_quarter[span - 1] > 0) & (last_year > 0)
        found.append((span, alive, float(last_year[alive].sum())))
    best = max((written for *_, written in found), default=0.0)
    for span, alive, written in found:
        if written > 0 and written >= _ENOUGH_OF_THE_BEST * best:
            return span, alive
    return 0, np.zeros(source_count, dtype=np.bool_)


def rows_holding(terms: TermCounts, wanted: Sequence[int], *, quarters: int) -> dict[int, Ints1d]:
    """The counted rows of the last `quarters` that hold each term, ascending."""
    is_wanted = np.zeros(len(terms.counts), dtype=np.bool_)
    is_wanted[list(wanted)] = True
    kept = np.flatnonzero(is_wanted[terms.columns])
    kept = kept[terms.quarters[terms.cells[kept]] < quarters]
    columns, cells = terms.columns[kept], terms.cells[kept]
    order = np.lexsort((cells, columns))
    columns, cells = columns[order], cells[order]
    starts = np.searchsorted(columns, list(wanted), side="left").tolist()
    ends = np.searchsorted(columns, list(wanted), side="right").tolist()
    return {term: cells[a:b] for term, a, b in zip(wanted, starts, ends, strict=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRises:
    """What was measured of terms, all ``(terms,)``.

    Attributes:
        documents: of the last year.
        z: how far above what the years before lead to expect, in standard deviations.
        is_rising: passes every condition.
        q: false discovery rate of the list that ends with it, 1 where it does not rise.
    """

    documents: Float64s
    z: Float64s
    is_rising: Bools1d
    q: Float64s


def test_rises(terms: TermCounts, options: SlowOptions, rng: np.random.Generator) -> TermRises:
    """Test every term against its own past, and against permuted quarters."""
    documents, z, is_rising = _test_terms(terms, np.arange(terms.span), options)
    chance: list[tuple[Float64s, Float64s]] = []
    for _ in range(options.permutations):
        size, score, rises = _test_terms(terms, balanced_order(terms.span, rng), options)
        chance.append((np.asarray(size[rises], dtype=np.float64), np.asarray(score[rises], dtype=np.float64)))
    by_chance = np.concatenate([size for size, _ in chance]), np.concatenate([score for _, score in chance])
    q = np.ones(len(z))
    q[is_rising] = _false_discovery_rates((documents[is_rising], z[is_rising]), by_chance, options.permutations)
    return TermRises(documents=documents, z=z, is_rising=is_rising, q=q)


def _false_discovery_rates(
    found: tuple[Float64s, Float64s], by_chance: tuple[Float64s, Float64s], permutations: int
) -> Float64s:
    """False discovery rates of (documents, z) found, from those of permuted quarters: each against its own size.

    Rare terms are many and often come in bunches; tested together with them, no big term would ever be sure
    (Efron, Simultaneous inference: when should hypothesis testing problems be combined?, Ann. Appl. Stat. 2, 2008).
    Each size may have its equal part of the rate. One false term more than was seen is allowed for.
    """
    q = np.ones(len(found[0]))
    for low, high in pairwise(_SIZES):
        own = (found[0] >= low) & (found[0] < high)
        chance = np.sort(by_chance[1][(by_chance[0] >= low) & (by_chance[0] < high)])
        real = np.sort(found[1][own])
        if not len(real):
            continue
        false = (len(chance) - np.searchsorted(chance, real) + 1) / permutations * (len(_SIZES) - 1)
        rate = np.minimum.accumulate(np.minimum(1.0, false / np.arange(len(real), 0, -1)))
        q[own] = rate[np.searchsorted(real, found[1][own])]
    return q


def balanced_order(span: int, rng: np.random.Generator) -> Ints1d:
    """``(span,)`` the quarter in each place of a new order; of the last year's as many stay in it as by proportion."""
    stay = max(1, round(YEAR_QUARTERS * YEAR_QUARTERS / span))
    own = rng.permutation(YEAR_QUARTERS)
    others = YEAR_QUARTERS + rng.permutation(span - YEAR_QUARTERS)
    year = rng.permutation(np.concatenate([own[:stay], others[: YEAR_QUARTERS - stay]]))
    before = rng.permutation(np.concatenate([own[stay:], others[YEAR_QUARTERS - stay :]]))
    return np.concatenate([year, before]).astype(np.int64)


def _test_terms(terms: TermCounts, order: Ints1d, options: SlowOptions) -> tuple[Float64s, Float64s, Bools1d]:
    """(documents of the last year, z, whether it rises) with the quarters in an order."""
    counts, year = terms.counts[:, order], YEAR_QUARTERS
    seen, before = _sum(counts[:, :year]) / terms.scale, _sum(counts[:, year:]) / terms.scale
    everything = terms.volumes[order].sum(axis=1)
    # What the last year would hold of a term that had one document more before: after none, one is no news.
    unseen = float(everything[:year].sum()) / max(float(everything[year:].sum()), 1.0)
    expected = (_expected_documents(terms, order, (0, year), (year, terms.span)) + unseen) / terms.scale
    z = (seen - expected) / np.sqrt(expected + _DRIFT * expected**2 + expected**2 / (before + 1))
    documents = _sum(counts[:, :year])
    rises = (documents >= options.least) & (z > 0) & ((counts[:, :year] > 0).sum(axis=1) >= _QUARTERS_PRESENT)
    rises &= _is_young(terms, documents)
    for start in range(0, year * min(_CHANGES, terms.span // year - 1), year):
        now, past = (start, start + year), (start + year, start + 2 * year)
        rises &= _sum(counts[:, slice(*now)]) > _expected_documents(terms, order, now, past)
    if terms.span < (_CHANGES + 1) * year:
        now, past = (0, year // 2), (year // 2, year)
        rises &= _sum(counts[:, slice(*now)]) >= _expected_documents(terms, order, now, past)
    return documents, z, np.asarray(rises, dtype=np.bool_)


def _sum(counts: Floats2d) -> Float64s:
    return np.asarray(counts.sum(axis=1), dtype=np.float64)


def _expected_documents(terms: TermCounts, order: Ints1d, now: tuple[int, int], past: tuple[int, int]) -> Float64s:
    """``(terms,)`` documents some quarters would hold if each source went on as in other quarters."""
    volumes = terms.volumes[order]
    n_now, n_past = volumes[slice(*now)].sum(axis=0), volumes[slice(*past)].sum(axis=0)
    own = _sum(terms.counts[:, order[slice(*past)]])
    everything = max(float(n_past.sum()), 1.0)
    if (n_now > 0).sum() <= 1:
        return own * float(n_now.sum()) / everything
    weight = np.where(n_past > 0, n_now / (n_past + _TRUST), 0.0)
    in_past = np.zeros(terms.span, dtype=np.bool_)
    in_past[order[slice(*past)]] = True
    worth = np.where(in_past[terms.quarters], weight[terms.sources], 0.0)
    by_source = np.bincount(terms.columns, weights=(worth * terms.weights)[terms.cells], minlength=len(terms.counts))
    pooled = own / everything * float((n_now * _TRUST / (n_past + _TRUST)).sum())
    return np.asarray(by_source + pooled, dtype=np.float64)


def _is_young(terms: TermCounts, documents: Float64s) -> Bools1d:
    """Whether its share before the span was under a third of that of the last year."""
    if terms.older_volume <= 0:
        return np.ones(len(documents), dtype=np.bool_)
    now = documents / max(terms.last_year, 1.0)
    return np.asarray(terms.older / terms.older_volume < _YOUNG * now, dtype=np.bool_)


TERM_PREFIX = "term-"
_SHARED_PART = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class TermFamily:
    """Terms that stand in the same documents.

    Attributes:
        lead: the strongest; parts: the others, strongest first.
        rows: ascending, those that hold the lead.
    """

    lead: int
    parts: tuple[int, ...]
    rows: Ints1d

    @property
    def terms(self) -> tuple[int, ...]:
        """All of them, the lead first."""
        return (self.lead, *self.parts)


def gather_families(
    order: Sequence[int],
    rows: Mapping[int, Ints1d],
    *,
    documents: int,
    most: int,
    kept: Collection[int] = (),
) -> tuple[TermFamily, ...]:
    """Gather terms, strongest first.

    A term that shares half of its documents with those of an earlier family, or half of that family's lead with it,
    is part of it: what it would add is there already. The others found a family of their own.

    rows: ascending rows that hold each term, of so many `documents`; most: families that are wanted; kept: terms that
    found one beyond that number.
    """
    owner = np.full(documents, -1, dtype=np.int64)
    leads: list[int] = []
    parts: list[list[int]] = []
    for term in order:
        own = rows[term]
        held = np.bincount(owner[own][owner[own] >= 0], minlength=1)
        family, shared = int(held.argmax()), int(held.max())
        if shared and shared >= _SHARED_PART * min(len(own), len(rows[leads[family]])):
            parts[family].append(term)
            if shared >= _SHARED_PART * len(own):
                owner[own[owner[own] < 0]] = family
            continue
        if len(leads) >= most and term not in kept:
            continue
        owner[own[owner[own] < 0]] = len(leads)
        leads.append(term)
        parts.append([])
    return tuple(
        TermFamily(lead=lead, parts=tuple(mine), rows=rows[lead]) for lead, mine in zip(leads, parts, strict=True)
    )


def trend_id_from_term(term: str) -> str:
    """The lasting id of the trend that a term founded: "language model" → "term-language-model"."""
    return TERM_PREFIX + term.replace(" ", "-")


def term_from_trend_id(trend_id: str) -> str:
    """The term that founded a slow trend, "" for an id of another kind."""
    return trend_id.removeprefix(TERM_PREFIX).replace("-", " ") if trend_id.startswith(TERM_PREFIX) else ""
