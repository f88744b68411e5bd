"""Documents are made ready once, in order of time, and an interruption costs next to nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from foresight.model.documents import Document, Floats2d
from foresight.nlp.encoders import LexicalEncoder
from foresight.pipeline import steps
from foresight.pipeline.context import PipelineContext, StepTally
from foresight.pipeline.steps import ENCODE_BATCH, assign_new_stories, encode_new, enrich_new
from foresight.testing.builders import a_document

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
OpenTools = Callable[..., AbstractContextManager[PipelineContext]]


class CountingEncoder(LexicalEncoder):
    """Remembers what it was given, and breaks off after so many texts."""

    def __init__(self, most: int = 1_000_000) -> None:
        self.seen: list[str] = []
        self._most = most

    def encode(self, texts: Sequence[str]) -> Floats2d:
        if len(self.seen) + len(texts) > self._most:
            raise KeyboardInterrupt
        self.seen += texts
        return super().encode(texts)


def articles(count: int, *, different: int = 1_000_000) -> list[Document]:
    """Articles of two sources, in Finnish and English in turn; every `different` ones the titles come again."""
    words = ("Pankki nosti korkoa taas", "Bank raises the interest rate again")
    return [
        a_document(
            f"{i:05}",
            title=f"{words[i % 2]} {i % different}",
            source_id=f"s{i % 3}",
            published=START + timedelta(hours=i),
            first_seen=START + timedelta(hours=i),
            lang="",
        )
        for i in range(count)
    ]


def prepared(tools: PipelineContext, documents: Sequence[Document]) -> dict[str, str]:
    """Story by document, after these have come."""
    with tools.archive.transaction():
        tools.archive.put_documents(documents)
    for step in (enrich_new, encode_new, assign_new_stories):
        step(tools, StepTally(step.__name__))
    return {document.id: document.story_id for document in tools.archive.documents()}


def test_no_text_is_encoded_twice(open_tools: OpenTools) -> None:
    encoder = CountingEncoder()
    with open_tools() as opened:
        tools = replace(opened, encoder=encoder)
        prepared(tools, articles(600, different=50))
        assert len(encoder.seen) == len(set(encoder.seen)) == 50
        prepared(tools, articles(700, different=50))
        assert len(encoder.seen) == 50


def test_interrupted_encoding_goes_on_where_it_broke_off(open_tools: OpenTools) -> None:
    first, second = CountingEncoder(most=2 * ENCODE_BATCH), CountingEncoder()
    documents = articles(3 * ENCODE_BATCH)
    with open_tools() as opened:
        with pytest.raises(KeyboardInterrupt):
            prepared(replace(opened, encoder=first), documents)
        assert len(first.seen) == 2 * ENCODE_BATCH
        prepared(replace(opened, encoder=second), documents)
        assert len(second.seen) == ENCODE_BATCH
        assert not set(first.seen) & set(second.seen)
        assert len(opened.archive.corpus(first.name)) == len(documents)


@pytest.mark.parametrize("batch", [7, 100])
def test_stories_do_not_depend_on_the_portions_they_are_told_in(
    open_tools: OpenTools, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    documents = articles(300, different=40)
    with open_tools("whole") as tools:
        whole = prepared(tools, documents)
    monkeypatch.setattr(steps, "STORY_BATCH", batch)
    with open_tools("portions") as tools:
        portions = prepared(tools, documents)
    assert 40 <= len(set(whole.values())) < len(whole)
    assert portions == whole
