"""A trend's voices: how each speaks, the gap between saying and feeling, its class of STEEP and what decided it."""

from __future__ import annotations

import streamlit as st

from foresight.briefs import charts
from foresight.services.trends import ShownCue, TrendPage
from foresight.text.voices import (
    gap_sentences,
    silence_sentence,
    steep_name,
    tone_limits,
    voice_name,
    voice_tones,
)
from foresight.ui import drawing
from foresight.ui.curate import curate
from foresight.ui.escape import plain, safe_url, shortened
from foresight.ui.reader import Reader

_SIDES = ("company", "people")


def voices(found: TrendPage, reader: Reader) -> None:
    """Tone per voice and the gap in words, then what each side says that the other does not."""
    signals = found.view.signals
    heard = voice_tones(signals)
    if not heard:
        return
    st.subheader(reader("voices"), divider="gray", help=reader("voices_help"))
    left, right = st.columns(2, gap="large")
    with left:
        if any(one.tone for one in heard):
            chart = charts.tone_by_voice(signals, lang=reader.lang, width=240)
            drawing.show(chart, alt=_alternative(found, reader), key="tone_by_voice")
        if silence := silence_sentence(signals, reader.lang):
            st.caption(silence)
    with right:
        st.markdown("\n".join(f"- {sentence}" for sentence in gap_sentences(signals, reader.lang)))
    _sides(found, reader)
    st.caption(tone_limits(reader.lang))


def steep(found: TrendPage, reader: Reader) -> None:
    """The class, who gave it, how the machine divides the trend over the classes, and the words that decided."""
    view = found.view
    if not view.steep:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.subheader(reader("steep"), divider="gray", help=reader("steep_help"))
        if st.button(reader("steep_correct"), key="correct_steep", type="tertiary", icon=":material/edit:"):
            curate(view, found.others, reader)
    st.markdown(f"**{steep_text(found, reader)}**")
    if view.human_steep:
        given = view.human_steep
        st.caption(reader("steep_corrected", who=plain(given.who), date=reader.date(given.at)))
        if given.reason:
            st.markdown(f"*{plain(given.reason)}*")
    shares = sorted(view.steep_shares.items(), key=lambda item: (-item[1], item[0]))
    divided = " · ".join(f"{steep_name(one, reader.lang)} {reader.percent(share)}" for one, share in shares)
    if divided:
        st.caption(reader("steep_divided", shares=divided))
    decided = [shown for shown in found.cues if shown.cue.name == "steep" and shown.cue.side in view.steep]
    if decided:
        with st.expander(reader("steep_words", words=_listed(decided)), icon=":material/match_word:"):
            _words(decided, reader)


def steep_text(found: TrendPage, reader: Reader) -> str:
    """The class, or the two it stands between."""
    names = [steep_name(one, reader.lang) for one in found.view.steep]
    return reader("steep_between", one=names[0], other=names[1]) if len(names) > 1 else names[0].capitalize()


def _alternative(found: TrendPage, reader: Reader) -> str:
    told = ", ".join(
        f"{voice_name(one.voice, reader.lang)} {reader.number(one.tone.value, digits=2)}"
        for one in voice_tones(found.view.signals)
        if one.tone
    )
    return reader("alt_tone", tones=told)


def _sides(found: TrendPage, reader: Reader) -> None:
    by_side = {side: [s for s in found.cues if s.cue.name == "say_feel" and s.cue.side == side] for side in _SIDES}
    if not any(by_side.values()):
        return
    for column, (side, cues) in zip(st.columns(2, gap="large"), by_side.items(), strict=True):
        with column:
            st.markdown(f"**{reader(f'side_{side}')}** {_listed(cues) or '–'}")
            if cues:
                with st.expander(reader("side_articles"), icon=":material/format_quote:"):
                    _words(cues, reader)


def _listed(cues: list[ShownCue]) -> str:
    return plain(", ".join(dict.fromkeys(shown.cue.word for shown in cues)))


def _words(cues: list[ShownCue], reader: Reader) -> None:
    """Each word with the articles to read it in."""
    for shown in cues:
        lang = f" ({shown.cue.lang.upper()})" if shown.cue.lang else ""
        titles = [_title(d.title, d.url) for d in shown.documents] or [reader("steep_no_articles")]
        st.markdown(f"**{plain(shown.cue.word)}**{lang}\n" + "\n".join(f"- {title}" for title in titles))


def _title(title: str, address: str) -> str:
    shown, url = plain(shortened(title, 110)), safe_url(address)
    return f"[{shown}]({url})" if url else shown
