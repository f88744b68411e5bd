"""The analysis at one cut-off, and the replay of many as a live system would have said them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from foresight.analysis import describing
from foresight.analysis.calendar import seconds
from foresight.analysis.calls import calls
from foresight.analysis.describing import Scene
from foresight.analysis.identity import groups, owners, renewed, settle
from foresight.analysis.judging import judge
from foresight.analysis.listing import entries, is_ranked
from foresight.analysis.movements import Measured, measure
from foresight.analysis.online import advance, provisional
from foresight.analysis.results import Analysis
from foresight.analysis.seasons import Memory, Seasons, remembered
from foresight.embed.centring import centre
from foresight.ports import Progress
from foresight.records import (
    BandErrors,
    Corpus,
    EngineState,
    Floats1d,
    Floats2d,
    LanguageMean,
    LastingFit,
    Lineage,
    Trend,
    TrendOptions,
    WordIndex,
)
from foresight.signals.history import History, available_rows, history
from foresight.signals.novelty import novelty
from foresight.signals.series import weekly_series
from foresight.topics.geometry import unit
from foresight.topics.lineage import Node, lineage
from foresight.topics.units import Apart

_QUARTER = timedelta(weeks=13)


def analyse(  # noqa: PLR0913 - the interface of the pipeline
    corpus: Corpus,
    words: WordIndex,
    state: EngineState | None,
    *,
    as_of: datetime,
    options: TrendOptions,
    seed: int = 0,
    run_id: str = "",
    earlier: tuple[Trend, ...] = (),
    priors: Sequence[LanguageMean] = (),
    memory: Memory | None = None,
    apart: Apart = frozenset(),
    errors: Sequence[BandErrors] = (),
    lasting: Sequence[LastingFit] = (),
) -> Analysis:
    """Say what moves at `as_of`, from documents available before it and nothing else.

    Trends come without headlines; the state to keep has the open week not in it.

    Args:
        corpus: all documents, also those after `as_of`: they are not looked at.
        words: of the same documents, row by row.
        state: of the last analysis; stepped forward through the whole weeks before `as_of`. None starts anew.
        as_of: the cut-off, exclusive, aware.
        options: how trends are found and judged.
        seed: decides the permuted windows of the calibration, nothing else.
        run_id: stamped on what is told.
        earlier: trends of the last analysis, so that what is no unit yet keeps its id.
        priors: shipped means of the encoder's languages.
        memory: reads the same weeks of earlier years, where `corpus` does not reach back to them.
        apart: pairs of ids that people said are not the same; an id paired with itself is to be begun anew.
        errors: of past projections, known at `as_of`: what the bands learn from.
        lasting: what past calls teach of the chance to last, known at `as_of`: changes what is told, not the list.
    """
    state = advance(corpus, words, state, until=as_of, options=options, seed=seed, priors=priors, apart=apart)
    state = renewed(state, apart)
    now = provisional(corpus, state, as_of=as_of, options=options, priors=priors, apart=apart)
    past = _past(corpus, words, now, as_of, options)
    state, now = settle(state, now, past, corpus, earlier, apart)
    held = owners(now, past, corpus, earlier, options)
    found = groups(past, held, options)
    measured = measure(past, found, options)
    judged = judge(past, found, measured, held, state=state, options=options, as_of=as_of, lasting=lasting)
    seasons = Seasons(memory or remembered(corpus), now, options, as_of)
    judged = seasons.judged(past, found, measured, judged, words.vocabulary)
    scene = Scene(
        as_of=as_of,
        run_id=run_id,
        corpus=corpus,
        past=past,
        held=held,
        groups=found,
        measured=measured,
        judged=judged,
        entries=entries(found, measured, judged, held, past, corpus),
        novelty=_novelty(measured, now, as_of, dim=corpus.vectors.shape[1]),
        errors=tuple(errors),
    )
    return _with_calls(scene, _told(scene, state, now, earlier), words)


def replay(  # noqa: PLR0913 - the interface of the pipeline
    corpus: Corpus,
    words: WordIndex,
    cutoffs: Sequence[datetime],
    *,
    options: TrendOptions,
    seed: int = 0,
    progress: Progress | None = None,
    priors: Sequence[LanguageMean] = (),
) -> Iterator[Analysis]:
    """The analysis at every cut-off, each building on the one before as a live system's would.

    Args:
        corpus: all documents.
        words: of the same documents, row by row.
        cutoffs: ascending.
        options: how trends are found and judged.
        seed: see `analyse`.
        progress: told after each cut-off.
        priors: shipped means of the encoder's languages.
    """
    state: EngineState | None = None
    earlier: tuple[Trend, ...] = ()
    for done, as_of in enumerate(cutoffs, start=1):
        analysis = analyse(
            corpus, words, state, as_of=as_of, options=options, seed=seed, earlier=earlier, priors=priors
        )
        state, earlier = analysis.state, analysis.trends
        if progress is not None:
            progress("replay", done, len(cutoffs))
        yield analysis


def _past(corpus: Corpus, words: WordIndex, state: EngineState, as_of: datetime, options: TrendOptions) -> History:
    cutoff = seconds(as_of)
    rows = available_rows(corpus, cutoff=cutoff, weeks=options.history_weeks)
    vectors = centre(corpus.vectors[rows], [corpus.langs[row] for row in rows], state.means)
    return history(corpus, words, vectors, rows=rows, cutoff=cutoff, weeks=options.history_weeks)


def _novelty(measured: Measured, now: EngineState, as_of: datetime, *, dim: int) -> Floats1d:
    """Distance of every group to what was known a quarter ago."""
    known = [unit(u.centroid) for u in now.units if not u.merged_into and u.born < as_of - _QUARTER]
    centres = [region.centre for region in measured.regions]
    return novelty(_stacked(centres, dim), _stacked(known, dim))


def _stacked(rows: Sequence[Floats1d], dim: int) -> Floats2d:
    return np.array(rows, dtype=np.float32).reshape(len(rows), dim)


def _told(scene: Scene, state: EngineState, now: EngineState, earlier: tuple[Trend, ...]) -> Analysis:
    before = {t.id: t for t in earlier}
    stages = [scene.judged.verdicts[entry.group][0] for entry in scene.entries]
    trends = tuple(
        describing.trend(scene, entry, rank=rank if is_ranked(stage) else 0, earlier=before.get(entry.id))
        for rank, (entry, stage) in enumerate(zip(scene.entries, stages, strict=True), start=1)
    )
    in_order = sorted(scene.entries, key=lambda entry: entry.id)
    return Analysis(
        as_of=scene.as_of,
        run_id=scene.run_id,
        trends=trends,
        series=tuple(weekly_series(scene.past, e.id, scene.measured.near[e.group]) for e in in_order),
        signals=describing.signals(scene, in_order),
        lineage=_lineage(scene, now, trends, earlier),
        assignments=tuple(a for e in in_order for a in describing.assignments(scene, e, is_new=e.id not in before)),
        state=state,
    )


def _with_calls(scene: Scene, told: Analysis, words: WordIndex) -> Analysis:
    return replace(told, calls=calls(scene, told.trends, told.signals, words.vocabulary))


def _lineage(scene: Scene, now: EngineState, trends: Sequence[Trend], earlier: Sequence[Trend]) -> tuple[Lineage, ...]:
    return lineage(
        scene.run_id,
        [Node(id=t.id, centroid=t.centroid, documents=frozenset(t.recent)) for t in trends],
        [Node(id=t.id, centroid=t.centroid, documents=frozenset(t.recent)) for t in earlier],
        [(u.id, u.merged_into) for u in now.units if u.merged_into],
    )
