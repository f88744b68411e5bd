"""What if: factors, judgements, scenarios."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Ints2d = npt.NDArray[np.int64]


class PriorOrigin(StrEnum):
    """Where the priors of a factor's states come from. Always shown beside them."""

    NONE = ""  # nobody said how likely the states are
    PROJECTION = "projection"  # what the trend's own projection gives to each state's band
    RATINGS = "ratings"  # what the participants gave, averaged
    HAND = "hand"  # one person's numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One way a factor may turn out.

    Attributes:
        prior: how likely by itself, 0 to 1; None where nobody said.
        low, high: the shares of all stories it means, ``low <= share < high`` at the factor's horizon; None for an
            open end, both None where it means no share.
    """

    id: str
    name: str
    description: str = ""
    prior: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """Something that may turn out in two or more ways; a descriptor in cross-impact balance.

    Attributes:
        trend_id: the trend it was made from, "" for a free one.
        states: two or more, exclusive.
        prior_origin: where the priors of its states come from.
        horizon_weeks: how far ahead the shares of its states lie, 0 where they mean none.
    """

    id: str
    name: str
    states: tuple[State, ...]
    description: str = ""
    trend_id: str = ""
    prior_origin: PriorOrigin = PriorOrigin.NONE
    horizon_weeks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """How the state of one factor acts directly on the state of another.

    Attributes:
        value: −3 (strongly restricts) to +3 (strongly promotes).
        reason: why, in a sentence; author: who says so; confidence 0…1.
    """

    source_factor: str
    source_state: str
    target_factor: str
    target_state: str
    value: int
    reason: str = ""
    author: str = ""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A quoted document, pinned to its wording."""

    document_id: str
    content_hash: str
    quote: str
    title: str = ""
    url: str = ""
    source_title: str = ""
    published: datetime | None = None
    trend_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A what-if: a question with its factors and judgements. Every save is a revision.

    Attributes:
        rev: 1 upwards; 0 before the first save.
        horizon: the year or date it looks to, as people write it.
        forced: (factor id, state id) pairs: what is supposed in the what-if.
        chosen: the consistent scenario people gave a name to: (factor id, state id) pairs.
        basis_run_id: the run that was looked at.
        scale: the largest size of a judgement; 3 as people judge, more in some imported matrices.
    """

    id: str
    title: str
    question: str
    horizon: str
    factors: tuple[Factor, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    citations: tuple[Citation, ...] = ()
    forced: tuple[tuple[str, str], ...] = ()
    chosen: tuple[tuple[str, str], ...] = ()
    narrative: str = ""
    lang: str = "en"
    author: str = ""
    reason: str = ""
    basis_run_id: str = ""
    scale: int = 3
    rev: int = 0
    saved: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matrix:
    """All judgements as numbers. Row = the state that acts, column = the state acted on.

    Attributes:
        sizes: how many states each factor has, in the order of the factors.
        values: ``(m, m)`` whole numbers with ``m = sum(sizes)``; the blocks of a factor on itself are 0.
    """

    sizes: tuple[int, ...]
    values: Ints2d

    @property
    def starts(self) -> tuple[int, ...]:
        """The first row and column of each factor."""
        return tuple(sum(self.sizes[:place]) for place in range(len(self.sizes)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Matrix) and self.sizes == other.sizes and np.array_equal(self.values, other.values)

    def __hash__(self) -> int:
        return hash((self.sizes, self.values.tobytes()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """One combination of states, judged by cross-impact balance.

    Attributes:
        states: index of the state of each factor, in the order of the factors.
        inconsistency: 0 for a consistent scenario; the largest lead of another state over a chosen one. Forced
            factors do not count.
        inconsistency_sum: the leads of all factors that are not forced, added.
        total_impact: sum of the impact scores of the chosen states.
        margin: the smallest lead of a chosen state over its best alternative; above 0 no single tie is left.
    """

    states: tuple[int, ...]
    inconsistency: int
    total_impact: int
    inconsistency_sum: int = 0
    margin: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveResult:
    """The consistent scenarios of a matrix; is_complete says whether the search came to its end.

    Attributes:
        threshold: the largest inconsistency that was let through, 0 for consistent scenarios alone.
        nodes: partial scenarios looked at.
    """

    solutions: tuple[Solution, ...]
    is_complete: bool
    seconds: float = 0.0
    threshold: int = 0
    nodes: int = 0
