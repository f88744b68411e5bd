"""The track record: how earlier calls turned out, and which they were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from foresight.ports import ArchiveReader
from foresight.records import Call, Origin, Outcome, TrackRecord
from foresight.services.shelf import Shelf, Stamp, stamp
from foresight.signals.outcomes import HORIZONS, band, later_share
from foresight.signals.track_record import LISTED

SHOWN = 40
_LOOKED_BACK = timedelta(weeks=52)
_PROJECTED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One call that was listed, and how it turned out; an outcome that is not known yet is None.

    Attributes:
        later: share of its region in the first four weeks after; inside: whether that lay in the 90 % band.
    """

    call: Call
    first: Outcome | None
    last: Outcome | None
    later: float | None
    inside: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackPage:
    """The records there are, that of runs first; and the latest calls of each that were listed and judged."""

    stamp: Stamp
    records: tuple[TrackRecord, ...]
    judged: tuple[tuple[Judged, ...], ...]


class TrackDesk:
    """Tells whether the calls can be trusted."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def get(self) -> TrackPage:
        """All records; none where no call was judged yet.

        Raises:
            NothingPublished: no run has published yet.
        """
        return self._shelf.once("track", _page)


def _page(reader: ArchiveReader) -> TrackPage:
    records = tuple(record for record in map(reader.track_record, Origin) if record is not None)
    return TrackPage(stamp=stamp(reader), records=records, judged=tuple(_latest(reader, record) for record in records))


def _latest(reader: ArchiveReader, record: TrackRecord) -> tuple[Judged, ...]:
    """The latest listed calls of the record's last year with an outcome: each trend once, latest first."""
    since = record.last - _LOOKED_BACK
    outcomes = {(one.trend_id, one.as_of, one.days): one for one in reader.outcomes(record.origin, since=since)}
    found: dict[str, Judged] = {}
    for call in reversed(reader.calls(record.origin, since=since)):
        first, last = (outcomes.get((call.trend_id, call.as_of, days)) for days in HORIZONS)
        if call.stage in LISTED and first is not None:
            found[call.trend_id] = _judged(call, first, last)
    return tuple(sorted(found.values(), key=lambda one: (one.call.as_of, -one.call.rank), reverse=True)[:SHOWN])


def _judged(call: Call, first: Outcome, last: Outcome | None) -> Judged:
    counted, projected = later_share(first, _PROJECTED), band(call, _PROJECTED)
    later = counted[0] / counted[1] if counted else None
    inside = None if later is None or projected is None else projected.low <= later <= projected.high
    return Judged(call=call, first=first, last=last, later=later, inside=inside)
