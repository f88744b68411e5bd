"""Laws: what is kept comes back exactly, and keeping it again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from math import floor
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

from foresight.model.documents import Document, EncodedTexts
from foresight.model.runs import RunStatus
from foresight.model.scenarios import Scenario
from foresight.store import json_documents
from foresight.store.archive import Archive
from foresight.store.ledger import Ledger
from foresight.testing.fakes import FrozenClock

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
        reason = error or RollBack()
        with suppress(RollBack):
            self._transaction.__exit__(type(reason), reason, reason.__traceback__)


@MODEST
@given(documents=st.lists(DOCUMENT, max_size=5), again=st.lists(DOCUMENT, max_size=5))
def test_documents_come_back_as_first_given_with_the_words_of_the_last_change(kept, documents, again) -> None:
    expected: dict[str, Document] = {}
    with Trial(kept):
        for given_ in (documents, again, again):
            counts = [0, 0]
            for document in {each.id: each for each in reversed(given_)}.values():
                known = expected.get(document.id)
                if known is None:
                    counts[0] += 1
                    expected[document.id] = document
                elif known.content_hash != document.content_hash:
                    counts[1] += 1
                    words = {name: getattr(document, name) for name in ("title", "text", "url", "content_hash")}
                    expected[document.id] = replace(known, **words, clean_title="", text_hash="", story_id="")
            assert kept.put_documents(given_) == tuple(counts)
            by_id = sorted(expected.values(), key=attrgetter("id"))
            assert kept.documents() == tuple(sorted(by_id, key=attrgetter("published")))
            assert kept.unenriched(limit=99) == tuple(sorted(by_id, key=attrgetter("available")))


@MODEST
@given(documents=one_each(DOCUMENT, "id"), stories=st.booleans(), until=DOCUMENT)
def test_the_corpus_holds_what_was_available_in_its_bounds(kept, documents, stories, until) -> None:
    hashes = tuple({document.text_hash for document in documents})
    vectors = np.arange(len(hashes) * 3, dtype=np.float32).reshape(-1, 3)
    vector_of = dict(zip(hashes, vectors.tolist(), strict=True))
    with Trial(kept):
        kept.put_documents(documents)
        kept.put_enrichment(documents)
        kept.put_stories([(d.id, documents[0].id) for d in documents if stories])
        kept.put_vectors(EncodedTexts(hashes=hashes, vectors=vectors, encoder="e"))
        for since, end in ((None, None), (None, until.published), (until.published, None)):
            inside = [d for d in documents if (not since or d.available >= since) and (not end or d.available < end)]
            expected = sorted(sorted(inside, key=attrgetter("id")), key=attrgetter("available"))
            found = kept.corpus("e", since=since, until=end)
            assert found.ids == tuple(d.id for d in expected)
            assert found.titles == tuple(d.clean_title for d in expected)
            assert found.texts == tuple(d.text for d in expected)
            assert found.langs == tuple(d.lang for d in expected)
            assert [found.source_ids[place] for place in found.sources] == [d.source_id for d in expected]
            assert found.published.tolist() == [floor(d.published.timestamp()) for d in expected]
            assert found.vectors.tolist() == [vector_of[d.text_hash] for d in expected]
            names = [documents[0].id if stories else d.story_id or d.id for d in expected]
            assert found.stories.tolist() == [names.index(name) for name in names]


@MODEST
@given(documents=st.lists(DOCUMENT, max_size=5, unique_by=attrgetter("id")), words=st.text(max_size=2))
def test_search_finds_every_word_in_either_case_latest_first(kept, documents, words) -> None:
    ascii_words = "".join(letter for letter in words if letter.isascii() and letter.isprintable())
    with Trial(kept):
        kept.put_documents(documents)
        found = kept.search(ascii_words)
        assert list(found) == sorted(found, key=lambda d: (d.published, d.id), reverse=True)
        for document in documents:
            text = f"{document.title}\n{document.text}"
            if all(word in text for word in ascii_words.split()):
                assert document in found
            if document in found:
                assert all(word.lower() in text.lower() for word in ascii_words.split())


@MODEST
@given(sources=one_each(SOURCE, "id"), fetches=st.lists(FETCH, max_size=5))
def test_sources_and_fetches_come_back_exactly(kept, sources, fetches) -> None:
    with Trial(kept):
        kept.put_sources(sources)
        kept.put_fetches(fetches)
        assert kept.sources() == tuple(sorted(sources, key=attrgetter("id")))
        latest = [
            sorted((each for each in fetches if each.source_id == source_id), key=attrgetter("at"))
            for source_id in sorted({fetch.source_id for fetch in fetches})
        ]
        no_tags = {"etag": "", "last_modified": ""}
        expected = [replace(each[-1], **no_tags) for each in latest]
        assert [replace(each, **no_tags) for each in kept.last_fetches()] == expected
        for asked in latest:
            assert kept.fetches(asked[0].source_id) == tuple(reversed(asked))


@MODEST
@given(terms=one_each(TERMS, "document_id"), entities=st.lists(ENTITY, max_size=5))
def test_terms_and_entities_come_back_exactly(kept, terms, entities) -> None:
    names = [each.document_id for each in (*terms, *entities)]
    with Trial(kept):
        kept.put_terms(terms, entities)
        assert kept.terms(names) == tuple(sorted(terms, key=attrgetter("document_id")))
        assert kept.entities(names) == tuple(sorted(set(entities), key=attrgetter("document_id", "name", "kind")))


@MODEST
@given(runs=one_each(RUN, "id"))
def test_runs_and_their_steps_come_back_exactly(kept, runs) -> None:
    latest_first = sorted(runs, key=attrgetter("id"), reverse=True)
    analyses = [run for run in latest_first if run.status is RunStatus.DONE and run.as_of]
    with Trial(kept):
        for run in runs:
            kept.put_run(run)
        assert kept.runs() == tuple(latest_first)
        assert kept.latest_analysis() == (analyses[0] if analyses else None)
        for name in {step.step for run in runs for step in run.steps}:
            found = [step for run in latest_first for step in reversed(run.steps) if step.step == name]
            assert kept.last_step(name) == found[0]


@MODEST
@given(
    trends=one_each(TREND, "id"),
    counts=one_each(series(), "trend_id"),
    signals=st.lists(SIGNAL, max_size=5),
    lineage=st.lists(LINEAGE, max_size=5),
    assignments=st.lists(ASSIGNMENT, max_size=5),
)
def test_an_analysis_comes_back_exactly(kept, trends, counts, signals, lineage, assignments) -> None:
    by_rank = sorted(trends, key=lambda trend: (trend.rank == 0, trend.rank, trend.id))
    last_said = {(each.owner_id, each.document_id): each for each in assignments}.values()
    with Trial(kept):
        kept.put_analysis("run-1", trends, counts, signals, lineage, assignments)
        assert repr(kept.trends()) == repr(tuple(by_rank))
        assert kept.series() == tuple(sorted(counts, key=attrgetter("trend_id")))
        assert kept.signals() == tuple(sorted(signals, key=attrgetter("trend_id", "name", "window")))
        assert kept.lineage() == tuple(lineage)
        for owner_id in {each.owner_id for each in assignments}:
            of_owner = [each for each in last_said if each.owner_id == owner_id]
            assert kept.assignments(owner_id) == tuple(sorted(of_owner, key=attrgetter("document_id")))


@MODEST
@given(cues=one_each(CUE, "word"))
def test_cues_come_back_exactly_the_strongest_first(kept, cues) -> None:
    with Trial(kept):
        kept.put_cues("run-1", cues)
        order = sorted(cues, key=lambda cue: (cue.trend_id, cue.name, cue.side, -cue.weight, cue.word, cue.lang))
        assert kept.cues() == tuple(order)


@MODEST
@given(topics=one_each(TOPIC, "id"), state=ENGINE)
def test_themes_and_the_state_of_clustering_come_back_exactly(kept, topics, state) -> None:
    with Trial(kept):
        kept.put_themes(topics, [])
        kept.put_clustering_state(state)
        assert kept.topics() == tuple(sorted(topics, key=lambda theme: (theme.level, -theme.documents, theme.id)))
        assert repr(kept.clustering_state()) == repr(state)


@MODEST
@given(scenario=SCENARIO)
def test_a_scenario_survives_its_document(scenario) -> None:
    assert json_documents.record_from_json(Scenario, json_documents.record_to_json(scenario)) == scenario


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
