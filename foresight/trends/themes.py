"""The map of themes in a run: fitted over the year before the cut-off, or advanced by what has come since, and titled.

    refit_due?  yes  fit_themes   the year divided and given its words (theme_map), earlier ids continued
                no   step_themes  new documents assigned; what fits nowhere founds themes; quiet themes sleep
    title_themes                  new themes get titles as trends do

The cost of a step follows the new documents and those that still fit nowhere, never the archive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from foresight.model.documents import Corpus, Floats1d, Ints1d
from foresight.model.options import ThemeOptions
from foresight.model.trends import Assignment, Cluster, LanguageMean, Theme, ThemeState, Trend
from foresight.nlp.centring import centre_by_language
from foresight.nlp.word_index import WordIndex
from foresight.trends.clusters import (
    DocumentBatch,
    Placement,
    add_documents,
    group_centre,
    join_languages,
    linkage_groups,
    new_cluster,
    place_documents,
    unit_vector,
)
from foresight.trends.history import available_rows, first_of_story, language_codes, to_seconds
from foresight.trends.naming import ARTICLES_PER_TITLE, TrendNamer
from foresight.trends.theme_map import (
    StoredThemes,
    ThemeMap,
    fit_theme_map,
    theme_assignments,
    unused_theme_id,
    with_broader_themes,
)

FITTED_WEEKS = 52
_NEIGHBOURS = 3
_LINKAGE_LIMIT = 3_000
_LEAST_LIKE_PARENT = 0.2
_FEWEST_OFFERED = 100
_CENTRAL = 0.5
"""The part of a theme's articles that its title is made of: the nearer half says what it is about."""


def refit_due(state: ThemeState | None, as_of: datetime, options: ThemeOptions) -> bool:
    """Whether the map is to be fitted anew.

    There is none; the cut-off lies before it; a quarter has passed; as many documents have come as it was fitted on
    (a young archive); or, after four weeks, more of what has come fits nowhere than the options allow.
    """
    if state is None or as_of < state.cutoff:
        return True
    age = as_of - state.fitted
    if age >= timedelta(weeks=options.refit_weeks) or state.offered >= state.documents:
        return True
    many = state.offered >= _FEWEST_OFFERED and state.missed > options.refit_missed_share * state.offered
    return many and age >= timedelta(weeks=options.early_refit_weeks)


def fit_themes(  # noqa: PLR0913 - the interface of the pipeline
    corpus: Corpus,
    words: WordIndex,
    means: tuple[LanguageMean, ...],
    *,
    as_of: datetime,
    options: ThemeOptions,
    seed: int,
    run_id: str,
    earlier: StoredThemes | None = None,
) -> ThemeMap:
    """Fit the map on what was published in the 52 weeks before `as_of`; heavy, so do it seldom.

    means: what the vectors are centred by, until the next fit; the other arguments are those of `fit_theme_map`.
    """
    rows = available_rows(corpus, cutoff=to_seconds(as_of), weeks=FITTED_WEEKS)
    batch, texts = _theme_batch(corpus, rows, means), theme_texts(words, rows)
    return fit_theme_map(batch, texts, means, as_of=as_of, options=options, run_id=run_id, seed=seed, earlier=earlier)


def step_themes(
    corpus: Corpus, current: StoredThemes, *, as_of: datetime, options: ThemeOptions, run_id: str
) -> ThemeMap:
    """Go on from the current map with what has come since.

    corpus: all documents of the last weeks at least; current: themes of `recent_document_ids` are enough.
    """
    rows = _recent_rows(corpus, as_of, options)
    rows = rows[[corpus.ids[row] not in current.theme_of for row in rows.tolist()]]
    batch = _theme_batch(corpus, rows, current.state.means, since=to_seconds(current.state.cutoff))
    return advance_themes(current, batch, options=options, run_id=run_id, as_of=as_of)


def advance_themes(
    current: StoredThemes, batch: DocumentBatch, *, options: ThemeOptions, run_id: str, as_of: datetime
) -> ThemeMap:
    """Assign what has come, found themes from what fits nowhere, put to sleep what is quiet.

    batch: documents without a theme of the last weeks, centred by the means of the map; `new` are those that have come
    since the run before. The map returned has the new assignments only, and new themes no words and titles yet.
    """
    state = current.state
    everything = replace(batch, new=np.ones(len(batch.ids), dtype=np.bool_))
    fits = place_documents(state.themes, batch.vectors, batch.langs, batch.languages)
    themes, labels = add_documents(state.themes, everything, fits), fits.clusters.copy()
    for rows in _new_groups(batch, labels, options):
        themes, labels[rows] = _add_group(themes, everything, rows, options)
    quiet = as_of - timedelta(weeks=options.sleep_weeks)
    themes = [replace(theme, asleep=True) if theme.last_active < quiet else theme for theme in themes]
    new = [theme for theme in themes[len(state.themes) :] if not theme.asleep]
    parents = (*state.parents, *((theme.id, _nearest_broader(theme, state)) for theme in new))
    after = replace(
        state,
        cutoff=as_of,
        themes=tuple(themes),
        parents=tuple((name, parent) for name, parent in parents if parent),
        offered=state.offered + int(batch.new.sum()),
        missed=state.missed + int((batch.new & (labels < 0)).sum()),
    )
    return ThemeMap(
        topics=_topics_of_step(after, current.topics, run_id),
        assignments=theme_assignments(themes, batch, labels),
        state=after,
    )


def _new_groups(batch: DocumentBatch, labels: Ints1d, options: ThemeOptions) -> list[Ints1d]:
    """Rows of documents that fit nowhere and are enough and near enough to be something of their own."""
    waiting = np.flatnonzero((labels < 0) & batch.founding)
    vectors, langs = batch.vectors[waiting], batch.langs[waiting]
    (groups,) = linkage_groups(vectors, [options.birth_distance], limit=_LINKAGE_LIMIT)
    found = [waiting[group] for group in join_languages(vectors, langs, groups)]
    return [rows for rows in found if len(rows) >= options.birth_documents]


def _add_group(
    themes: list[Cluster], batch: DocumentBatch, rows: Ints1d, options: ThemeOptions
) -> tuple[list[Cluster], int]:
    """The themes with a group added, to the one that it lies in the middle of or as a new one, and its place there."""
    middle = group_centre(batch.vectors[rows], batch.langs[rows])
    near = [float(unit_vector(theme.centroid) @ middle) if not theme.merged_into else -1.0 for theme in themes]
    nearest = int(np.argmax(near)) if near else -1
    if nearest >= 0 and near[nearest] >= options.merge_similarity:
        places = np.full(len(batch.ids), -1, dtype=np.int64)
        places[rows] = nearest
        placement = Placement(clusters=places, similarity=np.zeros(len(places), np.float32))
        return add_documents(themes, batch, placement), nearest
    name = unused_theme_id("h", batch, rows.tolist(), {theme.id for theme in themes})
    return [*themes, new_cluster(name, batch, rows, options.member_quantile)], len(themes)


def _nearest_broader(theme: Cluster, state: ThemeState) -> str:
    """The broader theme whose middle a new theme is nearest to, "" where it is near none."""
    parents = dict(state.parents)
    sums: dict[str, Floats1d] = {}
    for other in state.themes:
        if parent := parents.get(other.id, ""):
            sums[parent] = sums.get(parent, np.zeros_like(other.centroid)) + other.centroid
    own = unit_vector(theme.centroid)
    near = {parent: float(unit_vector(total) @ own) for parent, total in sums.items()}
    best = max(sorted(near), key=near.__getitem__, default="")
    return best if best and near[best] >= _LEAST_LIKE_PARENT else ""


def _topics_of_step(state: ThemeState, before: Sequence[Theme], run_id: str) -> tuple[Theme, ...]:
    """Themes awake, as they were shown but for their numbers; new ones stand among those that are nearest."""
    shown = {topic.id: topic for topic in before}
    parents = dict(state.parents)
    placed = [theme for theme in state.themes if theme.id in shown]
    topics = []
    for theme in state.themes:
        if theme.asleep or theme.merged_into:
            continue
        known = shown.get(theme.id)
        if known is None:
            x, y = _map_position(theme, placed, shown)
            known = Theme(id=theme.id, run_id=run_id, title="", x=x, y=y)
        topics.append(replace(known, run_id=run_id, documents=theme.documents, parent_id=parents.get(theme.id, "")))
    return with_broader_themes(topics, {topic.id: topic for topic in before if topic.level}, run_id)


def _map_position(theme: Cluster, placed: Sequence[Cluster], shown: Mapping[str, Theme]) -> tuple[float, float]:
    """Between the three themes that a new one is nearest to, the nearer the closer."""
    own = unit_vector(theme.centroid)
    near = sorted(((float(unit_vector(other.centroid) @ own), other.id) for other in placed), reverse=True)
    weights = {name: max(cosine, 0.01) for cosine, name in near[:_NEIGHBOURS]}
    if not weights:
        return 0.0, 0.0
    x = sum(weight * shown[name].x for name, weight in weights.items()) / sum(weights.values())
    y = sum(weight * shown[name].y for name, weight in weights.items()) / sum(weights.values())
    return x, y


def recent_document_ids(corpus: Corpus, *, as_of: datetime, options: ThemeOptions) -> tuple[str, ...]:
    """The documents of the last weeks: those without a theme may still get one."""
    return tuple(corpus.ids[row] for row in _recent_rows(corpus, as_of, options).tolist())


def _recent_rows(corpus: Corpus, as_of: datetime, options: ThemeOptions) -> Ints1d:
    return available_rows(corpus, cutoff=to_seconds(as_of), weeks=options.buffer_weeks)


def _theme_batch(corpus: Corpus, rows: Ints1d, means: Sequence[LanguageMean], since: int = 0) -> DocumentBatch:
    """The rows as themes see them, those available since a moment as new; repeats of a story found nothing."""
    names = [corpus.langs[row] for row in rows.tolist()]
    langs, languages = language_codes(names)
    return DocumentBatch(
        ids=tuple(corpus.ids[row] for row in rows.tolist()),
        vectors=centre_by_language(corpus.vectors[rows], names, means),
        langs=langs,
        languages=languages,
        published=corpus.published[rows],
        new=np.asarray(corpus.available[rows] >= since, dtype=np.bool_),
        founding=first_of_story(corpus.stories[rows], corpus.sources[rows], len(corpus.source_ids)),
    )


def theme_texts(words: WordIndex, rows: Ints1d) -> list[str]:
    """The words of ascending rows, space between, as they were known when the last of them came."""
    low, high = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, 0)
    own = words.known(low, high).only(rows - low)
    return [
        " ".join(own.vocabulary[word] for word in own.indices[own.indptr[row] : own.indptr[row + 1]])
        for row in range(len(rows))
    ]


def assign_themes(trends: Sequence[Trend], theme_of: Mapping[str, str]) -> tuple[Trend, ...]:
    """Trends with the theme most of their recent documents lie in; `theme_of`: theme id by document id."""
    return tuple(replace(trend, theme_id=main_theme(trend.recent, theme_of)) for trend in trends)


def main_theme(documents: Sequence[str], theme_of: Mapping[str, str]) -> str:
    """The theme most of the documents lie in, "" where none of them has one."""
    found = [theme_of[name] for name in documents if name in theme_of]
    return max(sorted(set(found)), key=found.count, default="")


def title_themes(
    found: ThemeMap, before: Mapping[str, Theme], namer: TrendNamer, *, as_of: datetime
) -> tuple[Theme, ...]:
    """The topics of a map with headlines: made where the map or the theme is new, else those they had.

    before: the topics of the run before, by id; namer: of the corpus the map was made of.
    """
    members: dict[str, list[Assignment]] = defaultdict(list)
    for one in found.assignments:
        members[one.owner_id].append(one)
    topics = []
    for topic in found.topics:
        below = [other.id for other in found.topics if other.parent_id == topic.id] if topic.level else [topic.id]
        if found.is_new_fit or topic.id not in before:
            own = [one for theme in below for one in members.get(theme, ())]
            headlines = namer.titles_of(_title_articles(own), as_of=as_of)
            if headlines:
                words = topic.words or headlines[0].words
                topic = replace(topic, headlines=headlines, title=headlines[0].title, words=words)  # noqa: PLW2901
        topics.append(topic)
    return tuple(topics)


def _title_articles(members: Sequence[Assignment]) -> list[tuple[str, float]]:
    """Articles spread evenly over the nearer half of a theme: its very middle alone would be one story."""
    ranked = sorted(members, key=lambda one: (-one.similarity, one.document_id))
    nearer = ranked[: max(ARTICLES_PER_TITLE, round(len(ranked) * _CENTRAL))]
    step = max(1.0, len(nearer) / ARTICLES_PER_TITLE)
    chosen = [nearer[int(place * step)] for place in range(min(ARTICLES_PER_TITLE, len(nearer)))]
    return [(one.document_id, one.similarity) for one in chosen]
