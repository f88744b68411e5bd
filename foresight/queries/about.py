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
        decisions, scenarios: how many people have kept.
    """

    stamp: SnapshotStamp
    runs: tuple[Run, ...]
    analysis: Run | None
    documents: int
    sources: int
    trends: int
    null: tuple[tuple[str, int, float, float], ...]
    calibrated: datetime | None
    titles: tuple[tuple[str, str], ...]
    decisions: int
    scenarios: int


class AboutService:
    """Tells what is behind the numbers."""

    def __init__(self, cache: SnapshotCache, ledger: Ledger) -> None:
        self._cache, self._ledger = cache, ledger

    def stamp(self) -> SnapshotStamp:
        """The run every page shows now.

        Raises:
            NothingPublished: no run has published yet.
        """
        with self._cache.open_reader() as reader:
            return snapshot_stamp(reader)

    def get(self) -> About:
        """The runs and their versions.

        Raises:
            NothingPublished: no run has published yet.
        """
        with self._cache.open_reader() as reader:
            state = reader.clustering_state()
            return About(
                stamp=snapshot_stamp(reader),
                runs=reader.runs(limit=50),
                analysis=reader.latest_analysis(),
                documents=reader.document_count(),
                sources=len(reader.sources()),
                titles=tuple((source.id, source.title) for source in reader.sources()),
                trends=len(self._cache.trends().trends),
                null=state.null if state else (),
                calibrated=state.calibrated if state else None,
                decisions=len(self._ledger.decisions()),
                scenarios=len(self._ledger.scenarios()),
            )
