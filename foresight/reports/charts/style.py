"""One grammar for every chart: ink, type, shapes, and dates and numbers in the reader's language.

Stages differ by shape as well as by colour. The colours keep a contrast of at least 3 : 1 on white (WCAG 2.2,
1.4.11) and differ in lightness, so that they stay apart under each kind of colour blindness and in grey print; they
start from the palette of Okabe and Ito (2008), darkened. Charts have fixed sizes: show them at their own width
(`width="content"` in Streamlit), so that what is round stays round. How numbers and dates are written stands in
`locales.json`, as Vega reads it (d3-format and d3-time-format).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any, NamedTuple

from foresight.i18n import Texts
from foresight.i18n.trend_sentences import stage_name
from foresight.model.trends import Stage
from foresight.reports.plain_text import plain_line

FONT = "Arial, Liberation Sans, Helvetica, sans-serif"
INK = "#16232F"
MUTED = "#5B6875"
HAIRLINE = "#D8DEE4"
FAINT = "#EEF1F4"
PAPER = "#FFFFFF"
ACCENT = "#0B4F8A"
WARNING = "#C2410C"
BAND_WIDE = "#D6E4F1"
BAND_NARROW = "#A9C8E4"
TINTS = ("#DCE9F5", "#F8E6C8", "#D7EEE5", "#EBDDF1", "#F8DAD1", "#E3E7EB")
DIVERGING = ("#A8480A", "#DD8A3E", "#F5D5B0", "#F1F3F5", "#BFD6EB", "#5E9BCF", "#0B4F8A")
TITLE_ON_TOP = {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleX": -4, "titleY": -8}

ChartRow = dict[str, Any]
Chart = Any
"""An altair chart; altair has its own classes for layered ones."""


class _Altair:
    """Altair, imported when something of it is first used: half a second that pages without charts do not spend."""

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module("altair"), name)


alt: Any = _Altair()


class StageStyle(NamedTuple):
    """How a stage is drawn: a fill colour and a shape, by its name in Vega or as a path."""

    colour: str
    shape: str


STAGE_STYLES = {
    Stage.EMERGING: StageStyle("#C2410C", "triangle-up"),
    Stage.WEAK: StageStyle("#B8740A", "diamond"),
    Stage.STRONG: StageStyle("#0B4F8A", "square"),
    Stage.STEADY: StageStyle("#0B7A63", "circle"),
    Stage.FADING: StageStyle("#8A5A9E", "triangle-down"),
    Stage.CANDIDATE: StageStyle("#7F8A96", "cross"),
    Stage.SLEEPING: StageStyle("#87919C", "M-1,-0.3H1V0.3H-1Z"),
    Stage.NOISE: StageStyle("#8C96A1", "triangle-left"),
}


def styled(chart: Chart, lang: str) -> Chart:
    """The chart with the house's type, ink and locale; done last, once per chart."""
    label: ChartRow = {"labelColor": MUTED, "labelFontSize": 11, "labelFont": FONT}
    title: ChartRow = {"titleColor": MUTED, "titleFontSize": 11, "titleFont": FONT, "titleFontWeight": "normal"}
    return chart.configure(
        font=FONT,
        background="transparent",
        padding=4,
        locale=_vega_locales()["fi" if lang == "fi" else "en"],
        view={"stroke": None},
        axis={
            **label,
            **title,
            "domainColor": HAIRLINE,
            "tickColor": HAIRLINE,
            "gridColor": FAINT,
            "labelPadding": 6,
        },
        legend={**label, **title, "orient": "top", "symbolSize": 80, "labelLimit": 240, "padding": 2},
        text={"font": FONT, "color": INK, "fontSize": 11},
    )


@cache
def _vega_locales() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((files("foresight") / "reports" / "charts" / "locales.json").read_text("utf-8"))
    return found


def chart_of(rows: Sequence[ChartRow]) -> Chart:
    """A chart of rows as inline data; texts lose characters that no drawing can hold, but keep their line breaks."""
    drawn = [{field: _drawable_value(value) for field, value in row.items()} for row in rows]
    return alt.Chart(alt.Data(values=drawn))


def _drawable_value(value: Any) -> Any:
    return "\n".join(map(plain_line, value.split("\n"))) if isinstance(value, str) else value


def pixel_axes(width: float, height: float) -> tuple[Any, Any]:
    """Encodings of the fields x and y that mean pixels from the upper left corner; what is round stays round."""
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, width], range=[0, width], nice=False))
    return x, alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, height], range=[0, height], nice=False))


def text_layer(rows: Sequence[ChartRow], *, size: float, line: float = 12.0, **looks: Any) -> Chart:
    """A layer of the field `text`, its lines parted by line breaks, first line at the top unless `looks` differ."""
    looks = {"baseline": "top", "lineBreak": "\n", "lineHeight": line, "fontSize": size, **looks}
    return chart_of(rows).mark_text(**looks).encode(text="text:N")


def row_labels(labels: Sequence[str]) -> tuple[Any, Chart]:
    """Names of rows from the top, flush with the left edge of the drawing: an encoding of the field `row`, a layer.

    Names come from feeds. As labels of an axis they would have to stand in an expression of Vega, which takes even
    quoted words such as "if" for its own; as data they are only text.
    """
    y = alt.Y("row:O", title=None, axis=None, scale=alt.Scale(domain=list(range(len(labels)))))
    rows = [{"row": at, "text": label} for at, label in enumerate(labels)]
    names = text_layer(rows, size=11, align="right", baseline="middle", color=INK)
    return y, names.encode(x=alt.value(-8), y=y)


def tooltips(fields: Sequence[tuple[str, str]], lang: str) -> list[Any]:
    """What a mark shows when pointed at: (field, key of its name "briefs.tip_…") pairs."""
    texts = Texts(lang)
    return [alt.Tooltip(f"{field}:N", title=texts(f"briefs.tip_{key}")) for field, key in fields]


def stage_scales(stages: Sequence[Stage], lang: str) -> tuple[Any, Any]:
    """Colour and shape scales over the names of the stages, in the order stages are listed here."""
    shown = [stage for stage in STAGE_STYLES if stage in stages]
    names = [stage_name(stage, lang) for stage in shown]
    colours = alt.Scale(domain=names, range=[STAGE_STYLES[stage].colour for stage in shown])
    return colours, alt.Scale(domain=names, range=[STAGE_STYLES[stage].shape for stage in shown])


def empty_chart(lang: str, *, width: int, height: int, key: str = "briefs.chart_nothing") -> Chart:
    """What is drawn where there is nothing to draw: a sentence that says so, in the chart's size."""
    text = chart_of([{"text": Texts(lang)(key)}]).mark_text(color=MUTED, fontSize=12).encode(text="text:N")
    return styled(text.properties(width=width, height=height), lang)
