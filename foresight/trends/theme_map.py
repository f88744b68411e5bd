"""The map of themes as it is fitted: lasting regions of a year of news, and broader themes above them.

A fit divides a year's documents (`theme_clustering`), gives the themes their words (`theme_model`), the ids of the
earlier themes they continue, and places on a map. What happens between two fits stands in `themes`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

import numpy as np

from foresight.model.documents import Floats2d, Ints1d
from foresight.model.options import ThemeOptions
from foresight.model.trends import Assignment, Cluster, LanguageMean, Theme, ThemeState
from foresight.trends.clusters import DocumentBatch, new_cluster, place_documents, unit_vector
from foresight.trends.theme_clustering import divide_into_themes

_HALF = 0.5
_TITLE_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredThemes:
    """The map as a run finds it in the archive.

    Attributes:
        state: where it stands.
        topics: as they are shown; needed to go on from the map.
        theme_of: theme id by document id; all of them are needed for a fit, those of the last weeks to go on.
    """

    state: ThemeState
    topics: Sequence[Theme] = ()
    theme_of: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeMap:
    """The map of themes after a run.

    Attributes:
        topics: themes awake and the broader ones above them, by level, biggest first.
        assignments: the theme of documents, by theme and document; after a fit all of the last year, else new ones.
        is_new_fit: earlier assignments no longer hold.
        state: what the next run goes on from; None where there are too few documents for a map.
    """

    topics: tuple[Theme, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    is_new_fit: bool = False
    state: ThemeState | None = None


class ThemeClusters:
    """The cluster model of a year, as BERTopic asks for one.

    Attributes:
        labels_: ``(n,)`` theme of each document, −1 for none.
        broader: ``(themes,)`` broader theme of each.
        thresholds: of each theme, per language.
    """

    labels_: Ints1d
    broader: Ints1d
    thresholds: Sequence[tuple[tuple[str, float], ...]]

    def __init__(self, batch: DocumentBatch, options: ThemeOptions, *, seed: int) -> None:
        self._batch, self._options, self._seed = batch, options, seed

    def fit(self, vectors: Floats2d, y: Ints1d | None = None) -> Self:  # noqa: ARG002 - BERTopic hands it in
        """Divide the founding documents; the others go where they are near enough."""
        batch, founding = self._batch, np.flatnonzero(self._batch.founding)
        labels = np.full(len(vectors), -1, dtype=np.int64)
        labels[founding], self.broader = divide_into_themes(vectors[founding], self._options, seed=self._seed)
        themes = [
            new_cluster(str(number), batch, np.flatnonzero(labels == number), self._options.member_quantile)
            for number in range(len(self.broader))
        ]
        rest = np.flatnonzero(labels < 0)
        labels[rest] = place_documents(themes, vectors[rest], batch.langs[rest], batch.languages).clusters
        self.labels_, self.thresholds = labels, [theme.thresholds for theme in themes]
        return self


def fit_theme_map(  # noqa: PLR0913 - all that a map is made of
    batch: DocumentBatch,
    texts: Sequence[str],
    means: tuple[LanguageMean, ...],
    *,
    as_of: datetime,
    options: ThemeOptions,
    run_id: str,
    seed: int = 0,
    earlier: StoredThemes | None = None,
) -> ThemeMap:
    """Fit the map of a year; nothing below `options.fewest` founding documents, or where no theme was found.

    Args:
        batch: the documents, in order of `available`; `founding` ones are divided, the others assigned.
        texts: their words, space between: lemmas without stop words.
        means: what the vectors were centred by.
        as_of: the cut-off.
        options: how fine, how broad.
        run_id: stamped on the topics.
        seed: decides every random choice; the same data and seed give the same map.
        earlier: the last map, so that themes keep their ids.
    """
    if int(batch.founding.sum()) < options.fewest:
        return ThemeMap()
    from foresight.trends.theme_model import theme_model, words_of_levels  # noqa: PLC0415 - ten seconds of import

    clusters = ThemeClusters(batch, options, seed=seed)
    model = theme_model(texts, batch.vectors, clusters)
    labels, parents = clusters.labels_, clusters.broader
    if not len(parents):
        return ThemeMap()
    old, theme_of = (earlier.state.themes, earlier.theme_of) if earlier else ((), {})
    parents_before = dict(earlier.state.parents) if earlier else {}
    broader_before = {name: parents_before[theme] for name, theme in theme_of.items() if theme in parents_before}
    names, heirs = _lasting_ids("h", batch, labels, theme_of)
    above, _ = _lasting_ids("b", batch, np.where(labels >= 0, parents[labels], -1), broader_before)
    born = {theme.id: theme.born for theme in old}
    themes = []
    for number, (name, thresholds) in enumerate(zip(names, clusters.thresholds, strict=True)):
        theme = new_cluster(name, batch, np.flatnonzero(labels == number), options.member_quantile)
        themes.append(replace(theme, thresholds=thresholds, born=min(theme.born, born.get(name, theme.born))))
    ended = [
        replace(theme, asleep=True, merged_into=names[heirs[theme.id]] if theme.id in heirs else theme.merged_into)
        for theme in old
        if theme.id not in names
    ]
    state = ThemeState(
        cutoff=as_of,
        fitted=as_of,
        themes=(*themes, *ended),
        parents=tuple((name, above[int(parent)]) for name, parent in zip(names, parents, strict=True)),
        means=means,
        documents=len(batch.ids),
        outside=int((labels < 0).sum()),
    )
    words = dict(zip((*names, *above), words_of_levels(model, texts, labels, parents), strict=True))
    return ThemeMap(
        topics=_topics_of_fit(themes, dict(state.parents), words, run_id),
        assignments=theme_assignments(themes, batch, labels),
        is_new_fit=True,
        state=state,
    )


def match_themes(now: Sequence[frozenset[str]], then: Mapping[str, str]) -> tuple[dict[int, str], dict[str, int]]:
    """Pair new themes with old ones, one to one, those that share most documents first.

    A theme that keeps more than half of its documents, and is more than half of what it comes to lie in, always keeps
    its id: no other pair of either shares as much. Documents that only one of the maps knows do not count.
    now: the documents of each new theme; then: the old theme of each document that had one.

    Returns:
        The old id of new themes, by number, where half of one's common documents, or more, lie in the other. And of the
        other old themes the number of the new one that holds most of their documents.
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
    # The first pair of each name, which shares most, is written last.
    return kept, {name: number for _, number, name in reversed(pairs) if name not in taken}


def _lasting_ids(
    prefix: str, batch: DocumentBatch, labels: Ints1d, then: Mapping[str, str]
) -> tuple[list[str], dict[str, int]]:
    """The id of each theme: that of the earlier one it continues, else a hash of its first document; and the heirs."""
    members = [np.flatnonzero(labels == number).tolist() for number in range(int(labels.max()) + 1)]
    kept, heirs = match_themes([frozenset(batch.ids[row] for row in rows) for rows in members], then)
    used = set(then.values())
    names: list[str] = []
    for number, rows in enumerate(members):
        names.append(kept[number] if number in kept else unused_theme_id(prefix, batch, rows, used))
        used.add(names[-1])
    return names, heirs


def unused_theme_id(prefix: str, batch: DocumentBatch, rows: Sequence[int], used: set[str]) -> str:
    """The id of a new theme: a hash of its first document whose hash is not taken, the same in every run."""
    ids = (prefix + hashlib.sha256(batch.ids[row].encode()).hexdigest()[:15] for row in rows)
    return next(one for one in ids if one not in used)


def theme_assignments(themes: Sequence[Cluster], batch: DocumentBatch, labels: Ints1d) -> tuple[Assignment, ...]:
    """The documents of a batch that have a theme, by theme and document. labels: position in `themes`, −1 for none."""
    rows = np.flatnonzero(labels >= 0)
    if not len(rows):
        return ()
    centres = np.stack([unit_vector(theme.centroid) for theme in themes])
    cosines = np.einsum("ij,ij->i", batch.vectors[rows], centres[labels[rows]])
    found = [
        Assignment(owner_id=themes[number].id, document_id=batch.ids[row], similarity=round(float(cosine), 4))
        for row, number, cosine in zip(rows.tolist(), labels[rows].tolist(), cosines.tolist(), strict=True)
    ]
    return tuple(sorted(found, key=lambda one: (one.owner_id, one.document_id)))


def _topics_of_fit(
    themes: Sequence[Cluster], parents: Mapping[str, str], words: Mapping[str, tuple[str, ...]], run_id: str
) -> tuple[Theme, ...]:
    """Themes and broader themes as they are shown, titles still made of words."""
    titles = {name: " · ".join(own[:_TITLE_WORDS]) for name, own in words.items()}
    topics = [
        Theme(
            id=theme.id,
            run_id=run_id,
            title=titles[theme.id],
            words=words[theme.id],
            documents=theme.documents,
            x=x,
            y=y,
            parent_id=parents[theme.id],
        )
        for theme, (x, y) in zip(themes, map_positions(themes).tolist(), strict=True)
    ]
    above = {
        name: Theme(id=name, run_id=run_id, title=titles[name], words=words[name], level=1) for name in parents.values()
    }
    return with_broader_themes(topics, above, run_id)


def with_broader_themes(themes: Sequence[Theme], known: Mapping[str, Theme], run_id: str) -> tuple[Theme, ...]:
    """Themes and the broader ones above them, which count their themes' documents and stand in their middle.

    themes: of level 0; known: the broader themes by id, what their themes decide is counted anew.
    """
    broader = []
    for parent in sorted({theme.parent_id for theme in themes} & set(known)):
        own = [theme for theme in themes if theme.parent_id == parent]
        total = sum(theme.documents for theme in own)
        x = sum(theme.x * theme.documents for theme in own) / max(1, total)
        y = sum(theme.y * theme.documents for theme in own) / max(1, total)
        broader.append(replace(known[parent], run_id=run_id, documents=total, x=x, y=y))
    return tuple(sorted((*themes, *broader), key=lambda topic: (topic.level, -topic.documents, topic.id)))


def map_positions(themes: Sequence[Cluster]) -> Floats2d:
    """``(themes, 2)`` places on a map: classical scaling of cosine distances; signs fixed, so that it does not flip."""
    centres = np.stack([unit_vector(theme.centroid) for theme in themes])
    distance = np.clip(1.0 - centres @ centres.T, 0.0, 2.0).astype(np.float64) ** 2
    middle = np.eye(len(centres)) - 1.0 / len(centres)
    values, axes = np.linalg.eigh(-0.5 * middle @ distance @ middle)
    order = np.argsort(values)[::-1][:2]
    flat = axes[:, order] * np.sqrt(np.maximum(values[order], 0.0))
    flat = flat * np.where(flat[np.abs(flat).argmax(axis=0), np.arange(flat.shape[1])] < 0, -1.0, 1.0)
    return np.pad(flat, ((0, 0), (0, 2 - flat.shape[1]))).astype(np.float32)
