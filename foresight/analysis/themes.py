"""The map of themes over the year before a cut-off, from the corpus and the state of an analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from foresight.analysis.calendar import seconds
from foresight.embed.centring import centre
from foresight.records import Assignment, Corpus, EngineState, Trend, WordIndex
from foresight.signals.history import available_rows
from foresight.topics.themes import ThemeMap, map_themes, theme_of

YEAR_WEEKS = 52


def themes_at(  # noqa: PLR0913 - the interface of the pipeline
    corpus: Corpus,
    words: WordIndex,
    state: EngineState,
    *,
    as_of: datetime,
    seed: int,
    run_id: str,
    earlier: Sequence[tuple[str, frozenset[str]]] = (),
) -> ThemeMap:
    """Fit the map on what was published in the 52 weeks before `as_of`; heavy, so do it seldom.

    Args:
        corpus: all documents.
        words: of the same documents, row by row.
        state: of the analysis; its means centre the vectors.
        as_of: the cut-off, exclusive.
        seed: decides every random choice.
        run_id: stamped on the topics.
        earlier: (theme id, document ids) of the last map.
    """
    rows = available_rows(corpus, cutoff=seconds(as_of), weeks=YEAR_WEEKS)
    vectors = centre(corpus.vectors[rows], [corpus.langs[row] for row in rows], state.means)
    low, high = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, 0)
    own = words.known(low, high).only(rows - low)
    texts = [
        " ".join(own.vocabulary[word] for word in own.indices[own.indptr[row] : own.indptr[row + 1]])
        for row in range(len(rows))
    ]
    ids = [corpus.ids[row] for row in rows]
    return map_themes(ids, vectors, texts, run_id=run_id, seed=seed, earlier=earlier)


def with_themes(trends: Sequence[Trend], assignments: Sequence[Assignment]) -> tuple[Trend, ...]:
    """Trends with the theme most of their recent documents lie in; `assignments` are those of the map."""
    themes = {one.document_id: one.owner_id for one in assignments}
    return tuple(replace(trend, theme_id=theme_of(trend.recent, themes)) for trend in trends)
