"""Rows of an archive in memory that point at nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from foresight.testing.reader import MemoryRows


def orphans(rows: MemoryRows) -> tuple[tuple[str, str, int], ...]:
    """(table, column, rows) that point at nothing. Empty when all is well."""
    found = (*_of_documents(rows), *_of_runs(rows), *_of_trends(rows))
    return tuple(each for each in found if each[2])


def _of_documents(rows: MemoryRows) -> Iterable[tuple[str, str, int]]:
    documents = rows.documents.values()
    yield "document", "source_id", _astray((each.source_id for each in documents), rows.sources)
    yield "document", "story_id", _astray((each.story_id for each in documents if each.story_id), rows.documents)
    yield "document_term", "doc_id", _astray(rows.terms, rows.documents)
    named = (entity.document_id for entities in rows.entities.values() for entity in entities)
    yield "entity", "doc_id", _astray(named, rows.documents)
    yield "fetch", "source_id", _astray((each.source_id for each in rows.fetches.values()), rows.sources)
    hashes = {each.text_hash for each in documents}
    yield "vector", "text_hash", _astray((text_hash for _, text_hash in rows.vectors), hashes)


def _of_runs(rows: MemoryRows) -> Iterable[tuple[str, str, int]]:
    yield "fetch", "run_id", _astray((each.run_id for each in rows.fetches.values() if each.run_id), rows.runs)
    yield "latest", "run_id", _astray((run_id for run_id in rows.latest.values() if run_id), rows.runs)
    yield "lineage", "run_id", _astray((each.run_id for each in rows.lineage.values()), rows.runs)
    yield "topic", "run_id", _astray((run_id for run_id, _ in rows.topics), rows.runs)
    yield "trend", "run_id", _astray((run_id for run_id, _ in rows.trends), rows.runs)


def _of_trends(rows: MemoryRows) -> Iterable[tuple[str, str, int]]:
    trends = {trend_id for _, trend_id in rows.trends}
    owners = {"trend": trends, "theme": {topic_id for _, topic_id in rows.topics}}
    weeks = (trend_id for trend_id, series in rows.series.items() for _ in series.weeks)
    yield "cue", "trend_id", _astray((each.trend_id for each in rows.cues.values()), trends)
    yield "series", "trend_id", _astray(weeks, trends)
    yield "signal", "trend_id", _astray((each.trend_id for each in rows.signals.values()), trends)
    yield "topic_document", "doc_id", _astray((key for _, _, key in rows.assignments), rows.documents)
    for kind, known in owners.items():
        owned = (owner_id for owner_kind, owner_id, _ in rows.assignments if owner_kind == kind)
        yield "topic_document", "owner_id", _astray(owned, known)


def _astray(pointers: Iterable[str], known: Collection[str]) -> int:
    return sum(pointer not in known for pointer in pointers)
