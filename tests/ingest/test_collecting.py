from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from aiohttp import web
from loopback import OPTIONS, item, rss, run, serving

from foresight.ingest.collect import collect
from foresight.ingest.http import HttpFetcher
from foresight.ingest.parsed_feed import ParsedFeed, parsed_entry
from foresight.ingest.parser_pool import ParserPool
from foresight.model.errors import TimedOut, Unreachable
from foresight.model.ports import Fetcher
from foresight.model.sources import CollectResult, Fetch, FetchOutcome, Request, Response, Source, SourceKind
from foresight.testing.builders import NOW, a_fetch, a_source
from foresight.testing.fakes import CannedFetcher, FrozenClock

HOUR = timedelta(hours=1)


@dataclass
class OneEntryParser:
    """Finds one entry in every body: its text."""

    damaged: bool = False
    parsed: list[bytes] = field(default_factory=list)

    async def parse(self, body: bytes, *, url: str, content_type: str = "") -> ParsedFeed:  # noqa: ARG002 - the protocol's
        self.parsed.append(body)
        return ParsedFeed(kind="xml", entries=(parsed_entry(title=body.decode(), guid="g"),), damaged=self.damaged)


async def collected(
    sources: Sequence[Source],
    fetcher: Fetcher,
    parser: OneEntryParser | None = None,
    last: Sequence[Fetch] = (),
    clock: FrozenClock | None = None,
    **options: bool,
) -> list[CollectResult]:
    found = collect(
        sources,
        last,
        fetcher=fetcher,
        parser=parser or OneEntryParser(),
        clock=clock or FrozenClock(),
        options=OPTIONS,
        run_id="run-1",
        **options,
    )
    return [one async for one in found]


def answer(body: bytes = b"news", status: int = 200, **headers: str) -> Response:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response(url="https://source-1.example/feed", status=status, body=body, headers=named)


def one(response: object, *, last: Fetch | None = None, parser: OneEntryParser | None = None) -> CollectResult:
    source = a_source()
    fetcher = CannedFetcher({source.url: response})  # type: ignore[dict-item]
    clock = FrozenClock(NOW + HOUR)
    (found,) = run(collected([source], fetcher, parser, [last] if last else [], clock, ignore_schedule=True))
    return found


def test_new_entries_come_with_the_validators_to_store_beside_them() -> None:
    found = one(answer(etag='W/"1"', last_modified="yesterday, roughly"))
    assert found.fetch.outcome is FetchOutcome.NEW
    assert (found.fetch.etag, found.fetch.last_modified) == ('W/"1"', "yesterday, roughly")
    assert (found.fetch.status, found.fetch.bytes, found.fetch.entries, found.fetch.run_id) == (200, 4, 1, "run-1")
    assert [document.title for document in found.documents] == ["news"]
    assert found.documents[0].first_seen == found.fetch.at == NOW + HOUR


def test_the_next_request_carries_the_validators_byte_for_byte() -> None:
    source = a_source()
    fetcher = CannedFetcher({source.url: answer(status=304, body=b"")})
    last = a_fetch(etag='W/"1"', last_modified="yesterday, roughly")
    run(collected([source], fetcher, last=[last], clock=FrozenClock(NOW + HOUR)))
    assert fetcher.requests == [Request(url=source.url, etag='W/"1"', last_modified="yesterday, roughly")]


def test_not_modified_keeps_the_hash_and_renews_each_validator_on_its_own() -> None:
    last = a_fetch(etag="old", last_modified="then", body_sha256="ab", failures=3)
    found = one(answer(status=304, body=b"", last_modified="now"), last=last)
    assert found.fetch.outcome is FetchOutcome.UNCHANGED
    assert (found.fetch.etag, found.fetch.last_modified) == ("old", "now")
    assert (found.fetch.body_sha256, found.fetch.failures) == ("ab", 0)
    assert found.documents == ()


def test_the_same_body_again_is_not_parsed_but_its_new_validators_count() -> None:
    first, parser = one(answer(etag="1")), OneEntryParser()
    again = one(answer(etag="2"), last=first.fetch, parser=parser)
    assert (again.fetch.outcome, again.fetch.etag, parser.parsed) == (FetchOutcome.UNCHANGED, "2", [])


def test_new_content_under_a_stuck_validator_is_found_when_it_comes() -> None:
    first = one(answer(etag="stuck"))
    second = one(answer(b"other news", etag="stuck"), last=first.fetch)
    assert second.fetch.outcome is FetchOutcome.NEW


def test_once_a_week_the_validators_stay_at_home_for_servers_that_never_change_them() -> None:
    source, last = a_source(), a_fetch(etag="stuck")
    asked = []
    for hours in range(7 * 24):
        fetcher = CannedFetcher({source.url: answer()})
        at = NOW + HOUR * hours
        run(collected([source], fetcher, last=[replace(last, at=at - HOUR)], clock=FrozenClock(at)))
        asked += fetcher.requests
    assert sum(request.etag == "" for request in asked) == 1


def test_validators_of_an_answer_that_is_stale_already_are_not_kept() -> None:
    assert one(answer(etag="1", expires="0")).fetch.etag == ""
    assert one(answer(etag="1", expires="0", cache_control="max-age=60")).fetch.etag == "1"


def test_a_damaged_body_is_stored_as_far_as_it_goes_and_asked_for_again_in_full() -> None:
    found = one(answer(etag="1"), parser=OneEntryParser(damaged=True))
    assert found.documents
    assert (found.fetch.outcome, found.fetch.degraded, found.fetch.etag) == (FetchOutcome.NEW, True, "")
    again = OneEntryParser()
    one(answer(etag="1"), last=found.fetch, parser=again)
    assert again.parsed == [b"news"]


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (Unreachable(url="u", reason="name"), "Unreachable"),
        (TimedOut(url="u", seconds=30), "TimedOut"),
        (answer(status=404), "HttpFailure"),
        (answer(status=500), "HttpFailure"),
        (answer(status=301), "HttpFailure"),
        (answer(b"  \n"), "EmptyBody"),
    ],
)
def test_one_feeds_trouble_is_a_failed_fetch_without_validators(response: object, error: str) -> None:
    found = one(response, last=a_fetch(etag="1", failures=2, body_sha256="ab", outcome=FetchOutcome.UNCHANGED))
    assert (found.fetch.outcome, found.fetch.error, found.fetch.failures) == (FetchOutcome.FAILED, error, 3)
    assert (found.fetch.etag, found.fetch.body_sha256, found.documents) == ("", "", ())
    assert "url=" in found.fetch.detail


def test_a_failing_source_does_not_stop_the_others() -> None:
    good, bad = a_source("good"), a_source("bad")
    found = run(collected([bad, good], CannedFetcher({good.url: answer()})))
    assert {c.fetch.source_id: c.fetch.outcome for c in found} == {
        "good": FetchOutcome.NEW,
        "bad": FetchOutcome.FAILED,
    }


def test_what_nobody_expected_surfaces() -> None:
    class BrokenParser(OneEntryParser):
        async def parse(self, body: bytes, *, url: str, content_type: str = "") -> ParsedFeed:  # noqa: ARG002 - the same
            raise ZeroDivisionError

    sources = [a_source("a"), a_source("b")]
    with pytest.raises(ZeroDivisionError):
        run(collected(sources, CannedFetcher({s.url: answer() for s in sources}), BrokenParser()))


def test_an_address_that_is_none_fails_like_any_other() -> None:
    source = a_source(url="https://x.fi:port/feed")
    (found,) = run(collected([source], CannedFetcher({})))
    assert found.fetch.error == "Unreachable"


def test_a_feed_that_moved_for_good_says_where_to() -> None:
    moved = replace(answer(), moved="https://new.example/feed")
    assert one(moved).fetch.detail == "moved=https://new.example/feed"


def test_only_active_feeds_that_are_due_are_asked_unless_told_otherwise() -> None:
    sources = [
        a_source("due"),
        a_source("resting"),
        a_source("gone", active=False),
        a_source("past", kind=SourceKind.IMPORT),
    ]
    last = [a_fetch("due", at=NOW - HOUR), a_fetch("resting", at=NOW)]
    fetcher = CannedFetcher({source.url: answer() for source in sources})
    assert [c.fetch.source_id for c in run(collected(sources, fetcher, last=last))] == ["due"]
    everything = run(collected(sources, fetcher, last=last, ignore_schedule=True))
    assert {c.fetch.source_id for c in everything} == {"due", "resting"}


def test_progress_counts_the_sources_asked() -> None:
    told: list[tuple[str, int, int]] = []
    sources = [a_source("a"), a_source("b")]

    async def work() -> None:
        found = collect(
            sources,
            (),
            fetcher=CannedFetcher({}),
            parser=OneEntryParser(),
            clock=FrozenClock(),
            options=OPTIONS,
            run_id="r",
            progress=lambda *step: told.append(step),
        )
        assert len([one async for one in found]) == 2

    run(work())
    assert told == [("collect", 1, 2), ("collect", 2, 2)]


def test_after_too_many_requests_the_hosts_other_feeds_wait_as_well() -> None:
    sources = [a_source(name, url=f"https://{name}.example.org/feed") for name in ("a", "b", "c")]
    elsewhere = a_source("d")
    answers = {sources[0].url: answer(), sources[1].url: answer(status=429, retry_after="600"), elsewhere.url: answer()}
    fetcher = CannedFetcher(answers)
    found = {c.fetch.source_id: c.fetch for c in run(collected([*sources, elsewhere], fetcher))}
    assert sources[2].url not in [request.url for request in fetcher.requests]
    assert found["c"].retry_after == found["b"].retry_after == NOW + timedelta(seconds=600)
    assert (found["c"].failures, found["b"].failures, found["c"].status) == (0, 1, 429)
    assert found["d"].outcome is FetchOutcome.NEW


def test_many_hosts_are_asked_at_a_time_and_each_host_one_feed_after_the_other() -> None:
    class Watching:
        def __init__(self) -> None:
            self.now: set[str] = set()
            self.most = 0

        async def fetch(self, request: Request) -> Response:
            host = request.url.split("/")[2]
            assert host not in self.now
            self.now.add(host)
            self.most = max(self.most, len(self.now))
            await asyncio.sleep(0.01)
            self.now.remove(host)
            return answer()

    watching = Watching()
    pairs = itertools.product(range(20), range(3))
    sources = [a_source(f"{host}-{feed}", url=f"https://host{host}.example/{feed}") for host, feed in pairs]
    assert len(run(collected(sources, watching))) == 60
    assert watching.most == OPTIONS.concurrency


def test_who_stops_listening_stops_the_asking() -> None:
    asked: list[str] = []

    class Slow:
        async def fetch(self, request: Request) -> Response:
            asked.append(request.url)
            await asyncio.sleep(0.001)
            return answer()

    async def work() -> None:
        sources = [a_source(f"s{n}", url=f"https://one.example/{n}") for n in range(200)]
        options = {"clock": FrozenClock(), "options": OPTIONS, "run_id": "r"}
        found = collect(sources, (), fetcher=Slow(), parser=OneEntryParser(), **options)  # type: ignore[arg-type]
        assert (await anext(found)).fetch
        await found.aclose()

    run(work())
    assert len(asked) < 100


def test_over_real_http_a_feed_is_stored_once_and_then_not_sent_again() -> None:
    body, seen = rss(item("Päivää", guid="g", link="https://x.fi/a")), []

    async def feed(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers.get("If-None-Match"))
        if request.headers.get("If-None-Match") == 'W/"ä 1"':
            return web.Response(status=304)
        return web.Response(body=body, headers={"ETag": 'W/"ä 1"'})

    async def work() -> list[CollectResult]:
        clock, found = FrozenClock(), list[CollectResult]()
        async with serving({"/feed": feed}) as address, HttpFetcher(OPTIONS) as fetcher, ParserPool(OPTIONS) as parser:
            source = a_source(url=f"{address}/feed")
            for _ in range(2):
                last = [c.fetch for c in found]
                world = {"fetcher": fetcher, "parser": parser, "clock": clock, "options": OPTIONS, "run_id": "r"}
                found = [c async for c in collect([source], last, **world, ignore_schedule=True)] + found  # type: ignore[arg-type]
        return found

    second, first = run(work())
    assert [document.title for document in first.documents] == ["Päivää"]
    assert (second.fetch.outcome, second.fetch.status) == (FetchOutcome.UNCHANGED, 304)
    assert seen == [None, 'W/"ä 1"']
