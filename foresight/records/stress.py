"""Options under stress-test: what we might do, and how it would fare in every future."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """Something we might do; an option in the stress-test."""

    id: str
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """By what an option is judged. An option that misses the threshold of one criterion is not saved by another.

    Attributes:
        threshold: the score from which it is good enough, on the scale of the scores.
    """

    id: str
    name: str
    threshold: float = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How an option fares by one criterion in one future; larger is better, 1 to 5 as people score."""

    strategy_id: str
    future_id: str
    criterion_id: str
    value: float
    reason: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindTunnel:
    """The stress-test of a scenario's options. Of two scores on one cell the later counts."""

    strategies: tuple[Strategy, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    scores: tuple[Score, ...] = ()
