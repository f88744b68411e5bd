"""How far a trend lies from all that was known a quarter ago."""

from __future__ import annotations

import numpy as np

from foresight.records import Floats1d, Floats2d


def novelty(vectors: Floats2d, known: Floats2d) -> Floats1d:
    """One minus the cosine to the nearest known trend.

    Args:
        vectors: ``(n, dim)`` centroids, length 1.
        known: ``(m, dim)`` centroids of trends older than a quarter; `m` may be 0.

    Returns:
        ``(n,)``, 0 (known) to 2; all 1 where `m` is 0.
    """
    if not len(known):
        return np.ones(len(vectors), dtype=np.float32)
    return np.asarray(1.0 - (vectors @ known.T).max(axis=1, initial=-1.0), dtype=np.float32)
