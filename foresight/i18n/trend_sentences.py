"""Sentences about stages and signals, made from a key and the numbers that decided.

A sentence may hold parts in square brackets: a part whose facts are missing is left out, so that a number that was
not measured is not written and the rest still reads well.

| fact            | comes as                         | is written as                               |
|-----------------|----------------------------------|---------------------------------------------|
| growth_per_week | fraction per week, e.g. 0.18     | "grows 18% a week (doubling in 4 weeks)"     |
| growth_per_quarter | the same per quarter          | "grows 18% a quarter"                        |
| doubling_weeks  | weeks                            | within the growth                           |
| q               | 0…1                              | "10%"                                       |
| share           | 0…1                              | "0.4%"                                      |
| stories, sources, weeks, years | counts            | "12 stories", "3 sources", "4 weeks"        |
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from foresight.i18n import Texts
from foresight.i18n.formatting import format_number, format_percent, format_quantity

_OPTIONAL_PATTERN = re.compile(r"\[([^\]]*)\]")
_FACT_PATTERN = re.compile(r"\{(\w+)\}")
_COUNT_FACTS = ("stories", "sources", "weeks", "years", "documents", "languages")
_LONGEST_DOUBLING_WEEKS = 104.0
_PROBABILITY_WORDS = ((0.2, "hardly"), (0.4, "perhaps"), (0.6, "even"), (0.8, "likely"), (1.0, "surely"))


def stage_reason_sentence(key: str, facts: Iterable[tuple[str, float]], lang: str) -> str:
    """Why a trend stands in its stage, in one sentence.

    Args:
        key: `StageReason.key`, e.g. "weak" or "noise_few"; an unknown one gives the name of no stage: "".
        facts: (name, value) pairs; unknown names and values that are not finite are passed over.
        lang: "fi" or "en".
    """
    texts = Texts(lang)
    if not texts.has(f"stages.{key}"):
        return ""
    return fill_template(texts.template(f"stages.{key}"), fact_phrases(dict(facts), lang))


def fact_phrases(facts: Mapping[str, float], lang: str) -> dict[str, str]:
    """The facts as they are written in a sentence; only those that are there and finite."""
    known = {name: value for name, value in facts.items() if math.isfinite(value)}
    found = {name: count_phrase(name, known[name], lang) for name in _COUNT_FACTS if name in known}
    if "growth_per_week" in known:
        pace = known["growth_per_week"], known.get("doubling_weeks")
        found |= {"growth": growth_phrase(*pace, lang), "pace": pace_phrase(*pace, lang)}
    if "growth_per_quarter" in known:
        found |= _quarterly_growth_phrases(known["growth_per_quarter"], lang)
    found |= {name: format_percent(known[name], lang) for name in ("share", "q") if name in known}
    if "chance" in known:
        found |= {
            "chance": format_percent(known["chance"], lang, digits=0),
            "lasts": persistence_phrase(known["chance"], lang),
        }
    evidence = [found[name] for name in ("stories", "sources") if name in found]
    if evidence:
        found["evidence"] = ", ".join(evidence)
    return found


def _quarterly_growth_phrases(growth: float, lang: str) -> dict[str, str]:
    """Growth of a slow trend, with its verb and with its sign."""
    texts = Texts(lang)
    amount = format_percent(abs(growth), lang, digits=0)
    still = amount == format_percent(0, lang, digits=0)
    way = "up" if growth > 0 else "down"
    return {
        "growth": texts("stages.growth_none") if still else texts(f"stages.quarter_growth_{way}", percent=amount),
        "pace": texts("stages.quarter_pace", percent=format_percent(growth, lang, digits=0, signed=True)),
    }


def persistence_phrase(chance: float, lang: str) -> str:
    """A persistence probability in words and number, e.g. "likely to stay above its old level (62%)".

    Args:
        chance: 0…1.
        lang: "fi" or "en".
    """
    word = next(name for most, name in _PROBABILITY_WORDS if chance <= most)
    return Texts(lang)(f"stages.lasts_{word}", percent=format_percent(chance, lang, digits=0))


def growth_phrase(per_week: float, doubling_weeks: float | None, lang: str) -> str:
    """Growth with its verb, e.g. "grows 18% a week (doubling in 4.2 weeks)".

    Args:
        per_week: fraction per week, above −1.
        doubling_weeks: as measured; worked out from `per_week` where None.
        lang: "fi" or "en".
    """
    texts = Texts(lang)
    amount = format_percent(abs(per_week), lang, digits=0)
    if amount == format_percent(0, lang, digits=0):
        return texts("stages.growth_none")
    way = "up" if per_week > 0 else "down"
    weeks = _doubling_phrase(per_week, doubling_weeks, lang)
    if not weeks:
        return texts(f"stages.growth_{way}", percent=amount)
    return texts(f"stages.growth_{way}_doubling", percent=amount, weeks=weeks)


def pace_phrase(per_week: float, doubling_weeks: float | None, lang: str) -> str:
    """Growth with its sign, e.g. "+18% a week (doubling in 4.2 weeks)"; arguments as in `growth_phrase`."""
    texts = Texts(lang)
    amount = format_percent(per_week, lang, digits=0, signed=True)
    weeks = _doubling_phrase(per_week, doubling_weeks, lang)
    if not weeks:
        return texts("stages.pace", percent=amount)
    return texts(f"stages.pace_{'up' if per_week > 0 else 'down'}", percent=amount, weeks=weeks)


def _doubling_phrase(per_week: float, doubling_weeks: float | None, lang: str) -> str:
    """In how many weeks it doubles or halves; "" where that is too far off to mean anything."""
    weeks = weeks_to_double(per_week) if doubling_weeks is None else abs(doubling_weeks)
    return count_phrase("weeks_in", weeks, lang) if 0 < weeks <= _LONGEST_DOUBLING_WEEKS else ""


def weeks_to_double(per_week: float) -> float:
    """Weeks until the share has doubled, or halved where it shrinks; infinity where nothing moves."""
    if per_week <= -1 or per_week == 0:
        return math.inf
    return abs(math.log(2) / math.log1p(per_week))


def count_phrase(name: str, value: float, lang: str) -> str:
    """A number with its noun: "1 story", "12 stories"; the name is a fact, e.g. "stories"."""
    amount = format_quantity(value, lang) if name == "weeks_in" else format_number(value, lang)
    form = "one" if amount == "1" else "many"
    return Texts(lang)(f"stages.count_{name}_{form}", number=amount)


def fill_template(template: str, found: Mapping[str, str]) -> str:
    """Put facts into a template; a part in square brackets that lacks one is left out."""

    def part(match: re.Match[str]) -> str:
        inside = match.group(1)
        return inside if all(name in found for name in _FACT_PATTERN.findall(inside)) else ""

    return _FACT_PATTERN.sub(lambda match: found.get(match.group(1), "–"), _OPTIONAL_PATTERN.sub(part, template))


def stage_name(stage: str, lang: str) -> str:
    """What a stage is called, e.g. "heikko signaali"."""
    return Texts(lang)(f"stages.name_{stage}")


def stage_help(stage: str, lang: str) -> str:
    """What a stage means, in one sentence."""
    return Texts(lang)(f"stages.help_{stage}")


def signal_name(signal: str, lang: str) -> str:
    """What a signal is called; an unknown one keeps its own name."""
    texts = Texts(lang)
    return texts(f"stages.signal_{signal}") if texts.has(f"stages.signal_{signal}") else signal.replace("_", " ")


def signal_window_phrase(window: str, lang: str) -> str:
    """What a signal was measured over, e.g. "12w" as "12 weeks" and "+4w" as "+4 weeks"; "" for another window."""
    match = re.fullmatch(r"(\+?)(\d+)([wq])", window)
    if not match:
        return ""
    sign, number, unit = match.groups()
    return sign + count_phrase("weeks" if unit == "w" else "quarters", int(number), lang)


def signal_help(signal: str, lang: str) -> str:
    """What a signal means, in one sentence; "" for an unknown one."""
    texts = Texts(lang)
    return texts(f"stages.signal_{signal}_help") if texts.has(f"stages.signal_{signal}_help") else ""
