"""A brief: claim, chart, evidence, why, what if, open questions; then files in several formats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from foresight.records.scenarios import Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart in a brief: a complete Vega-Lite specification as JSON, and what it shows in words."""

    specification: str
    caption: str
    alternative: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a brief. Paragraphs, bullets and rows are plain text; writers escape them.

    Where there are as many citations as rows, row i tells of citation i, and the cell that holds its title leads to it.
    """

    key: str
    heading: str
    paragraphs: tuple[str, ...] = ()
    bullets: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    figures: tuple[Figure, ...] = ()
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What is handed out, the same in every format.

    Attributes:
        kind: "trend" or "scenario"; subject_id: its id.
        claim: the headline sentence, with how sure we are.
        as_of, generation, run_id: the stamp every page carries.
    """

    kind: str
    subject_id: str
    lang: str
    title: str
    claim: str
    sections: tuple[Section, ...]
    as_of: datetime
    generation: int
    run_id: str
