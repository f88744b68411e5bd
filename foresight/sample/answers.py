"""What the demonstration server says to a request: a pure function of the world, the moment and the request.

Five things go wrong on purpose, so that the report of a demonstration has something to report:

| outlet          | trouble                                                                     |
|-----------------|-----------------------------------------------------------------------------|
| queue-diary     | answers 503 with Retry-After throughout the last week                        |
| palveluvaki     | breaks off in the middle of the body, once, in the last week                 |
| grid-and-market | moved for good (301) at half time                                            |
| jokirannikko    | one item of the last fortnight has a date that means nothing                 |
| kaupunkilehti-tori | stopped at half time; its feed goes on showing its last items             |
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256

from foresight.sample.feeds import CONTENT_TYPES, changed, items, render
from foresight.sample.parts import WEEK, Article, Outlet, World

UNAVAILABLE, TRUNCATED, MOVED, SENSELESS = "queue-diary", "palveluvaki", "grid-and-market", "jokirannikko"
RETRY_AFTER_SECONDS = 3600
TRUNCATED_AT = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request. Header names are lower-case."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back. `is_broken_off`: the body is shorter than the feed, which happens once."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    is_broken_off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Newsstand:
    """A world sorted by outlet, so that a feed is found quickly. Made by `newsstand`.

    Attributes:
        shelves: outlet id → its articles in order of time; senseless: guids of items served with a nonsense date.
    """

    world: World
    shelves: Mapping[str, tuple[Article, ...]]
    senseless: frozenset[str]

    def items(self, outlet: Outlet, now: datetime) -> tuple[Article, ...]:
        """What the outlet's feed holds at `now`, newest first."""
        return items(self.shelves[outlet.id], now=now)


def newsstand(world: World) -> Newsstand:
    """Sort a world by outlet."""
    shelves: dict[str, list[Article]] = {outlet.id: [] for outlet in world.sources}
    for article in world.articles:
        shelves[article.source_id].append(article)
    outlet = next(outlet for outlet in world.sources if outlet.key == SENSELESS)
    fortnight = [a.guid for a in shelves[outlet.id] if a.published >= world.end - timedelta(days=14)]
    return Newsstand(
        world=world,
        shelves={id_: tuple(articles) for id_, articles in shelves.items()},
        senseless=frozenset(fortnight[:1]),
    )


def answer(stand: Newsstand, asked: Asked, *, now: datetime, broke_off: bool = False) -> Answer:
    """The answer at `now`. `broke_off`: the one truncated body has been sent already."""
    world = stand.world
    outlet = next((outlet for outlet in world.sources if asked.path in (outlet.path, moved_path(outlet))), None)
    if outlet is None:
        return Answer(status=404)
    if outlet.key == UNAVAILABLE and now >= world.end - WEEK:
        return Answer(status=503, headers=(("Retry-After", str(RETRY_AFTER_SECONDS)),))
    if asked.path != _path_at(world, outlet, now):
        target = _path_at(world, outlet, now)
        return Answer(status=301 if target != outlet.path else 404, headers=(("Location", target),))
    if outlet.key == TRUNCATED and now >= world.end - WEEK and not broke_off:
        body = _body(stand, outlet, now)
        return Answer(
            status=200,
            headers=(("Content-Type", CONTENT_TYPES[outlet.format]),),
            body=body[: int(len(body) * TRUNCATED_AT)],
            is_broken_off=True,
        )
    return _feed(stand, outlet, asked, now)


def moved_path(outlet: Outlet) -> str:
    """Where the outlet's feed lies after it has moved."""
    return outlet.path.replace("/feeds/", "/uutiset/" if outlet.lang == "fi" else "/news/")


def _path_at(world: World, outlet: Outlet, now: datetime) -> str:
    has_moved = outlet.key == MOVED and now >= world.start + (world.end - world.start) / 2
    return moved_path(outlet) if has_moved else outlet.path


def _feed(stand: Newsstand, outlet: Outlet, asked: Asked, now: datetime) -> Answer:
    body = _body(stand, outlet, now)
    etag = f'"{sha256(body).hexdigest()[:24]}"'
    since = changed(stand.items(outlet, now), now=now) or stand.world.start
    headers = [("ETag", etag), ("Last-Modified", format_datetime(since, usegmt=True)), ("Vary", "Accept-Encoding")]
    if _is_known(asked.headers, etag, since):
        return Answer(status=304, headers=tuple(headers))
    headers.append(("Content-Type", CONTENT_TYPES[outlet.format]))
    if "gzip" in asked.headers.get("accept-encoding", ""):
        headers.append(("Content-Encoding", "gzip"))
        body = gzip.compress(body, mtime=0)
    return Answer(status=200, headers=tuple(headers), body=body)


def _body(stand: Newsstand, outlet: Outlet, now: datetime) -> bytes:
    return render(outlet, stand.items(outlet, now), now=now, senseless=stand.senseless)


def _is_known(headers: Mapping[str, str], etag: str, since: datetime) -> bool:
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
