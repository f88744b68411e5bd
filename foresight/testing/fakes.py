"""Time, network and vectors that do the same every time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np

from foresight.model.documents import Floats2d
from foresight.model.errors import CollectError, Unreachable
from foresight.model.sources import Request, Response
from foresight.testing.builders import NOW

CannedAnswer = Response | CollectError
_WORD = re.compile(r"\w+")


class FrozenClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, at: datetime = NOW) -> None:
        self._at = at

    def now(self) -> datetime:
        """The moment it stands at."""
        return self._at

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self._at += by


class CannedFetcher:
    """A network of prepared answers.

    An answer is a response, an error to raise, or a sequence of both given in turn, the last one for ever.
    A URL without an answer is `Unreachable`.

    Attributes:
        requests: what was asked, in order.
    """

    def __init__(self, answers: Mapping[str, CannedAnswer | Sequence[CannedAnswer]]) -> None:
        self._answers = {
            url: [answer] if isinstance(answer, Response | CollectError) else list(answer)
            for url, answer in answers.items()
        }
        self.requests: list[Request] = []

    async def fetch(self, request: Request) -> Response:
        """The prepared answer.

        Raises:
            CollectError: the one that was prepared, or `Unreachable`.
        """
        self.requests.append(request)
        answers = self._answers.get(request.url)
        if not answers:
            raise Unreachable(url=request.url, reason="no answer was prepared")
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, CollectError):
            raise answer
        return answer


class HashEncoder:
    """Bags of words hashed to signed dimensions: texts that share words lie near each other, in any language."""

    def __init__(self, dim: int = 64) -> None:
        self._dim = dim
        self._places: dict[str, tuple[int, float]] = {}

    @property
    def name(self) -> str:
        """Says the dimension too: vectors of two of them never meet."""
        return f"hash-{self._dim}"

    @property
    def dim(self) -> int:
        """64 where no other was given."""
        return self._dim

    def encode(self, texts: Sequence[str]) -> Floats2d:
        """``(len(texts), dim)`` float32, rows of length 1; a text without words points along the first axis."""
        rows = np.zeros((len(texts), self._dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in _WORD.findall(text.casefold()):
                place, sign = self._place(word)
                row[place] += sign
            if not row.any():
                row[0] = 1.0
        lengths: Floats2d = np.linalg.norm(rows, axis=1, keepdims=True)
        return (rows / lengths).astype(np.float32)

    def _place(self, word: str) -> tuple[int, float]:
        if word not in self._places:
            digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
            number = int.from_bytes(digest, "big")
            self._places[word] = ((number >> 1) % self._dim, 1.0 if number & 1 else -1.0)
        return self._places[word]
