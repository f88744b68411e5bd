"""What people decide about trends, and the trend as people see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from foresight.model.trends import Signal, SteepChoice, SteepClass, Trend, WeeklySeries, steep_classes


class TrendDecisionKind(StrEnum):
    """What a person did to a trend. `value` holds what is named in brackets."""

    RENAME = "rename"  # [the new title; "" gives the machine's title back]
    MERGE = "merge"  # [id of the trend it now belongs to; "" undoes]
    HIDE = "hide"  # ["" ]
    SHOW = "show"  # ["" ]
    RATE = "rate"  # [JSON: {"impact": 1–5, "uncertainty": 1–5}]
    NOTE = "note"  # [free text]
    TAG = "tag"  # [a tag]
    UNTAG = "untag"  # [a tag]
    SAME = "same"  # [id of the earlier trend that it is the same as; its own: it is what it was]
    APART = "apart"  # [id of the trend that it is not the same as; its own: under its id something new has begun]
    CLASSIFY = "classify"  # [JSON: {"steep": a class of STEEP, "reason": text}; "" gives the machine's class back]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendDecision:
    """One act of one person. Appended, never changed.

    Attributes:
        seq: order in the ledger, 1 upwards; 0 before it is saved.
        who: the name the person gave.
        seen_run_id: the run that was on the screen when it was decided.
    """

    at: datetime
    who: str
    kind: TrendDecisionKind
    trend_id: str
    value: str = ""
    seen_run_id: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendRating:
    """One person's latest rating of a trend, each 1 (low) to 5 (high)."""

    who: str
    impact: int
    uncertainty: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendNote:
    """A note on a trend."""

    who: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendView:
    """A trend with people's decisions applied. The machine's trend stays unchanged inside.

    Attributes:
        human_title: the title a person gave, "" where none.
        human_steep: the class a person gave, None where none.
        members: ids of the trends that people merged into this one.
        history: the decisions that shaped it, oldest first.
    """

    trend: Trend
    series: WeeklySeries
    signals: tuple[Signal, ...]
    human_title: str = ""
    hidden: bool = False
    human_steep: SteepChoice | None = None
    members: tuple[str, ...] = ()
    ratings: tuple[TrendRating, ...] = ()
    notes: tuple[TrendNote, ...] = ()
    tags: tuple[str, ...] = ()
    history: tuple[TrendDecision, ...] = ()

    def title(self, lang: str) -> str:
        """What the card says in `lang`: the human title, else that language's, else the strongest language's."""
        if self.human_title:
            return self.human_title
        named = {headline.lang: headline.title for headline in reversed(self.trend.headlines)}
        return named.get(lang) or (self.trend.headlines[0].title if self.trend.headlines else self.trend.id)

    def subtitle(self, lang: str) -> str:
        """A central headline, in `lang` where there is one."""
        named = {headline.lang: headline.subtitle for headline in reversed(self.trend.headlines)}
        return named.get(lang) or (self.trend.headlines[0].subtitle if self.trend.headlines else "")

    def signal(self, name: str, window: str = "") -> Signal | None:
        """The first signal of that name (and window, where given)."""
        return next((s for s in self.signals if s.name == name and window in ("", s.window)), None)

    @property
    def growth(self) -> Signal | None:
        """Growth as pages, briefs and commands show it: over twelve weeks, else over what was measured."""
        return self.signal("growth", "12w") or self.signal("growth")

    @property
    def share(self) -> float | None:
        """Its share of all stories of the last weeks, 0…1; None where it was not measured."""
        found = self.signal("share")
        return found.value if found else None

    @property
    def steep_shares(self) -> dict[SteepClass, float]:
        """How the machine divides it over the classes of STEEP, summing to 1; empty where it was not measured."""
        known = {one.value: one for one in SteepClass}
        return {known[s.window]: s.value for s in self.signals if s.name == "steep" and s.window in known}

    @property
    def steep(self) -> tuple[SteepClass, ...]:
        """The class a person gave; else the machine's one or, where it is not sure, two; empty where unknown."""
        return (self.human_steep.steep,) if self.human_steep else steep_classes(self.steep_shares)
