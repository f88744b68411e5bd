"""Asking an endpoint that may be slow, huge, broken, elsewhere, or talkative about the key."""

from __future__ import annotations

import gzip
import threading
import traceback
from http.server import BaseHTTPRequestHandler

import pytest
from stand_in import Answer, Asked, completion, saying, send, standing_in, status

from foresight.model.briefs import DraftRequest
from foresight.model.errors import DraftFailed
from foresight.model.options import DraftOptions
from foresight.scenarios.language_model import ChatCompletionsModel

KEY = "sk-very-secret-4711"
REQUEST = DraftRequest(instructions="Write.", evidence='{"evidence": []}')


def asking(url: str, **changes: object) -> ChatCompletionsModel:
    options = {"model": "tiny", "key": KEY, "connect_seconds": 2.0, "total_seconds": 5.0, **changes}
    return ChatCompletionsModel(DraftOptions(url=url, **options))


def refused(answer: Answer, **changes: object) -> str:
    """The reason an answer is no draft; no trace of it may show the key."""
    with standing_in(answer) as server, pytest.raises(DraftFailed) as caught:
        asking(server.url, **changes).draft(REQUEST)
    told = "".join(traceback.format_exception(caught.value))
    assert KEY not in told
    facts = dict(caught.value.facts)
    assert facts["host"] == "127.0.0.1"
    return facts["reason"]


def test_the_answer_comes_word_for_word_and_the_question_is_instructions_and_data_apart() -> None:
    with standing_in(saying(" {} ", finish_reason="stop")) as server:
        assert asking(server.url).draft(REQUEST) == " {} "
    (asked,) = server.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["Authorization"] == f"Bearer {KEY}"
    assert asked.body["model"] == "tiny"
    assert [(m["role"], m["content"]) for m in asked.body["messages"]] == [
        ("system", "Write."),
        ("user", '{"evidence": []}'),
    ]


def test_without_a_key_none_is_sent() -> None:
    with standing_in(saying("x")) as server:
        asking(server.url, key="").draft(REQUEST)
    assert "Authorization" not in server.asked[0].headers


@pytest.mark.parametrize("code", [400, 401, 404, 429, 500, 503])
def test_an_error_status_is_reported_by_its_number_and_never_by_its_words(code: int) -> None:
    page = f"Incorrect API key provided: {KEY}".encode()
    assert refused(status(code, page)) == f"status {code}"


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_a_redirect_is_not_followed_so_key_and_evidence_go_nowhere_else(code: int) -> None:
    with standing_in(saying("stolen")) as elsewhere:
        assert refused(status(code, Location=f"{elsewhere.url}/chat/completions")) == f"redirect {code}"
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><title>Sign in</title>",
        b"",
        b"{",
        b"null",
        b"[]",
        b'{"choices": []}',
        b'{"choices": [{"message": {}}]}',
        b'{"choices": [{"message": "hello"}]}',
        b'{"choices": ["x"]}',
        b'{"error": {"message": "no such model"}}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_what_is_no_chat_completion_is_no_draft(body: bytes) -> None:
    assert refused(status(200, body)) == "no chat completion"


@pytest.mark.parametrize("content", [None, "", "   ", 3, ["x"]])
def test_an_empty_completion_is_no_draft(content: object) -> None:
    assert refused(saying(content)) == "empty chat completion"


def test_an_answer_that_was_cut_off_is_no_draft() -> None:
    assert refused(saying("{", finish_reason="length")) == "finish_reason: length"


def test_a_huge_body_is_left_where_it_is() -> None:
    assert refused(saying("x" * 200_000), most_bytes=100_000).startswith("size")


def test_a_body_that_unpacks_to_something_huge_is_left_too() -> None:
    def bomb(handler: BaseHTTPRequestHandler, _: Asked) -> None:
        send(handler, gzip.compress(b" " * 3_000_000), **{"Content-Encoding": "gzip"})

    assert refused(bomb, most_bytes=100_000).startswith("size")


def test_a_slow_answer_ends_in_time() -> None:
    enough = threading.Event()

    def slow(handler: BaseHTTPRequestHandler, _: Asked) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(40):
            if enough.wait(0.1):
                return
            handler.wfile.write(b" ")

    try:
        assert refused(slow, total_seconds=0.5) == "timeout: 0.5 s"
    finally:
        enough.set()


def test_an_answer_that_holds_the_key_is_thrown_away() -> None:
    assert refused(saying(f"your key is {KEY}")) == "key in answer"
    escaped = completion("K").replace(b'"K"', b'"' + b"".join(b"\\u%04x" % ord(c) for c in KEY) + b'"')
    assert refused(status(200, escaped)) == "key in answer"


def test_nobody_listening_is_a_failure_too() -> None:
    with standing_in(saying("x")) as server:
        url = server.url
    with pytest.raises(DraftFailed, match="connection"):
        asking(url).draft(REQUEST)


def test_the_key_is_not_shown_with_its_options() -> None:
    assert KEY not in repr(DraftOptions(url="https://x.fi/v1", model="m", key=KEY))
