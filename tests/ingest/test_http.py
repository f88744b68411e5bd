from __future__ import annotations

import asyncio
import gzip
import resource
import socket
import time
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import aiohttp
import brotli
import pytest
from aiohttp import web
from loopback import OPTIONS, Answer, run, serving
from yarl import URL

from foresight.ingest.http import HttpFetcher, _next_hop, _RedirectHop, without_credentials
from foresight.model.errors import BodyTooLarge, CollectError, RefusedAddress, RefusedRedirect, TimedOut, Unreachable
from foresight.model.options import CollectOptions
from foresight.model.sources import Request, Response


def redirect(status: int, target: str) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers={"Location": target})

    return answer


def fetch(
    answers: Mapping[str, Answer | bytes], path: str = "/feed", options: CollectOptions = OPTIONS, **validators: str
) -> Response:
    async def work() -> Response:
        async with serving(answers) as address, HttpFetcher(options) as fetcher:
            return await fetcher.fetch(Request(url=address + path, **validators))

    return run(work())


def trouble(url: str, options: CollectOptions = OPTIONS) -> CollectError:
    """The error of asking a loopback server under another name of loopback; {port} is its port."""

    async def work() -> CollectError:
        async with serving({"/feed": b"secret"}) as address, HttpFetcher(options) as fetcher:
            with pytest.raises(CollectError) as caught:
                await fetcher.fetch(Request(url=url.format(port=address.rsplit(":", 1)[1])))
            return caught.value

    return run(work())


def test_a_body_comes_with_status_and_lower_case_headers() -> None:
    response = fetch({"/feed": b"<rss/>"})
    assert (response.status, response.body, response.header("Content-Type")) == (200, b"<rss/>", "application/rss+xml")
    assert response.seconds > 0
    assert response.moved == ""


def test_validators_go_out_exactly_as_they_came() -> None:
    seen: list[Mapping[str, str]] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers)
        return web.Response(status=304, headers={"ETag": 'W/"new"'})

    odd = "sometime in 2041, local time"
    response = fetch({"/feed": answer}, etag='W/"weak, \\"odd\\""', last_modified=odd)
    assert (seen[0]["If-None-Match"], seen[0]["If-Modified-Since"]) == ('W/"weak, \\"odd\\""', odd)
    assert (response.status, response.header("etag")) == (304, 'W/"new"')


def test_a_request_says_who_asks_and_carries_no_cookies() -> None:
    seen: list[Mapping[str, str]] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers)
        response = web.Response(body=b"x")
        response.set_cookie("track", "me")
        return response

    async def work() -> None:
        async with serving({"/feed": answer}) as address, HttpFetcher(OPTIONS) as fetcher:
            for _ in range(2):
                await fetcher.fetch(Request(url=address + "/feed"))

    run(work())
    assert [headers.get("Cookie") for headers in seen] == [None, None]
    assert seen[0]["User-Agent"].startswith("foresight/")
    assert seen[0]["Accept-Encoding"] == "gzip, deflate, br"
    assert "If-None-Match" not in seen[0]


def test_a_failing_status_is_no_error_here() -> None:
    assert fetch({}).status == 404


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("br", brotli.compress)])
def test_packed_bodies_are_unpacked(encoding: str, pack: object) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=pack(b"<rss/>"), headers={"Content-Encoding": encoding})  # type: ignore[operator]

    assert fetch({"/feed": answer}).body == b"<rss/>"


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_a_bomb_ends_at_the_limit_without_filling_memory(encoding: str) -> None:
    if encoding == "gzip":
        part = gzip.compress(bytes(1_000_000))
        packed = part * 200  # a gzip body may have many members
    else:
        packer = brotli.Compressor(quality=1)
        packed = b"".join(packer.process(bytes(1_000_000)) for _ in range(200)) + packer.finish()

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=packed, headers={"Content-Encoding": encoding})

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(BodyTooLarge):
        fetch({"/feed": answer})
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 80_000  # kilobytes


def test_an_endless_body_ends_at_the_limit_whatever_length_it_claims() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65_536)

    with pytest.raises(BodyTooLarge) as caught:
        fetch({"/feed": answer}, options=replace(OPTIONS, max_bytes=1_000_000))
    assert dict(caught.value.facts)["limit"] == "1000000"


def test_a_body_that_trickles_ends_at_the_total_time() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x")
            await asyncio.sleep(0.05)

    started = time.perf_counter()
    with pytest.raises(TimedOut) as caught:
        fetch({"/feed": answer}, options=replace(OPTIONS, total_seconds=0.5))
    assert time.perf_counter() - started < 2
    assert dict(caught.value.facts)["seconds"] == "0.5"


def test_a_server_that_says_nothing_ends_at_the_reading_time() -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(3)
        return web.Response()

    with pytest.raises(TimedOut) as caught:
        fetch({"/feed": answer}, options=replace(OPTIONS, read_seconds=0.2))
    assert dict(caught.value.facts)["seconds"] == "0.2"


def test_a_body_that_breaks_off_is_unreachable() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"<rss>")
        assert request.transport is not None
        request.transport.close()
        return response

    with pytest.raises(Unreachable) as caught:
        fetch({"/feed": answer})
    assert dict(caught.value.facts)["reason"].startswith("body")


@pytest.mark.parametrize(
    ("statuses", "moved"), [((301, 308), "/end"), ((302,), ""), ((301, 302), "/b"), ((302, 301), ""), ((303, 307), "")]
)
def test_redirects_are_followed_and_permanent_ones_remembered(statuses: tuple[int, ...], moved: str) -> None:
    steps = ["/feed", "/b", "/end"]
    path = [*steps[: len(statuses)], "/end"]
    answers: dict[str, Answer | bytes] = {
        here: redirect(status, there) for here, there, status in zip(path, path[1:], statuses, strict=False)
    }
    response = fetch(answers | {"/end": b"<rss/>"})
    assert response.body == b"<rss/>"
    assert response.url.endswith("/end")
    assert response.moved.removeprefix(response.url.removesuffix("/end")) == moved


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("/feed", "more than 5 in a row"),
        ("file:///etc/passwd", "no http address"),
        ("gopher://x.fi/", "no http address"),
        ("http://[broken", "no address"),
    ],
)
def test_redirects_that_lead_nowhere_good_are_refused(target: str, reason: str) -> None:
    with pytest.raises(RefusedRedirect) as caught:
        fetch({"/feed": redirect(302, target)})
    assert dict(caught.value.facts)["reason"] == reason


def test_a_redirect_from_https_down_to_http_is_refused() -> None:
    with pytest.raises(RefusedRedirect) as caught:
        _next_hop(_RedirectHop(URL("https://x.fi/feed")), 302, "http://x.fi/feed", spent=0.0, start="https://x.fi/feed")
    assert dict(caught.value.facts)["reason"] == "from https to http"


def test_a_redirect_takes_no_name_and_password_along() -> None:
    hop = _next_hop(
        _RedirectHop(URL("https://x.fi/feed")), 302, "https://me:secret@y.fi/feed", spent=0.0, start="https://x.fi/feed"
    )
    assert str(hop.url) == "https://y.fi/feed"


def test_a_redirect_to_a_private_address_is_refused() -> None:
    async def work() -> None:
        async with serving({"/inside": b"secret"}) as inside:
            port = inside.rsplit(":", 1)[1]
            answers = {f"/{name}": redirect(302, f"http://{name}:{port}/inside") for name in ("localhost", "127.0.0.2")}
            async with serving(answers) as address, HttpFetcher(OPTIONS) as fetcher:
                for name in ("localhost", "127.0.0.2"):
                    with pytest.raises(RefusedAddress):
                        await fetcher.fetch(Request(url=f"{address}/{name}"))

    run(work())


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.2", "[::ffff:127.0.0.1]", "0.0.0.0", "0x7f.1", "[::1]", "[::]", "169.254.169.254"],  # noqa: S104
)
def test_no_spelling_of_a_private_address_is_connected_to(host: str) -> None:
    error = trouble(f"http://{host}:{{port}}/feed")
    assert isinstance(error, RefusedAddress)
    assert dict(error.facts)["address"]


@pytest.mark.parametrize(
    "url", ["http://2130706433:{port}/", "http://127.1:{port}/", "file:///etc/passwd", "feed", "http://"]
)
def test_what_is_no_web_address_is_not_asked(url: str) -> None:
    assert isinstance(trouble(url), Unreachable)


def test_a_name_that_resolves_to_a_private_address_is_refused_when_connecting() -> None:
    class Rebinding(aiohttp.abc.AbstractResolver):
        """A name server of the attacker's."""

        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[aiohttp.abc.ResolveResult]:
            known = {"hostname": host, "host": "127.0.0.1", "port": port, "family": family, "proto": 0, "flags": 0}
            return [aiohttp.abc.ResolveResult(**known)]  # type: ignore[typeddict-item]

        async def close(self) -> None:
            """Nothing to let go of."""

    async def work() -> None:
        async with serving({"/feed": b"secret"}) as address, HttpFetcher(OPTIONS) as fetcher:
            assert fetcher._session is not None
            fetcher._session.connector._resolver = Rebinding()  # type: ignore[union-attr]
            with pytest.raises(RefusedAddress):
                await fetcher.fetch(Request(url=f"http://evil.example:{address.rsplit(':', 1)[1]}/feed"))

    run(work())


def test_an_unknown_name_and_a_closed_port_are_unreachable() -> None:
    assert dict(trouble("http://no-such-host.invalid/").facts)["reason"].startswith("name")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert isinstance(trouble(f"http://127.0.0.1:{free.getsockname()[1]}/"), Unreachable)


def test_a_host_is_asked_one_request_at_a_time_with_a_pause_between() -> None:
    moments: list[tuple[float, float]] = []

    async def answer(_: web.Request) -> web.StreamResponse:
        started = time.monotonic()
        await asyncio.sleep(0.05)
        moments.append((started, time.monotonic()))
        return web.Response(body=b"x")

    async def work() -> None:
        options = replace(OPTIONS, host_pause=0.1)
        async with serving({"/feed": answer}) as address, HttpFetcher(options) as fetcher:
            await asyncio.gather(*(fetcher.fetch(Request(url=address + "/feed")) for _ in range(3)))

    run(work())
    gaps = [later[0] - earlier[1] for earlier, later in pairwise(moments)]
    assert len(gaps) == 2
    assert min(gaps) >= 0.09


def test_names_and_passwords_never_stand_in_a_report() -> None:
    assert without_credentials("https://me:secret@x.fi/feed") == "https://x.fi/feed"
    assert "secret" not in without_credentials("http://me:secret@[broken")
    assert without_credentials("https://x.fi/feed") == "https://x.fi/feed"


def test_outside_its_context_a_fetcher_fetches_nothing() -> None:
    with pytest.raises(RuntimeError):
        run(HttpFetcher(OPTIONS).fetch(Request(url="http://127.0.0.1/")))
