"""Charts of what if: consistent scenarios side by side, and the judgements they follow from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from foresight.briefs.charts.grammar import (
    ACCENT,
    PAPER,
    TINTS,
    Chart,
    Row,
    data,
    finished,
    nothing,
    pixels,
    tips,
    written,
)
from foresight.briefs.charts.lettering import wrap
from foresight.records import Scenario, Solution
from foresight.text import Texts

_NAMES = 170.0
_TILE_HIGH = 34.0
_HEAD = 26.0
_TILE_WIDTHS = (72.0, 132.0)
_ROOM = 560.0
_TEXT = 10.5
_LINE = 12.0
_CELL = 24.0
_GROUP_GAP = 8.0
_BY_STATE = 9.5
_MOST = 3


def scenario_names(count: int, lang: str) -> tuple[str, ...]:
    """Short names of consistent scenarios by their order, e.g. "S1" for the first."""
    return tuple(Texts(lang)("briefs.scenario_short", number=at + 1) for at in range(count))


def scenario_matrix(scenario: Scenario, solutions: Sequence[Solution], *, lang: str) -> Chart:
    """Factors down, consistent scenarios across, the state of each as a coloured tile with its name.

    The same state of a factor has the same colour in a row. A bar stands before a row whose state was supposed in
    all of them, a line under the name of the scenario people chose.
    """
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    if not solutions or not scenario.factors:
        return nothing(lang, width=int(_ROOM), height=120, key="briefs.chart_no_scenarios")
    wide = min(_TILE_WIDTHS[1], max(_TILE_WIDTHS[0], _ROOM / len(solutions)))
    width, height = _NAMES + wide * len(solutions), _HEAD + _TILE_HIGH * len(scenario.factors)
    x, y = pixels(width, height)
    tiles = list(_tiles(scenario, solutions, wide))
    rects = alt.Chart(data(tiles)).mark_rect(stroke=PAPER, strokeWidth=3, cornerRadius=4)
    tip = tips([("factor", "factor"), ("state", "state")], lang)
    layers = [
        rects.encode(x=x, y=y, x2="x2:Q", y2="y2:Q", color=alt.Color("colour:N", scale=None, legend=None), tooltip=tip),
        _words(tiles, x, y, align="center"),
        _words(list(_factor_names(scenario)), x, y, align="right", fontWeight="bold"),
        _words(list(_heads(len(solutions), wide, lang)), x, y, align="center", fontWeight="bold"),
        *_accents(scenario, solutions, wide, x, y),
    ]
    return finished(alt.layer(*layers).properties(width=width, height=height), lang)


def _tiles(scenario: Scenario, solutions: Sequence[Solution], wide: float) -> Iterator[Row]:
    for row, factor in enumerate(scenario.factors):
        for column, solution in enumerate(solutions):
            state = solution.states[row]
            left, top = _NAMES + column * wide, _HEAD + row * _TILE_HIGH
            lines = wrap(factor.states[state].name, _TEXT, wide - 8)
            yield {
                "x": left,
                "x2": left + wide,
                "y": top,
                "y2": top + _TILE_HIGH,
                "text_x": left + wide / 2,
                "text_y": top + _TILE_HIGH / 2 - _LINE * len(lines) / 2 + 1,
                "text": "\n".join(lines),
                "colour": TINTS[state % len(TINTS)],
                "factor": factor.name,
                "state": factor.states[state].name,
            }


def _factor_names(scenario: Scenario) -> Iterator[Row]:
    for row, factor in enumerate(scenario.factors):
        lines = wrap(factor.name, _TEXT, (_NAMES - 24) / 1.08)
        top = _HEAD + row * _TILE_HIGH + _TILE_HIGH / 2 - _LINE * len(lines) / 2 + 1
        yield {"text_x": _NAMES - 10, "text_y": top, "text": "\n".join(lines)}


def _heads(count: int, wide: float, lang: str) -> Iterator[Row]:
    for column, name in enumerate(scenario_names(count, lang)):
        yield {"text_x": _NAMES + (column + 0.5) * wide, "text_y": 6, "text": name}


def _accents(scenario: Scenario, solutions: Sequence[Solution], wide: float, x: Chart, y: Chart) -> list[Chart]:
    """A bar before each forced row and a line under the name of the chosen scenario."""
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    forced = set(scenario.forced)
    rows = [
        {"x": _NAMES - 3, "x2": _NAMES - 3, "y": _HEAD + at * _TILE_HIGH + 5, "y2": _HEAD + (at + 1) * _TILE_HIGH - 5}
        for at, factor in enumerate(scenario.factors)
        if all((factor.id, factor.states[solution.states[at]].id) in forced for solution in solutions)
    ]
    for column, solution in enumerate(solutions):
        if is_chosen(scenario, solution):
            left = _NAMES + column * wide
            rows.append({"x": left + 8, "x2": left + wide - 8, "y": _HEAD - 4, "y2": _HEAD - 4})
    mark = alt.Chart(data(rows)).mark_rule(color=ACCENT, strokeWidth=3)
    return [mark.encode(x=x, y=y, x2="x2:Q", y2="y2:Q")]


def is_chosen(scenario: Scenario, solution: Solution) -> bool:
    """Whether people gave this one a name: it agrees with every chosen state, and some are chosen."""
    chosen = dict(scenario.chosen)
    states = {f.id: f.states[at].id for f, at in zip(scenario.factors, solution.states, strict=True)}
    return bool(chosen) and all(states.get(factor) == state for factor, state in chosen.items())


def _words(rows: Sequence[Row], x: Chart, y: Chart, **looks: str) -> Chart:
    """Lines of text at `text_x`, `text_y` (the top of the first)."""
    placed = [{"x": row["text_x"], "y": row["text_y"], "text": row["text"]} for row in rows]
    return written(placed, size=_TEXT, line=_LINE, **looks).encode(x=x, y=y)
