"""When an entry was published. Feeds lie about dates; this reads what they mean, or nothing.

feedparser reads EET as UTC, takes the month of 2016/1/29 from today's date and makes the year 1726 of a Unix time. So
our own reader comes first, and its word stands; feedparser's reading is asked only for forms we do not know.
docs/operations.md#dates lists what is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
FUTURE_TOLERANCE = timedelta(hours=48)
LONGEST_DATE_TEXT = 100

# Hours east of Greenwich. Where one name means several zones, the one that feeds of Europe and America mean.
_ZONES = {
    **dict.fromkeys(("Z", "UT", "UTC", "GMT", "WET"), 0.0),
    **dict.fromkeys(("CET", "MEZ", "BST", "WEST"), 1.0),
    **dict.fromkeys(("EET", "CEST", "MESZ", "SAST"), 2.0),
    **dict.fromkeys(("EEST", "MSK", "TRT"), 3.0),
    "EST": -5.0,
    "EDT": -4.0,
    "CST": -6.0,
    "CDT": -5.0,
    "MST": -7.0,
    "MDT": -6.0,
    "PST": -8.0,
    "PDT": -7.0,
    "JST": 9.0,
    "KST": 9.0,
    "HKT": 8.0,
    "SGT": 8.0,
    "AEST": 10.0,
    "AEDT": 11.0,
    "NZST": 12.0,
    "NZDT": 13.0,
}
_REGION_ZONES = {
    "FI": "Europe/Helsinki",
    "SE": "Europe/Stockholm",
    "NO": "Europe/Oslo",
    "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn",
    "DE": "Europe/Berlin",
    "FR": "Europe/Paris",
    "IT": "Europe/Rome",
    "ES": "Europe/Madrid",
    "NL": "Europe/Amsterdam",
    "GB": "Europe/London",
    "EU": "Europe/Brussels",
}
# Beginnings of the names of months, longest first: "marras" is November, "mar" is March.
_MONTHS = sorted(
    {
        "jan": 1,
        "feb": 2,
        "mar": 3,
        "apr": 4,
        "may": 5,
        "jun": 6,
        "jul": 7,
        "aug": 8,
        "sep": 9,
        "oct": 10,
        "nov": 11,
        "dec": 12,
        "tammi": 1,
        "helmi": 2,
        "maalis": 3,
        "huhti": 4,
        "touko": 5,
        "kesä": 6,
        "heinä": 7,
        "elo": 8,
        "syys": 9,
        "loka": 10,
        "marras": 11,
        "joulu": 12,
        "maj": 5,
        "okt": 10,
        "mär": 3,
        "mrz": 3,
        "mai": 5,
        "dez": 12,
        "janv": 1,
        "fév": 2,
        "avr": 4,
        "juin": 6,
        "juil": 7,
        "aoû": 8,
        "déc": 12,
        "fev": 2,
        "abr": 4,
        "ago": 8,
        "set": 9,
        "out": 10,
        "ene": 1,
        "dic": 12,
        "gen": 1,
        "mag": 5,
        "giu": 6,
        "lug": 7,
        "ott": 10,
        "mei": 5,
    }.items(),
    key=lambda pair: -len(pair[0]),
)

_SECOND = r"(?:[:.](?P<second>\d{2})(?:[.,]\d{1,9})?)?"
_TIME = rf"(?:(?P<hour>\d{{1,2}})[:.](?P<minute>\d{{2}}){_SECOND}\s*(?P<half>[ap]\.?m\b\.?)?)"
_ZONE = r"(?P<zone>[A-Za-z]{1,5}|(?:UTC|GMT|UT)?\s*[+-]\d{1,2}:?\d{0,2}(?:\s*\([^)]{0,40}\))?)"
_REST = rf"(?:[\sT,]*(?:klo\s+|kl\.?\s+|at\s+|um\s+)?{_TIME}\s*{_ZONE}?)?\s*(?:\([A-Za-z ]{{0,40}}\))?"
_ORDINAL = r"(?:\.|st|nd|rd|th)?"
_WORD = r"[^\W\d_]+"
_DAY_NAME = rf"(?:{_WORD}\.?\s*,?\s+)?"
_DATE_PATTERNS = {
    form: re.compile(pattern, re.IGNORECASE)
    for form, pattern in {
        "iso": rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}}){_REST}",
        "compact": r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"
        rf"(?:T?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?\s*{_ZONE}?)?",
        "points": rf"{_DAY_NAME}(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?(?P<year>\d{{4}}){_REST}",
        "words": rf"{_DAY_NAME}(?P<day>\d{{1,2}}){_ORDINAL}[\s-]*(?:de\s+)?(?P<name>{_WORD})\.?,?[\s-]*(?:de\s+)?"
        rf"(?P<year>\d{{4}}|\d\d(?!\d|:)){_REST}",
        "american": rf"{_DAY_NAME}(?P<name>{_WORD})\.?\s+(?P<day>\d{{1,2}}){_ORDINAL},?\s+(?P<year>\d{{4}}){_REST}",
        "ctime": rf"{_WORD}\s+(?P<name>{_WORD})\s+(?P<day>\d{{1,2}})\s+{_TIME}\s+(?:(?P<zone>[A-Z]{{1,5}})\s+)?"
        r"(?P<year>\d{4})",
        "slashes": rf"(?P<year>\d{{4}})/(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}}){_REST}",
        "either": rf"{_DAY_NAME}(?P<one>\d{{1,2}})/(?P<two>\d{{1,2}})/(?P<year>\d{{4}}){_REST}",
        "month": r"(?P<year>\d{4})-(?P<month>\d{1,2})",
    }.items()
}
_OFFSET = re.compile(r"(?:UTC|GMT|UT)?\s*([+-])(\d{1,2}):?(\d{2})?(?:\s*\(.*\))?", re.IGNORECASE)
# Forms that feedparser reads, but wrongly: bare numbers, year/month/day.
_MISREAD = re.compile(r"[\d\s.]+|.*\d{4}/\d{1,2}/\d{1,2}.*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateConventions:
    """What a source's dates are read by where they do not say it themselves: zone, and the order of 3/4/2026."""

    zone: tzinfo = UTC
    month_first: bool | None = None


def date_conventions(region: str, host: str = "") -> DateConventions:
    """The habits of a region (ISO 3166, "EU"); a Finnish host name stands in for a missing one."""
    known = region.upper() or ("FI" if host.endswith(".fi") else "")
    zone = ZoneInfo(_REGION_ZONES[known]) if known in _REGION_ZONES else UTC
    return DateConventions(zone=zone, month_first=known == "US" if known else None)


def publication_time(
    raw: str, parsed_seconds: int | None, *, habits: DateConventions, now: datetime
) -> datetime | None:
    """The time an entry gives, aware UTC; None where it gives none or a senseless one.

    Args:
        raw: what the feed wrote.
        parsed_seconds: feedparser's reading, seconds since 1970 UTC.
        habits: of the source.
        now: what is more than 48 hours later, or before 1995, is senseless.
    """
    found = read_date(raw, habits)
    if found is None and parsed_seconds is not None and not _MISREAD.fullmatch(raw):
        found = _from_seconds(parsed_seconds)
    return found if found is not None and EARLIEST <= found <= now + FUTURE_TOLERANCE else None


def read_date(raw: str, habits: DateConventions) -> datetime | None:
    """A date in one of the forms known here, as aware UTC; None for any other."""
    text = " ".join(raw.split())[:LONGEST_DATE_TEXT]
    if re.fullmatch(r"\d{10}(?:\.\d+)?|\d{13}", text):
        return _from_seconds(int(text[:10]))
    matches = ((form, pattern.fullmatch(text)) for form, pattern in _DATE_PATTERNS.items())
    found = (_from_parts(form, match.groupdict(default=""), habits) for form, match in matches if match)
    return next((moment for moment in found if moment is not None), None)


def _from_seconds(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _from_parts(form: str, parts: dict[str, str], habits: DateConventions) -> datetime | None:
    if form == "either":
        order = _order(int(parts["one"]), int(parts["two"]), habits.month_first)
        if order is None:
            return None
        day, month = order
    else:
        day = int(parts.get("day", "1"))
        month = _month(parts["name"]) if "name" in parts else int(parts["month"])
    # A day without a time is its first moment in UTC: in local time its date would shift to the day before.
    zone = _zone(parts.get("zone", ""), habits) if parts.get("hour") else UTC
    try:
        local = datetime(_year(parts["year"]), month, day) + _clock(parts)  # noqa: DTZ001 - its zone is set below
        return local.replace(tzinfo=zone).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _order(one: int, two: int, month_first: bool | None) -> tuple[int, int] | None:  # noqa: FBT001 - a habit, not a switch
    """Day and month of 3/4; None where it could be either and nobody says which."""
    if one > 12 or (month_first is False and two <= 12):  # noqa: PLR2004 - months of a year
        return one, two
    if two > 12 or month_first:  # noqa: PLR2004 - the same
        return two, one
    return (one, two) if one == two else None


def _year(text: str) -> int:
    """Two digits stand for 1970 to 2069 (RFC 822 dates of old software)."""
    year = int(text)
    return year if len(text) == len("2026") else year + (1900 if year >= 70 else 2000)  # noqa: PLR2004 - as POSIX does


def _month(name: str) -> int:
    folded = name.casefold()
    return next((number for start, number in _MONTHS if folded.startswith(start)), 0)


def _clock(parts: dict[str, str]) -> timedelta:
    """Time of day; 24:00 is the next midnight, second 60 the last one that has a name."""
    hour, minute = int(parts.get("hour") or 0), int(parts.get("minute") or 0)
    half = parts.get("half", "").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    if hour > 24 or minute > 59:  # noqa: PLR2004 - hours of a day, minutes of an hour
        raise ValueError("no time of day")
    return timedelta(hours=hour, minutes=minute, seconds=min(int(parts.get("second") or 0), 59))


def _zone(text: str, habits: DateConventions) -> tzinfo:
    """The zone written, else the source's. An offset no place on earth has is taken for UTC, as miniflux does."""
    offset = _OFFSET.fullmatch(text)
    if offset:
        hours = int(offset[2]) + int(offset[3] or "0") / 60
        signed = hours if offset[1] == "+" else -hours
        return timezone(timedelta(hours=signed)) if -12 <= signed <= 14 else UTC  # noqa: PLR2004 - the earth's zones
    known = _ZONES.get(text.upper())
    return habits.zone if known is None else timezone(timedelta(hours=known))
