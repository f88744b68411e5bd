"""The chance to last: still half as much again as before, four weeks on.

Most bursts are over when they are seen. A logistic model on how the counts ran tells those that go on; shipped
coefficients do as well as ones learned on the corpus itself (docs/methods.md#lasting).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foresight.records import Floats1d, Floats2d
from foresight.signals.arrays import Doubles

_INTERCEPT = -6.68
_WEEKS_NEEDED = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How weekly counts ran, all ``(groups,)``.

    Attributes:
        chance: 0…1, share in the next 28 days at least 1.5 times that of the weeks before.
        lift: log share of the last two weeks over that of the ten before, half a document added.
    """

    chance: Floats1d
    lift: Floats1d


def course(counts: Floats2d, totals: Floats1d) -> Course:
    """Judge the run of counts.

    Args:
        counts: ``(groups, weeks)`` documents per week, column 0 the last; weeks before the archive are 0.
        totals: ``(weeks,)`` the same of everything.
    """
    seen, written = _padded(counts), _padded(totals[None])[0]
    usual = seen[:, 4:12].mean(axis=1)
    logit = (
        _INTERCEPT
        + 0.91 * np.log(seen[:, 0] + 1)
        + 0.29 * np.log(seen[:, 1] + 1)
        + 0.02 * np.log(seen[:, 2] + 1)
        - 0.07 * np.log(seen[:, 3] + 1)
        - 2.23 * np.log(usual + 0.3)
        + 0.35 * (seen[:, :12] > 0).sum(axis=1)
        + 1.23 * np.log(seen[:, 4:12].max(axis=1) + 1)
        - 0.01 * seen[:, 0] / np.maximum(seen[:, :4].sum(axis=1), 1)
        + 0.30 * _log_ratio(seen, written, slice(0, 2), slice(12, 26))
    )
    return Course(
        chance=(1 / (1 + np.exp(-np.clip(logit, -30, 30)))).astype(np.float32),
        lift=_log_ratio(seen, written, slice(0, 2), slice(2, 12)),
    )


def _padded(counts: Floats2d) -> Doubles:
    missing = max(0, _WEEKS_NEEDED - counts.shape[1])
    return np.asarray(np.pad(counts.astype(np.float64), ((0, 0), (0, missing))), dtype=np.float64)


def _log_ratio(counts: Doubles, totals: Doubles, now: slice, then: slice) -> Floats1d:
    """Log share of one span over another; 0 where one of them has no documents at all."""
    n_now, n_then = totals[now].sum(), totals[then].sum()
    if not n_now or not n_then:
        return np.zeros(len(counts), dtype=np.float32)
    return np.asarray(
        np.log((counts[:, now].sum(axis=1) + 0.5) / n_now) - np.log((counts[:, then].sum(axis=1) + 0.5) / n_then),
        dtype=np.float32,
    )


def strength(course_: Course, surest: Doubles) -> Floats1d:
    """What the list is ordered by: chance × lift × evidence.

    Args:
        course_: of the groups.
        surest: ``(groups,)`` the larger of the two p-values: what both counts agree on.
    """
    evidence = np.minimum(15.0, 0.3 - np.log10(np.clip(surest, 1e-300, 1.0)))
    return np.asarray(course_.chance * np.maximum(0.05, course_.lift) * evidence, dtype=np.float32)
