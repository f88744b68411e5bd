"""scenario story: one future of a scenario told, each sentence with its source."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator

from foresight.cli.printing import Printer
from foresight.cli.workshop import plain, services
from foresight.records import Story
from foresight.text import Texts


def story(arguments: Namespace, printer: Printer) -> int:
    """Tell one future of a scenario."""
    desk = services(arguments).story
    told = desk.tell(arguments.id, which=arguments.scenario, lang=printer.texts.lang)
    texts = printer.texts
    head = texts("story.title_line", title=told.title, id=told.scenario_id, rev=told.rev)
    printer.answer(plain(told), [head, texts("story.told_from"), *_lines(told, texts)])
    return 0


def _lines(told: Story, texts: Texts) -> Iterator[str]:
    """The parts with their numbers, then what the numbers mean."""
    numbers = {ground.id: place for place, ground in enumerate(told.grounds, 1)}
    for part in told.parts:
        if part.sentences:
            yield ""
            yield texts(f"story.heading_{part.kind.value}")
        for sentence in part.sentences:
            yield f"  {sentence.text} [{', '.join(str(numbers[source]) for source in sentence.sources)}]"
    yield ""
    yield texts("story.heading_sources")
    for ground in told.grounds:
        link = f" {ground.url}" if ground.url else ""
        yield f"  [{numbers[ground.id]}] {texts(f'story.kind_{ground.kind.value}')}: {ground.text}{link}"
