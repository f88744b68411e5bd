"""Labels are placed so that none lies on another."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.reports.charts.labels import (
    LabelAnchor,
    Rectangle,
    place_labels,
    shorten_to_width,
    text_width,
    wrap_to_width,
)

BOUNDS = Rectangle(0, 0, 600, 400)

anchors = st.lists(
    st.builds(
        LabelAnchor,
        x=st.floats(20, 580),
        y=st.floats(20, 380),
        radius=st.floats(2, 10),
        sizes=st.tuples(st.tuples(st.floats(60, 120), st.just(25.0)), st.tuples(st.floats(10, 60), st.just(13.0))),
    ),
    max_size=25,
)


@given(anchors)
@settings(max_examples=40, deadline=None)
def test_no_label_lies_on_a_label_a_mark_or_outside(marks: list[LabelAnchor]) -> None:
    places = [place for place in place_labels(marks, bounds=BOUNDS) if place]
    for at, place in enumerate(places):
        assert place.box.within(BOUNDS)
        assert not any(place.box.overlaps(other.box) for other in places[:at])
        assert not any(place.box.overlaps(mark.box) for mark in marks)


@given(anchors)
@settings(max_examples=10, deadline=None)
def test_the_same_marks_get_the_same_places(marks: list[LabelAnchor]) -> None:
    assert place_labels(marks, bounds=BOUNDS) == place_labels(marks, bounds=BOUNDS)


def test_a_lone_mark_has_its_label_beside_it() -> None:
    (place,) = place_labels([LabelAnchor(x=300, y=200, radius=5, sizes=((80, 13),))], bounds=BOUNDS)
    assert place is not None
    assert place.leader is None
    assert 305 <= place.box.x0 <= 310


def test_a_label_that_must_stand_apart_has_a_leader() -> None:
    wall = Rectangle(280, 180, 320, 220)
    (place,) = place_labels([LabelAnchor(x=300, y=200, radius=5, sizes=((80, 13),))], bounds=BOUNDS, obstacles=[wall])
    assert place is not None
    assert place.leader is not None
    assert not place.box.overlaps(wall)


def test_a_short_label_nearby_comes_before_a_whole_one_far_away() -> None:
    walls = [
        Rectangle(0, 0, 600, 150),
        Rectangle(0, 250, 600, 400),
        Rectangle(0, 150, 290, 250),
        Rectangle(360, 150, 600, 250),
    ]
    mark = LabelAnchor(x=300, y=200, radius=5, sizes=((90, 25), (50, 13)))
    (place,) = place_labels([mark], bounds=BOUNDS, obstacles=walls)
    assert place is not None
    assert place.size == 1


def test_a_label_without_room_has_no_place() -> None:
    everywhere = Rectangle(0, 0, 600, 400)
    marks = [LabelAnchor(x=300, y=200, radius=5, sizes=((80, 13),))]
    assert place_labels(marks, bounds=BOUNDS, obstacles=[everywhere]) == (None,)


@given(st.text(max_size=200), st.floats(20, 300))
def test_a_shortened_text_fits_and_wrapped_lines_too(text: str, width: float) -> None:
    assert text_width(shorten_to_width(text, 10, width), 10) <= width + 1e-6
    lines = wrap_to_width(text, 10, width)
    assert 1 <= len(lines) <= 2
    assert all(text_width(line, 10) <= width + 1e-6 for line in lines)


def test_a_long_word_is_parted_between_syllables() -> None:
    assert wrap_to_width("Meritokraattinen", 10, 50) == ["Meritok-", "raattinen"]


def test_a_text_that_fits_is_left_alone() -> None:
    assert shorten_to_width("Lyhyt", 10, 100) == "Lyhyt"
    assert wrap_to_width("Kaksi sanaa", 10, 200) == ["Kaksi sanaa"]
