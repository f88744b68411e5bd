"""Groups of recent documents, counted in two ways and tested against the weeks before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from foresight.records import Bools1d, Floats2d, Ints1d, TrendOptions
from foresight.signals.arrays import Doubles
from foresight.signals.calibration import score
from foresight.signals.evidence import Radius, characteristic, radius, speaking, within
from foresight.signals.growth import expected, surprise
from foresight.signals.history import History, alive, volume, weekly
from foresight.topics.candidates import DENSITY
from foresight.topics.geometry import centre

LEAST_TESTED = 3
_LEAST_BASELINE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Recent documents that may move together.

    Attributes:
        members: ascending rows of the history, no repeats of a story.
        weeks: the window its growth is tested over.
        owner: number of the unit it belongs to, −1 for none.
        region: given where the group has too few members to have a radius of its own.
        founded: by density, a word or a name (`topics.candidates`): what was chosen, and so how kind its test is.
        name: column of the name that founded it, −1 for none; what has the name speaks of the group.
    """

    members: Ints1d
    weeks: int
    owner: int = -1
    region: Radius | None = None
    founded: str = DENSITY
    name: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was counted of groups, in their order.

    Attributes:
        regions: where each lies; near: rows inside it; words: its characteristic columns; told: rows that have them,
            or the name that founded the group.
        counts: ``(groups, weeks, sources)`` documents inside the region, week 0 the last.
        telling: the same of documents with its words.
        p_radius, p_words: of growth over its window, 1 where it could not be tested.
        tested: which could.
    """

    regions: tuple[Radius, ...]
    near: tuple[Ints1d, ...]
    words: tuple[tuple[Ints1d, ...], ...]
    counts: Floats2d
    telling: Floats2d
    p_radius: Doubles
    p_words: Doubles
    tested: Bools1d

    @property
    def scores(self) -> Doubles:
        """``(groups,)`` Φ⁻¹(1 − p) of the smaller p."""
        return score(np.minimum(self.p_radius, self.p_words))

    @property
    def plain(self) -> Doubles:
        """``(groups,)`` p of either test, corrected for there being two."""
        return np.asarray(np.minimum(1.0, 2 * np.minimum(self.p_radius, self.p_words)), dtype=np.float64)

    @property
    def surest(self) -> Doubles:
        """``(groups,)`` the larger p: what both ways of counting agree on."""
        return np.asarray(np.maximum(self.p_radius, self.p_words), dtype=np.float64)


def measure(history: History, groups: Sequence[Group], options: TrendOptions) -> Measured:
    """Count and test groups in a history."""
    baselines = [baseline_of(history, group.weeks, options) for group in groups]
    regions = tuple(group.region or _region(history, group, options) for group in groups)
    near = tuple(within(history, regions))
    words = tuple(
        characteristic(history, group.members, weeks=group.weeks, baseline=max(weeks, 1))
        if len(group.members) >= LEAST_TESTED
        else ()
        for group, weeks in zip(groups, baselines, strict=True)
    )
    shape = (len(groups), history.weeks, history.source_count)
    counts = np.zeros(shape, dtype=np.float32)
    telling = np.zeros(shape, dtype=np.float32)
    for i in range(len(groups)):
        counts[i] = weekly(history, near[i])
        telling[i] = weekly(history, speaking(history, words[i], name=groups[i].name))
    tested = np.array(
        [len(g.members) >= LEAST_TESTED and b >= _LEAST_BASELINE for g, b in zip(groups, baselines, strict=True)],
        dtype=np.bool_,
    )
    return Measured(
        regions=regions,
        near=near,
        words=words,
        counts=counts,
        telling=telling,
        p_radius=_tested(history, groups, counts, tested, options),
        p_words=_tested(history, groups, telling, tested, options),
        tested=tested,
    )


def baseline_of(history: History, weeks: int, options: TrendOptions) -> int:
    """Weeks before the window that it is tested against: eight, or as many as the archive has."""
    oldest = int(history.ages.max(initial=-1)) + 1
    return max(0, min(options.baseline_weeks, oldest // 7 - weeks, history.weeks - weeks))


def _region(history: History, group: Group, options: TrendOptions) -> Radius:
    vectors, langs = history.vectors[group.members], history.langs[group.members]
    return radius(history, group.members, centre(vectors, langs), quantile=options.member_quantile)


def _tested(
    history: History,
    groups: Sequence[Group],
    counts: Floats2d,
    tested: Bools1d,
    options: TrendOptions,
) -> Doubles:
    """``(groups,)`` one-sided p of more documents in the window than the weeks before let expect."""
    volumes = volume(history)
    p = np.ones(len(groups))
    for weeks in sorted({group.weeks for group in groups}):
        of = np.flatnonzero(tested & np.array([group.weeks == weeks for group in groups], dtype=np.bool_))
        baseline = baseline_of(history, weeks, options)
        sources = alive(volumes, weeks + baseline)
        if not len(of) or not sources.any():
            continue
        awaited = expected(counts[of], volumes, sources, recent=weeks, baseline=baseline)
        p[of] = surprise(counts[of][:, :weeks][:, :, sources].sum(axis=(1, 2)), awaited)
    return p
