"""What a team builds with BERTopic in an afternoon: its defaults on twelve weeks, topics ranked by growth of share.

The model is fitted anew every so many weeks on the trailing twelve; in between, new documents go where the model's own
prediction puts them. A topic's share of the last four weeks is set against its share of the eight before.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.peers.clustering import FEWEST, default_model, quiet
from benchmarks.peers.material import RECENT_WEEKS, Listed, Material
from foresight.model.documents import Ints1d

TRAILING_WEEKS = 12
LEAST_GROWTH = 1.5
LEAST_DOCUMENTS = 5


def growth(recent: int, before: int, *, recent_all: int, before_all: int) -> float:
    """How many times its former share a topic has now; one document added on both sides."""
    return ((recent + 1) / (recent_all + 1)) / ((before + 1) / (before_all + 1))


def weekly_lists(material: Material, *, refit_weeks: int = 4, seed: int = 0) -> Iterator[Listed]:
    """The list of every cut-off."""
    topics = np.full(len(material.ids), -1, dtype=np.int64)
    model, fitted = None, 0
    for cut in material.cuts():
        trailing = material.rows(cut - TRAILING_WEEKS, cut)
        if model is None or cut - fitted >= refit_weeks:
            if len(trailing) < FEWEST:
                continue
            model, fitted = default_model(seed), cut
            with quiet():
                found, _ = model.fit_transform(_texts(material, trailing), embeddings=material.vectors[trailing])
            topics[trailing] = found
        else:
            fresh = material.rows(cut - 1, cut)
            if len(fresh):
                with quiet():
                    found, _ = model.transform(_texts(material, fresh), embeddings=material.vectors[fresh])
                topics[fresh] = found
        yield from _ranked(material, topics, cut, fitted)


def _texts(material: Material, rows: Ints1d) -> list[str]:
    return [material.texts[row] for row in rows]


def _ranked(material: Material, topics: Ints1d, cut: int, fitted: int) -> Iterator[Listed]:
    recent = material.rows(cut - RECENT_WEEKS, cut)
    before = material.rows(cut - TRAILING_WEEKS, cut - RECENT_WEEKS)
    found = []
    for topic in sorted(set(topics[recent].tolist()) - {-1}):
        now, then = int((topics[recent] == topic).sum()), int((topics[before] == topic).sum())
        times = growth(now, then, recent_all=len(recent), before_all=len(before))
        if now >= LEAST_DOCUMENTS and times >= LEAST_GROWTH:
            found.append((times, now, topic))
    for rank, (_, _, topic) in enumerate(sorted(found, key=lambda one: (-one[0], -one[1], one[2])), 1):
        rows = tuple(int(row) for row in recent[topics[recent] == topic])
        yield Listed(week=cut, rank=rank, trend=f"{fitted}-{topic}", stage="growing", rows=rows)
