"""The gap between saying and feeling in words, or the reason why it is not told."""

from __future__ import annotations

import pytest

from foresight.i18n.voice_sentences import (
    missing_tone_sentence,
    say_feel_sentences,
    steep_name,
    voice_name,
    voice_tones,
)
from foresight.model.sources import Voice
from foresight.model.trends import Signal, SteepClass


def signal(name: str, window: str, value: float, spread: float | None = 0.1, n: int = 30) -> Signal:
    edges = {"low": None, "high": None} if spread is None else {"low": value - spread, "high": value + spread}
    return Signal(trend_id="t", name=name, window=window, value=value, unit="", method="", n=n, **edges)


def heard(tone: float, share: float) -> list[Signal]:
    return [
        signal("voice", "12w:company", 30, None),
        signal("voice", "12w:customer", 30, None),
        signal("voice", "12w:employee", 4, None, n=4),
        signal("tone", "12w:company", 0.5),
        signal("tone", "12w:customer", -0.4),
        signal("voice_share", "12w:company", 0.08),
        signal("voice_share", "12w:people", 0.02),
        signal("say_feel_tone", "12w", tone),
        signal("say_feel_share", "12w", share, 0.01),
        signal("say_feel_words", "12w", 0.4),
    ]


@pytest.mark.parametrize("lang", ["fi", "en"])
@pytest.mark.parametrize(("tone", "share"), [(0.9, 0.06), (-0.9, -0.06), (0.0, 0.0)])
def test_every_gap_has_a_sentence_without_holes(lang: str, tone: float, share: float) -> None:
    told = say_feel_sentences(heard(tone, share), lang)
    assert len(told) == 3
    assert all("{" not in one and " – " not in one.replace("0 (samat sanat) – 1", "") for one in told)


def test_a_gap_that_may_be_none_is_not_claimed() -> None:
    assert "not surely" in say_feel_sentences(heard(0.05, 0.06), "en")[0]
    assert "more kindly" in say_feel_sentences(heard(0.9, 0.06), "en")[0]
    assert "more harshly" in say_feel_sentences(heard(-0.9, 0.06), "en")[0]
    assert "0.90 apart (0.80 … 1.00)" in say_feel_sentences(heard(-0.9, 0.06), "en")[0]


@pytest.mark.parametrize("lang", ["fi", "en"])
def test_too_few_articles_are_the_reason_of_silence(lang: str) -> None:
    told = say_feel_sentences([signal("voice", "12w:company", 6, None, n=7)], lang)
    assert "20" in told[0]
    assert "7" in told[0]
    assert len(told) == 3


def test_where_only_the_media_write_there_is_one_sentence() -> None:
    assert len(say_feel_sentences([signal("voice", "12w:media", 6, None)], "en")) == 1


def test_voices_without_a_tone_are_named_with_their_number() -> None:
    assert "employees 4" in missing_tone_sentence(heard(0.9, 0.06), "en")
    assert missing_tone_sentence([], "fi") == ""


def test_the_voice_with_most_articles_stands_first() -> None:
    assert [one.voice for one in voice_tones(heard(0.9, 0.06))] == ["company", "customer", "employee"]


@pytest.mark.parametrize("lang", ["fi", "en"])
def test_every_voice_and_class_has_a_name(lang: str) -> None:
    assert all(voice_name(voice, lang) for voice in Voice)
    assert all(steep_name(steep, lang) for steep in SteepClass)
