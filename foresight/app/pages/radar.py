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


def page(services: Services, reader: Viewer) -> SnapshotStamp:
    """The radar, and the trend that was clicked beside it."""
    st.title(reader("radar_title"))
    st.markdown(reader("radar_lead"))
    listed = services.trends.list()
    views = [view for view in listed.items if view.trend.stage in _SHOWN_STAGES]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        sectors = st.segmented_control(
            reader("radar_sectors"),
            ("theme", "steep", "tag", "language"),
            default="theme" if len({view.trend.theme_id for view in views}) > 1 else "language",
            key="radar_sectors",
            format_func=lambda key: reader(f"radar_by_{key}"),
            required=True,
        )
        stages = st.pills(
            reader("stage"),
            _SHOWN_STAGES,
            selection_mode="multi",
            default=list(_SHOWN_STAGES),
            key="radar_stages",
            format_func=lambda stage: stage_name(stage, reader.lang),
        )
    shown = [view for view in views if view.trend.stage in stages][:_MOST_TRENDS]
    left, right = st.columns([5, 2], gap="large")
    with left:
        earlier = {move.view.trend.id: move.before for move in _stage_changes(services, listed.stamp)}
        marks = [
            _radar_mark(view, sector_name(view, sectors, services, reader), earlier, shown, reader) for view in shown
        ]
        names = sorted({mark.sector for mark in marks})
        chosen = widgets.show_radar(marks, names, [reader(f"radar_ring_{ring}") for ring in _RING_KEYS], reader)
    with right:
        _side_panel(next((v for v in shown if v.trend.id == chosen), None), listed.everything, reader)
    return listed.stamp


def sector_name(view: TrendView, by: str, services: Services, reader: Viewer) -> str:
    """The name of the sector a trend stands in."""
    if by == "language":
        return view.trend.langs[0].upper() if view.trend.langs else "–"
    if by == "steep":
        return steep_name(view.steep[0], reader.lang) if view.steep else reader("radar_no_steep")
    if by == "tag":
        return view.tags[0] if view.tags else reader("radar_untagged")
    return services.trends.themes().get(view.trend.theme_id) or reader("radar_no_theme")


def _stage_changes(services: Services, stamp: SnapshotStamp) -> tuple[StageChange, ...]:
    """What stood in another stage a quarter ago."""
    return services.briefing.get(since=stamp.as_of - _QUARTER).moved if stamp.as_of else ()


def _radar_mark(
    view: TrendView, named: str, earlier: dict[str, Stage], shown: list[TrendView], reader: Viewer
) -> RadarMark:
    """A trend's mark: its size is its share of the biggest on the radar."""
    before = _STAGE_RINGS.get(earlier.get(view.trend.id, view.trend.stage))
    ring = _STAGE_RINGS[view.trend.stage]
    return RadarMark(
        trend_id=view.trend.id,
        title=shorten_words(view.title(reader.lang), 60),
        sector=named,
        ring=ring,
        stage=view.trend.stage,
        weight=_share_value(view) / max(_share_value(other) for other in shown) if _share_value(view) else 0.0,
        earlier=(named, before) if before is not None and before != ring else None,
    )


def _share_value(view: TrendView) -> float:
    signal = view.signal("share")
    return signal.value if signal else 0.0


def _side_panel(view: TrendView | None, others: tuple[TrendView, ...], reader: Viewer) -> None:
    if view is not None:
        trend_cards.trend_card(view, others, reader, place="radar")
        st.caption(trend_cards.stage_reason(view, reader))
        return
    st.info(reader("radar_click"), icon=":material/touch_app:")
    for stage in _SHOWN_STAGES:
        trend_cards.stage_badge(stage, reader)
        st.caption(stage_help(stage, reader.lang))
