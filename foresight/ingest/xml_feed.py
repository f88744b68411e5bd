"""RSS, RDF and Atom: feedparser's result as slim records.

feedparser gets bytes only (a string would be opened as a file or URL), does no cleaning and resolves no links inside
texts: both are slow, and nh3 cleans later. Runs in the parse process.
"""

from __future__ import annotations

import calendar
import re
from typing import Any
from urllib.parse import urljoin

import feedparser
import feedparser.api

from foresight.ingest.body_checks import NotAFeed
from foresight.ingest.parsed_feed import ParsedEntry, ParsedFeed, parsed_entry

# libxml2, where a system has it, would open files that a feed names (feedparser#107).
feedparser.api.PREFERRED_XML_PARSERS.clear()

_TAG = re.compile(r"<[^<>]{0,2000}>")
# The order in which a feed's dates are believed; feedparser calls RSS's pubDate "published".
_DATES = ("published", "updated", "created")


def read_xml_feed(body: bytes, *, url: str, max_entries: int) -> ParsedFeed:
    """A feed from a guarded body.

    Args:
        body: UTF-8 from `guard`.
        url: where it came from; links are resolved against it.
        max_entries: what comes after is left out.

    Raises:
        NotAFeed: nothing of a feed was found in it.
    """
    # It is not given the address: with it, it would make guids absolute, and a feed that moves would be all new.
    headers = {"content-type": "application/xml; charset=utf-8"}
    result = feedparser.parse(body, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    feed, entries = result.feed, result.entries
    if not entries and not result.version:
        raise NotAFeed("xml", _reason(result))
    if not entries and result.bozo:
        raise NotAFeed(result.version, _reason(result))
    base = urljoin(url, _text(feed, "link") or url)
    return ParsedFeed(
        kind="xml",
        title=_text(feed, "title")[:500],
        lang=_text(feed, "language")[:35],
        entries=tuple(_entry(one, base) for one in entries[:max_entries]),
        damaged=_is_damaged(result),
        minutes=_minutes(_text(feed, "ttl")),
    )


def _entry(found: Any, base: str) -> ParsedEntry:  # a FeedParserDict
    name = next((name for name in _DATES if dict.get(found, name)), "")
    # A guid with isPermaLink (the default) stands in for a missing link; feedparser does so only when it is absent.
    link = _text(found, "link")
    return parsed_entry(
        title=_text(found, "title"),
        html=_body(found),
        url=_absolute(link, base),
        guid=_text(found, "id").strip(),
        published_raw=_text(found, name),
        published_seconds=_seconds(dict.get(found, f"{name}_parsed")),
        lang=_entry_language(found),
    )


def _body(found: Any) -> str:
    """The lead where there is one in words, else the content."""
    texts = [_text(found, "summary")]
    texts += [_text(content, "value") for content in dict.get(found, "content") or ()]
    return next((text for text in texts if _TAG.sub("", text[:20_000]).strip()), "")


def _entry_language(found: Any) -> str:
    declared = _text(found, "language")
    detail = dict.get(found, "title_detail")
    return declared or (_text(detail, "language") if detail else "")


def _text(holder: Any, name: str) -> str:
    value = dict.get(holder, name)
    return value if isinstance(value, str) else ""


def _absolute(link: str, base: str) -> str:
    try:
        return urljoin(base, link.strip()) if link.strip() else ""
    except ValueError:  # such as an unclosed bracket of an IPv6 address
        return ""


def _seconds(parsed: Any) -> int | None:
    try:
        return calendar.timegm(parsed) if parsed else None
    except (OverflowError, TypeError, ValueError):
        return None


def _minutes(ttl: str) -> int:
    return min(int(ttl), 10_080) if re.fullmatch(r"\s*[0-9]{1,9}\s*", ttl) else 0


def _is_damaged(result: Any) -> bool:
    mild = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
    return bool(result.bozo) and not isinstance(dict.get(result, "bozo_exception"), mild)


def _reason(result: Any) -> str:
    wrong = dict.get(result, "bozo_exception")
    return str(wrong)[:200] if wrong else "no entries and no feed element"
