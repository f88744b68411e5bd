"""How often something is called where nothing can be: the engine on a data set whose dates are shuffled, many times.

    python -m benchmarks.permuted --corpus FILE.parquet --vectors FILE.npy --ids FILE.json --out OUT.jsonl
        [--source NAME ...] [--permutations 20]

Every shuffle is one line of the output, so that a run that was stopped goes on where it was. Shuffled over all
documents: what is listed then is false, whoever wrote it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace as replace_fields
from pathlib import Path

import numpy as np

from benchmarks.intervals import poisson_interval
from benchmarks.signals import corpus_of, mondays
from foresight.model.documents import Corpus
from foresight.model.options import TrendOptions
from foresight.model.trends import Stage
from foresight.nlp.word_index import WordIndex
from foresight.testing.corpora import corpus_rows
from foresight.trends.analysis import replay

SIGNALS = (Stage.WEAK, Stage.EMERGING)


def shuffled(corpus: Corpus, words: WordIndex, seed: int) -> tuple[Corpus, WordIndex]:
    """The same documents, their moments dealt out anew; in order of time."""
    return corpus_rows(corpus, words, np.random.default_rng(seed).permutation(len(corpus)).tolist())


def counted(corpus: Corpus, words: WordIndex, seed: int) -> dict[str, object]:
    """What one shuffle lists: false signals and candidates per week, as lists over the weeks."""
    moments = corpus.published
    mixed, told = shuffled(corpus, words, seed)
    mixed = replace_fields(mixed, published=moments, available=moments.copy())
    signals, candidates = [], []
    for analysis in replay(mixed, told, mondays(mixed), options=TrendOptions()):
        stages = [trend.stage for trend in analysis.trends]
        signals.append(sum(stage in SIGNALS for stage in stages))
        candidates.append(sum(stage is Stage.CANDIDATE for stage in stages))
    return {"seed": seed, "signals": signals, "candidates": candidates}


def summary(lines: Iterable[Mapping[str, list[int]]]) -> str:
    """False listings a week with their interval, weeks with any, and candidates."""
    found = list(lines)
    signals = np.array([one["signals"] for one in found])
    candidates = np.array([one["candidates"] for one in found])
    low, high = poisson_interval(int(signals.sum()), signals.size)
    return (
        f"{len(found)} shuffles of {signals.shape[1]} weeks: {signals.sum()} false signals, "
        f"{signals.mean():.3f} a week ({low:.3f}–{high:.3f}), in {(signals > 0).mean():.1%} of the weeks; "
        f"candidates {candidates.mean():.2f} a week; worst shuffle {signals.mean(axis=1).max():.3f} a week"
    )


def main() -> None:
    """Shuffle and count until there are as many as asked for; say what they come to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--corpus", "--vectors", "--ids"):
        parser.add_argument(name, required=True)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--source", action="append", default=[])
    parser.add_argument("--permutations", type=int, default=20)
    arguments = parser.parse_args()
    arguments.permute = None
    lines = [json.loads(line) for line in arguments.out.read_text().splitlines()] if arguments.out.exists() else []
    done = {line["seed"] for line in lines}
    corpus, words = corpus_of(arguments)
    for seed in (seed for seed in range(arguments.permutations) if seed not in done):
        lines.append(counted(corpus, words, seed))
        with arguments.out.open("a") as out:
            out.write(json.dumps(lines[-1]) + "\n")
        print(summary(lines), flush=True)


if __name__ == "__main__":
    main()
