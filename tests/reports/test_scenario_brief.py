"""A what-if's brief: which futures hold, what holds them up, and what it leans on too lightly."""

from __future__ import annotations

from dataclasses import replace

import pytest

from foresight.i18n import LANGUAGES
from foresight.model.briefs import Brief, Section
from foresight.model.scenarios import Scenario, SolveResult, State
from foresight.reports.scenario_brief import SolvedScenario, scenario_brief
from foresight.scenarios.whatif import compare_searches
from foresight.testing.builders import NOW, a_run, a_trend, a_view

KEYS = ["question", "factors", "futures", "why_s1", "why_s2", "forced", "evidence", "unknown", "questions", "method"]


def brief_of(scenario: Scenario, solved: SolvedScenario, lang: str = "en") -> Brief:
    return scenario_brief(scenario, solved, (), lang=lang, generation=7, run=a_run())


def section(brief: Brief, key: str) -> Section:
    return next(part for part in brief.sections if part.key == key)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_brief_has_its_sections_in_order(scenario: Scenario, solved: SolvedScenario, lang: str) -> None:
    brief = brief_of(scenario, solved, lang)
    assert [part.key for part in brief.sections] == KEYS
    assert (brief.as_of, brief.generation, brief.run_id) == (NOW, 7, "run-1")


def test_the_claim_counts_judgements_futures_and_combinations(scenario: Scenario, solved: SolvedScenario) -> None:
    assert brief_of(scenario, solved).claim == (
        "The 5 judgements of the team leave 2 futures, of 4, that do not contradict themselves."
    )


def test_the_chosen_future_comes_first(scenario: Scenario, solved: SolvedScenario) -> None:
    part = section(brief_of(scenario, solved), "why_s1")
    assert [row[0] for row in part.rows] == ["Palvelu: Ihminen", "Hinta: Kallis"]


def test_a_state_is_explained_by_judgements_with_reason_and_author(scenario: Scenario, solved: SolvedScenario) -> None:
    part = section(brief_of(scenario, solved), "why_s2")
    assert part.rows[0] == ("Palvelu: Itse", "Hinta: Halpa (+3) – It costs less (Aino)", "–")


def test_a_tie_is_said(scenario: Scenario, solved: SolvedScenario) -> None:
    tied = replace(scenario, judgements=())
    brief = brief_of(tied, solved)
    assert "level with" in section(brief, "why_s1").rows[0][2]
    assert any("rests on a tie" in bullet for bullet in section(brief, "unknown").bullets)


def test_what_follows_from_a_forced_state_is_told(scenario: Scenario, solved: SolvedScenario) -> None:
    part = section(brief_of(scenario, solved), "forced")
    assert part.paragraphs == ("We suppose – Palvelu: Itse.",)
    assert part.bullets == ("Then one future is left.", "Then this must follow – Hinta: Halpa.")


def test_forcing_what_cannot_be_leaves_nothing(scenario: Scenario, solved: SolvedScenario) -> None:
    near = replace(solved.free.solutions[0], inconsistency=2)
    left = SolveResult(solutions=(near,), is_complete=True)
    impossible = replace(solved, forced=compare_searches(scenario, scenario.forced, solved.free, left))
    assert section(brief_of(scenario, impossible), "forced").bullets == (
        "Then nothing else fits together: no future is left.",
    )


def test_nothing_forced_has_no_section(scenario: Scenario, solved: SolvedScenario) -> None:
    free = replace(solved, forced=None)
    assert "forced" not in {part.key for part in brief_of(scenario, free).sections}


def test_near_futures_are_not_called_consistent(scenario: Scenario, solved: SolvedScenario) -> None:
    near = tuple(replace(solution, inconsistency=1) for solution in solved.free.solutions)
    brief = brief_of(scenario, replace(solved, free=SolveResult(solutions=near, is_complete=True)))
    assert brief.claim.startswith("No future agrees with itself")
    assert "None of these holds" in section(brief, "futures").paragraphs[0]


def test_a_search_that_was_stopped_says_so(scenario: Scenario, solved: SolvedScenario) -> None:
    stopped = replace(solved, free=replace(solved.free, is_complete=False))
    assert brief_of(scenario, stopped).claim.endswith("there may be more.")


def test_a_search_that_found_nothing_in_time_does_not_say_that_there_is_nothing(
    scenario: Scenario, solved: SolvedScenario
) -> None:
    brief = brief_of(scenario, replace(solved, free=SolveResult(solutions=(), is_complete=False)))
    assert brief.claim.startswith("No future that agrees with itself was found before the search was stopped")
    assert section(brief, "futures").paragraphs == (brief.claim,)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_scenario_without_anything_still_makes_a_brief(scenario: Scenario, lang: str) -> None:
    empty = replace(scenario, factors=(), judgements=(), citations=(), forced=(), chosen=())
    brief = brief_of(empty, SolvedScenario(free=SolveResult(solutions=(), is_complete=True)), lang)
    assert section(brief, "futures").paragraphs


def test_what_it_leans_on_too_lightly_is_said(scenario: Scenario, solved: SolvedScenario) -> None:
    bare = replace(
        scenario,
        citations=(),
        judgements=tuple(replace(judgement, reason="", confidence=0.2) for judgement in scenario.judgements),
    )
    told = "\n".join(section(brief_of(bare, solved), "unknown").bullets)
    for doubt in ("5 of 5 judgements have no reason", "little confidence", "one person (Aino)", "No evidence is cited"):
        assert doubt in told


def test_a_factor_tells_how_its_trend_stands_today(scenario: Scenario, solved: SolvedScenario) -> None:
    first = replace(scenario.factors[0], trend_id="trend-1")
    second = replace(scenario.factors[1], trend_id="gone")
    tied = replace(scenario, factors=(first, second))
    brief = scenario_brief(tied, solved, (a_view(a_trend()),), lang="en", generation=7, run=a_run())
    assert section(brief, "factors").rows[0][2] == "Title of trend-1 (emerging)"
    assert section(brief, "factors").rows[1][2] == "a trend that is no longer followed"
    assert any("no longer followed: 1" in bullet for bullet in section(brief, "unknown").bullets)


def test_states_that_no_future_has_are_named(scenario: Scenario, solved: SolvedScenario) -> None:
    own, served = solved.free.solutions
    third = replace(scenario.factors[1], states=(*scenario.factors[1].states, State(id="free", name="Ilmainen")))
    wider = replace(scenario, factors=(scenario.factors[0], third))
    left = SolveResult(solutions=(own, replace(served, states=(0, 1))), is_complete=True)
    both = replace(solved, forced=compare_searches(wider, wider.forced, solved.free, left))
    assert section(brief_of(wider, both), "forced").bullets == (
        "Then 2 futures are left.",
        "In none of them – Hinta: Ilmainen.",
    )


def test_more_futures_than_a_page_holds_are_counted(scenario: Scenario, solved: SolvedScenario) -> None:
    many = tuple(solved.free.solutions[0] for _ in range(12))
    brief = brief_of(scenario, replace(solved, free=SolveResult(solutions=many, is_complete=False)))
    notes = section(brief, "futures").paragraphs
    assert notes[0] == "The table shows 8 of 12 futures, those with most behind them."
    assert "there may be more" in notes[1]
    assert notes[2] == "The same in all of them: Palvelu: Itse and Hinta: Halpa."
