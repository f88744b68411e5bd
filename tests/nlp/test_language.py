"""The language of a text, among those in use."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from foresight.nlp.language import BatchLanguageIdentifier, detect_languages, languages_of, source_languages
from foresight.testing.builders import a_document

USED = ("fi", "en", "sv", "de")


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Hallitus päätti uusista veroista eilen illalla", "fi"),
        ("Government decides on new taxes", "en"),
        ("Regeringen beslutade om nya skatter", "sv"),
        ("Die Regierung beschließt neue Steuern", "de"),
        ("Vaalit", "fi"),
    ],
)
def test_headlines_of_the_languages_in_use_are_told_apart(text: str, lang: str) -> None:
    assert detect_languages([text], USED)[0] == lang


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        (
            "Le gouvernement a annoncé hier une nouvelle loi sur les retraites, contestée par les syndicats.",
            "fr",
        ),
        ("Правительство объявило о новых мерах", "ru"),
        ("政府が新しい政策を発表した", "ja"),
        ("الحكومة تعلن عن ميزانية جديدة", "ar"),
    ],
)
def test_a_language_not_in_use_is_named_where_that_is_plain(text: str, lang: str) -> None:
    assert detect_languages([text], USED)[0] == lang


@pytest.mark.parametrize("text", ["", "😀😀", "12 345", "\x00", "!!!"])
def test_a_text_without_letters_has_no_language(text: str) -> None:
    assert detect_languages([text], USED)[0] == "und"


def test_a_short_text_follows_its_source() -> None:
    assert languages_of([a_document(title="Nokia E72", text="", lang="")], USED, {"source-1": "fi"})[0] == (
        "fi",
        "source",
    )


def test_a_long_text_is_believed_against_its_source_and_declaration() -> None:
    text = "The government decided yesterday on new taxes for the owners of forests and of mines in the north."
    assert languages_of([a_document(title="Taxes", text=text, lang="fi")], USED, {"source-1": "fi"})[0] == (
        "en",
        "detected",
    )


def test_a_declared_language_that_is_detected_too_is_declared() -> None:
    found = languages_of([a_document(title="Hallitus päätti uusista veroista", text="", lang="fi")], USED, {})[0]
    assert found == ("fi", "declared")


def test_a_text_without_letters_takes_the_declared_language() -> None:
    assert languages_of([a_document(title="😀", text="", lang="sv")], USED, {})[0] == ("sv", "declared")


def test_the_majority_of_a_source_is_found_from_its_texts() -> None:
    documents = [
        a_document(source_id="hs", title="Hallitus päätti uusista veroista eilen"),
        a_document(source_id="hs", title="Vaalit lähestyvät ja puolueet valmistautuvat"),
        a_document(source_id="hs", title="New York Times"),
        a_document(source_id="empty", title="😀"),
    ]
    assert source_languages(documents, USED) == {"hs": "fi"}


@pytest.mark.shared
def test_real_headlines_in_two_languages_are_almost_always_right(shared: object) -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415 - only where the data is

    table = pq.read_table(f"{shared}/data/dev/dev_news.parquet", columns=["title", "lang", "source"]).to_pylist()
    for source in ("digitoday.fi", "guardian-business"):
        rows = [row for row in table if row["source"] == source][:500]
        assert sum(
            found == row["lang"]
            for row, found in zip(rows, detect_languages([row["title"] for row in rows], USED), strict=True)
        ) >= 0.98 * len(rows)


@cache
def model() -> tuple[Any, BatchLanguageIdentifier]:
    """The library's own identifier, and ours of the same model."""
    library = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return library, BatchLanguageIdentifier(library)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=120), max_size=8))
def test_many_texts_at_once_are_in_the_languages_that_the_library_finds_one_by_one(texts: list[str]) -> None:
    library, ours = model()
    for text, probabilities in zip(texts, ours.probabilities(texts), strict=True):
        told = dict(library.rank(text))
        assert np.allclose(probabilities, [told[label] for label in ours.labels], atol=1e-4)


def test_many_texts_at_once_are_found_as_each_alone() -> None:
    texts = [
        "Hallitus päätti uusista veroista",
        "",
        "Government decides on new taxes",
        "Правительство объявило",
        "x" * 3000,
    ]
    assert detect_languages(texts, USED) == [detect_languages([text], USED)[0] for text in texts]
