"""A scenario told as a story: headline, the customer's day, the employee's day, what led here.

Every sentence is made from a template and facts of the material, and cites what it rests on; there is no sentence
without a source, and no source that the material does not hold. The same material gives the same story, in whatever
order its judgements were made. Names, reasons and quotes stand as people wrote them, in the nominative or in quotation
marks: no template asks a name to be inflected.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from foresight.records import Factor, Ground, Sentence, State, Story, StoryPart, StoryPartKind
from foresight.scenarios.balance import BalanceLine, sheet
from foresight.scenarios.story_days import customers_day, employees_day
from foresight.scenarios.story_material import (
    Material,
    clause,
    grounds,
    judgement_ground,
    named,
    scenario_ground,
    state_ground,
)
from foresight.scenarios.story_path import what_led_here
from foresight.scenarios.story_pen import StoryPen
from foresight.text.numbers import percent

HEADLINE_STATES = 3
DESCRIBED = 4
CITED_JUDGEMENTS = 4


def tell(material: Material, *, lang: str) -> Story:
    """The story of one future.

    Args:
        material: a scenario with two factors or more, the states it is told in, and what is known around it.
        lang: "fi" or "en".

    Raises:
        UnknownFactor, TooFewStates: the scenario's judgements or factors cannot be worked with.
    """
    pen = StoryPen(lang, material.scenario.factors)
    told = {
        StoryPartKind.HEADLINE: _headline(material, pen),
        StoryPartKind.CUSTOMER: customers_day(material, pen),
        StoryPartKind.EMPLOYEE: employees_day(material, pen),
        StoryPartKind.PATH: what_led_here(material, pen),
    }
    parts = tuple(StoryPart(kind=kind, sentences=tuple(sentences)) for kind, sentences in told.items())
    return Story(
        scenario_id=material.scenario.id,
        rev=material.scenario.rev,
        lang=pen.lang,
        title=material.future.name if material.future else material.scenario.title,
        states=material.pairs,
        parts=parts,
        grounds=cited(parts, grounds(material, pen.lang)),
        as_of=material.as_of,
        run_id=material.run_id,
    )


def cited(parts: Sequence[StoryPart], known: dict[str, Ground]) -> tuple[Ground, ...]:
    """What the sentences cite, in the order in which they do first. A source that is not known is a defect."""
    ids = [source for part in parts for sentence in part.sentences for source in sentence.sources]
    return tuple(known[source] for source in dict.fromkeys(ids))


def _headline(material: Material, pen: StoryPen) -> Iterator[Sentence]:
    """What the world is like, in a few sentences."""
    lines = _lines(material)
    first = _strongest(material, lines)[:HEADLINE_STATES]
    yield _opening(material, pen, first)
    yield from _question(material, pen)
    described = [(factor, state) for factor, state in material.chosen if state.description][:DESCRIBED]
    for factor, state in described:
        told = clause(state.description)
        yield pen(
            "state_described", [state_ground((factor.id, state.id))], state=named(factor, state), description=told
        )
    said = {factor.id for factor, _ in (*first, *described)}
    rest = [(factor, state) for factor, state in material.chosen if factor.id not in said]
    if rest:
        yield pen("states_also", _cited_states(rest), states=pen.states(rest))
    yield from _likely(material, pen)
    yield _verdict(material, lines, pen)


def _lines(material: Material) -> tuple[BalanceLine, ...]:
    """The balance sheet, with judgements in an order that does not depend on who judged first."""
    return sheet(replace(material.scenario, judgements=material.judgements), material.states)


def _strongest(material: Material, lines: Sequence[BalanceLine]) -> list[tuple[Factor, State]]:
    """What was supposed first, then the states that hold most firmly."""
    forced = dict(material.scenario.forced)
    order = sorted(range(len(lines)), key=lambda at: (lines[at].factor.id not in forced, -lines[at].margin, at))
    return [material.chosen[at] for at in order]


def _opening(material: Material, pen: StoryPen, first: Sequence[tuple[Factor, State]]) -> Sentence:
    """The headline people gave, or one made of the states that hold most firmly."""
    future = material.future
    if future and clause(future.headline):
        return pen("headline_given", [f"future:{future.id}", *_cited_states(first)], headline=clause(future.headline))
    if future:
        sources = [f"future:{future.id}", *_cited_states(first)]
        return pen("headline_named", sources, name=clause(future.name), states=pen.states(first))
    return pen("headline_states", _cited_states(first), states=pen.states(first))


def _question(material: Material, pen: StoryPen) -> Iterator[Sentence]:
    scenario = material.scenario
    if not scenario.question.strip():
        return
    key = "question_horizon" if scenario.horizon.strip() else "question"
    question = " ".join(scenario.question.split())
    yield pen(key, [scenario_ground(scenario)], question=question, horizon=clause(scenario.horizon))


def _likely(material: Material, pen: StoryPen) -> Iterator[Sentence]:
    """How likely it is now, and what it was before any signpost spoke."""
    future = material.future
    if future is None or material.now is None:
        return
    spoken = [f"signpost:{update.id}" for update in material.updates if not update.content.undone]
    now, prior = percent(material.now, pen.lang), percent(future.prior, pen.lang)
    yield pen("likely" if spoken else "likely_still", [f"future:{future.id}", *spoken], now=now, prior=prior)


def _verdict(material: Material, lines: Sequence[BalanceLine], pen: StoryPen) -> Sentence:
    """Whether it fits together by our own judgements; what was supposed need not follow from anything."""
    forced = dict(material.scenario.forced)
    counted = [line for line in lines if line.factor.id not in forced]
    acting = [told for line in lines for told in (*line.promoting, *line.restricting)]
    if not acting:
        return pen("holds_unjudged", [scenario_ground(material.scenario)])
    weakest = min(counted, key=lambda line: line.margin, default=None)
    if weakest is None or weakest.margin > 0:
        firm = sorted(acting, key=lambda told: (-told.value, judgement_ground(told)))
        return pen("holds_firmly", [judgement_ground(told) for told in firm[:CITED_JUDGEMENTS]])
    own = [judgement_ground(told) for told in (*weakest.promoting, *weakest.restricting)][:CITED_JUDGEMENTS]
    sources = [state_ground((weakest.factor.id, weakest.state.id)), *own]
    key = "holds_tied" if weakest.margin == 0 else "holds_not"
    return pen(key, sources, state=named(weakest.factor, weakest.state), rival=named(weakest.factor, weakest.rival))


def _cited_states(pairs: Sequence[tuple[Factor, State]]) -> list[str]:
    return [state_ground((factor.id, state.id)) for factor, state in pairs]
