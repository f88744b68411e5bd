"""One answer comes from one generation, whatever is published meanwhile."""

from __future__ import annotations

import threading

import pytest

from foresight.model.errors import NothingPublished
from foresight.queries.snapshot_cache import SnapshotCache
from foresight.testing.stores import TemporaryArchive, TemporaryGenerations


def test_without_a_publication_the_desk_says_so() -> None:
    with pytest.raises(NothingPublished), SnapshotCache(TemporaryGenerations()).reading():
        pass


def test_a_block_keeps_its_generation_even_when_it_opens_another_inside(
    world: TemporaryArchive, generations: TemporaryGenerations
) -> None:
    shelf = SnapshotCache(generations)
    with shelf.reading() as outer:
        generations.publish(world)
        with shelf.reading() as inner:
            assert inner.generation == outer.generation == 1
        assert shelf.measured().stamp.generation == 1
    with shelf.reading() as later:
        assert later.generation == 2


def test_a_new_generation_is_read_anew(world: TemporaryArchive, generations: TemporaryGenerations) -> None:
    shelf = SnapshotCache(generations)
    assert shelf.once("number", lambda reader: reader.generation) == 1
    assert shelf.once("number", lambda reader: -reader.generation) == 1
    generations.publish(world)
    assert shelf.once("number", lambda reader: reader.generation) == 2


def test_a_closed_shelf_opens_again(generations: TemporaryGenerations) -> None:
    shelf = SnapshotCache(generations)
    with shelf.reading():
        pass
    shelf.close()
    shelf.close()
    with shelf.reading() as reader:
        assert reader.document_count() > 0


def test_threads_take_turns(generations: TemporaryGenerations) -> None:
    shelf, inside, most = SnapshotCache(generations), [0], [0]

    def read() -> None:
        for _ in range(20):
            with shelf.reading() as reader:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                reader.document_count()
                inside[0] -= 1

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
