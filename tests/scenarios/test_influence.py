"""MICMAC: who drives, who is driven, and whether the ranking can be trusted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

from foresight.scenarios.structural_analysis import InfluenceQuadrant, is_primitive_matrix, micmac

DIRECT = [[0, 3, 1, 0], [0, 0, 2, 1], [1, 0, 0, 3], [0, 1, 0, 0]]


def test_direct_influence_and_dependence() -> None:
    first = micmac(DIRECT).powers[0]
    assert (first.influence, first.dependence) == ((4, 3, 4, 1), (1, 4, 3, 4))


@pytest.mark.parametrize(
    ("length", "influence"), [(2, (13, 9, 7, 3)), (3, (34, 17, 22, 9)), (4, (73, 53, 61, 17)), (5, (220, 139, 124, 53))]
)
def test_longer_chains(length: int, influence: tuple[int, ...]) -> None:
    assert micmac(DIRECT).powers[length - 1].influence == influence


def test_the_ranking_turns_and_turns_again_so_the_limit_decides() -> None:
    found = micmac(DIRECT)
    assert [power.ranking for power in found.powers[1:5]] == [(0, 1, 2, 3), (0, 2, 1, 3), (0, 2, 1, 3), (0, 1, 2, 3)]
    assert not found.is_settled
    assert found.growth == pytest.approx(2.557264, abs=1e-6)
    assert found.influence == pytest.approx((0.392, 0.246, 0.266, 0.096), abs=5e-4)
    assert found.dependence == pytest.approx((0.096, 0.266, 0.246, 0.392), abs=5e-4)


def test_quadrants_by_the_means() -> None:
    driving, driven = InfluenceQuadrant.DETERMINANT, InfluenceQuadrant.RESULT
    assert micmac(DIRECT).quadrants == (driving, driven, driving, driven)
    assert micmac([[0, 3, 3], [3, 0, 0], [1, 0, 0]]).quadrants == (
        InfluenceQuadrant.RELAY,
        *(InfluenceQuadrant.AUTONOMOUS,) * 2,
    )


def test_without_a_single_limit_none_is_claimed() -> None:
    in_a_ring = [[0, 1, 0], [0, 0, 1], [1, 0, 0]]
    assert not is_primitive_matrix(np.array(in_a_ring, dtype=float))
    found = micmac(in_a_ring)
    assert (found.influence, found.growth, found.is_settled) == ((), 0.0, False)


@pytest.mark.parametrize("wrong", [[[0, 1]], [[1, 0], [0, 0]], [[0, -1], [1, 0]]])
def test_what_is_no_matrix_of_influences_is_refused(wrong: list[list[int]]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        micmac(wrong)


@settings(max_examples=40, deadline=None)
@given(hnp.arrays(np.int64, (4, 4), elements={"min_value": 0, "max_value": 3}))
def test_powers_count_chains_and_turning_the_arrows_swaps_the_roles(values: np.ndarray) -> None:
    np.fill_diagonal(values, 0)
    found, turned = micmac(values.tolist()), micmac(values.T.tolist())
    for one, other in zip(found.powers, turned.powers, strict=True):
        assert (one.influence, one.dependence) == (other.dependence, other.influence)
        assert sum(one.influence) == np.linalg.matrix_power(values, one.length).sum()
    assert found.influence == pytest.approx(turned.dependence, abs=1e-6)
