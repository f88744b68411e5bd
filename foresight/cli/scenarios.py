"""scenario and panel: make, show, judge, solve, weigh and bring in scenarios, and the methods on them.

What comes of a method is shown as its JSON or as a plain table: the app has pages for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from foresight.cli.parsing import (
    TextPair,
    future_shares,
    json_ready,
    parse_integer,
    parse_number,
    parse_pair,
    parse_share,
)
from foresight.cli.program import Session, command
from foresight.i18n import Texts
from foresight.model.briefs import Story
from foresight.model.errors import DraftError, NotAProbability, NotFound, SearchTimedOut, UsageError
from foresight.model.scenarios import (
    NONE_OF_THESE,
    Beliefs,
    ConditionalProbability,
    Event,
    ExcludedPair,
    ExclusionKind,
    Exclusions,
    Factor,
    FutureSet,
    Judgement,
    OptionScore,
    RoundVotes,
    Scenario,
    StressTestInput,
)
from foresight.scenarios import cross_impact, scenario_files, stress_test
from foresight.scenarios.editing import with_free_factor
from foresight.scenarios.explanation import balance_in_words
from foresight.scenarios.futures import find_future
from foresight.scenarios.matrix import JUDGEMENT_SCALE, build_matrix, slug, solution_pairs, state_positions
from foresight.scenarios.panels import vote_item_id, with_rated_priors
from foresight.scenarios.scenario_service import is_solvable
from foresight.scenarios.state_likelihoods import priors_by_hand
from foresight.scenarios.structural_analysis import SuccessionRule
from foresight.scenarios.whatif import WhatIfAnswer

MANY_FACTORS = 20
"""Above it a search rarely comes to its end, and a room no longer sees through its own judgements."""
CELL, PRIOR, VOTE = "F=s>G=t:N", "F=s:P", "ITEM:N"
Words = Sequence[str]
Pairs = Annotated[Sequence[TextPair], parse_pair]
Shares = Annotated[Sequence[tuple[str, float]], parse_share]


@command("scenario list")
def list_scenarios(session: Session) -> None:
    """The scenarios of the ledger."""
    found = [
        {"id": s.id, "rev": s.rev, "title": s.title, "question": s.question, "horizon": s.horizon}
        | {"author": s.author, "saved": s.saved, "factors": len(s.factors), "judgements": len(s.judgements)}
        for s in session.services.scenarios.list()
    ]
    hint = () if found else (session.texts("workshop.no_scenarios"),)
    session.show(found, *hint, columns="id rev title factors judgements author saved")


@command("scenario show")
def show_scenario(session: Session, id: str, *, rev: int | None = None) -> None:
    """One scenario in full, with what is kept around it."""
    scenario = session.services.scenarios.get(id, rev=rev)
    likely = session.services.futures.likelihoods(scenario.id)
    saved = session.services.scenarios.revisions(scenario.id)
    revisions = [{"rev": s.rev, "author": s.author, "reason": s.reason, "saved": s.saved} for s in saved]
    moved = {"likelihoods": dict(likely.now), "updates": likely.updates}
    session.show(json_ready(scenario) | moved, revisions=revisions, futures=likely.futures)


@command("scenario new", signed=True)
def new_scenario(
    session: Session, *, title: str, question: str = "", horizon: str = "", trend: Words = (), factor: Words = ()
) -> None:
    """Keep a scenario made from trends and factors of one's own."""
    scenarios, trends, lang = session.services.scenarios, session.services.trends, session.texts.lang
    said: dict[str, Any] = {"title": title.strip(), "question": question.strip(), "horizon": horizon.strip()}
    if trend:
        made = scenarios.new(**said, lang=lang, trends=[trends.get(one).view for one in trend])
    else:
        made = Scenario(id=scenarios.new_id(), **said, lang=lang)
    for text in factor:
        name, states = parse_pair(text, "--factor", ":")
        made = with_free_factor(made, name, states.split(","))
    _show_saved(session, scenarios.save(made, who=session.who, reason=session.reason))


@command("scenario judge", signed=True)
def judge(session: Session, scenario: Scenario, cells: Words, *, confidence: float = 1.0, mine: bool = False) -> None:
    """Say how states act on states: on the scenario all share, or on a sheet of one's own."""
    panels = session.services.panels
    said = [_judgement(session, scenario, text, confidence) for text in cells]
    if mine:
        sheets = [one.content for one in panels.sheets(scenario.id) if one.content.who == session.who]
        own = _with_judgements(sheets[0].judgements if sheets else (), said)
        session.show(panels.judge(scenario, own, session.signature()))
        return
    changed = replace(scenario, judgements=_with_judgements(scenario.judgements, said))
    merged = session.services.scenarios.save_merged(changed, who=session.who, reason=session.reason)
    for clash in merged.conflicts:
        place = clash.place or clash.what
        session.printer.note("workshop.clash", place=place, theirs=clash.theirs, mine=clash.mine)
    _show_saved(session, merged.scenario)


@command("scenario prior", signed=True)
def prior(
    session: Session, scenario: Scenario, shares: Words = (), *, projection: bool = False, ratings: bool = False
) -> None:
    """Say how likely the states of factors are by themselves, or take that from projections or votes."""
    if projection:
        scenario = session.services.scenarios.refresh_priors(scenario)
    elif ratings:
        votes = session.services.panels.votes(scenario.id)
        scenario = with_rated_priors(scenario, [entry.content for entry in votes])
    elif not shares:
        raise UsageError(argument=PRIOR, found="–", expected=f"{PRIOR}, --projection, --ratings")
    by_factor: dict[str, list[tuple[str, float]]] = {}
    for text in shares:
        state, share = parse_pair(text, PRIOR, ":")
        ((factor, state_id),) = _state_ids(scenario, [state], PRIOR)
        by_factor.setdefault(factor, []).append((state_id, parse_number(share, PRIOR)))
    factors = tuple(priors_by_hand(f, by_factor[f.id]) if f.id in by_factor else f for f in scenario.factors)
    changed = replace(scenario, factors=factors)
    _show_saved(session, session.services.scenarios.save(changed, who=session.who, reason=session.reason))


@command("scenario import", signed=True)
def import_scenario(session: Session, file: Path, *, title: str = "", any_scale: bool = False) -> None:
    """Keep a scenario of a file."""
    made = scenario_files.import_scenario(file, any_scale=any_scale)
    made = replace(made, title=title.strip() or made.title)
    scenarios = session.services.scenarios
    _show_saved(session, scenarios.save(made, who=session.who, reason=session.reason or file.name))


@command("scenario export")
def export_scenario(session: Session, scenario: Scenario, file: Path) -> None:
    """Write a scenario into a file."""
    content = scenario_files.export_scenario(scenario, file.suffix.lower())
    try:
        file.write_text(content, encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(argument="FILE", found=file, expected=error.strerror or "FILE") from error
    session.show({"file": str(file), "scenario": scenario.id, "rev": scenario.rev})


@command("scenario solve")
def solve(
    session: Session,
    file: Path,
    *,
    force: Pairs = (),
    threshold: int = 0,
    budget: float = 60.0,
    any_scale: bool = False,
) -> None:
    """Search a matrix of a file, or of a scenario of the ledger, for consistent scenarios."""
    try:
        scenario = None if file.exists() else session.services.scenarios.get(str(file))
    except NotFound:
        scenario = None
    if scenario is not None:
        factors, matrix = scenario.factors, build_matrix(scenario, scale=None)
    else:
        factors, matrix = scenario_files.read_matrix(file, scale=None if any_scale else JUDGEMENT_SCALE)
    forced = [_forced_state(factors, *pair) for pair in force]
    if len(factors) > MANY_FACTORS:
        session.printer.note("workshop.many_factors", factors=len(factors), most=MANY_FACTORS)
    result = cross_impact.solve(matrix, forced=forced, threshold=threshold, budget_seconds=budget)
    key, facts = "count", dict[str, object](count=len(result.solutions), seconds=round(result.seconds, 1))
    if not result.is_complete:
        key = "cut_short"
    elif not result.solutions:
        nearest = cross_impact.solve_nearest(matrix, forced=forced, budget_seconds=budget).solutions
        key, facts = "none", {"nearest": nearest[0].inconsistency if nearest else "N"}
    table = [
        {factor.name: factor.states[at].name for factor, at in zip(factors, one.states, strict=True)}
        | {"total_impact": one.total_impact, "inconsistency": one.inconsistency}
        for one in result.solutions
    ]
    answer = scenario_files.solve_document(factors, result)
    session.show(answer, session.texts(f"cli.scenario_{key}", **facts), table=table)


@command("scenario why")
def why(session: Session, scenario: Scenario, *, number: int = 1) -> None:
    """Why a consistent scenario holds, how robust it is, and what would flip it."""
    structure = session.services.structure
    answer = session.services.scenarios.solve(scenario)
    solutions = answer.result.solutions
    if not solutions and not answer.result.is_complete:
        raise SearchTimedOut(scenario=scenario.title, seconds=round(answer.result.seconds))
    if not 1 <= number <= len(solutions):
        raise UsageError(argument="--number", found=number, expected=f"1 … {len(solutions)}")
    solution = solutions[number - 1]
    reasons = session.services.scenarios.why(scenario, solution).lines
    flips = structure.flips(scenario, solution.states)
    shown = {
        "states": _by_id(scenario, solution.states),
        "inconsistency": solution.inconsistency,
        "robustness": structure.robust(scenario, [solution]).shares[0],
        "breaks": flips.breaks,
        "makes": flips.makes,
    }
    said = (text for line in reasons for text in balance_in_words(line, scenario.factors, lang=session.texts.lang))
    session.show(shown | {"lines": reasons}, *said, table=shown)


@command("scenario whatif")
def whatif(session: Session, scenario: Scenario, *, force: Pairs = (), against: Pairs = ()) -> None:
    """What follows from supposing some states; beside another what-if where one is given."""
    if not against:
        session.show(_answer_document(session.services.whatif.ask(scenario, force)))
        return
    both = session.services.whatif.compare(scenario, force, against)
    document = {"left": _answer_document(both.left), "right": _answer_document(both.right), "sides": both.sides}
    session.show(document, table=both.sides)


@command("scenario futures", signed=True)
def futures(
    session: Session,
    scenario: Scenario,
    *,
    choose: int | None = None,
    near: bool = False,
    name: Pairs = (),
    prior: Shares = (),
    none: float | None = None,
) -> None:
    """The futures of a scenario: chosen, named and weighed where asked, and how likely they are now."""
    service = session.services.futures
    entry = service.get(scenario.id)
    chosen = entry.content if choose is None else service.choose(scenario, count=choose, near=near)
    names = {find_future(chosen, wanted).id: new for wanted, new in name}
    named = tuple(replace(one, name=names.get(one.id, one.name)) for one in chosen.futures)
    weighed = _weighed(replace(chosen, futures=named), dict(future_shares(prior, chosen)), none)
    if weighed != entry.content:
        service.save(scenario, weighed, session.signature(base=entry.rev))
    likely = service.likelihoods(scenario.id)
    hint = () if likely.futures.content.futures else (session.texts("workshop.no_futures", id=scenario.id),)
    session.show(likely.futures, *hint, likelihoods=dict(likely.now), updates=likely.updates)


@command("scenario stress", signed=True)
def stress(
    session: Session, scenario: Scenario, *, option: Words = (), criterion: Shares = (), score: Shares = ()
) -> None:
    """Options through every future: kept where scores are given, then reported."""
    service = session.services.stress
    entry = service.get(scenario.id)
    test = entry.content
    for name in option:
        test = stress_test.with_strategy(test, name)
    for name, threshold in criterion:
        test = stress_test.with_criterion(test, name, threshold)
    for cell, value in score:
        chosen = session.services.futures.get(scenario.id).content
        test = stress_test.with_score(test, _option_score(session, cell, value, test, chosen))
    if test != entry.content:
        service.save(scenario.id, test, session.signature(base=entry.rev))
    report = service.test(scenario.id)
    first = " / ".join(report.missing[0]) if report.missing else "–"
    hint = session.texts("workshop.stress_missing", missing=len(report.missing), first=first)
    session.show(report, *([hint] if report.missing or not report.options else []))


@command("scenario panel")
def panel(session: Session, scenario: Scenario) -> None:
    """Several people's judgements, each solved alone, and compared."""
    session.show(session.services.panels.panel(scenario))


@command("scenario influence")
def influence(session: Session, scenario: Scenario) -> None:
    """Who drives, who is driven: directly, along chains, and in the limit."""
    factors = [factor.id for factor in scenario.factors]
    session.show(session.services.structure.influence(scenario), factors=factors)


@command("scenario beliefs", signed=True)
def beliefs(session: Session, scenario: Scenario, *, event: Shares = (), given: Shares = ()) -> None:
    """Events with probabilities: checked, kept, and worked out in two ways."""
    service = session.services.beliefs
    entry = service.get(scenario.id)
    said = _merged_beliefs(entry.content, event, given, session.reason)
    if said != entry.content:
        service.save(scenario.id, said, session.signature(base=entry.rev))
    if not said.events:
        session.show(said, session.texts("workshop.no_beliefs", id=scenario.id))
        return
    session.show({"events": said.events, "likelihoods": service.evaluate_beliefs(said)})


@command("scenario coach")
def coach(session: Session, scenario: Scenario, *, event: Shares = (), given: Shares = ()) -> None:
    """Which beliefs, kept or typed here, cannot stand, and where each may lie; keeps nothing."""
    service = session.services.beliefs
    said = _merged_beliefs(service.get(scenario.id).content, event, given, "")
    if said.events:
        session.show(service.coach(said), events=said.events)
    else:
        session.show(said, session.texts("workshop.no_beliefs", id=scenario.id))


@command("scenario box", signed=True)
def box(
    session: Session,
    scenario: Scenario,
    *,
    exclude: Words = (),
    allow: Words = (),
    kind: Annotated[str, tuple(kind.value for kind in ExclusionKind)] = "logical",
    fix: Pairs = (),
) -> None:
    """The morphological box: pairs excluded or let in again where asked, then what is left standing."""
    structure = session.services.structure
    entry = structure.exclusions(scenario.id)
    kept = {frozenset((one.one, one.other)): one for one in entry.content.pairs}
    for text in allow:
        if kept.pop(frozenset(_two_states(scenario, text, "--allow")), None) is None:
            known = "; ".join(" | ".join("=".join(state) for state in one) for one in kept) or "–"
            raise UsageError(argument="--allow", found=text, expected=known)
    for text in exclude:
        one, other = _two_states(scenario, text, "--exclude")
        kept[frozenset((one, other))] = ExcludedPair(
            one=one, other=other, kind=ExclusionKind(kind), reason=session.reason, author=session.who
        )
    if Exclusions(pairs=tuple(kept.values())) != entry.content:
        structure.exclude(scenario, tuple(kept.values()), session.signature(base=entry.rev))
    report = structure.box(scenario, fix)
    closed = [
        [factor.id, state.id]
        for factor, is_open in zip(scenario.factors, report.open, strict=True)
        for state, state_is_open in zip(factor.states, is_open, strict=True)
        if not state_is_open
    ]
    answer = {
        "configurations": report.box.configurations,
        "cells": report.cells,
        "is_complete": report.box.is_complete,
        "count": len(report.box.survivors),
        "survivors": [_by_id(scenario, states) for states in report.box.survivors],
    }
    session.show(answer, excluded=report.exclusions, closed=closed)


@command("scenario axes")
def axes(session: Session, scenario: Scenario, *, poles: Pairs = (), most: int = 10) -> None:
    """Axes for a 2×2: admissible pairs ranked, the four corners of each checked against our own judgements."""
    votes = [entry.content for entry in session.services.panels.votes(scenario.id)]
    report = session.services.structure.axes(scenario, session.services.published.views(), votes)
    ends = {factor.id: (factor.states[0].id, factor.states[-1].id) for factor in scenario.factors}
    named = set()
    for factor, both in poles:
        said = [f"{factor}={state}" for state in parse_pair(both, "--poles", "/")]
        (key, low), (_, high) = _state_ids(scenario, said, "--poles")
        ends[key] = low, high
        named.add(key)
    shown = [pair for pair in report.pairs if pair.is_admissible][:most]
    # whoever names both axes has chosen them, also where the judgements tie them together
    shown += [pair for pair in report.pairs if {pair.one, pair.other} <= named and pair not in shown]
    checked = []
    for pair in shown:
        found = session.services.structure.corners(scenario, *((key, *ends[key]) for key in (pair.one, pair.other)))
        corners = [
            {"states": {f.id: f.states[state].id for at, state in (one.one, one.other) for f in [scenario.factors[at]]}}
            | {"completions": one.completions, "is_complete": one.is_complete, "is_coherent": one.is_coherent}
            for one in found
        ]
        checked.append({"one": pair.one, "other": pair.other, "corners": corners})
    rows = {"pairs": report.pairs, "corners": [corner for axis in checked for corner in axis["corners"]]}
    session.show(report, checked=checked, table=json_ready(report) | rows)


@command("scenario drift")
def drift(
    session: Session,
    scenario: Scenario,
    *,
    rule: Annotated[str, tuple(rule.value for rule in SuccessionRule)] = "global",
) -> None:
    """Where the system goes from every start: resting points, circles, and how many starts each draws in."""
    found = session.services.structure.drift(scenario, rule=SuccessionRule(rule))
    attractors = [
        {"basin": one.basin, "weight": one.weight, "cycle": [_by_id(scenario, states) for states in one.cycle]}
        for one in found.attractors
    ]
    answer = {"rule": rule, "starts": found.starts, "is_complete": found.is_complete, "attractors": attractors}
    session.show(answer, table=attractors)


@command("scenario story")
def story(session: Session, id: str, *, scenario: str = "", draft: bool = False) -> None:
    """One future of a scenario as a story. It is answered whatever becomes of the draft.

    Raises:
        DraftError: a draft was asked for and there is none; the story has been shown before.
    """
    texts, wanted = session.texts, {"which": scenario, "lang": session.texts.lang}
    found, drafted, failure = session.services.story.write(id, **wanted), None, None
    lines = [*_story_lines(found, texts)]
    if draft:
        try:
            made = session.services.drafts.draft(id, **wanted)
        except DraftError as error:
            failure = error
        else:
            drafted = {"is_draft": True, "model": made.model, **json_ready(made.story)}
            lines += ["", texts("story.draft_mark", model=made.model), texts("story.draft_note")]
            lines += _story_lines(made.story, texts, heading="story.draft_of")
    session.show(json_ready(found) | ({"draft": drafted} if draft else {}), *lines, table=[])
    if failure is not None:
        raise failure


@command("panel vote", signed=True)
def vote(session: Session, scenario: Scenario, votes: Words, *, round: int = 0) -> None:
    """Keep one's votes of a round; an item that was voted on before in the round gets the new vote."""
    panels = session.services.panels
    held = [entry.content for entry in panels.votes(scenario.id)]
    number = round or max((one.round for one in held), default=1)
    said = dict(next((one.votes for one in held if (one.who, one.round) == (session.who, number)), ()))
    for text in votes:
        item, value = parse_pair(text, VOTE, ":")
        said[vote_item_id(scenario, item)] = parse_number(value, VOTE)
    kept = RoundVotes(who=session.who, round=number, votes=tuple(said.items()))
    session.show(panels.vote(scenario.id, kept, session.signature()))


@command("panel rounds")
def rounds(session: Session, scenario: Scenario) -> None:
    """Medians and spreads per item and round, who stands apart, and whether another round is worth it."""
    found = session.services.panels.delphi(scenario.id)
    session.show(found, *(() if found.round else [session.texts("methods.no_votes", id=scenario.id)]))


def _show_saved(session: Session, scenario: Scenario) -> None:
    facts = {"id": scenario.id, "rev": scenario.rev, "title": scenario.title}
    hint = () if is_solvable(scenario) else (session.texts("workshop.not_solvable"),)
    session.show(scenario, session.texts("workshop.scenario_kept", **facts), *hint, table=[])


def _state_ids(scenario: Scenario, states: Words, argument: str) -> list[TextPair]:
    """States "F=s" as ids; factors and states by id or name."""
    places = state_positions(scenario.factors, [parse_pair(text, argument) for text in states])
    return [(scenario.factors[at].id, scenario.factors[at].states[state].id) for at, state in places]


def _two_states(scenario: Scenario, text: str, argument: str) -> list[TextPair]:
    """Read "F=s|G=t", states of different factors."""
    found = _state_ids(scenario, parse_pair(text, argument, "|"), argument)
    if found[0][0] == found[1][0]:
        raise UsageError(argument=argument, found=text, expected="F=s|G=t")
    return found


def _forced_state(factors: Sequence[Factor], name: str, state: str) -> tuple[int, int]:
    """A state as (factor index, state index), by its name, id or zero-based index."""
    states = next((factor.states for factor in factors if name in (factor.id, factor.name)), ())
    is_index = state.isdigit() and not any(state in (one.id, one.name) for one in states)
    if is_index and int(state) < len(states):
        state = states[int(state)].id
    (found,) = state_positions(factors, [(name, state)])
    return found


def _by_id(scenario: Scenario, states: Sequence[int]) -> dict[str, str]:
    return {factor.id: factor.states[at].id for factor, at in zip(scenario.factors, states, strict=True)}


def _judgement(session: Session, scenario: Scenario, text: str, confidence: float) -> Judgement:
    """Read "F=s>G=t:N"."""
    cell, value = parse_pair(text, CELL, ":")
    source, target = _state_ids(scenario, parse_pair(cell, CELL, ">"), CELL)
    return Judgement(
        source_factor=source[0],
        source_state=source[1],
        target_factor=target[0],
        target_state=target[1],
        value=parse_integer(value, CELL),
        reason=session.reason,
        author=session.who,
        confidence=confidence,
    )


def _with_judgements(earlier: Sequence[Judgement], said: Sequence[Judgement]) -> tuple[Judgement, ...]:
    """Earlier judgements with new ones in place of those on the same cells."""
    cells = {(j.source_factor, j.source_state, j.target_factor, j.target_state): j for j in (*earlier, *said)}
    return tuple(cells.values())


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
        "likelihoods": made.after.likelihoods,
        "before": made.before.likelihoods,
        "has_priors": made.after.has_priors,
        "trends": made.trends,
        "options": made.options,
        "steps": made.steps,
        "run": made.run_id,
    }


def _weighed(chosen: FutureSet, shares: dict[str, float], none: float | None) -> FutureSet:
    """With priors by hand; where only none-of-these is said, the others keep their proportions."""
    none = shares.pop(NONE_OF_THESE, none)
    if none is not None and not 0.0 <= none <= 1.0:
        raise NotAProbability(what=NONE_OF_THESE, found=none)
    rest = chosen.none_of_these if none is None else none
    if shares:
        weighed = tuple(replace(one, prior=shares.get(one.id, one.prior)) for one in chosen.futures)
        return replace(chosen, futures=weighed, none_of_these=rest, basis="hand")
    total = sum(one.prior for one in chosen.futures) or 1.0
    scaled = tuple(replace(one, prior=one.prior / total * (1.0 - rest)) for one in chosen.futures)
    return chosen if none is None else replace(chosen, futures=scaled, none_of_these=rest)


def _option_score(session: Session, cell: str, value: float, test: StressTestInput, chosen: FutureSet) -> OptionScore:
    """Read "OPTION/FUTURE/CRITERION"; each by id or name."""
    parts = [part.strip() for part in cell.split("/")]
    if len(parts) != 3:  # noqa: PLR2004 - three parts, as the help says
        raise UsageError(argument="--score", found=cell, expected="OPTION/FUTURE/CRITERION=N")
    strategy = next((one for one in test.strategies if parts[0] in (one.id, one.name)), None)
    criterion = next((one for one in test.criteria if parts[2] in (one.id, one.name)), None)
    if strategy is None or criterion is None:
        raise NotFound(kind="strategy", id=parts[0]) if strategy is None else NotFound(kind="criterion", id=parts[2])
    return OptionScore(
        strategy_id=strategy.id,
        future_id=find_future(chosen, parts[1]).id,
        criterion_id=criterion.id,
        value=value,
        reason=session.reason,
        author=session.who,
    )


def _merged_beliefs(
    before: Beliefs, said: Sequence[tuple[str, float]], given: Sequence[tuple[str, float]], reason: str
) -> Beliefs:
    """Earlier beliefs with new ones in place of those on the same events."""
    events = {event.id: event for event in before.events}
    for name, likely in said:
        known = next((event for event in events.values() if name in (event.id, event.name)), None)
        new = known or Event(id=slug(name, taken=list(events)), name=name, likely=likely)
        events[new.id] = replace(new, likely=likely)
    ids = {event.name: event.id for event in events.values()}
    conditionals = {(one.event, one.given): one for one in before.conditionals}
    for both, likely in given:
        event, condition = (ids.get(part, part) for part in parse_pair(both, "--given", "|"))
        one = ConditionalProbability(event=event, given=condition, likely=likely, reason=reason)
        conditionals[event, condition] = one
    return Beliefs(events=tuple(events.values()), conditionals=tuple(conditionals.values()))


def _story_lines(story_: Story, texts: Texts, *, heading: str = "") -> Iterator[str]:
    """The parts with the numbers of their sources, then what the numbers mean."""
    numbers = {ground.id: place for place, ground in enumerate(story_.grounds, 1)}
    heads = {part: texts(f"story.heading_{part}") for part in (*(part.kind.value for part in story_.parts), "sources")}
    if heading:
        heads = {part: texts(heading, heading=text) for part, text in heads.items()}
    yield texts("story.title_line", title=story_.title, id=story_.scenario_id, rev=story_.rev)
    for part in story_.parts:
        yield from ("", heads[part.kind.value]) if part.sentences else ()
        for one in part.sentences:
            yield f"  {one.text} [{', '.join(str(numbers[source]) for source in one.sources)}]"
    yield from ("", heads["sources"])
    for ground in story_.grounds:
        kind = texts(f"story.kind_{ground.kind.value}")
        yield f"  [{numbers[ground.id]}] {kind}: {ground.text} {ground.url}".rstrip()
