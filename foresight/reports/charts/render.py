"""Charts as SVG and PNG, without a browser and without the network.

`allowed_base_urls=[]` makes the renderer refuse every address: a chart can load nothing, whatever stands in its data.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from foresight.reports.charts.style import PAPER, Chart


def specification(chart: Chart) -> str:
    """The chart as Vega-Lite JSON: the same records give the same text, whatever was drawn before.

    Altair numbers views from a counter of the process; here they are numbered from their order in the chart.
    """
    text = json.dumps(chart.to_dict(), ensure_ascii=False, sort_keys=True, allow_nan=False)
    names = list(dict.fromkeys(re.findall(r'"(view_\d+)"', text)))
    return re.sub(r'"(view_\d+)"', lambda match: f'"view_{names.index(match.group(1)) + 1}"', text)


def render_svg(chart: Chart | str) -> str:
    """A chart, or its specification, as an SVG document; text stays text."""
    return str(_vega_converter().vegalite_to_svg(_specification_dict(chart), allowed_base_urls=[]))


def render_png(chart: Chart | str, *, scale: float = 2.0) -> bytes:
    """A chart, or its specification, as a PNG on white.

    Args:
        chart: an altair chart or a Vega-Lite specification as JSON.
        scale: pixels of the picture per pixel of the chart.
    """
    drawn = _specification_dict(chart)
    drawn["background"] = PAPER
    drawn.setdefault("config", {})["background"] = PAPER
    return bytes(_vega_converter().vegalite_to_png(drawn, scale=scale, allowed_base_urls=[]))


def _specification_dict(chart: Chart | str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(chart if isinstance(chart, str) else specification(chart))
    return loaded


@cache
def _vega_converter() -> Any:
    import vl_convert  # noqa: PLC0415 - takes a second; only where a chart becomes a file

    return vl_convert
