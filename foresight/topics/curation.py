"""What people decided, folded over what the machine measured. Nothing measured is changed, no decision is lost.

Decisions are folded in the order they were kept (`Decision.seq`), whatever order they arrive in. A decision belongs to
the trend it names; where that trend was merged into another, it belongs to that one's group and shows there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from foresight.records import (
    Decision,
    DecisionKind,
    Note,
    Rating,
    Series,
    Signal,
    Steep,
    SteepChoice,
    Trend,
    TrendView,
)

_WEEK = timedelta(weeks=1)
_SCALE = range(1, 6)


@dataclass(frozen=True, slots=True)
class _Group:
    """A trend and those merged into it. `root` may name a trend that this run did not measure."""

    root: str
    ids: tuple[str, ...]


def fold(
    trends: Sequence[Trend],
    series: Sequence[Series],
    signals: Sequence[Signal],
    decisions: Iterable[Decision],
    taken: Iterable[tuple[str, str]] = (),
) -> tuple[TrendView, ...]:
    """The trends as people see them.

    A merged trend gives its weeks, notes, tags and ratings to the one it was merged into and no longer stands alone.
    Where the one it was merged into was not measured in this run, the first of its group stands in for it, under the
    name people gave the group.

    Args:
        trends: as measured, in the order they are to be shown.
        series: weekly counts of any of them; a trend without gets an empty one.
        signals: of any of them.
        decisions: all that were ever taken, also on trends that are not among `trends`.
        taken: (id, id of the one that took it over) of trends that the machine joined: what people said of the one
            goes on with the other, its name as well where the other has none.

    Returns:
        One view per group, hidden ones too, in the order of the trend that stands for it.
    """
    ordered = sorted(decisions, key=_when)
    parents = merges(ordered)
    inherited = _inherited({trend.id for trend in trends}, parents, ordered, dict(taken))
    parents |= inherited
    groups = _groups(trends, parents, ordered)
    counted = {one.trend_id: one for one in series}
    measured: dict[str, list[Signal]] = {}
    for signal in signals:
        measured.setdefault(signal.trend_id, []).append(signal)
    told: dict[str, list[Decision]] = {}
    for decision in ordered:
        told.setdefault(decision.trend_id, []).append(decision)
    views = [
        _view(group, trends, counted, measured, told=told, inherited=[i for i in group.ids if i in inherited])
        for group in groups
    ]
    order = {trend.id: place for place, trend in enumerate(trends)}
    return tuple(sorted(views, key=lambda view: order[view.trend.id]))


def _view(
    group: _Group,
    trends: Sequence[Trend],
    counted: Mapping[str, Series],
    measured: Mapping[str, Sequence[Signal]],
    *,
    told: Mapping[str, Sequence[Decision]],
    inherited: Sequence[str],
) -> TrendView:
    known = {trend.id: trend for trend in trends}
    shown = known[group.root] if group.root in known else next(t for t in trends if t.id in group.ids)
    own = tuple(sorted((decision for i in group.ids for decision in told.get(i, ())), key=_when))
    return TrendView(
        trend=shown,
        series=_sum(shown.id, [counted[i] for i in group.ids if i in counted]),
        signals=tuple(measured.get(shown.id, ())),
        human_title=_title(own, group.root, inherited),
        hidden=_hidden(own, group.root),
        human_steep=_steep(own, group.root),
        members=tuple(i for i in group.ids if i != shown.id),
        ratings=ratings(own),
        notes=_notes(own),
        tags=_tags(own),
        history=own,
    )


def _notes(decisions: Sequence[Decision]) -> tuple[Note, ...]:
    return tuple(
        Note(who=d.who, at=d.at, text=d.value) for d in decisions if d.kind is DecisionKind.NOTE and d.value.strip()
    )


def merges(decisions: Iterable[Decision]) -> dict[str, str]:
    """Which trend belongs to which: trend id → the id it was merged into, without circles.

    Args:
        decisions: in the order they were taken; who says that a trend is the same as an earlier one merges it. Where
            a merge would close a circle, the older merge of its target is taken back: who merges A into B after B
            went into A means B to stand.
    """
    parents: dict[str, str] = {}
    for decision in decisions:
        child, parent = decision.trend_id, decision.value.strip()
        if decision.kind is DecisionKind.APART:
            _part(child, parent, parents)
        joins = decision.kind is DecisionKind.MERGE or (decision.kind is DecisionKind.SAME and child != parent)
        if not joins:
            continue
        parents.pop(child, None)
        if not parent or parent == child:
            continue
        if root_of(parent, parents) == child:
            parents.pop(parent, None)
        parents[child] = parent
    return parents


def _inherited(
    measured: set[str], parents: Mapping[str, str], decisions: Sequence[Decision], taken: Mapping[str, str]
) -> dict[str, str]:
    """Trends that people said something of and the machine has joined to another since: id → the one it lives on in."""
    apart, found = kept_apart(decisions), dict[str, str]()
    for gone in {decision.trend_id for decision in decisions} - measured - set(parents):
        heir = taken.get(gone, "")
        if heir and frozenset((gone, heir)) not in apart and root_of(heir, {**parents, **found}) != gone:
            found[gone] = heir
            for onward in _onward(heir, taken, measured):
                if onward[0] not in parents and root_of(onward[1], {**parents, **found}) != onward[0]:
                    found.setdefault(*onward)
    return found


def _onward(gone: str, taken: Mapping[str, str], measured: set[str]) -> list[tuple[str, str]]:
    """Where one that took another over was itself taken over, and so on."""
    steps: list[tuple[str, str]] = []
    while gone in taken and gone not in measured and gone not in {one for one, _ in steps}:
        steps.append((gone, taken[gone]))
        gone = taken[gone]
    return steps


def _part(one: str, other: str, parents: dict[str, str]) -> None:
    """Take back what made one of the two belong to the other."""
    for child, parent in ((one, other), (other, one)):
        if parents.get(child) == parent:
            del parents[child]


def judged_pairs(decisions: Iterable[Decision]) -> dict[frozenset[str], DecisionKind]:
    """What people said last of two trends, whether they are the same: of a pair of ids, or of one id with itself."""
    said: dict[frozenset[str], DecisionKind] = {}
    for decision in sorted(decisions, key=_when):
        if decision.kind in (DecisionKind.SAME, DecisionKind.APART) and decision.value.strip():
            said[frozenset((decision.trend_id, decision.value.strip()))] = decision.kind
    return said


def kept_apart(decisions: Iterable[Decision]) -> frozenset[frozenset[str]]:
    """The pairs of ids that people said are not the same."""
    return frozenset(pair for pair, kind in judged_pairs(decisions).items() if kind is DecisionKind.APART)


def root_of(trend_id: str, parents: Mapping[str, str]) -> str:
    """The trend that stands for `trend_id` at the end of its chain of merges; itself where it was not merged."""
    while trend_id in parents:
        trend_id = parents[trend_id]
    return trend_id


def ratings(decisions: Iterable[Decision]) -> tuple[Rating, ...]:
    """Each person's latest rating, by name. What cannot be read as a rating is passed over."""
    latest: dict[str, Rating] = {}
    for decision in decisions:
        rating = _rating(decision)
        if rating:
            latest[decision.who] = rating
    return tuple(latest[who] for who in sorted(latest))


def _when(decision: Decision) -> tuple[int, datetime]:
    return decision.seq, decision.at


def _groups(trends: Sequence[Trend], parents: Mapping[str, str], decisions: Sequence[Decision]) -> tuple[_Group, ...]:
    """Groups with at least one measured trend; ids: the root first, then by id, trends long gone among them."""
    measured = {trend.id for trend in trends}
    together: dict[str, set[str]] = {}
    for trend_id in measured | set(parents) | {decision.trend_id for decision in decisions}:
        together.setdefault(root_of(trend_id, parents), set()).add(trend_id)
    return tuple(
        _Group(root, (root, *sorted(ids - {root})))
        for root, ids in sorted(together.items())
        if measured & (ids | {root})
    )


def _sum(trend_id: str, parts: Sequence[Series]) -> Series:
    """Counts added week by week over every week from the first to the last; totals are the same in all parts."""
    counts: dict[object, float] = {}
    totals: dict[object, float] = {}
    for part in parts:
        for week, count, total in zip(part.weeks, part.counts, part.totals, strict=True):
            counts[week] = counts.get(week, 0.0) + count
            totals[week] = max(totals.get(week, 0.0), total)
    starts = [part.weeks[0] for part in parts if part.weeks]
    if not starts:
        return Series(trend_id=trend_id, weeks=(), counts=(), totals=())
    first, last = min(starts), max(part.weeks[-1] for part in parts if part.weeks)
    weeks = tuple(first + _WEEK * i for i in range((last - first) // _WEEK + 1))
    return Series(
        trend_id=trend_id,
        weeks=weeks,
        counts=tuple(counts.get(week, 0.0) for week in weeks),
        totals=tuple(totals.get(week, 0.0) for week in weeks),
    )


def _title(decisions: Sequence[Decision], root: str, taken: Sequence[str] = ()) -> str:
    """The latest name given to the group's root, else to one that it took over; "" gives the machine's name back."""
    for ids in ((root,), taken):
        names = [d.value.strip() for d in decisions if d.kind is DecisionKind.RENAME and d.trend_id in ids]
        if names:
            return names[-1]
    return ""


def _hidden(decisions: Sequence[Decision], root: str) -> bool:
    switches = (DecisionKind.HIDE, DecisionKind.SHOW)
    kinds = [d.kind for d in decisions if d.kind in switches and d.trend_id == root]
    return bool(kinds) and kinds[-1] is DecisionKind.HIDE


def _steep(decisions: Sequence[Decision], root: str) -> SteepChoice | None:
    """The latest class given to the group's root; "" takes it back, what cannot be read is passed over."""
    chosen: SteepChoice | None = None
    for decision in decisions:
        if decision.kind is DecisionKind.CLASSIFY and decision.trend_id == root:
            chosen = _choice(decision, chosen)
    return chosen


def _choice(decision: Decision, before: SteepChoice | None) -> SteepChoice | None:
    if not decision.value:
        return None
    try:
        told = json.loads(decision.value)
        steep, reason = Steep(told["steep"]), str(told.get("reason", ""))
    except (ValueError, TypeError, KeyError, AttributeError):
        return before
    return SteepChoice(steep=steep, who=decision.who, at=decision.at, reason=reason)


def _tags(decisions: Sequence[Decision]) -> tuple[str, ...]:
    """Tags in order of the alphabet; of tagging and untagging the later counts."""
    tags: set[str] = set()
    for decision in decisions:
        if decision.kind is DecisionKind.TAG and decision.value.strip():
            tags.add(decision.value.strip())
        elif decision.kind is DecisionKind.UNTAG:
            tags.discard(decision.value.strip())
    return tuple(sorted(tags))


def _rating(decision: Decision) -> Rating | None:
    if decision.kind is not DecisionKind.RATE:
        return None
    try:
        told = json.loads(decision.value)
        impact, uncertainty = told["impact"], told["uncertainty"]
    except (ValueError, TypeError, KeyError):
        return None
    if impact not in _SCALE or uncertainty not in _SCALE:
        return None
    return Rating(who=decision.who, impact=int(impact), uncertainty=int(uncertainty), at=decision.at)
