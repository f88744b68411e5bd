"""The map of themes: what lies near each other is written about in like words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from foresight.briefs.charts.grammar import ACCENT, PAPER, Chart, data, finished, nothing, pixels, tips
from foresight.briefs.charts.labels import Style, anchor, label_layers
from foresight.briefs.charts.placing import Anchor, Box, place_labels
from foresight.records import Topic
from foresight.text.numbers import list_text, number

_MARGIN = 60.0
_STYLE = Style(size=11.0, line=13.0, widths=(140.0, 100.0, 60.0))
_WORDS = 5
_REACH = 60.0


def theme_map(topics: Sequence[Topic], *, lang: str, width: int = 720, height: int = 480) -> Chart:
    """Themes as discs by size, biggest labelled first; a label without room is left to the tip.

    Distances mean likeness within this run only; the axes mean nothing and are not drawn. Selection: "theme".
    """
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    ordered = sorted(topics, key=lambda topic: (-topic.documents, topic.id))
    if not ordered:
        return nothing(lang, width=width, height=height)
    anchors = _anchors(ordered, width, height)
    places = place_labels(anchors, bounds=Box(0, 0, width, height), reach=_REACH)
    rows = [
        {
            "theme_id": topic.id,
            "x": mark.x,
            "y": mark.y,
            "size": (2 * (mark.radius - 1)) ** 2,
            "title": topic.title,
            "words": list_text(topic.words[:_WORDS], lang),
            "documents": number(topic.documents, lang),
        }
        for topic, mark in zip(ordered, anchors, strict=True)
    ]
    x, y = pixels(width, height)
    chosen = alt.selection_point(name="theme", fields=["theme_id"], on="click", empty=True)
    discs = (
        alt.Chart(data(rows))
        .mark_point(shape="circle", filled=True, color=ACCENT, stroke=PAPER, strokeWidth=1, cursor="pointer")
        .encode(
            size=alt.Size("size:Q", scale=None, legend=None),
            opacity=alt.condition(chosen, alt.value(0.75), alt.value(0.25)),
            tooltip=tips([("title", "theme"), ("words", "words"), ("documents", "documents")], lang),
        )
        .add_params(chosen)
    )
    leaders, *names = label_layers(anchors, places, [topic.title for topic in ordered], _STYLE)
    chart = alt.layer(*(layer.encode(x=x, y=y) for layer in (leaders, discs, *names)))
    return finished(chart.properties(width=width, height=height), lang)


def _anchors(ordered: Sequence[Topic], width: float, height: float) -> list[Anchor]:
    """Places in pixels with the sizes of the labels; both directions are stretched alike."""
    xs, ys = (
        [value if math.isfinite(value) else 0.0 for value in side]
        for side in zip(*((t.x, t.y) for t in ordered), strict=True)
    )
    scale = min((room - 2 * _MARGIN) / (max(side) - min(side) or 1.0) for side, room in ((xs, width), (ys, height)))
    middle_x, middle_y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    most = max(topic.documents for topic in ordered) or 1
    return [
        anchor(
            width / 2 + (x - middle_x) * scale,
            height / 2 - (y - middle_y) * scale,
            4 + 14 * math.sqrt(topic.documents / most),
            topic.title,
            _STYLE,
        )
        for topic, x, y in zip(ordered, xs, ys, strict=True)
    ]
