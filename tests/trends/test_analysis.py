"""The laws of an analysis: no look-ahead, silence in noise, the same in and the same out, nothing invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.model.documents import Corpus
from foresight.model.options import TrendOptions
from foresight.model.trends import Stage
from foresight.nlp.word_index import WordIndex
from foresight.testing.corpora import PlantedSubject, corpus_rows, made_corpus, week_of
from foresight.trends.analysis import Analysis, advance_clusters, analyse, replay

QUICK = TrendOptions(permutations=6)
LISTED = (Stage.WEAK, Stage.EMERGING)
BURST = PlantedSubject(week=20, counts=(5, 8, 10, 10))


def said(analysis: Analysis) -> list[object]:
    """Everything an analysis says, in a form that compares."""
    trends = [[getattr(t, f.name) for f in fields(t) if f.name != "centroid"] for t in analysis.trends]
    centroids = [t.centroid.tobytes() for t in analysis.trends]
    state = [(u.id, u.centroid.tobytes(), u.thresholds, u.asleep, u.merged_into) for u in analysis.state.units]
    return [trends, centroids, state, analysis.series, analysis.signals, analysis.lineage, analysis.assignments]


def at(corpus: Corpus, words: WordIndex, as_of: datetime, options: TrendOptions = QUICK) -> Analysis:
    return analyse(corpus, words, None, as_of=as_of, options=options)


def listed(analysis: Analysis, stages: Sequence[Stage] = LISTED) -> list[str]:
    return [t.id for t in analysis.trends if t.stage in stages]


@cache
def burst_world() -> tuple[Corpus, WordIndex, tuple[Analysis, ...]]:
    corpus, words = made_corpus(weeks=25, planted=[BURST])
    cutoffs = [week_of(week) for week in range(19, 26)]
    return corpus, words, tuple(replay(corpus, words, cutoffs, options=QUICK))


def planted_rows(corpus: Corpus, words: WordIndex) -> set[str]:
    """Ids of the planted documents: they have the words of the last subject."""
    own = len(words.vocabulary) - 8
    return {corpus.ids[i] for i in range(len(corpus)) if words.indices[words.indptr[i + 1] - 1] >= own}


def test_a_planted_movement_is_called_within_two_weeks() -> None:
    corpus, words, analyses = burst_world()
    real = planted_rows(corpus, words)
    about = [
        [t for t in a.trends if t.stage in LISTED and len(real & set(t.recent)) >= 0.8 * len(t.recent)]
        for a in analyses
    ]
    assert not about[0]
    assert not about[1]
    assert about[2] or about[3]


def test_a_movement_keeps_its_id_from_week_to_week() -> None:
    corpus, words, analyses = burst_world()
    real = planted_rows(corpus, words)
    ids = [t.id for a in analyses[3:] for t in a.trends if t.stage in LISTED and real >= set(t.recent)]
    assert len(ids) >= 3
    assert len(set(ids)) == 1


def test_every_listed_trend_grows_for_certain_and_leads_to_its_documents() -> None:
    corpus, _, analyses = burst_world()
    known = dict(zip(corpus.ids, corpus.available.tolist(), strict=True))
    for analysis in analyses:
        evidence = {(a.owner_id, a.document_id) for a in analysis.assignments}
        for trend in analysis.trends:
            assert {(trend.id, name) for name in trend.recent} <= evidence
            assert all(known[name] < analysis.as_of.timestamp() for name in trend.recent)
            if trend.stage in LISTED:
                (growth,) = [
                    s for s in analysis.signals if (s.trend_id, s.name, s.window) == (trend.id, "growth", "12w")
                ]
                assert growth.low is not None
                assert growth.low > 0
                assert dict(trend.reason.facts)["q"] <= QUICK.false_discovery_rate


def test_ranks_are_unique_and_signals_come_before_candidates() -> None:
    _, _, analyses = burst_world()
    for analysis in analyses:
        ranked = [t for t in analysis.trends if t.rank]
        assert [t.rank for t in ranked] == list(range(1, len(ranked) + 1))
        tiers = [t.stage in LISTED for t in ranked]
        assert tiers == sorted(tiers, reverse=True)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), day=st.integers(85, 104), late=st.integers(0, 20))
def test_cutting_the_corpus_at_the_cutoff_changes_nothing_that_is_said(seed: int, day: int, late: int) -> None:
    corpus, words = made_corpus(
        weeks=15, per_week=25, subjects=20, seed=seed, planted=[PlantedSubject(week=11, counts=(4, 6, 6))]
    )
    as_of = week_of(0) + timedelta(days=day, hours=7)
    rng = np.random.default_rng(seed)
    delay = rng.integers(0, late + 1, size=len(corpus)) * 43_200  # some articles are found days after they came out
    seen = corpus.published + np.where(rng.random(len(corpus)) < 0.2, delay, 0)
    order = np.lexsort((np.arange(len(corpus)), seen))
    corpus, words = corpus_rows(replace(corpus, available=seen), words, order.tolist())
    before = np.flatnonzero(corpus.available < as_of.timestamp())
    assert said(at(corpus, words, as_of)) == said(at(*corpus_rows(corpus, words, before.tolist()), as_of))


def test_the_same_corpus_and_seed_give_the_same_rows_again() -> None:
    corpus, words, _ = burst_world()
    assert said(at(corpus, words, week_of(23))) == said(at(corpus, words, week_of(23)))


def test_stepping_week_by_week_ends_where_one_long_step_ends() -> None:
    corpus, words, _ = burst_world()
    state = None
    for week in range(5, 24, 3):
        state = advance_clusters(corpus, words, state, until=week_of(week), options=QUICK)
    one = advance_clusters(corpus, words, None, until=week_of(23), options=QUICK)
    assert state is not None
    assert [(u.id, u.centroid.tobytes()) for u in state.units] == [(u.id, u.centroid.tobytes()) for u in one.units]
    assert (state.cutoff, state.null, state.calibrated) == (one.cutoff, one.null, one.calibrated)


def test_hardly_anything_is_called_where_dates_are_shuffled() -> None:
    corpus, words = made_corpus(weeks=32, seed=3, planted=[BURST, PlantedSubject(week=10, counts=(6, 9, 9), of=1)])
    order = np.random.default_rng(0).permutation(len(corpus))
    ids = {name: number for number, name in enumerate(corpus.ids)}
    shuffled, told = corpus_rows(corpus, words, order.tolist())
    shuffled = replace(shuffled, published=corpus.published, available=corpus.available)
    assert len(ids) == len(shuffled)
    cutoffs = [week_of(week) for week in range(20, 33)]
    false = sum(len(listed(a)) for a in replay(shuffled, told, cutoffs, options=TrendOptions()))
    assert false <= 2


def test_sources_that_are_added_half_way_create_no_signal() -> None:
    corpus, words = made_corpus(weeks=26, late_sources=(20, 18))
    late = {corpus.ids[i] for i in np.flatnonzero(corpus.sources >= 6)}
    for analysis in replay(corpus, words, [week_of(week) for week in range(19, 27)], options=QUICK):
        about = [t for t in analysis.trends if t.stage in LISTED and len(late & set(t.recent)) > 0.5 * len(t.recent)]
        assert not about


def test_a_campaign_of_one_source_is_never_a_signal_where_there_are_several() -> None:
    campaign = PlantedSubject(week=20, counts=(12, 15, 15), sources=(2,))
    corpus, words = made_corpus(weeks=23, planted=[campaign])
    own = planted_rows(corpus, words)
    for analysis in replay(corpus, words, [week_of(21), week_of(22), week_of(23)], options=QUICK):
        about = [t for t in analysis.trends if len(own & set(t.recent)) > 0.5 * len(t.recent)]
        assert not [t for t in about if t.stage in (*LISTED, Stage.CANDIDATE)]


def test_a_corpus_of_one_source_can_still_have_signals() -> None:
    corpus, words = made_corpus(weeks=23, sources=1, planted=[BURST])
    assert any(listed(at(corpus, words, week_of(week))) for week in (21, 22, 23))


def test_finnish_and_english_articles_on_one_thing_meet_in_one_trend() -> None:
    both = PlantedSubject(week=20, counts=(8, 12, 14), langs=("fi", "en"))
    corpus, words = made_corpus(weeks=23, langs=("fi", "en"), planted=[both])
    own = planted_rows(corpus, words)
    about = [t for t in at(corpus, words, week_of(23)).trends if t.stage in LISTED and len(own & set(t.recent)) > 10]
    assert [set(t.langs) for t in about] == [{"fi", "en"}]


def test_an_open_week_is_told_but_not_kept() -> None:
    corpus, words, _ = burst_world()
    middle = at(corpus, words, week_of(22) + timedelta(days=3, hours=5))
    assert middle.state.cutoff == week_of(22)
    assert all(name in {t.id for t in at(corpus, words, week_of(23)).trends} for name in listed(middle))


EMPTY = made_corpus(weeks=0)


def same_moment(corpus: Corpus) -> Corpus:
    stamps = np.full(len(corpus), int(week_of(3).timestamp()) + 5, dtype=np.int64)
    return replace(corpus, published=stamps, available=stamps)


def identical(corpus: Corpus) -> Corpus:
    stories = np.zeros(len(corpus), dtype=np.int64)
    return replace(corpus, vectors=np.tile(corpus.vectors[:1], (len(corpus), 1)), stories=stories)


def test_an_empty_corpus_says_nothing() -> None:
    analysis = at(*EMPTY, week_of(10))
    assert said(analysis)[0] == []
    assert analysis.state.cutoff == week_of(10)


@pytest.mark.parametrize("change", [same_moment, identical], ids=["all dates equal", "a thousand identical articles"])
def test_strange_corpora_raise_no_alarm(change) -> None:
    corpus, words = made_corpus(weeks=20, per_week=50)
    assert listed(at(change(corpus), words, week_of(20)), (*LISTED, Stage.CANDIDATE)) == []


def test_one_article_is_no_trend() -> None:
    corpus, words = corpus_rows(*made_corpus(weeks=1), [0])
    assert at(corpus, words, week_of(1)).trends == ()


def test_a_year_of_silence_puts_trends_to_sleep_and_what_comes_after_is_no_alarm() -> None:
    corpus, words = made_corpus(weeks=12, per_week=40, subjects=10)
    gap = np.where(np.arange(len(corpus)) >= len(corpus) * 3 // 4, 52 * 7 * 86_400, 0)
    corpus = replace(corpus, published=corpus.published + gap, available=corpus.available + gap)
    state = advance_clusters(corpus, words, None, until=week_of(40), options=QUICK)
    assert all(u.asleep or u.merged_into for u in state.units)
    assert listed(at(corpus, words, week_of(64))) == []


def test_a_trend_that_falls_asleep_says_so_once() -> None:
    corpus, words = made_corpus(weeks=30, planted=[PlantedSubject(week=15, counts=(6, 8, 8))])
    own = planted_rows(corpus, words)
    analyses = list(replay(corpus, words, [week_of(week) for week in range(18, 30)], options=QUICK))
    name = next(t.id for t in analyses[0].trends if own >= set(t.recent) and len(t.recent) > 5)
    stages = [next((t.stage for t in a.trends if t.id == name), None) for a in analyses]
    assert stages.count(Stage.SLEEPING) == 1
    assert any(row.trend_id == name and row.kind == "sleeping" for a in analyses for row in a.lineage)
