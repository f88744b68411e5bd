"""Every sentence people read, in Finnish and English: app, briefs, command line, errors, stages.

A text stands in ``text/<language>/<area>.json`` under its key and is asked for as "area.key". Braces hold facts:
``{"RunLocked": "Another run (process {pid}) is at work since {since}."}``. A key that one language lacks fails the
build (tests/text).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from string import Formatter

LANGUAGES = ("fi", "en")


class Texts:
    """The texts of one language. An unknown key raises `KeyError`: it is a defect, never a message."""

    def __init__(self, lang: str) -> None:
        self.lang = lang if lang in LANGUAGES else "en"
        self._texts = _load_texts(self.lang)

    def __call__(self, key: str, /, **facts: object) -> str:
        """The text under "area.key" with its facts put in; a missing fact shows as "–"."""
        return _LenientFormatter().vformat(self._texts[key], (), facts)

    def template(self, key: str) -> str:
        """The text under "area.key" with its braces still in it."""
        return self._texts[key]

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in self._texts

    def keys(self) -> frozenset[str]:
        """All keys, as "area.key"."""
        return frozenset(self._texts)


class _LenientFormatter(Formatter):
    """Leaves a dash where a fact is missing: an error message must not fail while telling of an error."""

    def get_value(self, key: int | str, args: Sequence[object], kwargs: Mapping[str, object]) -> object:
        del args  # texts name their facts
        return kwargs.get(str(key), "–")


@cache
def _load_texts(lang: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for area in sorted((files("foresight") / "i18n" / lang).iterdir(), key=lambda entry: entry.name):
        if area.name.endswith(".json"):
            name = area.name.removesuffix(".json")
            texts |= {f"{name}.{key}": text for key, text in json.loads(area.read_text(encoding="utf-8")).items()}
    return texts
