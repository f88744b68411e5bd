"""One run in a process of its own, so that a test can kill it: feeds' base URL and data folder come as arguments.

Says "done" at the end.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from foresight import wiring
from foresight.demo.generator import make_world
from foresight.demo.world import world_sources
from foresight.model.options import CollectOptions, Options
from foresight.pipeline.runs import run_all


def main(base_url: str, data: Path) -> None:
    world = make_world(seed=3, weeks=4, end=datetime(2026, 11, 16, tzinfo=UTC))
    collecting = replace(CollectOptions(), private_hosts=("127.0.0.1",), host_pause=0.0, batch_feeds=3)
    options = Options(collect=collecting, encoder="lexical")
    with wiring.open_tools(data, options) as tools:
        run_all(tools, world_sources(world, base_url)[:12], wiring.real_network(options.collect), force=True)
    sys.stdout.write("done\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
