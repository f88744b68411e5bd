"""Decisions as promises with an owner and a date, how they are taken in, and the three questions that close them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Stance(StrEnum):
    """What a decision asks for."""

    ACT = "act"
    PREPARE = "prepare"
    WATCH = "watch"


class PromiseState(StrEnum):
    """What became of a promise."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A decision somebody promised to carry out.

    Attributes:
        owner: who keeps it; due: until when; review: when it is looked at again.
        assumption: what has to be so for it to be right, in words.
        assumed: the (factor id, state id) pairs it rests on.
        signpost_ids: what would tell that the assumption breaks; trend_ids: what it answers to.
        closed: when it was kept, broken or withdrawn; outcome: how it went.
    """

    text: str
    owner: str
    due: date | None = None
    review: date | None = None
    stance: Stance = Stance.ACT
    assumption: str = ""
    assumed: tuple[tuple[str, str], ...] = ()
    signpost_ids: tuple[str, ...] = ()
    trend_ids: tuple[str, ...] = ()
    state: PromiseState = PromiseState.OPEN
    closed: datetime | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """A short asking-round on how far a decision has been taken in: people adopt change in this order.

    Attributes:
        promise_id: which decision.
        asked: how many answered; of them `heard` of it, `understood` it, believe in it, and feel it to be theirs.
        times_given: how often the message had been given by then.
    """

    promise_id: str
    on: date
    asked: int
    heard: int
    understood: int
    believes: int
    feels: int
    times_given: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreeQuestions:
    """The closing section of a scenario or a decision; kept under the id of what it closes.

    Attributes:
        matters: what matters to us; act: how do we act to reach it; practice: what does it mean in practice.
    """

    matters: str = ""
    act: str = ""
    practice: str = ""
