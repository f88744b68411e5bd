"""A brief as one HTML page that needs nothing else: styles and drawings inside, no script, no request."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from foresight.briefs.charts.render import render_svg
from foresight.briefs.markdown import linked_rows, stamp_line
from foresight.briefs.pen import Pen
from foresight.briefs.plain import plain
from foresight.briefs.svg import inline_svg
from foresight.records import Brief, Figure

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup


def write_html(brief: Brief) -> bytes:
    """The brief as a UTF-8 page: reads on a screen, prints on A4."""
    return (
        _template()
        .render(
            brief=brief,
            pen=Pen(brief.lang),
            stamp=stamp_line(brief),
            style=_file("brief.css"),
            drawn=_drawn,
            linked_rows=linked_rows,
        )
        .encode()
    )


def _drawn(figure: Figure, name: str) -> Markup:
    """The figure as an element of the page."""
    from markupsafe import Markup  # noqa: PLC0415 - comes with jinja2

    drawing = inline_svg(render_svg(figure.specification), name=name, alternative=plain(figure.alternative))
    return Markup(drawing)  # noqa: S704 - cleaned to drawing elements by inline_svg


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - only where a page is written

    world = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    world.filters["plain"] = plain
    return world.from_string(_file("brief.html.j2"))


def _file(name: str) -> str:
    return (files("foresight") / "briefs" / name).read_text(encoding="utf-8")
