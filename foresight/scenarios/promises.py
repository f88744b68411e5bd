"""Decisions as promises: made, kept or broken; how far they are taken in; and the three questions that close them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from foresight.model.errors import OffScale, UsageError
from foresight.model.ports import Clock
from foresight.model.scenarios import LikelihoodUpdate
from foresight.model.workshop import AdoptionSurvey, Promise, PromiseState, Revision, ThreeQuestions
from foresight.scenarios.revisions import Attribution, first_revision, latest_revision, next_revision, required_name
from foresight.store.ledger import Ledger

ADOPTED_SHARE = 0.5
"""A rung of the ladder stands when more than half of those asked are on it: most wait until enough others believe."""


class AdoptionStage(StrEnum):
    """The order in which people adopt a change."""

    HEARD = "heard"
    UNDERSTOOD = "understood"
    BELIEVES = "believes"
    FEELS = "feels"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptionStep:
    """One rung of the ladder at the latest pulse: its share, and how it moved since the pulse before."""

    rung: AdoptionStage
    share: float
    change: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptionReport:
    """How far a decision has been taken in.

    Attributes:
        pulses: oldest first; steps: the latest pulse, empty where none was taken.
        stalls_at: the first rung that not even half of those asked have reached, None where all stand.
        times_given: how often the message had been given by the latest pulse.
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
        broken_assumption: updates by signposts that tell its assumption breaks, that were not undone.
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
        """Decisions as they stand, open ones first, the nearest date first."""
        kept = self._ledger.entries(Promise, scenario_id=scenario_id)
        shown = [entry for entry in kept if everything or entry.content.state is PromiseState.OPEN]
        pulses = self._ledger.entries(AdoptionSurvey)
        updates = self._ledger.entries(LikelihoodUpdate)
        standings = [self._standing(entry, pulses, updates) for entry in shown]
        return tuple(sorted(standings, key=_due_order))

    def get(self, promise_id: str) -> PromiseStatus:
        """One decision.

        Raises:
            NotFound: no such decision.
        """
        entry = self._ledger.entry(Promise, promise_id)
        return self._standing(entry, self._ledger.entries(AdoptionSurvey), self._ledger.entries(LikelihoodUpdate))

    def make(self, promise: Promise, signed: Attribution, *, scenario_id: str = "") -> Revision[Promise]:
        """Keep a new decision.

        Raises:
            UsageError: it says nothing, nobody owns it, or its review lies before its date.
        """
        for argument, found in (("TEXT", promise.text), ("--owner", promise.owner)):
            if not found.strip():
                raise UsageError(argument=argument, found=found, expected="…")
        made = replace(promise, state=PromiseState.OPEN, closed=None, outcome="")
        return self._ledger.keep(first_revision("d", made, signed, scenario_id=scenario_id))

    def close(
        self, promise_id: str, state: PromiseState, signed: Attribution, *, outcome: str = ""
    ) -> Revision[Promise]:
        """Say that it was kept, broken or withdrawn; `OPEN` takes it up again."""
        entry = self._ledger.entry(Promise, promise_id)
        closed = None if state is PromiseState.OPEN else self._clock.now()
        told = replace(entry.content, state=state, closed=closed, outcome=outcome.strip())
        return self._ledger.keep(next_revision(entry, told, signed))

    def pulse(self, pulse: AdoptionSurvey, signed: Attribution) -> Revision[AdoptionSurvey]:
        """Keep a pulse.

        Raises:
            NotFound: no such decision; OffScale: more on a rung than were asked, or nobody asked.
        """
        entry = self._ledger.entry(Promise, pulse.promise_id)
        if pulse.asked < 1 or pulse.times_given < 0:
            raise OffScale(what="--asked", found=pulse.asked, low=1, high="…")
        for rung in AdoptionStage:
            count = getattr(pulse, rung.value)
            if not 0 <= count <= pulse.asked:
                raise OffScale(what=f"--{rung.value}", found=count, low=0, high=pulse.asked)
        return self._ledger.keep(first_revision("p", pulse, signed, scenario_id=entry.scenario_id))

    def questions(self, subject_id: str) -> Revision[ThreeQuestions]:
        """The three questions that close a scenario or a decision; empty where nobody answered them."""
        return latest_revision(self._ledger, subject_id, ThreeQuestions(), scenario_id="")

    def save_answers(self, subject_id: str, told: ThreeQuestions, signed: Attribution) -> Revision[ThreeQuestions]:
        """Keep answers to the three questions; those left empty keep what was said before.

        Raises:
            EntryConflict: somebody answered meanwhile.
        """
        entry = self.questions(subject_id)
        whole = ThreeQuestions(
            matters=told.matters.strip() or entry.content.matters,
            act=told.act.strip() or entry.content.act,
            practice=told.practice.strip() or entry.content.practice,
        )
        return self._ledger.keep(next_revision(entry, whole, replace(signed, who=required_name(signed.who))))

    def _standing(
        self,
        entry: Revision[Promise],
        pulses: tuple[Revision[AdoptionSurvey], ...],
        updates: tuple[Revision[LikelihoodUpdate], ...],
    ) -> PromiseStatus:
        today, promise = self._clock.now().date(), entry.content
        is_open = promise.state is PromiseState.OPEN
        spoken = [u for u in updates if u.content.signpost_id in promise.signpost_ids]
        return PromiseStatus(
            promise=entry,
            overdue=is_open and promise.due is not None and today > promise.due,
            review_due=is_open and promise.review is not None and today >= promise.review,
            broken_assumption=tuple(u for u in spoken if u.content.seen and not u.content.undone),
            ladder=adoption_report(tuple(pulse for pulse in pulses if pulse.content.promise_id == entry.id)),
        )


def adoption_report(pulses: tuple[Revision[AdoptionSurvey], ...]) -> AdoptionReport:
    """How far a decision has been taken in, by its pulses."""
    ordered = sorted(pulses, key=lambda entry: entry.content.on)
    if not ordered:
        return AdoptionReport(pulses=(), steps=(), stalls_at=None, times_given=0)
    now = ordered[-1].content
    before = ordered[-2].content if len(ordered) > 1 else None
    steps = tuple(
        AdoptionStep(
            rung=rung,
            share=_adoption_share(now, rung),
            change=_adoption_share(now, rung) - _adoption_share(before, rung) if before else None,
        )
        for rung in AdoptionStage
    )
    return AdoptionReport(
        pulses=tuple(ordered),
        steps=steps,
        stalls_at=next((step.rung for step in steps if step.share <= ADOPTED_SHARE), None),
        times_given=now.times_given,
    )


def _adoption_share(pulse: AdoptionSurvey, rung: AdoptionStage) -> float:
    return float(getattr(pulse, rung.value)) / pulse.asked


def _due_order(standing: PromiseStatus) -> tuple[bool, date, str]:
    promise = standing.promise.content
    return promise.state is not PromiseState.OPEN, promise.due or date.max, standing.promise.id
