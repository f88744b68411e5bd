"""A scenario told from the command line, with and without a language model that may misbehave."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from foresight.cli import main
from foresight.store.ledger import Ledger
from foresight.testing.builders import a_future_set, a_revision, a_scenario

sys.path.insert(0, str(Path(__file__).parent.parent / "scenarios"))
from stand_in import Answer, saying, standing_in, status

KEY = "sk-very-secret-4711"
GOOD = json.dumps({"headline": [{"text": "A calm world.", "sources": ["e1"]}]})
Tell = Callable[..., tuple[int, str, str]]


@pytest.fixture
def tell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Tell:
    """Calls `scenario story` on a ledger with one scenario; nothing is published, and no model is named."""
    for name in ("URL", "MODEL", "KEY"):
        monkeypatch.delenv(f"FORESIGHT_DRAFT_{name}", raising=False)
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.save_scenario(a_scenario())
    ledger.keep(a_revision(a_future_set(), id="scenario-1"))
    ledger.close()

    def call(*words: str) -> tuple[int, str, str]:
        code = main(["scenario", "story", "scenario-1", *words, "--data", str(tmp_path)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


@pytest.fixture
def with_model(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    """The same where the environment names a model that answers in a given way."""

    def call(answer: Answer, *words: str) -> tuple[int, str, str]:
        with standing_in(answer) as server:
            monkeypatch.setenv("FORESIGHT_DRAFT_URL", server.url)
            monkeypatch.setenv("FORESIGHT_DRAFT_MODEL", "tiny")
            monkeypatch.setenv("FORESIGHT_DRAFT_KEY", KEY)
            code, out, err = tell(*words)
        assert KEY not in out + err
        return code, out, err

    return call


def test_a_story_is_told_in_both_languages_with_numbered_sources(tell: Tell) -> None:
    for lang, heading in (("fi", "Asiakkaan päivä"), ("en", "The customer’s day")):
        code, out, _ = tell("--lang", lang)
        assert code == 0
        assert heading in out
        assert "[1" in out
    code, out, _ = tell("--scenario", "Stormy", "--json")
    assert json.loads(out)["title"] == "Stormy"
    assert "draft" not in json.loads(out)


def test_without_a_model_named_the_story_is_told_and_the_reason_said(tell: Tell) -> None:
    code, out, err = tell("--draft", "--lang", "fi")
    assert code == 2
    assert "Skenaario tarinana" in out
    assert "FORESIGHT_DRAFT_URL" in err


def test_a_draft_stands_marked_after_the_story(with_model: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = with_model(saying(GOOD), "--draft", "--lang", "fi")
    assert code == 0
    story, _, draft = out.partition("LUONNOS – kirjoittaja kielimalli tiny")
    assert "A calm world." not in story
    assert "Luonnos: Skenaario tarinana" in draft
    assert "A calm world. [1]" in draft
    _, out, _ = with_model(saying(GOOD), "--draft", "--json")
    document = json.loads(out)
    assert (document["draft"]["is_draft"], document["draft"]["model"]) == (True, "tiny")
    assert document["parts"] != document["draft"]["parts"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (saying("Once upon a time"), "UnreadableDraft"),
        (saying(GOOD.replace("e1", "e77")), "UnknownCitation"),
        (saying(GOOD.replace("world", "world of 9")), "InventedNumber"),
        (status(500, f"bad key {KEY}".encode()), "DraftFailed"),
        (status(429), "DraftFailed"),
        (status(302, Location="http://127.0.0.1:9/"), "DraftFailed"),
        (status(200, b"<html></html>"), "DraftFailed"),
        (saying(GOOD.replace("calm", KEY)), "DraftFailed"),
    ],
)
def test_a_draft_that_may_not_be_shown_is_not_and_the_story_stays(
    with_model: Callable[..., tuple[int, str, str]], answer: Answer, error: str
) -> None:
    code, out, err = with_model(answer, "--draft", "--json", "--lang", "en")
    assert code == 1
    assert json.loads(out)["draft"] is None
    assert json.loads(out)["parts"][0]["sentences"]
    assert json.loads(err.splitlines()[-1])["error"] == error


def test_no_model_is_asked_unless_a_draft_is(with_model: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = with_model(status(500), "--lang", "en")
    assert code == 0
    assert "DRAFT" not in out
