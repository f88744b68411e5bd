"""Likelihoods of the futures as evidence comes in: each update shows prior, ratio and posterior, and can be undone.

What holds now is always worked out anew from the priors and the updates that still count, so that the order of
independent evidence does not matter and taking one back leaves no trace in the figures. Evidence of one family is
tempered: its log-likelihoods count with an exponent, and one family parts two futures by at most `MOST_ODDS` to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import log
from statistics import fmean

from foresight.records import Citation, Futures, LikelihoodUpdate, Share, Signpost
from foresight.scenarios.signposts import NEVER, Evidence, Weighing, weigh

TEMPER = 0.7
MOST_ODDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What a run showed of a signpost.

    Attributes:
        seen: a hit, or a miss after it closed; at, run_id: the cut-off and the run.
        value: what was measured; watch: the condition in words; evidence: the documents that showed it.
    """

    seen: bool
    at: datetime
    run_id: str
    value: float | None = None
    watch: str = ""
    evidence: tuple[Citation, ...] = ()


def standing(futures: Futures, updates: Sequence[LikelihoodUpdate]) -> tuple[Share, ...]:
    """The likelihoods now: the priors and every update that was not undone."""
    weighed = _weighed(futures, updates)
    return tuple(zip((name for name, _ in futures.shares), weighed.posterior, strict=True))


def after(
    futures: Futures, updates: Sequence[LikelihoodUpdate], signpost: Signpost, signpost_id: str, sighting: Sighting
) -> LikelihoodUpdate:
    """What one more sighting, or miss, of a signpost does to the likelihoods as they stand.

    Args:
        futures: with their priors.
        updates: all of earlier, undone ones too.
        signpost: what was watched. A future it says nothing of gets the mean of what it says of the others.
        signpost_id: its id.
        sighting: what was seen.
    """
    before = standing(futures, updates)
    told = dict(signpost.likelihoods)
    usual = fmean(told.values()) if told else 0.5
    likelihoods = tuple((name, told.get(name, usual)) for name, _ in futures.shares)
    draft = LikelihoodUpdate(
        signpost_id=signpost_id,
        seen=sighting.seen,
        at=sighting.at,
        run_id=sighting.run_id,
        prior=before,
        posterior=before,
        likelihoods=likelihoods,
        ratios=(),
        watch=sighting.watch,
        value=sighting.value,
        weight=_weight(updates, signpost.family),
        family=signpost.family,
        evidence=sighting.evidence,
    )
    now = standing(futures, (*updates, draft))
    ratios = [share / max(NEVER, earlier) for (_, share), (_, earlier) in zip(now, before, strict=True)]
    names = [name for name, _ in now]
    shown = tuple((name, ratio / max(ratios)) for name, ratio in zip(names, ratios, strict=True))
    return replace(draft, posterior=now, ratios=shown)


def _weighed(futures: Futures, updates: Sequence[LikelihoodUpdate]) -> Weighing:
    names = [name for name, _ in futures.shares]
    prior = [max(NEVER, share) for _, share in futures.shares]
    evidence = [
        Evidence(likelihoods=_aligned(names, update), seen=update.seen, family=update.family)
        for update in updates
        if not update.undone
    ]
    return weigh([share / sum(prior) for share in prior], evidence, temper=TEMPER, cap=log(MOST_ODDS))


def _aligned(names: Sequence[str], update: LikelihoodUpdate) -> tuple[float, ...]:
    """What an update says of the futures there are now; of one that came later it says the mean."""
    told = dict(update.likelihoods)
    usual = fmean(told.values()) if told else 0.5
    return tuple(told.get(name, usual) for name in names)


def _weight(updates: Sequence[LikelihoodUpdate], family: str) -> float:
    """Below 1 where its family has spoken before."""
    return TEMPER if family and any(update.family == family and not update.undone for update in updates) else 1.0
