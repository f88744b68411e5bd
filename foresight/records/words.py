"""Which words stand in which document, and what is said of that by a moment's past alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from foresight.records.documents import Bools1d, Ints1d

_ATTESTED = 2
_RIVAL = 3
_NAME_SEEN = 3
_T = TypeVar("_T", bound=np.generic)


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
        indptr, indices = _rows(self.indptr, self.indices, rows)
        names = self.names
        if names is not None:
            own_indptr, own_indices = _rows(names.indptr, names.indices, rows)
            _, alone = _rows(names.indptr, names.alone, rows)
            names = replace(names, indptr=own_indptr, indices=own_indices, alone=alone)
        return WordIndex(vocabulary=self.vocabulary, indptr=indptr, indices=indices, names=names)


def distinct(values: Ints1d) -> Ints1d:
    """The different values, ascending. `np.unique` hashes integers, which takes twenty times as long for millions."""
    ordered: Ints1d = np.sort(values)
    different: Ints1d = ordered[
        np.concatenate([np.ones(min(len(ordered), 1), dtype=np.bool_), ordered[1:] != ordered[:-1]])
    ]
    return different


def _rows(indptr: Ints1d, indices: npt.NDArray[_T], rows: Ints1d) -> tuple[Ints1d, npt.NDArray[_T]]:
    """Compressed rows of a choice of rows."""
    lengths = indptr[rows + 1] - indptr[rows]
    chosen = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    cells = np.repeat(indptr[rows] - chosen[:-1], lengths) + np.arange(chosen[-1], dtype=np.int64)
    return chosen, indices[cells]
