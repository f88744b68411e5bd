"""A brief as one HTML page that needs nothing else: styles and drawings inside, no script, no request.

Drawn charts are cleaned to drawing elements, without addresses and with names that do not meet those of others.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from foresight.model.briefs import Brief, Figure
from foresight.reports.charts.render import render_svg
from foresight.reports.markdown import linked_rows, stamp_line
from foresight.reports.messages import BriefMessages
from foresight.reports.plain_text import plain_line

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

_SVG_NAMESPACE = "http://www.w3.org/2000/svg"
_DRAWING_ELEMENTS = frozenset({"g", "path", "rect", "line", "circle", "text", "tspan", "defs", "clipPath"})
_DROPPED_ATTRIBUTES = re.compile(r"^(on|aria-|role$|class$|href$|\{)")
_OUTSIDE_REFERENCE = re.compile(r"(?i)url\(\s*['\"]?(?!#)|javascript:")
_INNER_REFERENCE = re.compile(r"url\(#([^)]+)\)")


def inline_svg(drawing: str, *, name: str, alternative: str) -> str:
    """An SVG document as an element of a page, scaling with it.

    Args:
        drawing: as a chart renders; made by our own renderer, yet cleaned like anything from outside.
        name: unique on the page; goes before every id.
        alternative: what the picture shows, in words.
    """
    root = ET.fromstring(drawing)  # noqa: S314 - our own renderer wrote it; entities are not declared in it
    _clean_element(root, name)
    width, height = root.attrib.pop("width", ""), root.attrib.pop("height", "")
    root.attrib.setdefault("viewBox", f"0 0 {width} {height}")
    root.attrib |= {"role": "img", "aria-label": alternative, "style": f"max-width:{width}px"}
    return ET.tostring(root, encoding="unicode")


def _clean_element(element: ET.Element, name: str) -> None:
    """Drop what does not draw, all the way down; a page knows the elements without their namespace."""
    element.tag = _local_name(element)
    for key in list(element.attrib):
        if _DROPPED_ATTRIBUTES.match(key) or _OUTSIDE_REFERENCE.search(element.attrib[key]):
            del element.attrib[key]
        elif key == "id":
            element.attrib[key] = f"{name}-{element.attrib[key]}"
        else:
            element.attrib[key] = _INNER_REFERENCE.sub(rf"url(#{name}-\1)", element.attrib[key])
    for child in list(element):
        if _local_name(child) in _DRAWING_ELEMENTS:
            _clean_element(child, name)
        else:
            element.remove(child)


def _local_name(element: ET.Element) -> str:
    return element.tag.removeprefix(f"{{{_SVG_NAMESPACE}}}")


def write_html(brief: Brief) -> bytes:
    """The brief as a UTF-8 page: reads on a screen, prints on A4."""
    return (
        _template()
        .render(
            brief=brief,
            messages=BriefMessages(brief.lang),
            stamp=stamp_line(brief),
            style=_package_file("brief.css"),
            drawn=_figure_markup,
            linked_rows=linked_rows,
        )
        .encode()
    )


def _figure_markup(figure: Figure, name: str) -> Markup:
    """The figure as an element of the page."""
    from markupsafe import Markup  # noqa: PLC0415 - comes with jinja2

    drawing = inline_svg(render_svg(figure.specification), name=name, alternative=plain_line(figure.alternative))
    return Markup(drawing)  # noqa: S704 - cleaned to drawing elements by inline_svg


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - only where a page is written

    world = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    world.filters["plain"] = plain_line
    return world.from_string(_package_file("brief.html.j2"))


def _package_file(name: str) -> str:
    return (files("foresight") / "reports" / name).read_text(encoding="utf-8")
