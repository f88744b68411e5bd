"""Signposts: what to watch, how well it tells scenarios apart, and what seeing it does to their shares.

P(k | e) ∝ P(k)·P(e | k); when the window closes without a hit, the miss counts too: 1 − P(e | k). Diagnosticity as in
the Analysis of Competing Hypotheses (Heuer 1999): an indicator that fits all scenarios alike tells nothing. A scenario
"none of these" belongs in every list, so that the shares do not pretend to cover everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log, log2

# Below this ratio an indicator is decoration.
LEAST_DIAGNOSTIC = 1.5
# "Impossible" is rarely meant: 0 is read as one in a million, so that one sighting cannot erase a scenario for ever.
NEVER = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sighting, or a miss after its window closed.

    Attributes:
        likelihoods: P(seen | scenario), one per scenario.
        seen: whether it was.
        family: evidence with one cause shares a family and is tempered together; "" stands by itself.
    """

    likelihoods: tuple[float, ...]
    seen: bool
    family: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyWeight:
    """What one family did: log-likelihood per scenario, tempered and capped, relative to the best at 0."""

    family: str
    log_weights: tuple[float, ...]
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """Shares before and after, with what each family of evidence contributed."""

    prior: tuple[float, ...]
    posterior: tuple[float, ...]
    families: tuple[FamilyWeight, ...]


def update(shares: Sequence[float], likelihoods: Sequence[float], *, seen: bool) -> tuple[float, ...]:
    """Bayes' rule for one signpost.

    Args:
        shares: of the scenarios, adding up to 1.
        likelihoods: P(hit | scenario).
        seen: a hit, or a miss after the window closed.
    """
    weighed = [share * _chance(p, seen=seen) for share, p in zip(shares, likelihoods, strict=True)]
    total = sum(weighed)
    return tuple(value / total for value in weighed)


def weigh(prior: Sequence[float], evidence: Sequence[Evidence], *, temper: float = 1.0, cap: float = inf) -> Weighing:
    """All evidence together; its order does not matter.

    Args:
        prior: shares of the scenarios, adding up to 1, none of them 0.
        evidence: what was seen and missed.
        temper: α, 0 to 1: exponent on families with several pieces, because they are not independent.
        cap: the most that one family may part two scenarios, as a natural logarithm.
    """
    families = [_family(name, pieces, temper, cap) for name, pieces in _grouped(evidence)]
    logs = [log(share) for share in prior]
    for family in families:
        logs = [value + weight for value, weight in zip(logs, family.log_weights, strict=True)]
    weights = [exp(value - max(logs)) for value in logs]
    return Weighing(
        prior=tuple(prior),
        posterior=tuple(weight / sum(weights) for weight in weights),
        families=tuple(families),
    )


def diagnosticity(likelihoods: Sequence[float]) -> float:
    """Max P(hit | k) / min P(hit | k): 1 tells nothing; infinite where a scenario rules the hit out."""
    return max(likelihoods) / min(likelihoods) if min(likelihoods) else inf


def is_decoration(likelihoods: Sequence[float], *, least: float = LEAST_DIAGNOSTIC) -> bool:
    """Whether neither seeing nor missing it would part the scenarios by the least ratio."""
    misses = [1.0 - p for p in likelihoods]
    seen = diagnosticity(likelihoods) if max(likelihoods) else 1.0
    missed = diagnosticity(misses) if max(misses) else 1.0
    return max(seen, missed) < least


def information(shares: Sequence[float], likelihoods: Sequence[float]) -> float:
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


def _grouped(evidence: Sequence[Evidence]) -> list[tuple[str, list[Evidence]]]:
    """Families by name, then evidence without a family, each piece by itself."""
    families: dict[str, list[Evidence]] = {}
    for piece in evidence:
        if piece.family:
            families.setdefault(piece.family, []).append(piece)
    return [*sorted(families.items()), *(("", [piece]) for piece in evidence if not piece.family)]


def _family(name: str, pieces: Sequence[Evidence], temper: float, cap: float) -> FamilyWeight:
    count = len(pieces[0].likelihoods)
    logs = [sum(log(_chance(piece.likelihoods[k], seen=piece.seen)) for piece in pieces) for k in range(count)]
    exponent = temper if len(pieces) > 1 else 1.0
    reach = (max(logs) - min(logs)) * exponent
    scale = exponent * (cap / reach if reach > cap else 1.0)
    return FamilyWeight(
        family=name, log_weights=tuple((value - max(logs)) * scale for value in logs), pieces=len(pieces)
    )


def _chance(probability: float, *, seen: bool) -> float:
    return max(NEVER, probability if seen else 1.0 - probability)
