"""Where good, bad and the five classes of STEEP lie in an encoder's space, from sentences of our own, shipped.

Tone is read along one direction (ridge regression of good = 1, plain = 0, bad = −1 on the sentences of both
languages), counted from the mean of the plain sentences of its language, in standard deviations of the toned ones. A
text's nearness to a class of STEEP is the mean cosine of the two lines of the class that lie nearest. Vectors are
centred by the shipped mean of their language and never by the corpus's own: that would take the corpus's own subject
away.

`benchmarks/make_anchors.py` makes `anchors.json` anew after a change of sentences or encoder.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from foresight.model.documents import Floats1d, Floats2d, Ints1d
from foresight.model.errors import ShapeMismatch
from foresight.model.trends import LanguageMean
from foresight.nlp.centring import centre_by_language, load_language_priors
from foresight.nlp.encoders import unit_rows

NEAREST_LINES = 2
QUANTISATION_STEP = 0.004
"""Lines are kept in steps of this size, as bytes; a cosine moves by less than .002."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceAnchors:
    """What an encoder's sentences came to.

    Attributes:
        direction: ``(dim,)`` from bad to good.
        zeros: (language, score of what has no tone); scales: (language, spread of what has one).
        classes: names of the classes of STEEP; lines: ``(m, dim)`` unit rows; line_classes: ``(m,)`` into `classes`.
        means: shipped means of the languages, to centre by.
    """

    direction: Floats1d
    zeros: tuple[tuple[str, float], ...]
    scales: tuple[tuple[str, float], ...]
    classes: tuple[str, ...]
    lines: Floats2d
    line_classes: Ints1d
    means: tuple[LanguageMean, ...]

    def tone(self, vectors: Floats2d, langs: Sequence[str]) -> Floats1d:
        """How good the news is, in standard deviations of toned sentences; 0 is plain.

        Args:
            vectors: ``(n, dim)`` raw rows of length 1.
            langs: ``n`` codes.

        Returns:
            ``(n,)``; NaN in a language without a zero of its own.

        Raises:
            ShapeMismatch: vectors of another encoder.
        """
        zeros, scales = dict(self.zeros), dict(self.scales)
        zero = np.array([zeros.get(lang, np.nan) for lang in langs], dtype=np.float32)
        scale = np.array([scales.get(lang, 1.0) for lang in langs], dtype=np.float32)
        scores: Floats1d = ((self._centred(vectors, langs) @ self.direction - zero) / scale).astype(np.float32)
        return scores

    def steep(self, vectors: Floats2d, langs: Sequence[str]) -> Floats2d:
        """Nearness to each class, in order of `classes`; arguments and errors as in `tone`.

        Returns:
            ``(n, classes)``, cosines −1…1.
        """
        nearness = self._centred(vectors, langs) @ self.lines.T
        columns = [_nearest_mean(nearness[:, self.line_classes == number]) for number in range(len(self.classes))]
        return np.stack(columns, axis=1).astype(np.float32)

    def _centred(self, vectors: Floats2d, langs: Sequence[str]) -> Floats2d:
        if vectors.shape[1] != len(self.direction):
            raise ShapeMismatch(expected=len(self.direction), found=vectors.shape[1])
        return centre_by_language(vectors, langs, self.means)


def _nearest_mean(nearness: Floats2d) -> Floats1d:
    best: Floats1d = np.sort(nearness, axis=1)[:, -NEAREST_LINES:].mean(axis=1)
    return best


@cache
def load_anchors(encoder: str) -> SentenceAnchors | None:
    """The shipped anchors of an encoder; None for one that knows nothing of meaning.

    The quantised and the full multilingual-e5-small are near enough to share theirs.
    """
    shipped: Mapping[str, Any] = json.loads(files("foresight.nlp").joinpath("anchors.json").read_text(encoding="utf-8"))
    kept = shipped.get("e5-small-q4-1" if encoder.startswith("e5-small-") else encoder)
    if kept is None:
        return None
    line_classes = np.array(kept["line_classes"], dtype=np.int64)
    steps = np.frombuffer(base64.b64decode(kept["lines"]), dtype=np.int8).reshape(len(line_classes), -1)
    return SentenceAnchors(
        direction=np.array(kept["direction"], dtype=np.float32),
        zeros=tuple(sorted(kept["zeros"].items())),
        scales=tuple(sorted(kept["scales"].items())),
        classes=tuple(kept["classes"]),
        lines=unit_rows(steps.astype(np.float32) * QUANTISATION_STEP),
        line_classes=line_classes,
        means=load_language_priors(encoder),
    )
