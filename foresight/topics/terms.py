"""Terms of one matter gathered: "language model" and "large language" are one trend with two terms, not two trends."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from foresight.records import Ints1d

PREFIX = "term-"
_SAME = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Terms that stand in the same documents.

    Attributes:
        lead: the strongest; parts: the others, strongest first.
        rows: ascending, those that hold the lead.
    """

    lead: int
    parts: tuple[int, ...]
    rows: Ints1d

    @property
    def terms(self) -> tuple[int, ...]:
        """All of them, the lead first."""
        return (self.lead, *self.parts)


def families(
    order: Sequence[int],
    rows: Mapping[int, Ints1d],
    *,
    documents: int,
    most: int,
    kept: Collection[int] = (),
) -> tuple[Family, ...]:
    """Gather terms, strongest first.

    A term that shares half of its documents with those of an earlier family, or half of that family's lead with it,
    is part of it: what it would add is told already. The others found a family of their own.

    Args:
        order: terms, strongest first.
        rows: ascending rows that hold each.
        documents: how many rows there are.
        most: families that are wanted.
        kept: terms that are told beyond that number.
    """
    owner = np.full(documents, -1, dtype=np.int64)
    leads: list[int] = []
    parts: list[list[int]] = []
    for term in order:
        own = rows[term]
        family, shared = _nearest(owner[own])
        if family >= 0 and shared >= _SAME * min(len(own), len(rows[leads[family]])):
            parts[family].append(term)
            if shared >= _SAME * len(own):
                owner[own[owner[own] < 0]] = family
            continue
        if len(leads) >= most and term not in kept:
            continue
        owner[own[owner[own] < 0]] = len(leads)
        leads.append(term)
        parts.append([])
    return tuple(Family(lead=lead, parts=tuple(mine), rows=rows[lead]) for lead, mine in zip(leads, parts, strict=True))


def _nearest(owners: Ints1d) -> tuple[int, int]:
    """The family that holds most of the rows, and how many; −1 where none holds any."""
    held = owners[owners >= 0]
    if not len(held):
        return -1, 0
    counts = np.bincount(held)
    family = int(counts.argmax())
    return family, int(counts[family])


def id_of(term: str) -> str:
    """The lasting id of the trend that a term founded: "language model" → "term-language-model"."""
    return PREFIX + term.replace(" ", "-")


def founder_of(trend_id: str) -> str:
    """The term that founded a slow trend, "" for an id of another kind."""
    return trend_id.removeprefix(PREFIX).replace("-", " ") if trend_id.startswith(PREFIX) else ""
