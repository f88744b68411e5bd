"""What people made of a scenario, as sections of its brief: likelihoods, options, signposts, questions, decisions.

A section is there only where there is something to show.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

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
from foresight.model.workshop import Revision, ThreeQuestions
from foresight.reports.messages import BriefMessages
from foresight.scenarios.forecasts import AnsweredQuestion
from foresight.scenarios.promises import PromiseStatus
from foresight.scenarios.signposts import WatchedSignpost
from foresight.scenarios.stress_test import OptionReport, StressTestReport
from foresight.scenarios.trend_conditions import condition_in_words, measure_in_words

_QUESTIONS = ("matters", "act", "practice")
_LEAST_LEAD = 0.005
"""A lead of less than half a per cent is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkshopResults:
    """What people made of a scenario.

    Attributes:
        futures: those gone on with; now: their likelihoods today, none-of-these last.
        updates: what signposts did to the likelihoods, oldest first; those taken back are shown as such.
        stress_input: options, criteria and scores; stress_report: how the options fare, None where nothing was tested.
        answers: to the three questions, "" where nobody answered.
    """

    futures: FutureSet = field(default_factory=FutureSet)
    now: tuple[FutureShare, ...] = ()
    updates: tuple[Revision[LikelihoodUpdate], ...] = ()
    stress_input: StressTestInput = field(default_factory=StressTestInput)
    stress_report: StressTestReport | None = None
    signposts: tuple[WatchedSignpost, ...] = ()
    questions: tuple[AnsweredQuestion, ...] = ()
    decisions: tuple[PromiseStatus, ...] = ()
    answers: ThreeQuestions = field(default_factory=ThreeQuestions)

    @property
    def is_updated(self) -> bool:
        """Whether a signpost has spoken, and that was not taken back."""
        return any(not update.content.undone for update in self.updates)


def likeliest_future_sentence(results: WorkshopResults, messages: BriefMessages) -> str:
    """One sentence on the future that is likelier than every other, "" where none is."""
    ordered = sorted((share, key) for key, share in results.now if key != NONE_OF_THESE)
    if not ordered or (len(ordered) > 1 and ordered[-1][0] - ordered[-2][0] < _LEAST_LEAD):
        return ""
    share, key = ordered[-1]
    before = messages.percent(dict(results.futures.shares).get(key, 0.0))
    text = "claim_likeliest_moved" if results.is_updated else "claim_likeliest"
    return messages(text, name=_future_names(results, messages)[key], now=messages.percent(share), before=before)


def likelihood_sections(
    scenario: Scenario, results: WorkshopResults, labels: dict[tuple[int, ...], str], messages: BriefMessages
) -> Iterator[Section]:
    """How likely the futures are, what changed that, and the documents that showed it.

    Args:
        scenario: whose futures they are.
        results: what people made of it.
        labels: what the brief calls a solution, by its states.
        messages: the language.
    """
    if not results.futures.futures:
        return
    changed = "likelihood_updated" if results.is_updated else "likelihood_still"
    yield messages.section(
        "likelihoods",
        paragraphs=(messages(f"likelihood_basis_{results.futures.basis}"), messages(changed)),
        columns=("future", "how", "first", "now"),
        rows=_likelihood_rows(scenario, results, labels, messages),
    )
    signposts = {watched.signpost.id: watched for watched in results.signposts}
    updates = [(update, signposts.get(update.content.signpost_id)) for update in results.updates]
    if updates:
        yield messages.section(
            "moved",
            paragraphs=(messages("moved_intro"),),
            columns=("date", "sign", "measured", "effect"),
            rows=(_update_row(update, watched, scenario, results, messages) for update, watched in updates),
        )
    cited = [(one, _update_title(*entry)) for entry in updates for one in entry[0].content.evidence]
    if cited:
        # where one signpost spoke, its title on every row would say nothing
        shown = slice(4 if len(updates) > 1 else 3)
        yield messages.section(
            "moved_documents",
            columns=("date", "headline", "source", "sign")[shown],
            rows=(tuple([*citation_cells(one, messages), title][shown]) for one, title in cited),
            citations=(one for one, _ in cited),
        )


def citation_cells(cited: Citation, messages: BriefMessages) -> tuple[str, str, str]:
    """Day, headline and source of a cited document."""
    return messages.day(cited.published), cited.title or cited.quote, cited.source_title or "–"


def option_sections(results: WorkshopResults, messages: BriefMessages) -> Iterator[Section]:
    """The stress-test: what kind of move each option is and why, and the scores behind it."""
    tested, report = results.stress_input, results.stress_report
    if not tested.strategies:
        return
    options = report.options if report else ()
    criteria = messages.list(
        messages("stress_criterion", name=one.name, threshold=format_quantity(one.threshold, messages.lang))
        for one in tested.criteria
    )
    paragraphs = [messages("stress_intro", criteria=criteria)] if criteria else []
    if report and report.maximin and len(options) > 1:
        paragraphs.append(messages("stress_best", maximin=report.maximin, minimax=report.minimax_regret))
    scored = {option.strategy.id for option in options}
    waiting = messages.list(one.name for one in tested.strategies if one.id not in scored)
    yield messages.section(
        "stress",
        paragraphs=paragraphs,
        bullets=(messages("stress_unscored", options=waiting),) if waiting else (),
        columns=("option", "move", "satisfied", "why") if scored else (),
        rows=(_option_row(option, messages) for option in options),
    )
    if tested.scores and results.futures.futures:
        yield _score_section(results, messages)


def signpost_sections(results: WorkshopResults, messages: BriefMessages) -> Iterator[Section]:
    """What is watched, how it stands, who acts on it and how."""
    if results.signposts:
        yield messages.section(
            "signposts",
            columns=("sign", "condition", "now", "stands", "triggers"),
            rows=(_signpost_row(watched, messages) for watched in results.signposts),
        )


def forecast_sections(results: WorkshopResults, messages: BriefMessages) -> Iterator[Section]:
    """Questions with a deadline, and what people answered."""
    if results.questions:
        yield messages.section(
            "forecasts",
            columns=("asked", "until", "median", "outcome"),
            rows=(_question_row(one, messages) for one in results.questions),
        )


def decision_sections(results: WorkshopResults, messages: BriefMessages) -> Iterator[Section]:
    """What was promised, by whom and until when, and what it assumes."""
    if results.decisions:
        yield messages.section(
            "decisions",
            columns=("decision", "owner", "until", "stands", "assumption"),
            rows=(_decision_row(one, messages) for one in results.decisions),
        )


def answered_questions_section(results: WorkshopResults, messages: BriefMessages) -> Section | None:
    """The three questions with people's answers, None where nobody answered one."""
    answers = {name: getattr(results.answers, name).strip() for name in _QUESTIONS}
    if not any(answers.values()):
        return None
    rows = ((messages(f"question_{name}_scenario"), text or "–") for name, text in answers.items())
    return messages.section("questions", columns=("asked", "answer"), rows=rows)


def _future_names(results: WorkshopResults, messages: BriefMessages) -> dict[str, str]:
    known = {future.id: future.name for future in results.futures.futures}
    return known | {NONE_OF_THESE: messages.texts("workshop.none_of_these")}


def _likelihood_rows(
    scenario: Scenario, results: WorkshopResults, labels: dict[tuple[int, ...], str], messages: BriefMessages
) -> Iterator[tuple[str, str, str, str]]:
    """Each future with its states in words; those of factors that have gone are left out."""
    first, now = dict(results.futures.shares), dict(results.now)
    held = {future.id: set(future.states) for future in results.futures.futures}
    for key, name in _future_names(results, messages).items():
        states = [
            (at, f"{factor.name}: {state.name}")
            for factor in scenario.factors
            for at, state in enumerate(factor.states)
            if (factor.id, state.id) in held.get(key, ())
        ]
        label = labels.get(tuple(at for at, _ in states), "")
        how = "; ".join(words for _, words in states) or messages("likelihood_none")
        now_share = now.get(key, first[key])
        called = f"{name} ({label})" if label else name
        yield called, how, messages.percent(first[key]), messages.percent(now_share)


def _update_title(update: Revision[LikelihoodUpdate], watched: WatchedSignpost | None) -> str:
    return update.reason or (watched.signpost.content.title if watched else "")


def _update_row(
    entry: Revision[LikelihoodUpdate],
    watched: WatchedSignpost | None,
    scenario: Scenario,
    results: WorkshopResults,
    messages: BriefMessages,
) -> tuple[str, str, str, str]:
    """One update: when, which sign, what was measured, and prior → posterior (ratio) per future.

    A condition that was changed since stays in the words of its day, whatever their language.
    """
    update, lang, names = entry.content, messages.lang, _future_names(results, messages)
    condition, value = update.watch, "–"
    if watched:
        watch, view = watched.signpost.content.watch, watched.status.view
        unchanged = update.watch == condition_in_words(watch, view, scenario.lang)
        condition = condition_in_words(watch, view, lang) if unchanged else update.watch
        value = measure_in_words(watch.measure, update.value, lang)
    after, ratios = dict(update.posterior), dict(update.ratios)
    effect = "; ".join(
        messages(
            "moved_share",
            name=names.get(key, key),
            before=messages.percent(share),
            after=messages.percent(after.get(key, share)),
            ratio=format_number(ratios.get(key, 1.0), lang, digits=2),
        )
        for key, share in update.prior
    )
    if update.weight < 1.0:
        effect = f"{effect}. {messages('moved_tempered', weight=format_number(update.weight, lang, digits=1))}"
    if update.undone:
        effect = f"{messages('moved_undone')} {effect}"
    kind = messages("moved_hit" if update.seen else "moved_miss")
    return messages.day(update.at), f"{_update_title(entry, watched)}: {condition}", f"{value} – {kind}", effect


def _option_row(option: OptionReport, messages: BriefMessages) -> tuple[str, str, str, str]:
    why = messages.texts(
        f"workshop.reason_{option.move}",
        best=", ".join(option.best_in) or "–",
        fails=", ".join(option.fails_in) or "–",
        regret=format_quantity(option.max_regret, messages.lang),
        where=option.regret_in,
    )
    kind = messages.texts(f"workshop.move_{option.move}")
    return option.strategy.name, kind, messages.percent(option.satisfied, digits=0), why


def _score_section(results: WorkshopResults, messages: BriefMessages) -> Section:
    """Every score as it was given, options by criteria down and futures across; what misses its threshold is marked."""
    tested, futures = results.stress_input, results.futures.futures
    values = {(s.strategy_id, s.criterion_id, s.future_id): s.value for s in tested.scores}

    def cell(value: float | None, threshold: float) -> str:
        if value is None:
            return "–"
        score = format_quantity(value, messages.lang)
        return messages("score_fails", score=score) if value < threshold else score

    rows = tuple(
        (
            strategy.name,
            criterion.name,
            *(cell(values.get((strategy.id, criterion.id, one.id)), criterion.threshold) for one in futures),
        )
        for strategy in tested.strategies
        for criterion in tested.criteria
    )
    columns = (messages("column_option"), messages("column_criterion"), *(one.name for one in futures))
    return Section(key="stress_scores", heading=messages("heading_stress_scores"), columns=columns, rows=rows)


def _signpost_row(watched: WatchedSignpost, messages: BriefMessages) -> tuple[str, str, str, str, str]:
    signpost, status = watched.signpost.content, watched.status
    until = f" ({messages('signpost_closes', day=messages.day(signpost.closes))})" if signpost.closes else ""
    return (
        signpost.title,
        f"{condition_in_words(signpost.watch, status.view, messages.lang)}{until}",
        measure_in_words(signpost.watch.measure, status.reading.value, messages.lang),
        messages.texts(f"workshop.signpost_state_{watched.state}"),
        " – ".join(part for part in (signpost.owner, signpost.triggers) if part) or "–",
    )


def _question_row(one: AnsweredQuestion, messages: BriefMessages) -> tuple[str, str, str, str]:
    question, median = one.question.content, "–"
    if one.middle is not None:
        share, count = messages.percent(one.middle, digits=0), messages.number(len(one.answers))
        median = messages("forecast_median", middle=share, count=count)
    outcome = "open" if question.came_true is None else "yes" if question.came_true else "no"
    return question.text, messages.day(question.deadline), median, messages.texts(f"workshop.outcome_{outcome}")


def _decision_row(one: PromiseStatus, messages: BriefMessages) -> tuple[str, str, str, str, str]:
    promise = one.promise.content
    assumed = promise.assumption or "–"
    return (
        promise.text,
        promise.owner,
        messages.day(promise.due),
        messages.texts(f"workshop.promise_{promise.state.value}"),
        f"{assumed} – {messages('decision_shaken')}" if one.broken_assumption else assumed,
    )
