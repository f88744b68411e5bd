"""Briefing: what changed since I last looked?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from foresight.briefs import charts
from foresight.services.briefing import Briefing, Move
from foresight.services.shelf import Stamp
from foresight.text.stages import stage_help, stage_name
from foresight.ui import cards, drawing
from foresight.ui.escape import plain, shortened
from foresight.ui.pages import go
from foresight.ui.reader import Reader

if TYPE_CHECKING:
    from foresight.services.desks import Services

_CARDS = 6
_LISTED = 8
_STANDING = 3
_SPANS = {"week": timedelta(weeks=1), "month": timedelta(weeks=4), "quarter": timedelta(weeks=13)}


def page(services: Services, reader: Reader) -> Stamp:
    """The first page."""
    st.title(reader("briefing_title"))
    since = _since(services, reader)
    briefing = services.briefing.get(since=since)
    st.markdown(_sentence(briefing, reader))
    _counts(briefing, reader)
    everything = services.trends.list().everything
    st.subheader(reader("briefing_new"), divider="gray")
    if briefing.fresh:
        cards.grid(briefing.fresh[:_CARDS], everything, reader, place="fresh", told=True)
        if len(briefing.fresh) > _CARDS and st.button(reader("see_all", count=len(briefing.fresh))):
            go("trends")
    else:
        st.info(reader("briefing_no_new"), icon=":material/horizontal_rule:")
    if briefing.standing:
        st.subheader(reader("briefing_standing"), divider="gray")
        cards.grid(briefing.standing[:_STANDING], everything, reader, place="standing", told=True)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _moved(briefing.moved, reader)
        _growing(briefing, reader)
    with right:
        _undecided(briefing, reader)
        _troubled(briefing, reader)
    return briefing.stamp


def _since(services: Services, reader: Reader) -> datetime | None:
    """What to compare with: None is the run before."""
    options = ["run", *_SPANS] + (["mine"] if reader.who and services.briefing.last_seen(reader.who) else [])
    chosen = st.segmented_control(
        reader("since"), options, default="run", format_func=lambda key: reader(f"since_{key}"), key="since"
    )
    if chosen == "mine":
        return services.briefing.last_seen(reader.who)
    as_of = services.about.stamp().as_of
    return as_of - _SPANS[chosen] if chosen in _SPANS and as_of else None


def _sentence(briefing: Briefing, reader: Reader) -> str:
    """What was read, up to when, and what it is compared with."""
    facts = {
        "documents": reader.number(briefing.documents),
        "sources": briefing.sources,
        "as_of": reader.date(briefing.stamp.as_of) if briefing.stamp.as_of else "–",
    }
    if briefing.compared_with is None:
        return reader("briefing_first", **facts)
    return reader("briefing_lead", **facts, before=reader.date(briefing.compared_with))


def _counts(briefing: Briefing, reader: Reader) -> None:
    for column, (stage, count) in zip(st.columns(len(briefing.counts)), briefing.counts, strict=True):
        with column, st.container(border=True):
            st.metric(
                stage_name(stage, reader.lang).capitalize(), reader.number(count), help=stage_help(stage, reader.lang)
            )


def _moved(moved: tuple[Move, ...], reader: Reader) -> None:
    st.subheader(reader("briefing_moved"), divider="gray")
    if not moved:
        st.caption(reader("briefing_no_moves"))
    rows = st.container(gap="xxsmall")
    for move in moved[:_LISTED]:
        with rows, st.container(horizontal=True, vertical_alignment="center", gap="small"):
            title = plain(shortened(move.view.title(reader.lang), cards.TITLE_LENGTH))
            if st.button(title, key=f"moved_{move.view.trend.id}", type="tertiary"):
                go("trend", id=move.view.trend.id)
            st.space("stretch")
            st.caption(stage_name(move.before, reader.lang) + " →", width="content")
            cards.stage_badge(move.view.trend.stage, reader)


def _growing(briefing: Briefing, reader: Reader) -> None:
    st.subheader(reader("briefing_growing"), divider="gray", help=reader("briefing_growing_help"))
    if not briefing.growing:
        st.caption(reader("briefing_none_growing"))
    if briefing.growing:
        chart = charts.stage_overview(briefing.growing, lang=reader.lang, width=260)
        drawing.show(chart, alt=reader("alt_growth"), key="growing")


def _undecided(briefing: Briefing, reader: Reader) -> None:
    if not briefing.undecided:
        return
    st.subheader(reader("briefing_undecided"), divider="gray", help=reader("briefing_undecided_help"))
    for view in briefing.undecided[:_LISTED]:
        title = plain(shortened(view.title(reader.lang), cards.TITLE_LENGTH))
        if st.button(title, key=f"undecided_{view.trend.id}", type="tertiary", icon=":material/priority_high:"):
            go("trend", id=view.trend.id)


def _troubled(briefing: Briefing, reader: Reader) -> None:
    st.subheader(reader("briefing_troubled"), divider="gray")
    if not briefing.troubled:
        st.caption(reader("briefing_all_well"))
        return
    stumbling = sum(one.trouble == "stumbling" for one in briefing.troubled)
    for one in [one for one in briefing.troubled if one.trouble != "stumbling"][:_LISTED]:
        st.markdown(f"**{plain(one.source.title)}** — {reader(f'trouble_{one.trouble}')}")
    if stumbling:
        st.caption(reader.counted("stumbling", stumbling))
    if st.button(reader("to_sources"), type="tertiary", icon=":material/arrow_forward:"):
        go("sources")
