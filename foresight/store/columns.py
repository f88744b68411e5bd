"""How a record becomes a row and a row a record: one `Shape` per table, one `Column` per column.

Numbers, texts and times stand in columns of their own type. What is nested (headlines, problems, pairs) stands as
JSON, exact: a float comes back as the same float.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

import numpy as np
import pyarrow as pa

from foresight.records import Floats1d
from foresight.store.connection import Row, utc_in

Record = TypeVar("Record")

TEXT, WHOLE, REAL, TRUTH, TIME = pa.string(), pa.int64(), pa.float64(), pa.bool_(), pa.timestamp("us")
TEXTS, FLOATS = pa.list_(pa.string()), pa.list_(pa.float32())


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Attributes:
        name: in the database; field: in the record, "" where the record has no such field.
        kind: its Arrow type.
        write: from the field's value to the column's; read: back.
    """

    name: str
    field: str
    kind: pa.DataType
    write: Callable[[Any], Any] = _same
    read: Callable[[Any], Any] = _same


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape(Generic[Record]):
    """A table and the record its rows are."""

    table: str
    record: Callable[..., Record]
    columns: tuple[Column, ...]

    @property
    def names(self) -> str:
        """The columns of the record, for SELECT and INSERT."""
        return ", ".join(column.name for column in self.columns)

    def of(self, alias: str) -> str:
        """The same with a table's alias before each."""
        return ", ".join(f"{alias}.{column.name}" for column in self.columns)

    def arrow(self, records: Sequence[Record], **constants: str | bool | Sequence[int]) -> pa.Table:
        """Records as columns, with further columns: the same value in every row, or a list of numbers."""
        table = {
            column.name: pa.array([column.write(_value(record, column)) for record in records], type=column.kind)
            for column in self.columns
        }
        for name, value in constants.items():
            table[name] = pa.array([value] * len(records) if isinstance(value, str | bool) else value)
        return pa.table(table)

    def records(self, rows: Iterable[Row]) -> tuple[Record, ...]:
        """Rows whose columns are those of `names`, as records."""
        columns = [(place, column) for place, column in enumerate(self.columns) if column.field]
        return tuple(
            self.record(**{column.field: column.read(row[place]) for place, column in columns}) for row in rows
        )


def _value(record: object, column: Column) -> Any:
    return getattr(record, column.field) if column.field else record


def plain(kind: pa.DataType, *names: str) -> tuple[Column, ...]:
    """Columns that are named and written as the record has them."""
    return tuple(Column(name=name, field=name, kind=kind) for name in names)


def text(name: str, field: str) -> Column:
    """A text whose column has another name than the field."""
    return Column(name=name, field=field, kind=TEXT)


def choice(name: str, kind: type[StrEnum]) -> Column:
    """One of an enumeration, by its value."""
    return Column(name=name, field=name, kind=TEXT, write=str, read=kind)


def time(name: str, field: str = "") -> Column:
    """A moment, UTC, or nothing. The zone comes back in `Connection.rows`."""
    return Column(name=name, field=field or name, kind=TIME, write=_time)


def texts(name: str) -> Column:
    """A list of texts."""
    return Column(name=name, field=name, kind=TEXTS, write=list, read=tuple)


def floats(name: str) -> Column:
    """A vector of float32."""
    return Column(name=name, field=name, kind=FLOATS, read=_vector)


def seconds(name: str, field: str) -> Column:
    """A duration in seconds."""
    return Column(name=name, field=field, kind=REAL, write=timedelta.total_seconds, read=_duration)


def pairs(name: str, field: str = "") -> Column:
    """A tuple of flat tuples, as a JSON list of lists."""
    return Column(name=name, field=field or name, kind=TEXT, write=to_json, read=_tuples)


def nested(name: str, write: Callable[[Any], Any], read: Callable[[Any], Any]) -> Column:
    """Anything else: `write` gives what JSON can say, `read` takes it back."""
    return Column(
        name=name,
        field=name,
        kind=TEXT,
        write=lambda value: to_json(write(value)),
        read=lambda kept: read(json.loads(kept)),
    )


def to_json(value: object) -> str:
    """Compact JSON, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _time(value: datetime | None) -> datetime | None:
    return None if value is None else utc_in(value)


def _duration(value: float) -> timedelta:
    return timedelta(seconds=value)


def _vector(value: Sequence[float]) -> Floats1d:
    return np.array(value, dtype=np.float32)


def _tuples(kept: str) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(each) for each in json.loads(kept))
