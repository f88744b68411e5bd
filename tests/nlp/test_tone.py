"""What words say of a text's tone, in both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foresight.nlp.tone import NO_WORD_TONE, TONE_LANGUAGES, word_tone


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("The service was excellent", "en"),
        ("Unemployment declined in the spring", "en"),
        ("The airline's losses narrowed", "en"),
        ("No problems at all", "en"),
        ("I have never been disappointed", "en"),
        ("Fewer complaints this year", "en"),
        ("Palvelu oli erinomaista", "fi"),
        ("Työttömyys laski keväällä", "fi"),
        ("Yhtiön tappiot pienenivät", "fi"),
        ("Ei mitään ongelmia", "fi"),
        ("Ilman virheitä ensimmäisestä päivästä", "fi"),
        ("Ilman laatu parani", "fi"),
    ],
)
def test_good_news_is_read_as_good(text: str, lang: str) -> None:
    assert word_tone(text, lang).value > 0


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("The service was awful", "en"),
        ("Unemployment rose", "en"),
        ("Customer satisfaction fell", "en"),
        ("The service is not good", "en"),
        ("Nobody answers", "en"),
        ("Palvelu oli surkeaa", "fi"),
        ("Työttömyys kasvoi", "fi"),
        ("Asiakastyytyväisyys laski", "fi"),
        ("Palvelu ei ole hyvää", "fi"),
        ("Se ei toimi", "fi"),
    ],
)
def test_bad_news_is_read_as_bad(text: str, lang: str) -> None:
    assert word_tone(text, lang).value < 0


def test_a_rule_decides_where_a_vector_is_blind() -> None:
    assert word_tone("Unemployment declined", "en").needed_rule
    assert word_tone("Palvelu ei ole hyvää", "fi").needed_rule
    assert not word_tone("The service was excellent", "en").needed_rule


def test_a_denied_movement_tells_nothing() -> None:
    read = word_tone("Unemployment did not fall", "en")
    assert read.value == 0
    assert read.needed_rule


def test_a_clause_does_not_turn_the_next_one_around() -> None:
    assert word_tone("Not today, but the food was delicious", "en").value > 0
    assert word_tone("Not only good", "en").value > 0


@pytest.mark.parametrize(("text", "lang"), [("", "en"), ("The store opens at nine", "en"), ("Kauppa on auki", "fi")])
def test_plain_words_are_silent(text: str, lang: str) -> None:
    assert word_tone(text, lang) == NO_WORD_TONE


def test_a_language_without_lists_is_silent() -> None:
    assert word_tone("Servicen var utmärkt", "sv") == NO_WORD_TONE


@given(st.text(max_size=200), st.sampled_from(TONE_LANGUAGES))
def test_any_text_has_a_tone_within_bounds_and_casing_does_not_matter(text: str, lang: str) -> None:
    read = word_tone(text, lang)
    assert -1 <= read.value <= 1
    assert (read.matches == 0) <= (read.value == 0)
    assert word_tone(text.casefold(), lang) == read
