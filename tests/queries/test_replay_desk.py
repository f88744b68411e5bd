"""Cut-offs and narrowing, the pure parts of a replay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from foresight.model.documents import Corpus
from foresight.queries.signal_lists import cut_offs
from foresight.trends.history import corpus_of_sources

START = datetime(2026, 1, 5, tzinfo=UTC)


@given(st.integers(0, 400), st.integers(1, 8))
def test_cut_offs_begin_at_the_start_and_never_pass_the_end(days: int, weeks: int) -> None:
    end = START + timedelta(days=days)
    found = cut_offs(START, end, weeks)
    assert found[0] == START
    assert end - timedelta(weeks=weeks) < found[-1] <= end
    assert {later - earlier for earlier, later in pairwise(found)} <= {timedelta(weeks=weeks)}


def test_a_span_that_ends_before_it_begins_has_no_cut_off() -> None:
    assert cut_offs(START, START - timedelta(days=1), 1) == ()


def a_corpus(sources: list[int], stories: list[int]) -> Corpus:
    n = len(sources)
    times = np.arange(n, dtype=np.int64)
    return Corpus(
        ids=tuple(f"d{i}" for i in range(n)),
        titles=("",) * n,
        texts=("",) * n,
        langs=("en",) * n,
        sources=np.array(sources, dtype=np.int64),
        stories=np.array(stories, dtype=np.int64),
        published=times,
        available=times,
        vectors=np.eye(n, 4, dtype=np.float32),
        source_ids=("one", "two"),
        source_weights=np.ones(2, dtype=np.float32),
    )


def test_a_story_begins_at_its_first_article_that_stays() -> None:
    kept = corpus_of_sources(a_corpus([0, 1, 1, 0, 1], [0, 0, 2, 0, 2]), frozenset({"two"}))
    assert kept.ids == ("d1", "d2", "d4")
    assert kept.stories.tolist() == [0, 1, 1]


def test_all_sources_kept_is_the_same_corpus() -> None:
    whole = a_corpus([0, 1, 0], [0, 0, 2])
    kept = corpus_of_sources(whole, frozenset({"one", "two"}))
    assert (kept.ids, kept.stories.tolist()) == (whole.ids, whole.stories.tolist())
