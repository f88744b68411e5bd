"""Make the shipped means of the languages and the shipped anchors anew, after a change of sentences or encoder.

The sentences stand in `benchmarks/sentences/`; what comes of them is `priors.json` and `anchors.json` in
`foresight/nlp/`.

    python -m benchmarks.make_anchors
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from foresight.model.documents import Floats1d, Floats2d
from foresight.model.ports import Encoder
from foresight.model.trends import LanguageMean
from foresight.nlp.anchors import QUANTISATION_STEP, SentenceAnchors
from foresight.nlp.centring import centre_by_language, load_language_priors
from foresight.nlp.encoders import E5Encoder, unit_rows

SHIPPED = Path(__file__).parents[1] / "foresight" / "nlp"
RIDGE = 1.0
_DIGITS = 5


def load_sentences(name: str) -> dict[str, Any]:
    """The sentences of ``sentences/NAME.yaml``: by language, or by kind and language; one per line."""
    kept = yaml.safe_load((Path(__file__).parent / "sentences" / f"{name}.yaml").read_text(encoding="utf-8"))
    return {
        key: value.splitlines() if isinstance(value, str) else {lang: own.splitlines() for lang, own in value.items()}
        for key, value in kept.items()
    }


def make_language_priors(encoder: Encoder) -> tuple[LanguageMean, ...]:
    """The mean of the unit vectors of the sentences of each language, by code."""
    return tuple(
        LanguageMean(lang=lang, documents=len(lines), mean=encoder.encode(lines).mean(axis=0).astype(np.float32))
        for lang, lines in load_sentences("priors").items()
    )


def priors_json(encoder: str, priors: tuple[LanguageMean, ...]) -> str:
    """The file's text: encoder → language → rounded numbers."""
    means = {prior.lang: [round(float(x), _DIGITS) for x in prior.mean] for prior in priors}
    return json.dumps({encoder: means}, separators=(",", ":")) + "\n"


def make_anchors(encoder: Encoder, means: Sequence[LanguageMean]) -> SentenceAnchors:
    """Encode the sentences and fit what is shipped. Some 430 short texts."""
    tone, steep = load_sentences("tone"), load_sentences("steep")

    def encoded(lines: Sequence[str], lang: str) -> Floats2d:
        return centre_by_language(encoder.encode(lines), [lang] * len(lines), means)

    toned = {
        lang: (encoded(tone["good"][lang], lang), encoded(tone["bad"][lang], lang)) for lang in sorted(tone["good"])
    }
    plain = {lang: encoded(tone["plain"][lang], lang) for lang in sorted(tone["plain"])}
    direction = _tone_direction(toned, plain)
    zeros = {lang: float((rows @ direction).mean()) for lang, rows in plain.items()}
    spreads = {lang: float((np.concatenate(both) @ direction - zeros[lang]).std()) for lang, both in toned.items()}
    lines = [(place, encoded(steep[name][lang], lang)) for place, name in enumerate(steep) for lang in steep[name]]
    return SentenceAnchors(
        direction=direction,
        zeros=tuple(zeros.items()),
        scales=tuple(spreads.items()),
        classes=tuple(steep),
        lines=np.concatenate([rows for _, rows in lines]),
        line_classes=np.concatenate([np.full(len(rows), place, dtype=np.int64) for place, rows in lines]),
        means=tuple(means),
    )


def _tone_direction(toned: Mapping[str, tuple[Floats2d, Floats2d]], plain: Mapping[str, Floats2d]) -> Floats1d:
    """Ridge regression in closed form, centred, of length 1."""
    good, bad = (np.concatenate([both[side] for both in toned.values()]) for side in (0, 1))
    rows = np.concatenate([good, bad, *plain.values()]).astype(np.float64)
    targets = np.zeros(len(rows))
    targets[: len(good)], targets[len(good) : len(good) + len(bad)] = 1.0, -1.0
    rows -= rows.mean(axis=0)
    fitted = np.linalg.solve(rows.T @ rows + RIDGE * np.eye(rows.shape[1]), rows.T @ (targets - targets.mean()))
    direction: Floats1d = unit_rows(fitted[None].astype(np.float32))[0]
    return direction


def anchors_json(encoder: str, anchors: SentenceAnchors) -> str:
    """The file's text: encoder → what `foresight.nlp.anchors.load_anchors` reads."""
    steps = np.clip(np.round(anchors.lines / QUANTISATION_STEP), -127, 127).astype(np.int8)
    kept = {
        "direction": [round(float(x), _DIGITS) for x in anchors.direction],
        "zeros": {lang: round(value, _DIGITS) for lang, value in anchors.zeros},
        "scales": {lang: round(value, _DIGITS) for lang, value in anchors.scales},
        "classes": list(anchors.classes),
        "line_classes": anchors.line_classes.tolist(),
        "lines": base64.b64encode(steps.tobytes()).decode("ascii"),
    }
    return json.dumps({encoder: kept}, separators=(",", ":")) + "\n"


def main() -> None:
    """Write both files."""
    encoder = E5Encoder()
    SHIPPED.joinpath("priors.json").write_text(
        priors_json(encoder.name, make_language_priors(encoder)), encoding="utf-8"
    )
    load_language_priors.cache_clear()
    anchors = make_anchors(encoder, load_language_priors(encoder.name))
    SHIPPED.joinpath("anchors.json").write_text(anchors_json(encoder.name, anchors), encoding="utf-8")


if __name__ == "__main__":
    main()
