"""Online identity, stepped forward week by week through what has become available."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from foresight.analysis.calendar import WEEK, moment, monday, quarter_monday, seconds
from foresight.analysis.null import calibrate
from foresight.embed.centring import centre, language_means
from foresight.ports import Progress
from foresight.records import Corpus, EngineState, Floats1d, Ints1d, LanguageMean, TrendOptions, Unit, WordIndex
from foresight.signals.history import DAY, available_rows, first_of_story
from foresight.topics.units import Apart, Batch, step

MEAN_WEEKS = 26
_MEAN_STEPS = (1, 100, 1000)


def advance(  # noqa: PLR0913 - the interface of the pipeline
    corpus: Corpus,
    words: WordIndex,
    state: EngineState | None,
    *,
    until: datetime,
    options: TrendOptions,
    seed: int = 0,
    progress: Progress | None = None,
    priors: Sequence[LanguageMean] = (),
    apart: Apart = frozenset(),
) -> EngineState:
    """Step online identity through every whole week (Monday to Monday, UTC) that ended by `until`.

    Touches the documents of the new weeks, the four weeks before each (the buffer), and once a quarter the twelve
    weeks that the test is calibrated on; never the rest of the archive.

    Args:
        corpus: all documents; those available after the last whole week are not looked at.
        words: of the same documents, row by row.
        state: where it stood; None, or one from after `until`, starts anew.
        until: whole weeks that ended by then are stepped through.
        options: how units are made.
        seed: decides the permuted windows of the calibration.
        progress: told after each week.
        priors: shipped means of the encoder's languages.
        apart: pairs of ids that people said are not the same.

    Returns:
        The state at the last Monday at or before `until`. The same whether reached in one call or in many.
    """
    end = monday(until)
    if state is None or state.cutoff > end:
        state = EngineState(cutoff=_begin(corpus, end))
    total = (end - state.cutoff) // WEEK
    for done in range(total):
        state = _week(corpus, state, options, priors, apart)
        if state.cutoff == quarter_monday(end) or not state.null:
            state = calibrate(corpus, words, state, options=options, seed=seed)
        if progress is not None:
            progress("trends", done + 1, total)
    return state


def _begin(corpus: Corpus, end: datetime) -> datetime:
    """The Monday before the first document, or `end` where there is none before it."""
    if not len(corpus) or int(corpus.available[0]) >= seconds(end):
        return end
    return monday(moment(int(corpus.available[0])))


def _week(
    corpus: Corpus, state: EngineState, options: TrendOptions, priors: Sequence[LanguageMean], apart: Apart
) -> EngineState:
    end = state.cutoff + WEEK
    state = recentred(corpus, state, end, priors)
    batch = batch_before(corpus, state, end, options)
    return replace(state, cutoff=end, units=step(state.units, batch, options, at=end, apart=apart))


def batch_before(corpus: Corpus, state: EngineState, end: datetime, options: TrendOptions) -> Batch:
    """The documents available from the state's cut-off to `end`, and those still waiting for company."""
    start = seconds(end) - options.buffer_days * DAY
    low, slice_start, high = np.searchsorted(
        corpus.available, [min(start, seconds(state.cutoff)), seconds(state.cutoff), seconds(end)]
    )
    rows = np.arange(low, high, dtype=np.int64)
    names = [corpus.langs[row] for row in rows]
    languages = tuple(sorted(set(names)))
    number = {lang: i for i, lang in enumerate(languages)}
    first = first_of_story(corpus.stories[rows], corpus.sources[rows], len(corpus.source_ids))
    return Batch(
        ids=corpus.ids[low:high],
        vectors=centre(corpus.vectors[low:high], names, state.means),
        langs=np.array([number[name] for name in names], dtype=np.int64),
        languages=languages,
        published=corpus.published[low:high],
        new=np.asarray((rows >= slice_start) & first, dtype=np.bool_),
        founding=np.asarray(first & (corpus.published[low:high] >= start), dtype=np.bool_),
    )


def recentred(corpus: Corpus, state: EngineState, end: datetime, priors: Sequence[LanguageMean]) -> EngineState:
    """Estimate the mean of a language when it first comes, at a hundred and at a thousand documents; else keep it.

    Means stay frozen in between, or vectors of two weeks could not be compared. Where one moves, the centroids of
    the units that speak mainly that language move with it.
    """
    due = _due(corpus, state, end)
    if not due:
        return state
    rows = available_rows(corpus, cutoff=seconds(end), weeks=MEAN_WEEKS)
    langs = [corpus.langs[row] for row in rows]
    fresh = {m.lang: m for m in language_means(corpus.vectors[rows], langs, priors) if m.lang in due}
    old = {m.lang: m for m in state.means}
    means = tuple(sorted({**old, **fresh}.values(), key=lambda m: m.lang))
    moved = {lang: _shift(corpus, rows, langs, old[lang], fresh[lang]) for lang in due if lang in old}
    units = tuple(_moved(unit, moved) for unit in state.units)
    return replace(state, means=means, units=units)


def _due(corpus: Corpus, state: EngineState, end: datetime) -> set[str]:
    """Languages of the new slice whose mean is to be estimated now."""
    frozen = {m.lang: m.documents for m in state.means if m.documents >= _MEAN_STEPS[-1]}
    low, high = np.searchsorted(corpus.available, [seconds(state.cutoff), seconds(end)])
    coming = set(corpus.langs[low:high]) - set(frozen)
    if not coming:
        return set()
    rows = available_rows(corpus, cutoff=seconds(end), weeks=MEAN_WEEKS)
    known = {m.lang: m.documents for m in state.means}
    langs = [corpus.langs[row] for row in rows]
    return {lang for lang in coming if _reached(langs.count(lang)) > _reached(known.get(lang, 0))}


def _reached(documents: int) -> int:
    return sum(documents >= least for least in _MEAN_STEPS)


def _shift(corpus: Corpus, rows: Ints1d, langs: Sequence[str], old: LanguageMean, new: LanguageMean) -> Floats1d:
    """How a centred unit vector moves when the mean does: the mean's move over the usual distance to it."""
    own = corpus.vectors[rows[np.array([lang == new.lang for lang in langs], dtype=np.bool_)]]
    distance = float(np.linalg.norm(own - new.mean, axis=1).mean()) if len(own) else 1.0
    return np.asarray((old.mean - new.mean) / max(distance, 1e-6), dtype=np.float32)


def _moved(unit: Unit, moved: dict[str, Floats1d]) -> Unit:
    main = unit.thresholds[0][0] if unit.thresholds else ""
    if main not in moved:
        return unit
    return replace(unit, centroid=(unit.centroid + unit.weight * moved[main]).astype(np.float32))


def provisional(
    corpus: Corpus,
    state: EngineState,
    *,
    as_of: datetime,
    options: TrendOptions,
    priors: Sequence[LanguageMean],
    apart: Apart = frozenset(),
) -> EngineState:
    """The state as if the open week ended at `as_of`: shown, never kept."""
    if state.cutoff >= as_of:
        return state
    state = recentred(corpus, state, as_of, priors)
    batch = batch_before(corpus, state, as_of, options)
    part = (as_of - state.cutoff) / timedelta(weeks=1)
    gentle = replace(options, decay=options.decay**part)
    return replace(state, cutoff=as_of, units=step(state.units, batch, gentle, at=as_of, apart=apart))
