"""The chance to last: still half as much again as before, over the four and over the thirteen weeks to come.

Most bursts are over when they are seen. A logistic model on how the weekly counts ran tells those that go on. Its
coefficients are shipped (`lasting.json`, learned by `benchmarks.lasting` on news of several kinds) and hold on kinds of
news they were not learned on; an archive's own outcomes draw them to what happens there (`signals.refit`,
docs/methods.md#lasting).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np

from foresight.records import Bools1d, Floats1d, Floats2d
from foresight.signals.arrays import Doubles

HORIZONS = (4, 13)
"""Weeks over which a movement lasts, or does not."""

FEATURES = (
    "last_week",
    "week_before",
    "two_weeks_before",
    "three_weeks_before",
    "usual",
    "peak",
    "weeks_active",
    "weeks_unbroken",
    "four_weeks",
    "lift",
    "lift_of_half_year",
    "part_last_week",
    "long_usual",
)
_WEEKS_NEEDED = 26
_MOST_EVIDENCE = 15.0
_QUARTER = slice(4, 12)
_BEFORE = slice(12, 26)
_Coefficients = Mapping[int, tuple[float, Doubles]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How weekly counts ran, all ``(groups,)``.

    Attributes:
        chances: per horizon of `HORIZONS`, 0…1: the share over the weeks to come is at least 1.5 times that of weeks 4
            to 26 before, three documents added on both sides, and three come.
        lift: log share of the last two weeks over that of the ten before, half a document added.
    """

    chances: Mapping[int, Floats1d]
    lift: Floats1d

    @property
    def chance(self) -> Floats1d:
        """The geometric mean of the chances to last four and thirteen weeks: soon and for good."""
        product = np.prod([self.chances[weeks] for weeks in HORIZONS], axis=0)
        return np.asarray(product ** (1 / len(HORIZONS)), dtype=np.float32)


def course(counts: Floats2d, totals: Floats1d, coefficients: _Coefficients | None = None) -> Course:
    """Judge the run of counts.

    Args:
        counts: ``(groups, weeks)`` documents per week, column 0 the last; weeks before the archive are 0.
        totals: ``(weeks,)`` the same of everything.
        coefficients: per horizon (intercept, ``(features,)``); the shipped ones where None.
    """
    known = coefficients or shipped()
    described = features(counts, totals)
    return Course(
        chances=MappingProxyType(
            {
                weeks: np.asarray(logistic(described @ slopes + intercept), dtype=np.float32)
                for weeks, (intercept, slopes) in known.items()
            }
        ),
        lift=_log_ratio(_padded(counts), _padded(totals[None])[0], slice(0, 2), slice(2, 12)),
    )


def strength(course_: Course, surest: Doubles) -> Floats1d:
    """What the list is ordered by: chance × evidence.

    Where groups of one movement overlap, the one stands for it on which both ways of counting agree.

    Args:
        course_: of the groups.
        surest: ``(groups,)`` the larger of the two p-values.
    """
    evidence = np.minimum(_MOST_EVIDENCE, 0.3 - np.log10(np.clip(surest, 1e-300, 1.0)))
    return np.asarray(course_.chance * evidence, dtype=np.float32)


def logistic(logit: Doubles) -> Doubles:
    """The logistic function."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -30, 30))), dtype=np.float64)


def features(counts: Floats2d, totals: Floats1d) -> Doubles:
    """``(groups, features)`` what the model sees of a run of counts, in the order of `FEATURES`.

    Weeks in which nothing at all was written are unknown, not silent: a steady theme of a young archive is not new. A
    level that cannot be known yet is taken to be that of the weeks after it.

    Args:
        counts: ``(groups, weeks)``, column 0 the last week.
        totals: ``(weeks,)`` of everything.
    """
    seen, written = _padded(counts), _padded(totals[None])[0]
    known = written > 0
    active = seen[:, :12] > 0
    four = seen[:, :4].sum(axis=1)
    usual = _level(seen, known, _QUARTER, four / max(1, int(known[:4].sum())))
    before = _level(seen, known, _BEFORE, usual)
    columns = (
        *np.log(seen[:, :4] + 1).T,
        np.log(usual + 0.3),
        np.log(np.maximum(seen[:, _QUARTER].max(axis=1), usual) + 1),
        active.sum(axis=1) * 12 / max(1, int(known[:12].sum())),
        np.cumprod(active, axis=1).sum(axis=1),
        np.log(four + 1),
        _log_ratio(seen, written, slice(0, 2), _QUARTER),
        _log_ratio(seen, written, slice(0, 4), _BEFORE),
        seen[:, 0] / np.maximum(four, 1),
        np.log(before + 0.3),
    )
    return np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)


@cache
def shipped() -> _Coefficients:
    """Per horizon the intercept and ``(features,)`` coefficients that came with the program."""
    kept = json.loads(files("foresight.signals").joinpath("lasting.json").read_text("utf-8"))
    return MappingProxyType(
        {
            weeks: (
                float(kept[str(weeks)]["intercept"]),
                np.array([kept[str(weeks)][name] for name in FEATURES], dtype=np.float64),
            )
            for weeks in HORIZONS
        }
    )


def _level(seen: Doubles, known: Bools1d, span: slice, otherwise: Doubles) -> Doubles:
    """``(groups,)`` documents a week over the known weeks of a span, `otherwise` where fewer than half are known."""
    weeks = np.flatnonzero(known[span]) + span.start
    if 2 * len(weeks) < span.stop - span.start:
        return otherwise
    return np.asarray(seen[:, weeks].mean(axis=1), dtype=np.float64)


def _padded(counts: Floats2d) -> Doubles:
    missing = max(0, _WEEKS_NEEDED - counts.shape[1])
    return np.asarray(np.pad(counts.astype(np.float64), ((0, 0), (0, missing))), dtype=np.float64)


def _log_ratio(counts: Doubles, totals: Doubles, now: slice, then: slice) -> Floats1d:
    """Log share of one span over another, half a document added; 0 where one of them has none at all."""
    n_now, n_then = totals[now].sum(), totals[then].sum()
    if not n_now or not n_then:
        return np.zeros(len(counts), dtype=np.float32)
    return np.asarray(
        np.log((counts[:, now].sum(axis=1) + 0.5) / n_now) - np.log((counts[:, then].sum(axis=1) + 0.5) / n_then),
        dtype=np.float32,
    )
