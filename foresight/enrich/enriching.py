"""Documents enriched: clean title, language. Stories come after encoding, since they need vectors."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from foresight.enrich.language import language_of
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
    return tuple(
        _enriched(document, source_langs.get(document.source_id, ""), boilerplate, options) for document in documents
    )


def _enriched(document: Document, majority: str, boilerplate: Boilerplate, options: TextOptions) -> Document:
    title = clean_title(document.title, document.source_id, boilerplate)
    lang, origin = language_of(document, options.languages, majority)
    text = f"{title}\n{document.text[:LEAD]}"
    return replace(
        document,
        clean_title=title,
        text_hash=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        lang=lang,
        lang_origin=origin,
    )
