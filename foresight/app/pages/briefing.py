"""Briefing: what changed since I last looked?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from foresight.app import trend_cards, widgets
from foresight.app.escaping import escape_markdown
from foresight.app.pages import open_page
from foresight.app.viewer import Viewer
from foresight.i18n.trend_sentences import stage_help, stage_name
from foresight.queries.briefing import Briefing, StageChange
from foresight.queries.snapshot_cache import SnapshotStamp
from foresight.queries.sources import SourceHealth
from foresight.reports.charts.trends import growth_overview

if TYPE_CHECKING:
    from foresight.wiring import Services

_CARDS_SHOWN = 6
_ROWS_SHOWN = 8
_ONGOING_SHOWN = 3
_SPANS = {"week": timedelta(weeks=1), "month": timedelta(weeks=4), "quarter": timedelta(weeks=13)}


def page(services: Services, viewer: Viewer) -> SnapshotStamp:
    """The first page."""
    st.title(viewer("briefing_title"))
    briefing = services.overview.briefing(since=_comparison_moment(services, viewer))
    st.markdown(_lead_sentence(briefing, viewer))
    for column, (stage, count) in zip(st.columns(len(briefing.counts)), briefing.counts, strict=True):
        with column, st.container(border=True):
            name = stage_name(stage, viewer.lang).capitalize()
            st.metric(name, viewer.number(count), help=stage_help(stage, viewer.lang))
    everything = services.trends.list().everything
    st.subheader(viewer("briefing_new"), divider="gray")
    if briefing.new:
        trend_cards.card_grid(briefing.new[:_CARDS_SHOWN], everything, viewer, place="new", with_reason=True)
        if len(briefing.new) > _CARDS_SHOWN and st.button(viewer("see_all", count=len(briefing.new))):
            open_page("trends")
    else:
        st.info(viewer("briefing_no_new"), icon=":material/horizontal_rule:")
    if briefing.ongoing:
        st.subheader(viewer("briefing_ongoing"), divider="gray")
        trend_cards.card_grid(briefing.ongoing[:_ONGOING_SHOWN], everything, viewer, place="ongoing", with_reason=True)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _stage_change_section(briefing.stage_changes, viewer)
        _growing_section(briefing, viewer)
    with right:
        _undecided_section(briefing, viewer)
        _troubled_section(briefing.troubled, viewer)
    return briefing.stamp


def _comparison_moment(services: Services, viewer: Viewer) -> datetime | None:
    """What to compare with: None is the run before."""
    last = services.overview.last_decision(viewer.who) if viewer.who else None
    options = ["run", *_SPANS, *(["mine"] if last else [])]
    chosen = st.segmented_control(
        viewer("since"), options, default="run", format_func=lambda key: viewer(f"since_{key}"), key="since"
    )
    if chosen == "mine":
        return last
    as_of = services.overview.stamp().as_of
    return as_of - _SPANS[chosen] if chosen in _SPANS and as_of else None


def _lead_sentence(briefing: Briefing, viewer: Viewer) -> str:
    """What was read, up to when, and what it is compared with."""
    facts = {
        "documents": viewer.number(briefing.documents),
        "sources": briefing.sources,
        "as_of": viewer.date(briefing.stamp.as_of) if briefing.stamp.as_of else "–",
    }
    if briefing.compared_with is None:
        return viewer("briefing_first", **facts)
    return viewer("briefing_lead", **facts, before=viewer.date(briefing.compared_with))


def _stage_change_section(changes: Sequence[StageChange], viewer: Viewer) -> None:
    st.subheader(viewer("briefing_moved"), divider="gray")
    if not changes:
        st.caption(viewer("briefing_no_moves"))
    rows = st.container(gap="xxsmall")
    for change in changes[:_ROWS_SHOWN]:
        with rows, st.container(horizontal=True, vertical_alignment="center", gap="small"):
            trend_cards.trend_link(change.view, viewer, place="moved")
            st.space("stretch")
            st.caption(stage_name(change.before, viewer.lang) + " →", width="content")
            trend_cards.stage_badge(change.view.trend.stage, viewer)


def _growing_section(briefing: Briefing, viewer: Viewer) -> None:
    st.subheader(viewer("briefing_growing"), divider="gray", help=viewer("briefing_growing_help"))
    if not briefing.growing:
        st.caption(viewer("briefing_none_growing"))
        return
    chart = growth_overview(briefing.growing, lang=viewer.lang, width=260)
    widgets.show_chart(chart, alt=viewer("alt_growth"), key="growing")


def _undecided_section(briefing: Briefing, viewer: Viewer) -> None:
    if not briefing.undecided:
        return
    st.subheader(viewer("briefing_undecided"), divider="gray", help=viewer("briefing_undecided_help"))
    for view in briefing.undecided[:_ROWS_SHOWN]:
        trend_cards.trend_link(view, viewer, place="undecided", icon=":material/priority_high:")


def _troubled_section(troubled: Sequence[SourceHealth], viewer: Viewer) -> None:
    st.subheader(viewer("briefing_troubled"), divider="gray")
    if not troubled:
        st.caption(viewer("briefing_all_well"))
        return
    lasting = [one for one in troubled if one.trouble != "latest_failed"]
    for one in lasting[:_ROWS_SHOWN]:
        st.markdown(f"**{escape_markdown(one.source.title)}** — {viewer(f'trouble_{one.trouble}')}")
    if len(lasting) < len(troubled):
        st.caption(viewer.counted("latest_failed", len(troubled) - len(lasting)))
    if st.button(viewer("to_sources"), type="tertiary", icon=":material/arrow_forward:"):
        open_page("sources")
