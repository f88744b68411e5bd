"""Saving what a workshop makes, revision by revision, and merging two people's changes of one scenario.

Whoever saves gives a name, and every save adds a revision to the one it was made from.

`merge_scenarios` is a three-way merge. Judgements are compared cell by cell, factors by id, everything else field by
field: what only one of the two changed is taken from them; where both changed the same thing to different ends, the
newer revision stays and the conflict is reported with both versions.
"""

from __future__ import annotations

import uuid
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from foresight.model.errors import NotFound, UsageError
from foresight.model.scenarios import Judgement, Scenario
from foresight.model.workshop import Content, Revision
from foresight.store.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Who saves, why, and from which revision.

    Attributes:
        base: the revision that was on the screen, None for whatever is newest now.
    """

    who: str
    reason: str = ""
    base: int | None = None


def required_name(who: str) -> str:
    """The name that goes with a save.

    Raises:
        UsageError: there is none; every revision says who saved it.
    """
    if not who.strip():
        raise UsageError(argument="--who", found=who, expected="Aino")
    return who.strip()


def latest_revision(
    ledger: Ledger, entry_id: str, empty: Content, *, scenario_id: str | None = None
) -> Revision[Content]:
    """The newest revision, or `empty` at revision 0 where nothing was saved; most are saved under a scenario's id."""
    try:
        return ledger.entry(type(empty), entry_id)
    except NotFound:
        return Revision(id=entry_id, scenario_id=entry_id if scenario_id is None else scenario_id, content=empty)


def next_revision(entry: Revision[Content], content: Content, signed: Attribution) -> Revision[Content]:
    """What is to be saved, onto the revision it was made from.

    Raises:
        UsageError: nobody says who saves.
    """
    rev = entry.rev if signed.base is None else signed.base
    return replace(entry, content=content, author=required_name(signed.who), reason=signed.reason.strip(), rev=rev)


def save_next(ledger: Ledger, entry: Revision[Content], content: Content, signed: Attribution) -> Revision[Content]:
    """Save the next revision of something.

    Raises:
        UsageError: nobody says who saves.
        RevisionConflict: somebody saved a newer one meanwhile.
    """
    return ledger.keep(next_revision(entry, content, signed))


def save_new(
    ledger: Ledger, prefix: str, content: Content, signed: Attribution, *, scenario_id: str = ""
) -> Revision[Content]:
    """Save the first revision of something, under a new id of its own.

    Raises:
        UsageError: nobody says who saves.
    """
    new = Revision(id=f"{prefix}-{uuid.uuid4().hex[:10]}", scenario_id=scenario_id, content=content)
    return save_next(ledger, new, content, signed)


MERGED_FIELDS = ("title", "question", "horizon", "citations", "forced", "chosen", "narrative", "lang", "scale")
NO_VALUE = "–"

MergeKey = TypeVar("MergeKey", bound=Hashable)
MergeValue = TypeVar("MergeValue")


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
    """Both people's changes on the newer revision; where they conflict, it holds theirs."""

    scenario: Scenario
    conflicts: tuple[MergeConflict, ...]


def merge_scenarios(base: Scenario, theirs: Scenario, mine: Scenario) -> MergeResult:
    """Put my changes since `base` onto their newer revision.

    Args:
        base: the revision I began from.
        theirs: the newest one.
        mine: what I wanted to save.
    """
    versions = (base, theirs, mine)
    fields, fields_apart = _three_way_merge(*({key: getattr(each, key) for key in MERGED_FIELDS} for each in versions))
    factors, factors_apart = _three_way_merge(*({factor.id: factor for factor in each.factors} for each in versions))
    cells, cells_apart = _three_way_merge(
        *({(one.acting, one.acted): one for one in each.judgements} for each in versions)
    )
    apart: list[tuple[str, str, object, object]] = [
        *((name, "", new, own) for name, new, own in fields_apart),
        *(("factor", key, new, own) for key, new, own in factors_apart),
        *(("judgement", " → ".join("=".join(pair) for pair in cell), new, own) for cell, new, own in cells_apart),
    ]
    states = {(factor.id, state.id) for factor in factors.values() for state in factor.states}
    judgements = tuple(judgement for cell, judgement in cells.items() if states.issuperset(cell))
    return MergeResult(
        scenario=replace(theirs, factors=tuple(factors.values()), judgements=judgements, **fields),
        conflicts=tuple(
            MergeConflict(what=what, place=place, theirs=_version_text(new), mine=_version_text(own))
            for what, place, new, own in apart
        ),
    )


def _three_way_merge(
    base: Mapping[MergeKey, MergeValue], theirs: Mapping[MergeKey, MergeValue], mine: Mapping[MergeKey, MergeValue]
) -> tuple[dict[MergeKey, MergeValue], list[tuple[MergeKey, MergeValue | None, MergeValue | None]]]:
    """What holds under every key, and (key, theirs, mine) where both changed it to different ends."""
    merged: dict[MergeKey, MergeValue] = {}
    apart = []
    for key in dict.fromkeys((*theirs, *mine)):
        old, new, own = base.get(key), theirs.get(key), mine.get(key)
        result = own if new == old else new
        if result is not None:
            merged[key] = result
        if new != old and own not in (old, new):
            apart.append((key, new, own))
    return merged, apart


def _version_text(version: object) -> str:
    if version is None:
        return NO_VALUE
    if isinstance(version, Judgement):
        return f"{version.value:+d} ({version.reason})" if version.reason else f"{version.value:+d}"
    return str(version)
