"""What a room made of a scenario, as sections of its brief: likelihoods, options, signs to watch, questions, decisions.

A section is there only where there is something to tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from foresight.i18n import Texts
from foresight.i18n.formatting import format_number, format_quantity
from foresight.model.briefs import Section
from foresight.model.scenarios import (
    NONE_OF_THESE,
    Citation,
    FutureSet,
    FutureShare,
    LikelihoodUpdate,
    Scenario,
    StressTestInput,
)
from foresight.model.workshop import ForecastQuestion, Promise, Signpost, ThreeQuestions
from foresight.reports.messages import BriefMessages

_QUESTIONS = ("matters", "act", "practice")
_LEAST_LEAD = 0.005
"""A lead of less than half a per cent is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionSummary:
    """How an option fared in the stress-test.

    Attributes:
        move: "no_regret", "hedge", "big_bet", "option" or "weak".
        satisfied: share of the futures, by their likelihood, in which it reaches every threshold.
        best_in, fails_in: names of futures; max_regret: points it misses of the best at most, in `regret_in`.
    """

    name: str
    move: str
    satisfied: float
    best_in: tuple[str, ...]
    fails_in: tuple[str, ...]
    max_regret: float
    regret_in: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignpostSummary:
    """A signpost as it stands.

    Attributes:
        words: its condition, value: what is measured now, both as people read them in the language of the brief.
        state: "proposed", "adopted", "dropped", "seen", "missed", "undone" or "blind".
    """

    signpost: Signpost
    words: str
    value: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateSummary:
    """What a signpost did to the likelihoods: its title, its condition and what was measured, as people read them."""

    update: LikelihoodUpdate
    title: str
    words: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSummary:
    """A question with how many answered, and the median of what they said; None where nobody did."""

    question: ForecastQuestion
    answers: int
    middle: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionSummary:
    """A decision; shaken: a signpost it rests on has tripped."""

    promise: Promise
    assumption_broken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkshopResults:
    """What the ledger keeps around a scenario.

    Attributes:
        futures: those gone on with; now: their likelihoods today, none-of-these last.
        moved: oldest first; those taken back are told as such.
        tunnel: options, criteria and scores; options: those scored everywhere.
        maximin, minimax_regret: names of the options that are best by these rules, "" where none is scored.
        answers: to the three questions, "" where nobody answered.
    """

    futures: FutureSet = field(default_factory=FutureSet)
    now: tuple[FutureShare, ...] = ()
    moved: tuple[UpdateSummary, ...] = ()
    tunnel: StressTestInput = field(default_factory=StressTestInput)
    options: tuple[OptionSummary, ...] = ()
    maximin: str = ""
    minimax_regret: str = ""
    signposts: tuple[SignpostSummary, ...] = ()
    asked: tuple[QuestionSummary, ...] = ()
    decided: tuple[DecisionSummary, ...] = ()
    answers: ThreeQuestions = field(default_factory=ThreeQuestions)


def likeliest_future_sentence(made: WorkshopResults, messages: BriefMessages) -> str:
    """One sentence on the future that is likelier than every other, "" where none is."""
    ordered = sorted((share, name) for name, share in made.now if name != NONE_OF_THESE)
    if not ordered or (len(ordered) > 1 and ordered[-1][0] - ordered[-2][0] < _LEAST_LEAD):
        return ""
    share, name = ordered[-1]
    first = dict(made.futures.shares).get(name, 0.0)
    key = "claim_likeliest_moved" if any(not one.update.undone for one in made.moved) else "claim_likeliest"
    return messages(
        key, name=_future_names(made, messages)[name], now=messages.percent(share), before=messages.percent(first)
    )


def likelihood_sections(
    scenario: Scenario, made: WorkshopResults, labels: dict[tuple[int, ...], str], messages: BriefMessages
) -> list[Section]:
    """How likely the futures are, what moved that, and the documents that showed it.

    Args:
        scenario: whose futures they are.
        made: what the ledger keeps.
        labels: what the brief calls a solution, by its states.
        messages: the language.
    """
    if not made.futures.futures:
        return []
    return [
        _likelihood_section(scenario, made, labels, messages),
        *_update_sections(made, messages),
        *_update_document_sections(made, messages),
    ]


def option_sections(made: WorkshopResults, messages: BriefMessages) -> Iterator[Section]:
    """The stress-test: what kind of move each option is and why, and the scores behind it."""
    if not made.tunnel.strategies:
        return
    yield _stress_test_section(made, messages)
    if made.tunnel.scores and made.futures.futures:
        yield _score_section(made, messages)


def signpost_sections(made: WorkshopResults, messages: BriefMessages) -> Iterator[Section]:
    """What is watched, how it stands, who acts on it and how."""
    if made.signposts:
        yield Section(
            key="signposts",
            heading=messages("heading_signposts"),
            columns=messages.columns("sign", "condition", "now", "stands", "triggers"),
            rows=tuple(_signpost_row(post, messages) for post in made.signposts),
        )


def forecast_sections(made: WorkshopResults, messages: BriefMessages) -> Iterator[Section]:
    """Questions with a deadline, and what the room said of them."""
    say = Texts(messages.lang)
    if made.asked:
        yield Section(
            key="forecasts",
            heading=messages("heading_forecasts"),
            columns=messages.columns("asked", "until", "median", "outcome"),
            rows=tuple(
                (
                    one.question.text,
                    messages.day(one.question.deadline),
                    messages(
                        "forecast_median",
                        middle=messages.percent(one.middle, digits=0),
                        count=messages.number(one.answers),
                    )
                    if one.middle is not None
                    else "–",
                    say(f"workshop.outcome_{_outcome_key(one.question)}"),
                )
                for one in made.asked
            ),
        )


def decision_sections(made: WorkshopResults, messages: BriefMessages) -> Iterator[Section]:
    """What was promised, by whom and until when, and what it assumes."""
    if made.decided:
        yield Section(
            key="decisions",
            heading=messages("heading_decisions"),
            columns=messages.columns("decision", "owner", "until", "stands", "assumption"),
            rows=tuple(_decision_row(one, messages) for one in made.decided),
        )


def answered_questions_section(made: WorkshopResults, messages: BriefMessages) -> Section | None:
    """The three questions with the room's answers, None where nobody answered one."""
    told = [getattr(made.answers, name).strip() for name in _QUESTIONS]
    if not any(told):
        return None
    return Section(
        key="questions",
        heading=messages("heading_questions"),
        columns=(messages("column_asked"), messages("column_answer")),
        rows=tuple(
            (messages(f"question_{name}_scenario"), text or "–") for name, text in zip(_QUESTIONS, told, strict=True)
        ),
    )


def _future_names(made: WorkshopResults, messages: BriefMessages) -> dict[str, str]:
    known = {future.id: future.name for future in made.futures.futures}
    return known | {NONE_OF_THESE: Texts(messages.lang)("workshop.none_of_these")}


def _likelihood_section(
    scenario: Scenario, made: WorkshopResults, labels: dict[tuple[int, ...], str], messages: BriefMessages
) -> Section:
    names, first, now = _future_names(made, messages), dict(made.futures.shares), dict(made.now)
    how = {future.id: _states_in_words(scenario, future.states) for future in made.futures.futures}
    at = {future.id: labels.get(_state_indices(scenario, future.states), "") for future in made.futures.futures}
    rows = tuple(
        (
            f"{name} ({at[key]})" if at.get(key) else name,
            how.get(key) or messages("likelihood_none"),
            messages.percent(first[key]),
            messages.percent(now.get(key, first[key])),
        )
        for key, name in names.items()
    )
    counts = any(not one.update.undone for one in made.moved)
    return Section(
        key="likelihoods",
        heading=messages("heading_likelihoods"),
        paragraphs=(
            messages(f"likelihood_basis_{made.futures.basis}"),
            messages("likelihood_updated" if counts else "likelihood_still"),
        ),
        columns=messages.columns("future", "how", "first", "now"),
        rows=rows,
    )


def _states_in_words(scenario: Scenario, states: Sequence[tuple[str, str]]) -> str:
    """The states in words; those of factors that have gone are left out."""
    held = dict(states)
    return "; ".join(
        f"{factor.name}: {state.name}"
        for factor in scenario.factors
        for state in factor.states
        if held.get(factor.id) == state.id
    )


def _state_indices(scenario: Scenario, states: Sequence[tuple[str, str]]) -> tuple[int, ...]:
    held = dict(states)
    return tuple(
        at for factor in scenario.factors for at, state in enumerate(factor.states) if held.get(factor.id) == state.id
    )


def _update_sections(made: WorkshopResults, messages: BriefMessages) -> Iterator[Section]:
    if made.moved:
        yield Section(
            key="moved",
            heading=messages("heading_moved"),
            paragraphs=(messages("moved_intro"),),
            columns=messages.columns("date", "sign", "measured", "effect"),
            rows=tuple(_update_row(one, made, messages) for one in made.moved),
        )


def _update_row(moved: UpdateSummary, made: WorkshopResults, messages: BriefMessages) -> tuple[str, str, str, str]:
    """One update: when, which sign, what was measured, and prior → posterior (ratio) per future."""
    update, names = moved.update, _future_names(made, messages)
    after, ratios = dict(update.posterior), dict(update.ratios)
    did = "; ".join(
        messages(
            "moved_share",
            name=names.get(key, key),
            before=messages.percent(share),
            after=messages.percent(after.get(key, share)),
            ratio=format_number(ratios.get(key, 1.0), messages.lang, digits=2),
        )
        for key, share in update.prior
    )
    if update.weight < 1.0:
        did = f"{did}. {messages('moved_tempered', weight=format_number(update.weight, messages.lang, digits=1))}"
    if update.undone:
        did = f"{messages('moved_undone')} {did}"
    kind = messages("moved_hit" if update.seen else "moved_miss")
    return messages.day(update.at), f"{moved.title}: {moved.words}", f"{moved.value} – {kind}", did


def _update_document_sections(made: WorkshopResults, messages: BriefMessages) -> Iterator[Section]:
    found = [(moved, cited) for moved in made.moved for cited in moved.update.evidence]
    if not found:
        return
    names = ("date", "headline", "source", "sign")
    # where one signpost spoke, its title on every row would say nothing
    shown = slice(len(names) if len(made.moved) > 1 else -1)
    yield Section(
        key="moved_documents",
        heading=messages("heading_moved_documents"),
        columns=messages.columns(*names)[shown],
        rows=tuple(_document_row(cited, moved.title, messages)[shown] for moved, cited in found),
        citations=tuple(cited for _, cited in found),
    )


def _document_row(cited: Citation, title: str, messages: BriefMessages) -> tuple[str, ...]:
    published = messages.day(cited.published) if cited.published else "–"
    return published, cited.title or cited.quote, cited.source_title or "–", title


def _stress_test_section(made: WorkshopResults, messages: BriefMessages) -> Section:
    criteria = messages.list(
        messages("stress_criterion", name=one.name, threshold=format_quantity(one.threshold, messages.lang))
        for one in made.tunnel.criteria
    )
    paragraphs = [messages("stress_intro", criteria=criteria)] if criteria else []
    if made.maximin and len(made.options) > 1:
        paragraphs.append(messages("stress_best", maximin=made.maximin, minimax=made.minimax_regret))
    scored = {option.name for option in made.options}
    waiting = tuple(one.name for one in made.tunnel.strategies if one.name not in scored)
    return Section(
        key="stress",
        heading=messages("heading_stress"),
        paragraphs=tuple(paragraphs),
        bullets=(messages("stress_unscored", options=messages.list(waiting)),) if waiting else (),
        columns=messages.columns("option", "move", "satisfied", "why") if scored else (),
        rows=tuple(_option_row(option, messages) for option in made.options),
    )


def _option_row(option: OptionSummary, messages: BriefMessages) -> tuple[str, str, str, str]:
    say = Texts(messages.lang)
    why = say(
        f"workshop.reason_{option.move}",
        best=", ".join(option.best_in) or "–",
        fails=", ".join(option.fails_in) or "–",
        regret=format_quantity(option.max_regret, messages.lang),
        where=option.regret_in,
    )
    return option.name, say(f"workshop.move_{option.move}"), messages.percent(option.satisfied, digits=0), why


def _score_section(made: WorkshopResults, messages: BriefMessages) -> Section:
    """Every score as it was given, options by criteria down and futures across; what misses its threshold is marked."""
    values = {(s.strategy_id, s.criterion_id, s.future_id): s.value for s in made.tunnel.scores}

    def cell(strategy: str, criterion: str, threshold: float, future: str) -> str:
        value = values.get((strategy, criterion, future))
        if value is None:
            return "–"
        told = format_quantity(value, messages.lang)
        return messages("score_fails", score=told) if value < threshold else told

    rows = (
        (
            strategy.name,
            criterion.name,
            *(cell(strategy.id, criterion.id, criterion.threshold, future.id) for future in made.futures.futures),
        )
        for strategy in made.tunnel.strategies
        for criterion in made.tunnel.criteria
    )
    heads = chain(
        (messages("column_option"), messages("column_criterion")), (future.name for future in made.futures.futures)
    )
    return Section(key="stress_scores", heading=messages("heading_scores"), columns=tuple(heads), rows=tuple(rows))


def _signpost_row(post: SignpostSummary, messages: BriefMessages) -> tuple[str, str, str, str, str]:
    signpost = post.signpost
    until = f" ({messages('signpost_closes', day=messages.day(signpost.closes))})" if signpost.closes else ""
    acts = " – ".join(part for part in (signpost.owner, signpost.triggers) if part) or "–"
    return (
        signpost.title,
        f"{post.words}{until}",
        post.value,
        Texts(messages.lang)(f"workshop.signpost_state_{post.state}"),
        acts,
    )


def _outcome_key(question: ForecastQuestion) -> str:
    return "open" if question.came_true is None else "yes" if question.came_true else "no"


def _decision_row(one: DecisionSummary, messages: BriefMessages) -> tuple[str, str, str, str, str]:
    promise = one.promise
    assumed = promise.assumption or "–"
    return (
        promise.text,
        promise.owner,
        messages.day(promise.due) if promise.due else "–",
        Texts(messages.lang)(f"workshop.promise_{promise.state.value}"),
        f"{assumed} – {messages('decision_shaken')}" if one.assumption_broken else assumed,
    )
