"""Some scenarios survive doubt better than others, and a few may stand for many."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_cases import FACTORS, SOMEWHERELAND, TOTAL_IMPACT, code, states

from foresight.model.scenarios import Judgement
from foresight.scenarios.futures import hamming_distance, most_diverse
from foresight.scenarios.state_likelihoods import (
    DEFAULT_PERTURBATION,
    Perturbation,
    chances_from_confidence,
    scenario_robustness,
)

TEN = [states(scenario) for scenario in TOTAL_IMPACT]


def robustness(
    scenarios: Sequence[tuple[int, ...]], *, draws: int, seed: int = 0, chances: float = DEFAULT_PERTURBATION
) -> tuple[float, ...]:
    """The share of draws in which each scenario of Somewhereland stays consistent."""
    doubt = Perturbation(chances=chances, draws=draws, seed=seed)
    return scenario_robustness(SOMEWHERELAND, scenarios, doubt).shares


def test_how_the_ten_survive_doubt() -> None:
    shares = dict(zip(TOTAL_IMPACT, robustness(TEN, draws=2_000), strict=True))
    assert max(shares, key=shares.__getitem__) == "A1B3C1D2E3F3"
    assert min(shares, key=shares.__getitem__) == "A1B2C2D1E1F2"
    assert shares["A1B3C1D2E3F3"] == pytest.approx(0.75, abs=0.03)
    assert shares["A1B2C2D1E1F2"] == pytest.approx(0.21, abs=0.03)


def test_how_many_scenarios_there_are_under_doubt() -> None:
    every = list(itertools.product(*(range(size) for size in SOMEWHERELAND.sizes)))
    assert sum(robustness(every, draws=1_000)) == pytest.approx(5.2, abs=0.2)


def test_the_same_seed_gives_the_same_draws() -> None:
    one, two, other = (robustness(TEN, draws=50, seed=seed) for seed in (7, 7, 8))
    assert one == two
    assert one != other


def test_judgements_nobody_doubts_stay_as_they_are() -> None:
    assert robustness(TEN, draws=20, chances=0.0) == (1.0,) * 10


def test_doubt_comes_from_the_confidence_of_the_judgement() -> None:
    told = Judgement(source_factor="A", source_state="0", target_factor="B", target_state="1", value=1, confidence=0.6)
    doubts = chances_from_confidence(FACTORS, [told])
    assert doubts[0, 4] == pytest.approx(0.4)
    assert doubts.sum() == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("count", "chosen", "least", "total"),
    [
        (2, {"A1B2C2D1E1F2", "A2B1C3D2E2F1"}, 6, 6),
        (3, {"A1B3C1D2E3F3", "A2B1C3D2E2F1", "A3B2C2D1E1F2"}, 5, 17),
        (4, None, 3, 29),
    ],
)
def test_the_most_diverse_of_the_ten(count: int, chosen: set[str] | None, least: int, total: int) -> None:
    found = most_diverse(TEN, count=count)
    assert distances(found) == (least, total)
    assert chosen is None or {code(scenario) for scenario in found} == chosen


def test_fewer_are_given_where_there_are_fewer() -> None:
    assert most_diverse(TEN[:2], count=5) == tuple(TEN[:2])
    assert most_diverse([], count=3) == ()
    assert most_diverse(TEN, count=0) == ()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(*(st.integers(0, 2),) * 5), min_size=3, max_size=12, unique=True), st.integers(2, 4))
def test_the_quick_way_is_never_better_than_the_exact_one(scenarios: list[tuple[int, ...]], count: int) -> None:
    exact, quick = most_diverse(scenarios, count=count), most_diverse(scenarios, count=count, most_sets=0)
    assert distances(quick) <= distances(exact)
    assert len(set(quick)) == len(exact) == min(count, len(scenarios))


def distances(scenarios: Sequence[tuple[int, ...]]) -> tuple[int, int]:
    """The least distance of two scenarios and the sum over all pairs."""
    pairs = [hamming_distance(a, b) for a, b in itertools.combinations(scenarios, 2)]
    return min(pairs), sum(pairs)
