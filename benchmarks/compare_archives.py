"""Compares the published archives of two data folders (or two .duckdb files), row by row.

    python -m benchmarks.compare_archives LEFT RIGHT [--exact | --relative R] [--work] [--ledger] [--table T …]
        [--ignore T.C …]

Rows are matched by key, in any order. Numbers are equal within 1e-9 relative (1e-12 absolute), also inside lists and
inside JSON; with --exact only when they are the same. Run ids are named by the machine's clock, so they are replaced
by their place in order of start ("run 1", "run 2", …) before anything is compared; so is the port of a server on
loopback (the demonstration's feeds): "127.0.0.1:PORT". --ledger is for copies of one folder: ids of a workshop are
drawn at random. Exit code 0: equal; 1: different; 2: something cannot be read.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

IGNORED: dict[str, str] = {
    "run.started": "the machine's clock",
    "run.finished": "the machine's clock",
    "run.code_version": "says which version wrote it",
    "run.packages": "says which packages were installed",
    "run.config_hash": "hash of the options' representation, which holds the names of classes and fields",
    "run.corpus_hash": "a fingerprint: it mixes in the config and the names of steps",
    "step.seconds": "a duration",
    "step.fingerprint": "a fingerprint: it mixes in the config and versions of the code",
    "fetch.seconds": "a duration",
    "track_record.made": "the machine's clock",
    "track_record.code_version": "says which version wrote it",
    "backtest.fingerprint": "a fingerprint",
    "migration.applied": "the machine's clock, where there is such a column",
}
"""Columns that legitimately differ between two versions or two days, and why. Everything else has to be equal."""

KEYS: dict[str, tuple[str, ...]] = {
    "source": ("source_id",),
    "fetch": ("source_id", "asked"),
    "document": ("doc_id",),
    "document_term": ("doc_id",),
    "entity": ("doc_id", "name", "kind"),
    "vector": ("encoder", "text_hash"),
    "run": ("run_id",),
    "step": ("run_id", "place"),
    "latest": ("part",),
    "topic": ("topic_id", "run_id"),
    "topic_document": ("owner_kind", "owner_id", "doc_id"),
    "trend": ("run_id", "trend_id"),
    "lineage": ("run_id", "trend_id", "kind", "earlier_id"),
    "series": ("run_id", "trend_id", "week"),
    "signal": ("run_id", "trend_id", "name", "measured_over"),
    "engine": (),
    "unit": ("unit_id",),
    "language_mean": ("lang",),
    "track_call": ("origin", "trend_id", "as_of"),
    "track_outcome": ("origin", "trend_id", "as_of", "days"),
    "track_record": ("origin",),
    "backtest": (),
    "cue": ("trend_id", "name", "side", "word", "lang"),
    "theme": ("theme_id",),
    "theme_map": (),
    "theme_mean": ("lang",),
    "migration": ("number",),
    "decision": ("seq",),
    "scenario": ("scenario_id", "rev"),
    "entry": ("kind", "entry_id", "rev"),
}
"""What a row is known by; of a table that is not here, all columns that hold no fractions."""

LOOPBACK = re.compile(r"(127\.0\.0\.1:)\d+")
RELATIVE, ABSOLUTE = 1e-9, 1e-12


@dataclass
class Table:
    """One table as it was read."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


@dataclass
class Result:
    """What comparing one table came to."""

    equal: int = 0
    near: int = 0
    largest: float = 0.0
    left: list[Any] = field(default_factory=list)
    right: list[Any] = field(default_factory=list)
    columns: dict[str, list[tuple[Any, Any, Any]]] = field(default_factory=lambda: defaultdict(list))
    notes: list[str] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether anything differs that is not ignored."""
        return bool(self.left or self.right or self.columns or self.notes)


def archive_of(path: Path, *, work: bool) -> Path:
    """The file to read: the published generation of a folder, its working archive, or the file itself."""
    if path.is_file():
        return path
    return path / ("work.duckdb" if work else (path / "CURRENT").read_text(encoding="utf-8").strip())


def read_archive(path: Path, only: Sequence[str]) -> dict[str, Table]:
    """The tables of a DuckDB archive, run ids replaced by their place."""
    with duckdb.connect(str(path), read_only=True) as archive:
        names = [name for (name,) in archive.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()]
        tables = {}
        for name in names:
            if only and name not in only and name != "run":
                continue
            found = archive.execute(f'SELECT * FROM "{name}"')
            tables[name] = Table([column[0] for column in found.description], found.fetchall())
    renamed(tables)
    for table in tables.values():
        table.rows = [tuple(without_port(value) for value in row) for row in table.rows]
    return {name: table for name, table in tables.items() if not only or name in only}


def read_ledger(path: Path) -> dict[str, Table]:
    """The tables of a SQLite ledger."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as ledger:
        names = [
            n
            for (n,) in ledger.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
        ]
        tables = {}
        for name in sorted(names):
            found = ledger.execute(f'SELECT * FROM "{name}"')
            tables[name] = Table([column[0] for column in found.description], found.fetchall())
    return tables


def renamed(tables: dict[str, Table]) -> None:
    """Run ids by their order."""
    if "run" not in tables:
        return
    runs = tables["run"]
    place = {name: runs.columns.index(name) for name in ("run_id", "started")}
    ordered = sorted(runs.rows, key=lambda row: (row[place["started"]], row[place["run_id"]]))
    names = {row[place["run_id"]]: f"run {number}" for number, row in enumerate(ordered, 1)}
    for table in tables.values():
        if "run_id" in table.columns:
            at = table.columns.index("run_id")
            table.rows = [(*row[:at], names.get(row[at], row[at]), *row[at + 1 :]) for row in table.rows]


def without_port(value: Any) -> Any:
    """Text without the port that a server on loopback happened to get."""
    return LOOPBACK.sub(r"\1PORT", value) if isinstance(value, str) and "127.0.0.1:" in value else value


def opened(table: str, value: Any) -> Any:
    """JSON and Arrow inside a column as what they hold, so that numbers in them are compared as numbers."""
    if table == "backtest" and isinstance(value, bytes):
        with pa.ipc.open_stream(value) as stream:
            return stream.read_all().to_pylist()
    if isinstance(value, str) and value[:1] in "[{" and value[-1:] in "]}":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def distance(one: Any, other: Any) -> float:  # noqa: PLR0911 - one answer per kind of value
    """0: the same; up to 1: numbers whose largest relative distance it is; infinite: different things."""
    if isinstance(one, float) or isinstance(other, float):
        if (
            not isinstance(one, int | float)
            or not isinstance(other, int | float)
            or isinstance(one, bool)
            or isinstance(other, bool)
        ):
            return math.inf
        if one == other or (math.isnan(one) and math.isnan(other)):
            return 0.0
        if not (math.isfinite(one) and math.isfinite(other)):
            return math.inf
        apart = abs(one - other)
        return apart / max(abs(one), abs(other)) if apart > ABSOLUTE else min(apart, RELATIVE)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        if len(one) != len(other):
            return math.inf
        return max((distance(a, b) for a, b in zip(one, other, strict=True)), default=0.0)
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            return math.inf
        return max((distance(value, other[key]) for key, value in one.items()), default=0.0)
    return 0.0 if one == other else math.inf


def shared(name: str, left: Table, right: Table, ignored: set[str], result: Result) -> list[str]:
    """The columns to compare; one that only one side has is a difference."""
    for side, one, other in (("left", left, right), ("right", right, left)):
        alone = [column for column in one.columns if column not in other.columns]
        if alone:
            result.notes.append(f"columns only {side}: {', '.join(alone)}")
    return [c for c in left.columns if c in right.columns and f"{name}.{c}" not in ignored]


def compare(name: str, left: Table, right: Table, ignored: set[str], allowed: float) -> Result:
    """Match the rows of two tables by key and compare them column by column."""
    result = Result()
    columns = shared(name, left, right, ignored, result)
    sides = [[tuple(row[table.columns.index(c)] for c in columns) for row in table.rows] for table in (left, right)]
    # what is the same to the last digit goes first
    counted = [Counter(map(repr, rows)) for rows in sides]
    same = counted[0] & counted[1]
    result.equal = sum(same.values())
    rest = []
    for rows in sides:
        left_over, waiting = [], Counter(same)
        for row in rows:
            text = repr(row)
            if waiting[text]:
                waiting[text] -= 1
            else:
                left_over.append(row)
        rest.append(left_over)
    key_of = key(name, columns, rest)
    by_key: list[dict[Any, list[tuple[Any, ...]]]] = [defaultdict(list), defaultdict(list)]
    for at, rows in enumerate(rest):
        for row in sorted(rows, key=repr):
            by_key[at][key_of(row)].append(row)
    for known in sorted(set(by_key[0]) | set(by_key[1]), key=repr):
        ours, theirs = by_key[0].get(known, []), by_key[1].get(known, [])
        for one, other in zip(ours, theirs, strict=False):
            compare_rows(name, columns, known, one, other, result, allowed)
        result.left += [known] * (len(ours) - len(theirs))
        result.right += [known] * (len(theirs) - len(ours))
    return result


def key(name: str, columns: list[str], rows: list[list[tuple[Any, ...]]]) -> Any:
    """What a row is matched by."""
    wanted = KEYS.get(name)
    if wanted is None or any(column not in columns for column in wanted):
        fractions = {
            at
            for side in rows
            for row in side
            for at, value in enumerate(row)
            if isinstance(value, float | list | bytes)
        }
        places = [at for at in range(len(columns)) if at not in fractions]
    else:
        places = [columns.index(column) for column in wanted]
    return lambda row: tuple(str(row[at]) for at in places)


def compare_rows(  # noqa: PLR0913, PLR0917 - two rows and all that is said of them
    name: str,
    columns: list[str],
    known: Any,
    one: tuple[Any, ...],
    other: tuple[Any, ...],
    result: Result,
    allowed: float,
) -> None:
    """Compare two matched rows and note what differs."""
    different, furthest = False, 0.0
    for column, a, b in zip(columns, one, other, strict=True):
        # --exact is about values: JSON with other spaces, Arrow with another header, hold the same
        left_value, right_value = opened(name, a), opened(name, b)
        far = distance(left_value, right_value)
        furthest = max(furthest, far if math.isfinite(far) else 0.0)
        if far > allowed:
            result.columns[column].append((known, a, b))
            different = True
    if different:
        return
    if furthest:
        result.near += 1
        result.largest = max(result.largest, furthest)
    else:
        result.equal += 1


def short(value: Any, most: int = 160) -> str:
    """A value short enough for a line."""
    text = repr(value) if not isinstance(value, tuple) else "·".join(map(str, value))
    return text if len(text) <= most else f"{text[:most]}… ({len(text)} characters)"


def first_difference(one: Any, other: Any, path: str = "") -> tuple[str, Any, Any]:
    """Where in a list or JSON two values part, to show that and not the whole."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        if len(one) != len(other):
            return f"{path} (length)", len(one), len(other)
        for at, (a, b) in enumerate(zip(one, other, strict=True)):
            if distance(a, b):
                return first_difference(a, b, f"{path}[{at}]")
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            return f"{path} (keys)", sorted(one.keys() - other.keys()), sorted(other.keys() - one.keys())
        for name, a in one.items():
            if distance(a, other[name]):
                return first_difference(a, other[name], f"{path}.{name}")
    return path, one, other


def lines(name: str, result: Result, examples: int) -> Iterator[str]:
    """What is printed of one table."""
    near = f", {result.near} equal within what is allowed (largest {result.largest:.1e})" if result.near else ""
    yield (
        f"{'≠' if result.differs else '='} {name}: {result.equal} equal{near}, {len(result.left)} only left, "
        f"{len(result.right)} only right, {len({k for found in result.columns.values() for k, *_ in found})} differ"
    )
    for note in result.notes:
        yield f"    {note}"
    for side, rows in (("left", result.left), ("right", result.right)):
        for row in rows[:examples]:
            yield f"    only {side}: {short(row)}"
        if len(rows) > examples:
            yield f"    only {side}: … {len(rows) - examples} more"
    for column, found in sorted(result.columns.items(), key=lambda one: -len(one[1])):
        yield f"    column {column}: {len(found)} rows"
        for known, a, b in found[:examples]:
            where, one, other = first_difference(a, b)
            yield f"        {short(known)}{' at ' + where if where else ''}: {short(one)} ≠ {short(other)}"


def main() -> int:
    """Compare two folders and print what differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("left", type=Path)
    parser.add_argument("right", type=Path)
    parser.add_argument("--exact", action="store_true", help="numbers must be the same to the last digit")
    parser.add_argument("--work", action="store_true", help="compare work.duckdb, not what CURRENT points to")
    parser.add_argument("--ledger", action="store_true", help="compare ledger.sqlite too")
    parser.add_argument("--table", action="append", default=[], help="only this table; repeat for more")
    parser.add_argument("--ignore", action="append", default=[], metavar="TABLE.COLUMN", help="leave a column out")
    parser.add_argument(
        "--relative", type=float, default=RELATIVE, help="how far numbers may lie apart (default: 1e-9)"
    )
    parser.add_argument("--examples", type=int, default=5)
    told = parser.parse_args()
    allowed = 0.0 if told.exact else told.relative
    ignored = {*IGNORED, *told.ignore}
    try:
        sides = [read_archive(archive_of(path, work=told.work), told.table) for path in (told.left, told.right)]
        if told.ledger:
            for side, path in zip(sides, (told.left, told.right), strict=True):
                side.update({f"ledger {name}": table for name, table in read_ledger(path / "ledger.sqlite").items()})
    except (OSError, duckdb.Error, sqlite3.Error) as error:
        print(error, file=sys.stderr)
        return 2
    print("ignored: " + ", ".join(sorted(ignored)))
    differs = False
    for name in sorted(set(sides[0]) | set(sides[1])):
        if name not in sides[0] or name not in sides[1]:
            side, only = ("left", sides[0]) if name in sides[0] else ("right", sides[1])
            print(f"≠ {name}: table only {side}, {len(only[name].rows)} rows")
            differs = True
            continue
        result = compare(name.removeprefix("ledger "), sides[0][name], sides[1][name], ignored, allowed)
        differs |= result.differs
        print("\n".join(lines(name, result, told.examples)))
    print("DIFFERENT" if differs else "EQUAL")
    return int(differs)


if __name__ == "__main__":
    raise SystemExit(main())
