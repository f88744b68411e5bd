"""The demonstration as a user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from foresight import wiring
from foresight.cli import main


@pytest.fixture(autouse=True)
def _words_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORESIGHT_ENCODER", "lexical")


def test_the_demonstration_goes_the_whole_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["demo", "--weeks", "8", "--no-app", "--json", "--data", str(tmp_path / "demo")]
    assert main(words) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["documents"] > 800
    assert {"collect", "enrich", "encode", "stories", "analyse"} <= set(answer["seconds"])
    assert {"name", "first", "trend", "stage", "lag_weeks"} == set(answer["planted"][0])
    desk = wiring.build_services(tmp_path / "demo")
    troubles = [problem for run in desk.overview.about().runs for step in run.steps for problem in step.problems]
    assert troubles, "the world's servers are not all well, and the report says so"
    known = {view.trend.id for view in desk.trends.list().everything}
    assert {plant["trend"] for plant in answer["planted"] if plant["trend"]} <= known


def test_a_folder_of_real_news_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "one.jsonl"
    file.write_text('{"title": "a real article", "published": "2026-01-01"}\n')
    assert main(["import", str(file), "--data", str(tmp_path)]) == 0
    assert main(["demo", "--weeks", "8", "--no-app", "--data", str(tmp_path)]) == 2
    assert "demonstration" in capsys.readouterr().err
    assert wiring.build_services(tmp_path).overview.about().documents == 1
