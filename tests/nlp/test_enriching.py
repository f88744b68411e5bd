"""Documents gain a clean title and a language; what identifies them stays."""

from __future__ import annotations

import pytest

from foresight.model.options import TextOptions
from foresight.nlp.cleaning import Boilerplate, clean_documents, learn_boilerplate
from foresight.testing.builders import a_document

OPTIONS = TextOptions()


def test_titles_are_cleaned_and_languages_found() -> None:
    matters = ["Hallitus laskee veroja", "Lumi sulaa", "Hinnat nousevat", "Koulut alkavat", "Junat pysähtyivät"]
    titles = [f"{matter} | Lehti" for matter in matters]
    boilerplate = learn_boilerplate({"lehti": titles})
    document = a_document(source_id="lehti", title="Hallitus laskee veroja | Lehti", lang="")
    (enriched,) = clean_documents([document], source_langs={}, boilerplate=boilerplate, options=OPTIONS)
    assert (enriched.clean_title, enriched.lang, enriched.lang_origin) == ("Hallitus laskee veroja", "fi", "detected")
    assert (enriched.id, enriched.title) == (document.id, document.title)
    assert enriched.content_hash == document.content_hash


@pytest.mark.parametrize("title", ["", "😀", "the", "a\x00b", "مرحبا", "x" * 2_000_000, "\u202eright to left"])
def test_odd_documents_come_back_in_order(title: str) -> None:
    documents = [a_document("1", title=title, text=title), a_document("2")]
    enriched = clean_documents(documents, source_langs={}, boilerplate=Boilerplate(sources={}), options=OPTIONS)
    assert [document.id for document in enriched] == ["1", "2"]
    assert all(document.lang for document in enriched)
