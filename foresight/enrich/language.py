"""Which language a text is in, among those in use.

Restricting the identifier to the languages in use is worth more than the choice of identifier: 15 points of accuracy
at 20 characters. A long text is believed; a short one follows its source.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from foresight.records import Document

LEAD = 200
SHORT = 25
LONG = 80
_SURE = 0.9
_REMEMBERED = 20_000
"""Texts whose language is kept: those of new sources are looked at twice, for the source and for themselves."""
UNKNOWN = "und"


@lru_cache(maxsize=_REMEMBERED)
def detect(text: str, languages: tuple[str, ...]) -> str:
    """The language of a text, ISO 639-1.

    Args:
        text: best the title with the first 200 characters of the lead.
        languages: those in use. A text of 80 characters and more, or in another script, may also be found to be in
            a language outside them.

    Returns:
        A code, "und" where there are no letters.
    """
    latin = _is_latin(text)
    if latin is None:
        return UNKNOWN
    if len(text) >= LONG or not latin:
        ranked = _identifier(()).rank(text)
        lang, probability = ranked[0]
        if lang not in languages and (not latin or probability >= _SURE):
            return str(lang)
        return next((str(lang) for lang, _ in ranked if lang in languages), UNKNOWN)
    known = tuple(sorted(set(languages) & _labels()))
    return str(_identifier(known).classify(text)[0]) if known else UNKNOWN


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
    text = f"{document.title} {document.text[:LEAD]}".strip()
    found = detect(text, languages)
    declared = document.lang
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
    for document in documents:
        text = f"{document.title} {document.text[:LEAD]}".strip()
        lang = detect(text, languages)
        if lang != UNKNOWN:
            votes[document.source_id][lang] += min(len(text), LONG)
    return {source: max(sorted(counts), key=counts.__getitem__) for source, counts in sorted(votes.items())}


def _is_latin(text: str) -> bool | None:
    """Whether most letters are Latin; None where there are none."""
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return None
    latin = sum(character.isascii() or "LATIN" in unicodedata.name(character, "") for character in letters)
    return 2 * latin >= len(letters)


@cache
def _identifier(languages: tuple[str, ...]) -> Any:
    """py3langid restricted to `languages`; to none where empty. Loads 4.5 MB, in a quarter of a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - loads a model

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    if languages:
        identifier.set_languages(list(languages))
    return identifier


@cache
def _labels() -> frozenset[str]:
    return frozenset(str(label) for label in _identifier(()).labels)
