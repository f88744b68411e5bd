"""Terms of documents: words and pairs of words, and how they are shown."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.nlp.term_index import FEWEST_DOCUMENTS_OF_TERM, name_terms, term_index
from foresight.nlp.term_spelling import is_fixed_phrase, spelled_terms
from foresight.nlp.word_index import WordIndex


def index_of(*titles: str, lang: str = "en", times: int = FEWEST_DOCUMENTS_OF_TERM) -> WordIndex:
    """Every title `times` times, all on one day."""
    told = [title for title in titles for _ in range(times)]
    return term_index(told, [""] * len(told), [lang] * len(told), np.zeros(len(told), dtype=np.int64))


def terms_of(index: WordIndex, row: int) -> set[str]:
    return {index.vocabulary[i] for i in index.indices[index.indptr[row] : index.indptr[row + 1]]}


def test_words_and_pairs_of_neighbours_are_terms() -> None:
    assert terms_of(index_of("Quantum networks"), 0) == {"quantum", "network", "quantum network"}


def test_a_hyphen_joins_and_other_punctuation_parts() -> None:
    assert "edge computing" in terms_of(index_of("edge-computing"), 0)
    assert "robot taxi" not in terms_of(index_of("robots, taxis"), 0)


def test_no_stop_word_stands_in_a_term() -> None:
    assert terms_of(index_of("The robots of the taxis"), 0) == {"robot", "taxi"}


def test_a_pair_does_not_reach_from_the_title_into_the_lead_or_the_next_document() -> None:
    told = term_index(["robots"] * 6, ["taxis"] * 6, ["en"] * 6, np.zeros(6, dtype=np.int64))
    assert terms_of(told, 0) == {"robot", "taxi"}


def test_a_term_of_fewer_documents_is_left_out() -> None:
    assert index_of("robots", times=FEWEST_DOCUMENTS_OF_TERM - 1).vocabulary == ()


def test_a_term_twice_in_a_document_counts_once() -> None:
    index = index_of("robots and robots")
    assert index.indptr.tolist() == list(range(FEWEST_DOCUMENTS_OF_TERM + 1))


def test_inflected_finnish_words_are_one_term() -> None:
    index = index_of("tekoälyn sääntely", "tekoälyllä", "sääntelyä tekoälylle", lang="fi")
    assert "tekoäly" in terms_of(index, FEWEST_DOCUMENTS_OF_TERM)
    assert "tekoäly sääntely" in terms_of(index, 0)


def test_nothing_has_no_terms() -> None:
    index = term_index([], [], [], np.zeros(0, dtype=np.int64))
    assert index.vocabulary == ()
    assert index.indptr.tolist() == [0]


WORDS = st.sampled_from(["Lumian", "lumia", "Applen", "Apple", "Nokian", "Nokia", "lunta", "robotti", "robotin", "."])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=5).map(" ".join), min_size=1, max_size=30), st.data())
def test_later_documents_change_no_terms_of_earlier_ones(titles: list[str], data: st.DataObject) -> None:
    days = np.sort(np.array([data.draw(st.integers(0, 5)) for _ in titles], dtype=np.int64))
    upto = int(np.searchsorted(days, data.draw(st.integers(0, 5)), side="right"))
    langs, texts = ["fi"] * len(titles), [""] * len(titles)
    whole = term_index(titles, texts, langs, days)
    part = term_index(titles[:upto], texts[:upto], langs[:upto], days[:upto])
    for row in range(upto):
        assert terms_of(part, row) == terms_of(whole, row) & set(part.vocabulary)


def test_the_name_of_a_source_is_no_term_but_its_words_may_be() -> None:
    assert name_terms([("CNBC", "en"), ("Guardian Business", "en")]) == {"cnbc", "guardian business"}


def test_a_term_is_shown_as_most_articles_write_it() -> None:
    titles = [
        "Large language models learn",
        "On large language models",
        "large language models",
        "Language models talk",
    ]
    assert spelled_terms(["language model"], titles, [""] * 4, "en") == ("large language models",)


def test_a_word_that_few_write_beside_it_is_not_taken_in() -> None:
    titles = ["Graphene sheets", "Graphene", "On graphene", "Folded graphene"]
    assert spelled_terms(["graphene"], titles, [""] * 4, "en")[0].casefold() == "graphene"


def test_finnish_terms_are_shown_in_the_nominative() -> None:
    titles = ["Tekoälyn käyttö kasvaa", "Tekoälyllä tehdään", "Kunnat hyötyvät tekoälystä"]
    assert spelled_terms(["tekoäly"], titles, [""] * 3, "fi") == ("tekoäly",)


def test_a_term_that_nobody_writes_is_left_out() -> None:
    assert spelled_terms(["robot", "moon"], ["Robots"], [""], "en") == ("Robots",)


def test_markup_and_addresses_are_no_words() -> None:
    assert terms_of(index_of(r"$\alpha$ decay, see https://robots.example/taxis"), 0) == {"decay"}


def test_plurals_that_no_dictionary_knows_are_one_term() -> None:
    assert terms_of(index_of("Metasurfaces"), 0) == {"metasurface"}
    assert terms_of(index_of("physics"), 0) == {"physics"}


def test_what_a_column_says_each_time_is_a_formula() -> None:
    said = [f"The host answers at rapid speed. And {word}" for word in ("oil", "gold", "shares", "banks", "tax")]
    assert is_fixed_phrase("rapid speed", ["Callers"] * 5, said, "en")
    varied = [f"A {word} reached rapid speed over {word}" for word in ("train", "ship", "plane", "car", "bird")]
    assert not is_fixed_phrase("rapid speed", ["Callers"] * 5, varied, "en")
