"""Trends: the list with its filters, growth side by side, and doubtful matches that wait for a person's verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from foresight.app import trend_cards, widgets
from foresight.app.escaping import escape_markdown
from foresight.app.trend_editing import confirm_and_rerun, decision_button, name_field
from foresight.app.viewer import Viewer
from foresight.i18n.trend_sentences import stage_name
from foresight.i18n.voice_sentences import steep_name
from foresight.model.trends import Stage, Theme
from foresight.queries.snapshot_cache import SnapshotStamp
from foresight.queries.trends import SORTS, MatchReview, MatchSide, TrendFilter, TrendList
from foresight.reports.charts.trends import growth_overview

if TYPE_CHECKING:
    from foresight.wiring import Services

_CARDS_PER_PAGE = 12
_MOST_COMPARED = 40
_QUIET_STAGES = (Stage.NOISE, Stage.SLEEPING, Stage.CANDIDATE)


def page(services: Services, viewer: Viewer) -> SnapshotStamp:
    """The list of trends as cards, or their growth side by side; under it what is to be reviewed."""
    st.title(viewer("trends_title"))
    everything = services.trends.list(TrendFilter(hidden=True, lang=viewer.lang))
    chosen = replace(_filter_form(everything, viewer), themes=_theme_filter(services.trends.topics(), viewer))
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
    elif look == "growth":
        chart = growth_overview(found.items[:_MOST_COMPARED], lang=viewer.lang, width=520)
        widgets.show_chart(chart, alt=viewer("alt_growth"), key="compared")
        st.caption(viewer("trends_compare"))
    else:
        _card_pages(found, viewer)
    _match_review_section(services, viewer)
    return found.stamp


def _card_pages(found: TrendList, viewer: Viewer) -> None:
    pages = -(-len(found.items) // _CARDS_PER_PAGE)
    start = (min(int(st.session_state.get("trends_page", 1)), pages) - 1) * _CARDS_PER_PAGE
    trend_cards.card_grid(found.items[start : start + _CARDS_PER_PAGE], found.everything, viewer, place="list")
    if pages > 1:
        st.pagination(pages, key="trends_page")


def _theme_filter(themes: Sequence[Theme], viewer: Viewer) -> tuple[str, ...]:
    """Ids of the themes that the list is narrowed to: one, or all under a broader one; empty for all."""
    titles = {theme.id: _theme_title(theme, viewer.lang) for theme in themes}
    if not titles:
        return ()
    first, second = st.columns(2)
    text, areas = viewer("all"), [theme.id for theme in themes if theme.level]
    area = first.selectbox(
        viewer("theme_area"), areas, index=None, format_func=titles.__getitem__, placeholder=text, key="f_area"
    )
    below = [theme.id for theme in themes if not theme.level and area in (None, theme.parent_id)]
    chosen = second.selectbox(
        viewer("theme_one"), below, index=None, format_func=titles.__getitem__, placeholder=text, key="f_theme"
    )
    if chosen:
        return (chosen,)
    return tuple(below) if area else ()


def _theme_title(theme: Theme, lang: str) -> str:
    return next((headline.title for headline in theme.headlines if headline.lang == lang), theme.title)


def _filter_form(everything: TrendList, viewer: Viewer) -> TrendFilter:
    """What is to be listed. Candidates, noise and sleepers are left out until they are asked for."""

    def pills(key: str, label: str, options: Sequence[Any], text: Callable[[Any], str], *on: Any) -> tuple[Any, ...]:
        field = viewer(label)
        return tuple(st.pills(field, options, selection_mode="multi", default=on or None, format_func=text, key=key))

    loud = [stage for stage in everything.stages if stage not in _QUIET_STAGES]
    with st.container(border=True):
        first, second, third = st.columns([4, 3, 2], vertical_alignment="bottom")
        words = first.text_input(
            viewer("search"), placeholder=viewer("search_example"), key="f_words", icon=":material/search:"
        )
        tags = second.multiselect(viewer("tags"), everything.tags, key="f_tags", placeholder=viewer("all"))
        sort = third.selectbox(viewer("sort"), SORTS, format_func=lambda key: viewer(f"sort_{key}"), key="f_sort")
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            stages = pills("f_stages", "stage", everything.stages, lambda stage: stage_name(stage, viewer.lang), *loud)
            langs = pills("f_langs", "evidence_language", everything.langs, str.upper)
            speeds: tuple[Any, ...] = ()
            if len(everything.speeds) > 1:
                speeds = pills("f_speeds", "speed", everything.speeds, lambda speed: viewer(f"speed_{speed}"))
            steeps = pills("f_steeps", "steep", everything.steeps, lambda steep: steep_name(steep, viewer.lang))
            hidden = st.toggle(viewer("with_hidden"), key="f_hidden")
    return TrendFilter(
        words=words,
        stages=stages,
        langs=langs,
        tags=tuple(tags),
        steeps=steeps,
        speeds=speeds,
        hidden=hidden,
        sort=sort,
        lang=viewer.lang,
    )


def _match_review_section(services: Services, viewer: Viewer) -> None:
    """The matches that wait for a verdict; nothing where there are none."""
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
    match = review.lineage
    similarity = viewer.number(match.similarity, digits=2)
    st.markdown(viewer(f"review_kind_{match.kind.value}", similarity=similarity, shared=match.shared))
    for column, key, side in zip(st.columns(2), ("then", "now"), (review.then, review.now), strict=True):
        with column:
            _match_side(side, viewer(f"review_{key}", date=viewer.date(side.trend.as_of)))
    with st.container(horizontal=True):
        for verdict, decide in (("same", services.trends.same), ("apart", services.trends.apart)):
            button = f"{verdict}_{match.trend_id}_{match.earlier_id}"
            if decision_button(viewer(f"review_{verdict}"), button, who, viewer):
                decide(match.trend_id, match.earlier_id, who=who, seen=review.now.trend.run_id)
                confirm_and_rerun(viewer(f"notice_{verdict}"), who)


def _match_side(side: MatchSide, when: str) -> None:
    st.caption(when)
    st.markdown(f"**{escape_markdown(side.title)}**")
    st.markdown("\n".join(f"- {escape_markdown(document.title)}" for document in side.documents))
