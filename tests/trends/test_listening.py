"""What an analysis hears of who says what: nothing later than the cut-off, whatever the order, with evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from foresight.model.documents import Corpus, Ints1d
from foresight.model.sources import Voice
from foresight.nlp.anchors import load_anchors
from foresight.nlp.word_index import word_index
from foresight.testing.builders import NOW, a_trend
from foresight.trends.history import to_seconds
from foresight.trends.voices import VoiceAnalysis, analyse_voices

DIM = 384
VOICES = {"firm": Voice.COMPANY, "shopper": Voice.CUSTOMER, "clerk": Voice.EMPLOYEE, "paper": Voice.MEDIA}
SAYS = {
    "firm": "Excellent new tills delight customers",
    "shopper": "Awful tills, the machine failed again",
    "clerk": "Exhausted by angry customers at the tills",
    "paper": "Tills open in March",
}
ANCHORS = load_anchors("e5-small-q4-1")


def said(count: int = 160, *, until: datetime = NOW) -> Corpus:
    """Articles on one matter by four sources in turn, one an hour up to `until`, and as many on other things."""
    rng = np.random.default_rng(0)
    sources = tuple(VOICES)
    matter, names = rng.normal(size=DIM), [sources[at % 4] for at in range(2 * count)]
    vectors = rng.normal(size=(2 * count, DIM))
    vectors[::8] = vectors[1::8] = vectors[2::8] = vectors[3::8] = matter
    vectors += 0.3 * rng.normal(size=vectors.shape)
    on_it = np.arange(2 * count) % 8 < 4
    published = np.array(
        [to_seconds(until - timedelta(hours=2 * count - at)) for at in range(2 * count)], dtype=np.int64
    )
    return Corpus(
        ids=tuple(f"{'on' if on_it[at] else 'off'}-{at:04d}" for at in range(2 * count)),
        titles=tuple(f"{SAYS[names[at]]} {at}" if on_it[at] else f"Weather report {at}" for at in range(2 * count)),
        texts=("",) * (2 * count),
        langs=("en",) * (2 * count),
        sources=np.array([at % 4 for at in range(2 * count)], dtype=np.int64),
        stories=np.arange(2 * count, dtype=np.int64),
        published=published,
        available=published,
        vectors=(vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32),
        source_ids=sources,
        source_weights=np.ones(4, dtype=np.float32),
    )


def hear(
    corpus: Corpus, *, as_of: datetime = NOW, trends: Sequence[str] = ("tills",), meaning: bool = True
) -> VoiceAnalysis:
    members = {trend: [one for one in corpus.ids if one.startswith("on")] for trend in trends}
    words = word_index(corpus.titles, corpus.texts, corpus.langs)
    anchors = ANCHORS if meaning else None
    return analyse_voices(corpus, words, [a_trend(t) for t in trends], members, VOICES, anchors, as_of=as_of)


def found(heard: VoiceAnalysis, name: str, window: str = "12w") -> float | None:
    return next((s.value for s in heard.signals if s.name == name and s.window == window), None)


def close(one: VoiceAnalysis, other: VoiceAnalysis) -> bool:
    keys = [[(s.trend_id, s.name, s.window, s.n) for s in heard.signals] for heard in (one, other)]
    numbers = [[(s.value, s.low or 0, s.high or 0) for s in heard.signals] for heard in (one, other)]
    return keys[0] == keys[1] and np.allclose(numbers[0], numbers[1], atol=2e-3)


def test_companies_praise_and_people_complain_without_a_model_too() -> None:
    heard = hear(said(), meaning=False)
    assert (found(heard, "tone", "12w:company") or 0) > 0.5
    assert (found(heard, "tone", "12w:customer") or 0) < -0.5
    assert (found(heard, "say_feel_tone") or 0) > 1
    assert {s.method for s in heard.signals if s.name == "tone"} == {"tone_words"}


def test_an_encoder_that_knows_no_meaning_gives_no_class() -> None:
    heard = hear(said(), meaning=False)
    assert not [s for s in heard.signals if s.name == "steep"]
    assert not [c for c in heard.cues if c.name == "steep"]


def test_with_anchors_the_shares_of_the_classes_sum_to_one() -> None:
    shares = [s.value for s in hear(said()).signals if s.name == "steep"]
    assert len(shares) == 5
    assert sum(shares) == pytest.approx(1, abs=1e-3)


def test_what_comes_after_the_cut_off_changes_nothing() -> None:
    whole, cut_off = said(), NOW - timedelta(days=3)
    known = np.flatnonzero(whole.available < to_seconds(cut_off))
    assert 0 < len(known) < len(whole)
    assert close(hear(whole, as_of=cut_off, meaning=False), hear(whole.only(known), as_of=cut_off, meaning=False))


def test_what_is_older_than_twelve_weeks_is_not_heard() -> None:
    assert hear(said(), as_of=NOW + timedelta(weeks=14)).signals == ()


def test_the_order_of_documents_does_not_matter() -> None:
    corpus = said()
    order: Ints1d = np.random.default_rng(1).permutation(len(corpus))
    assert close(hear(corpus), hear(corpus.only(order)))


def test_other_trends_change_nothing_of_one() -> None:
    alone, beside = hear(said()), hear(said(), trends=("tills", "another"))
    assert alone.signals == tuple(s for s in beside.signals if s.trend_id == "tills")


def test_few_articles_tell_how_many_there_are_and_no_tone() -> None:
    heard = hear(said(40))
    assert found(heard, "voice", "12w:customer") == 10
    assert found(heard, "tone", "12w:customer") is None
    assert found(heard, "say_feel_tone") is None


def test_words_of_a_side_lead_to_its_own_articles() -> None:
    corpus = said()
    speaker = dict(zip(corpus.ids, (corpus.source_ids[source] for source in corpus.sources), strict=True))
    cues = [cue for cue in hear(corpus).cues if cue.name == "say_feel"]
    assert {cue.side for cue in cues} == {"company", "people"}
    for cue in cues:
        assert cue.documents
        for document in cue.documents:
            assert (VOICES[speaker[document]] is Voice.COMPANY) == (cue.side == "company")


def test_who_complains_in_another_trend_of_the_same_matter_is_heard_too() -> None:
    corpus = said()
    members = [i for i, s in zip(corpus.ids, corpus.sources, strict=True) if i.startswith("on") and s == 0]
    words = word_index(corpus.titles, corpus.texts, corpus.langs)
    heard = analyse_voices(corpus, words, [a_trend("praise")], {"praise": members}, VOICES, None, as_of=NOW)
    assert (found(heard, "voice", "12w:customer") or 0) >= 30
    assert (found(heard, "say_feel_tone") or 0) > 1


def test_nothing_at_all_is_heard_of_nothing() -> None:
    corpus = said()
    empty = replace(corpus.only(np.zeros(0, dtype=np.int64)))
    assert hear(empty).signals == ()
    assert analyse_voices(
        corpus, word_index(corpus.titles, corpus.texts, corpus.langs), [], {}, {}, ANCHORS, as_of=NOW
    ) == (VoiceAnalysis(signals=(), cues=()))
