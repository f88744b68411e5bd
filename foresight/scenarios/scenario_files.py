"""Scenarios in files: JSON, CSV and ScenarioWizard's .scw, read and written.

JSON: ``{"descriptors": [{"id", "name", "states": [names]}], "matrix": [[…]]}``, row = source, column = target.

CSV: two heading rows and two heading columns, factor then state; also one of each, with "Factor: State",
"Factor-State" or "A1" headings as other tools write them. Comma, semicolon or tab.

.scw: the text format of ScenarioWizard 4, as its manual (4.1, appendix 1) and files in the wild show it: a line
"$ ScenarioWizard …", a title, then sections that end with a line starting with "#". The first section names factors
("&name") and states (" -name"), the second their short names, the sixth is the matrix. What the others hold (colours,
texts) is not read; files written here leave it empty.

A JSON file also holds, under "scenario", what a matrix cannot hold: question, reasons, authors, confidences, priors,
what is forced. Other tools pass it over; nothing is lost between export and import.
"""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from foresight.model.errors import MissingFile, UnknownFormat, UsageError, WrongMatrix
from foresight.model.scenarios import Factor, ImpactMatrix, Judgement, PriorOrigin, Scenario, SolveResult, State
from foresight.scenarios.matrix import (
    JUDGEMENT_SCALE,
    build_matrix,
    matrix_from_values,
    matrix_to_judgements,
    state_labels,
)

MATRIX_SECTION = 5
FactorsAndMatrix = tuple[tuple[Factor, ...], ImpactMatrix]
FileHandler = TypeVar("FileHandler")


def read_matrix(path: Path | str, *, scale: int | None = JUDGEMENT_SCALE) -> FactorsAndMatrix:
    """Read a matrix from a file.

    Args:
        path: ends in .json, .csv or .scw.
        scale: the largest size of a judgement; None lets any through (published cases go to ±11 and more).

    Returns:
        The factors and the checked matrix.

    Raises:
        MissingFile: there is no such file.
        UsageError: it cannot be read.
        UnknownFormat: another ending.
        WrongMatrix: what is wrong, where, and what was expected.
        TooFewStates: a factor with one state or none.
    """
    file = Path(path)
    if not file.suffix and not file.exists():
        raise MissingFile(file=file)
    parse = _by_ending(file, {".json": matrix_from_json, ".csv": matrix_from_csv, ".scw": matrix_from_scw})
    try:
        content = file.read_bytes()
    except FileNotFoundError as error:
        raise MissingFile(file=file) from error
    except OSError as error:
        raise UsageError(argument="FILE", found=file.name, expected=error.strerror) from error
    return parse(_decoded(content), file=file.name, scale=scale)


def solve_document(factors: Sequence[Factor], result: SolveResult) -> dict[str, Any]:
    """What `scenario solve --json` prints; states are zero-based."""
    return {
        "is_complete": result.is_complete,
        "count": len(result.solutions),
        "scenarios": [
            {
                "states": {factor.id: state for factor, state in zip(factors, solution.states, strict=True)},
                "inconsistency": solution.inconsistency,
                "total_impact": solution.total_impact,
            }
            for solution in result.solutions
        ],
    }


def matrix_from_json(text: str, *, file: str = "", scale: int | None = JUDGEMENT_SCALE) -> FactorsAndMatrix:
    """Read JSON. States may be names or objects with id, name and description."""
    try:
        given = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        line, column = (error.lineno, error.colno) if isinstance(error, json.JSONDecodeError) else (1, 1)
        raise WrongMatrix(file=file, row=line, column=column, found=text[:20], expected="JSON") from error
    for key in ("descriptors", "matrix"):
        if not isinstance(given, dict) or not isinstance(given.get(key), list):
            raise WrongMatrix(file=file, row="", column="", found=_json_kind(given, key), expected=f'{{"{key}": […]}}')
    factors = tuple(_factor_from_json(entry, number, file) for number, entry in enumerate(given["descriptors"], 1))
    return factors, matrix_from_values(factors, _whole_rows(factors, given["matrix"], file), scale=scale, file=file)


def matrix_to_json(factors: Sequence[Factor], matrix: ImpactMatrix) -> str:
    """Write JSON, one row of the matrix a line. Ids of states are kept where they are not their numbers."""
    descriptors = [
        {
            "id": factor.id,
            "name": factor.name,
            **({"description": factor.description} if factor.description else {}),
            **({"trend_id": factor.trend_id} if factor.trend_id else {}),
            "states": [_state_to_json(state, number) for number, state in enumerate(factor.states)],
        }
        for factor in factors
    ]
    rows = ",\n".join(f"    {json.dumps(row, separators=(',', ':'))}" for row in matrix.values.tolist())
    given = ",\n".join(f"    {json.dumps(entry, ensure_ascii=False)}" for entry in descriptors)
    return f'{{\n  "descriptors": [\n{given}\n  ],\n  "matrix": [\n{rows}\n  ]\n}}\n'


def matrix_from_csv(text: str, *, file: str = "", scale: int | None = JUDGEMENT_SCALE) -> FactorsAndMatrix:
    """Read CSV with two heading rows and columns, or with one of each."""
    # Semicolons where a table program writes decimals with commas (Finnish Excel), tabs when pasted from one.
    separator = max(",;\t", key=text.partition("\n")[0].count)
    table = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=separator)]
    rows = [row for row in table if any(row)]
    if not rows:
        raise WrongMatrix(file=file, row="", column="", found="–", expected="CSV")
    heads = 1 + (len(rows) > 1 and rows[0][:2] == ["", ""])
    across = [tuple(column) for column in zip(*(row[heads:] for row in rows[:heads]), strict=False)]
    down = [tuple(row[:heads]) for row in rows[heads:]]
    for number, (found, expected) in enumerate(zip(down, across, strict=False), 1):
        if found != expected:
            raise WrongMatrix(file=file, row=number, column="", found=": ".join(found), expected=": ".join(expected))
    pairs = across if heads > 1 else _split_headings([name for (name,) in across], file)
    factors = _factors_from_headings(pairs)
    values = _whole_rows(factors, [row[heads:] for row in rows[heads:]], file)
    return factors, matrix_from_values(factors, values, scale=scale, file=file)


def matrix_to_csv(factors: Sequence[Factor], matrix: ImpactMatrix) -> str:
    """Write CSV with two heading rows and columns: factor, state."""
    places = [(factor.name, state.name) for factor in factors for state in factor.states]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["", "", *(factor for factor, _ in places)])
    writer.writerow(["", "", *(state for _, state in places)])
    for place, row in zip(places, matrix.values.tolist(), strict=True):
        writer.writerow([*place, *row])
    return out.getvalue()


def matrix_from_scw(text: str, *, file: str = "", scale: int | None = JUDGEMENT_SCALE) -> FactorsAndMatrix:
    """Read a ScenarioWizard project: names, short names where given, and the matrix."""
    lines = text.splitlines()
    if not lines or not lines[0].startswith("$"):
        raise WrongMatrix(file=file, row=1, column="", found=(lines or ["–"])[0][:40], expected="$ ScenarioWizard")
    sections = _scw_sections(lines)
    if len(sections) <= MATRIX_SECTION:
        raise WrongMatrix(
            file=file, row=len(lines), column="", found=f"{len(sections) - 1} × #", expected=f"{MATRIX_SECTION} × #"
        )
    names = _scw_names(line for line in sections[0] if line.startswith(("&", "-")))
    shorts = _short_names(sections[1], names)
    factors = tuple(
        Factor(id=short, name=name, states=tuple(State(id=str(n), name=state) for n, state in enumerate(states)))
        for short, (name, states) in zip(shorts, names, strict=True)
    )
    cells = [line.split(",") for line in sections[MATRIX_SECTION] if line]
    return factors, matrix_from_values(factors, _whole_rows(factors, cells, file), scale=scale, file=file)


def matrix_to_scw(factors: Sequence[Factor], matrix: ImpactMatrix) -> str:
    """Write what ScenarioWizard 4 reads: names, ids as short names, standard colours, the matrix."""
    lines = ["$ ScenarioWizard 4.0", "foresight"]
    for factor in factors:
        lines += [f"&{_one_line(factor.name)}", *(f" -{_one_line(state.name)}" for state in factor.states)]
    lines.append("#")
    for factor in factors:
        lines += [f"&{_one_line(factor.id)}", *(" " for _ in range(len(factor.states) + 1))]
    lines += ["#", "#", *("FFFFFF" for factor in factors for _ in factor.states), "#", "#"]
    lines += [",".join(f"{value:2d} " for value in row) for row in matrix.values.tolist()]
    return "\n".join([*lines, "#", "#", ""])


def _by_ending(file: Path, known: dict[str, FileHandler]) -> FileHandler:
    if file.suffix.lower() not in known:
        raise UnknownFormat(found=file.suffix or file.name, expected=", ".join(known))
    return known[file.suffix.lower()]


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # ScenarioWizard is a Windows program of the years before UTF-8.
        return content.decode("cp1252", errors="replace")


def _json_kind(given: object, key: str) -> str:
    if not isinstance(given, dict):
        return type(given).__name__
    return f"{key}: {type(given[key]).__name__}" if key in given else f"{key}: –"


def _factor_from_json(entry: object, number: int, file: str) -> Factor:
    if not isinstance(entry, dict) or not isinstance(entry.get("states"), list):
        expected = '{"id": "", "name": "", "states": []}'
        raise WrongMatrix(file=file, row=f"descriptors[{number - 1}]", column="", found=entry, expected=expected)
    key = str(entry.get("id", entry.get("name", number)))
    return Factor(
        id=key,
        name=str(entry.get("name", key)),
        description=str(entry.get("description", "")),
        trend_id=str(entry.get("trend_id", "")),
        states=tuple(_state_from_json(state, place) for place, state in enumerate(entry["states"])),
    )


def _state_from_json(given: object, place: int) -> State:
    if not isinstance(given, dict):
        return State(id=str(place), name=str(given))
    key = str(given.get("id", place))
    return State(id=key, name=str(given.get("name", key)), description=str(given.get("description", "")))


def _state_to_json(state: State, place: int) -> object:
    if state == State(id=str(place), name=state.name):
        return state.name
    return {"id": state.id, "name": state.name} | ({"description": state.description} if state.description else {})


def _whole_rows(factors: Sequence[Factor], rows: Sequence[object], file: str) -> list[list[int]]:
    """Cells as whole numbers; `from_values` looks at the shape. A file without factors is no matrix."""
    if not factors:
        raise WrongMatrix(file=file, row="", column="", found=0, expected="1, 2, 3 …")
    names = state_labels(factors)
    whole = []
    for row, name in _with_names(rows, names):
        if not isinstance(row, list):
            raise WrongMatrix(file=file, row=name, column="", found=row, expected="[…]")
        whole.append(
            [_whole_number(cell, file=file, row=name, column=column) for cell, column in _with_names(row, names)]
        )
    return whole


def _with_names(cells: Iterable[object], names: Sequence[str]) -> list[tuple[object, str]]:
    """Cells with the names of their rows or columns; those too many have their number for a name."""
    return [(cell, names[place] if place < len(names) else str(place + 1)) for place, cell in enumerate(cells)]


def _whole_number(cell: object, *, file: str, row: str, column: str) -> int:
    # Table programs like to write a real minus sign, and 2.0 for 2.
    text = str(cell).strip().replace("−", "-") if isinstance(cell, int | float | str) else ""
    if isinstance(cell, bool) or not re.fullmatch(r"[+-]?\d{1,9}(\.0*)?", text):
        found = "–" if cell is None or cell == "" else cell
        raise WrongMatrix(file=file, row=row, column=column, found=found, expected="… −1, 0, 1 …")
    return int(text.partition(".")[0])


def _split_headings(heads: Sequence[str], file: str) -> list[tuple[str, ...]]:
    """Headings of one row as (factor, state): "Factor: State", "Factor-State" or "A1"."""
    for pattern in (r"(.+?): ?(.+)", r"(.+)-(.+)", r"(.*?\D)[ ._]?(\d+)"):
        matches = [re.fullmatch(pattern, head) for head in heads]
        if all(matches):
            return [(match[1].strip(), match[2].strip()) for match in matches if match]
    found = next((head for head in heads if ":" not in head), "–")
    raise WrongMatrix(file=file, row="1", column="", found=found, expected="Factor: State")


def _factors_from_headings(pairs: Sequence[tuple[str, ...]]) -> tuple[Factor, ...]:
    """Neighbouring columns of one name make a factor; its id is its name."""
    return tuple(
        Factor(
            id=name,
            name=name,
            states=tuple(State(id=str(place), name=state) for place, (_, state) in enumerate(group)),
        )
        for name, group in groupby(pairs, key=lambda pair: pair[0])
    )


def _scw_sections(lines: Sequence[str]) -> list[list[str]]:
    """The parts between lines that start with "#", the heading line left out, each line stripped."""
    sections: list[list[str]] = [[]]
    for line in (line.strip() for line in lines[1:]):
        if line.startswith("#"):
            sections.append([])
        else:
            sections[-1].append(line)
    return sections


def _scw_names(lines: Iterable[str]) -> list[tuple[str, list[str]]]:
    names: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.startswith("&"):
            names.append((line[1:].strip(), []))
        elif names:
            names[-1][1].append(line[1:].strip())
    return names


def _short_names(lines: Iterable[str], names: Sequence[tuple[str, list[str]]]) -> list[str]:
    """Short names as ids, or the names themselves where the file has none or uses one twice."""
    shorts = [line[1:].strip() for line in lines if line.startswith("&")]
    if len(set(shorts)) == len(names) and all(shorts):
        return shorts
    return [name for name, _ in names]


def _one_line(text: str) -> str:
    """Text that stays one line of a file of lines."""
    return " ".join(text.split())


FILE_ENDINGS = (".json", ".csv", ".scw")
CELL_FIELDS = ("source_factor", "source_state", "target_factor", "target_state")
TEXT_FIELDS = ("title", "question", "horizon", "narrative", "lang")


def export_scenario(scenario: Scenario, ending: str) -> str:
    """A scenario as the content of a file.

    Args:
        scenario: with its factors and judgements.
        ending: ".json" (everything), ".csv" or ".scw" (factors and matrix).

    Raises:
        UnknownFormat: another ending.
        TooFewStates: a factor that no matrix can hold.
    """
    if ending not in FILE_ENDINGS:
        raise UnknownFormat(found=ending, expected=", ".join(FILE_ENDINGS))
    matrix = build_matrix(scenario, scale=None)
    if ending == ".csv":
        return matrix_to_csv(scenario.factors, matrix)
    if ending == ".scw":
        return matrix_to_scw(scenario.factors, matrix)
    whole = matrix_to_json(scenario.factors, matrix).rstrip().removesuffix("}").rstrip()
    return f'{whole},\n  "scenario": {json.dumps(_scenario_fields(scenario), ensure_ascii=False)}\n}}\n'


def import_scenario(path: Path, *, any_scale: bool = False) -> Scenario:
    """A scenario of a file, not kept yet, with an id of its own.

    Args:
        path: ends in .json, .csv or .scw.
        any_scale: accept judgements beyond −3…+3; the scenario then judges on the scale it came with.

    Raises:
        UsageError, UnknownFormat, WrongMatrix, TooFewStates: as `read_matrix`; nothing is saved.
    """
    factors, matrix = read_matrix(path, scale=None if any_scale else JUDGEMENT_SCALE)
    said = _read_scenario_fields(path) if path.suffix.lower() == ".json" else {}
    known = _read_judgements(said, path)
    judgements = matrix_to_judgements(factors, matrix, known=known)
    words = {word: said[word] for word in TEXT_FIELDS if isinstance(said.get(word), str)}
    return Scenario(
        id=f"s-{uuid.uuid4().hex[:12]}",
        title=words.get("title") or path.stem,
        question=words.get("question", ""),
        horizon=words.get("horizon", ""),
        narrative=words.get("narrative", ""),
        lang=words.get("lang", "en"),
        factors=_factors_with_priors(factors, said),
        judgements=judgements,
        forced=_read_pairs(said.get("forced"), factors),
        scale=_matrix_scale(matrix),
    )


def _scenario_fields(scenario: Scenario) -> dict[str, Any]:
    return {
        **{word: getattr(scenario, word) for word in TEXT_FIELDS},
        "forced": scenario.forced,
        "factors": [asdict(factor) for factor in scenario.factors],
        "judgements": [asdict(judgement) for judgement in scenario.judgements],
    }


def _read_scenario_fields(path: Path) -> dict[str, Any]:
    given = json.loads(path.read_text(encoding="utf-8-sig")).get("scenario")
    return given if isinstance(given, dict) else {}


def _read_judgements(said: Mapping[str, Any], path: Path) -> tuple[Judgement, ...]:
    """What people said of the cells; the numbers themselves come from the matrix."""
    try:
        return tuple(
            Judgement(
                **{name: str(each[name]) for name in CELL_FIELDS},
                value=0,
                reason=str(each.get("reason", "")),
                author=str(each.get("author", "")),
                confidence=float(each.get("confidence", 1.0)),
            )
            for each in said.get("judgements", ())
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise WrongMatrix(file=path.name, row="scenario", column="judgements", found="–", expected="[{…}]") from error


def _factors_with_priors(factors: tuple[Factor, ...], said: Mapping[str, Any]) -> tuple[Factor, ...]:
    kept = {each.get("id"): each for each in said.get("factors", ()) if isinstance(each, dict)}
    return tuple(_factor_with_priors(factor, kept.get(factor.id, {})) for factor in factors)


def _factor_with_priors(factor: Factor, kept: Mapping[str, Any]) -> Factor:
    """With priors and bands, where the file says them as numbers."""
    states = {each.get("id"): each for each in kept.get("states", ()) if isinstance(each, dict)}
    given = tuple(_state_with_prior(state, states.get(state.id, {})) for state in factor.states)
    known = {origin.value for origin in PriorOrigin}
    origin = PriorOrigin(kept["prior_origin"]) if kept.get("prior_origin") in known else PriorOrigin.NONE
    weeks = kept.get("horizon_weeks")
    return replace(
        factor, states=given, prior_origin=origin, horizon_weeks=weeks if isinstance(weeks, int) and weeks > 0 else 0
    )


def _state_with_prior(state: State, kept: Mapping[str, Any]) -> State:
    return replace(
        state, prior=_read_share(kept, "prior"), low=_read_share(kept, "low"), high=_read_share(kept, "high")
    )


def _read_share(kept: Mapping[str, Any], name: str) -> float | None:
    value = kept.get(name)
    return float(value) if isinstance(value, int | float) and 0.0 <= value <= 1.0 else None


def _read_pairs(given: object, factors: tuple[Factor, ...]) -> tuple[tuple[str, str], ...]:
    """Forced states that the factors have."""
    known = {(factor.id, state.id) for factor in factors for state in factor.states}
    rows = given if isinstance(given, list) else []
    return tuple(pair for pair in (tuple(row) for row in rows if isinstance(row, list)) if pair in known)


def _matrix_scale(matrix: ImpactMatrix) -> int:
    return max(JUDGEMENT_SCALE, int(abs(matrix.values).max(initial=0)))
