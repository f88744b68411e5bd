"""Laws of tone, of the say–feel gap, and of the class of STEEP."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.model.trends import SteepClass, steep_classes
from foresight.nlp.word_index import WordIndex
from foresight.trends import voice_signals
from foresight.trends.voice_signals import VoiceSide

SCORES = st.lists(st.floats(-1, 1, width=32), min_size=20, max_size=60)


def rng() -> np.random.Generator:
    return voice_signals.random_stream(0, "trend", "tone")


def floats(values: object) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def apart(count: int) -> np.ndarray:
    return np.arange(count, dtype=np.int64)


def index(*rows: str) -> WordIndex:
    """Rows of words as an index."""
    vocabulary = tuple(sorted({word for row in rows for word in row.split()}))
    held = [sorted(vocabulary.index(word) for word in set(row.split())) for row in rows]
    return WordIndex(
        vocabulary=vocabulary,
        indptr=np.cumsum([0, *(len(row) for row in held)]).astype(np.int64),
        indices=np.array([word for row in held for word in row], dtype=np.int64),
    )


def side(rows: range, *, tones: float = 0.0, output: int = 100, stories: np.ndarray | None = None) -> VoiceSide:
    own = np.array(rows, dtype=np.int64)
    return VoiceSide(
        rows=own, stories=own if stories is None else stories, tones=floats([tones] * len(own)), output=output
    )


def test_within_half_a_deviation_there_is_no_tone() -> None:
    found = voice_signals.article_tones(
        floats([0.4, -0.4, 0.9]), floats([0, 0, 0]), np.zeros(3, bool), np.zeros(3, bool)
    )
    assert found[0] == found[1] == 0
    assert found[2] == pytest.approx(np.tanh(0.9))


def test_a_rule_on_the_words_overrules_the_vector() -> None:
    (found,) = voice_signals.article_tones(floats([-2]), floats([1]), np.ones(1, bool), np.ones(1, bool))
    assert found > 0


def test_without_a_vector_words_tell_and_without_either_nothing_is_known() -> None:
    missing = floats([np.nan, np.nan])
    found = voice_signals.article_tones(missing, floats([1, 0]), np.array([True, False]), np.zeros(2, bool))
    assert found[0] > 0
    assert np.isnan(found[1])


@pytest.mark.parametrize("count", [0, 1, 19])
def test_under_twenty_articles_no_tone_is_told(count: int) -> None:
    assert voice_signals.mean_tone(floats([0.5] * count), apart(count), rng()) is None


def test_twenty_copies_of_one_story_are_no_twenty_witnesses() -> None:
    assert voice_signals.mean_tone(floats([0.5] * 20), np.zeros(20, dtype=np.int64), rng()) is None


@settings(max_examples=40)
@given(SCORES, st.randoms(use_true_random=False))
def test_the_order_of_articles_does_not_matter_and_the_mean_lies_in_its_interval(values, random) -> None:
    order = list(range(len(values)))
    random.shuffle(order)
    one = voice_signals.mean_tone(floats(values), apart(len(values)), rng())
    other = voice_signals.mean_tone(floats(values)[order], apart(len(values))[order], rng())
    assert one is not None
    assert other is not None
    assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high), abs=1e-5)
    assert one.low - 1e-5 <= one.value <= one.high + 1e-5 or np.std(values) > 0
    assert -1 <= one.low <= one.high <= 1


def test_the_interval_narrows_with_more_stories_and_not_with_copies() -> None:
    values = [0.8, -0.8] * 15
    few = voice_signals.mean_tone(floats(values), apart(30), rng())
    many = voice_signals.mean_tone(floats(values * 9), apart(270), rng())
    copied = voice_signals.mean_tone(floats(np.repeat(values, 9)), np.repeat(apart(30), 9), rng())
    assert few
    assert many
    assert copied
    assert many.high - many.low < 0.5 * (few.high - few.low)
    assert copied.high - copied.low > 0.8 * (few.high - few.low)


def test_what_companies_praise_and_people_deplore_has_a_gap() -> None:
    found = voice_signals.tone_gap(side(range(25), tones=0.5), side(range(25, 50), tones=-0.4), rng())
    assert found is not None
    assert found.value == pytest.approx(0.9, abs=1e-5)
    assert found.low > 0.8


def test_a_side_with_too_few_articles_silences_the_gap_in_tone() -> None:
    assert voice_signals.tone_gap(side(range(25)), side(range(25, 40)), rng()) is None


def test_a_side_that_never_spoke_of_it_has_an_interval_too() -> None:
    found = voice_signals.share_gap(side(range(0)), side(range(12)), rng())
    assert found is not None
    assert found.value == pytest.approx(-0.12)
    assert found.low < found.value < found.high < 0


@pytest.mark.parametrize(("output", "told"), [(49, 20), (100, 9)])
def test_a_share_of_too_little_is_not_told(output: int, told: int) -> None:
    assert voice_signals.share_gap(side(range(told), output=output), side(range(0)), rng()) is None


def test_the_words_of_two_sides_that_speak_alike_are_not_apart_and_those_of_strangers_are() -> None:
    alike = index(*["kassa jono apu", "kassa hinta apu", "jono hinta kassa"] * 8)
    strange = index(*["kassa jono apu", "kassa hinta apu"] * 6, *["uusi nopea palvelu", "uusi iloinen palvelu"] * 6)
    langs = ["fi"] * 24
    same = voice_signals.word_gap(side(range(12)), side(range(12, 24)), alike, langs, rng())
    far = voice_signals.word_gap(side(range(12)), side(range(12, 24)), strange, langs, rng())
    assert same is not None
    assert far is not None
    assert same.low <= 0.05
    assert far.low > 0.9


def test_sides_that_share_no_language_are_not_compared_by_words() -> None:
    words = index(*["kassa jono"] * 12, *["till queue"] * 12)
    assert voice_signals.word_gap(side(range(12)), side(range(12, 24)), words, ["fi"] * 12 + ["en"] * 12, rng()) is None


def test_words_that_set_a_side_apart_lead_to_its_articles() -> None:
    words = index(*["kassa jono"] * 12, *["kassa ilo"] * 12)
    found = voice_signals.distinct_words(side(range(12)), side(range(12, 24)), words)
    assert [one.word for one in found] == ["jono"]
    assert found[0].rows.tolist() == list(range(12))


def test_shares_of_classes_sum_to_one_and_the_nearest_leads() -> None:
    divided = voice_signals.steep_shares(floats([[0.4, 0.1, 0.2], [0.3, 0.2, 0.1]]))
    assert divided.sum() == pytest.approx(1)
    assert divided.argmax() == 0


def test_a_class_that_leads_clearly_stands_alone_and_two_that_are_near_both_stand() -> None:
    assert steep_classes({SteepClass.SOCIAL: 0.6, SteepClass.ECONOMIC: 0.4}) == (SteepClass.SOCIAL,)
    assert steep_classes({SteepClass.SOCIAL: 0.36, SteepClass.ECONOMIC: 0.34}) == (
        SteepClass.SOCIAL,
        SteepClass.ECONOMIC,
    )
    assert steep_classes({}) == ()


def test_the_words_that_decided_are_those_that_go_with_the_class_elsewhere() -> None:
    words = index("price shop", "price bank", "law court", "law vote", "price law")
    nearness = floats([[0.5, 0.1], [0.5, 0.1], [0.1, 0.5], [0.1, 0.5], [0.4, 0.3]])
    lead = voice_signals.class_leads(nearness)
    told = voice_signals.word_associations(lead, apart(5), words)
    found = voice_signals.decisive_words(apart(5)[:2], lead[:2, 0], voice_signals.words_for_class(told, 0), words)
    assert found[0].word == "price"
    assert found[0].rows.tolist() == [0, 1]
