"""Scores of forecasts that can come true or not: what was said, what happened, how good that was.

Brier, Monthly Weather Review 78 (1950); Murphy's decomposition, Journal of Applied Meteorology 12 (1973); Epstein's
ranked probability score (1969), here not divided by the number of classes less one.

Forecasts: questions with a deadline, everybody's probabilities over time, what came true, and how good that was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate
from math import inf, isfinite, log
from statistics import fmean, median

from foresight.model.errors import NotAProbability, QuestionClosed, RevisionConflict, UsageError
from foresight.model.ports import Clock
from foresight.model.workshop import ForecastAnswer, ForecastQuestion, Revision
from foresight.scenarios.revisions import Attribution, first_revision, latest_revision, next_revision, required_name
from foresight.scenarios.watching import WatchService, WatchStatus, check_watch
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


def brier_score_of_classes(probabilities: Sequence[float], outcome: int) -> float:
    """Brier's score over several classes, 0 to 2; `outcome` is the index of the class that came."""
    return sum((p - (place == outcome)) ** 2 for place, p in enumerate(probabilities))


def ranked_probability_score(probabilities: Sequence[float], outcome: int) -> float:
    """Ranked probability score over ordered classes, 0 up: being near is better than being far."""
    return sum((said - (place >= outcome)) ** 2 for place, said in enumerate(accumulate(probabilities)))


def logarithmic_score(probability: float) -> float:
    """−ln of what was said of what happened: 0 is perfect; infinite where it was called impossible."""
    return -log(probability) if probability > 0.0 else inf


def skill_score(calls: Sequence[ResolvedForecast], *, base_rate: float) -> float:
    """1 − Brier / Brier of always saying the base rate: above 0 beats it; 0 where the base rate is never wrong."""
    reference = brier_score([ResolvedForecast(probability=base_rate, came_true=call.came_true) for call in calls])
    return 1.0 - brier_score(calls) / reference if reference else 0.0


def calibration_bins(calls: Sequence[ResolvedForecast], *, bins: int = 10) -> tuple[CalibrationBin, ...]:
    """Calls by what was said, in equal steps; empty ones are left out."""
    return tuple(
        CalibrationBin(
            said=sum(call.probability for call in group) / len(group),
            happened=sum(call.came_true for call in group) / len(group),
            calls=len(group),
        )
        for group in _forecasts_by_bin(calls, bins)
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


def _forecasts_by_bin(calls: Sequence[ResolvedForecast], bins: int) -> list[list[ResolvedForecast]]:
    groups: dict[int, list[ResolvedForecast]] = {}
    for call in calls:
        groups.setdefault(min(bins - 1, int(call.probability * bins + BIN_EPSILON)), []).append(call)
    return [groups[key] for key in sorted(groups)]


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

    def __init__(self, watcher: WatchService, ledger: Ledger, clock: Clock) -> None:
        self._watcher, self._ledger, self._clock = watcher, ledger, clock

    def list(self, scenario_id: str | None = None) -> tuple[AnsweredQuestion, ...]:
        """All questions, open ones first, the nearest deadline first."""
        asked = [self._asked(entry) for entry in self._ledger.entries(ForecastQuestion, scenario_id=scenario_id)]
        return tuple(
            sorted(asked, key=lambda one: (one.question.content.came_true is not None, one.question.content.deadline))
        )

    def get(self, question_id: str) -> AnsweredQuestion:
        """One question.

        Raises:
            NotFound: no such question.
        """
        return self._asked(self._ledger.entry(ForecastQuestion, question_id))

    def history(self, question_id: str, who: str) -> tuple[Revision[ForecastAnswer], ...]:
        """How one person's mind went, oldest first."""
        return self._ledger.history(ForecastAnswer, _answer_id(question_id, who))

    def ask(
        self, question: ForecastQuestion, signed: Attribution, *, scenario_id: str = ""
    ) -> Revision[ForecastQuestion]:
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
            check_watch(question.rule, self._watcher.views())
        asked = replace(question, came_true=None, resolved=None, resolved_by="", value=None, evidence=())
        return self._ledger.keep(first_revision("q", asked, signed, scenario_id=scenario_id))

    def answer(self, question_id: str, probability: float, signed: Attribution) -> Revision[ForecastAnswer]:
        """Keep one person's probability; an earlier one of theirs stays to be read.

        Raises:
            NotAProbability: outside 0 to 1.
            ClosedQuestion: it is resolved, or its deadline has passed.
        """
        entry = self._ledger.entry(ForecastQuestion, question_id)
        if not (isfinite(probability) and 0.0 <= probability <= 1.0):
            raise NotAProbability(what=entry.content.text, found=probability)
        closed = entry.content.resolved or (
            entry.content.deadline if self._clock.now() >= entry.content.deadline else None
        )
        if closed:
            raise QuestionClosed(question=entry.content.text, since=closed.date())
        who = required_name(signed.who)
        said = ForecastAnswer(question_id=question_id, who=who, probability=probability)
        base = latest_revision(self._ledger, _answer_id(question_id, who), said, scenario_id=entry.scenario_id)
        return self._ledger.keep(next_revision(base, said, signed))

    def resolve(self, question_id: str, came_true: bool, signed: Attribution) -> Revision[ForecastQuestion]:  # noqa: FBT001 - yes or no
        """Say what happened, or correct what was said."""
        entry = self._ledger.entry(ForecastQuestion, question_id)
        told = replace(
            entry.content,
            came_true=came_true,
            resolved=self._clock.now(),
            resolved_by=required_name(signed.who),
            evidence=(),
        )
        return self._ledger.keep(next_revision(entry, told, signed))

    def check(self) -> tuple[Revision[ForecastQuestion], ...]:
        """Resolve what the published run can: yes when the rule has held in time, no when the deadline has passed.

        A question whose trend the run does not know stays open, for a person. Returns what was resolved now.
        """
        stamp = self._watcher.stamp()
        if stamp is None or stamp.as_of is None:
            return ()
        views = self._watcher.views()
        settled = []
        for entry in self._ledger.entries(ForecastQuestion):
            question = entry.content
            if question.came_true is not None or question.rule is None:
                continue
            seen = self._watcher.see(question.rule, views, since=question.opened)
            told = self._told(question, seen, stamp.as_of)
            if told is not None:
                settled.append(next_revision(entry, told, Attribution(who=RESOLVED_BY_SIGNAL, reason=stamp.run_id)))
        kept = []
        for draft in settled:
            try:
                kept.append(self._ledger.keep(draft))
            except RevisionConflict:
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
        room = [_resolved_forecast(one.middle, one.question.content) for one in done if one.middle is not None]
        people = sorted({answer.content.who for one in done for answer in one.answers})
        return ScoreCard(
            room=_forecaster_score("", room, rate) if room else None,
            people=tuple(_forecaster_score(who, _forecasts_of(who, done), rate) for who in people),
            base_rate=rate,
            resolved=len(done),
            open=len(asked) - len(done),
        )

    def _told(self, question: ForecastQuestion, seen: WatchStatus, as_of: datetime) -> ForecastQuestion | None:
        """The question as this run resolves it, None where it is open still."""
        if seen.view is None:
            return None
        in_time = (seen.reading.until or as_of) <= question.deadline
        if seen.reading.holds and in_time:
            return replace(
                question,
                came_true=True,
                resolved=as_of,
                resolved_by=RESOLVED_BY_SIGNAL,
                value=seen.reading.value,
                evidence=self._watcher.evidence(seen),
            )
        if as_of >= question.deadline:
            return replace(
                question, came_true=False, resolved=as_of, resolved_by=RESOLVED_BY_SIGNAL, value=seen.reading.value
            )
        return None

    def _asked(self, entry: Revision[ForecastQuestion]) -> AnsweredQuestion:
        kept = self._ledger.entries(ForecastAnswer, scenario_id=entry.scenario_id)
        answers = tuple(answer for answer in kept if answer.content.question_id == entry.id)
        said = [answer.content.probability for answer in answers]
        return AnsweredQuestion(question=entry, answers=answers, middle=median(said) if said else None)


def _answer_id(question_id: str, who: str) -> str:
    return f"{question_id}/{who}"


def _resolved_forecast(probability: float, question: ForecastQuestion) -> ResolvedForecast:
    return ResolvedForecast(probability=probability, came_true=bool(question.came_true))


def _forecasts_of(who: str, done: Sequence[AnsweredQuestion]) -> list[ResolvedForecast]:
    return [
        _resolved_forecast(answer.content.probability, one.question.content)
        for one in done
        for answer in one.answers
        if answer.content.who == who
    ]


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
