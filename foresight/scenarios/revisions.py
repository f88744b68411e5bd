"""Saving what a workshop makes: new ids, entries that may not exist yet, and whoever saves gives a name.

Two people changed one scenario: what of both can stand together, and where they differ.

A three-way merge. Judgements are compared cell by cell, factors by id, everything else field by field: what only one of
the two changed is taken from them; where both changed the same thing to different ends, the newer revision stays and
the clash is told with both versions. Nothing is chosen behind anyone's back.
"""

from __future__ import annotations

import uuid
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from foresight.model.errors import NotFound, UsageError
from foresight.model.scenarios import Judgement, Scenario
from foresight.model.workshop import Content, Revision
from foresight.store.ledger import Ledger


def new_entry_id(prefix: str) -> str:
    """An id nobody has."""
    return f"{prefix}-{uuid.uuid4().hex[:10]}"


def required_name(who: str) -> str:
    """The name that goes with a save.

    Raises:
        UsageError: there is none; what is kept for ever says who kept it.
    """
    if not who.strip():
        raise UsageError(argument="--who", found=who, expected="Aino")
    return who.strip()


def latest_revision(ledger: Ledger, entry_id: str, empty: Content, *, scenario_id: str) -> Revision[Content]:
    """The newest revision, or an envelope around `empty` that was never saved."""
    try:
        return ledger.entry(type(empty), entry_id)
    except NotFound:
        return Revision(id=entry_id, scenario_id=scenario_id, content=empty)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Who saves, why, and from which revision.

    Attributes:
        base: the revision that was on the screen, None for whatever is newest now.
    """

    who: str
    reason: str = ""
    base: int | None = None


def next_revision(entry: Revision[Content], content: Content, signed: Attribution) -> Revision[Content]:
    """What is to be saved, onto the revision it was made from.

    Raises:
        UsageError: nobody says who saves.
    """
    rev = entry.rev if signed.base is None else signed.base
    return replace(entry, content=content, author=required_name(signed.who), reason=signed.reason.strip(), rev=rev)


def first_revision(prefix: str, content: Content, signed: Attribution, *, scenario_id: str = "") -> Revision[Content]:
    """Something new, with an id of its own.

    Raises:
        UsageError: nobody says who saves.
    """
    return next_revision(Revision(id=new_entry_id(prefix), scenario_id=scenario_id, content=content), content, signed)


MERGED_FIELDS = ("title", "question", "horizon", "citations", "forced", "chosen", "narrative", "lang", "scale")
NO_VALUE = "–"

MergeKey = TypeVar("MergeKey", bound=Hashable)
MergeValue = TypeVar("MergeValue")
JudgementCell = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeConflict:
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
class MergeResult:
    """Both people's changes on the newer revision; where they clash, it holds theirs."""

    scenario: Scenario
    clashes: tuple[MergeConflict, ...]


def merge_scenarios(base: Scenario, theirs: Scenario, mine: Scenario) -> MergeResult:
    """Put my changes since `base` onto their newer revision.

    Args:
        base: the revision I began from; theirs: the newest one; mine: what I wanted to save.
        theirs: the newest one.
        mine: what I wanted to save.
    """
    clashes: list[MergeConflict] = []
    fields = {}
    for name in MERGED_FIELDS:
        old, new, own = (getattr(each, name) for each in (base, theirs, mine))
        fields[name] = own if new == old else new
        if own not in (old, new) and new != old:
            clashes.append(MergeConflict(what=name, place="", theirs=str(new), mine=str(own)))
    factors, unlike = _three_way_merge(
        *({factor.id: factor for factor in each.factors} for each in (base, theirs, mine))
    )
    clashes += [_merge_conflict("factor", key, new, own) for key, new, own in unlike]
    cells, unlike_cells = _three_way_merge(*(_judgements_by_cell(each.judgements) for each in (base, theirs, mine)))
    clashes += [
        _merge_conflict("judgement", _cell_text(cell), _judgement_text(new), _judgement_text(own))
        for cell, new, own in unlike_cells
    ]
    known = {(factor.id, state.id) for factor in factors.values() for state in factor.states}
    standing = tuple(judgement for cell, judgement in cells.items() if {cell[:2], cell[2:]} <= known)
    scenario = replace(theirs, factors=tuple(factors.values()), judgements=standing, **fields)
    return MergeResult(scenario=scenario, clashes=tuple(clashes))


def _three_way_merge(
    base: Mapping[MergeKey, MergeValue], theirs: Mapping[MergeKey, MergeValue], mine: Mapping[MergeKey, MergeValue]
) -> tuple[dict[MergeKey, MergeValue], list[tuple[MergeKey, MergeValue | None, MergeValue | None]]]:
    """What stands under every key, and the keys both changed to different ends."""
    merged: dict[MergeKey, MergeValue] = {}
    unlike = []
    for key in dict.fromkeys((*theirs, *mine)):
        old, new, own = base.get(key), theirs.get(key), mine.get(key)
        kept = own if new == old else new
        if kept is not None:
            merged[key] = kept
        if new != old and own not in (old, new):
            unlike.append((key, new, own))
    return merged, unlike


def _judgements_by_cell(judgements: Sequence[Judgement]) -> dict[JudgementCell, Judgement]:
    return {(told.source_factor, told.source_state, told.target_factor, told.target_state): told for told in judgements}


def _cell_text(cell: JudgementCell) -> str:
    return f"{cell[0]}={cell[1]} → {cell[2]}={cell[3]}"


def _judgement_text(judgement: Judgement | None) -> str:
    if judgement is None:
        return NO_VALUE
    told = f"{judgement.value:+d}"
    return f"{told} ({judgement.reason})" if judgement.reason else told


def _merge_conflict(what: str, place: str, theirs: object, mine: object) -> MergeConflict:
    texts = (NO_VALUE if each is None else str(each) for each in (theirs, mine))
    told, own = texts
    return MergeConflict(what=what, place=place, theirs=told, mine=own)
