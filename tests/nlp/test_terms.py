"""Noun phrases as a reader would write them, in Finnish and in English."""

from __future__ import annotations

import pytest

from foresight.model.documents import DocumentTerms
from foresight.nlp.phrases import document_terms
from foresight.testing.builders import a_document


def terms(*titles: str, lang: str) -> list[DocumentTerms]:
    return list(document_terms([a_document(str(i), title=title, lang=lang) for i, title in enumerate(titles)]))


@pytest.mark.parametrize(
    ("title", "phrase"),
    [
        ("Viron yritysveromalli houkuttelee", "Viron yritysveromalli"),
        ("Oppilaan oikeutta turvalliseen opiskeluympäristöön pitää vahvistaa", "turvallinen opiskeluympäristö"),
        ("Puolustusvoimien suorituskykyjen kehittäminen", "puolustusvoimien suorituskyky"),
        ("Puolustusvoimien suorituskykyjen kehittäminen", "puolustusvoimat"),
        ("Pettäjäpalvelu Ashley Madison vuoti", "Ashley Madison"),
        ("Suomen Pankin pääjohtaja puhui", "Suomen Pankki"),
        ("Helsingin Sanomien päätoimittaja vaihtuu", "Helsingin Sanomat"),
        ("Eduskuntavaaleihin on viikko", "eduskuntavaalit"),
        ("Microsoft ei tue Windows 10:tä enää", "Windows 10"),
        ("Snowden imi NSA-tiedot", "NSA-tieto"),
        ("Mozilla-pomo erosi", "Mozilla"),
        ("EU:n tekoälyasetus tuli voimaan", "tekoälyasetus"),
        ("Käännytyslaista riidellään", "käännytyslaki"),
        ("Elon Musk rakentaa radan", "Elon Musk"),
    ],
)
def test_finnish_phrases_have_their_head_in_the_nominative(title: str, phrase: str) -> None:
    assert phrase in terms(title, lang="fi")[0].phrases


@pytest.mark.parametrize(
    ("title", "phrase"),
    [
        ("Oppilaan oikeutta turvalliseen opiskeluympäristöön pitää vahvistaa", "turvalliseen opiskeluympäristö"),
        ("Firma menettää asiakkaita", "menettää"),
        ("Ja se on siinä", "se"),
        ("Uusi laki tulee voimaan", "uusi laki"),
        ("Hinta nousi miljoona euroa", "miljoona euro"),
        ("Elon Musk rakentaa radan", "Elo"),
        ("Kyselyn vastaajat ovat väsyneitä", "kyselyn vastaaja"),
        ("Illan lakkouutiset", "lakkouutinen"),
        ("Illan urheilu-uutiset", "urheilu-uutinen"),
        ("Juhlaa on vietetty", "vietetty"),
        ("Terveyden laitos varoittaa", "Terveyden"),
    ],
)
def test_what_is_no_finnish_phrase_is_left_out(title: str, phrase: str) -> None:
    assert phrase not in terms(title, lang="fi")[0].phrases


def test_an_inflected_finnish_name_is_shown_as_other_titles_write_it() -> None:
    found = terms("Mozillan johtaja erosi", "Mozilla nimitti johtajan", "Eroaja jätti Mozilla säätiön", lang="fi")
    assert "Mozilla" in found[0].phrases


def test_a_finnish_name_goes_by_the_nominative_that_other_titles_attest() -> None:
    found = terms("Huhu Androidista", "Android päivittyi", "Uusi Android tuli", "Syyte Teslan insinöörille", lang="fi")
    assert "Android" in found[0].phrases
    assert "Tesla" in found[3].phrases
    alone = terms("Vladimir Putin puhui", "Putin matkusti", "Vaalit voitti Putin", lang="fi")
    assert "Vladimir Putin" in alone[0].phrases


def test_a_very_short_title_is_read_with_its_lead() -> None:
    lead = "Hallitus tekee uuden poikkeuslain itärajasta. Laki tulee pian eduskuntaan."
    (found,) = document_terms([a_document("1", title="Esitys", text=lead, lang="fi")])
    assert {"hallitus", "poikkeuslaki", "itäraja"} <= set(found.lemmas)
    (alone,) = document_terms([a_document("1", title="Hallitus tekee uuden esityksen", text=lead, lang="fi")])
    assert "itäraja" not in alone.lemmas


def test_finnish_lemmas_are_content_words() -> None:
    (found,) = terms("Hallitus aikoo kuitenkin nopeasti kiristää verotusta", lang="fi")
    assert {"hallitus", "kiristää", "verotus"} <= set(found.lemmas)
    assert not {"kuitenkin", "nopeasti"} & set(found.lemmas)


@pytest.mark.parametrize(
    ("title", "phrase"),
    [
        ("UK prepares to defy US by allowing Huawei to supply 5G kit", "5G kit"),
        ("Ventilators needed as hospitals fill", "ventilators"),
        ("Next Bank of England governor calls for calm", "Bank of England"),
        ("UK manufacturing growth stays strong", "UK manufacturing growth"),
        ("Is the new iPhone worth it?", "iPhone"),
        ("Support ends for Windows 10 this week", "Windows 10"),
        ("Death on the high street", "high street"),
        ("John Lewis reports record sales week thanks to Black Friday", "Black Friday"),
        ("MPs reject plan of Theresa May", "Theresa May"),
        ("Boeing halts work on 737 Max jets", "737 Max"),
        ("Carlos Ghosn: Japanese court extends detention", "Japanese court"),
    ],
)
def test_english_phrases_keep_their_own_casing(title: str, phrase: str) -> None:
    assert phrase in terms(title, lang="en")[0].phrases


@pytest.mark.parametrize("phrase", ["the", "of", "year", "2020", "£10m", "new rules", "s"])
def test_what_is_no_english_phrase_is_left_out(phrase: str) -> None:
    titles = ["The new rules of the year 2020 cost £10m", "Tesco's new rules of the year"]
    assert all(phrase not in found.phrases for found in terms(*titles, lang="en"))


def test_title_case_is_undone_by_what_other_titles_show() -> None:
    found = terms("Nokia Buys Chip Maker in Texas", "Why the chip maker matters", lang="en")
    assert "chip maker" in found[0].phrases
    assert "Nokia" in found[0].phrases


def test_other_languages_have_words_and_no_phrases() -> None:
    (found,) = terms("Regeringen sänker skatten på el", lang="sv")
    assert "regeringen" in found.lemmas
    assert found.phrases == ()


ODD = ["", "the", "ja", "😀", "\x00\x01", "مرحبا بالعالم", "日本", "A" * 5_000, "\u202ekäännetty", "—", "5", "a b c"]


@pytest.mark.parametrize("lang", ["fi", "en", "ar"])
def test_odd_titles_break_nothing(lang: str) -> None:
    found = terms(*ODD, lang=lang)
    assert [one.document_id for one in found] == [str(i) for i in range(len(ODD))]


def test_documents_come_back_in_order_whatever_their_language() -> None:
    documents = [a_document(str(i), lang=lang, title="Nokia") for i, lang in enumerate(["fi", "en", "sv", "fi"])]
    assert [found.document_id for found in document_terms(documents)] == ["0", "1", "2", "3"]
