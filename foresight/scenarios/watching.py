"""Whether a condition on a trend holds, how often it held before, and how long one would wait for it.

Shares and counts are read week by week: the condition has to hold in so many whole weeks in a row, begun after the
watch began and over at the cut-off, and the first such run of weeks counts, whenever one looks. Stories, sources and
growth are read as the latest run measured them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from foresight.records import Direction, Measure, TrendView, Watch
from foresight.scenarios.priors import band_share, projection_of

WEEKLY = (Measure.SHARE, Measure.COUNT)
WEEK = timedelta(weeks=1)
HORIZONS = (4, 8, 12)
WEEKS_OF_YEAR = 52.0
# A chance below it is no reason to give a waiting time in weeks.
LEAST_CHANCE = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a watch shows.

    Attributes:
        value: the measure over the weeks that hold, else as it is now; None where it is not measured.
        holds: whether the condition has been met.
        until: the moment after the last week that was needed, None where it does not hold or is not weekly.
        weeks: how many weeks in a row it holds at the end.
    """

    value: float | None
    holds: bool
    until: datetime | None = None
    weeks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How long one would wait, in weeks; None where there is nothing to go by.

    Attributes:
        chances: (weeks ahead, chance that the projection fulfils the condition then).
        by_projection: 1 / h with the hazard h per week that gives the last of these chances.
        by_history: weeks of the past series per time it came to hold in them.
        past_alarms: how often it came to hold in the past; past_weeks: over how many weeks.
    """

    chances: tuple[tuple[int, float], ...]
    by_projection: float | None
    by_history: float | None
    past_alarms: int
    past_weeks: int


def is_met(watch: Watch, value: float) -> bool:
    """Whether a value lies on the side of the threshold that the watch asks for."""
    return value >= watch.threshold if watch.direction is Direction.ABOVE else value <= watch.threshold


def read(watch: Watch, view: TrendView, *, since: datetime | None = None) -> Reading:
    """What the watch shows in a published trend.

    Args:
        watch: on this trend.
        view: as the run published it.
        since: weeks that begin before it do not count; None counts all.
    """
    if watch.measure not in WEEKLY:
        value = _now(watch.measure, view)
        fresh = since is None or view.trend.as_of > since
        return Reading(value=value, holds=value is not None and fresh and is_met(watch, value))
    weeks = [(week, value) for week, value in _weekly(watch.measure, view) if _begins_after(week, since)]
    met = [is_met(watch, value) for _, value in weeks]
    at_end = next((back for back, holds in enumerate(reversed(met)) if not holds), len(met))
    last = next(_completions(met, watch.weeks), None)
    if last is None:
        return Reading(value=weeks[-1][1] if weeks else None, holds=False, weeks=at_end)
    run = [value for _, value in weeks[last - watch.weeks + 1 : last + 1]]
    until = datetime.combine(weeks[last][0] + WEEK, datetime.min.time(), view.trend.as_of.tzinfo)
    return Reading(value=sum(run) / len(run), holds=True, until=until, weeks=at_end)


def waiting(watch: Watch, view: TrendView) -> Waiting:
    """How long one would wait by the trend's projection, and by its past."""
    chances = tuple(_chances(watch, view)) if watch.measure is Measure.SHARE else ()
    met = [is_met(watch, value) for _, value in _weekly(watch.measure, view)] if watch.measure in WEEKLY else []
    alarms = sum(1 for _ in _completions(met, watch.weeks))
    return Waiting(
        chances=chances,
        by_projection=_wait(chances[-1], watch.weeks) if chances else None,
        by_history=len(met) / alarms if alarms else None,
        past_alarms=alarms,
        past_weeks=len(met),
    )


def _weekly(measure: Measure, view: TrendView) -> list[tuple[date, float]]:
    """The weeks that are over at the cut-off: what a week that goes on shows today, its end may take back."""
    series = view.series
    values = series.shares if measure is Measure.SHARE else series.counts
    over = view.trend.as_of.astimezone(UTC).date() - WEEK
    return [(week, value) for week, value in zip(series.weeks, values, strict=True) if week <= over]


def _begins_after(week: date, since: datetime | None) -> bool:
    return since is None or week >= since.date()


def _completions(met: Sequence[bool], needed: int) -> Iterator[int]:
    """Places at which `needed` weeks in a row have held; a run counts once, however long it lasts."""
    run = 0
    for place, holds in enumerate(met):
        run = run + 1 if holds else 0
        if run == needed:
            yield place


def _now(measure: Measure, view: TrendView) -> float | None:
    if measure is Measure.GROWTH:
        growth = view.signal("growth", "12w")
        return float(growth.value) if growth else None
    return float(view.trend.stories if measure is Measure.STORIES else view.trend.sources)


def _chances(watch: Watch, view: TrendView) -> Iterator[tuple[int, float]]:
    for weeks in HORIZONS:
        projection = projection_of(view, weeks)
        if projection is not None:
            above = band_share(projection, watch.threshold, None)
            yield weeks, above if watch.direction is Direction.ABOVE else 1.0 - above


def _wait(chance: tuple[int, float], needed: int) -> float | None:
    """Weeks to wait when each brings the same hazard, and the condition then has to last."""
    weeks, likely = chance
    if likely < LEAST_CHANCE:
        return None
    hazard = 1.0 - float((1.0 - min(likely, 1.0 - LEAST_CHANCE)) ** (1.0 / weeks))
    return 1.0 / hazard + needed - 1
