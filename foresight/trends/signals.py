"""The registry of signals: each once, with its unit, its method in one sentence, the page that shows it, its text key.

Fast trends, slow trends and voices make their signals through `make_signal`; the pages About and Trend, the briefs and
docs/methods.md read the registry. A new signal of fast trends is one entry in signals.json and one of `_MEASURES`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np

from foresight.model.documents import Corpus, Floats2d
from foresight.model.trends import Signal, Trend
from foresight.trends.measurement import doubling_weeks
from foresight.trends.stages import GROWTH_SPANS, AnalysisContext, TrendEntry, effective_sources, is_ranked


class SignalValue(NamedTuple):
    """One value of a signal. window and n as in `Signal`; n: the members of the trend's group where None."""

    window: str
    value: float
    n: int | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalMethod:
    """How a signal is measured: its unit, the name of the method, and the method in one sentence."""

    unit: str
    name: str
    sentence: str


Measure = Callable[[AnalysisContext, TrendEntry], Iterable[SignalValue]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalKind:
    """A signal.

    Attributes:
        name: as in `Signal.name`.
        method: of fast trends and voices; slow: of slow trends; by_words: where the encoder knows nothing of meaning.
        page: of the app, where it is shown; section: of that page, "numbers" or "voices".
        text_key: `stages.signal_KEY` names it, `stages.signal_KEY_help` says what it means; the name where "".
        measure: of fast trends; None where it is measured elsewhere (`slow_trends`, `voices`, `region_signals`).
    """

    name: str
    method: SignalMethod | None = None
    slow: SignalMethod | None = None
    by_words: SignalMethod | None = None
    page: str = "trend"
    section: str = "numbers"
    text_key: str = ""
    measure: Measure | None = None

    @property
    def text(self) -> str:
        """The text key."""
        return self.text_key or self.name

    @property
    def methods(self) -> tuple[SignalMethod, ...]:
        """Every way it is measured."""
        return tuple(method for method in (self.method, self.slow, self.by_words) if method)


def make_signal(trend_id: str, name: str, value: SignalValue, *, slow: bool = False, by_words: bool = False) -> Signal:
    """A signal with the unit and the method of its entry: that of slow trends, or by words where it has one.

    Raises:
        KeyError: no such entry.
        ValueError: the entry has no such method.
    """
    kind = SIGNALS[name]
    method = kind.slow if slow else (kind.by_words if by_words and kind.by_words else kind.method)
    if method is None:
        raise ValueError(name)
    return Signal(
        trend_id=trend_id,
        name=name,
        window=value.window,
        value=float(value.value),
        unit=method.unit,
        method=method.name,
        low=None if value.low is None else float(value.low),
        high=None if value.high is None else float(value.high),
        n=value.n or 0,
    )


def fast_signals(context: AnalysisContext, entry: TrendEntry) -> tuple[Signal, ...]:
    """All registered signals of a fast trend, by name and window."""
    members = len(context.groups[entry.group].members)
    found = [
        make_signal(entry.id, kind.name, value._replace(n=members) if value.n is None else value)
        for kind in SIGNALS.values()
        if kind.measure
        for value in kind.measure(context, entry)
    ]
    return tuple(sorted(found, key=lambda signal: (signal.name, signal.window)))


def region_signals(corpus: Corpus, trends: Sequence[Trend], region_of: Mapping[str, str]) -> tuple[Signal, ...]:
    """The effective number of regions per trend, exp(entropy) as for sources; none where no source declares one.

    region_of: per source id its region, "" where not declared.
    """
    source_of = {name: corpus.source_ids[corpus.sources[row]] for row, name in enumerate(corpus.ids)}
    found = []
    for trend in trends:
        known = [source_of[name] for name in trend.recent if name in source_of]
        counts = Counter(region for source in known if (region := region_of.get(source, "")))
        if counts:
            spread = effective_sources(np.array(sorted(counts.values()), dtype=np.float32))
            found.append(make_signal(trend.id, "regions", SignalValue("4w", spread, counts.total())))
    return tuple(found)


def novelty(vectors: Floats2d, known: Floats2d) -> Floats2d:
    """``(n,)`` one minus the cosine to the nearest known trend, 0 (known) to 2; all 1 where none is known.

    vectors: ``(n, dim)``, known: ``(m, dim)`` centroids of length 1, the known ones older than a quarter.
    """
    if not len(known):
        return np.ones(len(vectors), dtype=np.float32)
    return np.asarray(1.0 - (vectors @ known.T).max(axis=1, initial=-1.0), dtype=np.float32)


def _tested(value: Callable[[AnalysisContext, int], float | None]) -> Measure:
    """A value of a group over the window it was tested in, of those that were tested."""

    def measure(context: AnalysisContext, entry: TrendEntry) -> Iterator[SignalValue]:
        number = value(context, entry.group) if context.verdicts.evidence[entry.group].q is not None else None
        if number is not None:
            yield SignalValue(f"{context.groups[entry.group].weeks}w", number)

    return measure


def _persistence(context: AnalysisContext, entry: TrendEntry) -> Iterator[SignalValue]:
    if context.verdicts.evidence[entry.group].q is not None:
        for weeks, probabilities in context.verdicts.stated.probabilities.items():
            yield SignalValue(f"+{weeks}w", probabilities[entry.group])


def _growth(context: AnalysisContext, entry: TrendEntry) -> Iterator[SignalValue]:
    number = entry.group
    for span, found in context.verdicts.rates.items():
        if not np.isnan(found.rate[number]):
            n = int(context.measured.counts[number, :span].sum())
            yield SignalValue(f"{span}w", found.rate[number], n, found.low[number], found.high[number])


def _doubling(context: AnalysisContext, entry: TrendEntry) -> Iterator[SignalValue]:
    span, number = GROWTH_SPANS[0], entry.group
    rate = float(context.verdicts.rates[span].rate[number])
    weeks = None if np.isnan(rate) else doubling_weeks(rate)
    if weeks is not None:
        n = int(context.measured.counts[number, :span].sum())
        yield SignalValue(f"{span}w", weeks if rate > 0 else -weeks, n)


def _projection(context: AnalysisContext, entry: TrendEntry, *, half: bool = False) -> Iterator[SignalValue]:
    number = entry.group
    if is_ranked(context.verdicts.stages[number][0]):
        n = int(context.measured.counts[number, : GROWTH_SPANS[0]].sum())
        for found in context.projections:
            low, high = found.half if half else found.ninety
            if not np.isnan(found.share[number]):
                yield SignalValue(f"+{found.weeks}w", found.share[number], n, low[number], high[number])


_MEASURES: Mapping[str, Measure] = {
    "growth": _growth,
    "doubling": _doubling,
    "q_value": _tested(lambda context, group: context.verdicts.evidence[group].q),
    "share": lambda context, entry: [SignalValue("4w", context.verdicts.evidence[entry.group].share)],
    "spread": lambda context, entry: [
        SignalValue("4w", effective_sources(context.history.by_source(context.groups[entry.group].members)))
    ],
    "novelty": lambda context, entry: [SignalValue("13w", context.novelty[entry.group])],
    "persistence": lambda context, entry: [SignalValue("12w", context.verdicts.evidence[entry.group].active_share)],
    "lasting": _persistence,
    "strength": _tested(lambda context, group: context.verdicts.strength[group]),
    "projection": _projection,
    "projection_half": partial(_projection, half=True),
    "age": lambda context, entry: [SignalValue("", context.verdicts.evidence[entry.group].weeks)],
    "languages": lambda context, entry: [
        SignalValue("4w", len(np.unique(context.history.langs[context.groups[entry.group].members])))
    ],
}


def _kind(name: str, entry: Mapping[str, Any]) -> SignalKind:
    """From its entry in signals.json: strings, and methods as objects."""
    known: dict[str, Any] = {key: one if isinstance(one, str) else SignalMethod(**one) for key, one in entry.items()}
    return SignalKind(name=name, measure=_MEASURES.get(name), **known)


SIGNALS: Mapping[str, SignalKind] = {
    name: _kind(name, entry)
    for name, entry in json.loads(files("foresight.trends").joinpath("signals.json").read_text("utf-8")).items()
}
