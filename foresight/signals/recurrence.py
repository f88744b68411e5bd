"""Whether what comes up comes up every year: the same surge in the same weeks of the years before.

Christmas trade, budgets and school starts grow for real each year and are news to nobody. A surge counts as recurring
where every earlier year that the archive holds had one of its own in the same weeks, judged against the weeks before
it in that year, and where this year's is no more than twice as big: a calendar that suddenly shouts is news.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from foresight.records import Floats1d
from foresight.signals.growth import expected, surprise
from foresight.signals.history import alive

YEARS = 2
YEAR_WEEKS = 52
SLACK = 2
_LONE_YEAR = 0.01
_EACH_YEAR = 0.05
_FEWEST = 3
_NO_BIGGER = 2.0
_LEAST_WRITTEN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Surge:
    """The strongest surge of an earlier year within the slack around the same weeks.

    Attributes:
        p: one-sided probability of it, corrected for the places it was looked for at.
        seen: documents; share: their part of everything written in its weeks.
        start: weeks from the end of the span to the end of the surge, 0 … 2·SLACK.
    """

    p: float
    seen: float
    share: float
    start: int


def span(weeks: int, baseline: int) -> int:
    """Weeks of an earlier year that are looked at: slack, the window, slack, and what comes before."""
    return 2 * SLACK + weeks + baseline


def surge(counts: Floats1d, volumes: Floats1d, *, weeks: int) -> Surge | None:
    """The surge of one earlier year.

    Args:
        counts: ``(span, sources)`` the group's documents, row 0 the last week of the span.
        volumes: ``(span, sources)`` everything.
        weeks: of the group's window.

    Returns:
        None where the year is not held: no source that was there from the start of the span, or next to nothing.
    """
    sources = alive(volumes, len(volumes))
    before = slice(2 * SLACK + weeks, len(volumes))
    if not sources.any() or volumes[before][:, sources].sum() < _LEAST_WRITTEN:
        return None
    places = [_at(counts, volumes, start, weeks=weeks, before=before) for start in range(2 * SLACK + 1)]
    best = min(places, key=lambda place: (place.p, place.start))
    return Surge(p=min(1.0, len(places) * best.p), seen=best.seen, share=best.share, start=best.start)


def _at(counts: Floats1d, volumes: Floats1d, start: int, *, weeks: int, before: slice) -> Surge:
    window = slice(start, start + weeks)
    own, everything = (np.concatenate([array[window], array[before]]) for array in (counts, volumes))
    sources = alive(volumes, len(volumes))
    awaited = expected(own[None], everything, sources, recent=weeks, baseline=len(own) - weeks)
    seen = float(own[:weeks, sources].sum())
    p = float(surprise(np.array([seen], dtype=np.float32), awaited)[0])
    return Surge(p=p, seen=seen, share=seen / max(1.0, float(everything[:weeks, sources].sum())), start=start)


def recurring(share: float, years: Sequence[Surge]) -> bool:
    """Whether a surge with this share of everything is the one that comes every year.

    Args:
        share: of the group in its window now.
        years: the earlier years that the archive holds; none says nothing, a lone one must be plainer.
    """
    if not years or any(year.seen < _FEWEST for year in years):
        return False
    most = _LONE_YEAR if len(years) == 1 else _EACH_YEAR
    return all(year.p <= most for year in years) and share <= _NO_BIGGER * max(year.share for year in years)
