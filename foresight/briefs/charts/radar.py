"""The radar: sectors around, rings from near to far, trends as marks with labels that do not lie on each other.

A trend keeps its place within its sector and ring from run to run: the place follows from its id, and only a mark
that would lie on another one gives way.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from foresight.briefs.charts.grammar import (
    HAIRLINE,
    MUTED,
    PAPER,
    Chart,
    Row,
    data,
    finished,
    nothing,
    pixels,
    stage_scales,
    tips,
    written,
)
from foresight.briefs.charts.labels import Style, anchor, label_layers
from foresight.briefs.charts.lettering import text_width, wrap
from foresight.briefs.charts.placing import Anchor, Box, Place, boxes_along, place_labels
from foresight.records import Stage
from foresight.text.stages import stage_name

_SIDE = 150.0
_TOP = 34.0
_RING_FILLS = ("#E4ECF4", "#EFF4F8", "#F8FAFC")
_LABEL_SIZE = 10.0
_LABEL_LINE = 12.0
_STYLE = Style(size=_LABEL_SIZE, line=_LABEL_LINE, widths=(118.0, 84.0, 50.0))
_SECTOR_SIZE = 12.0
_SMALLEST, _LARGEST = 4.5, 9.0
_TRIES = 60
_GAP = 5.0
_TURN = 2 * math.pi


@dataclass(frozen=True, slots=True, kw_only=True)
class RadarMark:
    """A trend on the radar.

    Attributes:
        sector: one of the radar's sectors; a mark of another sector is not drawn.
        ring: 0 is the innermost.
        weight: 0 (small mark) to 1 (big mark), e.g. rated impact or share.
        earlier: (sector, ring) it stood in before, None where it has not moved.
    """

    trend_id: str
    title: str
    sector: str
    ring: int
    stage: Stage
    weight: float = 0.5
    earlier: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A mark with its place in pixels and that of its label (None: no room; the tip tells)."""

    mark: RadarMark
    anchor: Anchor
    radius: float
    place: Place | None
    earlier: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """The radar's geometry: sectors clockwise from the top, rings from the middle outwards; all in pixels."""

    sectors: tuple[str, ...]
    rings: tuple[str, ...]
    size: float

    @property
    def width(self) -> float:
        """Of the whole drawing, with room for labels at both sides."""
        return self.size + 2 * _SIDE

    @property
    def height(self) -> float:
        """Of the whole drawing."""
        return self.size + 2 * _TOP

    def radius(self, ring: float) -> float:
        """Outer radius of a ring; −1 gives the middle."""
        return self.size / 2 * math.pow(max(0.0, (ring + 1) / len(self.rings)), 0.8)

    def at(self, sector: float, radius: float) -> tuple[float, float]:
        """The point at a sector (its index, plus 0…1 within it) and radius."""
        angle = _TURN * sector / len(self.sectors) - math.pi / 2
        return self.width / 2 + math.cos(angle) * radius, self.height / 2 + math.sin(angle) * radius


def radar(
    marks: Sequence[RadarMark], *, sectors: Sequence[str], rings: Sequence[str], lang: str, size: int = 560
) -> Chart:
    """Trends by sector and ring, with arrows from where they stood before.

    The chart has a point selection named "trend" over the field `trend_id`. It must keep its own width, or its
    circles become ellipses.

    Args:
        marks: trends; the heaviest get the best places for their labels.
        sectors: names, clockwise from the top; at least one.
        rings: names, innermost first; at least one.
        lang: "fi" or "en".
        size: diameter of the outermost ring, in pixels.
    """
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    if not sectors or not rings:
        return nothing(lang, width=size, height=size)
    dial = Dial(sectors=tuple(sectors), rings=tuple(rings), size=float(size))
    spots = spots_on(dial, marks)
    x, y = pixels(dial.width, dial.height)
    anchors, places = [spot.anchor for spot in spots], [spot.place for spot in spots]
    leaders, *labels = label_layers(anchors, places, [spot.mark.title for spot in spots], _STYLE)
    layers = [*_ground(dial), *_movements(spots), leaders, _marks(spots, lang), *labels]
    chart = alt.layer(*(layer.encode(x=x, y=y) for layer in layers))
    return finished(chart.properties(width=dial.width, height=dial.height), lang)


def spots_on(dial: Dial, marks: Sequence[RadarMark]) -> tuple[Spot, ...]:
    """Where each mark and its label stand; heaviest first."""
    known = [m for m in marks if m.sector in dial.sectors and 0 <= m.ring < len(dial.rings)]
    ordered = sorted(known, key=lambda mark: (-mark.weight, mark.trend_id))
    stands: list[tuple[float, float, float]] = []
    for mark in ordered:
        stands.append(_stand(dial, mark, stands))
    anchors = [anchor(*stand, mark.title, _STYLE) for mark, stand in zip(ordered, stands, strict=True)]
    earlier = [_earlier(dial, mark) for mark in ordered]
    obstacles = [box for _, box in _captions(dial)]
    for start, (x, y, _) in zip(earlier, stands, strict=True):
        obstacles += boxes_along((*start, x, y)) if start else []
    places = place_labels(anchors, bounds=Box(0, 0, dial.width, dial.height), obstacles=obstacles)
    return tuple(
        Spot(mark=mark, anchor=wanted, radius=stand[2], place=place, earlier=start)
        for mark, wanted, stand, place, start in zip(ordered, anchors, stands, places, earlier, strict=True)
    )


def _stand(dial: Dial, mark: RadarMark, others: Sequence[tuple[float, float, float]]) -> tuple[float, float, float]:
    """The first of the mark's own places that is free, or the one with most room around it."""
    radius = _SMALLEST + (_LARGEST - _SMALLEST) * min(1.0, max(0.0, mark.weight))
    best, room = (0.0, 0.0), -math.inf
    for x, y in _own_places(dial, mark.trend_id, mark.sector, mark.ring):
        free = min((math.dist((x, y), other[:2]) - other[2] - radius for other in others), default=math.inf)
        if free > room:
            best, room = (x, y), free
        if free >= _GAP:
            break
    return *best, radius


def _own_places(dial: Dial, trend_id: str, sector: str, ring: int) -> Iterator[tuple[float, float]]:
    """Places of a trend within its field, in an order that follows from its id."""
    digest = hashlib.sha256(trend_id.encode()).digest()
    turn, depth = (int.from_bytes(digest[at : at + 4], "big") / 2**32 for at in (0, 4))
    inner, outer = dial.radius(ring - 1) + 12, dial.radius(ring) - 12
    inner = max(inner, outer * 0.3)
    margin = min(0.3, 14 * len(dial.sectors) / (_TURN * (inner + outer) / 2))
    for step in range(_TRIES):
        # Steps of the plastic number spread evenly over the field (Roberts, 2018, "quasirandom sequences").
        across, along = (turn + step * 0.7548776662466927) % 1, (depth + step * 0.5698402909980532) % 1
        reach = math.sqrt(inner**2 + along * (outer**2 - inner**2))
        yield dial.at(dial.sectors.index(sector) + margin + across * (1 - 2 * margin), reach)


def _earlier(dial: Dial, mark: RadarMark) -> tuple[float, float] | None:
    if mark.earlier is None or mark.earlier == (mark.sector, mark.ring):
        return None
    sector, ring = mark.earlier
    if sector not in dial.sectors or not 0 <= ring < len(dial.rings):
        return None
    return next(_own_places(dial, mark.trend_id, sector, ring))


def _captions(dial: Dial) -> list[tuple[Row, Box]]:
    """Names of sectors (outside, in the middle of each) and rings (on the upper spoke), with their boxes."""
    found = []
    for at, name in enumerate(dial.sectors):
        x, y = dial.at(at + 0.5, dial.size / 2 + 16)
        if len(dial.sectors) == 1:
            x, y = dial.width / 2, dial.height - 12
        found.append(_caption("\n".join(wrap(name, _SECTOR_SIZE, _SIDE - 24)), x, y, dial, is_sector=True))
    for at, name in enumerate(dial.rings):
        x, y = dial.at(0, dial.radius(at) - 9)
        found.append(_caption(name, x, y, dial, is_sector=False))
    return found


def _caption(text: str, x: float, y: float, dial: Dial, *, is_sector: bool) -> tuple[Row, Box]:
    """A caption centred at a point, moved inside the drawing where it would stick out."""
    size = _SECTOR_SIZE if is_sector else _LABEL_SIZE
    lines = text.split("\n")
    half = max(text_width(line, size, bold=is_sector) for line in lines) / 2 + 4
    if is_sector:
        x += half * max(-1.0, min(1.0, (x - dial.width / 2) / (dial.size / 2)))
    x = min(max(x, half), dial.width - half)
    tall = len(lines) * (size + 2) / 2 + 2
    y = min(max(y, tall), dial.height - tall)
    row = {"x": x, "y": y - tall + 2, "text": text, "sector": is_sector}
    return row, Box(x - half, y - tall, x + half, y + tall)


def _ground(dial: Dial) -> list[Chart]:
    """Rings as discs, largest first, spokes, captions."""
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    middle = {"x": dial.width / 2, "y": dial.height / 2}
    discs = [
        alt.Chart(data([middle])).mark_point(
            shape="circle",
            size=(2 * dial.radius(ring)) ** 2,
            fill=_RING_FILLS[min(ring * len(_RING_FILLS) // len(dial.rings), len(_RING_FILLS) - 1)],
            stroke=HAIRLINE,
            strokeWidth=1,
            opacity=1,
        )
        for ring in reversed(range(len(dial.rings)))
    ]
    edges = [dial.at(at, dial.size / 2) for at in range(len(dial.sectors))] if len(dial.sectors) > 1 else []
    spokes = alt.Chart(data([{**middle, "x2": x, "y2": y} for x, y in edges])).mark_rule(color=HAIRLINE)
    captions = [row for row, _ in _captions(dial)]
    sectors, rings = ([row for row in captions if row["sector"] is wanted] for wanted in (True, False))
    heads = written(sectors, size=_SECTOR_SIZE, line=_SECTOR_SIZE + 2, align="center", fontWeight="bold")
    names = written(rings, size=_LABEL_SIZE, align="center", color=MUTED), heads
    return [*discs, spokes.encode(x2="x2:Q", y2="y2:Q"), *names]


def _movements(spots: Sequence[Spot]) -> list[Chart]:
    """An arrow from where a trend stood to the edge of its mark."""
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    rows = []
    for spot in spots:
        if spot.earlier and (length := math.dist(spot.earlier, (spot.anchor.x, spot.anchor.y))) > spot.radius + 6:
            part = (length - spot.radius - 5) / length
            x, y = (a + (b - a) * part for a, b in zip(spot.earlier, (spot.anchor.x, spot.anchor.y), strict=True))
            turn = math.degrees(math.atan2(spot.anchor.y - spot.earlier[1], spot.anchor.x - spot.earlier[0])) + 90
            rows.append({"x": x, "y": y, "x2": spot.earlier[0], "y2": spot.earlier[1], "turn": turn % 360})
    lines = alt.Chart(data(rows)).mark_rule(color=MUTED, strokeWidth=1.2, opacity=0.8)
    heads = alt.Chart(data(rows)).mark_point(shape="triangle", filled=True, size=38, color=MUTED, opacity=1)
    angle = alt.Angle("turn:Q", scale=alt.Scale(domain=[0, 360], range=[0, 360]))
    starts = alt.Chart(data([{"x": row["x2"], "y": row["y2"]} for row in rows])).mark_point(
        shape="circle", size=26, fill=PAPER, stroke=MUTED, strokeWidth=1, opacity=1
    )
    return [lines.encode(x2="x2:Q", y2="y2:Q"), starts, heads.encode(angle=angle)]


def _marks(spots: Sequence[Spot], lang: str) -> Chart:
    """The marks, clickable."""
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    rows = [
        {
            "trend_id": spot.mark.trend_id,
            "title": spot.mark.title,
            "stage": stage_name(spot.mark.stage, lang),
            "x": spot.anchor.x,
            "y": spot.anchor.y,
            # A Vega symbol of size s fills a square of side √s.
            "size": (2 * spot.radius) ** 2,
        }
        for spot in spots
    ]
    colours, shapes = stage_scales([spot.mark.stage for spot in spots], lang)
    chosen = alt.selection_point(name="trend", fields=["trend_id"], on="click", empty=True)
    legend = alt.Legend(title=None) if rows else None
    return (
        alt.Chart(data(rows))
        .mark_point(filled=True, stroke=PAPER, strokeWidth=1, cursor="pointer")
        .encode(
            color=alt.Color("stage:N", scale=colours, legend=legend),
            shape=alt.Shape("stage:N", scale=shapes, legend=legend),
            size=alt.Size("size:Q", scale=None, legend=None),
            opacity=alt.condition(chosen, alt.value(1.0), alt.value(0.35)),
            tooltip=tips([("title", "trend"), ("stage", "stage")], lang),
        )
        .add_params(chosen)
    )
