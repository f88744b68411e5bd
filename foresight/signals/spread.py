"""Who writes about it: how many sources it would be if all wrote equally much, and how many can be asked for."""

from __future__ import annotations

import numpy as np

from foresight.records import Floats1d

_LOUDEST_MOST = 0.9


def effective(counts: Floats1d) -> float:
    """The effective number of sources, exp(entropy) of their parts; 0 where nothing was written.

    Hill number of order 1 (Hill, Ecology 54, 1973).
    """
    total = float(counts.sum())
    if total <= 0:
        return 0.0
    parts = counts[counts > 0] / total
    return float(np.exp(-(parts * np.log(parts)).sum()))


def needed(volumes: Floats1d, least: int) -> int:
    """How many independent sources a signal needs: `least`, or what the corpus can offer.

    A corpus whose sources amount to one and a half can offer one.

    Args:
        volumes: ``(sources,)`` counted documents of the last weeks.
        least: asked for where there are enough sources.
    """
    return min(least, max(1, int(effective(volumes) + 0.1)))


def is_confirmed(counts: Floats1d, sources_needed: int) -> bool:
    """Whether enough sources write of it, and the loudest has not written nearly all of it alone.

    Args:
        counts: ``(sources,)`` counted documents of the trend.
        sources_needed: see `needed`; with 1 every trend is confirmed.
    """
    if sources_needed <= 1:
        return bool(counts.sum() > 0)
    total, loudest = float(counts.sum()), float(counts.max(initial=0))
    return int((counts > 0).sum()) >= sources_needed and loudest <= _LOUDEST_MOST * total
