"""Charts of `briefs.charts` on a page: drawn at their own size, described in words, clicks handed back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from foresight.briefs import charts
from foresight.records import TrendView
from foresight.ui.reader import Reader


def show(chart: Any, *, alt: str, key: str, stretch: bool = False) -> None:
    """A chart at its own width; one that may be stretched fills its column."""
    # The charts carry their own look; Streamlit's theme would paint over the colours of the stages.
    st.altair_chart(chart, width="stretch" if stretch else "content", theme=None, key=key, alt=alt)


def clicked(chart: Any, *, alt: str, key: str, selection: str, field: str) -> str:
    """The value of `field` of the mark that was clicked, "" where none was."""
    event = st.altair_chart(
        chart, width="content", theme=None, key=key, alt=alt, on_select="rerun", selection_mode=selection
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
    chart = charts.radar(marks, sectors=sectors, rings=rings, lang=reader.lang, size=560)
    return clicked(chart, alt=reader("alt_radar"), key="radar", selection="trend", field="trend_id")


def breakdown(counts: Sequence[tuple[str, float]], reader: Reader, *, alt: str, key: str) -> None:
    """Bars of what something divides into."""
    show(charts.breakdown(counts, lang=reader.lang, width=150), alt=alt, key=key)
