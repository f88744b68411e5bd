"""What became of trends from one run to the next: born, the same, split, merged, or asleep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from foresight.model.documents import Floats1d
from foresight.model.trends import Lineage, LineageKind, Trend

LEAST_SAME_COSINE = 0.6
_CLOSE_CALL = 0.05
_HALF = 0.5
_NEAR = 0.7
_SHARING = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageNode:
    """A trend or theme as one run saw it: id, centroid of length 1, and its documents."""

    id: str
    centroid: Floats1d
    documents: frozenset[str]

    @classmethod
    def of(cls, trend: Trend) -> LineageNode:
        """A trend by its recent documents."""
        return cls(id=trend.id, centroid=trend.centroid, documents=frozenset(trend.recent))


def match_trends(now: Sequence[LineageNode], then: Sequence[LineageNode]) -> dict[str, str]:
    """Id of today → id of the earlier run, one to one: nearest centroids first, shared documents break ties.

    Pairs below a cosine of .6 are none.
    """
    if not now or not then:
        return {}
    cosines = np.stack([n.centroid for n in now]) @ np.stack([t.centroid for t in then]).T
    near = [
        (-round(float(cosines[i, j]), 2), -len(now[i].documents & then[j].documents), now[i].id, then[j].id)
        for i, j in zip(*np.nonzero(cosines >= LEAST_SAME_COSINE), strict=True)
    ]
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    for _, _, new, old in sorted(near):
        if new not in pairs and old not in taken:
            pairs[new] = old
            taken.add(old)
    return pairs


def trace_lineage(
    run_id: str, now: Sequence[LineageNode], then: Sequence[LineageNode], merged: Sequence[tuple[str, str]] = ()
) -> tuple[Lineage, ...]:
    """What became of every trend between two runs whose lasting ids have been given out.

    One row per trend of today, one per merger, one per trend that fell asleep; by trend id. For a person's review are:
    what split off as near to another trend as to its own; what was born within a cosine of .7 of an earlier trend, or
    with a quarter of its documents; and what stayed itself, or was taken over, below .6.
    merged: (id that was taken over, id that took it) pairs.
    """
    before = {node.id: node for node in then}
    today = {node.id: node for node in now}
    taken = dict(merged)
    rows = [_row_of_trend(run_id, node, before, then) for node in now]
    for node in then:
        if node.id in today:
            continue
        heir = _merged_into(node.id, taken)
        if heir in today:
            rows.append(_lineage_row(run_id, LineageKind.MERGED, today[heir], node))
        else:
            rows.append(Lineage(run_id=run_id, trend_id=node.id, kind=LineageKind.SLEEPING, earlier_id=node.id))
    return tuple(sorted(rows, key=lambda row: (row.trend_id, row.kind, row.earlier_id)))


def _row_of_trend(
    run_id: str, node: LineageNode, before: dict[str, LineageNode], then: Sequence[LineageNode]
) -> Lineage:
    if node.id in before:
        return _lineage_row(run_id, LineageKind.SAME, node, before[node.id])
    parent = max(then, key=lambda old: (len(node.documents & old.documents), old.id), default=None)
    if parent is None:
        return Lineage(run_id=run_id, trend_id=node.id, kind=LineageKind.BORN)
    if len(node.documents & parent.documents) >= _HALF * max(1, len(node.documents)):
        near = sorted((_cosine(node, old) for old in then), reverse=True)
        review = len(near) > 1 and near[0] - near[1] < _CLOSE_CALL
        return _lineage_row(run_id, LineageKind.SPLIT, node, parent, review=review)
    # A birth; one that lies where an earlier trend lay, or shares a good part of its documents, is for a person.
    if len(node.documents & parent.documents) >= _SHARING * max(1, len(node.documents)):
        return _lineage_row(run_id, LineageKind.BORN, node, parent, review=True)
    nearest = max(then, key=lambda old: (_cosine(node, old), old.id))
    if _cosine(node, nearest) >= _NEAR:
        return _lineage_row(run_id, LineageKind.BORN, node, nearest, review=True)
    return Lineage(run_id=run_id, trend_id=node.id, kind=LineageKind.BORN)


def _lineage_row(
    run_id: str, kind: LineageKind, node: LineageNode, old: LineageNode, *, review: bool = False
) -> Lineage:
    near = _cosine(node, old)
    return Lineage(
        run_id=run_id,
        trend_id=node.id,
        kind=kind,
        earlier_id=old.id,
        similarity=near,
        shared=len(node.documents & old.documents),
        review=review or (kind in (LineageKind.SAME, LineageKind.MERGED) and near < LEAST_SAME_COSINE),
    )


def _merged_into(taken_over: str, takers: dict[str, str]) -> str:
    """The unit that holds a merged one today, through mergers of mergers."""
    seen = {taken_over}
    while (heir := takers.get(taken_over, "")) and heir not in seen:
        seen.add(heir)
        taken_over = heir
    return taken_over


def _cosine(one: LineageNode, other: LineageNode) -> float:
    return float(one.centroid @ other.centroid)
