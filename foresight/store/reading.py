"""Reading an archive: one named query per method. `ports.ArchiveReader` says what each promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from foresight.errors import NotFound, StoreOlder
from foresight.records import (
    Assignment,
    Call,
    Corpus,
    Cue,
    Document,
    DocumentTerms,
    EngineState,
    Entity,
    Fetch,
    Lineage,
    Origin,
    Outcome,
    Run,
    Series,
    Signal,
    Source,
    ThemeState,
    Topic,
    TrackRecord,
    Trend,
)
from foresight.store import corpus, shapes, track
from foresight.store.columns import Record, Shape
from foresight.store.connection import Connection, Row, Value
from foresight.store.migrations import migrations, missing

_LATEST = "(SELECT run_id FROM latest WHERE part = '{}')"
_AVAILABLE = "greatest(published, first_seen)"
_OF_DOCUMENTS = "AND doc_id IN (SELECT unnest(?::VARCHAR[]))"

_LAST_FETCHES = f"""
    WITH numbered AS (SELECT rowid AS place, * FROM {shapes.FETCH.table}),
    asked_last AS (
        SELECT * FROM numbered QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY asked DESC, place DESC) = 1
    ),
    stored_last AS (
        SELECT source_id, etag, last_modified FROM numbered
        WHERE outcome = 'new' OR (outcome = 'unchanged' AND (etag <> '' OR last_modified <> ''))
        QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY asked DESC, place DESC) = 1
    )
    SELECT {shapes.FETCH.of("f")}, coalesce(s.etag, ''), coalesce(s.last_modified, '')
    FROM asked_last f LEFT JOIN stored_last s ON s.source_id = f.source_id
    ORDER BY f.source_id
"""

_SERIES = """
    SELECT trend_id, list(week ORDER BY week), list(stories ORDER BY week), list(total ORDER BY week)
    FROM series {} GROUP BY trend_id ORDER BY trend_id
"""


class Reading:
    """Everything that can be asked of an open archive file."""

    def __init__(self, connection: Connection, generation: int) -> None:
        self._connection = connection
        self._generation = generation

    @property
    def generation(self) -> int:
        """Number of the published generation; 0 for the working archive."""
        return self._generation

    def sources(self) -> tuple[Source, ...]:
        """All sources ever configured, by id."""
        return self._all(shapes.SOURCE, "ORDER BY source_id")

    def last_fetches(self) -> tuple[Fetch, ...]:
        """The latest request to each source, with the validators to send next.

        Those are of the latest request that brought entries, or of a later "unchanged" one that named some.
        """
        rows = self._connection.rows(_LAST_FETCHES)
        latest = shapes.FETCH.records(row[:-2] for row in rows)
        return tuple(
            replace(fetch, etag=str(row[-2]), last_modified=str(row[-1]))
            for fetch, row in zip(latest, rows, strict=True)
        )

    def fetches(self, source_id: str, *, limit: int = 50) -> tuple[Fetch, ...]:
        """Requests to one source, latest first."""
        rest = "WHERE source_id = ? ORDER BY asked DESC, rowid DESC LIMIT ?"
        return self._all(shapes.FETCH, rest, [source_id, limit])

    def document_count(self, *, before: datetime | None = None) -> int:
        """How many documents there are, or were available before a moment."""
        if before is None:
            return _number(self._connection.rows("SELECT count(*) FROM document"))
        return _number(self._connection.rows(f"SELECT count(*) FROM document WHERE {_AVAILABLE} < ?", [before]))

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
            shapes.DOCUMENT, f"WHERE {where} ORDER BY published, doc_id LIMIT ?", [*(fact for _, fact in given), limit]
        )

    def search(self, words: str, *, limit: int = 50) -> tuple[Document, ...]:
        """Documents whose title or text holds every word, case-insensitively, latest first; no word: the latest."""
        wanted = words.split()
        where = " AND ".join(["true", *["contains(lower(title || chr(10) || text), lower(?))"] * len(wanted)])
        rest = f"WHERE {where} ORDER BY published DESC, doc_id DESC LIMIT ?"
        return self._all(shapes.DOCUMENT, rest, [*wanted, limit])

    def terms(self, document_ids: Sequence[str]) -> tuple[DocumentTerms, ...]:
        """Words of the documents that have them, by document id."""
        rest = "WHERE doc_id IN (SELECT unnest(?::VARCHAR[])) ORDER BY doc_id"
        return self._all(shapes.TERMS, rest, [tuple(document_ids)])

    def entities(self, document_ids: Sequence[str]) -> tuple[Entity, ...]:
        """People, organisations and places named in the documents, by document id then name."""
        rest = "WHERE doc_id IN (SELECT unnest(?::VARCHAR[])) ORDER BY doc_id, name, kind"
        return self._all(shapes.ENTITY, rest, [tuple(document_ids)])

    def corpus(self, encoder: str, *, since: datetime | None = None, until: datetime | None = None) -> Corpus:
        """Every enriched document with a vector of `encoder`, ``since <= available < until``."""
        facts: dict[str, Value] = {"encoder": encoder, "since": since, "until": until}
        return corpus.build(
            *self._connection.tables(corpus.DOCUMENTS, corpus.VECTORS, corpus.WEIGHTS, facts=facts),
        )

    def runs(self, *, limit: int = 50) -> tuple[Run, ...]:
        """Runs, latest first."""
        return self._with_steps("ORDER BY run_id DESC LIMIT ?", [limit])

    def latest_analysis(self) -> Run | None:
        """The latest run that finished an analysis: it is done, and has a cut-off."""
        found = self._with_steps("WHERE status = 'done' AND as_of IS NOT NULL ORDER BY run_id DESC LIMIT 1", [])
        return found[0] if found else None

    def topics(self) -> tuple[Topic, ...]:
        """Themes of the latest analysis, biggest first, then the broader themes, biggest first."""
        rest = f"WHERE run_id = {_LATEST.format('themes')} ORDER BY level, documents DESC, topic_id"
        return self._all(shapes.TOPIC, rest)

    def trends(self) -> tuple[Trend, ...]:
        """Trends of the latest analysis: by rank, the unranked after them by id."""
        rest = f"WHERE run_id = {_LATEST.format('trends')} ORDER BY rank = 0, rank, trend_id"
        return self._all(shapes.TREND, rest)

    def trend(self, trend_id: str) -> Trend:
        """One trend as it was last measured, also when it has slept since.

        Raises:
            NotFound: never heard of it.
        """
        found = self._all(shapes.TREND, "WHERE trend_id = ? ORDER BY run_id DESC LIMIT 1", [trend_id])
        if not found:
            raise NotFound(kind="trend", id=trend_id)
        return found[0]

    def trend_history(self, trend_id: str) -> tuple[Trend, ...]:
        """The trend in every run that measured it, oldest first."""
        return self._all(shapes.TREND, "WHERE trend_id = ? ORDER BY run_id", [trend_id])

    def series(self, trend_ids: Sequence[str] | None = None) -> tuple[Series, ...]:
        """Weekly counts of the latest analysis, by trend id."""
        where, facts = _only(trend_ids)
        rows = self._connection.rows(_SERIES.format(where), facts)
        return tuple(_series(row) for row in rows)

    def signals(self, trend_ids: Sequence[str] | None = None) -> tuple[Signal, ...]:
        """Signals of the latest analysis, by trend id, name, window."""
        where, facts = _only(trend_ids)
        return self._all(shapes.SIGNAL, f"{where} ORDER BY trend_id, name, measured_over, rowid", facts)

    def assignments(self, owner_id: str) -> tuple[Assignment, ...]:
        """All documents ever assigned to a trend or theme, by document id."""
        return self._all(shapes.ASSIGNMENT, "WHERE owner_id = ? ORDER BY doc_id", [owner_id])

    def themes_of(self, document_ids: Sequence[str] | None = None) -> tuple[Assignment, ...]:
        """The theme of the documents that have one, of all or of those asked for, by theme and document."""
        where, facts = ("", []) if document_ids is None else (_OF_DOCUMENTS, [tuple(document_ids)])
        rest = f"WHERE owner_kind = 'theme' {where} ORDER BY owner_id, doc_id"
        return self._all(shapes.ASSIGNMENT, rest, facts)

    def theme_state(self) -> ThemeState | None:
        """Where the map of themes stands, None before the first."""
        states = self._all(shapes.THEME_MAP, "")
        if not states:
            return None
        themes = self._all(shapes.THEME, "ORDER BY rowid")
        return replace(states[0], themes=themes, means=self._all(shapes.THEME_MEAN, "ORDER BY rowid"))

    def lineage(self, trend_id: str | None = None) -> tuple[Lineage, ...]:
        """What became of a trend, or of all in the latest analysis, oldest first."""
        if trend_id is None:
            return self._all(shapes.LINEAGE, f"WHERE run_id = {_LATEST.format('trends')} ORDER BY run_id, rowid")
        return self._all(shapes.LINEAGE, "WHERE ? IN (trend_id, earlier_id) ORDER BY run_id, rowid", [trend_id])

    def cues(self, trend_ids: Sequence[str] | None = None) -> tuple[Cue, ...]:
        """Words that decided something, by trend id, name, side, then the strongest first."""
        where, facts = _only(trend_ids)
        return self._all(shapes.CUE, f"{where} ORDER BY trend_id, name, side, weight DESC, word, lang", facts)

    def engine_state(self) -> EngineState | None:
        """Where online assignment stands, None before the first analysis."""
        found = self._connection.rows(f"SELECT {shapes.ENGINE.names} FROM engine")
        states = shapes.ENGINE.records(found)
        if not states:
            return None
        units = self._all(shapes.UNIT, "ORDER BY rowid")
        return replace(states[0], units=units, means=self._all(shapes.LANGUAGE_MEAN, "ORDER BY rowid"))

    def calls(
        self, origin: Origin, *, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Call, ...]:
        """What was said, ``since <= as_of < until``, by cut-off, rank and trend."""
        return track.calls(self._connection, origin, since=since, until=until)

    def outcomes(self, origin: Origin, *, since: datetime | None = None) -> tuple[Outcome, ...]:
        """How calls of ``since <= as_of`` turned out, by cut-off, trend and horizon."""
        return track.outcomes(self._connection, origin, since=since)

    def track_record(self, origin: Origin) -> TrackRecord | None:
        """Both added up, None where nothing was judged."""
        return track.track_record(self._connection, origin)

    def close(self) -> None:
        """Let go of the file. Closing twice is fine."""
        self._connection.close()

    def _all(self, shape: Shape[Record], rest: str, facts: Sequence[Value] = ()) -> tuple[Record, ...]:
        query = f"SELECT {shape.names} FROM {shape.table} {rest}"
        return shape.records(self._connection.rows(query, facts))

    def _with_steps(self, rest: str, facts: Sequence[Value]) -> tuple[Run, ...]:
        runs = self._all(shapes.RUN, rest, facts)
        query = f"""
            SELECT run_id, {shapes.STEP.names} FROM step
            WHERE run_id IN (SELECT unnest(?::VARCHAR[])) ORDER BY run_id, place
        """
        rows = self._connection.rows(query, [tuple(run.id for run in runs)])
        steps = shapes.STEP.records(row[1:] for row in rows)
        return tuple(
            replace(run, steps=tuple(step for row, step in zip(rows, steps, strict=True) if row[0] == run.id))
            for run in runs
        )


class DuckReader(Reading):
    """A published generation, read-only. Safe to ask from many threads at once.

    Raises:
        StoreError: the file is absent or damaged.
        StoreOutdated: a newer foresight wrote it.
        StoreOlder: an older one did, and its tables lack what is asked for here.
    """

    def __init__(self, path: Path, generation: int) -> None:
        super().__init__(Connection(path, read_only=True), generation)
        known = migrations("archive")
        at = schema_of(self._connection)
        if missing(known, at, path):
            self.close()
            raise StoreOlder(path=path, schema=at, known=known[-1].number)


def schema_of(connection: Connection) -> int:
    """The number of the last migration of a file, 0 for a new one."""
    tables = connection.rows("SELECT count(*) FROM information_schema.tables WHERE table_name = 'migration'")
    if not _number(tables):
        return 0
    return _number(connection.rows("SELECT coalesce(max(number), 0) FROM migration"))


def _number(rows: Sequence[Row]) -> int:
    ((found,),) = rows
    return int(found)


def _only(trend_ids: Sequence[str] | None) -> tuple[str, list[Value]]:
    if trend_ids is None:
        return "", []
    return "WHERE trend_id IN (SELECT unnest(?::VARCHAR[]))", [tuple(trend_ids)]


def _series(row: Row) -> Series:
    trend_id, weeks, stories, totals = row
    return Series(trend_id=trend_id, weeks=tuple(weeks), counts=tuple(stories), totals=tuple(totals))
