"""Slow trends of the whole program: from imported articles to what is published, listed and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from foresight.ingest.entries import content_hash, document_id
from foresight.ingest.import_file import ImportBatch, import_source
from foresight.model.documents import Document
from foresight.model.trends import Speed, Stage
from foresight.pipeline.context import PipelineContext
from foresight.pipeline.runs import run_analyse, run_import
from foresight.pipeline.steps import combine_speeds
from foresight.queries.signal_lists import SignalListService
from foresight.testing.builders import a_trend
from tests.pipeline.conftest import OPTIONS

OpenTools = Callable[..., AbstractContextManager[PipelineContext]]
START = datetime(2023, 1, 2, tzinfo=UTC)
WEEKS = 170
SOURCES = (("north", "fi"), ("south", "fi"), ("east", "en"), ("west", "en"))
USUAL = {
    "en": "budget harbour school bridge forest museum concert library railway stadium bakery theatre".split(),  # noqa: SIM905
    "fi": "budjetti satama koulu silta metsä museo konsertti kirjasto rautatie stadion leipomo teatteri".split(),  # noqa: SIM905
}
RISING = {
    "en": ("The {} has heat pumps", "A {} needs heat pumps", "Will the {} buy a heat pump"),
    "fi": ("Nyt {} ja lämpöpumput", "Uusi {} lämpöpumpulla", "Tuore {} ja lämpöpumppu"),
}
CUTOFF = datetime(2026, 4, 1, tzinfo=UTC)


def articles() -> Iterator[Document]:
    """Eight articles a week on usual matters, and after the first year ever more on heat pumps."""
    rng = np.random.default_rng(5)
    for week in range(WEEKS):
        for number in range(8 + max(0, week - 52) // 20):
            source, lang = SOURCES[(number + week) % 4]
            one, two = rng.choice(USUAL[lang], size=2, replace=False)
            told = RISING[lang][week % 3].format(one) if number >= 8 else f"{one} {two} {number}".capitalize()
            title = f"{told} {rng.choice(USUAL[lang])}"
            published = START + timedelta(weeks=week, hours=20 * number)
            yield Document(
                id=document_id(source, f"{week}-{number}"),
                source_id=source,
                external_id=f"{week}-{number}",
                title=title,
                lang=lang,
                lang_origin="declared",
                published=published,
                first_seen=published,
                published_origin="import",
                content_hash=content_hash(title, ""),
            )


def batch() -> ImportBatch:
    documents = tuple(articles())
    sources = tuple(import_source(name) for name, _ in SOURCES)
    return ImportBatch(documents=documents, sources=sources, problems=(), rows=len(documents))


def test_a_run_finds_slow_trends_keeps_them_and_lists_them(open_tools: OpenTools) -> None:
    with open_tools() as tools:
        run_import(tools, [batch()])
        run_analyse(tools, as_of=CUTOFF + timedelta(days=20))
        archive = tools.archive
        first = {trend.id: trend for trend in archive.trends() if trend.speed is Speed.SLOW}
        signals = [trend for trend in first.values() if trend.stage in (Stage.WEAK, Stage.EMERGING)]
        titles = {headline.title for trend in signals for headline in trend.headlines}
        assert {"Heat pumps", "Lämpöpumppu"} <= titles
        assert {trend.as_of for trend in first.values()} == {CUTOFF}
        ranks = [trend.rank for trend in archive.trends() if trend.rank]
        assert ranks == list(range(1, len(ranks) + 1))
        assert {signal.name for signal in archive.signals([signals[0].id])} >= {"growth", "share", "q_value"}

        run_analyse(tools, as_of=CUTOFF + timedelta(days=27))
        again = {trend.id: trend for trend in archive.trends() if trend.speed is Speed.SLOW}
        assert {id_: (t.as_of, t.stage) for id_, t in again.items()} == {
            id_: (t.as_of, t.stage) for id_, t in first.items()
        }
        assert archive.signals([signals[0].id])
        assert archive.series([signals[0].id])[0].weeks
        assert archive.check() == ()

        desk = SignalListService(tools.generations, OPTIONS, lambda *_: None)
        told = list(desk.slow_at([CUTOFF], stages=(Stage.WEAK, Stage.EMERGING)))
        assert [(line.trend, line.title) for line in told] == [
            (trend.id, trend.headlines[0].title) for trend in sorted(signals, key=lambda trend: trend.rank)
        ]
        assert all("-" in document for document in told[0].docs), "ids are those of the import"
        assert {line.speed for line in desk.latest()} >= {Speed.SLOW}


def test_a_fast_trend_about_the_same_is_part_of_the_slow_one() -> None:
    slow = a_trend("term-heat-pump", speed=Speed.SLOW, rank=1, recent=("a", "b", "c", "d"))
    about = a_trend("t1", rank=1, recent=("a", "b", "x"))
    other = a_trend("t2", rank=2, recent=("a", "x", "y"))
    held = replace(about, id="t3", rank=0, parent_id="t1")
    told = {trend.id: trend for trend in combine_speeds([about, other, held], [slow])}
    assert [told[id_].parent_id for id_ in ("t1", "t2", "t3")] == ["term-heat-pump", "", "t1"]
    assert told["term-heat-pump"].rank == 3
