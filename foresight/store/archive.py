"""The working archive: what the pipeline writes. Reading is in `reading`, what a column means in docs/data.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from foresight.errors import StoreError
from foresight.records import (
    Assignment,
    BacktestState,
    Call,
    Cue,
    Document,
    DocumentTerms,
    Encoded,
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
    StepReport,
    ThemeState,
    Topic,
    TrackRecord,
    Trend,
)
from foresight.store import checking, shapes, track, writing
from foresight.store.connection import Connection, HeldFile, os_error
from foresight.store.migrations import RECORD, Migration, migrations, missing
from foresight.store.reading import DuckReader, Reading, schema_of

__all__ = ["DuckArchive", "DuckReader"]


class DuckArchive(Reading):
    """`ports.Archive` in one DuckDB file, made with its folder where absent. One process, one thread at a time.

    Raises:
        StoreLocked: another process has it open.
        StoreDamaged: it is no archive.
        StoreOutdated: a newer foresight wrote it.
    """

    def __init__(self, path: Path) -> None:
        with os_error(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        super().__init__(Connection(path, read_only=False), generation=0)
        self._writing = False
        try:
            for step in missing(migrations("archive"), schema_of(self._connection), path):
                self._migrate(step)
            with os_error(path):
                self._file = HeldFile(path)
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
        with os_error(target):
            self._file.copy_to(target)

    def close(self) -> None:
        """Let go of the file. Closing twice is fine."""
        self._connection.close()
        self._file.close()

    @property
    def _open(self) -> Connection:
        if not self._writing:
            raise StoreError(path=self._connection.path, reason="writes belong into a transaction")
        return self._connection

    def _migrate(self, step: Migration) -> None:
        with self._connection.transaction():
            self._connection.execute(RECORD)
            self._connection.execute(step.script)
            self._connection.execute("INSERT INTO migration VALUES (?, ?)", [step.number, step.name])

    def put_sources(self, sources: Sequence[Source]) -> None:
        """Insert or update; sources not among them stay, marked inactive when they are feeds."""
        writing.put_sources(self._open, sources)

    def put_documents(self, documents: Sequence[Document]) -> tuple[int, int]:
        """Insert what is new, update what changed; returns how many of each."""
        return writing.put_documents(self._open, documents)

    def put_fetches(self, fetches: Sequence[Fetch]) -> None:
        """Append."""
        writing.append(self._open, shapes.FETCH, fetches)

    def unenriched(self, *, limit: int) -> tuple[Document, ...]:
        """Documents not yet given to `put_enrichment`, by available then id."""
        rest = "WHERE NOT enriched ORDER BY greatest(published, first_seen), doc_id LIMIT ?"
        return self._all(shapes.DOCUMENT, rest, [limit])

    def untold(self, encoder: str, *, limit: int) -> tuple[Document, ...]:
        """Documents with a vector of `encoder` but no story yet, by available then id."""
        rest = """
            WHERE story_id = '' AND text_hash IN (SELECT text_hash FROM vector WHERE encoder = ?)
            ORDER BY greatest(published, first_seen), doc_id LIMIT ?
        """
        return self._all(shapes.DOCUMENT, rest, [encoder, limit])

    def put_enrichment(self, documents: Sequence[Document]) -> None:
        """Keep lang, lang_origin, clean_title and text_hash, and mark as enriched."""
        writing.put_enrichment(self._open, documents)

    def put_terms(self, terms: Sequence[DocumentTerms], entities: Sequence[Entity]) -> None:
        """Keep words and names of documents in place of those they had."""
        writing.put_terms(self._open, terms, entities)

    def put_stories(self, stories: Sequence[tuple[str, str]]) -> None:
        """Keep (document id, story id) pairs."""
        writing.put_stories(self._open, stories)

    def unencoded(self, encoder: str, *, limit: int) -> tuple[tuple[str, str], ...]:
        """(text hash, text to encode) of enriched documents without a vector, each hash once, oldest first."""
        found = self._connection.rows(writing.UNENCODED, [encoder, limit])
        return tuple((str(text_hash), str(text)) for text_hash, text in found)

    def put_vectors(self, encoded: Encoded) -> None:
        """Keep vectors under their hashes; one that is there stays.

        Raises:
            ShapeMismatch: not one row per hash, or another length than the encoder's vectors have.
        """
        writing.put_vectors(self._open, encoded)

    def put_run(self, run: Run) -> None:
        """Insert or replace one run with its steps."""
        writing.put_run(self._open, run)

    def put_topics(self, topics: Sequence[Topic], assignments: Sequence[Assignment], *, anew: bool = True) -> None:
        """Themes of a run with their documents; where the map is new, documents of earlier themes are let go."""
        writing.put_topics(self._open, topics, assignments, anew=anew)

    def put_theme_state(self, state: ThemeState) -> None:
        """Replace where the map of themes stands."""
        writing.put_theme_state(self._open, state)

    def put_analysis(
        self,
        run_id: str,
        trends: Sequence[Trend],
        series: Sequence[Series],
        signals: Sequence[Signal],
        lineage: Sequence[Lineage],
        assignments: Sequence[Assignment],
    ) -> None:
        """What a run measured. Trends and lineage of earlier runs stay; series and signals are the latest run's."""
        connection = self._open
        writing.put_trends(connection, run_id, trends, lineage)
        writing.put_measures(connection, run_id, series, signals)
        writing.assign(connection, "trend", assignments)

    def put_cues(self, run_id: str, cues: Sequence[Cue]) -> None:
        """Words that decided something, of the latest analysis; those of earlier ones are let go."""
        writing.put_cues(self._open, run_id, cues)

    def put_engine_state(self, state: EngineState) -> None:
        """Replace the state of online assignment."""
        writing.put_engine_state(self._open, state)

    def put_calls(self, calls: Sequence[Call]) -> None:
        """Keep what was said; a call of the same origin, trend and cut-off is replaced."""
        track.put(self._open, track.CALL, calls, track.CALL_KEY)

    def unjudged(self, origin: Origin, *, days: int, until: datetime) -> tuple[Call, ...]:
        """Calls made at or before `until` that have no outcome at this horizon, by cut-off, rank and trend."""
        return track.unjudged(self._connection, origin, days=days, until=until)

    def put_outcomes(self, outcomes: Sequence[Outcome]) -> None:
        """Keep how calls turned out; an outcome of the same call and horizon is replaced."""
        track.put(self._open, track.OUTCOME, outcomes, track.OUTCOME_KEY)

    def put_track_record(self, record: TrackRecord) -> None:
        """Replace the record of its origin."""
        track.put(self._open, track.RECORD, [record], track.RECORD_KEY)

    def forget_places(self, origin: Origin, *, before: datetime) -> None:
        """Empty the centres of calls made before a moment."""
        track.forget_places(self._open, origin, before)

    def forget_track(self, origin: Origin) -> None:
        """Delete calls, outcomes and record of an origin."""
        track.forget(self._open, origin)

    def backtest_state(self) -> BacktestState | None:
        """Where an unfinished backtest stands."""
        return track.backtest_state(self._connection)

    def put_backtest_state(self, state: BacktestState | None) -> None:
        """Replace it; None: no backtest is under way."""
        track.put_backtest_state(self._open, state)

    def last_step(self, step: str) -> StepReport | None:
        """The latest good report of a step, for reuse by fingerprint."""
        found = self._all(shapes.STEP, "WHERE step = ? ORDER BY run_id DESC, place DESC LIMIT 1", [step])
        return found[0] if found else None

    def check(self) -> tuple[tuple[str, str, int], ...]:
        """Integrity: (table, column, rows) that point at nothing. Empty when all is well."""
        return checking.orphans(self._connection)
