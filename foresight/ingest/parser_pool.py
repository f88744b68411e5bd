"""Parse processes and their keeper: a feed that takes too long or too much memory costs one process, not the run."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import os
import struct
import sys
from time import monotonic
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urljoin

from foresight.ingest.parsed_feed import WALL_CLOCK_FACTOR, ParsedFeed, feed_from_json
from foresight.model.errors import EmptyBody, ParserKilled, UnreadableFeed
from foresight.model.options import CollectOptions

FEEDS_PER_PROCESS = 500  # then a new one: memory creeps


class FeedParser(Protocol):
    """Reads the body of a feed."""

    async def parse(self, body: bytes, *, url: str, content_type: str = "") -> ParsedFeed:
        """The feed in `body`.

        Args:
            body: decoded of its transfer encoding.
            url: where it came from after redirects; relative links are resolved against it.
            content_type: the header.

        Raises:
            EmptyBody: nothing, or only white space.
            UnreadableFeed: something else than a feed; its fact `reason` names the feeds an HTML page links to.
            ParserKilled: too long or too big to parse.
        """
        ...


class ParserPool:
    """A `FeedParser` on a few killable processes; an async context manager. They start when first needed.

    Args:
        options: limits.
        processes: how many feeds are parsed at a time.
    """

    def __init__(self, options: CollectOptions, *, processes: int = 2) -> None:
        self._options = options
        self._idle: list[_ParserProcess] = []
        self._all: set[_ParserProcess] = set()
        self._slots = asyncio.Semaphore(processes)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(process.end() for process in self._all))
        self._all.clear()
        self._idle.clear()

    async def parse(self, body: bytes, *, url: str, content_type: str = "") -> ParsedFeed:
        """See `FeedParser`."""
        if not body:
            raise EmptyBody(url=url)
        async with self._slots:
            process = self._idle.pop() if self._idle else await self._start()
            keep = False
            try:
                feed = await process.parse(body, url=url, content_type=content_type)
                keep = True
            except (EmptyBody, UnreadableFeed):
                keep = True
                raise
            finally:
                if keep and process.parsed < FEEDS_PER_PROCESS:
                    self._idle.append(process)
                else:
                    self._all.discard(process)
                    await asyncio.shield(process.end())
        return feed

    async def _start(self) -> _ParserProcess:
        process = await _ParserProcess.start(self._options)
        self._all.add(process)
        return process


class _ParserProcess:
    """One parse process. After anything but a clean answer it is not used again."""

    def __init__(self, process: asyncio.subprocess.Process, options: CollectOptions) -> None:
        self._process = process
        self._options = options
        self.parsed = 0

    @classmethod
    async def start(cls, options: CollectOptions) -> Self:
        limits = (options.max_entries, options.max_bytes, math.ceil(options.parse_seconds), options.parse_bytes)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "foresight.ingest.parser_process", *(str(limit) for limit in limits)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            # Nothing of our environment goes along: a parser that is taken over finds no secrets there.
            env={"PYTHONPATH": os.pathsep.join(sys.path)},
        )
        return cls(process, options)

    async def parse(self, body: bytes, *, url: str, content_type: str) -> ParsedFeed:
        """One feed, within the computing time (the process ends itself) and a multiple of it on the clock."""
        self.parsed += 1
        head = json.dumps({"url": url, "content_type": content_type}).encode()
        started = monotonic()
        try:
            async with asyncio.timeout(self._options.parse_seconds * WALL_CLOCK_FACTOR):
                answer = await self._ask(head + b"\n" + body)
        except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
            raise self._killed(url, started, len(body)) from error
        if answer[:1] == b"M":
            raise self._killed(url, started, len(body))
        if answer[:1] == b"R":
            raise _refusal_error(json.loads(answer[1:]), url)
        return feed_from_json(answer[1:])

    def _killed(self, url: str, started: float, size: int) -> ParserKilled:
        return ParserKilled(url=url, seconds=round(monotonic() - started, 1), bytes=size)

    async def _ask(self, frame: bytes) -> bytes:
        outgoing, incoming = self._process.stdin, self._process.stdout
        if outgoing is None or incoming is None:
            raise BrokenPipeError
        outgoing.write(struct.pack(">I", len(frame)) + frame)
        await outgoing.drain()
        (length,) = struct.unpack(">I", await incoming.readexactly(4))
        return await incoming.readexactly(length)

    async def end(self) -> None:
        """Kill it, by its own handle, and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.communicate()


def _refusal_error(refusal: dict[str, object], url: str) -> EmptyBody | UnreadableFeed:
    found, reason, links = str(refusal["found"]), str(refusal["reason"]), refusal["links"]
    if found == "empty":
        return EmptyBody(url=url)
    if isinstance(links, list) and links:
        reason = " ".join(urljoin(url, str(link)) for link in links)
    return UnreadableFeed(url=url, found=found, reason=reason or "-")
