"""A trend or a scenario as a brief: the same sections whatever file it becomes."""

from foresight.briefs.balance import Break, Nudge
from foresight.briefs.evidence import Evidence
from foresight.briefs.scenario import Solved, explained, scenario_brief
from foresight.briefs.trend import trend_brief
from foresight.briefs.workshop import Asked, Decided, Made, Moved, Option, Post

__all__ = [
    "Asked",
    "Break",
    "Decided",
    "Evidence",
    "Made",
    "Moved",
    "Nudge",
    "Option",
    "Post",
    "Solved",
    "explained",
    "scenario_brief",
    "trend_brief",
]
