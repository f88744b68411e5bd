"""Why a scenario holds: which judgements speak for and against each of its states.

A story as sections of a brief: every sentence with the numbers of its sources, and the sources in tables.

A what-if as a brief: the question, the futures that do not contradict themselves, and why each holds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from foresight.i18n import Texts
from foresight.i18n.trend_sentences import stage_name
from foresight.model.briefs import Brief, Figure, Section, Story, StorySource, StorySourceKind
from foresight.model.decisions import TrendView
from foresight.model.runs import Run
from foresight.model.scenarios import Citation, Factor, Judgement, Scenario, Solution, SolveResult, State
from foresight.reports import closing_sections, workshop_sections
from foresight.reports.charts.render import specification
from foresight.reports.charts.scenarios import is_chosen_solution, scenario_matrix, solution_labels
from foresight.reports.messages import BriefMessages


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorBalance:
    """One factor in a scenario.

    Attributes:
        score: sum of the judgements of the other factors' states on its state.
        lead: by how much the score beats that of the best other state; 0 is a tie, below 0 the state does not hold.
        rival: that other state, None where the factor has one state only.
        pro, con: judgements for and against the state, strongest first.
    """

    factor: Factor
    state: State
    score: int
    lead: int
    rival: State | None
    supporting: tuple[Judgement, ...]
    opposing: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadableChange:
    """One judgement moved: the acting state and the one it acts on, as people read them, from `before` to `after`."""

    acting: str
    acted: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FutureBreak:
    """The fewest judgements whose change would end a future; towards: the state that would then hold instead."""

    states: tuple[int, ...]
    towards: str
    nudges: tuple[ReadableChange, ...]


def factor_balances(scenario: Scenario, solution: Solution) -> tuple[FactorBalance, ...]:
    """Every factor of the scenario in a solution, in the order of the factors."""
    states = [factor.states[at] for factor, at in zip(scenario.factors, solution.states, strict=True)]
    holding = {factor.id: state.id for factor, state in zip(scenario.factors, states, strict=True)}
    acting = [j for j in scenario.judgements if holding.get(j.source_factor) == j.source_state and j.value]
    return tuple(_factor_balance(factor, state, acting) for factor, state in zip(scenario.factors, states, strict=True))


def _factor_balance(factor: Factor, state: State, acting: Sequence[Judgement]) -> FactorBalance:
    on_factor = [j for j in acting if j.target_factor == factor.id]
    score = {other.id: sum(j.value for j in on_factor if j.target_state == other.id) for other in factor.states}
    others = [other for other in factor.states if other.id != state.id]
    rival = max(others, key=lambda other: score[other.id], default=None)
    on_state = sorted((j for j in on_factor if j.target_state == state.id), key=lambda j: -abs(j.value))
    return FactorBalance(
        factor=factor,
        state=state,
        score=score[state.id],
        lead=score[state.id] - score[rival.id] if rival else 0,
        rival=rival,
        supporting=tuple(j for j in on_state if j.value > 0),
        opposing=tuple(j for j in on_state if j.value < 0),
    )


def shared_states(scenario: Scenario, solutions: Sequence[Solution]) -> tuple[tuple[Factor, State], ...]:
    """(factor, state) pairs that every solution agrees on; none for fewer than one solution."""
    if not solutions:
        return ()
    return tuple(
        (factor, factor.states[solutions[0].states[at]])
        for at, factor in enumerate(scenario.factors)
        if len({solution.states[at] for solution in solutions}) == 1
    )


def absent_states(scenario: Scenario, solutions: Sequence[Solution]) -> Iterator[tuple[Factor, State]]:
    """(factor, state) pairs that no solution has."""
    for at, factor in enumerate(scenario.factors):
        seen = {solution.states[at] for solution in solutions}
        yield from ((factor, state) for index, state in enumerate(factor.states) if index not in seen)


def story_sections(story: Story) -> Iterator[Section]:
    """One section per part, then what its sentences rest on; articles in a table of their own that leads to them."""
    say = Texts(story.lang)
    numbers = {ground.id: place for place, ground in enumerate(story.grounds, 1)}
    for part in story.parts:
        if part.sentences:
            yield Section(
                key=f"story_{part.kind.value}",
                heading=say(f"story.heading_{part.kind.value}"),
                paragraphs=tuple(
                    f"{sentence.text} [{', '.join(str(numbers[source]) for source in sentence.sources)}]"
                    for sentence in part.sentences
                ),
            )
    read = [ground for ground in story.grounds if ground.kind is StorySourceKind.DOCUMENT]
    yield Section(
        key="story_sources",
        heading=say("story.heading_sources"),
        paragraphs=(say("story.told_from"),),
        columns=tuple(say(f"story.column_{name}") for name in ("number", "kind", "says")),
        rows=tuple(
            (str(numbers[ground.id]), say(f"story.kind_{ground.kind.value}"), ground.text)
            for ground in story.grounds
            if ground not in read
        ),
    )
    if read:
        yield Section(
            key="story_documents",
            heading=say("story.heading_documents"),
            columns=tuple(say(f"story.column_{name}") for name in ("number", "says")),
            rows=tuple((str(numbers[ground.id]), ground.text) for ground in read),
            citations=tuple(_story_citation(ground) for ground in read),
        )


def _story_citation(ground: StorySource) -> Citation:
    return Citation(
        document_id=ground.id.partition(":")[2],
        content_hash=ground.content_hash,
        quote=ground.detail or ground.text,
        title=ground.text,
        url=ground.url,
    )


_FUTURES_EXPLAINED = 2
_FUTURES_DRAWN = 8
_ARGUMENTS_SHOWN = 2
_ABSENT_STATES_SHOWN = 6
_UNSURE_BELOW = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class SolvedScenario:
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
    breaks: tuple[FutureBreak, ...] = ()
    made: workshop_sections.WorkshopResults = field(default_factory=workshop_sections.WorkshopResults)


def scenario_brief(
    scenario: Scenario, solved: SolvedScenario, views: Sequence[TrendView], *, lang: str, generation: int, run: Run
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
    messages, moment = BriefMessages(lang), closing_sections.cutoff_of(run)
    shown = _in_order_shown(scenario, solved.free.solutions)
    sections = (
        _scenario_question_section(scenario, messages),
        _factor_section(scenario, views, messages),
        _future_section(scenario, shown, solved.free, messages),
        *workshop_sections.likelihood_sections(scenario, solved.made, _future_labels(shown, messages), messages),
        *(story_sections(solved.story) if solved.story else ()),
        *_reason_sections(scenario, shown, solved.breaks, messages),
        *_forced_sections(scenario, solved, messages),
        *workshop_sections.option_sections(solved.made, messages),
        *workshop_sections.signpost_sections(solved.made, messages),
        *workshop_sections.forecast_sections(solved.made, messages),
        *workshop_sections.decision_sections(solved.made, messages),
        _citation_section(scenario, messages),
        _doubt_section(scenario, shown, solved, views, messages),
        workshop_sections.answered_questions_section(solved.made, messages)
        or closing_sections.question_section("scenario", messages),
        closing_sections.method_section("scenario", messages, generation=generation, run=run, moment=moment),
    )
    return Brief(
        kind="scenario",
        subject_id=scenario.id,
        lang=messages.lang,
        title=scenario.title,
        claim=" ".join(
            filter(
                None,
                (
                    _scenario_claim(scenario, solved.free, messages),
                    workshop_sections.likeliest_future_sentence(solved.made, messages),
                ),
            )
        ),
        sections=sections,
        as_of=moment,
        generation=generation,
        run_id=run.id,
    )


def explained_solutions(scenario: Scenario, free: SolveResult) -> tuple[Solution, ...]:
    """The futures whose reasons a brief tells: the first, and those most unlike it."""
    shown = _in_order_shown(scenario, free.solutions)
    return tuple(shown[at] for at in _most_unlike(shown, _FUTURES_EXPLAINED))


def _future_labels(shown: Sequence[Solution], messages: BriefMessages) -> dict[tuple[int, ...], str]:
    """What the futures that are drawn are called, by their states."""
    drawn = shown[:_FUTURES_DRAWN]
    return {one.states: name for one, name in zip(drawn, solution_labels(len(drawn), messages.lang), strict=True)}


def _in_order_shown(scenario: Scenario, solutions: Sequence[Solution]) -> tuple[Solution, ...]:
    """The chosen scenario first, then the most consistent, then those with most behind them."""
    return tuple(
        sorted(
            solutions,
            key=lambda s: (not is_chosen_solution(scenario, s), s.inconsistency, -s.total_impact, s.states),
        )
    )


def _consistent(solutions: Sequence[Solution]) -> tuple[Solution, ...]:
    """Those that truly hold; a search that finds none may hand over near ones."""
    return tuple(solution for solution in solutions if solution.inconsistency == 0)


def _scenario_claim(scenario: Scenario, free: SolveResult, messages: BriefMessages) -> str:
    consistent = len(_consistent(free.solutions))
    form = {0: "none", 1: "one"}.get(consistent, "many")
    if not consistent and not free.is_complete:
        return messages("claim_futures_unfinished")
    told = messages(
        f"claim_futures_{form}",
        count=messages.number(consistent),
        judgements=messages.number(sum(judgement.value != 0 for judgement in scenario.judgements)),
        possible=messages.number(math.prod(len(factor.states) for factor in scenario.factors)),
    )
    return told if free.is_complete else f"{told} {messages('claim_incomplete')}"


def _scenario_question_section(scenario: Scenario, messages: BriefMessages) -> Section:
    horizon = (messages("horizon", horizon=scenario.horizon),) if scenario.horizon else ()
    narrative = tuple(part.strip() for part in scenario.narrative.split("\n\n") if part.strip())
    return Section(
        key="question", heading=messages("heading_question"), paragraphs=(scenario.question, *horizon, *narrative)
    )


def _factor_section(scenario: Scenario, views: Sequence[TrendView], messages: BriefMessages) -> Section:
    """Each factor with its states and, where it was made from a trend, how that stands today."""
    by_id = {view.trend.id: view for view in views}
    rows = tuple(
        (f.name, ", ".join(s.name for s in f.states), _factor_origin(f, by_id, messages)) for f in scenario.factors
    )
    columns = messages.columns("factor", "states", "trend")
    return Section(key="factors", heading=messages("heading_factors"), columns=columns, rows=rows)


def _factor_origin(factor: Factor, views: dict[str, TrendView], messages: BriefMessages) -> str:
    view = views.get(factor.trend_id)
    if view is None:
        return messages("factor_free") if not factor.trend_id else messages("factor_trend_gone")
    return f"{view.title(messages.lang)} ({stage_name(view.trend.stage, messages.lang)})"


def _future_section(
    scenario: Scenario, shown: Sequence[Solution], free: SolveResult, messages: BriefMessages
) -> Section:
    heading = messages("heading_futures")
    if not shown:
        none = "futures_none" if free.is_complete else "claim_futures_unfinished"
        return Section(key="futures", heading=heading, paragraphs=(messages(none),))
    drawn = shown[:_FUTURES_DRAWN]
    names = solution_labels(len(drawn), messages.lang)
    told = [_future_in_words(scenario, solution, name, messages) for name, solution in zip(names, drawn, strict=True)]
    figure = Figure(
        specification=specification(scenario_matrix(scenario, drawn, lang=messages.lang)),
        caption=messages("figure_futures_caption"),
        alternative=" ".join(told),
    )
    notes = [] if _consistent(shown) else [messages("futures_near")]
    if len(shown) > len(drawn):
        notes.append(messages("futures_more", shown=messages.number(len(drawn)), count=messages.number(len(shown))))
    if not free.is_complete:
        notes.append(messages("claim_incomplete"))
    common = shared_states(scenario, shown)
    if common and len(shown) > 1:
        notes.append(messages("futures_common", states=_states_in_words(common, messages)))
    return Section(key="futures", heading=heading, paragraphs=tuple(notes), figures=(figure,))


def _future_in_words(scenario: Scenario, solution: Solution, name: str, messages: BriefMessages) -> str:
    states = [(f, f.states[at]) for f, at in zip(scenario.factors, solution.states, strict=True)]
    return messages("future_in_words", name=name, states=_states_in_words(states, messages))


def _states_in_words(pairs: Sequence[tuple[Factor, object]], messages: BriefMessages) -> str:
    return messages.list(f"{factor.name}: {getattr(state, 'name', '')}" for factor, state in pairs)


def _reason_sections(
    scenario: Scenario, shown: Sequence[Solution], breaks: Sequence[FutureBreak], messages: BriefMessages
) -> Iterator[Section]:
    """Per future, what holds each state up, what speaks against it and what would end it."""
    ends = {one.states: one for one in breaks}
    for at in _most_unlike(shown, _FUTURES_EXPLAINED):
        name, solution = solution_labels(len(shown), messages.lang)[at], shown[at]
        held = factor_balances(scenario, solution)
        key = "future_tied" if any(map(_is_tied, held)) else "future_firm"
        intro = messages(
            key if solution.inconsistency == 0 else "future_near", gap=messages.number(solution.inconsistency)
        )
        yield Section(
            key=f"why_{name.lower()}",
            heading=messages("heading_why_future", name=name),
            paragraphs=(intro, _break_in_words(ends[solution.states], messages))
            if solution.states in ends
            else (intro,),
            columns=messages.columns("state", "pro", "con"),
            rows=tuple(_balance_row(scenario, standing, messages) for standing in held),
        )


def _break_in_words(found: FutureBreak, messages: BriefMessages) -> str:
    """The least that would end a future, in words."""
    nudges = "; ".join(
        messages(
            "flip_nudge",
            acting=nudge.acting,
            acted=nudge.acted,
            before=messages.number(nudge.before, signed=True),
            after=messages.number(nudge.after, signed=True),
        )
        for nudge in found.nudges
    )
    return messages("flip_breaks", nudges=nudges, towards=found.towards)


def _most_unlike(shown: Sequence[Solution], most: int) -> list[int]:
    """The first future and those that share fewest states with the ones already taken."""
    taken = [0] if shown else []
    while len(taken) < min(most, len(shown)):
        left = [at for at in range(len(shown)) if at not in taken]
        taken.append(max(left, key=lambda at: (min(_factors_apart(shown[at], shown[other]) for other in taken), -at)))
    return taken


def _factors_apart(one: Solution, other: Solution) -> int:
    """In how many factors two futures differ."""
    return sum(a != b for a, b in zip(one.states, other.states, strict=True))


def _is_tied(standing: FactorBalance) -> bool:
    return standing.lead == 0 and standing.rival is not None


def _balance_row(scenario: Scenario, standing: FactorBalance, messages: BriefMessages) -> tuple[str, str, str]:
    """A state with the strongest judgements for and against it, with their reasons and authors."""
    supporting, opposing = (
        [_argument_in_words(scenario, judgement, messages) for judgement in judgements[:_ARGUMENTS_SHOWN]]
        for judgements in (standing.supporting, standing.opposing)
    )
    if not standing.supporting and not standing.opposing:
        supporting = [messages("held_unjudged")]
    if _is_tied(standing) and standing.rival:
        opposing.append(messages("held_tie", rival=standing.rival.name))
    state = messages("held_state", factor=standing.factor.name, state=standing.state.name)
    return state, "; ".join(supporting) or "–", "; ".join(opposing) or "–"


def _argument_in_words(scenario: Scenario, judgement: Judgement, messages: BriefMessages) -> str:
    factor = next((f for f in scenario.factors if f.id == judgement.source_factor), None)
    state = next((s for s in factor.states if s.id == judgement.source_state), None) if factor else None
    acting = f"{factor.name}: {state.name}" if factor and state else judgement.source_factor
    told = messages("argument", acting=acting, value=messages.number(judgement.value, signed=True))
    if judgement.reason:
        told = f"{told} – {judgement.reason.strip().rstrip('.')}"
    return f"{told} ({judgement.author})" if judgement.author else told


def _forced_sections(scenario: Scenario, solved: SolvedScenario, messages: BriefMessages) -> Iterator[Section]:
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
        heading=messages("heading_forced"),
        paragraphs=(messages("forced_supposed", states=_states_in_words(pairs, messages)),),
        bullets=tuple(_consequences(scenario, _consistent(solved.forced.solutions), messages)),
    )


def _consequences(scenario: Scenario, solutions: Sequence[Solution], messages: BriefMessages) -> Iterator[str]:
    """How many futures are left, what all of them have, and what none has."""
    form = {0: "none", 1: "one"}.get(len(solutions), "many")
    yield messages(f"forced_count_{form}", count=messages.number(len(solutions)))
    settled = {factor for factor, _ in scenario.forced}
    must = [(factor, state) for factor, state in shared_states(scenario, solutions) if factor.id not in settled]
    settled |= {factor.id for factor, _ in must}
    never = [(factor, state) for factor, state in absent_states(scenario, solutions) if factor.id not in settled]
    if must:
        yield messages("forced_must", states=_states_in_words(must, messages))
    if never and solutions:
        yield messages("forced_never", states=_states_in_words(never[:_ABSENT_STATES_SHOWN], messages))


def _citation_section(scenario: Scenario, messages: BriefMessages) -> Section:
    heading = messages("heading_evidence")
    if not scenario.citations:
        return Section(key="evidence", heading=heading, paragraphs=(messages("evidence_uncited"),))
    rows = tuple(
        (
            messages.day(cited.published) if cited.published else "–",
            cited.title or cited.quote,
            cited.source_title or "–",
            cited.quote if cited.quote != cited.title else "",
        )
        for cited in scenario.citations
    )
    columns = messages.columns("date", "headline", "source", "quote")
    return Section(key="evidence", heading=heading, columns=columns, rows=rows, citations=scenario.citations)


def _doubt_section(
    scenario: Scenario,
    shown: Sequence[Solution],
    solved: SolvedScenario,
    views: Sequence[TrendView],
    messages: BriefMessages,
) -> Section:
    bullets = tuple(_scenario_doubts(scenario, solved, views, messages))
    if shown and any(map(_is_tied, factor_balances(scenario, shown[0]))):
        bullets = (*bullets, messages("doubt_tied", name=solution_labels(1, messages.lang)[0]))
    return Section(
        key="unknown",
        heading=messages("heading_unknown"),
        paragraphs=() if bullets else (messages("doubt_none"),),
        bullets=(*bullets, messages("mind_judgements")),
    )


def _scenario_doubts(
    scenario: Scenario, solved: SolvedScenario, views: Sequence[TrendView], messages: BriefMessages
) -> Iterator[str]:
    """What the picture leans on too lightly."""
    judged = [judgement for judgement in scenario.judgements if judgement.value]
    bare = sum(not judgement.reason for judgement in judged)
    if bare:
        yield messages("doubt_reasons", bare=messages.number(bare), judgements=messages.number(len(judged)))
    unsure = sum(judgement.confidence < _UNSURE_BELOW for judgement in judged)
    if unsure:
        yield messages("doubt_unsure", unsure=messages.number(unsure), judgements=messages.number(len(judged)))
    authors = {judgement.author for judgement in judged if judgement.author}
    if len(authors) == 1:
        yield messages("doubt_author", author=next(iter(authors)))
    if not scenario.citations:
        yield messages("doubt_citations")
    if not solved.free.is_complete:
        yield messages("claim_incomplete")
    gone = {factor.trend_id for factor in scenario.factors if factor.trend_id} - {view.trend.id for view in views}
    if gone:
        yield messages("doubt_gone", count=messages.number(len(gone)))
