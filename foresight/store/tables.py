"""The tables of the archive: which column holds which field of a record. docs/data.md explains them.

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

from foresight.model.documents import Document, DocumentTerms, Floats1d, NamedEntity
from foresight.model.runs import Problem, Run, RunStatus, StepReport
from foresight.model.sources import Fetch, FetchOutcome, Source, SourceKind, Voice
from foresight.model.trends import (
    Assignment,
    Cluster,
    ClusteringState,
    CueWord,
    Headline,
    LanguageMean,
    Lineage,
    LineageKind,
    Signal,
    Speed,
    Stage,
    StageReason,
    Theme,
    ThemeState,
    Trend,
)
from foresight.store.connection import Row, without_zone

Record = TypeVar("Record")

TEXT, WHOLE, REAL, TRUTH, TIME = pa.string(), pa.int64(), pa.float64(), pa.bool_(), pa.timestamp("us")
TEXTS, FLOATS = pa.list_(pa.string()), pa.list_(pa.float32())


def _unchanged(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """One column.

    Attributes:
        name: in the database; field: in the record, "" where the record has no such field.
        kind: its Arrow type.
        write: from the field's value to the column's; read: back.
    """

    name: str
    field: str
    kind: pa.DataType
    write: Callable[[Any], Any] = _unchanged
    read: Callable[[Any], Any] = _unchanged


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMapping(Generic[Record]):
    """A table and the record its rows are."""

    table: str
    record: Callable[..., Record]
    columns: tuple[ColumnMapping, ...]

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
            column.name: pa.array([column.write(_field_value(record, column)) for record in records], type=column.kind)
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


def _field_value(record: object, column: ColumnMapping) -> Any:
    return getattr(record, column.field) if column.field else record


def plain_columns(kind: pa.DataType, *names: str) -> tuple[ColumnMapping, ...]:
    """Columns that are named and written as the record has them."""
    return tuple(ColumnMapping(name=name, field=name, kind=kind) for name in names)


def text_column(name: str, field: str) -> ColumnMapping:
    """A text whose column has another name than the field."""
    return ColumnMapping(name=name, field=field, kind=TEXT)


def enum_column(name: str, kind: type[StrEnum]) -> ColumnMapping:
    """One of an enumeration, by its value."""
    return ColumnMapping(name=name, field=name, kind=TEXT, write=str, read=kind)


def time_column(name: str, field: str = "") -> ColumnMapping:
    """A moment, UTC, or nothing. The zone comes back in `DuckConnection.rows`."""
    return ColumnMapping(name=name, field=field or name, kind=TIME, write=_time_out)


def text_list_column(name: str) -> ColumnMapping:
    """A list of texts."""
    return ColumnMapping(name=name, field=name, kind=TEXTS, write=list, read=tuple)


def vector_column(name: str) -> ColumnMapping:
    """A vector of float32."""
    return ColumnMapping(name=name, field=name, kind=FLOATS, read=_vector_in)


def duration_column(name: str, field: str) -> ColumnMapping:
    """A duration in seconds."""
    return ColumnMapping(name=name, field=field, kind=REAL, write=timedelta.total_seconds, read=_duration_in)


def pairs_column(name: str, field: str = "") -> ColumnMapping:
    """A tuple of flat tuples, as a JSON list of lists."""
    return ColumnMapping(name=name, field=field or name, kind=TEXT, write=to_json, read=_tuples_in)


def json_column(name: str, write: Callable[[Any], Any], read: Callable[[Any], Any]) -> ColumnMapping:
    """Anything else: `write` gives what JSON can say, `read` takes it back."""
    return ColumnMapping(
        name=name,
        field=name,
        kind=TEXT,
        write=lambda value: to_json(write(value)),
        read=lambda kept: read(json.loads(kept)),
    )


def to_json(value: object) -> str:
    """Compact JSON, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _time_out(value: datetime | None) -> datetime | None:
    return None if value is None else without_zone(value)


def _duration_in(value: float) -> timedelta:
    return timedelta(seconds=value)


def _vector_in(value: Sequence[float]) -> Floats1d:
    return np.array(value, dtype=np.float32)


def _tuples_in(kept: str) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(each) for each in json.loads(kept))


def _reason_in(kept: list[Any]) -> StageReason:
    key, facts = kept
    return StageReason(key=key, facts=tuple((name, value) for name, value in facts))


def _headline_in(kept: list[Any]) -> Headline:
    lang, title, subtitle, words = kept
    return Headline(lang=lang, title=title, subtitle=subtitle, words=tuple(words))


def _problem_in(kept: list[Any]) -> Problem:
    subject, error, facts = kept
    return Problem(subject=subject, error=error, facts=tuple((name, value) for name, value in facts))


def _main_title(trend: Trend) -> str:
    return trend.headlines[0].title if trend.headlines else ""


_HEADLINES_COLUMN = json_column(
    "headlines",
    lambda headlines: [(each.lang, each.title, each.subtitle, each.words) for each in headlines],
    lambda kept: tuple(_headline_in(each) for each in kept),
)

SOURCE = TableMapping(
    table="source",
    record=Source,
    columns=(
        text_column("source_id", "id"),
        *plain_columns(TEXT, "title"),
        enum_column("kind", SourceKind),
        *plain_columns(TEXT, "url", "lang", "region"),
        enum_column("voice", Voice),
        text_column("group_name", "group"),
        text_list_column("tags"),
        *plain_columns(REAL, "weight"),
        duration_column("interval_seconds", "interval"),
        *plain_columns(TRUTH, "active"),
    ),
)

FETCH = TableMapping(
    table='"fetch"',  # a word of SQL itself
    record=Fetch,
    columns=(
        *plain_columns(TEXT, "source_id"),
        time_column("asked", "at"),
        enum_column("outcome", FetchOutcome),
        *plain_columns(TEXT, "run_id"),
        *plain_columns(WHOLE, "status"),
        *plain_columns(TEXT, "etag", "last_modified", "body_sha256"),
        *plain_columns(WHOLE, "bytes", "entries", "new_documents", "changed_documents"),
        *plain_columns(TRUTH, "degraded"),
        *plain_columns(TEXT, "error", "detail"),
        *plain_columns(REAL, "seconds"),
        time_column("retry_after"),
        *plain_columns(WHOLE, "failures"),
    ),
)

DOCUMENT = TableMapping(
    table="document",
    record=Document,
    columns=(
        text_column("doc_id", "id"),
        *plain_columns(TEXT, "source_id", "external_id", "url", "title", "text", "lang", "lang_origin"),
        time_column("published"),
        *plain_columns(TEXT, "published_origin", "published_raw"),
        time_column("first_seen"),
        *plain_columns(TEXT, "content_hash", "clean_title", "text_hash", "story_id"),
    ),
)

DOCUMENT_TERMS = TableMapping(
    table="document_term",
    record=DocumentTerms,
    columns=(text_column("doc_id", "document_id"), text_list_column("lemmas"), text_list_column("phrases")),
)

ENTITY = TableMapping(
    table="entity",
    record=NamedEntity,
    columns=(text_column("doc_id", "document_id"), *plain_columns(TEXT, "name", "kind")),
)

RUN = TableMapping(
    table="run",
    record=Run,
    columns=(
        text_column("run_id", "id"),
        time_column("started"),
        enum_column("status", RunStatus),
        time_column("as_of"),
        time_column("finished"),
        *plain_columns(TEXT, "config_hash", "corpus_hash"),
        *plain_columns(WHOLE, "seed"),
        *plain_columns(TEXT, "code_version", "encoder"),
        pairs_column("packages"),
    ),
)

STEP_REPORT = TableMapping(
    table="step",
    record=StepReport,
    columns=(
        *plain_columns(TEXT, "step"),
        *plain_columns(REAL, "seconds"),
        *plain_columns(TEXT, "fingerprint"),
        *plain_columns(TRUTH, "reused"),
        pairs_column("counts"),
        json_column(
            "problems",
            lambda problems: [(each.subject, each.error, each.facts) for each in problems],
            lambda kept: tuple(_problem_in(each) for each in kept),
        ),
    ),
)

THEME_RECORD = TableMapping(
    table="topic",
    record=Theme,
    columns=(
        text_column("topic_id", "id"),
        *plain_columns(TEXT, "run_id", "title"),
        text_list_column("words"),
        *plain_columns(WHOLE, "documents"),
        *plain_columns(REAL, "x", "y"),
        *plain_columns(WHOLE, "level"),
        *plain_columns(TEXT, "parent_id"),
        _HEADLINES_COLUMN,
    ),
)

ASSIGNMENT = TableMapping(
    table="topic_document",
    record=Assignment,
    columns=(
        *plain_columns(TEXT, "owner_id"),
        text_column("doc_id", "document_id"),
        *plain_columns(REAL, "similarity"),
    ),
)

TREND = TableMapping(
    table="trend",
    record=Trend,
    columns=(
        text_column("trend_id", "id"),
        *plain_columns(TEXT, "run_id"),
        time_column("as_of"),
        *plain_columns(WHOLE, "rank"),
        enum_column("stage", Stage),
        ColumnMapping(name="title", field="", kind=TEXT, write=_main_title),
        json_column("reason", lambda reason: (reason.key, reason.facts), _reason_in),
        _HEADLINES_COLUMN,
        *plain_columns(TRUTH, "mixed"),
        *plain_columns(TEXT, "theme_id", "parent_id"),
        time_column("first_document"),
        time_column("last_document"),
        *plain_columns(WHOLE, "documents", "stories", "sources"),
        text_list_column("langs"),
        text_list_column("recent"),
        vector_column("centroid"),
        enum_column("speed", Speed),
    ),
)

LINEAGE = TableMapping(
    table="lineage",
    record=Lineage,
    columns=(
        *plain_columns(TEXT, "run_id", "trend_id"),
        enum_column("kind", LineageKind),
        *plain_columns(TEXT, "earlier_id"),
        *plain_columns(REAL, "similarity"),
        *plain_columns(WHOLE, "shared"),
        *plain_columns(TRUTH, "review"),
    ),
)

SIGNAL = TableMapping(
    table="signal",
    record=Signal,
    columns=(
        *plain_columns(TEXT, "trend_id", "name"),
        text_column("measured_over", "window"),
        *plain_columns(REAL, "value"),
        *plain_columns(TEXT, "unit", "method"),
        *plain_columns(REAL, "low", "high"),
        *plain_columns(WHOLE, "n"),
    ),
)

CUE = TableMapping(
    table="cue",
    record=CueWord,
    columns=(
        *plain_columns(TEXT, "trend_id", "name", "side", "word", "lang"),
        *plain_columns(REAL, "weight"),
        text_list_column("documents"),
    ),
)

_CLUSTER_COLUMNS = (
    vector_column("centroid"),
    *plain_columns(REAL, "weight"),
    pairs_column("thresholds"),
    time_column("born"),
    time_column("last_active"),
    *plain_columns(WHOLE, "documents"),
    *plain_columns(TRUTH, "asleep"),
    *plain_columns(TEXT, "merged_into"),
)

CLUSTER = TableMapping(table="unit", record=Cluster, columns=(text_column("unit_id", "id"), *_CLUSTER_COLUMNS))

THEME_CLUSTER = TableMapping(table="theme", record=Cluster, columns=(text_column("theme_id", "id"), *_CLUSTER_COLUMNS))

THEME_MAP = TableMapping(
    table="theme_map",
    record=ThemeState,
    columns=(
        time_column("cutoff"),
        time_column("fitted"),
        pairs_column("parents"),
        *plain_columns(WHOLE, "documents", "outside", "offered", "missed"),
    ),
)

_MEAN_COLUMNS = (*plain_columns(TEXT, "lang"), *plain_columns(WHOLE, "documents"), vector_column("mean"))

LANGUAGE_MEAN = TableMapping(
    table="language_mean",
    record=LanguageMean,
    columns=_MEAN_COLUMNS,
)

THEME_MEAN = TableMapping(table="theme_mean", record=LanguageMean, columns=_MEAN_COLUMNS)

CLUSTERING = TableMapping(
    table="engine",
    record=ClusteringState,
    columns=(time_column("cutoff"), pairs_column("null_calibration", "null"), time_column("calibrated")),
)
