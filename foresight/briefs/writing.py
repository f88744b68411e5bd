"""A brief in the format that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from foresight.briefs.html import write_html
from foresight.briefs.json import write_json
from foresight.briefs.markdown import write_markdown
from foresight.errors import UnknownFormat
from foresight.records import Brief


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """How a brief becomes a file: its media type, and the function that writes it."""

    media_type: str
    write: Callable[[Brief], bytes]


WRITERS = {
    "html": Writer(media_type="text/html; charset=utf-8", write=write_html),
    "md": Writer(media_type="text/markdown; charset=utf-8", write=write_markdown),
    "json": Writer(media_type="application/json", write=write_json),
}
FORMATS = tuple(WRITERS)


def write(brief: Brief, format: str) -> bytes:  # noqa: A002 - the word of the command line
    """The brief as a file's content.

    Raises:
        UnknownFormat: `format` is none of `FORMATS`.
    """
    if format not in WRITERS:
        raise UnknownFormat(found=format, expected=", ".join(FORMATS))
    return WRITERS[format].write(brief)
