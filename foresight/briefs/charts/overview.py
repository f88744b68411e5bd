"""Trends side by side by growth, each with its interval: a forest plot."""

from __future__ import annotations

import math
from collections.abc import Sequence

from foresight.briefs.charts.grammar import (
    FAINT,
    MUTED,
    STAGE_LOOKS,
    Chart,
    Row,
    data,
    finished,
    nothing,
    row_names,
    stage_scales,
    tips,
)
from foresight.briefs.charts.lettering import shorten
from foresight.briefs.plain import plain
from foresight.records import TrendView
from foresight.text import Texts
from foresight.text.numbers import percent
from foresight.text.stages import stage_name

_ROW = 24
_LABEL_SIZE = 11
_LABEL_WIDTH = 250.0
_LEAST_REACH = 0.1
_SIGNED = "datum.value ? format(datum.value, '+.0%') : format(0, '.0%')"
_LOG_LIMIT = 5.0


def stage_overview(views: Sequence[TrendView], *, lang: str, width: int = 340) -> Chart:
    """Growth per week with its 90 % interval, fastest first, in the colour and shape of the stage.

    Trends whose growth was not measured are left out. An interval that reaches far beyond every estimate is cut at
    the edge of the drawing.
    """
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    rows = _rows(views, lang)
    if not rows:
        return nothing(lang, width=width, height=_ROW * 3)
    low, high = _domain(rows)
    rows = [{**row, "low": max(low, row["low"]), "high": min(high, row["high"])} for row in rows]
    x = alt.X(
        "growth:Q",
        title=Texts(lang)("briefs.axis_growth"),
        scale=alt.Scale(domain=[low, high], nice=False),
        axis={"labelExpr": _SIGNED, "tickCount": 6, "domain": False, "ticks": False, "gridColor": FAINT},
    )
    y, names = row_names([row["label"] for row in rows])
    zero = alt.Chart(data([{"growth": 0}])).mark_rule(color=MUTED).encode(x=x)
    told = alt.Chart(data(rows)).mark_text(align="left", dx=8, color=MUTED, fontSize=10)
    layers = [zero, names, *(layer.encode(x=x, y=y) for layer in _estimates(rows, views, lang))]
    layers.append(told.encode(x=alt.value(width), y=y, text="told:N"))
    return finished(alt.layer(*layers).properties(width=width, height=_ROW * len(rows)), lang)


def _rows(views: Sequence[TrendView], lang: str) -> list[Row]:
    measured = [(view, signal) for view in views if (signal := view.signal("growth")) and math.isfinite(signal.value)]
    measured.sort(key=lambda pair: (-pair[1].value, pair[0].trend.id))
    rows = []
    for at, (view, signal) in enumerate(measured):
        low, value, high = (_per_week(v) for v in (signal.low, signal.value, signal.high))
        rows.append(
            {
                "row": at,
                "trend_id": view.trend.id,
                "title": view.title(lang),
                "label": shorten(plain(view.title(lang)), _LABEL_SIZE, _LABEL_WIDTH),
                "stage": stage_name(view.trend.stage, lang),
                "colour": STAGE_LOOKS[view.trend.stage].colour,
                "growth": value,
                "low": value if low is None else low,
                "high": value if high is None else high,
                "told": _told(value, low, high, lang),
            }
        )
    return rows


def _per_week(log_share: float | None) -> float | None:
    """A growth in log share per week as a fraction per week; far beyond anything real it is cut, not overflown."""
    if log_share is None or math.isnan(log_share):
        return None
    return math.expm1(max(-_LOG_LIMIT, min(_LOG_LIMIT, log_share)))


def _told(value: float | None, low: float | None, high: float | None, lang: str) -> str:
    """The estimate and its interval in figures, e.g. "+18% (9…27%)"."""
    if value is None:
        return ""
    told = percent(value, lang, digits=0, signed=True)
    if low is None or high is None:
        return told
    return f"{told} ({percent(low, lang, digits=0)} … {percent(high, lang, digits=0)})"


def _domain(rows: Sequence[Row]) -> tuple[float, float]:
    """From below the lowest to above the highest estimate, with room for usual intervals and for zero."""
    values = [row["growth"] for row in rows]
    spread = max(_LEAST_REACH, max(values) - min(values), *(abs(value) for value in values))
    low = max(min(row["low"] for row in rows), min(values) - spread)
    high = min(max(row["high"] for row in rows), max(values) + spread)
    return min(low, 0.0) - 0.02 * spread, max(high, 0.0) + 0.02 * spread


def _estimates(rows: Sequence[Row], views: Sequence[TrendView], lang: str) -> list[Chart]:
    """An interval as a bar and an estimate as a mark, per row."""
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    colours, shapes = stage_scales([view.trend.stage for view in views], lang)
    span = alt.Chart(data([{**row, "growth": row["low"]} for row in rows]))
    mark = alt.Chart(data(rows)).mark_point(filled=True, opacity=1, size=90)
    return [
        span.mark_rule(strokeWidth=3, opacity=0.45).encode(
            x2="high:Q", stroke=alt.Stroke("colour:N", scale=None, legend=None)
        ),
        mark.encode(
            color=alt.Color("stage:N", scale=colours, title=None),
            shape=alt.Shape("stage:N", scale=shapes, title=None),
            tooltip=tips([("title", "trend"), ("stage", "stage"), ("told", "growth")], lang),
        ),
    ]
