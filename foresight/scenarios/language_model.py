"""One question to an OpenAI-compatible endpoint (``POST …/chat/completions``), bounded in time and size.

The answer comes from a stranger: no redirect is followed, so that key and evidence go nowhere else; the words of an
error page are never shown, because some servers repeat the key in them; an answer that holds the key is thrown away.
"""

from __future__ import annotations

import asyncio
import json

import aiohttp
from yarl import URL

from foresight.model.briefs import DraftRequest
from foresight.model.errors import DraftFailed
from foresight.model.options import DraftOptions

_CHUNK_BYTES = 65_536
_FIRST_ERROR = 400
_FIRST_REDIRECT = 300


class ChatCompletionsModel:
    """A `LanguageModel` on aiohttp. No cookies, no proxies of the environment."""

    def __init__(self, options: DraftOptions) -> None:
        self._options = options

    @property
    def model(self) -> str:
        """The model's name, as the settings give it."""
        return self._options.model

    def draft(self, request: DraftRequest) -> str:
        """See `LanguageModel`."""
        try:
            body = asyncio.run(self._ask(request))
        except TimeoutError as error:  # aiohttp's timeouts are its subclasses
            raise self._failed(f"timeout: {self._options.total_seconds:g} s") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise self._failed(f"connection: {type(error).__name__}") from error
        return self._content(body)

    async def _ask(self, request: DraftRequest) -> bytes:
        limits = aiohttp.ClientTimeout(total=self._options.total_seconds, sock_connect=self._options.connect_seconds)
        async with (
            aiohttp.ClientSession(
                timeout=limits, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, headers=self._headers()
            ) as session,
            session.post(
                f"{self._options.url}/chat/completions", json=self._question(request), allow_redirects=False
            ) as answer,
        ):
            if answer.status >= _FIRST_ERROR:
                raise self._failed(f"status {answer.status}")
            if answer.status >= _FIRST_REDIRECT:
                raise self._failed(f"redirect {answer.status}")
            return await self._body(answer)

    def _headers(self) -> dict[str, str]:
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate"}
        return headers | ({"Authorization": f"Bearer {self._options.key}"} if self._options.key else {})

    def _question(self, request: DraftRequest) -> dict[str, object]:
        """What every compatible endpoint understands, and no more: some refuse a temperature or a form of answer."""
        return {
            "model": self._options.model,
            "stream": False,
            "messages": [
                {"role": "system", "content": request.instructions},
                {"role": "user", "content": request.evidence},
            ],
        }

    async def _body(self, answer: aiohttp.ClientResponse) -> bytes:
        """The decoded body. The limit is on what is unpacked; the length a server states is not believed."""
        body = bytearray()
        async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
            body += chunk
            if len(body) > self._options.most_bytes:
                raise self._failed(f"size: > {self._options.most_bytes} B")
        return bytes(body)

    def _content(self, body: bytes) -> str:
        """The text of the first choice, where it was finished."""
        if self._options.key and self._options.key.encode() in body:
            raise self._failed("key in answer")
        try:
            choice = json.loads(body.decode("utf-8"))["choices"][0]
            content, ended = choice["message"]["content"], choice.get("finish_reason")
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise self._failed("no chat completion") from error
        if not isinstance(content, str) or not content.strip():
            raise self._failed("empty chat completion")
        if ended == "length":
            raise self._failed("finish_reason: length")
        if self._options.key and self._options.key in content:  # written with escapes, it hides from the look above
            raise self._failed("key in answer")
        return content

    def _failed(self, reason: str) -> DraftFailed:
        return DraftFailed(host=URL(self._options.url).host or "–", reason=reason)
