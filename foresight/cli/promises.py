"""decision: made, listed, kept or broken; pulses of how far it is taken in; the three questions."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable

from foresight.cli.printing import Printer
from foresight.cli.workshop import json_ready, open_services, parse_date, signature
from foresight.i18n import Texts
from foresight.i18n.formatting import format_date, format_percent
from foresight.model.workshop import AdoptionSurvey, Promise, PromiseState, Stance, ThreeQuestions
from foresight.scenarios.promises import PromiseStatus
from foresight.store.run_lock import SystemClock

STATES = {
    "keep": PromiseState.KEPT,
    "break": PromiseState.BROKEN,
    "withdraw": PromiseState.WITHDRAWN,
    "reopen": PromiseState.OPEN,
}


def list_(arguments: Namespace, printer: Printer) -> int:
    """What was decided, and how it stands."""
    found = open_services(arguments).promises.list(everything=not arguments.open)
    lines = [line for one in found for line in _lines(one, printer.texts)]
    printer.answer([_document(one) for one in found], lines or [printer.texts("workshop.no_decisions")])
    return 0


def add(arguments: Namespace, printer: Printer) -> int:
    """Decide something."""
    desks = open_services(arguments)
    promise = Promise(
        text=arguments.text.strip(),
        owner=arguments.owner.strip(),
        due=parse_date(arguments.due, "--due"),
        review=parse_date(arguments.review, "--review"),
        stance=Stance(arguments.stance),
        assumption=arguments.assumption.strip(),
        signpost_ids=tuple(desks.signposts.get(one).id for one in arguments.signpost),
        trend_ids=tuple(desks.trends.get(one).view.trend.id for one in arguments.trend),
    )
    scenario_id = desks.scenarios.get(arguments.scenario).id if arguments.scenario else ""
    kept = desks.promises.make(promise, signature(arguments), scenario_id=scenario_id)
    due = format_date(promise.due, printer.texts.lang) if promise.due else "–"
    printer.answer(json_ready(kept), [printer.texts("workshop.decided", id=kept.id, owner=promise.owner, due=due)])
    return 0


def close(arguments: Namespace, printer: Printer) -> int:
    """Say what became of a decision."""
    desk = open_services(arguments).promises
    kept = desk.close(arguments.id, STATES[arguments.state], signature(arguments), outcome=arguments.outcome)
    state = printer.texts(f"workshop.promise_{kept.content.state.value}")
    printer.answer(json_ready(kept), [printer.texts("workshop.decision_closed", text=kept.content.text, state=state)])
    return 0


def pulse(arguments: Namespace, printer: Printer) -> int:
    """Keep a pulse, and say where the change stalls."""
    desk = open_services(arguments).promises
    taken = AdoptionSurvey(
        promise_id=arguments.id,
        on=SystemClock().now().date(),
        asked=arguments.asked,
        heard=arguments.heard,
        understood=arguments.understood,
        believes=arguments.believes,
        feels=arguments.feels,
        times_given=arguments.times_given,
    )
    kept = desk.record_survey(taken, signature(arguments))
    standing = desk.get(arguments.id)
    printer.answer(json_ready(kept) | {"ladder": json_ready(standing.ladder)}, _ladder_lines(standing, printer.texts))
    return 0


def questions(arguments: Namespace, printer: Printer) -> int:
    """The three questions, answered where something is said."""
    desk = open_services(arguments).promises
    told = ThreeQuestions(matters=arguments.matters, act=arguments.act, practice=arguments.practice)
    kept = desk.questions(arguments.id)
    if told != ThreeQuestions():
        kept = desk.save_answers(arguments.id, told, signature(arguments))
    lines = [
        printer.texts(f"workshop.question_{name}", answer=getattr(kept.content, name) or "–")
        for name in ("matters", "act", "practice")
    ]
    printer.answer(json_ready(kept), lines)
    return 0


def _document(one: PromiseStatus) -> dict[str, object]:
    document: dict[str, object] = json_ready(one.promise)
    return document | {
        "overdue": one.overdue,
        "review_due": one.review_due,
        "broken_assumption": [update.id for update in one.broken_assumption],
        "ladder": json_ready(one.ladder),
    }


def _lines(one: PromiseStatus, texts: Texts) -> Iterable[str]:
    promise = one.promise.content
    yield texts(
        "workshop.decision_line",
        id=one.promise.id,
        text=promise.text,
        owner=promise.owner,
        due=format_date(promise.due, texts.lang) if promise.due else "–",
        state=texts(f"workshop.promise_{promise.state.value}"),
    )
    if one.overdue:
        yield "  " + texts("workshop.overdue", owner=promise.owner)
    if one.review_due:
        yield "  " + texts("workshop.review_due")
    if one.broken_assumption:
        yield "  " + texts("workshop.assumption_shaken", assumption=promise.assumption or "–")
    if one.ladder.steps:
        yield from ("  " + line for line in _ladder_lines(one, texts))


def _ladder_lines(one: PromiseStatus, texts: Texts) -> Iterable[str]:
    ladder = one.ladder
    shares = " → ".join(
        f"{texts(f'workshop.rung_{step.rung.value}')} {format_percent(step.share, texts.lang, digits=0)}"
        for step in ladder.steps
    )
    yield texts("workshop.ladder", shares=shares, times=ladder.times_given)
    if ladder.stalls_at is not None:
        yield texts(f"workshop.stalls_{ladder.stalls_at.value}")
