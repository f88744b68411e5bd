"""Forecasts: questions with a deadline, everybody's probabilities over time, what came true, and how good that was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import isfinite
from statistics import fmean, median

from foresight.errors import ClosedQuestion, EntryConflict, NotAProbability, UsageError
from foresight.ports import Clock, Ledger
from foresight.records import ForecastAnswer, Kept, Question
from foresight.scenarios.forecast import Bin, Call, Murphy, brier, calibration, logarithmic, murphy, skill
from foresight.services.keeping import Signed, first, latest, named, revised
from foresight.services.watcher import Seen, Watcher, checked

BY_SIGNAL = "signal"
NEVER_CERTAIN = 0.001
"""Probabilities are scored by their logarithm between this and its opposite: one "never" must not cost infinity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with everybody's latest answer.

    Attributes:
        answers: one per person, the latest revision that counts; middle: their median, None where nobody answered.
    """

    question: Kept[Question]
    answers: tuple[Kept[ForecastAnswer], ...]
    middle: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """How good somebody's forecasts were.

    Attributes:
        who: "" for the median of the room.
        brier: 0 is perfect, 0.25 is what saying one half every time gets; log_score: 0 is perfect.
        skill: against always saying the base rate of these very questions; 0 where it is never wrong.
        bins: said against happened; parts: the Brier score taken apart.
    """

    who: str
    questions: int
    brier: float
    log_score: float
    skill: float
    bins: tuple[Bin, ...]
    parts: Murphy


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCard:
    """The room first, then each person; base_rate: the share of resolved questions that came true."""

    room: Scored | None
    people: tuple[Scored, ...]
    base_rate: float
    resolved: int
    open: int


class ForecastDesk:
    """Everything one can do with forecast questions."""

    def __init__(self, watcher: Watcher, ledger: Ledger, clock: Clock) -> None:
        self._watcher, self._ledger, self._clock = watcher, ledger, clock

    def list(self, scenario_id: str | None = None) -> tuple[Asked, ...]:
        """All questions, open ones first, the nearest deadline first."""
        asked = [self._asked(entry) for entry in self._ledger.entries(Question, scenario_id=scenario_id)]
        return tuple(
            sorted(asked, key=lambda one: (one.question.content.came_true is not None, one.question.content.deadline))
        )

    def get(self, question_id: str) -> Asked:
        """One question.

        Raises:
            NotFound: no such question.
        """
        return self._asked(self._ledger.entry(Question, question_id))

    def history(self, question_id: str, who: str) -> tuple[Kept[ForecastAnswer], ...]:
        """How one person's mind went, oldest first."""
        return self._ledger.history(ForecastAnswer, _answer_id(question_id, who))

    def ask(self, question: Question, signed: Signed, *, scenario_id: str = "") -> Kept[Question]:
        """Keep a new question.

        Raises:
            UsageError: it has no text, its deadline has passed, or its rule is none that a run can decide.
            OffScale: a threshold that the measure never reaches.
        """
        if not question.text.strip():
            raise UsageError(argument="TEXT", found=question.text, expected="…?")
        if question.deadline <= question.opened:
            expected = f"> {question.opened.date()}"
            raise UsageError(argument="--deadline", found=question.deadline.date(), expected=expected)
        if question.rule is not None:
            checked(question.rule, self._watcher.views())
        asked = replace(question, came_true=None, resolved=None, resolved_by="", value=None, evidence=())
        return self._ledger.keep(first("q", asked, signed, scenario_id=scenario_id))

    def answer(self, question_id: str, probability: float, signed: Signed) -> Kept[ForecastAnswer]:
        """Keep one person's probability; an earlier one of theirs stays to be read.

        Raises:
            NotAProbability: outside 0 to 1.
            ClosedQuestion: it is resolved, or its deadline has passed.
        """
        entry = self._ledger.entry(Question, question_id)
        if not (isfinite(probability) and 0.0 <= probability <= 1.0):
            raise NotAProbability(what=entry.content.text, found=probability)
        closed = entry.content.resolved or (
            entry.content.deadline if self._clock.now() >= entry.content.deadline else None
        )
        if closed:
            raise ClosedQuestion(question=entry.content.text, since=closed.date())
        who = named(signed.who)
        said = ForecastAnswer(question_id=question_id, who=who, probability=probability)
        base = latest(self._ledger, _answer_id(question_id, who), said, scenario_id=entry.scenario_id)
        return self._ledger.keep(revised(base, said, signed))

    def resolve(self, question_id: str, came_true: bool, signed: Signed) -> Kept[Question]:  # noqa: FBT001 - yes or no
        """Say what happened, or correct what was said."""
        entry = self._ledger.entry(Question, question_id)
        told = replace(
            entry.content, came_true=came_true, resolved=self._clock.now(), resolved_by=named(signed.who), evidence=()
        )
        return self._ledger.keep(revised(entry, told, signed))

    def check(self) -> tuple[Kept[Question], ...]:
        """Resolve what the published run can: yes when the rule has held in time, no when the deadline has passed.

        A question whose trend the run does not know stays open, for a person. Returns what was resolved now.
        """
        stamp = self._watcher.stamp()
        if stamp is None or stamp.as_of is None:
            return ()
        views = self._watcher.views()
        settled = []
        for entry in self._ledger.entries(Question):
            question = entry.content
            if question.came_true is not None or question.rule is None:
                continue
            seen = self._watcher.see(question.rule, views, since=question.opened)
            told = self._told(question, seen, stamp.as_of)
            if told is not None:
                settled.append(revised(entry, told, Signed(who=BY_SIGNAL, reason=stamp.run_id)))
        kept = []
        for draft in settled:
            try:
                kept.append(self._ledger.keep(draft))
            except EntryConflict:
                # another process, or a person, resolved it meanwhile; theirs stands
                continue
        return tuple(kept)

    def score(self, scenario_id: str | None = None) -> ScoreCard:
        """How good the room and each person were, over the questions that are resolved.

        A person's last answer before the deadline and before the resolution counts; the room's is the median of these.
        """
        asked = self.list(scenario_id)
        done = [one for one in asked if one.question.content.came_true is not None]
        rate = fmean(one.question.content.came_true or False for one in done) if done else 0.0
        room = [_call(one.middle, one.question.content) for one in done if one.middle is not None]
        people = sorted({answer.content.who for one in done for answer in one.answers})
        return ScoreCard(
            room=_scored("", room, rate) if room else None,
            people=tuple(_scored(who, _calls_of(who, done), rate) for who in people),
            base_rate=rate,
            resolved=len(done),
            open=len(asked) - len(done),
        )

    def _told(self, question: Question, seen: Seen, as_of: datetime) -> Question | None:
        """The question as this run resolves it, None where it is open still."""
        if seen.view is None:
            return None
        in_time = (seen.reading.until or as_of) <= question.deadline
        if seen.reading.holds and in_time:
            return replace(
                question,
                came_true=True,
                resolved=as_of,
                resolved_by=BY_SIGNAL,
                value=seen.reading.value,
                evidence=self._watcher.evidence(seen),
            )
        if as_of >= question.deadline:
            return replace(question, came_true=False, resolved=as_of, resolved_by=BY_SIGNAL, value=seen.reading.value)
        return None

    def _asked(self, entry: Kept[Question]) -> Asked:
        kept = self._ledger.entries(ForecastAnswer, scenario_id=entry.scenario_id)
        answers = tuple(answer for answer in kept if answer.content.question_id == entry.id)
        said = [answer.content.probability for answer in answers]
        return Asked(question=entry, answers=answers, middle=median(said) if said else None)


def _answer_id(question_id: str, who: str) -> str:
    return f"{question_id}/{who}"


def _call(probability: float, question: Question) -> Call:
    return Call(probability=probability, came_true=bool(question.came_true))


def _calls_of(who: str, done: Sequence[Asked]) -> list[Call]:
    return [
        _call(answer.content.probability, one.question.content)
        for one in done
        for answer in one.answers
        if answer.content.who == who
    ]


def _scored(who: str, calls: Sequence[Call], base_rate: float) -> Scored:
    said = [call.probability if call.came_true else 1.0 - call.probability for call in calls]
    return Scored(
        who=who,
        questions=len(calls),
        brier=brier(calls),
        log_score=fmean(logarithmic(min(max(p, NEVER_CERTAIN), 1.0 - NEVER_CERTAIN)) for p in said),
        skill=skill(calls, base_rate=base_rate),
        bins=calibration(calls, bins=5),
        parts=murphy(calls, bins=5),
    )
