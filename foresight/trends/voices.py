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
from foresight.trends.signals import SignalValue, make_signal

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
    """Signals and cue words of all trends, by trend id, name and window or side."""

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
    """Who says what of the trends in the twelve weeks before a cut-off.

    Args:
        corpus: all documents; what was not available at `as_of`, or comes from a source of weight 0, is not looked at.
        words: of the same documents, row by row.
        trends: those to analyse.
        members: ids of the documents of each, by trend id; ids outside the corpus are passed over.
        voices: who speaks in each source, by id; the media where not given.
        anchors: of the encoder; None for one that knows nothing of meaning: tone then goes by words, STEEP is silent.
        as_of: the cut-off, exclusive, aware.
        seed: decides the resampling of the intervals.
    """
    context = _voice_context(corpus, words, members, voices, anchors, as_of)
    usual = voice_signals.tone_gap(*_sides(context, context.rows), voice_signals.random_stream(seed, "usual"))
    subjects = [_trend_articles(context, trend.id, members.get(trend.id, ())) for trend in trends]
    signals = [signal for subject in subjects for signal in _signals(context, subject, usual, seed)]
    cues = [cue for subject in subjects for cue in _cues(context, subject)]
    return VoiceAnalysis(
        signals=tuple(sorted(signals, key=lambda s: (s.trend_id, s.name, s.window))),
        cues=tuple(sorted(cues, key=lambda c: (c.trend_id, c.name, c.side, -c.weight, c.word))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _VoiceContext:
    """Everything that was written in the window. Arrays are as long as the corpus and mean nothing outside the window.

    Attributes:
        stories: numbered by the ids of their documents, so that their order in the corpus decides nothing.
        content_vectors: ``(rows, dim)``, what each article of the window is about, in whatever voice and language.
    """

    corpus: Corpus
    words: WordIndex
    place: Mapping[str, int]
    voices: tuple[Voice, ...]
    rows: Ints1d
    stories: Ints1d
    tones: Floats1d
    content_vectors: Floats2d
    by_words: bool
    nearness: Floats2d
    class_leads: Floats2d
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
    is_counted = corpus.source_weights[corpus.sources] > 0
    rows = np.flatnonzero((corpus.available < end) & (corpus.published >= start) & is_counted)
    by_source = [voices.get(source, Voice.MEDIA) for source in corpus.source_ids]
    speaks = tuple(by_source[source] for source in corpus.sources)
    wanted = {document for ids in members.values() for document in ids}
    asked = [row for row in rows if corpus.ids[row] in wanted or speaks[row] in _OWN_VOICES]
    nearness = np.zeros((len(corpus), len(anchors.classes) if anchors else 0), dtype=np.float32)
    if anchors:
        nearness[rows] = anchors.steep(corpus.vectors[rows], [corpus.langs[row] for row in rows])
    leads = voice_signals.class_leads(nearness) if anchors else nearness
    return _VoiceContext(
        corpus=corpus,
        words=words,
        place={corpus.ids[row]: int(row) for row in rows},
        voices=speaks,
        rows=rows,
        stories=_story_numbers(corpus),
        tones=_tones(corpus, np.array(asked, dtype=np.int64), anchors),
        content_vectors=_content_vectors(corpus, rows, speaks),
        by_words=anchors is None,
        nearness=nearness,
        class_leads=leads,
        association=voice_signals.word_associations(leads[rows], rows, words) if anchors else leads,
        classes=anchors.classes if anchors else (),
    )


def _story_numbers(corpus: Corpus) -> Ints1d:
    """The story of each document, numbered in the order of the stories' first ids."""
    by_id = np.argsort(np.array(corpus.ids, dtype=object), kind="stable")
    number = {story: place for place, story in enumerate(dict.fromkeys(corpus.stories[by_id].tolist()))}
    return np.array([number[story] for story in corpus.stories.tolist()], dtype=np.int64)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _TrendArticles:
    """A trend's own rows in the window, and those with near articles of companies, customers, employees. Ascending.

    Who praises and who complains of one thing may stand in two trends; a gap is between them.
    """

    trend_id: str
    rows: Ints1d
    with_near: Ints1d


def _trend_articles(context: _VoiceContext, trend_id: str, ids: Sequence[str]) -> _TrendArticles:
    rows = np.array(sorted({context.place[one] for one in ids if one in context.place}), dtype=np.int64)
    if not len(rows):
        return _TrendArticles(trend_id=trend_id, rows=rows, with_near=rows)
    vectors = context.content_vectors
    centre = unit_rows(vectors[np.searchsorted(context.rows, rows)].mean(axis=0, keepdims=True))[0]
    own_voice = np.array([context.voices[row] in _OWN_VOICES for row in context.rows], dtype=np.bool_)
    near = context.rows[own_voice & (vectors @ centre >= NEAR_TREND_COSINE)]
    return _TrendArticles(trend_id=trend_id, rows=rows, with_near=np.union1d(rows, near))


def _signals(
    context: _VoiceContext, subject: _TrendArticles, usual: voice_signals.IntervalEstimate | None, seed: int
) -> Iterator[Signal]:
    for name, window, found in (*_tones_by_voice(context, subject, seed), *_gaps(context, subject, usual, seed)):
        numbers = (round(number, 4) for number in (found.low, found.high))
        value = SignalValue(window, round(found.value, 4), found.n, *numbers)
        yield make_signal(subject.trend_id, name, value, by_words=context.by_words)
    for name, value in _counts(context, subject):
        yield make_signal(subject.trend_id, name, value)


_Estimate = tuple[str, str, voice_signals.IntervalEstimate]


def _tones_by_voice(context: _VoiceContext, subject: _TrendArticles, seed: int) -> Iterator[_Estimate]:
    for voice in Voice:
        own = _rows_of_voices(context, subject.with_near, (voice,))
        own = own[~np.isnan(context.tones[own])]
        rng = voice_signals.random_stream(seed, subject.trend_id, "tone", voice.value)
        tone = voice_signals.mean_tone(context.tones[own], context.stories[own], rng)
        if tone:
            yield "tone", f"{VOICE_WINDOW}:{voice.value}", tone


def _gaps(
    context: _VoiceContext, subject: _TrendArticles, usual: voice_signals.IntervalEstimate | None, seed: int
) -> Iterator[_Estimate]:
    def rng(name: str) -> np.random.Generator:
        return voice_signals.random_stream(seed, subject.trend_id, name)

    sides, langs = _sides(context, subject.with_near), context.corpus.langs
    tone = voice_signals.tone_gap(*sides, rng("tone"))
    gaps = {
        "say_feel_share": voice_signals.share_gap(*sides, rng("share")),
        "say_feel_tone": tone,
        "say_feel_tone_usual": usual if tone else None,
        "say_feel_words": voice_signals.word_gap(*sides, context.words, langs, rng("words")),
    }
    yield from ((name, VOICE_WINDOW, gap) for name, gap in gaps.items() if gap)


def _counts(context: _VoiceContext, subject: _TrendArticles) -> Iterator[tuple[str, SignalValue]]:
    """Stories by voice, the shares of the two sides, and the classes of STEEP."""
    for voice in Voice:
        own = _rows_of_voices(context, subject.with_near, (voice,))
        if len(own):
            yield "voice", SignalValue(f"{VOICE_WINDOW}:{voice.value}", len(np.unique(context.stories[own])), len(own))
    sides = _sides(context, subject.with_near)
    if voice_signals.has_enough_stories(*sides):
        for name, side in zip(("company", "people"), sides, strict=True):
            share = round(side.story_count / side.output, 4)
            yield "voice_share", SignalValue(f"{VOICE_WINDOW}:{name}", share, side.output)
    if context.classes and len(subject.rows) >= voice_signals.LEAST_STEEP_ARTICLES:
        shares = voice_signals.steep_shares(context.nearness[subject.rows])
        for name, part in zip(context.classes, shares, strict=True):
            yield "steep", SignalValue(name, round(float(part), 4), len(subject.rows))


def _cues(context: _VoiceContext, subject: _TrendArticles) -> Iterator[CueWord]:
    def cue(name: str, side: str, lang: str, found: voice_signals.WeightedWord) -> CueWord:
        documents = tuple(context.corpus.ids[row] for row in found.rows[:_EVIDENCE])
        weight = round(found.weight, 5)
        return CueWord(
            trend_id=subject.trend_id,
            name=name,
            side=side,
            word=found.word,
            lang=lang,
            weight=weight,
            documents=documents,
        )

    rows, langs = subject.rows, context.corpus.langs
    if context.classes and len(rows) >= voice_signals.LEAST_STEEP_ARTICLES:
        divided = voice_signals.steep_shares(context.nearness[rows])
        # The two nearest classes of a trend: either may be shown.
        for number in np.lexsort((np.arange(len(divided)), -divided))[:2].tolist():
            association = voice_signals.words_for_class(context.association, number)
            leads = context.class_leads[rows, number]
            for word in voice_signals.decisive_words(rows, leads, association, context.words):
                spoken = [langs[row] for row in word.rows]
                main = max(sorted(set(spoken)), key=spoken.count)
                yield cue("steep", context.classes[number], main, word)
    for lang in sorted({langs[row] for row in subject.with_near}):
        own = np.array([row for row in subject.with_near if langs[row] == lang], dtype=np.int64)
        company, people = _sides(context, own)
        for name, side, other in (("company", company, people), ("people", people, company)):
            yield from (
                cue("say_feel", name, lang, w) for w in voice_signals.distinct_words(side, other, context.words)
            )


def _sides(context: _VoiceContext, rows: Ints1d) -> tuple[voice_signals.VoiceSide, voice_signals.VoiceSide]:
    """What companies write, and what customers and employees do."""

    def side(voices: Sequence[Voice]) -> voice_signals.VoiceSide:
        own, everything = _rows_of_voices(context, rows, voices), _rows_of_voices(context, context.rows, voices)
        output = len(np.unique(context.stories[everything]))
        stories, tones = context.stories[own], context.tones[own]
        return voice_signals.VoiceSide(rows=own, stories=stories, tones=tones, output=output)

    return side((Voice.COMPANY,)), side(PEOPLE_VOICES)


def _rows_of_voices(context: _VoiceContext, rows: Ints1d, voices: Sequence[Voice]) -> Ints1d:
    return np.array([row for row in rows if context.voices[row] in voices], dtype=np.int64)
