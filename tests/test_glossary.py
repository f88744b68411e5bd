"""The glossary holds each term once, in both languages as they are shown, under a name that the code has."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GLOSSARY = ROOT / "docs" / "glossary.md"
ROW = re.compile(
    r"^\| (?P<english>[^|]+) \| (?P<finnish>[^|]+) \| `(?P<code>[^`|]+)` \| (?P<meaning>[^|]+) \|$", re.MULTILINE
)
TERMS = [match.groupdict() for match in ROW.finditer(GLOSSARY.read_text(encoding="utf-8"))]


def shown(lang: str) -> str:
    """Every text of a language in lower case."""
    folder = ROOT / "foresight" / "i18n" / lang
    return "\n".join(
        json.dumps(json.loads(path.read_text(encoding="utf-8")), ensure_ascii=False)
        for path in sorted(folder.iterdir())
    ).casefold()


def names_in_code() -> set[str]:
    """Classes, functions, members of classes and the names of signals."""
    found: set[str] = set()
    for path in (ROOT / "foresight").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                found.add(node.name)
            if isinstance(node, ast.ClassDef):
                fields = [n.target for n in node.body if isinstance(n, ast.AnnAssign)]
                members = [target for n in node.body if isinstance(n, ast.Assign) for target in n.targets]
                found |= {f"{node.name}.{n.id}" for n in [*fields, *members] if isinstance(n, ast.Name)}
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
                found.add(node.value)
    return found


def test_every_row_of_the_tables_is_read() -> None:
    rows = [line for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    headers = sum(line.startswith("| English") for line in rows)
    assert len(TERMS) == len(rows) - headers


def test_no_term_stands_twice() -> None:
    terms = [(term["english"], term["code"]) for term in TERMS]
    assert len(terms) == len(set(terms))
    assert len({term["code"] for term in TERMS}) == len(TERMS)


@pytest.mark.parametrize("lang", ["english", "finnish"])
def test_terms_are_on_screen_as_the_glossary_writes_them(lang: str) -> None:
    texts = shown(lang[:2])
    missing = [term[lang] for term in TERMS if term[lang] != "–" and term[lang].casefold() not in texts]
    assert not missing


def test_the_names_in_code_exist() -> None:
    known = names_in_code()
    assert not [term["code"] for term in TERMS if term["code"] not in known]
