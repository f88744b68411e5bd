"""Weekly counts of a trend for people: ISO weeks, Monday to Monday, the open week as far as it goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from foresight.records import Ints1d, Series
from foresight.signals.arrays import Doubles
from foresight.signals.history import DAY, History

_WEEK = 7 * DAY
_FIRST_MONDAY = 4 * DAY  # 1970-01-05


def weekly_series(history: History, trend_id: str, rows: Ints1d) -> Series:
    """Stories × sources per ISO week, weighted by source, over the weeks that lie wholly in the history.

    Args:
        history: what is counted in.
        trend_id: whose series it is.
        rows: the trend's documents.
    """
    first, last = _span(history)
    weeks = range(first, last + 1)
    start = datetime.fromtimestamp(_FIRST_MONDAY, tz=UTC).date()
    return Series(
        trend_id=trend_id,
        weeks=tuple(start + timedelta(weeks=week) for week in weeks),
        counts=tuple(_weighted(history, rows)[first : last + 1].tolist()),
        totals=tuple(_weighted(history, np.arange(len(history), dtype=np.int64))[first : last + 1].tolist()),
    )


def _span(history: History) -> tuple[int, int]:
    last = (history.cutoff - 1 - _FIRST_MONDAY) // _WEEK
    return max(0, last - history.weeks + 1), max(0, last)


def _weighted(history: History, rows: Ints1d) -> Doubles:
    week = (history.cutoff - 1 - history.ages[rows] * DAY - _FIRST_MONDAY) // _WEEK
    _, last = _span(history)
    sums = np.bincount(np.maximum(week, 0), weights=history.weights[rows], minlength=last + 1)
    return np.asarray(sums.round(6), dtype=np.float64)
