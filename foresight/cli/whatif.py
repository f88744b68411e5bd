"""scenario whatif, futures, stress, panel, influence, beliefs: the methods on a scenario of the ledger."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable
from dataclasses import replace

from foresight.cli.printing import Printer
from foresight.cli.workshop import (
    json_ready,
    open_services,
    parse_future_shares,
    parse_number,
    parse_pair,
    shares_in_words,
    signature,
    states_in_words,
)
from foresight.i18n import Texts
from foresight.i18n.formatting import format_percent, format_quantity
from foresight.model.errors import NotAProbability, NotFound, UsageError
from foresight.model.scenarios import (
    NONE_OF_THESE,
    Beliefs,
    ConditionalProbability,
    Event,
    Future,
    FutureSet,
    OptionScore,
    Scenario,
    StressTestInput,
)
from foresight.scenarios.beliefs import EventLikelihoods
from foresight.scenarios.consequences import WhatIfConsequences
from foresight.scenarios.futures import find_future
from foresight.scenarios.matrix import slug, solution_pairs, state_name
from foresight.scenarios.panels import PanelComparison
from foresight.scenarios.stress_test import OptionReport, with_criterion, with_score, with_strategy
from foresight.scenarios.structural_analysis import InfluenceAnalysis
from foresight.scenarios.whatif import WhatIfAnswer

MOST_LINES = 12


def whatif(arguments: Namespace, printer: Printer) -> int:
    """What follows from supposing some states; beside another what-if where one is given."""
    desks = open_services(arguments)
    scenario = desks.scenarios.get(arguments.id)
    supposed = [parse_pair(text, "--force") for text in arguments.force]
    texts = printer.texts
    if not arguments.against:
        answer = desks.whatif.ask(scenario, supposed)
        printer.answer(_answer_document(answer), _answer_lines(answer, texts))
        return 0
    both = desks.whatif.compare(scenario, supposed, [parse_pair(text, "--against") for text in arguments.against])
    lines = [*_answer_lines(both.left, texts), "", *_answer_lines(both.right, texts), ""]
    lines += [
        texts(
            "workshop.side_line",
            state=state_name(scenario.factors, (side.factor, side.state)),
            left=format_percent(side.left, texts.lang, digits=0),
            right=format_percent(side.right, texts.lang, digits=0),
        )
        for side in both.sides
        if side.left != side.right
    ]
    document = {
        "left": _answer_document(both.left),
        "right": _answer_document(both.right),
        "sides": json_ready(both.sides),
    }
    printer.answer(document, lines)
    return 0


def futures(arguments: Namespace, printer: Printer) -> int:
    """The futures of a scenario: chosen, named and weighed where asked, and how likely they are now."""
    desks = open_services(arguments)
    scenario = desks.scenarios.get(arguments.id)
    desk = desks.futures
    entry = desk.get(scenario.id)
    before = entry.content
    chosen = before if arguments.choose is None else desk.choose(scenario, count=arguments.choose, near=arguments.near)
    named = _named(chosen, arguments)
    weighed = _weighed(named, arguments)
    if weighed != before:
        desk.save(scenario, weighed, signature(arguments, base=entry.rev))
    likely = desk.likelihoods(scenario.id)
    texts = printer.texts
    lines = [_future_line(scenario, future, dict(likely.now), texts) for future in likely.futures.content.futures]
    if not lines:
        lines = [texts("workshop.no_futures", id=scenario.id)]
    else:
        lines.append(texts("workshop.likelihoods", shares=shares_in_words(likely.now, likely.futures.content, texts)))
    document = json_ready(likely.futures) | {"likelihoods": dict(likely.now), "updates": json_ready(likely.updates)}
    printer.answer(document, lines)
    return 0


def stress(arguments: Namespace, printer: Printer) -> int:
    """Options through every future: kept where scores are given, then reported."""
    desks = open_services(arguments)
    scenario = desks.scenarios.get(arguments.id)
    desk = desks.stress
    entry = desk.get(scenario.id)
    before = tunnel = entry.content
    for name in arguments.option:
        tunnel = with_strategy(tunnel, name)
    for text in arguments.criterion:
        name, threshold = parse_pair(text, "--criterion")
        tunnel = with_criterion(tunnel, name, parse_number(threshold, "--criterion"))
    kept = desks.futures.get(scenario.id).content
    for text in arguments.score:
        tunnel = with_score(tunnel, _score(text, tunnel, kept, arguments))
    if tunnel != before:
        desk.save(scenario.id, tunnel, signature(arguments, base=entry.rev))
    report = desk.test(scenario.id)
    texts = printer.texts
    lines = [line for option in report.options for line in _option_lines(option, texts)]
    if len(report.options) == 1:
        lines.append(texts("workshop.stress_alone"))
    elif report.maximin:
        stable = format_quantity(report.stable_by, texts.lang)
        lines.append(
            texts("workshop.stress_best", maximin=report.maximin, minimax=report.minimax_regret, stable=stable)
        )
    if report.missing or not report.options:
        first = " / ".join(report.missing[0]) if report.missing else "–"
        lines.append(texts("workshop.stress_missing", missing=len(report.missing), first=first))
    printer.answer(json_ready(report), lines)
    return 0


def panel(arguments: Namespace, printer: Printer) -> int:
    """Several people's judgements, each solved alone, and compared."""
    desks = open_services(arguments)
    scenario = desks.scenarios.get(arguments.id)
    found = desks.panels.panel(scenario)
    printer.answer(json_ready(found), _panel_lines(scenario, found, printer.texts))
    return 0


def influence(arguments: Namespace, printer: Printer) -> int:
    """Who drives, who is driven: directly, along chains, and in the limit."""
    desks = open_services(arguments)
    scenario = desks.scenarios.get(arguments.id)
    found = desks.structure.influence(scenario)
    texts = printer.texts
    direct = found.powers[0]
    lines = [
        texts(
            "workshop.influence_line",
            name=factor.name,
            influence=direct.influence[place],
            dependence=direct.dependence[place],
            part=texts(f"workshop.quadrant_{found.quadrants[place].value}"),
        )
        for place, factor in enumerate(scenario.factors)
    ]
    lines += _chains(scenario, found, texts)
    lines.append(texts("workshop.influence_settled" if found.is_settled else "workshop.influence_unsettled"))
    printer.answer(json_ready(found) | {"factors": [factor.id for factor in scenario.factors]}, lines)
    return 0


def _chains(scenario: Scenario, found: InfluenceAnalysis, texts: Texts) -> Iterable[str]:
    """The classical view, chain length by chain length, and the limit (Perron vectors) where there is one."""
    names = [factor.name for factor in scenario.factors]
    for power in found.powers[1:]:
        told = ", ".join(names[at] for at in power.ranking)
        yield texts("methods.influence_length", length=power.length, names=told)
    if found.influence:
        order = sorted(range(len(names)), key=lambda at: -found.influence[at])
        yield texts("methods.influence_limit_ranking", names=", ".join(names[at] for at in order))
    for name, drives, driven in zip(names, found.influence, found.dependence, strict=False):
        facts = {"influence": format_percent(drives, texts.lang), "dependence": format_percent(driven, texts.lang)}
        yield texts("methods.influence_limit", name=name, **facts)


def beliefs(arguments: Namespace, printer: Printer) -> int:
    """Events with probabilities: coached, kept, and worked out in two ways."""
    desks = open_services(arguments)
    scenario = desks.scenarios.get(arguments.id)
    desk = desks.beliefs
    entry = desk.get(scenario.id)
    before = entry.content
    told = merged_beliefs(before, arguments)
    if told != before:
        desk.save(scenario.id, told, signature(arguments, base=entry.rev))
    if not told.events:
        printer.answer(json_ready(told), [printer.texts("workshop.no_beliefs", id=scenario.id)])
        return 0
    found = desk.evaluate_beliefs(told)
    document = {"events": json_ready(told.events), "likelihoods": json_ready(found)}
    printer.answer(document, _belief_lines(told, found, printer.texts))
    return 0


def _answer_document(answer: WhatIfAnswer) -> dict[str, object]:
    made = answer.consequences
    return {
        "supposed": dict(answer.supposed),
        "is_complete": answer.result.is_complete,
        "count": len(answer.consistent),
        "scenarios": [dict(solution_pairs(answer.scenario, one)) for one in answer.consistent],
        "difference": {
            "follows": answer.follows,
            "frees": answer.no_longer_required,
            "opens": answer.opens,
            "closes": answer.closes,
            "kept": answer.kept,
            "gained": answer.gained,
            "lost": answer.lost,
            "is_certain": answer.is_certain,
        },
        "likelihoods": json_ready(made.after.likelihoods),
        "before": json_ready(made.before.likelihoods),
        "has_priors": made.after.has_priors,
        "trends": json_ready(made.trends),
        "options": json_ready(made.options),
        "steps": json_ready(made.steps),
        "run": made.run_id,
    }


def _answer_lines(answer: WhatIfAnswer, texts: Texts) -> Iterable[str]:
    factors, made = answer.scenario.factors, answer.consequences
    found = answer.consistent
    yield texts("workshop.whatif_head", supposed=states_in_words(factors, answer.supposed), count=len(found))
    if not answer.result.is_complete:
        yield texts("workshop.whatif_cut_short")
    if not found and answer.result.is_complete:
        yield texts("workshop.whatif_none")
    for key, pairs in (
        ("follows", answer.follows),
        ("opens", answer.opens),
        ("closes", answer.closes),
        ("frees", answer.no_longer_required),
    ):
        if pairs:
            yield texts(f"workshop.whatif_{key}", states=states_in_words(factors, pairs))
    yield texts("workshop.whatif_priors" if made.after.has_priors else "workshop.whatif_counts")
    yield from _moved_lines(answer.scenario, made, dict(answer.supposed), texts)
    yield from _consequences(made, texts)


def _moved_lines(scenario: Scenario, made: WhatIfConsequences, forced: dict[str, str], texts: Texts) -> Iterable[str]:
    """States whose likelihood moved most."""
    moved = [
        (before, after)
        for before, after in zip(made.before.likelihoods, made.after.likelihoods, strict=True)
        if before.value != after.value and after.factor not in forced
    ]
    moved.sort(key=lambda both: -abs(both[1].value - both[0].value))
    for before, after in moved[:MOST_LINES]:
        yield texts(
            "workshop.likely_line",
            state=state_name(scenario.factors, (after.factor, after.state)),
            before=format_percent(before.value, texts.lang, digits=0),
            after=format_percent(after.value, texts.lang, digits=0),
            low=format_percent(after.low, texts.lang, digits=0),
            high=format_percent(after.high, texts.lang, digits=0),
        )


def _consequences(made: WhatIfConsequences, texts: Texts) -> Iterable[str]:
    for trend in made.trends:
        yield texts(
            "workshop.trend_line",
            title=trend.title,
            weeks=trend.weeks,
            supposed=format_percent(trend.supposed, texts.lang),
            projected=format_percent(trend.projected, texts.lang),
            low=format_percent(trend.low, texts.lang),
            high=format_percent(trend.high, texts.lang),
        )
    for option in made.options:
        if option.breaks is None:
            yield texts("workshop.option_unknown", name=option.name)
        else:
            key = "breaks" if option.breaks else "strained" if option.fails else "holds"
            fails = ", ".join(future for future, _ in option.fails) or "–"
            yield texts(f"workshop.option_{key}", name=option.name, fits=", ".join(option.fits), fails=fails)
    for step in made.steps:
        if step.breaks or step.gains:
            yield texts(
                "workshop.step_line" if step.step.confirmed else "workshop.step_line_unconfirmed",
                step=step.step.name,
                journey=step.journey,
                breaks=format_percent(step.breaks, texts.lang, digits=0),
                gains=format_percent(step.gains, texts.lang, digits=0),
            )


def _named(kept: FutureSet, arguments: Namespace) -> FutureSet:
    names = dict(parse_pair(text, "--name") for text in arguments.name)
    for wanted in names:
        find_future(kept, wanted)
    renamed = tuple(
        replace(future, name=names.get(future.id, names.get(future.name, future.name))) for future in kept.futures
    )
    return replace(kept, futures=renamed)


def _weighed(kept: FutureSet, arguments: Namespace) -> FutureSet:
    """With priors by hand; where only none-of-these is said, the others keep their proportions."""
    shares = dict(parse_future_shares(arguments.prior, kept, "--prior"))
    none = shares.pop(NONE_OF_THESE, arguments.none)
    if not shares and none is None:
        return kept
    if none is not None and not 0.0 <= none <= 1.0:
        raise NotAProbability(what=NONE_OF_THESE, found=none)
    if not shares and none is not None:
        total = sum(future.prior for future in kept.futures) or 1.0
        scaled = tuple(replace(future, prior=future.prior / total * (1.0 - none)) for future in kept.futures)
        return replace(kept, futures=scaled, none_of_these=none)
    weighed = tuple(replace(future, prior=shares.get(future.id, future.prior)) for future in kept.futures)
    return replace(kept, futures=weighed, none_of_these=kept.none_of_these if none is None else none, basis="hand")


def _future_line(scenario: Scenario, future: Future, now: dict[str, float], texts: Texts) -> str:
    return texts(
        "workshop.future_line",
        id=future.id,
        name=future.name,
        states=states_in_words(scenario.factors, future.states),
        prior=format_percent(future.prior, texts.lang),
        now=format_percent(now.get(future.id, 0.0), texts.lang),
    )


def _score(text: str, tunnel: StressTestInput, kept: FutureSet, arguments: Namespace) -> OptionScore:
    """Read "OPTION/FUTURE/CRITERION=N"; each by id or name."""
    cell, value = parse_pair(text, "--score")
    parts = [part.strip() for part in cell.split("/")]
    if len(parts) != 3:  # noqa: PLR2004 - three parts, as the help says
        raise UsageError(argument="--score", found=text, expected="OPTION/FUTURE/CRITERION=N")
    option = _id_of([(each.id, each.name) for each in tunnel.strategies], parts[0], "strategy")
    criterion = _id_of([(each.id, each.name) for each in tunnel.criteria], parts[2], "criterion")
    return OptionScore(
        strategy_id=option,
        future_id=find_future(kept, parts[1]).id,
        criterion_id=criterion,
        value=parse_number(value, "--score"),
        reason=arguments.reason,
        author=arguments.who,
    )


def _id_of(known: list[tuple[str, str]], wanted: str, kind: str) -> str:
    for key, name in known:
        if wanted in (key, name):
            return key
    raise NotFound(kind=kind, id=wanted)


def _option_lines(option: OptionReport, texts: Texts) -> Iterable[str]:
    yield texts(
        "workshop.move_line",
        name=option.strategy.name,
        move=texts(f"workshop.move_{option.move.value}"),
        satisfied=format_percent(option.satisfied, texts.lang, digits=0),
    )
    facts = {
        "best": ", ".join(option.best_in) or "–",
        "fails": ", ".join(option.fails_in) or "–",
        "regret": format_quantity(option.max_regret, texts.lang),
        "where": option.regret_in,
    }
    yield "  " + texts(f"workshop.reason_{option.move.value}", **facts)


def _panel_lines(scenario: Scenario, found: PanelComparison, texts: Texts) -> Iterable[str]:
    people = ", ".join(f"{who} {count}" for who, count in zip(found.people, found.counts, strict=True))
    yield texts("workshop.panel_people", people=people, agreement=format_percent(found.agreement, texts.lang, digits=0))
    for one in found.consensus[:MOST_LINES]:
        yield texts("workshop.panel_consensus", states=_states(scenario, one.states))
    for one in found.minority[:MOST_LINES]:
        yield texts("workshop.panel_minority", states=_states(scenario, one.states), people=", ".join(one.people))
    for cell in found.splitting:
        yield texts(
            "workshop.panel_cell",
            acting=state_name(scenario.factors, (cell.source_factor, cell.source_state)),
            acted=state_name(scenario.factors, (cell.target_factor, cell.target_state)),
            values=", ".join(f"{who} {value:+d}" for who, value in cell.values),
            median=format_quantity(cell.ballot.middle, texts.lang),
        )


def _states(scenario: Scenario, states: tuple[int, ...]) -> str:
    return " · ".join(factor.states[at].name for factor, at in zip(scenario.factors, states, strict=True))


def merged_beliefs(before: Beliefs, arguments: Namespace) -> Beliefs:
    """Earlier beliefs with new ones in place of those on the same events."""
    events = {event.id: event for event in before.events}
    for text in arguments.event:
        name, likely = parse_pair(text, "--event")
        known = next((event.id for event in events.values() if name in (event.id, event.name)), None)
        key = known or slug(name, taken=list(events))
        events[key] = Event(id=key, name=events[key].name if known else name, likely=parse_number(likely, "--event"))
    by_name = {event.name: event.id for event in events.values()} | {event.id: event.id for event in events.values()}
    told = {(one.event, one.given): one for one in before.conditionals}
    for text in arguments.given:
        both, likely = parse_pair(text, "--given")
        event, given = (by_name.get(part, part) for part in parse_pair(both, "--given", "|"))
        told[event, given] = ConditionalProbability(
            event=event, given=given, likely=parse_number(likely, "--given"), reason=arguments.reason
        )
    return Beliefs(events=tuple(events.values()), conditionals=tuple(told.values()))


def _belief_lines(beliefs: Beliefs, found: EventLikelihoods, texts: Texts) -> Iterable[str]:
    for event, likely, error in zip(beliefs.events, found.likely, found.errors, strict=True):
        yield texts(
            "workshop.event_line",
            name=event.name,
            said=format_percent(event.likely, texts.lang),
            worked=format_percent(likely, texts.lang),
            error=format_percent(2 * error, texts.lang) if error else "0",
        )
