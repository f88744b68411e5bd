"""The cost of one weekly step, on made data, at two sizes of the archive and beside a full fit of BERTopic.

Ratios within one run are what to trust: every row is measured in the same process, in processor time.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable

import numpy as np

from foresight.analysis import advance, analyse
from foresight.records import Corpus, EngineState, TrendOptions, WordIndex
from foresight.testing.corpora import made_corpus, week_of

SHORT, LONG = 21, 84
PER_WEEK = 100
DIM = 96
QUIET = TrendOptions(permutations=2)
REPEATS = 3


def spent(work: Callable[[], object]) -> float:
    """The shortest processor time of three runs, in seconds."""
    times = []
    for _ in range(REPEATS):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def weekly(weeks: int) -> tuple[float, float, Corpus]:
    """Seconds of a week's online step, and of the analysis after it, on an archive of so many weeks."""
    corpus, words = made_corpus(weeks=weeks, per_week=PER_WEEK, dim=DIM, subjects=300)
    # Neither last week is the first of a quarter, when the test is calibrated anew.
    before, after = _states(corpus, words, weeks)
    step = spent(lambda: advance(corpus, words, before, until=week_of(weeks - 1), options=QUIET))
    whole = spent(lambda: analyse(corpus, words, after, as_of=week_of(weeks - 1), options=QUIET))
    return step, whole, corpus


def _states(corpus: Corpus, words: WordIndex, weeks: int) -> tuple[EngineState, EngineState]:
    before = advance(corpus, words, None, until=week_of(weeks - 2), options=QUIET)
    return before, advance(corpus, words, before, until=week_of(weeks - 1), options=QUIET)


def refit(corpus: Corpus) -> float:
    """Seconds of BERTopic's default fit on the whole archive's vectors: what a system without online steps pays."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of numba and scikit-learn, inside the library measured
        from bertopic import BERTopic  # noqa: PLC0415 - ten seconds of import, not measured
        from umap import UMAP  # noqa: PLC0415 - the same

        small = np.random.default_rng(0).normal(size=(200, DIM)).astype(np.float32)
        UMAP(n_neighbors=15, random_state=0, n_jobs=1).fit_transform(small)  # compiles, not measured
        started = time.process_time()
        BERTopic(embedding_model=None).fit_transform(list(corpus.titles), embeddings=corpus.vectors)
        return time.process_time() - started


def main() -> None:
    """Print the table."""
    short_step, short_whole, _ = weekly(SHORT)
    long_step, long_whole, corpus = weekly(LONG)
    print("| what | archive | processor seconds | ratio |")
    print("|---|---|---|---|")
    print(f"| one week's online step | {SHORT} weeks, {SHORT * PER_WEEK} articles | {short_step:.3f} | 1 |")
    print(f"| | {LONG} weeks, {LONG * PER_WEEK} | {long_step:.3f} | {long_step / short_step:.2f} |")
    print(f"| the analysis of a cut-off | {SHORT} weeks | {short_whole:.3f} | 1 |")
    print(f"| | {LONG} weeks | {long_whole:.3f} | {long_whole / short_whole:.2f} |", flush=True)
    fit = refit(corpus)
    share = fit / (long_step + long_whole)
    print(f"| BERTopic, default fit of everything | {LONG} weeks | {fit:.1f} | {share:.0f} times step and analysis |")


if __name__ == "__main__":
    main()
