"""Which language a text is in, among those in use.

Restricting the identifier to the languages in use is worth more than the choice of identifier: 15 points of accuracy
at 20 characters. A long text is believed; a short one follows its source.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from foresight.enrich.identifying import Identifier
from foresight.records import Document

LEAD = 200
SHORT = 25
LONG = 80
_SURE = 0.9
_LETTERS_OF = 1_000
UNKNOWN = "und"


def detect(text: str, languages: tuple[str, ...]) -> str:
    """The language of a text, ISO 639-1.

    Args:
        text: best the title with the first 200 characters of the lead.
        languages: those in use. A text of 80 characters and more, or in another script, may also be found to be in
            a language outside them.

    Returns:
        A code, "und" where there are no letters.
    """
    return detect_all([text], languages)[0]


def detect_all(texts: Sequence[str], languages: tuple[str, ...]) -> list[str]:
    """`detect` of many texts, at a fraction of the time."""
    latin = [_is_latin(text) for text in texts]
    told = [i for i, is_latin in enumerate(latin) if is_latin is not None]
    found = [UNKNOWN] * len(texts)
    identifier = _identifier()
    probabilities = identifier.probabilities([texts[i] for i in told])
    likeliest = np.argmax(probabilities, axis=1)
    known = [place for place, label in enumerate(identifier.labels) if label in languages]
    usual = [known[place] for place in np.argmax(probabilities[:, known], axis=1)] if known else None
    for row, i in enumerate(told):
        best, probability = int(likeliest[row]), float(probabilities[row, likeliest[row]])
        is_foreign = not latin[i] or (len(texts[i]) >= LONG and probability >= _SURE)
        if is_foreign and identifier.labels[best] not in languages:
            found[i] = identifier.labels[best]
        elif usual is not None:
            found[i] = identifier.labels[usual[row]]
    return found


def languages_of(
    documents: Sequence[Document], languages: tuple[str, ...], majorities: Mapping[str, str]
) -> list[tuple[str, str]]:
    """`language_of` of many documents; `majorities` are by source id."""
    detected = detect_all([_text(document) for document in documents], languages)
    return [
        _decided(document, found, languages, majorities.get(document.source_id, ""))
        for document, found in zip(documents, detected, strict=True)
    ]


def language_of(document: Document, languages: tuple[str, ...], majority: str = "") -> tuple[str, str]:
    """The language of a document and where that is known from: "detected", "declared" or "source".

    Args:
        document: with the declared language in `lang`, "" where none.
        languages: those in use.
        majority: the language most of its source's documents are in, "" where unknown.

    Returns:
        A long text (80 characters) is in the language detected. A short one is in the declared language when that is
        what was detected, else, as a very short one (under 25 characters), in its source's.
    """
    return languages_of([document], languages, {document.source_id: majority})[0]


def _decided(document: Document, found: str, languages: tuple[str, ...], majority: str) -> tuple[str, str]:
    text, declared = _text(document), document.lang
    usual = (majority, "source") if majority else (declared, "declared")
    if found == UNKNOWN:
        return usual if usual[0] else (UNKNOWN, "detected")
    if len(text) >= LONG or found not in languages:
        return found, "detected"
    if found == declared:
        return found, "declared"
    if usual[0] and (len(text) < SHORT or declared):
        return usual
    return found, "detected"


def source_languages(documents: Sequence[Document], languages: tuple[str, ...]) -> Mapping[str, str]:
    """The language most texts of each source are in, by source id; longer texts decide where there are any."""
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    texts = [_text(document) for document in documents]
    for document, text, lang in zip(documents, texts, detect_all(texts, languages), strict=True):
        if lang != UNKNOWN:
            votes[document.source_id][lang] += min(len(text), LONG)
    return {source: max(sorted(counts), key=counts.__getitem__) for source, counts in sorted(votes.items())}


def _text(document: Document) -> str:
    return f"{document.title} {document.text[:LEAD]}".strip()


def _is_latin(text: str) -> bool | None:
    """Whether most letters are Latin; None where there are none."""
    letters = [character for character in text[:_LETTERS_OF] if character.isalpha()]
    if not letters:
        return None
    latin = sum(character.isascii() or "LATIN" in unicodedata.name(character, "") for character in letters)
    return 2 * latin >= len(letters)


@cache
def _identifier() -> Identifier:
    """py3langid's model: 4.5 MB, in a quarter of a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - loads a model

    return Identifier(LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True))
