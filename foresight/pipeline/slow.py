"""Slow trends of a run: found anew at each quarter's end, standing in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from foresight.analysis.calendar import quarter_start
from foresight.analysis.results import Analysis
from foresight.analysis.slow import SlowAnalysis, slow_settings, slow_trends
from foresight.enrich.term_index import DAY, term_index
from foresight.pipeline.tools import Tools
from foresight.ports import Archive
from foresight.records import Run, SlowOptions, Speed, Trend

SAME_THING = 0.5
"""Part of a fast trend's articles that hold a slow trend's term where it is part of it."""

_OLDER = timedelta(days=2 * 364)
_QUARTER = timedelta(days=91)


def split(trends: Sequence[Trend]) -> tuple[tuple[Trend, ...], tuple[Trend, ...]]:
    """The fast and the slow ones."""
    fast = tuple(trend for trend in trends if trend.speed is Speed.FAST)
    return fast, tuple(trend for trend in trends if trend.speed is Speed.SLOW)


def slow_of_run(
    tools: Tools, run: Run, analysis: Analysis, earlier: Sequence[Trend], *, restarted: bool
) -> SlowAnalysis:
    """The slow trends of the last whole quarter before the run's cut-off.

    Args:
        tools: the archive, the encoder and the options.
        run: it stamps what is told.
        analysis: of the fast trends; its means centre the vectors.
        earlier: slow trends of the last run.
        restarted: articles of the past have come in: everything is counted again.
    """
    cutoff = quarter_start(analysis.as_of)
    if not restarted and (any(trend.as_of == cutoff for trend in earlier) or _none_found(tools.archive, cutoff)):
        return _standing(tools, run, cutoff, earlier)
    tools.progress("slow trends", 0, 1)
    found = _found(tools, run, analysis, earlier, cutoff)
    tools.progress("slow trends", 1, 1)
    return found


def _none_found(archive: Archive, cutoff: datetime) -> bool:
    """Whether the last analysis looked at this quarter, and found nothing: years are not read again every day."""
    last, told = archive.latest_analysis(), archive.last_step("analyse")
    if last is None or last.as_of is None or told is None:
        return False
    return dict(told.counts).get("slow_trends") == 0 and quarter_start(last.as_of) == cutoff


def _standing(tools: Tools, run: Run, cutoff: datetime, earlier: Sequence[Trend]) -> SlowAnalysis:
    """The earlier ones, in the name of this run."""
    ids = [trend.id for trend in earlier]
    ranked = sorted(earlier, key=lambda trend: (trend.rank == 0, trend.rank, trend.id))
    return SlowAnalysis(
        as_of=cutoff,
        trends=tuple(
            replace(trend, run_id=run.id, rank=place if trend.rank else 0)
            for place, trend in enumerate(ranked, start=1)
        ),
        series=tools.archive.series(ids),
        signals=tools.archive.signals(ids),
    )


def _found(tools: Tools, run: Run, analysis: Analysis, earlier: Sequence[Trend], cutoff: datetime) -> SlowAnalysis:
    corpus = tools.archive.corpus(tools.encoder.name, since=cutoff - reach(tools.options.slow), until=cutoff)
    index = term_index(corpus.titles, corpus.texts, corpus.langs, corpus.available // DAY)
    settings = slow_settings(tools.options, tools.archive.sources(), run_id=run.id, means=analysis.state.means)
    return slow_trends(corpus, index, as_of=cutoff, settings=settings, earlier=earlier)


def reach(options: SlowOptions) -> timedelta:
    """How far back an analysis reads: its span, and two years more that tell whether a term is young."""
    return options.quarters * _QUARTER + _OLDER


def beside(fast: Sequence[Trend], slow: Sequence[Trend]) -> tuple[Trend, ...]:
    """All trends of a run: fast ones by rank, then slow ones; a fast one about a slow one's matter is its part."""
    ranked = sum(trend.rank > 0 for trend in fast)
    later = tuple(replace(trend, rank=trend.rank + ranked if trend.rank else 0) for trend in slow)
    holding = {trend.id: frozenset(trend.recent) for trend in slow if trend.rank}
    return (*(_part(trend, holding) for trend in fast), *later)


def _part(trend: Trend, holding: dict[str, frozenset[str]]) -> Trend:
    own = frozenset(trend.recent)
    if trend.parent_id or not own or not holding:
        return trend
    shared, parent = max((len(own & documents), id_) for id_, documents in sorted(holding.items()))
    return replace(trend, parent_id=parent) if shared >= SAME_THING * len(own) else trend
