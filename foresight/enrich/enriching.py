"""Documents enriched: clean title, language. Stories come after encoding, since they need vectors."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from foresight.enrich.language import languages_of
from foresight.enrich.text import Boilerplate, clean_title
from foresight.records import Document, TextOptions

LEAD = 300
"""How much of a lead is encoded, in characters; `Archive.unencoded` gives the same text."""


def enrich(
    documents: Sequence[Document],
    *,
    source_langs: Mapping[str, str],
    boilerplate: Boilerplate,
    options: TextOptions,
) -> tuple[Document, ...]:
    """The documents with clean titles and their language, in the same order; ids and hashes stay.

    Args:
        documents: as collected, with the declared language in `lang`.
        source_langs: source id → the language most of its texts are in, of `language.source_languages`.
        boilerplate: of `text.learn_boilerplate`.
        options: the languages in use.
    """
    spoken = languages_of(documents, options.languages, source_langs)
    return tuple(
        _enriched(document, lang, origin, boilerplate)
        for document, (lang, origin) in zip(documents, spoken, strict=True)
    )


def _enriched(document: Document, lang: str, origin: str, boilerplate: Boilerplate) -> Document:
    title = clean_title(document.title, document.source_id, boilerplate)
    text = f"{title}\n{document.text[:LEAD]}"
    return replace(
        document,
        clean_title=title,
        text_hash=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        lang=lang,
        lang_origin=origin,
    )
