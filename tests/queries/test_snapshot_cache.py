"""One answer comes from one generation, whatever is published meanwhile."""

from __future__ import annotations

import threading

import pytest

from foresight.model.errors import NothingPublished
from foresight.queries.snapshot_cache import SnapshotCache
from foresight.testing.stores import TemporaryArchive, TemporaryGenerations


def test_without_a_publication_the_desk_says_so() -> None:
    with pytest.raises(NothingPublished), SnapshotCache(TemporaryGenerations()).open_reader():
        pass


def test_a_block_keeps_its_generation_even_when_it_opens_another_inside(
    world: TemporaryArchive, generations: TemporaryGenerations
) -> None:
    cache = SnapshotCache(generations)
    with cache.open_reader() as outer:
        generations.publish(world)
        with cache.open_reader() as inner:
            assert inner.generation == outer.generation == 1
        assert cache.trends().stamp.generation == 1
    with cache.open_reader() as later:
        assert later.generation == 2


def test_a_new_generation_is_read_anew(world: TemporaryArchive, generations: TemporaryGenerations) -> None:
    cache = SnapshotCache(generations)
    assert cache.cached("number", lambda reader: reader.generation) == 1
    assert cache.cached("number", lambda reader: -reader.generation) == 1
    generations.publish(world)
    assert cache.cached("number", lambda reader: reader.generation) == 2


def test_a_closed_cache_opens_again(generations: TemporaryGenerations) -> None:
    cache = SnapshotCache(generations)
    with cache.open_reader():
        pass
    cache.close()
    cache.close()
    with cache.open_reader() as reader:
        assert reader.document_count() > 0


def test_threads_take_turns(generations: TemporaryGenerations) -> None:
    cache, inside, most = SnapshotCache(generations), [0], [0]

    def read() -> None:
        for _ in range(20):
            with cache.open_reader() as reader:
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
