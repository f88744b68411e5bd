"""Finnish words: dictionary forms, parts of speech and cases, by simplemma and the rules it lacks.

Simplemma knows 3.5 million forms, but splits unknown compounds at the wrong joint (hyvinvointialueen → hyvinvointi),
makes singulars of words that have none (vaalit → vaalia) and leaves foreign names inflected (Applen). Part of speech
and case come from the look of a form and its lemma, as far as phrases need them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import cache, lru_cache

from foresight.nlp.word_lists import word_list, word_pairs

LONGEST_WORD = 40
_SHORTEST_PART = 3
_SHORTEST_TAIL = 4

_SHORT_HEADS = frozenset("työ tie maa puu sää jää suo pää kuu yö haku ala koe osa apu opas etu tuki isä äiti".split())  # noqa: SIM905 - reads better
_CASE_ENDINGS = (
    *("issaan", "issään", "ssaan", "ssään", "issa", "issä", "ista", "istä", "illa", "illä", "ille", "ilta", "iltä"),
    *("iksi", "iin", "ssa", "ssä", "sta", "stä", "lla", "llä", "lle", "lta", "ltä", "ksi", "ina", "inä", "ena", "enä"),
    *("hen", "een", "aan", "ään", "oon", "uun", "yyn", "öön", "han", "hin", "hon", "hun", "hyn", "hän", "hön"),
    *("in", "ia", "iä", "ta", "tä", "na", "nä", "n", "a", "ä"),
)


@cache
def _dictionary() -> Mapping[str, str]:
    """Form → lemma of simplemma; loading it takes two to four seconds, once."""
    from simplemma.strategies import DEFAULT_DICTIONARY_FACTORY  # noqa: PLC0415 - only where Finnish is read

    dictionary: Mapping[str, str] = DEFAULT_DICTIONARY_FACTORY.get_dictionary("fi")
    return dictionary


@lru_cache(maxsize=200_000)
def finnish_lemma(word: str) -> str:
    """The dictionary form of a Finnish word, case-folded; itself where nothing is known."""
    folded = word.casefold()
    if len(folded) > LONGEST_WORD:
        return folded
    known = word_pairs("finnish_forms").get(folded) or _dictionary_lemma(word) or _compound_lemma(folded)
    known = known or _rule_lemma(word, folded)
    return _plural_only(_repaired_lemma(known.casefold()))


def is_finnish_word(word: str) -> bool:
    """Whether the dictionary has this very form, in either case, or it is a compound of known parts."""
    folded = word.casefold()
    return (
        folded in word_pairs("finnish_forms")
        or _dictionary_lemma(word) is not None
        or _compound_lemma(folded) is not None
    )


def is_finnish_name(word: str) -> bool:
    """Whether the dictionary has this capitalised form as a name of its own: Nokian, Venäjällä."""
    return word[:1].isupper() and word in _dictionary()


def _dictionary_lemma(word: str) -> str | None:
    """Capitalised forms first as they are, then in lower case; lower-case ones the other way round."""
    dictionary = _dictionary()
    folded = word.casefold()
    found = dictionary.get(word) if word != folded else None
    return found or dictionary.get(folded) or dictionary.get(folded.capitalize())


def _compound_lemma(folded: str) -> str | None:
    """Lemma of an unknown compound: the longest known last part after a known first part."""
    dictionary = _dictionary()
    for joint in range(_SHORTEST_PART, len(folded) - _SHORTEST_PART + 1):
        head, tail = folded[:joint], folded[joint:]
        if len(tail) < _SHORTEST_TAIL and tail not in _SHORT_HEADS:
            break
        lemma_of_tail = word_pairs("finnish_forms").get(tail) or dictionary.get(tail)
        if lemma_of_tail and _may_begin_a_compound(head, dictionary):
            return head + lemma_of_tail
    return None


def _may_begin_a_compound(head: str, dictionary: Mapping[str, str]) -> bool:
    """Whether compounds begin so: in the nominative, the genitive, or as -s of words in -nen (suomalais-)."""
    if len(head) == _SHORTEST_PART:
        return head in _SHORT_HEADS
    known = dictionary.get(head)
    return (known is not None and (known == head or head.endswith("n"))) or head[:-1] + "nen" in dictionary


def _rule_lemma(word: str, folded: str) -> str:
    """What simplemma's own rules make of an unknown word, unless it is a name: names keep their form."""
    if word[:1].isupper():
        return folded
    from simplemma import lemmatize  # noqa: PLC0415 - only where Finnish is read

    return str(lemmatize(folded, "fi"))


def _repaired_lemma(known: str) -> str:
    """Lemmas that the dictionary leaves half-way: puhelimi → puhelin, vuotanut → vuotaa."""
    dictionary = _dictionary()
    if known.endswith("imi") and known not in dictionary and (noun := known[:-3] + "in") in dictionary:
        return noun
    if known.endswith(("nut", "nyt")) and (verb := known[:-3] + ("a" if known.endswith("ut") else "ä")) in dictionary:
        return verb
    return known


def _plural_only(known: str) -> str:
    for singular, plural in word_pairs("finnish_plurals").items():
        if known.endswith(singular):
            return known[: -len(singular)] + plural
    return known


def finnish_name_stems(name: str) -> tuple[str, ...]:
    """What an unknown name may be without its case ending, likeliest first: Twitterissä → Twitter, Twitteri."""
    found = []
    for ending in _CASE_ENDINGS:
        stem = name.removesuffix(ending)
        if stem != name and len(stem) >= _SHORTEST_PART and stem not in found:
            found.append(stem)
    return tuple(found)


def is_finnish_form(folded: str) -> bool:
    """Whether the dictionary has this very form in lower case; compounds do not count."""
    return folded in _dictionary()


class PartOfSpeech(Enum):
    """Part of speech."""

    NOUN = "noun"
    NAME = "name"
    ADJECTIVE = "adjective"
    VERB = "verb"
    OTHER = "other"


class GrammaticalCase(Enum):
    """Case of a nominal; number only in the nominative."""

    NOMINATIVE = "nominative"
    PLURAL = "nominative plural"
    GENITIVE = "genitive"
    PARTITIVE = "partitive"
    INESSIVE = "inessive"
    ELATIVE = "elative"
    ILLATIVE = "illative"
    ADESSIVE = "adessive"
    ABLATIVE = "ablative"
    ALLATIVE = "allative"
    ESSIVE = "essive"
    TRANSLATIVE = "translative"
    OTHER = "other"


_ENDINGS = (
    (("ssa", "ssä"), GrammaticalCase.INESSIVE),
    (("sta", "stä"), GrammaticalCase.ELATIVE),
    (("lla", "llä"), GrammaticalCase.ADESSIVE),
    (("lta", "ltä"), GrammaticalCase.ABLATIVE),
    (("lle",), GrammaticalCase.ALLATIVE),
    (("ksi",), GrammaticalCase.TRANSLATIVE),
    (("na", "nä"), GrammaticalCase.ESSIVE),
    (("a", "ä"), GrammaticalCase.PARTITIVE),
)
_PARTICIPLES = ("ttu", "tty")
_VERB_ENDINGS = ("a", "ä")


@lru_cache(maxsize=100_000)
def part_of_speech(form: str, lemma: str) -> PartOfSpeech:
    """Part of speech of a common word, case-folded, given its lemma. What the dictionary does not tell is a noun."""
    if _is_verb(lemma):
        return PartOfSpeech.VERB
    if form.endswith("sti") and len(form) > len("risti"):
        return PartOfSpeech.OTHER
    if _is_adjective(lemma):
        return PartOfSpeech.ADJECTIVE
    return PartOfSpeech.NOUN if any(character.isalpha() for character in form) else PartOfSpeech.OTHER


def _is_verb(lemma: str) -> bool:
    """Whether a lemma is an infinitive: its participle or conditional is known (nousta → noussut, imeä → imisivät)."""
    if not lemma.endswith(_VERB_ENDINGS) or len(lemma) < len("olla"):
        return False
    back = lemma.endswith("a")
    past, may = ("ut", "isivat") if back else ("yt", "isivät")
    stem = lemma[:-2]
    tries = [first + past for first in (lemma[:-1] + "n", stem + "n", stem + "nn", stem + stem[-1], stem + lemma[-2])]
    tries += [first + may for first in (lemma[:-1], stem)]
    return any(is_finnish_form(attempt) and finnish_lemma(attempt) == lemma for attempt in tries)


def _is_adjective(lemma: str) -> bool:
    """Whether a lemma is an adjective: there is an adverb of it (turvallisesti, nopeasti)."""
    if lemma in word_list("finnish_adjectives"):
        return True
    if lemma in word_list("finnish_nouns"):
        return False
    if lemma.endswith(("llinen", "mainen", "mäinen", "ton", "tön", *_PARTICIPLES)) and len(lemma) > len("tatti"):
        return True
    adverb = lemma[:-3] + "sesti" if lemma.endswith("nen") else lemma + "sti"
    return len(lemma) > len("osa") and is_finnish_form(adverb)


@lru_cache(maxsize=100_000)
def grammatical_case(form: str, lemma: str) -> GrammaticalCase:
    """Case of a nominal form, case-folded, given its lemma."""
    if form == lemma:
        return GrammaticalCase.NOMINATIVE
    if form.endswith("t"):
        return GrammaticalCase.PLURAL
    if form.endswith("n"):
        return GrammaticalCase.ILLATIVE if _is_illative(form, lemma) else GrammaticalCase.GENITIVE
    for endings, case in _ENDINGS:
        if form.endswith(endings):
            return case
    return GrammaticalCase.OTHER


def _is_illative(form: str, lemma: str) -> bool:
    """Whether a form in -n says "into": taloon, maahan, huoneeseen; not the genitives maan, huoneen, johtajien."""
    if form.endswith(("seen", "siin")) and not lemma.endswith(("si", "se")):
        return True
    if len(form) > len("maan") and form[-3] == "h" and form[-2] == form[-4]:
        return True
    doubled = form[-2] == form[-3] and form[-2] in "aeiouyäö"
    return doubled and not lemma.endswith(("e", form[-3:-1]))
