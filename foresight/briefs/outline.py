"""A trend or a scenario as a brief: the same sections whatever file it becomes."""

from foresight.briefs.evidence import Evidence
from foresight.briefs.scenario import Solved, scenario_brief
from foresight.briefs.trend import trend_brief

__all__ = ["Evidence", "Solved", "scenario_brief", "trend_brief"]
