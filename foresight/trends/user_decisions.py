"""What people decided, folded over what the machine measured. Nothing measured is changed, no decision is lost.

Decisions are applied in the order they were saved (`TrendDecision.seq`), whatever order they arrive in. A decision
belongs to the trend it names; where that trend was merged into another, it belongs to that one's group and shows there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from foresight.model.decisions import TrendDecision, TrendDecisionKind, TrendNote, TrendRating, TrendView
from foresight.model.trends import Signal, SteepChoice, SteepClass, Trend, WeeklySeries

_WEEK = timedelta(weeks=1)
_SCALE = range(1, 6)


def apply_user_decisions(
    trends: Sequence[Trend],
    series: Sequence[WeeklySeries],
    signals: Sequence[Signal],
    decisions: Iterable[TrendDecision],
    taken: Iterable[tuple[str, str]] = (),
) -> tuple[TrendView, ...]:
    """One view per group, hidden ones too, in the order of the trend that stands for it.

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
    """
    ordered = sorted(decisions, key=_decision_order)
    parents = merge_parents(ordered)
    inherited = _inherited_merges({trend.id for trend in trends}, parents, ordered, dict(taken))
    parents |= inherited
    groups = _groups(trends, parents, ordered)
    counted = {one.trend_id: one for one in series}
    measured: dict[str, list[Signal]] = {}
    for signal in signals:
        measured.setdefault(signal.trend_id, []).append(signal)
    decided: dict[str, list[TrendDecision]] = {}
    for decision in ordered:
        decided.setdefault(decision.trend_id, []).append(decision)
    views = [
        _view(group, trends, counted, measured, decided=decided, inherited=[i for i in group if i in inherited])
        for group in groups
    ]
    order = {trend.id: place for place, trend in enumerate(trends)}
    return tuple(sorted(views, key=lambda view: order[view.trend.id]))


def _view(
    group: Sequence[str],
    trends: Sequence[Trend],
    counted: Mapping[str, WeeklySeries],
    measured: Mapping[str, Sequence[Signal]],
    *,
    decided: Mapping[str, Sequence[TrendDecision]],
    inherited: Sequence[str],
) -> TrendView:
    """A group as people see it: the id of its root, which may not be measured in this run, then its other ids."""
    shown = next((t for t in trends if t.id == group[0]), None) or next(t for t in trends if t.id in group)
    own = tuple(sorted((decision for i in group for decision in decided.get(i, ())), key=_decision_order))
    hiding = (TrendDecisionKind.HIDE, TrendDecisionKind.SHOW)
    switches = [d.kind for d in own if d.kind in hiding and d.trend_id == group[0]]
    return TrendView(
        trend=shown,
        series=_sum(shown.id, [counted[i] for i in group if i in counted]),
        signals=tuple(measured.get(shown.id, ())),
        human_title=_title(own, group[0], inherited),
        hidden=bool(switches) and switches[-1] is TrendDecisionKind.HIDE,
        human_steep=_steep(own, group[0]),
        members=tuple(i for i in group if i != shown.id),
        ratings=latest_ratings(own),
        notes=tuple(
            TrendNote(who=d.who, at=d.at, text=d.value)
            for d in own
            if d.kind is TrendDecisionKind.NOTE and d.value.strip()
        ),
        tags=_tags(own),
        history=own,
    )


def merge_parents(decisions: Iterable[TrendDecision]) -> dict[str, str]:
    """Which trend belongs to which: trend id → the id it was merged into, without circles.

    Decisions in the order they were taken; who says that a trend is the same as an earlier one merges it. Where a merge
    would close a circle, the older merge of its target is taken back: who merges A into B after B went into A means B
    to stand.
    """
    parents: dict[str, str] = {}
    for decision in decisions:
        child, parent = decision.trend_id, decision.value.strip()
        if decision.kind is TrendDecisionKind.APART:
            for one, other in ((child, parent), (parent, child)):
                if parents.get(one) == other:
                    del parents[one]
        joins = decision.kind is TrendDecisionKind.MERGE or (
            decision.kind is TrendDecisionKind.SAME and child != parent
        )
        if not joins:
            continue
        parents.pop(child, None)
        if not parent or parent == child:
            continue
        if merge_root(parent, parents) == child:
            parents.pop(parent, None)
        parents[child] = parent
    return parents


def _inherited_merges(
    measured: set[str], parents: Mapping[str, str], decisions: Sequence[TrendDecision], taken: Mapping[str, str]
) -> dict[str, str]:
    """Trends that people said something of and the machine has joined to another since: id → the one it lives on in."""
    apart, found = pairs_kept_apart(decisions), dict[str, str]()
    for gone in {decision.trend_id for decision in decisions} - measured - set(parents):
        heir = taken.get(gone, "")
        if heir and frozenset((gone, heir)) not in apart and merge_root(heir, {**parents, **found}) != gone:
            found[gone] = heir
            passed = set[str]()
            # One that took another over may have been taken over itself, and so on.
            while heir in taken and heir not in measured and heir not in passed:
                passed.add(heir)
                if heir not in parents and merge_root(taken[heir], {**parents, **found}) != heir:
                    found.setdefault(heir, taken[heir])
                heir = taken[heir]
    return found


def identity_decisions(decisions: Iterable[TrendDecision]) -> dict[frozenset[str], TrendDecisionKind]:
    """What people said last of two trends, whether they are the same: of a pair of ids, or of one id with itself."""
    said: dict[frozenset[str], TrendDecisionKind] = {}
    for decision in sorted(decisions, key=_decision_order):
        if decision.kind in (TrendDecisionKind.SAME, TrendDecisionKind.APART) and decision.value.strip():
            said[frozenset((decision.trend_id, decision.value.strip()))] = decision.kind
    return said


def pairs_kept_apart(decisions: Iterable[TrendDecision]) -> frozenset[frozenset[str]]:
    """The pairs of ids that people said are not the same."""
    return frozenset(pair for pair, kind in identity_decisions(decisions).items() if kind is TrendDecisionKind.APART)


def merge_root(trend_id: str, parents: Mapping[str, str]) -> str:
    """The trend that stands for `trend_id` at the end of its chain of merges; itself where it was not merged."""
    while trend_id in parents:
        trend_id = parents[trend_id]
    return trend_id


def latest_ratings(decisions: Iterable[TrendDecision]) -> tuple[TrendRating, ...]:
    """Each person's latest rating, by name. What cannot be read as a rating is passed over."""
    latest: dict[str, TrendRating] = {}
    for decision in decisions:
        rating = _rating(decision)
        if rating:
            latest[decision.who] = rating
    return tuple(latest[who] for who in sorted(latest))


def _decision_order(decision: TrendDecision) -> tuple[int, datetime]:
    return decision.seq, decision.at


def _groups(
    trends: Sequence[Trend], parents: Mapping[str, str], decisions: Sequence[TrendDecision]
) -> tuple[tuple[str, ...], ...]:
    """Ids of groups with at least one measured trend: the root first, then by id, trends long gone among them."""
    measured = {trend.id for trend in trends}
    together: dict[str, set[str]] = {}
    for trend_id in measured | set(parents) | {decision.trend_id for decision in decisions}:
        together.setdefault(merge_root(trend_id, parents), set()).add(trend_id)
    return tuple((root, *sorted(ids - {root})) for root, ids in sorted(together.items()) if measured & (ids | {root}))


def _sum(trend_id: str, parts: Sequence[WeeklySeries]) -> WeeklySeries:
    """Counts added week by week over every week from the first to the last; totals are the same in all parts."""
    counts: dict[object, float] = {}
    totals: dict[object, float] = {}
    for part in parts:
        for week, count, total in zip(part.weeks, part.counts, part.totals, strict=True):
            counts[week] = counts.get(week, 0.0) + count
            totals[week] = max(totals.get(week, 0.0), total)
    starts = [part.weeks[0] for part in parts if part.weeks]
    if not starts:
        return WeeklySeries(trend_id=trend_id, weeks=(), counts=(), totals=())
    first, last = min(starts), max(part.weeks[-1] for part in parts if part.weeks)
    weeks = tuple(first + _WEEK * i for i in range((last - first) // _WEEK + 1))
    return WeeklySeries(
        trend_id=trend_id,
        weeks=weeks,
        counts=tuple(counts.get(week, 0.0) for week in weeks),
        totals=tuple(totals.get(week, 0.0) for week in weeks),
    )


def _title(decisions: Sequence[TrendDecision], root: str, taken: Sequence[str] = ()) -> str:
    """The latest name given to the group's root, else to one that it took over; "" gives the machine's name back."""
    for ids in ((root,), taken):
        names = [d.value.strip() for d in decisions if d.kind is TrendDecisionKind.RENAME and d.trend_id in ids]
        if names:
            return names[-1]
    return ""


def _steep(decisions: Sequence[TrendDecision], root: str) -> SteepChoice | None:
    """The latest class given to the group's root; "" takes it back, what cannot be read is passed over."""
    chosen: SteepChoice | None = None
    for decision in decisions:
        if decision.kind is TrendDecisionKind.CLASSIFY and decision.trend_id == root:
            chosen = _steep_choice(decision, chosen)
    return chosen


def _steep_choice(decision: TrendDecision, before: SteepChoice | None) -> SteepChoice | None:
    if not decision.value:
        return None
    try:
        choice = json.loads(decision.value)
        steep, reason = SteepClass(choice["steep"]), str(choice.get("reason", ""))
    except (ValueError, TypeError, KeyError, AttributeError):
        return before
    return SteepChoice(steep=steep, who=decision.who, at=decision.at, reason=reason)


def _tags(decisions: Sequence[TrendDecision]) -> tuple[str, ...]:
    """Tags in order of the alphabet; of tagging and untagging the later counts."""
    tags: set[str] = set()
    for decision in decisions:
        if decision.kind is TrendDecisionKind.TAG and decision.value.strip():
            tags.add(decision.value.strip())
        elif decision.kind is TrendDecisionKind.UNTAG:
            tags.discard(decision.value.strip())
    return tuple(sorted(tags))


def _rating(decision: TrendDecision) -> TrendRating | None:
    if decision.kind is not TrendDecisionKind.RATE:
        return None
    try:
        rated = json.loads(decision.value)
        impact, uncertainty = rated["impact"], rated["uncertainty"]
    except (ValueError, TypeError, KeyError):
        return None
    if impact not in _SCALE or uncertainty not in _SCALE:
        return None
    return TrendRating(who=decision.who, impact=int(impact), uncertainty=int(uncertainty), at=decision.at)
