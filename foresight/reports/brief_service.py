"""Briefs of trends and scenarios, put together from what is published and what the ledger holds."""

from __future__ import annotations

from dataclasses import dataclass

from foresight.model.briefs import Brief, Story
from foresight.model.errors import NothingConsistent, NothingPublished, UnknownFactor
from foresight.model.runs import Run
from foresight.queries.snapshot_cache import SnapshotCache
from foresight.queries.trends import TrendService
from foresight.reports.formats import BRIEF_FORMATS, BRIEF_WRITERS, write_brief
from foresight.reports.scenario_brief import SolvedScenario, scenario_brief
from foresight.reports.trend_brief import trend_brief
from foresight.reports.workshop_sections import WorkshopResults
from foresight.scenarios.forecasts import ForecastService
from foresight.scenarios.matrix import slug
from foresight.scenarios.promises import PromiseService
from foresight.scenarios.scenario_service import ScenarioService
from foresight.scenarios.signposts import SignpostService
from foresight.scenarios.story import StoryService
from foresight.scenarios.stress_test import StressTestService
from foresight.scenarios.whatif import what_if
from foresight.store.reader import ArchiveReader


class WorkshopResultService:
    """Gathers what people made of a scenario, so that it can be handed out."""

    def __init__(
        self,
        stress: StressTestService,
        signposts: SignpostService,
        forecasts: ForecastService,
        promises: PromiseService,
    ) -> None:
        self._stress, self._signposts, self._forecasts, self._promises = stress, signposts, forecasts, promises

    def collect(self, scenario_id: str) -> WorkshopResults:
        """Everything of a scenario that its brief holds besides the scenario itself."""
        likely = self._signposts.likelihoods(scenario_id)
        return WorkshopResults(
            futures=likely.futures.content,
            now=likely.now,
            updates=tuple(sorted(likely.updates, key=lambda update: (update.content.at, update.id))),
            stress_input=self._stress.get(scenario_id).content,
            stress_report=self._stress.test(scenario_id),
            signposts=self._signposts.list(scenario_id),
            questions=self._forecasts.list(scenario_id),
            decisions=self._promises.list(scenario_id),
            answers=self._promises.questions(scenario_id).content,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefFile:
    """A brief in one format, ready to be saved or handed over. mime: its media type."""

    name: str
    mime: str
    content: bytes


class BriefService:
    """Makes briefs of trends and scenarios.

    Attributes:
        formats: those a brief can be had in.
    """

    formats = BRIEF_FORMATS

    def __init__(
        self,
        cache: SnapshotCache,
        trends: TrendService,
        scenarios: ScenarioService,
        story: StoryService,
        results: WorkshopResultService,
    ) -> None:
        self._cache, self._trends, self._scenarios = cache, trends, scenarios
        self._story, self._results = story, results

    def trend(self, trend_id: str, *, format: str, lang: str) -> BriefFile:  # noqa: A002 - the word of the command line
        """A trend's brief.

        Raises:
            NotFound: there is no such trend.
            UnknownFormat: `format` is none of `formats`.
        """
        with self._cache.open_reader() as reader:
            page = self._trends.get(trend_id)
            brief = trend_brief(page, lang=lang, generation=reader.generation, run=_latest_run(reader))
        return _brief_file(brief, format)

    def scenario(self, scenario_id: str, *, format: str, lang: str) -> BriefFile:  # noqa: A002 - the same word
        """A scenario's brief, with what the ledger holds around it.

        Raises:
            NotFound: there is no such scenario.
            UnknownFormat: `format` is none of `formats`.
            TooFewStates: its factors cannot be worked with yet.
        """
        scenario = self._scenarios.get(scenario_id)
        free = what_if(scenario).result
        solved = SolvedScenario(
            free=free,
            forced=what_if(scenario, scenario.forced, free=free) if scenario.forced else None,
            story=self._story_of(scenario_id, lang),
            results=self._results.collect(scenario_id),
        )
        wanted = {factor.trend_id for factor in scenario.factors}
        with self._cache.open_reader() as reader:
            views = [v for v in self._trends.list().everything if wanted & {v.trend.id, *v.members}]
            run = _latest_run(reader)
            brief = scenario_brief(scenario, solved, views, lang=lang, generation=reader.generation, run=run)
        return _brief_file(brief, format)

    def _story_of(self, scenario_id: str, lang: str) -> Story | None:
        """The story of its likeliest future, None where there is no future."""
        try:
            return self._story.write(scenario_id, lang=lang)
        except (NothingConsistent, UnknownFactor):
            return None


def _latest_run(reader: ArchiveReader) -> Run:
    run = reader.latest_analysis()
    if run is None:
        raise NothingPublished(path=f"generation {reader.generation}")
    return run


def _brief_file(brief: Brief, kind: str) -> BriefFile:
    content = write_brief(brief, kind)
    name = f"{brief.as_of.date().isoformat()}-{slug(brief.title)[:60]}-{brief.lang}.{kind}"
    return BriefFile(name=name, mime=BRIEF_WRITERS[kind].media_type, content=content)
