"""Probabilities that contradict each other, people who do, and a scenario walked along the customer's path."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scenario_cases import FACTORS, SOMEWHERELAND

from foresight.model.errors import (
    ActsOnItself,
    CircularBeliefs,
    ImpossibleBelief,
    NotAProbability,
    UnknownEvent,
    UnknownFactor,
)
from foresight.model.scenarios import Beliefs, ConditionalProbability, Event, JudgementSheet
from foresight.model.workshop import JourneyStep, StepEffect
from foresight.scenarios.beliefs import BeliefFault, belief_table, check_beliefs, inconsistent_beliefs
from foresight.scenarios.consequences import StepVerdict, walk_through
from foresight.scenarios.matrix import matrix_to_judgements
from foresight.scenarios.panels import compare_judgements
from foresight.testing.builders import a_journey


def believing(likely: dict[str, float], given: dict[tuple[str, str], float]) -> Beliefs:
    """`given` maps (event, given) to a probability."""
    return Beliefs(
        events=tuple(Event(id=name, name=name.upper(), likely=p) for name, p in likely.items()),
        conditionals=tuple(ConditionalProbability(event=e, given=g, likely=p) for (e, g), p in given.items()),
    )


def test_coherent_beliefs_pass_and_become_a_table() -> None:
    beliefs = believing({"a": 0.5, "b": 0.4}, {("b", "a"): 0.6, ("a", "b"): 0.75})
    assert inconsistent_beliefs(beliefs) == ()
    check_beliefs(beliefs)
    assert belief_table(beliefs) == ((0.5, 0.4), ((None, 0.6), (0.75, None)))


def test_an_impossible_belief_is_reported_with_what_is_possible() -> None:
    with pytest.raises(ImpossibleBelief) as told:
        check_beliefs(believing({"a": 0.5, "b": 0.4}, {("b", "a"): 0.9}))
    facts = dict(told.value.facts)
    assert (facts["event"], facts["given"], facts["found"]) == ("B", "A", "0.9")
    assert (facts["low"], facts["high"]) == ("0.0", "0.8")


def test_the_same_pair_asked_both_ways_has_to_agree() -> None:
    (one,) = inconsistent_beliefs(believing({"a": 0.5, "b": 0.4}, {("b", "a"): 0.6, ("a", "b"): 0.5}))
    assert (one.fault, one.event, one.given) == (BeliefFault.BAYES, "a", "b")
    assert one.low == one.high == pytest.approx(0.75)


def test_statements_that_fit_pair_by_pair_but_not_together_are_a_circle() -> None:
    # Three events of one half: the first two exclude each other, and so do the other pairs. Two halves are full.
    beliefs = believing({"a": 0.5, "b": 0.5, "c": 0.5}, {("b", "a"): 0.0, ("c", "b"): 0.0, ("a", "c"): 0.0})
    (one,) = inconsistent_beliefs(beliefs)
    assert one.fault is BeliefFault.CIRCLE
    assert set(one.circle) == {"a", "b", "c"}
    assert one.circle[0] == one.circle[-1]
    with pytest.raises(CircularBeliefs) as told:
        check_beliefs(beliefs)
    assert "A" in dict(told.value.facts)["circle"]


def test_the_incoherent_case_of_smic_is_found_with_the_statement_to_change() -> None:
    beliefs = believing(
        {"1": 0.5, "2": 0.4, "3": 0.3},
        {("2", "1"): 0.6, ("3", "1"): 0.5, ("3", "2"): 0.9 * 0.3 / 0.4 / 0.9, ("1", "2"): 0.75, ("1", "3"): 0.8333},
    )
    assert inconsistent_beliefs(beliefs) == ()
    # P(3 | 2) = .9 is beyond min(1, .3 / .4): the published case breaks a bound before anything else.
    worse = believing({"1": 0.5, "2": 0.4, "3": 0.3}, {("2", "1"): 0.6, ("3", "1"): 0.5, ("3", "2"): 0.9})
    assert inconsistent_beliefs(worse)[0].fault is BeliefFault.BOUNDS


@pytest.mark.parametrize("likely", [0.0, 1.0, -0.1, 1.1, float("nan")])
def test_an_event_is_neither_certain_nor_impossible(likely: float) -> None:
    with pytest.raises(NotAProbability):
        belief_table(believing({"a": likely}, {}))


def test_statements_about_events_that_are_not_there_are_refused() -> None:
    with pytest.raises(UnknownEvent) as unknown:
        belief_table(believing({"a": 0.5}, {("b", "a"): 0.5}))
    assert dict(unknown.value.facts) == {"event": "b", "known": "a (A)"}
    with pytest.raises(ActsOnItself):
        belief_table(believing({"a": 0.5}, {("a", "a"): 0.5}))
    with pytest.raises(NotAProbability):
        belief_table(believing({"a": 0.5, "b": 0.5}, {("a", "b"): 1.5}))


@settings(max_examples=40, deadline=None)
@given(some.lists(some.floats(0.01, 1.0), min_size=8, max_size=8))
def test_what_comes_from_a_joint_distribution_is_never_doubted(raw: list[float]) -> None:
    worlds = [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)]
    total = sum(raw)

    def chance(*happens: int) -> float:
        return sum(p for p, world in zip(raw, worlds, strict=True) if all(world[at] for at in happens)) / total

    names = "abc"
    beliefs = believing(
        {names[at]: chance(at) for at in range(3)},
        {(names[j], names[i]): chance(i, j) / chance(i) for i in range(3) for j in range(3) if i != j},
    )
    assert inconsistent_beliefs(beliefs) == ()


def sheet(who: str, **cells: int) -> JudgementSheet:
    """Somewhereland's judgements with some of them changed: `A0_B0=3`."""
    judgements = {
        (f"{j.source_factor}{j.source_state}", f"{j.target_factor}{j.target_state}"): j
        for j in matrix_to_judgements(FACTORS, SOMEWHERELAND)
    }
    for name, value in cells.items():
        source, target = name.split("_")
        judgements[source, target] = replace(judgements[source, target], value=value)
    return JudgementSheet(who=who, judgements=tuple(judgements.values()))


def test_people_of_one_mind_have_all_scenarios_in_common() -> None:
    panel = compare_judgements(FACTORS, [sheet("Aino"), sheet("Ben")])
    assert (panel.counts, len(panel.consensus), panel.minority) == ((10, 10), 10, ())
    assert (panel.agreement, panel.concordance, panel.contested, panel.splitting) == (1.0, 1.0, 0, ())
    assert len(panel.median) == 10


def test_a_minority_scenario_names_those_who_hold_it_and_the_cell_that_splits_is_found() -> None:
    cell = "A0_B0"
    panel = compare_judgements(FACTORS, [sheet("Aino"), sheet("Ben"), sheet("Cai", **{cell: 3})])
    assert panel.people == ("Aino", "Ben", "Cai")
    assert panel.minority
    assert {"Aino", "Ben"} in [set(one.people) for one in panel.minority]
    (split,) = panel.splitting
    assert f"{split.source_factor}{split.source_state}_{split.target_factor}{split.target_state}" == cell
    assert split.gain == pytest.approx(1.0 - panel.agreement)
    assert dict(split.values) == {"Aino": -2, "Ben": -2, "Cai": 3}
    assert split.ballot.middle == -2


def test_one_person_agrees_with_themselves() -> None:
    panel = compare_judgements(FACTORS, [sheet("Aino")])
    assert (panel.agreement, len(panel.consensus)) == (1.0, 10)


def test_a_judgement_about_nothing_is_refused() -> None:
    wrong = sheet("Aino")
    broken = replace(wrong, judgements=(replace(wrong.judgements[0], source_factor="Z"),))
    with pytest.raises(UnknownFactor):
        compare_judgements(FACTORS, [broken])


def test_the_worst_confirmed_step_breaks_first() -> None:
    found = walk_through(a_journey(), {("a", "low"), ("b", "high")})
    assert [one.verdict for one in found.steps] == [StepVerdict.BREAKS, StepVerdict.UNTOUCHED]
    assert found.first_break is not None
    assert found.first_break.id == "find"
    assert found.best_gain is None


def test_what_customers_did_not_confirm_is_walked_but_is_no_evidence() -> None:
    found = walk_through(a_journey(), {("a", "high")})
    assert [one.verdict for one in found.steps] == [StepVerdict.UNTOUCHED, StepVerdict.GAINS]
    assert (found.first_break, found.best_gain) == (None, None)


def test_a_step_that_breaks_is_not_rescued_by_what_gets_better() -> None:
    effects = (
        StepEffect(factor="a", state="low", value=-3),
        StepEffect(factor="b", state="high", value=3),
        StepEffect(factor="b", state="low", value=-2),
    )
    journey = a_journey(steps=(JourneyStep(id="s", name="S", confirmed=True, effects=effects),))
    (step,) = walk_through(journey, {("a", "low"), ("b", "high")}).steps
    assert (step.total, step.verdict) == (0, StepVerdict.BREAKS)
    (strained,) = walk_through(journey, {("b", "low")}).steps
    assert strained.verdict is StepVerdict.STRAINS
    (helped,) = walk_through(journey, {("b", "high")}).steps
    assert helped.verdict is StepVerdict.GAINS
