"""How each voice speaks of a trend: its mean tone with the interval, one row per voice."""

from __future__ import annotations

from collections.abc import Sequence

from foresight.briefs.charts.grammar import (
    ACCENT,
    BAND_NARROW,
    FAINT,
    MUTED,
    Chart,
    Row,
    data,
    finished,
    nothing,
    row_names,
)
from foresight.records import Signal
from foresight.text import Texts
from foresight.text.numbers import number
from foresight.text.voices import tone_text, voice_name, voice_tones

_ROW = 28


def tone_by_voice(signals: Sequence[Signal], *, lang: str, width: int = 300) -> Chart:
    """Tone from −1 to 1 with its 90 % interval per voice, the voice with most articles first.

    Voices with too few articles for a tone are left out.
    """
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    rows = _rows(signals, lang)
    if not rows:
        return nothing(lang, width=width, height=2 * _ROW, key="voices.chart_nothing")
    x = alt.X(
        "tone:Q",
        title=Texts(lang)("voices.axis_tone"),
        scale=alt.Scale(domain=[-1, 1], nice=False),
        axis={"values": [-1, -0.5, 0, 0.5, 1], "domain": False, "ticks": False, "gridColor": FAINT},
    )
    y, names = row_names([row["label"] for row in rows])
    zero = alt.Chart(data([{"tone": 0}])).mark_rule(color=MUTED).encode(x=x)
    spans = alt.Chart(data([{**row, "tone": row["low"]} for row in rows]))
    spans = spans.mark_rule(strokeWidth=5, color=BAND_NARROW).encode(x=x, x2="high:Q", y=y)
    means = alt.Chart(data(rows)).mark_point(filled=True, opacity=1, size=80, color=ACCENT, shape="circle")
    told = alt.Chart(data(rows)).mark_text(align="left", dx=8, color=MUTED, fontSize=10)
    layers = [zero, names, spans, means.encode(x=x, y=y), told.encode(x=alt.value(width), y=y, text="told:N")]
    return finished(alt.layer(*layers).properties(width=width, height=_ROW * len(rows)), lang)


def _rows(signals: Sequence[Signal], lang: str) -> list[Row]:
    toned = [(one, one.tone) for one in voice_tones(signals) if one.tone]
    return [
        {
            "row": at,
            "label": f"{voice_name(one.voice, lang)} ({number(one.articles, lang)})",
            "tone": tone.value,
            "low": tone.value if tone.low is None else tone.low,
            "high": tone.value if tone.high is None else tone.high,
            "told": tone_text(tone.value, lang),
        }
        for at, (one, tone) in enumerate(toned)
    ]
