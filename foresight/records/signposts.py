"""What is watched in the signals: signposts of scenarios, and the rule by which a forecast is resolved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from foresight.records.futures import Share


class Measure(StrEnum):
    """What of a trend is watched."""

    SHARE = "share"  # of all stories of a week, 0 to 1
    COUNT = "count"  # stories × sources in a week
    STORIES = "stories"  # in the last 28 days
    SOURCES = "sources"  # in the last 28 days
    GROWTH = "growth"  # log share per week, over twelve weeks


class Direction(StrEnum):
    """On which side of the threshold the measure has to be."""

    ABOVE = "above"  # at least the threshold
    BELOW = "below"  # at most the threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A condition on a trend that a run can decide.

    Attributes:
        threshold: in the measure's own unit; a share of 5 % is 0.05.
        weeks: in how many weeks in a row the condition has to hold, 1 upwards.
    """

    trend_id: str
    measure: Measure = Measure.SHARE
    direction: Direction = Direction.ABOVE
    threshold: float = 0.0
    weeks: int = 1


class SignpostState(StrEnum):
    """What became of a signpost. What it was seen to do stands in `LikelihoodUpdate`."""

    PROPOSED = "proposed"  # thought of, not watched
    ADOPTED = "adopted"  # checked at every run
    DROPPED = "dropped"  # no longer watched


@dataclass(frozen=True, slots=True, kw_only=True)
class Signpost:
    """An observation that would tell the futures apart.

    Attributes:
        title: what it is, in words.
        likelihoods: P(seen before it closes | future), for every future and for none-of-these.
        owner: who acts when it trips; triggers: the decision or act it sets off.
        family: signposts with one cause share a family; their evidence is tempered together.
        opens: weeks that begin before it do not count: what was known then is in the priors already.
        closes: when it counts as missed, None for never.
    """

    title: str
    watch: Watch
    likelihoods: tuple[Share, ...]
    owner: str = ""
    triggers: str = ""
    family: str = ""
    opens: datetime | None = None
    closes: datetime | None = None
    state: SignpostState = SignpostState.PROPOSED
