"""What the workshop's commands share: reading "F=s", who signs, records as JSON, shares in words."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import is_dataclass
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any

from foresight.errors import UsageError
from foresight.records import (
    NONE_OF_THESE,
    Direction,
    Factor,
    Futures,
    Kept,
    Measure,
    Share,
    Watch,
)
from foresight.scenarios.factors import state_name
from foresight.services import wiring
from foresight.services.desks import Services
from foresight.services.futures import future_of
from foresight.services.keeping import Signed
from foresight.text import Texts
from foresight.text.numbers import percent

Pair = tuple[str, str]


def services(arguments: Namespace) -> Services:
    """The desks on the data folder."""
    return wiring.build(arguments.data)


def signed(arguments: Namespace, *, base: int | None = None) -> Signed:
    """Who says so and why; base: the revision that was read, so that what somebody saved since is not overwritten."""
    return Signed(who=arguments.who, reason=arguments.reason, base=base)


def pair(text: str, argument: str, separator: str = "=") -> Pair:
    """Two words around the last separator.

    Raises:
        UsageError: they are not of that form.
    """
    left, found, right = (part.strip() for part in text.rpartition(separator))
    if not (found and left and right):
        raise UsageError(argument=argument, found=text, expected=f"X{separator}Y")
    return left, right


def number(text: str, argument: str) -> float:
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


def whole(text: str, argument: str) -> int:
    """A whole number.

    Raises:
        UsageError: it is none.
    """
    found = number(text, argument)
    if found != int(found):
        raise UsageError(argument=argument, found=text, expected="… −1, 0, 1 …")
    return int(found)


def day(text: str | None, argument: str) -> date | None:
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


def moment(text: str | None, argument: str) -> datetime | None:
    """The first moment of a date in UTC."""
    found = day(text, argument)
    return datetime(found.year, found.month, found.day, tzinfo=UTC) if found else None


def watch(arguments: Namespace) -> Watch:
    """The condition that the words describe."""
    return Watch(
        trend_id=arguments.trend,
        measure=Measure(arguments.measure),
        direction=Direction.BELOW if arguments.below else Direction.ABOVE,
        threshold=arguments.threshold,
        weeks=arguments.weeks,
    )


def future_shares(told: Sequence[str], futures: Futures, argument: str) -> tuple[Share, ...]:
    """Words "FUTURE=P" as (future id, probability); a future by id or name, "none" for none of these."""
    found = []
    for text in told:
        name, share = pair(text, argument)
        key = NONE_OF_THESE if name.casefold() in ("none", NONE_OF_THESE) else future_of(futures, name).id
        found.append((key, number(share, argument)))
    return tuple(found)


def plain(record: Any) -> Any:
    """A record as JSON takes it; an envelope and what it holds become one object."""
    if isinstance(record, Kept):
        envelope = {name: getattr(record, name) for name in ("id", "scenario_id", "rev", "saved", "author", "reason")}
        return envelope | plain(record.content)
    if isinstance(record, dict):
        return {key: plain(value) for key, value in record.items()}
    if isinstance(record, tuple | list):
        return [plain(value) for value in record]
    if is_dataclass(record) and not isinstance(record, type):
        kept = {name: getattr(record, name) for name in record.__dataclass_fields__}
        return {name: plain(value) for name, value in kept.items()}
    return record


def shares_in_words(shares: Sequence[Share], futures: Futures, texts: Texts) -> str:
    """Likelihoods in one line."""
    names = {future.id: future.name for future in futures.futures} | {NONE_OF_THESE: texts("workshop.none_of_these")}
    return " · ".join(f"{names.get(key, key)} {percent(share, texts.lang)}" for key, share in shares)


def states_in_words(factors: Sequence[Factor], pairs: Sequence[Pair]) -> str:
    """Several of them."""
    return "; ".join(state_name(factors, told) for told in pairs) or "–"
