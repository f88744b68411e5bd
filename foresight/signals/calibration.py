"""What chance does: the test's own bias, measured on permuted windows, and taken out.

A group is chosen because its documents lie close in the recent window, so its p-value is too small even where nothing
emerges: .09 instead of .01 for words, .12 for the leave-one-out radius. In permuted windows the scores s = Φ⁻¹(1 − p)
have a median m0 and an upper spread s0; s' = (s − m0) / s0 is a standard normal score under the null, or smaller
(Efron, Large-Scale Inference, ch. 6: the empirical null).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from foresight.records import Bools1d, Ints1d
from foresight.signals.arrays import Doubles

# What founds a group and weeks of the window: median and scale, averages over development sets of three kinds
# (docs/methods.md#calibration).
SHIPPED: Mapping[tuple[str, int], tuple[float, float]] = {
    ("density", 1): (1.25, 1.2),
    ("density", 2): (1.25, 1.2),
    ("density", 4): (0.95, 1.0),
    ("name", 1): (3.45, 0.7),
    ("name", 2): (3.6, 0.7),
    ("name", 4): (3.55, 0.75),
    ("word", 1): (2.35, 0.8),
    ("word", 2): (2.3, 1.25),
    ("word", 4): (2.15, 1.1),
}
_UNKNOWN = (1.5, 1.2)
_SEEN = 1.96
_TRUST = 100
_FEWEST = 20
_TAIL = ((0.975, 1.96), (0.99, 2.326))


def score(p: Doubles) -> Doubles:
    """S = Φ⁻¹(1 − p), by the upper tail so that tiny p keep their order; at most some 37."""
    from scipy.special import ndtri  # noqa: PLC0415 - heavy, only where tested

    return np.asarray(-ndtri(np.clip(p, 1e-300, 1 - 1e-12)), dtype=np.float64)


def tail(scores: Doubles) -> Doubles:
    """Upper tail of the standard normal as far as permuted windows have shown it, and exponential beyond.

    A quarter's permuted windows give a few hundred scores: they measure the 97.5 % quantile, while the list is decided
    at one in a thousand, where made worlds without movements have twice what a normal has. Peaks over a threshold
    continue with the rate that the density has there, the generalised Pareto tail of shape 0 (Pickands 1975;
    Knijnenburg et al. 2009 for tails of permutation tests).
    """
    from scipy.special import ndtr  # noqa: PLC0415 - heavy, only where tested

    seen = ndtr(-np.minimum(scores, _SEEN))
    rate = np.exp(-(_SEEN**2) / 2) / np.sqrt(2 * np.pi) / ndtr(-_SEEN)
    return np.asarray(seen * np.exp(-rate * np.maximum(scores - _SEEN, 0.0)), dtype=np.float64)


def estimate(founded: str, weeks: int, scores: Doubles) -> tuple[str, int, float, float]:
    """(founded, weeks, m0, s0) from scores of groups in permuted windows, shrunk to the shipped constants.

    m0 is the median, s0 the distance from it to the 97.5 % quantile over 1.96, or to the 99 % quantile over 2.33
    where that is wider: the upper tail alone decides about false alarms. A hundred groups weigh as much as the
    shipped constants.
    """
    median, scale = SHIPPED.get((founded, weeks), _UNKNOWN)
    if len(scores) >= _FEWEST:
        trust = len(scores) / (len(scores) + _TRUST)
        own = float(np.median(scores))
        spread = max(0.3, *((float(np.quantile(scores, part)) - own) / z for part, z in _TAIL))
        median, scale = trust * own + (1 - trust) * median, trust * spread + (1 - trust) * scale
    return founded, weeks, float(median), float(scale)


def calibrated(
    scores: Doubles, kinds: Sequence[tuple[str, int]], null: Sequence[tuple[str, int, float, float]]
) -> Doubles:
    """S' = (s − m0) / s0 with the constants of each group's kind; shipped ones where `null` has none.

    Args:
        scores: ``(groups,)``.
        kinds: what founded each, and the weeks of its window.
        null: from `estimate`.
    """
    known = {(founded, weeks): (median, scale) for founded, weeks, median, scale in null}
    constants = np.array([known.get(kind, SHIPPED.get(kind, _UNKNOWN)) for kind in kinds], dtype=np.float64).reshape(
        -1, 2
    )
    return np.asarray((scores - constants[:, 0]) / constants[:, 1], dtype=np.float64)


def q_values(p: Doubles) -> Doubles:
    """Benjamini–Hochberg: the false discovery rate of the list that ends with each group.

    Benjamini and Hochberg, J. R. Stat. Soc. B 57 (1995).
    """
    n = len(p)
    order = np.argsort(p, kind="stable")
    ranked = np.asarray(p, dtype=np.float64)[order] * n / np.arange(1, n + 1)
    adjusted = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    result = np.empty(n)
    result[order] = adjusted
    return result


def permuted_ages(ages: Ints1d, sources: Ints1d, kept: Bools1d, rng: np.random.Generator) -> Ints1d:
    """Dates shuffled among the documents of each source, so that its weekly output stays; rows not kept stay too."""
    shuffled = np.array(ages)
    for source in np.unique(sources[kept]):
        rows = np.flatnonzero(kept & (sources == source))
        shuffled[rows] = ages[rng.permutation(rows)]
    return shuffled
