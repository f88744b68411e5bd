"""Laws of the whole program: nothing later is looked at, a replay says what was said live, evidence or silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from foresight import wiring
from foresight.demo.generator import make_world
from foresight.ingest.entries import content_hash, document_id
from foresight.ingest.import_file import ImportBatch, import_source
from foresight.model.documents import Document
from foresight.model.options import Options, ThemeOptions
from foresight.model.trends import Stage, Trend
from foresight.nlp.encoders import LexicalEncoder
from foresight.pipeline.runs import run_analyse, run_import
from foresight.queries.signal_lists import SignalLine, cut_offs, without_parts
from foresight.testing.fakes import FrozenClock

Said = dict[datetime, tuple[Trend, ...]]
END = datetime(2026, 11, 16, tzinfo=UTC)
WEEK = timedelta(weeks=1)
OPTIONS = Options(encoder="lexical", seed=7, themes=ThemeOptions(fewest=10**9))
"""No map of themes: it costs more than all the rest and decides nothing here."""
EVERY = tuple(Stage)
CALLED = (Stage.WEAK, Stage.EMERGING)


@pytest.fixture(scope="module")
def documents() -> tuple[Document, ...]:
    """News of 14 weeks from half of the world's sources; every fifth article was found days after it came out."""
    world = make_world(seed=4, weeks=14, end=END)
    heard = {source.id for source in world.sources[::2]}
    articles = [article for article in world.articles if article.source_id in heard]
    return tuple(
        Document(
            id=document_id(article.source_id, article.guid),
            source_id=article.source_id,
            external_id=article.guid,
            title=article.title,
            text=article.text,
            url=article.url,
            lang=article.lang,
            published=article.published,
            first_seen=article.published + timedelta(days=number % 7 if number % 5 == 0 else 0),
            content_hash=content_hash(article.title, article.text),
        )
        for number, article in enumerate(articles)
    )


def run(folder: Path, documents: Sequence[Document], until: datetime) -> tuple[Trend, ...]:
    """Import what was available before a moment, analyse at it, and give its trends."""
    known = tuple(document for document in documents if document.available < until)
    sources = {document.source_id: import_source(document.source_id) for document in known}
    batch = ImportBatch(documents=known, sources=tuple(sources.values()), problems=(), rows=len(known))
    clock = FrozenClock(until)
    with wiring.open_tools(folder, OPTIONS, clock=clock, encoder=LexicalEncoder()) as tools:
        run_import(tools, [batch])
        run_analyse(tools, as_of=until)
        return tools.archive.trends()


@pytest.fixture(scope="module")
def live(documents: tuple[Document, ...], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """A system that lived through the last four weeks, and what it said at the end of each."""
    folder = tmp_path_factory.mktemp("live")
    ends = [END - weeks * WEEK for weeks in (3, 2, 1, 0)]
    return folder, {end: run(folder, documents, end) for end in ends}


def lists(folder: Path, cutoffs: Sequence[datetime]) -> list[SignalLine]:
    """Everything a replay says, but for titles: those of a run are read together with its other articles."""
    desk = wiring.make_signal_list_service(folder, OPTIONS, progress=wiring.no_progress)
    return [replace(line, title="") for line in desk.at(cutoffs, stages=EVERY)]


def test_an_archive_cut_at_a_moment_says_the_same_of_every_week_before(
    live: tuple[Path, Said], documents: tuple[Document, ...], tmp_path: Path
) -> None:
    cut = END - 2 * WEEK
    run(tmp_path, documents, cut)
    cutoffs = cut_offs(cut - WEEK, cut, 1)
    said = lists(tmp_path, cutoffs)
    assert said
    assert said == lists(live[0], cutoffs)


def test_signals_as_of_a_week_and_a_replay_through_it_agree(live: tuple[Path, Said]) -> None:
    week = END - 2 * WEEK
    through = lists(live[0], cut_offs(week - 2 * WEEK, week, 1))
    assert lists(live[0], [week]) == [line for line in through if line.as_of == week]


def test_a_live_system_said_what_a_replay_says_of_then(live: tuple[Path, Said]) -> None:
    folder, said = live
    told = lists(folder, sorted(said))
    assert any(trend.stage in CALLED for trends in said.values() for trend in trends)
    for end, trends in said.items():
        shown = without_parts([trend for trend in trends if not trend.mixed])
        called = {(t.id, t.stage, t.stories) for t in shown if t.stage in CALLED}
        assert called == {(x.trend, x.stage, x.stories) for x in told if x.as_of == end and x.stage in CALLED}


def test_every_trend_leads_to_the_articles_it_was_counted_from(
    live: tuple[Path, Said], documents: tuple[Document, ...]
) -> None:
    folder, said = live
    known = {document.id: document.available for document in documents}
    with wiring.open_tools(folder, OPTIONS, encoder=LexicalEncoder()) as tools:
        for trend in said[END]:
            evidence = {one.document_id for one in tools.archive.assignments(trend.id)}
            assert set(trend.recent) <= evidence
            assert all(known[name] < END for name in evidence)
