"""The working archive, which the pipeline writes, in bulk through Arrow. docs/data.md says what a column means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from foresight.model.documents import ENCODED_LEAD, Document, DocumentTerms, EncodedTexts, NamedEntity
from foresight.model.errors import ShapeMismatch, StoreError
from foresight.model.runs import Run, StepReport
from foresight.model.sources import Fetch, Source
from foresight.model.track_record import BacktestState, CallOrigin, CallOutcome, TrackRecord, TrendCall
from foresight.model.trends import (
    Assignment,
    ClusteringState,
    CueWord,
    Lineage,
    Signal,
    Theme,
    ThemeState,
    Trend,
    WeeklySeries,
)
from foresight.store import tables, track_record
from foresight.store.connection import DuckConnection, OpenDatabaseFile, os_errors_as_store_errors
from foresight.store.migrations import CREATE_MIGRATION_TABLE, Migration, migrations, pending_migrations
from foresight.store.reader import ArchiveReader, schema_of
from foresight.store.tables import FLOATS, REAL, TEXT, Record, TableMapping

_REFERENCES = (
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
"""(table, column, table pointed at, its column, which rows must point). No foreign keys: docs/data.md says why."""

_UNENCODED_TEXTS = f"""
    WITH waiting AS (
        SELECT d.text_hash, d.clean_title || chr(10) || left(d.text, {ENCODED_LEAD}) AS words,
               greatest(d.published, d.first_seen) AS available, d.doc_id
        FROM document d
        WHERE d.enriched AND d.text_hash NOT IN (SELECT text_hash FROM vector WHERE encoder = ?)
        QUALIFY row_number() OVER (PARTITION BY d.text_hash ORDER BY available, d.doc_id) = 1
    )
    SELECT text_hash, words FROM waiting ORDER BY available, doc_id LIMIT ?
"""
"""Facts: encoder, limit."""


class Archive(ArchiveReader):
    """The pipeline's working archive: one DuckDB file, made with its folder where absent.

    One process, one thread at a time. Writes happen inside `transaction`; one that raises leaves nothing behind, and a
    write outside one raises `StoreError`.

    Raises:
        StoreLocked: another process has it open.
        StoreDamaged: it is no archive.
        StoreTooNew: a newer foresight wrote it.
    """

    def __init__(self, path: Path) -> None:
        with os_errors_as_store_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        super().__init__(DuckConnection(path, read_only=False), generation=0)
        self._writing = False
        try:
            for step in pending_migrations(migrations("archive"), schema_of(self._connection), path):
                self._migrate(step)
            with os_errors_as_store_errors(path):
                self._file = OpenDatabaseFile(path)
        except BaseException:
            self._connection.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. They do not nest."""
        if self._writing:
            raise StoreError(path=self._connection.path, reason="transactions do not nest")
        self._writing = True
        try:
            with self._connection.transaction():
                yield
        finally:
            self._writing = False

    def copy_to(self, target: Path) -> None:
        """Write a consistent copy, on disk when this returns.

        Raises:
            StoreFull: no room for it.
            StoreError: called inside a transaction.
        """
        if self._writing:
            raise StoreError(path=self._connection.path, reason="a copy is made between transactions")
        self._connection.execute("CHECKPOINT")
        with os_errors_as_store_errors(target):
            self._file.copy_to(target)

    def close(self) -> None:
        """Let go of the file. Closing twice is fine."""
        self._connection.close()
        self._file.close()

    @property
    def _open(self) -> DuckConnection:
        if not self._writing:
            raise StoreError(path=self._connection.path, reason="writes belong into a transaction")
        return self._connection

    def _migrate(self, step: Migration) -> None:
        with self._connection.transaction():
            self._connection.execute(CREATE_MIGRATION_TABLE)
            self._connection.execute(step.script)
            self._connection.execute("INSERT INTO migration VALUES (?, ?)", [step.number, step.name])

    def put_sources(self, sources: Sequence[Source]) -> None:
        """Insert or update; sources not among them stay, marked inactive when they are feeds."""
        self._open.execute("UPDATE source SET active = false WHERE kind = 'feed'")
        self._replace(tables.SOURCE, list({source.id: source for source in sources}.values()))

    def put_documents(self, documents: Sequence[Document]) -> tuple[int, int]:
        """Insert what is new, update title, text, url and content_hash where the hash differs.

        A changed document loses its story, terms and entities, so that it is enriched again; `first_seen`
        and `published` of the first time stay. Of two with one id in `documents`, the first counts.

        Returns:
            How many are new, and how many changed.
        """
        given = {document.id: document for document in reversed(documents)}
        known = self._known_hashes(list(given))
        new = [document for document in reversed(given.values()) if document.id not in known]
        changed = [
            document
            for document in given.values()
            if known.get(document.id, (document.content_hash,))[0] != document.content_hash
        ]
        self._insert(tables.DOCUMENT, new, enriched=False)
        if changed:
            with self._open.incoming(tables.DOCUMENT.arrow(changed)):
                self._open.execute("""
                    UPDATE document SET title = i.title, text = i.text, url = i.url, content_hash = i.content_hash,
                           clean_title = '', text_hash = '', story_id = '', enriched = false
                    FROM incoming i WHERE i.doc_id = document.doc_id
                """)
                self._open.execute("DELETE FROM document_term WHERE doc_id IN (SELECT doc_id FROM incoming)")
                self._open.execute("DELETE FROM entity WHERE doc_id IN (SELECT doc_id FROM incoming)")
            self._delete_unused_vectors([known[document.id][1] for document in changed])
        return len(new), len(changed)

    def put_fetches(self, fetches: Sequence[Fetch]) -> None:
        """Append."""
        self._insert(tables.FETCH, fetches)

    def unenriched(self, *, limit: int) -> tuple[Document, ...]:
        """Documents not yet given to `put_enrichment`, by available then id."""
        rest = "WHERE NOT enriched ORDER BY greatest(published, first_seen), doc_id LIMIT ?"
        return self._all(tables.DOCUMENT, rest, [limit])

    def documents_without_story(self, encoder: str, *, limit: int) -> tuple[Document, ...]:
        """Documents with a vector of `encoder` but no story yet, by available then id."""
        rest = """
            WHERE story_id = '' AND text_hash IN (SELECT text_hash FROM vector WHERE encoder = ?)
            ORDER BY greatest(published, first_seen), doc_id LIMIT ?
        """
        return self._all(tables.DOCUMENT, rest, [encoder, limit])

    def put_enrichment(self, documents: Sequence[Document]) -> None:
        """Keep lang, lang_origin, clean_title and text_hash, and mark as enriched; title and text stay as they came."""
        given = {document.id: document for document in documents}
        known = self._known_hashes(list(given))
        with self._open.incoming(tables.DOCUMENT.arrow(list(given.values()))):
            self._open.execute("""
                UPDATE document SET lang = i.lang, lang_origin = i.lang_origin, clean_title = i.clean_title,
                       text_hash = i.text_hash, enriched = true
                FROM incoming i WHERE i.doc_id = document.doc_id
            """)
        self._delete_unused_vectors([old for key, (_, old) in known.items() if old != given[key].text_hash])

    def put_terms(self, terms: Sequence[DocumentTerms], entities: Sequence[NamedEntity]) -> None:
        """Keep words and names of documents; they are read only for documents that are shown or titled."""
        given = list({each.document_id: each for each in terms}.values())
        touched = list(dict.fromkeys([*(each.document_id for each in given), *(each.document_id for each in entities)]))
        with self._open.incoming(pa.table({"doc_id": pa.array(touched, type=TEXT)})):
            self._open.execute("DELETE FROM entity WHERE doc_id IN (SELECT doc_id FROM incoming)")
        with self._open.incoming(pa.table({"doc_id": pa.array([each.document_id for each in given], type=TEXT)})):
            self._open.execute("DELETE FROM document_term WHERE doc_id IN (SELECT doc_id FROM incoming)")
        self._insert(tables.DOCUMENT_TERMS, given)
        self._insert(tables.ENTITY, list(dict.fromkeys(entities)))

    def put_stories(self, stories: Sequence[tuple[str, str]]) -> None:
        """Keep (document id, story id) pairs; of two for one document the last counts."""
        of_document = dict(stories)
        columns = {"doc_id": list(of_document), "story_id": list(of_document.values())}
        with self._open.incoming(pa.table({name: pa.array(ids, type=TEXT) for name, ids in columns.items()})):
            self._open.execute(
                "UPDATE document SET story_id = i.story_id FROM incoming i WHERE i.doc_id = document.doc_id"
            )

    def unencoded_texts(self, encoder: str, *, limit: int) -> tuple[tuple[str, str], ...]:
        """(text hash, text to encode) of enriched documents without a vector, each hash once, oldest available first.

        The text is the clean title, a line break, and the first 300 characters of the lead.
        """
        found = self._connection.rows(_UNENCODED_TEXTS, [encoder, limit])
        return tuple((str(text_hash), str(text)) for text_hash, text in found)

    def put_vectors(self, encoded: EncodedTexts) -> None:
        """Keep vectors under their hashes; one that is there stays.

        Raises:
            ShapeMismatch: not one row per hash, or another length than the encoder's vectors have.
        """
        connection, shape = self._open, encoded.vectors.shape
        if len(shape) != 2 or shape[0] != len(encoded.hashes):  # noqa: PLR2004 - a matrix
            raise ShapeMismatch(expected=(len(encoded.hashes), "dim"), found=shape)
        known = connection.rows("SELECT len(vector) FROM vector WHERE encoder = ? LIMIT 1", [encoded.encoder])
        if known and known[0][0] != shape[1]:
            raise ShapeMismatch(expected=known[0][0], found=shape[1])
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

    def put_run(self, run: Run) -> None:
        """Insert or replace one run with its steps."""
        self._open.execute("DELETE FROM step WHERE run_id = ?", [run.id])
        self._replace(tables.RUN, [run])
        self._insert(tables.STEP_REPORT, run.steps, run_id=run.id, place=range(len(run.steps)))

    def put_themes(self, topics: Sequence[Theme], assignments: Sequence[Assignment], *, anew: bool = True) -> None:
        """Themes of a run with their documents; where the map is new, documents of earlier themes are let go."""
        run_id = topics[0].run_id if topics else ""
        self._open.execute("DELETE FROM topic WHERE run_id = ?", [run_id])
        self._insert(tables.THEME_RECORD, topics)
        if anew:
            self._open.execute("DELETE FROM topic_document WHERE owner_kind = 'theme'")
        self._assign("theme", assignments)
        self._set_latest("themes", run_id)

    def put_theme_state(self, state: ThemeState) -> None:
        """Replace where the map of themes stands."""
        for table in ("theme_map", "theme", "theme_mean"):
            self._open.execute(f"DELETE FROM {table}")
        self._insert(tables.THEME_MAP, [replace(state, themes=(), means=())])
        self._insert(tables.THEME_CLUSTER, state.themes)
        self._insert(tables.THEME_MEAN, state.means)

    def put_analysis(
        self,
        run_id: str,
        trends: Sequence[Trend],
        series: Sequence[WeeklySeries],
        signals: Sequence[Signal],
        lineage: Sequence[Lineage],
        assignments: Sequence[Assignment],
    ) -> None:
        """What a run measured. Trends and lineage of earlier runs stay; series and signals are the latest run's.

        `assignments` are added to those known; one that is known gets its new similarity.
        """
        for table in ("trend", "lineage"):
            self._open.execute(f"DELETE FROM {table} WHERE run_id = ?", [run_id])
        self._insert(tables.TREND, trends)
        self._insert(tables.LINEAGE, lineage)
        self._set_latest("trends", run_id)
        self._open.execute("DELETE FROM series")
        with self._open.incoming(_series_rows(series)):
            self._open.execute("INSERT INTO series SELECT ?, trend_id, week, stories, total FROM incoming", [run_id])
        self._open.execute("DELETE FROM signal")
        self._insert(tables.SIGNAL, signals, run_id=run_id)
        self._assign("trend", assignments)

    def put_cues(self, run_id: str, cues: Sequence[CueWord]) -> None:
        """Words that decided something, of the latest analysis; those of earlier ones are let go."""
        self._open.execute("DELETE FROM cue")
        self._insert(tables.CUE, cues, run_id=run_id)

    def put_clustering_state(self, state: ClusteringState) -> None:
        """Replace the state of online assignment."""
        for table in ("engine", "unit", "language_mean"):
            self._open.execute(f"DELETE FROM {table}")
        self._insert(tables.CLUSTERING, [replace(state, units=(), means=())])
        self._insert(tables.CLUSTER, state.units)
        self._insert(tables.LANGUAGE_MEAN, state.means)

    def put_calls(self, calls: Sequence[TrendCall]) -> None:
        """Keep what was said; a call of the same origin, trend and cut-off is replaced."""
        track_record.put_records(self._open, track_record.CALLS, calls, track_record.CALLS_KEY)

    def calls_without_outcome(self, origin: CallOrigin, *, days: int, until: datetime) -> tuple[TrendCall, ...]:
        """Calls made at or before `until` that have no outcome at this horizon, by cut-off, rank and trend."""
        return track_record.calls_without_outcome(self._connection, origin, days=days, until=until)

    def put_outcomes(self, outcomes: Sequence[CallOutcome]) -> None:
        """Keep how calls turned out; an outcome of the same call and horizon is replaced."""
        track_record.put_records(self._open, track_record.OUTCOMES, outcomes, track_record.OUTCOMES_KEY)

    def put_track_record(self, record: TrackRecord) -> None:
        """Replace the record of its origin."""
        track_record.put_records(self._open, track_record.RECORDS, [record], track_record.RECORDS_KEY)

    def clear_call_centres(self, origin: CallOrigin, *, before: datetime) -> None:
        """Empty the centres of calls made before a moment: they are judged, and centres are most of their size."""
        track_record.clear_call_centres(self._open, origin, before)

    def delete_track(self, origin: CallOrigin) -> None:
        """Delete calls, outcomes and record of an origin."""
        track_record.delete_track(self._open, origin)

    def backtest_state(self) -> BacktestState | None:
        """Where an unfinished backtest stands."""
        return track_record.read_backtest_state(self._connection)

    def put_backtest_state(self, state: BacktestState | None) -> None:
        """Replace it; None: no backtest is under way."""
        track_record.put_backtest_state(self._open, state)

    def last_step(self, step: str) -> StepReport | None:
        """The latest good report of a step, for reuse by fingerprint."""
        found = self._all(tables.STEP_REPORT, "WHERE step = ? ORDER BY run_id DESC, place DESC LIMIT 1", [step])
        return found[0] if found else None

    def check(self) -> tuple[tuple[str, str, int], ...]:
        """Integrity: (table, column, rows) that point at nothing. Empty when all is well."""
        query = " UNION ALL ".join(
            f"SELECT {place} AS place, '{table}', '{column}', count(*) AS rows FROM \"{table}\" a "
            f'ANTI JOIN "{target}" b ON a.{column} = b.{key} WHERE {must}'
            for place, (table, column, target, key, must) in enumerate(_REFERENCES)
        )
        found = self._connection.rows(f"SELECT * FROM ({query}) WHERE rows > 0 ORDER BY place")
        return tuple((str(table), str(column), int(str(rows))) for _, table, column, rows in found)

    def _insert(
        self, shape: TableMapping[Record], records: Sequence[Record], **constants: str | bool | Sequence[int]
    ) -> None:
        """Add rows for records, with the same further columns in each."""
        connection = self._open
        if not records:
            return
        table = shape.arrow(records, **constants)
        names = ", ".join(table.column_names)
        with connection.incoming(table):
            connection.execute(f"INSERT INTO {shape.table} ({names}) SELECT {names} FROM incoming")

    def _replace(self, shape: TableMapping[Record], records: Sequence[Record]) -> None:
        """Add rows in place of those with the same primary key."""
        with self._open.incoming(shape.arrow(records)):
            self._open.execute(f"INSERT OR REPLACE INTO {shape.table} ({shape.names}) SELECT * FROM incoming")

    def _known_hashes(self, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
        """(content hash, text hash) of those documents that are there."""
        query = "SELECT doc_id, content_hash, text_hash FROM document SEMI JOIN incoming USING (doc_id)"
        with self._open.incoming(pa.table({"doc_id": pa.array(ids, type=TEXT)})):
            rows = self._open.rows(query)
        return {str(key): (str(content_hash), str(text_hash)) for key, content_hash, text_hash in rows}

    def _delete_unused_vectors(self, hashes: Sequence[str]) -> None:
        """Delete the vectors of those texts that no document has any more."""
        replaced = [each for each in hashes if each]
        if replaced:
            with self._open.incoming(pa.table({"text_hash": pa.array(replaced, type=TEXT)})):
                self._open.execute("""
                    DELETE FROM vector
                    WHERE text_hash IN (SELECT text_hash FROM incoming)
                      AND text_hash NOT IN (SELECT text_hash FROM document)
                """)

    def _assign(self, owner_kind: str, assignments: Sequence[Assignment]) -> None:
        """Add assignments; one that is known gets its new similarity."""
        latest = list({(each.owner_id, each.document_id): each for each in assignments}.values())
        if not latest:
            return
        with self._open.incoming(tables.ASSIGNMENT.arrow(latest)):
            self._open.execute(
                """
                DELETE FROM topic_document USING incoming i
                WHERE owner_kind = ? AND topic_document.owner_id = i.owner_id AND topic_document.doc_id = i.doc_id
                """,
                [owner_kind],
            )
            self._open.execute(
                "INSERT INTO topic_document SELECT ?, i.owner_id, i.doc_id, i.similarity FROM incoming i", [owner_kind]
            )

    def _set_latest(self, part: str, run_id: str) -> None:
        self._open.execute("DELETE FROM latest WHERE part = ?", [part])
        if run_id:
            self._open.execute("INSERT INTO latest VALUES (?, ?)", [part, run_id])


def _series_rows(series: Sequence[WeeklySeries]) -> pa.Table:
    """A row per trend and week."""
    return pa.table(
        {
            "trend_id": pa.array([each.trend_id for each in series for _ in each.weeks], type=TEXT),
            "week": pa.array([week for each in series for week in each.weeks], type=pa.date32()),
            "stories": pa.array([count for each in series for count in each.counts], type=REAL),
            "total": pa.array([total for each in series for total in each.totals], type=REAL),
        }
    )
