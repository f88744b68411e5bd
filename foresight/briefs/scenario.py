"""A what-if as a brief: the question, the futures that do not contradict themselves, and why each holds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from foresight.briefs import closing, workshop
from foresight.briefs.balance import Break, Standing, absent_states, shared_states, standings
from foresight.briefs.charts.render import specification
from foresight.briefs.charts.scenarios import is_chosen, scenario_matrix, scenario_names
from foresight.briefs.pen import Pen
from foresight.briefs.story import story_sections
from foresight.records import (
    Brief,
    Factor,
    Figure,
    Judgement,
    Run,
    Scenario,
    Section,
    Solution,
    SolveResult,
    Story,
    TrendView,
)
from foresight.text.stages import stage_name

_EXPLAINED = 2
_DRAWN = 8
_ARGUMENTS = 2
_ABSENT = 6
_UNSURE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """What the judgements allow.

    Attributes:
        free: the consistent scenarios with nothing forced.
        forced: those under the scenario's `forced` states, None where nothing is forced.
        story: one of its futures told, in the language of the brief; None leaves the sections out.
        breaks: what would end the futures that are explained, where anything would.
        made: what the room made of it.
    """

    free: SolveResult
    forced: SolveResult | None = None
    story: Story | None = None
    breaks: tuple[Break, ...] = ()
    made: workshop.Made = field(default_factory=workshop.Made)


def scenario_brief(
    scenario: Scenario, solved: Solved, views: Sequence[TrendView], *, lang: str, generation: int, run: Run
) -> Brief:
    """What one hands out about a what-if.

    Args:
        scenario: with its factors, judgements and citations.
        solved: what the judgements allow; the scenario people chose is explained first.
        views: the trends its factors were made from, as they stand now.
        lang: "fi" or "en".
        generation: of the archive that was read.
        run: the latest run; the scenario says itself which run it was made on.
    """
    pen, moment = Pen(lang), closing.as_of(run)
    shown = _ordered(scenario, solved.free.solutions)
    sections = (
        _question(scenario, pen),
        _factors(scenario, views, pen),
        _futures(scenario, shown, solved.free, pen),
        *workshop.likelihood_sections(scenario, solved.made, _labels(shown, pen), pen),
        *(story_sections(solved.story) if solved.story else ()),
        *_reasons(scenario, shown, solved.breaks, pen),
        *_forced(scenario, solved, pen),
        *workshop.option_sections(solved.made, pen),
        *workshop.signpost_sections(solved.made, pen),
        *workshop.forecast_sections(solved.made, pen),
        *workshop.decision_sections(solved.made, pen),
        _evidence(scenario, pen),
        _unknown(scenario, shown, solved, views, pen),
        workshop.answered(solved.made, pen) or closing.questions("scenario", pen),
        closing.method("scenario", pen, generation=generation, run=run, moment=moment),
    )
    return Brief(
        kind="scenario",
        subject_id=scenario.id,
        lang=pen.lang,
        title=scenario.title,
        claim=" ".join(filter(None, (_claim(scenario, solved.free, pen), workshop.likeliest(solved.made, pen)))),
        sections=sections,
        as_of=moment,
        generation=generation,
        run_id=run.id,
    )


def explained(scenario: Scenario, free: SolveResult) -> tuple[Solution, ...]:
    """The futures whose reasons a brief tells: the first, and those most unlike it."""
    shown = _ordered(scenario, free.solutions)
    return tuple(shown[at] for at in _unlike(shown, _EXPLAINED))


def _labels(shown: Sequence[Solution], pen: Pen) -> dict[tuple[int, ...], str]:
    """What the futures that are drawn are called, by their states."""
    drawn = shown[:_DRAWN]
    return {one.states: name for one, name in zip(drawn, scenario_names(len(drawn), pen.lang), strict=True)}


def _ordered(scenario: Scenario, solutions: Sequence[Solution]) -> tuple[Solution, ...]:
    """The chosen scenario first, then the most consistent, then those with most behind them."""
    return tuple(
        sorted(
            solutions,
            key=lambda s: (not is_chosen(scenario, s), s.inconsistency, -s.total_impact, s.states),
        )
    )


def _consistent(solutions: Sequence[Solution]) -> tuple[Solution, ...]:
    """Those that truly hold; a search that finds none may hand over near ones."""
    return tuple(solution for solution in solutions if solution.inconsistency == 0)


def _claim(scenario: Scenario, free: SolveResult, pen: Pen) -> str:
    consistent = len(_consistent(free.solutions))
    form = {0: "none", 1: "one"}.get(consistent, "many")
    if not consistent and not free.is_complete:
        return pen("claim_futures_unfinished")
    told = pen(
        f"claim_futures_{form}",
        count=pen.number(consistent),
        judgements=pen.number(sum(judgement.value != 0 for judgement in scenario.judgements)),
        possible=pen.number(math.prod(len(factor.states) for factor in scenario.factors)),
    )
    return told if free.is_complete else f"{told} {pen('claim_incomplete')}"


def _question(scenario: Scenario, pen: Pen) -> Section:
    horizon = (pen("horizon", horizon=scenario.horizon),) if scenario.horizon else ()
    narrative = tuple(part.strip() for part in scenario.narrative.split("\n\n") if part.strip())
    return Section(
        key="question", heading=pen("heading_question"), paragraphs=(scenario.question, *horizon, *narrative)
    )


def _factors(scenario: Scenario, views: Sequence[TrendView], pen: Pen) -> Section:
    """Each factor with its states and, where it was made from a trend, how that stands today."""
    by_id = {view.trend.id: view for view in views}
    rows = tuple((f.name, ", ".join(s.name for s in f.states), _origin(f, by_id, pen)) for f in scenario.factors)
    columns = pen.columns("factor", "states", "trend")
    return Section(key="factors", heading=pen("heading_factors"), columns=columns, rows=rows)


def _origin(factor: Factor, views: dict[str, TrendView], pen: Pen) -> str:
    view = views.get(factor.trend_id)
    if view is None:
        return pen("factor_free") if not factor.trend_id else pen("factor_trend_gone")
    return f"{view.title(pen.lang)} ({stage_name(view.trend.stage, pen.lang)})"


def _futures(scenario: Scenario, shown: Sequence[Solution], free: SolveResult, pen: Pen) -> Section:
    heading = pen("heading_futures")
    if not shown:
        none = "futures_none" if free.is_complete else "claim_futures_unfinished"
        return Section(key="futures", heading=heading, paragraphs=(pen(none),))
    drawn = shown[:_DRAWN]
    names = scenario_names(len(drawn), pen.lang)
    told = [_in_words(scenario, solution, name, pen) for name, solution in zip(names, drawn, strict=True)]
    figure = Figure(
        specification=specification(scenario_matrix(scenario, drawn, lang=pen.lang)),
        caption=pen("figure_futures_caption"),
        alternative=" ".join(told),
    )
    notes = [] if _consistent(shown) else [pen("futures_near")]
    if len(shown) > len(drawn):
        notes.append(pen("futures_more", shown=pen.number(len(drawn)), count=pen.number(len(shown))))
    if not free.is_complete:
        notes.append(pen("claim_incomplete"))
    common = shared_states(scenario, shown)
    if common and len(shown) > 1:
        notes.append(pen("futures_common", states=_pairs(common, pen)))
    return Section(key="futures", heading=heading, paragraphs=tuple(notes), figures=(figure,))


def _in_words(scenario: Scenario, solution: Solution, name: str, pen: Pen) -> str:
    states = [(f, f.states[at]) for f, at in zip(scenario.factors, solution.states, strict=True)]
    return pen("future_in_words", name=name, states=_pairs(states, pen))


def _pairs(pairs: Sequence[tuple[Factor, object]], pen: Pen) -> str:
    return pen.list(f"{factor.name}: {getattr(state, 'name', '')}" for factor, state in pairs)


def _reasons(scenario: Scenario, shown: Sequence[Solution], breaks: Sequence[Break], pen: Pen) -> Iterator[Section]:
    """Per future, what holds each state up, what speaks against it and what would end it."""
    ends = {one.states: one for one in breaks}
    for at in _unlike(shown, _EXPLAINED):
        name, solution = scenario_names(len(shown), pen.lang)[at], shown[at]
        held = standings(scenario, solution)
        key = "future_tied" if any(map(_is_tied, held)) else "future_firm"
        intro = pen(key if solution.inconsistency == 0 else "future_near", gap=pen.number(solution.inconsistency))
        yield Section(
            key=f"why_{name.lower()}",
            heading=pen("heading_why_future", name=name),
            paragraphs=(intro, _end(ends[solution.states], pen)) if solution.states in ends else (intro,),
            columns=pen.columns("state", "pro", "con"),
            rows=tuple(_row(scenario, standing, pen) for standing in held),
        )


def _end(found: Break, pen: Pen) -> str:
    """The least that would end a future, in words."""
    nudges = "; ".join(
        pen(
            "flip_nudge",
            acting=nudge.acting,
            acted=nudge.acted,
            before=pen.number(nudge.before, signed=True),
            after=pen.number(nudge.after, signed=True),
        )
        for nudge in found.nudges
    )
    return pen("flip_breaks", nudges=nudges, towards=found.towards)


def _unlike(shown: Sequence[Solution], most: int) -> list[int]:
    """The first future and those that share fewest states with the ones already taken."""
    taken = [0] if shown else []
    while len(taken) < min(most, len(shown)):
        left = [at for at in range(len(shown)) if at not in taken]
        taken.append(max(left, key=lambda at: (min(_apart(shown[at], shown[other]) for other in taken), -at)))
    return taken


def _apart(one: Solution, other: Solution) -> int:
    """In how many factors two futures differ."""
    return sum(a != b for a, b in zip(one.states, other.states, strict=True))


def _is_tied(standing: Standing) -> bool:
    return standing.lead == 0 and standing.rival is not None


def _row(scenario: Scenario, standing: Standing, pen: Pen) -> tuple[str, str, str]:
    """A state with the strongest judgements for and against it, with their reasons and authors."""
    pro, con = (
        [_argument(scenario, judgement, pen) for judgement in judgements[:_ARGUMENTS]]
        for judgements in (standing.pro, standing.con)
    )
    if not standing.pro and not standing.con:
        pro = [pen("held_unjudged")]
    if _is_tied(standing) and standing.rival:
        con.append(pen("held_tie", rival=standing.rival.name))
    state = pen("held_state", factor=standing.factor.name, state=standing.state.name)
    return state, "; ".join(pro) or "–", "; ".join(con) or "–"


def _argument(scenario: Scenario, judgement: Judgement, pen: Pen) -> str:
    factor = next((f for f in scenario.factors if f.id == judgement.source_factor), None)
    state = next((s for s in factor.states if s.id == judgement.source_state), None) if factor else None
    acting = f"{factor.name}: {state.name}" if factor and state else judgement.source_factor
    told = pen("argument", acting=acting, value=pen.number(judgement.value, signed=True))
    if judgement.reason:
        told = f"{told} – {judgement.reason.strip().rstrip('.')}"
    return f"{told} ({judgement.author})" if judgement.author else told


def _forced(scenario: Scenario, solved: Solved, pen: Pen) -> Iterator[Section]:
    """What follows when something is supposed."""
    if solved.forced is None or not scenario.forced:
        return
    pairs = [
        (factor, state)
        for factor in scenario.factors
        for state in factor.states
        if (factor.id, state.id) in scenario.forced
    ]
    yield Section(
        key="forced",
        heading=pen("heading_forced"),
        paragraphs=(pen("forced_supposed", states=_pairs(pairs, pen)),),
        bullets=tuple(_follows(scenario, _consistent(solved.forced.solutions), pen)),
    )


def _follows(scenario: Scenario, solutions: Sequence[Solution], pen: Pen) -> Iterator[str]:
    """How many futures are left, what all of them have, and what none has."""
    form = {0: "none", 1: "one"}.get(len(solutions), "many")
    yield pen(f"forced_count_{form}", count=pen.number(len(solutions)))
    settled = {factor for factor, _ in scenario.forced}
    must = [(factor, state) for factor, state in shared_states(scenario, solutions) if factor.id not in settled]
    settled |= {factor.id for factor, _ in must}
    never = [(factor, state) for factor, state in absent_states(scenario, solutions) if factor.id not in settled]
    if must:
        yield pen("forced_must", states=_pairs(must, pen))
    if never and solutions:
        yield pen("forced_never", states=_pairs(never[:_ABSENT], pen))


def _evidence(scenario: Scenario, pen: Pen) -> Section:
    heading = pen("heading_evidence")
    if not scenario.citations:
        return Section(key="evidence", heading=heading, paragraphs=(pen("evidence_uncited"),))
    rows = tuple(
        (
            pen.day(cited.published) if cited.published else "–",
            cited.title or cited.quote,
            cited.source_title or "–",
            cited.quote if cited.quote != cited.title else "",
        )
        for cited in scenario.citations
    )
    columns = pen.columns("date", "headline", "source", "quote")
    return Section(key="evidence", heading=heading, columns=columns, rows=rows, citations=scenario.citations)


def _unknown(
    scenario: Scenario, shown: Sequence[Solution], solved: Solved, views: Sequence[TrendView], pen: Pen
) -> Section:
    bullets = tuple(_doubts(scenario, solved, views, pen))
    if shown and any(map(_is_tied, standings(scenario, shown[0]))):
        bullets = (*bullets, pen("doubt_tied", name=scenario_names(1, pen.lang)[0]))
    return Section(
        key="unknown",
        heading=pen("heading_unknown"),
        paragraphs=() if bullets else (pen("doubt_none"),),
        bullets=(*bullets, pen("mind_judgements")),
    )


def _doubts(scenario: Scenario, solved: Solved, views: Sequence[TrendView], pen: Pen) -> Iterator[str]:
    """What the picture leans on too lightly."""
    judged = [judgement for judgement in scenario.judgements if judgement.value]
    bare = sum(not judgement.reason for judgement in judged)
    if bare:
        yield pen("doubt_reasons", bare=pen.number(bare), judgements=pen.number(len(judged)))
    unsure = sum(judgement.confidence < _UNSURE for judgement in judged)
    if unsure:
        yield pen("doubt_unsure", unsure=pen.number(unsure), judgements=pen.number(len(judged)))
    authors = {judgement.author for judgement in judged if judgement.author}
    if len(authors) == 1:
        yield pen("doubt_author", author=next(iter(authors)))
    if not scenario.citations:
        yield pen("doubt_citations")
    if not solved.free.is_complete:
        yield pen("claim_incomplete")
    gone = {factor.trend_id for factor in scenario.factors if factor.trend_id} - {view.trend.id for view in views}
    if gone:
        yield pen("doubt_gone", count=pen.number(len(gone)))
