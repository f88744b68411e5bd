"""The languages of many texts at once: the walk of py3langid over all of them side by side.

The library walks one text at a time, a byte at a time; a month of articles takes a sixth of the time when every step
is one look-up for all of them. The scores are the library's (naive Bayes over byte n-grams).
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np

from foresight.records import Floats2d, Ints1d

_CHUNK = 2_000
_READ = 1_000
"""Characters of a text that are read; what language it is in shows much earlier."""


class Identifier:
    """The model of a `py3langid.langid.LanguageIdentifier`, for many texts.

    Attributes:
        labels: ``k`` codes of languages, each once.
    """

    def __init__(self, model: Any) -> None:
        self._next = np.asarray(model.tk_nextmove)
        self._base = np.asarray(model.tk_row, dtype=np.int64) << 8
        self._output = np.asarray(model.tk_output, dtype=np.int64)
        self._weights, self._prior = np.asarray(model.nb_ptc), np.asarray(model.nb_pc)
        names = [str(name) for name in model.nb_classes]
        self.labels = tuple(dict.fromkeys(names))
        self._label_of = np.array([self.labels.index(name) for name in names], dtype=np.int64)

    def probabilities(self, texts: Sequence[str]) -> Floats2d:
        """``(len(texts), len(labels))``, rows summing to 1; all alike for a text without features."""
        found = [self._chunk(texts[start : start + _CHUNK]) for start in range(0, len(texts), _CHUNK)]
        return np.concatenate(found) if found else np.zeros((0, len(self.labels)), dtype=np.float32)

    def _chunk(self, texts: Sequence[str]) -> Floats2d:
        encoded = [_bytes(text) for text in texts]
        scores = self._scores(encoded)
        # The library's temperature: the root of the length keeps texts of all lengths alike.
        scores /= np.array([math.sqrt(len(each) or 1) for each in encoded], dtype=np.float32)[:, None]
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        folded = np.zeros((len(texts), len(self.labels)), dtype=np.float32)
        np.add.at(folded.T, self._label_of, scores.T)
        return np.asarray(folded / folded.sum(axis=1, keepdims=True), dtype=np.float32)

    def _scores(self, encoded: Sequence[bytes]) -> Floats2d:
        from scipy.sparse import csr_matrix  # noqa: PLC0415 - only where articles are read

        rows, features, counts = self._features(encoded)
        shape = (len(encoded), len(self._weights))
        weights = csr_matrix((np.log1p(counts.astype(np.float32)), (rows, features)), shape=shape)
        scores: Floats2d = np.asarray(weights @ self._weights, dtype=np.float32)
        scores[np.diff(weights.indptr) > 0] += self._prior
        return scores

    def _features(self, encoded: Sequence[bytes]) -> tuple[Ints1d, Ints1d, Ints1d]:
        """(text, feature, how often) of all that the texts hold."""
        lengths = np.array([len(each) for each in encoded], dtype=np.int64)
        longest_first = np.argsort(-lengths, kind="stable")
        letters = np.zeros((int(lengths.max(initial=0)), len(encoded)), dtype=np.uint8)
        for place, text in enumerate(longest_first.tolist()):
            letters[: lengths[text], place] = np.frombuffer(encoded[text], dtype=np.uint8)
        going_on = np.searchsorted(-lengths[longest_first], -np.arange(len(letters)), side="left")
        states = np.zeros(len(encoded), dtype=np.int64)
        width, cells = len(self._weights), [np.zeros(0, dtype=np.int64)]
        for row, count in zip(letters, going_on.tolist(), strict=True):
            states[:count] = self._next[self._base[states[:count]] + row[:count]]
            found = self._output[states[:count]]
            places = np.flatnonzero(found >= 0)
            cells.append(longest_first[places] * width + found[places])
        known, counts = np.unique(np.concatenate(cells), return_counts=True)
        return known // width, known % width, counts.astype(np.int64)


def _bytes(text: str) -> bytes:
    """What the model was trained on: composed letters, shouting in lower case."""
    start = text[:_READ]
    quiet = start.lower() if start.isupper() else start
    return unicodedata.normalize("NFC", quiet).encode("utf-8", errors="surrogatepass")
