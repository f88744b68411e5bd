"""The judgements of a scenario as a heat-map: row acts on column, from strongly restricts to strongly promotes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from foresight.briefs.charts.grammar import (
    DIVERGING,
    FAINT,
    INK,
    PAPER,
    Chart,
    Row,
    data,
    finished,
    nothing,
    pixels,
    tips,
    written,
)
from foresight.briefs.charts.lettering import shorten, text_width, wrap
from foresight.records import Scenario
from foresight.text.numbers import number

_CELL = 24.0
_GAP = 8.0
_LINE = 12.0
_TEXT = 10.0
_STATE_WIDTH = 130.0
_FACTOR_WIDTH = 130.0
_STRONG = 2
_MOST = 3


@dataclass(frozen=True, slots=True)
class _Line:
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
    import altair as alt  # noqa: PLC0415 - only where a chart is drawn

    lines = _lines(scenario)
    if not lines:
        return nothing(lang, width=400, height=120)
    longest = _longest(lines)
    left, top = _FACTOR_WIDTH + longest, longest + 2 * _LINE + 10
    side = lines[-1].start + _CELL
    x, y = pixels(left + side, top + side)
    cells = list(_cells(scenario, lines, left, top, lang))
    tip = tips([(field, field) for field in ("acts", "on", "judged", "reason")], lang)
    tiles = alt.Chart(data(cells)).mark_rect(stroke=PAPER, strokeWidth=1.5)
    colour, ink = (alt.Color(f"{field}:N", scale=None, legend=None) for field in ("colour", "ink"))
    layers = [
        tiles.encode(x=x, y=y, x2="x2:Q", y2="y2:Q", color=colour, tooltip=tip),
        *(
            written(rows, size=_TEXT, **looks).encode(x=x, y=y, color=ink)
            for rows, looks in _writing(cells, lines, left, top)
        ),
    ]
    return finished(alt.layer(*layers).properties(width=left + side, height=top + side), lang)


def _lines(scenario: Scenario) -> list[_Line]:
    lines: list[_Line] = []
    start = 0.0
    for factor in scenario.factors:
        for at, state in enumerate(factor.states):
            lines.append(_Line(factor.id, state.id, factor.name, state.name, start, at == 0))
            start += _CELL
        start += _GAP
    return lines


def _longest(lines: Sequence[_Line]) -> float:
    return min(_STATE_WIDTH, max(text_width(line.state_name, _TEXT) for line in lines))


def _cells(scenario: Scenario, lines: Sequence[_Line], left: float, top: float, lang: str) -> Iterator[Row]:
    judged = {(j.source_factor, j.source_state, j.target_factor, j.target_state): j for j in scenario.judgements}
    for row in lines:
        for column in lines:
            if row.factor == column.factor:
                continue
            judgement = judged.get((row.factor, row.state, column.factor, column.state))
            value = max(-_MOST, min(_MOST, judgement.value)) if judgement else 0
            x, y = left + column.start, top + row.start
            yield {
                "x": x,
                "y": y,
                "x2": x + _CELL,
                "y2": y + _CELL,
                "colour": DIVERGING[value + _MOST] if value else FAINT,
                "ink": PAPER if abs(value) > _STRONG else INK,
                "text": number(judgement.value, lang, signed=True) if judgement and judgement.value else "",
                "acts": f"{row.factor_name}: {row.state_name}",
                "on": f"{column.factor_name}: {column.state_name}",
                "judged": number(judgement.value if judgement else 0, lang, signed=True),
                "reason": judgement.reason if judgement else "",
            }


def _writing(cells: Sequence[Row], lines: Sequence[_Line], left: float, top: float) -> Iterator[tuple[list[Row], Row]]:
    """Numbers in the tiles, states beside and above, factors before and over them."""
    half = _CELL / 2
    middle = {"baseline": "middle"}
    yield [{**cell, "x": cell["x"] + half, "y": cell["y"] + half} for cell in cells if cell["text"]], middle
    beside = {"align": "right", **middle}
    states = [shorten(line.state_name, _TEXT, _STATE_WIDTH) for line in lines]
    named = list(zip(lines, states, strict=True))
    yield [_at(left - 6, top + line.start + half, name) for line, name in named], beside
    yield (
        [_at(left + line.start + half, top - 6, name) for line, name in named],
        {"align": "left", "angle": 270, **middle},
    )
    names = []
    for line in (line for line in lines if line.is_first):
        names.append(_at(4, top + line.start + half - 6, _wrapped(line.factor_name, _FACTOR_WIDTH - 12)))
        names.append(_at(left + line.start, 2, _wrapped(line.factor_name, _room(line, lines))))
    yield names, {"align": "left", "fontWeight": "bold"}


def _wrapped(name: str, width: float) -> str:
    """A factor's name in bold, on two lines at most."""
    return "\n".join(wrap(name, _TEXT, width / 1.08))


def _room(first: _Line, lines: Sequence[_Line]) -> float:
    """How wide the columns of a factor are together."""
    return sum(_CELL for line in lines if line.factor == first.factor) + _GAP - 4


def _at(x: float, y: float, text: str) -> Row:
    return {"x": x, "y": y, "text": text, "ink": INK}
