"""Briefing: what changed since I last looked?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from foresight.app import trend_cards, widgets
from foresight.app.escaping import escape_markdown, shorten_words
from foresight.app.pages import open_page
from foresight.app.viewer import Viewer
from foresight.i18n.trend_sentences import stage_help, stage_name
from foresight.queries.briefing import Briefing, StageChange
from foresight.queries.snapshot_cache import SnapshotStamp
from foresight.reports.charts.trends import growth_overview

if TYPE_CHECKING:
    from foresight.wiring import Services

_CARDS_SHOWN = 6
_ROWS_SHOWN = 8
_STANDING_SHOWN = 3
_SPANS = {"week": timedelta(weeks=1), "month": timedelta(weeks=4), "quarter": timedelta(weeks=13)}


def page(services: Services, viewer: Viewer) -> SnapshotStamp:
    """The first page."""
    st.title(viewer("briefing_title"))
    since = _comparison_moment(services, viewer)
    briefing = services.briefing.get(since=since)
    st.markdown(_lead_sentence(briefing, viewer))
    _stage_counts(briefing, viewer)
    everything = services.trends.list().everything
    st.subheader(viewer("briefing_new"), divider="gray")
    if briefing.fresh:
        trend_cards.card_grid(briefing.fresh[:_CARDS_SHOWN], everything, viewer, place="fresh", with_reason=True)
        if len(briefing.fresh) > _CARDS_SHOWN and st.button(viewer("see_all", count=len(briefing.fresh))):
            open_page("trends")
    else:
        st.info(viewer("briefing_no_new"), icon=":material/horizontal_rule:")
    if briefing.standing:
        st.subheader(viewer("briefing_standing"), divider="gray")
        trend_cards.card_grid(
            briefing.standing[:_STANDING_SHOWN], everything, viewer, place="standing", with_reason=True
        )
    left, right = st.columns([3, 2], gap="large")
    with left:
        _moved_section(briefing.moved, viewer)
        _growing_section(briefing, viewer)
    with right:
        _undecided_section(briefing, viewer)
        _troubled_section(briefing, viewer)
    return briefing.stamp


def _comparison_moment(services: Services, viewer: Viewer) -> datetime | None:
    """What to compare with: None is the run before."""
    options = ["run", *_SPANS] + (["mine"] if viewer.who and services.briefing.last_seen(viewer.who) else [])
    chosen = st.segmented_control(
        viewer("since"), options, default="run", format_func=lambda key: viewer(f"since_{key}"), key="since"
    )
    if chosen == "mine":
        return services.briefing.last_seen(viewer.who)
    as_of = services.about.stamp().as_of
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


def _stage_counts(briefing: Briefing, viewer: Viewer) -> None:
    for column, (stage, count) in zip(st.columns(len(briefing.counts)), briefing.counts, strict=True):
        with column, st.container(border=True):
            st.metric(
                stage_name(stage, viewer.lang).capitalize(), viewer.number(count), help=stage_help(stage, viewer.lang)
            )


def _moved_section(moved: tuple[StageChange, ...], viewer: Viewer) -> None:
    st.subheader(viewer("briefing_moved"), divider="gray")
    if not moved:
        st.caption(viewer("briefing_no_moves"))
    rows = st.container(gap="xxsmall")
    for move in moved[:_ROWS_SHOWN]:
        with rows, st.container(horizontal=True, vertical_alignment="center", gap="small"):
            title = escape_markdown(shorten_words(move.view.title(viewer.lang), trend_cards.TITLE_LENGTH))
            if st.button(title, key=f"moved_{move.view.trend.id}", type="tertiary"):
                open_page("trend", id=move.view.trend.id)
            st.space("stretch")
            st.caption(stage_name(move.before, viewer.lang) + " →", width="content")
            trend_cards.stage_badge(move.view.trend.stage, viewer)


def _growing_section(briefing: Briefing, viewer: Viewer) -> None:
    st.subheader(viewer("briefing_growing"), divider="gray", help=viewer("briefing_growing_help"))
    if not briefing.growing:
        st.caption(viewer("briefing_none_growing"))
    if briefing.growing:
        chart = growth_overview(briefing.growing, lang=viewer.lang, width=260)
        widgets.show_chart(chart, alt=viewer("alt_growth"), key="growing")


def _undecided_section(briefing: Briefing, viewer: Viewer) -> None:
    if not briefing.undecided:
        return
    st.subheader(viewer("briefing_undecided"), divider="gray", help=viewer("briefing_undecided_help"))
    for view in briefing.undecided[:_ROWS_SHOWN]:
        title = escape_markdown(shorten_words(view.title(viewer.lang), trend_cards.TITLE_LENGTH))
        if st.button(title, key=f"undecided_{view.trend.id}", type="tertiary", icon=":material/priority_high:"):
            open_page("trend", id=view.trend.id)


def _troubled_section(briefing: Briefing, viewer: Viewer) -> None:
    st.subheader(viewer("briefing_troubled"), divider="gray")
    if not briefing.troubled:
        st.caption(viewer("briefing_all_well"))
        return
    stumbling = sum(one.trouble == "stumbling" for one in briefing.troubled)
    for one in [one for one in briefing.troubled if one.trouble != "stumbling"][:_ROWS_SHOWN]:
        st.markdown(f"**{escape_markdown(one.source.title)}** — {viewer(f'trouble_{one.trouble}')}")
    if stumbling:
        st.caption(viewer.counted("stumbling", stumbling))
    if st.button(viewer("to_sources"), type="tertiary", icon=":material/arrow_forward:"):
        open_page("sources")
