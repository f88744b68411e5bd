"""Who says what about a trend, and its class of STEEP, as parts of its brief."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from foresight.briefs.charts.render import specification
from foresight.briefs.charts.voices import tone_by_voice
from foresight.briefs.pen import Pen
from foresight.records import Cue, Figure, Section, TrendView
from foresight.text.voices import gap_sentences, silence_sentence, steep_name, tone_limits, tone_text, voice_tones

_WORDS = 8


def voices_section(view: TrendView, cues: Sequence[Cue], pen: Pen) -> Iterator[Section]:
    """Tone per voice and the say–feel gap; nothing where no voice was listened to."""
    heard = voice_tones(view.signals)
    if not heard:
        return
    rows = tuple(
        (
            pen.voice(one.voice),
            pen.number(one.stories),
            tone_text(one.tone.value, pen.lang) if one.tone else "–",
            f"{tone_text(one.tone.low, pen.lang)} … {tone_text(one.tone.high, pen.lang)}"
            if one.tone and one.tone.low is not None and one.tone.high is not None
            else "–",
        )
        for one in heard
    )
    silence = silence_sentence(view.signals, pen.lang)
    yield Section(
        key="voices",
        heading=pen("heading_voices"),
        paragraphs=(pen("voices_intro"), *((silence,) if silence else ()), tone_limits(pen.lang)),
        bullets=(*gap_sentences(view.signals, pen.lang), *_own_words(cues, pen)),
        columns=pen.columns("voice", "stories", "tone", "interval"),
        rows=rows,
        figures=_figures(view, pen),
    )


def steep_bullets(view: TrendView, cues: Sequence[Cue], pen: Pen) -> Iterator[str]:
    """The class, who gave it, and the words that decided where the machine did."""
    names = [steep_name(steep, pen.lang) for steep in view.steep]
    given = view.human_steep
    if given:
        key = "changing_steep_reason" if given.reason else "changing_steep_given"
        yield pen(key, steep=names[0], who=given.who, reason=given.reason)
        return
    if len(names) > 1:
        yield pen("changing_steep_two", one=names[0], other=names[1])
    elif names:
        yield pen("changing_steep", steep=names[0])
    decided = [cue.word for cue in cues if cue.name == "steep" and cue.side in view.steep]
    if decided:
        yield pen("steep_decided", words=", ".join(dict.fromkeys(decided[:_WORDS])))


def _own_words(cues: Sequence[Cue], pen: Pen) -> Iterator[str]:
    for side in ("company", "people"):
        words = [cue.word for cue in cues if cue.name == "say_feel" and cue.side == side]
        if words:
            yield pen(f"voices_words_{side}", words=", ".join(dict.fromkeys(words[:_WORDS])))


def _figures(view: TrendView, pen: Pen) -> tuple[Figure, ...]:
    toned = [one for one in voice_tones(view.signals) if one.tone]
    if not toned:
        return ()
    told = pen.list(f"{pen.voice(one.voice)} {tone_text(one.tone.value, pen.lang)}" for one in toned if one.tone)
    return (
        Figure(
            specification=specification(tone_by_voice(view.signals, lang=pen.lang)),
            caption=pen("figure_tone_caption"),
            alternative=pen("figure_tone_alternative", tones=told),
        ),
    )
