"""A story says nothing that its material does not hold, and says the same in both languages."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from story_world import JUDGEMENTS, a_material, a_story_scenario, an_update, judged, paths

from foresight.i18n import LANGUAGES
from foresight.model.briefs import Sentence, Story, StoryPartKind, StorySourceKind
from foresight.model.scenarios import State
from foresight.model.workshop import Journey, JourneyStep, StepEffect
from foresight.scenarios.story import MOST_OPPOSING, MOST_PROMOTING, write_story
from foresight.scenarios.story_material import StoryMaterial, judgement_source_id, material_sources
from foresight.testing.builders import a_revision

PARTS = list(StoryPartKind)


def sentences(story: Story, kind: StoryPartKind | None = None) -> list[Sentence]:
    return [one for part in story.parts if kind in (None, part.kind) for one in part.sentences]


def keys(story: Story, kind: StoryPartKind | None = None) -> list[str]:
    return [one.key for one in sentences(story, kind)]


WORDS = st.text(alphabet="abcåäö {}”“.!?\n0123", max_size=12)


@st.composite
def materials(draw: st.DrawFn) -> StoryMaterial:
    """The known scenario with judgements, words and paths of all kinds, in any of its combinations of states."""
    cells = [(f, s, g, t) for f in range(4) for g in range(4) if f != g for s in range(2) for t in range(2)]
    factors = a_story_scenario().factors
    told = draw(st.lists(st.tuples(st.sampled_from(cells), st.integers(-3, 3), WORDS, WORDS), max_size=12))
    cellwise = {cell: (value, reason, author) for cell, value, reason, author in told}
    judgements = tuple(
        judged(f"{factors[f].id}={factors[f].states[s].id}>{factors[g].id}={factors[g].states[t].id}", v, why, who)
        for (f, s, g, t), (v, why, who) in cellwise.items()
    )
    effects = tuple(
        StepEffect(factor=factors[at].id, state=factors[at].states[draw(st.integers(0, 1))].id, value=value)
        for at, value in enumerate(draw(st.lists(st.integers(-3, 3), max_size=4)))
    )
    step = JourneyStep(id="s", name=draw(WORDS), voice=draw(WORDS), confirmed=draw(st.booleans()), effects=effects)
    forced = draw(st.sampled_from([(), (("trust", "murtuu"),)]))
    scenario = a_story_scenario(judgements=judgements, forced=forced, question=draw(WORDS), horizon=draw(WORDS))
    return a_material(
        scenario=scenario,
        states=tuple(draw(st.integers(0, 1)) for _ in range(4)),
        future=draw(st.sampled_from([None, a_material().future])),
        journeys=draw(st.sampled_from([(), paths(), (a_revision(Journey(title="P", steps=(step,)), id="j"),)])),
        updates=draw(st.sampled_from([(), (an_update(),)])),
        documents=draw(st.sampled_from([(), a_material().documents])),
        trends=draw(st.sampled_from([(), a_material().trends])),
    )


@given(materials(), st.sampled_from(LANGUAGES))
@settings(max_examples=60, deadline=None)
def test_no_sentence_is_without_a_source_and_every_source_is_in_the_material(
    material: StoryMaterial, lang: str
) -> None:
    story = write_story(material, lang=lang)
    known = material_sources(material, lang)
    cited = [source for one in sentences(story) for source in one.sources]
    assert all(one.sources and one.text for one in sentences(story))
    assert set(cited) <= set(known)
    assert list(story.grounds) == [known[source] for source in dict.fromkeys(cited)]


@given(materials(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_judgements_does_not_matter_and_the_same_in_gives_the_same_out(
    material: StoryMaterial, chance: random.Random
) -> None:
    mixed = list(material.scenario.judgements)
    chance.shuffle(mixed)
    shuffled = replace(material, scenario=replace(material.scenario, judgements=tuple(mixed)))
    assert write_story(shuffled, lang="fi") == write_story(material, lang="fi") == write_story(material, lang="fi")


@given(materials())
@settings(max_examples=40, deadline=None)
def test_finnish_and_english_tell_the_same_with_the_same_sources(material: StoryMaterial) -> None:
    finnish, english = (write_story(material, lang=lang) for lang in LANGUAGES)
    assert [(one.key, one.sources) for one in sentences(finnish)] == [
        (one.key, one.sources) for one in sentences(english)
    ]


@given(materials())
@settings(max_examples=40, deadline=None)
def test_only_judgements_between_states_that_hold_are_told_the_strongest_and_few(material: StoryMaterial) -> None:
    told = [one for one in sentences(write_story(material, lang="en")) if one.key in ("brings", "against", "unjudged")]
    holding = {"=".join(pair) for pair in material.pairs}
    for one in told:
        acting, _, acted = one.sources[0].partition(":")[2].partition(">")
        assert one.key == "unjudged" or {acting, acted} <= holding
    values = {judgement_source_id(one): one.value for one in material.judgements}
    shown = [[values[one.sources[0]] for one in told if one.key == key] for key in ("brings", "against")]
    assert shown[0] == sorted(shown[0], reverse=True)
    assert shown[1] == sorted(shown[1])
    assert len(shown[0]) <= MOST_PROMOTING
    assert len(shown[1]) <= MOST_OPPOSING
    assert bool(shown[0] or shown[1]) != ("unjudged" in [one.key for one in told])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_story_has_its_four_parts_in_order(lang: str) -> None:
    story = write_story(a_material(), lang=lang)
    assert [part.kind for part in story.parts] == PARTS
    assert all(part.sentences for part in story.parts)
    assert (story.scenario_id, story.rev, story.lang, story.title) == ("scenario-1", 3, lang, "Hiljainen kauppa")


def test_what_led_here_names_the_strongest_judgements_for_and_against_with_reason_and_author() -> None:
    path = sentences(write_story(a_material(), lang="fi"), StoryPartKind.PATH)
    assert [one.text for one in path if one.key in ("brings", "against")] == [
        "”Palvelu: Itse” tukee vahvasti tätä: ”Hinta: Halpa” – kone ei nuku (Aino).",
        "”Väki: Lähtee” tukee selvästi tätä: ”Palvelu: Itse” – ei ole ketään muuta.",
        "”Luottamus: Murtuu” tukee selvästi tätä: ”Väki: Lähtee”.",
        "Vastaan puhuu ”Väki: Lähtee”: se heikentää hieman tilaa ”Hinta: Halpa” – palkat nousevat (Eero).",
    ]


def test_what_was_supposed_stands_before_the_judgements() -> None:
    scenario = a_story_scenario(forced=(("trust", "murtuu"),))
    story = write_story(a_material(scenario=scenario), lang="en")
    way = [one for one in sentences(story, StoryPartKind.PATH) if one.sources[0].startswith(("state", "judgement"))]
    assert way[0].text == "We supposed “Luottamus: Murtuu”."


def test_where_nobody_judged_the_story_says_so() -> None:
    story = write_story(a_material(scenario=a_story_scenario(judgements=())), lang="en")
    assert keys(story, StoryPartKind.PATH)[-1] == "unjudged"


def test_the_customers_day_walks_the_path_and_says_what_breaks_and_why() -> None:
    day = sentences(write_story(a_material(), lang="en"), StoryPartKind.CUSTOMER)
    assert day[0].text == "We walk the path “Ostaminen – Uusi asiakas”."
    assert day[1].text == "“Maksaminen” breaks in a world like this: “Palvelu: Itse” – kukaan ei auta."
    assert day[1].sources == ("step:j-1/pay", "state:service=itse")
    assert "Toivottavasti tämä menee läpi!" in day[2].text
    assert [one.key for one in day[3:]] == ["step_gains", "heard_customer"]


def test_the_employees_day_has_their_own_path_and_the_other_end_of_the_customers() -> None:
    story = write_story(a_material(), lang="en")
    assert keys(story, StoryPartKind.EMPLOYEE) == [
        "day",
        "step_strains",
        "met_breaks",
        "met_gains",
        "heard_employee",
    ]
    assert "Myyjä" in sentences(story, StoryPartKind.EMPLOYEE)[0].text


def test_where_nobody_was_asked_the_story_says_so_and_cites_the_scenario_it_looked_in() -> None:
    story = write_story(a_material(journeys=(), documents=(), trends=()), lang="en")
    (customer,) = sentences(story, StoryPartKind.CUSTOMER)
    (employee,) = sentences(story, StoryPartKind.EMPLOYEE)
    assert (customer.key, employee.key) == ("customer_unwalked", "employee_unheard")
    assert customer.sources == employee.sources == ("scenario:scenario-1",)


def test_a_signpost_that_spoke_moves_the_likelihood_in_words() -> None:
    story = write_story(a_material(), lang="en")
    (spoken,) = [one for one in sentences(story) if one.key == "sign_seen"]
    assert spoken.text.endswith("5 % kahdessa viikossa. Likelihood first 40%, then 55%.")
    assert "likely" in keys(story)


def test_a_headline_people_gave_is_the_headline() -> None:
    future = replace(a_material().future, headline="Kauppa, jossa kukaan ei vastaa.")
    first = sentences(write_story(a_material(future=future), lang="fi"))[0]
    assert first.text == "Kauppa, jossa kukaan ei vastaa."
    assert first.sources[0] == "future:f1"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_names_with_braces_and_marks_stay_as_they_are(lang: str) -> None:
    scenario = a_story_scenario()
    odd = replace(scenario.factors[1], states=(State(id="halpa", name="{x} <b>"), scenario.factors[1].states[1]))
    factors = (scenario.factors[0], odd, *scenario.factors[2:])
    story = write_story(a_material(scenario=replace(scenario, factors=factors)), lang=lang)
    assert any("Hinta: {x} <b>" in one.text for one in sentences(story))


def test_no_template_leaves_a_fact_out() -> None:
    for lang in LANGUAGES:
        texts = [one.text for one in sentences(write_story(a_material(), lang=lang))]
        assert not [text for text in texts if re.search(r"\{\w+\}|”–”|“–”", text)]


def test_a_document_pins_its_wording_and_leads_to_it() -> None:
    documents = [one for one in write_story(a_material(), lang="en").grounds if one.kind is StorySourceKind.DOCUMENT]
    assert documents
    assert all(one.url and one.content_hash for one in documents)


def test_judgements_of_states_that_do_not_hold_are_no_material() -> None:
    known = material_sources(a_material(), "en")
    assert len([one for one in known.values() if one.kind is StorySourceKind.JUDGEMENT]) == len(JUDGEMENTS) - 1
