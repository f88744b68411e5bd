"""Charts of the track record: what became of calls against chance, stated probabilities against what came, bands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from foresight.i18n import Texts
from foresight.i18n.formatting import format_date, format_number, format_percent
from foresight.i18n.trend_sentences import stage_name
from foresight.model.track_record import BandCoverage, PersistenceBin, Reliability, StageCounts
from foresight.model.trends import Stage
from foresight.reports.charts.style import (
    ACCENT,
    BAND_NARROW,
    BAND_WIDE,
    FAINT,
    HAIRLINE,
    INK,
    MUTED,
    TITLE_ON_TOP,
    Chart,
    ChartRow,
    alt,
    chart_of,
    empty_chart,
    row_labels,
    stage_scales,
    styled,
    tooltips,
)

_ROW_HEIGHT = 34
_DIAGRAM_SIZE = 250
_FEWEST_CALLS = 5
_GOOD_COVERAGE = (0.85, 0.95)
_DAY_FORMATS = {"fi": "%-d.%-m.%Y", "en": "%-d %b %Y"}


def outcomes_by_stage(found: Sequence[Reliability], *, days: int, lang: str, width: int = 360) -> Chart:
    """A bar per stage: how many of its calls grew within `days`; a stroke where random groups of the same size stand.

    Stages with fewer than five calls are left out: nothing can be seen from them.

    Args:
        found: of any horizons; those of `days` are drawn, in their order.
        days: the horizon.
        lang: "fi" or "en".
        width: of the whole scale, in pixels.
    """
    own = [one for one in found if one.days == days and one.calls >= _FEWEST_CALLS]
    if not own:
        return empty_chart(lang, width=width, height=_ROW_HEIGHT * 2)
    rows = [_outcome_row(at, one, lang) for at, one in enumerate(own)]
    y, names = row_labels([stage_name(one.stage, lang) for one in own])
    x = alt.X("grew:Q", title=None, scale=alt.Scale(domain=[0, 1], nice=False), axis=_percent_axis())
    colour, _ = stage_scales([one.stage for one in own], lang)
    tip = tooltips([("stage", "stage"), ("told", "grown"), ("by_chance", "by_chance"), ("lift", "lift")], lang)
    bars = chart_of(rows).mark_bar(height=_ROW_HEIGHT * 0.5, cornerRadiusEnd=2)
    strokes = chart_of([row for row in rows if row["chance"] is not None])
    figures = chart_of(rows).mark_text(align="left", dx=6, color=INK)
    chart = alt.layer(
        names,
        bars.encode(x=x, y=y, color=alt.Color("stage:N", scale=colour, legend=None), tooltip=tip),
        strokes.mark_tick(thickness=3, size=_ROW_HEIGHT * 0.72, color=INK).encode(x="chance:Q", y=y, tooltip=tip),
        figures.encode(x="end:Q", y=y, text="short:N"),
    )
    return styled(chart.properties(width=width, height=_ROW_HEIGHT * len(rows)), lang)


def _outcome_row(at: int, one: Reliability, lang: str) -> ChartRow:
    texts, grew = Texts(lang), one.grew / one.calls
    chance = one.chance_grew / one.chance_calls if one.chance_calls else None
    lift = texts("briefs.track_no_lift")
    if one.lift is not None and one.low is not None and one.high is not None:
        low, high = (format_number(value, lang, digits=1) for value in (one.low, one.high))
        lift = texts("briefs.track_lift", lift=format_number(one.lift, lang, digits=1), low=low, high=high)
    return {
        "row": at,
        "stage": stage_name(one.stage, lang),
        "grew": grew,
        "chance": chance,
        "end": max(grew, chance or 0.0),
        "short": texts(
            "briefs.track_of", percent=format_percent(grew, lang, digits=0), calls=format_number(one.calls, lang)
        ),
        "told": texts("briefs.track_grew", grew=format_number(one.grew, lang), calls=format_number(one.calls, lang)),
        "by_chance": "–" if chance is None else format_percent(chance, lang, digits=0),
        "lift": lift,
    }


def reliability_diagram(bins: Sequence[PersistenceBin], *, lang: str, size: int = _DIAGRAM_SIZE) -> Chart:
    """The stated persistence probability, across, against the part that did last, upwards; the diagonal is right.

    Areas are calls; bins with fewer than five are left out.
    """
    texts = Texts(lang)
    rows = [
        {
            "told": one.told,
            "came": one.came,
            "calls": one.calls,
            "said": format_percent(one.told, lang, digits=0),
            "lasted": format_percent(one.came, lang, digits=0),
            "count": format_number(one.calls, lang),
        }
        for one in bins
        if one.calls >= _FEWEST_CALLS
    ]
    if not rows:
        return empty_chart(lang, width=size, height=size)
    scale = alt.Scale(domain=[0, 1], nice=False)
    x = alt.X("told:Q", title=texts("briefs.track_told"), scale=scale, axis=_percent_axis())
    y = alt.Y("came:Q", title=texts("briefs.track_came"), scale=scale, axis={**_percent_axis(), **TITLE_ON_TOP})
    ideal = chart_of([{"told": 0, "came": 0}, {"told": 1, "came": 1}])
    points = chart_of(rows)
    tip = tooltips([("said", "said"), ("lasted", "lasted"), ("count", "calls")], lang)
    chart = alt.layer(
        ideal.mark_line(color=MUTED, strokeDash=[4, 3], strokeWidth=1).encode(x=x, y=y),
        points.mark_line(color=BAND_NARROW, strokeWidth=2).encode(x=x, y=y),
        points.mark_circle(color=ACCENT, opacity=1, stroke="white").encode(
            x=x, y=y, tooltip=tip, size=alt.Size("calls:Q", legend=None, scale=alt.Scale(range=[40, 420]))
        ),
    )
    return styled(chart.properties(width=size, height=size), lang)


def band_coverage(found: Sequence[BandCoverage], *, lang: str, width: int = 300, height: int = 230) -> Chart:
    """How many later shares lay in the 90 % and the 50 % band at each horizon; the shade is where 90 % should lie.

    Args:
        found: those of all stages together are drawn.
        lang: "fi" or "en".
        width: of the drawing, in pixels.
        height: the same.
    """
    texts = Texts(lang)
    rows = [
        {
            "horizon": texts("briefs.track_weeks", weeks=one.weeks),
            "band": texts(f"briefs.track_band_{name}"),
            "held": held,
            "told": format_percent(held, lang, digits=0),
            "count": format_number(one.calls, lang),
        }
        for one in found
        if one.stage is None
        for name, held in (("ninety", one.ninety), ("half", one.half))
    ]
    if not rows:
        return empty_chart(lang, width=width, height=height)
    order = list(dict.fromkeys(str(row["horizon"]) for row in rows))
    names = [texts(f"briefs.track_band_{name}") for name in ("ninety", "half")]
    x = alt.X("horizon:O", title=None, sort=order, axis={"labelAngle": 0, "domain": False, "ticks": False})
    y = alt.Y("held:Q", title=None, scale=alt.Scale(domain=[0, 1], nice=False), axis=_percent_axis())
    colour = alt.Color("band:N", title=None, scale=alt.Scale(domain=names, range=[ACCENT, "#5E9BCF"]))
    shape = alt.Shape("band:N", title=None, scale=alt.Scale(domain=names, range=["circle", "diamond"]))
    zone = chart_of([{"low": _GOOD_COVERAGE[0], "high": _GOOD_COVERAGE[1]}]).mark_rect(color=BAND_WIDE)
    aim = chart_of([{"at": 0.9}, {"at": 0.5}]).mark_rule(color=MUTED, strokeDash=[4, 3], strokeWidth=1)
    points = chart_of(rows)
    tip = tooltips([("band", "band"), ("horizon", "horizon"), ("told", "held"), ("count", "calls")], lang)
    chart = alt.layer(
        zone.encode(y=alt.Y("low:Q", title=None), y2="high:Q"),
        aim.encode(y="at:Q"),
        points.mark_point(filled=True, size=110, opacity=1).encode(x=x, y=y, color=colour, shape=shape, tooltip=tip),
        points.mark_text(align="left", dx=9, dy=-9, color=INK).encode(x=x, y=y, text="told:N"),
    )
    return styled(chart.properties(width=width, height=height), lang)


def list_lengths(found: Sequence[StageCounts], *, lang: str, width: int = 620, height: int = 130) -> Chart:
    """How many trends were listed at each cut-off: weak and emerging, stacked."""
    shown = (Stage.EMERGING, Stage.WEAK)
    rows = [
        {
            "day": one.as_of.date().isoformat(),
            "date": format_date(one.as_of, lang),
            "stage": stage_name(stage, lang),
            "calls": dict(one.stages).get(stage, 0),
            "order": at,
        }
        for one in found
        for at, stage in enumerate(shown)
    ]
    if not rows:
        return empty_chart(lang, width=width, height=height)
    colour, _ = stage_scales(shown, lang)
    step = min((b.as_of - a.as_of for a, b in pairwise(found)), default=timedelta(weeks=1))
    bar = max(1.0, min(14.0, 0.8 * width * step / max(found[-1].as_of - found[0].as_of + step, step)))
    x = alt.X(
        "day:T",
        title=None,
        axis={"grid": False, "domainColor": HAIRLINE, "tickColor": FAINT, "format": _DAY_FORMATS.get(lang, "%-d %b")},
    )
    y = alt.Y("calls:Q", title=None, axis={"tickMinStep": 1, "domain": False, "ticks": False})
    bars = chart_of(rows).mark_bar(width=bar)
    tip = tooltips([(field, field) for field in ("date", "stage", "calls")], lang)
    chart = bars.encode(x=x, y=y, color=alt.Color("stage:N", title=None, scale=colour), order="order:Q", tooltip=tip)
    return styled(chart.properties(width=width, height=height), lang)


def _percent_axis() -> ChartRow:
    return {"format": "%", "values": [0, 0.25, 0.5, 0.75, 1], "domain": False, "ticks": False}
