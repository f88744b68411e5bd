"""Cross-impact balance says of Somewhereland what was published of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from scenario_cases import LLOYD_SCHWEIZER, SOMEWHERELAND, TOTAL_IMPACT, inconsistencies, matrices, states

from foresight.model.scenarios import ImpactMatrix
from foresight.scenarios.cross_impact import (
    evaluate_scenario,
    impact_balances,
    impact_scores,
    solve,
)

PUBLISHED = states("A2B1C3D1E1F1")


def test_the_published_balance_row_comes_out() -> None:
    assert impact_scores(SOMEWHERELAND, PUBLISHED).tolist() == [
        *(0, 3, -3),
        *(2, 1, -3),
        *(-9, -1, 10),
        *(-7, 7),
        *(4, -1, -3),
        *(2, -1, -1),
    ]


def test_the_published_scenario_is_inconsistent_at_the_distribution_of_wealth_alone() -> None:
    assert inconsistencies(SOMEWHERELAND, PUBLISHED) == (0, 0, 0, 14, 0, 0)
    judged = evaluate_scenario(SOMEWHERELAND, PUBLISHED)
    assert (judged.inconsistency, judged.inconsistency_sum) == (14, 14)


@pytest.mark.parametrize(("scenario", "impact"), list(TOTAL_IMPACT.items()))
def test_total_impact_of_the_ten_scenarios(scenario: str, impact: int) -> None:
    assert evaluate_scenario(SOMEWHERELAND, states(scenario)).total_impact == impact


def test_a_tie_is_consistent() -> None:
    tied = states("A1B3C2D1E1F2")
    assert evaluate_scenario(SOMEWHERELAND, tied).inconsistency == 0


def test_a_forced_factor_is_not_asked_to_be_consistent() -> None:
    assert evaluate_scenario(SOMEWHERELAND, PUBLISHED, forced={3}).inconsistency == 0


def test_lloyd_and_schweizer_have_three_scenarios() -> None:
    found = {solution.states: solution.total_impact for solution in solve(LLOYD_SCHWEIZER).solutions}
    assert found == {(0, 2, 2): 34, (2, 0, 0): 33, (2, 1, 1): 19}


@settings(max_examples=50, deadline=None)
@given(matrices())
def test_balances_margins_and_inconsistencies_tell_one_story(matrix: ImpactMatrix) -> None:
    chosen = tuple(size - 1 for size in matrix.sizes)
    judged = evaluate_scenario(matrix, chosen)
    leads = [
        balance[state] - max(score for other, score in enumerate(balance) if other != state)
        for balance, state in zip(impact_balances(matrix, chosen), chosen, strict=True)
    ]
    assert judged.margin == min(leads)
    assert judged.inconsistency == max(0, -min(leads)) == max(inconsistencies(matrix, chosen))
    assert judged.inconsistency_sum == sum(inconsistencies(matrix, chosen))
    assert sum(len(balance) for balance in impact_balances(matrix, chosen)) == sum(matrix.sizes)
