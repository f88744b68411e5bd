"""A language model's endpoint on loopback that answers, or misbehaves, as a test tells it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Asked:
    """What the endpoint was asked: path, headers, JSON body."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class StandIn:
    """A running endpoint. `answer` acts on the handler of each request."""

    url: str
    asked: list[Asked] = field(default_factory=list)


Answer = Callable[[BaseHTTPRequestHandler, Asked], None]


def send(handler: BaseHTTPRequestHandler, body: bytes, *, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def completion(content: object, **choice: object) -> bytes:
    """The body of a chat completion."""
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": content}, **choice}]}).encode()


def saying(content: object, **choice: object) -> Answer:
    return lambda handler, _: send(handler, completion(content, **choice))


def status(code: int, body: bytes = b"", **headers: str) -> Answer:
    return lambda handler, _: send(handler, body, status=code, **headers)


@contextmanager
def standing_in(answer: Answer) -> Iterator[StandIn]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            asked = Asked(self.path, dict(self.headers), json.loads(self.rfile.read(length) or b"{}"))
            made.asked.append(asked)
            try:
                answer(self, asked)
            except OSError:
                self.close_connection = True  # the asker has gone, as it may

        def do_GET(self) -> None:
            made.asked.append(Asked(self.path, dict(self.headers), {}))
            send(self, b"{}")

        def log_message(self, *_: object) -> None:
            """A test watches what was asked, not a log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made = StandIn(url=f"http://127.0.0.1:{server.server_address[1]}/v1")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
