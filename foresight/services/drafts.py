"""A language model's draft of a story, where the settings name one: shown beside the story, kept nowhere."""

from __future__ import annotations

from foresight.errors import DrafterNotSet
from foresight.records import StoryDraft
from foresight.scenarios.story_draft import Drafter, checked_draft, draft_request
from foresight.services.story import StoryDesk


class DraftDesk:
    """Asks for drafts and lets through only what cites what is there."""

    def __init__(self, story: StoryDesk, drafter: Drafter | None = None) -> None:
        self._story, self._drafter = story, drafter

    @property
    def model(self) -> str:
        """The language model that the settings name, "" where they name none."""
        return self._drafter.model if self._drafter else ""

    def draft(self, scenario_id: str, *, which: str = "", lang: str) -> StoryDraft:
        """What the model makes of the material of a story; arguments as `StoryDesk.tell`.

        Raises:
            DrafterNotSet: the settings name no model.
            DraftFailed: it does not answer, or not as it should.
            DraftRefused: its draft says or cites what is not there.
            NotFound and the others: as `StoryDesk.tell`.
        """
        if self._drafter is None:
            raise DrafterNotSet(expected="FORESIGHT_DRAFT_URL, FORESIGHT_DRAFT_MODEL")
        asked = draft_request(self._story.material(scenario_id, which=which), lang=lang)
        return checked_draft(self._drafter.draft(asked.request), asked, model=self._drafter.model)
