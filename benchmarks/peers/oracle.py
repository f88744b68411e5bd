"""The oracle: lists exactly the events, in the first two weeks in which they can be seen.

What it gets is what the judge can give at most.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from benchmarks.peers.material import RECENT_WEEKS, Listed, Material

SEEN_WEEKS = 2


def weekly_lists(material: Material, events: Path, event_corpus: str) -> Iterator[Listed]:
    """Every usable event's own documents, at the two cut-offs after its burst week began."""
    by_week: dict[int, list[tuple[str, re.Pattern[str]]]] = {}
    for line in events.read_text().splitlines():
        event = json.loads(line)
        if event.get("usable") and event["corpus"] == event_corpus:
            burst = (date.fromisoformat(event["burst_week"]) - material.start.date()).days // 7
            for week in range(burst + 1, burst + 1 + SEEN_WEEKS):
                by_week.setdefault(week, []).append((event["event"], re.compile(event["regex"], re.IGNORECASE)))
    for week in material.cuts():
        if week not in by_week:  # a cut-off without a line is none to the judge
            yield Listed(week=week, rank=1, trend="", stage="nothing", rows=())
            continue
        recent = material.rows(week - RECENT_WEEKS, week)
        for rank, (name, pattern) in enumerate(by_week[week], 1):
            rows = tuple(int(row) for row in recent if pattern.search(material.texts[row]))
            yield Listed(week=week, rank=rank, trend=name, stage="event", rows=rows)
