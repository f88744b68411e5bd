"""The search finds every consistent scenario and nothing else, or says that it did not finish."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_cases import SOMEWHERELAND, TOTAL_IMPACT, code, hollow, matrices, random_matrix, states

from foresight.model.scenarios import ImpactMatrix
from foresight.scenarios.cross_impact import evaluate_scenario, solve, solve_nearest

Chosen = tuple[int, ...]


def found(matrix: ImpactMatrix, **options: object) -> set[Chosen]:
    result = solve(matrix, **options)  # type: ignore[arg-type]
    assert result.is_complete
    return {solution.states for solution in result.solutions}


def by_brute_force(matrix: ImpactMatrix, *, threshold: int = 0, forced: dict[int, int] | None = None) -> set[Chosen]:
    given_states = forced or {}
    every = itertools.product(*(range(size) for size in matrix.sizes))
    return {
        chosen
        for chosen in every
        if all(chosen[factor] == state for factor, state in given_states.items())
        and evaluate_scenario(matrix, chosen, forced=given_states).inconsistency <= threshold
    }


def by_constraint_solver(matrix: ImpactMatrix) -> set[Chosen]:
    """The same question asked of OR-tools, which shares no line with our search."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - a second solver, loaded where it judges

    model = cp_model.CpModel()
    picks = [[model.new_bool_var(f"{j}.{state}") for state in range(size)] for j, size in enumerate(matrix.sizes)]
    flat = [pick for factor in picks for pick in factor]
    for j, (start, size) in enumerate(zip(matrix.starts, matrix.sizes, strict=True)):
        model.add_exactly_one(picks[j])
        for own, other in itertools.permutations(range(size), 2):
            lead = matrix.values[:, start + own] - matrix.values[:, start + other]
            model.add(sum(int(a) * x for a, x in zip(lead, flat, strict=True)) >= 0).only_enforce_if(picks[j][own])

    class Collector(cp_model.CpSolverSolutionCallback):
        def __init__(self) -> None:
            super().__init__()
            self.seen: set[Chosen] = set()

        def on_solution_callback(self) -> None:
            self.seen.add(tuple(next(s for s, x in enumerate(factor) if self.boolean_value(x)) for factor in picks))

    solver = cp_model.CpSolver()
    solver.parameters.enumerate_all_solutions = True
    solver.parameters.num_workers = 1
    collector = Collector()
    solver.solve(model, collector)
    return collector.seen


def test_the_ten_published_scenarios_and_no_other() -> None:
    assert {code(chosen) for chosen in found(SOMEWHERELAND)} == set(TOTAL_IMPACT)


@pytest.mark.parametrize(("threshold", "count"), list(enumerate([10, 15, 32, 59, 87, 125])))
def test_near_consistent_scenarios_by_threshold(threshold: int, count: int) -> None:
    assert len(found(SOMEWHERELAND, threshold=threshold)) == count


@pytest.mark.parametrize(
    ("supposed", "count"), [("A1", 5), ("A2", 2), ("A3", 5), ("B3", 3), ("C3", 8), ("D1", 6), ("E1", 10)]
)
def test_what_if_one_state_is_forced(supposed: str, count: int) -> None:
    forced = [("ABCDEF".index(supposed[0]), int(supposed[1]) - 1)]
    assert len(found(SOMEWHERELAND, forced=forced)) == count


def test_the_strongest_scenario_comes_first_and_the_order_is_always_the_same() -> None:
    first = solve(SOMEWHERELAND).solutions
    assert first[0].states == states("A1B3C1D2E3F3")
    assert [s.total_impact for s in first] == sorted((s.total_impact for s in first), reverse=True)
    assert solve(SOMEWHERELAND).solutions == first


@pytest.mark.parametrize("seed", range(30))
def test_a_second_solver_agrees(seed: int) -> None:
    matrix = random_matrix(seed)
    assert found(matrix) == by_constraint_solver(matrix)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1_000, 1_200))
def test_a_second_solver_agrees_on_many(seed: int) -> None:
    chance = np.random.default_rng(seed)
    factors = 3 + seed % 10
    sizes = tuple(chance.integers(2, 5, size=factors).tolist())
    # with few judgements between many factors thousands of ties hold, which a solver lists one by one
    matrix = random_matrix(seed, sizes=sizes, density=float(chance.uniform(0.2 if factors < 8 else 0.5, 1)))
    assert found(matrix) == by_constraint_solver(matrix)


@settings(max_examples=80, deadline=None)
@given(matrices(), st.integers(0, 4), st.booleans())
def test_the_search_equals_brute_force(matrix: ImpactMatrix, threshold: int, force: bool) -> None:  # noqa: FBT001 - drawn
    forced = {0: 1} if force else {}
    assert found(matrix, threshold=threshold, forced=tuple(forced.items())) == by_brute_force(
        matrix, threshold=threshold, forced=forced
    )


@settings(max_examples=40, deadline=None)
@given(matrices(), st.integers(-4, 4), st.data())
def test_adding_a_constant_to_a_group_changes_no_scenario(
    matrix: ImpactMatrix, constant: int, data: st.DataObject
) -> None:
    source, target = data.draw(st.sampled_from(list(itertools.permutations(range(len(matrix.sizes)), 2))))
    values = matrix.values.copy()
    row = matrix.starts[source]
    values[row, matrix.starts[target] : matrix.starts[target] + matrix.sizes[target]] += constant
    assert found(ImpactMatrix(sizes=matrix.sizes, values=values)) == found(matrix)


@settings(max_examples=40, deadline=None)
@given(matrices(), st.integers(1, 5), st.data())
def test_stretching_all_judgements_on_one_factor_changes_no_scenario(
    matrix: ImpactMatrix, stretch: int, data: st.DataObject
) -> None:
    target = data.draw(st.integers(0, len(matrix.sizes) - 1))
    values = matrix.values.copy()
    values[:, matrix.starts[target] : matrix.starts[target] + matrix.sizes[target]] *= stretch
    assert found(ImpactMatrix(sizes=matrix.sizes, values=values)) == found(matrix)


@settings(max_examples=40, deadline=None)
@given(matrices(), st.data())
def test_forcing_adds_no_scenario_that_is_inconsistent_elsewhere(matrix: ImpactMatrix, data: st.DataObject) -> None:
    factor = data.draw(st.integers(0, len(matrix.sizes) - 1))
    state = data.draw(st.integers(0, matrix.sizes[factor] - 1))
    forced = solve(matrix, forced=[(factor, state)]).solutions
    for solution in forced:
        assert evaluate_scenario(matrix, solution.states, forced=[factor]).inconsistency == 0
    free = {chosen for chosen in found(matrix) if chosen[factor] == state}
    assert free <= {solution.states for solution in forced}


@settings(max_examples=30, deadline=None)
@given(matrices())
def test_a_larger_threshold_only_adds(matrix: ImpactMatrix) -> None:
    assert found(matrix) <= found(matrix, threshold=1) <= found(matrix, threshold=3)


def stopwatch(step: float) -> Iterator[float]:
    return itertools.count(0.0, step)


def test_out_of_time_it_says_so_and_keeps_what_it_found() -> None:
    ticks = stopwatch(1.0)
    result = solve(random_matrix(3, sizes=(4,) * 9), budget_seconds=2.5, clock=lambda: next(ticks))
    assert not result.is_complete
    assert result.seconds > 2.5


def test_more_scenarios_than_anyone_could_read_are_cut_and_it_says_so() -> None:
    nothing_judged = hollow((3,) * 8, np.zeros((24, 24)))
    assert len(found(nothing_judged)) == 3**8
    result = solve(nothing_judged, limit=100)
    assert (len(result.solutions), result.is_complete) == (100, False)


def test_where_nothing_is_consistent_the_nearest_are_shown() -> None:
    # Each wants what the other does not: matching pennies has no resting point.
    pennies = ImpactMatrix(
        sizes=(2, 2), values=np.array([[0, 0, 1, -1], [0, 0, -1, 1], [-1, 1, 0, 0], [1, -1, 0, 0]], dtype=np.int64)
    )
    assert found(pennies) == set()
    near = solve_nearest(pennies, wanted=3)
    assert [solution.inconsistency for solution in near.solutions] == [2, 2, 2]
    assert near.threshold == 2


def test_nearest_gives_the_consistent_ones_where_there_are_some() -> None:
    assert {solution.states for solution in solve_nearest(SOMEWHERELAND, wanted=1).solutions} == found(SOMEWHERELAND)


def test_a_scenario_without_factors_has_no_answer_and_no_error() -> None:
    empty = ImpactMatrix(sizes=(), values=np.zeros((0, 0), dtype=np.int64))
    assert solve_nearest(empty).solutions == ()


def test_fifteen_factors_with_four_states_each_are_solved() -> None:
    result = solve(random_matrix(1, sizes=(4,) * 15, density=1.0), budget_seconds=60.0)
    assert result.is_complete
    assert result.nodes < 1_000_000
