"""The rules of the house that a test can hold: directions of import, one name per thing, SQL in one place."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "foresight"

MAY_IMPORT: dict[str, set[str]] = {
    "model": set(),
    "i18n": {"model"},
    "config": {"model"},
    "store": {"model"},
    "ingest": {"model"},
    "nlp": {"model"},
    "trends": {"model", "nlp"},
    "pipeline": {"model", "store", "ingest", "nlp", "trends"},
    "queries": {"model", "i18n", "store", "nlp", "trends"},
    "scenarios": {"model", "i18n", "store", "nlp", "trends", "queries"},
    "reports": {"model", "i18n", "store", "nlp", "trends", "queries", "scenarios"},
    "demo": {"model", "i18n", "store", "ingest", "nlp", "trends", "pipeline", "queries", "scenarios", "wiring"},
    "wiring": {
        *("model", "i18n", "config", "store", "ingest", "nlp", "trends", "pipeline", "queries", "scenarios", "reports"),
    },
    "app": {"model", "i18n", "trends", "queries", "scenarios", "reports", "wiring"},
    "cli": {
        "model",
        "i18n",
        "config",
        "store",
        "ingest",
        "trends",
        "pipeline",
        "queries",
        "scenarios",
        "reports",
        "demo",
        "wiring",
    },
    "testing": {"model", "store", "nlp", "trends"},
    "__init__": set(),
    "__main__": {"cli"},
}
"""The table of docs/design.md: which folder or top-level module may import which others."""

ROW = re.compile(r"^\| `(?P<folder>\w+)` \| (?P<targets>[^|]+) \|", re.MULTILINE)

SAME_MEANING = {
    "trends.py": "trends: their records, what is asked of them, their charts and their page",
    "trend.py": "one trend",
    "scenarios.py": "scenarios: their records, charts, page and commands",
    "sources.py": "sources: their records, what is asked of them, their charts and their page",
    "track_record.py": "the track record: its records, sums, tables, chart and page",
    "briefing.py": "what changed since the reader last looked: the query and its page",
    "about.py": "where the numbers come from: the query and its page",
    "workshop.py": "what a workshop makes: its records and its commands",
    "runs.py": "a run: its record and how it goes",
    "signals.py": "signals",
    "radar.py": "the radar: its chart and its page",
    "theme_map.py": "the map of themes: how it is fitted and how it is drawn",
    "demo.py": "the demonstration",
    "story.py": "a scenario as a story",
}

READS_FILES_BY_SQL = {"ingest/import_file.py"}
"""Reads Parquet and CSV files through DuckDB's readers; it never opens the archive."""


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def folder(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the direction"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_table_of_the_design_is_the_table_held_here() -> None:
    text = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    rows = {
        match["folder"]: set() if match["targets"] == "nothing of ours" else set(match["targets"].split(", "))
        for match in ROW.finditer(text)
    }
    assert rows == {name: targets for name, targets in MAY_IMPORT.items() if not name.startswith("__")}


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_folder_imports_only_what_the_table_allows(path: Path) -> None:
    own = folder(path)
    assert own in MAY_IMPORT, f"{path} is in no row of the table"
    targets = {name.split(".")[1] for name in imported(path) if name.startswith("foresight.")}
    assert targets - {own} <= MAY_IMPORT[own], f"{own} must not import {sorted(targets - {own} - MAY_IMPORT[own])}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_only_the_store_speaks_sql(path: Path) -> None:
    if folder(path) != "store" and str(path.relative_to(PACKAGE)) not in READS_FILES_BY_SQL:
        assert not {name.split(".")[0] for name in imported(path)} & {"duckdb", "sqlite3"}


def test_no_two_classes_of_the_package_share_a_name() -> None:
    names = Counter(
        node.name
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    )
    assert not {name for name, count in names.items() if count > 1}


def test_a_file_name_stands_twice_only_where_it_means_the_same_thing() -> None:
    """`trends.py` is about trends wherever it stands; a new name has to be new, or be added here with its meaning."""
    names = Counter(path.name for path in modules() if path.name != "__init__.py")
    assert {name for name, count in names.items() if count > 1} <= SAME_MEANING.keys()


def test_no_two_test_modules_share_a_name() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("*.py") if path.name not in ("conftest.py", "__init__.py")]
    assert len(names) == len(set(names))
