"""scenario: solve a matrix of a file or of the ledger; make, show, judge, weigh, bring in and hand out scenarios."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from foresight.cli.printing import Printer
from foresight.cli.workshop import number, pair, plain, services, shares_in_words, signed, whole
from foresight.errors import NotFound, SearchCutShort, UnknownFactor, UnknownState, UsageError
from foresight.records import Factor, Judgement, Matrix, Scenario, SolveResult
from foresight.scenarios import balance, files, priors, search
from foresight.scenarios import factors as factor_rules
from foresight.scenarios.factors import state_name
from foresight.scenarios.matrix import SCALE, build
from foresight.services import editing
from foresight.services.panels import with_rated_priors
from foresight.services.scenarios import checked, is_solvable
from foresight.services.transfer import exported, imported
from foresight.text import Texts
from foresight.text.numbers import moment_text, percent
from foresight.text.numbers import number as told_number

MANY_FACTORS = 20
"""Above it a search rarely comes to its end, and a room no longer sees through its own judgements."""


def solve(arguments: Namespace, printer: Printer) -> int:
    """Search a matrix of a file or of a scenario of the ledger, answer with its consistent scenarios."""
    factors, matrix = _matrix_of(arguments)
    forced = tuple(forced_state(text, factors) for text in arguments.force)
    if len(factors) > MANY_FACTORS:
        printer.note_at("workshop.many_factors", factors=len(factors), most=MANY_FACTORS)
    result = search.solve(matrix, forced=forced, threshold=arguments.threshold, budget_seconds=arguments.budget)
    lines = [*_lines(factors, result, printer.texts)]
    if result.is_complete and not result.solutions:
        found = search.nearest(matrix, forced=forced, budget_seconds=arguments.budget).solutions
        lines = [printer.texts("cli.scenario_none", nearest=found[0].inconsistency if found else "N")]
    printer.answer(files.solve_answer(factors, result), lines)
    return 0


def list_(arguments: Namespace, printer: Printer) -> int:
    """The scenarios of the ledger."""
    kept = services(arguments).scenarios.list()
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
    desks = services(arguments)
    scenario = desks.scenarios.get(arguments.id, rev=arguments.rev)
    likely = desks.workshop.futures.likelihoods(scenario.id)
    revisions = desks.scenarios.revisions(scenario.id)
    document = plain(scenario) | {
        "revisions": [{"rev": s.rev, "author": s.author, "reason": s.reason, "saved": s.saved} for s in revisions],
        "futures": plain(likely.futures),
        "likelihoods": dict(likely.now),
        "updates": plain(likely.updates),
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
    desks = services(arguments)
    trends = [desks.trends.get(trend_id).view for trend_id in arguments.trend]
    free = [_free(text) for text in arguments.factor]
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
        made = editing.with_free(made, name, states)
    return _kept(desks.scenarios.save(made, who=signed(arguments).who, reason=arguments.reason), printer)


def judge(arguments: Namespace, printer: Printer) -> int:
    """Say how states act on states: on the scenario all share, or on a sheet of one's own."""
    desks = services(arguments)
    scenario = desks.scenarios.get(arguments.id)
    said = [_judgement(text, scenario, arguments) for text in arguments.cells]
    if arguments.mine:
        earlier = [s.content for s in desks.workshop.panels.sheets(scenario.id) if s.content.who == arguments.who]
        own = _put(earlier[0].judgements if earlier else (), said)
        sheet = desks.workshop.panels.judge(scenario, own, signed(arguments))
        printer.answer(plain(sheet), [printer.texts("workshop.sheet_kept", who=arguments.who, cells=len(own))])
        return 0
    changed = replace(scenario, judgements=_put(scenario.judgements, said))
    merged = desks.scenarios.save_together(changed, who=arguments.who, reason=arguments.reason)
    for clash in merged.clashes:
        printer.note_at("workshop.clash", place=clash.place or clash.what, theirs=clash.theirs, mine=clash.mine)
    return _kept(merged.scenario, printer)


def prior(arguments: Namespace, printer: Printer) -> int:
    """Say how likely the states of factors are by themselves, or take that from the projections."""
    desks = services(arguments)
    scenario = desks.scenarios.get(arguments.id)
    if arguments.projection:
        scenario = desks.scenarios.refresh_priors(scenario)
    elif arguments.ratings:
        votes = [entry.content for entry in desks.workshop.panels.votes(scenario.id)]
        scenario = with_rated_priors(scenario, votes)
    elif not arguments.shares:
        raise UsageError(argument="F=s:P", found="–", expected="F=s:P, --projection, --ratings")
    by_factor: dict[int, list[tuple[str, float]]] = {}
    for text in arguments.shares:
        told, share = pair(text, "F=s:P", ":")
        ((factor, state),) = factor_rules.place(scenario.factors, [pair(told, "F=s:P")])
        by_factor.setdefault(factor, []).append((scenario.factors[factor].states[state].id, number(share, "F=s:P")))
    factors = list(scenario.factors)
    for place, shares in by_factor.items():
        factors[place] = priors.by_hand(factors[place], shares)
    changed = replace(scenario, factors=tuple(factors))
    return _kept(desks.scenarios.save(changed, who=arguments.who, reason=arguments.reason), printer)


def import_(arguments: Namespace, printer: Printer) -> int:
    """Keep a scenario of a file."""
    made = imported(arguments.file, any_scale=arguments.any_scale)
    titled = replace(made, title=arguments.title.strip() or made.title)
    reason = arguments.reason or arguments.file.name
    return _kept(services(arguments).scenarios.save(titled, who=arguments.who, reason=reason), printer)


def export(arguments: Namespace, printer: Printer) -> int:
    """Write a scenario into a file."""
    scenario = services(arguments).scenarios.get(arguments.id)
    path: Path = arguments.file
    content = exported(scenario, path.suffix.lower())
    try:
        path.write_text(content, encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(argument="FILE", found=path, expected=error.strerror or "FILE") from error
    printer.answer({"file": str(path), "scenario": scenario.id, "rev": scenario.rev}, [str(path)])
    return 0


def why(arguments: Namespace, printer: Printer) -> int:
    """Why a consistent scenario holds, how robust it is, and what would flip it."""
    desks = services(arguments)
    scenario = desks.scenarios.get(arguments.id)
    answer = desks.scenarios.solve(scenario)
    solutions = answer.result.solutions
    if not solutions and not answer.result.is_complete:
        raise SearchCutShort(scenario=scenario.title, seconds=round(answer.result.seconds))
    if not 1 <= arguments.number <= len(solutions):
        raise UsageError(argument="--number", found=arguments.number, expected=f"1 … {len(solutions)}")
    solution = solutions[arguments.number - 1]
    reasons = desks.scenarios.why(scenario, solution)
    flips = desks.workshop.structure.flips(scenario, solution.states)
    robust = desks.workshop.structure.robust(scenario, [solution])
    texts = printer.texts
    lines = [sentence for line in reasons.lines for sentence in balance.words(line, scenario.factors, lang=texts.lang)]
    lines.append(texts("workshop.robust", share=percent(robust.shares[0], texts.lang), draws=robust.draws))
    lines += [_flip_line(scenario, flip, "breaks", texts) for flip in flips.breaks[:1]]
    lines += [_flip_line(scenario, flip, "makes", texts) for flip in flips.makes]
    document = {
        "states": {f.id: f.states[at].id for f, at in zip(scenario.factors, solution.states, strict=True)},
        "inconsistency": solution.inconsistency,
        "lines": plain(reasons.lines),
        "robustness": robust.shares[0],
        "breaks": plain(flips.breaks),
        "makes": plain(flips.makes),
    }
    printer.answer(document, lines)
    return 0


def forced_state(text: str, factors: Sequence[Factor]) -> tuple[int, int]:
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
        raise UnknownFactor(factor=name, known=factor_rules.known_as((factor.id, factor.name) for factor in factors))
    states = factors[place].states
    found = next((n for n, state in enumerate(states) if wanted in (state.name, state.id)), None)
    if found is None and wanted.isdigit() and int(wanted) < len(states):
        found = int(wanted)
    if found is None:
        known = factor_rules.known_as((state.id, state.name) for state in states)
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


def _matrix_of(arguments: Namespace) -> tuple[Sequence[Factor], Matrix]:
    """The matrix of a file, or where there is no such file, of the scenario of that id."""
    if not arguments.file.exists():
        try:
            scenario = services(arguments).scenarios.get(str(arguments.file))
        except NotFound:
            pass
        else:
            return scenario.factors, build(scenario, scale=None)
    return files.read_matrix(arguments.file, scale=None if arguments.any_scale else SCALE)


def _kept(scenario: Scenario, printer: Printer) -> int:
    texts = printer.texts
    lines = [texts("workshop.scenario_kept", id=scenario.id, rev=scenario.rev, title=scenario.title)]
    if not is_solvable(scenario):
        lines.append(texts("workshop.not_solvable"))
    printer.answer(plain(scenario), [*lines, *_checked_lines(scenario, texts)])
    return 0


def _free(text: str) -> tuple[str, list[str]]:
    name, states = pair(text, "--factor", ":")
    return name, states.split(",")


def _judgement(text: str, scenario: Scenario, arguments: Namespace) -> Judgement:
    """Read "F=s>G=t:N"; factors and states by id or name."""
    cell, value = pair(text, "F=s>G=t:N", ":")
    acting, acted = pair(cell, "F=s>G=t:N", ">")
    places = factor_rules.place(scenario.factors, [pair(acting, "F=s>G=t:N"), pair(acted, "F=s>G=t:N")])
    (source, source_state), (target, target_state) = (
        (scenario.factors[factor].id, scenario.factors[factor].states[state].id) for factor, state in places
    )
    return Judgement(
        source_factor=source,
        source_state=source_state,
        target_factor=target,
        target_state=target_state,
        value=whole(value, "F=s>G=t:N"),
        reason=arguments.reason,
        author=arguments.who,
        confidence=arguments.confidence,
    )


def _put(earlier: Sequence[Judgement], said: Sequence[Judgement]) -> tuple[Judgement, ...]:
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
        saved=moment_text(scenario.saved, texts.lang) if scenario.saved else "–",
        reason=scenario.reason or "–",
    )


def _factor_lines(scenario: Scenario, texts: Texts) -> Iterable[str]:
    for factor in scenario.factors:
        states = ", ".join(
            state.name + (f" {percent(state.prior, texts.lang)}" if state.prior is not None else "")
            for state in factor.states
        )
        origin = factor.prior_origin.value or "none"
        yield texts("workshop.factor_line", name=factor.name, states=states, origin=texts(f"workshop.origin_{origin}"))


def _checked_lines(scenario: Scenario, texts: Texts) -> Iterable[str]:
    if not is_solvable(scenario):
        return
    state = checked(scenario)
    yield texts("workshop.judged", judged=state.judged, groups=state.groups)
    for source, acting, target, total in state.unbalanced[:3]:
        told = told_number(total, texts.lang, signed=True)
        acts = state_name(scenario.factors, (source.id, acting))
        yield texts("workshop.unbalanced", acting=acts, target=target.name, total=told)


def _flip_line(scenario: Scenario, flip: balance.Flip, kind: str, texts: Texts) -> str:
    changes = "; ".join(
        f"{state_name(scenario.factors, (c.source_factor, c.source_state))} → "
        f"{state_name(scenario.factors, (c.target_factor, c.target_state))}: "
        f"{told_number(c.before, texts.lang, signed=True)} → {told_number(c.after, texts.lang, signed=True)}"
        for c in flip.changes
    )
    towards = state_name(scenario.factors, (flip.factor, flip.towards))
    return texts(f"workshop.flip_{kind}", towards=towards, changes=changes)
