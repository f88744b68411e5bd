"""The process that parses feeds: started by `parser_pool`, fed over its standard input, killed when it takes too long.

Both ways: 4 bytes of length (big-endian), then as many bytes. In come a JSON line (url, content_type) and the body; out
comes JSON. It imports the parser and nothing else that is large, so that a new one is ready in a fraction of a second.

    python -m foresight.ingest.parser_process MAX_ENTRIES MAX_BYTES SECONDS MEMORY_BYTES
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import struct
import sys
from typing import BinaryIO

from foresight.ingest.body_checks import NotAFeed, checked_body, feed_links
from foresight.ingest.json_feed import read_json_feed
from foresight.ingest.parsed_feed import WALL_CLOCK_FACTOR, ParsedFeed, feed_to_json
from foresight.ingest.xml_feed import read_xml_feed

FEED, REFUSED, OUT_OF_MEMORY = b"F", b"R", b"M"
GRACE_SECONDS = 5


def main(arguments: list[str]) -> int:
    """Answer until the input ends. Ends itself after running out of memory: what is left may be torn."""
    max_entries, max_bytes, seconds, memory = (int(argument) for argument in arguments)
    incoming, outgoing = _private_pipes()
    _limit_memory(memory)
    while frame := _receive(incoming):
        _limit_time(seconds)
        try:
            answer = _answer(frame, max_entries, max_bytes)
        except MemoryError:
            _send(outgoing, OUT_OF_MEMORY)
            return 1
        _limit_time(0)
        _send(outgoing, answer)
    return 0


def parse_feed(body: bytes, *, url: str, content_type: str, max_entries: int, max_bytes: int) -> ParsedFeed:
    """Guard, then read.

    Raises:
        NotAFeed: it is something else, or broken beyond reading.
    """
    guarded = checked_body(body, content_type=content_type, limit=max_bytes)
    if guarded.kind == "json":
        return read_json_feed(guarded.body, url=url, max_entries=max_entries)
    return read_xml_feed(guarded.body, url=url, max_entries=max_entries)


def _answer(frame: bytes, max_entries: int, max_bytes: int) -> bytes:
    head, _, body = frame.partition(b"\n")
    header = json.loads(head)
    try:
        feed = parse_feed(body, **header, max_entries=max_entries, max_bytes=max_bytes)
    except NotAFeed as wrong:
        links = feed_links(body) if wrong.found == "html" else ()
        return REFUSED + json.dumps({"found": wrong.found, "reason": wrong.reason, "links": links}).encode()
    return FEED + feed_to_json(feed)


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes, out of the way of anything that might print."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return incoming, outgoing


def _limit_time(seconds: int) -> None:
    """End this process after so much computing; 0 lifts the limit. A regular expression cannot hold it up.

    The alarm is for the case that the parent dies first and nobody else would end a hanging parse.
    """
    if sys.platform == "win32":
        return
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.alarm(seconds * WALL_CLOCK_FACTOR + GRACE_SECONDS if seconds else 0)


def _limit_memory(limit: int) -> None:
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - absent on Windows

    with contextlib.suppress(ValueError, OSError):  # macOS refuses limits of address space
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _receive(incoming: BinaryIO) -> bytes:
    head = incoming.read(4)
    return incoming.read(struct.unpack(">I", head)[0]) if len(head) == 4 else b""  # noqa: PLR2004 - the length's length


def _send(outgoing: BinaryIO, answer: bytes) -> None:
    outgoing.write(struct.pack(">I", len(answer)) + answer)
    outgoing.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
