"""Words that come up all at once, and the groups they found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from foresight.model.options import TrendOptions
from foresight.trends.clusters import FOUNDED_BY_NAME, FOUNDED_BY_WORD, DocumentGroup
from foresight.trends.groups import bursting_words, groups_of_bursting_words
from foresight.trends.history import History
from foresight.trends.measurement import measure_groups


def history(words_of: list[set[int]], ages: list[int], stories: list[int] | None = None) -> History:
    """Documents of one source with these word columns."""
    n, columns = len(words_of), max((max(w, default=0) for w in words_of), default=0) + 1
    cells = [(row, word) for row, own in enumerate(words_of) for word in sorted(own)]
    by_word = sorted(cells, key=lambda cell: (cell[1], cell[0]))
    lengths = [len(own) for own in words_of]
    counts = np.bincount([word for _, word in cells], minlength=columns)
    own = np.array(stories or range(n))
    return History(
        cutoff=0,
        weeks=26,
        rows=np.arange(n),
        vectors=np.eye(n, dtype=np.float32),
        langs=np.zeros(n, dtype=np.int64),
        languages=("en",),
        stories=own,
        sources=np.zeros(n, dtype=np.int64),
        source_weights=np.ones(1, dtype=np.float32),
        ages=np.array(ages),
        counted=np.array([story not in own[:i] for i, story in enumerate(own)]),
        indptr=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        words=np.array([word for _, word in cells], dtype=np.int64),
        word_indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        word_rows=np.array([row for row, _ in by_word], dtype=np.int64),
    )


OLD = [({0, i % 7 + 2}, 10 + i % 50) for i in range(200)]


def test_a_word_nobody_wrote_before_bursts_and_a_usual_one_does_not() -> None:
    new = [({0, 1}, day) for day in (0, 1, 2, 3)]
    found = bursting_words(history([w for w, _ in OLD + new], [a for _, a in OLD + new]), weeks=1, baseline=8)
    assert [(burst.word, burst.rows.tolist(), burst.is_new) for burst in found] == [(1, [200, 201, 202, 203], True)]


def test_a_word_that_was_written_before_is_no_name() -> None:
    before = [({0, 1}, 20), ({0, 1}, 30)]
    new = [({0, 1}, day) for day in (0, 1, 2, 3, 4, 5)]
    found = bursting_words(
        history([w for w, _ in OLD + before + new], [a for _, a in OLD + before + new]), weeks=1, baseline=8
    )
    assert [(burst.word, burst.is_new) for burst in found] == [(1, False)]


def test_copies_of_one_story_are_no_burst() -> None:
    copies = [({0, 1}, day) for day in (0, 1, 2, 3)]
    stories = [*range(200), 200, 200, 200, 200]
    past = history([w for w, _ in OLD + copies], [a for _, a in OLD + copies], stories)
    assert bursting_words(past, weeks=1, baseline=8) == ()


def test_without_a_past_no_word_is_new() -> None:
    new = [({0, 1}, day) for day in (0, 1, 2, 3)]
    assert bursting_words(history([w for w, _ in new], [a for _, a in new]), weeks=1, baseline=8) == ()


def alike(words_of: list[set[int]], ages: list[int]) -> History:
    """The same, with vectors that all lie in one place."""
    past = history(words_of, ages)
    return replace(past, vectors=np.tile(np.eye(1, 4, dtype=np.float32), (len(words_of), 1)))


def test_a_new_name_and_an_older_word_found_groups_of_their_own_kinds() -> None:
    before = [({0, 9}, 20), ({0, 9}, 30)]
    new = [({0, 1, 10 + day}, day) for day in range(4)] + [({0, 9, 20 + day}, day) for day in range(6)]
    past = alike([w for w, _ in OLD + before + new], [a for _, a in OLD + before + new])
    found = {
        (g.founded, g.name, len(g.members))
        for g in groups_of_bursting_words(past, replace(TrendOptions(), recent_weeks=(1,)))
    }
    assert found == {(FOUNDED_BY_NAME, 1, 4), (FOUNDED_BY_WORD, -1, 6)}


def test_who_writes_a_new_name_speaks_of_it_with_no_second_word_and_of_an_older_word_only_with_one() -> None:
    new = [({0, 1, 10 + day}, day) for day in range(4)]
    past = alike([w for w, _ in OLD + new], [a for _, a in OLD + new])
    members = np.arange(200, 204)
    by_name, by_word = (
        measure_groups(past, [DocumentGroup(members=members, weeks=1, founded=kind, name=name)], TrendOptions())
        for kind, name in ((FOUNDED_BY_NAME, 1), (FOUNDED_BY_WORD, -1))
    )
    assert by_name.word_counts[0].sum(axis=1)[:2].tolist() == [4, 0]
    assert by_word.word_counts[0].sum() == 0
    assert by_name.p_words[0] < 1e-4 < by_word.p_words[0]
