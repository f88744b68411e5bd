"""Writing into the archive, in bulk through Arrow. Each function runs inside a transaction of `DuckArchive`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from foresight.errors import ShapeMismatch
from foresight.records import (
    Assignment,
    Cue,
    Document,
    DocumentTerms,
    Encoded,
    EngineState,
    Entity,
    Lineage,
    Run,
    Series,
    Signal,
    Source,
    ThemeState,
    Topic,
    Trend,
)
from foresight.store import shapes
from foresight.store.columns import FLOATS, REAL, TEXT, Record, Shape
from foresight.store.connection import Connection

LEAD = 300
"""Characters of the text that are encoded after the title."""

UNENCODED = f"""
    WITH waiting AS (
        SELECT d.text_hash, d.clean_title || chr(10) || left(d.text, {LEAD}) AS words,
               greatest(d.published, d.first_seen) AS available, d.doc_id
        FROM document d
        WHERE d.enriched AND d.text_hash NOT IN (SELECT text_hash FROM vector WHERE encoder = ?)
        QUALIFY row_number() OVER (PARTITION BY d.text_hash ORDER BY available, d.doc_id) = 1
    )
    SELECT text_hash, words FROM waiting ORDER BY available, doc_id LIMIT ?
"""
"""Facts: encoder, limit."""

_UNUSED_VECTORS = """
    DELETE FROM vector
    WHERE text_hash IN (SELECT text_hash FROM incoming)
      AND text_hash NOT IN (SELECT text_hash FROM document)
"""


def append(
    connection: Connection, shape: Shape[Record], records: Sequence[Record], **constants: str | bool | Sequence[int]
) -> None:
    """Add rows for records, with the same further columns in each."""
    if not records:
        return
    table = shape.arrow(records, **constants)
    names = ", ".join(table.column_names)
    with connection.incoming(table):
        connection.execute(f"INSERT INTO {shape.table} ({names}) SELECT {names} FROM incoming")


def put_sources(connection: Connection, sources: Sequence[Source]) -> None:
    """Replace the sources given, and mark other feeds inactive."""
    connection.execute("UPDATE source SET active = false WHERE kind = 'feed'")
    with connection.incoming(shapes.SOURCE.arrow(list({source.id: source for source in sources}.values()))):
        connection.execute(f"INSERT OR REPLACE INTO source ({shapes.SOURCE.names}) SELECT * FROM incoming")


def put_documents(connection: Connection, documents: Sequence[Document]) -> tuple[int, int]:
    """Insert what is new, update what changed; returns how many of each."""
    given = {document.id: document for document in reversed(documents)}
    known = _known(connection, list(given))
    new = [document for document in reversed(given.values()) if document.id not in known]
    changed = [
        document
        for document in given.values()
        if known.get(document.id, (document.content_hash,))[0] != document.content_hash
    ]
    append(connection, shapes.DOCUMENT, new, enriched=False)
    if changed:
        _change(connection, changed, [known[document.id][1] for document in changed])
    return len(new), len(changed)


def _known(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """(content hash, text hash) of those documents that are there."""
    with connection.incoming(pa.table({"doc_id": pa.array(ids, type=TEXT)})):
        rows = connection.rows("SELECT doc_id, content_hash, text_hash FROM document SEMI JOIN incoming USING (doc_id)")
    return {str(key): (str(content_hash), str(text_hash)) for key, content_hash, text_hash in rows}


def _change(connection: Connection, documents: Sequence[Document], old_hashes: Sequence[str]) -> None:
    with connection.incoming(shapes.DOCUMENT.arrow(documents)):
        connection.execute("""
            UPDATE document SET title = i.title, text = i.text, url = i.url, content_hash = i.content_hash,
                   clean_title = '', text_hash = '', story_id = '', enriched = false
            FROM incoming i WHERE i.doc_id = document.doc_id
        """)
        connection.execute("DELETE FROM document_term WHERE doc_id IN (SELECT doc_id FROM incoming)")
        connection.execute("DELETE FROM entity WHERE doc_id IN (SELECT doc_id FROM incoming)")
    _drop_unused(connection, old_hashes)


def _drop_unused(connection: Connection, hashes: Sequence[str]) -> None:
    """Vectors of texts that no document has any more."""
    replaced = [each for each in hashes if each]
    if replaced:
        with connection.incoming(pa.table({"text_hash": pa.array(replaced, type=TEXT)})):
            connection.execute(_UNUSED_VECTORS)


def put_enrichment(connection: Connection, documents: Sequence[Document]) -> None:
    """Keep what enrichment found, and mark as enriched."""
    given = {document.id: document for document in documents}
    known = _known(connection, list(given))
    with connection.incoming(shapes.DOCUMENT.arrow(list(given.values()))):
        connection.execute("""
            UPDATE document SET lang = i.lang, lang_origin = i.lang_origin, clean_title = i.clean_title,
                   text_hash = i.text_hash, enriched = true
            FROM incoming i WHERE i.doc_id = document.doc_id
        """)
    _drop_unused(connection, [old for key, (_, old) in known.items() if old != given[key].text_hash])


def put_terms(connection: Connection, terms: Sequence[DocumentTerms], entities: Sequence[Entity]) -> None:
    """Keep words and names of documents in place of those they had."""
    told = list({each.document_id: each for each in terms}.values())
    touched = {each.document_id: None for each in told} | {each.document_id: None for each in entities}
    with connection.incoming(pa.table({"doc_id": pa.array(list(touched), type=TEXT)})):
        connection.execute("DELETE FROM entity WHERE doc_id IN (SELECT doc_id FROM incoming)")
    with connection.incoming(pa.table({"doc_id": pa.array([each.document_id for each in told], type=TEXT)})):
        connection.execute("DELETE FROM document_term WHERE doc_id IN (SELECT doc_id FROM incoming)")
    append(connection, shapes.TERMS, told)
    append(connection, shapes.ENTITY, list(dict.fromkeys(entities)))


def put_stories(connection: Connection, stories: Sequence[tuple[str, str]]) -> None:
    """Keep (document id, story id) pairs; of two for one document the last counts."""
    told = dict(stories)
    table = pa.table({"doc_id": pa.array(list(told), type=TEXT), "story_id": pa.array(list(told.values()), type=TEXT)})
    with connection.incoming(table):
        connection.execute("UPDATE document SET story_id = i.story_id FROM incoming i WHERE i.doc_id = document.doc_id")


def put_vectors(connection: Connection, encoded: Encoded) -> None:
    """Keep vectors under their hashes; one that is there stays.

    Raises:
        ShapeMismatch: not one row per hash, or another length than the encoder's vectors have.
    """
    _same_shape(connection, encoded)
    _, first = np.unique(np.array(encoded.hashes, dtype=object), return_index=True)
    rows = np.ascontiguousarray(encoded.vectors[np.sort(first)], dtype=np.float32)
    ends = pa.array(np.arange(len(rows) + 1, dtype=np.int64) * rows.shape[1])
    table = pa.table(
        {
            "text_hash": pa.array([encoded.hashes[place] for place in np.sort(first)], type=TEXT),
            "vector": pa.LargeListArray.from_arrays(ends, pa.array(rows.reshape(-1), type=FLOATS.value_type)),
        }
    )
    with connection.incoming(table):
        connection.execute(
            """
            INSERT INTO vector SELECT ?, i.text_hash, i.vector FROM incoming i
            WHERE i.text_hash NOT IN (SELECT text_hash FROM vector WHERE encoder = ?)
            """,
            [encoded.encoder, encoded.encoder],
        )


def _same_shape(connection: Connection, encoded: Encoded) -> None:
    shape = encoded.vectors.shape
    if len(shape) != 2 or shape[0] != len(encoded.hashes):  # noqa: PLR2004 - a matrix
        raise ShapeMismatch(expected=(len(encoded.hashes), "dim"), found=shape)
    known = connection.rows("SELECT len(vector) FROM vector WHERE encoder = ? LIMIT 1", [encoded.encoder])
    if known and known[0][0] != shape[1]:
        raise ShapeMismatch(expected=known[0][0], found=shape[1])


def put_run(connection: Connection, run: Run) -> None:
    """Replace a run and its steps."""
    connection.execute("DELETE FROM step WHERE run_id = ?", [run.id])
    with connection.incoming(shapes.RUN.arrow([run])):
        connection.execute(f"INSERT OR REPLACE INTO run ({shapes.RUN.names}) SELECT * FROM incoming")
    append(connection, shapes.STEP, run.steps, run_id=run.id, place=range(len(run.steps)))


def put_topics(
    connection: Connection, topics: Sequence[Topic], assignments: Sequence[Assignment], *, anew: bool
) -> None:
    """Replace the themes of the run they name; their documents are added, or replaced where the map is new."""
    run_id = topics[0].run_id if topics else ""
    connection.execute("DELETE FROM topic WHERE run_id = ?", [run_id])
    append(connection, shapes.TOPIC, topics)
    if anew:
        connection.execute("DELETE FROM topic_document WHERE owner_kind = 'theme'")
    assign(connection, "theme", assignments)
    _set_latest(connection, "themes", run_id)


def put_theme_state(connection: Connection, state: ThemeState) -> None:
    """Replace where the map of themes stands."""
    for table in ("theme_map", "theme", "theme_mean"):
        connection.execute(f"DELETE FROM {table}")
    append(connection, shapes.THEME_MAP, [replace(state, themes=(), means=())])
    append(connection, shapes.THEME, state.themes)
    append(connection, shapes.THEME_MEAN, state.means)


def put_trends(connection: Connection, run_id: str, trends: Sequence[Trend], lineage: Sequence[Lineage]) -> None:
    """Replace the trends and lineage of a run, and make it the latest."""
    connection.execute("DELETE FROM trend WHERE run_id = ?", [run_id])
    append(connection, shapes.TREND, trends)
    connection.execute("DELETE FROM lineage WHERE run_id = ?", [run_id])
    append(connection, shapes.LINEAGE, lineage)
    _set_latest(connection, "trends", run_id)


def _set_latest(connection: Connection, part: str, run_id: str) -> None:
    connection.execute("DELETE FROM latest WHERE part = ?", [part])
    if run_id:
        connection.execute("INSERT INTO latest VALUES (?, ?)", [part, run_id])


def put_measures(connection: Connection, run_id: str, series: Sequence[Series], signals: Sequence[Signal]) -> None:
    """Replace all series and signals."""
    connection.execute("DELETE FROM series")
    with connection.incoming(_weeks(series)):
        connection.execute("INSERT INTO series SELECT ?, trend_id, week, stories, total FROM incoming", [run_id])
    connection.execute("DELETE FROM signal")
    append(connection, shapes.SIGNAL, signals, run_id=run_id)


def put_cues(connection: Connection, run_id: str, cues: Sequence[Cue]) -> None:
    """Replace all cues."""
    connection.execute("DELETE FROM cue")
    append(connection, shapes.CUE, cues, run_id=run_id)


def _weeks(series: Sequence[Series]) -> pa.Table:
    """A row per trend and week."""
    return pa.table(
        {
            "trend_id": pa.array([each.trend_id for each in series for _ in each.weeks], type=TEXT),
            "week": pa.array([week for each in series for week in each.weeks], type=pa.date32()),
            "stories": pa.array([count for each in series for count in each.counts], type=REAL),
            "total": pa.array([total for each in series for total in each.totals], type=REAL),
        }
    )


def assign(connection: Connection, owner_kind: str, assignments: Sequence[Assignment]) -> None:
    """Add assignments; one that is known gets its new similarity."""
    told = list({(each.owner_id, each.document_id): each for each in assignments}.values())
    if not told:
        return
    with connection.incoming(shapes.ASSIGNMENT.arrow(told)):
        connection.execute(
            """
            DELETE FROM topic_document USING incoming i
            WHERE owner_kind = ? AND topic_document.owner_id = i.owner_id AND topic_document.doc_id = i.doc_id
            """,
            [owner_kind],
        )
        connection.execute(
            "INSERT INTO topic_document SELECT ?, i.owner_id, i.doc_id, i.similarity FROM incoming i", [owner_kind]
        )


def put_engine_state(connection: Connection, state: EngineState) -> None:
    """Replace the state of online assignment."""
    for table in ("engine", "unit", "language_mean"):
        connection.execute(f"DELETE FROM {table}")
    append(connection, shapes.ENGINE, [replace(state, units=(), means=())])
    append(connection, shapes.UNIT, state.units)
    append(connection, shapes.LANGUAGE_MEAN, state.means)
