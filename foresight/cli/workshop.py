"""What the workshop's commands share: reading "F=s", who signs, records as JSON, shares in words."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import is_dataclass
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any

from foresight import wiring
from foresight.i18n import Texts
from foresight.i18n.formatting import format_percent
from foresight.model.errors import UsageError
from foresight.model.scenarios import NONE_OF_THESE, Factor, FutureSet, FutureShare
from foresight.model.workshop import Revision, ThresholdDirection, TrendCondition, TrendMeasure
from foresight.scenarios.futures import find_future
from foresight.scenarios.matrix import state_name
from foresight.scenarios.revisions import Attribution
from foresight.wiring import Services

TextPair = tuple[str, str]


def open_services(arguments: Namespace) -> Services:
    """The desks on the data folder."""
    return wiring.build_services(arguments.data)


def signature(arguments: Namespace, *, base: int | None = None) -> Attribution:
    """Who says so and why; base: the revision that was read, so that what somebody saved since is not overwritten."""
    return Attribution(who=arguments.who, reason=arguments.reason, base=base)


def parse_pair(text: str, argument: str, separator: str = "=") -> TextPair:
    """Two words around the last separator.

    Raises:
        UsageError: they are not of that form.
    """
    left, found, right = (part.strip() for part in text.rpartition(separator))
    if not (found and left and right):
        raise UsageError(argument=argument, found=text, expected=f"X{separator}Y")
    return left, right


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


def parse_date(text: str | None, argument: str) -> date | None:
    """A date, None where none was given.

    Raises:
        UsageError: it is none.
    """
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(argument=argument, found=text, expected="2026-11-21") from error


def parse_moment(text: str | None, argument: str) -> datetime | None:
    """The first moment of a date in UTC."""
    found = parse_date(text, argument)
    return datetime(found.year, found.month, found.day, tzinfo=UTC) if found else None


def parse_watch(arguments: Namespace) -> TrendCondition:
    """The condition that the words describe."""
    return TrendCondition(
        trend_id=arguments.trend,
        measure=TrendMeasure(arguments.measure),
        direction=ThresholdDirection.BELOW if arguments.below else ThresholdDirection.ABOVE,
        threshold=arguments.threshold,
        weeks=arguments.weeks,
    )


def parse_future_shares(told: Sequence[str], futures: FutureSet, argument: str) -> tuple[FutureShare, ...]:
    """Words "FUTURE=P" as (future id, probability); a future by id or name, "none" for none of these."""
    found = []
    for text in told:
        name, share = parse_pair(text, argument)
        key = NONE_OF_THESE if name.casefold() in ("none", NONE_OF_THESE) else find_future(futures, name).id
        found.append((key, parse_number(share, argument)))
    return tuple(found)


def json_ready(record: Any) -> Any:
    """A record as JSON takes it; an envelope and what it holds become one object."""
    if isinstance(record, Revision):
        envelope = {name: getattr(record, name) for name in ("id", "scenario_id", "rev", "saved", "author", "reason")}
        return envelope | json_ready(record.content)
    if isinstance(record, dict):
        return {key: json_ready(value) for key, value in record.items()}
    if isinstance(record, tuple | list):
        return [json_ready(value) for value in record]
    if is_dataclass(record) and not isinstance(record, type):
        kept = {name: getattr(record, name) for name in record.__dataclass_fields__}
        return {name: json_ready(value) for name, value in kept.items()}
    return record


def shares_in_words(shares: Sequence[FutureShare], futures: FutureSet, texts: Texts) -> str:
    """Likelihoods in one line."""
    names = {future.id: future.name for future in futures.futures} | {NONE_OF_THESE: texts("workshop.none_of_these")}
    return " · ".join(f"{names.get(key, key)} {format_percent(share, texts.lang)}" for key, share in shares)


def states_in_words(factors: Sequence[Factor], pairs: Sequence[TextPair]) -> str:
    """Several of them."""
    return "; ".join(state_name(factors, told) for told in pairs) or "–"
