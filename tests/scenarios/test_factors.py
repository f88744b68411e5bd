"""Factors come from trends or from people; their ids last."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenario_cases import FACTORS

from foresight.model.errors import TooFewStates, UnknownFactor, UnknownState, WrongMatrix
from foresight.model.scenarios import Factor, State
from foresight.scenarios.matrix import check_factors, factor_from_trend, free_factor, slug, state_positions
from foresight.testing.builders import a_signal, a_trend, a_view


def projected() -> tuple:
    bands = {"+4w": (0.01, 0.02), "+8w": (0.008, 0.025), "+12w": (0.006, 0.03)}
    return (
        a_signal(name="share", window="4w", value=0.015, unit="share"),
        *(
            a_signal(name="projection_half", window=window, value=0.015, low=low, high=high, unit="share")
            for window, (low, high) in bands.items()
        ),
    )


def test_a_trend_becomes_a_factor_with_three_states_in_the_readers_language() -> None:
    finnish = factor_from_trend(a_view(a_trend("abc")), lang="fi")
    assert (finnish.id, finnish.trend_id, finnish.name) == ("trend-abc", "abc", "Otsikko: abc")
    assert [state.id for state in finnish.states] == ["fades", "stays", "grows"]
    assert [state.name for state in finnish.states] == ["hiipuu", "pysyy", "kasvaa edelleen"]


def test_ids_are_the_same_in_every_language() -> None:
    finnish, english = (factor_from_trend(a_view(), lang=lang) for lang in ("fi", "en"))
    assert finnish.id == english.id
    assert [state.id for state in finnish.states] == [state.id for state in english.states]
    assert finnish.states[0].name != english.states[0].name


def test_states_say_what_share_they_mean_where_there_is_a_projection() -> None:
    fades, stays, grows = factor_from_trend(a_view(signals=projected()), lang="en").states
    assert "0.60%" in fades.description
    assert "12 weeks" in grows.description
    assert stays.description.count("weeks") == 3


def test_without_a_projection_no_number_is_made_up() -> None:
    for lang in ("fi", "en"):
        for state in factor_from_trend(a_view(), lang=lang).states:
            assert state.description
            assert not any(letter.isdigit() for letter in state.description)


def test_a_free_factor_gets_readable_ids() -> None:
    made = free_factor("Väestö & työ", ["Kasvaa", "Vähenee"], taken=["vaesto-tyo"])
    assert made.id == "vaesto-tyo-2"
    assert [state.id for state in made.states] == ["kasvaa", "vahenee"]


@given(st.text(), st.lists(st.text(), max_size=5))
def test_an_id_is_never_taken_twice(name: str, others: list[str]) -> None:
    taken: list[str] = []
    for other in [*others, name, name]:
        key = slug(other, taken=taken)
        assert key
        assert key not in taken
        taken.append(key)


def test_one_state_is_too_few() -> None:
    with pytest.raises(TooFewStates) as caught:
        free_factor("Weather", ["Rain"])
    assert dict(caught.value.facts) == {"factor": "Weather", "states": "1"}


def test_two_factors_of_one_id_are_refused() -> None:
    both = Factor(id="a", name="A", states=(State(id="1", name="x"), State(id="2", name="y")))
    with pytest.raises(WrongMatrix):
        check_factors([both, both])


def test_states_are_found_by_id_and_by_name() -> None:
    assert state_positions(FACTORS, [("A", "Social party"), ("Economy", "0")]) == ((0, 2), (2, 0))


def test_what_is_not_there_is_reported_with_what_is() -> None:
    with pytest.raises(UnknownFactor) as factor:
        state_positions(FACTORS, [("Z", "0")])
    assert dict(factor.value.facts)["factor"] == "Z"
    assert dict(factor.value.facts)["known"].startswith("A (Government), ")
    with pytest.raises(UnknownState) as state:
        state_positions(FACTORS, [("A", "9")])
    assert dict(state.value.facts)["state"] == "9"
    assert dict(state.value.facts)["factor"] == "Government"
