"""The track record: how earlier calls turned out, and which they were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from foresight.model.track_record import CallOrigin, CallOutcome, TrackRecord, TrendCall
from foresight.queries.snapshot_cache import SnapshotStamp, snapshot_stamp
from foresight.store.reader import ArchiveReader
from foresight.trends.outcomes import OUTCOME_DAYS, band_for, share_after
from foresight.trends.track_record import LISTED_STAGES

CALLS_SHOWN = 40
_LOOKED_BACK = timedelta(weeks=52)
_PROJECTION_WEEKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWithOutcomes:
    """One call that was listed, and how it turned out; an outcome that is not known yet is None.

    Attributes:
        later: share of its region in the first four weeks after; inside: whether that lay in the 90 % band.
    """

    call: TrendCall
    first: CallOutcome | None
    last: CallOutcome | None
    later: float | None
    inside: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRecordPage:
    """The records there are, that of runs first; and the latest calls of each that were listed and have an outcome."""

    stamp: SnapshotStamp
    records: tuple[TrackRecord, ...]
    calls: tuple[tuple[CallWithOutcomes, ...], ...]


def track_record_page(reader: ArchiveReader) -> TrackRecordPage:
    """All records; none where no call was evaluated yet."""
    records = tuple(record for record in map(reader.track_record, CallOrigin) if record is not None)
    return TrackRecordPage(
        stamp=snapshot_stamp(reader), records=records, calls=tuple(_latest_calls(reader, record) for record in records)
    )


def _latest_calls(reader: ArchiveReader, record: TrackRecord) -> tuple[CallWithOutcomes, ...]:
    """The latest listed calls of the record's last year with an outcome: each trend once, latest first."""
    since = record.last - _LOOKED_BACK
    outcomes = {(one.trend_id, one.as_of, one.days): one for one in reader.outcomes(record.origin, since=since)}
    found: dict[str, CallWithOutcomes] = {}
    for call in reversed(reader.calls(record.origin, since=since)):
        first, last = (outcomes.get((call.trend_id, call.as_of, days)) for days in OUTCOME_DAYS)
        if call.stage in LISTED_STAGES and first is not None:
            found[call.trend_id] = _call_with_outcomes(call, first, last)
    return tuple(sorted(found.values(), key=lambda one: (one.call.as_of, -one.call.rank), reverse=True)[:CALLS_SHOWN])


def _call_with_outcomes(call: TrendCall, first: CallOutcome, last: CallOutcome | None) -> CallWithOutcomes:
    counted, projected = share_after(first, _PROJECTION_WEEKS), band_for(call, _PROJECTION_WEEKS)
    later = counted[0] / counted[1] if counted else None
    inside = None if later is None or projected is None else projected.low <= later <= projected.high
    return CallWithOutcomes(call=call, first=first, last=last, later=later, inside=inside)
