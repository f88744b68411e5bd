"""Where labels go so that none lies on another: pure geometry, in pixels.

Greedy, in the order given, over places at growing distance around each mark (Christensen, Marks and Shieber, 1995,
"An empirical study of algorithms for point-feature label placement", call it the greedy baseline; with marks ordered
by weight it is good enough here, and the same marks always give the same places).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_DISTANCES = (3.0, 9.0, 16.0, 26.0, 38.0, 54.0, 74.0, 98.0, 126.0, 160.0, 200.0)
_NEAR = 40.0
_DIRECTIONS = 24
_STEEP = 0.8
_ANGLES = sorted(
    (at * 2 * math.pi / _DIRECTIONS for at in range(_DIRECTIONS)),
    key=lambda angle: (abs(math.sin(angle)) > _STEEP, round(abs(math.sin(angle)), 6), angle),
)
_LEADER_FROM = 9.0
_STEP = 4.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; x0 <= x1, y0 <= y1."""

    x0: float
    y0: float
    x1: float
    y1: float

    def overlaps(self, other: Box) -> bool:
        """Whether they share more than an edge."""
        return self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside or on the edge."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1

    def within(self, other: Box) -> bool:
        """Whether it lies wholly inside the other."""
        return other.x0 <= self.x0 and self.x1 <= other.x1 and other.y0 <= self.y0 and self.y1 <= other.y1


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A mark that wants a label: its centre and radius, and the (width, height) its label may have, best first."""

    x: float
    y: float
    radius: float
    sizes: tuple[tuple[float, float], ...]

    @property
    def box(self) -> Box:
        """The square the mark covers."""
        return Box(self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a label stands.

    Attributes:
        size: which of the anchor's sizes it has.
        leader: a line (x, y, x2, y2) from the mark, where the label stands apart from it.
    """

    box: Box
    size: int
    leader: tuple[float, float, float, float] | None = None


def place_labels(
    anchors: Sequence[Anchor], *, bounds: Box, obstacles: Sequence[Box] = (), reach: float = _DISTANCES[-1]
) -> tuple[Place | None, ...]:
    """A place for each label, in the order of the anchors; None where no free place is within `reach` pixels.

    No label lies on another label, on a mark, on an obstacle, on a leader or outside `bounds`; no leader runs
    through a label or another mark.
    """
    marks = [anchor.box for anchor in anchors]
    leaders: list[Box] = []
    labels: list[Box] = []
    places: list[Place | None] = []
    for at, anchor in enumerate(anchors):
        around = _Around(
            bounds=bounds,
            covered=[*labels, *obstacles, *marks, *leaders],
            in_the_way=[*labels, *marks[:at], *marks[at + 1 :]],
        )
        place = next((p for p in _candidates(anchor, reach) if around.has_room_for(p)), None)
        places.append(place)
        if place:
            labels.append(place.box)
            leaders += boxes_along(place.leader)
    return tuple(places)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What is there already: what a label may not cover, and what its leader may not cross."""

    bounds: Box
    covered: list[Box]
    in_the_way: list[Box]

    def has_room_for(self, place: Place) -> bool:
        box = place.box
        if not box.within(self.bounds) or any(box.overlaps(other) for other in self.covered):
            return False
        return not any(other.holds(x, y) for x, y in _along(place.leader) for other in self.in_the_way)


def boxes_along(line: tuple[float, float, float, float] | None) -> list[Box]:
    """A line (x, y, x2, y2) as small boxes that no label may lie on; none for None."""
    return [Box(x - 1, y - 1, x + 1, y + 1) for x, y in _along(line)]


def _along(leader: tuple[float, float, float, float] | None) -> Iterator[tuple[float, float]]:
    """Points along a leader, a few pixels apart."""
    if leader is None:
        return
    x, y, x2, y2 = leader
    count = max(1, round(math.dist((x, y), (x2, y2)) / _STEP))
    for step in range(count + 1):
        yield x + (x2 - x) * step / count, y + (y2 - y) * step / count


def _candidates(anchor: Anchor, reach: float) -> Iterator[Place]:
    """Places from the nearest outwards, right and left first; a smaller label nearby before a whole one far away."""
    near = [distance for distance in _DISTANCES if distance <= min(reach, _NEAR)]
    far = [distance for distance in _DISTANCES if _NEAR < distance <= reach]
    for distances in (near, far):
        for size in range(len(anchor.sizes)):
            for distance in distances:
                yield from (_beside(anchor, angle, distance, size) for angle in _ANGLES)


def _beside(anchor: Anchor, angle: float, distance: float, size: int) -> Place:
    """The label with its nearest edge at a distance from the mark, in a direction."""
    cosine, sine = math.cos(angle), math.sin(angle)
    width, height = anchor.sizes[size]
    reach = anchor.radius + distance
    x, y = anchor.x + cosine * reach, anchor.y + sine * reach
    x0, y0 = x - width * (1 - cosine) / 2, y - height * (1 - sine) / 2
    box = Box(x0, y0, x0 + width, y0 + height)
    if distance < _LEADER_FROM:
        return Place(box=box, size=size)
    start = anchor.x + cosine * anchor.radius, anchor.y + sine * anchor.radius
    return Place(box=box, size=size, leader=(*start, x - cosine * 1.5, y - sine * 1.5))
