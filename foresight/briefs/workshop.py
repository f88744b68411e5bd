"""What a room made of a scenario, as sections of its brief: likelihoods, options, signs to watch, questions, decisions.

A section is there only where there is something to tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from foresight.briefs.pen import Pen
from foresight.records import (
    NONE_OF_THESE,
    Citation,
    Futures,
    LikelihoodUpdate,
    Promise,
    Question,
    Scenario,
    Section,
    Share,
    Signpost,
    ThreeQuestions,
    WindTunnel,
)
from foresight.text import Texts
from foresight.text.numbers import few_digits, number

_QUESTIONS = ("matters", "act", "practice")
_CLEARLY = 0.005
"""A lead of less than half a per cent is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
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
class Post:
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
class Moved:
    """What a signpost did to the likelihoods: its title, its condition and what was measured, as people read them."""

    update: LikelihoodUpdate
    title: str
    words: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with how many answered, and the median of what they said; None where nobody did."""

    question: Question
    answers: int
    middle: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision; shaken: a signpost it rests on has tripped."""

    promise: Promise
    shaken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What the ledger keeps around a scenario.

    Attributes:
        futures: those gone on with; now: their likelihoods today, none-of-these last.
        moved: oldest first; those taken back are told as such.
        tunnel: options, criteria and scores; options: those scored everywhere.
        maximin, minimax_regret: names of the options that are best by these rules, "" where none is scored.
        answers: to the three questions, "" where nobody answered.
    """

    futures: Futures = field(default_factory=Futures)
    now: tuple[Share, ...] = ()
    moved: tuple[Moved, ...] = ()
    tunnel: WindTunnel = field(default_factory=WindTunnel)
    options: tuple[Option, ...] = ()
    maximin: str = ""
    minimax_regret: str = ""
    posts: tuple[Post, ...] = ()
    asked: tuple[Asked, ...] = ()
    decided: tuple[Decided, ...] = ()
    answers: ThreeQuestions = field(default_factory=ThreeQuestions)


def likeliest(made: Made, pen: Pen) -> str:
    """One sentence on the future that is likelier than every other, "" where none is."""
    ordered = sorted((share, name) for name, share in made.now if name != NONE_OF_THESE)
    if not ordered or (len(ordered) > 1 and ordered[-1][0] - ordered[-2][0] < _CLEARLY):
        return ""
    share, name = ordered[-1]
    first = dict(made.futures.shares).get(name, 0.0)
    key = "claim_likeliest_moved" if any(not one.update.undone for one in made.moved) else "claim_likeliest"
    return pen(key, name=_names(made, pen)[name], now=pen.percent(share), before=pen.percent(first))


def likelihood_sections(scenario: Scenario, made: Made, labels: dict[tuple[int, ...], str], pen: Pen) -> list[Section]:
    """How likely the futures are, what moved that, and the documents that showed it.

    Args:
        scenario: whose futures they are.
        made: what the ledger keeps.
        labels: what the brief calls a solution, by its states.
        pen: the language.
    """
    if not made.futures.futures:
        return []
    return [_likelihoods(scenario, made, labels, pen), *_moved(made, pen), *_seen(made, pen)]


def option_sections(made: Made, pen: Pen) -> Iterator[Section]:
    """The stress-test: what kind of move each option is and why, and the scores behind it."""
    if not made.tunnel.strategies:
        return
    yield _stress(made, pen)
    if made.tunnel.scores and made.futures.futures:
        yield _scores(made, pen)


def signpost_sections(made: Made, pen: Pen) -> Iterator[Section]:
    """What is watched, how it stands, who acts on it and how."""
    if made.posts:
        yield Section(
            key="signposts",
            heading=pen("heading_signposts"),
            columns=pen.columns("sign", "condition", "now", "stands", "triggers"),
            rows=tuple(_post(post, pen) for post in made.posts),
        )


def forecast_sections(made: Made, pen: Pen) -> Iterator[Section]:
    """Questions with a deadline, and what the room said of them."""
    say = Texts(pen.lang)
    if made.asked:
        yield Section(
            key="forecasts",
            heading=pen("heading_forecasts"),
            columns=pen.columns("asked", "until", "median", "outcome"),
            rows=tuple(
                (
                    one.question.text,
                    pen.day(one.question.deadline),
                    pen("forecast_median", middle=pen.percent(one.middle, digits=0), count=pen.number(one.answers))
                    if one.middle is not None
                    else "–",
                    say(f"workshop.outcome_{_outcome(one.question)}"),
                )
                for one in made.asked
            ),
        )


def decision_sections(made: Made, pen: Pen) -> Iterator[Section]:
    """What was promised, by whom and until when, and what it assumes."""
    if made.decided:
        yield Section(
            key="decisions",
            heading=pen("heading_decisions"),
            columns=pen.columns("decision", "owner", "until", "stands", "assumption"),
            rows=tuple(_decision(one, pen) for one in made.decided),
        )


def answered(made: Made, pen: Pen) -> Section | None:
    """The three questions with the room's answers, None where nobody answered one."""
    told = [getattr(made.answers, name).strip() for name in _QUESTIONS]
    if not any(told):
        return None
    return Section(
        key="questions",
        heading=pen("heading_questions"),
        columns=(pen("column_asked"), pen("column_answer")),
        rows=tuple(
            (pen(f"question_{name}_scenario"), text or "–") for name, text in zip(_QUESTIONS, told, strict=True)
        ),
    )


def _names(made: Made, pen: Pen) -> dict[str, str]:
    known = {future.id: future.name for future in made.futures.futures}
    return known | {NONE_OF_THESE: Texts(pen.lang)("workshop.none_of_these")}


def _likelihoods(scenario: Scenario, made: Made, labels: dict[tuple[int, ...], str], pen: Pen) -> Section:
    names, first, now = _names(made, pen), dict(made.futures.shares), dict(made.now)
    how = {future.id: _states(scenario, future.states) for future in made.futures.futures}
    at = {future.id: labels.get(_places(scenario, future.states), "") for future in made.futures.futures}
    rows = tuple(
        (
            f"{name} ({at[key]})" if at.get(key) else name,
            how.get(key) or pen("likelihood_none"),
            pen.percent(first[key]),
            pen.percent(now.get(key, first[key])),
        )
        for key, name in names.items()
    )
    counts = any(not one.update.undone for one in made.moved)
    return Section(
        key="likelihoods",
        heading=pen("heading_likelihoods"),
        paragraphs=(
            pen(f"likelihood_basis_{made.futures.basis}"),
            pen("likelihood_updated" if counts else "likelihood_still"),
        ),
        columns=pen.columns("future", "how", "first", "now"),
        rows=rows,
    )


def _states(scenario: Scenario, states: Sequence[tuple[str, str]]) -> str:
    """The states in words; those of factors that have gone are left out."""
    held = dict(states)
    return "; ".join(
        f"{factor.name}: {state.name}"
        for factor in scenario.factors
        for state in factor.states
        if held.get(factor.id) == state.id
    )


def _places(scenario: Scenario, states: Sequence[tuple[str, str]]) -> tuple[int, ...]:
    held = dict(states)
    return tuple(
        at for factor in scenario.factors for at, state in enumerate(factor.states) if held.get(factor.id) == state.id
    )


def _moved(made: Made, pen: Pen) -> Iterator[Section]:
    if made.moved:
        yield Section(
            key="moved",
            heading=pen("heading_moved"),
            paragraphs=(pen("moved_intro"),),
            columns=pen.columns("date", "sign", "measured", "effect"),
            rows=tuple(_move(one, made, pen) for one in made.moved),
        )


def _move(moved: Moved, made: Made, pen: Pen) -> tuple[str, str, str, str]:
    """One update: when, which sign, what was measured, and prior → posterior (ratio) per future."""
    update, names = moved.update, _names(made, pen)
    after, ratios = dict(update.posterior), dict(update.ratios)
    did = "; ".join(
        pen(
            "moved_share",
            name=names.get(key, key),
            before=pen.percent(share),
            after=pen.percent(after.get(key, share)),
            ratio=number(ratios.get(key, 1.0), pen.lang, digits=2),
        )
        for key, share in update.prior
    )
    if update.weight < 1.0:
        did = f"{did}. {pen('moved_tempered', weight=number(update.weight, pen.lang, digits=1))}"
    if update.undone:
        did = f"{pen('moved_undone')} {did}"
    kind = pen("moved_hit" if update.seen else "moved_miss")
    return pen.day(update.at), f"{moved.title}: {moved.words}", f"{moved.value} – {kind}", did


def _seen(made: Made, pen: Pen) -> Iterator[Section]:
    found = [(moved, cited) for moved in made.moved for cited in moved.update.evidence]
    if not found:
        return
    names = ("date", "headline", "source", "sign")
    # where one signpost spoke, its title on every row would say nothing
    shown = slice(len(names) if len(made.moved) > 1 else -1)
    yield Section(
        key="moved_documents",
        heading=pen("heading_moved_documents"),
        columns=pen.columns(*names)[shown],
        rows=tuple(_document(cited, moved.title, pen)[shown] for moved, cited in found),
        citations=tuple(cited for _, cited in found),
    )


def _document(cited: Citation, title: str, pen: Pen) -> tuple[str, ...]:
    published = pen.day(cited.published) if cited.published else "–"
    return published, cited.title or cited.quote, cited.source_title or "–", title


def _stress(made: Made, pen: Pen) -> Section:
    criteria = pen.list(
        pen("stress_criterion", name=one.name, threshold=few_digits(one.threshold, pen.lang))
        for one in made.tunnel.criteria
    )
    paragraphs = [pen("stress_intro", criteria=criteria)] if criteria else []
    if made.maximin and len(made.options) > 1:
        paragraphs.append(pen("stress_best", maximin=made.maximin, minimax=made.minimax_regret))
    scored = {option.name for option in made.options}
    waiting = tuple(one.name for one in made.tunnel.strategies if one.name not in scored)
    return Section(
        key="stress",
        heading=pen("heading_stress"),
        paragraphs=tuple(paragraphs),
        bullets=(pen("stress_unscored", options=pen.list(waiting)),) if waiting else (),
        columns=pen.columns("option", "move", "satisfied", "why") if scored else (),
        rows=tuple(_option(option, pen) for option in made.options),
    )


def _option(option: Option, pen: Pen) -> tuple[str, str, str, str]:
    say = Texts(pen.lang)
    why = say(
        f"workshop.reason_{option.move}",
        best=", ".join(option.best_in) or "–",
        fails=", ".join(option.fails_in) or "–",
        regret=few_digits(option.max_regret, pen.lang),
        where=option.regret_in,
    )
    return option.name, say(f"workshop.move_{option.move}"), pen.percent(option.satisfied, digits=0), why


def _scores(made: Made, pen: Pen) -> Section:
    """Every score as it was given, options by criteria down and futures across; what misses its threshold is marked."""
    values = {(s.strategy_id, s.criterion_id, s.future_id): s.value for s in made.tunnel.scores}

    def cell(strategy: str, criterion: str, threshold: float, future: str) -> str:
        value = values.get((strategy, criterion, future))
        if value is None:
            return "–"
        told = few_digits(value, pen.lang)
        return pen("score_fails", score=told) if value < threshold else told

    rows = (
        (
            strategy.name,
            criterion.name,
            *(cell(strategy.id, criterion.id, criterion.threshold, future.id) for future in made.futures.futures),
        )
        for strategy in made.tunnel.strategies
        for criterion in made.tunnel.criteria
    )
    heads = chain((pen("column_option"), pen("column_criterion")), (future.name for future in made.futures.futures))
    return Section(key="stress_scores", heading=pen("heading_scores"), columns=tuple(heads), rows=tuple(rows))


def _post(post: Post, pen: Pen) -> tuple[str, str, str, str, str]:
    signpost = post.signpost
    until = f" ({pen('signpost_closes', day=pen.day(signpost.closes))})" if signpost.closes else ""
    acts = " – ".join(part for part in (signpost.owner, signpost.triggers) if part) or "–"
    return (
        signpost.title,
        f"{post.words}{until}",
        post.value,
        Texts(pen.lang)(f"workshop.signpost_state_{post.state}"),
        acts,
    )


def _outcome(question: Question) -> str:
    return "open" if question.came_true is None else "yes" if question.came_true else "no"


def _decision(one: Decided, pen: Pen) -> tuple[str, str, str, str, str]:
    promise = one.promise
    assumed = promise.assumption or "–"
    return (
        promise.text,
        promise.owner,
        pen.day(promise.due) if promise.due else "–",
        Texts(pen.lang)(f"workshop.promise_{promise.state.value}"),
        f"{assumed} – {pen('decision_shaken')}" if one.shaken else assumed,
    )
