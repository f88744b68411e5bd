"""What a run does not do again, and what it does anew because something has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from foresight.model.decisions import TrendDecision, TrendDecisionKind
from foresight.model.documents import Document
from foresight.model.options import Options
from foresight.model.sources import Source, Voice
from foresight.model.track_record import CallOrigin
from foresight.pipeline.context import PipelineContext
from foresight.pipeline.runs import run_analyse
from foresight.testing.builders import a_document, a_track_record
from foresight.trends.history import quarter_start

OpenTools = Callable[..., AbstractContextManager[PipelineContext]]
DAY = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


class Watching:
    """Progress that remembers which steps there were."""

    def __init__(self) -> None:
        self.steps: set[str] = set()

    def __call__(self, step: str, done: int, total: int) -> None:  # noqa: ARG002 - the port has it
        self.steps.add(step)


def steps_of(tools: PipelineContext, as_of: datetime) -> set[str]:
    """The names under which an analysis reported its progress."""
    told = Watching()
    run_analyse(replace(tools, progress=told), as_of=as_of, publish=False)
    return told.steps


def test_a_quarter_without_slow_trends_is_not_read_again(open_tools: OpenTools) -> None:
    articles = [a_document(f"{i}", title=f"Matter {i} of note", published=DAY, first_seen=DAY) for i in range(3)]
    with open_tools() as tools:
        with tools.archive.transaction():
            tools.archive.put_documents(articles)
        first, second = DAY + timedelta(days=1), DAY + timedelta(days=2)
        following = quarter_start(DAY + timedelta(days=80))
        assert "slow trends" in steps_of(tools, first)
        assert "slow trends" not in steps_of(tools, second)
        assert "slow trends" in steps_of(tools, following + timedelta(days=1))


NOON = datetime(2026, 11, 4, 12, tzinfo=UTC)
SOURCES = (Source(id="s1", title="One", region="FI"), Source(id="s2", title="Two", region="SE"))
Change = Callable[[PipelineContext], PipelineContext]


def articles(first: int, count: int, *, at: datetime = DAY) -> list[Document]:
    return [
        a_document(
            f"{i}", title=f"Matter {i} of note", source_id=SOURCES[i % 2].id, published=at, first_seen=at, lang="en"
        )
        for i in range(first, first + count)
    ]


@pytest.fixture
def analysed(open_tools: OpenTools) -> Iterator[PipelineContext]:
    """A small archive that was analysed at noon."""
    with open_tools() as tools:
        with tools.archive.transaction():
            tools.archive.put_sources(SOURCES)
            tools.archive.put_documents(articles(0, 6))
        assert not is_reused(tools, NOON)
        yield tools


def is_reused(tools: PipelineContext, as_of: datetime) -> bool:
    return run_analyse(tools, as_of=as_of, publish=False).steps[-1].reused


def test_minutes_later_without_a_new_article_the_analysis_stays(analysed: PipelineContext) -> None:
    before = analysed.archive.trends()
    assert is_reused(analysed, NOON)
    assert is_reused(analysed, NOON + timedelta(minutes=5))
    assert is_reused(analysed, NOON + timedelta(hours=11, minutes=59))
    assert analysed.archive.trends() == before


def test_a_day_later_it_is_made_anew(analysed: PipelineContext) -> None:
    assert not is_reused(analysed, NOON + timedelta(hours=12))


def with_sources(*sources: Source) -> Change:
    def change(tools: PipelineContext) -> PipelineContext:
        with tools.archive.transaction():
            tools.archive.put_sources(sources)
        return tools

    return change


def with_documents(*documents: Document) -> Change:
    def change(tools: PipelineContext) -> PipelineContext:
        with tools.archive.transaction():
            tools.archive.put_documents(documents)
        return tools

    return change


def with_decision(tools: PipelineContext) -> PipelineContext:
    apart = TrendDecision(at=NOON, who="A", kind=TrendDecisionKind.APART, trend_id="a", value="b")
    return replace(tools, decisions=lambda: [apart])


def with_record(tools: PipelineContext) -> PipelineContext:
    with tools.archive.transaction():
        tools.archive.put_track_record(a_track_record(CallOrigin.BACKTEST, known=NOON))
    return tools


def with_options(**changed: object) -> Change:
    return lambda tools: replace(tools, options=replace(tools.options, **changed))  # type: ignore[arg-type]


PLAIN = Options()
CHANGES: dict[str, Change] = {
    "voice": with_sources(replace(SOURCES[0], voice=Voice.COMPANY), SOURCES[1]),
    "region": with_sources(replace(SOURCES[0], region="NO"), SOURCES[1]),
    "weight": with_sources(replace(SOURCES[0], weight=0.5), SOURCES[1]),
    "title": with_sources(replace(SOURCES[0], title="First"), SOURCES[1]),
    "new article": with_documents(*articles(6, 1, at=NOON - timedelta(minutes=1))),
    "changed article": with_documents(replace(articles(0, 1)[0], title="Corrected", content_hash="other")),
    "decision": with_decision,
    "learned from outcomes": with_record,
    "trend options": with_options(trends=replace(PLAIN.trends, birth_documents=9)),
    "theme options": with_options(themes=replace(PLAIN.themes, fewest=6)),
    "slow options": with_options(slow=replace(PLAIN.slow, listed=5)),
    "seed": with_options(seed=99),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_decides_the_result_is_seen_at_the_same_cut_off(analysed: PipelineContext, name: str) -> None:
    changed = CHANGES[name](analysed)
    assert not is_reused(changed, NOON)
    assert is_reused(changed, NOON + timedelta(minutes=5))


def test_an_article_after_the_cut_off_changes_nothing(analysed: PipelineContext) -> None:
    late = with_documents(*articles(6, 1, at=NOON + timedelta(minutes=1)))(analysed)
    assert is_reused(late, NOON)
    assert not is_reused(late, NOON + timedelta(minutes=5))


def test_a_renamed_source_makes_slow_trends_anew_and_another_voice_does_not(analysed: PipelineContext) -> None:
    assert "slow trends" not in steps_of(CHANGES["voice"](analysed), NOON)
    assert "slow trends" in steps_of(CHANGES["title"](analysed), NOON)
