"""The composition root: the only place that knows which store, network, encoder and clock stand behind the ports."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from foresight.collect.http import HttpFetcher
from foresight.collect.parsing import Parser, ParserPool
from foresight.drafting.chat import ChatDrafter
from foresight.embed.e5 import E5Encoder
from foresight.embed.lexical import LexicalEncoder
from foresight.embed.sentences import SentenceEncoder
from foresight.pipeline.runs import OpenNetwork
from foresight.pipeline.tools import Tools
from foresight.ports import Clock, Encoder, Fetcher, Progress
from foresight.records import CollectOptions, Decision, Options
from foresight.scenarios.story_draft import Drafter
from foresight.services.desks import Services, desks
from foresight.services.examining import Finding
from foresight.services.examining import examine as examine_data
from foresight.services.replay import ReplayDesk
from foresight.settings import Settings, defaults, drafting, load
from foresight.store.archive import DuckArchive
from foresight.store.ledger import SqliteLedger
from foresight.store.lock import RunLock
from foresight.store.publish import GenerationFolder

WORK, LEDGER, LOCK = "work.duckdb", "ledger.sqlite", "run.lock"


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class OpenedNetwork:
    """The real network: aiohttp, and parsing in a process that can be killed."""

    fetcher: Fetcher
    parser: Parser


def silent(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def settings(path: Path) -> Settings:
    """feeds.yaml and the environment."""
    return load(path, os.environ)


def options() -> Options:
    """The options of the environment, where no settings file is read."""
    return defaults(os.environ)


def build(data: Path, *, clock: Clock | None = None) -> Services:
    """All that one can do with a data folder, for the app and the commands that read.

    Args:
        data: the folder, made where absent.
        clock: when things are kept, opened and due; the machine's where none is given.
    """
    data.mkdir(parents=True, exist_ok=True)
    generations = GenerationFolder(data, keep=options().keep_generations)
    return desks(generations, SqliteLedger(data / LEDGER, clock=clock), clock or SystemClock(), drafter=drafter())


def drafter() -> Drafter | None:
    """The language model that the environment names, None where it names none."""
    found = drafting(os.environ)
    return ChatDrafter(found) if found else None


def replay_desk(data: Path, chosen: Options, *, progress: Progress) -> ReplayDesk:
    """Lists of signals, now and in the past, by the thresholds that the options set."""
    return ReplayDesk(GenerationFolder(data, keep=chosen.keep_generations), chosen, progress)


def examine(data: Path) -> tuple[Finding, ...]:
    """Whether archive, generation and ledger of a folder are whole."""
    generations = GenerationFolder(data, keep=options().keep_generations)

    def archive() -> DuckArchive:
        with RunLock(data / LOCK):
            return DuckArchive(data / WORK)

    return examine_data(data / WORK, archive, generations, lambda: SqliteLedger(data / LEDGER))


def encoder_of(options: Options) -> Encoder:
    """The encoder that the options name."""
    makers: dict[str, Callable[[], Encoder]] = {
        "e5": E5Encoder,
        "sentences": SentenceEncoder,
        "lexical": LexicalEncoder,
    }
    return makers[options.encoder]()


@contextmanager
def open_tools(
    data: Path,
    options: Options,
    *,
    progress: Progress = silent,
    clock: Clock | None = None,
    encoder: Encoder | None = None,
) -> Iterator[Tools]:
    """The pipeline's tools, alone with the working archive until the context ends.

    Raises:
        RunLocked: another run is at work.
        StoreError: the archive cannot be opened.
    """
    data.mkdir(parents=True, exist_ok=True)
    with RunLock(data / LOCK, wait=options.lock_wait):
        archive = DuckArchive(data / WORK)
        try:
            yield Tools(
                archive=archive,
                generations=GenerationFolder(data, keep=options.keep_generations),
                encoder=encoder or encoder_of(options),
                clock=clock or SystemClock(),
                options=options,
                progress=progress,
                decisions=lambda: _decisions(data / LEDGER),
            )
        finally:
            archive.close()


def _decisions(path: Path) -> Sequence[Decision]:
    """What people decided, nothing where nobody ever did."""
    if not path.exists():
        return ()
    with closing(SqliteLedger(path)) as ledger:
        return ledger.decisions()


def network(options: CollectOptions) -> OpenNetwork:
    """How a run opens the real network."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[OpenedNetwork]:
        async with HttpFetcher(options) as fetcher, ParserPool(options) as parser:
            yield OpenedNetwork(fetcher, parser)
        # aiohttp closes its transports on the next turn of the loop
        await asyncio.sleep(0)

    return opened
