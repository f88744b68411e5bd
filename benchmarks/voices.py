"""Tone, STEEP and the say–feel gap, measured: ``python -m benchmarks.voices --data DIR --part tone|steep|gap``.

DIR holds the labelled sets (Parquet: title, text, lang, label, extra). Only samples are encoded.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import numpy as np
import pyarrow.parquet as pq

from benchmarks.tone_sentences import PLAIN, SECOND, TONED
from foresight.demo.generator import make_world
from foresight.demo.world import WEEK, DemoWorld
from foresight.model.documents import Corpus, Floats1d, Floats2d
from foresight.model.sources import Voice
from foresight.model.trends import STEEP_LEAD_TO_STAND_ALONE, Stage, StageReason, Trend
from foresight.nlp.anchors import SentenceAnchors, load_anchors
from foresight.nlp.encoders import E5Encoder
from foresight.nlp.tone import word_tone
from foresight.nlp.word_index import word_index
from foresight.trends import voice_signals
from foresight.trends.voices import PEOPLE_VOICES, VOICE_WINDOW_WEEKS, analyse_voices

SAMPLE = 480
GROUPS, GROUP_DRAWS = (4, 10), 40
LINE = tuple[str, bool, str, str]
_POLITICAL = ("oikeus- ja työ", "sisä", "ulko", "puolustus", "kunta- ja uudistus")
_SOCIAL = ("perhe- ja peruspalvelu", "sosiaali- ja terveys", "opetus- ja kulttuuri", "eurooppa-, kulttuuri- ja urheilu")
_WORDS: Mapping[str, tuple[str, ...]] = {
    "social": ("Sports", "health", "entertainment", "sports", "viihde", *(f"{name}ministeri" for name in _SOCIAL)),
    "political": ("World", "politics", "yhteiskunta", *(f"{name}ministeri" for name in _POLITICAL)),
    "economic": (
        *("Business", "bisnes", "valtiovarainministeri", "elinkeinoministeri"),
        "ulkomaankauppa- ja kehitysministeri",
    ),
    "environmental": ("geography", "maatalous- ja ympäristöministeri"),
    "technological": (
        *("Sci/Tech", "science/technology", "liikenne- ja viestintäministeri", "tietoturva", "mobiili", "vimpaimet"),
        *("data", "tiede-ja-teknologia"),
    ),
}
CLASSES = {label: name for name, labels in _WORDS.items() for label in labels}
"""What a label is taken to be; a ministry and a newspaper's section are weak labels. Others are left out."""


def main() -> None:
    """Print one part as JSON lines."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path)
    arguments.add_argument("--part", choices=("tone", "steep", "gap"), required=True)
    arguments.add_argument("--seeds", type=int, default=3)
    given = arguments.parse_args()
    encoder = E5Encoder()
    anchors = load_anchors(encoder.name)
    if anchors is None:
        arguments.error("the encoder has no anchors")
    if given.part == "tone":
        _tell(_tone(encoder, anchors))
    elif given.part == "steep":
        _tell(_steep(encoder, anchors, given.data))
    else:
        _tell([row for seed in range(given.seeds) for row in _gap(encoder, anchors, seed)])


def _tell(rows: Sequence[Mapping[str, object]]) -> None:
    for row in rows:
        print(json.dumps(row, ensure_ascii=False))


def _tone(encoder: E5Encoder, anchors: SentenceAnchors) -> list[Mapping[str, object]]:
    """Sign accuracy per set, kind and language: by vectors alone, by words alone, together; and of plain sentences."""
    rows: list[Mapping[str, object]] = []
    for place, lang in ((2, "en"), (3, "fi")):
        for name, lines in (("first", TONED), ("second", SECOND)):
            texts = [str(line[place]) for line in lines]
            vectors = anchors.tone(encoder.encode(texts), [lang] * len(texts))
            words, both = _read(texts, lang, np.full(len(texts), np.nan, dtype=np.float32)), _read(texts, lang, vectors)
            rows += [
                {"set": name, "lang": lang, "kind": kind, "n": len(at)}
                | {
                    way: _right(values[at], [lines[i][1] for i in at])
                    for way, values in (("vectors", vectors), ("words", words), ("together", both))
                }
                for kind in dict.fromkeys(line[0] for line in lines)
                for at in [[i for i, line in enumerate(lines) if line[0] == kind]]
            ]
        plain = [line[place - 2] for line in PLAIN]
        values = _read(plain, lang, anchors.tone(encoder.encode(plain), [lang] * len(plain)))
        rows.append({"set": "plain", "lang": lang, "n": len(plain), "without tone": float(np.mean(values == 0))})
    return rows


def _read(texts: Sequence[str], lang: str, vectors: Floats1d) -> Floats1d:
    read = [word_tone(text, lang) for text in texts]
    return voice_signals.article_tones(
        vectors,
        np.array([one.value for one in read], dtype=np.float32),
        np.array([one.matches > 0 for one in read]),
        np.array([one.needed_rule for one in read]),
    )


def _right(values: Floats1d, good: Sequence[bool]) -> Mapping[str, float]:
    """Share with the right sign, with the wrong one; the rest has no clear tone."""
    wanted = np.where(good, 1.0, -1.0)
    sign = np.sign(np.nan_to_num(values))
    return {"right": round(float(np.mean(sign == wanted)), 2), "wrong": round(float(np.mean(sign == -wanted)), 2)}


def _steep(encoder: E5Encoder, anchors: SentenceAnchors, folder: Path) -> list[Mapping[str, object]]:
    rows, nearness = [], dict[str, Floats2d]()
    for name, texts, lang, labels in _sets(folder):
        near = nearness[name] = anchors.steep(encoder.encode(texts), [lang] * len(texts))
        wanted = np.array([anchors.classes.index(CLASSES[label]) for label in labels])
        found = near.argmax(axis=1)
        ranked = np.sort(near, axis=1)
        sure = ranked[:, -1] - ranked[:, -2] >= np.median(ranked[:, -1] - ranked[:, -2])
        rows.append(
            {"set": name, "n": len(texts), "majority": round(np.bincount(wanted).max() / len(wanted), 2)}
            | {"accuracy": round(float(np.mean(found == wanted)), 2)}
            | {"macro": round(float(np.mean([np.mean(found[wanted == c] == c) for c in np.unique(wanted)])), 2)}
            | {"surer half": round(float(np.mean(found[sure] == wanted[sure])), 2)}
            | {f"groups of {size}": _groups(near, wanted, size) for size in GROUPS}
        )
    agree = nearness["sib200 en"].argmax(axis=1) == nearness["sib200 fi"].argmax(axis=1)
    return [*rows, {"set": "sib200 en and fi", "same class": round(float(agree.mean()), 2)}]


def _groups(near: Floats2d, wanted: Floats1d, size: int) -> Mapping[str, float]:
    """Articles of one class averaged: right alone, right among those shown, and how often one stands alone."""
    rng, first, shown, alone = np.random.default_rng(0), [], [], []
    for number in np.unique(wanted):
        rows = np.flatnonzero(wanted == number)
        for _ in range(GROUP_DRAWS if len(rows) >= size else 0):
            shares = voice_signals.steep_shares(near[rng.choice(rows, size, replace=False)])
            ranked = np.argsort(-shares)
            is_alone = shares[ranked[0]] - shares[ranked[1]] >= STEEP_LEAD_TO_STAND_ALONE
            first.append(ranked[0] == number)
            shown.append(number in ranked[: 1 if is_alone else 2])
            alone.append(is_alone)
    told = (("first", first), ("shown", shown), ("alone", alone))
    return {name: round(float(np.mean(values)), 2) for name, values in told} | {
        "right when alone": round(float(np.mean(np.array(first)[np.array(alone)])), 2)
    }


def _sets(folder: Path) -> list[tuple[str, list[str], str, list[str]]]:
    rng, made = Random(0), []
    for file, lang, name in (
        ("agnews_test", "en", "agnews"),
        ("eduskunta_vkk_fi", "fi", "eduskunta"),
        ("digitoday_fi", "fi", "digitoday"),
    ):
        rows = [row for row in pq.read_table(folder / f"{file}.parquet").to_pylist() if row["label"] in CLASSES]
        chosen = rng.sample(rows, SAMPLE)
        made.append((name, [_text(row) for row in chosen], lang, [row["label"] for row in chosen]))
    pairs: dict[str, dict[str, dict[str, str]]] = {}
    for row in pq.read_table(folder / "sib200_en_fi_sv.parquet").to_pylist():
        pairs.setdefault(json.loads(row["extra"])["index_id"], {})[row["lang"]] = row
    ids = rng.sample(sorted(one for one, both in pairs.items() if both["en"]["label"] in CLASSES), SAMPLE)
    for lang in ("en", "fi"):
        chosen = [pairs[one][lang] for one in ids]
        made.append((f"sib200 {lang}", [_text(row) for row in chosen], lang, [row["label"] for row in chosen]))
    return made


def _text(row: Mapping[str, str]) -> str:
    return f"{row['title']}\n{row['text'][:300]}"


def _gap(encoder: E5Encoder, anchors: SentenceAnchors, seed: int) -> Sequence[Mapping[str, object]]:
    """What is heard of every theme of a demonstration world, with its true articles for members."""
    world = make_world(seed=seed, end=datetime(2026, 11, 16, tzinfo=UTC))
    voices = {outlet.id: outlet.voice for outlet in world.sources}
    corpus = _corpus(world, voices, encoder)
    planted_themes = [plant for plant in world.planted_themes if plant.is_trend or plant.has_say_feel_gap]
    heard = analyse_voices(
        corpus,
        word_index(corpus.titles, corpus.texts, corpus.langs),
        [_trend(plant.name, world.end) for plant in planted_themes],
        {plant.name: plant.guids for plant in planted_themes},
        voices,
        anchors,
        as_of=world.end,
    )
    return [
        {"seed": seed, "theme": s.trend_id, "signal": s.name, "window": s.window, "value": s.value}
        | {"low": s.low, "high": s.high, "n": s.n}
        for s in heard.signals
        if s.name in ("tone", "say_feel_tone", "say_feel_tone_usual", "say_feel_share", "say_feel_words")
    ] + [
        {"seed": seed, "theme": cue.trend_id, "side": cue.side, "lang": cue.lang, "word": cue.word}
        for cue in heard.cues
        if cue.name == "say_feel"
    ]


def _corpus(world: DemoWorld, voices: Mapping[str, Voice], encoder: E5Encoder) -> Corpus:
    """What companies, customers and employees wrote in the last twelve weeks; others have no part in the gap."""
    start, heard = world.end - VOICE_WINDOW_WEEKS * WEEK, (Voice.COMPANY, *PEOPLE_VOICES)
    articles = [one for one in world.articles if voices[one.source_id] in heard and one.published >= start]
    sources = tuple(sorted({one.source_id for one in articles}))
    stories: dict[str, int] = {}
    published = np.array([int(one.published.timestamp()) for one in articles], dtype=np.int64)
    return Corpus(
        ids=tuple(one.guid for one in articles),
        titles=tuple(one.title for one in articles),
        texts=tuple(one.text for one in articles),
        langs=tuple(one.lang for one in articles),
        sources=np.array([sources.index(one.source_id) for one in articles], dtype=np.int64),
        stories=np.array([stories.setdefault(one.story, at) for at, one in enumerate(articles)], dtype=np.int64),
        published=published,
        available=published,
        vectors=encoder.encode([f"{one.title}\n{one.text[:300]}" for one in articles]),
        source_ids=sources,
        source_weights=np.ones(len(sources), dtype=np.float32),
    )


def _trend(name: str, as_of: datetime) -> Trend:
    return Trend(
        id=name,
        run_id="",
        as_of=as_of,
        rank=1,
        stage=Stage.STEADY,
        reason=StageReason(key=""),
        headlines=(),
        first_document=as_of,
        last_document=as_of,
        documents=0,
        stories=0,
        sources=0,
        langs=(),
        recent=(),
        centroid=np.zeros(0, dtype=np.float32),
    )


if __name__ == "__main__":
    main()
