"""Centring per language: what remains when the direction common to all texts of a language is taken away.

Raw e5 vectors of two languages form two clusters; centred per language they form one space (fi→en recall@1 from
.94 to .97, normalised mutual information of cluster and language from .53 to .001).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from foresight.embed.plain import unit_rows
from foresight.errors import ShapeMismatch
from foresight.records import Floats1d, Floats2d, LanguageMean

PRIOR_WEIGHT = 10.0
"""κ: how many documents the shipped mean of a language counts as."""


def language_means(vectors: Floats2d, langs: Sequence[str], priors: Sequence[LanguageMean]) -> tuple[LanguageMean, ...]:
    """The mean vector of each language, drawn to a prior while there are few texts.

    ``μ = (Σ unit vectors + κ μ⁰) / (n + κ)``, κ = 10. A language without a prior of its own takes the average of the
    priors; without any prior, the average over all vectors given.

    Args:
        vectors: ``(n, dim)``, rows of length 1; n may be 0.
        langs: ``n`` language codes.
        priors: shipped means, `priors.load_priors`, or the frozen ones of an earlier time; may be empty.

    Returns:
        One per language in `langs` or `priors`, by code; `documents` counts the vectors behind it, without the prior.

    Raises:
        ShapeMismatch: vectors and priors have different lengths.
    """
    known = _known(priors, vectors.shape[1])
    fallback = _average(known) if known else _mean_of(vectors)
    codes = np.asarray(langs, dtype=object)
    return tuple(_shrunk(lang, vectors[codes == lang], known.get(lang, fallback)) for lang in sorted({*langs, *known}))


def centre(vectors: Floats2d, langs: Sequence[str], means: Sequence[LanguageMean]) -> Floats2d:
    """Unit rows minus the mean of their language, made unit again.

    Args:
        vectors: ``(n, dim)``, rows of length 1.
        langs: ``n`` language codes; one without a mean is centred by the average of the means.
        means: of `language_means`; empty leaves the vectors as they are.

    Returns:
        ``(n, dim)`` float32, rows of length 1.

    Raises:
        ShapeMismatch: vectors and means have different lengths.
    """
    if not means:
        return unit_rows(vectors)
    known = _known(means, vectors.shape[1])
    lookup = np.stack([*known.values(), _average(known)])
    number = {lang: i for i, lang in enumerate(known)}
    which = np.array([number.get(lang, len(known)) for lang in langs], dtype=np.int64)
    return unit_rows(vectors - lookup[which])


def _known(means: Sequence[LanguageMean], dim: int) -> Mapping[str, Floats1d]:
    for mean in means:
        if mean.mean.shape != (dim,):
            raise ShapeMismatch(expected=dim, found=mean.mean.shape)
    return {mean.lang: mean.mean for mean in sorted(means, key=lambda mean: mean.lang)}


def _average(known: Mapping[str, Floats1d]) -> Floats1d:
    return _mean_of(np.stack(list(known.values())))


def _mean_of(vectors: Floats2d) -> Floats1d:
    if len(vectors) == 0:
        return np.zeros(vectors.shape[1], dtype=np.float32)
    mean: Floats1d = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    return mean


def _shrunk(lang: str, own: Floats2d, prior: Floats1d) -> LanguageMean:
    total = own.sum(axis=0, dtype=np.float64) + PRIOR_WEIGHT * prior.astype(np.float64)
    mean: Floats1d = (total / (len(own) + PRIOR_WEIGHT)).astype(np.float32)
    return LanguageMean(lang=lang, documents=len(own), mean=mean)
