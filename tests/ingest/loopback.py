"""Servers on loopback and feeds for the tests of collecting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from html import escape
from typing import Any, TypeVar

from aiohttp import web

from foresight.model.options import CollectOptions

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
T = TypeVar("T")

# Loopback is allowed by name of the address, and nobody needs to be polite to a test.
OPTIONS = CollectOptions(
    private_hosts=("127.0.0.1",), host_pause=0, total_seconds=5, read_seconds=2, connect_seconds=2, parse_seconds=5
)


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


@asynccontextmanager
async def serving(answers: Mapping[str, Answer | bytes]) -> AsyncIterator[str]:
    """A server for the life of a test; gives its address, such as http://127.0.0.1:4711."""
    app = web.Application()
    for path, answer in answers.items():
        app.router.add_get(path, _fixed(answer) if isinstance(answer, bytes) else answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def _fixed(body: bytes) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=body, content_type="application/rss+xml")

    return answer


def item(title: str, *, guid: str = "", link: str = "", date: str = "Sat, 12 Sep 2026 10:22:17 +0300") -> str:
    parts = {"title": title, "guid": guid, "link": link, "pubDate": date}
    return f"<item>{''.join(f'<{name}>{escape(text)}</{name}>' for name, text in parts.items() if text)}</item>"


def rss(*items: str, head: str = '<?xml version="1.0" encoding="utf-8"?>', extra: str = "") -> bytes:
    return f'{head}<rss version="2.0"><channel><title>Syöte</title>{extra}{"".join(items)}</channel></rss>'.encode()
