"""A scenario written as a story: headline, the customer's day, the employee's day, what led here.

Every sentence is made from a template and facts of the material, and cites what it rests on: there is no sentence
without a source, and no source that the material does not hold. The same material gives the same story, in whatever
order its judgements were made. Names, reasons and quotes stand as people wrote them, in the nominative or in quotation
marks: no template asks a name to be inflected.

The two days walk the paths that were drawn for the scenario. Where a customer's step breaks or gains, the employee's
day says so too, because somebody serves there, even if nobody has drawn the employee's own path.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from foresight.i18n import Texts
from foresight.i18n.formatting import format_list, format_percent
from foresight.model.briefs import Sentence, Story, StoryPart, StoryPartKind, StorySource
from foresight.model.errors import NotFound, NothingConsistent, NothingPublished, SearchTimedOut, UsageError
from foresight.model.scenarios import Citation, Future, Judgement, Scenario
from foresight.model.sources import Voice
from foresight.model.workshop import Journey, Signpost, StepEffect
from foresight.queries.trends import TrendService
from foresight.scenarios.consequences import StepConsequence, StepVerdict, walk_through
from foresight.scenarios.futures import FuturesService
from foresight.scenarios.matrix import state_name, state_positions
from foresight.scenarios.scenario_service import ScenarioService
from foresight.scenarios.story_material import (
    StoryMaterial,
    as_clause,
    judgement_source_id,
    material_sources,
    state_source_id,
)
from foresight.scenarios.trend_conditions import PublishedTrends
from foresight.store.ledger import Ledger

MOST_PROMOTING, MOST_OPPOSING = 3, 2
MOST_STEPS_AT_WORK = 3
MOST_DOCUMENTS = 2
DOCUMENTS_PER_TREND = 20
_STRENGTHS = {1: "weakly", 2: "clearly"}


def write_story(material: StoryMaterial, *, lang: str) -> Story:
    """The story of one future; lang: "fi" or "en"."""
    writer = _StoryWriter(material, lang)
    sentences = {
        StoryPartKind.HEADLINE: writer.headline(),
        StoryPartKind.CUSTOMER: writer.customer_day(),
        StoryPartKind.EMPLOYEE: writer.employee_day(),
        StoryPartKind.PATH: writer.what_led_here(),
    }
    parts = tuple(StoryPart(kind=kind, sentences=tuple(written)) for kind, written in sentences.items())
    return Story(
        scenario_id=material.scenario.id,
        rev=material.scenario.rev,
        lang=writer.lang,
        title=material.future.name if material.future else material.scenario.title,
        states=material.pairs,
        parts=parts,
        grounds=cited_sources(parts, writer.sources),
        as_of=material.as_of,
        run_id=material.run_id,
    )


def cited_sources(parts: Sequence[StoryPart], known: dict[str, StorySource]) -> tuple[StorySource, ...]:
    """What the sentences cite, in the order in which they do first. A source that is not known is a defect."""
    ids = [source for part in parts for sentence in part.sentences for source in sentence.sources]
    return tuple(known[source] for source in dict.fromkeys(ids))


class _StoryWriter:
    """Writes the parts of a story in one language."""

    def __init__(self, material: StoryMaterial, lang: str) -> None:
        self._material, self._texts = material, Texts(lang)
        self.lang = self._texts.lang
        self.sources = material_sources(material, self.lang)

    def headline(self) -> Iterator[Sentence]:
        """The headline people gave, or the states; what the states mean; how likely it is."""
        material, future = self._material, self._material.future
        own = [f"future:{future.id}"] if future else []
        given, name = (as_clause(future.headline), as_clause(future.name)) if future else ("", "")
        key = "headline_given" if given else "headline_named" if future else "headline_states"
        sources = [*own, *map(state_source_id, material.pairs)]
        yield self._sentence(key, sources, headline=given, name=name, states=self._quoted(material.pairs))
        for pair, (_, state) in zip(material.pairs, material.chosen, strict=True):
            if as_clause(state.description):
                facts = {"state": self._name(pair), "description": as_clause(state.description)}
                yield self._sentence("state_described", [state_source_id(pair)], **facts)
        if future and material.now is not None:
            updates = [f"signpost:{update.id}" for update in material.updates]
            now, prior = (format_percent(share, self.lang) for share in (material.now, future.prior))
            yield self._sentence("likely" if updates else "likely_still", [*own, *updates], now=now, prior=prior)

    def customer_day(self) -> Iterator[Sentence]:
        """The customers' paths, step by step, then what customers already say."""
        walked = [*self._journeys(employees=False)]
        yield from walked or [self._sentence("customer_unwalked", [f"scenario:{self._material.scenario.id}"])]
        yield from self._documents("heard_customer", Voice.CUSTOMER)

    def employee_day(self) -> Iterator[Sentence]:
        """The employees' paths, what the customers' paths do to those who serve there, then what employees say."""
        own = [*self._journeys(employees=True)]
        said = [*self._documents("heard_employee", Voice.EMPLOYEE)]
        yield from (*own, *self._steps_at_work(), *said)
        if not own and not said:
            yield self._sentence("employee_unheard", [f"scenario:{self._material.scenario.id}"])

    def what_led_here(self) -> Iterator[Sentence]:
        """Where the trends stand, what was cited and seen, and which judgements bring the states about."""
        material = self._material
        for view in material.trends:
            yield self._sentence("trend", [f"trend:{view.trend.id}"])
            yield from self._documents("wrote", *set(Voice) - {Voice.CUSTOMER, Voice.EMPLOYEE}, trend_id=view.trend.id)
        for cited in material.scenario.citations[:MOST_DOCUMENTS]:
            yield self._sentence("cited", [f"document:{cited.document_id}", f"scenario:{material.scenario.id}"])
        for update in material.updates:
            evidence = (f"document:{one.document_id}" for one in update.content.evidence)
            key = "sign_seen" if update.content.seen else "sign_missed"
            yield self._sentence(key, [f"signpost:{update.id}", *evidence])
        supposed = [pair for pair in material.pairs if pair in material.scenario.forced]
        if supposed:
            yield self._sentence("supposed", map(state_source_id, supposed), states=self._quoted(supposed))
        counted = [one for one in material.judgements if one.acted in material.pairs]
        yield from [self._judgement("brings", one) for one in counted if one.value > 0][:MOST_PROMOTING]
        yield from [self._judgement("against", one) for one in counted if one.value < 0][:MOST_OPPOSING]
        if not counted:
            yield self._sentence("unjudged", [f"scenario:{material.scenario.id}"])

    def _sentence(self, key: str, sources: Iterable[str], /, **facts: object) -> Sentence:
        """The sentence under `story.key` with each source once; {what} and {detail} are those of the first source."""
        cited = tuple(dict.fromkeys(sources))
        first = self.sources[cited[0]]
        text = self._texts(f"story.{key}", what=first.text, detail=first.detail, **facts).strip()
        return Sentence(key=key, text=text, sources=cited)

    def _name(self, pair: tuple[str, str]) -> str:
        return state_name(self._material.scenario.factors, pair)

    def _quoted(self, pairs: Iterable[tuple[str, str]]) -> str:
        """States in quotation marks, with commas and "and"."""
        return format_list([self._texts("story.quoted", name=self._name(pair)) for pair in pairs], self.lang)

    def _journeys(self, *, employees: bool) -> Iterator[Sentence]:
        """Per path of customers or employees, each step that changes, and what is said there today."""
        for journey in self._material.journeys:
            if journey.content.steps and (journey.content.voice is Voice.EMPLOYEE) is employees:
                yield self._sentence("day", [f"journey:{journey.id}"])
                for one in self._changed_steps(journey.content):
                    effect, sources = _main_effect(one), _step_sources(journey.id, one)
                    facts = {"step": as_clause(one.step.name), "state": self._name((effect.factor, effect.state))}
                    reason = _because(effect.reason)
                    yield self._sentence(f"step_{one.verdict.value}", sources, **facts, reason=reason)
                    voice = " ".join(one.step.voice.split())
                    if voice:
                        yield self._sentence("step_voice", sources[:1], **facts, voice=voice)

    def _changed_steps(self, journey: Journey) -> list[StepConsequence]:
        walked = walk_through(journey, set(self._material.pairs))
        return [one for one in walked.steps if one.verdict is not StepVerdict.UNTOUCHED]

    def _steps_at_work(self) -> Iterator[Sentence]:
        """Where customers' steps break or gain, for those who serve there; the worst first."""
        met = [
            (journey.id, one)
            for journey in self._material.journeys
            if journey.content.voice is not Voice.EMPLOYEE
            for one in self._changed_steps(journey.content)
            if one.verdict is not StepVerdict.STRAINS
        ]
        for key, one in sorted(met, key=lambda each: each[1].total)[:MOST_STEPS_AT_WORK]:
            yield self._sentence(f"met_{one.verdict.value}", _step_sources(key, one), step=as_clause(one.step.name))

    def _documents(self, key: str, *voices: Voice, trend_id: str = "") -> Iterator[Sentence]:
        """What sources with these voices wrote, on one trend or any, the most central first."""
        said = [one for voice, one in self._material.documents if voice in voices]
        wanted = [one.document_id for one in said if trend_id in ("", one.trend_id)]
        yield from (self._sentence(key, [f"document:{document_id}"]) for document_id in wanted[:MOST_DOCUMENTS])

    def _judgement(self, key: str, one: Judgement) -> Sentence:
        """A judgement as a sentence, with its reason and author where they are known."""
        return self._sentence(
            key,
            [judgement_source_id(one)],
            acting=self._name(one.acting),
            acted=self._name(one.acted),
            strength=self._texts(f"story.strength_{_STRENGTHS.get(abs(one.value), 'strongly')}"),
            reason=_because(one.reason, one.author),
        )


def _because(reason: str, author: str = "") -> str:
    """A reason as the end of a sentence, with who gave it; "" where there is none."""
    why, who = as_clause(reason), as_clause(author)
    return "" if not why else f" – {why} ({who})" if who else f" – {why}"


def _step_sources(journey_id: str, one: StepConsequence) -> list[str]:
    effect = _main_effect(one)
    return [f"step:{journey_id}/{one.step.id}", state_source_id((effect.factor, effect.state))]


def _main_effect(one: StepConsequence) -> StepEffect:
    """The strongest effect in the direction of the verdict."""
    upward = one.verdict is StepVerdict.GAINS
    return next(effect for effect in one.effects if (effect.value > 0) is upward)


class StoryService:
    """Writes the futures of a scenario as stories."""

    def __init__(
        self,
        scenarios: ScenarioService,
        futures: FuturesService,
        trends: TrendService,
        published: PublishedTrends,
        ledger: Ledger,
    ) -> None:
        self._scenarios, self._futures, self._trends = scenarios, futures, trends
        self._published, self._ledger = published, ledger

    def write(self, scenario_id: str, *, which: str = "", lang: str) -> Story:
        """The story of one future.

        Args:
            scenario_id: of the ledger.
            which: id or name of a future, or N for the N-th consistent scenario; the likeliest future where it is "",
                and where none is saved, the scenario people chose, or the first consistent one.
            lang: "fi" or "en".

        Raises:
            NotFound: no such scenario or future; UsageError: no N-th scenario.
            NothingConsistent: no scenario was found; SearchTimedOut: none was found in time.
            TooFewStates, UnknownFactor: the scenario cannot be worked with yet.
        """
        return write_story(self.material(scenario_id, which=which), lang=lang)

    def material(self, scenario_id: str, *, which: str = "") -> StoryMaterial:
        """Everything a story may be written from; arguments and errors as `write`."""
        scenario = self._scenarios.get(scenario_id)
        likely = self._futures.likelihoods(scenario_id)
        now, stamp, known = dict(likely.now), self._published.stamp(), self._published.views()
        future, states = self._which(scenario, likely.futures.content.futures, now, which.strip())
        made_from = [known[factor.trend_id] for factor in scenario.factors if factor.trend_id in known]
        views = tuple({view.trend.id: view for view in made_from}.values())
        updates = sorted(likely.updates, key=lambda one: (one.content.at, one.id))
        return StoryMaterial(
            scenario=scenario,
            states=states,
            future=future,
            now=now.get(future.id) if future else None,
            trends=views,
            documents=tuple(one for view in views for one in self._documents(view.trend.id)),
            journeys=self._ledger.entries(Journey, scenario_id=scenario_id),
            updates=tuple(update for update in updates if not update.content.undone),
            signposts=self._ledger.entries(Signpost, scenario_id=scenario_id),
            as_of=stamp.as_of if stamp else None,
            run_id=stamp.run_id if stamp else "",
        )

    def _which(
        self, scenario: Scenario, futures: Sequence[Future], now: dict[str, float], which: str
    ) -> tuple[Future | None, tuple[int, ...]]:
        """The future asked for with the zero-based state of each factor; None for a scenario without a name."""
        named = next((one for one in futures if which in (one.id, one.name)), None)
        if not which and futures:
            named = max(futures, key=lambda one: now.get(one.id, 0.0))
        if which and not named and not which.isdigit():
            raise NotFound(kind="future", id=which)
        is_chosen = not which and len(dict(scenario.chosen)) == len(scenario.factors) > 0
        if not named and not is_chosen:
            return None, self._solved(scenario, int(which or 1))
        known = dict(named.states if named else scenario.chosen)
        wanted = [(factor.id, known.get(factor.id, "")) for factor in scenario.factors]
        return named, tuple(state for _, state in state_positions(scenario.factors, wanted))

    def _solved(self, scenario: Scenario, number: int) -> tuple[int, ...]:
        """The states of the N-th scenario, counted as `scenario solve` and `scenario why` do."""
        found = self._scenarios.solve(scenario).result
        if not found.solutions and not found.is_complete:
            raise SearchTimedOut(scenario=scenario.title, seconds=round(found.seconds))
        if not found.solutions:
            raise NothingConsistent(scenario=scenario.title, inconsistency="–", changes="–")
        if not 1 <= number <= len(found.solutions):
            raise UsageError(argument="--scenario", found=number, expected=f"1 … {len(found.solutions)}")
        return found.solutions[number - 1].states

    def _documents(self, trend_id: str) -> Iterator[tuple[Voice, Citation]]:
        """The most central articles of a trend, none where it is not published."""
        try:
            evidence = self._trends.get(trend_id).evidence[:DOCUMENTS_PER_TREND]
        except (NotFound, NothingPublished):
            return
        for one in evidence:
            citation = Citation(
                document_id=one.document.id,
                content_hash=one.document.content_hash,
                quote=one.document.text,
                title=one.document.clean_title or one.document.title,
                url=one.document.url,
                source_title=one.source.title,
                published=one.document.published,
                trend_id=trend_id,
            )
            yield one.source.voice, citation
