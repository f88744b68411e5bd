"""Slow trends of a data set, quarter after quarter, as JSON lines for a judge: no vectors are needed.

    python -m benchmarks.terms --corpus FILE.parquet --out OUT.jsonl --from 2006-01-01 --to 2019-10-01
        [--source NAME ...] [--permute SEED] [--every N] [--candidates]

The Parquet file has the columns id, title, text, source, published, lang. `--permute` shuffles the dates over the
documents: what is listed then is false. `--every` takes every so many-th document only.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from foresight.model.documents import Corpus, Floats2d
from foresight.model.options import SlowOptions
from foresight.model.trends import Stage, Trend
from foresight.nlp.term_index import term_index
from foresight.trends.slow_trends import SlowAnalysis, SlowSettings, analyse_slow_trends

DAY = 86_400


def quarter_starts(start: datetime, end: datetime) -> tuple[datetime, ...]:
    """The first days of the calendar quarters from `start` to `end`, both included, 00:00 UTC."""
    years = range(start.year, end.year + 1)
    days = [datetime(year, month, 1, tzinfo=UTC) for year in years for month in (1, 4, 7, 10)]
    return tuple(day for day in days if start <= day <= end)


def corpus_of(arguments: argparse.Namespace) -> Corpus:
    """The documents in order of time, without vectors; each is a story of its own."""
    table = pq.read_table(arguments.corpus, columns=["id", "title", "text", "source", "published", "lang"])
    columns = {name: table[name].to_pylist() for name in table.column_names}
    kept = [
        i
        for i, (source, published) in enumerate(zip(columns["source"], columns["published"], strict=True))
        if published and (not arguments.source or source in arguments.source)
    ][:: arguments.every]
    stamps = np.array([_seconds(columns["published"][i]) for i in kept], dtype=np.int64)
    if arguments.permute is not None:
        stamps = np.random.default_rng(arguments.permute).permutation(stamps)
    order = sorted(range(len(kept)), key=lambda place: (stamps[place], columns["id"][kept[place]]))
    rows, stamps = [kept[place] for place in order], stamps[order]
    names = sorted({columns["source"][row] for row in rows})
    vectors: Floats2d = np.zeros((len(rows), 0), dtype=np.float32)
    return Corpus(
        ids=tuple(columns["id"][row] for row in rows),
        titles=tuple(columns["title"][row] or "" for row in rows),
        texts=tuple(columns["text"][row] or "" for row in rows),
        langs=tuple(columns["lang"][row] or "en" for row in rows),
        sources=np.array([names.index(columns["source"][row]) for row in rows], dtype=np.int64),
        stories=np.arange(len(rows), dtype=np.int64),
        published=stamps,
        available=stamps.copy(),
        vectors=vectors,
        source_ids=tuple(names),
        source_weights=np.ones(len(names), dtype=np.float32),
    )


def _seconds(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def analyses(corpus: Corpus, cutoffs: Sequence[datetime]) -> Iterator[SlowAnalysis]:
    """One after the other, each knowing the trends of the one before."""
    index = term_index(corpus.titles, corpus.texts, corpus.langs, corpus.available // DAY)
    print(f"{len(index.vocabulary):,} terms {_spent()}", file=sys.stderr)
    earlier: tuple[Trend, ...] = ()
    for as_of in cutoffs:
        found = analyse_slow_trends(
            corpus, index, as_of=as_of, settings=SlowSettings(options=SlowOptions()), earlier=earlier
        )
        earlier = found.trends
        yield found


def line(trend: Trend) -> str:
    """One listed trend."""
    told = {
        "as_of": f"{trend.as_of:%Y-%m-%d}",
        "rank": trend.rank,
        "trend": trend.id,
        "title": trend.headlines[0].title if trend.headlines else "",
        "stage": trend.stage.value,
        "speed": trend.speed.value,
        "docs": list(trend.recent),
    }
    return json.dumps(told, ensure_ascii=False)


def _spent() -> str:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return f"after {time.process_time():.0f} s of computing, at most {peak:.2f} GB"


def main() -> None:
    """Write the lines, and tell on stderr what it cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--from", dest="start", type=_date, required=True)
    parser.add_argument("--to", dest="end", type=_date, required=True)
    parser.add_argument("--source", action="append", default=[])
    parser.add_argument("--permute", type=int)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--candidates", action="store_true")
    arguments = parser.parse_args()
    stages = {Stage.WEAK, Stage.EMERGING} | ({Stage.CANDIDATE} if arguments.candidates else set())
    corpus = corpus_of(arguments)
    print(f"{len(corpus):,} documents {_spent()}", file=sys.stderr)
    with Path(arguments.out).open("w", encoding="utf-8") as out:
        for found in analyses(corpus, quarter_starts(arguments.start, arguments.end)):
            listed = [trend for trend in found.trends if trend.stage in stages]
            out.writelines(f"{line(trend)}\n" for trend in listed)
            print(
                f"{found.as_of:%Y-%m-%d} {len(found.trends)} trends, {len(listed)} listed {_spent()}", file=sys.stderr
            )


def _date(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


if __name__ == "__main__":
    main()
