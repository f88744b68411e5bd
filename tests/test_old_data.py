"""A data folder that version 0.1.0 wrote opens with today's code, and every answer is the one it gave.

`fixtures/old_version/README.md` says what the folder holds and how it was made.
"""

from __future__ import annotations

import json
import lzma
import sqlite3
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from foresight.cli import main
from foresight.store.archive import Archive
from foresight.store.generations import Generations
from foresight.store.ledger import Ledger

FIXTURES = Path(__file__).parent / "fixtures" / "old_version"
EXPECTED: Mapping[str, Any] = json.loads(lzma.decompress((FIXTURES / "expected.json.xz").read_bytes()))
MIGRATED = {"migration"}  # a migration leaves a row here, and may add tables

REMOVED: Mapping[str, str] = {}
"""Answer → why its command is gone."""


def without_worlds(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """SMIC is gone: beliefs are answered without its residual and its worlds."""
    return [{key: value for key, value in one.items() if key not in ("residual", "worlds")} for one in answers]


MEANT: Mapping[str, Callable[[Any], Any]] = {"scenario beliefs": without_worlds}
"""Answer → a function from the old answer to what is meant to be answered today; its docstring gives the reason."""


STORY_FRAME = ("scenario_id", "rev", "lang", "title", "states", "as_of", "run_id")
"""Of a story these stay; its sentences are fewer and others since (docs/scenarios.md, "Story")."""


def comparable_brief(brief: dict[str, Any]) -> dict[str, Any]:
    """Without the story's sections, and without the lines that count names; a field of charts has its name of today.

    0.1.0 counted in how many stories' first articles a name stands, although the lines say articles; today they are
    counted over all articles, as the page of the trend does.
    """
    brief = json.loads(json.dumps(brief).replace('"told"', '"figures"'))
    sections = [part for part in brief["sections"] if not part["key"].startswith("story_")]
    names = ("Organisations (", "People (", "Places (", "Organisaatiot (", "Henkilöt (", "Paikat (")
    bullets = [[line for line in part["bullets"] if not line.startswith(names)] for part in sections]
    return brief | {"sections": [part | {"bullets": kept} for part, kept in zip(sections, bullets, strict=True)]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder as 0.1.0 left it. Commands that answer write nothing into it."""
    made = tmp_path_factory.mktemp("old")
    with tarfile.open(FIXTURES / "archive_0_1_0.tar.xz") as packed:
        packed.extractall(made, filter="data")
    return made


@pytest.fixture(autouse=True)
def english_without_settings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORESIGHT_LANG", "en")
    monkeypatch.chdir(folder)  # no feeds.yaml here


def rows_of(path: Path) -> dict[str, int]:
    with duckdb.connect(str(path), read_only=True) as archive:
        tables = [name for (name,) in archive.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return {name: archive.execute(f'SELECT count(*) FROM "{name}"').fetchall()[0][0] for name in tables}  # noqa: S608 - its own names


def ledger_rows(path: Path) -> dict[str, int]:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as ledger:
        query = """
            SELECT 'decision', count(*) FROM decision
            UNION SELECT 'scenario', count(*) FROM scenario
            UNION SELECT 'entry', count(*) FROM entry
        """
        return dict(ledger.execute(query).fetchall())


@pytest.mark.parametrize("name", [name for name in EXPECTED["answers"] if name not in REMOVED])
def test_an_answer_is_the_one_of_the_old_version(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = EXPECTED["answers"][name]
    code = main([*old["command"], "--json", "--data", str(folder)])
    answers = [json.loads(line) for line in capsys.readouterr().out.replace(str(folder), "DATA").splitlines()]
    assert code == old["exit"]
    if name.startswith("scenario story"):
        assert [{key: one[key] for key in STORY_FRAME} for one in answers] == [
            {key: old["answer"][key] for key in STORY_FRAME}
        ]
        return
    expected = old.get("lines", [old.get("answer")])
    assert answers == (MEANT[name](expected) if name in MEANT else expected)


@pytest.mark.parametrize("name", EXPECTED["briefs"])
def test_a_brief_is_the_one_of_the_old_version(name: str, folder: Path, tmp_path: Path) -> None:
    kind, subject, lang = name.split()
    words = ["brief", kind, subject, "--format", "json", "--lang", lang, "--out", str(tmp_path), "--data", str(folder)]
    assert main(words) == 0
    (made,) = tmp_path.iterdir()
    assert comparable_brief(json.loads(made.read_text(encoding="utf-8"))) == comparable_brief(EXPECTED["briefs"][name])


def test_the_working_archive_is_migrated_and_every_row_is_still_there(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "work.duckdb"
    copy.write_bytes((folder / "work.duckdb").read_bytes())
    archive = Archive(copy)
    trends, problems = archive.trends(), archive.check()
    archive.close()
    before, after = EXPECTED["counts"]["work.duckdb"], rows_of(copy)
    assert {name: after.get(name) for name in before if name not in MIGRATED} == {
        name: rows for name, rows in before.items() if name not in MIGRATED
    }
    assert (len(trends), problems) == (12, ())


def test_the_published_generation_opens_as_it_is(folder: Path) -> None:
    reader = Generations(folder, keep=2).current()
    assert (reader.generation, len(reader.trends())) == (1, 12)
    reader.close()
    assert rows_of(folder / "archive-000001.duckdb") == EXPECTED["counts"]["archive-000001.duckdb"]


def test_the_ledger_opens_and_asking_adds_nothing(folder: Path) -> None:
    ledger = Ledger(folder / "ledger.sqlite")
    assert len(ledger.decisions()) == EXPECTED["counts"]["ledger.sqlite"]["decision"]
    assert len(ledger.scenarios()) == 2
    ledger.close()
    assert ledger_rows(folder / "ledger.sqlite") == {
        name: EXPECTED["counts"]["ledger.sqlite"][name] for name in ("decision", "scenario", "entry")
    }
