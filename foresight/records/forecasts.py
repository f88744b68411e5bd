"""Questions about the future that will have an answer, and what people said before they had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from foresight.records.scenarios import Citation
from foresight.records.signposts import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A yes-or-no question with a deadline.

    Attributes:
        rule: what resolves it to yes when a run sees it before the deadline, None where a person resolves it.
        opened, deadline: answers count from the one to before the other.
        came_true: None while it is open.
        resolved_by: a person, or "signal".
    """

    text: str
    opened: datetime
    deadline: datetime
    rule: Watch | None = None
    came_true: bool | None = None
    resolved: datetime | None = None
    resolved_by: str = ""
    value: float | None = None
    evidence: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastAnswer:
    """One person's probability of yes. A change of mind is the next revision, so that its history stays.

    Attributes:
        who: the participant.
        probability: 0 to 1.
    """

    question_id: str
    who: str
    probability: float
