"""Finnish written forms that may be names: which there are in a corpus, and what would make each of them which word.

Nothing is decided here, since a decision at a cut-off may look at what came before it only: `NameForms.settled` does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from foresight.enrich import finnish
from foresight.records import Bools1d, Ints1d, NameForms

_NAME_SEEN = 3
_ATTESTED = 2

Form = tuple[str, str]
WordOf = Callable[[str], str]


class Spellings(dict[str, int]):
    """Numbers of spellings, given out in order of first sight."""

    def __missing__(self, spelling: str) -> int:
        number = len(self)
        self[spelling] = number
        return number

    def number(self, spelling: str) -> int:
        """Its number, −1 where it was never seen."""
        return self.get(spelling, -1)


class NameFinder:
    """The forms of a corpus whose word depends on what else is written in it.

    Args:
        forms: (language, spelling) of every written form.
        counts: in how many documents each stands.
    """

    def __init__(self, forms: Sequence[Form], counts: Ints1d) -> None:
        self._forms = forms
        self._written, self._folded = Spellings(), Spellings()
        self.written: Ints1d = np.array([self._written[form] for _, form in forms], dtype=np.int64)
        self.folded: Ints1d = np.array([self._folded[form.casefold()] for _, form in forms], dtype=np.int64)
        self._total = np.bincount(self.folded, weights=counts)
        self._total_written = np.bincount(self.written, weights=counts)

    def stems(self, folded: str) -> tuple[str, ...]:
        """What a name may be without its case ending, as far as the corpus has it often enough to ever count."""
        found = ((stem, self._folded.number(stem)) for stem in finnish.name_stems(folded))
        return tuple(stem for stem, number in found if number >= 0 and self._total[number] >= _ATTESTED)

    def is_open(self, form: str) -> bool:
        """Whether the word of a Finnish form is still to be decided: it may be a name, and there are two readings."""
        folded = form.casefold()
        if form == folded:
            return False
        if not finnish.is_known(form):
            return bool(self.stems(folded))
        return not finnish.is_known_name(form) and self._total_written[self._written.number(form)] >= _NAME_SEEN

    def small(self, form: str) -> tuple[int, int]:
        """The spellings in lower case that speak against a name, −1 for what was never seen."""
        return self._written.number(form.casefold()), self._written.number(finnish.lemma(form))

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
        known = np.array([finnish.is_known(form) for form in written], dtype=np.bool_)
        named = np.array([number(form.casefold()) for form in written], dtype=np.int64)
        plain = np.array([number(finnish.lemma(form)) for form in written], dtype=np.int64)
        own = np.array([self._folded[form.casefold()] for form in written], dtype=np.int64)
        small = np.array([self.small(form) for form in written], dtype=np.int64).reshape(-1, 2)
        stem_numbers = _padded([[self._folded[stem] for stem in own_stems] for own_stems in stems], width)
        indptr, indices = self._deciding(rows, written, np.union1d(own, stem_numbers), small)
        return NameForms(
            indptr=indptr,
            indices=indices,
            alone=_alone((indptr, indices), rows, np.array(forms, dtype=np.int64), columns),
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


def _alone(cells: tuple[Ints1d, Ints1d], rows: tuple[Ints1d, Ints1d], forms: Ints1d, columns: Ints1d) -> Bools1d:
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
