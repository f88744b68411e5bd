"""A trend's share of the news over time, with its projection; and the same as a line the size of a word."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from foresight.briefs.charts.grammar import (
    ACCENT,
    BAND_NARROW,
    BAND_WIDE,
    HAIRLINE,
    MUTED,
    PAPER,
    TITLE_ON_TOP,
    Chart,
    Row,
    data,
    finished,
    nothing,
    tips,
    written,
)
from foresight.records import Series, Signal
from foresight.text import Texts
from foresight.text.numbers import date_text, number, percent

PROJECTION = "projection"
PROJECTION_HALF = "projection_half"
_LEVEL_WEEKS = 4
_LONG_WEEKS, _SHORT_WEEKS = 40, 16
_TICKS = 8
_LEAST_TOP = 0.0001
_WHOLE_FROM, _TENTH_FROM = 0.04, 0.004


def share_over_time(
    series: Series, *, as_of: datetime, lang: str, signals: Sequence[Signal] = (), width: int = 640, height: int = 220
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
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    actual = _actual(series, as_of, lang)
    if not actual:
        return nothing(lang, width=width, height=height, key="briefs.chart_no_weeks")
    wide, narrow = (_fan(actual, signals, name, as_of) for name in (PROJECTION, PROJECTION_HALF))
    drawn = [*actual, *wide]
    top = max(_LEAST_TOP, *(row[field] for row in drawn for field in ("share", "high")))
    x = alt.X("week:T", title=None, scale=alt.Scale(type="utc"), axis=_time_axis(drawn, lang))
    y = alt.Y(
        "share:Q",
        title=Texts(lang)("briefs.axis_share"),
        axis=_share_axis(top),
        scale=alt.Scale(domain=[0, top * 1.1], nice=4),
    )
    layers = [*_projected(wide, narrow, lang), _line(actual), _dots(actual, lang)]
    chart = alt.layer(
        *(layer.encode(x=x, y=y) for layer in layers), *(layer.encode(x=x) for layer in _cutoff(as_of, drawn, lang))
    )
    return finished(chart.properties(width=width, height=height), lang)


def sparkline(series: Series, *, as_of: datetime, lang: str, width: int = 120, height: int = 28) -> Chart:
    """The share as a line without axes up to the cut-off, its last whole week a dot."""
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    whole = [row for row in _actual(series, as_of, lang) if row["whole"]]
    rows = [{"week": at, "share": row["share"]} for at, row in enumerate(whole)]
    top = max([_LEAST_TOP, *(row["share"] for row in rows)])
    x = alt.X("week:Q", axis=None, scale=alt.Scale(domain=[0, max(1, len(rows) - 1)], nice=False))
    y = alt.Y("share:Q", axis=None, scale=alt.Scale(domain=[0, top * 1.15], nice=False))
    line = alt.Chart(data(rows)).mark_line(color=ACCENT, strokeWidth=1.5).encode(x=x, y=y)
    floor = alt.Chart(data([{"share": 0}])).mark_rule(color=HAIRLINE).encode(y=y)
    dot = alt.Chart(data(rows[-1:])).mark_point(filled=True, opacity=1, color=ACCENT, size=26).encode(x=x, y=y)
    return finished(alt.layer(floor, line, dot).properties(width=width, height=height), lang)


def _actual(series: Series, as_of: datetime, lang: str) -> list[Row]:
    """A row per week that had begun at the cut-off."""
    end = as_of.astimezone(UTC).date()
    weeks = zip(series.weeks, series.counts, series.shares, strict=True)
    return [_week(week, count, share, end, lang) for week, count, share in weeks if week <= end]


def _week(week: date, count: float, share: float, end: date, lang: str) -> Row:
    return {
        "week": week.isoformat(),
        "share": share,
        "high": share,
        "whole": week + timedelta(weeks=1) <= end,
        "day": date_text(week, lang),
        "told": percent(share, lang),
        "count": number(count, lang),
    }


def _fan(actual: Sequence[Row], signals: Sequence[Signal], name: str, as_of: datetime) -> list[Row]:
    """The projection's rows, from the level of the last whole weeks at the cut-off onwards; [] where there is none."""
    ahead = sorted((weeks_ahead(signal.window), signal) for signal in _bounded(signals, name))
    if not ahead:
        return []
    level = [row["share"] for row in actual if row["whole"]][-_LEVEL_WEEKS:] or [actual[-1]["share"]]
    now = sum(level) / len(level)
    day = as_of.astimezone(UTC).date()
    rows: list[Row] = [{"week": day.isoformat(), "share": now, "low": now, "high": now}]
    for weeks, signal in ahead:
        at = (day + timedelta(weeks=weeks)).isoformat()
        rows.append({"week": at, "share": signal.value, "low": signal.low, "high": signal.high})
    return rows


def _bounded(signals: Sequence[Signal], name: str) -> list[Signal]:
    """The projections that look ahead and have both bounds; one per window."""
    found = {s.window: s for s in reversed(signals) if s.name == name and s.low is not None and s.high is not None}
    return [signal for window, signal in sorted(found.items()) if weeks_ahead(window) > 0]


def weeks_ahead(window: str) -> int:
    """How many weeks a horizon like "+8w" looks ahead; 0 for any other window."""
    inside = window.removeprefix("+").removesuffix("w")
    return int(inside) if window.startswith("+") and window.endswith("w") and inside.isdecimal() else 0


def _projected(wide: Sequence[Row], narrow: Sequence[Row], lang: str) -> list[Chart]:
    """Bands from wide to narrow, the median as a dashed line, and their names at the far end."""
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    if not wide:
        return []
    layers = [
        alt.Chart(data([{**row, "share": row["low"]} for row in rows])).mark_area(color=colour).encode(y2="high:Q")
        for rows, colour in ((wide, BAND_WIDE), (narrow, BAND_NARROW))
        if rows
    ]
    line = alt.Chart(data(wide)).mark_line(color=ACCENT, strokeDash=[4, 3], strokeWidth=1.5)
    name = Texts(lang)("briefs.chart_projection_bands" if narrow else "briefs.chart_projection_band")
    far = {**wide[-1], "share": wide[-1]["high"], "name": name}
    label = alt.Chart(data([far])).mark_text(align="right", baseline="bottom", dy=-3, color=MUTED, fontSize=10)
    return [*layers, line, label.encode(text="name:N")]


def _line(actual: Sequence[Row]) -> Chart:
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    return alt.Chart(data(actual)).mark_line(color=ACCENT, strokeWidth=1.75)


def _dots(actual: Sequence[Row], lang: str) -> Chart:
    """A dot per week; the week that is not over is hollow."""
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    return (
        alt.Chart(data(actual))
        .mark_point(size=34, opacity=1, strokeWidth=1.5, stroke=ACCENT)
        .encode(
            fill=alt.condition("datum.whole", alt.value(ACCENT), alt.value(PAPER)),
            tooltip=tips([("day", "week"), ("told", "share"), ("count", "stories")], lang),
        )
    )


def _cutoff(as_of: datetime, drawn: Sequence[Row], lang: str) -> list[Chart]:
    """A vertical rule at the cut-off, with its date on the side that has more room."""
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    name = Texts(lang)("briefs.chart_cutoff", date=date_text(as_of, lang))
    day = as_of.astimezone(UTC).date()
    row = {"week": day.isoformat(), "text": name}
    first, last = _span(drawn)
    side, shift = ("right", -5) if day - first >= last - day else ("left", 5)
    rule = alt.Chart(data([row])).mark_rule(color=MUTED, strokeDash=[2, 2])
    label = written([row], size=10, align=side, dx=shift, color=MUTED)
    return [rule, label.encode(y=alt.value(0))]


def _span(rows: Sequence[Row]) -> tuple[date, date]:
    """The first and the last day drawn."""
    return date.fromisoformat(str(rows[0]["week"])), date.fromisoformat(str(rows[-1]["week"]))


def _share_axis(top: float) -> Row:
    """Percentages with as many decimals as the height of the chart asks for."""
    digits = 0 if top > _WHOLE_FROM else 1 if top > _TENTH_FROM else 2
    return {"format": f".{digits}%", "tickCount": 4, "domain": False, "ticks": False, **TITLE_ON_TOP}


def _time_axis(rows: Sequence[Row], lang: str) -> Row:
    """Days and months over weeks, months and years over seasons."""
    first, last = _span(rows)
    long = (last - first).days > 7 * _LONG_WEEKS
    formats = {"fi": ("%-d.%-m.", "%-m/%Y"), "en": ("%-d %b", "%b %Y")}
    near, far = formats["fi" if lang == "fi" else "en"]
    axis: Row = {"format": far if long else near, "grid": False, "tickCount": _TICKS, "labelOverlap": True}
    if (last - first).days < 7 * _SHORT_WEEKS:
        # Over a few weeks the ticks of Vega fall on days, twice on some; Mondays are what is counted.
        axis["values"] = [_milliseconds(day) for day in _mondays(first, last)]
    return axis


def _mondays(first: date, last: date) -> list[date]:
    """Eight Mondays at the most from the first day to the last."""
    start = first + timedelta(days=-first.weekday() % 7)
    weeks = (last - start).days // 7 + 1
    return [start + timedelta(weeks=at) for at in range(0, weeks, max(1, math.ceil(weeks / _TICKS)))]


def _milliseconds(day: date) -> int:
    """A day as Vega counts time: milliseconds since 1970 UTC at its beginning."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
