"""What every brief ends with: the three questions, and how it was made."""

from __future__ import annotations

from datetime import datetime

from foresight.i18n.formatting import format_moment
from foresight.model.briefs import Section
from foresight.model.runs import Run
from foresight.reports.messages import BriefMessages


def cutoff_of(run: Run, otherwise: datetime | None = None) -> datetime:
    """The cut-off that a brief speaks of."""
    return run.as_of or otherwise or run.started


def question_section(kind: str, messages: BriefMessages) -> Section:
    """What matters, how do we act, what does it mean in practice; `kind` is "trend" or "scenario"."""
    asked = ("matters", "act", "practice")
    return messages.section("questions", bullets=(messages(f"question_{name}_{kind}") for name in asked))


def method_section(kind: str, messages: BriefMessages, *, generation: int, run: Run, moment: datetime) -> Section:
    """Where the numbers come from, who wrote the sentences, and the stamp."""
    as_of = format_moment(moment, messages.lang)
    stamp = messages("stamp", as_of=as_of, generation=messages.number(generation), run=run.id)
    return messages.section("method", paragraphs=(messages(f"method_{kind}"), messages("method_authorship"), stamp))
