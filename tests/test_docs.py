"""The documentation keeps up: every command, option, table and setting is described."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from foresight.cli.arguments import parser
from foresight.model.options import TextOptions, TrendOptions

ROOT = Path(__file__).parent.parent
FEWEST_LINES, MOST_LINES = 100, 150


def commands(of: argparse.ArgumentParser, path: str = "foresight") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    below = [a for a in of._actions if isinstance(a, argparse._SubParsersAction)]
    if not below:
        yield path, of
    for action in below:
        for name, command in action.choices.items():
            yield from commands(command, f"{path} {name}")


def document(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_every_command_is_described() -> None:
    told = document("commands.md")
    missing = [name for name, _ in commands(parser()) if f"`{name}" not in told]
    assert not missing


def test_every_option_is_described() -> None:
    told = document("commands.md")
    options = {option for _, command in commands(parser()) for a in command._actions for option in a.option_strings}
    missing = sorted(o for o in options if o.startswith("--") and o != "--help" and o not in told)
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
