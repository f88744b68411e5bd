"""Does it grow, and how fast: the test against what was expected, and the rate with its interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foresight.records import Bools1d, Floats1d, Floats2d
from foresight.signals.arrays import Doubles

_POOLED = 30.0
_LEAST_P = 1e-300
_STEPS = 25
_SLOPE_SD = 1.0
LEVEL = 0.9


def expected(counts: Floats1d, volumes: Floats1d, sources: Bools1d, *, recent: int, baseline: int) -> Floats1d:
    """How many documents a group would have in the recent weeks if nothing had changed.

    Source by source, so that a source that writes more, or stops, moves nothing:
    sum over s of N_recent(s) · (K_before(s) + c·π) / (N_before(s) + c), with π = K_before / N_before over all of them
    and c = 30 documents of trust in π; and one document more before than was seen, so that after none one is no news.

    Args:
        counts: ``(groups, weeks, sources)`` of the groups, week 0 the last.
        volumes: ``(weeks, sources)`` of everything.
        sources: ``(sources,)`` those alive over the whole span.
        recent: weeks of the window.
        baseline: weeks before it.

    Returns:
        ``(groups,)``, above 0 unless nothing at all was written.
    """
    before = slice(recent, recent + baseline)
    own = counts[:, before][:, :, sources].sum(axis=1)
    all_before = volumes[before][:, sources].sum(axis=0)
    now = volumes[:recent][:, sources].sum(axis=0)
    pooled = own.sum(axis=1, keepdims=True) / max(float(all_before.sum()), 1.0)
    unseen = now.sum() / (all_before.sum() + 1)
    return np.asarray(((own + _POOLED * pooled) / (all_before + _POOLED)) @ now + unseen, dtype=np.float32)


def surprise(seen: Floats1d, awaited: Floats1d) -> Doubles:
    """One-sided Poisson probability of at least `seen` where `awaited` are expected, 1 where nothing is.

    A plain Poisson tail: its selection bias and overdispersion are taken out by the calibration on permuted windows
    (`calibration`), which a negative binomial did no better than (docs/methods.md#test).
    """
    from scipy.special import gammainc  # noqa: PLC0415 - only where tested

    counted = np.asarray(seen, dtype=np.float64)
    # P(N >= n) of a Poisson variable is the lower regularised gamma function at n.
    tail = np.where(counted > 0, gammainc(np.maximum(counted, 1e-9), np.maximum(awaited, 1e-9)), 1.0)
    return np.asarray(np.clip(tail, _LEAST_P, 1.0), dtype=np.float64)


def offsets(counts: Floats1d, volumes: Floats1d, sources: Bools1d) -> Floats1d:
    """What each group's weekly volume would be if only the output of its sources moved, up to a constant.

    Sources weigh by how much of the group they write, so that a specialist that writes more is no growth.

    Args:
        counts: ``(groups, weeks, sources)`` over the weeks of the regression.
        volumes: ``(weeks, sources)``.
        sources: ``(sources,)`` those alive over all of it.

    Returns:
        ``(groups, weeks)``, in documents; the volume itself for one source.
    """
    own, everything = counts[:, :, sources].sum(axis=1), volumes[:, sources].sum(axis=0)
    pooled = (own.sum(axis=1, keepdims=True) + 1) / (everything.sum() + 1)
    lean = (own + _POOLED * pooled) / (everything + _POOLED) / pooled
    return np.asarray(lean @ volumes[:, sources].T, dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Growth of groups, all ``(groups,)``: log share per week with its 90 % interval; NaN where nothing was counted.

    Attributes:
        level: log share at the cut-off; level_error, rate_error: standard errors; covariance: between them.
        dispersion: 1 and above, how much wider than Poisson the counts scatter.
    """

    rate: Doubles
    low: Doubles
    high: Doubles
    level: Doubles
    rate_error: Doubles
    level_error: Doubles
    covariance: Doubles
    dispersion: Doubles


def rates(counts: Floats2d, offsets: Floats2d) -> Rates:
    """Quasi-Poisson regression of weekly counts on time with the log of what is expected as offset.

    log E[n(t)] = a + b·t + log offset(t), t = 0 at the cut-off and −weeks at the start. The slope has a weak normal
    prior (sd 1 a week), so that three articles after silence do not grow without bound. Dispersion is Pearson's
    chi-square over its degrees of freedom, at least 1. McCullagh and Nelder, Generalized Linear Models, ch. 9.

    Args:
        counts: ``(groups, weeks)``, column 0 the last week.
        offsets: ``(groups, weeks)``, above 0 where something was written; other weeks are left out.
    """
    from scipy.special import stdtrit  # noqa: PLC0415 - see `surprise`

    used = offsets > 0
    y = np.where(used, counts, 0.0).astype(np.float64)
    log_offset = np.log(np.where(used, offsets, 1.0))
    time: Doubles = -(np.arange(counts.shape[1], dtype=np.float64) + 0.5)
    total = y.sum(axis=1)
    with np.errstate(divide="ignore"):
        level = np.log(total / np.maximum(np.where(used, offsets, 0.0).sum(axis=1), 1e-12))
    level, rate = np.asarray(np.where(total > 0, level, 0.0), dtype=np.float64), np.zeros(len(y))
    for _ in range(_STEPS):
        level, rate, _ = _newton(y, log_offset, used, time, (level, rate))
    fit = _fisher(log_offset, used, time, (level, rate))
    freedom = np.maximum(used.sum(axis=1) - 2, 1)
    scatter = np.maximum(1.0, (np.where(used, (y - fit[0]) ** 2 / np.maximum(fit[0], 1e-6), 0.0)).sum(axis=1) / freedom)
    determinant = np.maximum(fit[1] * fit[3] - fit[2] ** 2, 1e-12)
    empty = total <= 0

    def shown(values: Doubles) -> Doubles:
        return np.asarray(np.where(empty, np.nan, values), dtype=np.float64)

    rate_error = np.sqrt(scatter * fit[1] / determinant)
    wide = stdtrit(freedom, (1 + LEVEL) / 2) * rate_error
    return Rates(
        rate=shown(rate),
        low=shown(rate - wide),
        high=shown(rate + wide),
        level=shown(level),
        rate_error=shown(rate_error),
        level_error=shown(np.sqrt(scatter * fit[3] / determinant)),
        covariance=shown(-scatter * fit[2] / determinant),
        dispersion=shown(scatter),
    )


_Line = tuple[Doubles, Doubles]


def _fisher(log_offset: Doubles, used: Bools1d, time: Doubles, line: _Line) -> tuple[Doubles, ...]:
    """Fitted means, and the three entries of the information matrix with the slope's prior."""
    level, rate = line
    mean = np.where(used, np.exp(np.clip(level[:, None] + rate[:, None] * time + log_offset, -30, 30)), 0.0)
    prior = 1.0 / _SLOPE_SD**2
    return mean, mean.sum(axis=1), (mean * time).sum(axis=1), (mean * time**2).sum(axis=1) + prior


def _newton(
    y: Doubles, log_offset: Doubles, used: Bools1d, time: Doubles, line: _Line
) -> tuple[Doubles, Doubles, Doubles]:
    level, rate = line
    mean, aa, ab, bb = _fisher(log_offset, used, time, line)
    first = (y - mean).sum(axis=1)
    second = ((y - mean) * time).sum(axis=1) - rate / _SLOPE_SD**2
    determinant = np.maximum(aa * bb - ab**2, 1e-12)
    up = (bb * first - ab * second) / determinant
    turn = (aa * second - ab * first) / determinant
    short = np.minimum(1.0, 1.0 / np.maximum(np.maximum(np.abs(up), np.abs(turn)), 1e-12))
    return level + short * up, rate + short * turn, determinant


def doubling_weeks(rate: float) -> float | None:
    """Weeks until the share has doubled (halved, where it shrinks); None where it stands still."""
    return float(np.log(2) / abs(rate)) if abs(rate) > 1e-3 else None  # noqa: PLR2004 - two lives of a trend
