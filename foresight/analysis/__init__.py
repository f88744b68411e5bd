"""One analysis at a cut-off: online identity stepped forward, movements found, counted, tested, staged and ranked."""

from foresight.analysis.cutoff import analyse, replay
from foresight.analysis.online import advance
from foresight.analysis.results import Analysis
from foresight.analysis.themes import fit_themes, step_themes, waiting_ids, with_themes

__all__ = ["Analysis", "advance", "analyse", "fit_themes", "replay", "step_themes", "waiting_ids", "with_themes"]
