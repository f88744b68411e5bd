"""Laws: what is kept comes back exactly, and keeping it again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from operator import attrgetter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from record_strategies import (
    ASSIGNMENT,
    CUE,
    DECISION,
    DOCUMENT,
    ENGINE,
    ENTITY,
    FETCH,
    LINEAGE,
    RUN,
    SCENARIO,
    SIGNAL,
    SOURCE,
    TERMS,
    TOPIC,
    TREND,
    one_each,
    series,
)

from foresight.model.documents import EncodedTexts
from foresight.store import json_documents
from foresight.store.archive import Archive
from foresight.store.ledger import Ledger
from foresight.testing.fakes import FrozenClock
from foresight.testing.stores import TemporaryArchive

MODEST = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """One archive for all examples; each example rolls back."""
    archive = Archive(tmp_path_factory.mktemp("laws") / "work.duckdb")
    yield archive
    archive.close()


class RollBack(Exception):  # noqa: N818 - it is no error
    pass


class Trial:
    """A transaction that never stays."""

    def __init__(self, archive: Archive) -> None:
        self._transaction = archive.transaction()

    def __enter__(self) -> None:
        self._transaction.__enter__()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        told = error or RollBack()
        with suppress(RollBack):
            self._transaction.__exit__(type(told), told, told.__traceback__)


@MODEST
@given(documents=st.lists(DOCUMENT, max_size=5), again=st.lists(DOCUMENT, max_size=5))
def test_the_archive_on_disk_keeps_documents_as_the_one_in_memory_does(kept, documents, again) -> None:
    memory = TemporaryArchive()
    with Trial(kept), memory.transaction():
        for given_ in (documents, again, again):
            assert kept.put_documents(given_) == memory.put_documents(given_)
            assert kept.documents() == memory.documents()
            assert kept.unenriched(limit=9) == memory.unenriched(limit=9)
        assert kept.put_documents(again) == (0, 0) or len({d.id for d in again}) < len(again)


@MODEST
@given(documents=one_each(DOCUMENT, "id"), stories=st.booleans(), until=DOCUMENT)
def test_the_corpus_on_disk_is_the_one_in_memory(kept, documents, stories, until) -> None:
    memory = TemporaryArchive()
    hashes = tuple({document.text_hash for document in documents})
    vectors = np.arange(len(hashes) * 3, dtype=np.float32).reshape(-1, 3)
    with Trial(kept), memory.transaction():
        for archive in (kept, memory):
            archive.put_documents(documents)
            archive.put_enrichment(documents)
            archive.put_stories([(d.id, documents[0].id) for d in documents if stories])
            archive.put_vectors(EncodedTexts(hashes=hashes, vectors=vectors, encoder="e"))
        for bounds in ({}, {"until": until.published}, {"since": until.published}):
            found, expected = kept.corpus("e", **bounds), memory.corpus("e", **bounds)
            assert repr(found) == repr(expected)
            assert found.vectors.tolist() == expected.vectors.tolist()


@MODEST
@given(documents=st.lists(DOCUMENT, max_size=5, unique_by=attrgetter("id")), words=st.text(max_size=2))
def test_search_on_disk_finds_what_it_finds_in_memory(kept, documents, words) -> None:
    memory = TemporaryArchive()
    plain = "".join(letter for letter in words if letter.isascii())
    with Trial(kept), memory.transaction():
        kept.put_documents(documents)
        memory.put_documents(documents)
        assert kept.search(plain) == memory.search(plain)


@MODEST
@given(sources=one_each(SOURCE, "id"), fetches=st.lists(FETCH, max_size=5))
def test_sources_and_fetches_come_back_exactly(kept, sources, fetches) -> None:
    memory = TemporaryArchive()
    with Trial(kept), memory.transaction():
        for archive in (kept, memory):
            archive.put_sources(sources)
            archive.put_fetches(fetches)
        assert kept.sources() == memory.sources() == tuple(sorted(sources, key=attrgetter("id")))
        assert kept.last_fetches() == memory.last_fetches()
        for source_id in {fetch.source_id for fetch in fetches}:
            assert kept.fetches(source_id) == memory.fetches(source_id)


@MODEST
@given(terms=one_each(TERMS, "document_id"), entities=st.lists(ENTITY, max_size=5))
def test_terms_and_entities_come_back_exactly(kept, terms, entities) -> None:
    memory = TemporaryArchive()
    names = [each.document_id for each in (*terms, *entities)]
    with Trial(kept), memory.transaction():
        for archive in (kept, memory):
            archive.put_terms(terms, entities)
        assert kept.terms(names) == memory.terms(names) == tuple(sorted(terms, key=attrgetter("document_id")))
        assert kept.entities(names) == memory.entities(names)


@MODEST
@given(runs=one_each(RUN, "id"))
def test_runs_and_their_steps_come_back_exactly(kept, runs) -> None:
    memory = TemporaryArchive()
    with Trial(kept), memory.transaction():
        for archive in (kept, memory):
            for run in runs:
                archive.put_run(run)
        assert kept.runs() == memory.runs()
        assert kept.latest_analysis() == memory.latest_analysis()
        for name in {step.step for run in runs for step in run.steps}:
            assert kept.last_step(name) == memory.last_step(name)


@MODEST
@given(
    trends=one_each(TREND, "id"),
    counts=one_each(series(), "trend_id"),
    signals=st.lists(SIGNAL, max_size=5),
    lineage=st.lists(LINEAGE, max_size=5),
    assignments=st.lists(ASSIGNMENT, max_size=5),
)
def test_an_analysis_comes_back_exactly(kept, trends, counts, signals, lineage, assignments) -> None:
    memory = TemporaryArchive()
    with Trial(kept), memory.transaction():
        for archive in (kept, memory):
            archive.put_analysis("run-1", trends, counts, signals, lineage, assignments)
        assert repr(kept.trends()) == repr(memory.trends())
        assert kept.series() == memory.series()
        assert kept.signals() == memory.signals()
        assert kept.lineage() == memory.lineage() == tuple(lineage)
        for owner_id in {each.owner_id for each in assignments}:
            assert kept.assignments(owner_id) == memory.assignments(owner_id)


@MODEST
@given(cues=one_each(CUE, "word"))
def test_cues_come_back_exactly(kept, cues) -> None:
    memory = TemporaryArchive()
    with Trial(kept), memory.transaction():
        for archive in (kept, memory):
            archive.put_cues("run-1", cues)
        assert kept.cues() == memory.cues()


@MODEST
@given(topics=one_each(TOPIC, "id"), state=ENGINE)
def test_themes_and_the_state_of_assignment_come_back_exactly(kept, topics, state) -> None:
    memory = TemporaryArchive()
    with Trial(kept), memory.transaction():
        for archive in (kept, memory):
            archive.put_themes(topics, [])
            archive.put_clustering_state(state)
        assert kept.topics() == memory.topics()
        assert repr(kept.clustering_state()) == repr(state)


@MODEST
@given(scenario=SCENARIO)
def test_a_scenario_survives_its_document(scenario) -> None:
    assert json_documents.scenario_from_json(json_documents.scenario_to_json(scenario)) == scenario


@MODEST
@given(decisions=st.lists(DECISION, min_size=1, max_size=4), scenario=SCENARIO)
def test_the_ledger_gives_back_what_people_said(tmp_path: Path, decisions, scenario) -> None:
    clock = FrozenClock()
    ledger = Ledger(tmp_path / "ledger.sqlite", clock=clock)
    before = len(ledger.decisions())
    kept = [ledger.append(decision) for decision in decisions]
    assert ledger.decisions()[before:] == tuple(kept)
    assert [replace(decision, seq=0) for decision in kept] == decisions
    rev = len(ledger.revisions(scenario.id))
    saved = ledger.save_scenario(replace(scenario, rev=rev))
    assert saved == replace(scenario, rev=rev + 1, saved=clock.now())
    assert ledger.scenario(scenario.id) == saved
    ledger.close()
