"""Words meet across inflection and casing, and cost little."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.nlp import finnish
from foresight.nlp.word_index import WordIndex, count_word, word_index


def words_of(index: WordIndex, row: int) -> set[str]:
    return {index.vocabulary[column] for column in index.indices[index.indptr[row] : index.indptr[row + 1]]}


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("tekoälyn", "tekoäly"),
        ("tekoälyllä", "tekoäly"),
        ("kestävyyden", "kestävyys"),
        ("palvelumuotoilu", "palvelumuotoilu"),
        ("palvelumuotoilun", "palvelumuotoilu"),
        ("hyvinvointialueen", "hyvinvointialue"),
        ("Hyvinvointialueet", "hyvinvointialue"),
        ("ilmastonmuutoksen", "ilmastonmuutos"),
        ("vaalien", "vaalit"),
        ("vaaleissa", "vaalit"),
        ("eduskuntavaalit", "eduskuntavaalit"),
        ("puolustusvoimien", "puolustusvoimat"),
        ("markkinoiden", "markkinat"),
        ("markkinoita", "markkinat"),
        ("tietoturvan", "tietoturva"),
        ("osaamisen", "osaaminen"),
        ("Nokian", "nokia"),
        ("Nokia", "nokia"),
        ("Venäjällä", "venäjä"),
        ("lakon", "lakko"),
    ],
)
def test_finnish_forms_find_their_dictionary_form(form: str, lemma: str) -> None:
    assert finnish.finnish_lemma(form) == lemma


def test_inflected_finnish_documents_share_their_words() -> None:
    index = word_index(["Tekoälyn käyttö kasvaa", "Tekoälyllä säästetään"], ["", ""], ["fi", "fi"])
    assert "tekoäly" in words_of(index, 0) & words_of(index, 1)


def test_an_inflected_foreign_name_joins_its_nominative_where_the_corpus_has_it() -> None:
    titles = ["Applen puhelin", "Uusi Apple", "Apple kasvaa", "Vehon autot"]
    index = word_index(titles, [""] * 4, ["fi"] * 4).known(0, 4)
    assert words_of(index, 0) == {"apple", "puhelin"}
    assert "vehon" in words_of(index, 3)


def test_a_capital_is_a_name_where_nothing_is_written_small() -> None:
    titles = ["Koneet myy hissejä", "Koneet kallistuu", "Uusi Koneet tuli"]
    named = word_index(titles, [""] * 3, ["fi"] * 3).known(0, 3)
    assert all("koneet" in words_of(named, row) for row in range(3))
    machines = word_index([*titles, "Uudet koneet"], [""] * 4, ["fi"] * 4).known(0, 4)
    assert all("kone" in words_of(machines, row) for row in range(4))


FORMS = [
    "Apple",
    "Applen",
    "Applella",
    "Lumia",
    "lumia",
    "lumi",
    "Lumian",
    "Veho",
    "Vehon",
    "etätyö",
    "Etätyöstä",
    "Ja",
]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(st.sampled_from(FORMS), min_size=1, max_size=5), st.sampled_from(["fi", "fi", "en"])),
        min_size=1,
        max_size=14,
    ),
    st.data(),
)
def test_words_are_settled_by_the_stretch_that_is_known_and_nothing_else(
    documents: list[tuple[list[str], str]], data: st.DataObject
) -> None:
    titles, langs = [" ".join(forms) for forms, _ in documents], [lang for _, lang in documents]
    low = data.draw(st.integers(0, len(titles)))
    high = data.draw(st.integers(low, len(titles)))
    whole = word_index(titles, [""] * len(titles), langs).known(low, high)
    part = word_index(titles[low:high], [""] * (high - low), langs[low:high]).known(0, high - low)
    assert [words_of(whole, row) for row in range(high - low)] == [words_of(part, row) for row in range(high - low)]


def test_chosen_rows_keep_what_settles_them() -> None:
    titles = ["Applen puhelin", "Uusi Apple", "Vehon autot", "Apple kasvaa"]
    index = word_index(titles, [""] * 4, ["fi"] * 4)
    chosen = index.only(np.array([3, 0, 1])).known(0, 3)
    assert ["apple" in words_of(chosen, row) for row in range(3)] == [True, True, True]
    assert "applen" in words_of(index.only(np.array([0, 1])).known(0, 2), 0)


def test_english_plurals_and_verbs_meet() -> None:
    index = word_index(["Retailers closed shops", "A retailer closes its shop"], ["", ""], ["en", "en"])
    assert words_of(index, 0) == words_of(index, 1)


def test_acronyms_and_generations_are_words_and_amounts_are_not() -> None:
    index = word_index(["AI and 5G in the US: £10m, 2020, 19th of it"], [""], ["en"])
    assert words_of(index, 0) == {"ai", "5g", "us"}


def test_languages_share_the_vocabulary() -> None:
    index = word_index(["Nokia rises", "Nokian nousu"], ["", ""], ["en", "fi"])
    assert "nokia" in words_of(index, 0) & words_of(index, 1)


@pytest.mark.parametrize(
    ("title", "lang"), [("the of and", "en"), ("ja se on", "fi"), ("och det är", "sv"), ("und das", "de")]
)
def test_stop_words_alone_leave_nothing(title: str, lang: str) -> None:
    assert words_of(word_index([title], [""], [lang]), 0) == set()


@pytest.mark.parametrize(
    "text",
    ["", "😀😀", "\x00\x01", "!!!", "١٢٣", "a" * 2_000_000, "مرحبا بالعالم", "日本語のニュース", "İstanbul ǅ ß ﬁ"],
)
def test_odd_text_breaks_nothing(text: str) -> None:
    index = word_index([text], [text], ["en"])
    assert len(index.indptr) == 2
    assert all(len(word) <= 40 for word in index.vocabulary)


def test_no_documents_make_an_empty_index() -> None:
    index = word_index([], [], [])
    assert index.vocabulary == ()
    assert index.indptr.tolist() == [0]
    assert index.indices.size == 0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.text(max_size=40), st.text(max_size=60), st.sampled_from(["fi", "en", "sv", "xx"])), max_size=6
    )
)
def test_rows_are_sorted_unique_and_in_range(documents: list[tuple[str, str, str]]) -> None:
    titles, texts, langs = ([row[i] for row in documents] for i in range(3))
    index = word_index(titles, texts, langs)
    assert index.vocabulary == tuple(sorted(set(index.vocabulary)))
    assert index.indptr[0] == 0
    assert index.indptr[-1] == len(index.indices)
    for start, end in zip(index.indptr[:-1], index.indptr[1:], strict=True):
        row = index.indices[start:end]
        assert np.all(np.diff(row) > 0)
        assert np.all((row >= 0) & (row < len(index.vocabulary)))


def test_the_same_documents_give_the_same_index() -> None:
    titles, langs = ["Vaalien tulos", "Elections result", "Vaalit lähestyvät"], ["fi", "en", "fi"]
    first, second = (word_index(titles, [""] * 3, langs) for _ in range(2))
    assert first.vocabulary == second.vocabulary
    assert np.array_equal(first.indices, second.indices)


def test_an_over_long_token_is_no_word() -> None:
    assert count_word("x" * 41, "en") == ""


@pytest.mark.slow
def test_a_hundred_thousand_documents_take_seconds() -> None:
    titles = [f"Company number{i % 997} buys retailer in town{i % 89}" for i in range(100_000)]
    started = time.perf_counter()
    word_index(titles, titles, ["en"] * len(titles))
    assert time.perf_counter() - started < 15
