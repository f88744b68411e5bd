"""Terms gathered to families."""

from __future__ import annotations

import numpy as np
import pytest

from foresight.model.documents import Ints1d
from foresight.trends.slow_terms import gather_families, term_from_trend_id, trend_id_from_term


def rows(*numbers: int) -> Ints1d:
    return np.array(numbers, dtype=np.int64)


def test_a_term_in_the_documents_of_a_stronger_one_is_part_of_it() -> None:
    found = gather_families([7, 3], {7: rows(0, 1, 2, 3), 3: rows(2, 3)}, documents=9, most=5)
    assert [(family.lead, family.parts) for family in found] == [(7, (3,))]
    assert found[0].rows.tolist() == [0, 1, 2, 3]


def test_a_wider_term_that_holds_a_stronger_one_is_part_of_it_too() -> None:
    found = gather_families([7, 3], {7: rows(0, 1), 3: rows(0, 1, 2, 3, 4, 5)}, documents=9, most=5)
    assert [family.terms for family in found] == [(7, 3)]


def test_terms_that_share_little_are_trends_of_their_own() -> None:
    found = gather_families([7, 3], {7: rows(0, 1, 2), 3: rows(2, 3, 4)}, documents=9, most=5)
    assert [family.lead for family in found] == [7, 3]


def test_no_more_are_told_than_wanted_but_for_those_that_are_kept() -> None:
    held = {term: rows(term) for term in range(4)}
    found = gather_families([0, 1, 2, 3], held, documents=4, most=2, kept={3})
    assert [family.lead for family in found] == [0, 1, 3]


@pytest.mark.parametrize("term", ["graphene", "large language", "tekoäly malli"])
def test_the_id_of_a_slow_trend_says_what_founded_it(term: str) -> None:
    assert term_from_trend_id(trend_id_from_term(term)) == term
    assert term_from_trend_id("t0123456789abcdef") == ""
