"""Words of a command as values, each with the error that says what was expected; records as JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import is_dataclass
from datetime import UTC, date, datetime
from math import isfinite
from typing import TYPE_CHECKING, Any

from foresight.model.errors import UsageError

if TYPE_CHECKING:
    from foresight.model.scenarios import FutureSet, FutureShare

TextPair = tuple[str, str]
WEEKS_OF_QUARTER = 13


def choice_of(known: Sequence[str]) -> Callable[[str, str], str]:
    """A reader of one of several words."""

    def read(text: str, argument: str) -> str:
        if text not in known:
            raise UsageError(argument=argument, found=text, expected=" | ".join(known))
        return text

    return read


def parse_pair(text: str, argument: str, separator: str = "=") -> TextPair:
    """Two words around the last separator.

    Raises:
        UsageError: they are not of that form.
    """
    left, found, right = (part.strip() for part in text.rpartition(separator))
    if not (found and left and right):
        raise UsageError(argument=argument, found=text, expected=f"X{separator}Y")
    return left, right


def parse_share(text: str, argument: str) -> tuple[str, float]:
    """A name and its number, "NAME=0.5"."""
    name, number = parse_pair(text, argument)
    return name, parse_number(number, argument)


def parse_number(text: str, argument: str) -> float:
    """A number, with a comma or a point.

    Raises:
        UsageError: it is none.
    """
    try:
        found = float(text.replace("−", "-").replace(",", "."))
    except ValueError as error:
        raise UsageError(argument=argument, found=text, expected="0.5, 1, 2 …") from error
    if not isfinite(found):
        raise UsageError(argument=argument, found=text, expected="0.5, 1, 2 …")
    return found


def parse_integer(text: str, argument: str) -> int:
    """A whole number.

    Raises:
        UsageError: it is none.
    """
    found = parse_number(text, argument)
    if found != int(found):
        raise UsageError(argument=argument, found=text, expected="… −1, 0, 1 …")
    return int(found)


def parse_moment(text: str, argument: str) -> datetime:
    """A date (its first moment) or a time; UTC where no zone is given.

    Raises:
        UsageError: it is neither.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(argument=argument, found=text, expected="2026-11-21") from error
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def parse_date(text: str, argument: str) -> date:
    """A date.

    Raises:
        UsageError: it is none.
    """
    return parse_moment(text, argument).date()


def parse_weeks(text: str, argument: str) -> int:
    """A number of weeks such as "1w" or "4w"; a quarter, "1q", has thirteen.

    Raises:
        UsageError: it is none.
    """
    number, unit = (text[:-1], WEEKS_OF_QUARTER) if text.endswith("q") else (text.removesuffix("w"), 1)
    if not number.isdigit() or int(number) < 1:
        raise UsageError(argument=argument, found=text, expected="1w | 4w | 1q | …")
    return int(number) * unit


def future_shares(said: Sequence[tuple[str, float]], futures: FutureSet) -> tuple[FutureShare, ...]:
    """Shares by the ids of futures; a future by id or name, "none" for none of these."""
    from foresight.model.scenarios import NONE_OF_THESE
    from foresight.scenarios.futures import find_future

    none = ("none", NONE_OF_THESE)
    return tuple((NONE_OF_THESE if n.casefold() in none else find_future(futures, n).id, share) for n, share in said)


def json_ready(record: Any) -> Any:
    """A record as JSON takes it; a revision and what it holds become one object."""
    from foresight.model.workshop import Revision

    if isinstance(record, Revision):
        envelope = {name: getattr(record, name) for name in ("id", "scenario_id", "rev", "saved", "author", "reason")}
        return envelope | json_ready(record.content)
    if isinstance(record, dict):
        return {key: json_ready(value) for key, value in record.items()}
    if isinstance(record, tuple | list):
        return [json_ready(value) for value in record]
    if is_dataclass(record) and not isinstance(record, type):
        return {name: json_ready(getattr(record, name)) for name in record.__dataclass_fields__}
    return record
