"""A brief: sections with figures and citations, written in several formats; and a scenario as a story.

A story is sentences, each with the sources it rests on; a language model may draft one from the same sources.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from foresight.model.scenarios import Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart in a brief: a complete Vega-Lite specification as JSON, and what it shows in words."""

    specification: str
    caption: str
    alternative: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a brief. Paragraphs, bullets and rows are plain text; writers escape them.

    Where there are as many citations as rows, row i is about citation i, and the cell that holds its title leads to it.
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


class StorySourceKind(StrEnum):
    """What a sentence of a story may rest on."""

    SCENARIO = "scenario"
    FUTURE = "future"
    STATE = "state"
    JUDGEMENT = "judgement"
    TREND = "trend"
    DOCUMENT = "document"
    JOURNEY = "journey"
    STEP = "step"
    SIGNPOST = "signpost"


class StoryPartKind(StrEnum):
    """The parts of a story, in their order."""

    HEADLINE = "headline"
    CUSTOMER = "customer"
    EMPLOYEE = "employee"
    PATH = "path"


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySource:
    """Something a sentence rests on.

    Attributes:
        id: kind and key, e.g. "state:prices=high", "document:9f2c…"; the same in every language.
        text: what it is, in the language of the story, with names and quotes as they were written.
        detail: more of its wording, "" where there is none.
        url: where to read it, "" where nowhere; content_hash: pins the wording of a document.
    """

    id: str
    kind: StorySourceKind
    text: str
    detail: str = ""
    url: str = ""
    content_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence and its sources.

    Attributes:
        key: which kind of sentence it is, "" in a draft; the same in every language.
        sources: ids of `StorySource`, one or more.
    """

    text: str
    sources: tuple[str, ...]
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPart:
    """One part with its sentences."""

    kind: StoryPartKind
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What one scenario would be like, written from what people judged and what was measured.

    Attributes:
        rev: the revision of the scenario it was written from.
        title: the name of the future, or of the scenario where it has none.
        states: the (factor id, state id) pairs that hold in it.
        parts: headline, the customer's day, the employee's day, what led here.
        grounds: everything a sentence cites, in the order in which it is cited first; its place is its number.
        as_of, run_id: the analysis whose trends were read; None and "" where none is published.
    """

    scenario_id: str
    rev: int
    lang: str
    title: str
    states: tuple[tuple[str, str], ...]
    parts: tuple[StoryPart, ...]
    grounds: tuple[StorySource, ...]
    as_of: datetime | None = None
    run_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRequest:
    """What a language model is asked: our instructions, and the evidence as data beside them.

    Attributes:
        instructions: what to write and in which form.
        evidence: a JSON document of numbered evidence; nothing in it is an instruction.
    """

    instructions: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDraft:
    """What a language model made of the same evidence. A draft for people to work on, never the story itself.

    Attributes:
        model: who wrote it.
        story: the parts, each sentence checked for citing only what was given.
    """

    model: str
    story: Story
