"""What foresight needs from the world outside, as protocols; tests put fakes in their place.

| port          | promise in one line                   | made by                    |
|---------------|---------------------------------------|----------------------------|
| Clock         | the present moment                    | `store.run_lock`           |
| Fetcher       | one polite, bounded, guarded request  | `ingest.http`              |
| Encoder       | texts to unit vectors                 | `nlp.encoders`             |
| LanguageModel | one answer to one question            | `scenarios.language_model` |
| Progress      | shows long work                       | `cli`                      |
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from foresight.model.briefs import DraftRequest
from foresight.model.documents import Floats2d
from foresight.model.sources import Request, Response


class Clock(Protocol):
    """The present moment."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...


class Progress(Protocol):
    """Shows long work to whoever waits."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """`done` of `total` items of `step` are finished; total 0 where unknown. Cheap to call often."""
        ...


class Fetcher(Protocol):
    """The network, one request at a time, safe to call from many tasks of one event loop."""

    async def fetch(self, request: Request) -> Response:
        """Ask for one URL.

        Raises:
            CollectError: unreachable, timed out, refused, too large; never anything else of the network's.
                A status of 400 and above is no error here: it is in the response.
        """
        ...


class Encoder(Protocol):
    """Texts to vectors."""

    @property
    def name(self) -> str:
        """Name and version; vectors are kept under it."""
        ...

    @property
    def dim(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Floats2d:
        """``(len(texts), dim)`` float32, rows of length 1. The same text gives the same row.

        Raises:
            EncoderUnavailable: its package is not installed here.
        """
        ...


class LanguageModel(Protocol):
    """A language model that may draft a story. What it answers is checked by whoever asks."""

    @property
    def model(self) -> str:
        """Its name, shown wherever its draft is."""
        ...

    def draft(self, request: DraftRequest) -> str:
        """Its answer, word for word. Blocks, within limits of time and size.

        Raises:
            DraftFailed: no answer, or none of the agreed form; never anything else of the network's.
        """
        ...
