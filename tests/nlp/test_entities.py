"""Names in articles shown as evidence: people, organisations, places."""

from __future__ import annotations

import pytest

from foresight.nlp.entities import document_entities, is_plausible_name, kind_of_name, one_kind_per_name
from foresight.testing.builders import a_document


def found(*titles: str, lang: str) -> set[tuple[str, str, str]]:
    documents = [a_document(str(i), title=title, lang=lang) for i, title in enumerate(titles)]
    return {(entity.document_id, entity.name, entity.kind) for entity in document_entities(documents)}


def test_finnish_names_stand_in_the_nominative_once_two_texts_have_them() -> None:
    names = found(
        "Nokian johtaja Sari Baldauf puhui Helsingissä",
        "Eilen Sari Baldauf kertoi, että Nokia kasvaa",
        "Sari Baldaufin mukaan Helsinki houkuttelee",
        lang="fi",
    )
    assert {("0", "Nokia", "organisation"), ("0", "Sari Baldauf", "person"), ("2", "Sari Baldauf", "person")} <= names
    assert ("0", "Helsinki", "place") in names


def test_a_finnish_name_seen_once_is_not_shown() -> None:
    assert found("Johtaja Sari Baldauf puhui", lang="fi") == set()


def test_english_names_are_found() -> None:
    names = found("Barack Obama met Microsoft executives in London", lang="en")
    assert ("0", "Barack Obama", "person") in names
    assert ("0", "Microsoft", "organisation") in names
    assert ("0", "London", "place") in names


def test_a_surname_follows_the_person_named_in_full() -> None:
    kinds = one_kind_per_name([("Donald Trump", "person"), ("Trump", "organisation"), ("Micron", "person")])
    assert kinds == {"Donald Trump": "person", "Trump": "person"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Suomen Pankki", "organisation"),
        ("Bank of England", "organisation"),
        ("Aalto-yliopisto", "organisation"),
        ("EKP", "organisation"),
        ("Sanna Marin", "person"),
        ("Viro", "place"),
        ("Kumma", ""),
    ],
)
def test_cues_tell_what_a_name_names(name: str, kind: str) -> None:
    assert kind_of_name(name, "fi") == kind


@pytest.mark.parametrize("text", ["", "Q4", "2020", "—", "U.S.-China tensions", "the Fed", "A B C D E F"])
def test_what_is_no_name_is_left_out(text: str) -> None:
    assert not is_plausible_name(text)


@pytest.mark.parametrize("lang", ["fi", "en", "sv"])
def test_odd_documents_break_nothing(lang: str) -> None:
    odd = ["", "😀", "\x00", "مرحبا", "A" * 100_000, "\u202eNokia Nokia"]
    assert isinstance(found(*odd, lang=lang), set)


def test_no_documents_name_nobody() -> None:
    assert document_entities([]) == ()
