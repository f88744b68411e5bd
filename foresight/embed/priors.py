"""The shipped mean of each language, and how it was made: the mean of sixty sentences with the same content in each.

``python -m foresight.embed.priors`` makes the file anew after a change of sentences or encoder.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from foresight.embed.prior_sentences import SENTENCES
from foresight.ports import Encoder
from foresight.records import LanguageMean

FILE = "priors.json"
_DIGITS = 5


def make_priors(encoder: Encoder) -> tuple[LanguageMean, ...]:
    """The mean of the unit vectors of the sentences of each language, by code."""
    return tuple(
        LanguageMean(lang=lang, documents=len(lines), mean=encoder.encode(lines).mean(axis=0).astype(np.float32))
        for lang, lines in SENTENCES.items()
    )


def as_json(encoder: str, priors: tuple[LanguageMean, ...]) -> str:
    """The file's text: encoder → language → rounded numbers."""
    means = {prior.lang: [round(float(x), _DIGITS) for x in prior.mean] for prior in priors}
    return json.dumps({encoder: means}, separators=(",", ":")) + "\n"


@cache
def load_priors(encoder: str) -> tuple[LanguageMean, ...]:
    """The shipped means of an encoder, by language; empty where there are none.

    The quantised and the full multilingual-e5-small are near enough to share theirs.
    """
    shipped: Mapping[str, Mapping[str, list[float]]]
    shipped = json.loads(files("foresight.embed").joinpath(FILE).read_text(encoding="utf-8"))
    key = "e5-small-q4-1" if encoder.startswith("e5-small-") else encoder
    return tuple(
        LanguageMean(lang=lang, documents=len(SENTENCES[lang]), mean=np.array(mean, dtype=np.float32))
        for lang, mean in sorted(shipped.get(key, {}).items())
    )


if __name__ == "__main__":
    from foresight.embed.e5 import E5Encoder

    default = E5Encoder()
    Path(__file__).with_name(FILE).write_text(as_json(default.name, make_priors(default)), encoding="utf-8")
