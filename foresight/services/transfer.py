"""Scenarios in files: the matrix as other tools read it, and in JSON all that people said beside it.

A JSON file holds the matrix as `scenarios.files` describes it, and under "scenario" what a matrix cannot hold:
question, reasons, authors, confidences, priors, what is forced. Other tools pass it over; foresight gets it back whole.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from foresight.errors import UnknownFormat, WrongMatrix
from foresight.records import Factor, Judgement, Matrix, PriorOrigin, Scenario, State
from foresight.scenarios import files
from foresight.scenarios.matrix import SCALE, build, to_judgements

ENDINGS = (".json", ".csv", ".scw")
CELL = ("source_factor", "source_state", "target_factor", "target_state")
WORDS = ("title", "question", "horizon", "narrative", "lang")


def exported(scenario: Scenario, ending: str) -> str:
    """A scenario as the content of a file.

    Args:
        scenario: with its factors and judgements.
        ending: ".json" (everything), ".csv" or ".scw" (factors and matrix).

    Raises:
        UnknownFormat: another ending.
        TooFewStates: a factor that no matrix can hold.
    """
    if ending not in ENDINGS:
        raise UnknownFormat(found=ending, expected=", ".join(ENDINGS))
    matrix = build(scenario, scale=None)
    if ending == ".csv":
        return files.to_csv(scenario.factors, matrix)
    if ending == ".scw":
        return files.to_scw(scenario.factors, matrix)
    whole = files.to_json(scenario.factors, matrix).rstrip().removesuffix("}").rstrip()
    return f'{whole},\n  "scenario": {json.dumps(_told(scenario), ensure_ascii=False)}\n}}\n'


def imported(path: Path, *, any_scale: bool = False) -> Scenario:
    """A scenario of a file, not kept yet, with an id of its own.

    Args:
        path: ends in .json, .csv or .scw.
        any_scale: accept judgements beyond −3…+3; the scenario then judges on the scale it came with.

    Raises:
        UsageError, UnknownFormat, WrongMatrix, TooFewStates: as `files.read_matrix`; nothing is kept.
    """
    factors, matrix = files.read_matrix(path, scale=None if any_scale else SCALE)
    said = _said(path) if path.suffix.lower() == ".json" else {}
    known = _judgements(said, path)
    judgements = to_judgements(factors, matrix, known=known)
    words = {word: said[word] for word in WORDS if isinstance(said.get(word), str)}
    return Scenario(
        id=f"s-{uuid.uuid4().hex[:12]}",
        title=words.get("title") or path.stem,
        question=words.get("question", ""),
        horizon=words.get("horizon", ""),
        narrative=words.get("narrative", ""),
        lang=words.get("lang", "en"),
        factors=_with_priors(factors, said),
        judgements=judgements,
        forced=_pairs(said.get("forced"), factors),
        scale=_scale(matrix),
    )


def _told(scenario: Scenario) -> dict[str, Any]:
    return {
        **{word: getattr(scenario, word) for word in WORDS},
        "forced": scenario.forced,
        "factors": [asdict(factor) for factor in scenario.factors],
        "judgements": [asdict(judgement) for judgement in scenario.judgements],
    }


def _said(path: Path) -> dict[str, Any]:
    told = json.loads(path.read_text(encoding="utf-8-sig")).get("scenario")
    return told if isinstance(told, dict) else {}


def _judgements(said: Mapping[str, Any], path: Path) -> tuple[Judgement, ...]:
    """What people said of the cells; the numbers themselves come from the matrix."""
    try:
        return tuple(
            Judgement(
                **{name: str(each[name]) for name in CELL},
                value=0,
                reason=str(each.get("reason", "")),
                author=str(each.get("author", "")),
                confidence=float(each.get("confidence", 1.0)),
            )
            for each in said.get("judgements", ())
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise WrongMatrix(file=path.name, row="scenario", column="judgements", found="–", expected="[{…}]") from error


def _with_priors(factors: tuple[Factor, ...], said: Mapping[str, Any]) -> tuple[Factor, ...]:
    kept = {each.get("id"): each for each in said.get("factors", ()) if isinstance(each, dict)}
    return tuple(_with_prior(factor, kept.get(factor.id, {})) for factor in factors)


def _with_prior(factor: Factor, kept: Mapping[str, Any]) -> Factor:
    """With priors and bands, where the file says them as numbers."""
    states = {each.get("id"): each for each in kept.get("states", ()) if isinstance(each, dict)}
    told = tuple(_state(state, states.get(state.id, {})) for state in factor.states)
    known = {origin.value for origin in PriorOrigin}
    origin = PriorOrigin(kept["prior_origin"]) if kept.get("prior_origin") in known else PriorOrigin.NONE
    weeks = kept.get("horizon_weeks")
    return replace(
        factor, states=told, prior_origin=origin, horizon_weeks=weeks if isinstance(weeks, int) and weeks > 0 else 0
    )


def _state(state: State, kept: Mapping[str, Any]) -> State:
    return replace(state, prior=_share(kept, "prior"), low=_share(kept, "low"), high=_share(kept, "high"))


def _share(kept: Mapping[str, Any], name: str) -> float | None:
    value = kept.get(name)
    return float(value) if isinstance(value, int | float) and 0.0 <= value <= 1.0 else None


def _pairs(told: object, factors: tuple[Factor, ...]) -> tuple[tuple[str, str], ...]:
    """Forced states that the factors have."""
    known = {(factor.id, state.id) for factor in factors for state in factor.states}
    rows = told if isinstance(told, list) else []
    return tuple(pair for pair in (tuple(row) for row in rows if isinstance(row, list)) if pair in known)


def _scale(matrix: Matrix) -> int:
    return max(SCALE, int(abs(matrix.values).max(initial=0)))
