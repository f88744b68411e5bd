"""The registry of signals: each once, with its unit, its method in one sentence, the page that shows it, its text key.

Fast trends, slow trends and voices make their signals through `make_signal`; the pages About and Trend, the briefs and
docs/methods.md read the registry. A new signal of fast trends is one entry with one function, both here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

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
    """A signal with the unit and the method of its registry entry.

    Args:
        trend_id: whose it is.
        name: of the entry.
        value: as measured.
        slow: by the method of slow trends.
        by_words: by that of words, where the entry has one.

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

    Args:
        corpus: that the trends' articles are in.
        trends: with their recent articles.
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
    """One minus the cosine to the nearest known trend.

    Args:
        vectors: ``(n, dim)`` centroids, length 1.
        known: ``(m, dim)`` centroids of trends older than a quarter; `m` may be 0.

    Returns:
        ``(n,)``, 0 (known) to 2; all 1 where `m` is 0.
    """
    if not len(known):
        return np.ones(len(vectors), dtype=np.float32)
    return np.asarray(1.0 - (vectors @ known.T).max(axis=1, initial=-1.0), dtype=np.float32)


def _share(context: AnalysisContext, entry: TrendEntry) -> Iterator[SignalValue]:
    yield SignalValue("4w", context.verdicts.evidence[entry.group].share)


def _active_weeks(context: AnalysisContext, entry: TrendEntry) -> Iterator[SignalValue]:
    yield SignalValue("12w", context.verdicts.evidence[entry.group].active_share)


def _age(context: AnalysisContext, entry: TrendEntry) -> Iterator[SignalValue]:
    yield SignalValue("", context.verdicts.evidence[entry.group].weeks)


def _spread(context: AnalysisContext, entry: TrendEntry) -> Iterator[SignalValue]:
    yield SignalValue("4w", effective_sources(context.history.by_source(context.groups[entry.group].members)))


def _languages(context: AnalysisContext, entry: TrendEntry) -> Iterator[SignalValue]:
    yield SignalValue("4w", len(np.unique(context.history.langs[context.groups[entry.group].members])))


def _novelty(context: AnalysisContext, entry: TrendEntry) -> Iterator[SignalValue]:
    yield SignalValue("13w", context.novelty[entry.group])


def _q_value(context: AnalysisContext, entry: TrendEntry) -> Iterator[SignalValue]:
    q = context.verdicts.evidence[entry.group].q
    if q is not None:
        yield SignalValue(f"{context.groups[entry.group].weeks}w", q)


def _strength(context: AnalysisContext, entry: TrendEntry) -> Iterator[SignalValue]:
    if context.verdicts.evidence[entry.group].q is not None:
        yield SignalValue(f"{context.groups[entry.group].weeks}w", context.verdicts.strength[entry.group])


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


def _half_band(context: AnalysisContext, entry: TrendEntry) -> Iterator[SignalValue]:
    return _projection(context, entry, half=True)


def _by(unit: str, name: str, sentence: str) -> SignalMethod:
    return SignalMethod(unit=unit, name=name, sentence=sentence)


_TONE = "mean tone of a voice's articles, by their place between bad and good sentences and by their words"
_TONE_BY_WORDS = "the same by words alone, for an encoder that knows nothing of meaning"

SIGNALS: Mapping[str, SignalKind] = {
    kind.name: kind
    for kind in (
        SignalKind(
            name="growth",
            method=_by("log share per week", "quasi_poisson", "quasi-Poisson regression of weekly counts on time"),
            slow=_by("log share per quarter", "quasi_poisson", "the same of eight quarters"),
            measure=_growth,
        ),
        SignalKind(
            name="doubling",
            method=_by("weeks", "quasi_poisson", "ln 2 over the growth of twelve weeks, negative where it halves"),
            measure=_doubling,
        ),
        SignalKind(
            name="q_value",
            method=_by("probability", "calibrated_poisson", "false discovery rate of a Poisson test, calibrated"),
            slow=_by("probability", "permuted_quarters", "false discovery rate against permuted quarters"),
            measure=_q_value,
        ),
        SignalKind(
            name="share",
            method=_by("share", "story_share", "counted articles of four weeks over all"),
            slow=_by("share", "story_share", "counted articles of four quarters over all"),
            measure=_share,
        ),
        SignalKind(
            name="spread",
            method=_by("sources", "effective_sources", "exp(entropy) of the sources of its articles (Hill 1973)"),
            slow=_by("sources", "effective_sources", "the same of a year"),
            measure=_spread,
        ),
        SignalKind(
            name="novelty",
            method=_by("1 − cosine", "nearest_older_trend", "1 − cosine to the nearest trend born over a quarter ago"),
            measure=_novelty,
        ),
        SignalKind(
            name="persistence",
            method=_by("share", "active_weeks", "part of the last twelve weeks with an article"),
            slow=_by("share", "active_quarters", "part of the counted quarters with an article"),
            measure=_active_weeks,
        ),
        SignalKind(
            name="lasting",
            method=_by(
                "probability", "lasting_logistic", "logistic model of how weekly counts ran, adjusted to own outcomes"
            ),
            measure=_persistence,
        ),
        SignalKind(
            name="strength",
            method=_by("score", "chance_evidence", "persistence probability × evidence of growth; orders the list"),
            slow=_by("standard deviations", "term_rise", "how far the last year lies above what earlier years led to"),
            measure=_strength,
        ),
        SignalKind(
            name="projection",
            method=_by("share", "learned_errors", "share 4, 8 and 12 weeks on, with the band of 90 %"),
            measure=_projection,
        ),
        SignalKind(
            name="projection_half",
            method=_by("share", "learned_errors", "the same with the band of 50 %"),
            measure=_half_band,
        ),
        SignalKind(
            name="age",
            method=_by("weeks", "first_story", "weeks since its first story, or since its last where it sleeps"),
            slow=_by("weeks", "first_story", "weeks since its term was first written"),
            measure=_age,
        ),
        SignalKind(
            name="languages",
            method=_by("languages", "count", "languages of its articles"),
            slow=_by("languages", "count", "the same of a year"),
            measure=_languages,
        ),
        SignalKind(
            name="regions",
            method=_by("regions", "effective_sources", "exp(entropy) of the regions that its sources declare"),
        ),
        SignalKind(
            name="voice", section="voices", method=_by("stories", "count", "stories of a voice in twelve weeks")
        ),
        SignalKind(
            name="tone",
            section="voices",
            method=_by("−1…1", "tone_anchors", _TONE),
            by_words=_by("−1…1", "tone_words", _TONE_BY_WORDS),
        ),
        SignalKind(
            name="voice_share",
            section="voices",
            method=_by("share", "story_share", "stories about it over all stories of the side"),
        ),
        SignalKind(
            name="say_feel_share",
            section="voices",
            method=_by("share", "beta_bootstrap", "companies' share of stories minus people's"),
            text_key="say_feel",
        ),
        SignalKind(
            name="say_feel_tone",
            section="voices",
            method=_by("−2…2", "tone_anchors", "companies' tone minus people's"),
            by_words=_by("−2…2", "tone_words", _TONE_BY_WORDS),
            text_key="say_feel",
        ),
        SignalKind(
            name="say_feel_tone_usual",
            section="voices",
            method=_by("−2…2", "tone_anchors", "the same over everything both sides wrote"),
            by_words=_by("−2…2", "tone_words", _TONE_BY_WORDS),
            text_key="say_feel",
        ),
        SignalKind(
            name="say_feel_words",
            section="voices",
            method=_by("0…1", "word_likeness", "how far the words of the two sides are apart"),
            text_key="say_feel",
        ),
        SignalKind(
            name="steep",
            section="voices",
            method=_by("share", "steep_anchors", "how its articles divide over five classes, by nearness of sentences"),
        ),
    )
}
