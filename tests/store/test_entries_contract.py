"""What the ledger promises of workshop contents and their revisions."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import fields, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from record_strategies import KEY, REAL, TEXT, TIME
from test_store_faults import answer

from foresight.model.errors import (
    LedgerConflict,
    NotFound,
    RevisionConflict,
    StoreDamaged,
    StoreError,
    StoreLocked,
    StoreTooNew,
)
from foresight.model.scenarios import Citation, Future, FutureSet
from foresight.model.workshop import REVISIONED_TYPES, Revision, Signpost
from foresight.store import json_documents
from foresight.store.ledger import Ledger
from foresight.testing.builders import NOW, a_future_set, a_promise, a_revision, a_signpost
from foresight.testing.fakes import FrozenClock

MINUTE = timedelta(minutes=1)
some.register_type_strategy(float, REAL)
ANY_CONTENT = some.one_of(*(some.from_type(kind) for kind in REVISIONED_TYPES))


def test_each_save_is_a_revision_and_the_old_one_still_says_what_it_said(ledger: Ledger, clock: FrozenClock) -> None:
    first = ledger.keep(a_revision(a_signpost()))
    clock.advance(MINUTE)
    changed = replace(first, content=a_signpost(title="Äiti 'n' \"co\"; --"), author="Pekka", reason="clearer")
    second = ledger.keep(changed)
    assert (first.rev, first.saved, first.author, first.reason) == (1, NOW, "Aino", "first")
    assert (second.rev, second.saved, second.author, second.reason) == (2, NOW + MINUTE, "Pekka", "clearer")
    assert ledger.entry(Signpost, "entry-1") == second
    assert ledger.entry(Signpost, "entry-1", rev=1) == first
    assert ledger.history(Signpost, "entry-1") == (first, second)
    assert ledger.history(Signpost, "nobody") == ()


def test_entries_come_in_the_order_they_were_first_kept_each_at_its_latest(ledger: Ledger, clock: FrozenClock) -> None:
    older = ledger.keep(a_revision(a_signpost(), "b"))
    twin = ledger.keep(a_revision(a_signpost(), "a"))
    clock.advance(MINUTE)
    other = ledger.keep(a_revision(a_signpost(), "0", scenario_id="scenario-2"))
    newest = ledger.keep(replace(older, reason="again"))
    assert ledger.entries(Signpost) == (twin, newest, other)
    assert ledger.entries(Signpost, scenario_id="scenario-1") == (twin, newest)
    assert ledger.entries(Signpost, scenario_id="") == ()


def test_entries_of_two_kinds_may_share_an_id(ledger: Ledger) -> None:
    signpost, futures = ledger.keep(a_revision(a_signpost())), ledger.keep(a_revision(a_future_set()))
    assert ledger.entry(Signpost, "entry-1") == signpost
    assert ledger.entry(FutureSet, "entry-1") == futures


@pytest.mark.parametrize("rev", [0, 1, 3])
def test_whoever_saves_from_an_older_revision_hears_whose_is_newer(ledger: Ledger, rev: int) -> None:
    first = ledger.keep(a_revision(a_promise()))
    newer = ledger.keep(replace(first, author="Pekka"))
    with pytest.raises(LedgerConflict) as told:
        ledger.keep(a_revision(a_promise(text="mine"), rev=rev))
    facts = dict(told.value.facts)
    assert isinstance(told.value, RevisionConflict)
    assert (facts["kind"], facts["id"]) == ("promise", "entry-1")
    assert (facts["expected"], facts["found"], facts["author"]) == (str(rev), "2", "Pekka")
    assert facts["saved"].startswith("2026-01-05T12:00:00")
    assert ledger.history(type(first.content), "entry-1") == (first, newer)


def test_what_is_kept_together_is_kept_whole_or_not_at_all(ledger: Ledger) -> None:
    first = ledger.keep(a_revision(a_promise()))
    with pytest.raises(RevisionConflict):
        ledger.save_revisions([a_revision(a_signpost()), replace(first, author="Pekka"), a_revision(a_promise())])
    assert ledger.entries(Signpost) == ()
    assert ledger.history(type(first.content), "entry-1") == (first,)
    kept = ledger.save_revisions([a_revision(a_signpost()), replace(first, author="Pekka")])
    assert [entry.rev for entry in kept] == [1, 2]


@pytest.mark.parametrize("rev", [None, 0, 2, -1])
def test_an_unknown_entry_or_revision_is_not_found(ledger: Ledger, rev: int | None) -> None:
    ledger.keep(a_revision(a_future_set()))
    with pytest.raises(NotFound) as told:
        ledger.entry(FutureSet, "entry-1" if rev is not None else "nobody", rev=rev)
    assert dict(told.value.facts)["kind"] == "futures"


def test_ten_people_who_save_sheets_of_their_own_at_once_lose_nothing(ledger: Ledger) -> None:
    with ThreadPoolExecutor(10) as pool:
        kept = list(pool.map(lambda place: ledger.keep(a_revision(a_promise(), f"p-{place}")), range(50)))
    assert {entry.rev for entry in kept} == {1}
    assert len(ledger.entries(type(kept[0].content))) == 50


def test_of_ten_processes_that_save_one_entry_each_loses_nothing_and_hears_of_every_conflict(tmp_path: Path) -> None:
    assert answer("judge_together", tmp_path, 10) == [[0] * 10]
    told = [(tmp_path / f"judge-{place}").read_text().split() for place in range(10)]
    ledger = Ledger(tmp_path / "ledger.sqlite")
    history = ledger.history(FutureSet, "together")
    assert [entry.rev for entry in history] == list(range(1, len(history) + 1))
    assert {future.name for future in history[-1].content.futures} == {
        f"{place}-{number}" for place in range(10) for number in range(5)
    }
    assert sum(int(conflicts) for (conflicts,) in told) >= 1
    for before, after in pairwise(history):
        assert after.content.futures[:-1] == before.content.futures
    ledger.close()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(content=ANY_CONTENT)
def test_everything_survives_its_document(content: Any) -> None:
    assert json_documents.record_from_json(type(content), json_documents.record_to_json(content)) == content


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=ANY_CONTENT, entry_id=KEY, words=some.tuples(TEXT, TEXT, TEXT), moment=TIME)
def test_the_ledger_gives_back_what_was_kept(
    tmp_path: Path, content: Any, entry_id: str, words: tuple[str, str, str], moment: datetime
) -> None:
    scenario_id, author, reason = words
    ledger = Ledger(tmp_path / "ledger.sqlite", clock=FrozenClock(moment))
    rev = len(ledger.history(type(content), entry_id))
    entry = Revision(id=entry_id, content=content, scenario_id=scenario_id, author=author, reason=reason, rev=rev)
    kept = ledger.keep(entry)
    assert kept == replace(entry, rev=rev + 1, saved=moment)
    assert ledger.entry(type(content), entry_id) == kept
    ledger.close()


def test_a_document_of_before_a_field_came_is_still_read() -> None:
    old = '{"version": 1, "futures": [{"id": "f", "name": "F", "states": [["a", "b"]]}]}'
    futures = json_documents.record_from_json(FutureSet, old)
    assert futures == FutureSet(futures=(Future(id="f", name="F", states=(("a", "b"),)),))


def test_every_kind_is_described_in_the_docs_and_has_a_name_of_its_own() -> None:
    docs = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
    assert [kind for kind in REVISIONED_TYPES.values() if f"- *{kind}*:" not in docs] == []
    assert len(set(REVISIONED_TYPES.values())) == len(REVISIONED_TYPES)
    assert {field.name for field in fields(Citation)} >= {"content_hash", "quote"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET document = '{}'",
        "DELETE FROM entry",
        "INSERT OR REPLACE INTO entry SELECT kind, entry_id, rev, scenario_id, saved, 'x', reason, document FROM entry",
    ],
)
def test_the_file_itself_refuses_to_change_an_entry(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger(path, clock=FrozenClock())
    kept = ledger.keep(a_revision(a_signpost()))
    with closing(sqlite3.connect(path)) as stranger, pytest.raises(sqlite3.IntegrityError):
        stranger.execute(statement)
    assert ledger.entries(Signpost) == (kept,)
    ledger.close()


USES: list[Callable[[Ledger], object]] = [
    lambda ledger: ledger.keep(a_revision(a_signpost())),
    lambda ledger: ledger.save_revisions([a_revision(a_signpost())]),
    lambda ledger: ledger.entry(Signpost, "entry-1"),
    lambda ledger: ledger.entries(Signpost),
    lambda ledger: ledger.history(Signpost, "entry-1"),
]


@pytest.mark.parametrize("use", USES)
def test_a_closed_ledger_is_a_store_error(tmp_path: Path, use: Callable[[Ledger], object]) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.close()
    with pytest.raises(StoreError):
        use(ledger)


def test_a_ledger_that_another_holds_too_long_is_locked(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    holder, ledger = Ledger(path), Ledger(path, patience=0.05)
    with holder._transaction(), pytest.raises(StoreLocked):
        ledger.keep(a_revision(a_signpost()))
    assert ledger.keep(a_revision(a_signpost())).rev == 1
    holder.close()
    ledger.close()


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ('{"version": 999}', StoreTooNew),
        ("{}", StoreDamaged),
        ("no JSON", StoreDamaged),
        ('{"version": 1, "futures": "text"}', StoreDamaged),
        ('{"version": 1, "none_of_these": "text"}', StoreDamaged),
        ('{"version": 1, "futures": [{"id": "f", "name": "F", "states": [["a"]]}]}', StoreDamaged),
        ('{"version": 1, "futures": [{"id": "f"}]}', StoreDamaged),
    ],
)
def test_a_document_that_cannot_be_read_says_why(tmp_path: Path, document: str, error: type[StoreError]) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger(path)
    with closing(sqlite3.connect(path)) as stranger:
        stranger.execute("INSERT INTO entry VALUES ('futures', 'f', 1, '', ?, '', '', ?)", [NOW.isoformat(), document])
        stranger.commit()
    with pytest.raises(error):
        ledger.entry(FutureSet, "f")
    ledger.close()


def test_a_ledger_of_the_first_schema_is_brought_up_to_date_and_keeps_its_decisions(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    Ledger(path).close()
    with closing(sqlite3.connect(path)) as old:
        old.executescript("DROP TABLE entry; DELETE FROM migration WHERE number > 1;")
    ledger = Ledger(path)
    assert ledger.keep(a_revision(a_signpost())).rev == 1
    ledger.close()
