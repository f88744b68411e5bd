"""Charts of `reports.charts` on a page: drawn at their own size, described in words, clicks handed back.

Choosing among trends. Widgets compare their options, and a trend holds an array: they get ids and show titles.

A brief as a file, made when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from foresight.app.viewer import Viewer
from foresight.model.decisions import TrendView
from foresight.reports.brief_service import BriefFile
from foresight.reports.charts.radar import RadarMark, radar
from foresight.reports.charts.sources import breakdown_bars
from foresight.reports.charts.trends import sparkline

# Streamlit squeezes labels into the drawing's own width unless the chart says that they come on top of it.
_ROOM_FOR_LABELS = {"type": "pad", "contains": "padding"}


def show_chart(chart: Any, *, alt: str, key: str) -> None:
    """A chart at its own width, with its own look: the theme would paint over the colours of the stages."""
    drawn = chart.properties(autosize=_ROOM_FOR_LABELS)
    st.altair_chart(drawn, width="content", theme=None, key=key, alt=alt)


def show_clickable_chart(chart: Any, *, alt: str, key: str, selection: str, field: str) -> str:
    """The value of `field` of the mark that was clicked, "" where none was."""
    drawn = chart.properties(autosize=_ROOM_FOR_LABELS)
    event = st.altair_chart(
        drawn, width="content", theme=None, key=key, alt=alt, on_select="rerun", selection_mode=selection
    )
    return first_selected(event, selection, field)


def first_selected(event: Any, selection: str, field: str) -> str:
    """The first selected value of a field in what Streamlit tells of a selection."""
    chosen = (event or {}).get("selection", {}).get(selection) or []
    if isinstance(chosen, dict):
        chosen = [chosen]
    return next((str(point[field]) for point in chosen if point.get(field)), "")


def show_sparkline(view: TrendView, viewer: Viewer, *, key: str) -> None:
    """The last half year as a line the size of a word."""
    show_chart(
        sparkline(view.series, as_of=view.trend.as_of, lang=viewer.lang, width=230, height=44),
        alt=viewer("alt_sparkline", title=view.title(viewer.lang)),
        key=key,
    )


def show_radar(marks: Sequence[RadarMark], sectors: Sequence[str], rings: Sequence[str], viewer: Viewer) -> str:
    """The radar; the id of the trend that was clicked, "" where none was."""
    chart = radar(marks, sectors=sectors, rings=rings, lang=viewer.lang, size=470)
    return show_clickable_chart(chart, alt=viewer("alt_radar"), key="radar", selection="trend", field="trend_id")


def show_breakdown(counts: Sequence[tuple[str, float]], viewer: Viewer, *, alt: str, key: str) -> None:
    """Bars of what something divides into."""
    show_chart(breakdown_bars(counts, lang=viewer.lang, width=150), alt=alt, key=key)


def select_trend(label: str, views: Sequence[TrendView], viewer: Viewer, *, key: str) -> TrendView | None:
    """A field to choose one trend in, by its title."""
    known = {view.trend.id: view for view in views}
    chosen = st.selectbox(
        label,
        list(known),
        index=None,
        format_func=lambda trend_id: known[trend_id].title(viewer.lang),
        placeholder=viewer("merge_choose"),
        key=key,
    )
    return known.get(chosen) if chosen else None


def select_trends(
    label: str, views: Sequence[TrendView], viewer: Viewer, *, key: str, help_text: str, chosen: Sequence[str] = ()
) -> list[TrendView]:
    """A field to choose several trends in; `chosen` are the ids it begins with."""
    known = {view.trend.id: view for view in views}
    picked = st.multiselect(
        label,
        list(known),
        default=[trend_id for trend_id in chosen if trend_id in known],
        format_func=lambda trend_id: known[trend_id].title(viewer.lang),
        placeholder=viewer("merge_choose"),
        help=help_text,
        key=key,
    )
    return [known[trend_id] for trend_id in picked]


def brief_download_button(make: Callable[[], BriefFile], form: str, name: str, viewer: Viewer) -> None:
    """A button that makes the brief when it is pressed, and hands it over."""
    st.download_button(
        viewer(f"format_{form}"),
        data=lambda: make().content,
        file_name=f"{name}.{form}",
        key=f"brief_{form}",
        icon=":material/description:",
        type="tertiary",
        on_click="ignore",
        width="stretch",
    )
