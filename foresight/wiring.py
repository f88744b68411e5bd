"""All desks together: what app and command line may ask for.

The composition root: the only place that knows which store, network, encoder and clock stand behind the ports.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from foresight.config import Settings, default_options, drafting_options, load_settings
from foresight.ingest.http import HttpFetcher
from foresight.ingest.parser_pool import FeedParser, ParserPool
from foresight.model.decisions import TrendDecision
from foresight.model.options import CollectOptions, Options
from foresight.model.ports import Clock, Encoder, Fetcher, LanguageModel, Progress
from foresight.nlp.encoders import E5Encoder, LexicalEncoder, SentenceTransformersEncoder
from foresight.pipeline.context import PipelineContext
from foresight.pipeline.runs import OpenFeedNetwork
from foresight.queries.data_check import DataFinding
from foresight.queries.data_check import check_data as examine_data
from foresight.queries.overview import OverviewService
from foresight.queries.signal_lists import SignalListService
from foresight.queries.snapshot_cache import SnapshotCache
from foresight.queries.theme_export import ExportedThemes
from foresight.queries.theme_export import export_themes as export_map
from foresight.queries.trends import TrendService
from foresight.reports.brief_service import BriefService, WorkshopResultService
from foresight.scenarios.beliefs import BeliefService
from foresight.scenarios.forecasts import ForecastService
from foresight.scenarios.futures import FuturesService
from foresight.scenarios.journeys import JourneyService
from foresight.scenarios.language_model import ChatCompletionsModel
from foresight.scenarios.panels import PanelService
from foresight.scenarios.promises import PromiseService
from foresight.scenarios.scenario_service import ScenarioService
from foresight.scenarios.signposts import SignpostService
from foresight.scenarios.story import StoryService
from foresight.scenarios.story_drafts import StoryDraftService
from foresight.scenarios.stress_test import StressTestService
from foresight.scenarios.structural_analysis import StructuralAnalysisService
from foresight.scenarios.trend_conditions import PublishedTrends
from foresight.scenarios.whatif import WhatIfService
from foresight.store.archive import Archive
from foresight.store.generations import Generations
from foresight.store.ledger import Ledger
from foresight.store.run_lock import RunLock, SystemClock


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """All that app and commands may ask for: one service per subject, safe to share between the threads of a process.

    Attributes:
        published: the published trends as signposts, forecasts and what-ifs read them.
        generations, ledger: the stores behind the services, for commands that read or write whole files.
    """

    overview: OverviewService
    trends: TrendService
    scenarios: ScenarioService
    futures: FuturesService
    whatif: WhatIfService
    stress: StressTestService
    signposts: SignpostService
    forecasts: ForecastService
    journeys: JourneyService
    promises: PromiseService
    panels: PanelService
    beliefs: BeliefService
    structure: StructuralAnalysisService
    published: PublishedTrends
    story: StoryService
    drafts: StoryDraftService
    briefs: BriefService
    generations: Generations
    ledger: Ledger


def make_services(
    generations: Generations, ledger: Ledger, clock: Clock, *, drafter: LanguageModel | None = None
) -> Services:
    """The services on one store; drafter: the language model that may draft stories, None for none."""
    cache = SnapshotCache(generations)
    trends, scenarios = TrendService(cache, ledger, clock), ScenarioService(cache, ledger)
    published, futures = PublishedTrends(cache, ledger), FuturesService(ledger)
    stress, promises = StressTestService(ledger, futures), PromiseService(ledger, clock)
    signposts = SignpostService(published, ledger, futures, clock)
    forecasts = ForecastService(published, ledger, clock)
    story = StoryService(scenarios, futures, trends, published, ledger)
    results = WorkshopResultService(stress, signposts, forecasts, promises)
    return Services(
        overview=OverviewService(cache, ledger),
        trends=trends,
        scenarios=scenarios,
        futures=futures,
        whatif=WhatIfService(cache, ledger),
        stress=stress,
        signposts=signposts,
        forecasts=forecasts,
        journeys=JourneyService(ledger, futures),
        promises=promises,
        panels=PanelService(ledger),
        beliefs=BeliefService(ledger),
        structure=StructuralAnalysisService(ledger),
        published=published,
        story=story,
        drafts=StoryDraftService(story, drafter),
        briefs=BriefService(cache, trends, scenarios, story, results),
        generations=generations,
        ledger=ledger,
    )


ARCHIVE_FILE, LEDGER_FILE, LOCK_FILE = "work.duckdb", "ledger.sqlite", "run.lock"


@dataclass(frozen=True, slots=True)
class RealNetwork:
    """The real network: aiohttp, and parsing in a process that can be killed."""

    fetcher: Fetcher
    parser: FeedParser


def no_progress(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def settings_from_environment(path: Path) -> Settings:
    """feeds.yaml and the environment."""
    return load_settings(path, os.environ)


def options_from_environment() -> Options:
    """The options of the environment, where no settings file is read."""
    return default_options(os.environ)


def build_services(data: Path, *, clock: Clock | None = None) -> Services:
    """All that one can do with a data folder, for the app and the commands that read.

    Args:
        data: the folder, made where absent.
        clock: when things are kept, opened and due; the machine's where none is given.
    """
    data.mkdir(parents=True, exist_ok=True)
    generations = Generations(data, keep=options_from_environment().keep_generations)
    return make_services(
        generations,
        Ledger(data / LEDGER_FILE, clock=clock),
        clock or SystemClock(),
        drafter=make_language_model(),
    )


def make_language_model() -> LanguageModel | None:
    """The language model that the environment names, None where it names none."""
    found = drafting_options(os.environ)
    return ChatCompletionsModel(found) if found else None


def make_signal_list_service(data: Path, chosen: Options, *, progress: Progress) -> SignalListService:
    """Lists of signals, now and in the past, by the thresholds that the options set."""
    return SignalListService(Generations(data, keep=chosen.keep_generations), chosen, progress)


def export_themes(data: Path, folder: Path, *, lang: str) -> ExportedThemes:
    """Write the published map of themes into a folder, as a BERTopic model."""
    chosen = options_from_environment()
    with closing(Generations(data, keep=chosen.keep_generations).current()) as reader:
        return export_map(reader, folder, lang=lang, seed=chosen.seed)


def check_data_folder(data: Path) -> tuple[DataFinding, ...]:
    """Whether archive, generation and ledger of a folder are whole."""
    generations = Generations(data, keep=options_from_environment().keep_generations)

    def archive() -> Archive:
        with RunLock(data / LOCK_FILE):
            return Archive(data / ARCHIVE_FILE)

    return examine_data(data / ARCHIVE_FILE, archive, generations, lambda: Ledger(data / LEDGER_FILE))


def make_encoder(options: Options) -> Encoder:
    """The encoder that the options name."""
    makers: dict[str, Callable[[], Encoder]] = {
        "e5": E5Encoder,
        "sentences": SentenceTransformersEncoder,
        "lexical": LexicalEncoder,
    }
    return makers[options.encoder]()


@contextmanager
def open_tools(
    data: Path,
    options: Options,
    *,
    progress: Progress = no_progress,
    clock: Clock | None = None,
    encoder: Encoder | None = None,
) -> Iterator[PipelineContext]:
    """The pipeline's tools, alone with the working archive until the context ends.

    Raises:
        RunLocked: another run is at work.
        StoreError: the archive cannot be opened.
    """
    data.mkdir(parents=True, exist_ok=True)
    with RunLock(data / LOCK_FILE, wait=options.lock_wait):
        archive = Archive(data / ARCHIVE_FILE)
        try:
            yield PipelineContext(
                archive=archive,
                generations=Generations(data, keep=options.keep_generations),
                encoder=encoder or make_encoder(options),
                clock=clock or SystemClock(),
                options=options,
                progress=progress,
                decisions=lambda: _ledger_decisions(data / LEDGER_FILE),
            )
        finally:
            archive.close()


def _ledger_decisions(path: Path) -> Sequence[TrendDecision]:
    """What people decided, nothing where nobody ever did."""
    if not path.exists():
        return ()
    with closing(Ledger(path)) as ledger:
        return ledger.decisions()


def real_network(options: CollectOptions) -> OpenFeedNetwork:
    """How a run opens the real network."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[RealNetwork]:
        async with HttpFetcher(options) as fetcher, ParserPool(options) as parser:
            yield RealNetwork(fetcher, parser)
        # aiohttp closes its transports on the next turn of the loop
        await asyncio.sleep(0)

    return opened
