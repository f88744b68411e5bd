"""Who says what, and how: tone per voice, the say–feel gap, and the class of STEEP of every trend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from foresight.model.documents import Corpus, Floats1d, Floats2d, Ints1d
from foresight.model.sources import Voice
from foresight.model.trends import CueWord, Signal, Trend
from foresight.nlp.anchors import SentenceAnchors
from foresight.nlp.encoders import unit_rows
from foresight.nlp.tone import word_tone
from foresight.nlp.word_index import WordIndex
from foresight.trends import voice_signals
from foresight.trends.history import to_seconds

VOICE_WINDOW_WEEKS = 12
VOICE_WINDOW = f"{VOICE_WINDOW_WEEKS}w"
PEOPLE_VOICES = (Voice.CUSTOMER, Voice.EMPLOYEE)
NEAR_TREND_COSINE = 0.3
"""Centred cosine from which an article of a company, customer or employee is about the matter of a trend."""
_EVIDENCE = 3
_SHRINK = 10.0
_OWN_VOICES = (Voice.COMPANY, *PEOPLE_VOICES)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceAnalysis:
    """What was heard of all trends, by trend id, name and window or side."""

    signals: tuple[Signal, ...]
    cues: tuple[CueWord, ...]


def analyse_voices(  # noqa: PLR0913 - the interface of the pipeline
    corpus: Corpus,
    words: WordIndex,
    trends: Sequence[Trend],
    members: Mapping[str, Sequence[str]],
    voices: Mapping[str, Voice],
    anchors: SentenceAnchors | None,
    *,
    as_of: datetime,
    seed: int = 0,
) -> VoiceAnalysis:
    """Listen to the articles of the last twelve weeks before a cut-off.

    Args:
        corpus: all documents; what was not available at `as_of` is not looked at.
        words: of the same documents, row by row.
        trends: those to listen for.
        members: ids of the documents of each, by trend id; ids outside the corpus are passed over.
        voices: who speaks in each source, by id; the media where not told.
        anchors: of the encoder; None for one that knows nothing of meaning: tone then goes by words, STEEP is silent.
        as_of: the cut-off, exclusive, aware.
        seed: decides the resampling of the intervals.
    """
    room = _voice_context(corpus, words, members, voices, anchors, as_of)
    usual = voice_signals.tone_gap(*_sides(room, room.rows), voice_signals.random_stream(seed, "usual"))
    subjects = [_trend_articles(room, trend.id, members.get(trend.id, ())) for trend in trends]
    signals = [signal for subject in subjects for signal in _signals(room, subject, usual, seed)]
    cues = [cue for subject in subjects for cue in _cues(room, subject)]
    return VoiceAnalysis(
        signals=tuple(sorted(signals, key=lambda s: (s.trend_id, s.name, s.window))),
        cues=tuple(sorted(cues, key=lambda c: (c.trend_id, c.name, c.side, -c.weight, c.word))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _VoiceContext:
    """Everything that was said in the window. Arrays are as long as the corpus and mean nothing outside the window.

    Attributes:
        stories: numbered by the ids of their documents, so that their order in the corpus decides nothing.
        matter: ``(rows, dim)``, what each article of the window is about, whoever says it and in whatever language.
    """

    corpus: Corpus
    words: WordIndex
    place: Mapping[str, int]
    voices: tuple[Voice, ...]
    rows: Ints1d
    stories: Ints1d
    tones: Floats1d
    matter: Floats2d
    method: str
    nearness: Floats2d
    lead: Floats2d
    association: Floats2d
    classes: tuple[str, ...]


def _voice_context(
    corpus: Corpus,
    words: WordIndex,
    members: Mapping[str, Sequence[str]],
    voices: Mapping[str, Voice],
    anchors: SentenceAnchors | None,
    as_of: datetime,
) -> _VoiceContext:
    start, end = to_seconds(as_of - timedelta(weeks=VOICE_WINDOW_WEEKS)), to_seconds(as_of)
    rows = np.flatnonzero((corpus.available < end) & (corpus.published >= start))
    by_source = [voices.get(source, Voice.MEDIA) for source in corpus.source_ids]
    speaks = tuple(by_source[source] for source in corpus.sources)
    wanted = {document for ids in members.values() for document in ids}
    asked = [row for row in rows if corpus.ids[row] in wanted or speaks[row] in _OWN_VOICES]
    nearness = _nearness(corpus, rows, anchors)
    lead = voice_signals.class_leads(nearness) if anchors else nearness
    return _VoiceContext(
        corpus=corpus,
        words=words,
        place={corpus.ids[row]: int(row) for row in rows},
        voices=speaks,
        rows=rows,
        stories=_story_numbers(corpus),
        tones=_tones(corpus, np.array(asked, dtype=np.int64), anchors),
        matter=_content_vectors(corpus, rows, speaks),
        method="tone_anchors" if anchors else "tone_words",
        nearness=nearness,
        lead=lead,
        association=voice_signals.word_associations(lead[rows], rows, words) if anchors else lead,
        classes=anchors.classes if anchors else (),
    )


def _story_numbers(corpus: Corpus) -> Ints1d:
    """The story of each document, numbered in the order of the stories' first ids."""
    by_id = np.argsort(np.array(corpus.ids, dtype=object), kind="stable")
    number: dict[int, int] = {}
    for story in corpus.stories[by_id]:
        number.setdefault(int(story), len(number))
    return np.array([number[int(story)] for story in corpus.stories], dtype=np.int64)


def _content_vectors(corpus: Corpus, rows: Ints1d, voices: Sequence[Voice]) -> Floats2d:
    """Vectors without what is common to their language and voice: companies' texts resemble each other as such.

    As centring per language, with the mean of a voice drawn to that of its language while it has few articles.
    """
    vectors = corpus.vectors[rows].astype(np.float64)
    langs = np.array([corpus.langs[row] for row in rows], dtype=object)
    spoken = np.array([voices[row].value for row in rows], dtype=object)
    for lang in sorted(set(langs)):
        of_lang = langs == lang
        mean = vectors[of_lang].mean(axis=0)
        for voice in sorted(set(spoken[of_lang])):
            own = of_lang & (spoken == voice)
            vectors[own] -= (vectors[own].sum(axis=0) + _SHRINK * mean) / (own.sum() + _SHRINK)
    return unit_rows(vectors.astype(np.float32))


def _nearness(corpus: Corpus, rows: Ints1d, anchors: SentenceAnchors | None) -> Floats2d:
    if anchors is None:
        return np.zeros((len(corpus), 0), dtype=np.float32)
    nearness = np.zeros((len(corpus), len(anchors.classes)), dtype=np.float32)
    nearness[rows] = anchors.steep(corpus.vectors[rows], [corpus.langs[row] for row in rows])
    return nearness


def _tones(corpus: Corpus, rows: Ints1d, anchors: SentenceAnchors | None) -> Floats1d:
    found = np.full(len(corpus), np.nan, dtype=np.float32)
    langs = [corpus.langs[row] for row in rows]
    scores = anchors.tone(corpus.vectors[rows], langs) if anchors else np.full(len(rows), np.nan, dtype=np.float32)
    read = [word_tone(f"{corpus.titles[row]}\n{corpus.texts[row]}", corpus.langs[row]) for row in rows]
    found[rows] = voice_signals.article_tones(
        scores,
        np.array([one.value for one in read], dtype=np.float32),
        np.array([one.matches > 0 for one in read], dtype=np.bool_),
        np.array([one.needed_rule for one in read], dtype=np.bool_),
    )
    return found


def _rows_of(room: _VoiceContext, ids: Sequence[str]) -> Ints1d:
    """The rows of a trend in the window, ascending."""
    return np.array(sorted({room.place[one] for one in ids if one in room.place}), dtype=np.int64)


def _with_near_articles(room: _VoiceContext, rows: Ints1d) -> Ints1d:
    """The rows of a trend, and those of companies, customers and employees that lie near it, whatever trend has them.

    Who praises and who complains of one thing may stand in two trends; a gap is between them.
    """
    if not len(rows):
        return rows
    centre = unit_rows(room.matter[np.searchsorted(room.rows, rows)].mean(axis=0, keepdims=True))[0]
    loud = np.array([room.voices[row] in _OWN_VOICES for row in room.rows], dtype=np.bool_)
    return np.union1d(rows, room.rows[loud & (room.matter @ centre >= NEAR_TREND_COSINE)])


@dataclass(frozen=True, slots=True, kw_only=True)
class _TrendArticles:
    """A trend that is listened for: its own rows in the window, and all that are heard of it. Ascending."""

    trend_id: str
    rows: Ints1d
    heard: Ints1d


def _trend_articles(room: _VoiceContext, trend_id: str, ids: Sequence[str]) -> _TrendArticles:
    rows = _rows_of(room, ids)
    return _TrendArticles(trend_id=trend_id, rows=rows, heard=_with_near_articles(room, rows))


def _signals(
    room: _VoiceContext, subject: _TrendArticles, usual: voice_signals.IntervalEstimate | None, seed: int
) -> Iterator[Signal]:
    yield from _voice_signals(room, subject.trend_id, subject.heard, seed)
    yield from _gap_signals(room, subject, usual, seed)
    yield from _steep_signals(room, subject.trend_id, subject.rows)


def _voice_signals(room: _VoiceContext, trend_id: str, rows: Ints1d, seed: int) -> Iterator[Signal]:
    for voice in Voice:
        own = _rows_of_voices(room, rows, (voice,))
        if not len(own):
            continue
        window, told = f"{VOICE_WINDOW}:{voice.value}", len(np.unique(room.stories[own]))
        yield Signal(
            trend_id=trend_id,
            name="voice",
            window=window,
            value=float(told),
            unit="stories",
            method="count",
            n=len(own),
        )
        toned = own[~np.isnan(room.tones[own])]
        rng = voice_signals.random_stream(seed, trend_id, "tone", voice.value)
        found = voice_signals.mean_tone(room.tones[toned], room.stories[toned], rng)
        if found:
            yield _signal(trend_id, "tone", window, found, unit="−1…1", method=room.method)


def _gap_signals(
    room: _VoiceContext, subject: _TrendArticles, usual: voice_signals.IntervalEstimate | None, seed: int
) -> Iterator[Signal]:
    trend_id, langs = subject.trend_id, room.corpus.langs
    company, people = _sides(room, subject.heard)

    def rng(name: str) -> np.random.Generator:
        return voice_signals.random_stream(seed, trend_id, name)

    found = (
        ("say_feel_share", voice_signals.share_gap(company, people, rng("share")), "share", "beta_bootstrap"),
        ("say_feel_tone", voice_signals.tone_gap(company, people, rng("tone")), "−2…2", room.method),
        (
            "say_feel_words",
            voice_signals.word_gap(company, people, room.words, langs, rng("words")),
            "0…1",
            "word_likeness",
        ),
    )
    if found[0][1]:
        yield from (
            _side_share_signal(trend_id, name, side) for name, side in (("company", company), ("people", people))
        )
    for name, estimate, unit, method in found:
        if estimate:
            yield _signal(trend_id, name, VOICE_WINDOW, estimate, unit=unit, method=method)
    if found[1][1] and usual:
        yield _signal(trend_id, "say_feel_tone_usual", VOICE_WINDOW, usual, unit="−2…2", method=room.method)


def _side_share_signal(trend_id: str, name: str, side: voice_signals.VoiceSide) -> Signal:
    return Signal(
        trend_id=trend_id,
        name="voice_share",
        window=f"{VOICE_WINDOW}:{name}",
        value=round(side.told / side.output, 4),
        unit="share",
        method="story_share",
        n=side.output,
    )


def _steep_signals(room: _VoiceContext, trend_id: str, rows: Ints1d) -> Iterator[Signal]:
    if not room.classes or len(rows) < voice_signals.LEAST_STEEP_ARTICLES:
        return
    for name, share in zip(room.classes, voice_signals.steep_shares(room.nearness[rows]), strict=True):
        yield Signal(
            trend_id=trend_id,
            name="steep",
            window=name,
            value=round(float(share), 4),
            unit="share",
            method="steep_anchors",
            n=len(rows),
        )


def _cues(room: _VoiceContext, subject: _TrendArticles) -> Iterator[CueWord]:
    ids, trend_id, rows = room.corpus.ids, subject.trend_id, subject.rows
    for number in _leading_classes(room, rows):
        decided = voice_signals.decisive_words(
            rows, room.lead[rows, number], voice_signals.words_for_class(room.association, number), room.words
        )
        for word in decided:
            shown = word.rows[:_EVIDENCE]
            yield CueWord(
                trend_id=trend_id,
                name="steep",
                side=room.classes[number],
                word=word.word,
                lang=_main_language(room, word.rows),
                weight=round(word.weight, 5),
                documents=tuple(ids[row] for row in shown),
            )
    for side, lang, distinct in _distinct_by_language(room, subject.heard):
        yield CueWord(
            trend_id=trend_id,
            name="say_feel",
            side=side,
            word=distinct.word,
            lang=lang,
            weight=round(distinct.weight, 5),
            documents=tuple(ids[row] for row in distinct.rows[:_EVIDENCE]),
        )


def _leading_classes(room: _VoiceContext, rows: Ints1d) -> Sequence[int]:
    """The two nearest classes of a trend: either may be shown."""
    if not room.classes or len(rows) < voice_signals.LEAST_STEEP_ARTICLES:
        return ()
    divided = voice_signals.steep_shares(room.nearness[rows])
    return [int(number) for number in np.lexsort((np.arange(len(divided)), -divided))[:2]]


def _distinct_by_language(room: _VoiceContext, rows: Ints1d) -> Iterator[tuple[str, str, voice_signals.DistinctWord]]:
    """(side, language, word) within each language that both sides speak."""
    for lang in sorted({room.corpus.langs[row] for row in rows}):
        company, people = _sides(room, np.array([r for r in rows if room.corpus.langs[r] == lang], dtype=np.int64))
        for name, side, other in (("company", company, people), ("people", people, company)):
            for word in voice_signals.distinct_words(side, other, room.words):
                yield name, lang, word


def _sides(room: _VoiceContext, rows: Ints1d) -> tuple[voice_signals.VoiceSide, voice_signals.VoiceSide]:
    return _side(room, rows, (Voice.COMPANY,)), _side(room, rows, PEOPLE_VOICES)


def _side(room: _VoiceContext, rows: Ints1d, voices: Sequence[Voice]) -> voice_signals.VoiceSide:
    own, everything = _rows_of_voices(room, rows, voices), _rows_of_voices(room, room.rows, voices)
    return voice_signals.VoiceSide(
        rows=own,
        stories=room.stories[own],
        tones=room.tones[own],
        output=len(np.unique(room.stories[everything])),
    )


def _rows_of_voices(room: _VoiceContext, rows: Ints1d, voices: Sequence[Voice]) -> Ints1d:
    return np.array([row for row in rows if room.voices[row] in voices], dtype=np.int64)


def _main_language(room: _VoiceContext, rows: Ints1d) -> str:
    langs = [room.corpus.langs[row] for row in rows]
    return str(max(sorted(set(langs)), key=langs.count))


def _signal(
    trend_id: str, name: str, window: str, found: voice_signals.IntervalEstimate, *, unit: str, method: str
) -> Signal:
    return Signal(
        trend_id=trend_id,
        name=name,
        window=window,
        value=round(found.value, 4),
        unit=unit,
        method=method,
        low=round(found.low, 4),
        high=round(found.high, 4),
        n=found.n,
    )
