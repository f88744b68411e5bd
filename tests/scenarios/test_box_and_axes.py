"""The morphological box and two crossed axes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_cases import SOMEWHERELAND

from foresight.scenarios.morphological_box import (
    ImpossiblePair,
    configuration_count,
    pair_count,
    possible_configurations,
    possible_values,
)
from foresight.scenarios.scenario_axes import RatedDriver, axes_corners, rank_axis_pairs

# Values X0–X2, Y0–Y2, Z0–Z1.
EXCLUDED = (
    ImpossiblePair(one=(0, 0), other=(1, 2)),
    ImpossiblePair(one=(0, 1), other=(2, 0)),
    ImpossiblePair(one=(1, 0), other=(2, 1)),
    ImpossiblePair(one=(0, 2), other=(1, 1)),
)


def test_the_size_of_somewhereland_as_a_box() -> None:
    assert configuration_count(SOMEWHERELAND.sizes) == 486
    assert pair_count(SOMEWHERELAND.sizes) == 120


def test_eight_of_eighteen_survive() -> None:
    box = possible_configurations((3, 3, 2), EXCLUDED)
    left = ["".join(map(str, states)) for states in box.survivors]
    assert left == ["000", "010", "011", "111", "121", "200", "220", "221"]
    assert (box.configurations, box.is_complete) == (18, True)


def test_a_fixed_value_greys_out_what_cannot_stand_with_it() -> None:
    box = possible_configurations((3, 3, 2), EXCLUDED, fixed=[(0, 1)])
    assert box.survivors == ((1, 1, 1), (1, 2, 1))
    assert possible_values((3, 3, 2), box) == ((False, True, False), (False, True, True), (False, True))


def test_a_box_with_too_many_survivors_says_so() -> None:
    box = possible_configurations((3, 3, 2), (), limit=5)
    assert (len(box.survivors), box.is_complete) == (5, False)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 3), min_size=2, max_size=4).flatmap(
        lambda sizes: st.tuples(
            st.just(tuple(sizes)),
            st.lists(
                st.sampled_from(
                    [
                        ImpossiblePair(one=(i, a), other=(j, b))
                        for i, j in itertools.combinations(range(len(sizes)), 2)
                        for a in range(sizes[i])
                        for b in range(sizes[j])
                    ]
                ),
                max_size=6,
            ),
        )
    )
)
def test_survivors_are_what_brute_force_leaves(drawn: tuple[tuple[int, ...], list[ImpossiblePair]]) -> None:
    sizes, excluded = drawn
    every = itertools.product(*(range(size) for size in sizes))
    left = [
        states
        for states in every
        if not any(states[p.one[0]] == p.one[1] and states[p.other[0]] == p.other[1] for p in excluded)
    ]
    assert list(possible_configurations(sizes, excluded).survivors) == left


def driver(name: str, impact: float, uncertainty: float) -> RatedDriver:
    return RatedDriver(id=name, impacts=(impact,), uncertainties=(uncertainty,))


FIVE = [driver("a", 5, 5), driver("b", 5, 4), driver("c", 4, 4), driver("d", 5, 2), driver("e", 2, 5)]


def test_five_drivers_make_ten_matrices_and_forty_stories() -> None:
    assert len(rank_axis_pairs(FIVE)) == 10
    assert len(rank_axis_pairs(FIVE)) * 4 == 2 * 5 * 4


def test_axes_that_move_together_come_last_however_strong() -> None:
    ranked = rank_axis_pairs(FIVE, correlations=[("b", "a", -0.8)])
    assert (ranked[0].one, ranked[0].other, ranked[0].score) == ("a", "c", 41)
    assert (ranked[-1].one, ranked[-1].other, ranked[-1].is_admissible) == ("a", "b", False)


def test_important_and_certain_belongs_in_every_scenario() -> None:
    assert [d.id for d in FIVE if d.is_predetermined] == ["d"]
    assert [d.id for d in FIVE if d.is_critical] == ["a", "b", "c"]


def test_corners_of_government_and_economy() -> None:
    found = axes_corners(SOMEWHERELAND, (0, (0, 2)), (2, (1, 2)))
    counted = {(corner.one[1], corner.other[1]): corner.completions for corner in found}
    assert counted == {(0, 1): 3, (2, 1): 2, (2, 2): 2, (0, 2): 0}
    assert [corner.is_coherent for corner in found] == [True, False, True, True]


def test_a_corner_is_not_called_incoherent_when_time_ran_out() -> None:
    ticks = itertools.count()
    found = axes_corners(SOMEWHERELAND, (0, (0, 2)), (2, (1, 2)), budget_seconds=1, clock=lambda: float(next(ticks)))
    assert all(corner.is_coherent for corner in found)


def test_a_value_is_not_called_closed_because_the_box_was_too_big_to_list() -> None:
    sizes = (2,) * 20
    excluded = [ImpossiblePair(one=(0, 1), other=(place, value)) for place, value in ((3, 0), (3, 1))]
    box = possible_configurations(sizes, excluded, limit=100)
    assert not box.is_complete
    told = possible_values(sizes, box, excluded)
    assert [(place, value) for place in range(20) for value in range(2) if not told[place][value]] == [(0, 1)]
    given = possible_values(
        sizes, possible_configurations(sizes, excluded, fixed=[(7, 1)], limit=100), excluded, fixed=[(7, 1)]
    )
    assert given[7] == (False, True)


@pytest.mark.parametrize("count", range(2, 8))
def test_k_drivers_make_every_pair_once(count: int) -> None:
    drivers = [driver(str(n), 3, 3) for n in range(count)]
    assert len({(pair.one, pair.other) for pair in rank_axis_pairs(drivers)}) == count * (count - 1) // 2
