"""scenario: solve a matrix of a file or of the ledger; make, show, judge, weigh, bring in and hand out scenarios."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from foresight.cli.printing import Printer
from foresight.cli.workshop import (
    json_ready,
    open_services,
    parse_integer,
    parse_number,
    parse_pair,
    shares_in_words,
    signature,
)
from foresight.i18n import Texts
from foresight.i18n.formatting import format_moment, format_percent
from foresight.i18n.formatting import format_number as told_number
from foresight.model.errors import NotFound, SearchTimedOut, UnknownFactor, UnknownState, UsageError
from foresight.model.scenarios import Factor, ImpactMatrix, Judgement, Scenario, SolveResult
from foresight.scenarios import cross_impact, editing, explanation, scenario_files, state_likelihoods
from foresight.scenarios import matrix as factor_rules
from foresight.scenarios.matrix import JUDGEMENT_SCALE, build_matrix, state_name
from foresight.scenarios.panels import with_rated_priors
from foresight.scenarios.scenario_files import export_scenario, import_scenario
from foresight.scenarios.scenario_service import is_solvable, judgement_progress

MANY_FACTORS = 20
"""Above it a search rarely comes to its end, and a room no longer sees through its own judgements."""


def solve(arguments: Namespace, printer: Printer) -> int:
    """Search a matrix of a file or of a scenario of the ledger, answer with its consistent scenarios."""
    factors, matrix = _matrix_of(arguments)
    forced = tuple(parse_forced_state(text, factors) for text in arguments.force)
    if len(factors) > MANY_FACTORS:
        printer.note_text("workshop.many_factors", factors=len(factors), most=MANY_FACTORS)
    result = cross_impact.solve(matrix, forced=forced, threshold=arguments.threshold, budget_seconds=arguments.budget)
    lines = [*_lines(factors, result, printer.texts)]
    if result.is_complete and not result.solutions:
        found = cross_impact.solve_nearest(matrix, forced=forced, budget_seconds=arguments.budget).solutions
        lines = [printer.texts("cli.scenario_none", nearest=found[0].inconsistency if found else "N")]
    printer.answer(scenario_files.solve_document(factors, result), lines)
    return 0


def list_(arguments: Namespace, printer: Printer) -> int:
    """The scenarios of the ledger."""
    kept = open_services(arguments).scenarios.list()
    printer.answer(
        [
            {"id": s.id, "rev": s.rev, "title": s.title, "question": s.question, "horizon": s.horizon}
            | {"author": s.author, "saved": s.saved, "factors": len(s.factors), "judgements": len(s.judgements)}
            for s in kept
        ],
        [_scenario_line(scenario, printer.texts) for scenario in kept] or [printer.texts("workshop.no_scenarios")],
    )
    return 0


def show(arguments: Namespace, printer: Printer) -> int:
    """One scenario in full, with what is kept around it."""
    desks = open_services(arguments)
    scenario = desks.scenarios.get(arguments.id, rev=arguments.rev)
    likely = desks.futures.likelihoods(scenario.id)
    revisions = desks.scenarios.revisions(scenario.id)
    document = json_ready(scenario) | {
        "revisions": [{"rev": s.rev, "author": s.author, "reason": s.reason, "saved": s.saved} for s in revisions],
        "futures": json_ready(likely.futures),
        "likelihoods": dict(likely.now),
        "updates": json_ready(likely.updates),
    }
    texts = printer.texts
    lines = [_scenario_line(scenario, texts), scenario.question, *_factor_lines(scenario, texts)]
    lines += _checked_lines(scenario, texts)
    if likely.futures.rev:
        lines.append(texts("workshop.likelihoods", shares=shares_in_words(likely.now, likely.futures.content, texts)))
    lines += [_revision_line(one, texts) for one in revisions]
    printer.answer(document, lines)
    return 0


def new(arguments: Namespace, printer: Printer) -> int:
    """Keep a scenario made from trends and factors of one's own."""
    desks = open_services(arguments)
    trends = [desks.trends.get(trend_id).view for trend_id in arguments.trend]
    free = [_parse_free_factor(text) for text in arguments.factor]
    if trends:
        made = desks.scenarios.new(
            title=arguments.title,
            question=arguments.question,
            horizon=arguments.horizon,
            lang=printer.texts.lang,
            trends=trends,
        )
    else:
        made = Scenario(
            id=desks.scenarios.new_id(),
            title=arguments.title.strip(),
            question=arguments.question.strip(),
            horizon=arguments.horizon.strip(),
            lang=printer.texts.lang,
        )
    for name, states in free:
        made = editing.with_free_factor(made, name, states)
    return _print_saved(desks.scenarios.save(made, who=signature(arguments).who, reason=arguments.reason), printer)


def judge(arguments: Namespace, printer: Printer) -> int:
    """Say how states act on states: on the scenario all share, or on a sheet of one's own."""
    desks = open_services(arguments)
    scenario = desks.scenarios.get(arguments.id)
    said = [_judgement(text, scenario, arguments) for text in arguments.cells]
    if arguments.mine:
        earlier = [s.content for s in desks.panels.sheets(scenario.id) if s.content.who == arguments.who]
        own = _with_judgements(earlier[0].judgements if earlier else (), said)
        sheet = desks.panels.judge(scenario, own, signature(arguments))
        printer.answer(json_ready(sheet), [printer.texts("workshop.sheet_kept", who=arguments.who, cells=len(own))])
        return 0
    changed = replace(scenario, judgements=_with_judgements(scenario.judgements, said))
    merged = desks.scenarios.save_merged(changed, who=arguments.who, reason=arguments.reason)
    for clash in merged.conflicts:
        printer.note_text("workshop.clash", place=clash.place or clash.what, theirs=clash.theirs, mine=clash.mine)
    return _print_saved(merged.scenario, printer)


def prior(arguments: Namespace, printer: Printer) -> int:
    """Say how likely the states of factors are by themselves, or take that from the projections."""
    desks = open_services(arguments)
    scenario = desks.scenarios.get(arguments.id)
    if arguments.projection:
        scenario = desks.scenarios.refresh_priors(scenario)
    elif arguments.ratings:
        votes = [entry.content for entry in desks.panels.votes(scenario.id)]
        scenario = with_rated_priors(scenario, votes)
    elif not arguments.shares:
        raise UsageError(argument="F=s:P", found="–", expected="F=s:P, --projection, --ratings")
    by_factor: dict[int, list[tuple[str, float]]] = {}
    for text in arguments.shares:
        told, share = parse_pair(text, "F=s:P", ":")
        ((factor, state),) = factor_rules.state_positions(scenario.factors, [parse_pair(told, "F=s:P")])
        by_factor.setdefault(factor, []).append(
            (scenario.factors[factor].states[state].id, parse_number(share, "F=s:P"))
        )
    factors = list(scenario.factors)
    for place, shares in by_factor.items():
        factors[place] = state_likelihoods.priors_by_hand(factors[place], shares)
    changed = replace(scenario, factors=tuple(factors))
    return _print_saved(desks.scenarios.save(changed, who=arguments.who, reason=arguments.reason), printer)


def import_(arguments: Namespace, printer: Printer) -> int:
    """Keep a scenario of a file."""
    made = import_scenario(arguments.file, any_scale=arguments.any_scale)
    titled = replace(made, title=arguments.title.strip() or made.title)
    reason = arguments.reason or arguments.file.name
    return _print_saved(open_services(arguments).scenarios.save(titled, who=arguments.who, reason=reason), printer)


def export(arguments: Namespace, printer: Printer) -> int:
    """Write a scenario into a file."""
    scenario = open_services(arguments).scenarios.get(arguments.id)
    path: Path = arguments.file
    content = export_scenario(scenario, path.suffix.lower())
    try:
        path.write_text(content, encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(argument="FILE", found=path, expected=error.strerror or "FILE") from error
    printer.answer({"file": str(path), "scenario": scenario.id, "rev": scenario.rev}, [str(path)])
    return 0


def why(arguments: Namespace, printer: Printer) -> int:
    """Why a consistent scenario holds, how robust it is, and what would flip it."""
    desks = open_services(arguments)
    scenario = desks.scenarios.get(arguments.id)
    answer = desks.scenarios.solve(scenario)
    solutions = answer.result.solutions
    if not solutions and not answer.result.is_complete:
        raise SearchTimedOut(scenario=scenario.title, seconds=round(answer.result.seconds))
    if not 1 <= arguments.number <= len(solutions):
        raise UsageError(argument="--number", found=arguments.number, expected=f"1 … {len(solutions)}")
    solution = solutions[arguments.number - 1]
    reasons = desks.scenarios.why(scenario, solution)
    flips = desks.structure.flips(scenario, solution.states)
    robust = desks.structure.robust(scenario, [solution])
    texts = printer.texts
    lines = [
        sentence
        for line in reasons.lines
        for sentence in explanation.balance_in_words(line, scenario.factors, lang=texts.lang)
    ]
    lines.append(texts("workshop.robust", share=format_percent(robust.shares[0], texts.lang), draws=robust.draws))
    lines += [_flip_line(scenario, flip, "breaks", texts) for flip in flips.breaks[:1]]
    lines += [_flip_line(scenario, flip, "makes", texts) for flip in flips.makes]
    document = {
        "states": {f.id: f.states[at].id for f, at in zip(scenario.factors, solution.states, strict=True)},
        "inconsistency": solution.inconsistency,
        "lines": json_ready(reasons.lines),
        "robustness": robust.shares[0],
        "breaks": json_ready(flips.breaks),
        "makes": json_ready(flips.makes),
    }
    printer.answer(document, lines)
    return 0


def parse_forced_state(text: str, factors: Sequence[Factor]) -> tuple[int, int]:
    """Read "D=s" as (factor index, state index): D is an id or a name, s a state name, id or zero-based index.

    Raises:
        UsageError: the words are not of that form.
        UnknownFactor, UnknownState: there is no such descriptor or state.
    """
    name, separator, wanted = (part.strip() for part in text.partition("="))
    if not separator:
        raise UsageError(argument="--force", found=text, expected="D=s")
    place = next((n for n, factor in enumerate(factors) if name in (factor.id, factor.name)), None)
    if place is None:
        raise UnknownFactor(
            factor=name, known=factor_rules.ids_and_names((factor.id, factor.name) for factor in factors)
        )
    states = factors[place].states
    found = next((n for n, state in enumerate(states) if wanted in (state.name, state.id)), None)
    if found is None and wanted.isdigit() and int(wanted) < len(states):
        found = int(wanted)
    if found is None:
        known = factor_rules.ids_and_names((state.id, state.name) for state in states)
        raise UnknownState(factor=factors[place].name, state=wanted, known=known)
    return place, found


def _lines(factors: Sequence[Factor], result: SolveResult, texts: Texts) -> Iterable[str]:
    count = len(result.solutions)
    if not result.is_complete:
        yield texts("cli.scenario_cut_short", count=count, seconds=round(result.seconds, 1))
    elif count:
        yield texts("cli.scenario_count", count=count)
    for place, solution in enumerate(result.solutions, 1):
        states = " · ".join(f.states[s].name for f, s in zip(factors, solution.states, strict=True))
        yield texts(
            "cli.scenario_line",
            number=place,
            states=states,
            total_impact=solution.total_impact,
            inconsistency=solution.inconsistency,
        )


def _matrix_of(arguments: Namespace) -> tuple[Sequence[Factor], ImpactMatrix]:
    """The matrix of a file, or where there is no such file, of the scenario of that id."""
    if not arguments.file.exists():
        try:
            scenario = open_services(arguments).scenarios.get(str(arguments.file))
        except NotFound:
            pass
        else:
            return scenario.factors, build_matrix(scenario, scale=None)
    return scenario_files.read_matrix(arguments.file, scale=None if arguments.any_scale else JUDGEMENT_SCALE)


def _print_saved(scenario: Scenario, printer: Printer) -> int:
    texts = printer.texts
    lines = [texts("workshop.scenario_kept", id=scenario.id, rev=scenario.rev, title=scenario.title)]
    if not is_solvable(scenario):
        lines.append(texts("workshop.not_solvable"))
    printer.answer(json_ready(scenario), [*lines, *_checked_lines(scenario, texts)])
    return 0


def _parse_free_factor(text: str) -> tuple[str, list[str]]:
    name, states = parse_pair(text, "--factor", ":")
    return name, states.split(",")


def _judgement(text: str, scenario: Scenario, arguments: Namespace) -> Judgement:
    """Read "F=s>G=t:N"; factors and states by id or name."""
    cell, value = parse_pair(text, "F=s>G=t:N", ":")
    acting, acted = parse_pair(cell, "F=s>G=t:N", ">")
    places = factor_rules.state_positions(
        scenario.factors, [parse_pair(acting, "F=s>G=t:N"), parse_pair(acted, "F=s>G=t:N")]
    )
    (source, source_state), (target, target_state) = (
        (scenario.factors[factor].id, scenario.factors[factor].states[state].id) for factor, state in places
    )
    return Judgement(
        source_factor=source,
        source_state=source_state,
        target_factor=target,
        target_state=target_state,
        value=parse_integer(value, "F=s>G=t:N"),
        reason=arguments.reason,
        author=arguments.who,
        confidence=arguments.confidence,
    )


def _with_judgements(earlier: Sequence[Judgement], said: Sequence[Judgement]) -> tuple[Judgement, ...]:
    """Earlier judgements with new ones in place of those on the same cells."""
    cells = {(j.source_factor, j.source_state, j.target_factor, j.target_state): j for j in (*earlier, *said)}
    return tuple(cells.values())


def _scenario_line(scenario: Scenario, texts: Texts) -> str:
    return texts(
        "workshop.scenario_line",
        id=scenario.id,
        rev=scenario.rev,
        title=scenario.title,
        factors=len(scenario.factors),
        judgements=len(scenario.judgements),
    )


def _revision_line(scenario: Scenario, texts: Texts) -> str:
    return texts(
        "workshop.revision_line",
        rev=scenario.rev,
        author=scenario.author or "–",
        saved=format_moment(scenario.saved, texts.lang) if scenario.saved else "–",
        reason=scenario.reason or "–",
    )


def _factor_lines(scenario: Scenario, texts: Texts) -> Iterable[str]:
    for factor in scenario.factors:
        states = ", ".join(
            state.name + (f" {format_percent(state.prior, texts.lang)}" if state.prior is not None else "")
            for state in factor.states
        )
        origin = factor.prior_origin.value or "none"
        yield texts("workshop.factor_line", name=factor.name, states=states, origin=texts(f"workshop.origin_{origin}"))


def _checked_lines(scenario: Scenario, texts: Texts) -> Iterable[str]:
    if not is_solvable(scenario):
        return
    state = judgement_progress(scenario)
    yield texts("workshop.judged", judged=state.judged, groups=state.groups)
    for source, acting, target, total in state.unbalanced[:3]:
        told = told_number(total, texts.lang, signed=True)
        acts = state_name(scenario.factors, (source.id, acting))
        yield texts("workshop.unbalanced", acting=acts, target=target.name, total=told)


def _flip_line(scenario: Scenario, flip: explanation.ScenarioFlip, kind: str, texts: Texts) -> str:
    changes = "; ".join(
        f"{state_name(scenario.factors, (c.source_factor, c.source_state))} → "
        f"{state_name(scenario.factors, (c.target_factor, c.target_state))}: "
        f"{told_number(c.before, texts.lang, signed=True)} → {told_number(c.after, texts.lang, signed=True)}"
        for c in flip.changes
    )
    towards = state_name(scenario.factors, (flip.factor, flip.towards))
    return texts(f"workshop.flip_{kind}", towards=towards, changes=changes)
