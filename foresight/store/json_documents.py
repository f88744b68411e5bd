"""Scenarios and what people made in a workshop as JSON documents and back, by the fields of the record.

A record's class says all there is to know, so one pair of functions serves every kind. A new field gets a default in
its record, so that old documents stay readable; a layout that old programs would misread gets a new version.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

LAYOUT_VERSION = 1

RecordType = TypeVar("RecordType")


def record_to_json(content: object) -> str:
    """All of a record as JSON, with the version of this layout inside."""
    return json.dumps({"version": LAYOUT_VERSION, **_json_value(content)}, ensure_ascii=False)


def layout_version(document: str) -> int:
    """The layout a document is in."""
    return int(json.loads(document)["version"])


def record_from_json(kind: type[RecordType], document: str) -> RecordType:
    """The record that a document of a known version holds.

    Raises:
        KeyError, TypeError, ValueError: it holds none.
    """
    return cast("RecordType", _from_json_value(kind, json.loads(document)))


def _json_value(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _json_value(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_json_value(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _from_json_value(kind: Any, kept: Any) -> Any:
    """`kept` as what a field of type `kind` holds."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        (inner,) = [each for each in get_args(kind) if each is not NoneType]
        return None if kept is None else _from_json_value(inner, kept)
    if origin is tuple:
        return _tuple_from_json(get_args(kind), kept)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _field_types(kind)
        return kind(**{name: _from_json_value(hints[name], kept[name]) for name in hints if name in kept})
    if issubclass(kind, datetime | date):
        return kind.fromisoformat(kept)
    return _scalar_from_json(kind, kept)


def _tuple_from_json(kinds: tuple[Any, ...], kept: Any) -> tuple[Any, ...]:
    if not isinstance(kept, list):
        raise TypeError(kept)
    each = kinds[:1] * len(kept) if kinds[-1] is ... else kinds
    return tuple(_from_json_value(kind, value) for kind, value in zip(each, kept, strict=True))


def _scalar_from_json(kind: Any, kept: Any) -> Any:
    if issubclass(kind, Enum) or (kind is float and type(kept) is int):
        return kind(kept)
    if type(kept) is not kind:
        raise TypeError(kept)
    return kept


@cache
def _field_types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
