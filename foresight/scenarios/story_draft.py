"""What a language model is asked about a scenario, and what its answer must be before anyone sees it.

The model gets our instructions and, beside them, the evidence as JSON data under short ids of our making. Its answer
must be JSON of sentences that cite those ids; each sentence then passes the checks of `story_checks`. A machine cannot
see whether a claim follows from its source, so whatever passes is still a draft and marked as one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from foresight.errors import UnreadableDraft
from foresight.records import DraftRequest, Ground, Sentence, Story, StoryDraft, StoryPart, StoryPartKind
from foresight.scenarios.story import cited, tell
from foresight.scenarios.story_checks import Given, check, shown
from foresight.scenarios.story_material import Material, grounds
from foresight.text import Texts

MOST_EVIDENCE = 80
MOST_DETAIL = 400
MOST_SENTENCES = 12
LONGEST_ANSWER = 60_000
_FENCED = re.compile(r"\s*```(?:json)?\s*\n(.*)\n\s*```\s*", re.DOTALL)
_SENTENCE_KEYS = {"text", "sources"}
_FORM = '{"headline": [{"text", "sources"}], "customer", "employee", "path"}'


class Drafter(Protocol):
    """A language model that may draft a story. What it says is checked by whoever asks."""

    @property
    def model(self) -> str:
        """Its name, shown wherever its draft is."""
        ...

    def draft(self, request: DraftRequest) -> str:
        """Its answer, word for word. Blocks, within limits of time and size.

        Raises:
            DraftFailed: no answer, or none of the agreed form; never anything else of the network's.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question to a model, and what is needed to check the answer.

    Attributes:
        given: (short id, what it stands for), as the model saw them.
        story: the story told without a model, whose frame the draft takes over.
    """

    request: DraftRequest
    given: tuple[tuple[str, Ground], ...]
    story: Story


def draft_request(material: Material, *, lang: str) -> Asked:
    """What to ask about one future: what its story cites first, then the rest of the material, up to a limit.

    Raises:
        UnknownFactor, TooFewStates: as `tell`.
    """
    story = tell(material, lang=lang)
    known = {ground.id: ground for ground in story.grounds} | grounds(material, story.lang)
    chosen = list(known.values())[:MOST_EVIDENCE]
    given = tuple((f"e{place}", ground) for place, ground in enumerate(chosen, 1))
    evidence = {
        "language": story.lang,
        "parts": [part.value for part in StoryPartKind],
        "evidence": [{"id": key, "kind": ground.kind.value, "says": says(ground)} for key, ground in given],
    }
    request = DraftRequest(
        instructions=Texts(story.lang)("story.draft_instructions"),
        evidence=json.dumps(evidence, ensure_ascii=False),
    )
    return Asked(request=request, given=given, story=story)


def says(ground: Ground) -> str:
    """What a model is shown of a ground, and what a sentence that cites it may take from it."""
    return " – ".join(" ".join(part.split()) for part in (ground.text, ground.detail[:MOST_DETAIL]) if part.strip())


def checked_draft(answer: str, asked: Asked, *, model: str) -> StoryDraft:
    """The draft in a model's answer, if every sentence of it is allowed.

    Args:
        answer: word for word; one code fence around the JSON is let through, nothing else is.
        asked: what the model was asked.
        model: its name.

    Raises:
        DraftRefused: one of its kinds, with the place and what was wrong there.
    """
    document = _document(answer)
    given = Given(
        evidence={key: says(ground) for key, ground in asked.given},
        instructions=asked.request.instructions,
    )
    parts = tuple(
        StoryPart(kind=kind, sentences=_sentences(kind.value, document.get(kind.value, []), given, dict(asked.given)))
        for kind in StoryPartKind
    )
    if not parts[0].sentences:
        raise UnreadableDraft(place=StoryPartKind.HEADLINE.value, found="[]", expected=_FORM)
    known = {ground.id: ground for _, ground in asked.given}
    return StoryDraft(model=model, story=replace(asked.story, parts=parts, grounds=cited(parts, known)))


def _document(answer: str) -> Mapping[str, Any]:
    """The JSON object of an answer, with known keys only."""
    if len(answer) > LONGEST_ANSWER:
        raise UnreadableDraft(place="–", found=f"{len(answer)}", expected=f"≤ {LONGEST_ANSWER}")
    fenced = _FENCED.fullmatch(answer)
    try:
        found = json.loads(fenced.group(1) if fenced else answer, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise UnreadableDraft(place="–", found=shown(answer[:60]), expected="JSON") from error
    if not isinstance(found, dict):
        raise UnreadableDraft(place="–", found=type(found).__name__, expected=_FORM)
    strange = sorted(set(found) - {kind.value for kind in StoryPartKind})
    if strange:
        raise UnreadableDraft(place="–", found=shown(strange[0]), expected=_FORM)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand in it once; of two, one would be read and the other one checked by people."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError([key for key, _ in pairs])
    return found


def _sentences(place: str, told: Any, given: Given, known: Mapping[str, Ground]) -> tuple[Sentence, ...]:
    if not isinstance(told, list):
        raise UnreadableDraft(place=place, found=type(told).__name__, expected="[…]")
    if len(told) > MOST_SENTENCES:
        raise UnreadableDraft(place=place, found=len(told), expected=f"≤ {MOST_SENTENCES}")
    return tuple(_sentence(f"{place} {number}", one, given, known) for number, one in enumerate(told, 1))


def _sentence(place: str, told: Any, given: Given, known: Mapping[str, Ground]) -> Sentence:
    if not isinstance(told, dict) or set(told) != _SENTENCE_KEYS:
        raise UnreadableDraft(place=place, found=shown(json.dumps(told, ensure_ascii=False)), expected=_FORM)
    text, sources = told["text"], told["sources"]
    if not isinstance(text, str) or not text.strip():
        raise UnreadableDraft(place=place, found=shown(json.dumps(text, ensure_ascii=False)), expected='"text": "…"')
    if not isinstance(sources, list) or not all(isinstance(source, str) for source in sources):
        found = shown(json.dumps(sources, ensure_ascii=False))
        raise UnreadableDraft(place=place, found=found, expected='"sources": ["e1"]')
    check(place, text, sources, given)
    return Sentence(text=text.strip(), sources=tuple(dict.fromkeys(known[source].id for source in sources)))
