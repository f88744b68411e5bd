"""Forecasts: questions with a deadline, everybody's probabilities over time, what came true, and how good that was.

Scores: Brier, Monthly Weather Review 78 (1950); Murphy's decomposition, Journal of Applied Meteorology 12 (1973).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf, isfinite, log
from statistics import fmean, median

from foresight.model.decisions import TrendView
from foresight.model.errors import NotAProbability, QuestionClosed, RevisionConflict, UsageError
from foresight.model.ports import Clock
from foresight.model.workshop import ForecastAnswer, ForecastQuestion, Revision
from foresight.scenarios.revisions import Attribution, latest_revision, required_name, save_new, save_next
from foresight.scenarios.trend_conditions import PublishedTrends, check_condition
from foresight.store.ledger import Ledger

BIN_EPSILON = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedForecast:
    """A resolved yes-or-no forecast: the probability that was said, and whether it came true."""

    probability: float
    came_true: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationBin:
    """Calls of about one probability: mean said, share that came true, how many."""

    said: float
    happened: float
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BrierDecomposition:
    """The Brier score taken apart: reliability − resolution + uncertainty (+ the spread within bins)."""

    reliability: float
    resolution: float
    uncertainty: float
    within: float

    @property
    def brier(self) -> float:
        """The parts put together again."""
        return self.reliability - self.resolution + self.uncertainty + self.within


def brier_score(calls: Sequence[ResolvedForecast]) -> float:
    """Mean squared distance from what happened, 0 (perfect) to 1."""
    return sum((call.probability - call.came_true) ** 2 for call in calls) / len(calls)


def logarithmic_score(probability: float) -> float:
    """−ln of what was said of what happened: 0 is perfect; infinite where it was called impossible."""
    return -log(probability) if probability > 0.0 else inf


def skill_score(calls: Sequence[ResolvedForecast], *, base_rate: float) -> float:
    """1 − Brier / Brier of always saying the base rate: above 0 beats it; 0 where the base rate is never wrong."""
    reference = brier_score([ResolvedForecast(probability=base_rate, came_true=call.came_true) for call in calls])
    return 1.0 - brier_score(calls) / reference if reference else 0.0


def calibration_bins(calls: Sequence[ResolvedForecast], *, bins: int = 10) -> tuple[CalibrationBin, ...]:
    """Calls by what was said, in equal steps; empty ones are left out."""
    groups: dict[int, list[ResolvedForecast]] = {}
    for call in calls:
        groups.setdefault(min(bins - 1, int(call.probability * bins + BIN_EPSILON)), []).append(call)
    return tuple(
        CalibrationBin(
            said=sum(call.probability for call in group) / len(group),
            happened=sum(call.came_true for call in group) / len(group),
            calls=len(group),
        )
        for _, group in sorted(groups.items())
    )


def brier_decomposition(calls: Sequence[ResolvedForecast], *, bins: int = 10) -> BrierDecomposition:
    """Why the Brier score is what it is. The parts always add up to it, within bins too."""
    total = len(calls)
    rate = sum(call.came_true for call in calls) / total
    groups = calibration_bins(calls, bins=bins)
    reliability = sum(group.calls * (group.said - group.happened) ** 2 for group in groups) / total
    resolution = sum(group.calls * (group.happened - rate) ** 2 for group in groups) / total
    uncertainty = rate * (1.0 - rate)
    return BrierDecomposition(
        reliability=reliability,
        resolution=resolution,
        uncertainty=uncertainty,
        within=brier_score(calls) - (reliability - resolution + uncertainty),
    )


RESOLVED_BY_SIGNAL = "signal"
SCORED_MARGIN = 0.001
"""Probabilities are scored by their logarithm between this and its opposite: one "never" must not cost infinity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredQuestion:
    """A question with everybody's latest answer.

    Attributes:
        answers: one per person, the latest revision that counts; middle: their median, None where nobody answered.
    """

    question: Revision[ForecastQuestion]
    answers: tuple[Revision[ForecastAnswer], ...]
    middle: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecasterScore:
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
    bins: tuple[CalibrationBin, ...]
    parts: BrierDecomposition


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCard:
    """The room first, then each person; base_rate: the share of resolved questions that came true."""

    room: ForecasterScore | None
    people: tuple[ForecasterScore, ...]
    base_rate: float
    resolved: int
    open: int


class ForecastService:
    """Everything one can do with forecast questions."""

    def __init__(self, published: PublishedTrends, ledger: Ledger, clock: Clock) -> None:
        self._published, self._ledger, self._clock = published, ledger, clock

    def list(self, scenario_id: str | None = None) -> tuple[AnsweredQuestion, ...]:
        """All questions, open ones first, the nearest deadline first."""
        found = [self._with_answers(one) for one in self._ledger.entries(ForecastQuestion, scenario_id=scenario_id)]
        return tuple(
            sorted(found, key=lambda one: (one.question.content.came_true is not None, one.question.content.deadline))
        )

    def get(self, question_id: str) -> AnsweredQuestion:
        """One question.

        Raises:
            NotFound: no such question.
        """
        return self._with_answers(self._ledger.entry(ForecastQuestion, question_id))

    def history(self, question_id: str, who: str) -> tuple[Revision[ForecastAnswer], ...]:
        """One person's answers, oldest first."""
        return self._ledger.history(ForecastAnswer, _answer_id(question_id, who))

    def ask(
        self, question: ForecastQuestion, signed: Attribution, *, scenario_id: str = ""
    ) -> Revision[ForecastQuestion]:
        """Save a new question.

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
            check_condition(question.rule, self._published.views())
        asked = replace(question, came_true=None, resolved=None, resolved_by="", value=None, evidence=())
        return save_new(self._ledger, "q", asked, signed, scenario_id=scenario_id)

    def answer(self, question_id: str, probability: float, signed: Attribution) -> Revision[ForecastAnswer]:
        """Save one person's probability; their earlier ones stay in the history.

        Raises:
            NotAProbability: outside 0 to 1.
            QuestionClosed: it is resolved, or its deadline has passed.
        """
        entry = self._ledger.entry(ForecastQuestion, question_id)
        question = entry.content
        if not (isfinite(probability) and 0.0 <= probability <= 1.0):
            raise NotAProbability(what=question.text, found=probability)
        closed = question.resolved or (question.deadline if self._clock.now() >= question.deadline else None)
        if closed:
            raise QuestionClosed(question=question.text, since=closed.date())
        who = required_name(signed.who)
        answer = ForecastAnswer(question_id=question_id, who=who, probability=probability)
        base = latest_revision(self._ledger, _answer_id(question_id, who), answer, scenario_id=entry.scenario_id)
        return save_next(self._ledger, base, answer, signed)

    def resolve(self, question_id: str, came_true: bool, signed: Attribution) -> Revision[ForecastQuestion]:  # noqa: FBT001 - yes or no
        """Say what happened, or correct what was said."""
        entry = self._ledger.entry(ForecastQuestion, question_id)
        who = required_name(signed.who)
        resolved = replace(entry.content, came_true=came_true, resolved=self._clock.now(), resolved_by=who, evidence=())
        return save_next(self._ledger, entry, resolved, signed)

    def check(self) -> tuple[Revision[ForecastQuestion], ...]:
        """Resolve what the published run can: yes when the rule has held in time, no when the deadline has passed.

        A question whose trend the run does not know stays open, for a person. Returns what was resolved now.
        """
        stamp = self._published.stamp()
        if stamp is None or stamp.as_of is None:
            return ()
        views = self._published.views()
        saved = []
        for entry in self._ledger.entries(ForecastQuestion):
            resolved = self._resolved_by_run(entry.content, views, stamp.as_of)
            if resolved is None:
                continue
            try:
                signed = Attribution(who=RESOLVED_BY_SIGNAL, reason=stamp.run_id)
                saved.append(save_next(self._ledger, entry, resolved, signed))
            except RevisionConflict:
                # Another process, or a person, resolved it meanwhile; theirs stands.
                continue
        return tuple(saved)

    def score(self, scenario_id: str | None = None) -> ScoreCard:
        """How good the room and each person were, over the questions that are resolved.

        A person's last answer before the deadline and before the resolution counts; the room's is the median of these.
        """
        asked = self.list(scenario_id)
        done = [one for one in asked if one.question.content.came_true is not None]
        rate = fmean(one.question.content.came_true or False for one in done) if done else 0.0
        said: dict[str, list[ResolvedForecast]] = {}
        for one in done:
            given = [("", one.middle), *((answer.content.who, answer.content.probability) for answer in one.answers)]
            for who, probability in given:
                if probability is not None:
                    came_true = bool(one.question.content.came_true)
                    call = ResolvedForecast(probability=probability, came_true=came_true)
                    said.setdefault(who, []).append(call)
        scores = [_forecaster_score(who, calls, rate) for who, calls in sorted(said.items())]
        return ScoreCard(
            room=scores[0] if scores else None,
            people=tuple(scores[1:]),
            base_rate=rate,
            resolved=len(done),
            open=len(asked) - len(done),
        )

    def _resolved_by_run(
        self, question: ForecastQuestion, views: dict[str, TrendView], as_of: datetime
    ) -> ForecastQuestion | None:
        """The question as a run resolves it, None where it stays as it is."""
        if question.came_true is not None or question.rule is None:
            return None
        status = self._published.status(question.rule, views, since=question.opened)
        reading = status.reading
        came_true = reading.holds and (reading.until or as_of) <= question.deadline
        if status.view is None or not (came_true or as_of >= question.deadline):
            return None
        return replace(
            question,
            came_true=came_true,
            resolved=as_of,
            resolved_by=RESOLVED_BY_SIGNAL,
            value=reading.value,
            evidence=self._published.citations(status) if came_true else question.evidence,
        )

    def _with_answers(self, entry: Revision[ForecastQuestion]) -> AnsweredQuestion:
        given = self._ledger.entries(ForecastAnswer, scenario_id=entry.scenario_id)
        answers = tuple(answer for answer in given if answer.content.question_id == entry.id)
        said = [answer.content.probability for answer in answers]
        return AnsweredQuestion(question=entry, answers=answers, middle=median(said) if said else None)


def _answer_id(question_id: str, who: str) -> str:
    return f"{question_id}/{who}"


def _forecaster_score(who: str, calls: Sequence[ResolvedForecast], base_rate: float) -> ForecasterScore:
    said = [call.probability if call.came_true else 1.0 - call.probability for call in calls]
    return ForecasterScore(
        who=who,
        questions=len(calls),
        brier=brier_score(calls),
        log_score=fmean(logarithmic_score(min(max(p, SCORED_MARGIN), 1.0 - SCORED_MARGIN)) for p in said),
        skill=skill_score(calls, base_rate=base_rate),
        bins=calibration_bins(calls, bins=5),
        parts=brier_decomposition(calls, bins=5),
    )
