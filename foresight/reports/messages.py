"""Writes the sentences of a brief in one language: texts with their facts put in, as that language writes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from foresight.i18n import Texts
from foresight.i18n.formatting import format_date, format_list, format_number, format_percent
from foresight.i18n.trend_sentences import count_phrase
from foresight.model.briefs import Figure, Section
from foresight.model.scenarios import Citation


class BriefMessages:
    """The texts of `briefs` in one language; `texts` has those of every area."""

    def __init__(self, lang: str) -> None:
        self.texts = Texts(lang)
        self.lang = self.texts.lang

    def __call__(self, key: str, /, **facts: object) -> str:
        """The text under `briefs.key`."""
        return self.texts(f"briefs.{key}", **facts)

    def section(  # noqa: PLR0913 - the parts of a section
        self,
        key: str,
        *,
        heading: str = "",
        paragraphs: Iterable[str] = (),
        bullets: Iterable[str] = (),
        columns: Iterable[str] = (),
        rows: Iterable[tuple[str, ...]] = (),
        figures: Iterable[Figure] = (),
        citations: Iterable[Citation] = (),
    ) -> Section:
        """A section under the heading of its key, unless another is given; columns by their names in `column_…`."""
        return Section(
            key=key,
            heading=heading or self(f"heading_{key}"),
            paragraphs=tuple(paragraphs),
            bullets=tuple(bullets),
            columns=tuple(self(f"column_{name}") for name in columns),
            rows=tuple(rows),
            figures=tuple(figures),
            citations=tuple(citations),
        )

    def number(self, value: float, *, signed: bool = False) -> str:
        """A whole number."""
        return format_number(value, self.lang, signed=signed)

    def percent(self, fraction: float, *, digits: int | None = None, signed: bool = False) -> str:
        """A fraction as per cent."""
        return format_percent(fraction, self.lang, digits=digits, signed=signed)

    def day(self, moment: date | datetime | None) -> str:
        """A date, "–" where there is none."""
        return format_date(moment, self.lang) if moment else "–"

    def list(self, items: Iterable[str]) -> str:
        """Items with commas and "and"."""
        return format_list(tuple(items), self.lang)

    def count(self, name: str, value: float) -> str:
        """A number with its noun, e.g. "3 sources"."""
        return count_phrase(name, value, self.lang)

    def language(self, code: str) -> str:
        """What a language is called; its code where it has no name here."""
        key = f"briefs.language_{code}"
        return self.texts(key) if self.texts.has(key) else code.upper() or self("unknown")

    def voice(self, voice: str) -> str:
        """What a voice is called."""
        return self(f"voice_{voice}")
