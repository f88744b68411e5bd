"""Placed labels as layers: thin leaders, and text flush with the side that is nearest to its mark."""

from __future__ import annotations

from collections.abc import Sequence

from foresight.briefs.charts.grammar import Chart, Row, data, written
from foresight.briefs.charts.lettering import text_width
from foresight.briefs.charts.placing import Anchor, Place

_LEADER = "#9AA5B1"
_INSET = 2.0


def anchor(x: float, y: float, radius: float, lines: Sequence[str], *, size: float, line: float) -> Anchor:
    """A mark that wants these lines of text beside it; sizes in pixels."""
    widest = max(text_width(told, size) for told in lines)
    return Anchor(x=x, y=y, radius=radius + 1, width=widest + 2 * _INSET, height=line * len(lines) + 1)


def label_layers(
    anchors: Sequence[Anchor],
    places: Sequence[Place | None],
    lines: Sequence[Sequence[str]],
    *,
    size: float,
    line: float,
) -> list[Chart]:
    """Leaders first, then the texts; a label without a place is not drawn."""
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    leaders: list[Row] = []
    sides: dict[str, list[Row]] = {"left": [], "right": []}
    for mark, place, told in zip(anchors, places, lines, strict=True):
        if place is None:
            continue
        if place.leader:
            leaders.append(dict(zip(("x", "y", "x2", "y2"), place.leader, strict=True)))
        box = place.box
        side = "left" if (box.x0 + box.x1) / 2 >= mark.x else "right"
        x = box.x0 + _INSET if side == "left" else box.x1 - _INSET
        sides[side].append({"x": x, "y": box.y0 + 1, "text": "\n".join(told)})
    thin = alt.Chart(data(leaders)).mark_rule(color=_LEADER, strokeWidth=0.7).encode(x2="x2:Q", y2="y2:Q")
    return [thin, *(written(rows, size=size, line=line, align=side) for side, rows in sides.items())]
