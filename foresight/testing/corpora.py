"""A made corpus: years of articles on many small subjects, with movements planted where a test wants them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from foresight.model.documents import Corpus
from foresight.nlp.word_index import WordIndex

CORPUS_START = datetime(2024, 1, 1, tzinfo=UTC)
"""A Monday."""

_WEEK = 7 * 86_400
_OWN_WORDS = 8
_USUAL_WORDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedSubject:
    """A subject that comes up: `counts` documents in the weeks from `week` on.

    Attributes:
        sources: who writes of it, by number; empty: everybody.
        langs: in which languages, in turn; empty: in that of the source.
        of: the subject's number; two of one number are one subject.
    """

    week: int
    counts: tuple[int, ...]
    sources: tuple[int, ...] = ()
    langs: tuple[str, ...] = ()
    of: int = 0


def made_corpus(  # noqa: PLR0913 - each says one thing about the world
    *,
    weeks: int,
    per_week: int = 60,
    sources: int = 6,
    planted: Sequence[PlantedSubject] = (),
    late_sources: tuple[int, int] = (0, 0),
    langs: tuple[str, ...] = ("en",),
    subjects: int = 120,
    dim: int = 48,
    seed: int = 0,
) -> tuple[Corpus, WordIndex]:
    """Articles from `CORPUS_START` on, each on one of many subjects, with the words and vector of that subject.

    Args:
        weeks: how long.
        per_week: articles a week of the sources that are there from the start.
        sources: how many of those.
        planted: what comes up on top.
        late_sources: (how many more, from which week on); they write of subjects of their own, as much per source.
        langs: of the sources, in turn.
        subjects: of the usual sources.
        dim: length of a vector.
        seed: decides everything.

    Returns:
        The corpus and its words.
    """
    rng = np.random.default_rng(seed)
    added, since = late_sources
    rows: list[tuple[int, int, int, str]] = []  # (seconds, source, subject, language)
    begin = int(CORPUS_START.timestamp())
    for week in range(weeks):
        writers = [(s, int(rng.integers(subjects))) for s in rng.integers(sources, size=per_week)]
        if added and week >= since:
            extra = rng.integers(sources, sources + added, size=per_week * added // sources)
            writers += [(int(s), subjects + int(rng.integers(added))) for s in extra]
        rows += [
            (begin + week * _WEEK + int(rng.integers(_WEEK)), int(s), subject, langs[int(s) % len(langs)])
            for s, subject in writers
        ]
    for one in planted:
        rows += _planted(one, rng, begin=begin, sources=sources, first=subjects + added)
    rows.sort()
    return _built(
        rows, rng, sources=sources + added, subjects=subjects + added + 1 + _highest_subject(planted), dim=dim
    )


def week_of(week: int) -> datetime:
    """The Monday that starts week `week` of a made corpus."""
    return CORPUS_START + timedelta(weeks=week)


def _highest_subject(planted: Sequence[PlantedSubject]) -> int:
    return max((one.of for one in planted), default=0)


def _planted(
    one: PlantedSubject, rng: np.random.Generator, *, begin: int, sources: int, first: int
) -> list[tuple[int, int, int, str]]:
    writers = one.sources or tuple(range(sources))
    langs = one.langs or ("en",)
    rows: list[tuple[int, int, int, str]] = []
    for week, count in enumerate(one.counts, start=one.week):
        for _ in range(count):
            number = len(rows)
            when = begin + week * _WEEK + int(rng.integers(_WEEK))
            rows.append((when, writers[number % len(writers)], first + one.of, langs[number % len(langs)]))
    return rows


def _built(
    rows: Sequence[tuple[int, int, int, str]], rng: np.random.Generator, *, sources: int, subjects: int, dim: int
) -> tuple[Corpus, WordIndex]:
    n = len(rows)
    centres = rng.normal(size=(subjects, dim)) * 1.3 / np.sqrt(dim)
    noise = rng.normal(size=(n, dim)) / np.sqrt(dim)
    own = np.array([subject for _, _, subject, _ in rows], dtype=np.int64)
    shift = np.array([1.5 if lang == "en" else -1.5 for *_, lang in rows])[:, None] * np.eye(dim)[0]
    vectors = (centres[own] + noise + shift).astype(np.float32).reshape(n, dim)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    stamps = np.array([when for when, *_ in rows], dtype=np.int64)
    words = _words(own, rng, subjects)
    corpus = Corpus(
        ids=tuple(f"d{number:06d}" for number in range(n)),
        titles=tuple(f"Title {number}" for number in range(n)),
        texts=tuple(
            " ".join(words.vocabulary[word] for word in words.indices[words.indptr[row] : words.indptr[row + 1]])
            for row in range(n)
        ),
        langs=tuple(lang for *_, lang in rows),
        sources=np.array([source for _, source, *_ in rows], dtype=np.int64),
        stories=np.arange(n, dtype=np.int64),
        published=stamps,
        available=stamps.copy(),
        vectors=vectors,
        source_ids=tuple(f"source-{number}" for number in range(sources)),
        source_weights=np.ones(sources, dtype=np.float32),
    )
    return corpus, words


def _words(own: np.ndarray[tuple[int], np.dtype[np.int64]], rng: np.random.Generator, subjects: int) -> WordIndex:
    """Four of the subject's eight words and three usual ones in each document."""
    vocabulary = tuple(f"w{number:06d}" for number in range(_USUAL_WORDS + subjects * _OWN_WORDS))
    rows = [
        np.unique(
            np.concatenate(
                [
                    rng.integers(_USUAL_WORDS, size=3),
                    _USUAL_WORDS + subject * _OWN_WORDS + rng.permutation(_OWN_WORDS)[:4],
                ]
            )
        )
        for subject in own
    ]
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    indices = np.concatenate([*rows, np.zeros(0, dtype=np.int64)]).astype(np.int64)
    return WordIndex(vocabulary=vocabulary, indptr=indptr, indices=indices)


def corpus_rows(corpus: Corpus, words: WordIndex, rows: Sequence[int]) -> tuple[Corpus, WordIndex]:
    """The corpus of some of its rows (ascending), as if the others had never been; stories stay within."""
    kept = np.array(rows, dtype=np.int64)
    return corpus.only(kept), words.only(kept)
