"""Calls, outcomes and the track record: their tables as records, and how they are read and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, TypeVar

import pyarrow as pa

from foresight.records import (
    BacktestState,
    Band,
    BandErrors,
    Call,
    ChanceBin,
    Coverage,
    LastingFit,
    ListLength,
    Origin,
    Outcome,
    Reliability,
    Stage,
    TrackRecord,
)
from foresight.store import shapes
from foresight.store.columns import (
    REAL,
    TEXT,
    TRUTH,
    WHOLE,
    Column,
    Record,
    Shape,
    choice,
    floats,
    nested,
    pairs,
    plain,
    texts,
    time,
)
from foresight.store.connection import Connection, utc_out

Part = TypeVar("Part")

_NUMBERS = pa.list_(REAL)
_STATE_SHAPES: tuple[Shape[Any], ...] = (shapes.ENGINE, shapes.UNIT, shapes.LANGUAGE_MEAN, shapes.TREND)


def _numbers(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name=name, field=name, kind=_NUMBERS, write=list, read=tuple) for name in names)


def _parts(name: str, kind: Callable[..., Part], read: Mapping[str, Callable[[Any], Any]] | None = None) -> Column:
    """A tuple of small records as JSON, a list of field values each."""
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    readers = [(read or {}).get(field, _same) for field in names]

    def back(kept: list[list[Any]]) -> tuple[Part, ...]:
        return tuple(
            kind(**{field: reader(value) for field, reader, value in zip(names, readers, row, strict=True)})
            for row in kept
        )

    return nested(name, lambda parts: [[_plain(getattr(part, field)) for field in names] for part in parts], back)


def _same(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _stage(value: str | None) -> Stage | None:
    return Stage(value) if value else None


def _stages(kept: list[list[Any]]) -> tuple[tuple[Stage, int], ...]:
    return tuple((Stage(stage), int(number)) for stage, number in kept)


def _words(kept: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(group) for group in kept)


CALL = Shape(
    table="track_call",
    record=Call,
    columns=(
        choice("origin", Origin),
        *plain(TEXT, "trend_id"),
        time("as_of"),
        choice("stage", Stage),
        *plain(WHOLE, "rank"),
        *plain(TEXT, "title"),
        texts("documents"),
        nested("words", list, _words),
        pairs("least"),
        *plain(REAL, "q_value", "lasting", "share"),
        _parts("bands", Band),
        *_numbers("spoken", "near", "totals"),
        floats("centre"),
    ),
)

OUTCOME = Shape(
    table="track_outcome",
    record=Outcome,
    columns=(
        choice("origin", Origin),
        *plain(TEXT, "trend_id"),
        time("as_of"),
        *plain(WHOLE, "days"),
        time("known"),
        *plain(TRUTH, "grew", "lasted", "chance_grew"),
        *_numbers("spoken", "near", "totals"),
    ),
)

RECORD = Shape(
    table="track_record",
    record=TrackRecord,
    columns=(
        choice("origin", Origin),
        time("first_cutoff", "first"),
        time("last_cutoff", "last"),
        *plain(WHOLE, "weeks"),
        *plain(TRUTH, "complete"),
        *plain(WHOLE, "documents", "sources"),
        texts("sources_only"),
        time("made"),
        *plain(TEXT, "code_version", "encoder"),
        *plain(WHOLE, "calls"),
        _parts("reliability", Reliability, {"stage": Stage}),
        _parts("chances", ChanceBin),
        *plain(REAL, "brier", "brier_base"),
        _parts("coverage", Coverage, {"stage": _stage}),
        _parts("lists", ListLength, {"as_of": datetime.fromisoformat, "stages": _stages}),
        _parts("errors", BandErrors),
        _parts("lasting", LastingFit),
        time("known"),
    ),
)

CALL_KEY = ("origin", "trend_id", "as_of")
OUTCOME_KEY = (*CALL_KEY, "days")
RECORD_KEY = ("origin",)
_KEY = ", ".join(CALL_KEY)
_UNJUDGED = f"""
    WHERE origin = ? AND as_of <= ? AND ({_KEY}) NOT IN
          (SELECT ({_KEY}) FROM track_outcome WHERE days = ?)
    ORDER BY as_of, rank, trend_id
"""


def calls(
    connection: Connection, origin: Origin, *, since: datetime | None = None, until: datetime | None = None
) -> tuple[Call, ...]:
    """Calls of an origin, ``since <= as_of < until``, by cut-off, rank and trend."""
    rest = """
        WHERE origin = ? AND (? IS NULL OR as_of >= ?) AND (? IS NULL OR as_of < ?) ORDER BY as_of, rank, trend_id
    """
    return _read(connection, CALL, rest, origin.value, since, since, until, until)


def unjudged(connection: Connection, origin: Origin, *, days: int, until: datetime) -> tuple[Call, ...]:
    """Calls made by `until` that have no outcome at a horizon."""
    return _read(connection, CALL, _UNJUDGED, origin.value, until, days)


def outcomes(connection: Connection, origin: Origin, *, since: datetime | None = None) -> tuple[Outcome, ...]:
    """Outcomes of calls of an origin, ``since <= as_of``, by cut-off, trend and horizon."""
    rest = "WHERE origin = ? AND (? IS NULL OR as_of >= ?) ORDER BY as_of, trend_id, days"
    return _read(connection, OUTCOME, rest, origin.value, since, since)


def track_record(connection: Connection, origin: Origin) -> TrackRecord | None:
    """The record of an origin, None where there is none."""
    found = _read(connection, RECORD, "WHERE origin = ?", origin.value)
    return found[0] if found else None


def put(connection: Connection, shape: Shape[Record], records: Sequence[Record], keys: Sequence[str]) -> None:
    """Insert records; what is there under the same keys is replaced, of two given the last counts."""
    if not records:
        return
    table = shape.arrow(list({tuple(getattr(record, key) for key in keys): record for record in records}.values()))
    same = " AND ".join(f"{shape.table}.{key} = i.{key}" for key in keys)
    with connection.incoming(table):
        connection.execute(f"DELETE FROM {shape.table} USING incoming i WHERE {same}")
        connection.execute(f"INSERT INTO {shape.table} ({shape.names}) SELECT {shape.names} FROM incoming")


def forget_places(connection: Connection, origin: Origin, before: datetime) -> None:
    """Empty the centres of calls made before a moment."""
    connection.execute("UPDATE track_call SET centre = [] WHERE origin = ? AND as_of < ?", [origin.value, before])


def forget(connection: Connection, origin: Origin) -> None:
    """Delete calls, outcomes and record of an origin."""
    for shape in (CALL, OUTCOME, RECORD):
        connection.execute(f"DELETE FROM {shape.table} WHERE origin = ?", [origin.value])


def backtest_state(connection: Connection) -> BacktestState | None:
    """Where the backtest stands, None where none is under way."""
    found = connection.rows("SELECT fingerprint, cutoff, engine, units, means, trends FROM backtest")
    if not found:
        return None
    fingerprint, cutoff, *kept = found[0]
    engines, units, means, trends = (_thawed(shape, part) for shape, part in zip(_STATE_SHAPES, kept, strict=True))
    engine = replace(engines[0], units=units, means=means)
    return BacktestState(fingerprint=fingerprint, cutoff=cutoff, engine=engine, trends=trends)


def put_backtest_state(connection: Connection, state: BacktestState | None) -> None:
    """Keep where the backtest stands, or that none is under way."""
    connection.execute("DELETE FROM backtest")
    if state is None:
        return
    parts = ([state.engine], state.engine.units, state.engine.means, state.trends)
    frozen = [_frozen(shape, part) for shape, part in zip(_STATE_SHAPES, parts, strict=True)]
    names = ("engine", "units", "means", "trends")
    table = pa.table({name: pa.array([part], type=pa.binary()) for name, part in zip(names, frozen, strict=True)})
    with connection.incoming(table):
        connection.execute(
            "INSERT INTO backtest SELECT ?, ?, engine, units, means, trends FROM incoming",
            [state.fingerprint, state.cutoff],
        )


def _frozen(shape: Shape[Any], records: Sequence[Any]) -> bytes:
    """Records as one compressed Arrow file: their shape may change without a migration, it lives for one backtest."""
    table = shape.arrow(records)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


def _thawed(shape: Shape[Any], kept: bytes) -> tuple[Any, ...]:
    with pa.ipc.open_stream(kept) as stream:
        table = stream.read_all()
    columns = [[utc_out(value) for value in column.to_pylist()] for column in table.columns]
    return shape.records(zip(*columns, strict=True))


def _read(connection: Connection, shape: Shape[Record], rest: str, *facts: Any) -> tuple[Record, ...]:
    return shape.records(connection.rows(f"SELECT {shape.names} FROM {shape.table} {rest}", facts))
