"""How charts write numbers and dates per language, as Vega wants to be told (d3-format and d3-time-format).

One grammar for every chart: ink, type, shapes, and dates and numbers in the reader's language.

Stages are told apart by shape as well as by colour. The colours keep a contrast of at least 3 : 1 on white (WCAG 2.2,
1.4.11) and differ in lightness, so that they stay apart under each kind of colour blindness and in grey print; they
start from the palette of Okabe and Ito (2008), darkened. Charts have fixed sizes: show them at their own width
(`width="content"` in Streamlit), so that what is round stays round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from foresight.i18n import Texts
from foresight.i18n.trend_sentences import stage_name
from foresight.model.trends import Stage
from foresight.reports.plain_text import plain_line

VEGA_LOCALES: dict[str, dict[str, Any]] = {
    "fi": {
        "number": {
            "decimal": ",",
            "thousands": "\u00a0",
            "grouping": [3],
            "currency": ["", "\u00a0€"],
            "percent": "\u00a0%",
            "minus": "−",
        },
        "time": {
            "dateTime": "%A, %-d. %Bta %Y klo %X",
            "date": "%-d.%-m.%Y",
            "time": "%H.%M.%S",
            "periods": ["ap.", "ip."],
            "days": ["sunnuntai", "maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "lauantai"],
            "shortDays": ["su", "ma", "ti", "ke", "to", "pe", "la"],
            "months": [
                "tammikuu",
                "helmikuu",
                "maaliskuu",
                "huhtikuu",
                "toukokuu",
                "kesäkuu",
                "heinäkuu",
                "elokuu",
                "syyskuu",
                "lokakuu",
                "marraskuu",
                "joulukuu",
            ],
            "shortMonths": [
                "tammi",
                "helmi",
                "maalis",
                "huhti",
                "touko",
                "kesä",
                "heinä",
                "elo",
                "syys",
                "loka",
                "marras",
                "joulu",
            ],
        },
    },
    "en": {
        "number": {
            "decimal": ".",
            "thousands": ",",
            "grouping": [3],
            "currency": ["€", ""],
            "percent": "%",
            "minus": "−",
        },
        "time": {
            "dateTime": "%A, %-d %B %Y, %X",
            "date": "%-d %b %Y",
            "time": "%H:%M:%S",
            "periods": ["am", "pm"],
            "days": ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
            "shortDays": ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
            "months": [
                "January",
                "February",
                "March",
                "April",
                "May",
                "June",
                "July",
                "August",
                "September",
                "October",
                "November",
                "December",
            ],
            "shortMonths": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
        },
    },
}


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
"""An altair chart; altair has its own classes for layered ones, and is imported only where one is drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStyle:
    """How a stage is drawn: a fill colour and a shape, by its name in Vega or as a path."""

    colour: str
    shape: str


STAGE_STYLES = {
    Stage.EMERGING: StageStyle(colour="#C2410C", shape="triangle-up"),
    Stage.WEAK: StageStyle(colour="#B8740A", shape="diamond"),
    Stage.STRONG: StageStyle(colour="#0B4F8A", shape="square"),
    Stage.STEADY: StageStyle(colour="#0B7A63", shape="circle"),
    Stage.FADING: StageStyle(colour="#8A5A9E", shape="triangle-down"),
    Stage.CANDIDATE: StageStyle(colour="#7F8A96", shape="cross"),
    Stage.SLEEPING: StageStyle(colour="#87919C", shape="M-1,-0.3H1V0.3H-1Z"),
    Stage.NOISE: StageStyle(colour="#8C96A1", shape="triangle-left"),
}


def styled(chart: Chart, lang: str) -> Chart:
    """The chart with the house's type, ink and locale; done last, once per chart."""
    label: ChartRow = {"labelColor": MUTED, "labelFontSize": 11, "labelFont": FONT}
    title: ChartRow = {"titleColor": MUTED, "titleFontSize": 11, "titleFont": FONT, "titleFontWeight": "normal"}
    return chart.configure(
        font=FONT,
        background="transparent",
        padding=4,
        locale=VEGA_LOCALES["fi" if lang == "fi" else "en"],
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


def inline_data(rows: Sequence[ChartRow]) -> Any:
    """Rows as inline data; texts lose the characters that no drawing can hold, but keep their line breaks."""
    import altair as alt  # noqa: PLC0415 - half a second; only where a chart is drawn

    make: Any = alt.Data
    return make(values=[{field: _drawable_value(value) for field, value in row.items()} for row in rows])


def _drawable_value(value: Any) -> Any:
    return "\n".join(plain_line(line) for line in value.split("\n")) if isinstance(value, str) else value


def pixel_axes(width: float, height: float) -> tuple[Any, Any]:
    """Encodings of the fields x and y that mean pixels from the upper left corner; what is round stays round."""
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, width], range=[0, width], nice=False))
    return x, alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, height], range=[0, height], nice=False))


def text_layer(rows: Sequence[ChartRow], *, size: float, line: float = 12.0, **looks: Any) -> Chart:
    """A layer of the field `text`, its lines parted by line breaks, first line at the top unless told otherwise."""
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    looks = {"baseline": "top", "lineBreak": "\n", "lineHeight": line, "fontSize": size, **looks}
    return alt.Chart(inline_data(rows)).mark_text(**looks).encode(text="text:N")


def row_labels(labels: Sequence[str]) -> tuple[Any, Chart]:
    """Names of rows from the top, flush with the left edge of the drawing: an encoding of the field `row`, a layer.

    Names come from feeds. As labels of an axis they would have to stand in an expression of Vega, which takes even
    quoted words such as "if" for its own; as data they are only text.
    """
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    y = alt.Y("row:O", title=None, axis=None, scale=alt.Scale(domain=list(range(len(labels)))))
    rows = [{"row": at, "text": label} for at, label in enumerate(labels)]
    names = text_layer(rows, size=11, align="right", baseline="middle", color=INK)
    return y, names.encode(x=alt.value(-8), y=y)


def tooltips(fields: Sequence[tuple[str, str]], lang: str) -> list[Any]:
    """What a mark tells when pointed at: (field, key of its name "briefs.tip_…") pairs."""
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    texts = Texts(lang)
    return [alt.Tooltip(f"{field}:N", title=texts(f"briefs.tip_{key}")) for field, key in fields]


def stage_scales(stages: Sequence[Stage], lang: str) -> tuple[Any, Any]:
    """Colour and shape scales over the names of the stages, in the order stages are listed here."""
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    shown = [stage for stage in STAGE_STYLES if stage in stages]
    names = [stage_name(stage, lang) for stage in shown]
    colours = alt.Scale(domain=names, range=[STAGE_STYLES[stage].colour for stage in shown])
    return colours, alt.Scale(domain=names, range=[STAGE_STYLES[stage].shape for stage in shown])


def empty_chart(lang: str, *, width: int, height: int, key: str = "briefs.chart_nothing") -> Chart:
    """What is drawn where there is nothing to draw: a sentence that says so, in the chart's size."""
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    text = (
        alt.Chart(inline_data([{"text": Texts(lang)(key)}])).mark_text(color=MUTED, fontSize=12).encode(text="text:N")
    )
    return styled(text.properties(width=width, height=height), lang)
