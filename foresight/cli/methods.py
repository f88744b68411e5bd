"""scenario box, axes, drift, coach: what the judgements say as a whole, and what beliefs leave room for."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Sequence

from foresight.cli.printing import Printer
from foresight.cli.whatif import merged_beliefs
from foresight.cli.workshop import TextPair, json_ready, open_services, parse_pair, signature, states_in_words
from foresight.i18n import Texts
from foresight.i18n.formatting import format_number, format_percent
from foresight.model.errors import UsageError
from foresight.model.scenarios import Beliefs, ExcludedPair, ExclusionKind, Exclusions, Factor, Scenario
from foresight.scenarios.beliefs import ConsistencyReport
from foresight.scenarios.matrix import state_name, state_positions
from foresight.scenarios.scenario_axes import AxesCorner, AxisPair
from foresight.scenarios.structural_analysis import Attractor, AxesReport, MorphologicalBoxReport, SuccessionRule
from foresight.wiring import Services

MOST_LINES = 12
CELL = "F=s|G=t"


def box(arguments: Namespace, printer: Printer) -> int:
    """The morphological box: pairs excluded or let in again where asked, then what is left standing."""
    desks = open_services(arguments)
    scenario = desks.scenarios.get(arguments.id)
    desk = desks.structure
    entry = desk.exclusions(scenario.id)
    before = entry.content
    after = _excluded(scenario, before, arguments)
    if after != before:
        desk.exclude(scenario, after.pairs, signature(arguments, base=entry.rev))
    report = desk.box(scenario, [parse_pair(text, "--fix") for text in arguments.fix])
    document = {
        "configurations": report.box.configurations,
        "cells": report.cells,
        "is_complete": report.box.is_complete,
        "count": len(report.box.survivors),
        "survivors": [_by_id(scenario, states) for states in report.box.survivors],
        "excluded": json_ready(report.exclusions),
        "closed": [list(told) for told in _closed(scenario, report)],
    }
    printer.answer(document, _box_lines(scenario, report, printer.texts))
    return 0


def axes(arguments: Namespace, printer: Printer) -> int:
    """Axes for a 2×2: every admissible pair ranked, the four corners of each checked against our own judgements."""
    desks = open_services(arguments)
    scenario = desks.scenarios.get(arguments.id)
    votes = [entry.content for entry in desks.panels.votes(scenario.id)]
    report = desks.structure.axes(scenario, desks.published.views(), votes)
    poles = dict(_poles(scenario, text) for text in arguments.poles)
    shown = [one for one in report.pairs if one.is_admissible][: arguments.most]
    # whoever names both axes has chosen them, also where the judgements tie them together
    shown += [one for one in report.pairs if {one.one, one.other} <= set(poles) and one not in shown]
    checked = [(one, _corners(desks, scenario, one, poles)) for one in shown]
    document = json_ready(report) | {
        "checked": [
            {"one": one.one, "other": one.other, "corners": [_corner_document(scenario, each) for each in corners]}
            for one, corners in checked
        ]
    }
    printer.answer(document, _axes_lines(scenario, report, checked, printer.texts))
    return 0


def drift(arguments: Namespace, printer: Printer) -> int:
    """Where the system goes from every start: resting points, circles, and how many starts each draws in."""
    scenario = open_services(arguments).scenarios.get(arguments.id)
    found = open_services(arguments).structure.drift(scenario, rule=SuccessionRule(arguments.rule))
    document = {
        "rule": arguments.rule,
        "starts": found.starts,
        "is_complete": found.is_complete,
        "attractors": [
            {"basin": one.basin, "weight": one.weight, "cycle": [_by_id(scenario, states) for states in one.cycle]}
            for one in found.attractors
        ],
    }
    texts = printer.texts
    key = "methods.drift_all" if found.is_complete else "methods.drift_sample"
    lines = [texts(key, starts=found.starts)]
    lines += [_attractor_line(scenario, one, texts) for one in found.attractors[:MOST_LINES]]
    printer.answer(document, lines)
    return 0


def coach(arguments: Namespace, printer: Printer) -> int:
    """What of the beliefs and those typed here cannot stand, where every P(event | given) may lie; keeps nothing."""
    desks = open_services(arguments)
    scenario = desks.scenarios.get(arguments.id)
    told = merged_beliefs(desks.beliefs.get(scenario.id).content, arguments)
    if not told.events:
        printer.answer(json_ready(told), [printer.texts("workshop.no_beliefs", id=scenario.id)])
        return 0
    found = desks.beliefs.coach(told)
    printer.answer(json_ready(found) | {"events": json_ready(told.events)}, _coach_lines(told, found, printer.texts))
    return 0


def _excluded(scenario: Scenario, before: Exclusions, arguments: Namespace) -> Exclusions:
    """Earlier exclusions without those let in again, and with the new ones in place of those on the same two states."""
    kept = {_key(one.one, one.other): one for one in before.pairs}
    for text in arguments.allow:
        one, other = _parse_cell(scenario, text, "--allow")
        if kept.pop(_key(one, other), None) is None:
            known = "; ".join(_pair_in_words(scenario, each) for each in kept.values()) or "–"
            raise UsageError(argument="--allow", found=text, expected=known)
    for text in arguments.exclude:
        one, other = _parse_cell(scenario, text, "--exclude")
        kept[_key(one, other)] = ExcludedPair(
            one=one, other=other, kind=ExclusionKind(arguments.kind), reason=arguments.reason, author=arguments.who
        )
    return Exclusions(pairs=tuple(kept.values()))


def _parse_cell(scenario: Scenario, text: str, argument: str) -> tuple[TextPair, TextPair]:
    """Read "F=s|G=t", two states of different factors, as ids."""
    left, right = parse_pair(text, argument, "|")
    one, other = state_positions(scenario.factors, [parse_pair(left, argument), parse_pair(right, argument)])
    if one[0] == other[0]:
        raise UsageError(argument=argument, found=text, expected=CELL)
    first, second = (
        (scenario.factors[factor].id, scenario.factors[factor].states[state].id) for factor, state in (one, other)
    )
    return first, second


def _key(one: TextPair, other: TextPair) -> frozenset[TextPair]:
    return frozenset((one, other))


def _pair_in_words(scenario: Scenario, excluded: ExcludedPair) -> str:
    return f"{state_name(scenario.factors, excluded.one)} | {state_name(scenario.factors, excluded.other)}"


def _closed(scenario: Scenario, report: MorphologicalBoxReport) -> list[TextPair]:
    return [
        (factor.id, state.id)
        for factor, is_open in zip(scenario.factors, report.open, strict=True)
        for state, open_ in zip(factor.states, is_open, strict=True)
        if not open_
    ]


def _box_lines(scenario: Scenario, report: MorphologicalBoxReport, texts: Texts) -> Iterable[str]:
    left = len(report.box.survivors)
    yield texts("methods.box_head", left=left, all=report.box.configurations, cells=report.cells)
    if not report.box.is_complete:
        yield texts("methods.box_cut_short")
    for one in report.exclusions.content.pairs:
        kind = texts(f"methods.exclusion_{one.kind.value}")
        facts = {
            "pair": _pair_in_words(scenario, one),
            "kind": kind,
            "reason": one.reason or "–",
            "author": one.author or "–",
        }
        yield texts("methods.box_excluded", **facts)
    closed = _closed(scenario, report)
    if closed:
        yield texts("methods.box_closed", states=states_in_words(scenario.factors, closed))
    for states in report.box.survivors[:MOST_LINES]:
        yield "  " + _states(scenario, states)
    if left > MOST_LINES:
        yield texts("methods.more", number=left - MOST_LINES)


def _poles(scenario: Scenario, text: str) -> tuple[str, tuple[str, str]]:
    """Read "F=s/t" as (factor id, (state id, state id))."""
    name, both = parse_pair(text, "--poles")
    low, high = parse_pair(both, "--poles", "/")
    (factor, first), (_, second) = state_positions(scenario.factors, [(name, low), (name, high)])
    chosen = scenario.factors[factor]
    return chosen.id, (chosen.states[first].id, chosen.states[second].id)


def _corners(
    desks: Services, scenario: Scenario, axis: AxisPair, poles: dict[str, tuple[str, str]]
) -> tuple[AxesCorner, ...]:
    """The corners of two axes, between first and last state where no poles were named."""
    one, other = (
        (factor.id, *poles.get(factor.id, (factor.states[0].id, factor.states[-1].id)))
        for factor in (_factor(scenario, axis.one), _factor(scenario, axis.other))
    )
    return desks.structure.corners(scenario, one, other)


def _factor(scenario: Scenario, wanted: str) -> Factor:
    return next(factor for factor in scenario.factors if factor.id == wanted)


def _corner_states(scenario: Scenario, corner: AxesCorner) -> list[TextPair]:
    return [
        (scenario.factors[factor].id, scenario.factors[factor].states[state].id)
        for factor, state in (corner.one, corner.other)
    ]


def _corner_document(scenario: Scenario, corner: AxesCorner) -> dict[str, object]:
    return {
        "states": dict(_corner_states(scenario, corner)),
        "completions": corner.completions,
        "is_complete": corner.is_complete,
        "is_coherent": corner.is_coherent,
    }


def _axes_lines(
    scenario: Scenario, report: AxesReport, checked: Sequence[tuple[AxisPair, tuple[AxesCorner, ...]]], texts: Texts
) -> Iterable[str]:
    names = {factor.id: factor.name for factor in scenario.factors}
    if report.unrated:
        yield texts("methods.axes_unrated", factors=", ".join(names[key] for key in report.unrated), id=scenario.id)
    if report.predetermined:
        yield texts("methods.axes_predetermined", factors=", ".join(names[key] for key in report.predetermined))
    if not checked:
        yield texts("methods.axes_none")
    for axis, corners in checked:
        together = format_number(axis.correlation, texts.lang, digits=2)
        facts = {"score": format_number(axis.score, texts.lang, digits=1), "together": together}
        yield texts("methods.axes_line", one=names[axis.one], other=names[axis.other], **facts)
        if not axis.is_admissible:
            yield "  " + texts("methods.axes_tied")
        for corner in corners:
            told = states_in_words(scenario.factors, _corner_states(scenario, corner))
            yield "  " + texts(f"methods.corner_{_verdict(corner)}", states=told, count=corner.completions)


def _verdict(corner: AxesCorner) -> str:
    if not corner.is_coherent:
        return "incoherent"
    return "holds" if corner.completions else "unfinished"


def _attractor_line(scenario: Scenario, one: Attractor, texts: Texts) -> str:
    key = "methods.drift_rests" if len(one.cycle) == 1 else "methods.drift_circles"
    way = " → ".join(_states(scenario, states) for states in one.cycle)
    return texts(key, share=format_percent(one.weight, texts.lang), starts=one.basin, states=way, length=len(one.cycle))


def _coach_lines(told: Beliefs, found: ConsistencyReport, texts: Texts) -> Iterable[str]:
    names = {event.id: event.name for event in told.events}
    for one in found.doubtful:
        facts = {"event": names[one.event], "given": names[one.given], "value": format_percent(one.value, texts.lang)}
        room = {"low": format_percent(one.low, texts.lang), "high": format_percent(one.high, texts.lang)}
        circle = " → ".join(names[key] for key in one.circle)
        yield texts("methods.coach_circle" if circle else "methods.coach_wrong", **facts, **room, circle=circle)
    if not found.doubtful:
        yield texts("methods.coach_fine")
    for room_ in found.rooms:
        low, high = format_percent(room_.low, texts.lang, digits=0), format_percent(room_.high, texts.lang, digits=0)
        yield "  " + texts("methods.coach_room", event=names[room_.event], given=names[room_.given], low=low, high=high)


def _by_id(scenario: Scenario, states: Sequence[int]) -> dict[str, str]:
    return {factor.id: factor.states[at].id for factor, at in zip(scenario.factors, states, strict=True)}


def _states(scenario: Scenario, states: Sequence[int]) -> str:
    return " · ".join(factor.states[at].name for factor, at in zip(scenario.factors, states, strict=True))
