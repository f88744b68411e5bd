"""A language model's draft of a story, where the settings name a model: shown beside the story, never saved.

The model gets our instructions and, beside them, the evidence as JSON data under short ids of our making. Its answer
must be JSON of sentences that cite those ids, and each sentence may say only what its own sources hold. All checks are
about form: a number, a quotation or a name that is not there is found, a wrong conclusion from what is there is not.
When in doubt they refuse. Whatever passes is still a draft and marked as one.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from foresight.i18n import Texts
from foresight.model.briefs import DraftRequest, Sentence, Story, StoryDraft, StoryPart, StoryPartKind, StorySource
from foresight.model.errors import (
    DrafterNotSet,
    DraftMarkup,
    DraftRefused,
    EchoedInstructions,
    InventedName,
    InventedNumber,
    InventedQuotation,
    UncitedSentence,
    UnknownCitation,
    UnreadableDraft,
)
from foresight.model.ports import LanguageModel
from foresight.scenarios.story import StoryService, cited_sources, write_story
from foresight.scenarios.story_material import StoryMaterial, material_sources

LONGEST_SENTENCE = 500
LONGEST_SHOWN = 160
ECHO_LENGTH = 40
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
_SENTENCE_STARTS = '.!?:…–—“”"‘(«„'
_NUMBER_STEMS = """
2 kaksi kahde kahta kahte kaksinkert tuplaan twice double | 3 kolme kolmi three triple | 4 neljä neljin forty
5 viisi viide viittä fifteen fifty | 6 kuusi kuude kuutta sixteen sixty | 7 seitsem seven | 8 kahdeksa eight
9 yhdeksä nineteen ninety | 10 kymmen eleven twelve dozen thirteen twenty thirty | 50 puolet
100 sataa sadan sadat satoja hundred | 1000 tuhat tuhan tuhans thousand | 1000000 miljoon million
1000000000 miljard billion
"""
"""A figure, then the beginnings of words that count so many."""
_NUMBER_WORDS = [(stem, row.split()[0]) for row in re.split(r"[|\n]", _NUMBER_STEMS) for stem in row.split()[1:]]
_WHOLE_NUMBER_WORDS = {"two": "2", "four": "4", "five": "5", "six": "6", "nine": "9", "ten": "10"}
_WHOLE_NUMBER_WORDS |= {"half": "50", "sata": "100"}
"""Words that count only by themselves: "tender", "satama" and "sixth" do not. A share in words is read as per cent."""
MOST_EVIDENCE = 80
MOST_DETAIL = 400
MOST_SENTENCES = 12
LONGEST_ANSWER = 60_000
_FENCED = re.compile(r"\s*```(?:json)?\s*\n(.*)\n\s*```\s*", re.DOTALL)
_ANSWER_FORM = '{"headline": [{"text", "sources"}], "customer", "employee", "path"}'


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftQuestion:
    """A question to a model, and what is needed to check the answer.

    Attributes:
        given: what the model saw, by the short id under which it did.
        story: the story written without a model, whose frame the draft takes over.
    """

    request: DraftRequest
    given: Mapping[str, StorySource]
    story: Story


def draft_request(material: StoryMaterial, *, lang: str) -> DraftQuestion:
    """What to ask about one future: what its story cites first, then the rest of the material, up to a limit."""
    story = write_story(material, lang=lang)
    known = {source.id: source for source in story.grounds} | material_sources(material, story.lang)
    given = {f"e{place}": source for place, source in enumerate(list(known.values())[:MOST_EVIDENCE], 1)}
    evidence = {
        "language": story.lang,
        "parts": [part.value for part in StoryPartKind],
        "evidence": [{"id": key, "kind": one.kind.value, "says": source_text(one)} for key, one in given.items()],
    }
    request = DraftRequest(
        instructions=Texts(story.lang)("story.draft_instructions"), evidence=json.dumps(evidence, ensure_ascii=False)
    )
    return DraftQuestion(request=request, given=given, story=story)


def source_text(source: StorySource) -> str:
    """What a model is shown of a source, and what a sentence that cites it may take from it."""
    return " – ".join(" ".join(part.split()) for part in (source.text, source.detail[:MOST_DETAIL]) if part.strip())


def checked_draft(answer: str, asked: DraftQuestion, *, model: str) -> StoryDraft:
    """The draft in a model's answer, if every sentence of it is allowed.

    Args:
        answer: word for word; one code fence around the JSON is let through, nothing else is.
        asked: what the model was asked.
        model: its name.

    Raises:
        DraftRefused: one of its kinds, with the place and what was wrong there.
    """
    document = _parsed_answer(answer)
    parts = tuple(
        StoryPart(kind=kind, sentences=_checked_sentences(kind.value, document.get(kind.value, []), asked))
        for kind in StoryPartKind
    )
    if not parts[0].sentences:
        raise UnreadableDraft(place=StoryPartKind.HEADLINE.value, found="[]", expected=_ANSWER_FORM)
    known = {source.id: source for source in asked.given.values()}
    return StoryDraft(model=model, story=replace(asked.story, parts=parts, grounds=cited_sources(parts, known)))


def _parsed_answer(answer: str) -> Mapping[str, Any]:
    """The JSON object of an answer, with known keys only."""
    if len(answer) > LONGEST_ANSWER:
        raise UnreadableDraft(place="–", found=len(answer), expected=f"≤ {LONGEST_ANSWER}")
    fenced = _FENCED.fullmatch(answer)
    try:
        found = json.loads(fenced.group(1) if fenced else answer, object_pairs_hook=_unique_keys)
    except (ValueError, RecursionError) as error:
        raise UnreadableDraft(place="–", found=printable(answer[:60]), expected="JSON") from error
    if not isinstance(found, dict) or not set(found) <= {kind.value for kind in StoryPartKind}:
        raise _unreadable("–", found, _ANSWER_FORM)
    return found


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand in it once; of two, one would be read and the other one checked by people."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError([key for key, _ in pairs])
    return found


def _checked_sentences(place: str, found: Any, asked: DraftQuestion) -> tuple[Sentence, ...]:
    if not isinstance(found, list) or len(found) > MOST_SENTENCES:
        raise _unreadable(place, found, f"[…], ≤ {MOST_SENTENCES}")
    return tuple(_checked_sentence(f"{place} {number}", one, asked) for number, one in enumerate(found, 1))


def _checked_sentence(place: str, found: Any, asked: DraftQuestion) -> Sentence:
    if not isinstance(found, dict) or set(found) != {"text", "sources"}:
        raise _unreadable(place, found, _ANSWER_FORM)
    text, sources = found["text"], found["sources"]
    if not isinstance(text, str) or not text.strip():
        raise _unreadable(place, text, '"text": "…"')
    if not isinstance(sources, list) or not all(isinstance(source, str) for source in sources):
        raise _unreadable(place, sources, '"sources": ["e1"]')
    check_sentence(place, text, sources, asked)
    return Sentence(text=text.strip(), sources=tuple(dict.fromkeys(asked.given[source].id for source in sources)))


def _unreadable(place: str, found: object, expected: str) -> UnreadableDraft:
    return UnreadableDraft(place=place, found=printable(json.dumps(found, ensure_ascii=False)), expected=expected)


def check_sentence(place: str, text: str, sources: Sequence[str], asked: DraftQuestion) -> None:
    """See that a sentence is allowed.

    Args:
        place: where it stands, for the error.
        text: the sentence.
        sources: ids it cites.
        asked: what the model was given.

    Raises:
        DraftRefused: one of its kinds.
    """
    facts = {"place": place, "sentence": printable(text)}
    if len(text) > LONGEST_SENTENCE:
        raise UnreadableDraft(place=place, found=len(text), expected=f"≤ {LONGEST_SENTENCE}")
    if not sources:
        raise UncitedSentence(**facts)
    unknown = [source for source in sources if source not in asked.given]
    if unknown:
        raise UnknownCitation(**facts, found=printable(unknown[0]))
    held = " \n ".join(source_text(asked.given[source]) for source in dict.fromkeys(sources))
    for found in find_markup(text, held):
        raise DraftMarkup(**facts, found=printable(found))
    if repeats_instructions(text, asked.request.instructions):
        raise EchoedInstructions(**facts)
    for refusal, check in _INVENTIONS:
        for found in check(text, held):
            raise refusal(**facts, found=printable(found), cited=", ".join(sources))


def printable(text: str) -> str:
    """A model's words in a message: on one line, short, without characters that act on a terminal."""
    plain = "".join(" " if unicodedata.category(char).startswith(("C", "Z")) else char for char in text)
    line = " ".join(plain.split())
    return line if len(line) <= LONGEST_SHOWN else f"{line[:LONGEST_SHOWN]}…"


def find_markup(text: str, held: str) -> Iterator[str]:
    """Markup, links, line breaks and invisible characters; a bare domain name only where no source has it."""
    yield from (f"U+{ord(char):04X}" for char in text if unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs", "Zl"))
    yield from (match.group() for match in _MARKUP.finditer(text))
    yield from (match.group() for match in _DOMAIN.finditer(text) if match.group().casefold() not in held.casefold())


def repeats_instructions(text: str, instructions: str) -> bool:
    """Whether a long stretch of a sentence stands in the instructions."""
    written, own = _normalised_wording(text), _normalised_wording(instructions)
    if len(written) < ECHO_LENGTH:
        return len(written) > ECHO_LENGTH // 2 and written.rstrip(".") in own
    return any(written[start : start + ECHO_LENGTH] in own for start in range(len(written) - ECHO_LENGTH + 1))


def unsupported_quotations(text: str, held: str) -> Iterator[str]:
    """What stands in quotation marks and in no source; a mark that is never closed."""
    pieces = re.split(f"[{_QUOTES}]", text)
    source = _normalised_wording(held)
    if len(pieces) % 2 == 0:
        yield pieces[-1] or text
    spoken = [*pieces[1::2], *_SINGLE.findall(text)]
    yield from (one for one in spoken if one.strip() and _normalised_wording(one).rstrip(".,") not in source)


def unsupported_numbers(text: str, held: str) -> Iterator[str]:
    """Numbers in figures or in words that no source has."""
    figures = set(_figures(held))
    yield from (match.group() for match in _NUMBER.finditer(text) if _figure(match.group()) not in figures)
    yield from (char for char in text if char.isnumeric() and not char.isdecimal() and char not in held)
    words = [word.casefold() for word in _WORD.findall(held)]
    for word in _WORD.findall(text):
        counted = _number_word(word.casefold())
        if counted and counted[1] not in figures and not any(_number_word(other) == counted for other in words):
            yield word


def unsupported_names(text: str, held: str) -> Iterator[str]:
    """Words with a capital letter inside a sentence that are in no source, however they are inflected."""
    known = {part.casefold() for word in _WORD.findall(held) for part in (word, *word.split("-"))}
    for match in _WORD.finditer(text):
        word = match.group().partition("-")[0]
        before = text[: match.start()].rstrip()
        begins = not before or before[-1] in _SENTENCE_STARTS
        inner = any(char.isupper() for char in word[1:])
        is_name = word[0].isupper() and (not begins or inner)
        if (is_name or inner) and word != "I" and not any(_shares_stem(word.casefold(), other) for other in known):
            yield word


def _shares_stem(word: str, other: str) -> bool:
    """Whether two words are one, or begin alike: Finnish changes the ends of names."""
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


def _number_word(word: str) -> tuple[str, str] | None:
    """The stem of a word that counts, and the figure that would say the same."""
    if word in _WHOLE_NUMBER_WORDS:
        return word, _WHOLE_NUMBER_WORDS[word]
    begun = [(stem, value) for stem, value in _NUMBER_WORDS if word.startswith(stem)]
    return max(begun, key=lambda found: len(found[0]), default=None)


def _normalised_wording(text: str) -> str:
    """For comparing wordings: one kind of space, of quotation mark and of case."""
    unified = re.sub(r"[“”„«»]", '"', unicodedata.normalize("NFKC", text))
    return " ".join(re.sub(r"[’‘]", "'", unified).casefold().split())


_INVENTIONS: tuple[tuple[type[DraftRefused], Callable[[str, str], Iterator[str]]], ...] = (
    (InventedQuotation, unsupported_quotations),
    (InventedNumber, unsupported_numbers),
    (InventedName, unsupported_names),
)


class StoryDraftService:
    """Asks for drafts and lets through only what cites what is there."""

    def __init__(self, story: StoryService, drafter: LanguageModel | None = None) -> None:
        self._story, self._drafter = story, drafter

    @property
    def model(self) -> str:
        """The language model that the settings name, "" where they name none."""
        return self._drafter.model if self._drafter else ""

    def draft(self, scenario_id: str, *, which: str = "", lang: str) -> StoryDraft:
        """What the model makes of the material of a story; arguments as `StoryService.write`.

        Raises:
            DrafterNotSet: the settings name no model.
            DraftFailed: it does not answer, or not as it should.
            DraftRefused: its draft says or cites what is not there.
            NotFound and the others: as `StoryService.write`.
        """
        if self._drafter is None:
            raise DrafterNotSet(expected="FORESIGHT_DRAFT_URL, FORESIGHT_DRAFT_MODEL")
        asked = draft_request(self._story.material(scenario_id, which=which), lang=lang)
        return checked_draft(self._drafter.draft(asked.request), asked, model=self._drafter.model)
