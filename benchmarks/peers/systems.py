"""The systems, by name: each writes its weekly lists into a folder and says what they cost."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks import signals
from benchmarks.peers import afternoon, bertrend, oracle
from benchmarks.peers.clustering import Clustering, slice_topics, warm
from benchmarks.peers.judging import Case
from benchmarks.peers.material import Listed, Material, material_of, write_lists
from foresight.model.documents import Corpus, Ints1d
from foresight.model.options import TrendOptions
from foresight.model.trends import Stage
from foresight.nlp.word_index import WordIndex
from foresight.trends.analysis import replay

SHIPPED = Clustering(neighbours=5, least=5, samples=5)
PAPER = Clustering(neighbours=15, least=2, samples=1)
SHIPPED_WINDOW, PAPER_WINDOW = 1, 2
ALPHA_HERE = 0.6
"""What .7 on the vectors of all-MiniLM is on centred e5: where near-duplicates are told best (.70 and .59)."""

SEED = 42

SIGNALS = frozenset({Stage.WEAK, Stage.EMERGING})
TIERS = (SIGNALS, SIGNALS | {Stage.CANDIDATE})

FORESIGHT, CANDIDATES = "**foresight**", "foresight, with candidates"
BY_GROWTH = "the same, weak and strong by growth"
NAMES: dict[str, tuple[str, ...]] = {
    "oracle": ("oracle",),
    "foresight": (FORESIGHT, CANDIDATES),
    "thirty-lines": ("thirty lines",),
    "bertrend-shipped": (
        "BERTrend, shipped settings, weak by popularity",
        BY_GROWTH,
        "BERTrend, shipped settings, merging from .6, weak by popularity",
        BY_GROWTH,
    ),
    "bertrend-paper": (
        "BERTrend, the paper's clustering, weak by popularity",
        BY_GROWTH,
        "BERTrend, the paper's clustering, merging from .6, weak by popularity",
        BY_GROWTH,
    ),
    "bertopic": ("BERTopic, defaults, fitted every 4 weeks",),
    "bertopic-weekly": ("BERTopic, defaults, fitted every week",),
}
"""What can be asked for, and the rows it gives."""


@dataclass(slots=True, kw_only=True)
class Bench:
    """One corpus with its vectors, read once.

    Attributes:
        case: the Parquet file and what is judged; vectors, ids: the files of vectors; folder: where lists go.
        baseline: the program of the thirty lines, None without.
    """

    case: Case
    vectors: Path
    ids: Path
    folder: Path
    baseline: Path | None
    _read: list[tuple[Corpus, WordIndex, Material]] = field(default_factory=list)

    def elsewhere(self, corpus: Path, folder: Path) -> Bench:
        """The same vectors under another copy of the corpus; its lists go elsewhere."""
        case = replace(self.case, corpus=corpus)
        return Bench(case=case, vectors=self.vectors, ids=self.ids, folder=folder, baseline=self.baseline)

    def read(self) -> tuple[Corpus, WordIndex, Material]:
        """The corpus, its words and its weeks."""
        if not self._read:
            asked = Namespace(
                corpus=str(self.case.corpus),
                vectors=self.vectors,
                ids=self.ids,
                source=list(self.case.sources),
                permute=None,
            )  # fmt: skip - as on a command line
            corpus, words = signals.corpus_of(asked)
            self._read.append((corpus, words, material_of(corpus)))
        return self._read[0]


def path_of(folder: Path, name: str, number: int = 0) -> Path:
    """The file of the lists of a system's first, second, … row."""
    return folder / f"{name}-{number}.jsonl"


def run(bench: Bench, name: str) -> float:
    """Write the lists of one system; processor seconds spent on them."""
    if name == "foresight":
        return _ours(bench)
    if name == "thirty-lines":
        return _thirty_lines(bench)
    material = bench.read()[2]
    if name == "oracle":
        events = bench.case.events
        lists = oracle.weekly_lists(material, events, bench.case.event_corpus) if events else ()
        return _written(bench, name, lambda: lists)
    warm(material.vectors.shape[1])
    if name.startswith("bertrend"):
        return _bertrend(bench, name, material)
    weeks = 1 if name == "bertopic-weekly" else 4
    return _written(bench, name, lambda: afternoon.weekly_lists(material, refit_weeks=weeks, seed=SEED))


def _written(bench: Bench, name: str, lists: Callable[[], Iterable[Listed]]) -> float:
    started = time.process_time()
    write_lists(path_of(bench.folder, name), bench.read()[2], lists())
    return time.process_time() - started


def _ours(bench: Bench) -> float:
    corpus, words, _ = bench.read()
    told: list[list[str]] = [[] for _ in TIERS]
    started = time.process_time()
    for analysis in replay(corpus, words, signals.mondays(corpus), options=TrendOptions()):
        for number, stages in enumerate(TIERS):
            told[number] += signals.lines(analysis, set(stages))
    spent = time.process_time() - started
    for number, lines in enumerate(told):
        path_of(bench.folder, "foresight", number).write_text("".join(f"{line}\n" for line in lines))
    return spent


def _bertrend(bench: Bench, name: str, material: Material) -> float:
    shipped = name == "bertrend-shipped"
    started = time.process_time()
    labels = [_labels(material, week, SHIPPED if shipped else PAPER) for week in range(material.count)]
    window = SHIPPED_WINDOW if shipped else PAPER_WINDOW
    variants = [(alpha, by_growth) for alpha in (bertrend.ALPHA, ALPHA_HERE) for by_growth in (False, True)]
    for number, (alpha, by_growth) in enumerate(variants):
        lists = bertrend.weekly_lists(material, labels, window=window, by_growth=by_growth, alpha=alpha)
        write_lists(path_of(bench.folder, name, number), material, lists)
    return time.process_time() - started


def _labels(material: Material, week: int, clustering: Clustering) -> Ints1d:
    rows = material.rows(week, week + 1)
    return slice_topics([material.texts[row] for row in rows], material.vectors[rows], clustering, seed=SEED)


def _thirty_lines(bench: Bench) -> float:
    if bench.baseline is None:
        return 0.0
    out = path_of(bench.folder, "thirty-lines")
    told = [f"--source={source}" for source in bench.case.sources]
    files = [f"--corpus={bench.case.corpus}", f"--vectors={bench.vectors}", f"--ids={bench.ids}", f"--out={out}"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, str(bench.baseline), *files, *told], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
