"""Rows that point at nothing. There are no foreign keys (docs/data.md says why), so this is what keeps them honest."""

from __future__ import annotations

from foresight.store.connection import Connection

_POINTERS = (
    ("cue", "run_id", "run", "run_id", "true"),
    ("cue", "trend_id", "trend", "trend_id", "true"),
    ("document", "source_id", "source", "source_id", "true"),
    ("document", "story_id", "document", "doc_id", "a.story_id <> ''"),
    ("document_term", "doc_id", "document", "doc_id", "true"),
    ("entity", "doc_id", "document", "doc_id", "true"),
    ("fetch", "source_id", "source", "source_id", "true"),
    ("fetch", "run_id", "run", "run_id", "a.run_id <> ''"),
    ("latest", "run_id", "run", "run_id", "true"),
    ("lineage", "run_id", "run", "run_id", "true"),
    ("series", "run_id", "run", "run_id", "true"),
    ("series", "trend_id", "trend", "trend_id", "true"),
    ("signal", "run_id", "run", "run_id", "true"),
    ("signal", "trend_id", "trend", "trend_id", "true"),
    ("step", "run_id", "run", "run_id", "true"),
    ("topic", "run_id", "run", "run_id", "true"),
    ("topic_document", "doc_id", "document", "doc_id", "true"),
    ("topic_document", "owner_id", "topic", "topic_id", "a.owner_kind = 'theme'"),
    ("topic_document", "owner_id", "trend", "trend_id", "a.owner_kind = 'trend'"),
    ("trend", "run_id", "run", "run_id", "true"),
    ("vector", "text_hash", "document", "text_hash", "true"),
)
"""(table, column, table pointed at, its column, which rows must point)."""


def orphans(connection: Connection) -> tuple[tuple[str, str, int], ...]:
    """(table, column, rows) that point at nothing, in the order of the tables. Empty when all is well."""
    query = " UNION ALL ".join(
        f"SELECT {place} AS place, '{table}', '{column}', count(*) AS rows FROM \"{table}\" a "
        f'ANTI JOIN "{target}" b ON a.{column} = b.{key} WHERE {must}'
        for place, (table, column, target, key, must) in enumerate(_POINTERS)
    )
    found = connection.rows(f"SELECT * FROM ({query}) WHERE rows > 0 ORDER BY place")
    return tuple((str(table), str(column), int(str(rows))) for _, table, column, rows in found)
