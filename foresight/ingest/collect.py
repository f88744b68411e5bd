"""From sources to documents: ask what is due, skip what has not changed, parse what has.

One source's trouble is its `Fetch` with outcome FAILED; anything unexpected surfaces and ends the collection.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from urllib.parse import urlsplit

from foresight.ingest.addresses import politeness_key
from foresight.ingest.entries import documents_of_entries, entries_of_feed
from foresight.ingest.parser_pool import FeedParser
from foresight.ingest.schedule import TOO_MANY_REQUESTS, UNAVAILABLE, asks_unconditionally, is_due, server_wait_until
from foresight.model.errors import CollectError, EmptyBody, HttpFailure
from foresight.model.options import CollectOptions
from foresight.model.ports import Clock, Fetcher, Progress
from foresight.model.sources import CollectResult, Fetch, FetchOutcome, Request, Response, Source, SourceKind

_NOT_MODIFIED = 304
_SUCCESS_FROM, _SUCCESS_BEFORE = 200, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class _CollectContext:
    """What asking one source needs."""

    fetcher: Fetcher
    parser: FeedParser
    clock: Clock
    run_id: str
    private_hosts: tuple[str, ...] = ()


async def collect(  # noqa: PLR0913 - the pipeline hands in its world here, by name
    sources: Sequence[Source],
    last_fetches: Sequence[Fetch],
    *,
    fetcher: Fetcher,
    parser: FeedParser,
    clock: Clock,
    options: CollectOptions,
    run_id: str,
    progress: Progress | None = None,
    ignore_schedule: bool = False,
) -> AsyncIterator[CollectResult]:
    """Ask every source that is due, many hosts at a time, each host one feed after the other.

    Store what is yielded in whole pieces: the validators of a fetch count from when its documents are stored.

    Args:
        sources: those of the settings; imports among them are passed over.
        last_fetches: the latest of each source, with the validators to send.
        fetcher: the network.
        parser: reads bodies.
        clock: gives the time of each request, and `first_seen` of its documents.
        options: how many hosts are asked at a time.
        run_id: kept with every fetch.
        progress: called with ("collect", done, due) after each source.
        ignore_schedule: ask all active feeds, due or not.

    Yields:
        One per source asked, in order of arrival.
    """
    last = {fetch.source_id: fetch for fetch in last_fetches}
    now = clock.now()
    feeds = [source for source in sources if source.kind is SourceKind.FEED and source.active]
    asked = [source for source in feeds if ignore_schedule or is_due(source, last.get(source.id), now=now)]
    world = _CollectContext(
        fetcher=fetcher, parser=parser, clock=clock, run_id=run_id, private_hosts=options.private_hosts
    )
    done = 0
    async for collected in _spread_over_hosts(asked, last, world, options.concurrency):
        done += 1
        if progress is not None:
            progress("collect", done, len(asked))
        yield collected


async def _spread_over_hosts(
    sources: Sequence[Source], last: dict[str, Fetch], world: _CollectContext, concurrency: int
) -> AsyncIterator[CollectResult]:
    """One task per host, `concurrency` of them at work; what they bring in order of arrival."""
    by_host: defaultdict[str, list[Source]] = defaultdict(list)
    for source in sources:
        by_host[_host_key(source)].append(source)
    slots = asyncio.Semaphore(concurrency)
    # Small: a slow store holds the network back instead of filling memory.
    arrived: asyncio.Queue[CollectResult | BaseException | None] = asyncio.Queue(maxsize=concurrency)

    async def ask_host(group: Sequence[Source]) -> None:
        try:
            async with slots:
                async for collected in _ask_one_host(group, last, world):
                    await arrived.put(collected)
        except Exception as error:  # noqa: BLE001 - handed to the caller, who raises it
            await arrived.put(error)
        else:
            await arrived.put(None)

    tasks = [asyncio.create_task(ask_host(group)) for group in by_host.values()]
    try:
        running = len(tasks)
        while running:
            found = await arrived.get()
            if found is None:
                running -= 1
            elif isinstance(found, BaseException):
                raise found
            else:
                yield found
    finally:
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)


async def _ask_one_host(
    group: Sequence[Source], last: dict[str, Fetch], world: _CollectContext
) -> AsyncIterator[CollectResult]:
    """The feeds of one host. Once it says "too many requests", the rest of them wait as well (FreshRSS#7870).

    Not so behind a private host that the settings allow: there many services stand behind one name, and the
    refusal is that of one feed (FreshRSS#7880).
    """
    refusal: Fetch | None = None
    for source in group:
        if refusal is not None:
            yield CollectResult(fetch=_skipped_after_refusal(source, last.get(source.id), refusal, world))
            continue
        collected = await _ask(source, last.get(source.id), world)
        yield collected
        is_refused = collected.fetch.status in (TOO_MANY_REQUESTS, UNAVAILABLE) and collected.fetch.retry_after
        if is_refused and (urlsplit(source.url).hostname or "") not in world.private_hosts:
            refusal = collected.fetch


def _skipped_after_refusal(source: Source, last: Fetch | None, refusal: Fetch, world: _CollectContext) -> Fetch:
    return Fetch(
        source_id=source.id,
        at=world.clock.now(),
        outcome=FetchOutcome.FAILED,
        run_id=world.run_id,
        status=refusal.status,
        error=HttpFailure.__name__,
        detail=f"url={source.url}, status={refusal.status}, not asked: its host refused another feed",
        retry_after=refusal.retry_after,
        failures=last.failures if last else 0,
    )


async def _ask(source: Source, last: Fetch | None, world: _CollectContext) -> CollectResult:
    at, started = world.clock.now(), monotonic()
    fetch = Fetch(source_id=source.id, at=at, outcome=FetchOutcome.FAILED, run_id=world.run_id)
    response: Response | None = None
    try:
        response = await world.fetcher.fetch(_request(source, last, at))
        collected = await _interpreted(source, last, response, fetch, world)
    except CollectError as error:
        collected = CollectResult(fetch=_failed(_with_status(fetch, response, at), error, last))
    return replace(collected, fetch=replace(collected.fetch, seconds=round(monotonic() - started, 3)))


async def _interpreted(
    source: Source, last: Fetch | None, response: Response, fetch: Fetch, world: _CollectContext
) -> CollectResult:
    """What an answer means: unchanged, or new documents.

    Raises:
        CollectError: it is no feed.
    """
    answered = _with_status(fetch, response, fetch.at)
    if response.status == _NOT_MODIFIED:
        return CollectResult(fetch=_unchanged(answered, response, last))
    if not _SUCCESS_FROM <= response.status < _SUCCESS_BEFORE:
        raise HttpFailure(url=response.url, status=response.status)
    if not response.body.strip():
        raise EmptyBody(url=response.url)
    digest = hashlib.sha256(response.body).hexdigest()
    answered = replace(answered, body_sha256=digest, bytes=len(response.body), detail=_moved_detail(response))
    if last is not None and last.body_sha256 == digest and not last.degraded:
        return CollectResult(fetch=_unchanged(answered, response, last))
    feed = await world.parser.parse(response.body, url=response.url, content_type=response.header("content-type"))
    entries = entries_of_feed(source, feed, now=fetch.at)
    # A damaged body is stored as far as it goes, but asked for again in full: no validators.
    etag, last_modified = ("", "") if feed.damaged else _validators(response)
    new = replace(
        answered,
        outcome=FetchOutcome.NEW,
        entries=len(feed.entries),
        degraded=feed.damaged,
        retry_after=server_wait_until(response, now=fetch.at, ttl_minutes=feed.minutes),
        etag=etag,
        last_modified=last_modified,
    )
    return CollectResult(fetch=new, documents=documents_of_entries(source, entries, now=fetch.at))


def _request(source: Source, last: Fetch | None, now: datetime) -> Request:
    if last is None or asks_unconditionally(source, last, now=now):
        return Request(url=source.url)
    return Request(url=source.url, etag=last.etag, last_modified=last.last_modified)


def _with_status(fetch: Fetch, response: Response | None, now: datetime) -> Fetch:
    if response is None:
        return fetch
    return replace(fetch, status=response.status, retry_after=server_wait_until(response, now=now))


def _unchanged(fetch: Fetch, response: Response, last: Fetch | None) -> Fetch:
    """Nothing new. Each validator is renewed on its own; those the answer leaves out stay (RFC 9110, 15.4.5)."""
    etag, last_modified = _validators(response)
    return replace(
        fetch,
        outcome=FetchOutcome.UNCHANGED,
        etag=etag or (last.etag if last else ""),
        last_modified=last_modified or (last.last_modified if last else ""),
        body_sha256=last.body_sha256 if last else "",
        detail=_moved_detail(response),
    )


def _validators(response: Response) -> tuple[str, str]:
    """ETag and Last-Modified as they came; none where the server says that the answer is stale already."""
    if response.header("expires").strip() == "0" and "max-age" not in response.header("cache-control"):
        return "", ""
    return response.header("etag"), response.header("last-modified")


def _moved_detail(response: Response) -> str:
    return f"moved={response.moved}" if response.moved else ""


def _failed(fetch: Fetch, error: CollectError, last: Fetch | None) -> Fetch:
    return replace(
        fetch,
        error=type(error).__name__,
        detail=", ".join(f"{name}={value}" for name, value in error.facts),
        failures=(last.failures if last else 0) + 1,
    )


def _host_key(source: Source) -> str:
    parts = urlsplit(source.url)
    try:
        return politeness_key(parts.hostname or "", parts.port)
    except ValueError:
        return source.url
