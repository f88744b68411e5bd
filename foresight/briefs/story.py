"""A story as sections of a brief: every sentence with the numbers of its sources, and the sources in tables."""

from __future__ import annotations

from collections.abc import Iterator

from foresight.records import Citation, Ground, GroundKind, Section, Story
from foresight.text import Texts


def story_sections(story: Story) -> Iterator[Section]:
    """One section per part, then what its sentences rest on; articles in a table of their own that leads to them."""
    say = Texts(story.lang)
    numbers = {ground.id: place for place, ground in enumerate(story.grounds, 1)}
    for part in story.parts:
        if part.sentences:
            yield Section(
                key=f"story_{part.kind.value}",
                heading=say(f"story.heading_{part.kind.value}"),
                paragraphs=tuple(
                    f"{sentence.text} [{', '.join(str(numbers[source]) for source in sentence.sources)}]"
                    for sentence in part.sentences
                ),
            )
    read = [ground for ground in story.grounds if ground.kind is GroundKind.DOCUMENT]
    yield Section(
        key="story_sources",
        heading=say("story.heading_sources"),
        paragraphs=(say("story.told_from"),),
        columns=tuple(say(f"story.column_{name}") for name in ("number", "kind", "says")),
        rows=tuple(
            (str(numbers[ground.id]), say(f"story.kind_{ground.kind.value}"), ground.text)
            for ground in story.grounds
            if ground not in read
        ),
    )
    if read:
        yield Section(
            key="story_documents",
            heading=say("story.heading_documents"),
            columns=tuple(say(f"story.column_{name}") for name in ("number", "says")),
            rows=tuple((str(numbers[ground.id]), ground.text) for ground in read),
            citations=tuple(_citation(ground) for ground in read),
        )


def _citation(ground: Ground) -> Citation:
    return Citation(
        document_id=ground.id.partition(":")[2],
        content_hash=ground.content_hash,
        quote=ground.detail or ground.text,
        title=ground.text,
        url=ground.url,
    )
