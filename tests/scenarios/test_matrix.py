"""Judgements become numbers and numbers judgements; gaps and odd sums are told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from scenario_cases import FACTORS, LLOYD_SCHWEIZER, SOMEWHERELAND, matrices

from foresight.model.errors import UnknownFactor, WrongMatrix
from foresight.model.scenarios import Factor, ImpactMatrix, Judgement, State
from foresight.scenarios.matrix import (
    build_matrix,
    judgement_completeness,
    judgement_groups,
    matrix_from_judgements,
    matrix_from_values,
    matrix_to_judgements,
    unbalanced_groups,
)
from foresight.testing.builders import a_scenario


def factors_of(matrix: ImpactMatrix) -> tuple[Factor, ...]:
    return tuple(
        Factor(id=f"f{j}", name=f"F{j}", states=tuple(State(id=str(s), name=f"s{s}") for s in range(size)))
        for j, size in enumerate(matrix.sizes)
    )


def told(source: str, target: str, value: int, **more: str) -> Judgement:
    return Judgement(
        source_factor=source[0],
        source_state=source[1],
        target_factor=target[0],
        target_state=target[1],
        value=value,
        **more,  # type: ignore[arg-type]
    )


@settings(max_examples=40, deadline=None)
@given(matrices())
def test_a_matrix_survives_the_way_through_judgements(matrix: ImpactMatrix) -> None:
    factors = factors_of(matrix)
    assert matrix_from_judgements(factors, matrix_to_judgements(factors, matrix)) == matrix


def test_reasons_and_authors_stay_with_their_cells() -> None:
    known = [told("A0", "B0", 1, reason="Because", author="Aino"), told("A0", "B1", 0, author="Eino")]
    written = matrix_to_judgements(FACTORS, SOMEWHERELAND, known=known)
    kept = {(j.source_factor, j.source_state, j.target_factor, j.target_state): j for j in written}
    assert (kept["A", "0", "B", "0"].value, kept["A", "0", "B", "0"].reason) == (-2, "Because")
    assert kept["A", "0", "B", "1"].author == "Eino"


def test_the_later_of_two_judgements_on_a_cell_counts() -> None:
    matrix = matrix_from_judgements(FACTORS, [told("A0", "B0", 1), told("A0", "B0", 3)])
    assert matrix.values[0, 3] == 3
    assert np.abs(matrix.values).sum() == 3


def test_the_matrix_of_a_scenario() -> None:
    scenario = a_scenario()
    assert build_matrix(scenario).sizes == tuple(len(factor.states) for factor in scenario.factors)


def test_a_judgement_on_nothing_is_refused() -> None:
    with pytest.raises(UnknownFactor):
        matrix_from_judgements(FACTORS, [told("A0", "Z0", 1)])


@pytest.mark.parametrize(
    ("judgement", "found", "expected"),
    [(told("A0", "B0", 4), "4", "−3…3"), (told("A0", "A1", 1), "1", "0")],
)
def test_a_wrong_cell_is_reported_with_its_place(judgement: Judgement, found: str, expected: str) -> None:
    with pytest.raises(WrongMatrix) as caught:
        matrix_from_judgements(FACTORS, [judgement])
    facts = dict(caught.value.facts)
    assert facts["row"] == "Government: Patriots party"
    assert facts["column"] in ("Foreign policy: Cooperation", "Government: Prosperity party")
    assert (facts["found"], facts["expected"]) == (found, expected)


def test_large_judgements_are_let_in_only_when_asked() -> None:
    factors = factors_of(LLOYD_SCHWEIZER)
    with pytest.raises(WrongMatrix):
        matrix_from_values(factors, LLOYD_SCHWEIZER.values)
    assert matrix_from_values(factors, LLOYD_SCHWEIZER.values, scale=None) == LLOYD_SCHWEIZER


def test_every_group_of_somewhereland_adds_up_to_nothing() -> None:
    assert len(judgement_groups(FACTORS, SOMEWHERELAND)) == 17 * 5
    assert unbalanced_groups(FACTORS, SOMEWHERELAND) == ()


def test_a_group_that_does_not_add_up_is_pointed_at() -> None:
    (odd,) = unbalanced_groups(FACTORS, matrix_from_judgements(FACTORS, [told("A0", "B0", 2), told("A0", "B1", -1)]))
    assert (odd.source_factor, odd.source_state, odd.target_factor, odd.total) == ("A", "0", "B", 1)


def test_silence_is_missing_and_a_zero_is_not() -> None:
    done = judgement_completeness(FACTORS, [told("A0", "B0", 0)])
    assert (done.judged, done.groups) == (1, 85)
    assert len(done.missing) == 84
