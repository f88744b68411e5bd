"""What pages and commands ask of the published generation, besides its trends."""

from __future__ import annotations

from datetime import datetime

from foresight.queries.about import About, about_the_data
from foresight.queries.briefing import Briefing, briefing_since
from foresight.queries.snapshot_cache import SnapshotCache, SnapshotStamp, snapshot_stamp
from foresight.queries.sources import SourcePage, health_of_sources, source_page
from foresight.queries.track_record import TrackRecordPage, track_record_page
from foresight.store.ledger import Ledger


class OverviewService:
    """Answers from one whole generation each; all raise NothingPublished where no run has published yet."""

    def __init__(self, cache: SnapshotCache, ledger: Ledger) -> None:
        self._cache, self._ledger = cache, ledger

    def stamp(self) -> SnapshotStamp:
        """The run every page shows now."""
        with self._cache.open_reader() as reader:
            return snapshot_stamp(reader)

    def briefing(self, *, since: datetime | None = None) -> Briefing:
        """What changed since `since`; since the run before the latest where it is None."""
        return briefing_since(since, self._cache, self._ledger)

    def last_decision(self, who: str) -> datetime | None:
        """When this person last decided something; None where never."""
        return max((decision.at for decision in self._ledger.decisions() if decision.who == who), default=None)

    def sources(self) -> SourcePage:
        """Health of every source."""
        items = self._cache.cached("health", health_of_sources)
        return self._cache.cached("sources", lambda reader: source_page(reader, items))

    def track_record(self) -> TrackRecordPage:
        """How earlier calls turned out; no records where none was evaluated yet."""
        return self._cache.cached("track_record", track_record_page)

    def about(self) -> About:
        """The runs and their versions, and how much there is."""
        return about_the_data(self._cache, self._ledger)
