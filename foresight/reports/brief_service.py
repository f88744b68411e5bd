"""What the ledger keeps around a scenario, put together for its brief in the language of the brief.

Briefs: what one hands out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from foresight.model.briefs import Brief, Story
from foresight.model.decisions import TrendView
from foresight.model.documents import NamedEntity
from foresight.model.errors import NothingConsistent, NothingPublished, UnknownFactor
from foresight.model.runs import Run
from foresight.model.scenarios import LikelihoodUpdate, Scenario, Solution
from foresight.model.workshop import Revision
from foresight.queries.snapshot_cache import SnapshotCache
from foresight.queries.trends import TrendPage, TrendService
from foresight.reports import formats as formats_module
from foresight.reports.scenario_brief import (
    FutureBreak,
    ReadableChange,
    SolvedScenario,
    explained_solutions,
    scenario_brief,
)
from foresight.reports.trend_brief import BriefDocument, trend_brief
from foresight.reports.workshop_sections import (
    DecisionSummary,
    OptionSummary,
    QuestionSummary,
    SignpostSummary,
    UpdateSummary,
    WorkshopResults,
)
from foresight.scenarios.explanation import JudgementChange, ScenarioFlip
from foresight.scenarios.forecasts import ForecastService
from foresight.scenarios.matrix import slug, state_name
from foresight.scenarios.promises import PromiseService
from foresight.scenarios.scenario_service import ScenarioService
from foresight.scenarios.signposts import SignpostService, WatchedSignpost
from foresight.scenarios.story import StoryService
from foresight.scenarios.stress_test import OptionReport, StressTestService
from foresight.scenarios.structural_analysis import StructuralAnalysisService
from foresight.scenarios.watching import WatchService, measure_in_words, watch_in_words
from foresight.store.reader import ArchiveReader


class WorkshopResultService:
    """Gathers what a room made, so that it can be handed out."""

    def __init__(
        self,
        watcher: WatchService,
        stress: StressTestService,
        signposts: SignpostService,
        forecasts: ForecastService,
        promises: PromiseService,
    ) -> None:
        self._watcher, self._stress, self._signposts = watcher, stress, signposts
        self._forecasts, self._promises = forecasts, promises

    def made(self, scenario: Scenario, *, lang: str) -> WorkshopResults:
        """Everything of a scenario that its brief tells besides the scenario itself."""
        likely = self._signposts.likelihoods(scenario.id)
        watched = self._signposts.list(scenario.id)
        views = self._watcher.views()
        report = self._stress.test(scenario.id)
        by_id = {one.signpost.id: one for one in watched}
        updates = sorted(likely.updates, key=lambda entry: (entry.content.at, entry.id))
        return WorkshopResults(
            futures=likely.futures.content,
            now=likely.now,
            moved=tuple(_brief_update(entry, by_id, views, scenario, lang) for entry in updates),
            tunnel=self._stress.get(scenario.id).content,
            options=tuple(_brief_option(option) for option in report.options),
            maximin=report.maximin,
            minimax_regret=report.minimax_regret,
            signposts=tuple(_brief_signpost(one, lang) for one in watched),
            asked=tuple(
                QuestionSummary(question=one.question.content, answers=len(one.answers), middle=one.middle)
                for one in self._forecasts.list(scenario.id)
            ),
            decided=tuple(
                DecisionSummary(promise=one.promise.content, assumption_broken=bool(one.broken_assumption))
                for one in self._promises.list(scenario.id)
            ),
            answers=self._promises.questions(scenario.id).content,
        )


def cheapest_breaks(
    scenario: Scenario, solutions: Sequence[Solution], structure: StructuralAnalysisService
) -> tuple[FutureBreak, ...]:
    """Per solution the fewest judgements that would end it; those that nothing within the scale ends are left out."""
    cheapest = ((one.states, next(iter(structure.flips(scenario, one.states).breaks), None)) for one in solutions)
    return tuple(_brief_break(scenario, states, flip) for states, flip in cheapest if flip is not None)


def _brief_break(scenario: Scenario, states: tuple[int, ...], flip: ScenarioFlip) -> FutureBreak:
    def nudge(change: JudgementChange) -> ReadableChange:
        return ReadableChange(
            acting=state_name(scenario.factors, (change.source_factor, change.source_state)),
            acted=state_name(scenario.factors, (change.target_factor, change.target_state)),
            before=change.before,
            after=change.after,
        )

    nudges = tuple(nudge(change) for change in flip.changes)
    return FutureBreak(states=states, towards=state_name(scenario.factors, (flip.factor, flip.towards)), nudges=nudges)


def _brief_option(option: OptionReport) -> OptionSummary:
    return OptionSummary(
        name=option.strategy.name,
        move=option.move.value,
        satisfied=option.satisfied,
        best_in=option.best_in,
        fails_in=option.fails_in,
        max_regret=option.max_regret,
        regret_in=option.regret_in,
    )


def _brief_signpost(one: WatchedSignpost, lang: str) -> SignpostSummary:
    watch = one.signpost.content.watch
    return SignpostSummary(
        signpost=one.signpost.content,
        words=watch_in_words(watch, one.seen.view, lang),
        value=measure_in_words(watch.measure, one.seen.reading.value, lang),
        state=one.state,
    )


def _brief_update(
    entry: Revision[LikelihoodUpdate],
    watched: dict[str, WatchedSignpost],
    views: dict[str, TrendView],
    scenario: Scenario,
    lang: str,
) -> UpdateSummary:
    """An update in the language asked for.

    A condition that was changed since stays in the words of its day, whatever their language.
    """
    update, one = entry.content, watched.get(entry.content.signpost_id)
    if one is None:
        return UpdateSummary(update=update, title=entry.reason, words=update.watch, value="–")
    watch = one.signpost.content.watch
    view = views.get(watch.trend_id)
    unchanged = update.watch == watch_in_words(watch, view, scenario.lang)
    return UpdateSummary(
        update=update,
        title=entry.reason or one.signpost.content.title,
        words=watch_in_words(watch, view, lang) if unchanged else update.watch,
        value=measure_in_words(watch.measure, update.value, lang),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefFile:
    """A brief in one format, ready to be kept or handed over. mime: its media type."""

    name: str
    mime: str
    content: bytes


class BriefService:
    """Makes briefs of trends and scenarios.

    Attributes:
        formats: those a brief can be had in.
    """

    formats = formats_module.BRIEF_FORMATS

    def __init__(
        self,
        cache: SnapshotCache,
        trends: TrendService,
        scenarios: ScenarioService,
        story: StoryService,
        structure: StructuralAnalysisService,
        handouts: WorkshopResultService,
    ) -> None:
        self._cache, self._trends, self._scenarios, self._story = cache, trends, scenarios, story
        self._structure, self._handouts = structure, handouts

    def trend(self, trend_id: str, *, format: str, lang: str) -> BriefFile:  # noqa: A002 - the word of the command line
        """A trend's brief.

        Raises:
            NotFound: there is no such trend.
            UnknownFormat: `format` is none of `formats`.
        """
        with self._cache.open_reader() as reader:
            page = self._trends.get(trend_id)
            brief = trend_brief(
                page.view,
                _brief_evidence(page, reader),
                page.scenarios,
                lang=lang,
                generation=reader.generation,
                run=_latest_run(reader),
                cues=[shown.cue for shown in page.cues],
            )
        return _brief_file(brief, format)

    def scenario(self, scenario_id: str, *, format: str, lang: str) -> BriefFile:  # noqa: A002 - the same word
        """A scenario's brief, with what the ledger keeps around it.

        Raises:
            NotFound: there is no such scenario.
            UnknownFormat: `format` is none of `formats`.
            TooFewStates: its factors cannot be worked with yet.
        """
        scenario = self._scenarios.get(scenario_id)
        unforced = replace(scenario, forced=())
        free = self._scenarios.solve(unforced).result
        forced = self._scenarios.solve(scenario).result if scenario.forced else None
        solved = SolvedScenario(
            free=free,
            forced=forced,
            story=self._told(scenario_id, lang),
            breaks=cheapest_breaks(unforced, explained_solutions(scenario, free), self._structure),
            made=self._handouts.made(scenario, lang=lang),
        )
        wanted = {factor.trend_id for factor in scenario.factors}
        with self._cache.open_reader() as reader:
            views = [v for v in self._trends.list().everything if wanted & {v.trend.id, *v.members}]
            brief = scenario_brief(
                scenario,
                solved,
                views,
                lang=lang,
                generation=reader.generation,
                run=_latest_run(reader),
            )
        return _brief_file(brief, format)

    def _told(self, scenario_id: str, lang: str) -> Story | None:
        """The story of its likeliest future; none where nothing was found to tell of."""
        try:
            return self._story.write(scenario_id, lang=lang)
        except (NothingConsistent, UnknownFactor):
            return None


def _brief_evidence(page: TrendPage, reader: ArchiveReader) -> list[BriefDocument]:
    """The documents the page shows, with whom they name."""
    named: dict[str, list[NamedEntity]] = {}
    for entity in reader.entities([one.document.id for one in page.evidence]):
        named.setdefault(entity.document_id, []).append(entity)
    return [
        BriefDocument(document=one.document, source=one.source, entities=tuple(named.get(one.document.id, ())))
        for one in page.evidence
    ]


def _latest_run(reader: ArchiveReader) -> Run:
    run = reader.latest_analysis()
    if run is None:
        raise NothingPublished(path=f"generation {reader.generation}")
    return run


def _brief_file(brief: Brief, kind: str) -> BriefFile:
    content = formats_module.write_brief(brief, kind)
    name = f"{brief.as_of.date().isoformat()}-{slug(brief.title)[:60]}-{brief.lang}.{kind}"
    return BriefFile(name=name, mime=formats_module.BRIEF_WRITERS[kind].media_type, content=content)
