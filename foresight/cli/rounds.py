"""panel: votes in rounds, each person for themselves, and whether another round is worth it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable

from foresight.cli.printing import Printer
from foresight.cli.workshop import json_ready, open_services, parse_number, parse_pair, signature
from foresight.i18n import Texts
from foresight.i18n.formatting import format_number as told_number
from foresight.i18n.formatting import format_quantity
from foresight.model.scenarios import RoundVotes, Scenario
from foresight.scenarios.panels import DelphiItem, DelphiResult, vote_item_id


def vote(arguments: Namespace, printer: Printer) -> int:
    """Keep one's votes of a round; an item that was voted on before in the round gets the new vote."""
    desks = open_services(arguments)
    scenario = desks.scenarios.get(arguments.id)
    desk = desks.panels
    held = [entry.content for entry in desk.votes(scenario.id)]
    round_ = arguments.round or max((one.round for one in held), default=1)
    earlier = next((one.votes for one in held if (one.who, one.round) == (arguments.who, round_)), ())
    said = dict(earlier) | dict(_vote(scenario, text) for text in arguments.votes)
    votes = RoundVotes(who=arguments.who, round=round_, votes=tuple(said.items()))
    kept = desk.vote(scenario.id, votes, signature(arguments))
    printer.answer(
        json_ready(kept), [printer.texts("methods.votes_kept", who=kept.content.who, round=round_, votes=len(said))]
    )
    return 0


def rounds(arguments: Namespace, printer: Printer) -> int:
    """Medians and spreads per item and round, who stands apart, and whether another round is worth it."""
    desks = open_services(arguments)
    scenario = desks.scenarios.get(arguments.id)
    found = desks.panels.delphi(scenario.id)
    lines = _lines(found, printer.texts) if found.round else [printer.texts("methods.no_votes", id=scenario.id)]
    printer.answer(json_ready(found), lines)
    return 0


def _vote(scenario: Scenario, text: str) -> tuple[str, float]:
    item, value = parse_pair(text, "ITEM:N", ":")
    return vote_item_id(scenario, item), parse_number(value, "ITEM:N")


def _lines(found: DelphiResult, texts: Texts) -> Iterable[str]:
    yield texts("methods.rounds_head", round=found.round, people=", ".join(found.people))
    for item in found.items:
        yield "  " + _item_line(item, texts)
    if found.concordance is not None:
        yield texts("methods.concordance", w=told_number(found.concordance, texts.lang, digits=2))
    yield texts("methods.rounds_enough" if found.may_stop else "methods.rounds_again")


def _item_line(item: DelphiItem, texts: Texts) -> str:
    held = " → ".join(
        f"{format_quantity(ballot.middle, texts.lang)} ({format_quantity(ballot.low, texts.lang)}–"
        f"{format_quantity(ballot.high, texts.lang)})"
        for ballot in item.rounds
    )
    apart = texts("methods.apart", people=", ".join(item.outliers)) if item.outliers else ""
    return texts("methods.item_stop" if item.may_stop else "methods.item_open", name=item.name, held=held) + apart
