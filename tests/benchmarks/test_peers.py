"""BERTrend's algorithm gives the numbers that were read off the original; a peer never sees what comes later."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.peers import afternoon, bertrend, oracle
from benchmarks.peers.judging import Case, Row, judged, table
from benchmarks.peers.material import FIRST_WEEKS, Material, material_of, write_lists
from foresight.testing.corpora import made_corpus

EAST, NORTH, BETWEEN = np.eye(2)[0], np.eye(2)[1], np.array([0.8, 0.6])


def unit(*rows: tuple[float, float]) -> np.ndarray:
    vectors = np.array(rows, dtype=np.float64)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def material(weeks: list[int], vectors: np.ndarray, texts: tuple[str, ...] = ()) -> Material:
    n = len(weeks)
    return Material(
        ids=tuple(f"d{row}" for row in range(n)),
        texts=texts or ("",) * n,
        vectors=vectors,
        weeks=np.array(weeks, dtype=np.int64),
        start=datetime(2024, 1, 1, tzinfo=UTC),
        count=max(weeks) + 1,
    )


def test_popularity_of_an_idle_topic_decays_faster_every_slice() -> None:
    value, seen = 100.0, []
    for idle in range(1, 9):
        value = bertrend.decayed(value, idle)
        seen.append(round(value, 1))
    assert seen == [99.0, 95.1, 86.9, 74.1, 57.7, 40.3, 24.7, 13.0]


def test_a_new_topic_goes_to_the_nearest_known_one_if_that_is_near_enough() -> None:
    known = unit((1, 0), (0, 1))
    assert bertrend.homes(unit((0.8, 0.6), (0.6, 0.8), (-1, 0)), known) == [0, 1, -1]
    assert bertrend.homes(unit((0.8, 0.6)), known, alpha=0.81) == [-1]
    assert bertrend.homes(known, np.zeros((0, 2))) == [-1, -1]
    assert bertrend.homes(np.zeros((0, 2)), known) == []


def test_topics_of_one_slice_may_merge_into_one_and_leave_its_centroid_where_it_was() -> None:
    tracks: list[bertrend.Track] = []
    bertrend.fed(tracks, [(EAST, [0, 1, 2])], 0, alpha=0.7)
    bertrend.fed(tracks, [(BETWEEN, [3, 4]), (EAST, [5]), (NORTH, [6])], 1, alpha=0.7)
    first, second = tracks
    assert first.popularity == 6
    assert sorted(first.members[1]) == [3, 4, 5]
    assert first.centroid.tolist() == EAST.tolist()
    assert (second.popularity, second.repeated) == (1, False)


def test_a_topic_is_classified_only_after_its_first_repetition() -> None:
    tracks: list[bertrend.Track] = []
    bertrend.fed(tracks, [(EAST, [0, 1]), (NORTH, [2])], 0, alpha=0.7)
    assert bertrend.classified(tracks, 0, window=2) == []
    bertrend.fed(tracks, [(EAST, [3])], 1, alpha=0.7)
    assert [one.track for one in bertrend.classified(tracks, 1, window=2)] == [0]


def test_an_unrepeated_topic_does_not_decay_and_a_repeated_one_does() -> None:
    tracks: list[bertrend.Track] = []
    bertrend.fed(tracks, [(EAST, [0, 1]), (NORTH, [2, 3])], 0, alpha=0.7)
    bertrend.fed(tracks, [(EAST, [4, 5])], 1, alpha=0.7)
    bertrend.fed(tracks, [], 2, alpha=0.7)
    bertrend.fed(tracks, [], 3, alpha=0.7)
    assert tracks[0].popularity == pytest.approx(4 * np.exp(-0.05))
    assert tracks[1].popularity == 2
    assert [when for when, _ in tracks[0].history] == [0, 1, 2, 3]


def test_thresholds_are_the_tenth_and_the_seventy_fifth_percentile_of_what_is_alive() -> None:
    assert bertrend.thresholds([*range(101), 1e-9]) == pytest.approx((10.9, 75.25))
    assert bertrend.thresholds([]) == (np.inf, np.inf)


@pytest.mark.parametrize(
    ("popularity", "up", "stage"),
    [
        (1, True, "noise"),
        (2, True, "weak"),
        (5, True, "weak"),
        (5, False, "noise"),
        (8, True, "weak"),
        (9, False, "strong"),
    ],
)
def test_between_the_thresholds_only_a_rising_topic_is_weak(popularity: float, up: bool, stage: str) -> None:  # noqa: FBT001 - a table
    assert bertrend.stage_of(popularity, 2, 8, up=up == 1) == stage


def test_a_slope_needs_two_values_and_goes_by_the_whole_line() -> None:
    assert bertrend.rising([5])
    assert bertrend.rising([1, 5, 3])
    assert not bertrend.rising([50, 20, 5])
    assert not bertrend.rising([3, 3, 3])


def test_the_weak_list_goes_by_popularity_and_the_other_one_by_growth() -> None:
    said = [("weak", 5, 1.1), ("strong", 90, 3.0), ("weak", 7, 0.9), ("noise", 1, 9.0)]
    verdicts = [
        bertrend.Verdict(track=track, stage=stage, popularity=popularity, growth=growth)
        for track, (stage, popularity, growth) in enumerate(said)
    ]
    assert [one.track for one in bertrend.listing(verdicts, by_growth=False)] == [2, 0]
    assert [one.track for one in bertrend.listing(verdicts, by_growth=True)] == [1, 0]


def fed_weekly(weeks: int) -> tuple[Material, list[np.ndarray]]:
    """Four topics: three every week, one from week ten on."""
    directions = unit((1, 0), (0, 1), (-1, 0), (0, -1))
    rows = [(week, topic) for week in range(weeks) for topic in range(4) for _ in range(3) if topic < 3 or week >= 10]
    labels = [np.array([topic for when, topic in rows if when == week]) for week in range(weeks)]
    return material([week for week, _ in rows], directions[[topic for _, topic in rows]]), labels


def test_a_list_holds_documents_of_the_four_weeks_before_it_and_no_later_one() -> None:
    world, labels = fed_weekly(16)
    listed = list(bertrend.weekly_lists(world, labels, window=1, by_growth=True))
    assert {one.week for one in listed} == set(range(FIRST_WEEKS, 17))
    for one in listed:
        assert {int(world.weeks[row]) for row in one.rows} <= set(range(one.week - 4, one.week))


@given(more=st.integers(1, 4))
@settings(max_examples=4)
def test_later_slices_change_no_earlier_list(more: int) -> None:
    short, labels = fed_weekly(14)
    long, all_labels = fed_weekly(14 + more)
    before = list(bertrend.weekly_lists(short, labels, window=2, by_growth=False))
    after = [one for one in bertrend.weekly_lists(long, all_labels, window=2, by_growth=False) if one.week <= 14]
    assert before == after


def test_growth_of_share_is_measured_against_all_that_was_written() -> None:
    assert afternoon.growth(9, 9, recent_all=99, before_all=199) == 2
    assert afternoon.growth(0, 0, recent_all=99, before_all=99) == 1


def test_weeks_begin_on_mondays_and_centring_uses_the_first_twelve_alone() -> None:
    corpus, _ = made_corpus(weeks=20, per_week=20, dim=8)
    world = material_of(corpus)
    assert world.start.weekday() == 0
    assert world.cuts() == range(FIRST_WEEKS, 20)
    early = material_of(corpus.only(np.flatnonzero(world.weeks < 14)))
    np.testing.assert_array_equal(early.vectors, world.vectors[: len(early.ids)])


def test_the_oracle_lists_each_event_twice_with_what_it_could_have_read(tmp_path: Path) -> None:
    world = material([13, 14, 14, 15, 16], np.zeros((5, 2)), ("suez", "Suez canal", "other", "suez", "suez"))
    event = {"event": "suez", "regex": "suez", "corpus": "here", "burst_week": world.monday(14), "usable": True}
    events = tmp_path / "events.jsonl"
    events.write_text(json.dumps(event) + "\n" + json.dumps(event | {"corpus": "there"}) + "\n")
    told = list(oracle.weekly_lists(world, events, "here"))
    assert {one.week for one in told} == set(world.cuts())
    listed = [one for one in told if one.rows]
    assert [(one.week, one.rows) for one in listed] == [(15, (0, 1)), (16, (0, 1, 3))]
    assert write_lists(tmp_path / "out.jsonl", world, listed) == 2
    first = json.loads((tmp_path / "out.jsonl").read_text().splitlines()[0])
    assert first == {"as_of": "2024-04-15", "rank": 1, "trend": "suez", "stage": "event", "docs": ["d0", "d1"]}


def test_the_table_leaves_out_what_was_not_measured() -> None:
    answer = {"events": 1, "recall_2w": 1.0, "median_lag_weeks": 1.0, "precision": 0.4, "base_precision": 0.19}
    row = Row(name="oracle", answers={28: answer}, listed=0.5, permuted=None, seconds=None)
    assert table([row]).splitlines()[-1] == "| oracle | 1 of 1 | 1 | .40 (.19) |  | 0.5 |  |  |"


def test_the_same_lists_are_judged_once(tmp_path: Path) -> None:
    judge = tmp_path / "judge.py"
    judge.write_text(
        "import sys, json; open(sys.argv[0] + '.asked', 'a').write('x'); print(json.dumps({'precision': 1}))"
    )
    lists, asked = tmp_path / "some.jsonl", tmp_path / "judge.py.asked"
    lists.write_text("{}\n")
    case = Case(corpus=tmp_path / "c.parquet", sources=(), judge=judge, events=None, event_corpus="")
    assert judged(case, lists) == judged(case, lists) == {28: {"precision": 1}, 91: {"precision": 1}}
    assert asked.read_text() == "xx"
    lists.write_text("{} \n")
    judged(case, lists)
    assert asked.read_text() == "xxxx"
