"""Runs in processes of their own, so that a test can kill them: a server that has loaded everything forks one per line.

Says "ready", then reads lines "base URL of the feeds, tab, data folder" and answers with the process id, and with its
exit status at its end. A run started from nothing spends half a minute on imports and compiling, and a kill would
mostly hit these.
"""

from __future__ import annotations

import os
import sys
import traceback
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from foresight import wiring
from foresight.demo.generator import make_world
from foresight.demo.world import world_sources
from foresight.model.options import CollectOptions, Options, ThemeOptions
from foresight.nlp.phrases import document_terms
from foresight.pipeline.runs import run_all
from foresight.testing.builders import a_document
from foresight.trends.theme_clustering import divide_into_themes
from foresight.trends.theme_model import theme_model


def run(base_url: str, data: Path) -> None:
    """One run over twelve feeds of a small world."""
    world = make_world(seed=3, weeks=4, end=datetime(2026, 11, 16, tzinfo=UTC))
    collecting = replace(CollectOptions(), private_hosts=("127.0.0.1",), host_pause=0.0, batch_feeds=3)
    options = Options(collect=collecting, encoder="lexical")
    with wiring.open_tools(data, options) as tools:
        run_all(tools, world_sources(world, base_url)[:12], wiring.real_network(options.collect), force=True)


def load() -> None:
    """Import and compile what a run needs; nothing is opened, no thread stays."""
    vectors = np.random.default_rng(0).normal(size=(80, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    labels, _ = divide_into_themes(vectors, ThemeOptions(), seed=0)
    theme_model(["some words"] * 40 + ["others"] * 40, vectors, labels=labels)
    document_terms([a_document("en", lang="en"), a_document("fi", lang="fi")])


def say(answer: object) -> None:
    sys.stdout.write(f"{answer}\n")
    sys.stdout.flush()


def serve() -> None:
    """A child per line; the server waits for its end."""
    load()
    say("ready")
    for line in sys.stdin:
        url, data = line.rstrip("\n").split("\t")
        child = os.fork()
        if not child:
            try:
                run(url, Path(data))
                os._exit(0)
            except BaseException:  # noqa: BLE001 - the child ends here, whatever happened
                traceback.print_exc()
                os._exit(1)
        say(child)
        say(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    serve()
