"""The envelope around everything a workshop makes: who kept it when and why, and which revision it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Generic[Content]):
    """One revision of something people made. A revision never changes; every save makes the next one.

    Attributes:
        id: the same in all revisions, and among one kind of content its own.
        scenario_id: the scenario it belongs to, "" where it stands by itself.
        content: what was made.
        author: who saved it; reason: why, in their words, "" where they gave none.
        rev: 1 upwards; 0 before the first save.
    """

    id: str
    content: Content
    scenario_id: str = ""
    author: str = ""
    reason: str = ""
    rev: int = 0
    saved: datetime | None = None
