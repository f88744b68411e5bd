"""What an analysis hands on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from foresight.records import Assignment, Call, EngineState, Lineage, Series, Signal, Trend


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """Everything one analysis says at a cut-off, from documents available before it.

    Attributes:
        trends: by rank, the unranked after them by id; without headlines, which are written afterwards.
        series, signals: by trend id. lineage: against the earlier trends given. assignments: by owner and document.
        state: where online assignment stands, to be kept for the next run.
        calls: what is said of every ranked trend, as it will be judged; titles are words until `calls.named`.
    """

    as_of: datetime
    run_id: str
    trends: tuple[Trend, ...]
    series: tuple[Series, ...]
    signals: tuple[Signal, ...]
    lineage: tuple[Lineage, ...]
    assignments: tuple[Assignment, ...]
    state: EngineState
    calls: tuple[Call, ...] = ()
