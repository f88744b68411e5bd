"""Serves the demonstration world as feeds on the loopback, as they stood at a moment one can set."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Self

from foresight.sample.answers import Answer, Asked, answer, newsstand
from foresight.sample.parts import World

LOOPBACK = "127.0.0.1"


class FeedServer:
    """A server in a thread of its own, for the length of a ``with`` block.

    Attributes:
        now: the moment whose feeds it serves, aware; set it to let time pass. At first the world's end.
        statuses: how many answers of each HTTP status it has given.
    """

    def __init__(self, world: World, *, now: datetime | None = None) -> None:
        self._stand = newsstand(world)
        self.now = now or world.end
        self.statuses: Counter[int] = Counter()
        self._broke_off = False
        self._lock = Lock()
        self._http: ThreadingHTTPServer | None = None
        self._thread: Thread | None = None

    @property
    def base_url(self) -> str:
        """Where it listens, without a slash at the end; "" before it was started."""
        return f"http://{LOOPBACK}:{self._http.server_address[1]}" if self._http else ""

    def reply(self, asked: Asked) -> Answer:
        """Answer one request, as of `now`. Safe to call from many threads."""
        with self._lock:
            given = answer(self._stand, asked, now=self.now, broke_off=self._broke_off)
            self._broke_off = self._broke_off or given.is_broken_off
            self.statuses[given.status] += 1
        return given

    def __enter__(self) -> Self:
        self._http = ThreadingHTTPServer((LOOPBACK, 0), _handler(self))
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http is None or self._thread is None:
            return
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
        self._http = None


def _handler(server: FeedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One connection."""

        protocol_version = "HTTP/1.1"
        # Without it, headers and body of a small answer wait for each other's acknowledgement.
        disable_nagle_algorithm = True
        timeout = 5

        def do_GET(self) -> None:
            asked = Asked(path=self.path, headers={name.lower(): value for name, value in self.headers.items()})
            given = server.reply(asked)
            self.send_response(given.status)
            for name, value in given.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(given.body)))
            self.end_headers()
            self.wfile.write(given.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class names it
            """Say nothing: the caller reads `statuses`."""

    return Handler
