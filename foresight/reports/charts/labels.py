"""Labels beside marks, so that none lies on another: how wide a text is, where it goes, and how it is drawn.

Widths are the advance widths of Helvetica (Adobe Font Metrics; Arial and Liberation Sans have the same), in thousandths
of the type size. Places are found greedily, in the order given, at growing distance around each mark (Christensen,
Marks and Shieber, 1995, "An empirical study of algorithms for point-feature label placement", call it the greedy
baseline; with marks ordered by weight it is good enough here, and the same marks always give the same places).
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from foresight.reports.charts.style import Chart, ChartRow, chart_of, text_layer

_WIDTHS = {
    222: "ijl’‘",
    191: "'",
    278: " !,./:;I[\\]ft·",
    260: "|",
    333: "()-`r“”\u00ad",
    334: "{}",
    355: '"',
    389: "*",
    469: "^",
    500: "Jckvxyszš",
    556: "#$0123456789?L_abdeghnopqu–«»€",
    584: "+<=>~−±×÷",
    611: "FTZß",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "—…",
    1015: "@",
}
_WIDTH_OF = {character: width for width, characters in _WIDTHS.items() for character in characters}
_LATIN_WIDTH = 667
_WIDE_WIDTH = 1000
_BOLD_FACTOR = 1.08
_VOWELS = frozenset("aeiouyäöå")
_LAST_LATIN = "\u04ff"


@cache
def _advance_width(character: str) -> int:
    known = _WIDTH_OF.get(character) or _WIDTH_OF.get(unicodedata.normalize("NFD", character)[0])
    if known:
        return known
    if unicodedata.combining(character):
        return 0
    return _LATIN_WIDTH if character <= _LAST_LATIN else _WIDE_WIDTH


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels a text takes at a type size; never less than the three font families draw, for Latin letters."""
    return sum(map(_advance_width, text)) * size / 1000 * (_BOLD_FACTOR if bold else 1.0)


def shorten_to_width(text: str, size: float, width: float) -> str:
    """The text, cut with an ellipsis where it is wider than `width`; whole words where that costs little."""
    if text_width(text, size) <= width:
        return text
    cut = text
    while cut and text_width(cut + "…", size) > width:
        cut = cut[:-1]
    words, _, rest = cut.rpartition(" ")
    return (words if words and len(rest) < len(cut) / 3 else cut).rstrip(" ,.;:–-") + "…"


def wrap_to_width(text: str, size: float, width: float, *, lines: int = 2) -> list[str]:
    """At most `lines` lines no wider than `width`, the last one cut with an ellipsis; at least one line.

    A word wider than a line is parted between two syllables while there are lines left.
    """
    words, made = text.split(), [""]
    while words:
        longer = f"{made[-1]} {words[0]}".strip()
        if text_width(longer, size) <= width:
            made[-1] = longer
        elif len(made) == lines:
            made[-1] = " ".join([made[-1], *words]).strip()
            break
        elif made[-1]:
            made.append("")
            continue
        else:
            made[-1], rest = _hyphenated(words[0], size, width)
            words[1:1] = [rest] if rest else []
            made += [""] if rest else []
        words.pop(0)
    return [shorten_to_width(line, size, width) for line in made]


def _hyphenated(word: str, size: float, width: float) -> tuple[str, str]:
    """A word in two, before the last consonant and vowel that fit; undivided where nothing fits.

    Finnish syllables begin so; English ones often do.
    """
    for at in range(len(word) - 2, 1, -1):
        starts = word[at].lower() not in _VOWELS and word[at + 1].lower() in _VOWELS
        if starts and text_width(word[:at] + "-", size) <= width:
            return word[:at] + "-", word[at:]
    return word, ""


_DISTANCES = (3.0, 9.0, 16.0, 26.0, 38.0, 54.0, 74.0, 98.0, 126.0, 160.0, 200.0)
_NEAR_DISTANCE = 40.0
_DIRECTION_COUNT = 24
_STEEP_SINE = 0.8
_ANGLES = sorted(
    (at * 2 * math.pi / _DIRECTION_COUNT for at in range(_DIRECTION_COUNT)),
    key=lambda angle: (abs(math.sin(angle)) > _STEEP_SINE, round(abs(math.sin(angle)), 6), angle),
)
_LEADER_FROM = 9.0
_LEADER_STEP = 4.0


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle; x0 <= x1, y0 <= y1."""

    x0: float
    y0: float
    x1: float
    y1: float

    def overlaps(self, other: Rectangle) -> bool:
        """Whether they share more than an edge."""
        return self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside or on the edge."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1

    def within(self, other: Rectangle) -> bool:
        """Whether it lies wholly inside the other."""
        return other.x0 <= self.x0 and self.x1 <= other.x1 and other.y0 <= self.y0 and self.y1 <= other.y1


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelAnchor:
    """A mark that wants a label: its centre and radius, and the (width, height) its label may have, best first."""

    x: float
    y: float
    radius: float
    sizes: tuple[tuple[float, float], ...]

    @property
    def box(self) -> Rectangle:
        """The square the mark covers."""
        return Rectangle(self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelPlace:
    """Where a label stands.

    Attributes:
        size: which of the anchor's sizes it has.
        leader: a line (x, y, x2, y2) from the mark, where the label stands apart from it.
    """

    box: Rectangle
    size: int
    leader: tuple[float, float, float, float] | None = None


def place_labels(
    anchors: Sequence[LabelAnchor],
    *,
    bounds: Rectangle,
    obstacles: Sequence[Rectangle] = (),
    reach: float = _DISTANCES[-1],
) -> tuple[LabelPlace | None, ...]:
    """A place for each label, in the order of the anchors; None where no free place is within `reach` pixels.

    No label lies on another label, on a mark, on an obstacle, on a leader or outside `bounds`; no leader runs
    through a label or another mark.
    """
    marks = [anchor.box for anchor in anchors]
    leaders: list[Rectangle] = []
    labels: list[Rectangle] = []
    places: list[LabelPlace | None] = []
    for at, anchor in enumerate(anchors):
        around = _LabelSurroundings(
            bounds=bounds,
            covered=[*labels, *obstacles, *marks, *leaders],
            in_the_way=[*labels, *marks[:at], *marks[at + 1 :]],
        )
        place = next((p for p in _candidate_places(anchor, reach) if around.has_room_for(p)), None)
        places.append(place)
        if place:
            labels.append(place.box)
            leaders += rectangles_along(place.leader)
    return tuple(places)


@dataclass(frozen=True, slots=True, kw_only=True)
class _LabelSurroundings:
    """What is there already: what a label may not cover, and what its leader may not cross."""

    bounds: Rectangle
    covered: list[Rectangle]
    in_the_way: list[Rectangle]

    def has_room_for(self, place: LabelPlace) -> bool:
        box = place.box
        if not box.within(self.bounds) or any(box.overlaps(other) for other in self.covered):
            return False
        return not any(other.holds(x, y) for x, y in _points_along(place.leader) for other in self.in_the_way)


def rectangles_along(line: tuple[float, float, float, float] | None) -> list[Rectangle]:
    """A line (x, y, x2, y2) as small boxes that no label may lie on; none for None."""
    return [Rectangle(x - 1, y - 1, x + 1, y + 1) for x, y in _points_along(line)]


def _points_along(leader: tuple[float, float, float, float] | None) -> Iterator[tuple[float, float]]:
    """Points along a leader, a few pixels apart."""
    if leader is None:
        return
    x, y, x2, y2 = leader
    count = max(1, round(math.dist((x, y), (x2, y2)) / _LEADER_STEP))
    for step in range(count + 1):
        yield x + (x2 - x) * step / count, y + (y2 - y) * step / count


def _candidate_places(anchor: LabelAnchor, reach: float) -> Iterator[LabelPlace]:
    """Places from the nearest outwards, right and left first; a smaller label nearby before a whole one far away."""
    near = [distance for distance in _DISTANCES if distance <= min(reach, _NEAR_DISTANCE)]
    far = [distance for distance in _DISTANCES if _NEAR_DISTANCE < distance <= reach]
    for distances in (near, far):
        for size in range(len(anchor.sizes)):
            for distance in distances:
                yield from (_place_beside(anchor, angle, distance, size) for angle in _ANGLES)


def _place_beside(anchor: LabelAnchor, angle: float, distance: float, size: int) -> LabelPlace:
    """The label with its nearest edge at a distance from the mark, in a direction."""
    cosine, sine = math.cos(angle), math.sin(angle)
    width, height = anchor.sizes[size]
    reach = anchor.radius + distance
    x, y = anchor.x + cosine * reach, anchor.y + sine * reach
    x0, y0 = x - width * (1 - cosine) / 2, y - height * (1 - sine) / 2
    box = Rectangle(x0, y0, x0 + width, y0 + height)
    if distance < _LEADER_FROM:
        return LabelPlace(box=box, size=size)
    start = anchor.x + cosine * anchor.radius, anchor.y + sine * anchor.radius
    return LabelPlace(box=box, size=size, leader=(*start, x - cosine * 1.5, y - sine * 1.5))


_LEADER_COLOUR = "#9AA5B1"
_LABEL_INSET = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelStyle:
    """How labels are set: type size, distance of lines, widths from a whole label (two lines) to the shortest (one)."""

    size: float
    line: float
    widths: tuple[float, ...]


def label_anchor(x: float, y: float, radius: float, text: str, style: LabelStyle) -> LabelAnchor:
    """A mark that wants this text beside it: on two lines at best, on one shorter line where there is little room."""
    sizes = [
        (max(text_width(line, style.size) for line in lines) + 2 * _LABEL_INSET, style.line * len(lines) + 1)
        for lines in _label_lines(text, style)
    ]
    return LabelAnchor(x=x, y=y, radius=radius + 1, sizes=tuple(sizes))


def _label_lines(text: str, style: LabelStyle) -> list[list[str]]:
    whole, *short = style.widths
    return [
        wrap_to_width(text, style.size, whole),
        *(wrap_to_width(text, style.size, width, lines=1) for width in short),
    ]


def label_layers(
    anchors: Sequence[LabelAnchor], places: Sequence[LabelPlace | None], texts: Sequence[str], style: LabelStyle
) -> list[Chart]:
    """Leaders first, then the texts; a label without a place is not drawn."""
    leaders: list[ChartRow] = []
    sides: dict[str, list[ChartRow]] = {"left": [], "right": []}
    for mark, place, text in zip(anchors, places, texts, strict=True):
        if place is None:
            continue
        if place.leader:
            leaders.append(dict(zip(("x", "y", "x2", "y2"), place.leader, strict=True)))
        box = place.box
        side = "left" if (box.x0 + box.x1) / 2 >= mark.x else "right"
        x = box.x0 + _LABEL_INSET if side == "left" else box.x1 - _LABEL_INSET
        sides[side].append({"x": x, "y": box.y0 + 1, "text": "\n".join(_label_lines(text, style)[place.size])})
    thin = chart_of(leaders).mark_rule(color=_LEADER_COLOUR, strokeWidth=0.7).encode(x2="x2:Q", y2="y2:Q")
    return [thin, *(text_layer(rows, size=style.size, line=style.line, align=side) for side, rows in sides.items())]
