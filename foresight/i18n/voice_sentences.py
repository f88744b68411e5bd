"""Sentences about who says what: tone per voice, the say–feel gap, and why it is missing where it is.

Everything is read from signals as they are kept: "voice" and "tone" measured over "12w:customer" and the like,
"voice_share" over "12w:company" and "12w:people", "say_feel_share", "say_feel_tone", "say_feel_tone_usual",
"say_feel_words" over "12w".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from foresight.i18n import Texts
from foresight.i18n.formatting import format_list, format_number, format_percent

LEAST_ARTICLES_FOR_TONE = 20
LEAST_STORIES_FOR_SHARE = 10
PEOPLE_VOICES = ("customer", "employee")
_LARGE_DIFFERENCE, _LEAST_DIFFERENCE = 0.6, 0.25


class SignalLike(Protocol):
    """A signal, as records have it."""

    @property
    def name(self) -> str: ...  # noqa: D102 - as in records
    @property
    def window(self) -> str: ...  # noqa: D102
    @property
    def value(self) -> float: ...  # noqa: D102
    @property
    def low(self) -> float | None: ...  # noqa: D102
    @property
    def high(self) -> float | None: ...  # noqa: D102
    @property
    def n(self) -> int: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceTone:
    """How one voice speaks. tone is None where it has too few articles to say."""

    voice: str
    stories: int
    articles: int
    tone: SignalLike | None


def voice_tones(signals: Iterable[SignalLike]) -> tuple[VoiceTone, ...]:
    """Every voice that was heard, the one with most articles first."""
    listed = tuple(signals)
    tones = {_signal_voice(signal): signal for signal in listed if signal.name == "tone"}
    found = [
        VoiceTone(voice=_signal_voice(s), stories=round(s.value), articles=s.n, tone=tones.get(_signal_voice(s)))
        for s in listed
        if s.name == "voice"
    ]
    return tuple(sorted(found, key=lambda one: (-one.articles, one.voice)))


def say_feel_sentences(signals: Iterable[SignalLike], lang: str) -> tuple[str, ...]:
    """The gap in plain words, the tone first; a part that was not measured says why."""
    found = tuple(signals)
    heard = {one.voice: one for one in voice_tones(found)}
    if "company" not in heard and not set(PEOPLE_VOICES) & set(heard):
        return (Texts(lang)("voices.gap_media_only"),)
    return (
        _tone_gap_sentence(found, heard, lang),
        _share_gap_sentence(found, lang),
        _word_gap_sentence(found, heard, lang),
    )


def missing_tone_sentence(signals: Iterable[SignalLike], lang: str) -> str:
    """Which voices have too few articles for a tone; "" where all that were heard have one."""
    quiet = [one for one in voice_tones(signals) if one.tone is None]
    if not quiet:
        return ""
    names = [f"{voice_name(one.voice, lang)} {format_number(one.articles, lang)}" for one in quiet]
    return Texts(lang)("voices.tone_silent", voices=format_list(names, lang), least=LEAST_ARTICLES_FOR_TONE)


def voice_name(voice: str, lang: str) -> str:
    """What a voice is called, in the plural."""
    return Texts(lang)(f"voices.name_{voice}")


def format_tone(value: float, lang: str) -> str:
    """A tone as it is written: two decimals with a sign."""
    return format_number(value, lang, digits=2, signed=True)


def tone_caveat(lang: str) -> str:
    """What tone is, and what it gets wrong."""
    return Texts(lang)("voices.tone_limits")


def steep_name(steep: str, lang: str) -> str:
    """What a class of STEEP is called."""
    return Texts(lang)(f"voices.steep_{steep}")


def _signal_voice(signal: SignalLike) -> str:
    return signal.window.partition(":")[2]


def _find_signal(signals: Iterable[SignalLike], name: str, window: str = "") -> SignalLike | None:
    return next((s for s in signals if s.name == name and window in ("", _signal_voice(s))), None)


def _tone_gap_sentence(signals: tuple[SignalLike, ...], heard: dict[str, VoiceTone], lang: str) -> str:
    texts, gap = Texts(lang), _find_signal(signals, "say_feel_tone")
    if gap is None or gap.low is None or gap.high is None:
        company, people = _article_counts(heard)
        return texts("voices.gap_tone_silent", least=LEAST_ARTICLES_FOR_TONE, company=company, people=people)
    way = "kinder" if gap.low > 0 else "harsher" if gap.high < 0 else "alike"
    edges = (gap.value, gap.low, gap.high) if way != "harsher" else (-gap.value, -gap.high, -gap.low)
    found = texts(f"voices.gap_tone_{way}", **_interval_facts(edges, lang, digits=2, signed=way == "alike"))
    usual = _find_signal(signals, "say_feel_tone_usual")
    if usual is None:
        return found
    return f"{found} {texts('voices.gap_tone_usual', usual=format_tone(usual.value, lang))}"


def _share_gap_sentence(signals: tuple[SignalLike, ...], lang: str) -> str:
    texts, gap = Texts(lang), _find_signal(signals, "say_feel_share")
    company, people = (_find_signal(signals, "voice_share", side) for side in ("company", "people"))
    if gap is None or gap.low is None or gap.high is None or company is None or people is None:
        return texts("voices.gap_share_silent", least=LEAST_STORIES_FOR_SHARE)
    way = "more" if gap.low > 0 else "less" if gap.high < 0 else "alike"
    edges = (gap.value, gap.low, gap.high) if way != "less" else (-gap.value, -gap.high, -gap.low)
    points = (100 * edges[0], 100 * edges[1], 100 * edges[2])
    return texts(
        f"voices.gap_share_{way}",
        company=format_percent(company.value, lang),
        people=format_percent(people.value, lang),
        **_interval_facts(points, lang, digits=1, signed=way == "alike"),
    )


def _interval_facts(
    edges: tuple[float, float, float], lang: str, *, digits: int, signed: bool = False
) -> dict[str, str]:
    """The gap and the ends of its interval, as they are written."""
    names = ("gap", "low", "high")
    return {
        name: format_number(edge, lang, digits=digits, signed=signed) for name, edge in zip(names, edges, strict=True)
    }


def _word_gap_sentence(signals: tuple[SignalLike, ...], heard: dict[str, VoiceTone], lang: str) -> str:
    texts, gap = Texts(lang), _find_signal(signals, "say_feel_words")
    if gap is None or gap.low is None or gap.high is None:
        return texts("voices.gap_words_silent", least=LEAST_STORIES_FOR_SHARE, **_story_counts(heard))
    way = (
        "far" if gap.low > _LEAST_DIFFERENCE and gap.value >= _LARGE_DIFFERENCE else "some" if gap.low > 0 else "alike"
    )
    return texts(f"voices.gap_words_{way}", **_interval_facts((gap.value, gap.low, gap.high), lang, digits=2))


def _article_counts(heard: dict[str, VoiceTone]) -> tuple[int, int]:
    return _total(heard, ("company",), "articles"), _total(heard, PEOPLE_VOICES, "articles")


def _story_counts(heard: dict[str, VoiceTone]) -> dict[str, int]:
    return {"company": _total(heard, ("company",), "stories"), "people": _total(heard, PEOPLE_VOICES, "stories")}


def _total(heard: dict[str, VoiceTone], voices: tuple[str, ...], what: str) -> int:
    return sum(int(getattr(heard[voice], what)) for voice in voices if voice in heard)
