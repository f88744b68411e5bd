"""Calibration of the test on permuted windows, once a quarter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from foresight.analysis.calendar import seconds
from foresight.analysis.identity import word_groups
from foresight.analysis.movements import Group, measure
from foresight.embed.centring import centre
from foresight.records import Corpus, EngineState, TrendOptions, WordIndex
from foresight.signals.calibration import estimate, permuted_ages
from foresight.signals.history import History, alive, available_rows, history, volume
from foresight.topics.candidates import DENSITY, NAME, WORD, candidates

_ENOUGH = 400
_BY_WORD = (WORD, NAME)
_Kind = tuple[str, int]


def calibrate(corpus: Corpus, words: WordIndex, state: EngineState, *, options: TrendOptions, seed: int) -> EngineState:
    """Estimate the null of every window length from the weeks before the state's cut-off.

    Seeded by `seed` and the cut-off, so that a replay and a live system draw the same windows. With less than a full
    baseline behind it the state keeps what it has.
    """
    cutoff = seconds(state.cutoff)
    weeks = max(days // 7 for days, _, _ in options.windows) + options.baseline_weeks
    rows = available_rows(corpus, cutoff=cutoff, weeks=weeks)
    langs = [corpus.langs[row] for row in rows]
    vectors = centre(corpus.vectors[rows], langs, state.means)
    past = history(corpus, words, vectors, rows=rows, cutoff=cutoff, weeks=weeks)
    if int(past.ages.max(initial=0)) < 7 * (weeks - 1):
        return state
    rng = np.random.default_rng([seed, cutoff])
    drawn = _drawn(past, options, rng)
    null = tuple(estimate(*kind, np.array(scores)) for kind, scores in sorted(drawn.items()))
    return replace(state, null=null, calibrated=state.cutoff)


def _drawn(past: History, options: TrendOptions, rng: np.random.Generator) -> dict[_Kind, list[float]]:
    """Scores of groups found in permuted windows, by what founded them and the weeks of the window."""
    kept = past.counted & alive(volume(past), past.weeks)[past.sources]
    found: dict[_Kind, list[float]] = {
        **{(DENSITY, max(1, days // 7)): [] for days, _, _ in options.windows},
        **{(founded, weeks): [] for founded in _BY_WORD for weeks in options.recent_weeks},
    }
    for _ in range(options.permutations):
        lacking = {kind for kind, scores in found.items() if len(scores) < _ENOUGH}
        if not lacking:
            break
        shuffled = past.redated(permuted_ages(past.ages, past.sources, kept, rng))
        for kind, score in _scores(shuffled, _lacking(options, lacking)):
            found[kind].append(score)
    return found


def _lacking(options: TrendOptions, kinds: set[_Kind]) -> TrendOptions:
    """The options narrowed to the windows that have too few scores yet."""
    return replace(
        options,
        windows=tuple(window for window in options.windows if (DENSITY, max(1, window[0] // 7)) in kinds),
        recent_weeks=tuple(w for w in options.recent_weeks if any((founded, w) in kinds for founded in _BY_WORD)),
    )


def _scores(shuffled: History, options: TrendOptions) -> list[tuple[_Kind, float]]:
    rows = np.flatnonzero(shuffled.counted)
    groups = [
        Group(members=rows[candidate.members], weeks=candidate.weeks)
        for candidate in candidates(shuffled.vectors[rows], shuffled.langs[rows], shuffled.ages[rows], options)
    ]
    groups += word_groups(shuffled, options)
    if not groups:
        return []
    measured = measure(shuffled, groups, options)
    return [
        ((group.founded, group.weeks), float(score))
        for group, score, tested in zip(groups, measured.scores, measured.tested, strict=True)
        if tested
    ]
