"""Every stage can say why, in both languages, with the numbers it has and without those it lacks."""

from __future__ import annotations

import math
from itertools import combinations

import pytest

from foresight.i18n import LANGUAGES
from foresight.i18n.trend_sentences import (
    growth_phrase,
    signal_help,
    signal_name,
    signal_window_phrase,
    stage_help,
    stage_name,
    stage_reason_sentence,
    weeks_to_double,
)
from foresight.model.trends import Stage

KEYS = (
    "noise_few",
    "noise_one_source",
    "candidate",
    "weak",
    "emerging",
    "strong",
    "steady",
    "fading",
    "sleeping",
    "mixed",
    "recurring",
)
FACTS = (
    ("growth_per_week", 0.18),
    ("doubling_weeks", 4.2),
    ("q", 0.08),
    ("share", 0.0043),
    ("stories", 12.0),
    ("sources", 5.0),
    ("weeks", 4.0),
    ("years", 2.0),
)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_a_reason_reads_whole_whatever_was_measured(key: str, lang: str) -> None:
    for size in range(len(FACTS) + 1):
        for facts in combinations(FACTS, size):
            sentence = stage_reason_sentence(key, facts, lang)
            assert sentence[0].isupper()
            assert sentence.endswith(".")
            assert not set("[]{}–") & set(sentence), sentence
            assert sentence.count("(") == sentence.count(")")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_fact_that_is_not_finite_is_not_written(lang: str) -> None:
    facts = tuple((name, math.nan) for name, _ in FACTS)
    assert stage_reason_sentence("weak", facts, lang) == stage_reason_sentence("weak", (), lang)


def test_a_reason_tells_its_numbers() -> None:
    sentence = stage_reason_sentence("weak", FACTS, "fi")
    assert "+18\u00a0% viikossa" in sentence
    assert "12 juttua, 5 lähdettä" in sentence
    assert "0,43\u00a0%" in sentence


def test_one_story_is_no_plural() -> None:
    assert "1 story, 1 source" in stage_reason_sentence("noise_few", (("stories", 1.0), ("sources", 1.0)), "en")
    assert "1 juttu, 1 lähde" in stage_reason_sentence("noise_few", (("stories", 1.0), ("sources", 1.0)), "fi")


def test_an_unknown_reason_has_no_sentence() -> None:
    assert stage_reason_sentence("no_such_key", (), "en") == ""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_stage_has_a_name_and_an_explanation(lang: str) -> None:
    for stage in Stage:
        assert stage_name(stage, lang)
        assert stage_help(stage, lang).endswith(".")


def test_a_signal_has_a_name_and_an_unknown_one_keeps_its_own() -> None:
    assert signal_name("growth", "fi") == "kasvu"
    assert signal_help("growth", "fi")
    assert signal_name("hum_level", "fi") == "hum level"
    assert signal_help("hum_level", "fi") == ""


@pytest.mark.parametrize(("per_week", "weeks"), [(1.0, 1.0), (-0.5, 1.0), (0.0, math.inf), (-1.0, math.inf)])
def test_doubling_and_halving_take_the_same_count_of_weeks(per_week: float, weeks: float) -> None:
    assert weeks_to_double(per_week) == pytest.approx(weeks)


def test_growth_too_slow_to_double_says_only_its_pace() -> None:
    assert growth_phrase(0.006, None, "en") == "grows 1% a week"
    assert growth_phrase(0.001, None, "en") == "stays where it is"
    assert growth_phrase(-0.2, None, "fi") == "kutistuu 20\u00a0% viikossa (puolittuu 3,1 viikossa)"


@pytest.mark.parametrize(
    ("window", "fi", "en"),
    [
        ("12w", "12 viikkoa", "12 weeks"),
        ("+4w", "+4 viikkoa", "+4 weeks"),
        ("8q", "8 vuosineljännestä", "8 quarters"),
        ("12w:company", "", ""),
        ("", "", ""),
    ],
)
def test_what_a_signal_was_measured_over_is_said_in_words(window: str, fi: str, en: str) -> None:
    assert (signal_window_phrase(window, "fi"), signal_window_phrase(window, "en")) == (fi, en)
