"""Two people changed one scenario: what of both can stand together, and where they differ.

A three-way merge. Judgements are compared cell by cell, factors by id, everything else field by field: what only one of
the two changed is taken from them; where both changed the same thing to different ends, the newer revision stays and
the clash is told with both versions. Nothing is chosen behind anyone's back.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from foresight.records import Judgement, Scenario

FIELDS = ("title", "question", "horizon", "citations", "forced", "chosen", "narrative", "lang", "scale")
NOTHING = "–"

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Cell = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """One thing that two people changed to different ends.

    Attributes:
        what: "judgement", "factor", or the field of the scenario.
        place: which one, such as "prices=high → trust=low"; "" for a field.
        theirs, mine: both versions as text.
    """

    what: str
    place: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Both people's changes on the newer revision; where they clash, it holds theirs."""

    scenario: Scenario
    clashes: tuple[Clash, ...]


def merge(base: Scenario, theirs: Scenario, mine: Scenario) -> Merged:
    """Put my changes since `base` onto their newer revision.

    Args:
        base: the revision I began from; theirs: the newest one; mine: what I wanted to save.
        theirs: the newest one.
        mine: what I wanted to save.
    """
    clashes: list[Clash] = []
    fields = {}
    for name in FIELDS:
        old, new, own = (getattr(each, name) for each in (base, theirs, mine))
        fields[name] = own if new == old else new
        if own not in (old, new) and new != old:
            clashes.append(Clash(what=name, place="", theirs=str(new), mine=str(own)))
    factors, unlike = _threefold(*({factor.id: factor for factor in each.factors} for each in (base, theirs, mine)))
    clashes += [_clash("factor", key, new, own) for key, new, own in unlike]
    cells, unlike_cells = _threefold(*(_cells(each.judgements) for each in (base, theirs, mine)))
    clashes += [_clash("judgement", _place(cell), _said(new), _said(own)) for cell, new, own in unlike_cells]
    known = {(factor.id, state.id) for factor in factors.values() for state in factor.states}
    standing = tuple(judgement for cell, judgement in cells.items() if {cell[:2], cell[2:]} <= known)
    scenario = replace(theirs, factors=tuple(factors.values()), judgements=standing, **fields)
    return Merged(scenario=scenario, clashes=tuple(clashes))


def _threefold(
    base: Mapping[Key, Value], theirs: Mapping[Key, Value], mine: Mapping[Key, Value]
) -> tuple[dict[Key, Value], list[tuple[Key, Value | None, Value | None]]]:
    """What stands under every key, and the keys both changed to different ends."""
    merged: dict[Key, Value] = {}
    unlike = []
    for key in dict.fromkeys((*theirs, *mine)):
        old, new, own = base.get(key), theirs.get(key), mine.get(key)
        kept = own if new == old else new
        if kept is not None:
            merged[key] = kept
        if new != old and own not in (old, new):
            unlike.append((key, new, own))
    return merged, unlike


def _cells(judgements: Sequence[Judgement]) -> dict[Cell, Judgement]:
    return {(told.source_factor, told.source_state, told.target_factor, told.target_state): told for told in judgements}


def _place(cell: Cell) -> str:
    return f"{cell[0]}={cell[1]} → {cell[2]}={cell[3]}"


def _said(judgement: Judgement | None) -> str:
    if judgement is None:
        return NOTHING
    told = f"{judgement.value:+d}"
    return f"{told} ({judgement.reason})" if judgement.reason else told


def _clash(what: str, place: str, theirs: object, mine: object) -> Clash:
    texts = (NOTHING if each is None else str(each) for each in (theirs, mine))
    told, own = texts
    return Clash(what=what, place=place, theirs=told, mine=own)
