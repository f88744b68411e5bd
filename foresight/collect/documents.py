"""Entries become documents: plain words, a safe link, a date with its origin."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

import nh3

from foresight.collect.dates import habits_of, published
from foresight.collect.identity import content_hash, document_id, keys, web_link
from foresight.collect.parsed import ParsedEntry, ParsedFeed
from foresight.records import Document, RawEntry, Source

LONGEST_TITLE, LONGEST_TEXT, STAND_IN = 2_000, 200_000, 120

# HTML only: "Vec<String>" in a headline is no tag, and stays.
_TAGS = (
    "a|abbr|address|article|aside|audio|b|base|bdi|bdo|big|blockquote|body|br|button|canvas|caption|center|cite|code|col|"
    "colgroup|data|dd|del|details|dfn|dialog|div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer|form|frame|"
    "frameset|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|label|legend|li|link|main|map|mark|math|menu|meta|nav|"
    "noscript|object|ol|optgroup|option|p|param|picture|pre|progress|q|rp|rt|ruby|s|samp|script|section|select|small|"
    "source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|time|title|tr|"
    "track|tt|u|ul|var|video|wbr"
)
_NO_TAG = re.compile(rf"<(?!(?:/?(?:{_TAGS})\b|!--))", re.IGNORECASE)
_BLOCKS = "p|br|div|li|ul|ol|h[1-6]|tr|td|th|dd|dt|blockquote|figcaption|section|pre"
_BLOCK = re.compile(rf"<(?=/?(?:{_BLOCKS})\b)", re.IGNORECASE)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]")


def raw_entries(source: Source, feed: ParsedFeed, *, now: datetime) -> tuple[RawEntry, ...]:
    """The entries of a feed with their keys and dates, each key once; of two, the first counts."""
    habits = habits_of(source.region, urlsplit(source.url).hostname or "")
    found: dict[str, RawEntry] = {}
    for key, entry in zip(keys(feed.entries), feed.entries, strict=True):
        if key in found:
            continue
        found[key] = RawEntry(
            source_id=source.id,
            key=key,
            title=entry.title,
            html=entry.html,
            url=_link(entry),
            guid=entry.guid,
            published=published(entry.published_raw, entry.published_seconds, habits=habits, now=now),
            published_raw=entry.published_raw,
            lang=language_code(entry.lang or feed.lang),
        )
    return tuple(found.values())


def documents(source: Source, entries: Sequence[RawEntry], *, now: datetime) -> tuple[Document, ...]:
    """What there is to read in the entries; one without any words is left out.

    `now` is the moment of collecting: `first_seen`, and the date of what has none.
    """
    return tuple(made for made in (_document(source, entry, now) for entry in entries) if made is not None)


def plain_text(markup: str) -> str:
    """The words of HTML or text on one line: no markup, scripts, comments, invisible characters."""
    marked = _BLOCK.sub(" <", _NO_TAG.sub("&lt;", markup))
    words = html.unescape(nh3.clean(marked, tags=set(), strip_comments=True))
    return " ".join(_INVISIBLE.sub("", words).split())


def language_code(declared: str) -> str:
    """ISO 639-1 of "fi-FI", "en_US", "EN"; "" for what is none."""
    code = re.split(r"[-_]", declared.strip())[0].lower()
    return code if re.fullmatch(r"[a-z]{2}", code) else ""


def _document(source: Source, entry: RawEntry, now: datetime) -> Document | None:
    title, text = plain_text(entry.title)[:LONGEST_TITLE], plain_text(entry.html)[:LONGEST_TEXT]
    title = title or _stand_in(text)
    if not title:
        return None
    lang = source.lang or entry.lang
    return Document(
        id=document_id(source.id, entry.key),
        source_id=source.id,
        title=title,
        text=text,
        url=entry.url,
        lang=lang,
        lang_origin="declared" if lang else "",
        published=entry.published or now,
        published_origin="feed" if entry.published else "first_seen",
        published_raw=entry.published_raw,
        first_seen=now,
        content_hash=content_hash(title, text),
    )


def _stand_in(text: str) -> str:
    """A title for an entry without one, as short messages are: its beginning, at a word's end."""
    if len(text) <= STAND_IN:
        return text
    return text[:STAND_IN].rsplit(" ", 1)[0] + " …"


def _link(entry: ParsedEntry) -> str:
    return web_link(entry.url) or web_link(entry.guid)
