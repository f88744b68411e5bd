"""Whose documents are whose: units, trends carried over from the run before, and groups still without a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from foresight.analysis.movements import LEAST_TESTED, Group
from foresight.records import Corpus, EngineState, Floats1d, Ints1d, Stage, Trend, TrendOptions, Unit
from foresight.signals.bursts import bursting_words
from foresight.signals.evidence import Radius
from foresight.signals.history import History
from foresight.topics.candidates import candidates, owner, word_candidates
from foresight.topics.geometry import content_id, unit
from foresight.topics.lineage import Node, match
from foresight.topics.units import Apart, place, threshold

RECENT_DAYS = 28
_CARRIED = {Stage.WEAK, Stage.EMERGING, Stage.STRONG}


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Something that has a lasting id: a unit, or a trend of the run before that is no unit yet.

    Attributes:
        unit: None for a carried trend; region: where it lies when it has too few documents for a radius.
    """

    id: str
    born: datetime
    last: datetime
    region: Radius
    unit: Unit | None = None
    asleep: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """All owners, and which of them holds each row of the history (−1: none; only the last 28 days are held)."""

    owners: tuple[Owner, ...]
    assigned: Ints1d
    similarity: Floats1d


def renewed(state: EngineState, apart: Apart) -> EngineState:
    """The state as people want it.

    Where something new has begun under an old id, it gets a fresh one; what was taken over by another, though it is
    not the same, stands on its own again.
    """
    begun = {next(iter(pair)) for pair in apart if len(pair) == 1}
    units = tuple(replace(u, merged_into="") if frozenset((u.id, u.merged_into)) in apart else u for u in state.units)
    names = {u.id: content_id(f"anew {u.id}") for u in units if u.id in begun}
    return _renamed(replace(state, units=units), names)


def settle(
    state: EngineState,
    now: EngineState,
    past: History,
    corpus: Corpus,
    earlier: Sequence[Trend],
    apart: Apart = frozenset(),
) -> tuple[EngineState, EngineState]:
    """Give units born since the earlier run the id of the carried trend they turn out to be.

    What people said is not the same gets no such id.

    Returns:
        Both states with the same units renamed.
    """
    known = {u.id for u in now.units} & {t.id for t in earlier}
    fresh = [u for u in now.units if u.id not in known and not u.merged_into]
    carried = [t for t in earlier if t.id not in known and t.stage in _CARRIED]
    if not fresh or not carried:
        return state, now
    assigned = _placed(fresh, past)[0]
    nodes = [
        Node(id=u.id, centroid=unit(u.centroid), documents=_names(corpus, past, np.flatnonzero(assigned == i)))
        for i, u in enumerate(fresh)
    ]
    then = [Node(id=t.id, centroid=t.centroid, documents=frozenset(t.recent)) for t in carried]
    pairs = match(nodes, then)
    names = {new: old for new, old in pairs.items() if frozenset((new, old)) not in apart}
    return _renamed(state, names), _renamed(now, names)


def _renamed(state: EngineState, names: dict[str, str]) -> EngineState:
    units = tuple(
        replace(u, id=names.get(u.id, u.id), merged_into=names.get(u.merged_into, u.merged_into)) for u in state.units
    )
    return replace(state, units=units)


def _names(corpus: Corpus, past: History, rows: Ints1d) -> frozenset[str]:
    return frozenset(corpus.ids[row] for row in past.rows[rows])


def _placed(units: Sequence[Unit], past: History) -> tuple[Ints1d, Floats1d]:
    """Number of the unit of each row of the last 28 days, −1 elsewhere, and the cosine to it."""
    recent = np.flatnonzero(past.ages < RECENT_DAYS)
    places = place(units, past.vectors[recent], past.langs[recent], past.languages)
    assigned = np.full(len(past), -1, dtype=np.int64)
    similarity = np.zeros(len(past), dtype=np.float32)
    assigned[recent], similarity[recent] = places.units, places.similarity
    return assigned, similarity


def owners(now: EngineState, past: History, corpus: Corpus, earlier: Sequence[Trend], options: TrendOptions) -> Owners:
    """Units awake (or fallen asleep since the earlier run), then carried trends, with the rows each holds."""
    told = {t.id for t in earlier if t.stage is not Stage.SLEEPING}
    units = [u for u in now.units if not u.merged_into and (not u.asleep or u.id in told)]
    assigned, similarity = _placed(units, past)
    known = {u.id for u in now.units}
    oldest = past.cutoff - options.sleep_weeks * 7 * 86_400
    carried = [
        t for t in earlier if t.id not in known and t.stage in _CARRIED and t.last_document.timestamp() >= oldest
    ]
    held = {corpus.ids[row]: i for i, row in enumerate(past.rows) if past.ages[i] < RECENT_DAYS} if carried else {}
    for number, trend in enumerate(carried, start=len(units)):
        rows = np.array([held[name] for name in trend.recent if name in held], dtype=np.int64)
        rows = rows[assigned[rows] < 0]
        assigned[rows] = number
        similarity[rows] = past.vectors[rows] @ trend.centroid
    all_owners = [_of_unit(u, past) for u in units] + [_of_trend(t, past) for t in carried]
    return Owners(owners=tuple(all_owners), assigned=assigned, similarity=similarity)


def _of_unit(unit_: Unit, past: History) -> Owner:
    least = np.array([threshold(unit_, lang) for lang in past.languages], dtype=np.float32)
    region = _region(unit(unit_.centroid), least)
    return Owner(id=unit_.id, born=unit_.born, last=unit_.last_active, region=region, unit=unit_, asleep=unit_.asleep)


def _of_trend(trend: Trend, past: History) -> Owner:
    least = np.full(len(past.languages), 0.5, dtype=np.float32)
    return Owner(
        id=trend.id, born=trend.first_document, last=trend.last_document, region=_region(trend.centroid, least)
    )


def _region(centre: Floats1d, least: Floats1d) -> Radius:
    none = np.zeros(0, dtype=np.int64)
    return Radius(centre=centre, least=least, inside=none, members=none)


def groups(past: History, held: Owners, options: TrendOptions) -> tuple[Group, ...]:
    """One group per owner, in their order, then the candidates of every window with their owner if they have one.

    Candidates by density come before those by word.
    """
    longest = max(options.recent_weeks)
    rows = np.flatnonzero(past.counted & (past.ages < RECENT_DAYS))
    by_owner = [rows[held.assigned[rows] == number] for number in range(len(held.owners))]
    own = [
        Group(members=members, weeks=longest, owner=number, region=None if len(members) >= LEAST_TESTED else o.region)
        for number, (members, o) in enumerate(zip(by_owner, held.owners, strict=True))
    ]
    first = np.flatnonzero(past.counted)
    found = candidates(past.vectors[first], past.langs[first], past.ages[first], options)
    return (
        *own,
        *(
            Group(members=first[found_.members], weeks=found_.weeks, owner=owner(held.assigned, first[found_.members]))
            for found_ in found
        ),
        *(replace(group, owner=owner(held.assigned, group.members)) for group in word_groups(past, options)),
    )


def word_groups(past: History, options: TrendOptions) -> tuple[Group, ...]:
    """Groups founded by a word that came up all at once, of every window tested, without an owner."""
    return tuple(
        Group(members=found.members, weeks=found.weeks, founded=found.founded, name=found.name)
        for weeks in options.recent_weeks
        for found in word_candidates(past.vectors, _words(past, weeks, options), weeks)
    )


def _words(past: History, weeks: int, options: TrendOptions) -> list[tuple[int, Ints1d]]:
    """Column of each burst that is a name (−1 for an older word), and its rows."""
    found = bursting_words(past, weeks=weeks, baseline=options.baseline_weeks)
    return [(burst.word if burst.is_new else -1, burst.rows) for burst in found]


def quiet_since(last: datetime, as_of: datetime) -> float:
    """Weeks since the last document."""
    return (as_of - last) / timedelta(weeks=1)
