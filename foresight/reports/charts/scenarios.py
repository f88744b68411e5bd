"""Charts of a what-if: consistent scenarios side by side, and the judgements they follow from as a heat-map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from foresight.i18n import Texts
from foresight.i18n.formatting import format_number
from foresight.model.scenarios import Scenario, Solution
from foresight.reports.charts.labels import shorten_to_width, text_width, wrap_to_width
from foresight.reports.charts.style import (
    ACCENT,
    DIVERGING,
    FAINT,
    INK,
    PAPER,
    TINTS,
    Chart,
    ChartRow,
    alt,
    chart_of,
    empty_chart,
    pixel_axes,
    styled,
    text_layer,
    tooltips,
)

_MATRIX_CELL = 24.0
_FACTOR_GAP = 8.0
_MATRIX_LINE_HEIGHT = 12.0
_MATRIX_TEXT_SIZE = 10.0
_STATE_WIDTH = 130.0
_FACTOR_WIDTH = 130.0
_STRONG_JUDGEMENT = 2
_LARGEST_DRAWN = 3


@dataclass(frozen=True, slots=True)
class _MatrixLine:
    """A state as a row or column: where it begins, in pixels from the first one."""

    factor: str
    state: str
    factor_name: str
    state_name: str
    start: float
    is_first: bool


def cross_impact(scenario: Scenario, *, lang: str) -> Chart:
    """Every judgement as a tile with its number; blue promotes, orange restricts, and the number says so too.

    Tiles without a judgement are pale, those of a factor with itself are left out.
    """
    lines = _matrix_lines(scenario)
    if not lines:
        return empty_chart(lang, width=400, height=120)
    longest = _longest_state_name(lines)
    left, top = _FACTOR_WIDTH + longest, longest + 2 * _MATRIX_LINE_HEIGHT + 10
    side = lines[-1].start + _MATRIX_CELL
    x, y = pixel_axes(left + side, top + side)
    cells = list(_matrix_cells(scenario, lines, left, top, lang))
    tip = tooltips([(field, field) for field in ("acts", "on", "judged", "reason")], lang)
    tiles = chart_of(cells).mark_rect(stroke=PAPER, strokeWidth=1.5)
    colour, ink = (alt.Color(f"{field}:N", scale=None, legend=None) for field in ("colour", "ink"))
    layers = [
        tiles.encode(x=x, y=y, x2="x2:Q", y2="y2:Q", color=colour, tooltip=tip),
        *(
            text_layer(rows, size=_MATRIX_TEXT_SIZE, **looks).encode(x=x, y=y, color=ink)
            for rows, looks in _matrix_texts(cells, lines, left, top)
        ),
    ]
    return styled(alt.layer(*layers).properties(width=left + side, height=top + side), lang)


def _matrix_lines(scenario: Scenario) -> list[_MatrixLine]:
    lines: list[_MatrixLine] = []
    start = 0.0
    for factor in scenario.factors:
        for at, state in enumerate(factor.states):
            lines.append(_MatrixLine(factor.id, state.id, factor.name, state.name, start, at == 0))
            start += _MATRIX_CELL
        start += _FACTOR_GAP
    return lines


def _longest_state_name(lines: Sequence[_MatrixLine]) -> float:
    return min(_STATE_WIDTH, max(text_width(line.state_name, _MATRIX_TEXT_SIZE) for line in lines))


def _matrix_cells(
    scenario: Scenario, lines: Sequence[_MatrixLine], left: float, top: float, lang: str
) -> Iterator[ChartRow]:
    judged = {(j.source_factor, j.source_state, j.target_factor, j.target_state): j for j in scenario.judgements}
    for row in lines:
        for column in lines:
            if row.factor == column.factor:
                continue
            judgement = judged.get((row.factor, row.state, column.factor, column.state))
            value = max(-_LARGEST_DRAWN, min(_LARGEST_DRAWN, judgement.value)) if judgement else 0
            x, y = left + column.start, top + row.start
            yield {
                "x": x,
                "y": y,
                "x2": x + _MATRIX_CELL,
                "y2": y + _MATRIX_CELL,
                "colour": DIVERGING[value + _LARGEST_DRAWN] if value else FAINT,
                "ink": PAPER if abs(value) > _STRONG_JUDGEMENT else INK,
                "text": format_number(judgement.value, lang, signed=True) if judgement and judgement.value else "",
                "acts": f"{row.factor_name}: {row.state_name}",
                "on": f"{column.factor_name}: {column.state_name}",
                "judged": format_number(judgement.value if judgement else 0, lang, signed=True),
                "reason": judgement.reason if judgement else "",
            }


def _matrix_texts(
    cells: Sequence[ChartRow], lines: Sequence[_MatrixLine], left: float, top: float
) -> Iterator[tuple[list[ChartRow], ChartRow]]:
    """Numbers in the tiles, states beside and above, factors before and over them."""
    half = _MATRIX_CELL / 2
    middle = {"baseline": "middle"}
    yield [{**cell, "x": cell["x"] + half, "y": cell["y"] + half} for cell in cells if cell["text"]], middle
    beside = {"align": "right", **middle}
    states = [shorten_to_width(line.state_name, _MATRIX_TEXT_SIZE, _STATE_WIDTH) for line in lines]
    named = list(zip(lines, states, strict=True))
    yield [_text_at(left - 6, top + line.start + half, name) for line, name in named], beside
    yield (
        [_text_at(left + line.start + half, top - 6, name) for line, name in named],
        {"align": "left", "angle": 270, **middle},
    )
    names = []
    for line in (line for line in lines if line.is_first):
        names.append(_text_at(4, top + line.start + half - 6, _wrapped_name(line.factor_name, _FACTOR_WIDTH - 12)))
        names.append(_text_at(left + line.start, 2, _wrapped_name(line.factor_name, _factor_width(line, lines))))
    yield names, {"align": "left", "fontWeight": "bold"}


def _wrapped_name(name: str, width: float) -> str:
    """A factor's name in bold, on two lines at most."""
    return "\n".join(wrap_to_width(name, _MATRIX_TEXT_SIZE, width / 1.08))


def _factor_width(first: _MatrixLine, lines: Sequence[_MatrixLine]) -> float:
    """How wide the columns of a factor are together."""
    return sum(_MATRIX_CELL for line in lines if line.factor == first.factor) + _FACTOR_GAP - 4


def _text_at(x: float, y: float, text: str) -> ChartRow:
    return {"x": x, "y": y, "text": text, "ink": INK}


_NAMES_WIDTH = 170.0
_TILE_HEIGHT = 34.0
_HEAD_HEIGHT = 26.0
_TILE_WIDTHS = (72.0, 132.0)
_FULL_WIDTH = 560.0
_TILE_TEXT_SIZE = 10.5
_TILE_LINE_HEIGHT = 12.0


def solution_labels(count: int, lang: str) -> tuple[str, ...]:
    """Short names of consistent scenarios by their order, e.g. "S1" for the first."""
    return tuple(Texts(lang)("briefs.scenario_short", number=at + 1) for at in range(count))


def scenario_matrix(scenario: Scenario, solutions: Sequence[Solution], *, lang: str) -> Chart:
    """Factors down, consistent scenarios across, the state of each as a coloured tile with its name.

    The same state of a factor has the same colour in a row. A bar stands before a row whose state was supposed in
    all of them, a line under the name of the scenario people chose.
    """
    if not solutions or not scenario.factors:
        return empty_chart(lang, width=int(_FULL_WIDTH), height=120, key="briefs.chart_no_scenarios")
    wide = min(_TILE_WIDTHS[1], max(_TILE_WIDTHS[0], _FULL_WIDTH / len(solutions)))
    width, height = _NAMES_WIDTH + wide * len(solutions), _HEAD_HEIGHT + _TILE_HEIGHT * len(scenario.factors)
    x, y = pixel_axes(width, height)
    tiles = list(_tile_rows(scenario, solutions, wide))
    rects = chart_of(tiles).mark_rect(stroke=PAPER, strokeWidth=3, cornerRadius=4)
    tip = tooltips([("factor", "factor"), ("state", "state")], lang)
    layers = [
        rects.encode(x=x, y=y, x2="x2:Q", y2="y2:Q", color=alt.Color("colour:N", scale=None, legend=None), tooltip=tip),
        _tile_texts(tiles, x, y, align="center"),
        _tile_texts(list(_factor_name_rows(scenario)), x, y, align="right", fontWeight="bold"),
        _tile_texts(list(_head_rows(len(solutions), wide, lang)), x, y, align="center", fontWeight="bold"),
        *_accent_layers(scenario, solutions, wide, x, y),
    ]
    return styled(alt.layer(*layers).properties(width=width, height=height), lang)


def _tile_rows(scenario: Scenario, solutions: Sequence[Solution], wide: float) -> Iterator[ChartRow]:
    for row, factor in enumerate(scenario.factors):
        for column, solution in enumerate(solutions):
            state = solution.states[row]
            left, top = _NAMES_WIDTH + column * wide, _HEAD_HEIGHT + row * _TILE_HEIGHT
            lines = wrap_to_width(factor.states[state].name, _TILE_TEXT_SIZE, wide - 8)
            yield {
                "x": left,
                "x2": left + wide,
                "y": top,
                "y2": top + _TILE_HEIGHT,
                "text_x": left + wide / 2,
                "text_y": top + _TILE_HEIGHT / 2 - _TILE_LINE_HEIGHT * len(lines) / 2 + 1,
                "text": "\n".join(lines),
                "colour": TINTS[state % len(TINTS)],
                "factor": factor.name,
                "state": factor.states[state].name,
            }


def _factor_name_rows(scenario: Scenario) -> Iterator[ChartRow]:
    for row, factor in enumerate(scenario.factors):
        lines = wrap_to_width(factor.name, _TILE_TEXT_SIZE, (_NAMES_WIDTH - 24) / 1.08)
        top = _HEAD_HEIGHT + row * _TILE_HEIGHT + _TILE_HEIGHT / 2 - _TILE_LINE_HEIGHT * len(lines) / 2 + 1
        yield {"text_x": _NAMES_WIDTH - 10, "text_y": top, "text": "\n".join(lines)}


def _head_rows(count: int, wide: float, lang: str) -> Iterator[ChartRow]:
    for column, name in enumerate(solution_labels(count, lang)):
        yield {"text_x": _NAMES_WIDTH + (column + 0.5) * wide, "text_y": 6, "text": name}


def _accent_layers(scenario: Scenario, solutions: Sequence[Solution], wide: float, x: Chart, y: Chart) -> list[Chart]:
    """A bar before each forced row and a line under the name of the chosen scenario."""
    forced = set(scenario.forced)
    rows = [
        {
            "x": _NAMES_WIDTH - 3,
            "x2": _NAMES_WIDTH - 3,
            "y": _HEAD_HEIGHT + at * _TILE_HEIGHT + 5,
            "y2": _HEAD_HEIGHT + (at + 1) * _TILE_HEIGHT - 5,
        }
        for at, factor in enumerate(scenario.factors)
        if all((factor.id, factor.states[solution.states[at]].id) in forced for solution in solutions)
    ]
    for column, solution in enumerate(solutions):
        if is_chosen_solution(scenario, solution):
            left = _NAMES_WIDTH + column * wide
            rows.append({"x": left + 8, "x2": left + wide - 8, "y": _HEAD_HEIGHT - 4, "y2": _HEAD_HEIGHT - 4})
    mark = chart_of(rows).mark_rule(color=ACCENT, strokeWidth=3)
    return [mark.encode(x=x, y=y, x2="x2:Q", y2="y2:Q")]


def is_chosen_solution(scenario: Scenario, solution: Solution) -> bool:
    """Whether people gave this one a name: it agrees with every chosen state, and some are chosen."""
    chosen = dict(scenario.chosen)
    states = {f.id: f.states[at].id for f, at in zip(scenario.factors, solution.states, strict=True)}
    return bool(chosen) and all(states.get(factor) == state for factor, state in chosen.items())


def _tile_texts(rows: Sequence[ChartRow], x: Chart, y: Chart, **looks: str) -> Chart:
    """Lines of text at `text_x`, `text_y` (the top of the first)."""
    placed = [{"x": row["text_x"], "y": row["text_y"], "text": row["text"]} for row in rows]
    return text_layer(placed, size=_TILE_TEXT_SIZE, line=_TILE_LINE_HEIGHT, **looks).encode(x=x, y=y)
