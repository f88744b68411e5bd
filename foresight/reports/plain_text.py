"""Text from feeds and people as one plain line: what every writer starts from."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

_BREAKING_SPACE = re.compile(r"[^\S\u00a0\u202f]+")
_INVISIBLE_CATEGORIES = ("Cc", "Cf", "Cs", "Co", "Cn")
_WEB_SCHEMES = ("http", "https")


def plain_line(text: str) -> str:
    """The text on one line, without control characters and without marks that turn the direction of reading.

    Such marks let a headline show other words than it holds (Boucher and Anderson, "Trojan Source", 2021). Spaces
    that do not break stay: they hold a number and its unit together.
    """
    seen = (c for c in text if c.isspace() or unicodedata.category(c) not in _INVISIBLE_CATEGORIES)
    return _BREAKING_SPACE.sub(" ", "".join(seen)).strip()


def safe_url(url: str) -> str:
    """The address where it is an ordinary one of the web, "" otherwise."""
    if any(character.isspace() or unicodedata.category(character)[0] == "C" for character in url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme.lower() in _WEB_SCHEMES and parts.hostname else ""
