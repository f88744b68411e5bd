"""Finnish titles to lemmas and noun phrases, by simplemma's dictionary and rules: no model of Finnish is needed.

A phrase is a noun or name with what stands before it: genitives as written ("Viron yritysveromalli"), adjectives that
agree in the nominative ("turvallinen opiskeluympäristö"). The head stands in the nominative; an adjective that does not
agree, or a modifier in another case, makes no phrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from foresight.nlp import finnish
from foresight.nlp.casing import TitleCasing, is_acronym, words_with_position
from foresight.nlp.finnish import GrammaticalCase, PartOfSpeech, grammatical_case, part_of_speech
from foresight.nlp.stopwords import is_stop_word
from foresight.nlp.word_index import FormCounts
from foresight.nlp.word_lists import word_list

FinnishTerms = tuple[tuple[str, ...], tuple[str, ...]]

_LONGEST_PHRASE = 3
_PLURAL_GENITIVES = ("ien", "jen", "iden", "tten")
_PLAIN_ENDINGS = ("ssa", "ssä", "sta", "stä", "lla", "llä", "lta", "ltä", "lle", "ksi", "paan", "pään", "eja", "oja")
_NEWS_ITEM_LEMMA = "uutinen"
"""Lakkouutinen, talousuutinen: what an item is, not what it is about."""

_NUMBER = re.compile(r"\d{1,3}(?:\.\d)?")
_ABSTRACT = ("us", "ys", "uus", "yys", "minen", "sto", "stö")
"""How common nouns end and names do not: Terveyden is a form of terveys, while Putin is none of putti."""

_COLON_ENDING = re.compile(r"(?<=[^\W_]):[a-zåäö]{1,5}\b")


@dataclass(frozen=True, slots=True)
class _FinnishWord:
    """A word of a title: as written within a sentence, its nominative, what it is.

    is_first_name: a nominative that no title attests, of a form that looks inflected (Elon, of Elon Musk).
    """

    written: str
    nominative: str
    kind: PartOfSpeech
    case: GrammaticalCase
    closes: bool
    is_first_name: bool = False

    @property
    def lemma(self) -> str:
        return self.nominative.casefold()


def finnish_lemmas_and_phrases(titles: Sequence[str]) -> list[FinnishTerms]:
    """(lemmas, phrases) of each title; see `DocumentTerms`."""
    plain = [_COLON_ENDING.sub("", title) for title in titles]
    casing, seen = TitleCasing.of(plain), _form_counts(plain)
    return [_terms(list(_words(title, casing, seen))) for title in plain]


def finnish_names(texts: Iterable[str]) -> list[tuple[str, ...]]:
    """The names of each text in the nominative: runs of capitals, the longest only, as often as they occur."""
    plain = [_COLON_ENDING.sub("", text) for text in texts]
    casing, seen = TitleCasing.of(plain), _form_counts(plain)
    return [tuple(_name_runs(list(_words(text, casing, seen)))) for text in plain]


def _name_runs(words: Sequence[_FinnishWord]) -> Iterator[str]:
    run: list[_FinnishWord] = []
    for word in words:
        if word.kind is PartOfSpeech.NAME:
            run.append(word)
        if run and (word.kind is not PartOfSpeech.NAME or word.closes):
            yield " ".join([*(one.written for one in run[:-1]), run[-1].nominative])
            run = []
    if run:
        yield " ".join([*(one.written for one in run[:-1]), run[-1].nominative])


def _form_counts(titles: Sequence[str]) -> FormCounts:
    forms = [part for title in titles for word, _ in words_with_position(title) for part in word.split("-")]
    return FormCounts.of(forms, [1] * len(forms))


def _terms(words: Sequence[_FinnishWord]) -> FinnishTerms:
    lemmas = (w.lemma for w in words if w.kind is not PartOfSpeech.OTHER and not is_stop_word(w.lemma, "fi"))
    phrases = (phrase for end in range(len(words)) for phrase in _phrases_ending(words, end))
    return tuple(dict.fromkeys(lemma for lemma in lemmas if len(lemma) > 1)), tuple(dict.fromkeys(phrases))


def _words(title: str, casing: TitleCasing, seen: FormCounts) -> Iterator[_FinnishWord]:
    found = list(words_with_position(title))
    place = 0
    for i, (word, begins) in enumerate(found):
        place = title.index(word, place) + len(word)
        closes = place >= len(title) or not title[place].isspace()
        before_name = i + 1 < len(found) and not closes and found[i + 1][0][:1].isupper()
        is_name = _is_name_at_start(word, before_name, casing) if begins else word[:1].isupper()
        yield _word(word, is_name or is_acronym(word), closes, seen)


def _is_name_at_start(word: str, before_name: bool, casing: TitleCasing) -> bool:  # noqa: FBT001 - internal
    """Whether a word that begins a sentence is a name: other titles tell, else the dictionary and what follows."""
    if not word[:1].isupper():
        return False
    common = casing.is_common(word)
    if common is not None:
        return not common
    if finnish.is_finnish_name(word) and (before_name or not finnish.is_finnish_form(word.casefold())):
        return True
    return finnish.finnish_lemma(word) in word_list("finnish_places") or not finnish.is_finnish_word(word)


def _word(word: str, is_name: bool, closes: bool, seen: FormCounts) -> _FinnishWord:  # noqa: FBT001 - internal
    folded = word.casefold()
    if is_stop_word(folded, "fi"):
        return _FinnishWord(folded, folded, PartOfSpeech.OTHER, GrammaticalCase.OTHER, closes)
    if "-" in word and word.rpartition("-")[2].islower():
        nominative = _of_parts(word)
        kind = PartOfSpeech.OTHER if nominative.endswith(_NEWS_ITEM_LEMMA) else PartOfSpeech.NOUN
        return _FinnishWord(word, nominative, kind, grammatical_case(folded, nominative.casefold()), closes)
    if is_name:
        nominative = _name(word, seen)
        lone = (
            nominative != word
            and nominative.casefold() not in seen.folded
            and nominative.casefold() not in word_list("finnish_places")
        )
        return _FinnishWord(word, nominative, PartOfSpeech.NAME, _name_case(word, nominative), closes, lone)
    nominative = _of_parts(folded)
    if nominative.endswith(_NEWS_ITEM_LEMMA):
        return _FinnishWord(folded, nominative, PartOfSpeech.OTHER, GrammaticalCase.OTHER, closes)
    return _FinnishWord(
        folded, nominative, part_of_speech(folded, nominative), grammatical_case(folded, nominative), closes
    )


def _of_parts(word: str) -> str:
    """The lemma of a word; of one with a hyphen, that of its last part (NSA-tiedot → NSA-tieto)."""
    head, hyphen, tail = word.rpartition("-")
    return head + hyphen + finnish.finnish_lemma(tail)


def _name(word: str, seen: FormCounts) -> str:
    """A name in the nominative, in its own capitals."""
    if word.isupper():
        return word
    folded = _folded_name(word, seen)
    if word.casefold().endswith(_PLURAL_GENITIVES) and finnish.is_finnish_form(folded + "t"):
        folded += "t"
    if word.casefold().startswith(folded):
        return word[: len(folded)]
    return folded if is_acronym(word) else folded.capitalize()


def _folded_name(word: str, seen: FormCounts) -> str:
    """The nominative that the titles attest; the dictionary's where they attest it, or nothing (Teslan, Android)."""
    attested, known = seen.nominative(word), finnish.finnish_lemma(word)
    if not seen.is_name(word):
        return attested if known not in seen.folded and attested != word.casefold() else known
    if attested == word.casefold() and (known in seen.folded or known.endswith(_ABSTRACT)):
        return known
    return attested


def _name_case(word: str, nominative: str) -> GrammaticalCase:
    if word == nominative:
        return (
            GrammaticalCase.GENITIVE
            if word.endswith("n") and not finnish.is_finnish_word(word)
            else GrammaticalCase.NOMINATIVE
        )
    return grammatical_case(word.casefold(), nominative.casefold())


def _phrases_ending(words: Sequence[_FinnishWord], end: int) -> Iterator[str]:
    """The phrases whose head is the word at `end`: alone, and with one or two words before it."""
    head = words[end]
    if (
        head.kind not in (PartOfSpeech.NOUN, PartOfSpeech.NAME)
        or is_stop_word(head.lemma, "fi")
        or _is_left_inflected(head)
    ):
        return
    before_name = not head.closes and any(word.kind is PartOfSpeech.NAME for word in words[end + 1 : end + 2])
    if head.lemma not in word_list("finnish_generic") and not (head.is_first_name and before_name):
        yield from _alone(head, words[end + 1 : end + 2])
    shown = [head.nominative]
    for start in range(end - 1, max(-1, end - _LONGEST_PHRASE), -1):
        modifier = words[start]
        if modifier.closes or not (form := _modifier(modifier, words[start + 1], head)):
            return
        if head.lemma in word_list("finnish_generic") and modifier.kind is not PartOfSpeech.NAME:
            return
        shown.insert(0, form)
        yield " ".join(shown)


def _alone(head: _FinnishWord, following: Sequence[_FinnishWord]) -> Iterator[str]:
    """A head without modifiers: with its number (Windows 10), itself, and the name it begins with (Mozilla-pomo)."""
    if head.kind is PartOfSpeech.NAME and not head.closes:
        yield from (f"{head.nominative} {word.written}" for word in following if _NUMBER.fullmatch(word.written))
    yield head.nominative
    name, hyphen, _ = head.nominative.partition("-")
    if hyphen and name[:1].isupper() and len(name) > len("TV"):
        yield name


def _is_left_inflected(head: _FinnishWord) -> bool:
    """Whether an unknown word was left as written though it looks inflected (Thresholdista), or is a single letter."""
    if len(head.nominative) < len("AI"):
        return True
    unknown = head.kind is PartOfSpeech.NOUN and not finnish.is_finnish_word(head.nominative)
    return unknown and head.nominative.endswith(_PLAIN_ENDINGS)


def _modifier(word: _FinnishWord, following: _FinnishWord, head: _FinnishWord) -> str:
    """How a word before the head is shown, "" where it does not belong to it."""
    if is_stop_word(word.lemma, "fi") or len(word.written) < len("AI"):
        return ""
    if word.kind is PartOfSpeech.ADJECTIVE:
        agrees = word.case is head.case and word.case is not GrammaticalCase.OTHER
        return word.nominative if agrees and following is head else ""
    if word.kind is PartOfSpeech.NAME and following.kind is PartOfSpeech.NAME:
        return word.written
    if word.kind in (PartOfSpeech.NOUN, PartOfSpeech.NAME) and word.case is GrammaticalCase.GENITIVE:
        return word.written
    return ""
