"""Whole ISO weeks and quarters in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

WEEK = timedelta(weeks=1)


def monday(moment: datetime) -> datetime:
    """The Monday 00:00 UTC at or before `moment`."""
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def quarter_monday(moment: datetime) -> datetime:
    """The first Monday of the quarter that the Monday at or before `moment` lies in."""
    week = monday(moment)
    start = week.replace(month=(week.month - 1) // 3 * 3 + 1, day=1)
    return start + timedelta(days=-start.weekday() % 7)


def quarter_start(moment: datetime) -> datetime:
    """The first day of the calendar quarter that `moment` lies in, 00:00 UTC."""
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def quarter_starts(start: datetime, end: datetime) -> tuple[datetime, ...]:
    """The first days of the calendar quarters from `start` to `end`, both included, 00:00 UTC."""
    first, last = start.astimezone(UTC), end.astimezone(UTC)
    days = [
        datetime(year, month, 1, tzinfo=UTC) for year in range(first.year, last.year + 1) for month in (1, 4, 7, 10)
    ]
    return tuple(day for day in days if first <= day <= last)


def seconds(moment: datetime) -> int:
    """Whole seconds since 1970 UTC."""
    return int(moment.timestamp())


def moment(stamp: int) -> datetime:
    """The inverse of `seconds`."""
    return datetime.fromtimestamp(int(stamp), tz=UTC)
