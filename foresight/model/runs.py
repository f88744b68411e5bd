"""What a run did: steps, counts, problems."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RunStatus(StrEnum):
    """How far a run came."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One item's trouble: it is reported, the run goes on.

    Attributes:
        subject: what was in trouble, e.g. "source:ab12" or "row 17".
        error: name of the error class in `foresight.model.errors`.
        facts: (name, value) pairs; no secrets.
    """

    subject: str
    error: str
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReport:
    """What one stage of a run did.

    Attributes:
        step: the stage's name, e.g. "collect".
        fingerprint: sha256 of all that decides its result.
        reused: the last good result stood, nothing was done.
        counts: (name, number) pairs.
    """

    step: str
    seconds: float
    fingerprint: str = ""
    reused: bool = False
    counts: tuple[tuple[str, int], ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of the pipeline, or one half of it.

    Attributes:
        id: sortable by time of start.
        as_of: the cut-off of its analysis, aware UTC; None for a run that only collected.
        packages: (name, version) of the libraries that decide numbers.
    """

    id: str
    started: datetime
    status: RunStatus
    as_of: datetime | None = None
    finished: datetime | None = None
    config_hash: str = ""
    corpus_hash: str = ""
    seed: int = 0
    code_version: str = ""
    encoder: str = ""
    packages: tuple[tuple[str, str], ...] = ()
    steps: tuple[StepReport, ...] = ()
