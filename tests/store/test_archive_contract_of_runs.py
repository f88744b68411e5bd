"""What the archive promises of runs and what they measure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from foresight.model.documents import EncodedTexts, NamedEntity
from foresight.model.errors import NotFound, NothingPublished, StoreError
from foresight.model.runs import Problem, RunStatus, StepReport
from foresight.model.trends import (
    Assignment,
    Cluster,
    ClusteringState,
    CueWord,
    LanguageMean,
    Lineage,
    LineageKind,
    Trend,
)
from foresight.store.archive import Archive
from foresight.store.generations import Generations
from foresight.testing.builders import NOW, a_document, a_fetch, a_run, a_series, a_signal, a_source, a_theme, a_trend

DAY = timedelta(days=1)


def same(one: object, other: object) -> bool:
    """Records with arrays have no == of their own; repr tells every float."""
    return repr(one) == repr(other)


def measure(archive: Archive, run_id: str, trends: Sequence[Trend], lineage: Sequence[Lineage] = ()) -> None:
    with archive.transaction():
        archive.put_run(a_run(run_id))
        archive.put_analysis(
            run_id,
            [replace(trend, run_id=run_id) for trend in trends],
            [a_series(trend.id) for trend in trends],
            [a_signal(trend.id) for trend in trends],
            lineage,
            [Assignment(owner_id=trend.id, document_id="document-1", similarity=0.5) for trend in trends],
        )


def test_a_run_comes_back_with_its_steps_and_is_replaced_by_its_later_self(archive: Archive) -> None:
    problem = Problem(subject="source:ab", error="TimedOut", facts=(("url", "https://ä.example"), ("seconds", "3")))
    steps = (
        StepReport(step="collect", seconds=0.1 + 0.2, fingerprint="f", counts=(("new", 3),), problems=(problem,)),
        StepReport(step="enrich", seconds=1.0, reused=True),
    )
    run = a_run(packages=(("duckdb", "2.0.0"), ("numpy", "2.2")), seed=7, config_hash="c", corpus_hash="d")
    with archive.transaction():
        archive.put_run(replace(run, status=RunStatus.RUNNING, finished=None, steps=steps[:1]))
        archive.put_run(replace(run, steps=steps))
    assert archive.runs() == (replace(run, steps=steps),)


def test_runs_come_latest_first(archive: Archive) -> None:
    with archive.transaction():
        for name in ("run-2", "run-3", "run-1"):
            archive.put_run(a_run(name))
    assert [run.id for run in archive.runs()] == ["run-3", "run-2", "run-1"]
    assert [run.id for run in archive.runs(limit=1)] == ["run-3"]


def test_the_latest_analysis_is_of_a_run_that_is_done_and_has_a_cut_off(archive: Archive) -> None:
    assert archive.latest_analysis() is None
    step = StepReport(step="analyse", seconds=1.0)
    with archive.transaction():
        archive.put_run(a_run("run-1", steps=(step,)))
        archive.put_run(a_run("run-2", as_of=None))
        archive.put_run(a_run("run-3", status=RunStatus.RUNNING, finished=None))
        archive.put_run(a_run("run-4", status=RunStatus.FAILED))
        archive.put_run(a_run("run-5", status=RunStatus.INTERRUPTED))
    assert archive.latest_analysis() == a_run("run-1", steps=(step,))


def test_the_last_report_of_a_step_is_that_of_the_latest_run_that_has_one(archive: Archive) -> None:
    assert archive.last_step("topics") is None
    reports = [StepReport(step="topics", seconds=1.0, fingerprint=name) for name in "ab"]
    with archive.transaction():
        archive.put_run(a_run("run-2", steps=(reports[1],)))
        archive.put_run(a_run("run-1", steps=(reports[0],)))
        archive.put_run(a_run("run-3", steps=(StepReport(step="collect", seconds=1.0),)))
    assert archive.last_step("topics") == reports[1]


def test_trends_are_ranked_and_the_unranked_follow(archive: Archive) -> None:
    trends = [a_trend("d", rank=0), a_trend("b", rank=2), a_trend("c", rank=1), a_trend("a", rank=0)]
    measure(archive, "run-1", trends)
    assert [trend.id for trend in archive.trends()] == ["c", "b", "a", "d"]


def test_a_trend_comes_back_as_it_was_measured(archive: Archive) -> None:
    bare = a_trend("bare", rank=0, headlines=(), langs=(), recent=(), mixed=True, theme_id="t", parent_id="p")
    measure(archive, "run-1", [a_trend("trend-1", centroid=np.float32([0.1, -1e-30, 3.4e38])), bare])
    assert same(archive.trend("trend-1"), a_trend(centroid=np.float32([0.1, -1e-30, 3.4e38])))
    assert same(archive.trend("bare"), bare)
    assert archive.trend("bare").centroid.dtype == np.float32


def test_a_trend_nobody_heard_of_is_not_found(archive: Archive) -> None:
    with pytest.raises(NotFound) as told:
        archive.trend("nobody")
    assert told.value.facts == (("kind", "trend"), ("id", "nobody"))


def test_a_sleeping_trend_is_found_as_it_was_last_measured(archive: Archive) -> None:
    measure(archive, "run-1", [a_trend("old", documents=5), a_trend("living")])
    measure(archive, "run-2", [a_trend("living", documents=7)])
    assert [trend.id for trend in archive.trends()] == ["living"]
    assert archive.trend("old").documents == 5
    assert archive.trend("living").documents == 7
    assert [trend.run_id for trend in archive.trend_history("living")] == ["run-1", "run-2"]
    assert archive.trend_history("nobody") == ()


def test_series_and_signals_are_those_of_the_latest_analysis(archive: Archive) -> None:
    measure(archive, "run-1", [a_trend("b"), a_trend("a"), a_trend("gone")])
    measure(archive, "run-2", [a_trend("b"), a_trend("a")])
    assert archive.series() == (a_series("a"), a_series("b"))
    assert archive.series(["b", "nobody"]) == (a_series("b"),)
    assert archive.series([]) == ()
    assert archive.signals() == (a_signal("a"), a_signal("b"))
    assert archive.signals(["a"]) == (a_signal("a"),)


def test_signals_stand_by_trend_name_and_window_and_may_lack_an_interval(archive: Archive) -> None:
    signals = [a_signal(name="share"), a_signal(window="4w", low=None, high=None), a_signal(window="12w")]
    with archive.transaction():
        archive.put_analysis("run-1", [], [], signals, [], [])
    assert archive.signals() == (signals[2], signals[1], signals[0])


def test_cues_are_those_of_the_latest_analysis_strongest_first_within_a_side(archive: Archive) -> None:
    cues = [a_cue(weight=0.5), a_cue("b"), a_cue(word="queue", weight=0.9), a_cue(side="economic", documents=())]
    with archive.transaction():
        archive.put_cues("run-1", [a_cue("gone")])
        archive.put_cues("run-2", cues)
    assert archive.cues() == (cues[1], cues[3], cues[2], cues[0])
    assert archive.cues(["b", "nobody"]) == (cues[1],)
    assert archive.cues([]) == ()


def test_a_cue_of_no_trend_is_an_orphan(archive: Archive) -> None:
    with archive.transaction():
        archive.put_cues("run-1", [a_cue("nobody")])
    assert ("cue", "trend_id", 1) in archive.check()


def a_cue(trend_id: str = "trend-1", **changes: Any) -> CueWord:
    cue = CueWord(
        trend_id=trend_id, name="steep", side="social", word="kassa", lang="fi", weight=0.1, documents=("d1",)
    )
    return replace(cue, **changes)


def test_an_analysis_without_trends_is_one_too(archive: Archive) -> None:
    measure(archive, "run-1", [a_trend()])
    measure(archive, "run-2", [])
    assert archive.trends() == archive.series() == archive.signals() == ()
    assert archive.trend("trend-1").run_id == "run-1"


def test_an_analysis_put_twice_stands_once(archive: Archive) -> None:
    born = Lineage(run_id="run-1", trend_id="trend-1", kind=LineageKind.BORN)
    measure(archive, "run-1", [a_trend(), a_trend("gone")], [born])
    measure(archive, "run-1", [a_trend(documents=99)], [born])
    assert [trend.documents for trend in archive.trend_history("trend-1")] == [99]
    assert archive.trend_history("gone") == ()
    assert archive.lineage() == (born,)


def test_a_document_once_assigned_to_a_trend_stays_with_its_latest_similarity(archive: Archive) -> None:
    first = [Assignment(owner_id="t", document_id=name, similarity=0.1) for name in ("b", "a")]
    again = [
        Assignment(owner_id="t", document_id="b", similarity=0.9),
        Assignment(owner_id="u", document_id="c", similarity=1),
    ]
    for assignments in (first, again):
        with archive.transaction():
            archive.put_analysis("run-1", [], [], [], [], assignments)
    assert archive.assignments("t") == (first[1], again[0])
    assert archive.assignments("nobody") == ()


def test_documents_of_earlier_themes_are_let_go_and_those_of_trends_stay(archive: Archive) -> None:
    measure(archive, "run-1", [a_trend()])
    old = Assignment(owner_id="theme-1", document_id="document-1", similarity=0.5)
    new = Assignment(owner_id="theme-2", document_id="document-1", similarity=0.6)
    with archive.transaction():
        archive.put_themes([a_theme("theme-1")], [old])
        archive.put_themes(
            [a_theme("theme-2", run_id="run-2"), a_theme("theme-3", run_id="run-2", documents=11)], [new]
        )
    assert [topic.id for topic in archive.topics()] == ["theme-3", "theme-2"]
    assert archive.topics()[1] == a_theme("theme-2", run_id="run-2")
    assert archive.assignments("theme-1") == ()
    assert archive.assignments("theme-2") == (new,)
    assert len(archive.assignments("trend-1")) == 1


def test_no_themes_is_an_answer_too(archive: Archive) -> None:
    with archive.transaction():
        archive.put_themes([a_theme()], [])
        archive.put_themes([], [])
    assert archive.topics() == ()


def test_lineage_tells_of_the_latest_analysis_or_of_one_trend_through_all(archive: Archive) -> None:
    born = Lineage(run_id="run-1", trend_id="a", kind=LineageKind.BORN)
    same_ = Lineage(run_id="run-2", trend_id="a", kind=LineageKind.SAME, earlier_id="a", similarity=0.9, shared=3)
    merged = Lineage(run_id="run-2", trend_id="b", kind=LineageKind.MERGED, earlier_id="a", review=True)
    other = Lineage(run_id="run-2", trend_id="c", kind=LineageKind.BORN)
    measure(archive, "run-1", [a_trend("a")], [born])
    measure(archive, "run-2", [a_trend("b")], [same_, merged, other])
    assert archive.lineage() == (same_, merged, other)
    assert archive.lineage("a") == (born, same_, merged)
    assert archive.lineage("nobody") == ()


def test_the_state_of_online_assignment_is_replaced_as_a_whole(archive: Archive) -> None:
    assert archive.clustering_state() is None
    unit = Cluster(
        id="b",
        centroid=np.float32([1.5, 0.1]),
        weight=2.5,
        thresholds=(("fi", 0.1 + 0.2), ("en", -0.5)),
        born=NOW - DAY,
        last_active=NOW,
        documents=3,
        asleep=True,
        merged_into="a",
    )
    mean = LanguageMean(lang="fi", documents=10, mean=np.float32([0.5, 0.25]))
    state = ClusteringState(
        cutoff=NOW,
        units=(unit, replace(unit, id="a")),
        means=(mean,),
        null=(("word", 1, 0.5, 1 / 3),),
        calibrated=NOW - DAY,
    )
    with archive.transaction():
        archive.put_clustering_state(state)
    assert same(archive.clustering_state(), state)
    with archive.transaction():
        archive.put_clustering_state(ClusteringState(cutoff=NOW + DAY))
    assert same(archive.clustering_state(), ClusteringState(cutoff=NOW + DAY))


def put_whole(archive: Archive) -> None:
    with archive.transaction():
        archive.put_sources([a_source()])
        archive.put_fetches([a_fetch()])
        archive.put_documents([a_document("document-1", text_hash="h", story_id="document-1")])
        archive.put_vectors(EncodedTexts(hashes=("h",), vectors=np.eye(1, 4, dtype=np.float32), encoder="e"))
        archive.put_terms([], [NamedEntity(document_id="document-1", name="A", kind="person")])
        archive.put_themes([a_theme()], [Assignment(owner_id="theme-1", document_id="document-1", similarity=1)])
    measure(archive, "run-1", [a_trend()], [Lineage(run_id="run-1", trend_id="trend-1", kind=LineageKind.BORN)])


def test_a_whole_archive_has_no_orphans(archive: Archive) -> None:
    put_whole(archive)
    assert archive.check() == ()


def owned(owner_id: str, document_id: str) -> list[Assignment]:
    return [Assignment(owner_id=owner_id, document_id=document_id, similarity=1.0)]


BREAKAGES: list[tuple[str, str, int, Callable[[Archive], object]]] = [
    ("document", "source_id", 1, lambda a: a.put_documents([a_document("d", source_id="nobody")])),
    ("document", "story_id", 1, lambda a: a.put_stories([("document-1", "nobody")])),
    (
        "vector",
        "text_hash",
        2,
        lambda a: a.put_vectors(EncodedTexts(hashes=("i", "j"), vectors=np.eye(2, 4), encoder="e")),
    ),
    ("topic_document", "doc_id", 1, lambda a: a.put_themes([a_theme()], owned("theme-1", "x"))),
    ("topic_document", "owner_id", 1, lambda a: a.put_themes([a_theme()], owned("x", "document-1"))),
    ("topic_document", "owner_id", 1, lambda a: a.put_analysis("r", [], [], [], [], owned("x", "document-1"))),
    ("series", "trend_id", 12, lambda a: a.put_analysis("run-1", [a_trend()], [a_series("x")], [], [], [])),
    ("signal", "trend_id", 1, lambda a: a.put_analysis("run-1", [a_trend()], [], [a_signal("x")], [], [])),
    ("trend", "run_id", 1, lambda a: a.put_analysis("run-2", [a_trend(run_id="run-2")], [], [], [], [])),
    ("fetch", "source_id", 1, lambda a: a.put_fetches([a_fetch("nobody")])),
    ("fetch", "run_id", 1, lambda a: a.put_fetches([a_fetch(run_id="nobody")])),
    ("entity", "doc_id", 1, lambda a: a.put_terms([], [NamedEntity(document_id="x", name="A", kind="person")])),
]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "column", "rows", "breakage"), BREAKAGES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_row_that_points_at_nothing_is_reported(
    archive: Archive, table: str, column: str, rows: int, breakage: Callable[[Archive], object]
) -> None:
    put_whole(archive)
    with archive.transaction():
        breakage(archive)
    assert (table, column, rows) in archive.check()


WRITES: list[Callable[[Archive], object]] = [
    lambda a: a.put_sources([a_source()]),
    lambda a: a.put_documents([a_document()]),
    lambda a: a.put_fetches([a_fetch()]),
    lambda a: a.put_enrichment([a_document()]),
    lambda a: a.put_terms([], []),
    lambda a: a.put_stories([("a", "a")]),
    lambda a: a.put_vectors(EncodedTexts(hashes=("i",), vectors=np.eye(1, 4, dtype=np.float32), encoder="e")),
    lambda a: a.put_run(a_run()),
    lambda a: a.put_themes([], []),
    lambda a: a.put_analysis("run-1", [], [], [], [], []),
    lambda a: a.put_clustering_state(ClusteringState(cutoff=NOW)),
]


@pytest.mark.parametrize("write", WRITES)
def test_a_write_outside_a_transaction_is_refused(archive: Archive, write: Callable[[Archive], object]) -> None:
    with pytest.raises(StoreError):
        write(archive)


def test_before_the_first_publication_there_is_nothing_to_open(generations: Generations) -> None:
    assert generations.number() == 0
    with pytest.raises(NothingPublished):
        generations.current()


def test_a_reader_keeps_its_generation_while_newer_ones_are_published(
    archive: Archive, generations: Generations
) -> None:
    put_whole(archive)
    assert generations.publish(archive) == generations.number() == 1
    first = generations.current()
    for number in range(2, 7):
        with archive.transaction():
            archive.put_documents([a_document(f"later-{number}")])
        assert generations.publish(archive) == number
    latest = generations.current()
    assert (first.generation, first.document_count()) == (1, 1)
    assert (latest.generation, latest.document_count()) == (6, 6)
    assert same(latest.trends(), archive.trends())
    assert archive.generation == 0
    first.close()
    latest.close()
