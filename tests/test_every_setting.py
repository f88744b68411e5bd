"""Every setting changes a result: one scenario per setting, and none is missing.

A scenario is a function from a setting's value to what comes out; the table gives two values that must differ in it.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from time import monotonic
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from aiohttp import web

sys.path.insert(0, str(Path(__file__).parent / "ingest"))
from loopback import OPTIONS, Answer, item, rss, run, serving

from foresight import config, wiring
from foresight.cli import main
from foresight.ingest.collect import collect
from foresight.ingest.http import HttpFetcher
from foresight.ingest.parsed_feed import ParsedFeed, parsed_entry
from foresight.ingest.parser_pool import ParserPool
from foresight.ingest.schedule import is_due
from foresight.model.documents import Corpus, Document
from foresight.model.errors import CollectError, RunLocked
from foresight.model.options import CollectOptions, Options, SlowOptions, TextOptions, ThemeOptions, TrendOptions
from foresight.model.sources import CollectResult, Request, Response, Source
from foresight.model.trends import Cluster, Theme, ThemeState
from foresight.nlp.language import detect_languages
from foresight.nlp.word_index import WordIndex
from foresight.pipeline.context import PipelineContext, StepTally
from foresight.pipeline.runs import run_analyse
from foresight.pipeline.steps import store_feeds
from foresight.queries.sources import coverage_cells, health_of_sources
from foresight.store.run_lock import RunLock
from foresight.testing.builders import NOW, a_document, a_fetch, a_source
from foresight.testing.corpora import PlantedSubject, made_corpus, week_of
from foresight.testing.fakes import CannedFetcher, FrozenClock, HashEncoder
from foresight.testing.stores import TemporaryArchive, TemporaryGenerations
from foresight.trends.analysis import analyse
from foresight.trends.clusters import DocumentBatch, new_cluster
from foresight.trends.slow_trends import SlowSettings, analyse_slow_trends
from foresight.trends.stories import assign_stories
from foresight.trends.theme_clustering import divide_into_themes
from foresight.trends.theme_map import StoredThemes, fit_theme_map
from foresight.trends.themes import advance_themes, recent_document_ids, refit_due

Scenario = Callable[[Any], object]


@dataclass(frozen=True)
class Row:
    """Two values of a setting between which the scenario's result differs."""

    one: object
    other: object
    scenario: Scenario


# -- collecting -----------------------------------------------------------------------------------------------------


def asked(answers: dict[str, Answer | bytes], paths: Sequence[str], **changes: object) -> list[str]:
    """What each path gave: its status and size, or the error's name."""

    async def work() -> list[str]:
        async with serving(answers) as address, HttpFetcher(replace(OPTIONS, **changes)) as fetcher:  # type: ignore[arg-type]
            return [await one(fetcher, address + path) for path in paths]

    async def one(fetcher: HttpFetcher, url: str) -> str:
        try:
            response = await fetcher.fetch(Request(url=url))
        except CollectError as error:
            return type(error).__name__
        return f"{response.status} {response.body!r}"

    return run(work())


async def _who(request: web.Request) -> web.StreamResponse:
    return web.Response(text=request.headers["User-Agent"])


async def _late(_: web.Request) -> web.StreamResponse:
    await asyncio.sleep(0.5)
    return web.Response(text="late")


async def _trickling(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    for _i in range(6):
        await answer.write(b"x")
        await asyncio.sleep(0.1)
    return answer


async def _elsewhere(_: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": "/feed"})


def connecting(seconds: object) -> list[str]:
    """What a fetcher reports of a place that never answers a connection, and after how long."""

    class NeverConnected(HttpFetcher):
        pass

    async def work() -> list[str]:
        loop = asyncio.get_running_loop()

        async def hanging(*_: object, **__: object) -> None:
            await asyncio.sleep(3)

        loop.sock_connect = hanging  # type: ignore[method-assign]
        options = replace(OPTIONS, connect_seconds=seconds, total_seconds=0.6)  # type: ignore[arg-type]
        async with NeverConnected(options) as fetcher:
            try:
                await fetcher.fetch(Request(url="http://127.0.0.1:9/feed"))
            except CollectError as error:
                return [f"{name}={value}" for name, value in error.facts if name == "seconds"]
        return []

    return run(work())


def pauses(seconds: object) -> bool:
    started = monotonic()
    asked({"/feed": b"x"}, ["/feed", "/feed"], host_pause=seconds)
    return monotonic() - started > 0.4


class Counting:
    """A fetcher that knows how many requests were under way at once."""

    def __init__(self) -> None:
        self.now = self.most = 0

    async def fetch(self, request: Request) -> Response:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.01)
        self.now -= 1
        return Response(url=request.url, status=200, body=b"news")


class OneEntry:
    async def parse(self, body: bytes, *, url: str, content_type: str = "") -> ParsedFeed:  # noqa: ARG002 - the protocol's
        entry = parsed_entry(title=body.decode(), guid="g", published_raw="2 Jan 2026 10:00")
        return ParsedFeed(kind="xml", entries=(entry,))


async def collecting(
    sources: Sequence[Source], fetcher: Any, options: CollectOptions = OPTIONS
) -> AsyncIterator[CollectResult]:
    clock = FrozenClock(NOW)
    async for one in collect(
        sources, [], fetcher=fetcher, parser=OneEntry(), clock=clock, options=options, run_id="run-1"
    ):
        yield one


def at_once(concurrency: object) -> int:
    async def work() -> int:
        fetcher, options = Counting(), replace(OPTIONS, concurrency=concurrency)  # type: ignore[arg-type]
        _ = [one async for one in collecting([a_source(f"s{i}") for i in range(4)], fetcher, options)]
        return fetcher.most

    return run(work())


def parsed(**changes: object) -> object:
    async def work() -> object:
        async with ParserPool(replace(OPTIONS, **changes), processes=1) as pool:  # type: ignore[arg-type]
            try:
                feed = await pool.parse(rss(item("one"), item("two")), url="https://x.fi/feed")
            except CollectError as error:
                return type(error).__name__
            return len(feed.entries)

    return run(work())


def transactions(batch_feeds: object) -> int:
    """How many transactions three feeds are stored in."""

    class CountingArchive(TemporaryArchive):
        count = 0

        def transaction(self) -> Any:
            self.count += 1
            return super().transaction()

    archive = CountingArchive()
    collect_options = replace(OPTIONS, batch_feeds=batch_feeds)  # type: ignore[arg-type]
    tools = tools_on(archive, Options(collect=collect_options))
    run(store_feeds(collecting([a_source(f"s{i}") for i in range(3)], Counting()), tools, StepTally("collect")))
    return archive.count


COLLECT: dict[str, Row] = {
    "user_agent": Row("foresight/0.1", "else/1", lambda v: asked({"/feed": _who}, ["/feed"], user_agent=v)),
    "private_hosts": Row(("127.0.0.1",), (), lambda v: asked({"/feed": b"x"}, ["/feed"], private_hosts=v)),
    "concurrency": Row(4, 1, at_once),
    "host_pause": Row(0, 0.5, pauses),
    "connect_seconds": Row(0.1, 5.0, connecting),
    "read_seconds": Row(2, 0.1, lambda v: asked({"/feed": _late}, ["/feed"], read_seconds=v)),
    "total_seconds": Row(5, 0.2, lambda v: asked({"/feed": _trickling}, ["/feed"], total_seconds=v)),
    "max_bytes": Row(100, 3, lambda v: asked({"/feed": b"xxxx"}, ["/feed"], max_bytes=v)),
    "max_redirects": Row(1, 0, lambda v: asked({"/feed": b"x", "/old": _elsewhere}, ["/old"], max_redirects=v)),
    "max_entries": Row(2, 1, lambda v: parsed(max_entries=v)),
    "parse_seconds": Row(5.0, 0.0001, lambda v: parsed(parse_seconds=v)),
    "parse_bytes": Row(1_000_000_000, 1_000_000, lambda v: parsed(parse_bytes=v)),
    "batch_feeds": Row(50, 1, transactions),
}

# -- texts and stories ----------------------------------------------------------------------------------------------


def stories(options: TextOptions, cosine: float, hours: float, langs: tuple[str, str] = ("en", "en")) -> object:
    """The stories of two articles of two sources."""
    at = [NOW, NOW + timedelta(hours=hours)]
    documents = [
        a_document(f"{i}", title=title, source_id=f"s{i}", published=at[i], first_seen=at[i], lang=langs[i], url="")
        for i, title in enumerate(("Bank raises rates", "Rates go up"))
    ]
    vectors = np.array([[1, 0], [cosine, (1 - cosine**2) ** 0.5]], dtype=np.float32)
    return assign_stories(documents, vectors, [], vectors[:0], options=options)


TEXT: dict[str, Row] = {
    "languages": Row(("fi", "en"), ("sv",), lambda v: detect_languages(["Tuore tutkimus ilmestyi"], v)),
    "story_near": Row(0.55, 0.65, lambda v: stories(TextOptions(story_near=v), 0.6, 2)),
    "story_far": Row(0.65, 0.55, lambda v: stories(TextOptions(story_far=v), 0.6, 30)),
    "story_across": Row(0.45, 0.6, lambda v: stories(TextOptions(story_across=v), 0.5, 2, ("en", "fi"))),
    "story_days": Row(3, 1, lambda v: stories(TextOptions(story_days=v), 0.9, 50)),
}

# -- trends ---------------------------------------------------------------------------------------------------------

PLANTED = (
    PlantedSubject(week=9, counts=(5, 8, 10, 10)),
    PlantedSubject(week=2, counts=(6, 6, 0, 0, 0, 0, 0, 0, 0, 4), of=1),
)
TRENDS = TrendOptions(permutations=4)


@cache
def busy() -> tuple[Corpus, WordIndex]:
    """Few subjects that are written of a lot."""
    return made_corpus(weeks=16, per_week=40, subjects=30, langs=("en", "fi"), planted=PLANTED)


@cache
def quiet() -> tuple[Corpus, WordIndex]:
    """Many subjects, and one that comes up."""
    planted = [PlantedSubject(week=11, counts=(2, 3, 3, 4)), PlantedSubject(week=12, counts=(2, 3, 3), of=1)]
    return made_corpus(weeks=16, per_week=40, subjects=80, planted=planted)


def analysed(world: Callable[[], tuple[Corpus, WordIndex]], **changes: object) -> str:
    return _analysis(world, replace(TRENDS, **changes))  # type: ignore[arg-type]


@cache
def _analysis(world: Callable[[], tuple[Corpus, WordIndex]], options: TrendOptions) -> str:
    corpus, words = world()
    found = analyse(corpus, words, None, as_of=week_of(15), options=options)
    return repr((found.trends, found.signals, found.series))


TREND: dict[str, Row] = {
    "birth_documents": Row(4, 8, lambda v: analysed(busy, birth_documents=v)),
    "birth_distance": Row(0.6, 0.4, lambda v: analysed(busy, birth_distance=v)),
    "buffer_days": Row(28, 7, lambda v: analysed(busy, buffer_days=v)),
    "member_quantile": Row(0.1, 0.4, lambda v: analysed(busy, member_quantile=v)),
    "merge_similarity": Row(0.75, 0.35, lambda v: analysed(busy, merge_similarity=v)),
    "decay": Row(0.9, 0.3, lambda v: analysed(busy, decay=v)),
    "sleep_weeks": Row(6, 2, lambda v: analysed(busy, sleep_weeks=v)),
    "windows": Row(TRENDS.windows, ((14, 0.6, 4),), lambda v: analysed(busy, windows=v)),
    "window_limit": Row(3_000, 100, lambda v: analysed(busy, window_limit=v)),
    "recent_weeks": Row((1, 2, 4), (1,), lambda v: analysed(busy, recent_weeks=v)),
    "baseline_weeks": Row(8, 3, lambda v: analysed(busy, baseline_weeks=v)),
    "false_discovery_rate": Row(0.5, 0.001, lambda v: analysed(quiet, false_discovery_rate=v)),
    "least_chance": Row(0.33, 0.99, lambda v: analysed(quiet, least_chance=v)),
    "permutations": Row(4, 2, lambda v: analysed(busy, permutations=v)),
    "small_share": Row(0.02, 0.0001, lambda v: analysed(busy, small_share=v)),
    "least_sources": Row(3, 6, lambda v: analysed(busy, least_sources=v)),
    "history_weeks": Row(26, 9, lambda v: analysed(busy, history_weeks=v)),
}

# -- slow trends ----------------------------------------------------------------------------------------------------


@cache
def years() -> tuple[Corpus, WordIndex]:
    rising = (
        PlantedSubject(week=78, counts=tuple(1 + week // 12 for week in range(52))),
        PlantedSubject(week=100, counts=tuple(1 + week // 8 for week in range(30)), of=1),
    )
    return made_corpus(weeks=130, per_week=30, planted=rising)


def slow(**changes: object) -> object:
    corpus, words = years()
    options = replace(SlowOptions(permutations=4), **changes)  # type: ignore[arg-type]
    found = analyse_slow_trends(corpus, words, as_of=week_of(130), settings=SlowSettings(options=options))
    return repr((found.trends, found.signals))


SLOW: dict[str, Row] = {
    "quarters": Row(16, 8, lambda v: slow(quarters=v)),
    "least": Row(5, 200, lambda v: slow(least=v)),
    "false_discovery_rate": Row(0.1, 0.01, lambda v: slow(false_discovery_rate=v)),
    "permutations": Row(4, 2, lambda v: slow(permutations=v)),
    "listed": Row(30, 1, lambda v: slow(listed=v)),
}

# -- the map of themes ----------------------------------------------------------------------------------------------

START = datetime(2026, 1, 5, tzinfo=UTC)
THEMES = ThemeOptions(fewest=20, least=5, birth_documents=8)


def about(axis: int, count: int, spread: float = 0.25) -> np.ndarray[Any, Any]:
    """Unit vectors about one axis."""
    vectors = np.random.default_rng(axis).normal(0, spread, (count, 12)).astype(np.float32)
    vectors[:, axis] += 1
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def a_batch(vectors: np.ndarray[Any, Any], *, first: int = 0, day: int = 0) -> DocumentBatch:
    n = len(vectors)
    return DocumentBatch(
        ids=tuple(f"d{first + i:04d}" for i in range(n)),
        vectors=vectors,
        langs=np.zeros(n, dtype=np.int64),
        languages=("en",),
        published=np.array([int((START + timedelta(days=day, hours=i)).timestamp()) for i in range(n)], dtype=np.int64),
        new=np.ones(n, dtype=np.bool_),
        founding=np.ones(n, dtype=np.bool_),
    )


def flat(vectors: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Stands in for UMAP, which compiles for half a minute."""
    return np.asarray(vectors[:, :5], dtype=np.float32)


@cache
def subjects() -> np.ndarray[Any, Any]:
    """Four dense subjects of two neighbours each, and one that is loose."""
    close = [about(axis, 30, 0.2) for axis in range(4)]
    mixed = [(about(0, 15, 0.2) + about(1, 15, 0.2)) / 2, (about(2, 15, 0.2) + about(3, 15, 0.2)) / 2]
    loose = about(11, 40, 1.2)
    rows = np.vstack([*close, *mixed, loose])
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def divided(**changes: object) -> object:
    options = replace(THEMES, **changes)  # type: ignore[arg-type]
    found = divide_into_themes(subjects(), options, seed=0, flat=flat(subjects()))
    return [labels.tolist() for labels in found]


class Drawn(Exception):  # noqa: N818 - it is no error
    """A map is about to be drawn."""


def is_drawn(fewest: int) -> bool:
    """Whether 120 documents are enough for a map. The model itself takes ten seconds to import."""

    def drawn(*_: object) -> None:
        raise Drawn

    batch, as_of = a_batch(subjects()[:120]), START + timedelta(days=30)
    with pytest.MonkeyPatch.context() as patch:
        fake = SimpleNamespace(theme_model=drawn, words_of_levels=None)
        patch.setitem(sys.modules, "foresight.trends.theme_model", fake)
        try:
            fit_theme_map(batch, [], (), as_of=as_of, options=replace(THEMES, fewest=fewest), run_id="run-1")
        except Drawn:
            return True
    return False


def sampled(size: int) -> int:
    """How many documents a map is drawn from."""
    seen: list[int] = []

    def reduced(rows: np.ndarray[Any, Any], _seed: int) -> np.ndarray[Any, Any]:
        seen.append(len(rows))
        return flat(rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("foresight.trends.theme_clustering.reduce_dimensions", reduced)
        divide_into_themes(subjects(), replace(THEMES, fit_sample_size=size), seed=0)
    return seen[0]


def a_theme(axis: int, quantile: float = THEMES.member_quantile) -> Cluster:
    batch = a_batch(about(axis, 30, 0.2), first=axis * 30)
    return new_cluster(f"h{axis}", batch, np.arange(30, dtype=np.int64), quantile)


def standing() -> StoredThemes:
    """Four themes."""
    themes = tuple(a_theme(axis) for axis in range(4))
    topics = tuple(Theme(id=theme.id, run_id="run-1", title="", documents=30) for theme in themes)
    as_of = START + timedelta(days=30)
    state = ThemeState(cutoff=as_of, fitted=as_of, themes=themes, parents=(), means=(), documents=120)
    return StoredThemes(state=state, topics=topics)


def advanced(newcomers: np.ndarray[Any, Any], *, day: int = 31, **changes: object) -> object:
    options = replace(THEMES, **changes)  # type: ignore[arg-type]
    batch = a_batch(newcomers, first=500, day=day - 1)
    found = advance_themes(standing(), batch, options=options, run_id="run-2", as_of=START + timedelta(days=day))
    assert found.state is not None
    return [(t.id, t.documents, t.asleep) for t in found.state.themes], found.assignments


def between() -> np.ndarray[Any, Any]:
    """A group that is near the first theme and no part of it."""
    rows = about(0, 12, 0.02) + 1.1 * about(9, 12, 0.02)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def due(*, weeks: int, missed: int = 0, **changes: object) -> bool:
    options = replace(ThemeOptions(), **changes)  # type: ignore[arg-type]
    state = ThemeState(
        cutoff=START, fitted=START, themes=(), parents=(), means=(), documents=1_000, offered=200, missed=missed
    )
    return refit_due(state, START + timedelta(weeks=weeks), options)


def waiting(weeks: object) -> int:
    corpus, _ = busy()
    options = replace(THEMES, buffer_weeks=weeks)  # type: ignore[arg-type]
    return len(recent_document_ids(corpus, as_of=week_of(15), options=options))


THEME: dict[str, Row] = {
    "neighbours": Row(15, 3, lambda v: divided(neighbours=v)),
    "theme_resolution": Row(5.0, 0.1, lambda v: divided(theme_resolution=v)),
    "coherence": Row(0.05, 0.9, lambda v: divided(coherence=v)),
    "broad_theme_resolution": Row(0.75, 20.0, lambda v: divided(broad_theme_resolution=v)),
    "fit_sample_size": Row(12_000, 60, sampled),
    "fewest": Row(50, 1_000, is_drawn),
    "least": Row(5, 60, lambda v: divided(least=v)),
    "member_quantile": Row(0.05, 0.4, lambda v: a_theme(0, v).thresholds),
    "birth_distance": Row(0.65, 0.0001, lambda v: advanced(about(8, 12), birth_distance=v)),
    "birth_documents": Row(8, 13, lambda v: advanced(about(8, 12), birth_documents=v)),
    "buffer_weeks": Row(8, 2, waiting),
    "merge_similarity": Row(0.5, 0.99, lambda v: advanced(between(), merge_similarity=v)),
    "sleep_weeks": Row(13, 4, lambda v: advanced(about(0, 2), day=60, sleep_weeks=v)),
    "refit_weeks": Row(13, 3, lambda v: due(weeks=5, refit_weeks=v)),
    "early_refit_weeks": Row(4, 8, lambda v: due(weeks=5, missed=150, early_refit_weeks=v)),
    "refit_missed_share": Row(0.35, 0.9, lambda v: due(weeks=5, missed=150, refit_missed_share=v)),
}

# -- options of a run -----------------------------------------------------------------------------------------------


def tools_on(archive: TemporaryArchive, options: Options) -> PipelineContext:
    return PipelineContext(
        archive=archive,
        generations=TemporaryGenerations(),
        encoder=HashEncoder(24),
        clock=FrozenClock(week_of(16)),
        options=options,
        progress=lambda step, done, total: None,  # noqa: ARG005 - nobody looks
    )


class MadeArchive(TemporaryArchive):
    """An archive whose corpus is a made one."""

    def corpus(self, encoder: str, *, since: datetime | None = None, until: datetime | None = None) -> Corpus:  # noqa: ARG002 - one encoder
        corpus, _ = quiet()
        low, high = (since or week_of(0)).timestamp(), (until or week_of(99)).timestamp()
        return corpus.only(np.flatnonzero((corpus.available >= low) & (corpus.available < high)))

    def newest(self) -> datetime | None:
        return week_of(15)


def run_with(**changes: object) -> object:
    """The signals of a run on the made corpus."""
    archive = MadeArchive()
    with archive.transaction():
        archive.put_sources([a_source(name) for name in quiet()[0].source_ids])
    options = replace(Options(trends=TRENDS, themes=ThemeOptions(fewest=10**6)), **changes)  # type: ignore[arg-type]
    run_analyse(tools_on(archive, options), as_of=week_of(15), publish=False)
    return repr(archive.signals())


def generations_left(keep: object) -> int:
    folder = Path(TemporaryGenerations()._data)
    options = Options(keep_generations=keep)  # type: ignore[arg-type]
    with wiring.open_tools(folder, options, encoder=HashEncoder()) as tools:
        for _i in range(4):
            tools.generations.publish(tools.archive)
    return len(list(folder.glob("archive-*.duckdb")))


def waits_for_the_lock(wait: object) -> str:
    holder = TemporaryGenerations()
    folder = Path(holder._data)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with RunLock(folder / wiring.LOCK_FILE):
            held.set()
            done.wait(0.5)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    try:
        options = Options(lock_wait=wait)  # type: ignore[arg-type]
        with wiring.open_tools(folder, options, encoder=HashEncoder()):
            return "opened"
    except RunLocked:
        return "locked"
    finally:
        done.set()
        thread.join()


RUN: dict[str, Row] = {
    "encoder": Row("e5", "lexical", lambda v: wiring.make_encoder(Options(encoder=v)).name),
    "seed": Row(0, 1, lambda v: run_with(seed=v)),
    "keep_generations": Row(5, 2, generations_left),
    "lock_wait": Row(timedelta(0), timedelta(seconds=20), waits_for_the_lock),
}

TABLES: dict[type, dict[str, Row]] = {
    CollectOptions: COLLECT,
    TextOptions: TEXT,
    TrendOptions: TREND,
    SlowOptions: SLOW,
    ThemeOptions: THEME,
    Options: RUN,
}
PARTS = {"collect", "text", "trends", "themes", "slow"}


@pytest.mark.parametrize(
    ("kind", "name"), [pytest.param(k, n, id=f"{k.__name__}.{n}") for k, table in TABLES.items() for n in table]
)
def test_an_option_changes_a_result(kind: type, name: str) -> None:
    row = TABLES[kind][name]
    assert row.scenario(row.one) != row.scenario(row.other)


@pytest.mark.parametrize("kind", TABLES)
def test_no_option_is_without_a_scenario(kind: type) -> None:
    assert set(TABLES[kind]) == {field.name for field in fields(kind)} - PARTS


# -- feeds.yaml -----------------------------------------------------------------------------------------------------

FEED = "https://paper.example/feed"


def settings_of(tmp_path: Path, document: object, **environ: str) -> config.Settings:
    path = tmp_path / "feeds.yaml"
    path.write_text(json.dumps(document), encoding="utf-8")
    return config.load_settings(path, environ)


def collected(source: Source) -> Document:
    async def work() -> Document:
        fetcher = CannedFetcher({source.url: Response(url=source.url, status=200, body=b"News")})
        (one,) = [one async for one in collecting([source], fetcher)]
        return one.documents[0]

    return run(work())


def health(source: Source) -> Any:
    archive = TemporaryArchive()
    with archive.transaction():
        archive.put_sources([source, a_source("other", title="M")])
    return health_of_sources(archive)


def weighed(source: Source) -> object:
    corpus, words = busy()
    weights = np.array([source.weight, *corpus.source_weights[1:]], dtype=np.float32)
    found = analyse(replace(corpus, source_weights=weights), words, None, as_of=week_of(15), options=TRENDS)
    return repr((found.trends, found.signals, found.series))


def shown(source: Source) -> object:
    """The row of the page that lists the sources."""
    from foresight.app.pages.sources import source_row  # noqa: PLC0415 - loads Streamlit
    from foresight.app.viewer import Viewer  # noqa: PLC0415 - see above

    (one,) = [one for one in health(source) if one.source.id == source.id]
    return source_row(one, Viewer("en"))


FEED_KEYS: dict[str, Row] = {
    "title": Row("A", "B", shown),
    "url": Row(FEED, "https://else.example/feed", lambda s: collected(s).id),
    "lang": Row("fi", "sv", lambda s: collected(s).lang),
    "region": Row("FI", "US", lambda s: collected(s).published),
    "voice": Row("company", "customer", lambda s: coverage_cells(health(s))),
    "tags": Row(["a"], ["b"], shown),
    "interval": Row("1h", "2h", lambda s: is_due(s, a_fetch(at=NOW), now=NOW + timedelta(minutes=70))),
    "weight": Row(1, 0, weighed),
}
GROUP_KEYS: dict[str, Row] = {"name": Row("A", "B", shown), "tags": Row(["a"], ["b"], shown)}


@pytest.mark.parametrize("key", FEED_KEYS)
def test_a_key_of_a_feed_changes_a_result(tmp_path: Path, key: str) -> None:
    row = FEED_KEYS[key]
    one, other = (
        settings_of(tmp_path, {"groups": [{"feeds": [{"url": FEED, key: value}]}]}).sources[0]
        for value in (row.one, row.other)
    )
    assert row.scenario(one) != row.scenario(other)


@pytest.mark.parametrize("key", config._DEFAULT_KEYS)
def test_a_default_changes_what_feeds_without_the_key_result_in(tmp_path: Path, key: str) -> None:
    row = FEED_KEYS[key]
    one, other = (
        settings_of(tmp_path, {"defaults": {key: value}, "groups": [{"feeds": [{"url": FEED}]}]}).sources[0]
        for value in (row.one, row.other)
    )
    assert row.scenario(one) != row.scenario(other)


@pytest.mark.parametrize("key", GROUP_KEYS)
def test_a_key_of_a_group_changes_a_result(tmp_path: Path, key: str) -> None:
    row = GROUP_KEYS[key]
    one, other = (
        settings_of(tmp_path, {"groups": [{key: value, "feeds": [{"url": FEED}]}]}).sources[0]
        for value in (row.one, row.other)
    )
    assert row.scenario(one) != row.scenario(other)


def test_the_other_keys_of_the_file_reach_their_options(tmp_path: Path) -> None:
    usual = settings_of(tmp_path, {}).options
    contact = settings_of(tmp_path, {"contact": "me@example.org"}).options
    assert "me@example.org" in contact.collect.user_agent
    hosts = settings_of(tmp_path, {"allow_private_hosts": ["localhost"]}).options
    assert hosts.collect.private_hosts == ("localhost",) != usual.collect.private_hosts
    for kind, part in ((TextOptions, "text"), (TrendOptions, "trends")):
        for name in TABLES[kind]:
            row = TABLES[kind][name]
            value = row.other if getattr(getattr(usual, part), name) == row.one else row.one
            read = settings_of(tmp_path, {"analysis": {name: value}}).options
            assert getattr(getattr(read, part), name) == value, name
    assert settings_of(tmp_path, {"analysis": {"encoder": "lexical"}}).options.encoder == "lexical"


def test_no_key_of_the_file_is_without_a_scenario() -> None:
    assert set(FEED_KEYS) == set(config._FEED_KEYS)
    assert set(GROUP_KEYS) | {"feeds"} == set(config._GROUP_KEYS)
    assert set(config._TOP_KEYS) == {"defaults", "contact", "allow_private_hosts", "groups", "analysis"}


# -- environment ----------------------------------------------------------------------------------------------------


def language_of_an_error(environ: dict[str, str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environ.items():
            patch.setenv(name, value)
        main(["trends", "--data", "/absent-folder/absent"])
    return capsys.readouterr().err


ENVIRONMENT: dict[str, tuple[str, Callable[[dict[str, str]], object]]] = {
    "FORESIGHT_SEED": ("7", lambda e: config.default_options(e).seed),
    "FORESIGHT_ENCODER": ("lexical", lambda e: config.default_options(e).encoder),
    "FORESIGHT_KEEP_GENERATIONS": ("2", lambda e: config.default_options(e).keep_generations),
    "FORESIGHT_LOCK_WAIT": ("30m", lambda e: config.default_options(e).lock_wait),
    "FORESIGHT_DATA": ("/elsewhere", config.data_folder),
    "FORESIGHT_LANG": ("fi", config.interface_language),
    "FORESIGHT_DRAFT_URL": ("https://b.example/v1", lambda e: config.drafting_options({**DRAFTING, **e})),
    "FORESIGHT_DRAFT_MODEL": ("else", lambda e: config.drafting_options({**DRAFTING, **e})),
    "FORESIGHT_DRAFT_KEY": ("secret", lambda e: config.drafting_options({**DRAFTING, **e})),
}
DRAFTING = {"FORESIGHT_DRAFT_URL": "https://a.example/v1", "FORESIGHT_DRAFT_MODEL": "m"}


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_a_variable_of_the_environment_changes_what_is_read(name: str) -> None:
    value, read = ENVIRONMENT[name]
    assert read({name: value}) != read({})


def test_no_variable_of_the_environment_is_without_a_scenario() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in Path(config.__file__).parent.rglob("*.py"))
    named = {name for name in re.findall(r"\bFORESIGHT_[A-Z_]+", code) if not name.endswith("_")}
    assert named == set(ENVIRONMENT)
