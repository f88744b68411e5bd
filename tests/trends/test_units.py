"""Online identity: birth, assignment, merger, sleep, languages; groups; lineage; themes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.model.options import TrendOptions
from foresight.model.trends import LineageKind
from foresight.trends.clusters import (
    DocumentBatch,
    join_languages,
    language_balance,
    leave_one_out_cosines,
    linkage_groups,
    member_overlap,
    owning_cluster,
    step_clusters,
    trend_id_from_document,
)
from foresight.trends.lineage import LineageNode, match_trends, trace_lineage

NOW = datetime(2025, 3, 3, tzinfo=UTC)
OPTIONS = TrendOptions()
DIM = 32


def near(axis: int, count: int, seed: int = 0, tilt: float = 0.7) -> np.ndarray:
    rng = np.random.default_rng([seed, axis])
    vectors = np.eye(DIM)[axis] + tilt * rng.normal(size=(count, DIM)) / np.sqrt(DIM)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def batch(vectors: np.ndarray, *, first: int = 0, days_ago: int = 1, langs: list[int] | None = None) -> DocumentBatch:
    n = len(vectors)
    return DocumentBatch(
        ids=tuple(f"d{first + i:03d}" for i in range(n)),
        vectors=vectors,
        langs=np.array(langs or [0] * n, dtype=np.int64),
        languages=("en", "fi"),
        published=np.full(n, int((NOW - timedelta(days=days_ago)).timestamp()), dtype=np.int64),
        new=np.ones(n, dtype=np.bool_),
        founding=np.ones(n, dtype=np.bool_),
    )


def test_four_near_articles_found_a_unit_named_by_the_earliest() -> None:
    (unit,) = step_clusters((), batch(near(1, 4)), OPTIONS, at=NOW)
    assert unit.id == trend_id_from_document("d000")
    assert unit.documents == 4
    assert step_clusters((), batch(near(1, 3)), OPTIONS, at=NOW) == ()


def test_what_comes_later_joins_the_unit_and_wakes_it() -> None:
    units = step_clusters((), batch(near(1, 6)), OPTIONS, at=NOW)
    asleep = tuple(replace(u, asleep=True) for u in units)
    (unit,) = step_clusters(asleep, batch(near(1, 3, seed=1), first=10), OPTIONS, at=NOW + timedelta(weeks=1))
    assert (unit.id, unit.asleep) == (units[0].id, False)
    assert unit.documents > 6


def test_six_weeks_without_an_article_put_a_unit_to_sleep() -> None:
    units = step_clusters((), batch(near(1, 5)), OPTIONS, at=NOW)
    none = batch(np.zeros((0, DIM), dtype=np.float32))
    assert not step_clusters(units, none, OPTIONS, at=NOW + timedelta(weeks=5))[0].asleep
    assert step_clusters(units, none, OPTIONS, at=NOW + timedelta(weeks=7))[0].asleep


def test_of_two_units_that_meet_the_older_id_stays() -> None:
    (old,) = step_clusters((), batch(near(1, 5), days_ago=20), OPTIONS, at=NOW)
    (young,) = step_clusters((), batch(near(1, 5, seed=2), first=20), OPTIONS, at=NOW)
    none = batch(np.zeros((0, DIM), dtype=np.float32))
    found = {u.id: u for u in step_clusters((young, old), none, OPTIONS, at=NOW)}
    assert found[young.id].merged_into == old.id
    assert found[old.id].documents == 10


def test_an_article_far_from_all_units_stays_alone() -> None:
    units = step_clusters((), batch(near(1, 5)), OPTIONS, at=NOW)
    after = step_clusters(units, batch(near(7, 1), first=30), OPTIONS, at=NOW)
    assert [u.documents for u in after] == [5]


def test_languages_weigh_the_same_in_a_centre() -> None:
    langs = np.array([0] * 15 + [1] * 5, dtype=np.int64)
    weights = language_balance(langs)
    assert weights[langs == 0].sum() == pytest.approx(weights[langs == 1].sum())
    assert weights.sum() == pytest.approx(20)


def test_groups_of_two_languages_on_one_thing_are_joined() -> None:
    vectors = np.vstack([near(1, 4), near(1, 4, seed=1), near(2, 4)])
    langs = np.array([0] * 4 + [1] * 4 + [1] * 4, dtype=np.int64)
    groups = [np.arange(4), np.arange(4, 8), np.arange(8, 12)]
    assert [list(group) for group in join_languages(vectors, langs, groups)] == [list(range(8)), list(range(8, 12))]


def test_a_window_too_big_for_one_tree_is_grouped_in_parts() -> None:
    vectors = np.vstack([near(axis, 10) for axis in range(12)])
    (groups,) = linkage_groups(vectors, [0.6], limit=40)
    assert sum(len(group) for group in groups) >= 114  # the division may tear off a stray article
    assert all(len({row // 10 for row in group}) == 1 for group in groups)


def test_a_member_pulls_the_centre_of_the_others_not_at_all() -> None:
    assert leave_one_out_cosines(np.eye(3, dtype=np.float32)[:2]) == pytest.approx([0.0, 0.0])


def test_three_in_ten_articles_make_an_owner() -> None:
    assigned = np.array([4, 4, 4, -1, -1, -1, -1, -1, -1, 2])
    assert owning_cluster(assigned, np.arange(10)) == 4
    assert owning_cluster(assigned, np.arange(3, 10)) == -1
    assert member_overlap(np.arange(4), np.arange(2, 10)) == 0.5


def node(name: str, axis: int, documents: str = "") -> LineageNode:
    return LineageNode(id=name, centroid=np.eye(4, dtype=np.float32)[axis], documents=frozenset(documents))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 3), max_size=6), st.lists(st.integers(0, 3), max_size=6))
def test_lineage_pairs_one_to_one_and_loses_nobody(now: list[int], then: list[int]) -> None:
    new = [node(f"n{i}", axis, f"{i}x") for i, axis in enumerate(now)]
    old = [node(f"o{i}", axis, f"{i}y") for i, axis in enumerate(then)]
    pairs = match_trends(new, old)
    assert len(set(pairs.values())) == len(pairs)
    assert len(pairs) == sum(min(now.count(axis), then.count(axis)) for axis in range(4))
    told = trace_lineage("run", new, old)
    assert {row.trend_id for row in told} >= {n.id for n in new} | {o.id for o in old}


def test_shared_documents_break_a_tie() -> None:
    assert match_trends([node("a", 0, "xyz"), node("b", 0, "pq")], [node("old", 0, "pq")]) == {"b": "old"}


def test_lineage_tells_mergers_splits_births_and_sleep() -> None:
    then = [node("same", 0, "ab"), node("gone", 1, "cd"), node("taken", 2, "ef"), node("big", 3, "ghij")]
    now = [node("same", 0, "ab"), node("big", 3, "gh"), node("part", 3, "ij"), node("new", 1, "kl")]
    kinds = {(r.trend_id, r.earlier_id): r.kind for r in trace_lineage("run", now, then, [("taken", "same")])}
    assert kinds[("same", "same")] is LineageKind.SAME
    assert kinds[("same", "taken")] is LineageKind.MERGED
    assert kinds[("part", "big")] is LineageKind.SPLIT
    assert kinds[("new", "gone")] is LineageKind.BORN
    assert kinds[("gone", "gone")] is LineageKind.SLEEPING
