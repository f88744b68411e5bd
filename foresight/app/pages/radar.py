"""Radar: what surrounds us, how near, how big?"""

from __future__ import annotations

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
from foresight.queries.briefing import StageChange
from foresight.queries.snapshot_cache import SnapshotStamp
from foresight.reports.charts.radar import RadarMark

if TYPE_CHECKING:
    from foresight.wiring import Services

_SHOWN_STAGES = (Stage.WEAK, Stage.EMERGING, Stage.STRONG, Stage.STEADY, Stage.FADING)
_MOST_TRENDS = 40
_QUARTER = timedelta(weeks=13)
_RING_KEYS = ("now", "coming", "signs", "leaving")
_STAGE_RINGS = {Stage.STRONG: 0, Stage.STEADY: 0, Stage.EMERGING: 1, Stage.WEAK: 2, Stage.FADING: 3}


def page(services: Services, viewer: Viewer) -> SnapshotStamp:
    """The radar, and the trend that was clicked beside it."""
    st.title(viewer("radar_title"))
    st.markdown(viewer("radar_lead"))
    listed = services.trends.list()
    views = [view for view in listed.items if view.trend.stage in _SHOWN_STAGES]
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
            _SHOWN_STAGES,
            selection_mode="multi",
            default=list(_SHOWN_STAGES),
            key="radar_stages",
            format_func=lambda stage: stage_name(stage, viewer.lang),
        )
    shown = [view for view in views if view.trend.stage in stages][:_MOST_TRENDS]
    if not shown:  # a chart without marks has nothing to select
        st.info(viewer("radar_nothing"), icon=":material/radar:")
        return listed.stamp
    left, right = st.columns([5, 2], gap="large")
    with left:
        earlier = {move.view.trend.id: move.before for move in _stage_changes(services, listed.stamp)}
        marks = [
            _radar_mark(view, sector_name(view, sectors, services, viewer), earlier, shown, viewer) for view in shown
        ]
        names = sorted({mark.sector for mark in marks})
        chosen = widgets.show_radar(marks, names, [viewer(f"radar_ring_{ring}") for ring in _RING_KEYS], viewer)
    with right:
        _side_panel(next((v for v in shown if v.trend.id == chosen), None), listed.everything, viewer)
    return listed.stamp


def sector_name(view: TrendView, by: str, services: Services, viewer: Viewer) -> str:
    """The name of the sector a trend stands in."""
    if by == "language":
        return view.trend.langs[0].upper() if view.trend.langs else "–"
    if by == "steep":
        return steep_name(view.steep[0], viewer.lang) if view.steep else viewer("radar_no_steep")
    if by == "tag":
        return view.tags[0] if view.tags else viewer("radar_untagged")
    return services.trends.themes().get(view.trend.theme_id) or viewer("radar_no_theme")


def _stage_changes(services: Services, stamp: SnapshotStamp) -> tuple[StageChange, ...]:
    """What stood in another stage a quarter ago."""
    return services.briefing.get(since=stamp.as_of - _QUARTER).moved if stamp.as_of else ()


def _radar_mark(
    view: TrendView, named: str, earlier: dict[str, Stage], shown: list[TrendView], viewer: Viewer
) -> RadarMark:
    """A trend's mark: its size is its share of the biggest on the radar."""
    before = _STAGE_RINGS.get(earlier.get(view.trend.id, view.trend.stage))
    ring = _STAGE_RINGS[view.trend.stage]
    return RadarMark(
        trend_id=view.trend.id,
        title=shorten_words(view.title(viewer.lang), 60),
        sector=named,
        ring=ring,
        stage=view.trend.stage,
        weight=_share_value(view) / max(_share_value(other) for other in shown) if _share_value(view) else 0.0,
        earlier=(named, before) if before is not None and before != ring else None,
    )


def _share_value(view: TrendView) -> float:
    signal = view.signal("share")
    return signal.value if signal else 0.0


def _side_panel(view: TrendView | None, others: tuple[TrendView, ...], viewer: Viewer) -> None:
    if view is not None:
        trend_cards.trend_card(view, others, viewer, place="radar")
        st.caption(trend_cards.stage_reason(view, viewer))
        return
    st.info(viewer("radar_click"), icon=":material/touch_app:")
    for stage in _SHOWN_STAGES:
        trend_cards.stage_badge(stage, viewer)
        st.caption(stage_help(stage, viewer.lang))
