"""The map of themes: lasting regions of a year of news and broader themes above them, fitted seldom.

BERTopic's own defaults put news into clusters that people would not have made. Here communities of near documents are
the themes (docs/methods.md#themes), and BERTopic gives them their words by its c-TF-IDF on vectors that are already
there. What happens between two fits stands in `theme_steps`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from foresight.records import Assignment, Floats2d, Ints1d, LanguageMean, ThemeOptions, ThemeState, Topic, Unit
from foresight.topics.dividing import divide
from foresight.topics.geometry import balance, unit
from foresight.topics.reconciling import Reconciled, reconcile
from foresight.topics.theme_words import theme_words
from foresight.topics.units import Batch, place, thresholds_of

TITLE_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeMap:
    """What a run says of themes.

    Attributes:
        topics: themes awake and the broader ones above them, by level, biggest first.
        assignments: the theme of documents, by theme and document; after a fit all of the last year, else new ones.
        anew: the map was fitted anew, earlier assignments no longer hold.
        state: what the next run goes on from; None where there are too few documents for a map.
    """

    topics: tuple[Topic, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    anew: bool = False
    state: ThemeState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The map before a fit: where it stood, and the theme of each document that had one."""

    state: ThemeState
    themes: Mapping[str, str]

    @property
    def broader(self) -> dict[str, str]:
        """The broader theme of each document that had one."""
        parents = dict(self.state.parents)
        return {name: parents[theme] for name, theme in self.themes.items() if theme in parents}


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """A year of documents to draw a map of.

    Attributes:
        batch: the documents, in order of `available`; `founding` ones are divided, the others assigned.
        texts: their words, space between: lemmas without stop words.
        means: what the vectors were centred by.
        as_of: the cut-off.
    """

    batch: Batch
    texts: Sequence[str]
    means: tuple[LanguageMean, ...]
    as_of: datetime


def fit(year: Year, *, options: ThemeOptions, run_id: str, seed: int = 0, earlier: Earlier | None = None) -> ThemeMap:
    """Draw the map of a year.

    Args:
        year: the documents.
        options: how fine, how broad.
        run_id: stamped on the topics.
        seed: decides every random choice; the same data and seed give the same map.
        earlier: the last map, so that themes keep their ids.

    Returns:
        Nothing below `options.fewest` documents, or where no theme was found.
    """
    batch = year.batch
    looked_at = np.flatnonzero(batch.founding)
    if len(looked_at) < options.fewest:
        return ThemeMap()
    division = divide(batch.vectors[looked_at], options, seed=seed)
    count = len(division.broader)
    if not count:
        return ThemeMap()
    labels = np.full(len(batch.ids), -1, dtype=np.int64)
    labels[looked_at] = division.themes
    labels, thresholds = _all_placed(batch, labels, count, options)
    return _drawn(year, labels, division.broader, thresholds, options=options, run_id=run_id, earlier=earlier)


def _all_placed(
    batch: Batch, labels: Ints1d, count: int, options: ThemeOptions
) -> tuple[Ints1d, list[tuple[tuple[str, float], ...]]]:
    """Labels with those documents added that were not divided, by the thresholds of the themes; and these."""
    themes = [founded(str(number), batch, np.flatnonzero(labels == number), options) for number in range(count)]
    rest = np.flatnonzero(labels < 0)
    labels = labels.copy()
    labels[rest] = place(themes, batch.vectors[rest], batch.langs[rest], batch.languages).units
    return labels, [theme.thresholds for theme in themes]


def _drawn(  # noqa: PLR0913 - the second half of `fit`
    year: Year,
    labels: Ints1d,
    parents: Ints1d,
    thresholds: Sequence[tuple[tuple[str, float], ...]],
    *,
    options: ThemeOptions,
    run_id: str,
    earlier: Earlier | None,
) -> ThemeMap:
    """The map of documents whose place is known."""
    batch = year.batch
    broader = np.where(labels >= 0, parents[labels], -1)
    names, told = _names("h", batch, labels, earlier.themes if earlier else {})
    above, _ = _names("b", batch, broader, earlier.broader if earlier else {})
    themes = [
        replace(founded(name, batch, np.flatnonzero(labels == number), options), thresholds=thresholds[number])
        for number, name in enumerate(names)
    ]
    state = ThemeState(
        cutoff=year.as_of,
        fitted=year.as_of,
        themes=(*_as_old(themes, earlier), *_left_over(earlier, names, told)),
        parents=tuple((name, above[int(parent)]) for name, parent in zip(names, parents, strict=True)),
        means=year.means,
        documents=len(batch.ids),
        outside=int((labels < 0).sum()),
    )
    words = theme_words(year.texts, batch.vectors, labels, len(names))
    words += theme_words(year.texts, batch.vectors, broader, len(above))
    topics = _topics(state, dict(zip((*names, *above), words, strict=True)), run_id)
    return ThemeMap(topics=topics, assignments=assignments_of(themes, batch, labels), anew=True, state=state)


def theme_id(prefix: str, document_id: str) -> str:
    """The id of a theme that this document founded: it says nothing but is the same in every run."""
    return prefix + hashlib.sha256(document_id.encode()).hexdigest()[:15]


def assignments_of(themes: Sequence[Unit], batch: Batch, labels: Ints1d) -> tuple[Assignment, ...]:
    """The documents of a batch that have a theme, by theme and document. labels: position in `themes`, −1 for none."""
    rows = np.flatnonzero(labels >= 0)
    if not len(rows):
        return ()
    centres = np.stack([unit(theme.centroid) for theme in themes])
    cosines = np.einsum("ij,ij->i", batch.vectors[rows], centres[labels[rows]])
    found = [
        Assignment(owner_id=themes[number].id, document_id=batch.ids[row], similarity=round(float(cosine), 4))
        for row, number, cosine in zip(rows.tolist(), labels[rows].tolist(), cosines.tolist(), strict=True)
    ]
    return tuple(sorted(found, key=lambda one: (one.owner_id, one.document_id)))


def theme_of(recent: Sequence[str], themes: Mapping[str, str]) -> str:
    """The theme most of a trend's documents lie in, "" where none of them has one.

    Args:
        recent: document ids.
        themes: theme id by document id.
    """
    found = [themes[name] for name in recent if name in themes]
    return max(sorted(set(found)), key=found.count, default="")


def founded(name: str, batch: Batch, rows: Ints1d, options: ThemeOptions) -> Unit:
    """A theme of some rows of a batch."""
    vectors, langs = batch.vectors[rows], batch.langs[rows]
    return Unit(
        id=name,
        centroid=(vectors * balance(langs)[:, None]).sum(axis=0).astype(np.float32),
        weight=float(len(rows)),
        thresholds=thresholds_of(vectors, langs, batch.languages, options.member_quantile),
        born=_moment(int(batch.published[rows].min())),
        last_active=_moment(int(batch.published[rows].max())),
        documents=len(rows),
    )


def _names(prefix: str, batch: Batch, labels: Ints1d, then: Mapping[str, str]) -> tuple[list[str], Reconciled]:
    """Lasting ids: that of the earlier theme it continues, else a hash of its first document."""
    members = [np.flatnonzero(labels == number) for number in range(int(labels.max()) + 1)]
    told = reconcile([frozenset(batch.ids[row] for row in rows) for rows in members], then)
    kept, used = dict(told.kept), set(then.values())
    names: list[str] = []
    for number, rows in enumerate(members):
        fresh = (name for row in rows.tolist() if (name := theme_id(prefix, batch.ids[row])) not in used)
        names.append(kept[number] if number in kept else next(fresh))
        used.add(names[-1])
    return names, told


def _as_old(themes: Sequence[Unit], earlier: Earlier | None) -> list[Unit]:
    """Themes that go on were born when they were born."""
    known = {theme.id: theme.born for theme in earlier.state.themes} if earlier else {}
    return [replace(theme, born=min(theme.born, known.get(theme.id, theme.born))) for theme in themes]


def _left_over(earlier: Earlier | None, names: Sequence[str], told: Reconciled) -> list[Unit]:
    """Earlier themes without a place on the new map: taken over by the heir of their documents, else asleep."""
    heirs = dict(told.heirs)
    old = [theme for theme in earlier.state.themes if theme.id not in names] if earlier else []
    return [
        replace(theme, asleep=True, merged_into=names[heirs[theme.id]] if theme.id in heirs else theme.merged_into)
        for theme in old
    ]


def _topics(state: ThemeState, words: Mapping[str, Sequence[str]], run_id: str) -> tuple[Topic, ...]:
    """Themes awake and broader themes as they are shown, titles still made of words."""
    awake = [theme for theme in state.themes if not theme.asleep]
    parents = dict(state.parents)
    places = places_of(np.stack([unit(theme.centroid) for theme in awake]))
    topics = [
        Topic(
            id=theme.id,
            run_id=run_id,
            title=title_of(words[theme.id]),
            words=tuple(words[theme.id]),
            documents=theme.documents,
            x=float(x),
            y=float(y),
            parent_id=parents.get(theme.id, ""),
        )
        for theme, (x, y) in zip(awake, places, strict=True)
    ]
    above = {
        name: Topic(id=name, run_id=run_id, title=title_of(words[name]), words=tuple(words[name]), level=1)
        for name in parents.values()
    }
    return with_broader(topics, above, run_id)


def with_broader(themes: Sequence[Topic], known: Mapping[str, Topic], run_id: str) -> tuple[Topic, ...]:
    """Themes and the broader ones above them, which count their themes' documents and stand in their middle.

    Args:
        themes: of level 0.
        known: the broader themes by id; what their themes decide is counted anew.
        run_id: stamped on the broader themes.
    """
    broader = []
    for parent in sorted({theme.parent_id for theme in themes} & set(known)):
        own = [theme for theme in themes if theme.parent_id == parent]
        total = sum(theme.documents for theme in own)
        middle = [sum(at(theme) * theme.documents for theme in own) / max(1, total) for at in (_x, _y)]
        broader.append(replace(known[parent], run_id=run_id, documents=total, x=middle[0], y=middle[1], level=1))
    return tuple(sorted((*themes, *broader), key=lambda topic: (topic.level, -topic.documents, topic.id)))


def _x(topic: Topic) -> float:
    return topic.x


def _y(topic: Topic) -> float:
    return topic.y


def title_of(words: Sequence[str]) -> str:
    """A title while there is no better one."""
    return " · ".join(words[:TITLE_WORDS])


def places_of(centres: Floats2d) -> Floats2d:
    """``(themes, 2)`` places on a map: classical scaling of cosine distances; signs fixed, so that it does not flip."""
    distance = np.clip(1.0 - centres @ centres.T, 0.0, 2.0).astype(np.float64) ** 2
    middle = np.eye(len(centres)) - 1.0 / len(centres)
    values, axes = np.linalg.eigh(-0.5 * middle @ distance @ middle)
    order = np.argsort(values)[::-1][:2]
    flat = axes[:, order] * np.sqrt(np.maximum(values[order], 0.0))
    flat = flat * np.where(flat[np.abs(flat).argmax(axis=0), np.arange(flat.shape[1])] < 0, -1.0, 1.0)
    return np.pad(flat, ((0, 0), (0, 2 - flat.shape[1]))).astype(np.float32)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
