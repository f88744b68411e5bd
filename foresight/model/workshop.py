"""What a workshop makes besides scenarios, and the revision that each save of it is.

Journeys and what scenarios do to their steps; decisions as promises with an owner and a date, and how far people have
adopted them; signposts and forecast questions, both decided by conditions on trends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from foresight.model.scenarios import (
    Beliefs,
    Citation,
    Exclusions,
    FutureSet,
    FutureShare,
    JudgementSheet,
    LikelihoodUpdate,
    RoundVotes,
    StressTestInput,
)
from foresight.model.sources import Voice

LARGEST_STEP_EFFECT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEffect:
    """What one state of a factor does to a step.

    Attributes:
        value: −3 (breaks it) to +3 (makes it much better).
    """

    factor: str
    state: str
    value: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyStep:
    """One step of a journey, in the customer's words.

    Attributes:
        confirmed: customers said so themselves; source: how we know (interviews, number asked, date).
        voice: what a customer says or feels at this step.
    """

    id: str
    name: str
    description: str = ""
    voice: str = ""
    confirmed: bool = False
    source: str = ""
    effects: tuple[StepEffect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A customer's path from first wish to last memory, or an employee's through a working day.

    Attributes:
        customer: whose path it is.
        voice: whether a customer walks it or an employee.
    """

    title: str
    customer: str = ""
    steps: tuple[JourneyStep, ...] = ()
    voice: Voice = Voice.CUSTOMER


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
        owner: who carries it out; due: until when; review: when it is looked at again.
        assumption: what has to be so for it to be right, in words.
        assumed: the (factor id, state id) pairs it rests on.
        signpost_ids: what would show that the assumption breaks; trend_ids: what it answers to.
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
class AdoptionSurvey:
    """A short survey of how far people have adopted a decision; they adopt change in the order of the counts.

    Attributes:
        promise_id: which decision.
        asked: how many answered.
        heard, understood, believes, feels: how many of them have heard of it, have understood it, believe in it, and
            feel it to be theirs.
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
    """The closing section of a scenario or a decision; saved under the id of what it closes.

    Attributes:
        matters: what matters to us; act: how do we act to reach it; practice: what does it mean in practice.
    """

    matters: str = ""
    act: str = ""
    practice: str = ""


class TrendMeasure(StrEnum):
    """What of a trend is watched."""

    SHARE = "share"  # of all stories of a week, 0 to 1
    COUNT = "count"  # stories × sources in a week
    STORIES = "stories"  # in the last 28 days
    SOURCES = "sources"  # in the last 28 days
    GROWTH = "growth"  # log share per week, over twelve weeks


class ThresholdDirection(StrEnum):
    """On which side of the threshold the measure has to be."""

    ABOVE = "above"  # at least the threshold
    BELOW = "below"  # at most the threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendCondition:
    """A condition on a trend that a run can decide.

    Attributes:
        threshold: in the measure's own unit; a share of 5 % is 0.05.
        weeks: in how many weeks in a row the condition has to hold, 1 upwards.
    """

    trend_id: str
    measure: TrendMeasure = TrendMeasure.SHARE
    direction: ThresholdDirection = ThresholdDirection.ABOVE
    threshold: float = 0.0
    weeks: int = 1


class SignpostState(StrEnum):
    """Whether a signpost is watched. What its hit or miss did is a `LikelihoodUpdate`."""

    PROPOSED = "proposed"  # not watched yet
    ADOPTED = "adopted"  # checked at every run
    DROPPED = "dropped"  # no longer watched


@dataclass(frozen=True, slots=True, kw_only=True)
class Signpost:
    """An observation that would tell the futures apart.

    Attributes:
        title: what it is, in words; watch: the condition that decides whether it is seen.
        likelihoods: P(seen before it closes | future), for every future and for none-of-these.
        owner: who acts when it trips; triggers: the decision or act it sets off.
        family: signposts with one cause share a family; their evidence is tempered together.
        opens: weeks that begin before it do not count: what was known then is in the priors already.
        closes: when it counts as missed, None for never.
    """

    title: str
    watch: TrendCondition
    likelihoods: tuple[FutureShare, ...]
    owner: str = ""
    triggers: str = ""
    family: str = ""
    opens: datetime | None = None
    closes: datetime | None = None
    state: SignpostState = SignpostState.PROPOSED


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastQuestion:
    """A yes-or-no question with a deadline.

    Attributes:
        rule: what resolves it to yes when a run sees it before the deadline, None where a person resolves it.
        opened, deadline: answers count from the one to before the other.
        came_true: None while it is open.
        resolved_by: a person, or "signal".
    """

    text: str
    opened: datetime
    deadline: datetime
    rule: TrendCondition | None = None
    came_true: bool | None = None
    resolved: datetime | None = None
    resolved_by: str = ""
    value: float | None = None
    evidence: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastAnswer:
    """One person's probability of yes. A change of mind is the next revision, so that its history stays.

    Attributes:
        who: the participant.
        probability: 0 to 1.
    """

    question_id: str
    who: str
    probability: float


Content = TypeVar("Content")


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision(Generic[Content]):
    """One revision of something people made. A revision never changes; every save makes the next one.

    Attributes:
        id: the same in all revisions, and among one kind of content its own.
        scenario_id: the scenario it belongs to, "" where it stands by itself.
        content: what was made.
        author: who saved it; reason: why, in their words, "" where they gave none.
        rev: 1 upwards; 0 before the first save.
    """

    id: str
    content: Content
    scenario_id: str = ""
    author: str = ""
    reason: str = ""
    rev: int = 0
    saved: datetime | None = None


REVISIONED_TYPES: Mapping[type[Any], str] = MappingProxyType(
    {
        Beliefs: "beliefs",
        Exclusions: "exclusions",
        ForecastAnswer: "forecast_answer",
        FutureSet: "futures",
        Journey: "journey",
        JudgementSheet: "judgement_sheet",
        LikelihoodUpdate: "likelihood_update",
        Promise: "promise",
        AdoptionSurvey: "pulse",
        ForecastQuestion: "question",
        RoundVotes: "round_votes",
        Signpost: "signpost",
        ThreeQuestions: "three_questions",
        StressTestInput: "wind_tunnel",
    }
)
"""The name of each kind in the ledger. It never changes, because the rows that carry it never do."""
