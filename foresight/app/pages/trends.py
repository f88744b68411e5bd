"""Doubtful matches of trends over the runs: both sides with their articles, and the verdict of a person.

Trends: what do we follow?
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from foresight.app.escaping import escape_markdown
from foresight.app.trend_editing import confirm_and_rerun, name_field
from foresight.app.viewer import Viewer
from foresight.queries.trends import MatchReview, MatchSide

if TYPE_CHECKING:
    from foresight.wiring import Services
from collections.abc import Sequence
from dataclasses import replace

from foresight.app import trend_cards, widgets
from foresight.i18n.trend_sentences import stage_name
from foresight.i18n.voice_sentences import steep_name
from foresight.model.trends import Stage, Theme
from foresight.queries.snapshot_cache import SnapshotStamp
from foresight.queries.trends import SORTS, TrendFilter, TrendList
from foresight.reports.charts.trends import growth_overview


def match_review_section(services: Services, viewer: Viewer) -> None:
    """The list of what is to be judged; nothing where there is nothing."""
    found = services.trends.reviews(viewer.lang)
    if not found:
        return
    with st.expander(viewer("review_title", count=len(found)), icon=":material/balance:"):
        st.caption(viewer("review_help"))
        who = name_field(viewer, "review")
        for review in found:
            with st.container(border=True):
                _match_review(review, services, who, viewer)


def _match_review(review: MatchReview, services: Services, who: str, viewer: Viewer) -> None:
    st.markdown(viewer(f"review_kind_{review.lineage.kind.value}", **_match_facts(review, viewer)))
    for column, key, side in zip(st.columns(2), ("then", "now"), (review.then, review.now), strict=True):
        with column:
            _match_side(side, viewer(f"review_{key}", date=viewer.date(side.trend.as_of)))
    pair = {"trend_id": review.lineage.trend_id, "earlier": review.lineage.earlier_id}
    name = f"{review.lineage.trend_id}_{review.lineage.earlier_id}"
    missing = None if who else viewer("name_first")
    with st.container(horizontal=True):
        if st.button(viewer("review_same"), key=f"same_{name}", disabled=not who, help=missing):
            services.trends.same(**pair, who=who, seen=review.now.trend.run_id)
            confirm_and_rerun(viewer("notice_same"), who)
        if st.button(viewer("review_apart"), key=f"apart_{name}", disabled=not who, help=missing):
            services.trends.apart(**pair, who=who, seen=review.now.trend.run_id)
            confirm_and_rerun(viewer("notice_apart"), who)


def _match_facts(review: MatchReview, viewer: Viewer) -> dict[str, object]:
    return {
        "similarity": viewer.number(review.lineage.similarity, digits=2),
        "shared": review.lineage.shared,
    }


def _match_side(side: MatchSide, when: str) -> None:
    st.caption(when)
    st.markdown(f"**{escape_markdown(side.title)}**")
    st.markdown("\n".join(f"- {escape_markdown(document.title)}" for document in side.documents))


_CARDS_PER_PAGE = 12
_MOST_COMPARED = 40
_QUIET_STAGES = (Stage.NOISE, Stage.SLEEPING, Stage.CANDIDATE)


def page(services: Services, viewer: Viewer) -> SnapshotStamp:
    """The list of trends as cards."""
    st.title(viewer("trends_title"))
    everything = services.trends.list(TrendFilter(hidden=True, lang=viewer.lang))
    chosen = replace(_filter_form(everything, viewer), themes=theme_filter(services.trends.topics(), viewer))
    found = services.trends.list(chosen)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(viewer("trends_found", count=len(found.items), all=len(everything.items)))
        st.space("stretch")
        look = st.segmented_control(
            viewer("view"),
            ("cards", "growth"),
            default="cards",
            required=True,
            format_func=lambda key: viewer(f"view_{key}"),
            key="trends_view",
            label_visibility="collapsed",
        )
    if not found.items:
        st.info(viewer("trends_none"), icon=":material/search_off:")
        match_review_section(services, viewer)
        return found.stamp
    if look == "growth":
        _growth_comparison(found, viewer)
        match_review_section(services, viewer)
        return found.stamp
    pages = -(-len(found.items) // _CARDS_PER_PAGE)
    start = min(int(st.session_state.get("trends_page", 1)), pages) - 1
    trend_cards.card_grid(
        found.items[start * _CARDS_PER_PAGE : (start + 1) * _CARDS_PER_PAGE], found.everything, viewer, place="list"
    )
    if pages > 1:
        st.pagination(pages, key="trends_page")
    match_review_section(services, viewer)
    return found.stamp


def _growth_comparison(found: TrendList, viewer: Viewer) -> None:
    """Growth of all found side by side, each with its interval."""
    chart = growth_overview(found.items[:_MOST_COMPARED], lang=viewer.lang, width=520)
    widgets.show_chart(chart, alt=viewer("alt_growth"), key="compared")
    st.caption(viewer("trends_compare"))


def theme_filter(topics: Sequence[Theme], viewer: Viewer) -> tuple[str, ...]:
    """Ids of the themes that the viewer narrows the list to: one, or all under a broader one; empty for all."""
    titles = {topic.id: _theme_title(topic, viewer.lang) for topic in topics}
    if not titles:
        return ()
    first, second = st.columns(2)
    areas = [topic.id for topic in topics if topic.level]
    area = first.selectbox(
        viewer("theme_area"), areas, index=None, format_func=titles.__getitem__, placeholder=viewer("all"), key="f_area"
    )
    below = [topic.id for topic in topics if not topic.level and area in (None, topic.parent_id)]
    theme = second.selectbox(
        viewer("theme_one"), below, index=None, format_func=titles.__getitem__, placeholder=viewer("all"), key="f_theme"
    )
    if theme:
        return (theme,)
    return tuple(below) if area else ()


def _theme_title(topic: Theme, lang: str) -> str:
    return next((told.title for told in topic.headlines if told.lang == lang), topic.title)


def _filter_form(everything: TrendList, viewer: Viewer) -> TrendFilter:
    """What the viewer wants to see. Candidates, noise and sleepers stand back until they are asked for."""
    loud = [stage for stage in everything.stages if stage not in _QUIET_STAGES]
    with st.container(border=True):
        first, second, third = st.columns([4, 3, 2], vertical_alignment="bottom")
        words = first.text_input(
            viewer("search"), placeholder=viewer("search_example"), key="f_words", icon=":material/search:"
        )
        tags = second.multiselect(viewer("tags"), everything.tags, key="f_tags", placeholder=viewer("all"))
        sort = third.selectbox(viewer("sort"), SORTS, format_func=lambda key: viewer(f"sort_{key}"), key="f_sort")
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            stages = st.pills(
                viewer("stage"),
                everything.stages,
                selection_mode="multi",
                default=loud,
                format_func=lambda stage: stage_name(stage, viewer.lang),
                key="f_stages",
            )
            langs = st.pills(
                viewer("evidence_language"),
                everything.langs,
                selection_mode="multi",
                format_func=str.upper,
                key="f_langs",
            )
            speeds = (
                st.pills(
                    viewer("speed"),
                    everything.speeds,
                    selection_mode="multi",
                    format_func=lambda speed: viewer(f"speed_{speed}"),
                    key="f_speeds",
                )
                if len(everything.speeds) > 1
                else ()
            )
            steeps = st.pills(
                viewer("steep"),
                everything.steeps,
                selection_mode="multi",
                format_func=lambda steep: steep_name(steep, viewer.lang),
                key="f_steeps",
            )
            hidden = st.toggle(viewer("with_hidden"), key="f_hidden")
    return TrendFilter(
        words=words,
        stages=tuple(stages),
        langs=tuple(langs),
        tags=tuple(tags),
        steeps=tuple(steeps),
        speeds=tuple(speeds),
        hidden=hidden,
        sort=sort,
        lang=viewer.lang,
    )
