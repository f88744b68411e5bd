"""Decisions as promises: made, kept or broken; how far people adopt them; and the three questions that close them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum

from foresight.model.errors import OffScale, UsageError
from foresight.model.ports import Clock
from foresight.model.scenarios import LikelihoodUpdate
from foresight.model.workshop import AdoptionSurvey, Promise, PromiseState, Revision, ThreeQuestions
from foresight.scenarios.revisions import Attribution, latest_revision, save_new, save_next
from foresight.store.ledger import Ledger

ADOPTED_SHARE = 0.5
"""A stage is reached when more than half of those asked are there: most people wait until enough others believe."""


class AdoptionStage(StrEnum):
    """The order in which people adopt a change."""

    HEARD = "heard"
    UNDERSTOOD = "understood"
    BELIEVES = "believes"
    FEELS = "feels"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptionStep:
    """One stage at the latest survey: its share of those asked, and its change since the survey before."""

    rung: AdoptionStage
    share: float
    change: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptionReport:
    """How far people have adopted a decision.

    Attributes:
        pulses: the surveys, oldest first; steps: the latest one, empty where there was none.
        stalls_at: the first stage that not even half of those asked have reached, None where all are reached.
        times_given: how often the message had been given by the latest survey.
    """

    pulses: tuple[Revision[AdoptionSurvey], ...]
    steps: tuple[AdoptionStep, ...]
    stalls_at: AdoptionStage | None
    times_given: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseStatus:
    """A promise and how it stands today.

    Attributes:
        overdue: open and past its date; review_due: past its review date.
        broken_assumption: updates by the signposts it rests on that were seen and not undone.
        ladder: how far people have adopted it.
    """

    promise: Revision[Promise]
    overdue: bool
    review_due: bool
    broken_assumption: tuple[Revision[LikelihoodUpdate], ...]
    ladder: AdoptionReport


class PromiseService:
    """Everything one can do with decisions."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger, self._clock = ledger, clock

    def list(self, scenario_id: str | None = None, *, everything: bool = True) -> tuple[PromiseStatus, ...]:
        """Decisions and how they stand, open ones first, the nearest date first; not everything: open ones only."""
        found = self._ledger.entries(Promise, scenario_id=scenario_id)
        statuses = self._statuses([one for one in found if everything or one.content.state is PromiseState.OPEN])
        return tuple(sorted(statuses, key=_due_order))

    def get(self, promise_id: str) -> PromiseStatus:
        """One decision.

        Raises:
            NotFound: no such decision.
        """
        (status,) = self._statuses([self._ledger.entry(Promise, promise_id)])
        return status

    def make(self, promise: Promise, signed: Attribution, *, scenario_id: str = "") -> Revision[Promise]:
        """Save a new decision.

        Raises:
            UsageError: it says nothing, nobody owns it, or its review lies before its date.
        """
        for argument, found in (("TEXT", promise.text), ("--owner", promise.owner)):
            if not found.strip():
                raise UsageError(argument=argument, found=found, expected="…")
        made = replace(promise, state=PromiseState.OPEN, closed=None, outcome="")
        return save_new(self._ledger, "d", made, signed, scenario_id=scenario_id)

    def close(
        self, promise_id: str, state: PromiseState, signed: Attribution, *, outcome: str = ""
    ) -> Revision[Promise]:
        """Say that it was kept, broken or withdrawn; `OPEN` takes it up again."""
        entry = self._ledger.entry(Promise, promise_id)
        closed = None if state is PromiseState.OPEN else self._clock.now()
        changed = replace(entry.content, state=state, closed=closed, outcome=outcome.strip())
        return save_next(self._ledger, entry, changed, signed)

    def record_survey(self, survey: AdoptionSurvey, signed: Attribution) -> Revision[AdoptionSurvey]:
        """Save a survey of how far people have adopted a decision.

        Raises:
            NotFound: no such decision; OffScale: more at a stage than were asked, or nobody asked.
        """
        entry = self._ledger.entry(Promise, survey.promise_id)
        if survey.asked < 1 or survey.times_given < 0:
            raise OffScale(what="--asked", found=survey.asked, low=1, high="…")
        for stage in AdoptionStage:
            count = getattr(survey, stage.value)
            if not 0 <= count <= survey.asked:
                raise OffScale(what=f"--{stage.value}", found=count, low=0, high=survey.asked)
        return save_new(self._ledger, "p", survey, signed, scenario_id=entry.scenario_id)

    def questions(self, subject_id: str) -> Revision[ThreeQuestions]:
        """The three questions that close a scenario or a decision; empty where nobody answered them."""
        return latest_revision(self._ledger, subject_id, ThreeQuestions(), scenario_id="")

    def save_answers(self, subject_id: str, answers: ThreeQuestions, signed: Attribution) -> Revision[ThreeQuestions]:
        """Save answers to the three questions; where one is empty, the earlier answer stays.

        Raises:
            RevisionConflict: somebody answered meanwhile.
        """
        entry = self.questions(subject_id)
        given = {name: answer.strip() for name, answer in asdict(answers).items() if answer.strip()}
        return save_next(self._ledger, entry, replace(entry.content, **given), signed)

    def _statuses(self, promises: Sequence[Revision[Promise]]) -> Iterator[PromiseStatus]:
        surveys, updates = self._ledger.entries(AdoptionSurvey), self._ledger.entries(LikelihoodUpdate)
        today = self._clock.now().date()
        for entry in promises:
            promise = entry.content
            is_open = promise.state is PromiseState.OPEN
            yield PromiseStatus(
                promise=entry,
                overdue=is_open and promise.due is not None and today > promise.due,
                review_due=is_open and promise.review is not None and today >= promise.review,
                broken_assumption=tuple(
                    one
                    for one in updates
                    if one.content.signpost_id in promise.signpost_ids and one.content.seen and not one.content.undone
                ),
                ladder=adoption_report([survey for survey in surveys if survey.content.promise_id == entry.id]),
            )


def adoption_report(surveys: Sequence[Revision[AdoptionSurvey]]) -> AdoptionReport:
    """How far people have adopted a decision, by its surveys."""
    ordered = sorted(surveys, key=lambda entry: entry.content.on)
    if not ordered:
        return AdoptionReport(pulses=(), steps=(), stalls_at=None, times_given=0)
    now, before = _adoption_shares(ordered[-1]), _adoption_shares(ordered[-2]) if len(ordered) > 1 else None
    return AdoptionReport(
        pulses=tuple(ordered),
        steps=tuple(
            AdoptionStep(rung=stage, share=share, change=share - before[stage] if before else None)
            for stage, share in now.items()
        ),
        stalls_at=next((stage for stage, share in now.items() if share <= ADOPTED_SHARE), None),
        times_given=ordered[-1].content.times_given,
    )


def _adoption_shares(survey: Revision[AdoptionSurvey]) -> dict[AdoptionStage, float]:
    return {stage: float(getattr(survey.content, stage.value)) / survey.content.asked for stage in AdoptionStage}


def _due_order(status: PromiseStatus) -> tuple[bool, date, str]:
    promise = status.promise.content
    return promise.state is not PromiseState.OPEN, promise.due or date.max, status.promise.id
