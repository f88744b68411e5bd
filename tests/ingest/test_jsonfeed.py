from __future__ import annotations

import json

import pytest

from foresight.ingest.body_checks import NotAFeed
from foresight.ingest.json_feed import read_json_feed
from foresight.ingest.parsed_feed import ParsedEntry, ParsedFeed

VERSION = "https://jsonfeed.org/version/1.1"


def read(document: object, max_entries: int = 10) -> ParsedFeed:
    return read_json_feed(json.dumps(document).encode(), url="https://x.fi/feeds/feed.json", max_entries=max_entries)


def one(**item: object) -> ParsedEntry:
    return read({"version": VERSION, "items": [item]}).entries[0]


def test_a_whole_feed_is_read() -> None:
    feed = read(
        {
            "version": VERSION,
            "title": "Syöte",
            "language": "fi",
            "items": [
                {
                    "id": "1",
                    "url": "https://x.fi/1",
                    "title": "Päivää & iltaa <3",
                    "summary": "Ingressi",
                    "content_html": "<p>Koko</p>",
                    "date_published": "2026-09-12T10:22:17+03:00",
                    "language": "sv",
                }
            ],
        }
    )
    assert (feed.kind, feed.title, feed.lang, feed.damaged) == ("json", "Syöte", "fi", False)
    (entry,) = feed.entries
    assert (entry.guid, entry.url, entry.title, entry.html) == (
        "1",
        "https://x.fi/1",
        "Päivää &amp; iltaa &lt;3",
        "Ingressi",
    )
    assert (entry.published_raw, entry.lang) == ("2026-09-12T10:22:17+03:00", "sv")


def test_an_item_without_summary_gives_its_content_and_plain_text_stays_plain() -> None:
    assert one(id="1", content_html="<b>x</b>", content_text="x").html == "<b>x</b>"
    assert one(id="1", content_text="a < b").html == "a &lt; b"


def test_what_publishers_get_wrong_is_borne() -> None:
    assert one(id=17).guid == "17"
    assert one(id=True, title=["no text"]).guid == ""
    assert one(id="1", url="../artikkeli").url == "https://x.fi/artikkeli"
    assert one(id="1", external_url="https://y.fi/").url == "https://y.fi/"
    assert one(id="1", url="https://[broken").url == ""
    assert one(id="1", date_modified="2026-09-12").published_raw == "2026-09-12"


def test_a_version_may_be_missing_where_the_items_speak_for_themselves() -> None:
    assert len(read({"items": [{"id": 1, "title": "t"}]}).entries) == 1


def test_items_that_are_no_objects_are_skipped_and_told() -> None:
    feed = read({"version": VERSION, "items": [1, None, {"id": "1", "title": "t"}]})
    assert feed.damaged
    assert len(feed.entries) == 1


def test_only_so_many_entries_are_taken() -> None:
    assert len(read({"version": VERSION, "items": [{"id": str(n)} for n in range(20)]}, max_entries=3).entries) == 3


def test_a_feed_with_no_items_is_a_feed() -> None:
    assert read({"version": VERSION, "items": []}).entries == ()


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"{}",
        b'{"items": {}}',
        b'{"items": []}',
        b'{"items": [{"name": "product"}]}',
        b"[" * 100_000,
        b'"\xff"',
    ],
)
def test_other_json_is_no_feed(body: bytes) -> None:
    with pytest.raises(NotAFeed):
        read_json_feed(body, url="https://x.fi/", max_entries=10)
