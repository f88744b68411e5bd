"""foresight, BERTrend's algorithm, BERTopic's defaults and a baseline on the same vectors, judged by the same judge.

    python -m benchmarks.peers --corpus FILE.parquet --vectors FILE.npy --ids FILE.json --judge PROGRAM --out FOLDER
        [--source NAME ...] [--events FILE.jsonl --event-corpus NAME] [--baseline PROGRAM]
        [--only SYSTEM ...] [--no-permuted]

Every system writes its lists into the folder, once on the true dates and once on permuted ones; lists that are there
stay, unless `--only` names their system (`bertopic-weekly` runs only so). After a change of ours, `--only foresight`
makes our rows anew and prints the whole table. The judge and the baseline are programs with the arguments of
`score_signals.py` and `naive_detector.py`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.peers.judging import Case, Row, judged, table
from benchmarks.peers.systems import NAMES, Bench, path_of, run

ORDER_ONLY = ("oracle",)
"""Systems that read the events: on permuted dates there is nothing for them to read."""

ON_REQUEST = ("bertopic-weekly",)
"""Systems that run only when named: a fit of twelve weeks every week is most of an hour on a busy site."""

PERMUTATION_SEED = 1


def asked() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--corpus", "--vectors", "--ids", "--judge", "--out"):
        parser.add_argument(name, required=True, type=Path)
    for name in ("--events", "--baseline"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--event-corpus", default="")
    parser.add_argument("--source", action="append", default=[])
    parser.add_argument("--only", action="append", default=[], choices=sorted(NAMES))
    parser.add_argument("--no-permuted", action="store_true")
    return parser.parse_args()


def permuted(corpus: Path, sources: tuple[str, ...], out: Path) -> Path:
    """A copy of the corpus, of these sources, whose dates are shuffled over the documents."""
    table_ = pq.read_table(corpus)
    if sources:
        table_ = table_.filter(pa.compute.is_in(table_["source"], pa.array(sources)))
    order = np.random.default_rng(PERMUTATION_SEED).permutation(len(table_))
    shuffled = table_["published"].take(pa.array(order))
    pq.write_table(table_.set_column(table_.schema.get_field_index("published"), "published", shuffled), out)
    return out


def main() -> None:
    """Run what is missing or asked for; print the table."""
    told = asked()
    case = Case(
        corpus=told.corpus,
        sources=tuple(told.source),
        judge=told.judge,
        events=told.events,
        event_corpus=told.event_corpus,
    )  # fmt: skip - as on the command line
    bench = Bench(case=case, vectors=told.vectors, ids=told.ids, folder=told.out, baseline=told.baseline)
    names = [name for name in NAMES if _possible(name, bench)]
    _work(bench, names, told.only)
    if not told.no_permuted:
        folder = told.out / "permuted"
        folder.mkdir(parents=True, exist_ok=True)
        other = bench.elsewhere(permuted(case.corpus, case.sources, folder / "corpus.parquet"), folder)
        _work(other, [name for name in names if name not in ORDER_ONLY], told.only)
    print(table([row for name in names for row in _rows(bench, name)]))


def _possible(name: str, bench: Bench) -> bool:
    if name == "oracle":
        return bench.case.events is not None
    return name != "thirty-lines" or bench.baseline is not None


def _work(bench: Bench, names: list[str], only: list[str]) -> None:
    bench.folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        note = bench.folder / f"{name}.cost.json"
        wanted = name in only if only else not note.exists() and name not in ON_REQUEST
        if not wanted:
            continue
        seconds = run(bench, name)
        note.write_text(json.dumps({"seconds": seconds, "weeks": len(bench.read()[2].cuts())}))
        print(f"{bench.folder.name}: {name}, {seconds:.0f} processor seconds", flush=True)


def _rows(bench: Bench, name: str) -> list[Row]:
    note = bench.folder / f"{name}.cost.json"
    if not note.exists():
        return []
    cost = json.loads(note.read_text())
    rows = []
    for number, row in enumerate(NAMES[name]):
        lists, false = path_of(bench.folder, name, number), path_of(bench.folder / "permuted", name, number)
        rows.append(
            Row(
                name=row,
                answers=judged(bench.case, lists),
                listed=_lines(lists) / cost["weeks"],
                permuted=_lines(false) / cost["weeks"] if false.exists() else None,
                seconds=None if name in ORDER_ONLY else cost["seconds"],
            )
        )
    return rows


def _lines(path: Path) -> int:
    return sum(bool(json.loads(line)["docs"]) for line in path.read_text().splitlines())


if __name__ == "__main__":
    main()
