"""The cost of one weekly step, on made data, at two sizes of the archive and beside BERTopic and BERTrend's algorithm.

Ratios within one run are what to trust: every row is measured in the same process, in processor time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from benchmarks.peers import afternoon
from benchmarks.peers.clustering import default_model, quiet, slice_topics, warm
from benchmarks.peers.systems import PAPER, SHIPPED
from foresight.model.documents import Corpus
from foresight.model.options import TrendOptions
from foresight.model.trends import ClusteringState
from foresight.nlp.word_index import WordIndex
from foresight.testing.corpora import made_corpus, week_of
from foresight.trends.analysis import advance_clusters, analyse

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


def weekly(weeks: int) -> tuple[float, float, Corpus, WordIndex]:
    """Seconds of a week's online step, and of the analysis after it, on an archive of so many weeks."""
    corpus, words = made_corpus(weeks=weeks, per_week=PER_WEEK, dim=DIM, subjects=300)
    # Neither last week is the first of a quarter, when the test is calibrated anew.
    before, after = _states(corpus, words, weeks)
    step = spent(lambda: advance_clusters(corpus, words, before, until=week_of(weeks - 1), options=QUIET))
    whole = spent(lambda: analyse(corpus, words, after, as_of=week_of(weeks - 1), options=QUIET))
    return step, whole, corpus, words


def _states(corpus: Corpus, words: WordIndex, weeks: int) -> tuple[ClusteringState, ClusteringState]:
    before = advance_clusters(corpus, words, None, until=week_of(weeks - 2), options=QUIET)
    return before, advance_clusters(corpus, words, before, until=week_of(weeks - 1), options=QUIET)


def texts_of(corpus: Corpus, words: WordIndex) -> list[str]:
    """The made words of each document, in a row."""
    rows = np.split(words.indices, words.indptr[1:-1])
    return [" ".join(words.vocabulary[column] for column in row) for row in rows[: len(corpus)]]


def fit(texts: list[str], corpus: Corpus) -> float:
    """Seconds of BERTopic's default fit on the last documents' vectors: what a system without online steps pays."""
    with quiet():
        started = time.process_time()
        default_model(0).fit_transform(texts, embeddings=corpus.vectors[-len(texts) :])
        return time.process_time() - started


def main() -> None:
    """Print the table."""
    short_step, short_whole, _, _ = weekly(SHORT)
    long_step, long_whole, corpus, words = weekly(LONG)
    print("| what | archive | processor seconds | ratio |")
    print("|---|---|---|---|")
    print(f"| one week's online step | {SHORT} weeks, {SHORT * PER_WEEK} articles | {short_step:.3f} | 1 |")
    print(f"| | {LONG} weeks, {LONG * PER_WEEK} | {long_step:.3f} | {long_step / short_step:.2f} |")
    print(f"| the analysis of a cut-off | {SHORT} weeks | {short_whole:.3f} | 1 |")
    print(f"| | {LONG} weeks | {long_whole:.3f} | {long_whole / short_whole:.2f} |", flush=True)
    for what, archive, theirs in peers(texts_of(corpus, words), corpus):
        share = theirs / (long_step + long_whole)
        print(f"| {what} | {archive} | {theirs:.2f} | {share:.1f} times step and analysis |", flush=True)


def peers(texts: list[str], corpus: Corpus) -> Iterator[tuple[str, str, float]]:
    """What others pay for the same week: (what, archive, processor seconds)."""
    warm(DIM)
    recent, vectors = texts[-PER_WEEK:], corpus.vectors[-PER_WEEK:]
    for name, clustering in (("as shipped", SHIPPED), ("as in the paper", PAPER)):
        topics = spent(partial(slice_topics, recent, vectors, clustering, seed=0))
        yield f"BERTrend's topics of one slice, {name}", "the week alone", topics
    trailing = texts[-afternoon.TRAILING_WEEKS * PER_WEEK :]
    yield "BERTopic, default fit of the trailing weeks", f"{afternoon.TRAILING_WEEKS} weeks", fit(trailing, corpus)
    yield "BERTopic, default fit of everything", f"{LONG} weeks", fit(texts, corpus)


if __name__ == "__main__":
    main()
