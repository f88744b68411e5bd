"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/); feedparser 6 reads none. Runs in the parse process.

Tolerant where publishers err: a numeric id, a missing version, a date of another form, an item that is no object.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from urllib.parse import urljoin

from foresight.ingest.body_checks import NotAFeed
from foresight.ingest.parsed_feed import ParsedEntry, ParsedFeed, parsed_entry


def read_json_feed(body: bytes, *, url: str, max_entries: int) -> ParsedFeed:
    """A feed from UTF-8 JSON.

    Raises:
        NotAFeed: no JSON, or JSON that is no feed.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotAFeed("json", f"broken: {str(error)[:150]}") from error
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise NotAFeed("json", "no list of items")
    if "jsonfeed.org" not in str(document.get("version", "")) and not _looks_like_items(document["items"]):
        raise NotAFeed("json", "no JSON Feed version")
    lang = _text(document, "language")
    items = [item for item in document["items"] if isinstance(item, dict)]
    return ParsedFeed(
        kind="json",
        title=_text(document, "title")[:500],
        lang=lang[:35],
        entries=tuple(_entry(item, url) for item in items[:max_entries]),
        damaged=len(items) < len(document["items"]),
    )


def _looks_like_items(items: list[object]) -> bool:
    """Without a version, items count as a feed's where each has an id and something to read."""
    readable = ("title", "summary", "content_html", "content_text")
    return bool(items) and all(
        isinstance(item, dict) and "id" in item and any(item.get(name) for name in readable) for item in items
    )


def _entry(item: Mapping[str, object], base: str) -> ParsedEntry:
    return parsed_entry(
        title=html.escape(_text(item, "title"), quote=False),  # a title of JSON Feed is plain text
        html=_body(item),
        url=_link(item, base),
        guid=_identity(item),
        published_raw=_text(item, "date_published") or _text(item, "date_modified"),
        lang=_text(item, "language"),
    )


def _body(item: Mapping[str, object]) -> str:
    """The lead where there is one, else the content. Plain text is escaped: what follows reads HTML."""
    plain = _text(item, "summary") or ("" if _text(item, "content_html") else _text(item, "content_text"))
    return html.escape(plain, quote=False) if plain else _text(item, "content_html")


def _link(item: Mapping[str, object], base: str) -> str:
    written = (_text(item, "url") or _text(item, "external_url")).strip()
    try:
        return urljoin(base, written) if written else ""
    except ValueError:
        return ""


def _identity(item: Mapping[str, object]) -> str:
    """The id; the standard wants a string but asks readers to bear numbers."""
    value = item.get("id")
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _text(holder: Mapping[str, object], name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""
