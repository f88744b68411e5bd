"""Which entry is which: keys within a source, canonical links, ids of documents."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from foresight.collect.parsed import ParsedEntry

_TRACKING_BEGINS = ("utm_", "mtm_", "pk_", "at_campaign", "at_medium", "ns_", "hsa_", "mc_", "xtor", "echobox")
_TRACKING = {
    *("fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "igshid", "_hsenc", "_hsmi"),
    *("mkt_tok", "ncid", "cmpid", "cmp", "ocid", "smid", "smtyp", "partner", "origin", "rss", "ftag", "ref", "feed"),
}
_MEANS_THE_FEED = {"origin", "partner", "ref", "feed", "cmp", "rss"}  # words that also have honest uses
_DEFAULT_PORTS = {"http": 80, "https": 443}


def keys(entries: Sequence[ParsedEntry]) -> tuple[str, ...]:
    """What identifies each entry within its source, in order. Two entries with one key are the same entry twice.

    The guid where it names one article of this document, else the canonical link where that does, else a hash of
    title, date and beginning. Feeds give all items one guid, or link all items to their front page.
    """
    by_guid = _articles_by([entry.guid for entry in entries], entries)
    by_link = _articles_by([canonical(entry.url) for entry in entries], entries)
    return tuple(_key(entry, by_guid, by_link) for entry in entries)


def document_id(source_id: str, key: str) -> str:
    """16 hex digits, the same for the same entry of the same source for ever."""
    return hashlib.sha256(f"{source_id}\n{key}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def content_hash(title: str, text: str) -> str:
    """sha256 of the wording."""
    return hashlib.sha256(f"{title}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


def canonical(url: str) -> str:
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
    return link if canonical(link) and not re.search(r"[\s<>\"]", link) else ""


def _articles_by(names: Sequence[str], entries: Sequence[ParsedEntry]) -> dict[str, set[str]]:
    """Which articles stand under each name: by link where there is one, else by title."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, entry in zip(names, entries, strict=True):
        found[name].add(entry.title if name == canonical(entry.url) or not entry.url else canonical(entry.url))
    return found


def _key(entry: ParsedEntry, by_guid: dict[str, set[str]], by_link: dict[str, set[str]]) -> str:
    link = canonical(entry.url)
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
    if name in _MEANS_THE_FEED:
        return value in ("", "1") or "rss" in value or "feed" in value
    return name in _TRACKING or name.startswith(_TRACKING_BEGINS)
