"""Charts about what we listen to: health per source and day, and how articles divide by source, language or voice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from foresight.i18n import Texts
from foresight.i18n.formatting import format_date, format_number, format_percent
from foresight.model.sources import Fetch, FetchOutcome, Source
from foresight.reports.charts.labels import shorten_to_width
from foresight.reports.charts.style import (
    ACCENT,
    BAND_NARROW,
    FAINT,
    INK,
    MUTED,
    PAPER,
    WARNING,
    Chart,
    ChartRow,
    alt,
    chart_of,
    empty_chart,
    row_labels,
    styled,
    tooltips,
)
from foresight.reports.plain_text import plain_line

_DAYS = 28
_TILE_SIZE = 15
_BAR_HEIGHT = 22
_LABEL_SIZE = 11
_LABEL_WIDTH = 200.0
_OUTCOMES_WORST_FIRST = (FetchOutcome.FAILED, FetchOutcome.NEW, FetchOutcome.UNCHANGED)
_OUTCOME_COLOURS = {FetchOutcome.NEW: ACCENT, FetchOutcome.UNCHANGED: BAND_NARROW, FetchOutcome.FAILED: WARNING}
_OUTCOME_SIGNS = {FetchOutcome.NEW: "", FetchOutcome.UNCHANGED: "·", FetchOutcome.FAILED: "×"}


def source_health(sources: Sequence[Source], fetches: Sequence[Fetch], *, as_of: datetime, lang: str) -> Chart:
    """A tile per source and day of the last four weeks: something new, nothing new, failed (also marked by a cross).

    A day with a failure shows it; a day without a request is empty.
    """
    if not sources:
        return empty_chart(lang, width=_TILE_SIZE * _DAYS, height=_TILE_SIZE * 4)
    texts = Texts(lang)
    rows = _day_rows(sources, fetches, as_of, lang)
    x = alt.X("day:Q", title=None, axis=_day_axis(as_of, lang), scale=alt.Scale(domain=[0, _DAYS], nice=False))
    y, names = row_labels([shorten_to_width(plain_line(source.title), _LABEL_SIZE, _LABEL_WIDTH) for source in sources])
    outcomes = [texts(f"briefs.outcome_{outcome}") for outcome in _OUTCOME_COLOURS]
    colour = alt.Color("outcome:N", title=None, scale=alt.Scale(domain=outcomes, range=list(_OUTCOME_COLOURS.values())))
    tip = tooltips([(field, field) for field in ("source", "date", "outcome")], lang)
    tiles = chart_of(rows).mark_rect(stroke=PAPER, strokeWidth=2, cornerRadius=2)
    signs = chart_of([{**row, "day": row["day"] + 0.5} for row in rows]).mark_text(fontSize=11)
    chart = alt.layer(
        names,
        tiles.encode(x=x, x2="until:Q", y=y, color=colour, tooltip=tip),
        signs.encode(x=x, y=y, text="sign:N", color=alt.condition("datum.failed", alt.value(PAPER), alt.value(INK))),
    )
    return styled(chart.properties(width=_TILE_SIZE * _DAYS, height=_TILE_SIZE * len(sources)), lang)


def breakdown_bars(counts: Sequence[tuple[str, float]], *, lang: str, width: int = 260, most: int = 8) -> Chart:
    """Bars of what something divides into, biggest first, with count and percentage at each.

    Args:
        counts: (name as it should be shown, count) pairs; what does not fit among `most` is summed in one bar.
        lang: "fi" or "en".
        width: of the longest bar, in pixels.
        most: bars at the most, 2 or more.
    """
    rows = _bar_rows(counts, lang, most)
    if not rows:
        return empty_chart(lang, width=width, height=_BAR_HEIGHT * 2)
    y, names = row_labels([row["label"] for row in rows])
    top = max(row["count"] for row in rows) or 1
    x = alt.X("count:Q", axis=None, scale=alt.Scale(domain=[0, top], nice=False))
    bars = chart_of(rows).mark_bar(height=_BAR_HEIGHT * 0.55, cornerRadiusEnd=2)
    figures = chart_of(rows).mark_text(align="left", dx=5, color=MUTED)
    colour = alt.condition("datum.rest", alt.value(BAND_NARROW), alt.value(ACCENT))
    chart = alt.layer(names, bars.encode(x=x, y=y, color=colour), figures.encode(x=x, y=y, text="figures:N"))
    return styled(chart.properties(width=width, height=_BAR_HEIGHT * len(rows)), lang)


def _bar_rows(counts: Sequence[tuple[str, float]], lang: str, most: int) -> list[ChartRow]:
    ordered = sorted(((name, count) for name, count in counts if count > 0), key=lambda pair: (-pair[1], pair[0]))
    shown, rest = (ordered, []) if len(ordered) <= most else (ordered[: most - 1], ordered[most - 1 :])
    if rest:
        shown = [*shown, (Texts(lang)("briefs.chart_others", number=len(rest)), sum(count for _, count in rest))]
    total = sum(count for _, count in shown)
    return [
        {
            "row": at,
            "label": shorten_to_width(plain_line(name), _LABEL_SIZE, _LABEL_WIDTH),
            "count": count,
            "figures": f"{format_number(count, lang)} ({format_percent(count / total, lang, digits=0)})",
            "rest": bool(rest) and at == len(shown) - 1,
        }
        for at, (name, count) in enumerate(shown)
    ]


def _day_rows(sources: Sequence[Source], fetches: Sequence[Fetch], as_of: datetime, lang: str) -> list[ChartRow]:
    """A row per source and day that was asked, with the worst outcome of the day."""
    texts, last = Texts(lang), as_of.astimezone(UTC).date()
    rows_of = {source.id: at for at, source in enumerate(sources)}
    worst: dict[tuple[int, int], FetchOutcome] = {}
    for fetch in fetches:
        day = _DAYS - 1 - (last - fetch.at.astimezone(UTC).date()).days
        if fetch.source_id in rows_of and 0 <= day < _DAYS:
            key = rows_of[fetch.source_id], day
            worst[key] = min(fetch.outcome, worst.get(key, fetch.outcome), key=_OUTCOMES_WORST_FIRST.index)
    return [
        {
            "row": row,
            "day": day,
            "until": day + 1,
            "outcome": texts(f"briefs.outcome_{outcome}"),
            "sign": _OUTCOME_SIGNS[outcome],
            "failed": outcome is FetchOutcome.FAILED,
            "source": sources[row].title,
            "date": format_date(last - timedelta(days=_DAYS - 1 - day), lang),
        }
        for (row, day), outcome in sorted(worst.items())
    ]


def _day_axis(as_of: datetime, lang: str) -> ChartRow:
    """Mondays by their date."""
    first = as_of.astimezone(UTC).date() - timedelta(days=_DAYS - 1)
    mondays = [day for day in range(_DAYS) if (first + timedelta(days=day)).weekday() == 0]
    written = {
        day: format_date(first + timedelta(days=day), lang).rsplit("." if lang == "fi" else " ", 1)[0]
        for day in mondays
    }
    labels = {str(day): f"{text}." if lang == "fi" else text for day, text in written.items()}
    return {
        "values": mondays,
        "labelExpr": f"{json.dumps(labels)}[datum.value]",
        "labelAlign": "left",
        "grid": False,
        "domain": False,
        "tickColor": FAINT,
    }
