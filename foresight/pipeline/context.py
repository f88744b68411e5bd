"""What the pipeline is given, and how a step is timed and reported."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

from foresight.model.decisions import TrendDecision
from foresight.model.options import Options
from foresight.model.ports import Clock, Encoder, Progress
from foresight.model.runs import Problem, StepReport
from foresight.store.archive import Archive
from foresight.store.generations import Generations


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineContext:
    """The world as the pipeline sees it; `wiring` and tests make it.

    Attributes:
        decisions: of people, read when an analysis begins: trends they said are different stay apart.
    """

    archive: Archive
    generations: Generations
    encoder: Encoder
    clock: Clock
    options: Options
    progress: Progress
    decisions: Callable[[], Sequence[TrendDecision]] = tuple


@dataclass(slots=True)
class StepTally:
    """What a step counts while it works; it becomes the step's report."""

    step: str
    counts: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    fingerprint: str = ""
    reused: bool = False
    seconds: float = 0.0

    def add(self, name: str, number: int) -> None:
        """Add to a count."""
        self.counts[name] = self.counts.get(name, 0) + number

    def report(self) -> StepReport:
        """The record of what was done."""
        return StepReport(
            step=self.step,
            seconds=round(self.seconds, 3),
            fingerprint=self.fingerprint,
            reused=self.reused,
            counts=tuple(self.counts.items()),
            problems=tuple(self.problems),
        )


@contextmanager
def timed_tally(step: str) -> Iterator[StepTally]:
    """A tally whose seconds are those spent inside."""
    tally, start = StepTally(step), perf_counter()
    try:
        yield tally
    finally:
        tally.seconds = perf_counter() - start


def fingerprint(*parts: object) -> str:
    """sha256 over the parts' texts: equal when all that decides a result is equal."""
    digest = hashlib.sha256()
    for part in _flat(parts):
        digest.update(str(part).encode())
        digest.update(b"\0")
    return digest.hexdigest()


def _flat(parts: Iterable[object]) -> Iterator[object]:
    for part in parts:
        if isinstance(part, tuple):
            yield from _flat(part)
        else:
            yield part
