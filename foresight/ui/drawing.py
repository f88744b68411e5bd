"""Charts of `briefs.charts` on a page: drawn at their own size, described in words, clicks handed back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from foresight.briefs import charts
from foresight.records import TrendView
from foresight.ui.reader import Reader

# Streamlit squeezes labels into the drawing's own width unless the chart says that they come on top of it.
_ROOM_FOR_LABELS = {"type": "pad", "contains": "padding"}


def show(chart: Any, *, alt: str, key: str) -> None:
    """A chart at its own width, with its own look: the theme would paint over the colours of the stages."""
    drawn = chart.properties(autosize=_ROOM_FOR_LABELS)
    st.altair_chart(drawn, width="content", theme=None, key=key, alt=alt)


def clicked(chart: Any, *, alt: str, key: str, selection: str, field: str) -> str:
    """The value of `field` of the mark that was clicked, "" where none was."""
    drawn = chart.properties(autosize=_ROOM_FOR_LABELS)
    event = st.altair_chart(
        drawn, width="content", theme=None, key=key, alt=alt, on_select="rerun", selection_mode=selection
    )
    return first_of(event, selection, field)


def first_of(event: Any, selection: str, field: str) -> str:
    """The first selected value of a field in what Streamlit tells of a selection."""
    chosen = (event or {}).get("selection", {}).get(selection) or []
    if isinstance(chosen, dict):
        chosen = [chosen]
    return next((str(point[field]) for point in chosen if point.get(field)), "")


def sparkline(view: TrendView, reader: Reader, *, key: str) -> None:
    """The last half year as a line the size of a word."""
    show(
        charts.sparkline(view.series, as_of=view.trend.as_of, lang=reader.lang, width=230, height=44),
        alt=reader("alt_sparkline", title=view.title(reader.lang)),
        key=key,
    )


def radar(marks: Sequence[charts.RadarMark], sectors: Sequence[str], rings: Sequence[str], reader: Reader) -> str:
    """The radar; the id of the trend that was clicked, "" where none was."""
    chart = charts.radar(marks, sectors=sectors, rings=rings, lang=reader.lang, size=470)
    return clicked(chart, alt=reader("alt_radar"), key="radar", selection="trend", field="trend_id")


def breakdown(counts: Sequence[tuple[str, float]], reader: Reader, *, alt: str, key: str) -> None:
    """Bars of what something divides into."""
    show(charts.breakdown(counts, lang=reader.lang, width=150), alt=alt, key=key)
