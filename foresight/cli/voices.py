"""What `trend` and `trends` answer about voices and the class of STEEP."""

from __future__ import annotations

from collections.abc import Iterator

from foresight.i18n.voice_sentences import SignalLike, say_feel_sentences, steep_name, voice_tones
from foresight.model.decisions import TrendView


def steep_document(view: TrendView) -> dict[str, object]:
    """The class of STEEP: what holds, how the articles divide, and who corrected it."""
    given = view.human_steep
    return {
        "classes": [steep.value for steep in view.steep],
        "shares": {steep.value: share for steep, share in view.steep_shares.items()},
        "given": {"by": given.who, "at": given.at.isoformat(), "reason": given.reason} if given else None,
    }


def voices_document(view: TrendView) -> list[dict[str, object]]:
    """Every voice with its tone; null where it has too few articles."""
    return [
        {"voice": one.voice, "stories": one.stories, "articles": one.articles, "tone": _interval(one.tone)}
        for one in voice_tones(view.signals)
    ]


def say_feel_document(view: TrendView, lang: str) -> dict[str, object]:
    """The gap between companies and people: each part null where it was not measured, and in words."""
    parts = {name: _interval(view.signal(f"say_feel_{name}")) for name in ("share", "tone", "tone_usual", "words")}
    return {**parts, "told": list(say_feel_sentences(view.signals, lang))}


def voice_lines(view: TrendView, lang: str) -> Iterator[str]:
    """The same for people: the class, then the gap in words."""
    if view.steep:
        yield "STEEP: " + " / ".join(steep_name(steep, lang) for steep in view.steep)
    if voice_tones(view.signals):
        yield from say_feel_sentences(view.signals, lang)


def _interval(signal: SignalLike | None) -> dict[str, object] | None:
    return {"value": signal.value, "low": signal.low, "high": signal.high, "n": signal.n} if signal else None
