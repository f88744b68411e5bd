"""When to ask a source again: its interval, the server's wishes, back-off. Never giving up."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from foresight.model.sources import Fetch, FetchOutcome, Response, Source

LONGEST_BACKOFF = timedelta(hours=48)
LONGEST_RETRY_AFTER = timedelta(days=7)
LONGEST_CACHE = timedelta(hours=24)
DEFAULT_RETRY_AFTER = timedelta(minutes=15)
EARLY_TOLERANCE = 0.1
BACKOFF_SPREAD = 0.2
UNCONDITIONAL_EVERY = timedelta(days=7)
TOO_MANY_REQUESTS, UNAVAILABLE = 429, 503


def is_due(source: Source, last: Fetch | None, *, now: datetime) -> bool:
    """Whether it is time to ask this source again."""
    return source.active and (last is None or now >= next_request_time(source, last))


def next_request_time(source: Source, last: Fetch) -> datetime:
    """The earliest moment of the next request.

    The interval, of which a tenth may be missing: a timer that runs every hour would otherwise find hourly sources
    not yet due every second time. After n failures in a row min(48 h, interval · 2^n), a fifth more or less by source,
    so that sources that failed together do not come back together. Never before the server's wish.
    """
    pause = source.interval * (1 - EARLY_TOLERANCE)
    if last.outcome is FetchOutcome.FAILED:
        doubled = min(LONGEST_BACKOFF, source.interval * 2 ** min(last.failures or 1, 12))
        pause = max(pause, doubled * (1 + BACKOFF_SPREAD * _source_offset(source.id)))
    return max(last.at + pause, last.retry_after) if last.retry_after else last.at + pause


def asks_unconditionally(source: Source, last: Fetch, *, now: datetime) -> bool:
    """Whether to leave out the validators this time: once a week, for servers that say 304 for ever (FreshRSS#1020)."""
    shift = UNCONDITIONAL_EVERY * _source_offset(source.id)
    return _week(last.at + shift) != _week(now + shift)


def server_wait_until(response: Response, *, now: datetime, ttl_minutes: int = 0) -> datetime | None:
    """Until when the server wants to be left alone: Retry-After of 429 and 503, else Cache-Control or Expires and ttl.

    Capped: seven days for Retry-After, a day for caching. A 429 with no readable Retry-After means 15 minutes.
    """
    if response.status in (TOO_MANY_REQUESTS, UNAVAILABLE):
        asked = _retry_after(response.header("retry-after"), now)
        if asked is None and response.status == TOO_MANY_REQUESTS:
            asked = DEFAULT_RETRY_AFTER
        return now + min(asked, LONGEST_RETRY_AFTER) if asked else None
    longest = max(_cache_time(response, now), timedelta(minutes=ttl_minutes))
    return now + min(longest, LONGEST_CACHE) if longest > timedelta(0) else None


def _retry_after(value: str, now: datetime) -> timedelta | None:
    if re.fullmatch(r"\d{1,9}", value.strip()):
        return timedelta(seconds=int(value))
    moment = _http_date(value)
    return moment - now if moment and moment > now else None


def _cache_time(response: Response, now: datetime) -> timedelta:
    control = response.header("cache-control").lower()
    if re.search(r"no-cache|no-store", control):
        return timedelta(0)
    age = re.search(r"max-age\s*=\s*\"?(\d{1,9})", control)
    if age:
        return timedelta(seconds=int(age[1]))
    expires = _http_date(response.header("expires"))
    return max(expires - now, timedelta(0)) if expires else timedelta(0)


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _source_offset(source_id: str) -> float:
    """−1 to 1, fixed for a source."""
    return int(hashlib.sha256(source_id.encode()).hexdigest()[:8], 16) / 0x7FFF_FFFF - 1


def _week(moment: datetime) -> int:
    return int(moment.timestamp() // UNCONDITIONAL_EVERY.total_seconds())
