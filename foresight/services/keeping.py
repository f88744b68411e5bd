"""Saving what a workshop makes: new ids, entries that may not exist yet, and whoever saves gives a name."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from foresight.errors import NotFound, UsageError
from foresight.ports import Ledger
from foresight.records import Content, Kept


def new_id(prefix: str) -> str:
    """An id nobody has."""
    return f"{prefix}-{uuid.uuid4().hex[:10]}"


def named(who: str) -> str:
    """The name that goes with a save.

    Raises:
        UsageError: there is none; what is kept for ever says who kept it.
    """
    if not who.strip():
        raise UsageError(argument="--who", found=who, expected="Aino")
    return who.strip()


def latest(ledger: Ledger, entry_id: str, empty: Content, *, scenario_id: str) -> Kept[Content]:
    """The newest revision, or an envelope around `empty` that was never saved."""
    try:
        return ledger.entry(type(empty), entry_id)
    except NotFound:
        return Kept(id=entry_id, scenario_id=scenario_id, content=empty)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Who saves, why, and from which revision.

    Attributes:
        base: the revision that was on the screen, None for whatever is newest now.
    """

    who: str
    reason: str = ""
    base: int | None = None


def revised(entry: Kept[Content], content: Content, signed: Signed) -> Kept[Content]:
    """What is to be saved, onto the revision it was made from.

    Raises:
        UsageError: nobody says who saves.
    """
    rev = entry.rev if signed.base is None else signed.base
    return replace(entry, content=content, author=named(signed.who), reason=signed.reason.strip(), rev=rev)


def first(prefix: str, content: Content, signed: Signed, *, scenario_id: str = "") -> Kept[Content]:
    """Something new, with an id of its own.

    Raises:
        UsageError: nobody says who saves.
    """
    return revised(Kept(id=new_id(prefix), scenario_id=scenario_id, content=content), content, signed)
