"""One polite, bounded, guarded request at a time.

Addresses are checked where the socket is made, after names are resolved: a check of the URL or of the resolver is
passed by bare addresses, by redirects, and by names that change their address between check and use.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from time import monotonic
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from foresight.ingest.addresses import is_allowed_host, is_public, politeness_key
from foresight.model.errors import BodyTooLarge, CollectError, RefusedAddress, RefusedRedirect, TimedOut, Unreachable
from foresight.model.options import CollectOptions
from foresight.model.sources import Request, Response

_PERMANENT = {301, 308}
_REDIRECTS = _PERMANENT | {302, 303, 307}
_CHUNK = 65_536
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.6, */*;q=0.1"
)


@dataclass(slots=True)
class _ConnectionAttempt:
    """What the connection that is about to be made may do, and what was refused to it."""

    private_allowed: bool
    refused: list[str] = field(default_factory=list)


_current_attempt: ContextVar[_ConnectionAttempt] = ContextVar("foresight_connection_attempt")


class _RefusedAddressError(OSError):
    """A private address; OSError, so that the next address of the name is tried."""


@dataclass(slots=True)
class _HostSlot:
    """One politeness key: who asks now, and when the last one was done."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0


@dataclass(frozen=True, slots=True)
class _RedirectHop:
    """One request on the way through redirects. `spent` counts time on the wire, not time of politeness."""

    url: URL
    spent: float = 0.0
    count: int = 0
    moved: str = ""
    only_permanent: bool = True


class HttpFetcher:
    """A `Fetcher` on aiohttp; an async context manager.

    No cookies, no proxies of the environment, no compression but gzip, deflate and br (decoded within the size limit).

    Args:
        options: limits, pauses, the private hosts that may be asked.
    """

    def __init__(self, options: CollectOptions) -> None:
        self._options = options
        self._places: dict[str, _HostSlot] = {}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(socket_factory=_checked_socket, limit=self._options.concurrency * 2),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            headers={
                "User-Agent": self._options.user_agent,
                "Accept": _ACCEPT,
                "Accept-Encoding": "gzip, deflate, br",
            },
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=self._options.connect_seconds, sock_read=self._options.read_seconds
            ),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def fetch(self, request: Request) -> Response:
        """See `Fetcher`. Redirects are followed here, each hop checked like the first."""
        hop = _RedirectHop(_parsed_url(request.url, request.url))
        while True:
            response, seconds = await self._one(hop, request)
            spent = hop.spent + seconds
            location = response.header("location") if response.status in _REDIRECTS else ""
            if not location:
                return replace(response, seconds=spent, moved=hop.moved)
            if hop.count >= self._options.max_redirects:
                raise RefusedRedirect(
                    url=request.url, target=without_credentials(location), reason=f"more than {hop.count} in a row"
                )
            hop = _next_hop(hop, response.status, location, spent=spent, start=request.url)

    async def _one(self, hop: _RedirectHop, request: Request) -> tuple[Response, float]:
        async with self._politely(hop.url):
            started = monotonic()
            with _network_errors(hop.url, self._options) as attempt:
                attempt.private_allowed = is_allowed_host(hop.url.host or "", self._options.private_hosts)
                async with asyncio.timeout(max(0.0, self._options.total_seconds - hop.spent)):
                    response = await self._ask(hop.url, _conditional_headers(request))
            return response, monotonic() - started

    async def _ask(self, url: URL, headers: dict[str, str]) -> Response:
        if self._session is None:
            raise RuntimeError("HttpFetcher is used outside its context")
        async with self._session.get(url, headers=headers, allow_redirects=False) as answer:
            body = b"" if answer.status in _REDIRECTS else await self._body(answer, url)
            return Response(
                url=without_credentials(str(url)),
                status=answer.status,
                headers=tuple((name.lower(), value) for name, value in answer.headers.items()),
                body=body,
            )

    async def _body(self, answer: aiohttp.ClientResponse, url: URL) -> bytes:
        """The decoded body. The limit is on what is unpacked; the length that a server states is not believed."""
        body = bytearray()
        async for chunk in answer.content.iter_chunked(_CHUNK):
            body += chunk
            if len(body) > self._options.max_bytes:
                raise BodyTooLarge(url=without_credentials(str(url)), limit=self._options.max_bytes)
        return bytes(body)

    @asynccontextmanager
    async def _politely(self, url: URL) -> AsyncIterator[None]:
        """One request at a time per politeness key, with the pause after each."""
        place = self._places.setdefault(politeness_key(url.host or "", url.port), _HostSlot())
        async with place.lock:
            await asyncio.sleep(max(0.0, place.free_at - monotonic()))
            try:
                yield
            finally:
                place.free_at = monotonic() + self._options.host_pause


def without_credentials(url: str) -> str:
    """The URL without name and password, for reports."""
    try:
        return str(URL(url).with_user(None)) if "@" in url else url
    except ValueError:
        return url.split("://", maxsplit=1)[0] + "://…"


@contextmanager
def _network_errors(url: URL, options: CollectOptions) -> Iterator[_ConnectionAttempt]:
    """Turns what aiohttp and the socket raise into errors of ours."""
    attempt = _ConnectionAttempt(private_allowed=False)
    token = _current_attempt.set(attempt)
    shown_url = without_credentials(str(url))
    try:
        yield attempt
    except CollectError:
        raise
    except TimeoutError as error:  # aiohttp's timeouts are its subclasses
        raise TimedOut(url=shown_url, seconds=_limit_of(error, options)) from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        if attempt.refused:
            raise RefusedAddress(url=shown_url, host=url.host, address=", ".join(attempt.refused)) from error
        raise Unreachable(url=shown_url, reason=_failure_reason(error)) from error
    finally:
        _current_attempt.reset(token)


def _limit_of(error: TimeoutError, options: CollectOptions) -> float:
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return options.connect_seconds
    return options.read_seconds if isinstance(error, aiohttp.SocketTimeoutError) else options.total_seconds


def _failure_reason(error: BaseException) -> str:
    """The kind of trouble, then what the library says of it."""
    kinds = {
        aiohttp.ClientConnectorDNSError: "name",
        aiohttp.ClientConnectorCertificateError: "certificate",
        aiohttp.ClientSSLError: "tls",
        aiohttp.ClientConnectorError: "connection",
        aiohttp.ClientPayloadError: "body",
    }
    kind = next((word for cls, word in kinds.items() if isinstance(error, cls)), type(error).__name__)
    return f"{kind}: {str(error)[:200]}"


def _checked_socket(address: tuple[int, int, int, str, tuple[object, ...]]) -> socket.socket:
    """A socket for an address that may be connected to; runs for every connection, whatever the URL looked like."""
    family, kind, protocol, _, place = address
    attempt = _current_attempt.get()
    if not attempt.private_allowed and not is_public(str(place[0])):
        attempt.refused.append(str(place[0]))
        raise _RefusedAddressError(f"{place[0]} is not public")
    return socket.socket(family=family, type=kind, proto=protocol)


def _parsed_url(text: str, start: str) -> URL:
    try:
        url = URL(text)
    except ValueError as error:
        raise Unreachable(url=without_credentials(start), reason=f"no address: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise Unreachable(url=without_credentials(start), reason="no http address")
    return url


def _next_hop(hop: _RedirectHop, status: int, location: str, *, spent: float, start: str) -> _RedirectHop:
    """The next hop, where it may be followed.

    Raises:
        RefusedRedirect: no http address, or from https down to http.
    """
    try:
        target = hop.url.join(URL(location))
    except ValueError as error:
        raise RefusedRedirect(url=without_credentials(start), target=location[:200], reason="no address") from error
    if target.scheme not in ("http", "https") or not target.host:
        raise RefusedRedirect(url=without_credentials(start), target=location[:200], reason="no http address")
    if hop.url.scheme == "https" and target.scheme == "http":
        raise RefusedRedirect(url=without_credentials(start), target=str(target), reason="from https to http")
    target = target.with_user(None)
    permanent = hop.only_permanent and status in _PERMANENT
    moved = str(target) if permanent else hop.moved
    return _RedirectHop(target, spent=spent, count=hop.count + 1, moved=moved, only_permanent=permanent)


def _conditional_headers(request: Request) -> dict[str, str]:
    """Validators exactly as they came."""
    validators = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified, "A-IM": "feed"}
    return {name: value for name, value in validators.items() if value}
