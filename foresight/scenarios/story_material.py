"""What a story may be written from, and everything in it that a sentence can cite."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from foresight.i18n import Texts
from foresight.i18n.formatting import format_date, format_number, format_percent
from foresight.i18n.trend_sentences import stage_name
from foresight.model.briefs import StorySource, StorySourceKind
from foresight.model.decisions import TrendView
from foresight.model.scenarios import Citation, Factor, Future, Judgement, LikelihoodUpdate, Scenario, State
from foresight.model.sources import Voice
from foresight.model.workshop import Journey, Revision, Signpost
from foresight.scenarios.matrix import state_name


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMaterial:
    """All that is known about one future of a scenario.

    Attributes:
        scenario: with its factors, judgements and citations.
        states: zero-based state of each factor.
        future: the one people named, None for a consistent scenario without a name.
        now: its likelihood, None where it has none.
        trends: those its factors were made from, as they stand now.
        documents: articles of those trends with the voice of their source, the most central first.
        journeys: paths drawn for the scenario, of customers and of employees.
        updates: what signposts did to the likelihoods, oldest first; signposts: those behind them.
        as_of, run_id: of the analysis that was read; None and "" where none is published.
    """

    scenario: Scenario
    states: tuple[int, ...]
    future: Future | None = None
    now: float | None = None
    trends: tuple[TrendView, ...] = ()
    documents: tuple[tuple[Voice, Citation], ...] = ()
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
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The (factor id, state id) pairs that hold."""
        return tuple((factor.id, state.id) for factor, state in self.chosen)

    @property
    def judgements(self) -> tuple[Judgement, ...]:
        """What the states that hold do to any state: the latest judgement of each cell, none of them 0.

        Strongest first; of equals the surer, then by id, so that it does not matter who judged first.
        """
        known = {(factor.id, state.id) for factor in self.scenario.factors for state in factor.states}
        latest = {(one.acting, one.acted): one for one in self.scenario.judgements}
        found = [one for one in latest.values() if one.value and one.acting in self.pairs and one.acted in known]
        return tuple(sorted(found, key=lambda one: (-abs(one.value), -one.confidence, one.acting, one.acted)))


def state_source_id(pair: tuple[str, str]) -> str:
    """The id under which a state is cited."""
    return f"state:{'='.join(pair)}"


def judgement_source_id(one: Judgement) -> str:
    """The id under which a judgement is cited."""
    return f"judgement:{'='.join(one.acting)}>{'='.join(one.acted)}"


def as_clause(text: str) -> str:
    """People's words as the end of a sentence of ours: one line, no closing stop."""
    return " ".join(text.split()).rstrip(".!… ")


def material_sources(material: StoryMaterial, lang: str) -> dict[str, StorySource]:
    """Everything in the material that a sentence may cite, by id, in a fixed order."""
    say = Texts(lang)
    makers = (_scenario_sources, _judgement_sources, _trend_sources, _document_sources, _path_sources, _update_sources)
    return {source.id: source for source in chain.from_iterable(make(material, say) for make in makers)}


def _source(key: str, text: str, *details: str) -> StorySource:
    detail = " ".join(filter(None, details))
    return StorySource(id=key, kind=StorySourceKind(key.partition(":")[0]), text=text, detail=detail)


def _scenario_sources(material: StoryMaterial, say: Texts) -> Iterator[StorySource]:
    scenario, future = material.scenario, material.future
    title, author = as_clause(scenario.title), scenario.author or "–"
    text = say("story.source_scenario", title=title, rev=scenario.rev, author=author)
    yield _source(f"scenario:{scenario.id}", text, scenario.question, scenario.horizon)
    if future:
        prior = say("story.source_prior", prior=format_percent(future.prior, say.lang))
        now = say("story.source_now", now=format_percent(material.now, say.lang)) if material.now is not None else ""
        yield _source(f"future:{future.id}", as_clause(future.name), future.headline, prior, now)
    for factor, state in material.chosen:
        key = state_source_id((factor.id, state.id))
        yield _source(key, f"{factor.name}: {state.name}", state.description, factor.description)


def _judgement_sources(material: StoryMaterial, say: Texts) -> Iterator[StorySource]:
    for one in material.judgements:
        acting, acted = (state_name(material.scenario.factors, pair) for pair in (one.acting, one.acted))
        value, author = format_number(one.value, say.lang, signed=True), one.author or "–"
        text = say("story.source_judgement", acting=acting, acted=acted, value=value, author=author)
        yield _source(judgement_source_id(one), text, one.reason)


def _trend_sources(material: StoryMaterial, say: Texts) -> Iterator[StorySource]:
    for view in material.trends:
        share, stage = view.signal("share"), stage_name(view.trend.stage, say.lang)
        part = format_percent(share.value, say.lang) if share else "–"
        text = say("story.source_trend", title=view.title(say.lang), stage=stage, share=part)
        yield _source(f"trend:{view.trend.id}", text)


def _document_sources(material: StoryMaterial, say: Texts) -> Iterator[StorySource]:
    """The articles of the trends, and those that people or signposts cite; each once."""
    shown = [one for _, one in material.documents]
    cited = [*material.scenario.citations, *chain(*(update.content.evidence for update in material.updates))]
    for one in {one.document_id: one for one in reversed([*shown, *cited])}.values():
        day = format_date(one.published, say.lang) if one.published else "–"
        title = one.title or one.quote
        yield StorySource(
            id=f"document:{one.document_id}",
            kind=StorySourceKind.DOCUMENT,
            text=say("story.source_document", source=one.source_title or "–", day=day, title=" ".join(title.split())),
            detail=one.quote if one.quote != title else "",
            url=one.url,
            content_hash=one.content_hash,
        )


def _path_sources(material: StoryMaterial, say: Texts) -> Iterator[StorySource]:
    for journey in material.journeys:
        content = journey.content
        who = " – ".join(filter(None, map(as_clause, (content.title, content.customer))))
        yield _source(f"journey:{journey.id}", who)
        for step in content.steps:
            known = step.source or say("story.source_confirmed" if step.confirmed else "story.source_unconfirmed")
            reasons = [effect.reason for effect in step.effects if (effect.factor, effect.state) in material.pairs]
            text = say("story.source_step", step=step.name, journey=content.title, known=known)
            yield _source(f"step:{journey.id}/{step.id}", text, step.description, step.voice, *reasons)


def _update_sources(material: StoryMaterial, say: Texts) -> Iterator[StorySource]:
    """What signposts showed, and what it did to the likelihood of this future where it is among those weighed."""
    titles = {signpost.id: signpost.content.title for signpost in material.signposts}
    for update in material.updates:
        content, key = update.content, material.future.id if material.future else ""
        title, day = titles.get(content.signpost_id) or update.reason, format_date(content.at, say.lang)
        name = as_clause(title or content.signpost_id)
        text = say("story.source_signpost", title=name, day=day, watch=content.watch or "–")
        weighed = (dict(content.prior), dict(content.posterior))
        shares = [format_percent(side[key], say.lang) for side in weighed if key in side]
        moved = say("story.source_moved", prior=shares[0], posterior=shares[1]) if len(shares) > 1 else ""
        yield _source(f"signpost:{update.id}", text, moved)
