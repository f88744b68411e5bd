"""Words and noun phrases of documents, as trends are titled by them: `DocumentTerms`, for the documents of trends only.

English is read by spaCy's tagger, Finnish by simplemma and rules of its own; of other languages only words are taken.
"""

from __future__ import annotations

from collections.abc import Sequence

from foresight.model.documents import Document, DocumentTerms
from foresight.nlp.english_phrases import english_lemmas_and_phrases
from foresight.nlp.finnish_phrases import finnish_lemmas_and_phrases
from foresight.nlp.word_index import TOKEN, count_word

LONGEST_TITLE_READ = 300
"""Characters of a title that are read."""

_SHORT_TITLE = 3
_LEAD = 200


def document_terms(documents: Sequence[Document]) -> tuple[DocumentTerms, ...]:
    """Lemmas and noun phrases of the documents' titles, with the lead of very short ones, in the order given.

    Documents of one call help each other: a word's casing and a Finnish name's nominative are what most of them
    show. Give all the documents of a trend, or of all trends, at once. English costs 3 ms a title, Finnish .1 ms.
    """
    by_lang: dict[str, list[int]] = {}
    for i, document in enumerate(documents):
        by_lang.setdefault(document.lang, []).append(i)
    found: dict[int, DocumentTerms] = {}
    for lang, places in by_lang.items():
        ids = [documents[i].id for i in places]
        titles = [_title(documents[i]) for i in places]
        found.update(zip(places, _terms_of(lang, ids, titles), strict=True))
    return tuple(found[i] for i in range(len(documents)))


def _title(document: Document) -> str:
    """The title; where it is a word or three ("Poikkeuslaki"), with the beginning of the text behind it."""
    title = (document.clean_title or document.title)[:LONGEST_TITLE_READ]
    if not document.text or len(TOKEN.findall(title)) > _SHORT_TITLE:
        return title
    ends = "" if title.endswith((".", "!", "?")) else "."
    return f"{title}{ends} {document.text[:_LEAD].rpartition(' ')[0]}"


def _terms_of(lang: str, ids: Sequence[str], titles: Sequence[str]) -> list[DocumentTerms]:
    if lang == "en":
        pairs = english_lemmas_and_phrases(titles)
    elif lang == "fi":
        pairs = finnish_lemmas_and_phrases(titles)
    else:
        pairs = [(_words(title, lang), ()) for title in titles]
    return [
        DocumentTerms(document_id=id_, lemmas=lemmas, phrases=phrases)
        for id_, (lemmas, phrases) in zip(ids, pairs, strict=True)
    ]


def _words(title: str, lang: str) -> tuple[str, ...]:
    words = (count_word(form, lang) for form in TOKEN.findall(title))
    return tuple(dict.fromkeys(word for word in words if word))
