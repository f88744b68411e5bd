"""What is counted of groups, and how sure its growth is.

A group is counted in two ways that know nothing of each other: by its neighbourhood among the vectors, each member
measured against the others alone (counted by a centre that holds the article itself, groups "grow" in shuffled news
too), and by the words that set it apart. Both counts are tested against the weeks before, source by source.

A group is chosen because its documents lie close in the recent window, so its p-value is too small even where nothing
emerges. In permuted windows the scores s = Φ⁻¹(1 − p) have a median m0 and an upper spread s0; s' = (s − m0) / s0 is a
standard normal score under the null, or smaller (Efron, Large-Scale Inference, ch. 6: the empirical null).

docs/methods.md#counting and #test have the measurements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from foresight.model.documents import Bools1d, Float64s, Floats1d, Floats2d, Ints1d
from foresight.model.options import TrendOptions
from foresight.trends.clusters import DocumentGroup, Neighbourhood, group_centre, leave_one_out_cosines
from foresight.trends.history import History, live_sources

INTERVAL_LEVEL = 0.9
LEAST_MEMBERS_TESTED = 3
_LEAST_BASELINE = 3
_POOLED = 30.0
_LEAST_P = 1e-300
_STEPS = 25
_SLOPE_SD = 1.0

# What founds a group and weeks of the window: median and scale, averages over development sets of three kinds
# (docs/methods.md#calibration).
SHIPPED_NULL: Mapping[tuple[str, int], tuple[float, float]] = {
    ("density", 1): (1.25, 1.2),
    ("density", 2): (1.25, 1.2),
    ("density", 4): (0.95, 1.0),
    ("name", 1): (3.45, 0.7),
    ("name", 2): (3.6, 0.7),
    ("name", 4): (3.55, 0.75),
    ("word", 1): (2.35, 0.8),
    ("word", 2): (2.3, 1.25),
    ("word", 4): (2.15, 1.1),
}
_UNKNOWN_NULL = (1.5, 1.2)
_NULL_TRUST = 100
_FEWEST_SCORES = 20
_SEEN_SCORE = 1.96
_TAIL = ((0.975, 1.96), (0.99, 2.326))

_WORDS = 5
_WORDS_NEEDED = 2
_COMMON = 0.1
_OWN_LANGUAGE = 3
_OWN_QUANTILE = 5
_BLOCK = 20_000


def expected_counts(counts: Floats1d, volumes: Floats1d, sources: Bools1d, *, recent: int, baseline: int) -> Floats1d:
    """``(groups,)`` documents of each group in the recent weeks if nothing had changed; 0 where nothing was written.

    Source by source, so that a source that writes more, or stops, moves nothing:
    sum over s of N_recent(s) · (K_before(s) + c·π) / (N_before(s) + c), with π = K_before / N_before over all of them
    and c = 30 documents of trust in π; and one document more before than was seen, so that after none one is no news.

    counts: ``(groups, weeks, sources)``, week 0 the last; volumes: ``(weeks, sources)`` of everything; sources:
    ``(sources,)`` those alive over the whole span; recent: weeks of the window; baseline: weeks before it.
    """
    before = slice(recent, recent + baseline)
    own = counts[:, before][:, :, sources].sum(axis=1)
    all_before = volumes[before][:, sources].sum(axis=0)
    now = volumes[:recent][:, sources].sum(axis=0)
    pooled = own.sum(axis=1, keepdims=True) / max(float(all_before.sum()), 1.0)
    unseen = now.sum() / (all_before.sum() + 1)
    return np.asarray(((own + _POOLED * pooled) / (all_before + _POOLED)) @ now + unseen, dtype=np.float32)


def poisson_p_value(seen: Floats1d, expected: Floats1d) -> Float64s:
    """One-sided Poisson probability of at least `seen` where `expected` are expected, 1 where nothing is.

    A plain Poisson tail: its selection bias and overdispersion are taken out by the calibration on permuted windows,
    which a negative binomial did no better than (docs/methods.md#test).
    """
    from scipy.special import gammainc  # noqa: PLC0415 - only where tested

    counted = np.asarray(seen, dtype=np.float64)
    # P(N >= n) of a Poisson variable is the lower regularised gamma function at n.
    tail = np.where(counted > 0, gammainc(np.maximum(counted, 1e-9), np.maximum(expected, 1e-9)), 1.0)
    return np.asarray(np.clip(tail, _LEAST_P, 1.0), dtype=np.float64)


def weight_scale(counts: Floats1d, source_weights: Floats1d) -> Floats1d:
    """``(groups,)`` Σw²/Σw over what was counted of each group: 1 where every source weighs 1, or nothing was counted.

    A sum of weights w varies by Σw², not by itself; divided by this scale it has the variance of a Poisson count
    (Bohm and Zech, Nucl. Instrum. Methods A 748, 2014: the scaled Poisson distribution).
    counts: ``(groups, weeks, sources)`` weighted; source_weights: ``(sources,)``.
    """
    by_source = counts.sum(axis=1)
    total = by_source.sum(axis=1)
    scale = (by_source * source_weights).sum(axis=1) / np.where(total > 0, total, 1.0)
    return np.where(total > 0, scale, 1.0).astype(np.float32)


def growth_p_values(
    counts: Floats1d, volumes: Floats1d, sources: Bools1d, scale: Floats1d, *, recent: int, baseline: int
) -> Float64s:
    """``(groups,)`` one-sided p of more documents in the window than the weeks before let expect.

    scale: ``(groups,)`` from `weight_scale`; the other arguments are those of `expected_counts`.
    """
    expected = expected_counts(counts, volumes, sources, recent=recent, baseline=baseline)
    return poisson_p_value(counts[:, :recent][:, :, sources].sum(axis=(1, 2)) / scale, expected / scale)


def growth_offsets(counts: Floats1d, volumes: Floats1d, sources: Bools1d) -> Floats1d:
    """``(groups, weeks)`` volume in documents if only the output of a group's sources moved, up to a constant.

    Sources weigh by how much of the group they write, so that a specialist that writes more is no growth. The arguments
    are those of `expected_counts`, over the weeks of the regression.
    """
    own, everything = counts[:, :, sources].sum(axis=1), volumes[:, sources].sum(axis=0)
    pooled = (own.sum(axis=1, keepdims=True) + 1) / (everything.sum() + 1)
    lean = (own + _POOLED * pooled) / (everything + _POOLED) / pooled
    return np.asarray(lean @ volumes[:, sources].T, dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthRates:
    """Growth of groups, all ``(groups,)``: log share per week with its 90 % interval; NaN where nothing was counted."""

    rate: Float64s
    low: Float64s
    high: Float64s


def growth_rates(counts: Floats2d, offsets: Floats2d) -> GrowthRates:
    """Quasi-Poisson regression of weekly counts on time with the log of what is expected as offset.

    log E[n(t)] = a + b·t + log offset(t), t = 0 at the cut-off and −weeks at the start. The slope has a weak normal
    prior (sd 1 a week), so that three articles after silence do not grow without bound. Dispersion is Pearson's
    chi-square over its degrees of freedom, at least 1. McCullagh and Nelder, Generalized Linear Models, ch. 9.
    counts, offsets: ``(groups, weeks)``, column 0 the last week; weeks whose offset is 0 are left out.
    """
    from scipy.special import stdtrit  # noqa: PLC0415 - only where measured

    used = offsets > 0
    y = np.where(used, counts, 0.0).astype(np.float64)
    log_offset = np.log(np.where(used, offsets, 1.0))
    time: Float64s = -(np.arange(counts.shape[1], dtype=np.float64) + 0.5)
    total = y.sum(axis=1)

    def information(level: Float64s, rate: Float64s) -> tuple[Float64s, ...]:
        """Fitted means, and the entries of the information matrix with the slope's prior."""
        line = np.clip(level[:, None] + rate[:, None] * time + log_offset, -30, 30)
        mean = np.where(used, np.exp(line), 0.0)
        curvature = (mean * time**2).sum(axis=1) + 1.0 / _SLOPE_SD**2
        return mean, mean.sum(axis=1), (mean * time).sum(axis=1), curvature

    with np.errstate(divide="ignore"):
        level = np.log(total / np.maximum(np.where(used, offsets, 0.0).sum(axis=1), 1e-12))
    level, rate = np.asarray(np.where(total > 0, level, 0.0), dtype=np.float64), np.zeros(len(y))
    for _ in range(_STEPS):  # Newton's method, no step longer than 1
        mean, aa, ab, bb = information(level, rate)
        up = (y - mean).sum(axis=1)
        turn = ((y - mean) * time).sum(axis=1) - rate / _SLOPE_SD**2
        determinant = np.maximum(aa * bb - ab**2, 1e-12)
        level_step, rate_step = (bb * up - ab * turn) / determinant, (aa * turn - ab * up) / determinant
        short = np.minimum(1.0, 1.0 / np.maximum(np.maximum(np.abs(level_step), np.abs(rate_step)), 1e-12))
        level, rate = level + short * level_step, rate + short * rate_step
    mean, aa, ab, bb = information(level, rate)
    freedom = np.maximum(used.sum(axis=1) - 2, 1)
    scatter = np.maximum(1.0, (np.where(used, (y - mean) ** 2 / np.maximum(mean, 1e-6), 0.0)).sum(axis=1) / freedom)
    error = np.sqrt(scatter * aa / np.maximum(aa * bb - ab**2, 1e-12))
    wide = stdtrit(freedom, (1 + INTERVAL_LEVEL) / 2) * error
    rate, low, high = (np.where(total <= 0, np.nan, values) for values in (rate, rate - wide, rate + wide))
    return GrowthRates(rate=rate, low=low, high=high)


def doubling_weeks(rate: float) -> float | None:
    """Weeks until the share has doubled (halved, where it shrinks); None where it stands still."""
    return float(np.log(2) / abs(rate)) if abs(rate) > 1e-3 else None  # noqa: PLR2004 - two lives of a trend


def normal_score(p: Float64s) -> Float64s:
    """S = Φ⁻¹(1 − p), by the upper tail so that tiny p keep their order; at most some 37."""
    from scipy.special import ndtri  # noqa: PLC0415 - heavy, only where tested

    return np.asarray(-ndtri(np.clip(p, 1e-300, 1 - 1e-12)), dtype=np.float64)


def upper_tail(scores: Float64s) -> Float64s:
    """Upper tail of the standard normal as far as permuted windows have shown it, and exponential beyond.

    A quarter's permuted windows give a few hundred scores: they measure the 97.5 % quantile, while the list is decided
    at one in a thousand, where made worlds without movements have twice what a normal has. Peaks over a threshold
    continue with the rate that the density has there, the generalised Pareto tail of shape 0 (Pickands 1975;
    Knijnenburg et al. 2009 for tails of permutation tests).
    """
    from scipy.special import ndtr  # noqa: PLC0415 - heavy, only where tested

    seen = ndtr(-np.minimum(scores, _SEEN_SCORE))
    rate = np.exp(-(_SEEN_SCORE**2) / 2) / np.sqrt(2 * np.pi) / ndtr(-_SEEN_SCORE)
    return np.asarray(seen * np.exp(-rate * np.maximum(scores - _SEEN_SCORE, 0.0)), dtype=np.float64)


def estimate_null(founded: str, weeks: int, scores: Float64s) -> tuple[str, int, float, float]:
    """(founded, weeks, m0, s0) from scores of groups in permuted windows, shrunk to the shipped constants.

    m0 is the median, s0 the distance from it to the 97.5 % quantile over 1.96, or to the 99 % quantile over 2.33
    where that is wider: the upper tail alone decides about false alarms. A hundred groups weigh as much as the
    shipped constants.
    """
    median, scale = SHIPPED_NULL.get((founded, weeks), _UNKNOWN_NULL)
    if len(scores) >= _FEWEST_SCORES:
        trust = len(scores) / (len(scores) + _NULL_TRUST)
        own = float(np.median(scores))
        spread = max(0.3, *((float(np.quantile(scores, part)) - own) / z for part, z in _TAIL))
        median, scale = trust * own + (1 - trust) * median, trust * spread + (1 - trust) * scale
    return founded, weeks, float(median), float(scale)


def calibrate_scores(
    scores: Float64s, kinds: Sequence[tuple[str, int]], null: Sequence[tuple[str, int, float, float]]
) -> Float64s:
    """``(groups,)`` s' = (s − m0) / s0 with the constants of each group's kind; shipped ones where `null` has none.

    kinds: what founded each, and the weeks of its window; null: from `estimate_null`.
    """
    known = {(founded, weeks): (median, scale) for founded, weeks, median, scale in null}
    constants = [known.get(kind, SHIPPED_NULL.get(kind, _UNKNOWN_NULL)) for kind in kinds]
    median, scale = np.array(constants, dtype=np.float64).reshape(-1, 2).T
    return np.asarray((scores - median) / scale, dtype=np.float64)


def q_values(p: Float64s) -> Float64s:
    """Benjamini–Hochberg: the false discovery rate of the list that ends with each group.

    Benjamini and Hochberg, J. R. Stat. Soc. B 57 (1995).
    """
    n = len(p)
    order = np.argsort(p, kind="stable")
    ranked = np.asarray(p, dtype=np.float64)[order] * n / np.arange(1, n + 1)
    result = np.empty(n)
    result[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return result


def permuted_ages(ages: Ints1d, sources: Ints1d, kept: Bools1d, rng: np.random.Generator) -> Ints1d:
    """Dates shuffled among the documents of each source, so that its weekly output stays; rows not kept stay too."""
    shuffled = np.array(ages)
    for source in np.unique(sources[kept]):
        rows = np.flatnonzero(kept & (sources == source))
        shuffled[rows] = ages[rng.permutation(rows)]
    return shuffled


def neighbourhood_of(history: History, members: Ints1d, *, quantile: float) -> Neighbourhood:
    """Where nine tenths of the members lie (at `quantile` .1), each measured without its own pull.

    A language with five members has its own limit; the others share that of all.
    """
    vectors, langs = history.vectors[members], history.langs[members]
    near = leave_one_out_cosines(vectors)
    thresholds = np.full(len(history.languages), float(np.quantile(near, quantile)), dtype=np.float32)
    for code in np.unique(langs):
        own = near[langs == code]
        if len(own) >= _OWN_QUANTILE:
            thresholds[code] = np.quantile(own, quantile)
    inside = members[near >= thresholds[langs]]
    return Neighbourhood(centre=group_centre(vectors, langs), thresholds=thresholds, inside=inside, members=members)


def rows_within(history: History, neighbourhoods: Sequence[Neighbourhood]) -> list[Ints1d]:
    """The rows that lie inside each neighbourhood, ascending; members count by their leave-one-out cosine."""
    if not neighbourhoods:
        return []
    centres = np.stack([one.centre for one in neighbourhoods])
    thresholds = np.stack([one.thresholds for one in neighbourhoods])
    found: list[list[Ints1d]] = [[] for _ in neighbourhoods]
    for start in range(0, len(history), _BLOCK):
        part = slice(start, start + _BLOCK)
        hits = centres @ history.vectors[part].T >= thresholds[:, history.langs[part]]
        for rows, hit in zip(found, hits, strict=True):
            rows.append(np.flatnonzero(hit) + start)
    return [
        np.union1d(np.setdiff1d(np.concatenate(rows), one.members, assume_unique=True), one.inside)
        for rows, one in zip(found, neighbourhoods, strict=True)
    ]


def characteristic_words(history: History, members: Ints1d, *, weeks: int, baseline: int) -> tuple[Ints1d, ...]:
    """The words that most set a group apart from the weeks before its window, per language with enough members.

    Up to five columns per language by smoothed log odds times the root of the number of members that have the word,
    strongest first. members: rows of the group; weeks: its window; baseline: weeks before it.
    """
    before = np.asarray((history.week >= weeks) & (history.week < weeks + baseline), dtype=np.bool_)
    langs = history.langs[members]
    codes, counts = np.unique(langs, return_counts=True)
    enough = [int(code) for code, count in zip(codes, counts, strict=True) if count >= _OWN_LANGUAGE]
    if len(enough) < 2:  # noqa: PLR2004 - one language: all members together
        return (_strongest_words(history, members, before),)
    return tuple(_strongest_words(history, members[langs == code], before & (history.langs == code)) for code in enough)


def _strongest_words(history: History, members: Ints1d, before: Bools1d) -> Ints1d:
    cells = np.concatenate([history.words[history.indptr[row] : history.indptr[row + 1]] for row in members])
    words, inside = np.unique(cells, return_counts=True)
    common = inside >= max(2, 0.15 * len(members))
    words, inside = words[common], inside[common]
    n_before = int(before.sum())
    outside = np.array([before[rows_with_word(history, int(word))].sum() for word in words], dtype=np.float64)
    rare = outside <= max(_COMMON * n_before, 1)
    words, inside, outside = words[rare], inside[rare], outside[rare]
    odds = np.log((inside + 0.5) / (len(members) + 1)) - np.log((outside + 0.5) / (n_before + 1))
    order = np.lexsort((words, -odds * np.sqrt(inside)))[:_WORDS]
    return words[order[odds[order] > 0]].astype(np.int64)


def rows_with_word(history: History, word: int) -> Ints1d:
    """The rows that have a word, ascending."""
    return history.word_rows[history.word_indptr[word] : history.word_indptr[word + 1]]


def rows_with_words(history: History, words: Sequence[Ints1d], *, name: int = -1) -> Ints1d:
    """The rows with at least two of a group's words in one language, or with its name, ascending.

    words: from `characteristic_words`; name: column of the new name that founded the group, −1 for none.
    """
    if name >= 0:
        return rows_with_word(history, name)
    found = [np.zeros(0, dtype=np.int64)]
    for own in words:
        if len(own) >= _WORDS_NEEDED:
            each = np.concatenate([rows_with_word(history, int(word)) for word in own])
            rows, hits = np.unique(each, return_counts=True)
            found.append(rows[hits >= _WORDS_NEEDED])
    return np.unique(np.concatenate(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMeasurements:
    """What was counted of groups, in their order.

    Attributes:
        neighbourhoods: where each lies; rows_near: rows inside it; words: its characteristic columns.
        counts: ``(groups, weeks, sources)`` documents inside the neighbourhood, weighted by source, week 0 the last.
        word_counts: the same of documents with its words, or with the name that founded the group.
        scale: ``(groups,)`` of `counts`, from `weight_scale`.
        p_neighbourhood, p_words: of growth over its window, 1 where it could not be tested.
        tested: which could.
    """

    neighbourhoods: tuple[Neighbourhood, ...]
    rows_near: tuple[Ints1d, ...]
    words: tuple[tuple[Ints1d, ...], ...]
    counts: Floats2d
    word_counts: Floats2d
    scale: Floats1d
    p_neighbourhood: Float64s
    p_words: Float64s
    tested: Bools1d

    @property
    def scores(self) -> Float64s:
        """``(groups,)`` Φ⁻¹(1 − p) of the smaller p."""
        return normal_score(np.minimum(self.p_neighbourhood, self.p_words))

    @property
    def uncalibrated_p(self) -> Float64s:
        """``(groups,)`` p of either test, corrected for there being two."""
        return np.asarray(np.minimum(1.0, 2 * np.minimum(self.p_neighbourhood, self.p_words)), dtype=np.float64)

    @property
    def larger_p(self) -> Float64s:
        """``(groups,)`` what both ways of counting agree on."""
        return np.asarray(np.maximum(self.p_neighbourhood, self.p_words), dtype=np.float64)


def measure_groups(history: History, groups: Sequence[DocumentGroup], options: TrendOptions) -> GroupMeasurements:
    """Count and test groups in a history."""
    baselines = [baseline_length(history, group.weeks, options) for group in groups]
    neighbourhoods = tuple(
        group.neighbourhood or neighbourhood_of(history, group.members, quantile=options.member_quantile)
        for group in groups
    )
    near = tuple(rows_within(history, neighbourhoods))
    words = tuple(
        characteristic_words(history, group.members, weeks=group.weeks, baseline=max(weeks, 1))
        if len(group.members) >= LEAST_MEMBERS_TESTED
        else ()
        for group, weeks in zip(groups, baselines, strict=True)
    )
    counts = np.zeros((len(groups), history.weeks, history.source_count), dtype=np.float32)
    word_counts = np.zeros_like(counts)
    for i, group in enumerate(groups):
        counts[i] = history.weekly(near[i])
        word_counts[i] = history.weekly(rows_with_words(history, words[i], name=group.name))
    tested = np.array([len(group.members) >= LEAST_MEMBERS_TESTED for group in groups], dtype=np.bool_)
    tested &= np.array(baselines, dtype=np.int64) >= _LEAST_BASELINE
    p_values = np.ones((2, len(groups)))
    for weeks in sorted({group.weeks for group in groups}):
        of = np.flatnonzero(tested & np.array([group.weeks == weeks for group in groups], dtype=np.bool_))
        baseline = baseline_length(history, weeks, options)
        sources = live_sources(history.volume, weeks + baseline)
        if len(of) and sources.any():
            for p, own in zip(p_values, (counts[of], word_counts[of]), strict=True):
                scale = weight_scale(own, history.source_weights)
                p[of] = growth_p_values(own, history.volume, sources, scale, recent=weeks, baseline=baseline)
    return GroupMeasurements(
        neighbourhoods=neighbourhoods,
        rows_near=near,
        words=words,
        counts=counts,
        word_counts=word_counts,
        scale=weight_scale(counts, history.source_weights),
        p_neighbourhood=p_values[0],
        p_words=p_values[1],
        tested=tested,
    )


def baseline_length(history: History, weeks: int, options: TrendOptions) -> int:
    """Weeks before the window that it is tested against: eight, or as many as the archive has."""
    oldest = int(history.ages.max(initial=-1)) + 1
    return max(0, min(options.baseline_weeks, oldest // 7 - weeks, history.weeks - weeks))
