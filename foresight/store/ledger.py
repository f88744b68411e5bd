"""The ledger: what people decide, for ever, in one SQLite file that many processes write.

WAL with synchronous=FULL: readers never wait, and an acknowledged write survives a power cut. Triggers in the schema
refuse every UPDATE and DELETE. One connection per ledger object behind a lock, so that all threads of a Streamlit
server may share the object; processes wait for each other for `LOCK_WAIT_SECONDS` seconds at most.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from foresight.model.decisions import TrendDecision, TrendDecisionKind
from foresight.model.errors import (
    LedgerConflict,
    NotFound,
    RevisionConflict,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreLocked,
    StoreTooNew,
)
from foresight.model.ports import Clock
from foresight.model.scenarios import Scenario
from foresight.model.workshop import REVISIONED_TYPES, Content, Revision
from foresight.store import json_documents
from foresight.store.connection import os_errors_as_store_errors, without_zone
from foresight.store.migrations import CREATE_MIGRATION_TABLE, migrations, pending_migrations
from foresight.store.run_lock import SystemClock

LOCK_WAIT_SECONDS = 10.0
"""Seconds a writer waits for another process."""

_ERROR_CLASSES = {"SQLITE_BUSY": StoreLocked, "SQLITE_LOCKED": StoreLocked, "SQLITE_FULL": StoreFull}
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_IOERR_SHORT_READ")


_SELECT_REVISIONS = "SELECT entry_id, rev, scenario_id, saved, author, reason, document FROM entry"


def sqlite_error(error: sqlite3.Error, path: Path) -> StoreError:
    """What SQLite says, as our error."""
    name = getattr(error, "sqlite_errorname", None) or ""
    for known, kind in _ERROR_CLASSES.items():
        if name.startswith(known):
            return kind(path=path)
    if name.startswith(_DAMAGED):
        return StoreDamaged(path=path, reason=str(error))
    return StoreError(path=path, reason=f"{error} {name}".strip())


class Ledger:
    """What people decide, in one SQLite file, made where absent. Append-only; an acknowledged write is on disk.

    Safe from many threads and processes.

    Raises:
        StoreDamaged: it is no ledger.
        StoreTooNew: a newer foresight wrote it.
        StoreError: it cannot be opened for writing.
    """

    def __init__(self, path: Path, *, clock: Clock | None = None, patience: float = LOCK_WAIT_SECONDS) -> None:
        self._path = path
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        with os_errors_as_store_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        with self._errors():
            self._sqlite = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
        try:
            self._prepare()
        except BaseException:
            self._sqlite.close()
            raise

    def append(self, decision: TrendDecision) -> TrendDecision:
        """Keep it; returns it with its seq.

        Raises:
            StoreError: it was not kept.
        """
        insert = "INSERT INTO decision (at, who, kind, trend_id, value, seen_run_id) VALUES (?, ?, ?, ?, ?, ?)"
        facts = (decision.who, decision.kind.value, decision.trend_id, decision.value, decision.seen_run_id)
        with self._transaction() as write:
            seq = write.execute(insert, (_time_text(decision.at), *facts)).lastrowid
        return replace(decision, seq=seq or 0)

    def decisions(self, *, trend_id: str | None = None) -> tuple[TrendDecision, ...]:
        """Oldest first."""
        columns = "SELECT seq, at, who, kind, trend_id, value, seen_run_id FROM decision"
        if trend_id is None:
            return tuple(_decision(row) for row in self._rows(f"{columns} ORDER BY seq"))
        return tuple(_decision(row) for row in self._rows(f"{columns} WHERE trend_id = ? ORDER BY seq", [trend_id]))

    def save_scenario(self, scenario: Scenario) -> Scenario:
        """Keep a new revision. `scenario.rev` is the one it was made from (0: a new scenario).

        Returns:
            It with its new rev and `saved`.

        Raises:
            LedgerConflict: there is a newer revision than `scenario.rev`.
        """
        newest = "SELECT rev, author, saved FROM scenario WHERE scenario_id = ? ORDER BY rev DESC LIMIT 1"
        insert = "INSERT INTO scenario (scenario_id, rev, saved, author, title, document) VALUES (?, ?, ?, ?, ?, ?)"
        with self._transaction() as write:
            found = write.execute(newest, [scenario.id]).fetchall()
            rev, author, saved = found[0] if found else (0, "", "")
            if rev != scenario.rev:
                raise LedgerConflict(
                    scenario_id=scenario.id, expected=scenario.rev, found=rev, author=author, saved=saved
                )
            kept = replace(scenario, rev=rev + 1, saved=self._clock.now().astimezone(UTC))
            document = json_documents.record_to_json(kept)
            write.execute(insert, (kept.id, kept.rev, _time_text(kept.saved), kept.author, kept.title, document))
        return kept

    def scenario(self, scenario_id: str, *, rev: int | None = None) -> Scenario:
        """The latest revision, or the one asked for.

        Raises:
            NotFound: no such scenario or revision.
        """
        query = "SELECT document FROM scenario WHERE scenario_id = ? AND ? IN (0, rev) ORDER BY rev DESC LIMIT 1"
        found = [] if rev == 0 else self._rows(query, [scenario_id, rev or 0])
        if not found:
            raise NotFound(kind="scenario", id=scenario_id)
        return self._scenario(found[0])

    def scenarios(self) -> tuple[Scenario, ...]:
        """The latest revision of each, latest saved first."""
        query = """
            SELECT document FROM scenario s
            WHERE rev = (SELECT max(rev) FROM scenario o WHERE o.scenario_id = s.scenario_id)
            ORDER BY saved DESC, scenario_id
        """
        return tuple(self._scenario(row) for row in self._rows(query))

    def revisions(self, scenario_id: str) -> tuple[Scenario, ...]:
        """Oldest first."""
        query = "SELECT document FROM scenario WHERE scenario_id = ? ORDER BY rev"
        return tuple(self._scenario(row) for row in self._rows(query, [scenario_id]))

    def keep(self, entry: Revision[Content]) -> Revision[Content]:
        """Keep a new revision of something a workshop made. `entry.rev` is the one it was made from (0: a new entry).

        Returns:
            It with its new rev and `saved`.

        Raises:
            RevisionConflict: there is a newer revision than `entry.rev`.
        """
        (kept,) = self.save_revisions([entry])
        return kept

    def save_revisions(self, entries: Sequence[Revision[Any]]) -> tuple[Revision[Any], ...]:
        """Keep a new revision of each, all or none.

        Raises:
            RevisionConflict: one of them has a newer revision than it was made from; none was kept.
        """
        with self._transaction() as write:
            return tuple(self._keep(write, entry) for entry in entries)

    def entry(self, kind: type[Content], entry_id: str, *, rev: int | None = None) -> Revision[Content]:
        """The latest revision, or the one asked for.

        Raises:
            NotFound: no such entry of this kind, or revision.
        """
        name = REVISIONED_TYPES[kind]
        query = f"{_SELECT_REVISIONS} WHERE kind = ? AND entry_id = ? AND ? IN (0, rev) ORDER BY rev DESC LIMIT 1"
        found = [] if rev == 0 else self._rows(query, [name, entry_id, rev or 0])
        if not found:
            raise NotFound(kind=name, id=entry_id)
        return self._entry(kind, found[0])

    def entries(self, kind: type[Content], *, scenario_id: str | None = None) -> tuple[Revision[Content], ...]:
        """The latest revision of each of this kind, of one scenario where given; first kept first."""
        query = f"""
            {_SELECT_REVISIONS} e
            WHERE kind = ? AND (? IS NULL OR scenario_id = ?) AND rev =
                (SELECT max(rev) FROM entry o WHERE o.kind = e.kind AND o.entry_id = e.entry_id)
            ORDER BY
                (SELECT saved FROM entry f WHERE f.kind = e.kind AND f.entry_id = e.entry_id AND f.rev = 1), entry_id
        """
        rows = self._rows(query, [REVISIONED_TYPES[kind], scenario_id, scenario_id])
        return tuple(self._entry(kind, row) for row in rows)

    def history(self, kind: type[Content], entry_id: str) -> tuple[Revision[Content], ...]:
        """Every revision of an entry, oldest first; empty where there is none."""
        query = f"{_SELECT_REVISIONS} WHERE kind = ? AND entry_id = ? ORDER BY rev"
        return tuple(self._entry(kind, row) for row in self._rows(query, [REVISIONED_TYPES[kind], entry_id]))

    def close(self) -> None:
        """Let go of the file. Closing twice is fine."""
        with self._lock, self._errors():
            self._sqlite.close()

    def _keep(self, write: sqlite3.Connection, entry: Revision[Any]) -> Revision[Any]:
        kind = REVISIONED_TYPES[type(entry.content)]
        newest = "SELECT rev, author, saved FROM entry WHERE kind = ? AND entry_id = ? ORDER BY rev DESC LIMIT 1"
        found = write.execute(newest, [kind, entry.id]).fetchall()
        rev, author, saved = found[0] if found else (0, "", "")
        if rev != entry.rev:
            raise RevisionConflict(kind=kind, id=entry.id, expected=entry.rev, found=rev, author=author, saved=saved)
        kept = replace(entry, rev=rev + 1, saved=self._clock.now().astimezone(UTC))
        document = json_documents.record_to_json(kept.content)
        facts = (kind, kept.id, kept.rev, kept.scenario_id, _time_text(kept.saved), kept.author, kept.reason, document)
        write.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)", facts)
        return kept

    def _entry(self, kind: type[Content], row: Sequence[Any]) -> Revision[Content]:
        entry_id, rev, scenario_id, saved, author, reason, document = row
        with self._unreadable_is_damaged(entry_id):
            return Revision(
                id=entry_id,
                rev=rev,
                scenario_id=scenario_id,
                saved=datetime.fromisoformat(saved),
                author=author,
                reason=reason,
                content=self._content(kind, document),
            )

    def _scenario(self, row: Sequence[Any]) -> Scenario:
        with self._unreadable_is_damaged("a scenario"):
            return self._content(Scenario, row[0])

    def _content(self, kind: type[Content], document: str) -> Content:
        version = json_documents.layout_version(document)
        if version > json_documents.LAYOUT_VERSION:
            raise StoreTooNew(path=self._path, schema=version, known=json_documents.LAYOUT_VERSION)
        return json_documents.record_from_json(kind, document)

    @contextmanager
    def _unreadable_is_damaged(self, name: str) -> Iterator[None]:
        try:
            yield
        except (KeyError, TypeError, ValueError) as error:
            raise StoreDamaged(path=self._path, reason=f"{name} cannot be read: {error!r}") from error

    def _prepare(self) -> None:
        with self._errors():
            self._sqlite.execute("PRAGMA journal_mode = WAL")
            self._sqlite.execute("PRAGMA synchronous = FULL")
        with self._transaction() as write:
            write.execute(CREATE_MIGRATION_TABLE)
            ((applied,),) = write.execute("SELECT coalesce(max(number), 0) FROM migration").fetchall()
            for step in pending_migrations(migrations("ledger"), applied, self._path):
                for statement in _statements(step.script):
                    write.execute(statement)
                write.execute("INSERT INTO migration VALUES (?, ?)", (step.number, step.name))

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise sqlite_error(error, self._path) from error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, and alone: IMMEDIATE takes the write lock before anything is read."""
        with self._lock, self._errors():
            self._sqlite.execute("BEGIN IMMEDIATE")
            try:
                yield self._sqlite
                self._sqlite.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # SQLite may have rolled back already; the first error is reported
                    self._sqlite.execute("ROLLBACK")
                raise

    def _rows(self, query: str, facts: Sequence[str | int | None] = ()) -> list[tuple[Any, ...]]:
        with self._lock, self._errors(), closing(self._sqlite.execute(query, facts)) as cursor:
            return cursor.fetchall()


def _statements(script: str) -> Iterator[str]:
    """The statements of a script: `executescript` would end the transaction they belong in."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _time_text(moment: datetime | None) -> str:
    return without_zone(moment).replace(tzinfo=UTC).isoformat(timespec="microseconds") if moment else ""


def _decision(row: Sequence[Any]) -> TrendDecision:
    seq, at, who, kind, trend_id, value, seen_run_id = row
    return TrendDecision(
        seq=seq,
        at=datetime.fromisoformat(at),
        who=who,
        kind=TrendDecisionKind(kind),
        trend_id=trend_id,
        value=value,
        seen_run_id=seen_run_id,
    )
