"""Charts of trends: the share over time with its projection, growth and tone with their intervals, row by row."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from foresight.i18n import Texts
from foresight.i18n.formatting import format_date, format_number, format_percent
from foresight.i18n.trend_sentences import stage_name
from foresight.i18n.voice_sentences import format_tone, voice_name, voice_tones
from foresight.model.decisions import TrendView
from foresight.model.trends import Signal, WeeklySeries
from foresight.reports.charts.labels import shorten_to_width
from foresight.reports.charts.style import (
    ACCENT,
    BAND_NARROW,
    BAND_WIDE,
    FAINT,
    HAIRLINE,
    MUTED,
    PAPER,
    STAGE_STYLES,
    TITLE_ON_TOP,
    Chart,
    ChartRow,
    alt,
    chart_of,
    empty_chart,
    row_labels,
    stage_scales,
    styled,
    text_layer,
    tooltips,
)
from foresight.reports.plain_text import plain_line

PROJECTION_SIGNAL = "projection"
PROJECTION_HALF_SIGNAL = "projection_half"
_LEVEL_WEEKS = 4
_LONG_WEEKS, _SHORT_WEEKS = 40, 16
_MOST_TICKS = 8
_LEAST_AXIS_TOP = 0.0001
_WHOLE_PERCENT_FROM, _TENTH_PERCENT_FROM = 0.04, 0.004


def share_over_time(
    series: WeeklySeries,
    *,
    as_of: datetime,
    lang: str,
    signals: Sequence[Signal] = (),
    width: int = 640,
    height: int = 220,
) -> Chart:
    """Share per week as dots and a line, the cut-off as a rule, the projection as bands after it.

    Args:
        series: weekly counts; weeks after the cut-off are not drawn, the week it falls in is drawn hollow.
        as_of: the cut-off, aware UTC.
        lang: "fi" or "en".
        signals: those of the trend; "projection" with windows like "+4w" gives the line and its 90 % band,
            "projection_half" the 50 % band.
        width: of the drawing, in pixels.
        height: likewise.
    """
    actual = _weekly_rows(series, as_of, lang)
    if not actual:
        return empty_chart(lang, width=width, height=height, key="briefs.chart_no_weeks")
    wide, narrow = (
        _projection_rows(actual, signals, name, as_of) for name in (PROJECTION_SIGNAL, PROJECTION_HALF_SIGNAL)
    )
    drawn = [*actual, *wide]
    top = max(_LEAST_AXIS_TOP, *(row[field] for row in drawn for field in ("share", "high")))
    x = alt.X("week:T", title=None, scale=alt.Scale(type="utc"), axis=_time_axis(drawn, lang))
    y = alt.Y(
        "share:Q",
        title=Texts(lang)("briefs.axis_share"),
        axis=_share_axis(top),
        scale=alt.Scale(domain=[0, top * 1.1], nice=4),
    )
    layers = [*_projection_layers(wide, narrow, lang), _share_line(actual), _week_dots(actual, lang)]
    chart = alt.layer(
        *(layer.encode(x=x, y=y) for layer in layers),
        *(layer.encode(x=x) for layer in _cutoff_layers(as_of, drawn, lang)),
    )
    return styled(chart.properties(width=width, height=height), lang)


def sparkline(series: WeeklySeries, *, as_of: datetime, lang: str, width: int = 120, height: int = 28) -> Chart:
    """The share as a line without axes up to the cut-off, its last whole week a dot."""
    whole = [row for row in _weekly_rows(series, as_of, lang) if row["whole"]]
    rows = [{"week": at, "share": row["share"]} for at, row in enumerate(whole)]
    top = max([_LEAST_AXIS_TOP, *(row["share"] for row in rows)])
    x = alt.X("week:Q", axis=None, scale=alt.Scale(domain=[0, max(1, len(rows) - 1)], nice=False))
    y = alt.Y("share:Q", axis=None, scale=alt.Scale(domain=[0, top * 1.15], nice=False))
    line = chart_of(rows).mark_line(color=ACCENT, strokeWidth=1.5).encode(x=x, y=y)
    floor = chart_of([{"share": 0}]).mark_rule(color=HAIRLINE).encode(y=y)
    dot = chart_of(rows[-1:]).mark_point(filled=True, opacity=1, color=ACCENT, size=26).encode(x=x, y=y)
    return styled(alt.layer(floor, line, dot).properties(width=width, height=height), lang)


def _weekly_rows(series: WeeklySeries, as_of: datetime, lang: str) -> list[ChartRow]:
    """A row per week that had begun at the cut-off."""
    end = as_of.astimezone(UTC).date()
    weeks = zip(series.weeks, series.counts, series.shares, strict=True)
    return [_week_row(week, count, share, end, lang) for week, count, share in weeks if week <= end]


def _week_row(week: date, count: float, share: float, end: date, lang: str) -> ChartRow:
    return {
        "week": week.isoformat(),
        "share": share,
        "high": share,
        "whole": week + timedelta(weeks=1) <= end,
        "day": format_date(week, lang),
        "figures": format_percent(share, lang),
        "count": format_number(count, lang),
    }


def _projection_rows(
    actual: Sequence[ChartRow], signals: Sequence[Signal], name: str, as_of: datetime
) -> list[ChartRow]:
    """The projection's rows, from the level of the last whole weeks at the cut-off onwards; [] where there is none."""
    ahead = sorted((weeks_ahead(signal.window), signal) for signal in _bounded_projections(signals, name))
    if not ahead:
        return []
    level = [row["share"] for row in actual if row["whole"]][-_LEVEL_WEEKS:] or [actual[-1]["share"]]
    now = sum(level) / len(level)
    day = as_of.astimezone(UTC).date()
    rows: list[ChartRow] = [{"week": day.isoformat(), "share": now, "low": now, "high": now}]
    for weeks, signal in ahead:
        at = (day + timedelta(weeks=weeks)).isoformat()
        rows.append({"week": at, "share": signal.value, "low": signal.low, "high": signal.high})
    return rows


def _bounded_projections(signals: Sequence[Signal], name: str) -> list[Signal]:
    """The projections that look ahead and have both bounds; one per window."""
    found = {s.window: s for s in reversed(signals) if s.name == name and s.low is not None and s.high is not None}
    return [signal for window, signal in sorted(found.items()) if weeks_ahead(window) > 0]


def weeks_ahead(window: str) -> int:
    """How many weeks a horizon like "+8w" looks ahead; 0 for any other window."""
    inside = window.removeprefix("+").removesuffix("w")
    return int(inside) if window.startswith("+") and window.endswith("w") and inside.isdecimal() else 0


def _projection_layers(wide: Sequence[ChartRow], narrow: Sequence[ChartRow], lang: str) -> list[Chart]:
    """Bands from wide to narrow, the median as a dashed line, and their names at the far end."""
    if not wide:
        return []
    layers = [
        chart_of([{**row, "share": row["low"]} for row in rows]).mark_area(color=colour).encode(y2="high:Q")
        for rows, colour in ((wide, BAND_WIDE), (narrow, BAND_NARROW))
        if rows
    ]
    line = chart_of(wide).mark_line(color=ACCENT, strokeDash=[4, 3], strokeWidth=1.5)
    name = Texts(lang)("briefs.chart_projection_bands" if narrow else "briefs.chart_projection_band")
    far = {**wide[-1], "share": wide[-1]["high"], "name": name}
    label = chart_of([far]).mark_text(align="right", baseline="bottom", dy=-3, color=MUTED, fontSize=10)
    return [*layers, line, label.encode(text="name:N")]


def _share_line(actual: Sequence[ChartRow]) -> Chart:
    return chart_of(actual).mark_line(color=ACCENT, strokeWidth=1.75)


def _week_dots(actual: Sequence[ChartRow], lang: str) -> Chart:
    """A dot per week; the week that is not over is hollow."""
    return (
        chart_of(actual)
        .mark_point(size=34, opacity=1, strokeWidth=1.5, stroke=ACCENT)
        .encode(
            fill=alt.condition("datum.whole", alt.value(ACCENT), alt.value(PAPER)),
            tooltip=tooltips([("day", "week"), ("figures", "share"), ("count", "stories")], lang),
        )
    )


def _cutoff_layers(as_of: datetime, drawn: Sequence[ChartRow], lang: str) -> list[Chart]:
    """A vertical rule at the cut-off, with its date on the side that has more room."""
    name = Texts(lang)("briefs.chart_cutoff", date=format_date(as_of, lang))
    day = as_of.astimezone(UTC).date()
    row = {"week": day.isoformat(), "text": name}
    first, last = _first_and_last_day(drawn)
    side, shift = ("right", -5) if day - first >= last - day else ("left", 5)
    rule = chart_of([row]).mark_rule(color=MUTED, strokeDash=[2, 2])
    label = text_layer([row], size=10, align=side, dx=shift, color=MUTED)
    return [rule, label.encode(y=alt.value(0))]


def _first_and_last_day(rows: Sequence[ChartRow]) -> tuple[date, date]:
    """The first and the last day drawn."""
    return date.fromisoformat(str(rows[0]["week"])), date.fromisoformat(str(rows[-1]["week"]))


def _share_axis(top: float) -> ChartRow:
    """Percentages with as many decimals as the height of the chart asks for."""
    digits = 0 if top > _WHOLE_PERCENT_FROM else 1 if top > _TENTH_PERCENT_FROM else 2
    return {"format": f".{digits}%", "tickCount": 4, "domain": False, "ticks": False, **TITLE_ON_TOP}


def _time_axis(rows: Sequence[ChartRow], lang: str) -> ChartRow:
    """Days and months over weeks, months and years over seasons."""
    first, last = _first_and_last_day(rows)
    long = (last - first).days > 7 * _LONG_WEEKS
    formats = {"fi": ("%-d.%-m.", "%-m/%Y"), "en": ("%-d %b", "%b %Y")}
    near, far = formats["fi" if lang == "fi" else "en"]
    axis: ChartRow = {"format": far if long else near, "grid": False, "tickCount": _MOST_TICKS, "labelOverlap": True}
    if (last - first).days < 7 * _SHORT_WEEKS:
        # Over a few weeks the ticks of Vega fall on days, twice on some; Mondays are what is counted.
        axis["values"] = [_milliseconds(day) for day in _mondays(first, last)]
    return axis


def _mondays(first: date, last: date) -> list[date]:
    """Eight Mondays at the most from the first day to the last."""
    start = first + timedelta(days=-first.weekday() % 7)
    weeks = (last - start).days // 7 + 1
    return [start + timedelta(weeks=at) for at in range(0, weeks, max(1, math.ceil(weeks / _MOST_TICKS)))]


def _milliseconds(day: date) -> int:
    """A day as Vega counts time: milliseconds since 1970 UTC at its beginning."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


_GROWTH_ROW_HEIGHT = 24
_LABEL_SIZE = 11
_LABEL_WIDTH = 250.0
_LEAST_AXIS_SPAN = 0.1
_SIGNED_LABEL = "datum.value ? format(datum.value, '+.0%') : format(0, '.0%')"
_LOG_GROWTH_LIMIT = 5.0


def growth_overview(views: Sequence[TrendView], *, lang: str, width: int = 340) -> Chart:
    """Growth per week with its 90 % interval, fastest first, in the colour and shape of the stage.

    Trends whose growth was not measured are left out. An interval that reaches far beyond every estimate is cut at
    the edge of the drawing.
    """
    rows = _growth_rows(views, lang)
    if not rows:
        return empty_chart(lang, width=width, height=_GROWTH_ROW_HEIGHT * 3)
    low, high = _growth_domain(rows)
    rows = [{**row, "low": max(low, row["low"]), "high": min(high, row["high"])} for row in rows]
    x = alt.X(
        "growth:Q",
        title=Texts(lang)("briefs.axis_growth"),
        scale=alt.Scale(domain=[low, high], nice=False),
        axis={"labelExpr": _SIGNED_LABEL, "tickCount": 6, "domain": False, "ticks": False, "gridColor": FAINT},
    )
    spans, marks = _growth_layers(rows, views, lang)
    return _interval_chart(rows, x, spans, marks, width=width, row_height=_GROWTH_ROW_HEIGHT, lang=lang)


def _interval_chart(  # noqa: PLR0913 - the parts of a chart
    rows: Sequence[ChartRow], x: Any, spans: Chart, marks: Chart, *, width: int, row_height: int, lang: str
) -> Chart:
    """Named rows with an interval and an estimate each, a line at zero, and the figures at the right edge."""
    y, names = row_labels([row["label"] for row in rows])
    zero = chart_of([{x.shorthand.partition(":")[0]: 0}]).mark_rule(color=MUTED).encode(x=x)
    figures = chart_of(rows).mark_text(align="left", dx=8, color=MUTED, fontSize=10)
    layers = [zero, names, spans.encode(x=x, x2="high:Q", y=y), marks.encode(x=x, y=y)]
    layers.append(figures.encode(x=alt.value(width), y=y, text="figures:N"))
    return styled(alt.layer(*layers).properties(width=width, height=row_height * len(rows)), lang)


def _growth_rows(views: Sequence[TrendView], lang: str) -> list[ChartRow]:
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
                "label": shorten_to_width(plain_line(view.title(lang)), _LABEL_SIZE, _LABEL_WIDTH),
                "stage": stage_name(view.trend.stage, lang),
                "colour": STAGE_STYLES[view.trend.stage].colour,
                "growth": value,
                "low": value if low is None else low,
                "high": value if high is None else high,
                "figures": _growth_in_figures(value, low, high, lang),
            }
        )
    return rows


def _per_week(log_share: float | None) -> float | None:
    """A growth in log share per week as a fraction per week; far beyond anything real it is cut, not overflown."""
    if log_share is None or math.isnan(log_share):
        return None
    return math.expm1(max(-_LOG_GROWTH_LIMIT, min(_LOG_GROWTH_LIMIT, log_share)))


def _growth_in_figures(value: float | None, low: float | None, high: float | None, lang: str) -> str:
    """The estimate and its interval in figures, e.g. "+18% (9…27%)"."""
    if value is None:
        return ""
    estimate = format_percent(value, lang, digits=0, signed=True)
    if low is None or high is None:
        return estimate
    return f"{estimate} ({format_percent(low, lang, digits=0)} … {format_percent(high, lang, digits=0)})"


def _growth_domain(rows: Sequence[ChartRow]) -> tuple[float, float]:
    """From below the lowest to above the highest estimate, with room for usual intervals and for zero."""
    values = [row["growth"] for row in rows]
    spread = max(_LEAST_AXIS_SPAN, max(values) - min(values), *(abs(value) for value in values))
    low = max(min(row["low"] for row in rows), min(values) - spread)
    high = min(max(row["high"] for row in rows), max(values) + spread)
    return min(low, 0.0) - 0.02 * spread, max(high, 0.0) + 0.02 * spread


def _growth_layers(rows: Sequence[ChartRow], views: Sequence[TrendView], lang: str) -> tuple[Chart, Chart]:
    """An interval as a bar and an estimate as a mark, per row."""
    colours, shapes = stage_scales([view.trend.stage for view in views], lang)
    span = chart_of([{**row, "growth": row["low"]} for row in rows])
    mark = chart_of(rows).mark_point(filled=True, opacity=1, size=90)
    return (
        span.mark_rule(strokeWidth=3, opacity=0.45).encode(stroke=alt.Stroke("colour:N", scale=None, legend=None)),
        mark.encode(
            color=alt.Color("stage:N", scale=colours, title=None),
            shape=alt.Shape("stage:N", scale=shapes, title=None),
            tooltip=tooltips([("title", "trend"), ("stage", "stage"), ("figures", "growth")], lang),
        ),
    )


_VOICE_ROW_HEIGHT = 28


def tone_by_voice(signals: Sequence[Signal], *, lang: str, width: int = 300) -> Chart:
    """Tone from −1 to 1 with its 90 % interval per voice, the voice with most articles first.

    Voices with too few articles for a tone are left out.
    """
    rows = _tone_rows(signals, lang)
    if not rows:
        return empty_chart(lang, width=width, height=2 * _VOICE_ROW_HEIGHT, key="voices.chart_nothing")
    x = alt.X(
        "tone:Q",
        title=Texts(lang)("voices.axis_tone"),
        scale=alt.Scale(domain=[-1, 1], nice=False),
        axis={"values": [-1, -0.5, 0, 0.5, 1], "domain": False, "ticks": False, "gridColor": FAINT},
    )
    spans = chart_of([{**row, "tone": row["low"]} for row in rows]).mark_rule(strokeWidth=5, color=BAND_NARROW)
    means = chart_of(rows).mark_point(filled=True, opacity=1, size=80, color=ACCENT, shape="circle")
    return _interval_chart(rows, x, spans, means, width=width, row_height=_VOICE_ROW_HEIGHT, lang=lang)


def _tone_rows(signals: Sequence[Signal], lang: str) -> list[ChartRow]:
    toned = [(one, one.tone) for one in voice_tones(signals) if one.tone]
    return [
        {
            "row": at,
            "label": f"{voice_name(one.voice, lang)} ({format_number(one.articles, lang)})",
            "tone": tone.value,
            "low": tone.value if tone.low is None else tone.low,
            "high": tone.value if tone.high is None else tone.high,
            "figures": format_tone(tone.value, lang),
        }
        for at, (one, tone) in enumerate(toned)
    ]
