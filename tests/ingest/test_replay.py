"""Real feeds as they were over the years, served again in order of time."""

from __future__ import annotations

import json
import tarfile
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from aiohttp import web
from loopback import OPTIONS, run, serving

from foresight.ingest.collect import collect
from foresight.ingest.http import HttpFetcher
from foresight.ingest.parser_pool import ParserPool
from foresight.testing.builders import a_source
from foresight.testing.fakes import FrozenClock
from foresight.testing.stores import TemporaryArchive

pytestmark = pytest.mark.shared

FEEDS = 20
MOST_SNAPSHOTS = 12

Snapshot = dict[str, object]


@pytest.fixture(scope="module")
def snapshots(shared: Path) -> dict[str, list[tuple[datetime, Snapshot, bytes]]]:
    """The latest dozen snapshots of every fifth feed, and the bodies that were served."""
    folder = shared / "data" / "replay"
    lines = [json.loads(line) for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    names = sorted({line["feed"] for line in lines})
    chosen = set(names[:: len(names) // FEEDS][:FEEDS])
    found = defaultdict(list)
    wanted = {line["file"]: line for line in lines if line["feed"] in chosen}
    packed = pa.input_stream(str(folder / "replay_feeds.tar.zst"), compression="zstd")
    with packed as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
        for member in tar:
            line = wanted.get(member.name.removeprefix("./"))
            content = tar.extractfile(member) if line else None
            if line and content:
                at = datetime.strptime(line["ts"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
                found[line["feed"]].append((at, line, content.read()))
    return {name: sorted(several, key=lambda one: one[0])[-MOST_SNAPSHOTS:] for name, several in found.items()}


def test_real_feeds_are_stored_once_and_lose_nothing(
    snapshots: dict[str, list[tuple[datetime, Snapshot, bytes]]],
) -> None:
    archive, now_served, clock = TemporaryArchive(), dict[str, bytes](), FrozenClock()
    grown: list[tuple[Snapshot, int, int]] = []

    async def feed(request: web.Request) -> web.StreamResponse:
        return web.Response(body=now_served[request.match_info["name"]])

    async def work() -> None:
        async with (
            serving({"/{name}": feed}) as address,
            HttpFetcher(OPTIONS) as fetcher,
            ParserPool(OPTIONS) as parser,
        ):
            world = {"fetcher": fetcher, "parser": parser, "clock": clock, "options": OPTIONS, "run_id": "r"}
            for name, line in snapshots.items():
                source = a_source(name, url=f"{address}/{name}")
                for at, snapshot, body in line:
                    now_served[name] = body
                    clock.advance(at - clock.now())
                    before = archive.document_count()
                    last = archive.last_fetches()
                    async for one in collect([source], last, **world, ignore_schedule=True):  # type: ignore[arg-type]
                        with archive.transaction():
                            new, _ = archive.put_documents(one.documents)
                            archive.put_fetches([one.fetch])
                    grown.append((snapshot, new, archive.document_count() - before))

    run(work())
    assert len(snapshots) == FEEDS
    assert archive.document_count() > 300
    for snapshot, new, growth in grown:
        assert growth == new >= 0
        if snapshot["new_items"] == 0 or snapshot["items"] == 0:
            assert new == 0, snapshot["file"]
    assert sum(snapshot["new_items"] == 0 for snapshot, _, _ in grown) >= 5
