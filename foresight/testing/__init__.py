"""Fakes and builders for tests, ours and yours: the whole outside world, in memory, the same every time.

- `FrozenClock`, `CannedFetcher`, `HashEncoder`: time, network and vectors.
- `MemoryArchive`, `MemoryGenerations`, `MemoryLedger`: the store, true to the docstrings of `foresight.ports`.
- `a_source`, `a_document`, `a_trend`, `a_signpost`, …: records with sensible defaults; name what the test is about.
"""

from foresight.testing.archive import MemoryArchive, MemoryGenerations
from foresight.testing.builders import (
    NOW,
    a_decision,
    a_document,
    a_fetch,
    a_run,
    a_scenario,
    a_series,
    a_signal,
    a_source,
    a_topic,
    a_trend,
    a_view,
)
from foresight.testing.ledger import MemoryLedger
from foresight.testing.reader import MemoryReader
from foresight.testing.track import a_call, a_track_record, an_outcome
from foresight.testing.workshop import a_journey, a_promise, a_question, a_signpost, an_entry, some_futures
from foresight.testing.world import CannedFetcher, FrozenClock, HashEncoder

__all__ = [
    "NOW",
    "CannedFetcher",
    "FrozenClock",
    "HashEncoder",
    "MemoryArchive",
    "MemoryGenerations",
    "MemoryLedger",
    "MemoryReader",
    "a_call",
    "a_decision",
    "a_document",
    "a_fetch",
    "a_journey",
    "a_promise",
    "a_question",
    "a_run",
    "a_scenario",
    "a_series",
    "a_signal",
    "a_signpost",
    "a_source",
    "a_topic",
    "a_track_record",
    "a_trend",
    "a_view",
    "an_entry",
    "an_outcome",
    "some_futures",
]
