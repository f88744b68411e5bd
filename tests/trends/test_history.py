"""What is counted: copies of one source once, and what it says anew each time."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from foresight.model.documents import Floats2d, Ints1d
from foresight.trends.history import COPY_COSINE, first_of_story, without_copies

SOURCES = 3


def places(degrees: list[int]) -> Floats2d:
    """Directions in a plane."""
    angles = np.radians(np.array(degrees, dtype=np.float64))
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def counted(stories: list[int], sources: list[int], degrees: list[int]) -> list[bool]:
    return without_copies(np.array(stories), np.array(sources), SOURCES, places(degrees)).tolist()


def test_a_copy_at_the_same_source_counts_once_and_at_another_again() -> None:
    assert counted([7, 7, 7], [0, 0, 1], [0, 5, 5]) == [True, False, True]


def test_what_a_source_says_anew_of_one_event_counts_again() -> None:
    assert counted([7, 7, 7], [0, 0, 0], [0, 50, 55]) == [True, True, False]


def test_articles_of_different_stories_count_however_alike_they_are() -> None:
    assert counted([1, 2], [0, 0], [0, 0]) == [True, True]


ARTICLES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, SOURCES - 1), st.integers(0, 359)), max_size=25)


@given(ARTICLES)
def test_every_article_is_counted_or_a_copy_of_one_that_is_and_no_two_counted_ones_are_copies(
    articles: list[tuple[int, int, int]],
) -> None:
    stories, sources, degrees = (list(column) for column in zip(*articles, strict=True)) if articles else ([], [], [])
    vectors = places(degrees)
    keys: Ints1d = np.array(stories, dtype=np.int64) * SOURCES + np.array(sources, dtype=np.int64)
    kept = without_copies(np.array(stories, np.int64), np.array(sources, np.int64), SOURCES, vectors)
    assert not (first_of_story(np.array(stories, np.int64), np.array(sources, np.int64), SOURCES) & ~kept).any()
    for row in range(len(articles)):
        before = np.flatnonzero(kept[:row] & (keys[:row] == keys[row]))
        is_copy = bool(len(before)) and float((vectors[before] @ vectors[row]).max()) >= COPY_COSINE
        assert bool(kept[row]) is not is_copy
