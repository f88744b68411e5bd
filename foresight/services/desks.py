"""All desks together: what app and command line may ask for."""

from __future__ import annotations

from dataclasses import dataclass

from foresight.ports import Clock, Generations, Ledger
from foresight.services.about import AboutDesk
from foresight.services.briefing import BriefingDesk
from foresight.services.briefs import BriefDesk
from foresight.services.scenarios import ScenarioDesk
from foresight.services.shelf import Shelf
from foresight.services.sources import SourceDesk
from foresight.services.trends import TrendDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """One desk per page, safe to share between the threads of a process.

    Attributes:
        generations, ledger: the ports behind them, for commands that read or write whole files.
    """

    briefing: BriefingDesk
    trends: TrendDesk
    scenarios: ScenarioDesk
    briefs: BriefDesk
    sources: SourceDesk
    about: AboutDesk
    generations: Generations
    ledger: Ledger


def desks(generations: Generations, ledger: Ledger, clock: Clock) -> Services:
    """The desks on one store."""
    shelf = Shelf(generations)
    trends = TrendDesk(shelf, ledger, clock)
    scenarios = ScenarioDesk(shelf, ledger)
    return Services(
        briefing=BriefingDesk(shelf, ledger),
        trends=trends,
        scenarios=scenarios,
        briefs=BriefDesk(shelf, trends, scenarios),
        sources=SourceDesk(shelf),
        about=AboutDesk(shelf, ledger),
        generations=generations,
        ledger=ledger,
    )
