"""What every encoder does to its texts and to its rows."""

from __future__ import annotations

import numpy as np

from foresight.records import Floats2d

LONGEST = 2_000
"""Characters an encoder reads; the model's 512 tokens are used up earlier."""


def readable(text: str) -> str:
    """The text as an encoder may be given it: cut, without NUL (C would stop there) and lone surrogates."""
    cut = text[:LONGEST].replace("\x00", " ").encode("utf-8", "replace").decode("utf-8")
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
