"""The formats of a brief: one table that the services, the command line and the app's buttons read.

A new format is a function from a brief to bytes, a line in `BRIEF_WRITERS`, and its name under `ui.format_…`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, NamedTuple

from foresight.model.briefs import Brief
from foresight.model.errors import UnknownFormat
from foresight.reports.html import write_html
from foresight.reports.markdown import write_markdown

JSON_FORMAT_VERSION = 1


class BriefWriter(NamedTuple):
    """How a brief becomes a file: its media type, and the function that writes it."""

    media_type: str
    write: Callable[[Brief], bytes]


def write_json(brief: Brief) -> bytes:
    """UTF-8 JSON with sorted keys; times in ISO 8601 UTC, specifications as objects. Same brief, same bytes."""
    document = asdict(brief)
    for section in document["sections"]:
        for figure in section["figures"]:
            figure["specification"] = json.loads(figure["specification"])
    document["format_version"] = JSON_FORMAT_VERSION
    return (json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True, default=_json_value) + "\n").encode()


def _json_value(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(type(value).__name__)


BRIEF_WRITERS = {
    "html": BriefWriter("text/html; charset=utf-8", write_html),
    "md": BriefWriter("text/markdown; charset=utf-8", write_markdown),
    "json": BriefWriter("application/json", write_json),
}
BRIEF_FORMATS = tuple(BRIEF_WRITERS)


def write_brief(brief: Brief, format: str) -> bytes:  # noqa: A002 - the word of the command line
    """The brief as a file's content.

    Raises:
        UnknownFormat: `format` is none of `BRIEF_FORMATS`.
    """
    if format not in BRIEF_WRITERS:
        raise UnknownFormat(found=format, expected=", ".join(BRIEF_FORMATS))
    return BRIEF_WRITERS[format].write(brief)
