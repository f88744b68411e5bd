"""Slow trends: found early, never from the future, from source changes or from chance, and the same over quarters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.model.documents import Corpus
from foresight.model.options import SlowOptions
from foresight.model.trends import LineageKind, Speed, Stage, Trend
from foresight.nlp.word_index import WordIndex
from foresight.testing.corpora import PlantedSubject, corpus_rows, made_corpus, week_of
from foresight.trends.history import to_seconds
from foresight.trends.slow_terms import FEWEST_QUARTERS, balanced_order, count_terms
from foresight.trends.slow_trends import SlowAnalysis, SlowSettings, analyse_slow_trends

WEEKS = 208
SETTINGS = SlowSettings(options=SlowOptions(permutations=6))
RISING = PlantedSubject(week=104, counts=tuple(1 + week // 20 for week in range(104)))
SIGNALS = (Stage.WEAK, Stage.EMERGING)


def said(
    corpus: Corpus,
    index: WordIndex,
    *,
    week: int = WEEKS,
    earlier: Sequence[Trend] = (),
    settings: SlowSettings = SETTINGS,
) -> SlowAnalysis:
    return analyse_slow_trends(corpus, index, as_of=week_of(week), settings=settings, earlier=earlier)


def called(found: SlowAnalysis) -> list[Trend]:
    return [trend for trend in found.trends if trend.stage in SIGNALS]


def planted_words(index: WordIndex) -> set[str]:
    """The last subject's words are those of what was planted."""
    return set(index.vocabulary[-8:])


def founding(trend: Trend) -> str:
    return trend.id.removeprefix("term-")


def test_what_rises_over_years_is_called_and_told_whole() -> None:
    corpus, index = made_corpus(weeks=WEEKS, planted=[RISING])
    found = said(corpus, index)
    first = found.trends[0]
    assert founding(first) in planted_words(index)
    assert (first.stage, first.rank, first.speed) == (Stage.EMERGING, 1, Speed.SLOW)
    signals = {signal.name: signal for signal in found.signals if signal.trend_id == first.id}
    growth = signals["growth"]
    assert growth.low is not None
    assert growth.high is not None
    assert 0 < growth.low < growth.value < growth.high
    assert signals["q_value"].value <= SETTINGS.options.false_discovery_rate
    assert {a.document_id for a in found.assignments if a.owner_id == first.id} == set(first.recent)
    series = next(one for one in found.series if one.trend_id == first.id)
    assert len(series.weeks) == WEEKS
    assert sum(series.counts[-52:]) > sum(series.counts[-104:-52]) > 0


def with_twin(index: WordIndex, word: str) -> WordIndex:
    """The index with a further term, "zz twin", that stands wherever `word` does."""
    column, width = index.vocabulary.index(word), len(index.vocabulary)
    rows = [index.indices[index.indptr[r] : index.indptr[r + 1]] for r in range(len(index.indptr) - 1)]
    told = [np.append(row, width) if column in row else row for row in rows]
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in told])]).astype(np.int64)
    return WordIndex(vocabulary=(*index.vocabulary, "zz twin"), indptr=indptr, indices=np.concatenate(told))


def test_terms_of_one_matter_are_one_trend() -> None:
    corpus, index = made_corpus(weeks=WEEKS, planted=[RISING])
    lead = founding(said(corpus, index).trends[0])
    found = said(corpus, with_twin(index, lead))
    assert founding(found.trends[0]) == lead
    assert "term-zz-twin" not in {trend.id for trend in found.trends}


@settings(max_examples=5, deadline=None)
@given(st.integers(FEWEST_QUARTERS * 13, WEEKS), st.integers(0, 3))
def test_what_is_said_at_a_cutoff_does_not_depend_on_what_comes_after(week: int, seed: int) -> None:
    corpus, index = made_corpus(weeks=WEEKS, planted=[RISING], per_week=30, seed=seed)
    before = np.flatnonzero(corpus.available < to_seconds(week_of(week)))
    alone = corpus_rows(corpus, index, before.tolist())
    one, two = said(corpus, index, week=week), said(*alone, week=week)
    assert [(t.id, t.rank, t.stage, t.reason, t.recent) for t in one.trends] == [
        (t.id, t.rank, t.stage, t.reason, t.recent) for t in two.trends
    ]
    assert one.signals == two.signals
    assert one.series == two.series


def permuted(corpus: Corpus, index: WordIndex, seed: int) -> tuple[Corpus, WordIndex]:
    """The same documents with their dates shuffled, in the new order of time."""
    stamps = np.random.default_rng(seed).permutation(corpus.published)
    order = np.argsort(stamps, kind="stable")
    shuffled, words = corpus_rows(corpus, index, order.tolist())
    return replace(shuffled, published=stamps[order], available=stamps[order]), words


def test_permuted_dates_show_no_signal() -> None:
    corpus, index = made_corpus(weeks=WEEKS, planted=[RISING])
    lists = [len(called(said(*permuted(corpus, index, seed)))) for seed in range(8)]
    assert sum(lists) <= 1


def test_new_sources_make_no_slow_trend() -> None:
    corpus, index = made_corpus(weeks=WEEKS, late_sources=(20, 150))
    assert called(said(corpus, index)) == []


def test_an_archive_of_many_young_sources_is_judged_by_them() -> None:
    corpus, index = made_corpus(weeks=WEEKS, sources=3, late_sources=(20, 80), per_week=30)
    counted = count_terms(corpus, index, cutoff=to_seconds(week_of(WEEKS)), options=SlowOptions())
    assert counted is not None
    assert FEWEST_QUARTERS <= counted.span < SlowOptions().quarters
    assert (counted.volumes.sum(axis=0) > 0).sum() > 3


def test_an_archive_younger_than_two_years_says_nothing() -> None:
    corpus, index = made_corpus(weeks=90, planted=[PlantedSubject(week=40, counts=(5,) * 50)])
    assert said(corpus, index, week=90).trends == ()


def test_one_source_alone_is_no_signal_among_many() -> None:
    corpus, index = made_corpus(weeks=WEEKS, planted=[replace(RISING, sources=(0,))])
    assert not [trend for trend in called(said(corpus, index)) if founding(trend) in planted_words(index)]


def over_quarters(corpus: Corpus, index: WordIndex, weeks: Sequence[int]) -> list[SlowAnalysis]:
    found: list[SlowAnalysis] = []
    for week in weeks:
        found.append(said(corpus, index, week=week, earlier=found[-1].trends if found else ()))
    return found


def test_a_slow_trend_keeps_its_id_over_quarters_and_after_its_rise() -> None:
    gone = PlantedSubject(week=104, counts=(*(1 + week // 20 for week in range(104)), *([0] * 104)))
    corpus, index = made_corpus(weeks=312, planted=[gone])
    told = over_quarters(corpus, index, range(182, 313, 13))
    ids = [{t.id for t in one.trends if founding(t) in planted_words(index)} for one in told]
    first = next(i for i, known in enumerate(ids) if known)
    own = min(ids[first])
    assert all(own in known for known in ids[first:])
    stages = [next(t.stage for t in one.trends if t.id == own) for one in told[first:]]
    assert stages[-1] is Stage.SLEEPING
    assert set(stages) & set(SIGNALS)
    assert [line.kind for line in told[first].lineage if line.trend_id == own] == [LineageKind.BORN]
    assert LineageKind.SAME in {line.kind for line in told[first + 1].lineage if line.trend_id == own}


def test_an_earlier_trend_that_is_taken_over_is_told_so() -> None:
    corpus, index = made_corpus(weeks=WEEKS, planted=[RISING])
    own = said(corpus, index).trends[0]
    late = replace(own, id="term-zz-twin", first_document=own.last_document)
    again = said(corpus, with_twin(index, founding(own)), earlier=(own, late))
    assert (own.id, LineageKind.MERGED, late.id) in {(row.trend_id, row.kind, row.earlier_id) for row in again.lineage}
    assert late.id not in {trend.id for trend in again.trends}


@given(st.integers(FEWEST_QUARTERS, 24), st.integers(0, 9))
def test_permuted_quarters_are_all_there_and_the_last_year_is_spread(span: int, seed: int) -> None:
    order = balanced_order(span, np.random.default_rng(seed))
    assert sorted(order.tolist()) == list(range(span))
    assert 1 <= sum(quarter < 4 for quarter in order[:4].tolist()) <= 2
