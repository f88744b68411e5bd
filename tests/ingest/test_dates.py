from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foresight.ingest.dates import DateConventions, date_conventions, publication_time

NOW = datetime(2026, 11, 21, tzinfo=UTC)
FINNISH = date_conventions("FI")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Sat, 12 Sep 2026 10:22:17 +0300", "2026-09-12T07:22:17"),
        ("Sat, 12 Sep 2026 10:00:00 EET", "2026-09-12T08:00:00"),
        ("Sat, 12 Sep 2026 10:00:00 EEST", "2026-09-12T07:00:00"),
        ("Sat, 12 Sep 2026 10:22:17 GMT", "2026-09-12T10:22:17"),
        ("12.9.2026 10:22", "2026-09-12T07:22:00"),
        ("12.1.2026 10:22", "2026-01-12T08:22:00"),
        ("12.9.2026 klo 10.22", "2026-09-12T07:22:00"),
        ("la 12 syys 2026 10:22", "2026-09-12T07:22:00"),
        ("lauantai 12. syyskuuta 2026 klo 10.22", "2026-09-12T07:22:00"),
        ("12. marraskuuta 2025", "2025-11-12T00:00:00"),
        ("Thu, 4 May 2017 19:40:17", "2017-05-04T16:40:17"),
        ("Mo, 25 Jun 2018 11:41:36", "2018-06-25T08:41:36"),
        ("2016/6/29 15:07:41", "2016-06-29T12:07:41"),
        ("1726125737", "2024-09-12T07:22:17"),
        ("1726125737000", "2024-09-12T07:22:17"),
        ("2026-09-12T10:22:17", "2026-09-12T07:22:17"),
        ("2026-09-12T10:22:17.123456789+03:00", "2026-09-12T07:22:17"),
        ("2026-09-12T10:22:17+03", "2026-09-12T07:22:17"),
        ("20260912T102217Z", "2026-09-12T10:22:17"),
        ("2026-09-12", "2026-09-12T00:00:00"),
        ("2026-09", "2026-09-01T00:00:00"),
        ("12 mars 2026", "2026-03-12T00:00:00"),
        ("12 maj 2026 kl. 10:00 CEST", "2026-05-12T08:00:00"),
        ("Dom, 12 Set 2026 10:00:00 -0300", "2026-09-12T13:00:00"),
        ("Sat Sep 12 10:22:17 2026", "2026-09-12T07:22:17"),
        ("Sep 12th, 2026 10:22 PM", "2026-09-12T19:22:00"),
        ("Thu, 01 Jan 04 19:48:21 GMT", "2004-01-01T19:48:21"),
        ("Sat, 12 Sep 2026 24:00:00 GMT", "2026-09-13T00:00:00"),
        ("Sat, 12 Sep 2026 10:22:60 GMT", "2026-09-12T10:22:59"),
        ("Sat, 12 Sep 2026 10:22 GMT+3", "2026-09-12T07:22:00"),
        ("Sat, 12 Sep 2026 10:22:17 +9900", "2026-09-12T10:22:17"),
        ("Thu Aug 30 2012 17:26:16 +0200", "2012-08-30T15:26:16"),
        ("3/4/2026", "2026-04-03T00:00:00"),
    ],
)
def test_dates_are_read_as_they_were_meant(raw: str, expected: str) -> None:
    found = publication_time(raw, None, habits=FINNISH, now=NOW)
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        *("", "tänään", "12.13.2026", "31.2.2026", "2026-09-12T25:61:00", "0001-01-01T00:00:00Z", "12 foo 2026"),
        *("Sat, 12 Sep 2099 10:22:17 GMT", "Sat, 31 Dec 1994 23:59:59 GMT", "Mon, 23 Nov 2026 00:00:01 GMT"),
    ],
)
def test_a_senseless_date_is_no_date(raw: str) -> None:
    assert publication_time(raw, None, habits=FINNISH, now=NOW) is None


def test_the_parsers_reading_counts_only_for_forms_we_do_not_know() -> None:
    read = int(datetime(2026, 9, 12, tzinfo=UTC).timestamp())
    assert publication_time("토 9월 12", read, habits=FINNISH, now=NOW) == datetime(2026, 9, 12, tzinfo=UTC)
    assert publication_time("17261257", read, habits=FINNISH, now=NOW) is None
    assert publication_time("Sat, 12 Sep 2026 10:00:00 EET", read, habits=FINNISH, now=NOW) != datetime(
        2026, 9, 12, tzinfo=UTC
    )
    assert publication_time("토", 10**15, habits=FINNISH, now=NOW) is None


def test_the_order_of_day_and_month_follows_the_region_and_is_never_guessed() -> None:
    assert publication_time("3/4/2026", None, habits=date_conventions("US"), now=NOW) == datetime(
        2026, 3, 4, tzinfo=UTC
    )
    assert publication_time("3/4/2026", None, habits=DateConventions(), now=NOW) is None
    assert publication_time("13/4/2026", None, habits=date_conventions("US"), now=NOW) == datetime(
        2026, 4, 13, tzinfo=UTC
    )
    assert publication_time("4/13/2026", None, habits=FINNISH, now=NOW) == datetime(2026, 4, 13, tzinfo=UTC)
    assert publication_time("4/4/2026", None, habits=DateConventions(), now=NOW) == datetime(2026, 4, 4, tzinfo=UTC)


def test_a_time_without_a_zone_is_that_of_the_sources_country() -> None:
    raw = "2026-07-01 12:00"
    assert publication_time(raw, None, habits=date_conventions("", "uutiset.example.fi"), now=NOW) == datetime(
        2026, 7, 1, 9, tzinfo=UTC
    )
    assert publication_time(raw, None, habits=date_conventions("SE"), now=NOW) == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert publication_time(raw, None, habits=date_conventions("World"), now=NOW) == datetime(
        2026, 7, 1, 12, tzinfo=UTC
    )


moments = st.datetimes(datetime(1995, 1, 2), datetime(2026, 11, 20))  # noqa: DTZ001 - the zone is drawn below
offsets = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(moments, offsets)
def test_every_standard_date_comes_back_to_the_second(moment: datetime, zone: timezone) -> None:
    local = moment.replace(tzinfo=zone, microsecond=0)
    for raw in (format_datetime(local), local.isoformat(), local.isoformat(sep=" ")):
        assert publication_time(raw, None, habits=FINNISH, now=NOW) == local


@given(st.text(max_size=120), st.none() | st.integers(-(10**18), 10**18))
def test_no_text_makes_reading_fail(raw: str, seconds: int | None) -> None:
    found = publication_time(raw, seconds, habits=FINNISH, now=NOW)
    assert found is None or found.tzinfo is UTC
