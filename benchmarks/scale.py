"""What a whole archive and what one more week cost: real import, enrichment, stories, analysis, publishing.

    python -m benchmarks.scale whole --corpus FILE.parquet [--items 10000 50000 100000 ...]
    python -m benchmarks.scale week --corpus FILE.parquet [--items 20000 200000]

The Parquet file is one that ``foresight import`` reads. `whole` takes its first articles, from import to published
signals. `week` gives its last articles new dates, 2,000 a week, so that a bigger archive reaches further back and not
denser, analyses them, and measures the run that one more week asks for. The lexical encoder stands in for the model;
its own time is told apart. Every size runs in a process of its own, whose peak memory is told.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from foresight import wiring
from foresight.ingest.import_file import read_articles
from foresight.model.documents import Floats2d
from foresight.nlp.encoders import LexicalEncoder
from foresight.pipeline import context as tools_of_a_run
from foresight.pipeline.context import PipelineContext
from foresight.pipeline.runs import RunResult, run_analyse, run_import
from foresight.store.archive import Archive
from foresight.store.generations import Generations

STEPS = ("import", "enrich", "encode", "stories", "judge", "analyse", "publish")
MAP = "themes"
"""The map of themes is fitted every fourth week only, so it is told apart from the analysis."""
WEEKLY = 2_000
END = datetime(2020, 2, 10, tzinfo=UTC)
"""Where the week that is added ends: a Monday at which nothing quarterly is due."""
WEEK = timedelta(weeks=1)
MEGABYTE = 1024


class TimedEncoder(LexicalEncoder):
    """Knows how long it has encoded."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def encode(self, texts: Sequence[str]) -> Floats2d:
        """As the lexical encoder does."""
        started = time.process_time()
        rows = super().encode(texts)
        self.seconds += time.process_time() - started
        return rows


class TimedGenerations:
    """Generations that know how long they have published."""

    def __init__(self, inner: Generations) -> None:
        self.seconds = 0.0
        self.number, self.current, self._publish = inner.number, inner.current, inner.publish

    def publish(self, archive: Archive) -> int:
        """As the generations behind do."""
        started = time.process_time()
        number = self._publish(archive)
        self.seconds += time.process_time() - started
        return number


class TimedProgress:
    """Knows how long the map of themes took, and says on stderr where the run is."""

    def __init__(self) -> None:
        self.seconds, self._began, self._told = 0.0, 0.0, ""

    def __call__(self, step: str, done: int, total: int) -> None:  # noqa: ARG002 - the port has it
        """As whoever waits would see it."""
        if step != self._told:
            self._told = step
            print(f"{time.process_time():8.1f} {step}", file=sys.stderr, flush=True)
        if step == MAP and not done:
            self._began = time.process_time()
        elif step == MAP:
            self.seconds += time.process_time() - self._began


def measured(data: Path, work: Callable[[PipelineContext], Sequence[RunResult]]) -> dict[str, float]:
    """Seconds per step of the runs that `work` does, the encoder's own, and the peak of memory in megabytes."""
    encoder, progress = TimedEncoder(), TimedProgress()
    options = replace(wiring.options_from_environment(), encoder="lexical")
    # Processor seconds: other work on the machine then costs nothing. DuckDB's threads count in full.
    vars(tools_of_a_run)["perf_counter"] = time.process_time
    with wiring.open_tools(data, options, encoder=encoder, progress=progress) as tools:
        generations = TimedGenerations(tools.generations)
        outcomes = work(replace(tools, generations=generations))
    seconds = dict.fromkeys(STEPS, 0.0)
    for step in (step for outcome in outcomes for step in outcome.steps):
        seconds[step.step] += step.seconds
    seconds["encode"] -= encoder.seconds
    seconds["analyse"] -= progress.seconds
    seconds["publish"] = generations.seconds
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    size = sum(file.stat().st_size for file in data.glob("work.duckdb")) / MEGABYTE**2
    return seconds | {MAP: progress.seconds, "encoder": encoder.seconds, "peak": peak, "file": size}


def from_file(file: Path, as_of: datetime | None = None) -> Callable[[PipelineContext], Sequence[RunResult]]:
    """Import a file and analyse what there is then."""

    def work(tools: PipelineContext) -> Sequence[RunResult]:
        imported = run_import(tools, read_articles(file, source=file.stem, now=datetime.now(UTC)))
        return imported, run_analyse(tools, as_of=as_of)

    return work


def whole(corpus: Path, items: int, folder: Path) -> dict[str, float]:
    """The first `items` articles of a file, from import to published signals."""
    file = folder / "articles.parquet"
    pq.write_table(pq.read_table(corpus).slice(0, items), file)
    return measured(folder / "data", from_file(file))


def week(corpus: Path, items: int, folder: Path) -> dict[str, float]:
    """One more week on an archive of `items` articles; the archive is made in a process of its own and kept."""
    if not (folder / "made").exists():
        subprocess.run([*_ourselves("archive", corpus), "--items", str(items), "--folder", str(folder)], check=True)
    data = folder / "data"
    return measured(data, from_file(folder / "new.parquet", END))


def archive(corpus: Path, items: int, folder: Path) -> dict[str, float]:
    """An archive that was analysed a week before the end, and the file of the week after it."""
    folder.mkdir(parents=True, exist_ok=True)
    table = redated(pq.read_table(corpus), items)
    pq.write_table(table.slice(0, items), folder / "old.parquet")
    pq.write_table(table.slice(items), folder / "new.parquet")
    told = measured(folder / "data", from_file(folder / "old.parquet", END - WEEK))
    (folder / "made").touch()
    return told


def redated(table: pa.Table, items: int) -> pa.Table:
    """The last articles of a file at 2,000 a week, in their order, each subject a source of its own."""
    kept = table.slice(table.num_rows - items - WEEKLY)
    count = kept.num_rows
    dates = [(END - WEEK * (count - place) / WEEKLY).isoformat() for place in range(count)]
    names = [str(label).split(".", maxsplit=1)[0] for label in kept["label"].to_pylist()]
    columns = {"published": pa.array(dates), "source": pa.array(names)}
    for name, column in columns.items():
        kept = kept.set_column(kept.column_names.index(name), name, column)
    return kept


MODES: Mapping[str, Callable[[Path, int, Path], dict[str, float]]] = {"whole": whole, "week": week, "archive": archive}


def table_of(rows: Mapping[int, Mapping[str, float]]) -> list[str]:
    """Seconds per step, sum, memory; the ratio is that of the sum per article (whole) or of the sum (week)."""
    names = (*STEPS, "sum", MAP, "encoder", "peak MB", "file MB", "ratio of the sum", "per article")
    lines = ["| articles | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    sums = {items: sum(row[step] for step in STEPS) for items, row in rows.items()}
    first = next(iter(rows))
    for items, row in rows.items():
        cells = [f"{row[step]:.1f}" for step in STEPS] + [
            f"{sums[items]:.1f}",
            f"{row[MAP]:.1f}",
            f"{row['encoder']:.1f}",
        ]
        ratio = sums[items] / sums[first]
        cells += [f"{row['peak']:,.0f}", f"{row['file']:,.0f}", f"{ratio:.2f}", f"{ratio * first / items:.2f}"]
        lines.append(f"| {items:,} | " + " | ".join(cells) + " |")
    return lines


def _ourselves(mode: str, corpus: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.scale", mode, "--corpus", str(corpus)]


def _apart(mode: str, corpus: Path, items: int, folder: Path) -> dict[str, float]:
    """One size, in a process of its own."""
    command = [*_ourselves(mode, corpus), "--items", str(items), "--folder", str(folder), "--one"]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, float] = json.loads(told.splitlines()[-1])
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=MODES)
    parser.add_argument("--corpus", required=True, type=Path)
    parser.add_argument("--items", type=int, nargs="+")
    parser.add_argument("--folder", type=Path, help="where archives are made, and kept for another time")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.folder or Path(made)
        if given.one or given.mode == "archive":
            print(json.dumps(MODES[given.mode](given.corpus, given.items[0], folder)))
            return
        sizes = given.items or ([20_000, 200_000] if given.mode == "week" else [10_000, 50_000, 100_000, 200_000])
        rows: dict[int, dict[str, float]] = {}
        for items in sizes:
            place = folder / f"{given.mode}-{items}"
            place.mkdir(parents=True, exist_ok=True)
            rows[items] = _apart(given.mode, given.corpus, items, place)
            print(table_of(rows)[-1], file=sys.stderr, flush=True)
        print("\n".join(table_of(rows)))


if __name__ == "__main__":
    main()
