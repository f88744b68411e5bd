"""What comes every year is told as such and never called new; what is new, or far bigger than ever, still is."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.model.documents import Corpus
from foresight.model.options import TrendOptions
from foresight.model.trends import ClusteringState, Stage
from foresight.nlp.word_index import WordIndex
from foresight.testing.corpora import PlantedSubject, corpus_rows, made_corpus, week_of
from foresight.trends.analysis import Analysis, analyse
from foresight.trends.seasons import SLACK_WEEKS, YearlySurge, is_recurring, strongest_surge, surge_span

QUICK = TrendOptions(permutations=4)
LISTED = (Stage.WEAK, Stage.EMERGING)
NOW = 128
COUNTS = (5, 8, 10, 10)
EVENTS = {
    "new": (),
    "a year ago": (72,),
    "each year": (72, 20),
    "a week later each year": (73, 21),
    "half a year ago": (98, 46),
}


@cache
def corpus_of(weeks: tuple[int, ...], counts: tuple[int, ...] = COUNTS) -> tuple[Corpus, WordIndex]:
    before = [PlantedSubject(week=week, counts=COUNTS) for week in weeks]
    return made_corpus(weeks=NOW, per_week=40, subjects=80, planted=[*before, PlantedSubject(week=124, counts=counts)])


def said(corpus: Corpus, words: WordIndex) -> Analysis:
    """The analysis at the end, with online identity begun half a year before it: a shorter way to the same place."""
    begun = ClusteringState(cutoff=week_of(NOW - 27))
    return analyse(corpus, words, begun, as_of=week_of(NOW), options=QUICK)


def about(analysis: Analysis, words: WordIndex, corpus: Corpus) -> list[tuple[Stage, str]]:
    """Stages and reasons of the trends that are mostly about the planted subject."""
    own = len(words.vocabulary) - 8
    planted = {corpus.ids[i] for i in range(len(corpus)) if words.indices[words.indptr[i + 1] - 1] >= own}
    return [
        (t.stage, t.reason.key) for t in analysis.trends if len(planted & set(t.recent)) > 0.5 * max(1, len(t.recent))
    ]


@pytest.mark.parametrize("name", ["each year", "a week later each year"])
def test_what_comes_every_year_is_not_called_new(name: str) -> None:
    corpus, words = corpus_of(EVENTS[name])
    found = about(said(corpus, words), words, corpus)
    assert (Stage.STEADY, "recurring") in found
    assert not [stage for stage, _ in found if stage in LISTED]


def test_two_years_of_archive_are_enough_to_know_the_calendar() -> None:
    corpus, words = corpus_of(EVENTS["a year ago"])
    late = np.flatnonzero(corpus.available >= week_of(NOW - 104).timestamp())
    corpus, words = corpus_rows(corpus, words, late.tolist())
    found = about(said(corpus, words), words, corpus)
    assert (Stage.STEADY, "recurring") in found
    assert not [stage for stage, _ in found if stage in LISTED]


@pytest.mark.parametrize("name", ["new", "half a year ago", "a year ago"])
def test_what_did_not_come_in_these_weeks_before_is_called(name: str) -> None:
    corpus, words = corpus_of(EVENTS[name])
    assert [stage for stage, _ in about(said(corpus, words), words, corpus) if stage in LISTED]


def test_a_yearly_event_that_is_far_bigger_than_ever_is_called() -> None:
    corpus, words = corpus_of((72, 20), (20, 40, 40, 40))
    assert [stage for stage, _ in about(said(corpus, words), words, corpus) if stage in LISTED]


def test_how_often_it_came_is_told() -> None:
    corpus, words = corpus_of(EVENTS["each year"])
    (facts,) = {t.reason.facts for t in said(corpus, words).trends if t.reason.key == "recurring"}
    assert dict(facts)["years"] == 2


def test_an_archive_of_one_year_knows_no_calendar() -> None:
    corpus, words = corpus_of(EVENTS["a year ago"])
    late = np.flatnonzero(corpus.available >= week_of(73).timestamp())
    corpus, words = corpus_rows(corpus, words, late.tolist())
    assert [stage for stage, _ in about(said(corpus, words), words, corpus) if stage in LISTED]


def test_a_memory_that_reads_the_archive_says_what_the_corpus_itself_says() -> None:
    corpus, words = corpus_of(EVENTS["each year"])
    asked = []

    def memory(since, until):
        asked.append((since, until))
        rows = (corpus.available >= since.timestamp()) & (corpus.available < until.timestamp())
        return corpus.only(np.flatnonzero(rows))

    recent = np.flatnonzero(corpus.available >= week_of(NOW - 56).timestamp())
    short, told = corpus_rows(corpus, words, recent.tolist())
    begun = ClusteringState(cutoff=week_of(NOW - 27))
    whole = said(corpus, words)
    apart = analyse(short, told, begun, as_of=week_of(NOW), options=QUICK, read_earlier_weeks=memory)
    assert [(t.id, t.stage, t.reason) for t in apart.trends] == [(t.id, t.stage, t.reason) for t in whole.trends]
    assert len(asked) == 2
    assert all(until <= week_of(NOW - 50) for _, until in asked)


counts = st.lists(st.integers(0, 6), min_size=13, max_size=13)


@settings(max_examples=60, deadline=None)
@given(counts, st.integers(1, 2))
def test_a_surge_is_looked_for_within_the_slack_and_its_p_is_a_probability(own: list[int], weeks: int) -> None:
    length = surge_span(weeks, 8)
    mine = np.array((own * 2)[:length], dtype=np.float32)[:, None]
    found = strongest_surge(mine, np.full((length, 1), 40, dtype=np.float32), weeks=weeks)
    assert found is not None
    assert 0 <= found.p <= 1
    assert 0 <= found.start <= 2 * SLACK_WEEKS
    assert found.seen == mine[found.start : found.start + weeks].sum()


def test_a_year_that_is_not_held_says_nothing() -> None:
    volumes = np.zeros((13, 2), dtype=np.float32)
    volumes[:4] = 40
    assert strongest_surge(volumes, volumes, weeks=1) is None


def test_one_year_of_two_that_stayed_silent_makes_it_news() -> None:
    loud = YearlySurge(p=1e-6, seen=20, share=0.1, start=2)
    silent = YearlySurge(p=0.4, seen=4, share=0.02, start=0)
    assert is_recurring(0.1, [loud, loud])
    assert not is_recurring(0.1, [loud, silent])
    assert not is_recurring(0.1, [])
    assert not is_recurring(0.3, [loud, loud])
