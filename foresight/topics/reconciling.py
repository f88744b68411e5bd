"""Which theme of a new map is which of the old one: by the documents they share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What became of themes in a new map.

    Attributes:
        kept: (number of the new theme, id it goes on with).
        heirs: (id that ends, number of the new theme that holds most of its documents).
    """

    kept: tuple[tuple[int, str], ...]
    heirs: tuple[tuple[str, int], ...]


def reconcile(now: Sequence[frozenset[str]], then: Mapping[str, str]) -> Reconciled:
    """Pair new themes with old ones, one to one, those that share most documents first.

    A theme that keeps more than half of its documents, and is more than half of what it comes to lie in, always keeps
    its id: no other pair of either shares as much. Documents that only one of the maps knows do not count.

    Args:
        now: the documents of each new theme.
        then: the old theme of each document that had one.

    Returns:
        Pairs where half of one's common documents, or more, lie in the other; heirs of the old themes left over.
    """
    shared = {number: Counter(then[name] for name in documents if name in then) for number, documents in enumerate(now)}
    old = Counter[str]()
    for counts in shared.values():
        old.update(counts)
    pairs = sorted((-count, number, name) for number, counts in shared.items() for name, count in counts.items())
    kept: dict[int, str] = {}
    taken: set[str] = set()
    for minus, number, name in pairs:
        if number in kept or name in taken:
            continue
        if -minus >= _HALF * min(old[name], shared[number].total()):
            kept[number] = name
            taken.add(name)
    heirs: dict[str, int] = {}
    for _, number, name in pairs:
        if name not in taken:
            heirs.setdefault(name, number)
    return Reconciled(kept=tuple(sorted(kept.items())), heirs=tuple(sorted(heirs.items())))
