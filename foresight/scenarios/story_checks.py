"""What a drafted sentence may say: only what its own sources hold.

Each check looks at one sentence and at the wording of the evidence it cites. All of them are about form: a number, a
quotation or a name that is not there is found, a wrong conclusion from what is there is not. When in doubt they refuse.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from foresight.errors import (
    DraftMarkup,
    EchoedInstructions,
    InventedName,
    InventedNumber,
    InventedQuotation,
    UncitedSentence,
    UnknownCitation,
    UnreadableDraft,
)

LONGEST_SENTENCE = 500
LONGEST_SHOWN = 160
ECHO = 40
_MARKUP = re.compile(
    r"<[^\W\d_/!?]|</|<!|\]\(|\[\[|!\[|`|\*\*|__|~~|\*\w|\|.*\||&#?\w{1,10};|\\[a-z]|^\s*(?:#|[-*•>] |\d+[.)] )"
    r"|\[\d+\]|\be\d+\b|\w+://|www\.|mailto:|javascript:",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"\b[\w-]{2,}\.[a-z]{2,}(?:/\S*)?\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[ \u00a0\u202f]\d{3}(?!\d))*(?:[.,:]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
_QUOTES = '“”„«»"'
_SINGLE = re.compile(r"(?<!\w)['’‘]([^'’‘]{2,}?)['’‘](?!\w)")
_WORD = re.compile(r"[^\W\d_](?:[\w’-]*\w)?")
_BEGINS = '.!?:…–—“”"‘(«„'
_STEMS = {
    2: "kaksi kahde kahta kahte kaksinkert tuplaan twice double",
    3: "kolme kolmi three triple",
    4: "neljä neljin forty",
    5: "viisi viide viittä fifteen fifty",
    6: "kuusi kuude kuutta sixteen sixty",
    7: "seitsem seven",
    8: "kahdeksa eight",
    9: "yhdeksä nineteen ninety",
    10: "kymmen eleven twelve dozen thirteen twenty thirty",
    50: "puolet",
    100: "sataa sadan sadat satoja hundred",
    1_000: "tuhat tuhan tuhans thousand",
    1_000_000: "miljoon million",
    1_000_000_000: "miljard billion",
}
_WHOLE = {"sata": 100, "two": 2, "four": 4, "five": 5, "six": 6, "nine": 9, "ten": 10, "half": 50}
"""Words that count only by themselves: "tender", "satama" and "sixth" do not. A share in words is read as per cent."""
_COUNTING = [(stem, value) for value, told in _STEMS.items() for stem in told.split()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a model was given.

    Attributes:
        evidence: wording by id; instructions: what it was told to do.
    """

    evidence: Mapping[str, str]
    instructions: str


def check(place: str, text: str, sources: Sequence[str], given: Given) -> None:
    """See that a sentence is allowed.

    Args:
        place: where it stands, for the error.
        text: the sentence.
        sources: ids it cites.
        given: what the model was given.

    Raises:
        DraftRefused: one of its kinds.
    """
    facts = {"place": place, "sentence": shown(text)}
    if len(text) > LONGEST_SENTENCE:
        raise UnreadableDraft(place=place, found=len(text), expected=f"≤ {LONGEST_SENTENCE}")
    if not sources:
        raise UncitedSentence(**facts)
    unknown = [source for source in sources if source not in given.evidence]
    if unknown:
        raise UnknownCitation(**facts, found=shown(unknown[0]))
    held = " \n ".join(given.evidence[source] for source in dict.fromkeys(sources))
    cited = ", ".join(sources)
    for found in markup(text, held):
        raise DraftMarkup(**facts, found=shown(found))
    if echoes(text, given.instructions):
        raise EchoedInstructions(**facts)
    for found in strange_quotations(text, held):
        raise InventedQuotation(**facts, found=shown(found), cited=cited)
    for found in strange_numbers(text, held):
        raise InventedNumber(**facts, found=shown(found), cited=cited)
    for found in strange_names(text, held):
        raise InventedName(**facts, found=shown(found), cited=cited)


def shown(text: str) -> str:
    """A model's words in a message: on one line, short, without characters that act on a terminal."""
    plain = "".join(" " if unicodedata.category(char).startswith(("C", "Z")) else char for char in text)
    line = " ".join(plain.split())
    return line if len(line) <= LONGEST_SHOWN else f"{line[:LONGEST_SHOWN]}…"


def markup(text: str, held: str) -> Iterator[str]:
    """Markup, links, line breaks and invisible characters; a bare domain name only where no source has it."""
    yield from (f"U+{ord(char):04X}" for char in text if unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs", "Zl"))
    yield from (match.group() for match in _MARKUP.finditer(text))
    yield from (match.group() for match in _DOMAIN.finditer(text) if match.group().casefold() not in held.casefold())


def echoes(text: str, instructions: str) -> bool:
    """Whether a long stretch of a sentence stands in the instructions."""
    told, own = _plain(text), _plain(instructions)
    if len(told) < ECHO:
        return len(told) > ECHO // 2 and told.rstrip(".") in own
    return any(told[start : start + ECHO] in own for start in range(len(told) - ECHO + 1))


def strange_quotations(text: str, held: str) -> Iterator[str]:
    """What stands in quotation marks and in no source; a mark that is never closed."""
    pieces = re.split(f"[{_QUOTES}]", text)
    source = _plain(held)
    if len(pieces) % 2 == 0:
        yield pieces[-1] or text
    spoken = [*pieces[1::2], *_SINGLE.findall(text)]
    yield from (one for one in spoken if one.strip() and _plain(one).rstrip(".,") not in source)


def strange_numbers(text: str, held: str) -> Iterator[str]:
    """Numbers in figures or in words that no source has."""
    figures = set(_figures(held))
    yield from (match.group() for match in _NUMBER.finditer(text) if _figure(match.group()) not in figures)
    yield from (char for char in text if char.isnumeric() and not char.isdecimal() and char not in held)
    words = [word.casefold() for word in _WORD.findall(held)]
    for word in _WORD.findall(text):
        told = _counts(word.casefold())
        if told and str(told[1]) not in figures and not any(_counts(other) == told for other in words):
            yield word


def strange_names(text: str, held: str) -> Iterator[str]:
    """Words with a capital letter inside a sentence that are in no source, however they are inflected."""
    known = {part.casefold() for word in _WORD.findall(held) for part in (word, *word.split("-"))}
    for match in _WORD.finditer(text):
        word = match.group().partition("-")[0]
        before = text[: match.start()].rstrip()
        begins = not before or before[-1] in _BEGINS
        inner = any(char.isupper() for char in word[1:])
        is_name = word[0].isupper() and (not begins or inner)
        if (is_name or inner) and word != "I" and not _is_known(word.casefold(), known):
            yield word


def _is_known(word: str, known: set[str]) -> bool:
    """Whether a source has the word, or one with the same stem: Finnish changes the ends of names."""
    return any(_stem_shared(word, other) for other in known)


def _stem_shared(word: str, other: str) -> bool:
    if word == other:
        return True
    shorter = min(len(word), len(other))
    least = max(3, shorter - shorter // 4)
    return shorter >= least and word[:least] == other[:least]


def _figures(text: str) -> Iterator[str]:
    """All numbers of a text; of a date or a time its parts too."""
    for match in _NUMBER.finditer(text):
        figure = _figure(match.group())
        yield figure
        parts = re.split(r"[.:]", figure)
        if len(parts) > 2 or ":" in figure:  # noqa: PLR2004 - a decimal has two parts
            yield from parts


def _figure(text: str) -> str:
    """A number in one spelling: no marks between thousands, a point before decimals."""
    plain = re.sub(r"[ \u00a0\u202f]", "", text)
    return (plain.replace(",", "") if _GROUPED.fullmatch(plain) else plain).replace(",", ".")


def _counts(word: str) -> tuple[str, int] | None:
    """The stem of a word that counts, and the figure that would say the same."""
    if word in _WHOLE:
        return word, _WHOLE[word]
    begun = [(stem, value) for stem, value in _COUNTING if word.startswith(stem)]
    return max(begun, key=lambda told: len(told[0]), default=None)


def _plain(text: str) -> str:
    """For comparing wordings: one kind of space, of quotation mark and of case."""
    unified = re.sub(r"[“”„«»]", '"', unicodedata.normalize("NFKC", text))
    return " ".join(re.sub(r"[’‘]", "'", unified).casefold().split())
