"""Doubtful matches are marked for a person, and what a person said of two trends holds in every later slice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from foresight.model.options import TrendOptions
from foresight.model.trends import Cluster, LineageKind
from foresight.trends.clusters import DocumentBatch, step_clusters
from foresight.trends.lineage import LineageNode, trace_lineage

NOW = datetime(2025, 3, 3, tzinfo=UTC)


def node(name: str, angle: float, documents: str = "") -> LineageNode:
    """A node that lies `angle` away from the first axis, as a cosine."""
    centroid = np.array([angle, np.sqrt(1 - angle**2)], dtype=np.float32)
    return LineageNode(id=name, centroid=centroid, documents=frozenset(documents))


@pytest.mark.parametrize(
    ("angle", "documents", "review"),
    [(0.8, "wxyz", True), (0.65, "wxyz", False), (0.3, "axyz", True), (0.3, "vwxyza", False)],
    ids=["it lies where another lay", "near, but not there", "a quarter of its articles", "a sixth of them"],
)
def test_a_birth_near_an_earlier_trend_is_for_a_person(angle: float, documents: str, *, review: bool) -> None:
    then = [node("old", 1.0, "abcd")]
    (row,) = [
        row for row in trace_lineage("run", [node("new", angle, documents), *then], then) if row.trend_id == "new"
    ]
    assert (row.kind, row.review) == (LineageKind.BORN, review)
    assert row.earlier_id == ("old" if review else "")


@pytest.mark.parametrize(("angle", "review"), [(0.9, False), (0.5, True)])
def test_a_trend_that_has_drifted_far_is_for_a_person(angle: float, *, review: bool) -> None:
    (row,) = trace_lineage("run", [node("one", angle, "ab")], [node("one", 1.0, "ab")])
    assert (row.kind, row.review) == (LineageKind.SAME, review)


@pytest.mark.parametrize(("angle", "review"), [(0.9, False), (0.5, True)])
def test_a_merger_of_what_is_not_alike_is_for_a_person(angle: float, *, review: bool) -> None:
    then = [node("heir", 1.0, "ab"), node("taken", angle, "cd")]
    rows = trace_lineage("run", then[:1], then, [("taken", "heir")])
    assert [(row.earlier_id, row.review) for row in rows if row.kind is LineageKind.MERGED] == [("taken", review)]


def unit(name: str, *vector: float) -> Cluster:
    return Cluster(
        id=name,
        centroid=np.array(vector, dtype=np.float32),
        weight=8.0,
        thresholds=(("en", 0.5),),
        born=NOW - timedelta(weeks=3),
        last_active=NOW - timedelta(days=1),
        documents=8,
    )


NOTHING_NEW = DocumentBatch(
    ids=(),
    vectors=np.zeros((0, 2), dtype=np.float32),
    langs=np.zeros(0, dtype=np.int64),
    languages=("en",),
    published=np.zeros(0, dtype=np.int64),
    new=np.zeros(0, dtype=np.bool_),
    founding=np.zeros(0, dtype=np.bool_),
)


def test_what_people_told_apart_never_becomes_one() -> None:
    units = (unit("one", 8, 0), unit("two", 7.9, 0.5))
    merged = step_clusters(units, NOTHING_NEW, TrendOptions(), at=NOW)
    assert {u.merged_into for u in merged} == {"", "one"}
    pairs = frozenset({frozenset(("two", "one"))})
    assert all(not u.merged_into for u in step_clusters(units, NOTHING_NEW, TrendOptions(), at=NOW, kept_apart=pairs))
