"""What people made in a workshop as JSON documents and back, by the fields of its record.

A record's class says all there is to know, so one pair of functions serves every kind. A new field gets a default in
its record, so that old documents stay readable; a layout that old programs would misread gets a new `VERSION`.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

VERSION = 1

Made = TypeVar("Made")


def to_document(content: object) -> str:
    """All of a record as JSON, with the version of this layout inside."""
    return json.dumps({"version": VERSION, **_plain(content)}, ensure_ascii=False)


def version_of(document: str) -> int:
    """The layout a document is in."""
    return int(json.loads(document)["version"])


def from_document(kind: type[Made], document: str) -> Made:
    """The record that a document of a known version holds.

    Raises:
        KeyError, TypeError, ValueError: it holds none.
    """
    return cast("Made", _made(kind, json.loads(document)))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _made(kind: Any, kept: Any) -> Any:
    """`kept` as what a field of type `kind` holds."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        (inner,) = [each for each in get_args(kind) if each is not NoneType]
        return None if kept is None else _made(inner, kept)
    if origin is tuple:
        return _row(get_args(kind), kept)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: _made(hints[name], kept[name]) for name in hints if name in kept})
    if issubclass(kind, datetime | date):
        return kind.fromisoformat(kept)
    return _scalar(kind, kept)


def _row(kinds: tuple[Any, ...], kept: Any) -> tuple[Any, ...]:
    if not isinstance(kept, list):
        raise TypeError(kept)
    each = kinds[:1] * len(kept) if kinds[-1] is ... else kinds
    return tuple(_made(kind, value) for kind, value in zip(each, kept, strict=True))


def _scalar(kind: Any, kept: Any) -> Any:
    if issubclass(kind, Enum) or (kind is float and type(kept) is int):
        return kind(kept)
    if type(kept) is not kind:
        raise TypeError(kept)
    return kept


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
