"""Radar: what surrounds us, how near, how big?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import streamlit as st

from foresight.briefs import charts
from foresight.records import Stage, TrendView
from foresight.services.briefing import Move
from foresight.services.shelf import Stamp
from foresight.text.stages import stage_help, stage_name
from foresight.text.voices import steep_name
from foresight.ui import cards, drawing
from foresight.ui.escape import shortened
from foresight.ui.reader import Reader

if TYPE_CHECKING:
    from foresight.services.desks import Services

_SHOWN = (Stage.WEAK, Stage.EMERGING, Stage.STRONG, Stage.STEADY, Stage.FADING)
_MOST = 40
_QUARTER = timedelta(weeks=13)
_RINGS = ("now", "coming", "signs", "leaving")
_RING = {Stage.STRONG: 0, Stage.STEADY: 0, Stage.EMERGING: 1, Stage.WEAK: 2, Stage.FADING: 3}


def page(services: Services, reader: Reader) -> Stamp:
    """The radar, and the trend that was clicked beside it."""
    st.title(reader("radar_title"))
    st.markdown(reader("radar_lead"))
    listed = services.trends.list()
    views = [view for view in listed.items if view.trend.stage in _SHOWN]
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
            _SHOWN,
            selection_mode="multi",
            default=list(_SHOWN),
            key="radar_stages",
            format_func=lambda stage: stage_name(stage, reader.lang),
        )
    shown = [view for view in views if view.trend.stage in stages][:_MOST]
    left, right = st.columns([5, 2], gap="large")
    with left:
        earlier = {move.view.trend.id: move.before for move in _moves(services, listed.stamp)}
        marks = [_mark(view, sector(view, sectors, services, reader), earlier, shown, reader) for view in shown]
        names = sorted({mark.sector for mark in marks})
        chosen = drawing.radar(marks, names, [reader(f"radar_ring_{ring}") for ring in _RINGS], reader)
    with right:
        _beside(next((v for v in shown if v.trend.id == chosen), None), listed.everything, reader)
    return listed.stamp


def sector(view: TrendView, by: str, services: Services, reader: Reader) -> str:
    """The name of the sector a trend stands in."""
    if by == "language":
        return view.trend.langs[0].upper() if view.trend.langs else "–"
    if by == "steep":
        return steep_name(view.steep[0], reader.lang) if view.steep else reader("radar_no_steep")
    if by == "tag":
        return view.tags[0] if view.tags else reader("radar_untagged")
    return services.trends.themes().get(view.trend.theme_id) or reader("radar_no_theme")


def _moves(services: Services, stamp: Stamp) -> tuple[Move, ...]:
    """What stood in another stage a quarter ago."""
    return services.briefing.get(since=stamp.as_of - _QUARTER).moved if stamp.as_of else ()


def _mark(
    view: TrendView, named: str, earlier: dict[str, Stage], shown: list[TrendView], reader: Reader
) -> charts.RadarMark:
    """A trend's mark: its size is its share of the biggest on the radar."""
    before = _RING.get(earlier.get(view.trend.id, view.trend.stage))
    ring = _RING[view.trend.stage]
    return charts.RadarMark(
        trend_id=view.trend.id,
        title=shortened(view.title(reader.lang), 60),
        sector=named,
        ring=ring,
        stage=view.trend.stage,
        weight=_share(view) / max(_share(other) for other in shown) if _share(view) else 0.0,
        earlier=(named, before) if before is not None and before != ring else None,
    )


def _share(view: TrendView) -> float:
    signal = view.signal("share")
    return signal.value if signal else 0.0


def _beside(view: TrendView | None, others: tuple[TrendView, ...], reader: Reader) -> None:
    if view is not None:
        cards.trend_card(view, others, reader, place="radar")
        st.caption(cards.why_this_stage(view, reader))
        return
    st.info(reader("radar_click"), icon=":material/touch_app:")
    for stage in _SHOWN:
        cards.stage_badge(stage, reader)
        st.caption(stage_help(stage, reader.lang))
