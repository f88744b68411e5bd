"""What a story may be told from, and everything in it that a sentence can cite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from foresight.records import (
    Citation,
    Document,
    Factor,
    Future,
    Ground,
    GroundKind,
    Journey,
    JourneyStep,
    Judgement,
    Kept,
    LikelihoodUpdate,
    Scenario,
    Signpost,
    Source,
    State,
    TrendView,
)
from foresight.text import Texts
from foresight.text.numbers import date_text, number, percent
from foresight.text.stages import stage_name

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A document of one of the scenario's trends, and who published it."""

    document: Document
    source: Source
    trend_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
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
    heard: tuple[Heard, ...] = ()
    journeys: tuple[Kept[Journey], ...] = ()
    updates: tuple[Kept[LikelihoodUpdate], ...] = ()
    signposts: tuple[Kept[Signpost], ...] = ()
    as_of: datetime | None = None
    run_id: str = ""

    @property
    def chosen(self) -> tuple[tuple[Factor, State], ...]:
        """Every factor with the state it has here."""
        pairs = zip(self.scenario.factors, self.states, strict=True)
        return tuple((factor, factor.states[at]) for factor, at in pairs)

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The (factor id, state id) pairs that hold."""
        return tuple((factor.id, state.id) for factor, state in self.chosen)

    @property
    def judgements(self) -> tuple[Judgement, ...]:
        """One per cell, the latest, in the order of the cells: it does not matter who judged first."""
        latest = {_cell(told): told for told in self.scenario.judgements}
        order = {factor.id: place for place, factor in enumerate(self.scenario.factors)}
        known = [told for told in latest.values() if told.source_factor in order and told.target_factor in order]
        return tuple(
            sorted(known, key=lambda told: (order[told.source_factor], order[told.target_factor], _cell(told)))
        )


def scenario_ground(scenario: Scenario) -> str:
    """The id under which a scenario itself is cited."""
    return f"scenario:{scenario.id}"


def state_ground(pair: Pair) -> str:
    """The id under which a state is cited."""
    return f"state:{pair[0]}={pair[1]}"


def judgement_ground(told: Judgement) -> str:
    """The id under which a judgement is cited."""
    return f"judgement:{told.source_factor}={told.source_state}>{told.target_factor}={told.target_state}"


def step_ground(journey: Kept[Journey], step: JourneyStep) -> str:
    """The id under which a step of a journey is cited."""
    return f"step:{journey.id}/{step.id}"


def named(factor: Factor, state: State) -> str:
    """A state with its factor, as people call them."""
    return f"{factor.name}: {state.name}"


def grounds(material: Material, lang: str) -> dict[str, Ground]:
    """Everything in the material that a sentence may cite, by id, in a fixed order."""
    say = Texts(lang)
    found = [
        *_of_scenario(material, say),
        *_of_judgements(material, say),
        *_of_trends(material, say),
        *_of_documents(material, say),
        *_of_journeys(material, say),
        *_of_signposts(material, say),
    ]
    return {ground.id: ground for ground in found}


def document_ground(document_id: str) -> str:
    """The id under which a document is cited."""
    return f"document:{document_id}"


def clause(text: str) -> str:
    """People's words as the end of a sentence of ours: one line, no closing stop."""
    return " ".join(text.split()).rstrip(".!… ")


def verbatim(text: str) -> str:
    """A quote or a title as it was written, on one line."""
    return " ".join(text.split())


def _cell(told: Judgement) -> tuple[str, str, str, str]:
    return told.source_factor, told.source_state, told.target_factor, told.target_state


def _of_scenario(material: Material, say: Texts) -> Iterator[Ground]:
    scenario, future = material.scenario, material.future
    yield Ground(
        id=scenario_ground(scenario),
        kind=GroundKind.SCENARIO,
        text=say(
            "story.ground_scenario", title=clause(scenario.title), rev=scenario.rev, author=scenario.author or "–"
        ),
        detail=" ".join(part for part in (scenario.question, scenario.horizon) if part),
    )
    if future:
        now = material.now
        share = say("story.ground_share", now=percent(now, say.lang)) if now is not None else ""
        prior = say("story.ground_prior", prior=percent(future.prior, say.lang))
        yield Ground(
            id=f"future:{future.id}",
            kind=GroundKind.FUTURE,
            text=say("story.ground_future", name=clause(future.name)),
            detail=" ".join(part for part in (future.headline, prior, share) if part),
        )
    for factor, state in material.chosen:
        yield Ground(
            id=state_ground((factor.id, state.id)),
            kind=GroundKind.STATE,
            text=say("story.ground_state", state=named(factor, state)),
            detail=" ".join(part for part in (state.description, factor.description) if part),
        )


def _of_judgements(material: Material, say: Texts) -> Iterator[Ground]:
    """The judgements of states that hold, on any state of another factor."""
    names = {(f.id, s.id): named(f, s) for f in material.scenario.factors for s in f.states}
    for told in material.judgements:
        acting, acted = (told.source_factor, told.source_state), (told.target_factor, told.target_state)
        if acting not in material.pairs or not told.value or acted not in names:
            continue
        yield Ground(
            id=judgement_ground(told),
            kind=GroundKind.JUDGEMENT,
            text=say(
                "story.ground_judgement",
                acting=names[acting],
                acted=names[acted],
                value=number(told.value, say.lang, signed=True),
                author=told.author or "–",
            ),
            detail=told.reason,
        )


def _of_trends(material: Material, say: Texts) -> Iterator[Ground]:
    for view in material.trends:
        share = view.signal("share")
        stage = stage_name(view.trend.stage, say.lang)
        told = percent(share.value, say.lang) if share else "–"
        heard = view.signal("voice", "12w:employee")
        yield Ground(
            id=f"trend:{view.trend.id}",
            kind=GroundKind.TREND,
            text=say("story.ground_trend", title=view.title(say.lang), stage=stage, share=told),
            detail=say("story.ground_employees", count=heard.n) if heard and heard.n else "",
        )


def _of_documents(material: Material, say: Texts) -> Iterator[Ground]:
    for one in material.heard:
        document = one.document
        yield _document(
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
            yield _document(say, citation)


def _document(say: Texts, cited: Citation) -> Ground:
    day = date_text(cited.published, say.lang) if cited.published else "–"
    title = cited.title or cited.quote
    return Ground(
        id=document_ground(cited.document_id),
        kind=GroundKind.DOCUMENT,
        text=say("story.ground_document", source=cited.source_title or "–", day=day, title=" ".join(title.split())),
        detail=cited.quote if cited.quote != title else "",
        url=cited.url,
        content_hash=cited.content_hash,
    )


def _of_journeys(material: Material, say: Texts) -> Iterator[Ground]:
    for journey in material.journeys:
        content = journey.content
        yield Ground(
            id=f"journey:{journey.id}",
            kind=GroundKind.JOURNEY,
            text=say("story.ground_journey", title=clause(content.title), customer=content.customer or "–"),
        )
        for step in content.steps:
            known = say("story.ground_confirmed" if step.confirmed else "story.ground_unconfirmed")
            reasons = [effect.reason for effect in step.effects if (effect.factor, effect.state) in material.pairs]
            yield Ground(
                id=step_ground(journey, step),
                kind=GroundKind.STEP,
                text=say("story.ground_step", step=step.name, journey=content.title, known=step.source or known),
                detail=" ".join(part for part in (step.description, step.voice, *reasons) if part),
            )


def _of_signposts(material: Material, say: Texts) -> Iterator[Ground]:
    titles = {signpost.id: signpost.content.title for signpost in material.signposts}
    for update in material.updates:
        content = update.content
        yield Ground(
            id=f"signpost:{update.id}",
            kind=GroundKind.SIGNPOST,
            text=say(
                "story.ground_signpost",
                title=clause(titles.get(content.signpost_id) or update.reason or content.signpost_id),
                day=date_text(content.at, say.lang),
                watch=content.watch or "–",
            ),
            detail=_moved(material.future, content, say),
        )


def _moved(future: Future | None, update: LikelihoodUpdate, say: Texts) -> str:
    """How far the likelihood of the future moved, "" where it is not among those told apart."""
    shares = likelihoods_of(future, update)
    if shares is None:
        return ""
    return say("story.ground_moved", prior=percent(shares[0], say.lang), posterior=percent(shares[1], say.lang))


def likelihoods_of(future: Future | None, update: LikelihoodUpdate) -> tuple[float, float] | None:
    """A future's likelihood before and after an update, None where the update says nothing of it."""
    key = future.id if future else ""
    before, after = dict(update.prior), dict(update.posterior)
    return (before[key], after[key]) if key in before and key in after else None


def ranked(told: Sequence[Judgement], order: Sequence[str]) -> list[Judgement]:
    """Judgements strongest first; of equals the surer, then by the order of the factors."""
    place = {factor: at for at, factor in enumerate(order)}
    return sorted(told, key=lambda one: (-abs(one.value), -one.confidence, place.get(one.source_factor, 0), _cell(one)))
