"""journey: the customer's path, and what every future does to it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable

from foresight.cli.printing import Printer
from foresight.cli.workshop import json_ready, open_services, parse_integer, parse_pair, signature
from foresight.i18n import Texts
from foresight.i18n.formatting import format_number
from foresight.model.errors import UsageError
from foresight.model.sources import Voice
from foresight.model.workshop import Journey, JourneyStep, Revision, StepEffect
from foresight.scenarios.journeys import (
    FutureWalkthrough,
    with_changed_step,
    with_effect,
    with_step,
    with_step_before,
    without_step,
)


def list_(arguments: Namespace, printer: Printer) -> int:
    """All journeys."""
    found = open_services(arguments).journeys.list(arguments.scenario)
    lines = [_line(one, printer.texts) for one in found] or [printer.texts("workshop.no_journeys")]
    printer.answer(json_ready(found), lines)
    return 0


def add(arguments: Namespace, printer: Printer) -> int:
    """A journey of a scenario."""
    desks = open_services(arguments)
    scenario = desks.scenarios.get(arguments.id)
    voice = Voice.EMPLOYEE if arguments.employee else Voice.CUSTOMER
    journey = Journey(title=arguments.title.strip(), customer=arguments.customer.strip(), voice=voice)
    for text in arguments.step:
        name, _, source = text.partition("|")
        journey = with_step(journey, JourneyStep(id="", name=name.strip(), source=source.strip()))
    for text in arguments.effect:
        journey = _with_effect(journey, text, arguments.reason)
    kept = desks.journeys.add(scenario, journey, signature(arguments))
    printer.answer(json_ready(kept), [_line(kept, printer.texts)])
    return 0


def effect(arguments: Namespace, printer: Printer) -> int:
    """Say what states do to the steps of a journey."""
    desks = open_services(arguments)
    kept = desks.journeys.get(arguments.id)
    journey = kept.content
    for text in arguments.effect:
        journey = _with_effect(journey, text, arguments.reason)
    scenario = desks.scenarios.get(kept.scenario_id)
    changed = desks.journeys.change(scenario, kept.id, journey, signature(arguments, base=kept.rev))
    printer.answer(json_ready(changed), [_line(changed, printer.texts)])
    return 0


def step(arguments: Namespace, printer: Printer) -> int:
    """Change one step of a journey, add it at the end, or take it away; effects stay with their step."""
    desks = open_services(arguments)
    kept = desks.journeys.get(arguments.id)
    journey = kept.content
    if arguments.remove:
        journey = without_step(journey, arguments.step)
    else:
        journey = with_changed_step(
            journey, arguments.step, name=arguments.name, source=arguments.source, voice=arguments.voice
        )
        if arguments.before:
            journey = with_step_before(journey, arguments.name or arguments.step, arguments.before)
    scenario = desks.scenarios.get(kept.scenario_id)
    changed = desks.journeys.change(scenario, kept.id, journey, signature(arguments, base=kept.rev))
    lines = [
        _line(changed, printer.texts),
        *(f"  {number_}. {one.name}" for number_, one in enumerate(journey.steps, 1)),
    ]
    printer.answer(json_ready(changed), lines)
    return 0


def show(arguments: Namespace, printer: Printer) -> int:
    """One journey, walked in every future."""
    desk = open_services(arguments).journeys
    kept = desk.get(arguments.id)
    walked = desk.walked(kept)
    lines = [_line(kept, printer.texts)]
    lines += [line for one in walked for line in _walk_lines(one, printer.texts)]
    if not walked:
        lines.append(printer.texts("workshop.no_futures", id=kept.scenario_id))
    printer.answer(json_ready(kept) | {"walked": json_ready(walked)}, lines)
    return 0


def _with_effect(journey: Journey, text: str, reason: str) -> Journey:
    """Read "STEP:F=s:N"."""
    rest, value = parse_pair(text, "STEP:F=s:N", ":")
    step, separator, state = rest.partition(":")
    if not separator:
        raise UsageError(argument="STEP:F=s:N", found=text, expected="STEP:F=s:N")
    factor, told = parse_pair(state, "STEP:F=s:N")
    effect_ = StepEffect(factor=factor, state=told, value=parse_integer(value, "STEP:F=s:N"), reason=reason)
    return with_effect(journey, step.strip(), effect_)


def _line(one: Revision[Journey], texts: Texts) -> str:
    confirmed = sum(step.confirmed for step in one.content.steps)
    return texts(
        "workshop.journey_line",
        id=one.id,
        title=one.content.title,
        customer=one.content.customer or "–",
        steps=len(one.content.steps),
        confirmed=confirmed,
    )


def _walk_lines(one: FutureWalkthrough, texts: Texts) -> Iterable[str]:
    yield texts("workshop.walk_head", future=one.future.name)
    for walked in one.walk.steps:
        mark = "" if walked.step.confirmed else texts("workshop.not_confirmed")
        yield "  " + texts(
            "workshop.walk_line",
            step=walked.step.name,
            verdict=texts(f"workshop.verdict_{walked.verdict.value}"),
            total=format_number(walked.total, texts.lang, signed=True),
            mark=mark,
        )
    if one.walk.first_break:
        yield "  " + texts("workshop.first_break", step=one.walk.first_break.name)
