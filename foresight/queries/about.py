"""Where a number comes from: runs, versions, problems, and how the test for growth was calibrated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from foresight.model.runs import Run
from foresight.queries.snapshot_cache import SnapshotCache, SnapshotStamp, snapshot_stamp
from foresight.store.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What stands behind the numbers.

    Attributes:
        runs: latest first.
        null: (what founds a group, weeks of the tested window, median, scale) of the statistic on permuted windows.
        calibrated: cut-off of that calibration.
        titles: (id, title) of every source.
        decisions, scenarios: how many people have saved.
    """

    stamp: SnapshotStamp
    runs: tuple[Run, ...]
    documents: int
    sources: int
    trends: int
    null: tuple[tuple[str, int, float, float], ...]
    calibrated: datetime | None
    titles: tuple[tuple[str, str], ...]
    decisions: int
    scenarios: int


def about_the_data(cache: SnapshotCache, ledger: Ledger) -> About:
    """What stands behind the numbers of the current generation."""
    with cache.open_reader() as reader:
        state, sources = reader.clustering_state(), reader.sources()
        return About(
            stamp=snapshot_stamp(reader),
            runs=reader.runs(limit=50),
            documents=reader.document_count(),
            sources=len(sources),
            titles=tuple((source.id, source.title) for source in sources),
            trends=len(cache.trends().trends),
            null=state.null if state else (),
            calibrated=state.calibrated if state else None,
            decisions=len(ledger.decisions()),
            scenarios=len(ledger.scenarios()),
        )
