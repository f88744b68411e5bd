"""Exact intervals of 90 % for counts: what a handful of worlds can say, and what not."""

from __future__ import annotations

from scipy.stats import beta, chi2

OUTSIDE = 0.1


def binomial_interval(found: int, of: int) -> tuple[float, float]:
    """Clopper and Pearson (1934): the chance behind `found` of `of`, (0, 1) where there was nothing to find."""
    if not of:
        return 0.0, 1.0
    low = float(beta.ppf(OUTSIDE / 2, found, of - found + 1)) if found else 0.0
    high = float(beta.ppf(1 - OUTSIDE / 2, found + 1, of - found)) if found < of else 1.0
    return low, high


def poisson_interval(events: int, exposure: float) -> tuple[float, float]:
    """Garwood (1936): events per unit of exposure."""
    low = float(chi2.ppf(OUTSIDE / 2, 2 * events)) / 2 if events else 0.0
    return low / exposure, float(chi2.ppf(1 - OUTSIDE / 2, 2 * events + 2)) / 2 / exposure
