"""What a story may be told from, and everything in it that a sentence can cite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from foresight.i18n import Texts
from foresight.i18n.formatting import format_date, format_number, format_percent
from foresight.i18n.trend_sentences import stage_name
from foresight.model.briefs import StorySource, StorySourceKind
from foresight.model.decisions import TrendView
from foresight.model.documents import Document
from foresight.model.scenarios import Citation, Factor, Future, Judgement, LikelihoodUpdate, Scenario, State
from foresight.model.sources import Source
from foresight.model.workshop import Journey, JourneyStep, Revision, Signpost

StatePair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendDocument:
    """A document of one of the scenario's trends, and who published it."""

    document: Document
    source: Source
    trend_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMaterial:
    """All that is known about one future of a scenario.

    Attributes:
        scenario: with its factors, judgements and citations.
        states: zero-based state of each factor.
        future: the one people named, None for a consistent scenario without a name.
        now: its likelihood, None where it has none.
        trends: those its factors were made from, as they stand now.
        heard: documents of those trends, the most central first.
        journeys: paths drawn for the scenario, of customers and of employees.
        updates: what signposts did to the likelihoods; signposts: those behind them.
    """

    scenario: Scenario
    states: tuple[int, ...]
    future: Future | None = None
    now: float | None = None
    trends: tuple[TrendView, ...] = ()
    heard: tuple[TrendDocument, ...] = ()
    journeys: tuple[Revision[Journey], ...] = ()
    updates: tuple[Revision[LikelihoodUpdate], ...] = ()
    signposts: tuple[Revision[Signpost], ...] = ()
    as_of: datetime | None = None
    run_id: str = ""

    @property
    def chosen(self) -> tuple[tuple[Factor, State], ...]:
        """Every factor with the state it has here."""
        pairs = zip(self.scenario.factors, self.states, strict=True)
        return tuple((factor, factor.states[at]) for factor, at in pairs)

    @property
    def pairs(self) -> tuple[StatePair, ...]:
        """The (factor id, state id) pairs that hold."""
        return tuple((factor.id, state.id) for factor, state in self.chosen)

    @property
    def judgements(self) -> tuple[Judgement, ...]:
        """One per cell, the latest, in the order of the cells: it does not matter who judged first."""
        latest = {_judgement_cell(told): told for told in self.scenario.judgements}
        order = {factor.id: place for place, factor in enumerate(self.scenario.factors)}
        known = [told for told in latest.values() if told.source_factor in order and told.target_factor in order]
        return tuple(
            sorted(
                known, key=lambda told: (order[told.source_factor], order[told.target_factor], _judgement_cell(told))
            )
        )


def scenario_source_id(scenario: Scenario) -> str:
    """The id under which a scenario itself is cited."""
    return f"scenario:{scenario.id}"


def state_source_id(pair: StatePair) -> str:
    """The id under which a state is cited."""
    return f"state:{pair[0]}={pair[1]}"


def judgement_source_id(told: Judgement) -> str:
    """The id under which a judgement is cited."""
    return f"judgement:{told.source_factor}={told.source_state}>{told.target_factor}={told.target_state}"


def step_source_id(journey: Revision[Journey], step: JourneyStep) -> str:
    """The id under which a step of a journey is cited."""
    return f"step:{journey.id}/{step.id}"


def state_label(factor: Factor, state: State) -> str:
    """A state with its factor, as people call them."""
    return f"{factor.name}: {state.name}"


def material_sources(material: StoryMaterial, lang: str) -> dict[str, StorySource]:
    """Everything in the material that a sentence may cite, by id, in a fixed order."""
    say = Texts(lang)
    found = [
        *_scenario_sources(material, say),
        *_judgement_sources(material, say),
        *_trend_sources(material, say),
        *_document_sources(material, say),
        *_journey_sources(material, say),
        *_signpost_sources(material, say),
    ]
    return {ground.id: ground for ground in found}


def document_source_id(document_id: str) -> str:
    """The id under which a document is cited."""
    return f"document:{document_id}"


def as_clause(text: str) -> str:
    """People's words as the end of a sentence of ours: one line, no closing stop."""
    return " ".join(text.split()).rstrip(".!… ")


def as_one_line(text: str) -> str:
    """A quote or a title as it was written, on one line."""
    return " ".join(text.split())


def _judgement_cell(told: Judgement) -> tuple[str, str, str, str]:
    return told.source_factor, told.source_state, told.target_factor, told.target_state


def _scenario_sources(material: StoryMaterial, say: Texts) -> Iterator[StorySource]:
    scenario, future = material.scenario, material.future
    yield StorySource(
        id=scenario_source_id(scenario),
        kind=StorySourceKind.SCENARIO,
        text=say(
            "story.ground_scenario", title=as_clause(scenario.title), rev=scenario.rev, author=scenario.author or "–"
        ),
        detail=" ".join(part for part in (scenario.question, scenario.horizon) if part),
    )
    if future:
        now = material.now
        share = say("story.ground_share", now=format_percent(now, say.lang)) if now is not None else ""
        prior = say("story.ground_prior", prior=format_percent(future.prior, say.lang))
        yield StorySource(
            id=f"future:{future.id}",
            kind=StorySourceKind.FUTURE,
            text=say("story.ground_future", name=as_clause(future.name)),
            detail=" ".join(part for part in (future.headline, prior, share) if part),
        )
    for factor, state in material.chosen:
        yield StorySource(
            id=state_source_id((factor.id, state.id)),
            kind=StorySourceKind.STATE,
            text=say("story.ground_state", state=state_label(factor, state)),
            detail=" ".join(part for part in (state.description, factor.description) if part),
        )


def _judgement_sources(material: StoryMaterial, say: Texts) -> Iterator[StorySource]:
    """The judgements of states that hold, on any state of another factor."""
    names = {(f.id, s.id): state_label(f, s) for f in material.scenario.factors for s in f.states}
    for told in material.judgements:
        acting, acted = (told.source_factor, told.source_state), (told.target_factor, told.target_state)
        if acting not in material.pairs or not told.value or acted not in names:
            continue
        yield StorySource(
            id=judgement_source_id(told),
            kind=StorySourceKind.JUDGEMENT,
            text=say(
                "story.ground_judgement",
                acting=names[acting],
                acted=names[acted],
                value=format_number(told.value, say.lang, signed=True),
                author=told.author or "–",
            ),
            detail=told.reason,
        )


def _trend_sources(material: StoryMaterial, say: Texts) -> Iterator[StorySource]:
    for view in material.trends:
        share = view.signal("share")
        stage = stage_name(view.trend.stage, say.lang)
        told = format_percent(share.value, say.lang) if share else "–"
        heard = view.signal("voice", "12w:employee")
        yield StorySource(
            id=f"trend:{view.trend.id}",
            kind=StorySourceKind.TREND,
            text=say("story.ground_trend", title=view.title(say.lang), stage=stage, share=told),
            detail=say("story.ground_employees", count=heard.n) if heard and heard.n else "",
        )


def _document_sources(material: StoryMaterial, say: Texts) -> Iterator[StorySource]:
    for one in material.heard:
        document = one.document
        yield _document_source(
            say,
            Citation(
                document_id=document.id,
                content_hash=document.content_hash,
                quote=document.text,
                title=document.clean_title or document.title,
                url=document.url,
                source_title=one.source.title,
                published=document.published,
            ),
        )
    known = {one.document.id for one in material.heard}
    cited = (*material.scenario.citations, *(c for update in material.updates for c in update.content.evidence))
    for citation in cited:
        if citation.document_id not in known:
            known.add(citation.document_id)
            yield _document_source(say, citation)


def _document_source(say: Texts, cited: Citation) -> StorySource:
    day = format_date(cited.published, say.lang) if cited.published else "–"
    title = cited.title or cited.quote
    return StorySource(
        id=document_source_id(cited.document_id),
        kind=StorySourceKind.DOCUMENT,
        text=say("story.ground_document", source=cited.source_title or "–", day=day, title=" ".join(title.split())),
        detail=cited.quote if cited.quote != title else "",
        url=cited.url,
        content_hash=cited.content_hash,
    )


def _journey_sources(material: StoryMaterial, say: Texts) -> Iterator[StorySource]:
    for journey in material.journeys:
        content = journey.content
        yield StorySource(
            id=f"journey:{journey.id}",
            kind=StorySourceKind.JOURNEY,
            text=say("story.ground_journey", title=as_clause(content.title), customer=content.customer or "–"),
        )
        for step in content.steps:
            known = say("story.ground_confirmed" if step.confirmed else "story.ground_unconfirmed")
            reasons = [effect.reason for effect in step.effects if (effect.factor, effect.state) in material.pairs]
            yield StorySource(
                id=step_source_id(journey, step),
                kind=StorySourceKind.STEP,
                text=say("story.ground_step", step=step.name, journey=content.title, known=step.source or known),
                detail=" ".join(part for part in (step.description, step.voice, *reasons) if part),
            )


def _signpost_sources(material: StoryMaterial, say: Texts) -> Iterator[StorySource]:
    titles = {signpost.id: signpost.content.title for signpost in material.signposts}
    for update in material.updates:
        content = update.content
        yield StorySource(
            id=f"signpost:{update.id}",
            kind=StorySourceKind.SIGNPOST,
            text=say(
                "story.ground_signpost",
                title=as_clause(titles.get(content.signpost_id) or update.reason or content.signpost_id),
                day=format_date(content.at, say.lang),
                watch=content.watch or "–",
            ),
            detail=_likelihood_shift(material.future, content, say),
        )


def _likelihood_shift(future: Future | None, update: LikelihoodUpdate, say: Texts) -> str:
    """How far the likelihood of the future moved, "" where it is not among those told apart."""
    shares = likelihood_before_and_after(future, update)
    if shares is None:
        return ""
    return say(
        "story.ground_moved", prior=format_percent(shares[0], say.lang), posterior=format_percent(shares[1], say.lang)
    )


def likelihood_before_and_after(future: Future | None, update: LikelihoodUpdate) -> tuple[float, float] | None:
    """A future's likelihood before and after an update, None where the update says nothing of it."""
    key = future.id if future else ""
    before, after = dict(update.prior), dict(update.posterior)
    return (before[key], after[key]) if key in before and key in after else None


def strongest_first(told: Sequence[Judgement], order: Sequence[str]) -> list[Judgement]:
    """Judgements strongest first; of equals the surer, then by the order of the factors."""
    place = {factor: at for at, factor in enumerate(order)}
    return sorted(
        told, key=lambda one: (-abs(one.value), -one.confidence, place.get(one.source_factor, 0), _judgement_cell(one))
    )
