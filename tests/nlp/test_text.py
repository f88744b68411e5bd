"""Boilerplate of a source goes, what the news is about stays."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foresight.nlp.cleaning import Boilerplate, clean_title, learn_boilerplate, normalised_title, title_template

MATTERS = [
    "Banks raise their rates",
    "Oil falls after the summit",
    "Retailer closes shops in the north",
    "Union calls a strike over pay",
    "Airline buys ten planes",
    "Court blocks the merger",
    "Farmers protest in Helsinki",
    "Factory opens in the south",
    "Minister resigns over budget",
    "Researchers find a cheaper battery",
]


def learned(patterns: list[str], others: list[str] | None = None) -> dict[str, str]:
    """What becomes of the titles made by putting the matters into the patterns."""
    titles = [pattern.format(matter) for pattern in patterns for matter in MATTERS] + (others or MATTERS)
    boilerplate = learn_boilerplate({"paper": titles})
    return {title: clean_title(title, "paper", boilerplate) for title in titles}


@pytest.mark.parametrize(
    "pattern",
    [
        "{} | The Paper",
        "{} – as it happened",
        "Business live: {}",
        "Show HN: {}",
        "{} [pdf]",
        "Nils Pratley on finance {}",
        "Day 3: {}",
        "Business live: {} – as it happened",
    ],
)
def test_what_recurs_around_different_titles_is_stripped(pattern: str) -> None:
    cleaned = learned([pattern])
    assert {cleaned[pattern.format(matter)] for matter in MATTERS} == set(MATTERS)


def test_a_name_the_news_is_about_is_no_boilerplate() -> None:
    others = [f"How {matter.lower()} will end the Ukraine talks" for matter in MATTERS]
    cleaned = learned(["Ukraine war: {}"], others)
    assert cleaned["Ukraine war: Oil falls after the summit"] == "Ukraine war: Oil falls after the summit"


def test_a_prefix_that_also_stands_inside_titles_is_no_boilerplate() -> None:
    others = [f"{matter} before brexit" for matter in MATTERS]
    cleaned = learned(["Brexit: {}"], others)
    assert cleaned["Brexit: Airline buys ten planes"] == "Brexit: Airline buys ten planes"


def test_an_institution_at_the_beginning_is_no_boilerplate() -> None:
    titles = [f"Bank of England {verb} rates" for verb in ("raises", "cuts", "keeps", "discusses", "forgets", "sets")]
    boilerplate = learn_boilerplate({"paper": titles + MATTERS})
    assert clean_title(titles[0], "paper", boilerplate) == titles[0]


def test_a_title_that_is_nothing_but_boilerplate_stays() -> None:
    titles = [f"Business live: {matter}" for matter in MATTERS]
    boilerplate = learn_boilerplate({"paper": titles})
    assert clean_title("Business live: Markets", "paper", boilerplate) == "Business live: Markets"


def test_boilerplate_of_one_source_leaves_others_alone() -> None:
    boilerplate = learn_boilerplate({"paper": [f"{matter} | The Paper" for matter in MATTERS]})
    assert clean_title("Oil falls | The Paper", "other", boilerplate) == "Oil falls | The Paper"


def test_a_thousand_copies_of_a_title_teach_nothing() -> None:
    boilerplate = learn_boilerplate({"paper": ["Live: Oil falls after the summit"] * 1_000})
    assert boilerplate == Boilerplate(sources={})


@given(st.lists(st.text(max_size=60), max_size=12), st.text(max_size=80))
def test_any_title_survives_cleaning_twice(titles: list[str], title: str) -> None:
    boilerplate = learn_boilerplate({"paper": [*titles, *titles]})
    cleaned = clean_title(title, "paper", boilerplate)
    assert clean_title(cleaned, "paper", boilerplate) == cleaned
    assert len(cleaned) <= len(title)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Italy v Wales – build-up", "France v Ireland – build-up"),
        ("Cramer's lightning round: Buy Cronos", "Cramer's lightning round: Sell Apple"),
        ("Friday briefing: what to know on 3 May", "Tuesday briefing: what to know on 14 June"),
        ("Inflation rises to 3.1% in July", "Inflation rises to 2.7% in August"),
    ],
)
def test_titles_of_a_series_have_one_skeleton(one: str, other: str) -> None:
    assert title_template(one) == title_template(other) != ""


@pytest.mark.parametrize(
    "title", ["", "Oil falls", "BREAKING NEWS", "Boris Johnson Wins Again", "😀", "2020", "no slots here at all"]
)
def test_a_title_without_template_has_no_skeleton(title: str) -> None:
    assert title_template(title) == ""


def test_titles_that_differ_in_punctuation_and_case_are_the_same() -> None:
    assert normalised_title("“Oil falls” – again!") == normalised_title("OIL FALLS: AGAIN") == "oil falls again"


@pytest.mark.parametrize("piece", ["[", "a: ", "Live: ", " [pdf]", "( ", "A "])
def test_hostile_titles_cost_little(piece: str) -> None:
    boilerplate = learn_boilerplate({"paper": [f"Live: {matter} [pdf]" for matter in MATTERS]})
    started = time.perf_counter()
    clean_title(piece * 300_000, "paper", boilerplate)
    clean_title(piece * 150, "paper", boilerplate)
    title_template(piece * 20_000)
    assert time.perf_counter() - started < 5
