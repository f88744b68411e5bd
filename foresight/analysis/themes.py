"""The map of themes at a cut-off, from the corpus: fitted over the year before, or advanced by what has come since."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from foresight.analysis.calendar import seconds
from foresight.embed.centring import centre
from foresight.records import Bools1d, Corpus, Ints1d, LanguageMean, ThemeOptions, Trend, WordIndex
from foresight.signals.history import available_rows, first_of_story
from foresight.topics.theme_steps import Standing, advance_themes
from foresight.topics.themes import Earlier, ThemeMap, Year, fit, theme_of
from foresight.topics.units import Batch

YEAR_WEEKS = 52


def fit_themes(  # noqa: PLR0913 - the interface of the pipeline
    corpus: Corpus,
    words: WordIndex,
    means: tuple[LanguageMean, ...],
    *,
    as_of: datetime,
    options: ThemeOptions,
    seed: int,
    run_id: str,
    earlier: Earlier | None = None,
) -> ThemeMap:
    """Fit the map on what was published in the 52 weeks before `as_of`; heavy, so do it seldom.

    Args:
        corpus: all documents.
        words: of the same documents, row by row.
        means: what the vectors are centred by, until the next fit.
        as_of: the cut-off, exclusive.
        options: how fine, how broad.
        seed: decides every random choice.
        run_id: stamped on the topics.
        earlier: the last map.
    """
    rows = available_rows(corpus, cutoff=seconds(as_of), weeks=YEAR_WEEKS)
    batch = _batch(corpus, rows, means, np.ones(len(rows), dtype=np.bool_))
    year = Year(batch=batch, texts=_texts(words, rows), means=means, as_of=as_of)
    return fit(year, options=options, run_id=run_id, seed=seed, earlier=earlier)


def step_themes(
    corpus: Corpus,
    standing: Standing,
    held: Collection[str],
    *,
    as_of: datetime,
    options: ThemeOptions,
    run_id: str,
) -> ThemeMap:
    """Go on from the map that stands with what has come since.

    Args:
        corpus: all documents of the last weeks at least.
        standing: the map of the run before.
        held: ids of documents that have a theme; those of `waiting_ids` are enough.
        as_of: the cut-off, exclusive, not before the map's.
        options: sizes, distances.
        run_id: stamped on the topics.
    """
    rows = _waiting(corpus, as_of, options)
    free = np.array([corpus.ids[row] not in held for row in rows.tolist()], dtype=np.bool_)
    rows = rows[free]
    new = np.asarray(corpus.available[rows] >= seconds(standing.state.cutoff), dtype=np.bool_)
    batch = _batch(corpus, rows, standing.state.means, new)
    return advance_themes(standing, batch, options=options, run_id=run_id, as_of=as_of)


def waiting_ids(corpus: Corpus, *, as_of: datetime, options: ThemeOptions) -> tuple[str, ...]:
    """The documents of the last weeks: those without a theme may still get one."""
    return tuple(corpus.ids[row] for row in _waiting(corpus, as_of, options).tolist())


def with_themes(trends: Sequence[Trend], themes: Mapping[str, str]) -> tuple[Trend, ...]:
    """Trends with the theme most of their recent documents lie in; `themes`: theme id by document id."""
    return tuple(replace(trend, theme_id=theme_of(trend.recent, themes)) for trend in trends)


def _waiting(corpus: Corpus, as_of: datetime, options: ThemeOptions) -> Ints1d:
    return available_rows(corpus, cutoff=seconds(as_of), weeks=options.buffer_weeks)


def _batch(corpus: Corpus, rows: Ints1d, means: Sequence[LanguageMean], new: Bools1d) -> Batch:
    """The rows as topics see them; repeats of a story found nothing."""
    names = [corpus.langs[row] for row in rows.tolist()]
    languages = tuple(sorted(set(names)))
    number = {lang: i for i, lang in enumerate(languages)}
    return Batch(
        ids=tuple(corpus.ids[row] for row in rows.tolist()),
        vectors=centre(corpus.vectors[rows], names, means),
        langs=np.array([number[name] for name in names], dtype=np.int64),
        languages=languages,
        published=corpus.published[rows],
        new=new,
        founding=first_of_story(corpus.stories[rows], corpus.sources[rows], len(corpus.source_ids)),
    )


def _texts(words: WordIndex, rows: Ints1d) -> list[str]:
    """The words of the rows, space between, as they were known when the last of them came."""
    low, high = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, 0)
    own = words.known(low, high).only(rows - low)
    return [
        " ".join(own.vocabulary[word] for word in own.indices[own.indptr[row] : own.indptr[row + 1]])
        for row in range(len(rows))
    ]
