"""A drawn chart as a part of a page: only drawing elements, no addresses, names that do not meet those of others."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

_SVG = "http://www.w3.org/2000/svg"
_ELEMENTS = frozenset({"g", "path", "rect", "line", "circle", "text", "tspan", "defs", "clipPath"})
_DROPPED = re.compile(r"^(on|aria-|role$|class$|href$|\{)")
_OUTSIDE = re.compile(r"(?i)url\(\s*['\"]?(?!#)|javascript:")
_POINTED = re.compile(r"url\(#([^)]+)\)")


def inline_svg(drawing: str, *, name: str, alternative: str) -> str:
    """An SVG document as an element of a page, scaling with it.

    Args:
        drawing: as a chart renders; made by our own renderer, yet cleaned like anything from outside.
        name: unique on the page; goes before every id.
        alternative: what the picture shows, in words.
    """
    root = ET.fromstring(drawing)  # noqa: S314 - our own renderer wrote it; entities are not declared in it
    _clean(root, name)
    width, height = root.attrib.pop("width", ""), root.attrib.pop("height", "")
    root.attrib.setdefault("viewBox", f"0 0 {width} {height}")
    root.attrib |= {"role": "img", "aria-label": alternative, "style": f"max-width:{width}px"}
    return ET.tostring(root, encoding="unicode")


def _clean(element: ET.Element, name: str) -> None:
    """Drop what does not draw, all the way down; a page knows the elements without their namespace."""
    element.tag = _name(element)
    for key in list(element.attrib):
        if _DROPPED.match(key) or _OUTSIDE.search(element.attrib[key]):
            del element.attrib[key]
        elif key == "id":
            element.attrib[key] = f"{name}-{element.attrib[key]}"
        else:
            element.attrib[key] = _POINTED.sub(rf"url(#{name}-\1)", element.attrib[key])
    for child in list(element):
        if _name(child) in _ELEMENTS:
            _clean(child, name)
        else:
            element.remove(child)


def _name(element: ET.Element) -> str:
    return element.tag.removeprefix(f"{{{_SVG}}}")
