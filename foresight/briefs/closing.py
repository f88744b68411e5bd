"""What every brief ends with: the three questions, and how it was made."""

from __future__ import annotations

from datetime import datetime

from foresight.briefs.pen import Pen
from foresight.records import Run, Section
from foresight.text.numbers import moment_text


def as_of(run: Run, otherwise: datetime | None = None) -> datetime:
    """The cut-off that a brief speaks of."""
    return run.as_of or otherwise or run.started


def questions(kind: str, pen: Pen) -> Section:
    """What matters, how do we act, what does it mean in practice; `kind` is "trend" or "scenario"."""
    return Section(
        key="questions",
        heading=pen("heading_questions"),
        bullets=tuple(pen(f"question_{at}_{kind}") for at in ("matters", "act", "practice")),
    )


def method(kind: str, pen: Pen, *, generation: int, run: Run, moment: datetime) -> Section:
    """Where the numbers come from, who wrote the sentences, and the stamp."""
    stamp = pen(
        "stamp",
        as_of=moment_text(moment, pen.lang),
        generation=pen.number(generation),
        run=run.id,
    )
    return Section(
        key="method", heading=pen("heading_method"), paragraphs=(pen(f"method_{kind}"), pen("method_authorship"), stamp)
    )
