"""A scenario and what is made of it.

Factors with states, judgements of how one state acts on another, and the combinations that are consistent; the few
futures a workshop goes on with and how likely they are; options under stress-test; and what each participant said
alone: judgements, votes, probabilities, pairs of states that exclude each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Ints2d = npt.NDArray[np.int64]
StatePair = tuple[str, str]
"""A factor's id and the id of one of its states."""


class PriorOrigin(StrEnum):
    """Where the priors of a factor's states come from. Always shown beside them."""

    NONE = ""  # no priors were given
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

    @property
    def acting(self) -> tuple[str, str]:
        """The (factor id, state id) pair that acts."""
        return self.source_factor, self.source_state

    @property
    def acted(self) -> tuple[str, str]:
        """The (factor id, state id) pair that is acted on."""
        return self.target_factor, self.target_state


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
class ImpactMatrix:
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
        return (
            isinstance(other, ImpactMatrix) and self.sizes == other.sizes and np.array_equal(self.values, other.values)
        )

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


NONE_OF_THESE = "none-of-these"
"""Id of the share reserved for everything nobody thought of, so that shares do not pretend to be exhaustive."""

FutureShare = tuple[str, float]
"""(future id, probability)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Future:
    """One consistent scenario that was given a name.

    Attributes:
        states: (factor id, state id) of every factor.
        prior: how likely it seemed before any signpost spoke, 0 to 1.
    """

    id: str
    name: str
    states: tuple[tuple[str, str], ...]
    prior: float = 0.0
    headline: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FutureSet:
    """The set that options are tested in and signposts tell apart.

    Attributes:
        futures: usually three or four.
        none_of_these: the prior of everything else; the priors and it add up to 1.
        basis: how the priors came about: "equal", "hand", "ratings", "simulated".
    """

    futures: tuple[Future, ...] = ()
    none_of_these: float = 1.0
    basis: str = "equal"

    @property
    def shares(self) -> tuple[FutureShare, ...]:
        """The priors, none-of-these last."""
        return (*((future.id, future.prior) for future in self.futures), (NONE_OF_THESE, self.none_of_these))


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelihoodUpdate:
    """What one signpost did to the likelihoods of the futures when it was seen, or when its time ran out unseen.

    Attributes:
        signpost_id: which one; watch: its condition in the words of that day.
        seen: a sighting, or a miss after the window closed.
        at: the cut-off of the run that showed it; run_id: that run.
        value: what was measured.
        prior, posterior: shares before and after, as they were shown that day.
        likelihoods: P(seen | future), as the signpost said that day.
        ratios: what each share was multiplied by, up to a common factor; the most favoured future has 1.
        weight: exponent on the likelihoods; below 1 where evidence of one family had spoken before, 0 to 1.
        family: evidence with one cause, tempered together.
        evidence: the documents that showed it.
        undone: somebody took it back; it no longer counts, and stays to be read.
    """

    signpost_id: str
    seen: bool
    at: datetime
    run_id: str
    prior: tuple[FutureShare, ...]
    posterior: tuple[FutureShare, ...]
    likelihoods: tuple[FutureShare, ...]
    ratios: tuple[FutureShare, ...]
    watch: str = ""
    value: float | None = None
    weight: float = 1.0
    family: str = ""
    evidence: tuple[Citation, ...] = ()
    undone: bool = False


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
class OptionScore:
    """How an option fares by one criterion in one future; larger is better, 1 to 5 as people score."""

    strategy_id: str
    future_id: str
    criterion_id: str
    value: float
    reason: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StressTestInput:
    """The stress-test of a scenario's options. Of two scores on one cell the later counts."""

    strategies: tuple[Strategy, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    scores: tuple[OptionScore, ...] = ()


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
class ConditionalProbability:
    """P(event | given): how likely one event is once another has happened."""

    event: str
    given: str
    likely: float
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beliefs:
    """Events with probabilities and what they do to each other, as one person or the room sees them."""

    events: tuple[Event, ...] = ()
    conditionals: tuple[ConditionalProbability, ...] = ()


class ExclusionKind(StrEnum):
    """Why two states exclude each other; distinguished because only the first kind is beyond debate."""

    LOGICAL = "logical"
    EMPIRICAL = "empirical"
    NORMATIVE = "normative"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludedPair:
    """Two states, as (factor id, state id), that exclude each other."""

    one: tuple[str, str]
    other: tuple[str, str]
    kind: ExclusionKind = ExclusionKind.LOGICAL
    reason: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusions:
    """The cross-consistency assessment of a scenario's morphological box."""

    pairs: tuple[ExcludedPair, ...] = ()
