"""forecast: questions asked, answered, resolved and scored."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable

from foresight.cli.printing import Printer
from foresight.cli.workshop import json_ready, open_services, parse_moment, parse_watch, signature
from foresight.i18n import Texts
from foresight.i18n.formatting import format_date, format_number, format_percent
from foresight.model.errors import UsageError
from foresight.model.workshop import ForecastQuestion
from foresight.scenarios.forecasts import AnsweredQuestion, ForecasterScore, ScoreCard
from foresight.store.run_lock import SystemClock


def list_(arguments: Namespace, printer: Printer) -> int:
    """All questions with their answers."""
    asked = open_services(arguments).forecasts.list()
    lines = [_line(one, printer.texts) for one in asked] or [printer.texts("workshop.no_questions")]
    printer.answer([_document(one) for one in asked], lines)
    return 0


def add(arguments: Namespace, printer: Printer) -> int:
    """Ask a question."""
    deadline = parse_moment(arguments.deadline, "--deadline")
    if deadline is None:
        raise UsageError(argument="--deadline", found="–", expected="2026-11-21")
    question = ForecastQuestion(
        text=arguments.text.strip(),
        opened=SystemClock().now(),
        deadline=deadline,
        rule=parse_watch(arguments) if arguments.trend else None,
    )
    kept = open_services(arguments).forecasts.ask(question, signature(arguments), scenario_id=arguments.scenario)
    key = "workshop.question_by_signal" if question.rule else "workshop.question_by_person"
    facts = {"id": kept.id, "deadline": format_date(deadline, printer.texts.lang)}
    printer.answer(json_ready(kept), [printer.texts(key, **facts)])
    return 0


def answer(arguments: Namespace, printer: Printer) -> int:
    """Say how likely yes is."""
    desk = open_services(arguments).forecasts
    kept = desk.answer(arguments.id, arguments.probability, signature(arguments))
    asked = desk.get(arguments.id)
    lang = printer.texts.lang
    middle = format_percent(asked.middle, lang) if asked.middle is not None else "–"
    told = printer.texts(
        "workshop.answered",
        who=kept.content.who,
        probability=format_percent(kept.content.probability, lang),
        people=len(asked.answers),
        middle=middle,
    )
    printer.answer(json_ready(kept) | {"middle": asked.middle}, [told])
    return 0


def resolve(arguments: Namespace, printer: Printer) -> int:
    """Say what happened."""
    desk = open_services(arguments).forecasts
    kept = desk.resolve(arguments.id, arguments.outcome == "yes", signature(arguments))
    text = printer.texts(f"workshop.resolved_{arguments.outcome}", text=kept.content.text)
    printer.answer(json_ready(kept), [text])
    return 0


def score(arguments: Namespace, printer: Printer) -> int:
    """How good the forecasts were."""
    card = open_services(arguments).forecasts.score()
    printer.answer(json_ready(card), _score_lines(card, printer.texts))
    return 0


def _document(one: AnsweredQuestion) -> dict[str, object]:
    document: dict[str, object] = json_ready(one.question)
    return document | {
        "middle": one.middle,
        "answers": {answer.content.who: answer.content.probability for answer in one.answers},
    }


def _line(one: AnsweredQuestion, texts: Texts) -> str:
    question = one.question.content
    outcome = "open" if question.came_true is None else "yes" if question.came_true else "no"
    return texts(
        "workshop.question_line",
        id=one.question.id,
        text=question.text,
        deadline=format_date(question.deadline, texts.lang),
        outcome=texts(f"workshop.outcome_{outcome}"),
        people=len(one.answers),
        middle=format_percent(one.middle, texts.lang) if one.middle is not None else "–",
    )


def _score_lines(card: ScoreCard, texts: Texts) -> Iterable[str]:
    if card.room is None:
        yield texts("workshop.no_scores", open=card.open, resolved=card.resolved)
        return
    yield _scored_line(card.room, texts("workshop.room"), texts)
    for one in card.people:
        yield _scored_line(one, one.who, texts)
    for group in card.room.bins:
        yield texts(
            "workshop.calibration_line",
            said=format_percent(group.said, texts.lang, digits=0),
            happened=format_percent(group.happened, texts.lang, digits=0),
            questions=group.calls,
        )
    yield texts("workshop.scores_mean", base=format_percent(card.base_rate, texts.lang, digits=0))


def _scored_line(one: ForecasterScore, who: str, texts: Texts) -> str:
    return texts(
        "workshop.score_line",
        who=who,
        questions=one.questions,
        brier=format_number(one.brier, texts.lang, digits=3),
        log=format_number(one.log_score, texts.lang, digits=2),
        skill=format_number(one.skill, texts.lang, digits=2, signed=True),
    )
