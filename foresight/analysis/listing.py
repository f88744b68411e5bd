"""One entry per movement: who represents an owner, what is part of what, and in which order they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from foresight.analysis.identity import Owners
from foresight.analysis.judging import MOVING, SIGNALS, Judged
from foresight.analysis.movements import Group, Measured
from foresight.records import Corpus, Stage
from foresight.signals.history import History
from foresight.topics.candidates import overlap
from foresight.topics.geometry import content_id

_SAME_STORY = 0.5
_SAME_PLACE = 0.7
_ORDER = (Stage.STRONG, Stage.STEADY, Stage.FADING)
_UNRANKED = {Stage.NOISE, Stage.SLEEPING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A trend of this analysis: the group that stands for it, its id, and the bigger one it is part of."""

    group: int
    id: str
    owner: int
    parent_id: str = ""


def entries(
    groups: Sequence[Group], measured: Measured, judged: Judged, held: Owners, past: History, corpus: Corpus
) -> tuple[Entry, ...]:
    """Every owner once, and what moves without one; ranked ones first, strongest first, then the silent by id.

    An owner is represented by its strongest moving group (its own documents of four weeks or a candidate it owns),
    else by its own documents. Of what moves, a weaker entry that shares half its documents with a stronger one, or
    lies where that lies, is part of it; without an identity of its own it is left out.
    """
    chosen = _representatives(groups, judged, len(held.owners))
    taken = {owner.id for owner in held.owners}
    result: list[Entry] = []
    for number in sorted(chosen, key=lambda i: _place(i, groups, judged)):
        group = groups[number]
        parent = _parent(number, result, groups, measured, judged)
        if group.owner >= 0:
            result.append(Entry(group=number, id=held.owners[group.owner].id, owner=group.owner, parent_id=parent))
            continue
        if parent:
            continue
        names = (content_id(corpus.ids[row]) for row in past.rows[group.members])
        fresh = next((name for name in names if name not in taken), "")
        if fresh:
            taken.add(fresh)
            result.append(Entry(group=number, id=fresh, owner=-1))
    return _ordered(result, groups, judged)


def is_ranked(stage: Stage) -> bool:
    """Whether a trend of this stage has a rank: noise and sleep have none."""
    return stage not in _UNRANKED


def _representatives(groups: Sequence[Group], judged: Judged, owners: int) -> list[int]:
    best = dict(enumerate(range(owners)))
    alone: list[int] = []
    for number, group in enumerate(groups):
        if judged.verdicts[number][0] not in MOVING:
            continue
        if group.owner < 0:
            alone.append(number)
        elif _place(number, groups, judged) < _place(best[group.owner], groups, judged):
            best[group.owner] = number
    return [*best.values(), *alone]


def _place(number: int, groups: Sequence[Group], judged: Judged) -> tuple[int, float, int, int]:
    """Sort key: signals by strength, candidates by strength, the others by stage and share."""
    stage = judged.verdicts[number][0]
    if stage in SIGNALS:
        return (0, -float(judged.strength[number]), -len(groups[number].members), number)
    if stage is Stage.CANDIDATE:
        return (1, -float(judged.strength[number]), -len(groups[number].members), number)
    tier = 2 + _ORDER.index(stage) if stage in _ORDER else 9
    return (tier, -float(judged.shares[number]), -len(groups[number].members), number)


def _parent(number: int, kept: Sequence[Entry], groups: Sequence[Group], measured: Measured, judged: Judged) -> str:
    """The id of the stronger entry that a moving group is part of, "" where there is none."""
    if judged.verdicts[number][0] not in MOVING:
        return ""
    own = measured.regions[number].centre
    for entry in kept:
        if entry.parent_id or judged.verdicts[entry.group][0] not in MOVING:
            continue
        shared = overlap(groups[number].members, groups[entry.group].members)
        if shared >= _SAME_STORY or float(own @ measured.regions[entry.group].centre) >= _SAME_PLACE:
            return entry.id
    return ""


def _ordered(found: Sequence[Entry], groups: Sequence[Group], judged: Judged) -> tuple[Entry, ...]:
    """Ranked ones (wholes before parts of the same tier), then the silent by id."""

    def key(entry: Entry) -> tuple[int, bool, tuple[int, float, int, int]]:
        place = _place(entry.group, groups, judged)
        return (place[0], bool(entry.parent_id), place)

    ranked = [e for e in found if is_ranked(judged.verdicts[e.group][0])]
    silent = [e for e in found if not is_ranked(judged.verdicts[e.group][0])]
    return (*sorted(ranked, key=key), *sorted(silent, key=lambda entry: entry.id))
