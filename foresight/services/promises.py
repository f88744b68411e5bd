"""Decisions as promises: made, kept or broken; how far they are taken in; and the three questions that close them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from foresight.errors import OffScale, UsageError
from foresight.ports import Clock, Ledger
from foresight.records import (
    Kept,
    LikelihoodUpdate,
    Promise,
    PromiseState,
    Pulse,
    ThreeQuestions,
)
from foresight.services.keeping import Signed, first, latest, named, revised

TAKEN_IN = 0.5
"""A rung of the ladder stands when more than half of those asked are on it: most wait until enough others believe."""


class Rung(StrEnum):
    """The order in which people adopt a change."""

    HEARD = "heard"
    UNDERSTOOD = "understood"
    BELIEVES = "believes"
    FEELS = "feels"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rung of the ladder at the latest pulse: its share, and how it moved since the pulse before."""

    rung: Rung
    share: float
    change: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """How far a decision has been taken in.

    Attributes:
        pulses: oldest first; steps: the latest pulse, empty where none was taken.
        stalls_at: the first rung that not even half of those asked have reached, None where all stand.
        times_given: how often the message had been given by the latest pulse.
    """

    pulses: tuple[Kept[Pulse], ...]
    steps: tuple[Step, ...]
    stalls_at: Rung | None
    times_given: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A promise and how it stands today.

    Attributes:
        overdue: open and past its date; review_due: past its review date.
        broken_assumption: updates by signposts that tell its assumption breaks, that were not undone.
    """

    promise: Kept[Promise]
    overdue: bool
    review_due: bool
    broken_assumption: tuple[Kept[LikelihoodUpdate], ...]
    ladder: Ladder


class PromiseDesk:
    """Everything one can do with decisions."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger, self._clock = ledger, clock

    def list(self, scenario_id: str | None = None, *, everything: bool = True) -> tuple[Standing, ...]:
        """Decisions as they stand, open ones first, the nearest date first."""
        kept = self._ledger.entries(Promise, scenario_id=scenario_id)
        shown = [entry for entry in kept if everything or entry.content.state is PromiseState.OPEN]
        pulses = self._ledger.entries(Pulse)
        updates = self._ledger.entries(LikelihoodUpdate)
        standings = [self._standing(entry, pulses, updates) for entry in shown]
        return tuple(sorted(standings, key=_first_due))

    def get(self, promise_id: str) -> Standing:
        """One decision.

        Raises:
            NotFound: no such decision.
        """
        entry = self._ledger.entry(Promise, promise_id)
        return self._standing(entry, self._ledger.entries(Pulse), self._ledger.entries(LikelihoodUpdate))

    def make(self, promise: Promise, signed: Signed, *, scenario_id: str = "") -> Kept[Promise]:
        """Keep a new decision.

        Raises:
            UsageError: it says nothing, nobody owns it, or its review lies before its date.
        """
        for argument, found in (("TEXT", promise.text), ("--owner", promise.owner)):
            if not found.strip():
                raise UsageError(argument=argument, found=found, expected="…")
        made = replace(promise, state=PromiseState.OPEN, closed=None, outcome="")
        return self._ledger.keep(first("d", made, signed, scenario_id=scenario_id))

    def close(self, promise_id: str, state: PromiseState, signed: Signed, *, outcome: str = "") -> Kept[Promise]:
        """Say that it was kept, broken or withdrawn; `OPEN` takes it up again."""
        entry = self._ledger.entry(Promise, promise_id)
        closed = None if state is PromiseState.OPEN else self._clock.now()
        told = replace(entry.content, state=state, closed=closed, outcome=outcome.strip())
        return self._ledger.keep(revised(entry, told, signed))

    def pulse(self, pulse: Pulse, signed: Signed) -> Kept[Pulse]:
        """Keep a pulse.

        Raises:
            NotFound: no such decision; OffScale: more on a rung than were asked, or nobody asked.
        """
        entry = self._ledger.entry(Promise, pulse.promise_id)
        if pulse.asked < 1 or pulse.times_given < 0:
            raise OffScale(what="--asked", found=pulse.asked, low=1, high="…")
        for rung in Rung:
            count = getattr(pulse, rung.value)
            if not 0 <= count <= pulse.asked:
                raise OffScale(what=f"--{rung.value}", found=count, low=0, high=pulse.asked)
        return self._ledger.keep(first("p", pulse, signed, scenario_id=entry.scenario_id))

    def questions(self, subject_id: str) -> Kept[ThreeQuestions]:
        """The three questions that close a scenario or a decision; empty where nobody answered them."""
        return latest(self._ledger, subject_id, ThreeQuestions(), scenario_id="")

    def answer_questions(self, subject_id: str, told: ThreeQuestions, signed: Signed) -> Kept[ThreeQuestions]:
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
        return self._ledger.keep(revised(entry, whole, replace(signed, who=named(signed.who))))

    def _standing(
        self, entry: Kept[Promise], pulses: tuple[Kept[Pulse], ...], updates: tuple[Kept[LikelihoodUpdate], ...]
    ) -> Standing:
        today, promise = self._clock.now().date(), entry.content
        is_open = promise.state is PromiseState.OPEN
        spoken = [u for u in updates if u.content.signpost_id in promise.signpost_ids]
        return Standing(
            promise=entry,
            overdue=is_open and promise.due is not None and today > promise.due,
            review_due=is_open and promise.review is not None and today >= promise.review,
            broken_assumption=tuple(u for u in spoken if u.content.seen and not u.content.undone),
            ladder=ladder(tuple(pulse for pulse in pulses if pulse.content.promise_id == entry.id)),
        )


def ladder(pulses: tuple[Kept[Pulse], ...]) -> Ladder:
    """How far a decision has been taken in, by its pulses."""
    ordered = sorted(pulses, key=lambda entry: entry.content.on)
    if not ordered:
        return Ladder(pulses=(), steps=(), stalls_at=None, times_given=0)
    now = ordered[-1].content
    before = ordered[-2].content if len(ordered) > 1 else None
    steps = tuple(
        Step(rung=rung, share=_share(now, rung), change=_share(now, rung) - _share(before, rung) if before else None)
        for rung in Rung
    )
    return Ladder(
        pulses=tuple(ordered),
        steps=steps,
        stalls_at=next((step.rung for step in steps if step.share <= TAKEN_IN), None),
        times_given=now.times_given,
    )


def _share(pulse: Pulse, rung: Rung) -> float:
    return float(getattr(pulse, rung.value)) / pulse.asked


def _first_due(standing: Standing) -> tuple[bool, date, str]:
    promise = standing.promise.content
    return promise.state is not PromiseState.OPEN, promise.due or date.max, standing.promise.id
