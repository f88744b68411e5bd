"""The shipped anchors, and how they are made."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks.make_anchors import anchors_json, load_sentences, make_anchors
from foresight.model.errors import ShapeMismatch
from foresight.model.trends import SteepClass
from foresight.nlp.anchors import load_anchors
from foresight.nlp.centring import load_language_priors
from foresight.testing.fakes import HashEncoder

SHIPPED = "e5-small-q4-1"
TONE, STEEP = load_sentences("tone"), load_sentences("steep")


def test_both_languages_say_the_same_number_of_lines() -> None:
    for lines in (*TONE.values(), *STEEP.values()):
        assert len(lines["en"]) == len(lines["fi"]) >= 14
        assert len(set(lines["en"])) == len(lines["en"])


def test_the_classes_are_those_of_the_records() -> None:
    assert list(STEEP) == [steep.value for steep in SteepClass]


def test_the_shipped_anchors_fit_the_shipped_sentences() -> None:
    anchors = load_anchors(SHIPPED)
    assert anchors is not None
    assert anchors.lines.shape == (sum(len(own) for both in STEEP.values() for own in both.values()), 384)
    assert np.linalg.norm(anchors.direction) == pytest.approx(1, abs=1e-3)
    assert {lang for lang, _ in anchors.zeros} == {"en", "fi"}
    assert anchors.means == load_language_priors(SHIPPED)


def test_the_full_model_shares_them_and_an_encoder_of_words_has_none() -> None:
    assert load_anchors("e5-small-full-1") is not None
    assert load_anchors("lexical-1") is None


def test_a_language_without_a_zero_has_no_tone_but_a_class() -> None:
    anchors = load_anchors(SHIPPED)
    assert anchors is not None
    vectors = anchors.lines[:2]
    assert np.isnan(anchors.tone(vectors, ["sv", "de"])).all()
    assert np.isfinite(anchors.steep(vectors, ["sv", "de"])).all()


def test_vectors_of_another_encoder_are_refused() -> None:
    anchors = load_anchors(SHIPPED)
    assert anchors is not None
    with pytest.raises(ShapeMismatch):
        anchors.tone(np.ones((1, 3), dtype=np.float32), ["en"])


def test_made_anchors_know_their_own_sentences() -> None:
    encoder = HashEncoder()
    anchors = make_anchors(encoder, ())
    good, bad = (
        anchors.tone(encoder.encode(lines["fi"]), ["fi"] * len(lines["fi"])) for lines in (TONE["good"], TONE["bad"])
    )
    assert good.mean() > 0 > bad.mean()
    place = anchors.classes.index("economic")
    nearness = anchors.steep(encoder.encode(STEEP["economic"]["en"]), ["en"] * 14)
    assert (nearness.argmax(axis=1) == place).all()
    assert list(json.loads(anchors_json("made", anchors))) == ["made"]
