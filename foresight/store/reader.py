"""Reading an archive: one named query per method, and the corpus of an analysis as numpy arrays through Arrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from foresight.model.documents import Corpus, Document, DocumentTerms, Floats2d, Ints1d, NamedEntity
from foresight.model.errors import NotFound, StoreTooOld
from foresight.model.runs import Run
from foresight.model.sources import Fetch, Source
from foresight.model.track_record import CallOrigin, CallOutcome, TrackRecord, TrendCall
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
from foresight.store.connection import DuckConnection, Row, Value
from foresight.store.migrations import migrations, pending_migrations
from foresight.store.tables import Record, TableMapping

_CORPUS_FILTER = """
    enriched
      AND greatest(published, first_seen) >= coalesce(getvariable('since')::TIMESTAMP, '-infinity'::TIMESTAMP)
      AND greatest(published, first_seen) < coalesce(getvariable('until')::TIMESTAMP, 'infinity'::TIMESTAMP)
"""

_CORPUS_DOCUMENTS = f"""
    SELECT d.doc_id, d.clean_title, d.text, d.lang, d.text_hash, d.published, d.source_id,
           greatest(d.published, d.first_seen) AS available,
           coalesce(nullif(d.story_id, ''), d.doc_id) AS story
    FROM document d
    SEMI JOIN (SELECT text_hash FROM vector WHERE encoder = getvariable('encoder')) v ON v.text_hash = d.text_hash
    WHERE {_CORPUS_FILTER}
    ORDER BY available, d.doc_id
"""
"""Facts: encoder, since, until."""

_CORPUS_VECTORS = f"""
    SELECT text_hash, vector FROM vector
    WHERE encoder = getvariable('encoder') AND text_hash IN (SELECT text_hash FROM document WHERE {_CORPUS_FILTER})
"""

_CORPUS_WEIGHTS = "SELECT source_id, weight FROM source"


def build_corpus(documents: pa.Table, vectors: pa.Table, weights: pa.Table) -> Corpus:
    """Put the answers of the three queries side by side."""
    source_codes, source_ids = _dictionary_codes(documents["source_id"])
    order = np.argsort(np.array(source_ids, dtype=object), kind="stable")
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    known = dict(zip(weights["source_id"].to_pylist(), weights["weight"].to_pylist(), strict=True))
    ordered = tuple(source_ids[place] for place in order)
    return Corpus(
        ids=_text_values(documents["doc_id"]),
        titles=_text_values(documents["clean_title"]),
        texts=_text_values(documents["text"]),
        langs=_text_values(documents["lang"]),
        sources=places[source_codes] if len(places) else source_codes,
        stories=_first_of_each(documents["story"]),
        published=_epoch_seconds(documents["published"]),
        available=_epoch_seconds(documents["available"]),
        vectors=_vectors_by_hash(documents["text_hash"], vectors),
        source_ids=ordered,
        source_weights=np.array([known.get(source_id, 1.0) for source_id in ordered], dtype=np.float32),
    )


def _text_values(column: pa.ChunkedArray) -> tuple[str, ...]:
    return tuple(column.to_numpy().tolist())


def _dictionary_codes(column: pa.ChunkedArray) -> tuple[Ints1d, list[Any]]:
    """Each value as the number of its first occurrence among the different ones, and those."""
    encoded = pc.dictionary_encode(column.combine_chunks())
    return encoded.indices.to_numpy().astype(np.int64), encoded.dictionary.to_pylist()


def _first_of_each(column: pa.ChunkedArray) -> Ints1d:
    """The row in which each row's value stands first."""
    codes, _ = _dictionary_codes(column)
    _, first = np.unique(codes, return_index=True)
    return first.astype(np.int64)[codes] if len(codes) else codes


def _epoch_seconds(column: pa.ChunkedArray) -> Ints1d:
    micros: Ints1d = column.cast(pa.int64()).to_numpy()
    return np.floor_divide(micros, 1_000_000)


def _vectors_by_hash(hashes: pa.ChunkedArray, kept: pa.Table) -> Floats2d:
    """The vector of each hash, ``(n, dim)``; a vector that several documents share is copied."""
    if not len(hashes):
        return np.empty((0, 0), dtype=np.float32)
    encoded = pc.dictionary_encode(hashes.combine_chunks())
    different = encoded.dictionary
    rows: Floats2d | None = None
    for batch in kept.to_batches():
        values = batch.column("vector").flatten().to_numpy().reshape(len(batch), -1)
        if rows is None:
            rows = np.empty((len(different), values.shape[1]), dtype=np.float32)
        places = pc.fill_null(pc.index_in(batch.column("text_hash"), value_set=different), -1).to_numpy()
        wanted = places >= 0
        rows[places[wanted]] = values if wanted.all() else values[wanted]
    assert rows is not None, "a document is chosen by its vector"  # noqa: S101 - for the type checker
    codes = encoded.indices.to_numpy()
    return rows if len(different) == len(codes) else rows[codes]


_LATEST_RUN = "(SELECT run_id FROM latest WHERE part = '{}')"
_AVAILABLE = "greatest(published, first_seen)"
_OF_DOCUMENTS = "AND doc_id IN (SELECT unnest(?::VARCHAR[]))"

_LAST_FETCHES = f"""
    WITH numbered AS (SELECT rowid AS place, * FROM {tables.FETCH.table}),
    asked_last AS (
        SELECT * FROM numbered QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY asked DESC, place DESC) = 1
    ),
    stored_last AS (
        SELECT source_id, etag, last_modified FROM numbered
        WHERE outcome = 'new' OR (outcome = 'unchanged' AND (etag <> '' OR last_modified <> ''))
        QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY asked DESC, place DESC) = 1
    )
    SELECT {tables.FETCH.of("f")}, coalesce(s.etag, ''), coalesce(s.last_modified, '')
    FROM asked_last f LEFT JOIN stored_last s ON s.source_id = f.source_id
    ORDER BY f.source_id
"""

_SERIES_QUERY = """
    SELECT trend_id, list(week ORDER BY week), list(stories ORDER BY week), list(total ORDER BY week)
    FROM series {} GROUP BY trend_id ORDER BY trend_id
"""


class ArchiveReader:
    """One state of the archive, read-only. All sequences come in a fixed order; all times are aware UTC.

    Every method raises `StoreError` (damaged, locked) when the file cannot be read.
    """

    def __init__(self, connection: DuckConnection, generation: int) -> None:
        self._connection = connection
        self._generation = generation

    @property
    def generation(self) -> int:
        """Number of the published generation; 0 for the working archive."""
        return self._generation

    def sources(self) -> tuple[Source, ...]:
        """All sources ever configured, by id."""
        return self._all(tables.SOURCE, "ORDER BY source_id")

    def last_fetches(self) -> tuple[Fetch, ...]:
        """The latest request to each source, with the validators to send next.

        Those are of the latest request that brought entries, or of a later "unchanged" one that named some.
        """
        rows = self._connection.rows(_LAST_FETCHES)
        latest = tables.FETCH.records(row[:-2] for row in rows)
        return tuple(
            replace(fetch, etag=str(row[-2]), last_modified=str(row[-1]))
            for fetch, row in zip(latest, rows, strict=True)
        )

    def fetches(self, source_id: str, *, limit: int = 50) -> tuple[Fetch, ...]:
        """Requests to one source, latest first."""
        rest = "WHERE source_id = ? ORDER BY asked DESC, rowid DESC LIMIT ?"
        return self._all(tables.FETCH, rest, [source_id, limit])

    def document_count(self, *, before: datetime | None = None) -> int:
        """How many documents there are, or were available before a moment."""
        if before is None:
            return _single_number(self._connection.rows("SELECT count(*) FROM document"))
        return _single_number(self._connection.rows(f"SELECT count(*) FROM document WHERE {_AVAILABLE} < ?", [before]))

    def contents_digest(self, *, until: datetime) -> str:
        """Equal as long as `corpus` would give the same up to a moment, vectors aside; reads no texts."""
        fields = f"doc_id, source_id, content_hash, clean_title, text_hash, lang, story_id, published, {_AVAILABLE}"
        query = f"""
            SELECT count(*), bit_xor(h), sum(h::HUGEINT)
            FROM (SELECT hash({fields}) AS h FROM document WHERE enriched AND {_AVAILABLE} < ?)
        """
        return repr(self._connection.rows(query, [until])[0])

    def newest(self) -> datetime | None:
        """When the newest document was published, None in an empty archive."""
        ((found,),) = self._connection.rows("SELECT max(published) FROM document")
        return found if isinstance(found, datetime) else None

    def titles(self, *, since: datetime, until: datetime) -> tuple[tuple[str, str, str], ...]:
        """(source id, title as it came, language) of enriched documents, ``since <= available < until``."""
        query = f"""
            SELECT source_id, title, lang FROM document
            WHERE enriched AND {_AVAILABLE} >= ? AND {_AVAILABLE} < ? ORDER BY {_AVAILABLE}, doc_id
        """
        found = self._connection.rows(query, [since, until])
        return tuple((str(source_id), str(title), str(lang)) for source_id, title, lang in found)

    def documents(
        self,
        *,
        ids: Sequence[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        source_id: str | None = None,
        lang: str | None = None,
        limit: int | None = None,
    ) -> tuple[Document, ...]:
        """Documents with ``since <= published < until``, by published then id; with `ids`, only those."""
        wanted: list[tuple[str, Value]] = [
            ("doc_id IN (SELECT unnest(?::VARCHAR[]))", ids),
            ("published >= ?", since),
            ("published < ?", until),
            ("source_id = ?", source_id),
            ("lang = ?", lang),
        ]
        given = [(condition, fact) for condition, fact in wanted if fact is not None]
        where = " AND ".join(["true", *(condition for condition, _ in given)])
        return self._all(
            tables.DOCUMENT,
            f"WHERE {where} ORDER BY published, doc_id LIMIT ?",
            [*(fact for _, fact in given), limit],
        )

    def search(self, words: str, *, limit: int = 50) -> tuple[Document, ...]:
        """Documents whose title or text holds every word, case-insensitively, latest first; no word: the latest."""
        wanted = words.split()
        where = " AND ".join(["true", *["contains(lower(title || chr(10) || text), lower(?))"] * len(wanted)])
        rest = f"WHERE {where} ORDER BY published DESC, doc_id DESC LIMIT ?"
        return self._all(tables.DOCUMENT, rest, [*wanted, limit])

    def terms(self, document_ids: Sequence[str]) -> tuple[DocumentTerms, ...]:
        """Words of the documents that have them, by document id."""
        rest = "WHERE doc_id IN (SELECT unnest(?::VARCHAR[])) ORDER BY doc_id"
        return self._all(tables.DOCUMENT_TERMS, rest, [tuple(document_ids)])

    def entities(self, document_ids: Sequence[str]) -> tuple[NamedEntity, ...]:
        """People, organisations and places named in the documents, by document id then name."""
        rest = "WHERE doc_id IN (SELECT unnest(?::VARCHAR[])) ORDER BY doc_id, name, kind"
        return self._all(tables.ENTITY, rest, [tuple(document_ids)])

    def corpus(self, encoder: str, *, since: datetime | None = None, until: datetime | None = None) -> Corpus:
        """Every enriched document with a vector of `encoder`, ``since <= available < until``.

        Titles are the clean ones. A story whose first document lies before `since` starts at its first one inside.
        """
        facts: dict[str, Value] = {"encoder": encoder, "since": since, "until": until}
        return build_corpus(
            *self._connection.tables(_CORPUS_DOCUMENTS, _CORPUS_VECTORS, _CORPUS_WEIGHTS, facts=facts),
        )

    def runs(self, *, limit: int = 50) -> tuple[Run, ...]:
        """Runs, latest first."""
        return self._with_steps("ORDER BY run_id DESC LIMIT ?", [limit])

    def latest_analysis(self) -> Run | None:
        """The latest run that finished an analysis: it is done, and has a cut-off."""
        found = self._with_steps("WHERE status = 'done' AND as_of IS NOT NULL ORDER BY run_id DESC LIMIT 1", [])
        return found[0] if found else None

    def topics(self) -> tuple[Theme, ...]:
        """Themes of the latest analysis, biggest first, then the broader themes, biggest first."""
        rest = f"WHERE run_id = {_LATEST_RUN.format('themes')} ORDER BY level, documents DESC, topic_id"
        return self._all(tables.THEME_RECORD, rest)

    def trends(self) -> tuple[Trend, ...]:
        """Trends of the latest analysis: by rank, the unranked after them by id."""
        rest = f"WHERE run_id = {_LATEST_RUN.format('trends')} ORDER BY rank = 0, rank, trend_id"
        return self._all(tables.TREND, rest)

    def trend(self, trend_id: str) -> Trend:
        """One trend as it was last measured, also when it has slept since.

        Raises:
            NotFound: no run has measured it.
        """
        found = self._all(tables.TREND, "WHERE trend_id = ? ORDER BY run_id DESC LIMIT 1", [trend_id])
        if not found:
            raise NotFound(kind="trend", id=trend_id)
        return found[0]

    def trend_history(self, trend_id: str) -> tuple[Trend, ...]:
        """The trend in every run that measured it, oldest first."""
        return self._all(tables.TREND, "WHERE trend_id = ? ORDER BY run_id", [trend_id])

    def series(self, trend_ids: Sequence[str] | None = None) -> tuple[WeeklySeries, ...]:
        """Weekly counts of the latest analysis, by trend id."""
        where, facts = _trend_filter(trend_ids)
        rows = self._connection.rows(_SERIES_QUERY.format(where), facts)
        return tuple(_series_of_row(row) for row in rows)

    def signals(self, trend_ids: Sequence[str] | None = None) -> tuple[Signal, ...]:
        """Signals of the latest analysis, by trend id, name, window."""
        where, facts = _trend_filter(trend_ids)
        return self._all(tables.SIGNAL, f"{where} ORDER BY trend_id, name, measured_over, rowid", facts)

    def assignments(self, owner_id: str) -> tuple[Assignment, ...]:
        """All documents ever assigned to a trend or theme, by document id."""
        return self._all(tables.ASSIGNMENT, "WHERE owner_id = ? ORDER BY doc_id", [owner_id])

    def theme_assignments(self, document_ids: Sequence[str] | None = None) -> tuple[Assignment, ...]:
        """The theme of the documents that have one, of all or of those asked for, by theme and document."""
        where, facts = ("", []) if document_ids is None else (_OF_DOCUMENTS, [tuple(document_ids)])
        rest = f"WHERE owner_kind = 'theme' {where} ORDER BY owner_id, doc_id"
        return self._all(tables.ASSIGNMENT, rest, facts)

    def theme_state(self) -> ThemeState | None:
        """Where the map of themes stands, None before the first."""
        states = self._all(tables.THEME_MAP, "")
        if not states:
            return None
        themes = self._all(tables.THEME_CLUSTER, "ORDER BY rowid")
        return replace(states[0], themes=themes, means=self._all(tables.THEME_MEAN, "ORDER BY rowid"))

    def lineage(self, trend_id: str | None = None) -> tuple[Lineage, ...]:
        """What became of a trend, or of all in the latest analysis, oldest first."""
        if trend_id is None:
            return self._all(tables.LINEAGE, f"WHERE run_id = {_LATEST_RUN.format('trends')} ORDER BY run_id, rowid")
        return self._all(tables.LINEAGE, "WHERE ? IN (trend_id, earlier_id) ORDER BY run_id, rowid", [trend_id])

    def cues(self, trend_ids: Sequence[str] | None = None) -> tuple[CueWord, ...]:
        """Words that decided something, of the latest analysis: by trend id, name, side, then the strongest first."""
        where, facts = _trend_filter(trend_ids)
        return self._all(tables.CUE, f"{where} ORDER BY trend_id, name, side, weight DESC, word, lang", facts)

    def clustering_state(self) -> ClusteringState | None:
        """Where online assignment stands, None before the first analysis."""
        found = self._connection.rows(f"SELECT {tables.CLUSTERING.names} FROM engine")
        states = tables.CLUSTERING.records(found)
        if not states:
            return None
        units = self._all(tables.CLUSTER, "ORDER BY rowid")
        return replace(states[0], units=units, means=self._all(tables.LANGUAGE_MEAN, "ORDER BY rowid"))

    def calls(
        self, origin: CallOrigin, *, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[TrendCall, ...]:
        """What was said, ``since <= as_of < until``, by cut-off, rank and trend."""
        return track_record.read_calls(self._connection, origin, since=since, until=until)

    def outcomes(self, origin: CallOrigin, *, since: datetime | None = None) -> tuple[CallOutcome, ...]:
        """How calls of ``since <= as_of`` turned out, by cut-off, trend and horizon."""
        return track_record.read_outcomes(self._connection, origin, since=since)

    def track_record(self, origin: CallOrigin) -> TrackRecord | None:
        """Both added up, None where nothing was judged."""
        return track_record.read_track_record(self._connection, origin)

    def close(self) -> None:
        """Let go of the file. Closing twice is fine."""
        self._connection.close()

    def _all(self, shape: TableMapping[Record], rest: str, facts: Sequence[Value] = ()) -> tuple[Record, ...]:
        query = f"SELECT {shape.names} FROM {shape.table} {rest}"
        return shape.records(self._connection.rows(query, facts))

    def _with_steps(self, rest: str, facts: Sequence[Value]) -> tuple[Run, ...]:
        runs = self._all(tables.RUN, rest, facts)
        query = f"""
            SELECT run_id, {tables.STEP_REPORT.names} FROM step
            WHERE run_id IN (SELECT unnest(?::VARCHAR[])) ORDER BY run_id, place
        """
        rows = self._connection.rows(query, [tuple(run.id for run in runs)])
        steps = tables.STEP_REPORT.records(row[1:] for row in rows)
        return tuple(
            replace(run, steps=tuple(step for row, step in zip(rows, steps, strict=True) if row[0] == run.id))
            for run in runs
        )


class GenerationReader(ArchiveReader):
    """A published generation, read-only. Safe to ask from many threads at once.

    Raises:
        StoreError: the file is absent or damaged.
        StoreOutdated: a newer foresight wrote it.
        StoreOlder: an older one did, and its tables lack what is asked for here.
    """

    def __init__(self, path: Path, generation: int) -> None:
        super().__init__(DuckConnection(path, read_only=True), generation)
        known = migrations("archive")
        at = schema_of(self._connection)
        if pending_migrations(known, at, path):
            self.close()
            raise StoreTooOld(path=path, schema=at, known=known[-1].number)


def schema_of(connection: DuckConnection) -> int:
    """The number of the last migration of a file, 0 for a new one."""
    tables = connection.rows("SELECT count(*) FROM information_schema.tables WHERE table_name = 'migration'")
    if not _single_number(tables):
        return 0
    return _single_number(connection.rows("SELECT coalesce(max(number), 0) FROM migration"))


def _single_number(rows: Sequence[Row]) -> int:
    ((found,),) = rows
    return int(found)


def _trend_filter(trend_ids: Sequence[str] | None) -> tuple[str, list[Value]]:
    if trend_ids is None:
        return "", []
    return "WHERE trend_id IN (SELECT unnest(?::VARCHAR[]))", [tuple(trend_ids)]


def _series_of_row(row: Row) -> WeeklySeries:
    trend_id, weeks, stories, totals = row
    return WeeklySeries(trend_id=trend_id, weeks=tuple(weeks), counts=tuple(stories), totals=tuple(totals))
