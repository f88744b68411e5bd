"""What a room made of a scenario, in its brief: likelihoods and why they moved, options, signposts, answers."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from foresight.i18n import LANGUAGES
from foresight.model.briefs import Brief, Section
from foresight.model.scenarios import (
    NONE_OF_THESE,
    Citation,
    Criterion,
    Future,
    FutureSet,
    LikelihoodUpdate,
    OptionScore,
    Scenario,
    Strategy,
    StressTestInput,
)
from foresight.model.workshop import ForecastAnswer, ForecastQuestion, Revision, Signpost, ThreeQuestions
from foresight.reports.formats import BRIEF_FORMATS, write_brief
from foresight.reports.scenario_brief import SolvedScenario, scenario_brief
from foresight.reports.workshop_sections import WorkshopResults
from foresight.scenarios.forecasts import AnsweredQuestion
from foresight.scenarios.promises import PromiseStatus, adoption_report
from foresight.scenarios.signposts import WatchedSignpost
from foresight.scenarios.stress_test import MoveKind, OptionReport, StressTestReport
from foresight.scenarios.trend_conditions import ConditionReading, ConditionStatus, condition_in_words
from foresight.testing.builders import NOW, a_promise, a_revision, a_run, a_scenario, a_signpost

KEYS = ["likelihoods", "moved", "moved_documents", "stress", "stress_scores", "signposts", "forecasts", "decisions"]
SEEN = Citation(
    document_id="d-1",
    content_hash="c0ffee",
    quote="Boom",
    title="Boom in repairs",
    url="https://example.org/boom",
    source_title="Daily Paper",
    published=NOW,
)
FUTURES = FutureSet(
    futures=(
        Future(id="f1", name="Served", states=(("a", "high"), ("b", "high")), prior=0.4),
        Future(id="f2", name="Alone", states=(("a", "low"), ("b", "low")), prior=0.4),
    ),
    none_of_these=0.2,
    basis="priors",
)


SIGNPOST = a_signpost(title="Repairs boom", owner="Ben", triggers="Open the counter", closes=NOW)
UPDATE = LikelihoodUpdate(
    signpost_id="sp-1",
    seen=True,
    at=NOW,
    run_id="run-1",
    prior=FUTURES.shares,
    posterior=(("f1", 0.64), ("f2", 0.16), (NONE_OF_THESE, 0.2)),
    likelihoods=(("f1", 0.8), ("f2", 0.2), (NONE_OF_THESE, 0.5)),
    ratios=(("f1", 1.0), ("f2", 0.25), (NONE_OF_THESE, 0.62)),
    evidence=(SEEN,),
    watch=condition_in_words(SIGNPOST.watch, None, a_scenario().lang),
    value=0.07,
)


@pytest.fixture
def made() -> WorkshopResults:
    """Two futures, a signpost that spoke, one option scored and one not, a question, a decision and answers."""
    update = a_revision(UPDATE, id="u-1", reason="")
    stress_input = StressTestInput(
        strategies=(Strategy(id="wait", name="Wait"), Strategy(id="lead", name="Lead")),
        criteria=(Criterion(id="c", name="Customers", threshold=3.0),),
        scores=(
            OptionScore(strategy_id="wait", future_id="f1", criterion_id="c", value=1.5),
            OptionScore(strategy_id="wait", future_id="f2", criterion_id="c", value=4.0),
            OptionScore(strategy_id="lead", future_id="f1", criterion_id="c", value=5.0),
        ),
    )
    option = OptionReport(
        strategy=stress_input.strategies[0],
        margins=(-1.5, 1.0),
        move=MoveKind.OPTION,
        worst=1.5,
        max_regret=3.5,
        p_regret=2.0,
        satisfied=0.2,
        best_in=("Alone",),
        fails_in=("Served",),
        regret_in="Served",
    )
    report = StressTestReport(
        futures=FUTURES.futures,
        criteria=stress_input.criteria,
        options=(option,),
        missing=(("Lead", "Alone", "Customers"),),
        by_criterion=(),
        maximin="Wait",
        minimax_regret="Wait",
        stable_by=0.0,
    )
    question = a_revision(ForecastQuestion(text="Will it?", opened=NOW, deadline=NOW))
    answer = ForecastAnswer(question_id="q", who="Aino", probability=0.7)
    promise = a_revision(a_promise(text="A pilot", due=date(2026, 3, 1)))
    return WorkshopResults(
        futures=FUTURES,
        now=UPDATE.posterior,
        updates=(update,),
        stress_input=stress_input,
        stress_report=report,
        signposts=(watched(SIGNPOST, update),),
        questions=(AnsweredQuestion(question=question, answers=(a_revision(answer), a_revision(answer)), middle=0.7),),
        decisions=(
            PromiseStatus(
                promise=promise,
                overdue=False,
                review_due=False,
                broken_assumption=(update,),
                ladder=adoption_report(()),
            ),
        ),
        answers=ThreeQuestions(matters="People", act="Small steps"),
    )


def watched(signpost: Signpost, update: Revision[LikelihoodUpdate]) -> WatchedSignpost:
    """One that has spoken, at 7 per cent."""
    reading = ConditionReading(value=0.07, holds=True)
    return WatchedSignpost(
        signpost=a_revision(signpost, id="sp-1"),
        status=ConditionStatus(condition=signpost.watch, reading=reading, view=None, thin=False),
        words="",
        update=update,
    )


def typed_in(one: Any, name: str, text: str) -> Any:
    """With its revision `name` holding another text."""
    revision = getattr(one, name)
    return replace(one, **{name: replace(revision, content=replace(revision.content, text=text))})


def changed(made: WorkshopResults, **changes: object) -> Revision[LikelihoodUpdate]:
    (update,) = made.updates
    return replace(update, content=replace(update.content, **changes))


def brief_of(scenario: Scenario, solved: SolvedScenario, made: WorkshopResults, lang: str = "en") -> Brief:
    return scenario_brief(scenario, replace(solved, results=made), (), lang=lang, generation=7, run=a_run())


def section(brief: Brief, key: str) -> Section:
    return next(part for part in brief.sections if part.key == key)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_room_made_has_its_sections_in_order(
    scenario: Scenario, solved: SolvedScenario, made: WorkshopResults, lang: str
) -> None:
    told = [part.key for part in brief_of(scenario, solved, made, lang).sections]
    assert [key for key in told if key in KEYS] == KEYS
    assert told[-2:] == ["questions", "method"]


def test_nothing_made_has_no_section(scenario: Scenario, solved: SolvedScenario) -> None:
    brief = brief_of(scenario, solved, WorkshopResults())
    assert not {part.key for part in brief.sections} & set(KEYS)
    assert section(brief, "questions").rows == ()


@pytest.mark.parametrize("key", KEYS)
def test_a_section_stands_only_where_it_has_content(
    scenario: Scenario, solved: SolvedScenario, made: WorkshopResults, key: str
) -> None:
    without = {
        "likelihoods": replace(made, futures=FutureSet(), now=()),
        "moved": replace(made, updates=()),
        "moved_documents": replace(made, updates=(changed(made, evidence=()),)),
        "stress": replace(made, stress_input=StressTestInput(), stress_report=None),
        "stress_scores": replace(made, stress_input=replace(made.stress_input, scores=())),
        "signposts": replace(made, signposts=()),
        "forecasts": replace(made, questions=()),
        "decisions": replace(made, decisions=()),
    }
    assert key not in {part.key for part in brief_of(scenario, solved, without[key]).sections}


def test_likelihoods_show_what_was_said_first_and_what_holds_now(
    scenario: Scenario, solved: SolvedScenario, made: WorkshopResults
) -> None:
    brief = brief_of(scenario, solved, made)
    part = section(brief, "likelihoods")
    assert part.rows == (
        ("Served (S1)", "Palvelu: Ihminen; Hinta: Kallis", "40%", "64%"),
        ("Alone (S2)", "Palvelu: Itse; Hinta: Halpa", "40%", "16%"),
        ("none of these", "everything nobody thought of", "20%", "20%"),
    )
    assert "The likeliest now is “Served”, at 64%; before the signposts spoke it was at 40%." in brief.claim


def test_an_update_shows_prior_posterior_ratio_and_its_documents(
    scenario: Scenario, solved: SolvedScenario, made: WorkshopResults
) -> None:
    brief = brief_of(scenario, solved, made)
    (row,) = section(brief, "moved").rows
    assert row[1] == f"Repairs boom: {condition_in_words(SIGNPOST.watch, None, 'en')}"
    assert row[2] == "7% – seen"
    assert row[3] == "Served: 40% → 64% (1.00); Alone: 40% → 16% (0.25); none of these: 20% → 20% (0.62)"
    part = section(brief, "moved_documents")
    assert part.citations == (SEEN,)
    assert part.rows[0][1:] == ("Boom in repairs", "Daily Paper")
    assert b'href="https://example.org/boom"' in write_brief(brief, "html")


def test_an_update_that_was_taken_back_or_tempered_says_so(
    scenario: Scenario, solved: SolvedScenario, made: WorkshopResults
) -> None:
    undone = changed(made, undone=True, weight=0.7, seen=False)
    brief = brief_of(scenario, solved, replace(made, updates=(undone,), now=FUTURES.shares))
    (row,) = section(brief, "moved").rows
    assert row[2] == "7% – not seen in time"
    assert row[3].startswith("Taken back")
    assert "weight 0.7" in row[3]
    assert "Nothing that counts" in section(brief, "likelihoods").paragraphs[1]
    assert "likeliest" not in brief.claim


def test_two_signposts_that_spoke_are_told_apart_by_their_documents(
    scenario: Scenario, solved: SolvedScenario, made: WorkshopResults
) -> None:
    two = replace(made, updates=(*made.updates, replace(made.updates[0], reason="Prices fall")))
    part = section(brief_of(scenario, solved, two), "moved_documents")
    assert [row[3] for row in part.rows] == ["Repairs boom", "Prices fall"]


def test_options_have_their_kind_and_reason_and_what_is_not_scored_is_named(
    scenario: Scenario, solved: SolvedScenario, made: WorkshopResults
) -> None:
    brief = brief_of(scenario, solved, made)
    part = section(brief, "stress")
    assert part.rows[0][:3] == ("Wait", "option", "20%")
    assert "up to 3.5 (Served)" in part.rows[0][3]
    assert part.bullets == ("Not scored in every future yet: Lead.",)
    assert section(brief, "stress_scores").rows == (
        ("Wait", "Customers", "1.5 – fails", "4"),
        ("Lead", "Customers", "5", "–"),
    )


def test_signposts_decisions_questions_and_answers_are_told(
    scenario: Scenario, solved: SolvedScenario, made: WorkshopResults
) -> None:
    brief = brief_of(scenario, solved, made)
    (post,) = section(brief, "signposts").rows
    assert post[0] == "Repairs boom"
    assert post[1].startswith(f"{condition_in_words(SIGNPOST.watch, None, 'en')} (until ")
    assert post[2:] == ("7%", "tripped", "Ben – Open the counter")
    assert section(brief, "forecasts").rows[0][2:] == ("70% (median of 2)", "open")
    assert "tripped: look at it again" in section(brief, "decisions").rows[0][4]
    assert [row[1] for row in section(brief, "questions").rows] == ["People", "Small steps", "–"]


def test_what_would_flip_a_future_is_told_with_the_judgements_to_move(
    scenario: Scenario, solved: SolvedScenario
) -> None:
    assert section(brief_of(scenario, solved, WorkshopResults()), "why_s1").paragraphs[1] == (
        "The least that would flip it: “Hinta: Kallis” on “Palvelu: Ihminen” from +1 to −1. "
        "Then “Palvelu: Itse” would hold instead."
    )


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("form", BRIEF_FORMATS)
def test_what_people_typed_is_text_in_every_file(
    scenario: Scenario, solved: SolvedScenario, made: WorkshopResults, form: str, lang: str
) -> None:
    hostile = "<script>alert(1)</script> [x](https://evil.example)"
    typed = replace(
        made,
        futures=replace(FUTURES, futures=tuple(replace(one, name=hostile) for one in FUTURES.futures)),
        signposts=(watched(replace(SIGNPOST, title=hostile, owner=hostile, triggers=hostile), made.updates[0]),),
        updates=(replace(changed(made, watch=hostile), reason=hostile),),
        stress_input=replace(
            made.stress_input, strategies=tuple(replace(s, name=hostile) for s in made.stress_input.strategies)
        ),
        questions=tuple(typed_in(one, "question", hostile) for one in made.questions),
        decisions=tuple(typed_in(one, "promise", hostile) for one in made.decisions),
        answers=ThreeQuestions(matters=hostile, act=hostile, practice=hostile),
    )
    content = write_brief(brief_of(scenario, solved, typed, lang), form).decode()
    assert "script" in content
    if form == "html":
        assert "<script" not in content
        assert 'href="https://evil' not in content
    elif form == "md":
        assert not re.search(r"(?<!\\)<script|(?<!\\)\]\(https", content)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_json_of_a_scenario_keeps_its_shape(
    scenario: Scenario, solved: SolvedScenario, made: WorkshopResults, lang: str
) -> None:
    """What others read by key: every section has the same fields, and every row as many cells as there are columns."""
    brief = brief_of(scenario, solved, made, lang)
    told = json.loads(write_brief(brief, "json"))
    assert set(told) == {*Brief.__dataclass_fields__, "format_version"}
    assert [part["key"] for part in told["sections"]] == [part.key for part in brief.sections]
    for part in told["sections"]:
        assert set(part) == set(Section.__dataclass_fields__)
        assert all(len(row) == len(part["columns"]) for row in part["rows"])
        assert all(isinstance(cell, str) and cell for row in part["rows"] for cell in row if part["key"] in KEYS)
        assert not part["citations"] or len(part["citations"]) == len(part["rows"])
    columns = {part["key"]: len(part["columns"]) for part in told["sections"] if part["key"] in KEYS}
    assert columns == dict(zip(KEYS, (4, 4, 3, 4, 4, 5, 4, 5), strict=True))


def test_both_languages_tell_the_same(scenario: Scenario, solved: SolvedScenario, made: WorkshopResults) -> None:
    finnish, english = (brief_of(scenario, solved, made, lang) for lang in ("fi", "en"))
    for one, other in zip(finnish.sections, english.sections, strict=True):
        assert one.key == other.key
        assert [len(part) for part in (one.rows, one.bullets, one.paragraphs, one.columns)] == [
            len(part) for part in (other.rows, other.bullets, other.paragraphs, other.columns)
        ]


def test_the_likeliest_is_named_only_where_one_leads(
    scenario: Scenario, solved: SolvedScenario, made: WorkshopResults
) -> None:
    level = replace(made, updates=(), now=FUTURES.shares)
    assert "likeliest" not in brief_of(scenario, solved, level).claim
    ahead = replace(level, now=(("f1", 0.5), ("f2", 0.3), (NONE_OF_THESE, 0.2)))
    assert "The likeliest is “Served”, at 50%." in brief_of(scenario, solved, ahead).claim


def test_futures_of_factors_that_have_gone_are_told_by_what_is_left(
    scenario: Scenario, solved: SolvedScenario, made: WorkshopResults
) -> None:
    later = tuple(replace(one, states=(*one.states, ("gone", "x"))) for one in FUTURES.futures)
    part = section(brief_of(scenario, solved, replace(made, futures=replace(FUTURES, futures=later))), "likelihoods")
    assert part.rows[0][1] == "Palvelu: Ihminen; Hinta: Kallis"
