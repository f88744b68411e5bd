"""One generation at a time: every answer of a desk comes from one whole run, whatever is published meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, cast

from foresight.model.decisions import TrendDecision, TrendView
from foresight.model.errors import NothingPublished
from foresight.model.trends import Signal, Trend, WeeklySeries
from foresight.store.generations import Generations
from foresight.store.reader import ArchiveReader
from foresight.trends.user_decisions import apply_user_decisions, merge_parents, merge_root

CachedValue = TypeVar("CachedValue")


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotStamp:
    """Which run an answer comes from. Every page shows it.

    Attributes:
        as_of: the cut-off of the analysis, None where none was published.
    """

    generation: int
    run_id: str = ""
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredTrends:
    """What the latest analysis of a generation measured, read once per generation.

    Attributes:
        taken: (id, id of the one that took it over) of trends that the machine ever joined.
    """

    stamp: SnapshotStamp
    trends: tuple[Trend, ...]
    series: tuple[WeeklySeries, ...]
    signals: tuple[Signal, ...]
    taken: tuple[tuple[str, str], ...] = ()

    def views(self, decisions: Sequence[TrendDecision], *, also: Sequence[Trend] = ()) -> tuple[TrendView, ...]:
        """The trends as people see them, with trends of earlier runs in `also`."""
        return apply_user_decisions((*self.trends, *also), self.series, self.signals, decisions, self.taken)


class SnapshotCache:
    """The open generation, shared by the sessions of one process.

    A reader is one connection and serves one thread at a time, so reads take turns; each takes milliseconds. When a
    newer generation is published, the next read opens it and lets go of the old one.
    """

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._lock = threading.RLock()
        self._reader: ArchiveReader | None = None
        self._values: dict[str, object] = {}
        self._depth = 0

    @contextmanager
    def open_reader(self) -> Iterator[ArchiveReader]:
        """The current generation, the same one until the block ends.

        Raises:
            NothingPublished: no run has published yet.
            StoreDamaged: the published file is broken.
        """
        with self._lock:
            # A block inside a block stays in its generation, even if a newer one was published in between.
            reader = self._open() if self._depth == 0 or self._reader is None else self._reader
            self._depth += 1
            try:
                yield reader
            finally:
                self._depth -= 1

    def cached(self, name: str, make: Callable[[ArchiveReader], CachedValue]) -> CachedValue:
        """What `make` reads from the current generation, read once per generation and kept under `name`."""
        with self.open_reader() as reader:
            if name not in self._values:
                self._values[name] = make(reader)
            return cast("CachedValue", self._values[name])

    def trends(self) -> MeasuredTrends:
        """What the current generation's analysis measured; trends without a common theme are left out."""
        return self.cached("measured", _measured_trends)

    def views_by_id(self, decisions: Sequence[TrendDecision]) -> tuple[str, dict[str, TrendView]]:
        """The run that is published, and its trends under their own ids and those of trends merged into them.

        Where nothing is published: no run ("") and no trends.
        """
        try:
            measured = self.trends()
        except NothingPublished:
            return "", {}
        by_id = {view.trend.id: view for view in measured.views(decisions)}
        every = {trend.id: by_id.get(standing_trend_id(trend.id, decisions)) for trend in measured.trends}
        return measured.stamp.run_id, {key: view for key, view in every.items() if view is not None}

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._values = {}
            if self._reader:
                self._reader.close()
                self._reader = None

    def _open(self) -> ArchiveReader:
        if self._reader and self._reader.generation == self._generations.number():
            return self._reader
        fresh = self._generations.current()
        self.close()
        self._reader = fresh
        return fresh


def _measured_trends(reader: ArchiveReader) -> MeasuredTrends:
    return MeasuredTrends(
        stamp=snapshot_stamp(reader),
        trends=tuple(trend for trend in reader.trends() if not trend.mixed),
        series=reader.series(),
        signals=reader.signals(),
        taken=_absorbed_units(reader),
    )


def _absorbed_units(reader: ArchiveReader) -> tuple[tuple[str, str], ...]:
    state = reader.clustering_state()
    return tuple((unit.id, unit.merged_into) for unit in state.units if unit.merged_into) if state else ()


def snapshot_stamp(reader: ArchiveReader) -> SnapshotStamp:
    """Which run the reader's answers come from."""
    run = reader.latest_analysis()
    return SnapshotStamp(generation=reader.generation, run_id=run.id if run else "", as_of=run.as_of if run else None)


def standing_trend_id(trend_id: str, decisions: Sequence[TrendDecision]) -> str:
    """The trend that a decision about `trend_id` belongs to: the one it was merged into, if it was."""
    return merge_root(trend_id, merge_parents(sorted(decisions, key=lambda decision: decision.seq)))
