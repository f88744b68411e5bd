"""What an analysis says, written down so that it can be judged later without knowing what came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from foresight.analysis.describing import ALIVE_WEEKS, Scene
from foresight.analysis.listing import Entry, is_ranked
from foresight.records import Band, Call, Floats1d, Ints1d, Origin, Signal, Trend
from foresight.signals.history import alive, volume
from foresight.signals.projection import HORIZONS


def calls(
    scene: Scene, trends: Sequence[Trend], signals: Sequence[Signal], vocabulary: Sequence[str]
) -> tuple[Call, ...]:
    """A call for every ranked trend of an analysis, in the order of the trends.

    Args:
        scene: what the analysis gathered.
        trends: as told, in the order of the scene's entries.
        signals: of the same.
        vocabulary: behind the columns of the history.
    """
    own: dict[str, dict[tuple[str, str], Signal]] = {}
    for signal in signals:
        own.setdefault(signal.trend_id, {})[signal.name, signal.window] = signal
    entries = {entry.id: entry for entry in scene.entries}
    volumes = volume(scene.past)
    sources = alive(volumes, ALIVE_WEEKS)
    written = _numbers(volumes[:, sources].sum(axis=1))
    found = []
    for trend in trends:
        if not is_ranked(trend.stage):
            continue
        number = entries[trend.id].group
        words = _words(scene, number, vocabulary)
        measured = own.get(trend.id, {})
        q_value = next((s.value for (name, _), s in measured.items() if name == "q_value"), None)
        lasting = measured.get(("lasting", "+4w"))
        found.append(
            Call(
                origin=Origin.RUN,
                trend_id=trend.id,
                as_of=scene.as_of,
                stage=trend.stage,
                rank=trend.rank,
                title=", ".join(word for group in words for word in group[:3]),
                documents=trend.recent,
                words=words,
                centre=scene.measured.regions[number].centre,
                least=_least(scene, entries[trend.id]),
                q_value=q_value,
                lasting=lasting.value if lasting else None,
                share=_share(scene, number),
                bands=tuple(_bands(measured)),
                spoken=_numbers(scene.measured.telling[number][:, sources].sum(axis=1)),
                near=_numbers(scene.measured.counts[number][:, sources].sum(axis=1)),
                totals=written,
            )
        )
    return tuple(found)


def named(calls: Sequence[Call], trends: Sequence[Trend]) -> tuple[Call, ...]:
    """Calls with the rank and main title that their trends got, without those that turned out to be mixed."""
    told = {trend.id: trend for trend in trends}
    return tuple(
        replace(
            call,
            rank=told[call.trend_id].rank,
            title=told[call.trend_id].headlines[0].title if told[call.trend_id].headlines else call.title,
        )
        if call.trend_id in told
        else call
        for call in calls
        if call.trend_id not in told or not told[call.trend_id].mixed
    )


def _words(scene: Scene, number: int, vocabulary: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    name = scene.groups[number].name
    if name >= 0:
        return ((vocabulary[name],),)
    return tuple(tuple(vocabulary[w] for w in group) for group in scene.measured.words[number])


def _least(scene: Scene, entry: Entry) -> tuple[tuple[str, float], ...]:
    region = scene.measured.regions[entry.group]
    return tuple(zip(scene.past.languages, (float(value) for value in region.least), strict=True))


def _share(scene: Scene, number: int) -> float:
    return float(scene.judged.shares[number])


def _bands(measured: dict[tuple[str, str], Signal]) -> Iterator[Band]:
    for weeks in HORIZONS:
        wide, half = measured.get(("projection", f"+{weeks}w")), measured.get(("projection_half", f"+{weeks}w"))
        if wide is None or half is None:
            continue
        low, high, half_low, half_high = wide.low, wide.high, half.low, half.high
        if low is not None and high is not None and half_low is not None and half_high is not None:
            yield Band(weeks=weeks, share=wide.value, half_low=half_low, half_high=half_high, low=low, high=high)


def _numbers(values: Floats1d | Ints1d) -> tuple[float, ...]:
    return tuple(np.asarray(values, dtype=np.float64).tolist())
