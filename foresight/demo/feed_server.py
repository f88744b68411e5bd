"""The demonstration world as RSS, Atom and JSON feeds on the loopback, as they stood at a moment one can set.

What is answered is a pure function of the world, the moment and the request. Five things go wrong on purpose, so that
the report of a demonstration has something to report:

| outlet             | trouble                                                          |
|--------------------|------------------------------------------------------------------|
| queue-diary        | answers 503 with Retry-After throughout the last week            |
| palveluvaki        | breaks off in the middle of the body, once, in the last week     |
| grid-and-market    | moved for good (301) at half time                                |
| jokirannikko       | one item of the last fortnight has a date that means nothing     |
| kaupunkilehti-tori | stopped at half time; its feed goes on showing its last items    |
"""

from __future__ import annotations

import gzip
import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape, quoteattr

from foresight.demo.world import WEEK, Article, DemoWorld, FeedFormat, Outlet

MOST_ITEMS, LEAST_ITEMS, LONGEST_AGE = 40, 10, timedelta(days=21)
CONTENT_TYPES = {
    FeedFormat.RSS: "application/rss+xml; charset=utf-8",
    FeedFormat.ATOM: "application/atom+xml; charset=utf-8",
    FeedFormat.JSON: "application/feed+json",
}
# What a content system made of a date one night; no parser can know the day.
UNREADABLE_DATE = "ke 31.11. klo 25.61"


def feed_items(articles: Sequence[Article], *, now: datetime) -> tuple[Article, ...]:
    """What an outlet's feed holds at `now`, newest first: three weeks, 10 to 40 items where there are as many.

    Args:
        articles: all that the outlet ever publishes, in order of time.
        now: aware.
    """
    known = articles[: bisect_right(articles, now, key=_published)][-MOST_ITEMS:]
    fresh = [article for article in known if article.published > now - LONGEST_AGE]
    return tuple(reversed(fresh if len(fresh) >= LEAST_ITEMS else known[-LEAST_ITEMS:]))


def last_change(articles: Sequence[Article], *, now: datetime) -> datetime | None:
    """When the feed last changed, None where it is empty."""
    return max((_last_modified(article, now) for article in articles), default=None)


def render_feed(
    outlet: Outlet, articles: Sequence[Article], *, now: datetime, unreadable_dates: frozenset[str]
) -> bytes:
    """The feed's body, UTF-8. Articles whose guid is in `unreadable_dates` carry a date that no parser understands."""
    writers = {FeedFormat.RSS: _rss, FeedFormat.ATOM: _atom, FeedFormat.JSON: _json}
    return writers[outlet.format](outlet, articles, now, unreadable_dates).encode()


def _published(article: Article) -> datetime:
    return article.published


def _last_modified(article: Article, now: datetime) -> datetime:
    return article.updated if article.updated and article.updated <= now else article.published


def _rss(outlet: Outlet, articles: Sequence[Article], now: datetime, unreadable_dates: frozenset[str]) -> str:
    built = last_change(articles, now=now)
    head = (
        f"<title>{escape(outlet.title)}</title><link>https://{outlet.site}/</link>"
        f"<description>{escape(outlet.title)}</description><language>{outlet.lang}</language><ttl>60</ttl>"
        + (f"<lastBuildDate>{format_datetime(built)}</lastBuildDate>" if built else "")
    )
    body = "\n".join(
        _rss_item(article, UNREADABLE_DATE if article.guid in unreadable_dates else "") for article in articles
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>{head}\n{body}\n</channel></rss>\n'


def _rss_item(article: Article, date: str) -> str:
    return (
        f"<item><title>{escape(article.title)}</title><link>{escape(article.url)}</link>"
        f'<guid isPermaLink="false">{escape(article.guid)}</guid>'
        f"<pubDate>{date or format_datetime(article.published)}</pubDate>"
        f"<description>{escape(f'<p>{escape(article.text)}</p>')}</description></item>"
    )


def _atom(outlet: Outlet, articles: Sequence[Article], now: datetime, unreadable_dates: frozenset[str]) -> str:
    built = last_change(articles, now=now)
    head = (
        f"<title>{escape(outlet.title)}</title><id>tag:{outlet.site},2026:feed</id>"
        f'<link rel="alternate" href="https://{outlet.site}/"/>'
        + (f"<updated>{built.isoformat()}</updated>" if built else "")
        + f"<author><name>{escape(outlet.title)}</name></author>"
    )
    body = "\n".join(_atom_entry(outlet, article, now, article.guid in unreadable_dates) for article in articles)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.lang}">{head}\n{body}\n</feed>\n'
    )


def _atom_entry(outlet: Outlet, article: Article, now: datetime, unreadable_dates: bool) -> str:  # noqa: FBT001 - private
    published = UNREADABLE_DATE if unreadable_dates else article.published.isoformat()
    updated = UNREADABLE_DATE if unreadable_dates else _last_modified(article, now).isoformat()
    return (
        f"<entry><title>{escape(article.title)}</title><id>{_atom_id(outlet, article)}</id>"
        f'<link rel="alternate" href={quoteattr(article.url)}/>'
        f"<published>{published}</published><updated>{updated}</updated>"
        f"<summary>{escape(article.text)}</summary></entry>"
    )


def _atom_id(outlet: Outlet, article: Article) -> str:
    return f"tag:{outlet.site},2026:{escape(article.guid)}"


def _json(outlet: Outlet, articles: Sequence[Article], now: datetime, unreadable_dates: frozenset[str]) -> str:
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": outlet.title,
            "home_page_url": f"https://{outlet.site}/",
            "language": outlet.lang,
            "items": [
                {
                    "id": article.guid,
                    "url": article.url,
                    "title": article.title,
                    "content_text": article.text,
                    "date_published": UNREADABLE_DATE
                    if article.guid in unreadable_dates
                    else article.published.isoformat(),
                    "date_modified": _last_modified(article, now).isoformat(),
                }
                for article in articles
            ],
        },
        ensure_ascii=False,
    )


UNAVAILABLE_OUTLET, TRUNCATED_OUTLET, MOVED_OUTLET, UNREADABLE_DATE_OUTLET = (
    "queue-diary",
    "palveluvaki",
    "grid-and-market",
    "jokirannikko",
)
RETRY_AFTER_SECONDS = 3600
TRUNCATED_SHARE = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRequest:
    """A request. Header names are lower-case."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedResponse:
    """What goes back. `is_truncated`: the body is shorter than the feed, which happens once."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    is_truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ServedWorld:
    """A world sorted by outlet, so that a feed is found quickly. Made by `served_world`.

    Attributes:
        articles_by_outlet: outlet id → its articles in order of time.
        unreadable_dates: guids of items served with a date that means nothing.
    """

    world: DemoWorld
    articles_by_outlet: Mapping[str, tuple[Article, ...]]
    unreadable_dates: frozenset[str]

    def items(self, outlet: Outlet, now: datetime) -> tuple[Article, ...]:
        """What the outlet's feed holds at `now`, newest first."""
        return feed_items(self.articles_by_outlet[outlet.id], now=now)


def served_world(world: DemoWorld) -> ServedWorld:
    """Sort a world by outlet."""
    articles_by_outlet: dict[str, list[Article]] = {outlet.id: [] for outlet in world.sources}
    for article in world.articles:
        articles_by_outlet[article.source_id].append(article)
    outlet = next(outlet for outlet in world.sources if outlet.key == UNREADABLE_DATE_OUTLET)
    fortnight = [a.guid for a in articles_by_outlet[outlet.id] if a.published >= world.end - timedelta(days=14)]
    return ServedWorld(
        world=world,
        articles_by_outlet={id_: tuple(articles) for id_, articles in articles_by_outlet.items()},
        unreadable_dates=frozenset(fortnight[:1]),
    )


def respond(
    served_feeds: ServedWorld, asked: FeedRequest, *, now: datetime, truncation_sent: bool = False
) -> FeedResponse:
    """The answer at `now`. `truncation_sent`: the one truncated body has been sent already."""
    world = served_feeds.world
    outlet = next((outlet for outlet in world.sources if asked.path in (outlet.path, moved_path(outlet))), None)
    if outlet is None:
        return FeedResponse(status=404)
    if outlet.key == UNAVAILABLE_OUTLET and now >= world.end - WEEK:
        return FeedResponse(status=503, headers=(("Retry-After", str(RETRY_AFTER_SECONDS)),))
    if asked.path != _path_at(world, outlet, now):
        target = _path_at(world, outlet, now)
        return FeedResponse(status=301 if target != outlet.path else 404, headers=(("Location", target),))
    if outlet.key == TRUNCATED_OUTLET and now >= world.end - WEEK and not truncation_sent:
        body = _feed_body(served_feeds, outlet, now)
        return FeedResponse(
            status=200,
            headers=(("Content-Type", CONTENT_TYPES[outlet.format]),),
            body=body[: int(len(body) * TRUNCATED_SHARE)],
            is_truncated=True,
        )
    return _feed_response(served_feeds, outlet, asked, now)


def moved_path(outlet: Outlet) -> str:
    """Where the outlet's feed lies after it has moved."""
    return outlet.path.replace("/feeds/", "/uutiset/" if outlet.lang == "fi" else "/news/")


def _path_at(world: DemoWorld, outlet: Outlet, now: datetime) -> str:
    has_moved = outlet.key == MOVED_OUTLET and now >= world.start + (world.end - world.start) / 2
    return moved_path(outlet) if has_moved else outlet.path


def _feed_response(served_feeds: ServedWorld, outlet: Outlet, asked: FeedRequest, now: datetime) -> FeedResponse:
    body = _feed_body(served_feeds, outlet, now)
    etag = f'"{sha256(body).hexdigest()[:24]}"'
    since = last_change(served_feeds.items(outlet, now), now=now) or served_feeds.world.start
    headers = [("ETag", etag), ("Last-Modified", format_datetime(since, usegmt=True)), ("Vary", "Accept-Encoding")]
    if _is_not_modified(asked.headers, etag, since):
        return FeedResponse(status=304, headers=tuple(headers))
    headers.append(("Content-Type", CONTENT_TYPES[outlet.format]))
    if "gzip" in asked.headers.get("accept-encoding", ""):
        headers.append(("Content-Encoding", "gzip"))
        body = gzip.compress(body, mtime=0)
    return FeedResponse(status=200, headers=tuple(headers), body=body)


def _feed_body(served_feeds: ServedWorld, outlet: Outlet, now: datetime) -> bytes:
    return render_feed(outlet, served_feeds.items(outlet, now), now=now, unreadable_dates=served_feeds.unreadable_dates)


def _is_not_modified(headers: Mapping[str, str], etag: str, since: datetime) -> bool:
    """Whether the client has this version; the ETag decides where it sends both validators (RFC 9110, 13.1.3)."""
    if "if-none-match" in headers:
        known = {tag.strip().removeprefix("W/") for tag in headers["if-none-match"].split(",")}
        return etag in known or "*" in known
    if "if-modified-since" not in headers:
        return False
    try:
        return parsedate_to_datetime(headers["if-modified-since"]) >= since
    except (TypeError, ValueError):
        return False


LOOPBACK = "127.0.0.1"


class FeedServer:
    """A server in a thread of its own, for the length of a ``with`` block.

    Attributes:
        now: the moment whose feeds it serves, aware; set it to let time pass. At first the world's end.
        statuses: how many answers of each HTTP status it has given.
    """

    def __init__(self, world: DemoWorld, *, now: datetime | None = None) -> None:
        self._stand = served_world(world)
        self.now = now or world.end
        self.statuses: Counter[int] = Counter()
        self._truncation_sent = False
        self._lock = Lock()
        self._http: ThreadingHTTPServer | None = None
        self._thread: Thread | None = None

    @property
    def base_url(self) -> str:
        """Where it listens, without a slash at the end; "" before it was started."""
        return f"http://{LOOPBACK}:{self._http.server_address[1]}" if self._http else ""

    def reply(self, asked: FeedRequest) -> FeedResponse:
        """Answer one request, as of `now`. Safe to call from many threads."""
        with self._lock:
            given = respond(self._stand, asked, now=self.now, truncation_sent=self._truncation_sent)
            self._truncation_sent = self._truncation_sent or given.is_truncated
            self.statuses[given.status] += 1
        return given

    def __enter__(self) -> Self:
        self._http = ThreadingHTTPServer((LOOPBACK, 0), _handler(self))
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http is None or self._thread is None:
            return
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
        self._http = None


def _handler(server: FeedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One connection."""

        protocol_version = "HTTP/1.1"
        # Without it, headers and body of a small answer wait for each other's acknowledgement.
        disable_nagle_algorithm = True
        timeout = 5

        def do_GET(self) -> None:
            asked = FeedRequest(path=self.path, headers={name.lower(): value for name, value in self.headers.items()})
            given = server.reply(asked)
            self.send_response(given.status)
            for name, value in given.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(given.body)))
            self.end_headers()
            self.wfile.write(given.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class names it
            """Say nothing: the caller reads `statuses`."""

    return Handler
