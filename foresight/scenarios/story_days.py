"""The customer's day and the employee's: their paths walked in a scenario, and who has been heard.

The employee's experience makes the customer's: where the customer's step breaks or gains, somebody at work stands at
the other end of it, and that is told even where nobody has drawn the employee's own path.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from foresight.records import Journey, Kept, Sentence, StepEffect, Voice
from foresight.scenarios.story_material import (
    Heard,
    Material,
    clause,
    document_ground,
    scenario_ground,
    state_ground,
    step_ground,
    verbatim,
)
from foresight.scenarios.story_pen import StoryPen
from foresight.scenarios.walking import StepVerdict, Walk, WalkedStep, walk
from foresight.text.numbers import date_text
from foresight.text.stages import counted

MOST_HEARD = 2
MOST_MET = 3
VOICE_WINDOW = "12w:employee"


def customers_day(material: Material, pen: StoryPen) -> Iterator[Sentence]:
    """The customer's path, step by step, then what customers already say."""
    journeys = [one for one in material.journeys if one.content.voice is not Voice.EMPLOYEE and one.content.steps]
    for journey in journeys:
        yield from _walked(material, journey, pen)
    if not journeys:
        yield pen("customer_unwalked", [scenario_ground(material.scenario)])
    yield from _heard(material, Voice.CUSTOMER, pen)


def employees_day(material: Material, pen: StoryPen) -> Iterator[Sentence]:
    """The employee's path, what the customer's path does to those who serve on it, then what employees already say."""
    own = [one for one in material.journeys if one.content.voice is Voice.EMPLOYEE and one.content.steps]
    for journey in own:
        yield from _walked(material, journey, pen)
    yield from _met(material, pen)
    heard = [*_heard(material, Voice.EMPLOYEE, pen), *_written(material, pen)]
    yield from heard
    if not own and not heard:
        yield pen("employee_unheard", [scenario_ground(material.scenario)])


def _walked(material: Material, journey: Kept[Journey], pen: StoryPen) -> Iterator[Sentence]:
    walked = walk(journey.content, set(material.pairs))
    customer = clause(journey.content.customer)
    title = clause(journey.content.title)
    yield pen("day_of" if customer else "day", [f"journey:{journey.id}"], journey=title, customer=customer)
    touched = [one for one in walked.steps if one.verdict is not StepVerdict.UNTOUCHED]
    for one in touched:
        yield from _step(journey, one, pen)
    yield from _worst(journey, walked, touched, pen)
    still = [one.step for one in walked.steps if one.verdict is StepVerdict.UNTOUCHED]
    if still:
        sources = [step_ground(journey, step) for step in still]
        yield pen("steps_untouched", sources, steps=pen.quoted(clause(step.name) for step in still))


def _step(journey: Kept[Journey], one: WalkedStep, pen: StoryPen) -> Iterator[Sentence]:
    """What becomes of a step and through what, then what is said there today."""
    source, name = step_ground(journey, one.step), clause(one.step.name)
    deciding = _deciding(one)
    key = f"step_{one.verdict.value}"
    yield pen(
        f"{key}_reason" if clause(deciding.reason) else key,
        [source, state_ground((deciding.factor, deciding.state))],
        step=name,
        state=pen.name((deciding.factor, deciding.state)),
        reason=clause(deciding.reason),
    )
    if clause(one.step.voice):
        yield pen("step_voice", [source], step=name, voice=verbatim(one.step.voice))
    if not one.step.confirmed:
        yield pen("step_unconfirmed", [source], step=name)


def _deciding(one: WalkedStep) -> StepEffect:
    """The strongest effect in the direction of the verdict."""
    upward = one.verdict is StepVerdict.GAINS
    return next(effect for effect in one.effects if (effect.value > 0) is upward)


def _worst(journey: Kept[Journey], walked: Walk, touched: Sequence[WalkedStep], pen: StoryPen) -> Iterator[Sentence]:
    """Which of several broken steps to look at first."""
    breaking = [one for one in touched if one.verdict is StepVerdict.BREAKS]
    if walked.first_break and len(breaking) > 1:
        sources = [step_ground(journey, one.step) for one in breaking]
        yield pen("day_worst", sources, step=clause(walked.first_break.name))


def _met(material: Material, pen: StoryPen) -> Iterator[Sentence]:
    """Where a customer's step breaks or gains, as those meet it who serve there."""
    states = set(material.pairs)
    met = [
        (journey, one)
        for journey in material.journeys
        if journey.content.voice is not Voice.EMPLOYEE
        for one in walk(journey.content, states).steps
        if one.verdict in (StepVerdict.BREAKS, StepVerdict.GAINS)
    ]
    for journey, one in sorted(met, key=lambda each: each[1].total)[:MOST_MET]:
        deciding = _deciding(one)
        sources = [step_ground(journey, one.step), state_ground((deciding.factor, deciding.state))]
        yield pen(f"met_{one.verdict.value}", sources, step=clause(one.step.name))


def _heard(material: Material, voice: Voice, pen: StoryPen) -> Iterator[Sentence]:
    """What sources with this voice wrote, the most central first."""
    spoken = [one for one in material.heard if one.source.voice is voice]
    for one in spoken[:MOST_HEARD]:
        yield _document(f"heard_{voice.value}", one, pen)


def _document(key: str, one: Heard, pen: StoryPen) -> Sentence:
    return pen(
        key,
        [document_ground(one.document.id)],
        source=one.source.title,
        day=date_text(one.document.published, pen.lang),
        title=verbatim(one.document.clean_title or one.document.title),
    )


def _written(material: Material, pen: StoryPen) -> Iterator[Sentence]:
    """How much employees write about the trends."""
    for view in material.trends:
        heard = view.signal("voice", VOICE_WINDOW)
        if heard and heard.n:
            count = counted("documents", heard.n, pen.lang)
            yield pen("employee_articles", [f"trend:{view.trend.id}"], title=view.title(pen.lang), count=count)
