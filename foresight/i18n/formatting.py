"""Numbers, dates and lists as each language writes them. Pure: a value and a language in, a text out.

Finnish: decimal comma, a no-break space before the per cent sign and between thousands, "21.11.2026".
English: decimal point, thousands comma, "21 Nov 2026". Both use the true minus sign.
A number that is not finite is written as "–".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime

NO_BREAK_SPACE = "\u00a0"
MINUS_SIGN = "\u2212"
NO_VALUE_TEXT = "–"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LEAST_SHOWN_FRACTION = 0.0005


def format_number(value: float, lang: str, *, digits: int = 0, signed: bool = False) -> str:
    """A number with a fixed number of decimals.

    Args:
        value: any; not finite gives "–".
        lang: "fi", or anything else for English.
        digits: decimals, 0 or more.
        signed: write a plus before what is above zero.
    """
    if not math.isfinite(value):
        return NO_VALUE_TEXT
    rounded = round(value, digits)
    text = f"{abs(rounded):,.{digits}f}"
    if lang == "fi":
        text = text.replace(",", NO_BREAK_SPACE).replace(".", ",")
    if rounded < 0:
        return MINUS_SIGN + text
    return "+" + text if signed and rounded > 0 else text


def format_percent(fraction: float, lang: str, *, digits: int | None = None, signed: bool = False) -> str:
    """A fraction as per cent, e.g. 0.18 as "18%" or "18 %".

    Without `digits` it has two significant figures at most: 23 %, 4.5 %, 0.45 %; below 0.05 % it says "<0.05 %".
    """
    if not math.isfinite(fraction):
        return NO_VALUE_TEXT
    sign = f"{NO_BREAK_SPACE}%" if lang == "fi" else "%"
    if digits is None and 0 < abs(fraction) < _LEAST_SHOWN_FRACTION:
        return ("<" if fraction > 0 else f">{MINUS_SIGN}") + format_number(0.05, lang, digits=2) + sign
    places = _decimals(fraction) if digits is None else digits
    return format_number(100 * fraction, lang, digits=places, signed=signed) + sign


def _decimals(fraction: float) -> int:
    hundredths = round(100 * abs(fraction), 2)
    if hundredths >= 10 or hundredths == round(hundredths):  # noqa: PLR2004 - two significant figures
        return 0
    return 1 if hundredths >= 1 else 2


def format_date(moment: date | datetime, lang: str) -> str:
    """A day: "21.11.2026" or "21 Nov 2026"; a moment is taken in UTC."""
    day = moment.astimezone(UTC) if isinstance(moment, datetime) else moment
    if lang == "fi":
        return f"{day.day}.{day.month}.{day.year}"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def format_moment(moment: datetime, lang: str) -> str:
    """A day and time in UTC: "21.11.2026 klo 14.05 UTC" or "21 Nov 2026, 14:05 UTC"."""
    at = moment.astimezone(UTC)
    if lang == "fi":
        return f"{format_date(at, lang)} klo {at.hour}.{at.minute:02d} UTC"
    return f"{format_date(at, lang)}, {at.hour:02d}:{at.minute:02d} UTC"


def format_list(items: Sequence[str], lang: str) -> str:
    """Items in a sentence: "a, b ja c" or "a, b and c"; "" for none."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {'ja' if lang == 'fi' else 'and'} {items[-1]}"


def format_quantity(value: float, lang: str) -> str:
    """A length of time or another plain quantity: one decimal below 10 where it is not whole, none above."""
    whole = abs(value) >= 10 or abs(value - round(value)) < 0.05  # noqa: PLR2004 - one decimal at most
    return format_number(value, lang, digits=0 if whole else 1)
