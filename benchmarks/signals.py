"""The weekly list of a data set, as JSON lines for a judge, from vectors made beforehand.

    python -m benchmarks.signals --corpus FILE.parquet --vectors FILE.npy --ids FILE.json --out OUT.jsonl
        [--source NAME ...] [--permute SEED] [--candidates]

The Parquet file has the columns id, title, text, source, published, lang; the vectors are those of the ids of the
JSON list, in its order. `--permute` shuffles the dates over the documents: what is listed then is false.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from foresight.model.documents import Corpus
from foresight.model.options import TrendOptions
from foresight.model.trends import Stage
from foresight.nlp.word_index import WordIndex, word_index
from foresight.trends.analysis import Analysis, replay

FIRST_WEEKS = 12


def corpus_of(arguments: argparse.Namespace) -> tuple[Corpus, WordIndex]:
    """The documents of the chosen sources that have a vector, in order of time."""
    table = pq.read_table(arguments.corpus, columns=["id", "title", "text", "source", "published", "lang"])
    at = {name: row for row, name in enumerate(json.loads(Path(arguments.ids).read_text()))}
    rows = [
        row
        for row in table.to_pylist()
        if row["id"] in at and row["published"] and (not arguments.source or row["source"] in arguments.source)
    ]
    stamps = np.array([_seconds(row["published"]) for row in rows], dtype=np.int64)
    if arguments.permute is not None:
        stamps = np.random.default_rng(arguments.permute).permutation(stamps)
    order = sorted(range(len(rows)), key=lambda i: (stamps[i], rows[i]["id"]))
    rows, stamps = [rows[i] for i in order], stamps[order]
    names = sorted({row["source"] for row in rows})
    corpus = Corpus(
        ids=tuple(row["id"] for row in rows),
        titles=tuple(row["title"] or "" for row in rows),
        texts=tuple(row["text"] or "" for row in rows),
        langs=tuple(row["lang"] or "en" for row in rows),
        sources=np.array([names.index(row["source"]) for row in rows], dtype=np.int64),
        stories=np.arange(len(rows), dtype=np.int64),
        published=stamps,
        available=stamps.copy(),
        vectors=np.load(arguments.vectors)[[at[row["id"]] for row in rows]].astype(np.float32),
        source_ids=tuple(names),
        source_weights=np.ones(len(names), dtype=np.float32),
    )
    return corpus, word_index(corpus.titles, corpus.texts, corpus.langs)


def _seconds(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def mondays(corpus: Corpus) -> list[datetime]:
    """Weekly cut-offs from twelve weeks in to the last document."""
    first, last = (datetime.fromtimestamp(int(corpus.available[i]), tz=UTC) for i in (0, -1))
    start = (first - timedelta(days=first.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    weeks = (last - start) // timedelta(weeks=1)
    return [start + timedelta(weeks=week) for week in range(FIRST_WEEKS, weeks + 1)]


def lines(analysis: Analysis, stages: set[Stage]) -> Iterator[str]:
    """One JSON line per listed trend."""
    for trend in analysis.trends:
        if trend.stage in stages and not trend.parent_id:
            told = {"as_of": f"{analysis.as_of:%Y-%m-%d}", "rank": trend.rank, "trend": trend.id}
            yield json.dumps(told | {"stage": trend.stage.value, "docs": list(trend.recent)})


def main() -> None:
    """Write the list of every week; print how long a week took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--corpus", "--vectors", "--ids", "--out"):
        parser.add_argument(name, required=True)
    parser.add_argument("--source", action="append", default=[])
    parser.add_argument("--permute", type=int)
    parser.add_argument("--candidates", action="store_true")
    arguments = parser.parse_args()
    stages = {Stage.WEAK, Stage.EMERGING} | ({Stage.CANDIDATE} if arguments.candidates else set())
    corpus, words = corpus_of(arguments)
    cutoffs = mondays(corpus)
    started, listed = time.process_time(), 0
    with Path(arguments.out).open("w") as out:
        for analysis in replay(corpus, words, cutoffs, options=TrendOptions()):
            for line in lines(analysis, stages):
                out.write(line + "\n")
                listed += 1
    spent = (time.process_time() - started) / max(1, len(cutoffs))
    print(f"{len(corpus)} documents, {len(cutoffs)} weeks, {listed} listed, {spent:.3f} processor seconds a week")


if __name__ == "__main__":
    main()
