"""From word material to sentences.

A line of word material is text with three kinds of holes:

- ``[a|b|c]``: one of the alternatives, drawn anew each time;
- ``{slot}`` or ``{slot.form}``: an entry of a pool, the same entry in everything that tells of one event. An
  entry may have forms, written ``nominative|genitive|…`` in the order that the pool's ``forms`` names, so that
  Finnish words are inflected by whoever wrote them and never by gluing endings;
- ``{n:3-9}`` or ``{d:1.2-3.4}``: a whole or decimal number, the same for the same hole within one event.

A theme's ``hooks`` are sentences that say what it is about, in any voice. A title may have ways to say it
(``a // b``) and a leads of its own (``title >> lead >> lead``).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

WORDS_FOLDER = Path(__file__).parent / "words"
WORDING_LANGUAGES = ("en", "fi")
SHORT_LEAD = 95
HOOK_FIRST_SHARE = 0.7
_CHOICE_PATTERN = re.compile(r"\[([^\[\]]*)\]")
_SLOT_PATTERN = re.compile(r"\{([^{}]*)\}")

SlotChoices = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordPool:
    """Entries that can stand in a slot, each with its forms."""

    forms: tuple[str, ...]
    entries: tuple[tuple[str, ...], ...]

    def form(self, entry: int, name: str) -> str:
        """An entry in the form asked for; where none is named, the nominative or else the first."""
        asked = name or ("nom" if "nom" in self.forms else self.forms[0])
        return self.entries[entry][self.forms.index(asked)]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """One event: ways to put it in a title, and the leads that go with it (none where any will do)."""

    titles: tuple[str, ...]
    leads: tuple[str, ...] = ()

    def variants(self, pools: Mapping[str, WordPool]) -> int:
        """In how many ways the first title can be filled, places and numbers aside."""
        title = self.titles[0]
        choices = (len(found.split("|")) for found in _CHOICE_PATTERN.findall(title))
        slots = {hole.partition(".")[0] for hole in _SLOT_PATTERN.findall(title)} - {"place"}
        return math.prod(choices) * math.prod(len(pools[slot].entries) for slot in slots if slot in pools)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceWording:
    """How one voice speaks of a theme. Lines are (phase, line); phase 0 is said at any time."""

    lines: tuple[tuple[int, EventLine], ...]
    leads: tuple[str, ...]

    def at(self, phase: int) -> tuple[EventLine, ...]:
        """What can be said in a phase (1 early, 2, 3 late) of the theme's life."""
        return tuple(line for its, line in self.lines if its in (0, phase)) or tuple(line for _, line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeWording:
    """A theme in one language: voices, pools, and hooks (sentences that say what the theme is about)."""

    lang: str
    hooks: tuple[str, ...] = ()
    voices: Mapping[str, VoiceWording]
    pools: Mapping[str, WordPool]


@cache
def theme_wordings() -> Mapping[tuple[str, str], ThemeWording]:
    """All word material by (theme, language)."""
    return {
        (theme, lang): _theme_wording(raw, lang, common)
        for lang in WORDING_LANGUAGES
        for common in [_word_pools(_read_words(WORDS_FOLDER / f"names.{lang}.json"))]
        for file in sorted(WORDS_FOLDER.glob(f"*.{lang}.json"))
        if not file.name.startswith("names.")
        for theme, raw in _read_words(file).items()
    }


def fill_line(text: str, wording: ThemeWording, *, slot_choices: SlotChoices, rng: Random) -> str:
    """Fill the holes of a line. `memo` remembers what was said of the event; it is added to."""
    chosen = _CHOICE_PATTERN.sub(lambda found: rng.choice(found[1].split("|")), text)
    filled = _SLOT_PATTERN.sub(lambda found: _filled_slot(found[1], wording, slot_choices, rng), chosen)
    if wording.lang == "en":
        filled = filled.replace("s's", "s'")
    return filled[:1].upper() + filled[1:]


def write_lead(
    line: EventLine, speech: VoiceWording, wording: ThemeWording, *, slot_choices: SlotChoices, rng: Random
) -> str:
    """The line's own lead; else a hook and a sentence of the voice, or its sentences alone."""
    if line.leads:
        return fill_line(rng.choice(line.leads), wording, slot_choices=slot_choices, rng=rng)
    first, second = (
        fill_line(text, wording, slot_choices=slot_choices, rng=rng) for text in rng.sample(speech.leads, 2)
    )
    if wording.hooks:
        hook = fill_line(rng.choice(wording.hooks), wording, slot_choices=slot_choices, rng=rng)
        return " ".join((hook, first) if rng.random() < HOOK_FIRST_SHARE else (first, hook))
    return first if len(first) > SHORT_LEAD else f"{first} {second}"


def title_signature(title: str, wording: ThemeWording, slot_choices: SlotChoices, *, with_place: bool) -> str:
    """The title without its numbers, and without its place unless that counts: what it says that is new."""
    place = (
        wording.pools["place"].entries[int(slot_choices["place"])] if "place" in slot_choices and not with_place else ()
    )
    for form in sorted(place, key=len, reverse=True):
        title = title.replace(form, "#")
    return re.sub(r"\d+", "#", title)


def _filled_slot(hole: str, wording: ThemeWording, slot_choices: SlotChoices, rng: Random) -> str:
    if hole[:2] in ("n:", "d:"):
        if hole not in slot_choices:
            slot_choices[hole] = _drawn_number(hole, wording.lang, rng)
        return slot_choices[hole]
    slot, _, form = hole.partition(".")
    pool = wording.pools[slot]
    if slot not in slot_choices:
        slot_choices[slot] = str(rng.randrange(len(pool.entries)))
    return pool.form(int(slot_choices[slot]), form)


def _drawn_number(hole: str, lang: str, rng: Random) -> str:
    low, high = hole[2:].split("-")
    if hole.startswith("n:"):
        return str(rng.randint(int(low), int(high)))
    return f"{rng.uniform(float(low), float(high)):.1f}".replace(".", "," if lang == "fi" else ".")


def _read_words(file: Path) -> dict[str, dict[str, list[str]]]:
    content: dict[str, dict[str, list[str]]] = json.loads(file.read_text(encoding="utf-8"))
    return content


def _word_pools(raw: Mapping[str, object]) -> dict[str, WordPool]:
    return {name: _word_pool(value) for name, value in raw.items()}


def _word_pool(value: object) -> WordPool:
    if isinstance(value, dict):
        return WordPool(
            forms=tuple(value["forms"]), entries=tuple(tuple(entry.split("|")) for entry in value["entries"])
        )
    assert isinstance(value, list)  # noqa: S101 - our own data; a test reads all of it
    return WordPool(forms=("",), entries=tuple((entry,) for entry in value))


def _theme_wording(raw: Mapping[str, object], lang: str, common: Mapping[str, WordPool]) -> ThemeWording:
    own = raw.get("slots", {})
    assert isinstance(own, dict)  # noqa: S101 - our own data; a test reads all of it
    hooks = raw.get("hooks", [])
    assert isinstance(hooks, list)  # noqa: S101 - our own data; a test reads all of it
    voices = {name: _voice_wording(value) for name, value in raw.items() if name not in ("slots", "hooks")}
    return ThemeWording(lang=lang, hooks=tuple(hooks), voices=voices, pools={**common, **_word_pools(own)})


def _voice_wording(raw: object) -> VoiceWording:
    assert isinstance(raw, dict)  # noqa: S101 - our own data; a test reads all of it
    lines = tuple(
        (int(name.partition(".")[2] or 0), _event_line(text))
        for name, texts in raw.items()
        if name.startswith("titles")
        for text in texts
    )
    return VoiceWording(lines=lines, leads=tuple(raw.get("leads", ())))


def _event_line(text: str) -> EventLine:
    titles, *leads = text.split(" >> ")
    return EventLine(titles=tuple(titles.split(" // ")), leads=tuple(leads))
