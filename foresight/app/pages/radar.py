"""Radar: what surrounds us, how near, how big?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import streamlit as st

from foresight.app import trend_cards, widgets
from foresight.app.escaping import shorten_words
from foresight.app.viewer import Viewer
from foresight.i18n.trend_sentences import stage_help, stage_name
from foresight.i18n.voice_sentences import steep_name
from foresight.model.decisions import TrendView
from foresight.model.trends import Stage
from foresight.queries.briefing import LIVE_STAGES
from foresight.queries.snapshot_cache import SnapshotStamp
from foresight.reports.charts.radar import RadarMark, radar

if TYPE_CHECKING:
    from foresight.wiring import Services

_MOST_TRENDS = 40
_QUARTER = timedelta(weeks=13)
_RINGS = ("now", "coming", "signs", "leaving")
_STAGE_RINGS = {Stage.STRONG: 0, Stage.STEADY: 0, Stage.EMERGING: 1, Stage.WEAK: 2, Stage.FADING: 3}


def page(services: Services, viewer: Viewer) -> SnapshotStamp:
    """The radar, and the trend that was clicked beside it."""
    st.title(viewer("radar_title"))
    st.markdown(viewer("radar_lead"))
    listed = services.trends.list()
    views = [view for view in listed.items if view.trend.stage in LIVE_STAGES]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        sectors = st.segmented_control(
            viewer("radar_sectors"),
            ("theme", "steep", "tag", "language"),
            default="theme" if len({view.trend.theme_id for view in views}) > 1 else "language",
            key="radar_sectors",
            format_func=lambda key: viewer(f"radar_by_{key}"),
            required=True,
        )
        stages = st.pills(
            viewer("stage"),
            LIVE_STAGES,
            selection_mode="multi",
            default=list(LIVE_STAGES),
            key="radar_stages",
            format_func=lambda stage: stage_name(stage, viewer.lang),
        )
    shown = [view for view in views if view.trend.stage in stages][:_MOST_TRENDS]
    if not shown:  # a chart without marks has nothing to select
        st.info(viewer("radar_nothing"), icon=":material/radar:")
        return listed.stamp
    left, right = st.columns([5, 2], gap="large")
    with left:
        themes = services.trends.themes() if sectors == "theme" else {}
        names = {view.trend.id: _sector_name(view, sectors, themes, viewer) for view in shown}
        changes = services.overview.briefing(since=listed.stamp.as_of - _QUARTER) if listed.stamp.as_of else None
        before = {change.view.trend.id: change.before for change in changes.stage_changes} if changes else {}
        chart = radar(
            _radar_marks(shown, names, before, viewer),
            sectors=sorted(set(names.values())),
            rings=[viewer(f"radar_ring_{ring}") for ring in _RINGS],
            lang=viewer.lang,
            size=470,
        )
        clicks = {"on_select": "rerun", "selection_mode": "trend"}
        event = widgets.show_chart(chart, alt=viewer("alt_radar"), key="radar", **clicks)
        chosen = widgets.first_selected(event, "trend", "trend_id")
    with right:
        _side_panel(next((view for view in shown if view.trend.id == chosen), None), listed.everything, viewer)
    return listed.stamp


def _sector_name(view: TrendView, by: str, themes: dict[str, str], viewer: Viewer) -> str:
    """The name of the sector a trend stands in. themes: titles by id."""
    if by == "language":
        return view.trend.langs[0].upper() if view.trend.langs else "–"
    if by == "steep":
        return steep_name(view.steep[0], viewer.lang) if view.steep else viewer("radar_no_steep")
    if by == "tag":
        return view.tags[0] if view.tags else viewer("radar_untagged")
    return themes.get(view.trend.theme_id) or viewer("radar_no_theme")


def _radar_marks(
    shown: Sequence[TrendView], names: dict[str, str], before: dict[str, Stage], viewer: Viewer
) -> list[RadarMark]:
    """A mark per trend: its size is its share of the biggest, its tail where it stood a quarter ago."""
    biggest = max(view.share or 0.0 for view in shown)
    marks = []
    for view in shown:
        sector, ring = names[view.trend.id], _STAGE_RINGS[view.trend.stage]
        earlier = _STAGE_RINGS.get(before.get(view.trend.id, view.trend.stage), ring)
        marks.append(
            RadarMark(
                trend_id=view.trend.id,
                title=shorten_words(view.title(viewer.lang), 60),
                sector=sector,
                ring=ring,
                stage=view.trend.stage,
                weight=(view.share or 0.0) / biggest if biggest else 0.0,
                earlier=(sector, earlier) if earlier != ring else None,
            )
        )
    return marks


def _side_panel(view: TrendView | None, others: Sequence[TrendView], viewer: Viewer) -> None:
    if view is not None:
        trend_cards.trend_card(view, others, viewer, place="radar")
        st.caption(trend_cards.stage_reason(view, viewer))
        return
    st.info(viewer("radar_click"), icon=":material/touch_app:")
    for stage in LIVE_STAGES:
        trend_cards.stage_badge(stage, viewer)
        st.caption(stage_help(stage, viewer.lang))
