"""Worlds with and without planted trends, over many seeds: what is found, how soon, and what is called for nothing.

    python -m benchmarks.planted --out OUT.jsonl [--vectors FOLDER] [--seeds 20] [--first 0] [--weeks 40]
        [--encoder e5|lexical]

Each world of `foresight.sample` goes through the program's own preparation (boilerplate, language, vectors, stories)
and is then replayed week by week from the twelfth on, titles and the gate for mixed groups included. A world is one
line of the output: a run that was stopped goes on where it was. Vectors are kept by text in FOLDER, since a world
without its planted trends holds the same articles otherwise.

A trend is about what at least half of its articles of the last 28 days are about. A planted trend is found at the
first cut-off that calls one about it weak or emerging, and the lag counts from its first article after it left its
base. A call is false when it is about nothing planted, or about something that has stopped rising.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.intervals import binomial_interval, poisson_interval
from foresight import wiring
from foresight.demo.generator import make_world
from foresight.demo.world import WEEK, DemoWorld, PlantedTheme, world_sources
from foresight.ingest.entries import content_hash, document_id
from foresight.model.documents import Document, Floats2d
from foresight.model.options import Options
from foresight.model.ports import Encoder
from foresight.model.trends import Stage, Trend
from foresight.nlp.centring import load_language_priors
from foresight.nlp.word_index import word_index
from foresight.pipeline.context import PipelineContext, timed_tally
from foresight.pipeline.steps import assign_new_stories, encode_new, enrich_new
from foresight.trends.analysis import Analysis, replay
from foresight.trends.naming import TrendNamer

END = datetime(2026, 11, 23, tzinfo=UTC)
WARMING_WEEKS = 12
CALLED = (Stage.WEAK, Stage.EMERGING)
MAJORITY = 0.5
RISING = 1.5
HALF_A_YEAR = 26


class RememberingEncoder:
    """An encoder that keeps what it has made in a folder and never makes it twice."""

    def __init__(self, inner: Encoder, folder: Path) -> None:
        self._inner, self._folder = inner, folder
        self._known: dict[str, Any] = {}
        self._new: dict[str, Any] = {}
        folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(folder.glob(f"{inner.name}-*.npz")):
            kept = np.load(path)
            self._known |= dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True))

    @property
    def name(self) -> str:
        """That of the encoder inside."""
        return self._inner.name

    @property
    def dim(self) -> int:
        """That of the encoder inside."""
        return self._inner.dim

    def encode(self, texts: Sequence[str]) -> Floats2d:
        """Rows of known texts as they were made, of the others made now."""
        keys = [sha256(text.encode()).hexdigest()[:24] for text in texts]
        lacking = [i for i, key in enumerate(keys) if key not in self._known]
        if lacking:
            made = self._inner.encode([texts[i] for i in lacking])
            fresh = {keys[i]: row for i, row in zip(lacking, made, strict=True)}
            self._known |= fresh
            self._new |= fresh
        return np.stack([self._known[key] for key in keys]).astype(np.float32)

    def keep(self) -> None:
        """Write what is new."""
        if self._new:
            number = len(list(self._folder.glob(f"{self.name}-*.npz")))
            path = self._folder / f"{self.name}-{number:04d}.npz"
            np.savez(path, keys=np.array(list(self._new)), vectors=np.stack(list(self._new.values())))
            self._new = {}


@dataclass(slots=True)
class Fate:
    """What became of one planted trend."""

    name: str
    kind: str
    lag: float | None = None
    candidate_lag: float | None = None


@dataclass(slots=True)
class Tally:
    """What a world came to; `false` holds (week, theme) of calls about nothing planted that rises."""

    seed: int
    planted: bool
    cutoffs: int = 0
    calls: int = 0
    candidates: int = 0
    false_candidates: int = 0
    false: list[tuple[int, str]] = field(default_factory=list)
    fates: dict[str, Fate] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """As a line of JSON."""
        fates = [[f.name, f.kind, f.lag, f.candidate_lag] for f in self.fates.values()]
        return {
            "seed": self.seed,
            "planted": self.planted,
            "cutoffs": self.cutoffs,
            "calls": self.calls,
            "candidates": self.candidates,
            "false_candidates": self.false_candidates,
            "false": self.false,
            "plants": fates,
        }


def judged(world: DemoWorld, encoder: Encoder, *, planted: bool) -> Tally:
    """Let the program see the world week by week and count what it says."""
    tally_ = Tally(seed=world.seed, planted=planted)
    tally_.fates = {p.name: Fate(p.name, p.kind.value) for p in world.planted_themes if p.is_trend}
    topics = {article.guid: article.topic for article in world.articles}
    firsts = {plant.name: _first(world, plant) for plant in world.planted_themes if plant.is_trend}
    with tempfile.TemporaryDirectory() as folder, wiring.open_tools(Path(folder), Options(), encoder=encoder) as tools:
        _stored(world, tools)
        guids = {document.id: document.external_id for document in tools.archive.documents()}
        for trends, as_of in _told(tools, world):
            tally_.cutoffs += 1
            for trend in trends:
                about = Counter(topics[guids[name]] for name in trend.recent)
                _count(tally_, world, trend, about, as_of, firsts)
    return tally_


def _first(world: DemoWorld, plant: PlantedTheme) -> datetime:
    """The first article after the trend left its base."""
    start = world.start + plant.first_week * WEEK
    guids = set(plant.guids)
    return min(a.published for a in world.articles if a.guid in guids and a.published >= start)


def _stored(world: DemoWorld, tools: PipelineContext) -> None:
    """The world's articles, prepared as a run prepares them."""
    documents = [
        Document(
            id=document_id(article.source_id, article.guid),
            source_id=article.source_id,
            external_id=article.guid,
            title=article.title,
            text=article.text,
            url=article.url,
            lang=article.lang,
            published=article.published,
            first_seen=article.published,
            content_hash=content_hash(article.title, article.text),
        )
        for article in world.articles
    ]
    with tools.archive.transaction():
        tools.archive.put_sources(world_sources(world, "http://127.0.0.1"))
        tools.archive.put_documents(documents)
    for work in (enrich_new, encode_new, assign_new_stories):
        with timed_tally(work.__name__) as counted:
            work(tools, counted)


def _told(tools: PipelineContext, world: DemoWorld) -> Iterator[tuple[Sequence[Trend], datetime]]:
    """The weak, emerging and candidate trends of every cut-off, those without a common theme left out."""
    corpus = tools.archive.corpus(tools.encoder.name, until=world.end)
    words = word_index(corpus.titles, corpus.texts, corpus.langs)
    namer = TrendNamer(corpus, words, banned=[source.title for source in tools.archive.sources()])
    cutoffs = [world.start + week * WEEK for week in range(WARMING_WEEKS, world.weeks + 1)]
    options = tools.options
    for analysis in replay(
        corpus,
        words,
        cutoffs,
        options=options.trends,
        seed=options.seed,
        priors=load_language_priors(tools.encoder.name),
    ):
        yield _whole(namer, analysis), analysis.as_of


def _whole(namer: TrendNamer, analysis: Analysis) -> Sequence[Trend]:
    moving = [trend for trend in analysis.trends if trend.stage in (*CALLED, Stage.CANDIDATE)]
    return [trend for trend in namer.titled(moving, analysis) if not trend.mixed]


def _count(
    tally_: Tally, world: DemoWorld, trend: Trend, about: Counter[str], as_of: datetime, firsts: Mapping[str, datetime]
) -> None:
    theme = max(sorted(about), key=lambda name: about[name], default="")
    if about[theme] < MAJORITY * about.total():
        theme = ""
    is_call = trend.stage in CALLED
    tally_.calls += is_call
    tally_.candidates += not is_call
    fate = tally_.fates.get(theme)
    rising = fate is not None and _rises(world, theme, as_of)
    if fate is not None and as_of > firsts[theme]:
        lag = round((as_of - firsts[theme]) / WEEK, 2)
        fate.candidate_lag = lag if fate.candidate_lag is None else fate.candidate_lag
        if is_call and fate.lag is None:
            fate.lag = lag
    if not rising:
        tally_.false_candidates += not is_call
        if is_call:
            tally_.false.append((world.week_of(as_of), theme.split(":", maxsplit=1)[0]))


def _rises(world: DemoWorld, name: str, as_of: datetime) -> bool:
    """Whether the truth of the last four weeks is half as much again as that of the eight before."""
    plant = next(plant for plant in world.planted_themes if plant.name == name)
    week = world.week_of(as_of)
    now, before = plant.expected[max(0, week - 4) : week], plant.expected[max(0, week - 12) : max(0, week - 4)]
    return bool(now) and sum(now) / len(now) >= RISING * sum(before) / max(1, len(before))


def summary(lines: Sequence[Mapping[str, Any]]) -> str:
    """Recall and lag by kind, false calls a week with and without plants, and what they were about."""
    told = []
    for kind in dict.fromkeys(plant[1] for line in lines for plant in line["plants"]):
        lags = [plant[2] for line in lines for plant in line["plants"] if plant[1] == kind]
        seen = [plant[3] for line in lines for plant in line["plants"] if plant[1] == kind]
        found = [lag for lag in lags if lag is not None]
        low, high = binomial_interval(len(found), len(lags))
        told.append(
            f"{kind}: {len(found)} of {len(lags)} = {len(found) / len(lags):.2f} ({low:.2f}–{high:.2f}), median lag "
            f"{np.median(found) if found else float('nan'):.1f} weeks, 90 % within "
            f"{np.quantile(found, 0.9) if found else float('nan'):.1f}; seen as candidate or better "
            f"{sum(one is not None for one in seen) / len(seen):.2f}"
        )
    for planted in (True, False):
        own = [line for line in lines if line["planted"] is planted]
        weeks = sum(line["cutoffs"] for line in own)
        false = [tuple(one) for line in own for one in line["false"]]
        low, high = poisson_interval(len(false), max(1, weeks))
        themes = Counter(theme or "mixture" for _, theme in false).most_common(6)
        early = sum(week < HALF_A_YEAR for week, _ in false)
        told.append(
            f"{'with' if planted else 'without'} plants: {len(own)} worlds, {weeks} weeks, "
            f"{sum(line['calls'] for line in own)} calls, {len(false)} false, {len(false) / max(1, weeks):.3f} a week "
            f"({low:.3f}–{high:.3f}), {early} of them before week {HALF_A_YEAR}; "
            f"false candidates {sum(line['false_candidates'] for line in own) / max(1, weeks):.2f} a week; {themes}"
        )
    return "\n".join(told)


def main() -> None:
    """Judge the worlds that have no line yet, and say what all of them come to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--weeks", type=int, default=40)
    parser.add_argument("--encoder", choices=("e5", "lexical"), default="e5")
    arguments = parser.parse_args()
    lines = [json.loads(line) for line in arguments.out.read_text().splitlines()] if arguments.out.exists() else []
    done = {(line["seed"], line["planted"]) for line in lines}
    encoder = wiring.make_encoder(Options(encoder=arguments.encoder))
    kept = RememberingEncoder(encoder, arguments.vectors) if arguments.vectors else None
    for seed in range(arguments.first, arguments.first + arguments.seeds):
        for planted in (True, False):
            if (seed, planted) in done:
                continue
            started = time.process_time()
            world = make_world(seed=seed, weeks=arguments.weeks, end=END, planted=planted)
            lines.append(judged(world, kept or encoder, planted=planted).document())
            if kept:
                kept.keep()
            with arguments.out.open("a") as out:
                out.write(json.dumps(lines[-1]) + "\n")
            print(f"seed {seed}: {time.process_time() - started:.0f} processor seconds", flush=True)
    print(summary(lines))


if __name__ == "__main__":
    main()
