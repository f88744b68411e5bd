"""docs/data.md says what every table and column means."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from foresight.store.archive import Archive
from foresight.store.ledger import Ledger
from foresight.store.tables import DOCUMENT, TREND

DOCS = Path(__file__).parents[2] / "docs" / "data.md"


def described() -> set[tuple[str, str]]:
    """(table, column) pairs that the tables of docs/data.md name, by the heading or table head above them."""
    tables: list[str] = []
    found: set[tuple[str, str]] = set()
    for line in DOCS.read_text(encoding="utf-8").splitlines():
        names = re.findall(r"`(\w+)`", line.split("|")[1] if line.startswith("|") else line.split(":")[0])
        if line.startswith(("### ", "| column of")):
            tables = names
        elif line.startswith("| `"):
            found |= {(table, column) for table in tables for column in names}
    return found


def columns_of_archive(path: Path) -> Iterator[tuple[str, str]]:
    archive = Archive(path)
    yield from archive._connection.rows("SELECT table_name, column_name FROM information_schema.columns")
    archive.close()


def columns_of_ledger(path: Path) -> Iterator[tuple[str, str]]:
    Ledger(path).close()
    with closing(sqlite3.connect(path)) as file:
        tables = file.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        for (table,) in tables.fetchall():
            for column in file.execute(f"PRAGMA table_info({table})").fetchall():
                yield table, column[1]


def test_every_table_and_column_is_described_and_nothing_else(tmp_path: Path) -> None:
    kept = {*columns_of_archive(tmp_path / "work.duckdb"), *columns_of_ledger(tmp_path / "ledger.sqlite")}
    assert described() == kept
    assert len(kept) > 100


def test_what_other_programs_rely_on_is_there(tmp_path: Path) -> None:
    kept = set(columns_of_archive(tmp_path / "work.duckdb"))
    promised = ["doc_id", "source_id", "url", "title", "text", "lang", "published", "first_seen", "story_id"]
    assert {("document", column) for column in promised} <= kept
    tables = ["source", "fetch", "document", "run", "topic", "topic_document", "trend", "lineage", "series", "signal"]
    assert set(tables) <= {table for table, _ in kept}


def test_a_shape_lists_its_columns_once() -> None:
    for shape in (DOCUMENT, TREND):
        names = shape.names.split(", ")
        assert len(names) == len(set(names))
