"""Calls, outcomes and the track record: their tables as records, and how they are read and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, TypeVar

import pyarrow as pa

from foresight.model.track_record import (
    BacktestState,
    BandCoverage,
    BandErrors,
    CallOrigin,
    CallOutcome,
    PersistenceBin,
    PersistenceFit,
    ProjectionBand,
    Reliability,
    StageCounts,
    TrackRecord,
    TrendCall,
)
from foresight.model.trends import Stage
from foresight.store import tables
from foresight.store.connection import DuckConnection, with_utc
from foresight.store.tables import (
    REAL,
    TEXT,
    TRUTH,
    WHOLE,
    ColumnMapping,
    Record,
    TableMapping,
    enum_column,
    json_column,
    pairs_column,
    plain_columns,
    text_list_column,
    time_column,
    vector_column,
)

Part = TypeVar("Part")

_NUMBERS = pa.list_(REAL)
_STATE_SHAPES: tuple[TableMapping[Any], ...] = (tables.CLUSTERING, tables.CLUSTER, tables.LANGUAGE_MEAN, tables.TREND)


def _number_list_columns(*names: str) -> tuple[ColumnMapping, ...]:
    return tuple(ColumnMapping(name=name, field=name, kind=_NUMBERS, write=list, read=tuple) for name in names)


def _parts_column(
    name: str, kind: Callable[..., Part], read: Mapping[str, Callable[[Any], Any]] | None = None
) -> ColumnMapping:
    """A tuple of small records as JSON, a list of field values each."""
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    readers = [(read or {}).get(field, _list_to_tuple) for field in names]

    def back(kept: list[list[Any]]) -> tuple[Part, ...]:
        return tuple(
            kind(**{field: reader(value) for field, reader, value in zip(names, readers, row, strict=True)})
            for row in kept
        )

    return json_column(
        name, lambda parts: [[_json_value(getattr(part, field)) for field in names] for part in parts], back
    )


def _list_to_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _json_value(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _stage_in(value: str | None) -> Stage | None:
    return Stage(value) if value else None


def _stages_in(kept: list[list[Any]]) -> tuple[tuple[Stage, int], ...]:
    return tuple((Stage(stage), int(number)) for stage, number in kept)


def _words_in(kept: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(group) for group in kept)


CALLS = TableMapping(
    table="track_call",
    record=TrendCall,
    columns=(
        enum_column("origin", CallOrigin),
        *plain_columns(TEXT, "trend_id"),
        time_column("as_of"),
        enum_column("stage", Stage),
        *plain_columns(WHOLE, "rank"),
        *plain_columns(TEXT, "title"),
        text_list_column("documents"),
        json_column("words", list, _words_in),
        pairs_column("least"),
        *plain_columns(REAL, "q_value", "lasting", "share"),
        _parts_column("bands", ProjectionBand),
        *_number_list_columns("spoken", "near", "totals"),
        vector_column("centre"),
    ),
)

OUTCOMES = TableMapping(
    table="track_outcome",
    record=CallOutcome,
    columns=(
        enum_column("origin", CallOrigin),
        *plain_columns(TEXT, "trend_id"),
        time_column("as_of"),
        *plain_columns(WHOLE, "days"),
        time_column("known"),
        *plain_columns(TRUTH, "grew", "lasted", "chance_grew"),
        *_number_list_columns("spoken", "near", "totals"),
    ),
)

RECORDS = TableMapping(
    table="track_record",
    record=TrackRecord,
    columns=(
        enum_column("origin", CallOrigin),
        time_column("first_cutoff", "first"),
        time_column("last_cutoff", "last"),
        *plain_columns(WHOLE, "weeks"),
        *plain_columns(TRUTH, "complete"),
        *plain_columns(WHOLE, "documents", "sources"),
        text_list_column("sources_only"),
        time_column("made"),
        *plain_columns(TEXT, "code_version", "encoder"),
        *plain_columns(WHOLE, "calls"),
        _parts_column("reliability", Reliability, {"stage": Stage}),
        _parts_column("chances", PersistenceBin),
        *plain_columns(REAL, "brier", "brier_base"),
        _parts_column("coverage", BandCoverage, {"stage": _stage_in}),
        _parts_column("lists", StageCounts, {"as_of": datetime.fromisoformat, "stages": _stages_in}),
        _parts_column("errors", BandErrors),
        _parts_column("lasting", PersistenceFit),
        time_column("known"),
    ),
)

CALLS_KEY = ("origin", "trend_id", "as_of")
OUTCOMES_KEY = (*CALLS_KEY, "days")
RECORDS_KEY = ("origin",)
_KEY = ", ".join(CALLS_KEY)
_UNJUDGED = f"""
    WHERE origin = ? AND as_of <= ? AND ({_KEY}) NOT IN
          (SELECT ({_KEY}) FROM track_outcome WHERE days = ?)
    ORDER BY as_of, rank, trend_id
"""


def read_calls(
    connection: DuckConnection, origin: CallOrigin, *, since: datetime | None = None, until: datetime | None = None
) -> tuple[TrendCall, ...]:
    """Calls of an origin, ``since <= as_of < until``, by cut-off, rank and trend."""
    rest = """
        WHERE origin = ? AND (? IS NULL OR as_of >= ?) AND (? IS NULL OR as_of < ?) ORDER BY as_of, rank, trend_id
    """
    return _select(connection, CALLS, rest, origin.value, since, since, until, until)


def calls_without_outcome(
    connection: DuckConnection, origin: CallOrigin, *, days: int, until: datetime
) -> tuple[TrendCall, ...]:
    """Calls made by `until` that have no outcome at a horizon."""
    return _select(connection, CALLS, _UNJUDGED, origin.value, until, days)


def read_outcomes(
    connection: DuckConnection, origin: CallOrigin, *, since: datetime | None = None
) -> tuple[CallOutcome, ...]:
    """Outcomes of calls of an origin, ``since <= as_of``, by cut-off, trend and horizon."""
    rest = "WHERE origin = ? AND (? IS NULL OR as_of >= ?) ORDER BY as_of, trend_id, days"
    return _select(connection, OUTCOMES, rest, origin.value, since, since)


def read_track_record(connection: DuckConnection, origin: CallOrigin) -> TrackRecord | None:
    """The record of an origin, None where there is none."""
    found = _select(connection, RECORDS, "WHERE origin = ?", origin.value)
    return found[0] if found else None


def put_records(
    connection: DuckConnection, shape: TableMapping[Record], records: Sequence[Record], keys: Sequence[str]
) -> None:
    """Insert records; what is there under the same keys is replaced, of two given the last counts."""
    if not records:
        return
    table = shape.arrow(list({tuple(getattr(record, key) for key in keys): record for record in records}.values()))
    same = " AND ".join(f"{shape.table}.{key} = i.{key}" for key in keys)
    with connection.incoming(table):
        connection.execute(f"DELETE FROM {shape.table} USING incoming i WHERE {same}")
        connection.execute(f"INSERT INTO {shape.table} ({shape.names}) SELECT {shape.names} FROM incoming")


def clear_call_centres(connection: DuckConnection, origin: CallOrigin, before: datetime) -> None:
    """Empty the centres of calls made before a moment."""
    connection.execute("UPDATE track_call SET centre = [] WHERE origin = ? AND as_of < ?", [origin.value, before])


def delete_track(connection: DuckConnection, origin: CallOrigin) -> None:
    """Delete calls, outcomes and record of an origin."""
    for shape in (CALLS, OUTCOMES, RECORDS):
        connection.execute(f"DELETE FROM {shape.table} WHERE origin = ?", [origin.value])


def read_backtest_state(connection: DuckConnection) -> BacktestState | None:
    """Where the backtest stands, None where none is under way."""
    found = connection.rows("SELECT fingerprint, cutoff, engine, units, means, trends FROM backtest")
    if not found:
        return None
    fingerprint, cutoff, *kept = found[0]
    engines, units, means, trends = (
        _from_arrow_bytes(shape, part) for shape, part in zip(_STATE_SHAPES, kept, strict=True)
    )
    engine = replace(engines[0], units=units, means=means)
    return BacktestState(fingerprint=fingerprint, cutoff=cutoff, engine=engine, trends=trends)


def put_backtest_state(connection: DuckConnection, state: BacktestState | None) -> None:
    """Keep where the backtest stands, or that none is under way."""
    connection.execute("DELETE FROM backtest")
    if state is None:
        return
    parts = ([state.engine], state.engine.units, state.engine.means, state.trends)
    frozen = [_to_arrow_bytes(shape, part) for shape, part in zip(_STATE_SHAPES, parts, strict=True)]
    names = ("engine", "units", "means", "trends")
    table = pa.table({name: pa.array([part], type=pa.binary()) for name, part in zip(names, frozen, strict=True)})
    with connection.incoming(table):
        connection.execute(
            "INSERT INTO backtest SELECT ?, ?, engine, units, means, trends FROM incoming",
            [state.fingerprint, state.cutoff],
        )


def _to_arrow_bytes(shape: TableMapping[Any], records: Sequence[Any]) -> bytes:
    """Records as one compressed Arrow file: their shape may change without a migration, it lives for one backtest."""
    table = shape.arrow(records)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


def _from_arrow_bytes(shape: TableMapping[Any], kept: bytes) -> tuple[Any, ...]:
    with pa.ipc.open_stream(kept) as stream:
        table = stream.read_all()
    columns = [[with_utc(value) for value in column.to_pylist()] for column in table.columns]
    return shape.records(zip(*columns, strict=True))


def _select(connection: DuckConnection, shape: TableMapping[Record], rest: str, *facts: Any) -> tuple[Record, ...]:
    return shape.records(connection.rows(f"SELECT {shape.names} FROM {shape.table} {rest}", facts))
