"""Calls, outcomes and track records with sensible defaults."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np

from foresight.records import (
    Band,
    BandErrors,
    Call,
    ChanceBin,
    Coverage,
    LastingFit,
    ListLength,
    Origin,
    Outcome,
    Reliability,
    Stage,
    TrackRecord,
)
from foresight.testing.builders import NOW


def a_call(trend_id: str = "trend-1", **changes: Any) -> Call:
    """An emerging trend of a steady hundred articles a week, that was written of in the last four weeks."""
    quiet = (1.0,) * 22
    base = Call(
        origin=Origin.RUN,
        trend_id=trend_id,
        as_of=NOW,
        stage=Stage.EMERGING,
        rank=1,
        title=f"Title of {trend_id}",
        documents=("document-1", "document-2"),
        words=(("alpha", "beta"),),
        least=(("en", 0.5),),
        q_value=0.01,
        lasting=0.6,
        share=0.06,
        bands=(
            Band(weeks=4, share=0.05, half_low=0.03, half_high=0.07, low=0.01, high=0.12),
            Band(weeks=8, share=0.04, half_low=0.02, half_high=0.06, low=0.0, high=0.14),
        ),
        spoken=(8.0, 6.0, 4.0, 2.0, *quiet),
        near=(9.0, 7.0, 5.0, 3.0, *quiet),
        totals=(100.0,) * 26,
        centre=np.eye(1, 8, dtype=np.float32)[0],
    )
    return replace(base, **changes)


def an_outcome(call: Call | None = None, *, days: int = 28, **changes: Any) -> Outcome:
    """It went on: five articles a week of a hundred."""
    of, weeks = call or a_call(), days // 7
    base = Outcome(
        origin=of.origin,
        trend_id=of.trend_id,
        as_of=of.as_of,
        days=days,
        known=of.as_of + timedelta(days=days),
        grew=True,
        lasted=True,
        chance_grew=False,
        spoken=(5.0,) * weeks,
        near=(5.0,) * weeks,
        totals=(100.0,) * weeks,
    )
    return replace(base, **changes)


_COVERAGE = tuple(
    Coverage(weeks=weeks, stage=stage, calls=150, half=0.5, ninety=0.9, above=0.48, error=-0.03, width=2.4, gone=0.2)
    for weeks in (4, 8, 12)
    for stage in (None, Stage.EMERGING)
)
_LASTING = (
    LastingFit(weeks=4, calls=150, shift=-0.4, slope=0.9),
    LastingFit(weeks=13, calls=90, shift=0.2, slope=1.1),
)


def a_track_record(origin: Origin = Origin.BACKTEST, **changes: Any) -> TrackRecord:
    """A backtest of half a year with something in every table."""
    reliabilities = tuple(
        Reliability(
            stage=stage,
            days=days,
            calls=calls,
            trends=calls // 3,
            grew=grew,
            chance_calls=calls,
            chance_grew=chance,
            lift=grew / chance,
            low=0.8 * grew / chance,
            high=1.3 * grew / chance,
        )
        for stage, days, calls, grew, chance in (
            (Stage.EMERGING, 28, 60, 36, 12),
            (Stage.EMERGING, 91, 50, 28, 13),
            (Stage.WEAK, 28, 90, 36, 18),
            (Stage.CANDIDATE, 28, 120, 36, 24),
        )
    )
    base = TrackRecord(
        origin=origin,
        first=NOW - timedelta(weeks=39),
        last=NOW - timedelta(weeks=13),
        weeks=1,
        complete=True,
        documents=4_200,
        sources=12,
        made=NOW,
        code_version="0.1.0",
        encoder="hash-64",
        calls=270,
        reliability=reliabilities,
        chances=(
            ChanceBin(low=0.2, high=0.3, calls=40, told=0.26, came=0.25),
            ChanceBin(low=0.5, high=0.6, calls=30, told=0.55, came=0.6),
        ),
        brier=0.19,
        brier_base=0.24,
        coverage=_COVERAGE,
        lists=tuple(
            ListLength(as_of=NOW - timedelta(weeks=39 - week), stages=((Stage.EMERGING, 2), (Stage.WEAK, week % 4)))
            for week in range(27)
        ),
        errors=(BandErrors(weeks=4, kind="moving", calls=150, quantiles=(-1.5, 0.0, 1.2)),),
        lasting=_LASTING,
        known=NOW,
    )
    return replace(base, **changes)
