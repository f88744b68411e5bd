"""Votes of a workshop: where the middle lies, how far the room agrees, and when another round would not help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

# On a scale of 1 to 5: the middle half within one step counts as agreement.
AGREED_RANGE = 1.0
# A median that moves by less from one round to the next has settled.
SETTLED_STEP = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """One item after a round: quartiles (between votes, linear), how many voted, who stands apart.

    Attributes:
        outliers: places of votes more than one and a half interquartile ranges outside the middle half.
    """

    low: float
    middle: float
    high: float
    votes: int
    outliers: tuple[int, ...]

    @property
    def range(self) -> float:
        """The interquartile range: half of the room votes within it."""
        return self.high - self.low


def count(votes: Sequence[float]) -> Ballot:
    """Median and quartiles of one item. One vote is its own quartiles.

    Args:
        votes: one or more; of none there is nothing to count (`statistics.StatisticsError`).
    """
    middle = median(votes)
    low, _, high = quantiles(votes, n=4, method="inclusive") if len(votes) > 1 else (middle, middle, middle)
    reach = 1.5 * (high - low)
    apart = tuple(place for place, vote in enumerate(votes) if not low - reach <= vote <= high + reach)
    return Ballot(low=low, middle=middle, high=high, votes=len(votes), outliers=apart)


def may_stop(rounds: Sequence[Ballot]) -> bool:
    """Whether another round of this item is not needed: the room agrees, or two rounds moved the median by little."""
    if not rounds:
        return False
    if rounds[-1].range <= AGREED_RANGE:
        return True
    return len(rounds) > 1 and abs(rounds[-1].middle - rounds[-2].middle) < SETTLED_STEP


def kendall_w(rankings: Sequence[Sequence[float]]) -> float:
    """Kendall's W, corrected for ties: 0 (no agreement) to 1 (all rank alike).

    Kendall and Babington Smith, Annals of Mathematical Statistics 10 (1939).

    Args:
        rankings: one row per person, one rank (or score in the same direction) per item; two items or more.

    Returns:
        1 where every person ties everything: nobody disagrees.
    """
    people, items = len(rankings), len(rankings[0])
    ranked = [_ranks(row) for row in rankings]
    sums = [sum(row[item] for row in ranked) for item in range(items)]
    mean = sum(sums) / items
    spread = sum((value - mean) ** 2 for value in sums)
    ties = sum(size**3 - size for row in rankings for size in Counter(row).values())
    most = people**2 * (items**3 - items) - people * ties
    return 12.0 * spread / most if most else 1.0


def _ranks(scores: Sequence[float]) -> list[float]:
    """1 for the smallest; equal ones share the mean of their ranks."""
    ordered = sorted(scores)
    return [ordered.index(score) + (1 + ordered.count(score)) / 2 for score in scores]
