"""Bayesian updating of the likelihoods of futures by signposts, and how well a signpost tells futures apart.

P(k | e) ∝ P(k)·P(e | k); when the window closes without a hit, the miss counts too: 1 − P(e | k). Diagnosticity as in
the Analysis of Competing Hypotheses (Heuer 1999): an indicator that fits all futures alike says nothing. A future
"none of these" belongs in every list, so that the likelihoods do not pretend to cover everything.

The likelihoods are computed from the priors and the updates that were not undone, so that the order of independent
evidence does not matter and undoing an update leaves no trace. Evidence of one family is tempered: its
log-likelihoods count with an exponent, and one family moves the odds of two futures by at most `MOST_FAMILY_ODDS` to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import exp, inf, log, log2
from statistics import fmean

from foresight.model.scenarios import Citation, FutureSet, FutureShare, LikelihoodUpdate
from foresight.model.workshop import Signpost

# Below this ratio an indicator is decoration.
LEAST_DIAGNOSTIC_RATIO = 1.5
# "Impossible" is rarely meant: 0 is read as one in a million, so that one sighting cannot erase a scenario for ever.
LEAST_PROBABILITY = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class SignpostEvidence:
    """A sighting, or a miss after its window closed.

    Attributes:
        likelihoods: P(seen | scenario), one per scenario.
        seen: whether it was.
        family: evidence with one cause shares a family and is tempered together; "" stands by itself.
    """

    likelihoods: tuple[float, ...]
    seen: bool
    family: str = ""


def bayes_update(shares: Sequence[float], likelihoods: Sequence[float], *, seen: bool) -> tuple[float, ...]:
    """Bayes' rule for one signpost.

    Args:
        shares: of the scenarios, adding up to 1.
        likelihoods: P(hit | scenario).
        seen: a hit, or a miss after the window closed.
    """
    weighed = [share * _observation_probability(p, seen=seen) for share, p in zip(shares, likelihoods, strict=True)]
    total = sum(weighed)
    return tuple(value / total for value in weighed)


def posterior_of(
    prior: Sequence[float], evidence: Sequence[SignpostEvidence], *, temper: float = 1.0, cap: float = inf
) -> tuple[float, ...]:
    """The shares of the scenarios after all evidence together; its order does not matter.

    Args:
        prior: shares of the scenarios, adding up to 1, none of them 0.
        evidence: what was seen and missed.
        temper: α, 0 to 1: exponent on families with several pieces, because they are not independent.
        cap: the most that one family may part two scenarios, as a natural logarithm.
    """
    families: dict[str, list[SignpostEvidence]] = {}
    for piece in evidence:
        if piece.family:
            families.setdefault(piece.family, []).append(piece)
    groups = [pieces for _, pieces in sorted(families.items())] + [[piece] for piece in evidence if not piece.family]
    logs = [log(share) for share in prior]
    for pieces in groups:
        logs = [value + weight for value, weight in zip(logs, _log_weights(pieces, temper, cap), strict=True)]
    weights = [exp(value - max(logs)) for value in logs]
    return tuple(weight / sum(weights) for weight in weights)


def diagnostic_ratio(likelihoods: Sequence[float]) -> float:
    """Max P(hit | k) / min P(hit | k): 1 tells nothing; infinite where a scenario rules the hit out."""
    return max(likelihoods) / min(likelihoods) if min(likelihoods) else inf


def is_undiagnostic(likelihoods: Sequence[float], *, least: float = LEAST_DIAGNOSTIC_RATIO) -> bool:
    """Whether neither seeing nor missing it would part the scenarios by the least ratio."""
    misses = [1.0 - p for p in likelihoods]
    seen = diagnostic_ratio(likelihoods) if max(likelihoods) else 1.0
    missed = diagnostic_ratio(misses) if max(misses) else 1.0
    return max(seen, missed) < least


def expected_information(shares: Sequence[float], likelihoods: Sequence[float]) -> float:
    """Mutual information I(S; E) in bits: what watching is expected to tell; 0 where all are equal."""
    total = 0.0
    for seen in (True, False):
        chances = [p if seen else 1.0 - p for p in likelihoods]
        overall = sum(share * chance for share, chance in zip(shares, chances, strict=True))
        total += sum(
            share * chance * log2(chance / overall)
            for share, chance in zip(shares, chances, strict=True)
            if share * chance > 0.0
        )
    return max(0.0, total)


def _log_weights(pieces: Sequence[SignpostEvidence], temper: float, cap: float) -> list[float]:
    """What one family of evidence says: log-likelihood per scenario, tempered and capped, relative to the best at 0."""
    logs = [
        sum(log(_observation_probability(p, seen=piece.seen)) for p, piece in zip(column, pieces, strict=True))
        for column in zip(*(piece.likelihoods for piece in pieces), strict=True)
    ]
    exponent = temper if len(pieces) > 1 else 1.0
    reach = (max(logs) - min(logs)) * exponent
    scale = exponent * (cap / reach if reach > cap else 1.0)
    return [(value - max(logs)) * scale for value in logs]


def _observation_probability(probability: float, *, seen: bool) -> float:
    return max(LEAST_PROBABILITY, probability if seen else 1.0 - probability)


FAMILY_EXPONENT = 0.7
MOST_FAMILY_ODDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SignpostObservation:
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


def current_likelihoods(futures: FutureSet, updates: Sequence[LikelihoodUpdate]) -> tuple[FutureShare, ...]:
    """The likelihoods now: the priors and every update that was not undone."""
    names = [name for name, _ in futures.shares]
    prior = [max(LEAST_PROBABILITY, share) for _, share in futures.shares]
    evidence = [
        SignpostEvidence(
            likelihoods=_aligned_likelihoods(names, update.likelihoods), seen=update.seen, family=update.family
        )
        for update in updates
        if not update.undone
    ]
    posterior = posterior_of(
        [share / sum(prior) for share in prior], evidence, temper=FAMILY_EXPONENT, cap=log(MOST_FAMILY_ODDS)
    )
    return tuple(zip(names, posterior, strict=True))


def likelihood_update(
    futures: FutureSet,
    updates: Sequence[LikelihoodUpdate],
    signpost: Signpost,
    signpost_id: str,
    sighting: SignpostObservation,
) -> LikelihoodUpdate:
    """What one more sighting, or miss, of a signpost does to the likelihoods as they stand.

    Args:
        futures: with their priors.
        updates: all of earlier, undone ones too.
        signpost: what was watched. A future it says nothing of gets the mean of what it says of the others.
        signpost_id: its id.
        sighting: what was seen.
    """
    before = current_likelihoods(futures, updates)
    names = [name for name, _ in futures.shares]
    has_spoken = any(signpost.family and update.family == signpost.family and not update.undone for update in updates)
    draft = LikelihoodUpdate(
        signpost_id=signpost_id,
        seen=sighting.seen,
        at=sighting.at,
        run_id=sighting.run_id,
        prior=before,
        posterior=before,
        likelihoods=tuple(zip(names, _aligned_likelihoods(names, signpost.likelihoods), strict=True)),
        ratios=(),
        watch=sighting.watch,
        value=sighting.value,
        weight=FAMILY_EXPONENT if has_spoken else 1.0,
        family=signpost.family,
        evidence=sighting.evidence,
    )
    now = current_likelihoods(futures, (*updates, draft))
    ratios = [share / max(LEAST_PROBABILITY, earlier) for (_, share), (_, earlier) in zip(now, before, strict=True)]
    shown = tuple((name, ratio / max(ratios)) for name, ratio in zip(names, ratios, strict=True))
    return replace(draft, posterior=now, ratios=shown)


def _aligned_likelihoods(names: Sequence[str], likelihoods: Sequence[FutureShare]) -> tuple[float, ...]:
    """P(hit | future) for the futures there are now; a future it says nothing of gets the mean of the others."""
    known = dict(likelihoods)
    usual = fmean(known.values()) if known else 0.5
    return tuple(known.get(name, usual) for name in names)
