"""The demonstration world over HTTP."""

from __future__ import annotations

import gzip
import http.client
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache

import feedparser
import pytest

from foresight.demo.feed_server import (
    MOVED_OUTLET,
    TRUNCATED_OUTLET,
    UNAVAILABLE_OUTLET,
    UNREADABLE_DATE,
    UNREADABLE_DATE_OUTLET,
    FeedRequest,
    FeedServer,
    ServedWorld,
    moved_path,
    respond,
    served_world,
)
from foresight.demo.generator import make_world
from foresight.demo.world import WEEK, DemoWorld, FeedFormat, Outlet, world_sources
from foresight.model.sources import SourceKind

END = datetime(2026, 11, 16, tzinfo=UTC)
QUIET = END - timedelta(days=10)


@cache
def world() -> DemoWorld:
    return make_world(seed=5, weeks=12, end=END)


@cache
def stand() -> ServedWorld:
    return served_world(world())


def outlet(key: str) -> Outlet:
    return next(outlet for outlet in world().sources if outlet.key == key)


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer(world(), now=QUIET) as running:
        yield running


def get(server: FeedServer, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(server.base_url.removeprefix("http://"), timeout=10)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


def xml_outlets() -> list[Outlet]:
    return [outlet for outlet in world().sources if outlet.format is not FeedFormat.JSON]


@pytest.mark.parametrize("source", xml_outlets(), ids=lambda outlet: outlet.key)
def test_an_xml_feed_parses_to_the_articles(source: Outlet) -> None:
    given = respond(stand(), FeedRequest(path=_path(source)), now=QUIET)
    parsed = feedparser.parse(given.body, response_headers={"content-type": dict(given.headers)["Content-Type"]})
    wanted = stand().items(source, QUIET)
    assert not parsed.bozo
    assert [(e.title, e.link) for e in parsed.entries] == [(a.title, a.url) for a in wanted]
    for entry, article in zip(parsed.entries, wanted, strict=True):
        assert article.guid in entry.id
        assert article.text in entry.summary.replace("&amp;", "&")
        if source.key != UNREADABLE_DATE_OUTLET:
            assert datetime(*entry.published_parsed[:6], tzinfo=UTC) == article.published


def test_a_json_feed_holds_the_articles(server: FeedServer) -> None:
    source = outlet("plain-tech")
    status, headers, body = get(server, source.path)
    assert (status, headers["content-type"]) == (200, "application/feed+json")
    wanted = [(a.guid, a.title, a.text, a.published.isoformat()) for a in stand().items(source, QUIET)]
    found = json.loads(body)["items"]
    assert [(i["id"], i["title"], i["content_text"], i["date_published"]) for i in found] == wanted


def test_what_was_not_yet_published_is_not_served() -> None:
    earlier = stand().items(outlet("aamuviesti"), QUIET - timedelta(days=20))
    assert earlier
    assert max(a.published for a in earlier) <= QUIET - timedelta(days=20)


def test_a_feed_asked_weekly_loses_nothing() -> None:
    for source in world().sources:
        seen = {a.guid for week in range(1, 13) for a in stand().items(source, world().start + week * WEEK)}
        assert seen == {a.guid for a in world().articles if a.source_id == source.id}


def test_an_unchanged_feed_answers_304_to_either_validator(server: FeedServer) -> None:
    path = outlet("aamuviesti").path
    _, headers, _ = get(server, path)
    assert get(server, path, If_None_Match=headers["etag"])[::2] == (304, b"")
    assert get(server, path, If_Modified_Since=headers["last-modified"])[::2] == (304, b"")
    assert get(server, path, If_None_Match='"other"', If_Modified_Since=headers["last-modified"])[0] == 200
    assert get(server, path, If_Modified_Since="yesterday")[0] == 200
    assert server.statuses == {200: 3, 304: 2}


def test_time_moves_the_feed_on(server: FeedServer) -> None:
    path = outlet("aamuviesti").path
    _, headers, _ = get(server, path)
    server.now += timedelta(days=3)
    status, later, _ = get(server, path, If_None_Match=headers["etag"])
    assert status == 200
    assert later["etag"] != headers["etag"]


def test_gzip_comes_only_to_those_who_ask(server: FeedServer) -> None:
    path = outlet("aamuviesti").path
    _, plain, body = get(server, path)
    _, packed, small = get(server, path, Accept_Encoding="gzip")
    assert "content-encoding" not in plain
    assert packed["content-encoding"] == "gzip"
    assert gzip.decompress(small) == body


def test_one_source_is_unavailable_in_the_last_week_only() -> None:
    path = outlet(UNAVAILABLE_OUTLET).path
    assert respond(stand(), FeedRequest(path=path), now=END - WEEK - timedelta(seconds=1)).status == 200
    given = respond(stand(), FeedRequest(path=path), now=END - WEEK)
    assert given.status == 503
    assert int(dict(given.headers)["Retry-After"]) > 0


def test_one_body_breaks_off_once(server: FeedServer) -> None:
    server.now = END
    path = outlet(TRUNCATED_OUTLET).path
    _, _, short = get(server, path)
    _, headers, whole = get(server, path)
    assert whole.startswith(short)
    assert len(short) < len(whole)
    assert feedparser.parse(short).bozo
    assert "etag" in headers


def test_one_source_moves_for_good_at_half_time() -> None:
    source, half = outlet(MOVED_OUTLET), world().start + (END - world().start) / 2
    assert respond(stand(), FeedRequest(path=source.path), now=half - timedelta(seconds=1)).status == 200
    given = respond(stand(), FeedRequest(path=source.path), now=half)
    assert (given.status, dict(given.headers)["Location"]) == (301, moved_path(source))
    assert respond(stand(), FeedRequest(path=moved_path(source)), now=half).status == 200
    assert respond(stand(), FeedRequest(path=moved_path(source)), now=half - timedelta(days=1)).status == 404


def test_one_item_has_a_senseless_date() -> None:
    body = respond(stand(), FeedRequest(path=outlet(UNREADABLE_DATE_OUTLET).path), now=END).body.decode()
    assert body.count(UNREADABLE_DATE) == 1


def test_unknown_paths_are_not_found(server: FeedServer) -> None:
    assert get(server, "/feeds/nobody.xml")[0] == 404


def test_a_feed_without_news_is_empty_and_valid() -> None:
    given = respond(stand(), FeedRequest(path=outlet("pohjanpuhuri").path), now=world().start + WEEK)
    parsed = feedparser.parse(given.body)
    assert not parsed.bozo
    assert parsed.entries == []
    assert dict(given.headers)["Last-Modified"] == format_datetime(world().start, usegmt=True)


def test_sources_have_the_same_ids_on_every_port() -> None:
    one, other = world_sources(world(), "http://127.0.0.1:1"), world_sources(world(), "http://127.0.0.1:2")
    assert [source.id for source in one] == [source.id for source in other]
    assert {source.id for source in one} == {outlet.id for outlet in world().sources}
    assert one[0].url == f"http://127.0.0.1:1{world().sources[0].path}"
    assert {source.kind for source in one} == {SourceKind.FEED}


def test_a_stopped_server_says_where_it_is_no_more() -> None:
    server = FeedServer(world())
    assert (server.base_url, server.now) == ("", END)
    with server:
        assert server.base_url.startswith("http://127.0.0.1:")
    assert server.base_url == ""


def _path(source: Outlet) -> str:
    return moved_path(source) if source.key == MOVED_OUTLET else source.path
