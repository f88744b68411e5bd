"""The judge, a program of its own, asked at two horizons; and its answers as one table."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

HORIZONS = (28, 91)
HEAD = (
    "| system | recall in 2 weeks | lag, weeks | precision, 28 days (chance) | precision, 91 days (chance) "
    "| listed a week | on permuted dates | processor seconds |"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is judged, and by whom.

    Attributes:
        corpus: the Parquet file; sources: those of it that count, all if empty.
        judge: the program; events: its file of events, None without; event_corpus: which of them count.
    """

    corpus: Path
    sources: tuple[str, ...]
    judge: Path
    events: Path | None
    event_corpus: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One system's results; None is what was not measured.

    Attributes:
        answers: the judge's, by horizon in days.
        listed, permuted: trends a week, on the true dates and on permuted ones.
        seconds: of one processor, for all weeks.
    """

    name: str
    answers: dict[int, dict[str, Any]]
    listed: float
    permuted: float | None
    seconds: float | None


def judged(case: Case, lists: Path) -> dict[int, dict[str, Any]]:
    """The judge's answer at every horizon for one file of lists; not an empty one's, and the same one's once."""
    if not lists.read_text().strip():
        return {}
    kept, key = lists.with_suffix(".judged.json"), sha256(repr(case).encode() + lists.read_bytes()).hexdigest()
    if kept.exists() and (known := json.loads(kept.read_text()))["key"] == key:
        return {int(horizon): answer for horizon, answer in known["answers"].items()}
    answers = {horizon: _asked(case, lists, horizon) for horizon in HORIZONS}
    kept.write_text(json.dumps({"key": key, "answers": answers}))
    return answers


def _asked(case: Case, lists: Path, horizon: int) -> dict[str, Any]:
    told = [f"--source={source}" for source in case.sources]
    if case.events is not None:
        told += [f"--events={case.events}", f"--event-corpus={case.event_corpus}"]
    command = [sys.executable, str(case.judge), f"--corpus={case.corpus}", f"--signals={lists}", *told]
    command += [f"--horizon={horizon}", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def table(rows: Sequence[Row]) -> str:
    """The rows as Markdown."""
    return "\n".join([HEAD, "|---" * 8 + "|", *(_line(row) for row in rows)])


def _line(row: Row) -> str:
    first = row.answers.get(HORIZONS[0], {})
    recall = _share(first.get("recall_2w"))
    if first.get("events") == 1:
        recall = f"{round(first['recall_2w'])} of 1"
    lag = first.get("median_lag_weeks")
    cells = [row.name, recall, "" if lag is None else f"{lag:.2g}"]
    for horizon in HORIZONS:
        answer = row.answers.get(horizon, {})
        cells.append(f"{_share(answer.get('precision'))} ({_share(answer.get('base_precision'))})".replace(" ()", ""))
    cells += [f"{row.listed:.1f}", "" if row.permuted is None else f"{row.permuted:.2f}"]
    cells.append("" if row.seconds is None else f"{row.seconds:.0f}")
    return "| " + " | ".join(cells) + " |"


def _share(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.2f}".removeprefix("0")
