"""The map of themes: what lies near each other is written about in like words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from foresight.i18n.formatting import format_list, format_number
from foresight.model.trends import Theme
from foresight.reports.charts.labels import LabelAnchor, LabelStyle, Rectangle, label_anchor, label_layers, place_labels
from foresight.reports.charts.style import (
    ACCENT,
    PAPER,
    Chart,
    alt,
    chart_of,
    empty_chart,
    pixel_axes,
    styled,
    tooltips,
)

_MARGIN = 60.0
_LABEL_STYLE = LabelStyle(size=11.0, line=13.0, widths=(140.0, 100.0, 60.0))
_WORDS_SHOWN = 5
_LABEL_REACH = 60.0


def theme_map(topics: Sequence[Theme], *, lang: str, width: int = 720, height: int = 480) -> Chart:
    """Themes as discs by size, biggest labelled first; a label without room is left to the tip.

    Distances mean likeness within this run only; the axes mean nothing and are not drawn. Selection: "theme".
    """
    ordered = sorted(topics, key=lambda topic: (-topic.documents, topic.id))
    if not ordered:
        return empty_chart(lang, width=width, height=height)
    anchors = _theme_anchors(ordered, width, height)
    places = place_labels(anchors, bounds=Rectangle(0, 0, width, height), reach=_LABEL_REACH)
    rows = [
        {
            "theme_id": topic.id,
            "x": mark.x,
            "y": mark.y,
            "size": (2 * (mark.radius - 1)) ** 2,
            "title": topic.title,
            "words": format_list(topic.words[:_WORDS_SHOWN], lang),
            "documents": format_number(topic.documents, lang),
        }
        for topic, mark in zip(ordered, anchors, strict=True)
    ]
    x, y = pixel_axes(width, height)
    chosen = alt.selection_point(name="theme", fields=["theme_id"], on="click", empty=True)
    discs = (
        chart_of(rows)
        .mark_point(shape="circle", filled=True, color=ACCENT, stroke=PAPER, strokeWidth=1, cursor="pointer")
        .encode(
            size=alt.Size("size:Q", scale=None, legend=None),
            opacity=alt.condition(chosen, alt.value(0.75), alt.value(0.25)),
            tooltip=tooltips([("title", "theme"), ("words", "words"), ("documents", "documents")], lang),
        )
        .add_params(chosen)
    )
    leaders, *names = label_layers(anchors, places, [topic.title for topic in ordered], _LABEL_STYLE)
    chart = alt.layer(*(layer.encode(x=x, y=y) for layer in (leaders, discs, *names)))
    return styled(chart.properties(width=width, height=height), lang)


def _theme_anchors(ordered: Sequence[Theme], width: float, height: float) -> list[LabelAnchor]:
    """Places in pixels with the sizes of the labels; both directions are stretched alike."""
    xs, ys = (
        [value if math.isfinite(value) else 0.0 for value in side]
        for side in zip(*((t.x, t.y) for t in ordered), strict=True)
    )
    scale = min((room - 2 * _MARGIN) / (max(side) - min(side) or 1.0) for side, room in ((xs, width), (ys, height)))
    middle_x, middle_y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    most = max(topic.documents for topic in ordered) or 1
    return [
        label_anchor(
            width / 2 + (x - middle_x) * scale,
            height / 2 - (y - middle_y) * scale,
            4 + 14 * math.sqrt(topic.documents / most),
            topic.title,
            _LABEL_STYLE,
        )
        for topic, x, y in zip(ordered, xs, ys, strict=True)
    ]
