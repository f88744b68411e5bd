"""Which words stand in which document, for counting: half a million documents in a minute.

Words meet across inflection (tekoälyn, tekoälyllä → tekoäly) and casing. Everything that costs something is done once
per distinct written form; a document costs one regular expression and a look-up per token.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from foresight.enrich import finnish
from foresight.enrich.name_forms import Form, NameFinder
from foresight.enrich.stopwords import ACRONYMS, is_stop_word
from foresight.records import Ints1d, WordIndex
from foresight.records.words import distinct

TOKEN = re.compile(r"[^\W_]+")
LONGEST_TOKEN = 40
_SHORTEST = 3
_ATTESTED = 2
_NAME_SEEN = 3
_GENERATIONS = re.compile(r"[2-6]G|[2-6]g|[348]K|[34][Dd]")
_NUMBER_AND_NAME = re.compile(r"\d+[^\W\d_]{3,}|[^\W\d_]+\d[^\W_]*")


class _Forms(dict[str, int]):
    """Numbers of the written forms of one language, given out in order of first sight over all languages."""

    def __init__(self, lang: str, seen: list[Form]) -> None:
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
    finder = NameFinder(seen, np.bincount(forms, minlength=len(seen)))
    open_ = [i for i, (lang, form) in enumerate(seen) if lang == "fi" and _may_count(form) and finder.is_open(form)]
    words = [word_of(form, lang) for lang, form in seen]
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


def _readings(seen: Sequence[Form], open_: Sequence[int], finder: NameFinder) -> dict[str, str]:
    """What each reading of the open forms counts as: itself, or "" for a stop word."""
    spelled = [seen[i][1] for i in open_]
    readings = {form.casefold() for form in spelled} | {finnish.lemma(form) for form in spelled}
    readings |= {stem for form in spelled for stem in finder.stems(form.casefold())}
    return {word: "" if is_stop_word(word, "fi") else word for word in readings}


def _may_count(form: str) -> bool:
    folded = form.casefold()
    return form not in ACRONYMS and _counts(form, folded) and not is_stop_word(folded, "fi")


def _forms_of_documents(
    titles: Sequence[str], texts: Sequence[str], langs: Sequence[str]
) -> tuple[Ints1d, npt.NDArray[np.int32], list[Form]]:
    """(document, form) pairs without doubles, and the forms behind the numbers."""
    seen: list[Form] = []
    tables = {lang: _Forms(lang, seen) for lang in sorted(set(langs))}
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
class Seen:
    """How often written forms occur in a corpus: in any casing (by case-folded form), and as written."""

    folded: Mapping[str, int]
    written: Mapping[str, int]

    @staticmethod
    def of(forms: Iterable[str], counts: Iterable[int]) -> Seen:
        """Count up; a form may come several times."""
        folded: dict[str, int] = {}
        written: dict[str, int] = {}
        for form, count in zip(forms, counts, strict=True):
            written[form] = written.get(form, 0) + count
            low = form.casefold()
            folded[low] = folded.get(low, 0) + count
        return Seen(folded, written)

    def is_name(self, form: str) -> bool:
        """Whether a capitalised Finnish form is a name, though the dictionary may know a word of its look (Lumia)."""
        if form == form.casefold():
            return False
        if not finnish.is_known(form):
            return True
        if finnish.is_known_name(form) or self.written.get(form, 0) < _NAME_SEEN:
            return False
        return form.casefold() not in self.written and finnish.lemma(form) not in self.written

    def nominative(self, name: str) -> str:
        """An unknown name without its case ending, where that is attested twice, a third as often (Applen → apple)."""
        folded = name.casefold()
        own = self.folded.get(folded, 0)
        for stem in finnish.name_stems(folded):
            if (count := self.folded.get(stem, 0)) >= _ATTESTED and 3 * count >= own:
                return stem
        return folded


NOTHING_SEEN = Seen({}, {})


def word_of(form: str, lang: str, seen: Seen = NOTHING_SEEN) -> str:
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


def _lemma(form: str, folded: str, lang: str, seen: Seen) -> str:
    if lang == "en":
        return _english(folded)
    if lang == "fi":
        return seen.nominative(form) if seen.is_name(form) else finnish.lemma(form)
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
