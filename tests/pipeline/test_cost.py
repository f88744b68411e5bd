"""What a run does not do again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from foresight.pipeline.context import PipelineContext
from foresight.pipeline.runs import run_analyse
from foresight.testing.builders import a_document
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
