"""The documentation keeps up: every command, option, table and setting is described."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from foresight.cli.program import commands_of, make_program
from foresight.i18n import Texts
from foresight.model.options import TextOptions, TrendOptions

ROOT = Path(__file__).parent.parent
FEWEST_LINES, MOST_LINES = 100, 150
NAMED = re.compile(r"(?<![\w/'.-])foresight ((?:[a-z][a-z-]+ )*[a-z][a-z-]+)")
CODE = re.compile(r"```.*?```|`[^`]+`", re.DOTALL)
PROSE = {"knows", "tunnistaa"}
"""Words that follow the program's name in a sentence about it."""


PROGRAM = make_program(Texts("en"), whole=True)
COMMANDS = dict(commands_of(PROGRAM))


def document(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_every_command_is_described() -> None:
    told = document("commands.md")
    missing = [name for name in COMMANDS if f"`{name}" not in told]
    assert not missing


def test_every_option_is_described() -> None:
    told = document("commands.md")
    options = {option for words in [*COMMANDS.values(), PROGRAM.params] for one in words for option in one.opts}
    missing = sorted(option for option in options if option.startswith("--") and option not in told)
    assert not missing


def test_every_setting_a_team_may_change_is_described() -> None:
    told = document("operations.md")
    missing = [field.name for kind in (TextOptions, TrendOptions) for field in fields(kind) if field.name not in told]
    assert not missing


def test_links_between_documents_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_readme_is_short_enough_to_be_read() -> None:
    assert FEWEST_LINES <= len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_every_folder_of_the_package_stands_in_the_readme() -> None:
    told = (ROOT / "README.md").read_text(encoding="utf-8")
    folders = [path.name for path in (ROOT / "foresight").iterdir() if (path / "__init__.py").exists()]
    missing = [name for name in folders if f"{name}/" not in told and name != "testing"]
    assert not missing


def sentences() -> Iterator[tuple[str, str]]:
    """(where, text) of all texts, and of what documents and pages write as code."""
    for path in sorted((ROOT / "foresight" / "i18n").rglob("*.json")):
        for key, text in json.loads(path.read_text(encoding="utf-8")).items():
            yield f"{path.parent.name}/{path.stem}.{key}", text
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for match in CODE.finditer(path.read_text(encoding="utf-8")):
            yield path.name, match.group()
    for path in sorted((ROOT / "foresight" / "app").rglob("*.py")):
        for match in re.finditer(r'st\.code\("([^"]+)"', path.read_text(encoding="utf-8")):
            yield path.name, match.group(1)


def named() -> list[tuple[str, str]]:
    return [
        (where, match.group(1))
        for where, text in sentences()
        for match in NAMED.finditer(text)
        if match.group(1).split()[0] not in PROSE
    ]


def test_every_command_that_is_named_exists() -> None:
    """In all texts, and in what documents and pages write as code."""
    known = {name.removeprefix("foresight ") for name in COMMANDS}
    groups = {
        name.split()[0]: {other.split()[1] for other in known if other.startswith(f"{name.split()[0]} ")}
        for name in known
    }
    unknown = []
    for where, words in named():
        first, *more = words.split()
        if first not in groups or (groups[first] and more and more[0] not in groups[first]):
            unknown.append(f"{where}: foresight {words}")
    assert len(named()) > 40
    assert not unknown


def test_every_file_that_a_document_or_a_comment_names_exists() -> None:
    named = re.compile(r"`((?:foresight/)?[a-z_]+(?:/[a-z_]+)+\.(?:py|json|yaml|sql))`")
    texts = [
        ROOT / "README.md",
        ROOT / "feeds.yaml",
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "foresight").rglob("*.py"),
    ]
    missing = {
        (page.name, name)
        for page in texts
        for name in named.findall(page.read_text(encoding="utf-8"))
        if not (ROOT / name).exists() and not (ROOT / "foresight" / name).exists()
    }
    assert not missing
