"""What the articles of a trend are about, and the words that show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Steep(StrEnum):
    """The class of the world outside that a trend belongs to."""

    SOCIAL = "social"
    TECHNOLOGICAL = "technological"
    ECONOMIC = "economic"
    ENVIRONMENTAL = "environmental"
    POLITICAL = "political"


STEEP_LEAD = 0.1
"""By how much the first class must lead the second to stand alone; measured, see docs/benchmarks.md."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SteepChoice:
    """A class that a person gave a trend, and why."""

    steep: Steep
    who: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A word that decided something about a trend, with articles to read it in.

    Attributes:
        name: what it decided: "steep", or "say_feel" for what tells company and people apart.
        side: the class of STEEP, or "company" or "people" (customers and employees).
        weight: how much it says, comparable within trend, name and side only; more than 0.
        documents: ids of up to three articles of the trend that hold it, those that show it best first.
    """

    trend_id: str
    name: str
    side: str
    word: str
    lang: str
    weight: float
    documents: tuple[str, ...]


def steep_classes(shares: Mapping[Steep, float]) -> tuple[Steep, ...]:
    """The first class where it leads clearly, else the first two; empty where nothing was measured."""
    ranked: Sequence[Steep] = sorted(shares, key=lambda steep: (-shares[steep], steep))
    if len(ranked) > 1 and shares[ranked[0]] - shares[ranked[1]] < STEEP_LEAD:
        return tuple(ranked[:2])
    return tuple(ranked[:1])
