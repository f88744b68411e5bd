"""A fast encoder without a model: words hashed to random directions. For huge corpora, and tests of scale.

Texts are near when they share words, in one language only; nothing is known of meaning. Random indexing (Kanerva,
Kristoferson & Holst 2000) with sub-linear counts; rare words cannot be weighted up, since an encoder sees one text
at a time, so short function words are weighted down by their length instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np

from foresight.embed.plain import readable, unit_rows
from foresight.records import Floats1d, Floats2d, Ints1d

LEXICAL_DIM = 256
_TOKEN = re.compile(r"[^\W_]+")
_STEM = 5
_PARTS = 8


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
            _add_words(row, readable(text))
        return unit_rows(rows)


def _add_words(row: Floats1d, text: str) -> None:
    words = _TOKEN.findall(text.casefold())
    if not words:
        return
    directions = [_direction(word) for word in dict.fromkeys(words)]
    places = np.concatenate([place for place, _ in directions])
    values = np.concatenate([value for _, value in directions])
    row += np.bincount(places, weights=values, minlength=LEXICAL_DIM).astype(np.float32)


@lru_cache(maxsize=200_000)
def _direction(word: str) -> tuple[Ints1d, Floats1d]:
    """A sparse random direction: half the word's own, half that of its beginning, so that inflections are near."""
    own_places, own_signs = _hashed(word)
    stem_places, stem_signs = _hashed(word[:_STEM] + "*")
    weight = min(len(word), 8) ** 2 / 64
    places = np.concatenate([own_places, stem_places])
    values = weight * np.concatenate([own_signs, stem_signs])
    return places, values.astype(np.float32)


def _hashed(key: str) -> tuple[Ints1d, Floats1d]:
    digest = blake2b(key.encode(), digest_size=2 * _PARTS).digest()
    places = np.frombuffer(digest[:_PARTS], dtype=np.uint8).astype(np.int64)
    signs = np.where(np.frombuffer(digest[_PARTS:], dtype=np.uint8) & 1, 1.0, -1.0).astype(np.float32)
    return places, signs
