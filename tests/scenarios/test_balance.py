"""A scenario says why it holds and what little would flip it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_cases import FACTORS, SOMEWHERELAND, TOTAL_IMPACT, apply_changes, inconsistencies, matrices, states
from test_matrix import factors_of

from foresight.model.scenarios import ImpactMatrix, Judgement, Scenario
from foresight.scenarios.cross_impact import evaluate_scenario
from foresight.scenarios.explanation import (
    ScenarioFlip,
    balance_in_words,
    balance_sheet,
    flips_that_break,
    flips_that_make_consistent,
)
from foresight.scenarios.matrix import JUDGEMENT_SCALE, matrix_to_judgements

REASON = Judgement(
    source_factor="C",
    source_state="2",
    target_factor="D",
    target_state="0",
    value=-2,
    reason="Growth goes to the few",
    author="Aino",
)
SCENARIO = Scenario(
    id="s",
    title="Somewhereland",
    question="What if?",
    horizon="2040",
    factors=FACTORS,
    judgements=matrix_to_judgements(FACTORS, SOMEWHERELAND, known=[REASON]),
)


def test_a_sheet_gives_the_judgements_behind_every_score() -> None:
    lines = balance_sheet(SCENARIO, states("A2B1C3D1E1F1"))
    wealth = lines[3]
    assert (wealth.score, wealth.rival_score, wealth.margin) == (-7, 7, -14)
    for line in lines:
        assert sum(j.value for j in (*line.promoting, *line.restricting)) == line.score
        assert [abs(j.value) for j in line.restricting] == sorted(
            (abs(j.value) for j in line.restricting), reverse=True
        )


@pytest.mark.parametrize(("lang", "verdict"), [("en", "does not hold"), ("fi", "ei pidä")])
def test_a_sheet_is_reported_in_plain_words_with_reasons_and_authors(lang: str, verdict: str) -> None:
    told = balance_in_words(balance_sheet(SCENARIO, states("A2B1C3D1E1F1"))[3], FACTORS, lang=lang)
    assert verdict in told[0]
    assert any("Growth goes to the few" in sentence and "Aino" in sentence for sentence in told[1:])


def test_a_tie_is_called_a_tie() -> None:
    told = [balance_in_words(line, FACTORS, lang="en")[0] for line in balance_sheet(SCENARIO, states("A1B3C2D1E1F2"))]
    assert any("tie" in sentence for sentence in told)


@pytest.mark.parametrize("scenario", TOTAL_IMPACT)
def test_the_smallest_break_does_break(scenario: str) -> None:
    for flip in flips_that_break(FACTORS, SOMEWHERELAND, states(scenario)):
        broken = apply_changes(SOMEWHERELAND, FACTORS, flip.changes)
        at = [factor.id for factor in FACTORS].index(flip.factor)
        assert inconsistencies(broken, states(scenario))[at] == 1


def test_the_smallest_making_does_make() -> None:
    flips = flips_that_make_consistent(FACTORS, SOMEWHERELAND, states("A2B1C3D1E1F1"))
    assert [flip.factor for flip in flips] == ["D"]
    made = apply_changes(SOMEWHERELAND, FACTORS, flips[0].changes)
    assert evaluate_scenario(made, states("A2B1C3D1E1F1")).inconsistency == 0


def test_what_holds_needs_no_change() -> None:
    assert flips_that_make_consistent(FACTORS, SOMEWHERELAND, states("A1B3C1D2E3F3")) == ()


def test_a_factor_that_no_change_within_the_scale_can_turn_is_left_out() -> None:
    nothing = ImpactMatrix(sizes=(2, 2), values=np.zeros((4, 4), dtype=np.int64))
    assert flips_that_break(factors_of(nothing), nothing, (0, 0), scale=0) == ()
    assert len(flips_that_break(factors_of(nothing), nothing, (0, 0), scale=1)) == 2
    assert len(flips_that_break(factors_of(nothing), nothing, (0, 0), scale=1, forced=[0])) == 1


def fewest_cells(matrix: ImpactMatrix, chosen: tuple[int, ...], factor: int, *, wanted: bool) -> int | None:
    """By trying every set of cells at the end of the scale that helps most."""
    rows = [matrix.starts[j] + state for j, state in enumerate(chosen) if j != factor]
    columns = range(matrix.starts[factor], matrix.starts[factor] + matrix.sizes[factor])
    cells = list(itertools.product(rows, columns))
    for count in range(len(cells) + 1):
        for moved in itertools.combinations(cells, count):
            for ends in itertools.product((-JUDGEMENT_SCALE, JUDGEMENT_SCALE), repeat=count):
                values = matrix.values.copy()
                for cell, end in zip(moved, ends, strict=True):
                    values[cell] = end
                if (inconsistencies(ImpactMatrix(sizes=matrix.sizes, values=values), chosen)[factor] == 0) is wanted:
                    return count
    return None


@settings(max_examples=25, deadline=None)
@given(matrices(most_factors=3), st.data())
def test_no_smaller_number_of_judgements_flips_a_factor(matrix: ImpactMatrix, data: st.DataObject) -> None:
    chosen = tuple(data.draw(st.integers(0, size - 1)) for size in matrix.sizes)
    factors = factors_of(matrix)
    breaking: dict[str, ScenarioFlip] = {flip.factor: flip for flip in flips_that_break(factors, matrix, chosen)}
    making = flips_that_make_consistent(factors, matrix, chosen)
    for at, behind in enumerate(inconsistencies(matrix, chosen)):
        smallest = fewest_cells(matrix, chosen, at, wanted=behind > 0)
        if behind == 0:
            found = breaking.get(f"f{at}")
            assert (len(found.changes) if found else None) == smallest
        else:
            assert len(next(flip for flip in making if flip.factor == f"f{at}").changes) == smallest
