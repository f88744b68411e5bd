"""Which words stand in which document, for counting: half a million documents in a minute.

Words meet across inflection (tekoälyn, tekoälyllä → tekoäly) and casing. Everything that costs something is done once
per distinct written form; a document costs one regular expression and a look-up per token.

Whether an inflected Finnish form is a name depends on what else was written. A decision at a cut-off may look at what
came before it only, so `word_index` decides nothing: `NameForms` holds what decides, and `WordIndex.known` decides by
the rows it is given.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from foresight.model.documents import Bools1d, Ints1d
from foresight.nlp import finnish
from foresight.nlp.stopwords import ACRONYMS, is_stop_word

_ATTESTED = 2
_RIVAL = 3
_NAME_SEEN = 3
_Number = TypeVar("_Number", bound=np.generic)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameForms:
    """Written forms that may be the inflected form of a name, and what decides.

    Whether "Applen" counts as "apple", and whether "Lumia" is a phone or snow, depends on what else the articles hold:
    `settled` decides by counts of whatever stretch of them it is given.

    Attributes:
        indptr, indices: compressed rows of written forms, those that decide and those that are decided on.
        alone: of the cells of `indices`, whether no settled form of the row counts as the default of this one.
        written, folded: ``(forms,)`` number of the spelling of each, and of its spelling in lower case, over languages.
        forms: ``(v,)`` the forms that are decided on.
        default: ``(v,)`` column that the index counts each as, undecided.
        named: ``(v,)`` column of its own spelling; plain: of the common word it may be, −1 for none of either.
        is_word: ``(v,)`` whether a dictionary knows it: then it is a name only where it is never written small.
        small: ``(v, 2)`` spellings in lower case that speak against a name, −1 for none.
        own: ``(v,)`` its folded spelling; stems: ``(v, k)`` those of its stems, likeliest first, −1 for none.
        stem_columns: ``(v, k)`` the columns of the stems, −1 for stop words.
    """

    indptr: Ints1d
    indices: Ints1d
    alone: Bools1d
    written: Ints1d
    folded: Ints1d
    forms: Ints1d
    default: Ints1d
    named: Ints1d
    plain: Ints1d
    is_word: Bools1d
    small: Ints1d
    own: Ints1d
    stems: Ints1d
    stem_columns: Ints1d

    def settled(self, low: int, high: int) -> Ints1d:
        """``(v,)`` the column each counts as, by the counts of rows ``low <= row < high`` alone; −1 for none."""
        cells = self.indices[self.indptr[low] : self.indptr[high]]
        seen = np.bincount(cells, minlength=len(self.written))
        written = np.append(np.bincount(self.written, weights=seen), 0)
        folded = np.append(np.bincount(self.folded, weights=seen), 0)
        is_name = (written[self.written[self.forms]] >= _NAME_SEEN) & ~(written[self.small] > 0).any(axis=1)
        stems = folded[self.stems]
        attested = (stems >= _ATTESTED) & (_RIVAL * stems >= folded[self.own][:, None])
        first = np.argmax(attested, axis=1)
        stem = self.stem_columns[np.arange(len(first)), first]
        name = np.where(attested.any(axis=1), stem, self.named)
        return np.asarray(np.where(is_name | ~self.is_word, name, self.plain), dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordIndex:
    """Which words stand in which document of a corpus: a binary matrix in compressed rows.

    Words are lemmas, case-folded, stop words removed; languages share the vocabulary.

    Attributes:
        vocabulary: ``m`` words, sorted.
        indptr: ``(n + 1,)``; indices: ``(nnz,)`` columns of row i at ``indices[indptr[i]:indptr[i + 1]]``, sorted.
        names: forms that `known` decides on, None where there are none.
    """

    vocabulary: tuple[str, ...]
    indptr: Ints1d
    indices: Ints1d
    names: NameForms | None = None

    def known(self, low: int, high: int) -> WordIndex:
        """The index of rows ``low <= row < high``, as those rows alone would have it: nothing later is looked at."""
        start, end = int(self.indptr[low]), int(self.indptr[high])
        indptr, indices = self.indptr[low : high + 1] - start, self.indices[start:end]
        if self.names is None or not len(self.names.forms):
            return WordIndex(vocabulary=self.vocabulary, indptr=indptr, indices=indices)
        return self._renamed(self.names, low, high, indptr=indptr, indices=indices)

    def _renamed(self, names: NameForms, low: int, high: int, *, indptr: Ints1d, indices: Ints1d) -> WordIndex:
        place = np.full(len(names.written), -1, dtype=np.int64)
        place[names.forms] = np.arange(len(names.forms), dtype=np.int64)
        part = slice(int(names.indptr[low]), int(names.indptr[high]))
        open_ = place[names.indices[part]]
        rows = np.repeat(np.arange(high - low, dtype=np.int64), np.diff(names.indptr[low : high + 1]))[open_ >= 0]
        alone, open_ = names.alone[part][open_ >= 0], open_[open_ >= 0]
        target, default = names.settled(low, high)[open_], names.default[open_]
        width = max(len(self.vocabulary), 1)
        cells = np.repeat(np.arange(high - low, dtype=np.int64), np.diff(indptr)) * width + indices
        gone = (target != default) & alone & (default >= 0)
        cells = cells[np.isin(cells, rows[gone] * width + default[gone], invert=True)]
        cells = distinct(np.concatenate([cells, (rows * width + target)[target >= 0]]))
        return WordIndex(
            vocabulary=self.vocabulary,
            indptr=np.searchsorted(cells, np.arange(high - low + 1, dtype=np.int64) * width).astype(np.int64),
            indices=(cells % width).astype(np.int64),
        )

    def only(self, rows: Ints1d) -> WordIndex:
        """The index of some of its rows, in the order given."""
        indptr, indices = _rows_of(self.indptr, self.indices, rows)
        names = self.names
        if names is not None:
            own_indptr, own_indices = _rows_of(names.indptr, names.indices, rows)
            _, alone = _rows_of(names.indptr, names.alone, rows)
            names = replace(names, indptr=own_indptr, indices=own_indices, alone=alone)
        return WordIndex(vocabulary=self.vocabulary, indptr=indptr, indices=indices, names=names)


def distinct(values: Ints1d) -> Ints1d:
    """The different values, ascending. `np.unique` hashes integers, which takes twenty times as long for millions."""
    ordered: Ints1d = np.sort(values)
    different: Ints1d = ordered[
        np.concatenate([np.ones(min(len(ordered), 1), dtype=np.bool_), ordered[1:] != ordered[:-1]])
    ]
    return different


def _rows_of(indptr: Ints1d, indices: npt.NDArray[_Number], rows: Ints1d) -> tuple[Ints1d, npt.NDArray[_Number]]:
    """Compressed rows of a choice of rows."""
    lengths = indptr[rows + 1] - indptr[rows]
    chosen = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    cells = np.repeat(indptr[rows] - chosen[:-1], lengths) + np.arange(chosen[-1], dtype=np.int64)
    return chosen, indices[cells]


WrittenForm = tuple[str, str]


class _SpellingNumbers(dict[str, int]):
    """Numbers of spellings, given out in order of first sight."""

    def __missing__(self, spelling: str) -> int:
        number = len(self)
        self[spelling] = number
        return number

    def number(self, spelling: str) -> int:
        """Its number, −1 where it was never seen."""
        return self.get(spelling, -1)


class NameFormFinder:
    """The forms of a corpus whose word depends on what else is written in it.

    Args:
        forms: (language, spelling) of every written form.
        counts: in how many documents each stands.
    """

    def __init__(self, forms: Sequence[WrittenForm], counts: Ints1d) -> None:
        self._forms = forms
        self._written, self._folded = _SpellingNumbers(), _SpellingNumbers()
        self.written: Ints1d = np.array([self._written[form] for _, form in forms], dtype=np.int64)
        self.folded: Ints1d = np.array([self._folded[form.casefold()] for _, form in forms], dtype=np.int64)
        self._total = np.bincount(self.folded, weights=counts)
        self._total_written = np.bincount(self.written, weights=counts)

    def stems(self, folded: str) -> tuple[str, ...]:
        """What a name may be without its case ending, as far as the corpus has it often enough to ever count."""
        found = ((stem, self._folded.number(stem)) for stem in finnish.finnish_name_stems(folded))
        return tuple(stem for stem, number in found if number >= 0 and self._total[number] >= _ATTESTED)

    def is_open(self, form: str) -> bool:
        """Whether the word of a Finnish form is still to be decided: it may be a name, and there are two readings."""
        folded = form.casefold()
        if form == folded:
            return False
        if not finnish.is_finnish_word(form):
            return bool(self.stems(folded))
        return not finnish.is_finnish_name(form) and self._total_written[self._written.number(form)] >= _NAME_SEEN

    def small(self, form: str) -> tuple[int, int]:
        """The spellings in lower case that speak against a name, −1 for what was never seen."""
        return self._written.number(form.casefold()), self._written.number(finnish.finnish_lemma(form))

    def table(
        self, rows: tuple[Ints1d, Ints1d], forms: Sequence[int], columns: Ints1d, number: Callable[[str], int]
    ) -> NameForms:
        """What decides on `forms`.

        Args:
            rows: the forms of every document, compressed: (indptr, numbers of forms).
            forms: numbers of the forms that are open.
            columns: ``(forms,)`` what each form counts as, undecided, −1 for none.
            number: column of a word of a Finnish name or lemma, −1 where it does not count.
        """
        written = [self._forms[form][1] for form in forms]
        stems = [self.stems(form.casefold()) for form in written]
        width = max(1, *(len(own_stems) for own_stems in stems))
        known = np.array([finnish.is_finnish_word(form) for form in written], dtype=np.bool_)
        named = np.array([number(form.casefold()) for form in written], dtype=np.int64)
        plain = np.array([number(finnish.finnish_lemma(form)) for form in written], dtype=np.int64)
        own = np.array([self._folded[form.casefold()] for form in written], dtype=np.int64)
        small = np.array([self.small(form) for form in written], dtype=np.int64).reshape(-1, 2)
        stem_numbers = _padded([[self._folded[stem] for stem in own_stems] for own_stems in stems], width)
        indptr, indices = self._deciding(rows, written, np.union1d(own, stem_numbers), small)
        return NameForms(
            indptr=indptr,
            indices=indices,
            alone=_is_only_form_of_word((indptr, indices), rows, np.array(forms, dtype=np.int64), columns),
            written=self.written,
            folded=self.folded,
            forms=np.array(forms, dtype=np.int64),
            default=np.where(known, plain, named).astype(np.int64),
            named=named,
            plain=plain,
            is_word=known,
            small=small,
            own=own,
            stems=stem_numbers,
            stem_columns=_padded([[number(stem) for stem in own_stems] for own_stems in stems], width),
        )

    def _deciding(
        self, rows: tuple[Ints1d, Ints1d], written: Sequence[str], folded: Ints1d, small: Ints1d
    ) -> tuple[Ints1d, Ints1d]:
        """The rows with those forms alone whose counts decide something."""
        spelled = np.union1d(small, np.array([self._written[form] for form in written], dtype=np.int64))
        matters = np.isin(self.folded, folded) | np.isin(self.written, spelled)
        indptr, indices = rows
        kept = matters[indices]
        return np.concatenate([[0], np.cumsum(kept)])[indptr].astype(np.int64), indices[kept]


def _is_only_form_of_word(
    cells: tuple[Ints1d, Ints1d], rows: tuple[Ints1d, Ints1d], forms: Ints1d, columns: Ints1d
) -> Bools1d:
    """Whether each open form of a row is the only one that counts as what it counts as, settled ones considered."""
    width = int(columns.max(initial=0)) + 1
    is_open = np.zeros(len(columns), dtype=np.bool_)
    is_open[forms] = True
    own_rows = np.repeat(np.arange(len(cells[0]) - 1, dtype=np.int64), np.diff(cells[0]))
    own = own_rows * width + columns[cells[1]]
    busy = np.unique(own_rows[is_open[cells[1]]])
    settled = np.repeat(np.arange(len(rows[0]) - 1, dtype=np.int64), np.diff(rows[0]))
    kept = np.isin(settled, busy) & ~is_open[rows[1]]
    return np.asarray(is_open[cells[1]] & ~np.isin(own, settled[kept] * width + columns[rows[1][kept]]), dtype=np.bool_)


def _padded(rows: Sequence[Sequence[int]], width: int) -> Ints1d:
    return np.array([[*row, *(-1,) * (width - len(row))] for row in rows], dtype=np.int64).reshape(-1, width)


TOKEN = re.compile(r"[^\W_]+")
LONGEST_TOKEN = 40
_SHORTEST = 3
_GENERATIONS = re.compile(r"[2-6]G|[2-6]g|[348]K|[34][Dd]")
_NUMBER_AND_NAME = re.compile(r"\d+[^\W\d_]{3,}|[^\W\d_]+\d[^\W_]*")


class _FormNumbers(dict[str, int]):
    """Numbers of the written forms of one language, given out in order of first sight over all languages."""

    def __init__(self, lang: str, seen: list[WrittenForm]) -> None:
        super().__init__()
        self._lang = lang
        self._seen = seen

    def __missing__(self, form: str) -> int:
        number = len(self._seen)
        self._seen.append((self._lang, form))
        self[form] = number
        return number


def word_index(titles: Sequence[str], texts: Sequence[str], langs: Sequence[str]) -> WordIndex:
    """The words of each document, its title and lead together.

    Args:
        titles: one per document.
        texts: their leads, "" where none.
        langs: ISO 639-1.

    Returns:
        Row i is document i. Words are case-folded lemmas in Finnish and English, case-folded forms elsewhere; of three
        letters and more, shorter only where they are acronyms (AI, EU, 5G); without stop words and bare numbers.
        Inflected Finnish names stand as written until `WordIndex.known` settles them by a moment's past.
    """
    rows, forms, seen = _forms_of_documents(titles, texts, langs)
    finder = NameFormFinder(seen, np.bincount(forms, minlength=len(seen)))
    open_ = [i for i, (lang, form) in enumerate(seen) if lang == "fi" and _may_count(form) and finder.is_open(form)]
    words = [count_word(form, lang) for lang, form in seen]
    readings = _readings(seen, open_, finder)
    vocabulary = tuple(sorted({word for word in (*words, *readings) if word}))
    number = {word: i for i, word in enumerate(vocabulary)}
    columns = np.array([number.get(word, -1) for word in words], dtype=np.int64)
    index = _compressed(rows, columns[forms], vocabulary, len(titles))
    if not open_:
        return index
    indptr = np.searchsorted(rows, np.arange(len(titles) + 1, dtype=np.int64)).astype(np.int64)
    cells = (indptr, forms.astype(np.int64))
    return replace(
        index, names=finder.table(cells, open_, columns, lambda word: number.get(readings.get(word, ""), -1))
    )


def _readings(seen: Sequence[WrittenForm], open_: Sequence[int], finder: NameFormFinder) -> dict[str, str]:
    """What each reading of the open forms counts as: itself, or "" for a stop word."""
    spelled = [seen[i][1] for i in open_]
    readings = {form.casefold() for form in spelled} | {finnish.finnish_lemma(form) for form in spelled}
    readings |= {stem for form in spelled for stem in finder.stems(form.casefold())}
    return {word: "" if is_stop_word(word, "fi") else word for word in readings}


def _may_count(form: str) -> bool:
    folded = form.casefold()
    return form not in ACRONYMS and _counts(form, folded) and not is_stop_word(folded, "fi")


def _forms_of_documents(
    titles: Sequence[str], texts: Sequence[str], langs: Sequence[str]
) -> tuple[Ints1d, npt.NDArray[np.int32], list[WrittenForm]]:
    """(document, form) pairs without doubles, and the forms behind the numbers."""
    seen: list[WrittenForm] = []
    tables = {lang: _FormNumbers(lang, seen) for lang in sorted(set(langs))}
    forms = array("i")
    lengths = array("q")
    find = TOKEN.findall
    for title, text, lang in zip(titles, texts, langs, strict=True):
        table = tables[lang]
        own = {table[form] for form in find(f"{title} {text}")}
        forms.extend(sorted(own))
        lengths.append(len(own))
    rows = np.repeat(np.arange(len(lengths), dtype=np.int64), np.frombuffer(lengths, dtype=np.int64))
    return rows, np.frombuffer(forms, dtype=np.int32), seen


@dataclass(frozen=True, slots=True)
class FormCounts:
    """How often written forms occur in a corpus: in any casing (by case-folded form), and as written."""

    folded: Mapping[str, int]
    written: Mapping[str, int]

    @staticmethod
    def of(forms: Iterable[str], counts: Iterable[int]) -> FormCounts:
        """Count up; a form may come several times."""
        folded: dict[str, int] = {}
        written: dict[str, int] = {}
        for form, count in zip(forms, counts, strict=True):
            written[form] = written.get(form, 0) + count
            low = form.casefold()
            folded[low] = folded.get(low, 0) + count
        return FormCounts(folded, written)

    def is_name(self, form: str) -> bool:
        """Whether a capitalised Finnish form is a name, though the dictionary may know a word of its look (Lumia)."""
        if form == form.casefold():
            return False
        if not finnish.is_finnish_word(form):
            return True
        if finnish.is_finnish_name(form) or self.written.get(form, 0) < _NAME_SEEN:
            return False
        return form.casefold() not in self.written and finnish.finnish_lemma(form) not in self.written

    def nominative(self, name: str) -> str:
        """An unknown name without its case ending, where that is attested twice, a third as often (Applen → apple)."""
        folded = name.casefold()
        own = self.folded.get(folded, 0)
        for stem in finnish.finnish_name_stems(folded):
            if (count := self.folded.get(stem, 0)) >= _ATTESTED and 3 * count >= own:
                return stem
        return folded


NO_COUNTS = FormCounts({}, {})


def count_word(form: str, lang: str, seen: FormCounts = NO_COUNTS) -> str:
    """The word a written form counts as, "" where it does not count.

    Args:
        form: one token as written.
        lang: its language.
        seen: how often forms occur in the corpus: inflected Finnish names are joined to their nominative only
            where the corpus has it.
    """
    if form in ACRONYMS:
        return form.casefold()
    folded = form.casefold()
    if not _counts(form, folded) or is_stop_word(folded, lang):
        return ""
    word = _lemma(form, folded, lang, seen)
    return "" if is_stop_word(word, lang) else word


def _counts(form: str, folded: str) -> bool:
    """Whether a token is a word: long enough, or an acronym; no number, amount or date."""
    if len(folded) > LONGEST_TOKEN:
        return False
    if any(character.isdigit() for character in form):
        return _GENERATIONS.fullmatch(form) is not None or _NUMBER_AND_NAME.fullmatch(form) is not None
    return len(folded) >= _SHORTEST or (len(form) > 1 and form.isupper())


def _lemma(form: str, folded: str, lang: str, seen: FormCounts) -> str:
    if lang == "en":
        return _english(folded)
    if lang == "fi":
        return seen.nominative(form) if seen.is_name(form) else finnish.finnish_lemma(form)
    return folded


def _english(folded: str) -> str:
    from simplemma import lemmatize  # noqa: PLC0415 - loads its dictionary where English is read

    return str(lemmatize(folded, "en")).casefold()


def _compressed(rows: Ints1d, columns: Ints1d, vocabulary: tuple[str, ...], documents: int) -> WordIndex:
    """Compressed rows: forms of one word meet in one column."""
    kept = columns >= 0
    width = max(len(vocabulary), 1)
    cells = distinct(rows[kept] * width + columns[kept])
    indptr = np.searchsorted(cells, np.arange(documents + 1, dtype=np.int64) * width).astype(np.int64)
    return WordIndex(vocabulary=vocabulary, indptr=indptr, indices=(cells % width).astype(np.int64))
