"""What crosses the pipe between the parse process and us: plain text and numbers, nothing that runs.

A leaf of the package: the parse process imports it, so it imports nothing that is slow to load.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields

WALL_CLOCK_FACTOR = 3  # clock time over computing time: a busy machine must not make good feeds look hostile
LONGEST_TITLE, LONGEST_HTML, LONGEST_FIELD = 2_000, 200_000, 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedEntry:
    """One entry, cut to the length limits.

    Attributes:
        title, html: as the feed gave them: text or HTML.
        url: absolute, any scheme; guid: "" where none.
        published_raw: what the feed wrote; published_seconds: what the parser made of it, seconds since 1970 UTC.
        lang: declared for the entry, "" where none.
    """

    title: str = ""
    html: str = ""
    url: str = ""
    guid: str = ""
    published_raw: str = ""
    published_seconds: int | None = None
    lang: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed as the parser read it.

    Attributes:
        kind: as `body_checks` names it; title and lang as the feed declares them.
        entries: at most `max_entries`, in the order of the document.
        damaged: the body was broken or cut and only partly read.
        minutes: how long the publisher says the feed may be kept (RSS ttl), 0 where it says nothing.
    """

    kind: str
    title: str = ""
    lang: str = ""
    entries: tuple[ParsedEntry, ...] = ()
    damaged: bool = False
    minutes: int = 0


def parsed_entry(  # noqa: PLR0913 - one parameter per field of an entry
    *,
    title: str = "",
    html: str = "",
    url: str = "",
    guid: str = "",
    published_raw: str = "",
    published_seconds: int | None = None,
    lang: str = "",
) -> ParsedEntry:
    """An entry within the length limits. Too long a URL or guid is dropped, not cut: it would be another one."""
    return ParsedEntry(
        title=title[:LONGEST_TITLE],
        html=html[:LONGEST_HTML],
        url=url if len(url) <= LONGEST_FIELD else "",
        guid=guid if len(guid) <= LONGEST_FIELD else "",
        published_raw=published_raw[:200],
        published_seconds=published_seconds,
        lang=lang[:35],
    )


def feed_to_json(feed: ParsedFeed) -> bytes:
    """The feed as JSON."""
    return json.dumps(asdict(feed)).encode()


def feed_from_json(data: bytes) -> ParsedFeed:
    """The feed that `feed_to_json` wrote."""
    decoded = json.loads(data)
    names = {field.name for field in fields(ParsedFeed)} - {"entries"}
    entries = tuple(ParsedEntry(**one) for one in decoded["entries"])
    return ParsedFeed(entries=entries, **{name: decoded[name] for name in names})
