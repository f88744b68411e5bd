"""Finnish and English are equals: no text stands in one language only."""

from __future__ import annotations

from string import Formatter

import pytest

from foresight.i18n import LANGUAGES, Texts
from foresight.model import errors


def placeholders(text: str) -> set[str]:
    return {name.split(".")[0] for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys() -> None:
    finnish, english = (Texts(lang).keys() for lang in LANGUAGES)
    assert finnish == english


def test_a_text_names_the_same_facts_in_both_languages() -> None:
    for key in sorted(Texts("en").keys()):
        facts = [placeholders(Texts(lang)._texts[key]) for lang in LANGUAGES]
        assert facts[0] == facts[1], key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_error_has_a_sentence(lang: str) -> None:
    classes = [
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.ForesightError)
    ]
    missing = [name for name in classes if not Texts(lang).has(f"errors.{name}")]
    assert not missing


def test_a_missing_fact_leaves_a_dash() -> None:
    assert "–" in Texts("en")("errors.RunLocked")
