"""The import table of docs/design.md, and the size of what one has to read at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "foresight"
LEAVES = {"records", "errors", "text"}
STAGES = {"collect", "enrich", "embed", "topics", "signals", "scenarios", "briefs", "sample"}

MAY_IMPORT: dict[str, set[str]] = {
    "records": set(),
    "errors": set(),
    "text": set(),
    "ports": LEAVES,
    "settings": LEAVES,
    **dict.fromkeys(STAGES, LEAVES | {"ports"}),
    "store": LEAVES | {"ports"},
    "drafting": LEAVES | {"ports"},
    "analysis": LEAVES | {"ports", "enrich", "embed", "topics", "signals"},
    "naming": LEAVES | {"ports", "analysis", "embed", "enrich", "topics"},
    "pipeline": LEAVES | {"ports", "settings", "analysis", "naming"} | STAGES,
    "services": LEAVES | {"ports", "analysis", "naming"} | STAGES,
    "services.demo": LEAVES | {"ports", "pipeline", "sample"},
    "services.wiring": LEAVES | {"ports", "settings", "store", "drafting", "pipeline", "analysis", "services"} | STAGES,
    "ui": LEAVES | {"services", "briefs.charts"},
    "cli": LEAVES | {"services", "pipeline", "ports", "scenarios", "collect.importing", "sample.world"},
    "testing": LEAVES | {"ports"},
    "__init__": set(),
    "__main__": {"cli"},
}
LONGEST_FILE = 500
LONGEST_FUNCTION = 60


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def layer(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    dotted = ".".join(parts)
    return dotted if dotted in MAY_IMPORT else parts[0]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the direction"
            module = node.module or ""
            yield from (f"{module}.{alias.name}" for alias in node.names)


def allowed(target: str, own: str, may: set[str]) -> bool:
    inside = target.removeprefix("foresight.")
    if inside.split(".")[0] == own.split(".", maxsplit=1)[0] and own != "services":
        return True
    if own == "services" and inside.startswith("services."):
        return not inside.startswith("services.wiring")
    return any(inside == name or inside.startswith(f"{name}.") for name in may)


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_layer_imports_only_what_the_table_allows(path: Path) -> None:
    own = layer(path)
    assert own in MAY_IMPORT, f"{path} belongs to no layer of the table"
    wrong = [t for t in imported(path) if t.startswith("foresight.") and not allowed(t, own, MAY_IMPORT[own])]
    assert not wrong, f"{own} must not import {wrong}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_only_the_store_speaks_sql(path: Path) -> None:
    libraries = {name.split(".")[0] for name in imported(path)}
    if layer(path) not in ("store", "services.wiring"):
        assert not libraries & {"duckdb", "sqlite3"} or path.name == "importing.py"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_and_no_function_is_too_long_to_read(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


def test_no_two_test_modules_share_a_name() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("*.py") if path.name not in ("conftest.py", "__init__.py")]
    assert len(names) == len(set(names))
