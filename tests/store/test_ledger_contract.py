"""What the ledger promises of decisions and scenarios."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from foresight.model.decisions import TrendDecisionKind
from foresight.model.errors import LedgerConflict, NotFound, StoreDamaged, StoreError, StoreTooNew
from foresight.model.scenarios import Citation
from foresight.store.ledger import Ledger
from foresight.testing.builders import NOW, a_decision, a_scenario
from foresight.testing.fakes import FrozenClock

MINUTE = timedelta(minutes=1)


def test_decisions_come_back_in_the_order_they_were_kept(ledger: Ledger) -> None:
    first = ledger.append(a_decision(value="Äiti 'n' \"co\"; --"))
    second = ledger.append(a_decision(TrendDecisionKind.HIDE, trend_id="trend-2", value="", at=NOW - MINUTE))
    assert (first.seq, second.seq) == (1, 2)
    assert ledger.decisions() == (first, second)
    assert ledger.decisions(trend_id="trend-2") == (second,)
    assert ledger.decisions(trend_id="nobody") == ()
    assert replace(first, seq=0) == a_decision(value="Äiti 'n' \"co\"; --")


def test_a_decision_of_another_zone_is_the_same_moment(ledger: Ledger) -> None:
    ledger.append(a_decision(at=NOW.astimezone(timezone(timedelta(hours=3)))))
    assert ledger.decisions()[0].at == NOW


def test_each_save_is_a_revision(ledger: Ledger, clock: FrozenClock) -> None:
    first = ledger.save_scenario(a_scenario(citations=(Citation(document_id="d", content_hash="h", quote="q"),)))
    clock.advance(MINUTE)
    second = ledger.save_scenario(replace(first, title="Other", author="Pekka"))
    assert (first.rev, first.saved) == (1, NOW)
    assert (second.rev, second.saved) == (2, NOW + MINUTE)
    assert ledger.scenario("scenario-1") == second
    assert ledger.scenario("scenario-1", rev=1) == first
    assert ledger.revisions("scenario-1") == (first, second)
    assert ledger.revisions("nobody") == ()


def test_the_scenario_saved_last_is_listed_first_at_its_latest_revision(ledger: Ledger, clock: FrozenClock) -> None:
    older = ledger.save_scenario(a_scenario("b"))
    twin = ledger.save_scenario(a_scenario("a"))
    clock.advance(MINUTE)
    newer = ledger.save_scenario(a_scenario("c"))
    assert ledger.scenarios() == (newer, twin, older)
    clock.advance(MINUTE)
    newest = ledger.save_scenario(older)
    assert ledger.scenarios() == (newest, newer, twin)


@pytest.mark.parametrize("rev", [0, 1, 3])
def test_whoever_saves_from_an_older_revision_hears_whose_is_newer(ledger: Ledger, rev: int) -> None:
    first = ledger.save_scenario(a_scenario())
    ledger.save_scenario(replace(first, author="Pekka"))
    with pytest.raises(LedgerConflict) as told:
        ledger.save_scenario(a_scenario(rev=rev, author="Aino"))
    facts = dict(told.value.facts)
    assert facts["scenario_id"] == "scenario-1"
    assert (facts["expected"], facts["found"], facts["author"]) == (str(rev), "2", "Pekka")
    assert facts["saved"].startswith("2026-01-05T12:00:00")
    assert len(ledger.revisions("scenario-1")) == 2


def test_a_revision_of_nothing_is_a_conflict(ledger: Ledger) -> None:
    with pytest.raises(LedgerConflict):
        ledger.save_scenario(a_scenario(rev=1))
    assert ledger.scenarios() == ()


@pytest.mark.parametrize("rev", [None, 0, 2, -1])
def test_an_unknown_scenario_or_revision_is_not_found(ledger: Ledger, rev: int | None) -> None:
    ledger.save_scenario(a_scenario())
    with pytest.raises(NotFound):
        ledger.scenario("scenario-1" if rev is not None else "nobody", rev=rev)


def test_threads_share_a_ledger_and_lose_nothing(ledger: Ledger) -> None:
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda number: ledger.append(a_decision(value=str(number))), range(100)))
    assert sorted(decision.seq for decision in kept) == list(range(1, 101))
    assert sorted(ledger.decisions(), key=lambda each: each.seq) == sorted(kept, key=lambda each: each.seq)


def test_closing_twice_is_fine(ledger: Ledger) -> None:
    ledger.close()
    ledger.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE decision SET value = 'other'",
        "DELETE FROM decision",
        "UPDATE scenario SET document = '{}'",
        "DELETE FROM scenario WHERE rev = 1",
        "INSERT OR REPLACE INTO scenario SELECT scenario_id, rev, saved, 'other', title, document FROM scenario",
        "INSERT OR REPLACE INTO decision SELECT seq, at, 'other', kind, trend_id, value, seen_run_id FROM decision",
    ],
)
def test_the_file_itself_refuses_to_change_what_is_kept(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger(path, clock=FrozenClock())
    decision, scenario = ledger.append(a_decision()), ledger.save_scenario(a_scenario())
    stranger = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError):
        stranger.execute(statement)
    stranger.close()
    assert (ledger.decisions(), ledger.scenarios()) == ((decision,), (scenario,))
    ledger.close()


CLOSED: list[Callable[[Ledger], object]] = [
    lambda ledger: ledger.append(a_decision()),
    lambda ledger: ledger.decisions(),
    lambda ledger: ledger.save_scenario(a_scenario()),
    lambda ledger: ledger.scenario("scenario-1"),
    lambda ledger: ledger.scenarios(),
    lambda ledger: ledger.revisions("scenario-1"),
]


@pytest.mark.parametrize("use", CLOSED)
def test_a_closed_ledger_is_a_store_error(tmp_path: Path, use: Callable[[Ledger], object]) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.close()
    with pytest.raises(StoreError):
        use(ledger)


def test_a_naive_time_is_refused(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    with pytest.raises(ValueError, match="aware"):
        ledger.append(a_decision(at=NOW.replace(tzinfo=None)))
    assert ledger.decisions() == ()
    ledger.close()


@pytest.mark.parametrize(
    ("document", "error"), [('{"version": 999}', StoreTooNew), ("{}", StoreDamaged), ("no JSON", StoreDamaged)]
)
def test_a_scenario_document_that_cannot_be_read_says_why(
    tmp_path: Path, document: str, error: type[StoreError]
) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger(path)
    with sqlite3.connect(path) as stranger:
        stranger.execute("INSERT INTO scenario VALUES ('s', 1, '', '', '', ?)", [document])
    stranger.close()
    with pytest.raises(error):
        ledger.scenario("s")
    ledger.close()


def test_a_ledger_of_a_newer_schema_is_outdated_here(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    Ledger(path).close()
    with sqlite3.connect(path) as stranger:
        stranger.execute("INSERT INTO migration VALUES (9999, 'future')")
    stranger.close()
    with pytest.raises(StoreTooNew):
        Ledger(path)
