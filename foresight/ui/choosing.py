"""Choosing among trends. Widgets compare their options, and a trend holds an array: they get ids and show titles."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from foresight.records import TrendView
from foresight.ui.reader import Reader


def one_trend(label: str, views: Sequence[TrendView], reader: Reader, *, key: str) -> TrendView | None:
    """A field to choose one trend in, by its title."""
    known = {view.trend.id: view for view in views}
    chosen = st.selectbox(
        label,
        list(known),
        index=None,
        format_func=lambda trend_id: known[trend_id].title(reader.lang),
        placeholder=reader("merge_choose"),
        key=key,
    )
    return known.get(chosen) if chosen else None


def some_trends(
    label: str, views: Sequence[TrendView], reader: Reader, *, key: str, help_text: str, chosen: Sequence[str] = ()
) -> list[TrendView]:
    """A field to choose several trends in; `chosen` are the ids it begins with."""
    known = {view.trend.id: view for view in views}
    picked = st.multiselect(
        label,
        list(known),
        default=[trend_id for trend_id in chosen if trend_id in known],
        format_func=lambda trend_id: known[trend_id].title(reader.lang),
        placeholder=reader("merge_choose"),
        help=help_text,
        key=key,
    )
    return [known[trend_id] for trend_id in picked]
