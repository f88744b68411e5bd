"""Parts of pages: charts at their own size, fields to choose trends in, briefs as files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st

from foresight.app.viewer import Viewer
from foresight.model.decisions import TrendView
from foresight.reports.brief_service import BriefFile
from foresight.reports.formats import BRIEF_FORMATS

# Streamlit squeezes labels into the drawing's own width unless the chart says that they come on top of it.
_ROOM_FOR_LABELS = {"type": "pad", "contains": "padding"}


def show_chart(chart: Any, *, alt: str, key: str, **selection: Any) -> Any:
    """A chart at its own width, with its own look: the theme would paint over the colours of the stages.

    `selection` is what Streamlit is to report of clicks, as `st.altair_chart` takes it; the report is returned.
    """
    drawn = chart.properties(autosize=_ROOM_FOR_LABELS)
    return st.altair_chart(drawn, width="content", theme=None, key=key, alt=alt, **selection)


def first_selected(event: Any, selection: str, field: str) -> str:
    """The first selected value of a field in what Streamlit reports of a selection, "" where nothing is selected."""
    chosen = (event or {}).get("selection", {}).get(selection) or []
    points = [chosen] if isinstance(chosen, dict) else chosen
    return next((str(point[field]) for point in points if point.get(field)), "")


def select_trend(label: str, views: Sequence[TrendView], viewer: Viewer, *, key: str) -> TrendView | None:
    """A field to choose one trend in, by its title."""
    known, titles = _by_id(views, viewer)  # widgets compare their options, and a trend holds an array
    text = viewer("merge_choose")
    chosen = st.selectbox(label, list(known), index=None, format_func=titles.__getitem__, placeholder=text, key=key)
    return known.get(chosen) if chosen else None


def select_trends(
    label: str, views: Sequence[TrendView], viewer: Viewer, *, key: str, help_text: str, chosen: Sequence[str] = ()
) -> list[TrendView]:
    """A field to choose several trends in; `chosen` are the ids it begins with."""
    known, titles = _by_id(views, viewer)
    picked = st.multiselect(
        label,
        list(known),
        default=[trend_id for trend_id in chosen if trend_id in known],
        format_func=titles.__getitem__,
        placeholder=viewer("merge_choose"),
        help=help_text,
        key=key,
    )
    return [known[trend_id] for trend_id in picked]


def _by_id(views: Sequence[TrendView], viewer: Viewer) -> tuple[dict[str, TrendView], dict[str, str]]:
    return {view.trend.id: view for view in views}, {view.trend.id: view.title(viewer.lang) for view in views}


def _content(make: Callable[[str], BriefFile], form: str) -> bytes:
    return make(form).content


def brief_menu(make: Callable[[str], BriefFile], name: str, viewer: Viewer, *, disabled: bool = False) -> None:
    """A menu of the formats of a brief; each file is made when it is asked for."""
    with st.popover(viewer("brief"), icon=":material/download:", disabled=disabled):
        st.caption(viewer("brief_help"))
        for form in BRIEF_FORMATS:
            st.download_button(
                viewer(f"format_{form}"),
                data=partial(_content, make, form),
                file_name=f"{name}.{form}",
                key=f"brief_{form}",
                icon=":material/description:",
                type="tertiary",
                on_click="ignore",
                width="stretch",
            )
