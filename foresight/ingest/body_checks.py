"""Looks at the bytes of a feed before any parser does: what is it, and can a parser bear it?

XML feeds come out as clean UTF-8 with a prolog of our own making. feedparser needs seconds for a few hundred
kilobytes of line breaks before the root element, takes one wrong byte as reason to read a whole Finnish feed as
windows-1252, and expands entities without limit; none of that reaches it. docs/operations.md has the measurements.

A leaf of the package: the parse process imports it.
"""

from __future__ import annotations

import codecs
import re
import zlib
from dataclasses import dataclass

PROLOG_LIMIT = 65_536
ENTITY_LIMIT = 300
FEED_ROOTS = {"rss", "rdf", "feed", "entry", "channel"}
HTML_ROOTS = {
    "html",
    "head",
    "body",
    "meta",
    "title",
    "script",
    "div",
    "p",
    "br",
    "img",
    "table",
    "center",
    "h1",
    "iframe",
}

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE_STARTS = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
# What web servers call Latin-1 and ASCII is in truth windows-1252 (WHATWG encoding standard).
_MEANS_WINDOWS_1252 = {"ascii", "iso8859-1"}
_DECLARED = re.compile(rb"""<\?xml\s[^>]{0,200}?encoding\s*=\s*["']\s*([A-Za-z0-9._:-]{1,40})""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
# Everything XML 1.0 forbids; a single one makes the strict parser give up.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPACE = re.compile(r"[\s\ufeff\u200b]*")
_ROOT = re.compile(r"<([A-Za-z_][\w.-]{0,60}:)?([A-Za-z_][\w.-]{0,60})")
_ENTITY = re.compile(r"<!ENTITY\s+([\w.-]{1,40})\s+(?:\"([^\"<>%]*)\"|'([^'<>%]*)')\s*>")
_SAFE_VALUE = re.compile(r"&#\w{1,8};|[^&]{0,16}")
_NEXT_SUBSET_MARK = re.compile(r"""<!--|"|'|\]\s*>""")


@dataclass(frozen=True, slots=True)
class CheckedBody:
    """A body that may be parsed. kind is "xml" or "json"; body is UTF-8; repaired says bytes were replaced."""

    kind: str
    body: bytes
    repaired: bool = False


class NotAFeed(Exception):  # noqa: N818 - says what happened
    """The body is no feed, or one no parser should see. `found` and `reason` are words of ours, never prose."""

    def __init__(self, found: str, reason: str) -> None:
        super().__init__(found, reason)
        self.found, self.reason = found, reason


def checked_body(body: bytes, *, content_type: str = "", limit: int = 10_000_000) -> CheckedBody:
    """What the body is, ready for the parser.

    Args:
        body: decoded of its transfer encoding; may be gzip all the same (feed.xml.gz).
        content_type: the header; only its charset is believed, and only where the bytes do not speak against it.
        limit: most bytes a gzip body may unpack to.

    Raises:
        NotAFeed: HTML, another kind of XML, text, or XML with a prolog that would blow up.
    """
    if body.startswith(b"\x1f\x8b"):
        body = _unpacked(body, limit)
    text, repaired = decoded_text(body, content_type)
    text = text[_match_end(_SPACE, text, 0) :]
    if not text:
        raise NotAFeed("empty", "only white space")
    if text[0] in "{[":
        return CheckedBody("json", text.encode("utf-8", "replace"), repaired)
    if not text.startswith("<"):
        raise NotAFeed("text", "starts with neither < nor {")
    return CheckedBody("xml", _checked_xml(text).encode(), repaired)


def decoded_text(body: bytes, content_type: str = "") -> tuple[str, bool]:
    """The text of a body, and whether bytes had to be replaced by U+FFFD.

    Valid UTF-8 beats every declaration; then the byte order mark, the XML declaration and the header count, in this
    order. A body that claims UTF-8 and has some bad bytes loses these bytes only; with more bad than good it is
    windows-1252.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _decode_leniently(body[len(mark) :], name)
    for start, name in _WIDE_STARTS:
        if body.startswith(start):
            return _decode_leniently(body, name)
    try:
        return body.decode("utf-8"), False
    except UnicodeDecodeError:
        return _decode_leniently(body, _declared_encoding(body, content_type) or "utf-8")


def feed_links(html: bytes) -> tuple[str, ...]:
    """The feeds an HTML page names in its head (``<link rel=alternate>``), as written there, at most five."""
    text = html[:300_000].decode("utf-8", "replace")
    links = []
    for tag in re.findall(r"<link\b[^>]{1,1000}>", text, re.IGNORECASE):
        is_feed = re.search(r"application/(?:rss\+xml|atom\+xml|feed\+json)", tag, re.IGNORECASE)
        href = re.search(r"""\bhref\s*=\s*["']?([^"'\s>]{1,500})""", tag, re.IGNORECASE)
        if is_feed and href and "/wp-json/" not in href[1]:
            links.append(href[1])
    return tuple(dict.fromkeys(links))[:5]


def _unpacked(body: bytes, limit: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(body, limit)
    except zlib.error as error:
        raise NotAFeed("gzip", "damaged") from error
    if unpacker.unconsumed_tail:
        raise NotAFeed("gzip", f"more than {limit} bytes unpacked")
    return plain


def _declared_encoding(body: bytes, content_type: str) -> str:
    """The codec the body, else the header, declares; "" where none is known here."""
    in_body = _DECLARED.search(body, 0, 1_000)
    in_header = _CHARSET.search(content_type)
    names = [in_body[1].decode()] if in_body else []
    names += [in_header[1]] if in_header else []
    for name in names:
        try:
            known = codecs.lookup(name).name
        except LookupError:
            continue
        return "cp1252" if known in _MEANS_WINDOWS_1252 else known
    return ""


def _decode_leniently(body: bytes, encoding: str) -> tuple[str, bool]:
    try:
        text = body.decode(encoding, "replace")
    except (LookupError, UnicodeError, TypeError, ValueError):  # a codec that is none for text, such as "hex"
        encoding, text = "utf-8", body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    if bad and encoding == "utf-8" and bad > sum(1 for _ in re.finditer("[\u0080-\ufffc\U00010000-\U0010ffff]", text)):
        encoding, text = "cp1252", body.decode("cp1252", "replace")
    return text, "\ufffd" in text


def _checked_xml(text: str) -> str:
    entities, start = _read_prolog(text)
    root = _ROOT.match(text, start)
    if root is None:
        raise NotAFeed("text", "no element")
    name = root[2].lower()
    if name not in FEED_ROOTS:
        raise NotAFeed("html" if name in HTML_ROOTS else f"<{root[2]}>", "")
    doctype = f"<!DOCTYPE {name} [{''.join(entities)}]>\n" if entities else ""
    return f'<?xml version="1.0" encoding="utf-8"?>\n{doctype}{_ILLEGAL.sub("", text[start:])}'


def _read_prolog(text: str) -> tuple[list[str], int]:
    """Safe entity declarations, and where the root element starts. White space costs nothing; the rest is bounded."""
    place, spent, entities = 0, 0, list[str]()
    while True:
        place = _match_end(_SPACE, text, place)
        if spent > PROLOG_LIMIT:
            raise NotAFeed("xml", f"no root element within {PROLOG_LIMIT} bytes")
        if text.startswith("<!--", place):
            end = _position_after(text, "-->", place + 4)
        elif text.startswith("<?", place):
            end = _position_after(text, "?>", place + 2)
        elif text[place : place + 9].upper() == "<!DOCTYPE":
            end = _end_of_doctype(text, place)
            entities += _safe_entities(text[place:end])
        elif text.startswith("<", place):
            return entities, place
        else:  # stray text before the root: some servers print a warning there
            following = text.find("<", place)
            end = following if following >= 0 else len(text)
            if end == len(text):
                raise NotAFeed("text", "no element")
        spent += end - place
        place = end


def _match_end(pattern: re.Pattern[str], text: str, place: int) -> int:
    match = pattern.match(text, place)
    return match.end() if match else place


def _position_after(text: str, mark: str, place: int) -> int:
    found = text.find(mark, place, place + PROLOG_LIMIT)
    if found < 0:
        raise NotAFeed("xml", f"an unclosed {mark} before the root element")
    return found + len(mark)


def _end_of_doctype(text: str, place: int) -> int:
    """Where a DOCTYPE ends. An internal subset may hold ">" in quotes and comments."""
    head = re.compile(r"""(?:[^\["'>]|"[^"]*"|'[^']*')*""").match(text, place, place + PROLOG_LIMIT)
    place = head.end() if head else place
    if not text.startswith("[", place):
        return _position_after(text, ">", place)
    limit = place + PROLOG_LIMIT
    while mark := _NEXT_SUBSET_MARK.search(text, place + 1, limit):
        if mark[0][0] == "]":
            return mark.end()
        closing = "-->" if mark[0] == "<!--" else mark[0]
        place = _position_after(text, closing, mark.end()) - 1
    raise NotAFeed("xml", "an unclosed DOCTYPE")


def _safe_entities(doctype: str) -> list[str]:
    """The declarations to keep: single characters and short plain words. Everything else could grow or reach out."""
    kept = []
    for declared in re.finditer(r"<!ENTITY[^>]*>", doctype):
        plain = _ENTITY.fullmatch(declared[0])
        value = (plain[2] if plain[2] is not None else plain[3]) if plain else None
        if plain is None or value is None or not _SAFE_VALUE.fullmatch(value):
            raise NotAFeed("xml", "an <!ENTITY> that could expand or reach outside")
        kept.append(f'<!ENTITY {plain[1]} "{value.replace(chr(34), "&#34;")}">')
    if len(kept) > ENTITY_LIMIT or "<!ENTITY" in re.sub(r"<!ENTITY[^>]*>", "", doctype):
        raise NotAFeed("xml", f"more than {ENTITY_LIMIT} entities, or a broken one")
    return kept
