from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foresight.ingest.schedule import (
    LONGEST_BACKOFF,
    asks_unconditionally,
    is_due,
    next_request_time,
    server_wait_until,
)
from foresight.model.sources import FetchOutcome, Response
from foresight.testing.builders import NOW, a_fetch, a_source

HOUR = timedelta(hours=1)


def answer(status: int = 200, **headers: str) -> Response:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response(url="https://x.fi/", status=status, headers=named)


def test_a_source_never_asked_is_due_and_an_inactive_one_never() -> None:
    assert is_due(a_source(), None, now=NOW)
    assert not is_due(a_source(active=False), None, now=NOW)


def test_an_hourly_timer_finds_an_hourly_source_due_every_time() -> None:
    assert is_due(a_source(), a_fetch(at=NOW + timedelta(seconds=40)), now=NOW + HOUR)
    assert not is_due(a_source(), a_fetch(), now=NOW + timedelta(minutes=50))


@given(st.integers(1, 10_000), st.text(min_size=1, max_size=8))
def test_failures_double_the_pause_up_to_two_days_and_never_end_it(failures: int, name: str) -> None:
    source = a_source(name)
    pause = next_request_time(source, a_fetch(name, outcome=FetchOutcome.FAILED, failures=failures)) - NOW
    doubled = min(LONGEST_BACKOFF, HOUR * 2 ** min(failures, 10))
    assert 0.8 * doubled <= pause <= 1.2 * doubled


def test_a_slow_source_is_not_asked_more_often_because_it_fails() -> None:
    source = a_source(interval=timedelta(days=10))
    assert next_request_time(source, a_fetch(outcome=FetchOutcome.FAILED, failures=1)) >= NOW + timedelta(days=9)


def test_the_servers_wish_goes_before_the_interval() -> None:
    asked = a_fetch(retry_after=NOW + timedelta(hours=5))
    assert not is_due(a_source(), asked, now=NOW + timedelta(hours=4, minutes=59))
    assert is_due(a_source(), asked, now=NOW + timedelta(hours=5))


@pytest.mark.parametrize(
    ("response", "seconds"),
    [
        (answer(429, retry_after="120"), 120),
        (answer(503, retry_after=" 60 "), 60),
        (answer(429, retry_after="Mon, 05 Jan 2026 13:00:00 GMT"), 3_600),
        (answer(429, retry_after="Mon, 05 Jan 2026 13:00:00"), 3_600),
        (answer(429, retry_after="Mon, 05 Jan 2026 11:00:00 GMT"), 900),
        (answer(429, retry_after="soon"), 900),
        (answer(429), 900),
        (answer(503), None),
        (answer(429, retry_after="99999999"), 7 * 86_400),
        (answer(500, retry_after="120"), None),
        (answer(cache_control="public, max-age=600"), 600),
        (answer(cache_control='max-age="600"', expires="Mon, 05 Jan 2026 13:00:00 GMT"), 600),
        (answer(cache_control="no-cache, max-age=600"), None),
        (answer(cache_control="max-age=99999999"), 86_400),
        (answer(cache_control="max-age=0"), None),
        (answer(expires="Mon, 05 Jan 2026 13:00:00 GMT"), 3_600),
        (answer(expires="Mon, 05 Jan 2026 11:00:00 GMT"), None),
        (answer(expires="0"), None),
        (answer(), None),
    ],
)
def test_what_a_server_wishes_is_read_and_capped(response: Response, seconds: int | None) -> None:
    found = server_wait_until(response, now=NOW)
    assert found == (NOW + timedelta(seconds=seconds) if seconds else None)


def test_the_longest_of_cache_time_and_ttl_counts() -> None:
    assert server_wait_until(answer(cache_control="max-age=60"), now=NOW, ttl_minutes=30) == NOW + timedelta(minutes=30)
    assert server_wait_until(answer(cache_control="max-age=6000"), now=NOW, ttl_minutes=30) == NOW + timedelta(
        seconds=6_000
    )


def test_once_a_week_a_source_is_asked_without_validators() -> None:
    source = a_source()
    hours = [NOW + HOUR * n for n in range(4 * 7 * 24)]
    pairs = pairwise(hours)
    assert sum(asks_unconditionally(source, a_fetch(at=then), now=now) for then, now in pairs) == 4
