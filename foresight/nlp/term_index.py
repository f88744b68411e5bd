"""Which words and phrases of two words stand in which document: what slow trends are looked for among.

A cluster of tens of documents cannot see a matter with ten documents a year; a list of terms can. Half a million
titles with their leads take about a minute.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from foresight.model.documents import Ints1d
from foresight.nlp.word_index import FormCounts, WordIndex, count_word, distinct

TokenNumbers = npt.NDArray[np.int32]
"""Tokens as numbers of forms or words, −1 where they are neither; half the memory of `Ints1d`."""

FEWEST_DOCUMENTS_OF_TERM = 5
"""Documents a term must stand in to be kept; no trend is made of fewer."""

DAY_SECONDS = 86_400
"""Seconds; `corpus.available // DAY` are the days that `term_index` wants."""

LEAD_INDEXED = 600
"""Characters of a lead that are read."""

TERM_TOKEN = re.compile(r"\\\w+|https?://\S+|[^\W_]+|[^\w\s'’‐‑\\-]+|\\")
"""Words, and what is none: markup such as ``\\alpha``, addresses, punctuation."""
_SHORTEST_PLURAL = 4
_NO_PLURAL = ("ss", "us", "is", "ics", "news", "series", "species")
_PLURALS = (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("s", ""))
_NO_WORD = -1
_NOT_YET_READ = -2


def is_word(token: str) -> bool:
    """Whether what `TERM_TOKEN` finds is a word."""
    return token[0].isalnum() and "://" not in token


def singular(word: str, lang: str) -> str:
    """An English word without its plural's ending: names and new words stand in no dictionary of lemmas."""
    if lang != "en" or len(word) < _SHORTEST_PLURAL or word.endswith(_NO_PLURAL):
        return word
    for ending, instead in _PLURALS:
        if word.endswith(ending):
            return word.removesuffix(ending) + instead
    return word


class _TokenNumbers(dict[str, int]):
    """Numbers of the written forms of one language; what begins with no letter or digit breaks a phrase."""

    def __init__(self, lang: str, seen: list[tuple[str, str]]) -> None:
        super().__init__()
        self._lang, self._seen = lang, seen

    def __missing__(self, form: str) -> int:
        if not is_word(form):
            self[form] = _NO_WORD
            return _NO_WORD
        number = len(self._seen)
        self._seen.append((self._lang, form))
        self[form] = number
        return number


def term_index(titles: Sequence[str], texts: Sequence[str], langs: Sequence[str], days: Ints1d) -> WordIndex:
    """The terms of each document, its title and the start of its lead together.

    Args:
        titles: one per document, in order of time.
        texts: their leads, "" where none.
        langs: ISO 639-1.
        days: ``(n,)`` number of the day each was available on, ascending. A Finnish name is joined to its nominative
            where that was attested by the end of the day: later documents change no earlier ones.

    Returns:
        Row i is document i. A term is a word as `word_index` has it, English ones in the singular, or two such words
        side by side with a space between. Stop words, numbers and punctuation end a phrase. Only terms of five articles
        and more.
    """
    stream, lengths, forms = _read(titles, texts, langs)
    words, vocabulary = _words(stream, lengths, forms, days)
    del stream, forms  # half a gigabyte of half a million documents
    rows = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    return _compressed(words, rows, vocabulary, len(titles))


def name_terms(names: Sequence[tuple[str, str]]) -> frozenset[str]:
    """The terms that are names, such as those of sources: a name of one word, the pairs of words of a longer one.

    Args:
        names: (name, language) pairs.
    """
    found: set[str] = set()
    for name, lang in names:
        words = [singular(count_word(token, lang), lang) for token in TERM_TOKEN.findall(name) if is_word(token)]
        known = [word for word in words if word]
        found |= set(known) if len(known) == 1 else {f"{a} {b}" for a, b in pairwise(known)}
    return frozenset(found)


def _read(
    titles: Sequence[str], texts: Sequence[str], langs: Sequence[str]
) -> tuple[TokenNumbers, Ints1d, list[tuple[str, str]]]:
    """All tokens one after the other as numbers of forms, how many each document has, and the forms."""
    seen: list[tuple[str, str]] = []
    tables = {lang: _TokenNumbers(lang, seen) for lang in sorted(set(langs))}
    stream, lengths = array("i"), array("q")
    find = TERM_TOKEN.findall
    for title, text, lang in zip(titles, texts, langs, strict=True):
        own = find(f"{title} . {text[:LEAD_INDEXED]} .")
        stream.extend(map(tables[lang].__getitem__, own))
        lengths.append(len(own))
    return np.frombuffer(stream, dtype=np.int32), np.frombuffer(lengths, dtype=np.int64), seen


class _WordNumbers:
    """Forms become words, day after day; what was read stays, but for Finnish names."""

    def __init__(self, forms: Sequence[tuple[str, str]]) -> None:
        self._forms = forms
        self._folded: dict[str, int] = {}
        self._written: dict[str, int] = {}
        self._seen = FormCounts(self._folded, self._written)
        self._numbers: dict[str, int] = {"": _NO_WORD}
        self._word_of_form = np.full(len(forms) + 1, _NOT_YET_READ, dtype=np.int32)
        self._word_of_form[_NO_WORD] = _NO_WORD

    @property
    def vocabulary(self) -> list[str]:
        """Words by number."""
        return list(self._numbers)[1:]

    def words(self, stream: TokenNumbers) -> TokenNumbers:
        """The tokens of one day as numbers of words, −1 where they count as none."""
        own, counts = np.unique(stream, return_counts=True)
        counted = [(number, n) for number, n in zip(own.tolist(), counts.tolist(), strict=True) if number >= 0]
        for number, n in counted:
            lang, form = self._forms[number]
            if lang == "fi":
                self._written[form] = self._written.get(form, 0) + n
                low = form.casefold()
                self._folded[low] = self._folded.get(low, 0) + n
        for number, _ in counted:
            lang, form = self._forms[number]
            if self._word_of_form[number] == _NOT_YET_READ or (lang == "fi" and form[0].isupper()):
                word = singular(count_word(form, lang, self._seen), lang)
                self._word_of_form[number] = self._numbers.setdefault(word, len(self._numbers) - 1)
        read: TokenNumbers = self._word_of_form[stream]
        return read


def _words(
    stream: TokenNumbers, lengths: Ints1d, forms: Sequence[tuple[str, str]], days: Ints1d
) -> tuple[TokenNumbers, list[str]]:
    """Every token as the number of its word, −1 where it counts as none; and the words."""
    reading = _WordNumbers(forms)
    ends = np.concatenate([[0], np.cumsum(lengths)])
    words: TokenNumbers = np.empty(len(stream), dtype=np.int32)
    for first, last in _runs(days):
        part = slice(int(ends[first]), int(ends[last]))
        words[part] = reading.words(stream[part])
    return words, reading.vocabulary


def _runs(days: Ints1d) -> Iterator[tuple[int, int]]:
    """(first, past the last) row of each day."""
    edges = [0, *(np.flatnonzero(np.diff(days)) + 1).tolist(), len(days)]
    return ((first, last) for first, last in pairwise(edges) if first < last)


def _compressed(words: TokenNumbers, rows: TokenNumbers, vocabulary: Sequence[str], documents: int) -> WordIndex:
    """Single words and pairs of neighbours as compressed rows."""
    word_names, word_cells = _single(words, rows, vocabulary)
    pair_names, pair_cells = _pairs(words, rows, vocabulary)
    names = [*word_names, *pair_names]
    order = sorted(range(len(names)), key=names.__getitem__)
    place = np.empty(len(names), dtype=np.int64)
    place[order] = np.arange(len(names), dtype=np.int64)
    pair_cells[1] += len(word_names)
    own, columns = np.concatenate([word_cells, pair_cells], axis=1)
    width = max(len(names), 1)
    cells = np.sort(own * width + place[columns])
    return WordIndex(
        vocabulary=tuple(names[i] for i in order),
        indptr=np.searchsorted(cells, np.arange(documents + 1, dtype=np.int64) * width).astype(np.int64),
        indices=cells % width,
    )


def _single(words: TokenNumbers, rows: TokenNumbers, vocabulary: Sequence[str]) -> tuple[list[str], Ints1d]:
    """The words of five documents, and ``(2, nnz)`` of (document, number among them)."""
    kept = words >= 0
    numbers, cells = _frequent(words[kept].astype(np.int64), rows[kept])
    return [vocabulary[number] for number in numbers.tolist()], cells


def _pairs(words: TokenNumbers, rows: TokenNumbers, vocabulary: Sequence[str]) -> tuple[list[str], Ints1d]:
    """The same of neighbours; a document ends with punctuation, so that none reaches into the next."""
    left, right = words[:-1], words[1:]
    kept = (left >= 0) & (right >= 0) & (left != right)
    width = max(len(vocabulary), 1)
    keys, cells = _frequent(left[kept].astype(np.int64) * width + right[kept], rows[:-1][kept])
    names = [f"{vocabulary[key // width]} {vocabulary[key % width]}" for key in keys.tolist()]
    return names, cells


def _frequent(keys: Ints1d, rows: TokenNumbers) -> tuple[Ints1d, Ints1d]:
    """The keys that stand in five documents and more, ascending, and ``(2, nnz)`` of (document, place of the key)."""
    known, counts = np.unique(keys, return_counts=True)
    known = known[counts >= FEWEST_DOCUMENTS_OF_TERM]
    place = np.searchsorted(known, keys)
    place[place == len(known)] = 0
    kept = known[place] == keys if len(known) else np.zeros(len(keys), dtype=np.bool_)
    width = max(len(known), 1)
    cells = distinct(rows[kept].astype(np.int64) * width + place[kept])
    own, columns = cells // width, cells % width
    enough = np.bincount(columns, minlength=len(known)) >= FEWEST_DOCUMENTS_OF_TERM
    kept = enough[columns] if len(columns) else np.zeros(0, dtype=np.bool_)
    new_place = np.cumsum(enough) - 1
    return known[enough], np.stack([own[kept], new_place[columns[kept]]])
