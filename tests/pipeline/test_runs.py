"""Runs: the whole way, again, cut short, in trouble."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from foresight.demo.world import DemoWorld
from foresight.ingest.entries import content_hash, document_id
from foresight.ingest.import_file import ImportBatch, import_source
from foresight.model.documents import Document
from foresight.model.errors import StoreFull
from foresight.model.runs import RunStatus
from foresight.model.sources import Source
from foresight.pipeline.context import PipelineContext
from foresight.pipeline.runs import OpenFeedNetwork, default_cutoff, run_all, run_analyse, run_collect, run_import
from foresight.testing.fakes import FrozenClock

OpenTools = Callable[..., AbstractContextManager[PipelineContext]]
TIMED = {"run": {"steps"}, "step": {"seconds"}, "fetch": {"seconds"}}


def batch(world: DemoWorld, *, until: datetime) -> ImportBatch:
    """The world's articles as a file of past articles would give them."""
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
            published_origin="import",
            content_hash=content_hash(article.title, article.text),
        )
        for article in world.articles
        if article.published < until
    ]
    sources = {d.source_id: import_source(d.source_id) for d in documents}
    return ImportBatch(documents=tuple(documents), sources=tuple(sources.values()), problems=(), rows=len(documents))


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, without what is measured in seconds of wall time."""
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        found = {}
        for table in sorted(set(tables) - {"migration"}):
            columns = connection.execute(
                "SELECT column_name FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index", [table]
            ).fetchall()
            names = [name for (name,) in columns if name not in TIMED.get(table, set())]
            listed = ", ".join(f'"{name}"' for name in names)
            found[table] = sorted(connection.execute(f'SELECT {listed} FROM "{table}"').fetchall(), key=repr)  # noqa: S608
    return found


def test_a_run_goes_from_feeds_to_a_published_generation(
    open_tools: OpenTools, sources: Sequence[Source], network: OpenFeedNetwork
) -> None:
    with open_tools() as tools:
        outcome = run_all(tools, sources, network)
        assert [step.step for step in outcome.steps] == ["collect", "enrich", "encode", "stories", "judge", "analyse"]
        assert outcome.generation == 1
        reader = tools.generations.current()
        assert reader.document_count() == tools.archive.document_count() > 300
        latest = reader.latest_analysis()
        assert latest is not None
        assert latest.status is RunStatus.DONE
        assert latest.id == outcome.run.id
        assert reader.trends()
        assert all(trend.headlines for trend in reader.trends() if not trend.mixed and trend.recent)
        assert tools.archive.check() == ()
        reader.close()


def test_broken_feeds_are_lines_in_the_report(
    open_tools: OpenTools, sources: Sequence[Source], network: OpenFeedNetwork
) -> None:
    gone = [*sources, Source(id="gone", title="Gone", url=sources[0].url.rsplit("/", 1)[0] + "/no-such-feed")]
    with open_tools() as tools:
        outcome = run_collect(tools, gone, network)
    problems = {p.subject: p.error for step in outcome.steps for p in step.problems}
    assert problems["source:gone"] == "HttpFailure"
    assert len(problems) < 5


def test_a_second_run_with_nothing_new_stores_and_analyses_nothing(
    open_tools: OpenTools, sources: Sequence[Source], network: OpenFeedNetwork
) -> None:
    with open_tools() as tools:
        run_collect(tools, sources, network)  # one feed of the world breaks off the first time
        first = run_all(tools, sources, network, force=True)
        count = tools.archive.document_count()
        second = run_collect(tools, sources, network, force=True)
        counts = dict(second.steps[0].counts)
        assert tools.archive.document_count() == count
        assert counts.get("documents", 0) == 0
        assert counts["unchanged"] == counts["feeds"] - counts.get("failed", 0)
        assert run_analyse(tools, as_of=first.run.as_of).steps[-1].reused


def test_the_same_corpus_and_seed_give_equal_rows(open_tools: OpenTools, world: DemoWorld, tmp_path: Path) -> None:
    for name in ("one", "two"):
        with open_tools(name) as tools:
            run_import(tools, [batch(world, until=world.end)])
            run_analyse(tools)
    one, two = (rows(tmp_path / name / "archive-000002.duckdb") for name in ("one", "two"))
    assert one.keys() == two.keys()
    for table in one:
        assert one[table] == two[table], table


def test_importing_a_file_again_adds_nothing(open_tools: OpenTools, world: DemoWorld) -> None:
    with open_tools() as tools:
        run_import(tools, [batch(world, until=world.end)])
        count = tools.archive.document_count()
        again = run_import(tools, [batch(world, until=world.end)])
        assert tools.archive.document_count() == count
        assert dict(again.steps[0].counts)["new"] == 0


def test_what_is_said_at_a_cut_off_does_not_depend_on_what_came_after(open_tools: OpenTools, world: DemoWorld) -> None:
    cut = world.end - timedelta(weeks=2)
    said = []
    for name, until in (("cut", cut), ("whole", world.end)):
        with open_tools(name) as tools:
            run_import(tools, [batch(world, until=until)])
            run_analyse(tools, as_of=cut)
            trends = tools.archive.trends()
            said.append([(t.id, t.rank, t.stage, t.recent, t.headlines, t.reason) for t in trends])
            said.append([(s.trend_id, s.name, s.window, s.value, s.low, s.high) for s in tools.archive.signals()])
    assert said[0] == said[2]
    assert said[1] == said[3]


def test_articles_from_before_the_state_are_looked_at_all_the_same(open_tools: OpenTools, world: DemoWorld) -> None:
    middle = world.start + (world.end - world.start) / 2
    whole = batch(world, until=world.end)
    late = [d for d in whole.documents if d.published >= middle]
    early = [d for d in whole.documents if d.published < middle]
    part = lambda documents: ImportBatch(  # noqa: E731 - two uses, side by side
        documents=tuple(documents), sources=whole.sources, problems=(), rows=len(documents)
    )
    with open_tools("in order") as tools:
        run_import(tools, [whole])
        run_analyse(tools)
        expected = {trend.recent for trend in tools.archive.trends()}
    with open_tools("past last") as tools:
        run_import(tools, [part(late)])
        run_analyse(tools)
        run_import(tools, [part(early)])
        run_analyse(tools)
        found = {trend.recent for trend in tools.archive.trends()}
    assert len(found & expected) > 0.5 * len(expected)


def test_a_run_that_fails_is_recorded_as_failed_and_publishes_nothing(open_tools: OpenTools, world: DemoWorld) -> None:
    with open_tools() as tools:
        tools.archive.put_vectors = _full  # type: ignore[method-assign]
        run_import(tools, [batch(world, until=world.start + timedelta(weeks=1))])
        with pytest.raises(StoreFull):
            run_analyse(tools)
        assert tools.archive.runs()[0].status is RunStatus.FAILED
        assert tools.generations.number() == 1


def test_an_analysis_of_an_empty_archive_says_so_quietly(open_tools: OpenTools) -> None:
    with open_tools() as tools:
        outcome = run_analyse(tools)
        assert tools.archive.trends() == ()
        assert outcome.generation == 1


@pytest.mark.parametrize("days", [0, 20])
def test_a_living_archive_is_analysed_now(days: int) -> None:
    now = datetime(2026, 11, 21, 15, tzinfo=UTC)
    assert default_cutoff(now, now - timedelta(days=days)) == now
    assert default_cutoff(now, None) == now


def test_an_archive_that_ended_long_ago_is_analysed_at_its_end() -> None:
    now, newest = datetime(2026, 11, 21, tzinfo=UTC), datetime(2020, 7, 10, 15, tzinfo=UTC)
    assert default_cutoff(now, newest) == datetime(2020, 7, 11, tzinfo=UTC)


def test_two_runs_at_one_moment_have_two_names(open_tools: OpenTools) -> None:
    with open_tools(clock=FrozenClock(datetime(2026, 1, 1, tzinfo=UTC))) as tools:
        ids = [run_analyse(tools).run.id for _ in range(3)]
    assert len(set(ids)) == 3


def _full(*_: object) -> None:
    raise StoreFull(path="disk")
