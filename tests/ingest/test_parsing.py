from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import feedparser.api
import pytest
from loopback import OPTIONS, item, rss, run

from foresight.ingest import xml_feed as rss_module
from foresight.ingest.body_checks import NotAFeed
from foresight.ingest.parsed_feed import WALL_CLOCK_FACTOR, ParsedFeed
from foresight.ingest.parser_pool import ParserPool
from foresight.ingest.parser_process import _answer
from foresight.model.errors import EmptyBody, ParserKilled, UnreadableFeed

URL = "https://example.fi/syotteet/feed.xml"
HARD = replace(OPTIONS, parse_seconds=1.0)


def parse(body: bytes, content_type: str = "") -> ParsedFeed:
    async def work() -> ParsedFeed:
        async with ParserPool(OPTIONS, processes=1) as pool:
            return await pool.parse(body, url=URL, content_type=content_type)

    return run(work())


def test_rss_is_read_in_a_process_of_its_own() -> None:
    feed = parse(rss(item("Päivää", guid="g", link="/a"), extra="<language>fi</language><ttl>60</ttl>"))
    assert (feed.kind, feed.title, feed.lang, feed.minutes, feed.damaged) == ("xml", "Syöte", "fi", 60, False)
    (entry,) = feed.entries
    assert (entry.title, entry.guid, entry.url) == ("Päivää", "g", "https://example.fi/a")
    assert entry.published_raw == "Sat, 12 Sep 2026 10:22:17 +0300"


def test_atom_rdf_and_json_are_read() -> None:
    atom = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="sv"><title>A</title><entry><id>urn:1</id>
      <title type="html">&lt;b&gt;x&lt;/b&gt;</title><link href="b" xml:base="https://y.fi/"/>
      <updated>2026-09-12T10:22:17Z</updated><content type="html">&lt;p&gt;text&lt;/p&gt;</content></entry></feed>"""
    rdf = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>R</title></channel><item rdf:about="https://z.fi/1">
      <title>t</title><link>https://z.fi/1</link><dc:date>2026-09-12</dc:date></item></rdf:RDF>"""
    json = b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "title": "j"}]}'
    (entry,) = parse(atom).entries
    assert (entry.url, entry.html, entry.published_raw) == ("https://y.fi/b", "<p>text</p>", "2026-09-12T10:22:17Z")
    assert parse(rdf).entries[0].published_raw == "2026-09-12"
    assert parse(json).entries[0].title == "j"


def test_a_guid_stays_as_written_however_the_feed_was_reached() -> None:
    assert parse(rss(item("t", guid="802"))).entries[0].guid == "802"


def test_a_lead_goes_before_the_content_unless_it_has_no_words() -> None:
    content = '<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">Koko juttu</content:encoded>'
    lead = rss(f"<item><title>t</title><description>Ingressi</description>{content}</item>")
    picture = rss(f"<item><title>t</title><description>&lt;img src='x'&gt;</description>{content}</item>")
    assert parse(lead).entries[0].html == "Ingressi"
    assert parse(picture).entries[0].html == "Koko juttu"


def test_a_feed_cut_off_in_the_middle_gives_what_it_has_and_says_so() -> None:
    body = rss(*(item(f"Juttu {n}", guid=str(n)) for n in range(10)))
    feed = parse(body[: len(body) * 2 // 3])
    assert feed.damaged
    assert 5 <= len(feed.entries) <= 7


def test_a_feed_with_no_entries_is_a_feed_and_nothing_is_not() -> None:
    assert parse(rss()).entries == ()
    for body in (b"", b" \n "):
        with pytest.raises(EmptyBody):
            parse(body)


def test_a_page_instead_of_a_feed_names_the_feeds_it_links_to() -> None:
    page = b'<html><head><link rel="alternate" type="application/rss+xml" href="../rss.xml"></head></html>'
    with pytest.raises(UnreadableFeed) as caught:
        parse(page, "application/rss+xml")
    assert dict(caught.value.facts) == {"url": URL, "found": "html", "reason": "https://example.fi/rss.xml"}


def test_only_so_many_entries_are_taken() -> None:
    async def work() -> ParsedFeed:
        async with ParserPool(replace(OPTIONS, max_entries=3)) as pool:
            return await pool.parse(rss(*(item(str(n)) for n in range(9))), url=URL)

    assert len(run(work()).entries) == 3


HOSTILE = {
    "line breaks before the root": rss(head="<?xml version='1.0'?>" + "\n" * 300_000),
    "escaped comments": rss(f"<item><title>t</title><description>{'&lt;!--' * 100_000}</description></item>"),
    "entities that grow": rss(head=f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "{"x" * 32_000}">]>'),
    "an outside entity": rss(
        "&x;", head='<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    ),
    "an author of dots": rss(f"<item><author>a@{'a.' * 100_000}</author></item>"),
    "a page of a megabyte": b"<html><body>" + b"<p>hello <b>you</b>" * 60_000,
    "open tags": rss(f"<item><description>{'&lt;a ' * 200_000}</description></item>"),
    "ampersands": rss(f"<item><title>{'&' * 1_900_000}</title></item>"),
    "name spaces": rss().replace(b"<rss", b"<rss" + b"".join(b' xmlns:a%d="u"' % n for n in range(50_000))),
    "depth": b"<rss><channel>" + b"<a>" * 300_000,
    "deep json": b'{"items":' + b"[" * 500_000,
    "many items": b"<rss version='2.0'><channel>" + b"<item><title>t</title></item>" * 200_000,
    "an endless attribute": b'<rss a="' + b"<" * 3_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_feed_ends_within_its_limit_and_harms_no_other(name: str) -> None:
    async def work() -> tuple[float, int]:
        async with ParserPool(HARD, processes=1) as pool:
            await pool.parse(rss(), url=URL)
            started = time.perf_counter()
            with suppress(ParserKilled, UnreadableFeed):
                await pool.parse(HOSTILE[name], url=URL)
            seconds = time.perf_counter() - started
            return seconds, len((await pool.parse(rss(item("next")), url=URL)).entries)

    seconds, entries = run(work())
    assert seconds < HARD.parse_seconds * WALL_CLOCK_FACTOR + 2
    assert entries == 1


def test_a_parser_that_wants_too_much_memory_is_ended() -> None:
    async def work() -> None:
        body = rss(item("x" * 9_000_000))
        async with ParserPool(replace(OPTIONS, parse_bytes=60_000_000, parse_seconds=60), processes=1) as pool:
            with pytest.raises(ParserKilled) as caught:
                await pool.parse(body, url=URL)
            facts = dict(caught.value.facts)
            assert facts["bytes"] == str(len(body))
            assert float(facts["seconds"]) < 30  # it was memory, not time
            assert (await pool.parse(rss(item("next")), url=URL)).entries

    run(work())


def test_a_cancelled_parse_leaves_no_process_with_an_answer_for_somebody_else() -> None:
    async def work() -> str:
        async with ParserPool(OPTIONS, processes=1) as pool:
            task = asyncio.create_task(pool.parse(rss(item("first")), url=URL))
            await asyncio.sleep(0)
            await asyncio.sleep(0.01)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            return (await pool.parse(rss(item("second")), url=URL)).entries[0].title

    assert run(work()) == "second"


def test_feedparser_may_use_no_parser_that_opens_files() -> None:
    assert rss_module.feedparser.api is feedparser.api
    assert feedparser.api.PREFERRED_XML_PARSERS == []


def test_the_parse_process_loads_nothing_heavy() -> None:
    code = "import sys, foresight.ingest.parser_process; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "pandas", "duckdb", "aiohttp", "nh3", "bertopic"} & set(loaded)


@pytest.mark.shared
def test_the_feeds_that_others_test_with_end_in_entries_or_a_reason(shared: Path) -> None:
    files = sorted(p for p in (shared / "data" / "feedcases").rglob("*") if p.is_file())[::5]
    bodies = [file.read_bytes() for file in files]

    async def ending(pool: ParserPool, body: bytes) -> str:
        try:
            await pool.parse(body, url=URL)
        except (UnreadableFeed, EmptyBody) as error:
            return type(error).__name__
        return "read"

    async def work() -> list[str]:
        async with ParserPool(OPTIONS) as pool:
            return [await ending(pool, body) for body in bodies]

    found = run(work())
    assert len(found) > 1_000
    assert found.count("read") > 0.7 * len(found)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"<rss version='2.0'><channel><title>cut", "rss20"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'><oops></feed>", "atom10"),
        (b"<channel/>", "xml"),
    ],
)
def test_a_document_with_nothing_to_read_is_refused_with_what_it_claims_to_be(body: bytes, found: str) -> None:
    with pytest.raises(NotAFeed) as caught:
        rss_module.read_xml_feed(body, url=URL, max_entries=10)
    assert caught.value.found == found
    assert caught.value.reason


def test_links_that_are_no_addresses_and_dates_that_are_none_do_no_harm() -> None:
    body = rss(item("t", link="https://[broken", date="99999999999999"), extra="<ttl>soon</ttl>")
    feed = rss_module.read_xml_feed(body, url=URL, max_entries=10)
    assert (feed.entries[0].url, feed.entries[0].published_raw, feed.minutes) == ("", "99999999999999", 0)


def test_the_worker_answers_in_its_own_words() -> None:
    head = b'{"url": "https://x.fi/", "content_type": "text/html"}\n'
    assert _answer(head + rss(item("t")), 10, 1_000_000).startswith(b'F{"kind": "xml"')
    refused = json.loads(_answer(head + b"<html><link type='application/atom+xml' href='/a'>", 10, 1_000_000)[1:])
    assert refused == {"found": "html", "reason": "", "links": ["/a"]}
