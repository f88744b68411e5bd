"""The schema of a store: numbered SQL files, each applied once, in one transaction, and recorded in `migration`.

A file `schema/<store>/0001_first.sql` is never edited after a release; what changes comes in a new number.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from foresight.model.errors import StoreTooNew

CREATE_MIGRATION_TABLE = "CREATE TABLE IF NOT EXISTS migration (number INTEGER NOT NULL, name TEXT NOT NULL)"
"""Makes the table that says which steps were applied; DuckDB and SQLite read it alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One step of a schema.

    Attributes:
        number: 1 upwards without a gap; name: of its file; script: SQL statements, no transaction of their own.
    """

    number: int
    name: str
    script: str


def migrations(store: str) -> tuple[Migration, ...]:
    """All steps of "archive" or "ledger", first to last."""
    folder = files("foresight.store").joinpath("schema", store)
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda entry: entry.name)
    return tuple(
        Migration(number=int(entry.name[:4]), name=entry.name.removesuffix(".sql"), script=entry.read_text("utf-8"))
        for entry in found
    )


def pending_migrations(known: tuple[Migration, ...], applied: int, path: Path) -> tuple[Migration, ...]:
    """The steps still to apply to a file at step `applied`.

    Raises:
        StoreOutdated: the file is at a step this program does not know.
    """
    newest = known[-1].number
    if applied > newest:
        raise StoreTooNew(path=path, schema=applied, known=newest)
    return tuple(step for step in known if step.number > applied)
