"""Succession drifts to the published resting points, with the tie rule said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_cases import SOMEWHERELAND, TOTAL_IMPACT, code, matrices, states

from foresight.model.scenarios import ImpactMatrix
from foresight.scenarios.cross_impact import evaluate_scenario, impact_scores, solve
from foresight.scenarios.structural_analysis import (
    SuccessionRule,
    attractor_landscape,
    path_to_attractor,
    succession_step,
)

GLOBAL = {
    "A1B3C2D1E1F3": 178,
    "A1B3C1D2E3F3": 127,
    "A1B3C2D1E1F2": 55,
    "A1B2C2D1E1F2": 35,
    "A2B1C3D2E2F1": 28,
    "A3B1C3D2E1F1": 24,
    "A2B2C3D2E2F1": 19,
    "A3B2C3D2E1F1": 14,
    "A3B1C2D1E1F2": 3,
    "A3B2C2D1E1F2": 3,
}


def test_global_basins() -> None:
    found = attractor_landscape(SOMEWHERELAND)
    assert {code(attractor.cycle[0]): attractor.basin for attractor in found.attractors} == GLOBAL
    assert all(len(attractor.cycle) == 1 for attractor in found.attractors)
    assert found.is_complete
    assert sum(attractor.weight for attractor in found.attractors) == pytest.approx(1)


def test_local_basins() -> None:
    found = attractor_landscape(SOMEWHERELAND, rule=SuccessionRule.LOCAL)
    assert [attractor.basin for attractor in found.attractors] == [145, 99, 69, 49, 40, 31, 28, 21, 2, 2]
    assert code(found.attractors[0].cycle[0]) == "A1B3C1D2E3F3"


def test_the_trap_of_always_taking_the_first_best_is_avoided() -> None:
    """Without "stay where it ties", all 486 starts run into one attractor: half the scenarios would vanish."""

    def first_best(chosen: tuple[int, ...]) -> tuple[int, ...]:
        scores = impact_scores(SOMEWHERELAND, chosen)
        parts = zip(SOMEWHERELAND.starts, SOMEWHERELAND.sizes, strict=True)
        return tuple(int(scores[start : start + size].argmax()) for start, size in parts)

    ends = set()
    for start in np.ndindex(*SOMEWHERELAND.sizes):
        seen, here = [], tuple(start)
        while here not in seen:
            seen.append(here)
            here = first_best(here)
        ends.add(frozenset(seen[seen.index(here) :]))
    assert len(ends) == 1
    assert len(attractor_landscape(SOMEWHERELAND).attractors) == 10


def test_the_way_ends_where_nothing_moves() -> None:
    way = path_to_attractor(SOMEWHERELAND, states("A2B1C3D1E1F1"))
    assert way[0] == states("A2B1C3D1E1F1")
    assert code(way[-1]) in TOTAL_IMPACT
    assert succession_step(SOMEWHERELAND, way[-1]) == way[-1]


def test_a_circle_is_reported_as_one() -> None:
    pennies = ImpactMatrix(sizes=(2, 2), values=np.array([[0, 0, 1, -1], [0, 0, -1, 1], [-1, 1, 0, 0], [1, -1, 0, 0]]))
    (only,) = attractor_landscape(pennies).attractors
    assert only.cycle == ((0, 0), (1, 0), (1, 1), (0, 1))
    assert only.basin == 4


def test_too_many_starts_are_drawn_and_it_says_so() -> None:
    drawn = attractor_landscape(SOMEWHERELAND, most_starts=100, seed=1)
    assert (drawn.is_complete, drawn.starts) == (False, 100)
    assert sum(attractor.basin for attractor in drawn.attractors) == 100
    assert attractor_landscape(SOMEWHERELAND, most_starts=100, seed=1) == drawn


@settings(max_examples=30, deadline=None)
@given(matrices(), st.sampled_from(SuccessionRule))
def test_resting_points_are_exactly_the_consistent_scenarios(matrix: ImpactMatrix, rule: SuccessionRule) -> None:
    resting = {
        attractor.cycle[0]
        for attractor in attractor_landscape(matrix, rule=rule).attractors
        if len(attractor.cycle) == 1
    }
    assert resting == {solution.states for solution in solve(matrix).solutions}
    assert all(evaluate_scenario(matrix, chosen).inconsistency == 0 for chosen in resting)
