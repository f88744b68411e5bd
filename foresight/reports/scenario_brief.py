"""A what-if as a brief: the question, the futures that do not contradict themselves, and why each holds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from foresight.i18n.trend_sentences import stage_name
from foresight.model.briefs import Brief, Figure, Section, Story, StorySourceKind
from foresight.model.decisions import TrendView
from foresight.model.runs import Run
from foresight.model.scenarios import Citation, Factor, Judgement, Scenario, Solution, SolveResult
from foresight.reports import closing_sections, workshop_sections
from foresight.reports.charts.render import specification
from foresight.reports.charts.scenarios import is_chosen_solution, scenario_matrix, solution_labels
from foresight.reports.messages import BriefMessages
from foresight.scenarios.explanation import BalanceLine, ScenarioFlip, balance_sheet, flips_that_break
from foresight.scenarios.futures import hamming_distance
from foresight.scenarios.matrix import build_matrix, solution_pairs, state_name
from foresight.scenarios.whatif import WhatIfAnswer, state_shares

_FUTURES_DRAWN = 8
_ARGUMENTS_SHOWN = 2
_ABSENT_STATES_SHOWN = 6
_UNSURE_BELOW = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class SolvedScenario:
    """What the judgements allow, and what people made of it.

    Attributes:
        free: the consistent scenarios with nothing forced.
        forced: what follows from the scenario's `forced` states, None where nothing is forced.
        story: one of its futures as a story, in the language of the brief; None leaves the sections out.
        results: likelihoods, options, signposts, questions, decisions.
    """

    free: SolveResult
    forced: WhatIfAnswer | None = None
    story: Story | None = None
    results: workshop_sections.WorkshopResults = field(default_factory=workshop_sections.WorkshopResults)


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
    shown, results = _in_order_shown(scenario, solved.free.solutions), solved.results
    labels = solution_labels(len(shown), messages.lang)
    label_by_states = {one.states: label for one, label in zip(shown[:_FUTURES_DRAWN], labels, strict=False)}
    sections = (
        _scenario_question_section(scenario, messages),
        _factor_section(scenario, views, messages),
        _future_section(scenario, shown, solved.free, messages),
        *workshop_sections.likelihood_sections(scenario, results, label_by_states, messages),
        *(story_sections(solved.story, messages) if solved.story else ()),
        *(_reason_section(scenario, shown[at], labels[at], messages) for at in _explained(shown)),
        *_forced_sections(solved.forced, messages),
        *workshop_sections.option_sections(results, messages),
        *workshop_sections.signpost_sections(results, messages),
        *workshop_sections.forecast_sections(results, messages),
        *workshop_sections.decision_sections(results, messages),
        _citation_section(scenario, messages),
        _doubt_section(scenario, shown, solved.free, views, messages),
        workshop_sections.answered_questions_section(results, messages)
        or closing_sections.question_section("scenario", messages),
        closing_sections.method_section("scenario", messages, generation=generation, run=run, moment=moment),
    )
    claim = _scenario_claim(scenario, solved.free, messages)
    likeliest = workshop_sections.likeliest_future_sentence(results, messages)
    return Brief(
        kind="scenario",
        subject_id=scenario.id,
        lang=messages.lang,
        title=scenario.title,
        claim=f"{claim} {likeliest}".strip(),
        sections=sections,
        as_of=moment,
        generation=generation,
        run_id=run.id,
    )


def story_sections(story: Story, messages: BriefMessages) -> Iterator[Section]:
    """One section per part, then what its sentences rest on; articles in a table of their own that leads to them."""
    say = messages.texts
    numbers = {source.id: str(place) for place, source in enumerate(story.grounds, 1)}
    for part in story.parts:
        if part.sentences:
            yield messages.section(
                f"story_{part.kind.value}",
                heading=say(f"story.heading_{part.kind.value}"),
                paragraphs=(f"{one.text} [{', '.join(numbers[key] for key in one.sources)}]" for one in part.sentences),
            )
    articles = [source for source in story.grounds if source.kind is StorySourceKind.DOCUMENT]
    others = [source for source in story.grounds if source.kind is not StorySourceKind.DOCUMENT]
    yield messages.section(
        "story_sources",
        heading=say("story.heading_sources"),
        paragraphs=(say("story.told_from"),),
        columns=("number", "kind", "says"),
        rows=((numbers[one.id], say(f"story.kind_{one.kind.value}"), one.text) for one in others),
    )
    if articles:
        yield messages.section(
            "story_documents",
            heading=say("story.heading_documents"),
            columns=("number", "says"),
            rows=((numbers[one.id], one.text) for one in articles),
            citations=(
                Citation(
                    document_id=one.id.partition(":")[2],
                    content_hash=one.content_hash,
                    quote=one.detail or one.text,
                    title=one.text,
                    url=one.url,
                )
                for one in articles
            ),
        )


def _in_order_shown(scenario: Scenario, solutions: Sequence[Solution]) -> tuple[Solution, ...]:
    """The chosen scenario first, then the most consistent, then those with most behind them."""

    def place(one: Solution) -> tuple[object, ...]:
        return not is_chosen_solution(scenario, one), one.inconsistency, -one.total_impact, one.states

    return tuple(sorted(solutions, key=place))


def _explained(shown: Sequence[Solution]) -> list[int]:
    """Places of the futures whose reasons are given: the first, and the one that shares fewest states with it."""
    apart = [hamming_distance(shown[0].states, one.states) for one in shown]
    return [0, *([apart.index(max(apart[1:]), 1)] if len(shown) > 1 else [])] if shown else []


def _consistent(solutions: Sequence[Solution]) -> tuple[Solution, ...]:
    """Those that truly hold; a search that finds none may hand over near ones."""
    return tuple(solution for solution in solutions if solution.inconsistency == 0)


def _scenario_claim(scenario: Scenario, free: SolveResult, messages: BriefMessages) -> str:
    consistent = len(_consistent(free.solutions))
    if not consistent and not free.is_complete:
        return messages("claim_futures_unfinished")
    claim = messages(
        f"claim_futures_{_count_form(consistent)}",
        count=messages.number(consistent),
        judgements=messages.number(sum(judgement.value != 0 for judgement in scenario.judgements)),
        possible=messages.number(math.prod(len(factor.states) for factor in scenario.factors)),
    )
    return claim if free.is_complete else f"{claim} {messages('claim_incomplete')}"


def _count_form(count: int) -> str:
    return {0: "none", 1: "one"}.get(count, "many")


def _scenario_question_section(scenario: Scenario, messages: BriefMessages) -> Section:
    horizon = [messages("horizon", horizon=scenario.horizon)] if scenario.horizon else []
    narrative = [part.strip() for part in scenario.narrative.split("\n\n") if part.strip()]
    return messages.section("question", paragraphs=(scenario.question, *horizon, *narrative))


def _factor_section(scenario: Scenario, views: Sequence[TrendView], messages: BriefMessages) -> Section:
    """Each factor with its states and, where it was made from a trend, how that stands today."""
    by_id = {view.trend.id: view for view in views}

    def origin(factor: Factor) -> str:
        view = by_id.get(factor.trend_id)
        if view is None:
            return messages("factor_trend_gone" if factor.trend_id else "factor_free")
        return f"{view.title(messages.lang)} ({stage_name(view.trend.stage, messages.lang)})"

    rows = ((one.name, ", ".join(state.name for state in one.states), origin(one)) for one in scenario.factors)
    return messages.section("factors", columns=("factor", "states", "trend"), rows=rows)


def _future_section(
    scenario: Scenario, shown: Sequence[Solution], free: SolveResult, messages: BriefMessages
) -> Section:
    if not shown:
        return messages.section(
            "futures", paragraphs=(messages("futures_none" if free.is_complete else "claim_futures_unfinished"),)
        )
    drawn = shown[:_FUTURES_DRAWN]
    in_words = (
        messages("future_in_words", name=name, states=_in_words(scenario, solution_pairs(scenario, one), messages))
        for name, one in zip(solution_labels(len(drawn), messages.lang), drawn, strict=True)
    )
    figure = Figure(
        specification=specification(scenario_matrix(scenario, drawn, lang=messages.lang)),
        caption=messages("figure_futures_caption"),
        alternative=" ".join(in_words),
    )
    notes = [] if _consistent(shown) else [messages("futures_near")]
    if len(shown) > len(drawn):
        notes.append(messages("futures_more", shown=messages.number(len(drawn)), count=messages.number(len(shown))))
    if not free.is_complete:
        notes.append(messages("claim_incomplete"))
    common = [pair for pair, share in state_shares(scenario, free) if share == 1.0]
    if common and len(shown) > 1:
        notes.append(messages("futures_common", states=_in_words(scenario, common, messages)))
    return messages.section("futures", paragraphs=notes, figures=(figure,))


def _in_words(scenario: Scenario, pairs: Iterable[tuple[str, str]], messages: BriefMessages) -> str:
    return messages.list(state_name(scenario.factors, pair) for pair in pairs)


def _reason_section(scenario: Scenario, solution: Solution, name: str, messages: BriefMessages) -> Section:
    """What holds each state of a future up, what speaks against it and what would end it."""
    lines = balance_sheet(scenario, solution.states)
    key = "future_near" if solution.inconsistency else "future_tied" if any(map(_is_tied, lines)) else "future_firm"
    matrix = build_matrix(scenario, scale=None)
    flips = flips_that_break(scenario.factors, matrix, solution.states, scale=scenario.scale)
    return messages.section(
        f"why_{name.lower()}",
        heading=messages("heading_why_future", name=name),
        paragraphs=(
            messages(key, gap=messages.number(solution.inconsistency)),
            *(_flip_in_words(scenario, flip, messages) for flip in flips[:1]),
        ),
        columns=("state", "pro", "con"),
        rows=(_balance_row(scenario, line, messages) for line in lines),
    )


def _flip_in_words(scenario: Scenario, flip: ScenarioFlip, messages: BriefMessages) -> str:
    """The least that would end a future."""
    changes = "; ".join(
        messages(
            "flip_change",
            acting=state_name(scenario.factors, (change.source_factor, change.source_state)),
            acted=state_name(scenario.factors, (change.target_factor, change.target_state)),
            before=messages.number(change.before, signed=True),
            after=messages.number(change.after, signed=True),
        )
        for change in flip.changes
    )
    towards = state_name(scenario.factors, (flip.factor, flip.towards))
    return messages("flip_breaks", changes=changes, towards=towards)


def _is_tied(line: BalanceLine) -> bool:
    return line.margin == 0


def _balance_row(scenario: Scenario, line: BalanceLine, messages: BriefMessages) -> tuple[str, str, str]:
    """A state with the strongest judgements for and against it, with their reasons and authors."""
    promoting, restricting = (
        [_argument_in_words(scenario, judgement, messages) for judgement in judgements[:_ARGUMENTS_SHOWN]]
        for judgements in (line.promoting, line.restricting)
    )
    if not promoting and not restricting:
        promoting = [messages("held_unjudged")]
    if _is_tied(line):
        restricting.append(messages("held_tie", rival=line.rival.name))
    return f"{line.factor.name}: {line.state.name}", "; ".join(promoting) or "–", "; ".join(restricting) or "–"


def _argument_in_words(scenario: Scenario, judgement: Judgement, messages: BriefMessages) -> str:
    words = f"{state_name(scenario.factors, judgement.acting)} ({messages.number(judgement.value, signed=True)})"
    if judgement.reason:
        words = f"{words} – {judgement.reason.strip().rstrip('.')}"
    return f"{words} ({judgement.author})" if judgement.author else words


def _forced_sections(answer: WhatIfAnswer | None, messages: BriefMessages) -> Iterator[Section]:
    """What follows when something is supposed, in the words of the app: what must, need no longer, and must anyway."""
    if answer is None or not answer.supposed:
        return
    count, scenario = len(answer.consistent), answer.scenario
    bullets = [messages(f"forced_count_{_count_form(count)}", count=messages.number(count))]
    settled = {factor for factor, _ in (*answer.supposed, *answer.follows, *answer.held_anyway)}
    impossible = [pair for pair in answer.impossible if pair[0] not in settled][:_ABSENT_STATES_SHOWN]
    for key, pairs in (
        ("forced_follows", answer.follows),
        ("forced_no_longer", answer.no_longer_required),
        ("forced_anyway", answer.held_anyway),
        ("forced_never", impossible),
    ):
        if pairs:
            bullets.append(messages(key, states=_in_words(scenario, pairs, messages)))
    supposed = messages("forced_supposed", states=_in_words(scenario, answer.supposed, messages))
    yield messages.section("forced", paragraphs=(supposed,), bullets=bullets)


def _citation_section(scenario: Scenario, messages: BriefMessages) -> Section:
    if not scenario.citations:
        return messages.section("evidence", paragraphs=(messages("evidence_uncited"),))
    return messages.section(
        "evidence",
        columns=("date", "headline", "source", "quote"),
        rows=(
            (*workshop_sections.citation_cells(cited, messages), cited.quote if cited.quote != cited.title else "")
            for cited in scenario.citations
        ),
        citations=scenario.citations,
    )


def _doubt_section(
    scenario: Scenario,
    shown: Sequence[Solution],
    free: SolveResult,
    views: Sequence[TrendView],
    messages: BriefMessages,
) -> Section:
    """What the picture leans on too lightly."""
    bullets = list(_judgement_doubts(scenario, messages))
    if not scenario.citations:
        bullets.append(messages("doubt_citations"))
    if not free.is_complete:
        bullets.append(messages("claim_incomplete"))
    gone = {factor.trend_id for factor in scenario.factors if factor.trend_id} - {view.trend.id for view in views}
    if gone:
        bullets.append(messages("doubt_gone", count=messages.number(len(gone))))
    if shown and any(map(_is_tied, balance_sheet(scenario, shown[0].states))):
        bullets.append(messages("doubt_tied", name=solution_labels(1, messages.lang)[0]))
    paragraphs = () if bullets else (messages("doubt_none"),)
    return messages.section("unknown", paragraphs=paragraphs, bullets=(*bullets, messages("mind_judgements")))


def _judgement_doubts(scenario: Scenario, messages: BriefMessages) -> Iterator[str]:
    """Judgements without a reason, with little confidence, or all of one person."""
    judged = [judgement for judgement in scenario.judgements if judgement.value]
    total = messages.number(len(judged))
    bare = sum(not judgement.reason for judgement in judged)
    if bare:
        yield messages("doubt_reasons", bare=messages.number(bare), judgements=total)
    unsure = sum(judgement.confidence < _UNSURE_BELOW for judgement in judged)
    if unsure:
        yield messages("doubt_unsure", unsure=messages.number(unsure), judgements=total)
    authors = {judgement.author for judgement in judged if judgement.author}
    if len(authors) == 1:
        yield messages("doubt_author", author=next(iter(authors)))
