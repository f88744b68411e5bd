"""Which theme of a new map is which of the old one: by the documents they share.

The words of themes, by BERTopic's c-TF-IDF on labels that are given.

The map of themes: lasting regions of a year of news and broader themes above them, fitted seldom.

BERTopic's own defaults put news into clusters that people would not have made. Here communities of near documents are
the themes (docs/methods.md#themes), and BERTopic gives them their words by its c-TF-IDF on vectors that are already
there. What happens between two fits stands in `theme_steps`.
"""

from __future__ import annotations

import hashlib
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from foresight.model.documents import Floats2d, Ints1d
from foresight.model.options import ThemeOptions
from foresight.model.trends import Assignment, Cluster, LanguageMean, Theme, ThemeState
from foresight.trends.clusters import DocumentBatch, estimate_thresholds, language_balance, place_documents, unit_vector
from foresight.trends.theme_clustering import divide_into_themes

_HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeMatch:
    """What became of themes in a new map.

    Attributes:
        kept: (number of the new theme, id it goes on with).
        heirs: (id that ends, number of the new theme that holds most of its documents).
    """

    kept: tuple[tuple[int, str], ...]
    heirs: tuple[tuple[str, int], ...]


def match_themes(now: Sequence[frozenset[str]], then: Mapping[str, str]) -> ThemeMatch:
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
    return ThemeMatch(kept=tuple(sorted(kept.items())), heirs=tuple(sorted(heirs.items())))


WORDS_PER_THEME = 10
_NOTHING = "–"
_FEWEST_WORDS = 2  # BERTopic fails on a vocabulary of one word


def theme_words(texts: Sequence[str], vectors: Floats2d, labels: Ints1d, count: int) -> list[tuple[str, ...]]:
    """The ten strongest words of each theme. BERTopic numbers topics anew; they are mapped back by documents.

    Args:
        texts: words of ``n`` documents, space between.
        vectors: ``(n, dim)``.
        labels: ``(n,)`` theme of each document, −1 for none.
        count: how many themes there are.
    """
    kept = np.flatnonzero(labels >= 0)
    documents = [texts[row] or _NOTHING for row in kept.tolist()]
    if len({word for text in documents for word in text.split()}) < _FEWEST_WORDS:
        return [() for _ in range(count)]
    with warnings.catch_warnings():
        # Deprecations inside numba and scikit-learn that a caller can do nothing about.
        warnings.simplefilter("ignore")
        from bertopic import BERTopic  # noqa: PLC0415 - ten seconds of import
        from bertopic.cluster import BaseCluster  # noqa: PLC0415 - see above
        from bertopic.dimensionality import BaseDimensionalityReduction  # noqa: PLC0415 - see above
        from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415 - see above

        model = BERTopic(
            embedding_model=None,
            language="multilingual",  # as an English one it would throw away every letter but a to z
            umap_model=BaseDimensionalityReduction(),
            hdbscan_model=BaseCluster(),
            vectorizer_model=CountVectorizer(analyzer=str.split),
            top_n_words=WORDS_PER_THEME,
        )
        given, _ = model.fit_transform(documents, embeddings=vectors[kept], y=labels[kept])
    own = dict(zip(labels[kept].tolist(), given, strict=True))
    return [_topic_words(model.get_topic(own[number])) if number in own else () for number in range(count)]


def _topic_words(found: object) -> tuple[str, ...]:
    pairs = found if isinstance(found, list) else []
    return tuple(word for word, weight in pairs if word not in ("", _NOTHING) and weight > 0)


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

    topics: tuple[Theme, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    anew: bool = False
    state: ThemeState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierThemes:
    """The map before a fit: where it stood, and the theme of each document that had one."""

    state: ThemeState
    themes: Mapping[str, str]

    @property
    def broader(self) -> dict[str, str]:
        """The broader theme of each document that had one."""
        parents = dict(self.state.parents)
        return {name: parents[theme] for name, theme in self.themes.items() if theme in parents}


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeYear:
    """A year of documents to draw a map of.

    Attributes:
        batch: the documents, in order of `available`; `founding` ones are divided, the others assigned.
        texts: their words, space between: lemmas without stop words.
        means: what the vectors were centred by.
        as_of: the cut-off.
    """

    batch: DocumentBatch
    texts: Sequence[str]
    means: tuple[LanguageMean, ...]
    as_of: datetime


def fit_theme_map(
    year: ThemeYear, *, options: ThemeOptions, run_id: str, seed: int = 0, earlier: EarlierThemes | None = None
) -> ThemeMap:
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
    division = divide_into_themes(batch.vectors[looked_at], options, seed=seed)
    count = len(division.broader)
    if not count:
        return ThemeMap()
    labels = np.full(len(batch.ids), -1, dtype=np.int64)
    labels[looked_at] = division.themes
    labels, thresholds = _place_all(batch, labels, count, options)
    return _build_map(year, labels, division.broader, thresholds, options=options, run_id=run_id, earlier=earlier)


def _place_all(
    batch: DocumentBatch, labels: Ints1d, count: int, options: ThemeOptions
) -> tuple[Ints1d, list[tuple[tuple[str, float], ...]]]:
    """Labels with those documents added that were not divided, by the thresholds of the themes; and these."""
    themes = [theme_from_rows(str(number), batch, np.flatnonzero(labels == number), options) for number in range(count)]
    rest = np.flatnonzero(labels < 0)
    labels = labels.copy()
    labels[rest] = place_documents(themes, batch.vectors[rest], batch.langs[rest], batch.languages).units
    return labels, [theme.thresholds for theme in themes]


def _build_map(  # noqa: PLR0913 - the second half of `fit`
    year: ThemeYear,
    labels: Ints1d,
    parents: Ints1d,
    thresholds: Sequence[tuple[tuple[str, float], ...]],
    *,
    options: ThemeOptions,
    run_id: str,
    earlier: EarlierThemes | None,
) -> ThemeMap:
    """The map of documents whose place is known."""
    batch = year.batch
    broader = np.where(labels >= 0, parents[labels], -1)
    names, told = _lasting_ids("h", batch, labels, earlier.themes if earlier else {})
    above, _ = _lasting_ids("b", batch, broader, earlier.broader if earlier else {})
    themes = [
        replace(theme_from_rows(name, batch, np.flatnonzero(labels == number), options), thresholds=thresholds[number])
        for number, name in enumerate(names)
    ]
    state = ThemeState(
        cutoff=year.as_of,
        fitted=year.as_of,
        themes=(*_with_birth_dates(themes, earlier), *_ended_themes(earlier, names, told)),
        parents=tuple((name, above[int(parent)]) for name, parent in zip(names, parents, strict=True)),
        means=year.means,
        documents=len(batch.ids),
        outside=int((labels < 0).sum()),
    )
    words = theme_words(year.texts, batch.vectors, labels, len(names))
    words += theme_words(year.texts, batch.vectors, broader, len(above))
    topics = _topics_of_fit(state, dict(zip((*names, *above), words, strict=True)), run_id)
    return ThemeMap(topics=topics, assignments=theme_assignments(themes, batch, labels), anew=True, state=state)


def theme_id_from_document(prefix: str, document_id: str) -> str:
    """The id of a theme that this document founded: it says nothing but is the same in every run."""
    return prefix + hashlib.sha256(document_id.encode()).hexdigest()[:15]


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


def main_theme(recent: Sequence[str], themes: Mapping[str, str]) -> str:
    """The theme most of a trend's documents lie in, "" where none of them has one.

    Args:
        recent: document ids.
        themes: theme id by document id.
    """
    found = [themes[name] for name in recent if name in themes]
    return max(sorted(set(found)), key=found.count, default="")


def theme_from_rows(name: str, batch: DocumentBatch, rows: Ints1d, options: ThemeOptions) -> Cluster:
    """A theme of some rows of a batch."""
    vectors, langs = batch.vectors[rows], batch.langs[rows]
    return Cluster(
        id=name,
        centroid=(vectors * language_balance(langs)[:, None]).sum(axis=0).astype(np.float32),
        weight=float(len(rows)),
        thresholds=estimate_thresholds(vectors, langs, batch.languages, options.member_quantile),
        born=_from_seconds(int(batch.published[rows].min())),
        last_active=_from_seconds(int(batch.published[rows].max())),
        documents=len(rows),
    )


def _lasting_ids(
    prefix: str, batch: DocumentBatch, labels: Ints1d, then: Mapping[str, str]
) -> tuple[list[str], ThemeMatch]:
    """Lasting ids: that of the earlier theme it continues, else a hash of its first document."""
    members = [np.flatnonzero(labels == number) for number in range(int(labels.max()) + 1)]
    told = match_themes([frozenset(batch.ids[row] for row in rows) for rows in members], then)
    kept, used = dict(told.kept), set(then.values())
    names: list[str] = []
    for number, rows in enumerate(members):
        fresh = (name for row in rows.tolist() if (name := theme_id_from_document(prefix, batch.ids[row])) not in used)
        names.append(kept[number] if number in kept else next(fresh))
        used.add(names[-1])
    return names, told


def _with_birth_dates(themes: Sequence[Cluster], earlier: EarlierThemes | None) -> list[Cluster]:
    """Themes that go on were born when they were born."""
    known = {theme.id: theme.born for theme in earlier.state.themes} if earlier else {}
    return [replace(theme, born=min(theme.born, known.get(theme.id, theme.born))) for theme in themes]


def _ended_themes(earlier: EarlierThemes | None, names: Sequence[str], told: ThemeMatch) -> list[Cluster]:
    """Earlier themes without a place on the new map: taken over by the heir of their documents, else asleep."""
    heirs = dict(told.heirs)
    old = [theme for theme in earlier.state.themes if theme.id not in names] if earlier else []
    return [
        replace(theme, asleep=True, merged_into=names[heirs[theme.id]] if theme.id in heirs else theme.merged_into)
        for theme in old
    ]


def _topics_of_fit(state: ThemeState, words: Mapping[str, Sequence[str]], run_id: str) -> tuple[Theme, ...]:
    """Themes awake and broader themes as they are shown, titles still made of words."""
    awake = [theme for theme in state.themes if not theme.asleep]
    parents = dict(state.parents)
    places = map_positions(np.stack([unit_vector(theme.centroid) for theme in awake]))
    topics = [
        Theme(
            id=theme.id,
            run_id=run_id,
            title=title_from_words(words[theme.id]),
            words=tuple(words[theme.id]),
            documents=theme.documents,
            x=float(x),
            y=float(y),
            parent_id=parents.get(theme.id, ""),
        )
        for theme, (x, y) in zip(awake, places, strict=True)
    ]
    above = {
        name: Theme(id=name, run_id=run_id, title=title_from_words(words[name]), words=tuple(words[name]), level=1)
        for name in parents.values()
    }
    return with_broader_themes(topics, above, run_id)


def with_broader_themes(themes: Sequence[Theme], known: Mapping[str, Theme], run_id: str) -> tuple[Theme, ...]:
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


def _x(topic: Theme) -> float:
    return topic.x


def _y(topic: Theme) -> float:
    return topic.y


def title_from_words(words: Sequence[str]) -> str:
    """A title while there is no better one."""
    return " · ".join(words[:TITLE_WORDS])


def map_positions(centres: Floats2d) -> Floats2d:
    """``(themes, 2)`` places on a map: classical scaling of cosine distances; signs fixed, so that it does not flip."""
    distance = np.clip(1.0 - centres @ centres.T, 0.0, 2.0).astype(np.float64) ** 2
    middle = np.eye(len(centres)) - 1.0 / len(centres)
    values, axes = np.linalg.eigh(-0.5 * middle @ distance @ middle)
    order = np.argsort(values)[::-1][:2]
    flat = axes[:, order] * np.sqrt(np.maximum(values[order], 0.0))
    flat = flat * np.where(flat[np.abs(flat).argmax(axis=0), np.arange(flat.shape[1])] < 0, -1.0, 1.0)
    return np.pad(flat, ((0, 0), (0, 2 - flat.shape[1]))).astype(np.float32)


def _from_seconds(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
