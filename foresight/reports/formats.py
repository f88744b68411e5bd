"""A brief as JSON: stable, sorted, the whole record; charts as Vega-Lite.

A brief in the format that was asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from foresight.model.briefs import Brief
from foresight.model.errors import UnknownFormat
from foresight.reports.html import write_html
from foresight.reports.markdown import write_markdown

JSON_FORMAT_VERSION = 1


def write_json(brief: Brief) -> bytes:
    """UTF-8 JSON with sorted keys; times in ISO 8601 UTC, specifications as objects. Same brief, same bytes."""
    found = asdict(brief)
    for section in found["sections"]:
        for figure in section["figures"]:
            figure["specification"] = json.loads(figure["specification"])
    found["format_version"] = JSON_FORMAT_VERSION
    return (json.dumps(found, ensure_ascii=False, indent=2, sort_keys=True, default=_json_value) + "\n").encode()


def _json_value(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(type(value).__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefWriter:
    """How a brief becomes a file: its media type, and the function that writes it."""

    media_type: str
    write: Callable[[Brief], bytes]


BRIEF_WRITERS = {
    "html": BriefWriter(media_type="text/html; charset=utf-8", write=write_html),
    "md": BriefWriter(media_type="text/markdown; charset=utf-8", write=write_markdown),
    "json": BriefWriter(media_type="application/json", write=write_json),
}
BRIEF_FORMATS = tuple(BRIEF_WRITERS)


def write_brief(brief: Brief, format: str) -> bytes:  # noqa: A002 - the word of the command line
    """The brief as a file's content.

    Raises:
        UnknownFormat: `format` is none of `FORMATS`.
    """
    if format not in BRIEF_WRITERS:
        raise UnknownFormat(found=format, expected=", ".join(BRIEF_FORMATS))
    return BRIEF_WRITERS[format].write(brief)
