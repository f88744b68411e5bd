"""What each participant said by themselves: judgements, votes of a round, probabilities, pairs that cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from foresight.records.scenarios import Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementSheet:
    """One person's own cross-impact judgements of a scenario, given without looking at the others'."""

    who: str
    judgements: tuple[Judgement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundVotes:
    """One person's votes in one round of a Delphi.

    Attributes:
        round: 1 upwards.
        votes: (item, value); an item is what was asked, such as "t-3f2a/impact".
    """

    who: str
    round: int
    votes: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happens or does not. `likely` above 0 and below 1, before the others are thought of."""

    id: str
    name: str
    likely: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional:
    """P(event | given): how likely one event is once another has happened."""

    event: str
    given: str
    likely: float
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beliefs:
    """Events with probabilities and what they do to each other, as one person or the room sees them."""

    events: tuple[Event, ...] = ()
    conditionals: tuple[Conditional, ...] = ()


class ExclusionKind(StrEnum):
    """Why two states cannot stand together; kept apart because only the first is beyond debate."""

    LOGICAL = "logical"
    EMPIRICAL = "empirical"
    NORMATIVE = "normative"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludedPair:
    """Two states, as (factor id, state id), that cannot stand together."""

    one: tuple[str, str]
    other: tuple[str, str]
    kind: ExclusionKind = ExclusionKind.LOGICAL
    reason: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusions:
    """The cross-consistency assessment of a scenario's morphological box."""

    pairs: tuple[ExcludedPair, ...] = ()
