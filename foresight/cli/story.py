"""scenario story: one future of a scenario told, each sentence with its source; where asked, a draft after it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator

from foresight.cli.printing import Printer
from foresight.cli.workshop import json_ready, open_services
from foresight.i18n import Texts
from foresight.model.briefs import Story, StoryDraft
from foresight.model.errors import DraftError


def story(arguments: Namespace, printer: Printer) -> int:
    """Tell one future of a scenario. The story is answered whatever becomes of the draft.

    Raises:
        DraftError: a draft was asked for and there is none; the story has been told before.
    """
    desks, texts = open_services(arguments), printer.texts
    told = desks.story.write(arguments.id, which=arguments.scenario, lang=texts.lang)
    draft, trouble = None, None
    if arguments.draft:
        try:
            draft = desks.drafts.draft(arguments.id, which=arguments.scenario, lang=texts.lang)
        except DraftError as error:
            trouble = error
    head = texts("story.title_line", title=told.title, id=told.scenario_id, rev=told.rev)
    lines = [head, texts("story.told_from"), *_lines(told, texts), *(_draft_lines(draft, texts) if draft else ())]
    printer.answer(json_ready(told) | ({"draft": _draft_document(draft)} if arguments.draft else {}), lines)
    if trouble is not None:
        raise trouble
    return 0


def _draft_document(draft: StoryDraft | None) -> dict[str, object] | None:
    """A draft as JSON: it says of itself that it is none of the story."""
    return {"is_draft": True, "model": draft.model, **json_ready(draft.story)} if draft else None


def _draft_lines(draft: StoryDraft, texts: Texts) -> Iterator[str]:
    """The draft under a mark of its own, which every part of it repeats."""
    yield ""
    yield texts("story.draft_mark", model=draft.model)
    yield texts("story.draft_note")
    yield from _lines(draft.story, texts, heading="story.draft_of")


def _lines(told: Story, texts: Texts, *, heading: str = "") -> Iterator[str]:
    """The parts with their numbers, then what the numbers mean."""
    numbers = {ground.id: place for place, ground in enumerate(told.grounds, 1)}

    def headed(name: str) -> str:
        plainly = texts(f"story.heading_{name}")
        return texts(heading, heading=plainly) if heading else plainly

    for part in told.parts:
        if part.sentences:
            yield ""
            yield headed(part.kind.value)
        for sentence in part.sentences:
            yield f"  {sentence.text} [{', '.join(str(numbers[source]) for source in sentence.sources)}]"
    yield ""
    yield headed("sources")
    for ground in told.grounds:
        link = f" {ground.url}" if ground.url else ""
        yield f"  [{numbers[ground.id]}] {texts(f'story.kind_{ground.kind.value}')}: {ground.text}{link}"
