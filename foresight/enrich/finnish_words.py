"""What a Finnish form is, from its look and its lemma: its part of speech and its case, as far as phrases need them."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from foresight.enrich import finnish


class Kind(Enum):
    """Part of speech."""

    NOUN = "noun"
    NAME = "name"
    ADJECTIVE = "adjective"
    VERB = "verb"
    OTHER = "other"


class Case(Enum):
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
    (("ssa", "ssä"), Case.INESSIVE),
    (("sta", "stä"), Case.ELATIVE),
    (("lla", "llä"), Case.ADESSIVE),
    (("lta", "ltä"), Case.ABLATIVE),
    (("lle",), Case.ALLATIVE),
    (("ksi",), Case.TRANSLATIVE),
    (("na", "nä"), Case.ESSIVE),
    (("a", "ä"), Case.PARTITIVE),
)
_ADJECTIVES = frozenset(
    """
    uusi vanha hyvä huono suuri pieni iso kallis halpa korkea matala nopea hidas vahva heikko pitkä lyhyt
    nuori kova kylmä lämmin kuuma tärkeä vaikea helppo paha kuollut elävä oikea väärä vapaa avoin julkinen
    yksityinen musta valkoinen punainen vihreä sininen ruma kaunis raskas kevyt syvä laaja ahdas tyhjä täysi
    puhdas likainen vakava outo ilmainen jättimäinen entinen nykyinen tuleva paras parempi pahin suurin pienin
    uusin jatkuva toimiva kasvava odotettu
    """.split()  # noqa: SIM905 - quoted words read worse
)
_NOUNS = frozenset(
    """
    ihminen nainen hevonen sormenjälki suomalainen virolainen ruotsalainen kiinalainen amerikkalainen
    venäläinen
    """.split()  # noqa: SIM905 - quoted words read worse
)
_PARTICIPLES = ("ttu", "tty")
_VERB_ENDINGS = ("a", "ä")


@lru_cache(maxsize=100_000)
def kind_of(form: str, lemma: str) -> Kind:
    """Part of speech of a common word, case-folded, given its lemma. What the dictionary does not tell is a noun."""
    if _is_verb(lemma):
        return Kind.VERB
    if form.endswith("sti") and len(form) > len("risti"):
        return Kind.OTHER
    if _is_adjective(lemma):
        return Kind.ADJECTIVE
    return Kind.NOUN if any(character.isalpha() for character in form) else Kind.OTHER


def _is_verb(lemma: str) -> bool:
    """Whether a lemma is an infinitive: its participle or conditional is known (nousta → noussut, imeä → imisivät)."""
    if not lemma.endswith(_VERB_ENDINGS) or len(lemma) < len("olla"):
        return False
    back = lemma.endswith("a")
    past, may = ("ut", "isivat") if back else ("yt", "isivät")
    stem = lemma[:-2]
    tries = [first + past for first in (lemma[:-1] + "n", stem + "n", stem + "nn", stem + stem[-1], stem + lemma[-2])]
    tries += [first + may for first in (lemma[:-1], stem)]
    return any(finnish.is_form(attempt) and finnish.lemma(attempt) == lemma for attempt in tries)


def _is_adjective(lemma: str) -> bool:
    """Whether a lemma is an adjective: there is an adverb of it (turvallisesti, nopeasti)."""
    if lemma in _ADJECTIVES:
        return True
    if lemma in _NOUNS:
        return False
    if lemma.endswith(("llinen", "mainen", "mäinen", "ton", "tön", *_PARTICIPLES)) and len(lemma) > len("tatti"):
        return True
    adverb = lemma[:-3] + "sesti" if lemma.endswith("nen") else lemma + "sti"
    return len(lemma) > len("osa") and finnish.is_form(adverb)


@lru_cache(maxsize=100_000)
def case_of(form: str, lemma: str) -> Case:
    """Case of a nominal form, case-folded, given its lemma."""
    if form == lemma:
        return Case.NOMINATIVE
    if form.endswith("t"):
        return Case.PLURAL
    if form.endswith("n"):
        return Case.ILLATIVE if _is_illative(form, lemma) else Case.GENITIVE
    for endings, case in _ENDINGS:
        if form.endswith(endings):
            return case
    return Case.OTHER


def _is_illative(form: str, lemma: str) -> bool:
    """Whether a form in -n says "into": taloon, maahan, huoneeseen; not the genitives maan, huoneen, johtajien."""
    if form.endswith(("seen", "siin")) and not lemma.endswith(("si", "se")):
        return True
    if len(form) > len("maan") and form[-3] == "h" and form[-2] == form[-4]:
        return True
    doubled = form[-2] == form[-3] and form[-2] in "aeiouyäö"
    return doubled and not lemma.endswith(("e", form[-3:-1]))
