"""One chart grammar for the app and the briefs. Each function takes records and a language, and gives an altair chart.

Show a chart at its own width (`width="content"`) and without another theme, so that it looks as it does in a brief.
"""

from foresight.briefs.charts.crossimpact import cross_impact
from foresight.briefs.charts.grammar import STAGE_LOOKS
from foresight.briefs.charts.overview import stage_overview
from foresight.briefs.charts.radar import RadarMark, radar
from foresight.briefs.charts.render import render_png, render_svg, specification
from foresight.briefs.charts.scenarios import scenario_matrix, scenario_names
from foresight.briefs.charts.shares import share_over_time, sparkline
from foresight.briefs.charts.sources import breakdown, source_health
from foresight.briefs.charts.themes import theme_map
from foresight.briefs.charts.track import band_coverage, list_lengths, outcomes_by_stage, reliability_diagram
from foresight.briefs.charts.voices import tone_by_voice

__all__ = [
    "STAGE_LOOKS",
    "RadarMark",
    "band_coverage",
    "breakdown",
    "cross_impact",
    "list_lengths",
    "outcomes_by_stage",
    "radar",
    "reliability_diagram",
    "render_png",
    "render_svg",
    "scenario_matrix",
    "scenario_names",
    "share_over_time",
    "source_health",
    "sparkline",
    "specification",
    "stage_overview",
    "theme_map",
    "tone_by_voice",
]
