"""Entries of a feed become documents: a key that lasts, plain words, a safe link, a date with its origin."""

from __future__ import annotations

import hashlib
import html
import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import nh3

from foresight.ingest.dates import date_conventions, publication_time
from foresight.ingest.parsed_feed import ParsedEntry, ParsedFeed
from foresight.model.documents import Document
from foresight.model.sources import RawEntry, Source

_TRACKING_BEGINS = ("utm_", "mtm_", "pk_", "at_campaign", "at_medium", "ns_", "hsa_", "mc_", "xtor", "echobox")
_TRACKING = {
    *("fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "igshid", "_hsenc", "_hsmi"),
    *("mkt_tok", "ncid", "cmpid", "cmp", "ocid", "smid", "smtyp", "partner", "origin", "rss", "ftag", "ref", "feed"),
}
_TRACKING_WHEN_FEED = {"origin", "partner", "ref", "feed", "cmp", "rss"}  # words that also have honest uses
_DEFAULT_PORTS = {"http": 80, "https": 443}


def entry_keys(entries: Sequence[ParsedEntry]) -> tuple[str, ...]:
    """What identifies each entry within its source, in order. Two entries with one key are the same entry twice.

    The guid where it names one article of this document, else the canonical link where that does, else a hash of
    title, date and beginning. Feeds give all items one guid, or link all items to their front page.
    """
    by_guid = _articles_by_name([entry.guid for entry in entries], entries)
    by_link = _articles_by_name([canonical_link(entry.url) for entry in entries], entries)
    return tuple(_entry_key(entry, by_guid, by_link) for entry in entries)


def document_id(source_id: str, key: str) -> str:
    """16 hex digits, the same for the same entry of the same source for ever."""
    return hashlib.sha256(f"{source_id}\n{key}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def content_hash(title: str, text: str) -> str:
    """sha256 of the wording."""
    return hashlib.sha256(f"{title}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


def canonical_link(url: str) -> str:
    """The link without what does not name the article: tracking parameters and marks, default port, case of the host.

    For comparing only; people get the link as it was published. "" for what is no http address.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in _DEFAULT_PORTS or not parts.hostname:
        return ""
    host = parts.hostname if port in (None, _DEFAULT_PORTS[parts.scheme.lower()]) else f"{parts.hostname}:{port}"
    fragment = "" if re.search(r"=|^(comments|respond)?$", parts.fragment, re.IGNORECASE) else parts.fragment
    return urlunsplit((parts.scheme.lower(), host, parts.path or "/", _without_tracking(parts.query), fragment)).strip()


def web_link(url: str) -> str:
    """The address where it may be shown as a link, else "": http and https only, never javascript: or data:."""
    link = url.strip()
    return link if canonical_link(link) and not re.search(r"[\s<>\"]", link) else ""


def _articles_by_name(names: Sequence[str], entries: Sequence[ParsedEntry]) -> dict[str, set[str]]:
    """Which articles stand under each name: by link where there is one, else by title."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, entry in zip(names, entries, strict=True):
        found[name].add(
            entry.title if name == canonical_link(entry.url) or not entry.url else canonical_link(entry.url)
        )
    return found


def _entry_key(entry: ParsedEntry, by_guid: dict[str, set[str]], by_link: dict[str, set[str]]) -> str:
    link = canonical_link(entry.url)
    if entry.guid and len(by_guid[entry.guid]) == 1:
        return entry.guid
    if link and len(by_link[link]) == 1:
        return link
    wording = f"{entry.title}\n{entry.published_raw}\n{entry.html[:500]}"
    return hashlib.sha256(wording.encode("utf-8", "surrogatepass")).hexdigest()


def _without_tracking(query: str) -> str:
    """The query itself, byte for byte, where nothing has to go."""
    if not query:
        return ""
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _is_tracking(name.lower(), value.lower())]
    return query if len(kept) == len(pairs) else urlencode(kept)


def _is_tracking(name: str, value: str) -> bool:
    if name in _TRACKING_WHEN_FEED:
        return value in ("", "1") or "rss" in value or "feed" in value
    return name in _TRACKING or name.startswith(_TRACKING_BEGINS)


LONGEST_TITLE, LONGEST_TEXT, TITLE_FROM_TEXT_LENGTH = 2_000, 200_000, 120

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


def entries_of_feed(source: Source, feed: ParsedFeed, *, now: datetime) -> tuple[RawEntry, ...]:
    """The entries of a feed with their keys and dates, each key once; of two, the first counts."""
    habits = date_conventions(source.region, urlsplit(source.url).hostname or "")
    found: dict[str, RawEntry] = {}
    for key, entry in zip(entry_keys(feed.entries), feed.entries, strict=True):
        if key in found:
            continue
        found[key] = RawEntry(
            source_id=source.id,
            key=key,
            title=entry.title,
            html=entry.html,
            url=_link_of_entry(entry),
            guid=entry.guid,
            published=publication_time(entry.published_raw, entry.published_seconds, habits=habits, now=now),
            published_raw=entry.published_raw,
            lang=language_code(entry.lang or feed.lang),
        )
    return tuple(found.values())


def documents_of_entries(source: Source, entries: Sequence[RawEntry], *, now: datetime) -> tuple[Document, ...]:
    """What there is to read in the entries; one without any words is left out.

    `now` is the moment of collecting: `first_seen`, and the date of what has none.
    """
    return tuple(made for made in (_document_of_entry(source, entry, now) for entry in entries) if made is not None)


def plain_text(markup: str) -> str:
    """The words of HTML or text on one line: no markup, scripts, comments, invisible characters."""
    marked = _BLOCK.sub(" <", _NO_TAG.sub("&lt;", markup))
    words = html.unescape(nh3.clean(marked, tags=set(), strip_comments=True))
    return " ".join(_INVISIBLE.sub("", words).split())


def language_code(declared: str) -> str:
    """ISO 639-1 of "fi-FI", "en_US", "EN"; "" for what is none."""
    code = re.split(r"[-_]", declared.strip())[0].lower()
    return code if re.fullmatch(r"[a-z]{2}", code) else ""


def _document_of_entry(source: Source, entry: RawEntry, now: datetime) -> Document | None:
    title, text = plain_text(entry.title)[:LONGEST_TITLE], plain_text(entry.html)[:LONGEST_TEXT]
    title = title or _title_from_text(text)
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


def _title_from_text(text: str) -> str:
    """A title for an entry without one, as short messages are: its beginning, at a word's end."""
    if len(text) <= TITLE_FROM_TEXT_LENGTH:
        return text
    return text[:TITLE_FROM_TEXT_LENGTH].rsplit(" ", 1)[0] + " …"


def _link_of_entry(entry: ParsedEntry) -> str:
    return web_link(entry.url) or web_link(entry.guid)
