"""The words of commands: help, language, mistakes in them, settings and files that are wrong or not there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typed import Run

from foresight.cli import main
from foresight.cli.printing import Printer, ProgressBars, step_name
from foresight.cli.program import commands_of, make_program
from foresight.i18n import LANGUAGES, Texts
from foresight.model.runs import Problem, RunStatus, StepReport
from foresight.model.runs import Run as PipelineRun

ROOT = Path(__file__).parent.parent.parent
HEAVY = {"numpy", "duckdb", "pyarrow", "scipy", "sklearn", "spacy", "streamlit", "bertopic"}
Answer = tuple[int, str, str]


@pytest.fixture
def say(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls a command as typed, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FORESIGHT_ENCODER", "lexical")
    for name in ("FORESIGHT_LANG", "FORESIGHT_DATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C")

    def call(*words: str) -> Answer:
        code = main(words)
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


def test_help_of_the_program_imports_nothing_heavy_and_names_every_command() -> None:
    script = (
        "import sys\nfrom foresight.cli import main\ncode = main(['--help', '--lang', 'fi'])\n"
        "print(code, sorted(name for name in sys.modules if '.' not in name))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    *help_, last = done.stdout.splitlines()
    assert last.startswith("0 ")
    assert not {name for name in HEAVY if f"'{name}'" in last}
    named = {path.split()[1] for path, _ in commands_of(make_program(Texts("fi"), whole=True))}
    shown = "\n".join(help_)
    assert "Komennot" in shown
    assert not [name for name in named if not re.search(rf"│ {name}\s", shown)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_command_and_every_word_of_it_has_help(lang: str) -> None:
    program = make_program(Texts(lang), whole=True)
    for path, words in commands_of(program):
        assert all(word.help for word in words), path


@pytest.mark.parametrize(
    ("words", "fi", "en"),
    [
        (("trends", "--qwery"), "”--qwery” ei sovi", "“--qwery” does not fit"),
        (("scenaro",), "”scenaro” ei sovi", "“scenaro” does not fit"),
        (("scenario", "shw"), "”shw” ei sovi", "“shw” does not fit"),
        (("trend",), "ID puuttuu", "ID is missing"),
        (("decision", "add", "x"), "--owner puuttuu", "--owner is missing"),
        (("run", "--as-of", "soon"), "”soon” ei sovi", "“soon” does not fit"),
        (("signals", "--stage", "loud"), "”loud” ei sovi", "“loud” does not fit"),
        (("demo", "--weeks", "2"), "”2” ei sovi", "“2” does not fit"),
        (("trends", "too", "many"), "”too” ei sovi", "“too” does not fit"),
    ],
)
def test_a_mistake_in_the_words_is_named_in_the_language_asked_for(
    say: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], fi: str, en: str
) -> None:
    for lang, sentence in (("fi", fi), ("en", en)):
        code, out, err = say(*words, f"--lang={lang}")
        assert (code, out) == (2, "")
        assert sentence in err
        monkeypatch.setenv("FORESIGHT_LANG", lang)
        assert sentence in say(*words)[2]


def test_every_command_looks_for_its_data_where_the_environment_says(
    say: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORESIGHT_DATA", str(tmp_path / "elsewhere"))
    for words in (("trends",), ("scenario", "list"), ("doctor",)):
        say(*words)
    assert (tmp_path / "elsewhere").is_dir()
    assert not (tmp_path / "data").exists()
    say("scenario", "list", "--data", str(tmp_path / "given"))
    assert (tmp_path / "given").is_dir()


def test_feeds_check_names_every_mistake_at_once(say: Run, tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text(
        "grups: []\ngroups:\n- feeds:\n  - {url: 'ftp://x', voice: nobody, lang: fin}\n"
    )
    code, out, err = say("feeds", "check", "--json")
    errors = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
    assert (code, out) == (2, "")
    assert [(one["facts"]["line"], one["facts"]["key"]) for one in errors] == [
        ("1", "grups"),
        ("4", "groups.feeds.lang"),
        ("4", "groups.feeds.url"),
        ("4", "groups.feeds.voice"),
    ]


@pytest.mark.parametrize("command", [("feeds", "check"), ("run",), ("collect",)])
@pytest.mark.parametrize("content", ["", "# nothing yet\n", "groups: []\n"])
def test_settings_without_feeds_are_not_right(say: Run, tmp_path: Path, command: tuple[str, ...], content: str) -> None:
    (tmp_path / "feeds.yaml").write_text(content)
    code, out, err = say(*command)
    assert (code, out) == (2, "")
    assert "groups" in err


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "words",
    [
        ("feeds", "check", "--feeds", "gone.yaml"),
        ("run", "--feeds", "gone.yaml"),
        ("import", "gone.jsonl"),
        ("import", "gone.parquet"),
        ("import", "gone"),
        ("scenario", "import", "gone.json"),
        ("scenario", "solve", "gone.csv"),
        ("scenario", "solve", "gone"),
    ],
)
def test_a_file_that_is_not_there_is_a_plain_sentence(say: Run, words: tuple[str, ...], lang: str) -> None:
    code, out, err = say(*words, "--lang", lang)
    assert (code, out) == (2, "")
    assert {"fi": "ei ole", "en": "There is no file gone"}[lang] in err
    assert not re.search(r"line 0|rivi 0|Errno|ending|pääte", err)


def a_run() -> PipelineRun:
    detail = "url=https://x.fi/feed, status=404"
    problem = Problem(subject="source:ab12", error="HttpFailure", facts=(("detail", detail),))
    step = StepReport(step="collect", seconds=1.5, counts=(("documents", 3),), problems=(problem,))
    return PipelineRun(id="r", started=datetime(2026, 1, 1, tzinfo=UTC), status=RunStatus.DONE, steps=(step,))


def test_a_feed_that_failed_is_named_by_its_title_with_what_to_do() -> None:
    for lang, words in (("fi", ("Keruu", "artikkeleita 3", "1,5")), ("en", ("Collect", "articles 3", "1.5"))):
        texts = Texts(lang)
        step, problem, _ = Printer(texts, as_json=False).run_lines(a_run(), 1, {"ab12": "Kaupan uutiset"})
        assert all(word in step for word in words)
        assert problem == "  ! Kaupan uutiset: " + texts("errors.HttpFailure", url="https://x.fi/feed", status="404")


def test_progress_is_lines_with_a_total_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressBars(Texts("fi")) as bars:
        for done in (0, 1, 5):
            bars("collect", done, 5)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == ["Keruu: 0 / 5", "Keruu: 5 / 5"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_step_has_its_name_in_both_languages(lang: str) -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "foresight").rglob("*.py"))
    steps = set(re.findall(r"(?:progress|recorder\.step)\(\"([a-z ]+)\"", source))
    assert steps >= {"collect", "enrich", "encode", "stories", "analyse", "publish", "replay"}
    assert not {step for step in steps if step_name(step, Texts(lang)) == step}


def test_an_answer_is_a_table_for_people_and_a_document_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    record = {"id": "a", "likelihoods": {"calm": 0.25}, "steps": [{"name": "Pay", "confirmed": True}], "left": None}
    Printer(Texts("fi"), as_json=False).show(record, "Valmis.")
    shown = capsys.readouterr().out
    assert re.search(r"^Tunnus\s+a\b", shown, re.MULTILINE)
    assert "calm 0,25" in shown
    assert re.search(r"^Pay\s+kyllä\b", shown, re.MULTILINE)
    assert shown.endswith("Valmis.\n")
    Printer(Texts("fi"), as_json=True).show(record, "Valmis.", more=1)
    assert json.loads(capsys.readouterr().out) == record | {"more": 1}
