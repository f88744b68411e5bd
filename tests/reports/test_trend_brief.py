"""A trend's brief tells what was measured, says how sure it is, and writes no number that was not measured."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from trend_pages import page_of

from foresight.i18n import LANGUAGES
from foresight.model.briefs import Brief, Section
from foresight.model.decisions import TrendView
from foresight.model.scenarios import Scenario
from foresight.model.trends import Stage
from foresight.queries.trends import CountedStory, MentionedName
from foresight.reports.messages import BriefMessages
from foresight.reports.trend_brief import (
    ConfidenceLevel,
    confidence_level,
    doubt_sentences,
    largest_source,
    select_evidence,
    trend_brief,
)
from foresight.testing.builders import NOW, a_run, a_scenario, a_signal, a_source, a_trend, a_view

NAMES = (
    MentionedName(name="Kauppa Oy", kind="organisation", documents=5),
    MentionedName(name="Aino Virtanen", kind="person", documents=1),
)
KEYS = ("changing", "evidence", "why", "what_if", "unknown", "scenarios", "questions", "method")


def brief_of(
    view: TrendView, evidence: tuple[CountedStory, ...], scenarios: tuple[Scenario, ...] = (), lang: str = "en"
) -> Brief:
    return trend_brief(page_of(view, evidence, scenarios, NAMES), lang=lang, generation=7, run=a_run())


def section(brief: Brief, key: str) -> Section:
    return next(part for part in brief.sections if part.key == key)


def text_of(part: Section) -> str:
    return "\n".join([*part.paragraphs, *part.bullets, *(" | ".join(row) for row in part.rows)])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_brief_has_its_sections_in_order(view: TrendView, evidence: tuple[CountedStory, ...], lang: str) -> None:
    brief = brief_of(view, evidence, (a_scenario(),), lang)
    assert tuple(part.key for part in brief.sections) == KEYS
    assert (brief.kind, brief.subject_id, brief.lang) == ("trend", "trend-1", lang)
    assert (brief.as_of, brief.generation, brief.run_id) == (NOW, 7, "run-1")


def test_both_languages_say_the_same_things(view: TrendView, evidence: tuple[CountedStory, ...]) -> None:
    finnish, english = (brief_of(view, evidence, (a_scenario(),), lang) for lang in ("fi", "en"))
    for fi, en in zip(finnish.sections, english.sections, strict=True):
        assert fi.key == en.key
        assert len(fi.paragraphs) == len(en.paragraphs)
        assert len(fi.bullets) == len(en.bullets)
        assert len(fi.rows) == len(en.rows)
        assert fi.heading != en.heading


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_is_whole(view: TrendView, evidence: tuple[CountedStory, ...], lang: str) -> None:
    for part in brief_of(view, evidence, (a_scenario(),), lang).sections:
        for sentence in (*part.paragraphs, *part.bullets):
            assert not re.search(r"[{}\[\]]|\s–\s*[.,]", sentence), sentence


def test_numbers_are_told_with_their_intervals(view: TrendView, evidence: tuple[CountedStory, ...]) -> None:
    told = text_of(section(brief_of(view, evidence), "changing"))
    assert "between +8% and +28%" in told
    assert "in eight weeks is 6%, and nine times out of ten between 3% and 11%" in told
    assert "12 articles, 10 stories, 5 sources" in told


def test_a_number_that_was_not_measured_is_not_written(view: TrendView, evidence: tuple[CountedStory, ...]) -> None:
    bare = replace(view, signals=())
    told = text_of(section(brief_of(bare, evidence), "changing"))
    assert "nine times out of ten" not in told.lower()
    unsupported = replace(view, signals=tuple(replace(signal, n=0) for signal in view.signals))
    assert text_of(section(brief_of(unsupported, evidence), "changing")) == told
    assert "risk" not in brief_of(bare, evidence).claim


def test_the_share_is_set_against_the_weeks_before(view: TrendView, evidence: tuple[CountedStory, ...]) -> None:
    told = text_of(section(brief_of(view, evidence), "changing"))
    assert "was 5.5%; in the four weeks before, 3.5%" in told


def test_the_evidence_leads_to_its_documents(view: TrendView, evidence: tuple[CountedStory, ...]) -> None:
    part = section(brief_of(view, evidence, lang="fi"), "evidence")
    assert len(part.rows) == len(part.citations) == len(evidence)
    assert [row[1] for row in part.rows] == [cited.title for cited in part.citations]
    assert {row[3] for row in part.rows} == {"media", "työntekijä", "yritys"}
    assert all(cited.content_hash and cited.trend_id == "trend-1" for cited in part.citations)


def test_evidence_shows_every_voice_before_more_of_one(evidence: tuple[CountedStory, ...]) -> None:
    first = evidence[0]
    same_voice = tuple(replace(first, document=replace(first.document, id=f"more-{at}")) for at in range(5))
    shown = select_evidence((*same_voice, *evidence), most=5)
    assert {one.source.voice for one in shown} == {"media", "employee", "company"}


def test_evidence_is_shown_latest_first(evidence: tuple[CountedStory, ...]) -> None:
    days = [piece.document.published for piece in select_evidence(tuple(reversed(evidence)), most=4)]
    assert days == sorted(days, reverse=True)


def test_names_need_two_documents(view: TrendView, evidence: tuple[CountedStory, ...]) -> None:
    told = text_of(section(brief_of(view, evidence), "why"))
    assert "Kauppa Oy (5)" in told
    assert "Virtanen" not in told


def test_why_tells_words_names_tags_and_notes(view: TrendView, evidence: tuple[CountedStory, ...]) -> None:
    told = text_of(section(brief_of(view, evidence, lang="fi"), "why"))
    for word in (
        "kassa, jono, hävikki",
        "self-checkout, shrink",
        "Kauppa Oy (5)",
        "kauppa",
        "Kysytään raadilta",
        "Aino",
    ):
        assert word in told


def test_what_if_asks_for_customers_employees_and_business(view: TrendView, evidence: tuple[CountedStory, ...]) -> None:
    part = section(brief_of(view, evidence, lang="fi"), "what_if")
    assert [bullet.split(":")[0] for bullet in part.bullets] == [
        "Asiakkaat",
        "Henkilöstö",
        "Liiketoiminta",
        "Vastavirtaan",
    ]
    assert all(bullet.endswith("?") for bullet in part.bullets)
    assert "Kassoihin kyllästytään" in part.bullets[0]
    assert "5 viikossa" in part.bullets[2]


def test_a_trend_without_words_still_has_four_questions(view: TrendView, evidence: tuple[CountedStory, ...]) -> None:
    mute = replace(view, trend=replace(view.trend, headlines=()), signals=())
    assert len(section(brief_of(mute, evidence), "what_if").bullets) == 4


def test_what_is_thin_is_said(view: TrendView, evidence: tuple[CountedStory, ...]) -> None:
    messages = BriefMessages("en")
    alone = evidence[:1]
    thin = replace(view, trend=replace(view.trend, sources=2))
    told = "\n".join(doubt_sentences(page_of(thin, alone), messages))
    for doubt in ("Thin sources: only 2 sources", "all the articles at hand are in Finnish", "(media)", "2 to 5 of 5"):
        assert doubt in told
    loud = (evidence[0], evidence[4], evidence[1])
    assert "67% of the articles come from Päivälehti" in "\n".join(doubt_sentences(page_of(view, loud), messages))
    assert "No documents are at hand" in "\n".join(doubt_sentences(page_of(view, ()), messages))


def test_a_missing_customer_voice_is_said(view: TrendView, evidence: tuple[CountedStory, ...]) -> None:
    without = (evidence[1], evidence[3])
    assert "No customer or employee voice" in "\n".join(doubt_sentences(page_of(view, without), BriefMessages("en")))
    assert "No customer or employee voice" not in "\n".join(
        doubt_sentences(page_of(view, evidence), BriefMessages("en"))
    )


def test_an_interval_that_holds_zero_is_said(view: TrendView, evidence: tuple[CountedStory, ...]) -> None:
    unsure = replace(view, signals=tuple(replace(s, low=-0.1) if s.name == "growth" else s for s in view.signals))
    assert "includes no growth at all" in "\n".join(doubt_sentences(page_of(unsure, evidence), BriefMessages("en")))


def test_what_would_change_our_mind_can_be_seen(view: TrendView, evidence: tuple[CountedStory, ...]) -> None:
    assert "under 3% in four weeks" in text_of(section(brief_of(view, evidence), "unknown"))


@pytest.mark.parametrize(
    ("changes", "sure"),
    [
        ({}, ConfidenceLevel.HIGH),
        ({"sources": 3}, ConfidenceLevel.MODERATE),
        ({"sources": 2}, ConfidenceLevel.LOW),
        ({"stories": 4}, ConfidenceLevel.LOW),
        ({"stage": Stage.CANDIDATE}, ConfidenceLevel.LOW),
        ({"stage": Stage.STRONG}, ConfidenceLevel.HIGH),
    ],
)
def test_confidence_follows_its_rules(
    view: TrendView, evidence: tuple[CountedStory, ...], changes: dict[str, object], sure: ConfidenceLevel
) -> None:
    assert confidence_level(page_of(replace(view, trend=replace(view.trend, **changes)), evidence)) is sure  # type: ignore[arg-type]


def test_growth_without_a_passed_test_is_not_believed(view: TrendView, evidence: tuple[CountedStory, ...]) -> None:
    untested = replace(view, signals=tuple(s for s in view.signals if s.name != "q_value"))
    assert confidence_level(page_of(untested, evidence)) is ConfidenceLevel.LOW


def test_one_loud_source_lowers_confidence(view: TrendView, evidence: tuple[CountedStory, ...]) -> None:
    loud = tuple(replace(piece, source=a_source("one")) for piece in evidence)
    assert largest_source(page_of(view, loud))[1] == 1.0
    assert confidence_level(page_of(view, loud)) is ConfidenceLevel.MODERATE


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_brief_can_be_made_of_any_trend(stage: Stage, lang: str) -> None:
    bare = a_view(a_trend(stage=stage, headlines=(), langs=(), stories=0, sources=0, documents=0), signals=())
    bare = replace(bare, series=replace(bare.series, weeks=(), counts=(), totals=()))
    brief = brief_of(bare, (), (), lang)
    assert brief.claim
    assert "scenarios" not in {part.key for part in brief.sections}


def test_the_same_trend_gives_the_same_brief(view: TrendView, evidence: tuple[CountedStory, ...]) -> None:
    assert brief_of(view, evidence) == brief_of(view, evidence)


def test_risk_campaign_and_borrowed_dates_are_said(view: TrendView, evidence: tuple[CountedStory, ...]) -> None:
    campaign = a_signal(name="campaign", value=0.4, window="4w", unit="share")
    risky = tuple(replace(signal, value=0.2) if signal.name == "q_value" else signal for signal in view.signals)
    undated = tuple(
        replace(piece, document=replace(piece.document, published_origin="first_seen")) for piece in evidence
    )
    told = "\n".join(doubt_sentences(page_of(replace(view, signals=(*risky, campaign)), undated), BriefMessages("en")))
    assert "Of calls as strong as this, 20% would be chance alone" in told
    assert "40% of its stories come from one campaign" in told
    assert "100% of the articles carry no usable date" in told
    assert largest_source(page_of(view)) == ("", 0.0)
