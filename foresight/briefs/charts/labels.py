"""Placed labels as layers: thin leaders, and text flush with the side that is nearest to its mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from foresight.briefs.charts.grammar import Chart, Row, data, written
from foresight.briefs.charts.lettering import text_width, wrap
from foresight.briefs.charts.placing import Anchor, Place

_LEADER = "#9AA5B1"
_INSET = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How labels are set: type size, distance of lines, widths from a whole label (two lines) to the shortest (one)."""

    size: float
    line: float
    widths: tuple[float, ...]


def anchor(x: float, y: float, radius: float, text: str, style: Style) -> Anchor:
    """A mark that wants this text beside it: on two lines at best, on one shorter line where there is little room."""
    sizes = [
        (max(text_width(told, style.size) for told in lines) + 2 * _INSET, style.line * len(lines) + 1)
        for lines in _settings(text, style)
    ]
    return Anchor(x=x, y=y, radius=radius + 1, sizes=tuple(sizes))


def _settings(text: str, style: Style) -> list[list[str]]:
    whole, *short = style.widths
    return [wrap(text, style.size, whole), *(wrap(text, style.size, width, lines=1) for width in short)]


def label_layers(
    anchors: Sequence[Anchor], places: Sequence[Place | None], texts: Sequence[str], style: Style
) -> list[Chart]:
    """Leaders first, then the texts; a label without a place is not drawn."""
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    leaders: list[Row] = []
    sides: dict[str, list[Row]] = {"left": [], "right": []}
    for mark, place, text in zip(anchors, places, texts, strict=True):
        if place is None:
            continue
        if place.leader:
            leaders.append(dict(zip(("x", "y", "x2", "y2"), place.leader, strict=True)))
        box = place.box
        side = "left" if (box.x0 + box.x1) / 2 >= mark.x else "right"
        x = box.x0 + _INSET if side == "left" else box.x1 - _INSET
        sides[side].append({"x": x, "y": box.y0 + 1, "text": "\n".join(_settings(text, style)[place.size])})
    thin = alt.Chart(data(leaders)).mark_rule(color=_LEADER, strokeWidth=0.7).encode(x2="x2:Q", y2="y2:Q")
    return [thin, *(written(rows, size=style.size, line=style.line, align=side) for side, rows in sides.items())]
