"""Where a trend comes from: its stages over the runs, names, merges, ratings and every decision about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import streamlit as st

from foresight.records import Decision, DecisionKind, LineageKind, Steep
from foresight.services.trends import TrendPage
from foresight.text.stages import stage_name
from foresight.text.voices import steep_name
from foresight.ui.curate import done
from foresight.ui.escape import plain
from foresight.ui.reader import Reader

if TYPE_CHECKING:
    from foresight.services.desks import Services

_TAKEN_BACK = ("decided_unclassify", "")


def history(found: TrendPage, services: Services, reader: Reader) -> None:
    """The lower part of the trend's page."""
    st.subheader(reader("history"), divider="gray")
    machine, people, ratings = st.columns(3, gap="large")
    with machine:
        st.markdown(f"**{reader('history_machine')}**")
        st.markdown("\n".join(machine_lines(found, reader)))
    with people:
        st.markdown(f"**{reader('history_people')}**")
        _merged(found, services, reader)
        lines = [decision_line(one, found, reader) for one in reversed(found.view.history)]
        st.markdown("\n".join(f"- {line}" for line in lines) if lines else reader("history_none"))
    with ratings:
        st.markdown(f"**{reader('ratings')}**")
        if not found.view.ratings:
            st.caption(reader("ratings_none"))
        for rating in found.view.ratings:
            st.markdown(
                reader("rating_line", who=plain(rating.who), impact=rating.impact, uncertainty=rating.uncertainty)
            )


def machine_lines(found: TrendPage, reader: Reader) -> list[str]:
    """What each run said: only where something changed."""
    lines, before = [], None
    for trend in found.runs:
        if trend.stage is not before:
            lines.append(f"- {reader.date(trend.as_of)}: {stage_name(trend.stage, reader.lang)}")
        before = trend.stage
    told = {LineageKind.BORN: "lineage_born", LineageKind.SPLIT: "lineage_split", LineageKind.MERGED: "lineage_merged"}
    lines += [
        f"- {reader(told[one.kind])}" + (f" ({reader('lineage_review')})" if one.review else "")
        for one in found.lineage
        if one.kind in told
    ]
    return list(dict.fromkeys(lines))


def decision_line(decision: Decision, found: TrendPage, reader: Reader) -> str:
    """Who did what, when."""
    value = plain(decision.value)
    if decision.kind is DecisionKind.MERGE:
        key = "decided_merge" if decision.value else "decided_unmerge"
        value = plain(_name(decision.value or decision.trend_id, found, reader))
    elif decision.kind is DecisionKind.RENAME and not decision.value:
        key = "decided_unname"
    elif decision.kind in (DecisionKind.SAME, DecisionKind.APART):
        key, value = f"decided_{decision.kind.value}", plain(_name(decision.value, found, reader))
    elif decision.kind is DecisionKind.RATE:
        key, value = "decided_rate", _rated(decision.value)
    elif decision.kind is DecisionKind.CLASSIFY:
        key, value = ("decided_classify", _classified(decision.value, reader)) if decision.value else _TAKEN_BACK
    else:
        key = f"decided_{decision.kind.value}"
    return f"{reader.date(decision.at)} {plain(decision.who)}: {reader(key, value=value)}"


def _merged(found: TrendPage, services: Services, reader: Reader) -> None:
    """Merged trends, each with the way back."""
    for trend_id, title in found.members:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/merge: {plain(title or trend_id)}")
            if st.button(
                reader("unmerge"),
                key=f"unmerge_{trend_id}",
                type="tertiary",
                disabled=not reader.who,
                help=None if reader.who else reader("name_first"),
            ):
                services.trends.unmerge(trend_id, who=reader.who, seen=found.stamp.run_id)
                done(reader("told_unmerged"), reader.who)


def _name(trend_id: str, found: TrendPage, reader: Reader) -> str:
    if trend_id == found.view.trend.id:
        return found.view.title(reader.lang)
    known = dict(found.members) | {view.trend.id: view.title(reader.lang) for view in found.others}
    return known.get(trend_id) or trend_id


def _classified(value: str, reader: Reader) -> str:
    try:
        told = json.loads(value)
        steep, reason = Steep(told["steep"]), str(told.get("reason", ""))
    except (ValueError, TypeError, KeyError, AttributeError):
        return "–"
    return steep_name(steep, reader.lang) + (f": {plain(reason)}" if reason else "")


def _rated(value: str) -> str:
    try:
        told = json.loads(value)
        return f"{int(told['impact'])}/5, {int(told['uncertainty'])}/5"
    except (ValueError, TypeError, KeyError):
        return "–"
