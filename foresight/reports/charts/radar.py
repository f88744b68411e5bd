"""The radar: sectors around, rings from near to far, trends as marks with labels that do not lie on each other.

A trend keeps its place within its sector and ring from run to run: the place follows from its id, and only a mark
that would lie on another one gives way.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from foresight.i18n.trend_sentences import stage_name
from foresight.model.trends import Stage
from foresight.reports.charts.labels import (
    LabelAnchor,
    LabelPlace,
    LabelStyle,
    Rectangle,
    label_anchor,
    label_layers,
    place_labels,
    rectangles_along,
    text_width,
    wrap_to_width,
)
from foresight.reports.charts.style import (
    HAIRLINE,
    MUTED,
    PAPER,
    Chart,
    ChartRow,
    alt,
    chart_of,
    empty_chart,
    pixel_axes,
    stage_scales,
    styled,
    text_layer,
    tooltips,
)

_SIDE_MARGIN = 150.0
_TOP_MARGIN = 34.0
_RING_FILLS = ("#E4ECF4", "#EFF4F8", "#F8FAFC")
_LABEL_SIZE = 10.0
_LABEL_LINE = 12.0
_LABEL_STYLE = LabelStyle(size=_LABEL_SIZE, line=_LABEL_LINE, widths=(118.0, 84.0, 50.0))
_SECTOR_SIZE = 12.0
_SMALLEST_RADIUS, _LARGEST_RADIUS = 4.5, 9.0
_POSITION_TRIES = 60
_LEAST_GAP = 5.0
_FULL_TURN = 2 * math.pi


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
class PlacedMark:
    """A mark with its place in pixels and that of its label (None: no room; its tooltip has the title)."""

    mark: RadarMark
    anchor: LabelAnchor
    radius: float
    place: LabelPlace | None
    earlier: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RadarGeometry:
    """The radar's geometry: sectors clockwise from the top, rings from the middle outwards; all in pixels."""

    sectors: tuple[str, ...]
    rings: tuple[str, ...]
    size: float

    @property
    def width(self) -> float:
        """Of the whole drawing, with room for labels at both sides."""
        return self.size + 2 * _SIDE_MARGIN

    @property
    def height(self) -> float:
        """Of the whole drawing."""
        return self.size + 2 * _TOP_MARGIN

    def radius(self, ring: float) -> float:
        """Outer radius of a ring; −1 gives the middle."""
        return self.size / 2 * math.pow(max(0.0, (ring + 1) / len(self.rings)), 0.8)

    def at(self, sector: float, radius: float) -> tuple[float, float]:
        """The point at a sector (its index, plus 0…1 within it) and radius."""
        angle = _FULL_TURN * sector / len(self.sectors) - math.pi / 2
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
    if not sectors or not rings:
        return empty_chart(lang, width=size, height=size)
    geometry = RadarGeometry(sectors=tuple(sectors), rings=tuple(rings), size=float(size))
    spots = place_marks(geometry, marks)
    x, y = pixel_axes(geometry.width, geometry.height)
    anchors, places = [spot.anchor for spot in spots], [spot.place for spot in spots]
    leaders, *labels = label_layers(anchors, places, [spot.mark.title for spot in spots], _LABEL_STYLE)
    layers = [*_background_layers(geometry), *_movement_layers(spots), leaders, _mark_layer(spots, lang), *labels]
    chart = alt.layer(*(layer.encode(x=x, y=y) for layer in layers))
    return styled(chart.properties(width=geometry.width, height=geometry.height), lang)


def place_marks(geometry: RadarGeometry, marks: Sequence[RadarMark]) -> tuple[PlacedMark, ...]:
    """Where each mark and its label stand; heaviest first."""
    known = [m for m in marks if m.sector in geometry.sectors and 0 <= m.ring < len(geometry.rings)]
    ordered = sorted(known, key=lambda mark: (-mark.weight, mark.trend_id))
    stands: list[tuple[float, float, float]] = []
    for mark in ordered:
        stands.append(_mark_position(geometry, mark, stands))
    anchors = [label_anchor(*stand, mark.title, _LABEL_STYLE) for mark, stand in zip(ordered, stands, strict=True)]
    earlier = [_earlier_position(geometry, mark) for mark in ordered]
    obstacles = [box for _, box in _caption_rows(geometry)]
    for start, (x, y, _) in zip(earlier, stands, strict=True):
        obstacles += rectangles_along((*start, x, y)) if start else []
    places = place_labels(anchors, bounds=Rectangle(0, 0, geometry.width, geometry.height), obstacles=obstacles)
    return tuple(
        PlacedMark(mark=mark, anchor=wanted, radius=stand[2], place=place, earlier=start)
        for mark, wanted, stand, place, start in zip(ordered, anchors, stands, places, earlier, strict=True)
    )


def _mark_position(
    geometry: RadarGeometry, mark: RadarMark, others: Sequence[tuple[float, float, float]]
) -> tuple[float, float, float]:
    """The first of the mark's own places that is free, or the one with most room around it."""
    radius = _SMALLEST_RADIUS + (_LARGEST_RADIUS - _SMALLEST_RADIUS) * min(1.0, max(0.0, mark.weight))
    best, room = (0.0, 0.0), -math.inf
    for x, y in _candidate_positions(geometry, mark.trend_id, mark.sector, mark.ring):
        free = min((math.dist((x, y), other[:2]) - other[2] - radius for other in others), default=math.inf)
        if free > room:
            best, room = (x, y), free
        if free >= _LEAST_GAP:
            break
    return *best, radius


def _candidate_positions(
    geometry: RadarGeometry, trend_id: str, sector: str, ring: int
) -> Iterator[tuple[float, float]]:
    """Places of a trend within its field, in an order that follows from its id."""
    digest = hashlib.sha256(trend_id.encode()).digest()
    turn, depth = (int.from_bytes(digest[at : at + 4], "big") / 2**32 for at in (0, 4))
    inner, outer = geometry.radius(ring - 1) + 12, geometry.radius(ring) - 12
    inner = max(inner, outer * 0.3)
    margin = min(0.3, 14 * len(geometry.sectors) / (_FULL_TURN * (inner + outer) / 2))
    for step in range(_POSITION_TRIES):
        # Steps of the plastic number spread evenly over the field (Roberts, 2018, "quasirandom sequences").
        across, along = (turn + step * 0.7548776662466927) % 1, (depth + step * 0.5698402909980532) % 1
        reach = math.sqrt(inner**2 + along * (outer**2 - inner**2))
        yield geometry.at(geometry.sectors.index(sector) + margin + across * (1 - 2 * margin), reach)


def _earlier_position(geometry: RadarGeometry, mark: RadarMark) -> tuple[float, float] | None:
    if mark.earlier is None or mark.earlier == (mark.sector, mark.ring):
        return None
    sector, ring = mark.earlier
    if sector not in geometry.sectors or not 0 <= ring < len(geometry.rings):
        return None
    return next(_candidate_positions(geometry, mark.trend_id, sector, ring))


def _caption_rows(geometry: RadarGeometry) -> list[tuple[ChartRow, Rectangle]]:
    """Names of sectors (outside, in the middle of each) and rings (on the upper spoke), with their boxes."""
    found = []
    for at, name in enumerate(geometry.sectors):
        x, y = geometry.at(at + 0.5, geometry.size / 2 + 16)
        if len(geometry.sectors) == 1:
            x, y = geometry.width / 2, geometry.height - 12
        found.append(
            _caption("\n".join(wrap_to_width(name, _SECTOR_SIZE, _SIDE_MARGIN - 24)), x, y, geometry, is_sector=True)
        )
    for at, name in enumerate(geometry.rings):
        x, y = geometry.at(0, geometry.radius(at) - 9)
        found.append(_caption(name, x, y, geometry, is_sector=False))
    return found


def _caption(text: str, x: float, y: float, geometry: RadarGeometry, *, is_sector: bool) -> tuple[ChartRow, Rectangle]:
    """A caption centred at a point, moved inside the drawing where it would stick out."""
    size = _SECTOR_SIZE if is_sector else _LABEL_SIZE
    lines = text.split("\n")
    half = max(text_width(line, size, bold=is_sector) for line in lines) / 2 + 4
    if is_sector:
        x += half * max(-1.0, min(1.0, (x - geometry.width / 2) / (geometry.size / 2)))
    x = min(max(x, half), geometry.width - half)
    tall = len(lines) * (size + 2) / 2 + 2
    y = min(max(y, tall), geometry.height - tall)
    row = {"x": x, "y": y - tall + 2, "text": text, "sector": is_sector}
    return row, Rectangle(x - half, y - tall, x + half, y + tall)


def _background_layers(geometry: RadarGeometry) -> list[Chart]:
    """Rings as discs, largest first, spokes, captions."""
    middle = {"x": geometry.width / 2, "y": geometry.height / 2}
    discs = [
        chart_of([middle]).mark_point(
            shape="circle",
            size=(2 * geometry.radius(ring)) ** 2,
            fill=_RING_FILLS[min(ring * len(_RING_FILLS) // len(geometry.rings), len(_RING_FILLS) - 1)],
            stroke=HAIRLINE,
            strokeWidth=1,
            opacity=1,
        )
        for ring in reversed(range(len(geometry.rings)))
    ]
    edges = (
        [geometry.at(at, geometry.size / 2) for at in range(len(geometry.sectors))] if len(geometry.sectors) > 1 else []
    )
    spokes = chart_of([{**middle, "x2": x, "y2": y} for x, y in edges]).mark_rule(color=HAIRLINE)
    captions = [row for row, _ in _caption_rows(geometry)]
    sectors, rings = ([row for row in captions if row["sector"] is wanted] for wanted in (True, False))
    heads = text_layer(sectors, size=_SECTOR_SIZE, line=_SECTOR_SIZE + 2, align="center", fontWeight="bold")
    names = text_layer(rings, size=_LABEL_SIZE, align="center", color=MUTED), heads
    return [*discs, spokes.encode(x2="x2:Q", y2="y2:Q"), *names]


def _movement_layers(spots: Sequence[PlacedMark]) -> list[Chart]:
    """An arrow from where a trend stood to the edge of its mark."""
    rows = []
    for spot in spots:
        if spot.earlier and (length := math.dist(spot.earlier, (spot.anchor.x, spot.anchor.y))) > spot.radius + 6:
            part = (length - spot.radius - 5) / length
            x, y = (a + (b - a) * part for a, b in zip(spot.earlier, (spot.anchor.x, spot.anchor.y), strict=True))
            turn = math.degrees(math.atan2(spot.anchor.y - spot.earlier[1], spot.anchor.x - spot.earlier[0])) + 90
            rows.append({"x": x, "y": y, "x2": spot.earlier[0], "y2": spot.earlier[1], "turn": turn % 360})
    lines = chart_of(rows).mark_rule(color=MUTED, strokeWidth=1.2, opacity=0.8)
    heads = chart_of(rows).mark_point(shape="triangle", filled=True, size=38, color=MUTED, opacity=1)
    angle = alt.Angle("turn:Q", scale=alt.Scale(domain=[0, 360], range=[0, 360]))
    starts = chart_of([{"x": row["x2"], "y": row["y2"]} for row in rows]).mark_point(
        shape="circle", size=26, fill=PAPER, stroke=MUTED, strokeWidth=1, opacity=1
    )
    return [lines.encode(x2="x2:Q", y2="y2:Q"), starts, heads.encode(angle=angle)]


def _mark_layer(spots: Sequence[PlacedMark], lang: str) -> Chart:
    """The marks, clickable."""
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
        chart_of(rows)
        .mark_point(filled=True, stroke=PAPER, strokeWidth=1, cursor="pointer")
        .encode(
            color=alt.Color("stage:N", scale=colours, legend=legend),
            shape=alt.Shape("stage:N", scale=shapes, legend=legend),
            size=alt.Size("size:Q", scale=None, legend=None),
            opacity=alt.condition(chosen, alt.value(1.0), alt.value(0.35)),
            tooltip=tooltips([("title", "trend"), ("stage", "stage")], lang),
        )
        .add_params(chosen)
    )
