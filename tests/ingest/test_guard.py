from __future__ import annotations

import gzip
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foresight.ingest.body_checks import NotAFeed, checked_body, decoded_text, feed_links
from foresight.ingest.xml_feed import read_xml_feed

FEED = '<rss version="2.0"><channel><item><title>Päivää, ystävät</title></item></channel></rss>'
DECLARED = '<?xml version="1.0" encoding="{}"?>' + FEED


def title(body: bytes, content_type: str = "") -> str:
    feed = read_xml_feed(checked_body(body, content_type=content_type).body, url="https://example.fi/", max_entries=10)
    return feed.entries[0].title


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (FEED.encode(), ""),
        (b"\xef\xbb\xbf\n\n  " + FEED.encode(), ""),
        (DECLARED.format("utf-8").encode(), "text/xml"),
        (DECLARED.format("iso-8859-1").encode(), ""),  # says Latin-1, is UTF-8
        (DECLARED.format("iso-8859-1").encode("iso-8859-1"), ""),
        (DECLARED.format("windows-1252").encode("cp1252"), "text/xml; charset=utf-8"),
        (DECLARED.format("utf-8").encode("cp1252"), ""),  # says UTF-8, is windows-1252 throughout
        (FEED.encode("cp1252"), "application/rss+xml; charset=ISO-8859-15"),
        (DECLARED.format("utf-16").encode("utf-16"), ""),
        (DECLARED.format("utf-16le").encode("utf-16-le"), ""),
        (DECLARED.format("utf-32").encode("utf-32-be"), ""),
        (DECLARED.format("no-such-codec").encode(), ""),
        (DECLARED.format("no-such-codec").encode("cp1252"), "text/xml; charset=latin-1"),
        (b"<!-- x --> Warning: something broke <?xml version='1.0'?>" + FEED.encode(), ""),
        (DECLARED.format("hex").encode("cp1252"), ""),
        (gzip.compress(FEED.encode(), mtime=0), "application/gzip"),
    ],
)
def test_finnish_letters_survive_every_way_of_encoding_them(body: bytes, content_type: str) -> None:
    assert title(body, content_type) == "Päivää, ystävät"


def test_one_bad_byte_costs_one_letter_and_not_the_whole_feed() -> None:
    body = DECLARED.format("utf-8").encode().replace(b"</title>", b"\xff</title>")
    assert title(body) == "Päivää, ystävät\ufffd"


def test_control_characters_that_xml_forbids_disappear() -> None:
    assert title(FEED.replace("Päivää", "Päi\x0bvää\x00").encode()) == "Päivää, ystävät"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"<!DOCTYPE html><html><body>moi</body></html>", "html"),
        (b"<html>", "html"),
        (b"<urlset/>", "<urlset>"),
        (b"sorry, no feed today", "text"),
        (b"   \n\t ", "empty"),
        (b"<", "text"),
        (b"<?xml version='1.0'?><!-- ", "xml"),
        (b"<?xml version='1.0'?><!DOCTYPE rss [ <!-- ] ", "xml"),
        (b"\x1f\x8bno gzip", "gzip"),
        (b"<!-- x -->" * 10_000 + b"<rss/>", "xml"),
        (b"<!-- x --> no element", "text"),
        (b"<!DOCTYPE rss [ <!ELEMENT x>", "xml"),
    ],
)
def test_what_is_no_feed_is_named(body: bytes, found: str) -> None:
    with pytest.raises(NotAFeed) as caught:
        checked_body(body)
    assert caught.value.found == found


@pytest.mark.parametrize(
    "declaration",
    [
        '<!ENTITY big "' + "x" * 1_000 + '">',
        '<!ENTITY outside SYSTEM "file:///etc/passwd">',
        '<!ENTITY % parameter "x">',
        '<!ENTITY nested "&other;&other;">',
        '<!ENTITY broken "x',
        "".join(f'<!ENTITY many{number} "x">' for number in range(301)),
    ],
)
def test_entities_that_grow_or_reach_out_are_refused_wherever_they_hide(declaration: str) -> None:
    for hiding_place in ("", "<!-- <rss> -->", "<?pi <rss> ?>"):
        body = f"<?xml version='1.0'?>{hiding_place}<!DOCTYPE rss [{declaration}]>{FEED}".encode()
        with pytest.raises(NotAFeed):
            checked_body(body)


def test_small_entities_of_real_feeds_are_understood() -> None:
    doctype = '<!DOCTYPE rss PUBLIC "-//x//y" "http://example.org/rss.dtd" [<!ENTITY auml "&#228;"> <!-- "]>" -->]>'
    body = f"<?xml version='1.0'?>{doctype}{FEED.replace('ä', '&auml;')}".encode()
    assert title(body) == "Päivää, ystävät"


def test_white_space_before_the_root_costs_no_time() -> None:
    started = time.perf_counter()
    assert title(b"<?xml version='1.0'?>" + b"\n" * 1_000_000 + FEED.encode()) == "Päivää, ystävät"
    assert time.perf_counter() - started < 2


def test_a_gzip_bomb_is_refused_at_the_limit() -> None:
    with pytest.raises(NotAFeed, match="gzip"):
        checked_body(gzip.compress(b"<rss>" + b" " * 5_000_000, mtime=0), limit=100_000)


def test_a_page_names_the_feeds_it_links_to() -> None:
    page = b"""<link rel="stylesheet" href="a.css"><LINK REL=alternate type=application/rss+xml HREF='/feed.xml'>
    <link type="application/json+oembed" href="/wp-json/x"><link type="application/feed+json" href="https://b/f.json">"""
    assert feed_links(page) == ("/feed.xml", "https://b/f.json")


@given(st.binary(max_size=2_000))
def test_any_bytes_are_a_feed_to_try_or_refused(body: bytes) -> None:
    with suppress(NotAFeed):
        assert checked_body(body).body.decode()


@given(st.text(max_size=500))
def test_utf_8_always_decodes_to_itself(text: str) -> None:
    if not text.startswith(("<\0", "\0<", "\0\0\0<", "\ufeff")):
        assert decoded_text(text.encode(), "text/xml; charset=iso-8859-1") == (text, False)
