"""Where good, bad and the five classes of STEEP lie in an encoder's space, from sentences of our own, shipped.

Tone is read along one direction (ridge regression of good = 1, plain = 0, bad = −1 on the sentences of both
languages), counted from the mean of the plain sentences of its language, in standard deviations of the toned ones. A
text's nearness to a class of STEEP is the mean cosine of the two lines of the class that lie nearest. Vectors are
centred by the shipped mean of their language and never by the corpus's own: that would take the corpus's own subject
away.

``python -m foresight.embed.anchors`` makes the file anew after a change of sentences or encoder.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from foresight.model.documents import Floats1d, Floats2d, Ints1d
from foresight.model.errors import ShapeMismatch
from foresight.model.ports import Encoder
from foresight.model.trends import LanguageMean
from foresight.nlp.centring import centre_by_language, load_language_priors
from foresight.nlp.encoders import unit_rows
from foresight.nlp.steep_sentences import STEEP_SENTENCES
from foresight.nlp.tone_sentences import BAD_SENTENCES, GOOD_SENTENCES, PLAIN_SENTENCES

ANCHORS_FILE = "anchors.json"
RIDGE = 1.0
NEAREST_LINES = 2
_QUANTISATION_STEP = 0.004
"""Lines are kept in steps of this size, as bytes; a cosine moves by less than .002."""
_DIGITS = 5


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


def make_anchors(encoder: Encoder, means: Sequence[LanguageMean]) -> SentenceAnchors:
    """Encode the sentences and fit what is shipped. Some 430 short texts."""

    def encoded(lines: Sequence[str], lang: str) -> Floats2d:
        return centre_by_language(encoder.encode(lines), [lang] * len(lines), means)

    toned = {
        lang: (encoded(GOOD_SENTENCES[lang], lang), encoded(BAD_SENTENCES[lang], lang))
        for lang in sorted(GOOD_SENTENCES)
    }
    plain = {lang: encoded(PLAIN_SENTENCES[lang], lang) for lang in sorted(PLAIN_SENTENCES)}
    direction = _tone_direction(toned, plain)
    zeros = {lang: float((rows @ direction).mean()) for lang, rows in plain.items()}
    spreads = {lang: float((np.concatenate(both) @ direction - zeros[lang]).std()) for lang, both in toned.items()}
    lines = [
        (place, encoded(STEEP_SENTENCES[name][lang], lang))
        for place, name in enumerate(STEEP_SENTENCES)
        for lang in STEEP_SENTENCES[name]
    ]
    return SentenceAnchors(
        direction=direction,
        zeros=tuple(zeros.items()),
        scales=tuple(spreads.items()),
        classes=tuple(STEEP_SENTENCES),
        lines=np.concatenate([rows for _, rows in lines]),
        line_classes=np.concatenate([np.full(len(rows), place, dtype=np.int64) for place, rows in lines]),
        means=tuple(means),
    )


def _tone_direction(toned: Mapping[str, tuple[Floats2d, Floats2d]], plain: Mapping[str, Floats2d]) -> Floats1d:
    """Ridge regression in closed form, centred, of length 1."""
    good, bad = (np.concatenate([both[side] for both in toned.values()]) for side in (0, 1))
    rows = np.concatenate([good, bad, *plain.values()]).astype(np.float64)
    told = np.zeros(len(rows))
    told[: len(good)], told[len(good) : len(good) + len(bad)] = 1.0, -1.0
    rows -= rows.mean(axis=0)
    fitted = np.linalg.solve(rows.T @ rows + RIDGE * np.eye(rows.shape[1]), rows.T @ (told - told.mean()))
    direction: Floats1d = unit_rows(fitted[None].astype(np.float32))[0]
    return direction


def _nearest_mean(nearness: Floats2d) -> Floats1d:
    best: Floats1d = np.sort(nearness, axis=1)[:, -NEAREST_LINES:].mean(axis=1)
    return best


def anchors_json(encoder: str, anchors: SentenceAnchors) -> str:
    """The file's text: encoder → what `load_anchors` reads."""
    steps = np.clip(np.round(anchors.lines / _QUANTISATION_STEP), -127, 127).astype(np.int8)
    kept = {
        "direction": [round(float(x), _DIGITS) for x in anchors.direction],
        "zeros": {lang: round(value, _DIGITS) for lang, value in anchors.zeros},
        "scales": {lang: round(value, _DIGITS) for lang, value in anchors.scales},
        "classes": list(anchors.classes),
        "line_classes": anchors.line_classes.tolist(),
        "lines": base64.b64encode(steps.tobytes()).decode("ascii"),
    }
    return json.dumps({encoder: kept}, separators=(",", ":")) + "\n"


@cache
def load_anchors(encoder: str) -> SentenceAnchors | None:
    """The shipped anchors of an encoder; None for one that knows nothing of meaning.

    The quantised and the full multilingual-e5-small are near enough to share theirs.
    """
    shipped: Mapping[str, Any] = json.loads(files("foresight.nlp").joinpath(ANCHORS_FILE).read_text(encoding="utf-8"))
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
        lines=unit_rows(steps.astype(np.float32) * _QUANTISATION_STEP),
        line_classes=line_classes,
        means=load_language_priors(encoder),
    )


if __name__ == "__main__":
    from foresight.nlp.encoders import E5Encoder

    default = E5Encoder()
    made = make_anchors(default, load_language_priors(default.name))
    Path(__file__).with_name(ANCHORS_FILE).write_text(anchors_json(default.name, made), encoding="utf-8")
