"""All desks together: what app and command line may ask for."""

from __future__ import annotations

from dataclasses import dataclass

from foresight.ports import Clock, Generations, Ledger
from foresight.scenarios.story_draft import Drafter
from foresight.services.about import AboutDesk
from foresight.services.beliefs import BeliefDesk
from foresight.services.briefing import BriefingDesk
from foresight.services.briefs import BriefDesk
from foresight.services.drafts import DraftDesk
from foresight.services.forecasts import ForecastDesk
from foresight.services.futures import FuturesDesk
from foresight.services.handouts import HandoutDesk
from foresight.services.journeys import JourneyDesk
from foresight.services.panels import PanelDesk
from foresight.services.promises import PromiseDesk
from foresight.services.scenarios import ScenarioDesk
from foresight.services.shelf import Shelf
from foresight.services.signposts import SignpostDesk
from foresight.services.sources import SourceDesk
from foresight.services.story import StoryDesk
from foresight.services.stress import StressDesk
from foresight.services.structure import StructureDesk
from foresight.services.track import TrackDesk
from foresight.services.trends import TrendDesk
from foresight.services.watcher import Watcher
from foresight.services.whatif import WhatIfDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What one can do with a scenario, one desk per method or page.

    Attributes:
        futures: the few scenarios gone on with, and their likelihoods; beliefs: probabilities of events.
        structure: robustness, flips, drift, influence, box, axes; panels: several people's judgements and votes.
    """

    futures: FuturesDesk
    whatif: WhatIfDesk
    stress: StressDesk
    signposts: SignpostDesk
    forecasts: ForecastDesk
    journeys: JourneyDesk
    promises: PromiseDesk
    panels: PanelDesk
    beliefs: BeliefDesk
    structure: StructureDesk
    watcher: Watcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """One desk per page, safe to share between the threads of a process.

    Attributes:
        workshop: the desks that work on a scenario; story: tells one; drafts: a language model's try at it.
        generations, ledger: the ports behind them, for commands that read or write whole files.
    """

    briefing: BriefingDesk
    trends: TrendDesk
    scenarios: ScenarioDesk
    workshop: Workshop
    story: StoryDesk
    drafts: DraftDesk
    briefs: BriefDesk
    sources: SourceDesk
    track: TrackDesk
    about: AboutDesk
    generations: Generations
    ledger: Ledger


def desks(generations: Generations, ledger: Ledger, clock: Clock, *, drafter: Drafter | None = None) -> Services:
    """The desks on one store; drafter: the language model that may draft stories, None for none."""
    shelf = Shelf(generations)
    trends = TrendDesk(shelf, ledger, clock)
    scenarios = ScenarioDesk(shelf, ledger)
    work = workshop(shelf, ledger, clock)
    story = StoryDesk(scenarios, work.futures, trends, work.watcher, ledger)
    handouts = HandoutDesk(work.watcher, work.stress, work.signposts, work.forecasts, work.promises)
    return Services(
        briefing=BriefingDesk(shelf, ledger),
        trends=trends,
        scenarios=scenarios,
        workshop=work,
        story=story,
        drafts=DraftDesk(story, drafter),
        briefs=BriefDesk(shelf, trends, scenarios, story, work.structure, handouts),
        sources=SourceDesk(shelf),
        track=TrackDesk(shelf),
        about=AboutDesk(shelf, ledger),
        generations=generations,
        ledger=ledger,
    )


def workshop(shelf: Shelf, ledger: Ledger, clock: Clock) -> Workshop:
    """The desks that work on a scenario."""
    watcher, futures = Watcher(shelf, ledger), FuturesDesk(ledger)
    return Workshop(
        futures=futures,
        whatif=WhatIfDesk(watcher, ledger),
        stress=StressDesk(ledger, futures),
        signposts=SignpostDesk(watcher, ledger, futures, clock),
        forecasts=ForecastDesk(watcher, ledger, clock),
        journeys=JourneyDesk(ledger, futures),
        promises=PromiseDesk(ledger, clock),
        panels=PanelDesk(ledger),
        beliefs=BeliefDesk(ledger),
        structure=StructureDesk(ledger),
        watcher=watcher,
    )
