"""Trends: what do we follow?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from foresight.briefs import charts
from foresight.records import Stage, Topic
from foresight.services.shelf import Stamp
from foresight.services.trends import SORTS, TrendFilter, TrendList
from foresight.text.stages import stage_name
from foresight.text.voices import steep_name
from foresight.ui import cards, drawing, review
from foresight.ui.reader import Reader

if TYPE_CHECKING:
    from foresight.services.desks import Services

_PAGE = 12
_COMPARED = 40
_QUIET = (Stage.NOISE, Stage.SLEEPING, Stage.CANDIDATE)


def page(services: Services, reader: Reader) -> Stamp:
    """The list of trends as cards."""
    st.title(reader("trends_title"))
    everything = services.trends.list(TrendFilter(hidden=True, lang=reader.lang))
    chosen = replace(_filter(everything, reader), themes=theme_choice(services.trends.topics(), reader))
    found = services.trends.list(chosen)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(reader("trends_found", count=len(found.items), all=len(everything.items)))
        st.space("stretch")
        look = st.segmented_control(
            reader("view"),
            ("cards", "growth"),
            default="cards",
            required=True,
            format_func=lambda key: reader(f"view_{key}"),
            key="trends_view",
            label_visibility="collapsed",
        )
    if not found.items:
        st.info(reader("trends_none"), icon=":material/search_off:")
        review.section(services, reader)
        return found.stamp
    if look == "growth":
        _compared(found, reader)
        review.section(services, reader)
        return found.stamp
    pages = -(-len(found.items) // _PAGE)
    start = min(int(st.session_state.get("trends_page", 1)), pages) - 1
    cards.grid(found.items[start * _PAGE : (start + 1) * _PAGE], found.everything, reader, place="list")
    if pages > 1:
        st.pagination(pages, key="trends_page")
    review.section(services, reader)
    return found.stamp


def _compared(found: TrendList, reader: Reader) -> None:
    """Growth of all found side by side, each with its interval."""
    chart = charts.stage_overview(found.items[:_COMPARED], lang=reader.lang, width=520)
    drawing.show(chart, alt=reader("alt_growth"), key="compared")
    st.caption(reader("trends_compare"))


def theme_choice(topics: Sequence[Topic], reader: Reader) -> tuple[str, ...]:
    """Ids of the themes that the reader narrows the list to: one, or all under a broader one; empty for all."""
    titles = {topic.id: _title(topic, reader.lang) for topic in topics}
    if not titles:
        return ()
    first, second = st.columns(2)
    areas = [topic.id for topic in topics if topic.level]
    area = first.selectbox(
        reader("theme_area"), areas, index=None, format_func=titles.__getitem__, placeholder=reader("all"), key="f_area"
    )
    below = [topic.id for topic in topics if not topic.level and area in (None, topic.parent_id)]
    theme = second.selectbox(
        reader("theme_one"), below, index=None, format_func=titles.__getitem__, placeholder=reader("all"), key="f_theme"
    )
    if theme:
        return (theme,)
    return tuple(below) if area else ()


def _title(topic: Topic, lang: str) -> str:
    return next((told.title for told in topic.headlines if told.lang == lang), topic.title)


def _filter(everything: TrendList, reader: Reader) -> TrendFilter:
    """What the reader wants to see. Candidates, noise and sleepers stand back until they are asked for."""
    loud = [stage for stage in everything.stages if stage not in _QUIET]
    with st.container(border=True):
        first, second, third = st.columns([4, 3, 2], vertical_alignment="bottom")
        words = first.text_input(
            reader("search"), placeholder=reader("search_example"), key="f_words", icon=":material/search:"
        )
        tags = second.multiselect(reader("tags"), everything.tags, key="f_tags", placeholder=reader("all"))
        sort = third.selectbox(reader("sort"), SORTS, format_func=lambda key: reader(f"sort_{key}"), key="f_sort")
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            stages = st.pills(
                reader("stage"),
                everything.stages,
                selection_mode="multi",
                default=loud,
                format_func=lambda stage: stage_name(stage, reader.lang),
                key="f_stages",
            )
            langs = st.pills(
                reader("evidence_language"),
                everything.langs,
                selection_mode="multi",
                format_func=str.upper,
                key="f_langs",
            )
            speeds = (
                st.pills(
                    reader("speed"),
                    everything.speeds,
                    selection_mode="multi",
                    format_func=lambda speed: reader(f"speed_{speed}"),
                    key="f_speeds",
                )
                if len(everything.speeds) > 1
                else ()
            )
            steeps = st.pills(
                reader("steep"),
                everything.steeps,
                selection_mode="multi",
                format_func=lambda steep: steep_name(steep, reader.lang),
                key="f_steeps",
            )
            hidden = st.toggle(reader("with_hidden"), key="f_hidden")
    return TrendFilter(
        words=words,
        stages=tuple(stages),
        langs=tuple(langs),
        tags=tuple(tags),
        steeps=tuple(steeps),
        speeds=tuple(speeds),
        hidden=hidden,
        sort=sort,
        lang=reader.lang,
    )
