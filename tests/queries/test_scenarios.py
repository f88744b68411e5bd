"""The scenario desk: making, judging, solving, asking what if, and keeping revisions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from made_world import a_question

from foresight.model.errors import LedgerConflict, NotFound, TooFewStates
from foresight.model.scenarios import Judgement, PriorOrigin, Scenario
from foresight.scenarios import editing, state_likelihoods
from foresight.scenarios.matrix import solution_states
from foresight.scenarios.scenario_service import is_solvable, judgement_progress
from foresight.wiring import Services


def found(services: Services, scenario: Scenario) -> list[tuple[str, ...]]:
    answer = services.scenarios.solve(scenario)
    return [tuple(state.id for _, state in solution_states(scenario, one)) for one in answer.result.solutions]


def test_a_scenario_is_made_from_trends_and_pinned_to_the_run(services: Services) -> None:
    trends = services.trends.list().items[:2]
    made = services.scenarios.new(title=" Kauppa ", question="Entä jos?", horizon="2031", lang="fi", trends=trends)
    assert [factor.trend_id for factor in made.factors] == [view.trend.id for view in trends]
    assert (made.title, made.rev, made.basis_run_id) == ("Kauppa", 0, "r-20260302")
    assert is_solvable(made)


def test_the_same_trend_is_taken_once(services: Services) -> None:
    view = services.trends.list().items[0]
    made = services.scenarios.new(title="a", question="", horizon="", lang="en", trends=[view, view])
    assert services.scenarios.add_trend(made, view) == made
    assert len(made.factors) == 1


def test_consistent_scenarios_are_found(services: Services) -> None:
    answer = services.scenarios.solve(a_question())
    assert answer.is_consistent
    assert answer.result.is_complete
    assert ("kasvaa", "kallis", "ihminen") in found(services, a_question())


def test_what_is_supposed_shows_what_must_follow(services: Services) -> None:
    scenario = editing.with_forced(a_question(), [("prices", "kallis")])
    answer = services.scenarios.solve(scenario)
    assert set(answer.follows) == {("repair", "kasvaa"), ("service", "ihminen")}
    assert all(states[1] == "kallis" for states in found(services, scenario))


def test_where_nothing_is_supposed_nothing_follows(services: Services) -> None:
    assert services.scenarios.solve(a_question()).follows == ()


def test_the_reasons_name_every_judgement_in_force(services: Services) -> None:
    scenario = editing.with_forced(a_question(), [("prices", "kallis")])
    (solution,) = services.scenarios.solve(scenario).result.solutions
    reasons = services.scenarios.why(scenario, solution)
    repair, prices, service = reasons.lines
    assert (repair.score, repair.promoting[0].reason) == (3, "Uuden hinta nousee, korjaaminen kannattaa")
    assert [judgement.value for judgement in (*service.promoting, *service.restricting)] == [2, -1]
    assert not prices.promoting
    assert reasons.weakest is not None
    assert reasons.weakest.factor != "prices"


def test_a_factor_with_one_state_cannot_be_solved(services: Services) -> None:
    lonely = editing.with_states(a_question(), "service", "", ["ihminen"])
    assert not is_solvable(lonely)
    with pytest.raises(TooFewStates):
        services.scenarios.solve(lonely)


def test_every_save_is_a_revision_and_says_who_and_why(services: Services) -> None:
    first = services.scenarios.save(a_question(), who="Aino", reason="alku")
    services.scenarios.save(replace(first, title="Toinen"), who="Ben", reason="parempi nimi")
    told = [(one.rev, one.title, one.author, one.reason) for one in services.scenarios.revisions("s-kauppa")]
    assert told == [(1, "Kauppa vuonna 2031", "Aino", "alku"), (2, "Toinen", "Ben", "parempi nimi")]


def test_the_second_of_two_savers_is_told_and_loses_nothing(services: Services) -> None:
    first = services.scenarios.save(a_question(), who="Aino")
    services.scenarios.save(replace(first, title="Aino"), who="Aino")
    mine = replace(first, title="Ben")
    with pytest.raises(LedgerConflict):
        services.scenarios.save(mine, who="Ben")
    copy = services.scenarios.save(services.scenarios.copy(mine, title="Benin oma"), who="Ben")
    assert {one.title for one in services.scenarios.list()} == {"Aino", "Benin oma"}
    assert copy.rev == 1


def test_an_unknown_scenario_is_not_found(services: Services) -> None:
    with pytest.raises(NotFound):
        services.scenarios.get("nothing")


def test_a_renamed_state_keeps_its_judgements() -> None:
    renamed = editing.with_states(a_question(), "repair", "", ["katoaa", "pysyy", "kasvaa"])
    assert [state.name for state in renamed.factors[0].states] == ["katoaa", "pysyy", "kasvaa"]
    assert len(renamed.judgements) == len(a_question().judgements)


def test_a_removed_state_takes_its_judgements_with_it() -> None:
    shorter = editing.with_states(a_question(), "repair", "", ["pysyy", "kasvaa"])
    assert {j.source_state for j in shorter.judgements if j.source_factor == "repair"} == {"kasvaa"}
    assert [state.id for state in shorter.factors[0].states] == ["pysyy", "kasvaa"]


def test_priors_go_with_the_set_of_states_they_belong_to() -> None:
    scenario = a_question()
    told = state_likelihoods.priors_by_hand(scenario.factors[1], [("halpa", 0.2), ("heiluva", 0.3), ("kallis", 0.5)])
    weighed = replace(scenario, factors=(scenario.factors[0], told, scenario.factors[2]))
    renamed = editing.with_states(weighed, "prices", "", ["edullinen", "heiluva", "kallis"])
    assert [state.prior for state in renamed.factors[1].states] == [0.2, 0.3, 0.5]
    shorter = editing.with_states(weighed, "prices", "", ["halpa", "kallis"])
    assert [state.prior for state in shorter.factors[1].states] == [None, None]
    assert shorter.factors[1].prior_origin is PriorOrigin.NONE


def test_a_removed_factor_takes_what_was_said_about_it() -> None:
    left = editing.without_factor(editing.with_forced(a_question(), [("prices", "halpa")]), "prices")
    assert {factor.id for factor in left.factors} == {"repair", "service"}
    assert left.forced == ()
    assert all("prices" not in (j.source_factor, j.target_factor) for j in left.judgements)


def test_a_free_factor_gets_an_id_of_its_own() -> None:
    once = editing.with_free_factor(a_question(), "Työvoima", ["niukka", " ", "riittävä", "niukka"])
    twice = editing.with_free_factor(once, "Työvoima", ["a", "b"])
    assert [factor.id for factor in twice.factors[3:]] == ["tyovoima", "tyovoima-2"]
    assert [state.name for state in once.factors[3].states] == ["niukka", "riittävä"]


def test_judging_a_pair_again_replaces_what_was_said_of_it() -> None:
    told = Judgement(
        source_factor="prices", source_state="halpa", target_factor="repair", target_state="pysyy", value=0, reason="?"
    )
    silent = replace(told, target_state="kasvaa", reason="")
    judged = editing.with_judgements(a_question(), "prices", "repair", [told, silent])
    assert list(editing.judgements_between(judged, "prices", "repair").values()) == [told]
    assert len(editing.judgements_between(judged, "repair", "service")) == 4


def test_the_check_counts_groups_and_names_those_that_do_not_add_up() -> None:
    state = judgement_progress(a_question())
    assert (state.judged, state.groups) == (5, 16)
    assert state.unbalanced == ()
    odd = editing.with_judgements(
        a_question(),
        "service",
        "repair",
        [
            Judgement(
                source_factor="service", source_state="kone", target_factor="repair", target_state="pysyy", value=2
            )
        ],
    )
    ((source, state_id, target, total),) = judgement_progress(odd).unbalanced
    assert (source.id, state_id, target.id, total) == ("service", "kone", "repair", 2)


@given(some.lists(some.sampled_from(["hiipuu", "pysyy", "kasvaa", "uusi", "toinen", ""]), min_size=0, max_size=6))
@settings(max_examples=60, deadline=None)
def test_states_keep_ids_of_their_own_and_nothing_dangles(names: list[str]) -> None:
    edited = editing.with_states(a_question(), "repair", "", names)
    states = edited.factors[0].states
    assert [state.name for state in states] == list(dict.fromkeys(name for name in names if name))
    assert len({state.id for state in states}) == len(states)
    known = {state.id for state in states}
    assert all(j.source_state in known for j in edited.judgements if j.source_factor == "repair")
    for state in a_question().factors[0].states:
        if state.name in names:
            assert next(s.id for s in states if s.name == state.name) == state.id
