"""Centring takes away what all texts of a language have in common."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.model.documents import Floats2d
from foresight.model.errors import ShapeMismatch
from foresight.model.trends import LanguageMean
from foresight.nlp.centring import PRIOR_WEIGHT, centre_by_language, language_means, load_language_priors


def unit(rows: int, dim: int = 8, seed: int = 0, shift: float = 0.0) -> Floats2d:
    made = np.random.default_rng(seed).normal(size=(rows, dim)) + shift
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def prior(lang: str, value: float, dim: int = 8) -> LanguageMean:
    return LanguageMean(lang=lang, documents=60, mean=np.full(dim, value, dtype=np.float32))


def test_the_mean_follows_the_formula() -> None:
    vectors = unit(5)
    (mean,) = language_means(vectors, ["fi"] * 5, [prior("fi", 0.1)])
    expected = (vectors.sum(axis=0) + PRIOR_WEIGHT * 0.1) / (5 + PRIOR_WEIGHT)
    assert np.allclose(mean.mean, expected, atol=1e-6)
    assert mean.documents == 5


def test_many_documents_outweigh_the_prior() -> None:
    vectors = unit(2_000, shift=1.0)
    (mean,) = language_means(vectors, ["fi"] * 2_000, [prior("fi", -1.0)])
    assert np.allclose(mean.mean, vectors.mean(axis=0), atol=0.01)


def test_a_language_without_documents_keeps_its_prior() -> None:
    (mean,) = language_means(unit(0), [], [prior("fi", 0.2)])
    assert np.allclose(mean.mean, 0.2)


def test_a_language_without_prior_starts_from_the_average_of_the_priors() -> None:
    means = {m.lang: m for m in language_means(unit(1), ["et"], [prior("fi", 0.2), prior("en", 0.4)])}
    assert np.allclose(means["et"].mean, (unit(1)[0] + PRIOR_WEIGHT * 0.3) / (1 + PRIOR_WEIGHT), atol=1e-6)
    assert sorted(means) == ["en", "et", "fi"]


def test_languages_that_differ_by_a_shift_meet_after_centring() -> None:
    matter = unit(40, dim=32)
    shifted = [matter + shift for shift in (np.full(32, 0.5), np.linspace(-1, 1, 32))]
    vectors = np.vstack([rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in shifted]).astype(np.float32)
    langs = ["fi"] * 40 + ["en"] * 40
    centred = centre_by_language(vectors, langs, language_means(vectors, langs, ()))
    nearest = np.argmax(centred[:40] @ centred[40:].T, axis=1)
    assert (nearest == np.arange(40)).mean() > 0.95


def test_an_unknown_language_is_centred_by_the_average_of_the_known() -> None:
    means = [prior("fi", 0.2), prior("en", 0.4)]
    assert np.allclose(
        centre_by_language(unit(3), ["sw"] * 3, means),
        centre_by_language(unit(3), ["xx"] * 3, [prior("xx", 0.3)]),
        atol=1e-6,
    )


def test_without_means_vectors_stay_as_they_are() -> None:
    assert np.allclose(centre_by_language(unit(3), ["fi"] * 3, ()), unit(3))


def test_vectors_of_another_encoder_are_refused() -> None:
    with pytest.raises(ShapeMismatch) as caught:
        centre_by_language(unit(2, dim=8), ["fi"] * 2, [prior("fi", 0.1, dim=16)])
    assert dict(caught.value.facts)["expected"] == "8"


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 30), st.integers(0, 1_000))
def test_centred_rows_have_length_one_even_where_nothing_is_left(rows: int, seed: int) -> None:
    vectors = np.vstack([unit(rows, seed=seed), np.full((1, 8), 8**-0.5, dtype=np.float32)])
    means = [LanguageMean(lang="fi", documents=1, mean=vectors[-1])]
    centred = centre_by_language(vectors, ["fi"] * (rows + 1), means)
    assert centred.dtype == np.float32
    assert np.allclose(np.linalg.norm(centred, axis=1), 1.0, atol=1e-5)


def test_the_default_encoder_ships_means_of_three_languages() -> None:
    priors = load_language_priors("e5-small-q4-1")
    assert [p.lang for p in priors] == ["en", "fi", "sv"]
    assert all(p.mean.shape == (384,) and 0.5 < np.linalg.norm(p.mean) < 1 for p in priors)
    assert load_language_priors("lexical-1") == ()
