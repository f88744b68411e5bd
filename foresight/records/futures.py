"""The few consistent scenarios a workshop goes on with, and how likely people and evidence make them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from foresight.records.scenarios import Citation

NONE_OF_THESE = "none-of-these"
"""Id of the share kept back for everything nobody thought of, so that shares do not pretend to be exhaustive."""

Share = tuple[str, float]
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
class Futures:
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
    def shares(self) -> tuple[Share, ...]:
        """The priors, none-of-these last."""
        return (*((future.id, future.prior) for future in self.futures), (NONE_OF_THESE, self.none_of_these))


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelihoodUpdate:
    """What one signpost did to the likelihoods of the futures when it was seen, or when its time ran out unseen.

    Attributes:
        signpost_id: which one; watch: what it had been watching, in words that last.
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
    prior: tuple[Share, ...]
    posterior: tuple[Share, ...]
    likelihoods: tuple[Share, ...]
    ratios: tuple[Share, ...]
    watch: str = ""
    value: float | None = None
    weight: float = 1.0
    family: str = ""
    evidence: tuple[Citation, ...] = ()
    undone: bool = False
