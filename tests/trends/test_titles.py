"""A trend's name covers its articles in a few phrases, and never in stop words."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.model.documents import DocumentTerms
from foresight.nlp.word_index import WordIndex
from foresight.trends.naming import TitleArticle, WordBackground, phrase_words, shared_phrases, title_group


def index_of(*documents: str) -> WordIndex:
    words = [sorted(set(document.split())) for document in documents]
    vocabulary = sorted({word for mine in words for word in mine})
    columns = [vocabulary.index(word) for mine in words for word in mine]
    indptr = np.cumsum([0, *(len(mine) for mine in words)]).astype(np.int64)
    return WordIndex(vocabulary=tuple(vocabulary), indptr=indptr, indices=np.array(columns, dtype=np.int64))


def member(title: str, *phrases: str, lang: str = "en", similarity: float = 0.5, number: int = 0) -> TitleArticle:
    terms = DocumentTerms(document_id=str(number), lemmas=tuple(title.lower().split()), phrases=phrases)
    return TitleArticle(terms=terms, title=title, lang=lang, similarity=similarity)


EVERYTHING = WordBackground(index_of(*(["market news"] * 50 + ["ventilator nhs"] * 4 + ["strike"] * 4)))


def test_the_phrase_that_covers_most_and_is_rare_elsewhere_leads() -> None:
    members = [member(f"Article number {i}", "ventilators", "market", *(["NHS"] if i % 2 else [])) for i in range(4)]
    named = title_group(members, EVERYTHING)
    assert named.headlines[0].title == "Ventilators · NHS"
    assert named.covered == 1.0
    assert not named.is_mixed


def test_a_part_of_a_longer_phrase_is_not_said_twice() -> None:
    members = [member(f"Article number {i}", "high street", "street") for i in range(3)]
    assert title_group(members, EVERYTHING).headlines[0].title == "High street"


def test_phrases_that_begin_alike_are_not_said_twice() -> None:
    members = [member(f"Article number {i}", "Covid", "Covid-19", "ventilators") for i in range(4)]
    title = title_group(members, EVERYTHING).headlines[0].title
    assert title.count("Covid") == 1
    assert "entilators" in title


def test_a_group_without_a_common_phrase_is_mixed_and_takes_a_headline() -> None:
    others = ("Rain over hills", "Ten cats asleep", "New tax planned", "Goalie scores twice", "Old ship sold")
    members = [member(title, f"matter {chr(97 + i)}{i}") for i, title in enumerate(others)]
    named = title_group(members, EVERYTHING)
    assert named.is_mixed
    assert named.covered == 0.0
    assert named.headlines[0].title in others


def test_the_subtitle_is_a_short_central_headline_that_asks_nothing() -> None:
    members = [
        member("Why?", "strike", similarity=0.9),
        member("Is the strike over?", "strike", similarity=0.9),
        member("Pilots vote for a strike", "strike", similarity=0.8),
        member("Pilots vote for a very long strike in summer", "strike", similarity=0.9),
        member("A strike", "strike", similarity=0.7),
        member("Far from it all", "strike", similarity=0.1),
    ]
    assert title_group(members, EVERYTHING).headlines[0].subtitle == "Pilots vote for a strike"


def test_each_language_with_three_articles_has_its_name_the_strongest_first() -> None:
    members = [member("Strike at sea now", "strike", lang="en") for _ in range(3)]
    members += [member("Lakko alkaa merellä", "lakko", lang="fi") for _ in range(4)]
    members += [member("Strejk till havs", lang="sv") for _ in range(2)]
    named = title_group(members, EVERYTHING)
    assert [(headline.lang, headline.title) for headline in named.headlines] == [("fi", "Lakko"), ("en", "Strike")]


def test_two_articles_are_named_in_the_language_of_most() -> None:
    named = title_group([member("Lakko alkaa merellä", lang="fi"), member("Lakko jatkuu yhä", lang="fi")], EVERYTHING)
    assert [headline.lang for headline in named.headlines] == ["fi"]
    assert named.headlines[0].title


def test_names_keep_their_capitals() -> None:
    assert title_group([member("New iPhone is out", "iPhone")] * 3, EVERYTHING).headlines[0].title == "iPhone"


def test_the_name_of_a_source_is_no_title() -> None:
    members = [member(f"Article number {i}", "The Paper", "strike") for i in range(4)]
    assert title_group(members, EVERYTHING, banned=["The paper"]).headlines[0].title == "Strike"


def test_what_is_everywhere_of_late_names_nothing() -> None:
    index = index_of(*(["market"] * 80 + ["virus strike"] * 4 + ["virus"] * 16))
    recent = np.arange(100) >= 80
    members = [member(f"Article number {i}", "virus", "strike") for i in range(4)]
    assert title_group(members, WordBackground(index, recent)).headlines[0].title == "Strike"


def test_words_are_frequent_here_and_rare_elsewhere() -> None:
    members = [member("ventilator market news", "ventilators") for _ in range(4)]
    words = title_group(members, EVERYTHING).headlines[0].words
    assert words[0] == "ventilator"
    assert len(words) <= 8


def test_plurals_and_casings_of_a_phrase_are_one_shown_as_most_write_it() -> None:
    (phrase,) = shared_phrases([["trade deals"], ["Trade deal"], ["trade deal"], ["trade deal"]], "en")
    assert phrase.shown == "trade deal"
    assert phrase.places == frozenset(range(4))


def test_words_of_phrases_are_compared_without_english_plurals() -> None:
    assert phrase_words("Trade Deals", "en") == ("trade", "deal")
    assert phrase_words("crisis news boss virus", "en") == ("crisis", "news", "boss", "virus")
    assert phrase_words("talous", "fi") == ("talous",)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(max_size=30),
            st.lists(st.text(max_size=12), max_size=4),
            st.sampled_from(["fi", "en", "xx"]),
            st.floats(-1, 1),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_any_group_gets_a_name_and_the_same_one_again(rows: list[tuple[str, list[str], str, float]]) -> None:
    members = [
        member(title, *phrases, lang=lang, similarity=similarity, number=i)
        for i, (title, phrases, lang, similarity) in enumerate(rows)
    ]
    named = title_group(members, EVERYTHING)
    assert named == title_group(members, EVERYTHING)
    assert named.headlines
    assert 0.0 <= named.covered <= 1.0
    assert len({headline.lang for headline in named.headlines}) == len(named.headlines)


def test_an_empty_corpus_is_no_obstacle() -> None:
    assert (
        title_group([member("Strike at sea", "strike")] * 3, WordBackground(index_of())).headlines[0].title == "Strike"
    )


def test_a_finnish_word_covers_the_articles_that_hold_its_compounds() -> None:
    words = ("lakko", "lakko", "junalakko", "lakkopäivä", "lakkovaroitus")
    members = [member(f"Otsikko numero {i}", word, lang="fi") for i, word in enumerate(words)]
    named = title_group(members, EVERYTHING)
    assert named.headlines[0].title == "Lakko"
    assert named.covered == 1.0
    (phrase, *_) = shared_phrases([member.terms.phrases for member in members], "fi")
    assert (phrase.places, phrase.reach) == (frozenset({0, 1}), frozenset(range(5)))


def test_english_words_are_not_taken_for_compounds() -> None:
    assert shared_phrases([("market",), ("marketplace",), ("supermarket",)], "en") == ()


def test_what_is_common_everywhere_is_no_title_and_no_word() -> None:
    members = [member("market ventilator", "market", "ventilators") for _ in range(4)]
    (headline,) = title_group(members, EVERYTHING).headlines
    assert headline.title == "Ventilators"
    assert headline.words == ("ventilator",)


def test_three_pairs_of_many_articles_make_no_common_theme() -> None:
    shared = ("alpha", "beta", "gamma")
    members = [member(f"Own{i}", shared[i // 2] if i < 6 else f"own{i}") for i in range(12)]
    assert title_group(members, EVERYTHING).is_mixed


def test_of_two_forms_alike_the_one_in_lower_case_is_shown() -> None:
    (phrase,) = shared_phrases([("Rally",), ("rally",)], "en")
    assert phrase.shown == "rally"


def test_a_word_read_in_two_ways_is_told_once() -> None:
    members = [member("debenhams debenham") for _ in range(4)]
    assert len(title_group(members, EVERYTHING).headlines[0].words) == 1
