"""The factors of a scenario and the judgements between their states as a matrix of whole numbers.

A factor may turn out in two or more ways; it is made from a trend or freely, and its ids never change.

Row = the state that acts, column = the state acted on. A *group* is one acting state and all states of one factor it
acts on; by convention the judgements of a group add up to 0 (what promotes one state restricts the others). Breaking
the convention is a warning, never an error: adding a constant to a group changes no consistent scenario.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from foresight.i18n import Texts
from foresight.i18n.formatting import format_percent
from foresight.model.decisions import TrendView
from foresight.model.errors import TooFewStates, UnknownFactor, UnknownState, WrongMatrix
from foresight.model.scenarios import (
    Factor,
    ImpactMatrix,
    Ints2d,
    Judgement,
    Scenario,
    Solution,
    State,
    StatePair,
)
from foresight.model.trends import Signal

FEWEST_STATES = 2
# Ids of the three states a trend starts with; their names are in the reader's language, the ids never change.
FADES, STAYS, GROWS = "fades", "stays", "grows"
PROJECTION_WINDOWS = ("+4w", "+8w", "+12w")


def state_name(factors: Sequence[Factor], given: tuple[str, str]) -> str:
    """A (factor id, state id) pair as people call it; the ids where it is not among the factors."""
    for factor in factors:
        if factor.id == given[0]:
            named = next((state.name for state in factor.states if state.id == given[1]), given[1])
            return f"{factor.name}: {named}"
    return "=".join(given)


def factor_from_trend(view: TrendView, *, lang: str) -> Factor:
    """A factor that asks how a trend goes on: it fades, stays or grows on.

    Where the trend has projections, the descriptions say what share of all stories each state means, so that the
    room judges the same thing: below, within or above the middle half of the farthest projection (one chance in
    four, two in four, one in four).

    Args:
        view: the trend as people see it.
        lang: language of the names and descriptions.

    Returns:
        A factor with id "trend-<trend id>", the same whoever makes it and whenever.
    """
    say = Texts(lang)
    last = _farthest_projection(view)
    facts = _projection_facts(view, lang)
    names = {state: say(f"scenarios.state_{state}") for state in (FADES, STAYS, GROWS)}
    described = {
        state: say(f"scenarios.state_{state}_described", **facts) if facts else say(f"scenarios.state_{state}_plain")
        for state in names
    }
    return Factor(
        id=f"trend-{view.trend.id}",
        name=view.title(lang),
        description=view.subtitle(lang),
        trend_id=view.trend.id,
        horizon_weeks=int(last.window.strip("+w")) if last else 0,
        states=tuple(
            State(id=state, name=names[state], description=described[state], low=low, high=high)
            for state, (low, high) in zip(names, _state_bounds(last), strict=True)
        ),
    )


def free_factor(name: str, states: Sequence[str], *, description: str = "", taken: Collection[str] = ()) -> Factor:
    """A factor of one's own. Its id is made from the name once and stays when the name changes.

    Args:
        name: as people say it.
        states: names of its states, two or more.
        description: what it is about.
        taken: ids of the factors that are already there.

    Raises:
        TooFewStates: fewer than two states.
    """
    ids: list[str] = []
    for state in states:
        ids.append(slug(state, taken=ids))
    made = Factor(
        id=slug(name, taken=taken),
        name=name,
        description=description,
        states=tuple(State(id=key, name=state) for key, state in zip(ids, states, strict=True)),
    )
    check_factors([made])
    return made


def slug(name: str, *, taken: Collection[str] = ()) -> str:
    """A short id of letters, digits and hyphens that is not yet taken: "Väestö & työ" becomes "vaesto-tyo"."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "x"
    chosen, number = base, 1
    while chosen in taken:
        number += 1
        chosen = f"{base}-{number}"
    return chosen


def check_factors(factors: Sequence[Factor]) -> None:
    """See that factors can be worked with.

    Raises:
        TooFewStates: a factor with one state or none.
        WrongMatrix: two factors, or two states of one factor, share an id.
    """
    for factor in factors:
        if len(factor.states) < FEWEST_STATES:
            raise TooFewStates(factor=factor.name, states=len(factor.states))
        _check_unique((state.id for state in factor.states), row=factor.name)
    _check_unique((factor.id for factor in factors), row="")


def state_positions(factors: Sequence[Factor], pairs: Iterable[tuple[str, str]]) -> tuple[tuple[int, int], ...]:
    """Where (factor, state) pairs stand: (index of the factor, index of its state).

    Both may be given by id or by name; an id wins where it is another one's name.

    Raises:
        UnknownFactor: no such factor; UnknownState: it has no such state; `known` lists what there is.
    """
    found = []
    for factor_key, state_key in pairs:
        names = [(factor.id, factor.name) for factor in factors]
        factor = _index_of(names, factor_key)
        if factor is None:
            raise UnknownFactor(factor=factor_key, known=ids_and_names(names))
        states = [(state.id, state.name) for state in factors[factor].states]
        state = _index_of(states, state_key)
        if state is None:
            raise UnknownState(factor=factors[factor].name, state=state_key, known=ids_and_names(states))
        found.append((factor, state))
    return tuple(found)


def solution_pairs(scenario: Scenario, solution: Solution) -> tuple[StatePair, ...]:
    """The state of every factor in a solution, by ids."""
    return tuple((factor.id, state.id) for factor, state in solution_states(scenario, solution))


def solution_states(scenario: Scenario, solution: Solution) -> tuple[tuple[Factor, State], ...]:
    """The state of every factor in a solution."""
    return tuple((factor, factor.states[at]) for factor, at in zip(scenario.factors, solution.states, strict=True))


def ids_and_names(names: Iterable[tuple[str, str]]) -> str:
    """(id, name) pairs as one may type them: the id, and the name where it is another word."""
    return ", ".join(key if key == name else f"{key} ({name})" for key, name in names)


def _index_of(known: Sequence[tuple[str, str]], key: str) -> int | None:
    for part in (0, 1):
        for index, entry in enumerate(known):
            if entry[part] == key:
                return index
    return None


def _check_unique(ids: Iterable[str], *, row: str) -> None:
    seen: set[str] = set()
    for key in ids:
        if key in seen:
            raise WrongMatrix(file="", row=row, column=key, found=f"2 × {key}", expected=f"1 × {key}")
        seen.add(key)


def _projection_facts(view: TrendView, lang: str) -> dict[str, str]:
    """The farthest projection of a trend in words: weeks, low, high, middle; empty where there is none."""
    whole = _projections(view)
    if not whole:
        return {}
    last = whole[-1]
    now = view.signal("share")
    return {
        "weeks": last.window.strip("+w"),
        "low": format_percent(last.low or 0.0, lang),
        "high": format_percent(last.high or 0.0, lang),
        "now": format_percent(now.value, lang) if now else "–",
        "path": "; ".join(_projection_phrase(signal, lang) for signal in whole),
    }


def _projections(view: TrendView) -> list[Signal]:
    """The middle halves of a trend's projections, nearest horizon first."""
    known = [
        signal
        for signal in (view.signal("projection_half", window) for window in PROJECTION_WINDOWS)
        if signal is not None
    ]
    return [signal for signal in known if signal.low is not None and signal.high is not None]


def _farthest_projection(view: TrendView) -> Signal | None:
    whole = _projections(view)
    return whole[-1] if whole else None


def _state_bounds(last: Signal | None) -> tuple[tuple[float | None, float | None], ...]:
    """The shares that fading, staying and growing mean."""
    low, high = (last.low, last.high) if last else (None, None)
    return (None, low), (low, high), (high, None)


def _projection_phrase(signal: Signal, lang: str) -> str:
    return Texts(lang)(
        "scenarios.band",
        weeks=signal.window.strip("+w"),
        low=format_percent(signal.low or 0.0, lang),
        high=format_percent(signal.high or 0.0, lang),
    )


# −3 strongly restricts … +3 strongly promotes: the scale in most common use (cross-impact.org, "Algorithm", step 3).
JUDGEMENT_SCALE = 3
# Beyond it, sums of the search might leave the whole numbers that double precision holds exactly.
LARGEST_JUDGEMENT = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementGroup:
    """One acting state and one factor it acts on; `total` is what its judgements add up to."""

    source_factor: str
    source_state: str
    target_factor: str
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """How many groups somebody has judged; a judgement of 0 counts, silence does not."""

    judged: int
    groups: int
    missing: tuple[JudgementGroup, ...]


def state_labels(factors: Sequence[Factor]) -> tuple[str, ...]:
    """What rows and columns are called in messages: "factor: state"."""
    return tuple(f"{factor.name}: {state.name}" for factor in factors for state in factor.states)


def factor_sizes(factors: Sequence[Factor]) -> tuple[int, ...]:
    """How many states each factor has."""
    return tuple(len(factor.states) for factor in factors)


def build_matrix(scenario: Scenario, *, scale: int | None = JUDGEMENT_SCALE) -> ImpactMatrix:
    """The matrix of a scenario; see `from_judgements`."""
    return matrix_from_judgements(scenario.factors, scenario.judgements, scale=scale)


def matrix_from_values(
    factors: Sequence[Factor],
    values: Sequence[Sequence[int]] | Ints2d,
    *,
    scale: int | None = JUDGEMENT_SCALE,
    file: str = "",
) -> ImpactMatrix:
    """A checked matrix.

    Args:
        factors: who stands behind rows and columns.
        values: one row per state, one whole number per column.
        scale: the largest size of a judgement; None allows up to `LARGEST_JUDGEMENT`: published cases go to ±11.
        file: named in errors.

    Raises:
        TooFewStates: a factor with one state or none.
        WrongMatrix: rows missing or of the wrong width, a value outside the scale, a factor acting on itself.
    """
    check_factors(factors)
    names = state_labels(factors)
    if len(values) != len(names):
        raise WrongMatrix(file=file, row="", column="", found=f"{len(values)} ↓", expected=f"{len(names)} ↓")
    for name, row in zip(names, values, strict=True):
        if len(row) != len(names):
            raise WrongMatrix(file=file, row=name, column="", found=f"{len(row)} →", expected=f"{len(names)} →")
    sizes = factor_sizes(factors)
    matrix = ImpactMatrix(sizes=sizes, values=np.array(values, dtype=np.int64).reshape(len(names), len(names)))
    _check_values(matrix, names, largest=LARGEST_JUDGEMENT if scale is None else scale, file=file)
    return matrix


def matrix_from_judgements(
    factors: Sequence[Factor], judgements: Sequence[Judgement], *, scale: int | None = JUDGEMENT_SCALE
) -> ImpactMatrix:
    """The matrix of a scenario's judgements. Of two on one cell the later counts; what nobody judged is 0.

    Raises:
        UnknownFactor: a judgement names a factor or state that is not there.
        WrongMatrix: a value outside the scale, or a factor acting on itself.
        TooFewStates: a factor with one state or none.
    """
    count = sum(factor_sizes(factors))
    values = np.zeros((count, count), dtype=np.int64)
    for judgement in judgements:
        values[_matrix_cell(factors, judgement)] = judgement.value
    return matrix_from_values(factors, values, scale=scale)


def matrix_to_judgements(
    factors: Sequence[Factor], matrix: ImpactMatrix, *, known: Sequence[Judgement] = ()
) -> tuple[Judgement, ...]:
    """The matrix as judgements: all cells that are not 0, and those that people judged to be 0.

    A judgement in `known` on the same cell keeps its reason, author and confidence.
    """
    kept = {_matrix_cell(factors, judgement): judgement for judgement in known}
    places = [(factor, state) for factor in factors for state in factor.states]
    written = []
    for (row, (source, acting)), (column, (target, acted)) in product(enumerate(places), enumerate(places)):
        value = int(matrix.values[row, column])
        if (row, column) in kept:
            written.append(replace(kept[row, column], value=value))
        elif value:
            written.append(
                Judgement(
                    source_factor=source.id,
                    source_state=acting.id,
                    target_factor=target.id,
                    target_state=acted.id,
                    value=value,
                )
            )
    return tuple(written)


def unbalanced_groups(factors: Sequence[Factor], matrix: ImpactMatrix) -> tuple[JudgementGroup, ...]:
    """Groups whose judgements do not add up to 0: worth a second look, no error."""
    return tuple(group for group in judgement_groups(factors, matrix) if group.total)


def judgement_groups(factors: Sequence[Factor], matrix: ImpactMatrix) -> tuple[JudgementGroup, ...]:
    """Every group with its sum, in the order of the rows."""
    totals = np.add.reduceat(matrix.values, matrix.starts, axis=1)
    rows = [(source, state) for source in factors for state in source.states]
    return tuple(
        JudgementGroup(
            source_factor=source.id, source_state=state.id, target_factor=target.id, total=int(totals[row, place])
        )
        for row, (source, state) in enumerate(rows)
        for place, target in enumerate(factors)
        if source.id != target.id
    )


def judgement_completeness(factors: Sequence[Factor], judgements: Sequence[Judgement]) -> Completeness:
    """How many groups are judged and which are not."""
    judged = {(judgement.source_factor, judgement.source_state, judgement.target_factor) for judgement in judgements}
    count = sum(factor_sizes(factors))
    empty = ImpactMatrix(sizes=factor_sizes(factors), values=np.zeros((count, count), dtype=np.int64))
    every = judgement_groups(factors, empty)
    missing = tuple(
        group for group in every if (group.source_factor, group.source_state, group.target_factor) not in judged
    )
    return Completeness(judged=len(every) - len(missing), groups=len(every), missing=missing)


def _matrix_cell(factors: Sequence[Factor], judgement: Judgement) -> tuple[int, int]:
    pairs = [
        (judgement.source_factor, judgement.source_state),
        (judgement.target_factor, judgement.target_state),
    ]
    starts = np.concatenate([[0], np.cumsum(factor_sizes(factors))])
    row, column = (int(starts[factor]) + state for factor, state in state_positions(factors, pairs))
    return row, column


def _check_values(matrix: ImpactMatrix, names: Sequence[str], *, largest: int, file: str) -> None:
    for place, start in enumerate(matrix.starts):
        block = slice(start, start + matrix.sizes[place])
        inside = np.argwhere(matrix.values[block, block] != 0) + start
        for row, column in inside[:1].tolist():
            found = int(matrix.values[row, column])
            raise WrongMatrix(file=file, row=names[row], column=names[column], found=found, expected=0)
    for row, column in np.argwhere(np.abs(matrix.values) > largest)[:1].tolist():
        raise WrongMatrix(
            file=file,
            row=names[row],
            column=names[column],
            found=int(matrix.values[row, column]),
            expected=f"−{largest}…{largest}",
        )
