"""Factors: what may turn out in two or more ways, made from trends or freely, with ids that last."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence

from foresight.errors import TooFewStates, UnknownFactor, UnknownState, WrongMatrix
from foresight.records import Factor, Signal, State, TrendView
from foresight.text import Texts
from foresight.text.numbers import percent

FEWEST_STATES = 2
# Ids of the three states a trend starts with; their names are in the reader's language, the ids never change.
FADES, STAYS, GROWS = "fades", "stays", "grows"
HORIZONS = ("+4w", "+8w", "+12w")


def state_name(factors: Sequence[Factor], told: tuple[str, str]) -> str:
    """A (factor id, state id) pair as people call it; the ids where it is not among the factors."""
    for factor in factors:
        if factor.id == told[0]:
            named = next((state.name for state in factor.states if state.id == told[1]), told[1])
            return f"{factor.name}: {named}"
    return "=".join(told)


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
    last = _farthest(view)
    facts = _bands(view, lang)
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
            for state, (low, high) in zip(names, _bounds(last), strict=True)
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
    check([made])
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


def check(factors: Sequence[Factor]) -> None:
    """See that factors can be worked with.

    Raises:
        TooFewStates: a factor with one state or none.
        WrongMatrix: two factors, or two states of one factor, share an id.
    """
    for factor in factors:
        if len(factor.states) < FEWEST_STATES:
            raise TooFewStates(factor=factor.name, states=len(factor.states))
        _check_once((state.id for state in factor.states), row=factor.name)
    _check_once((factor.id for factor in factors), row="")


def place(factors: Sequence[Factor], pairs: Iterable[tuple[str, str]]) -> tuple[tuple[int, int], ...]:
    """Where (factor, state) pairs stand: (index of the factor, index of its state).

    Both may be given by id or by name; an id wins where it is another one's name.

    Raises:
        UnknownFactor: no such factor; UnknownState: it has no such state; `known` lists what there is.
    """
    found = []
    for factor_key, state_key in pairs:
        names = [(factor.id, factor.name) for factor in factors]
        factor = _index(names, factor_key)
        if factor is None:
            raise UnknownFactor(factor=factor_key, known=known_as(names))
        states = [(state.id, state.name) for state in factors[factor].states]
        state = _index(states, state_key)
        if state is None:
            raise UnknownState(factor=factors[factor].name, state=state_key, known=known_as(states))
        found.append((factor, state))
    return tuple(found)


def known_as(names: Iterable[tuple[str, str]]) -> str:
    """(id, name) pairs as one may type them: the id, and the name where it is another word."""
    return ", ".join(key if key == name else f"{key} ({name})" for key, name in names)


def _index(known: Sequence[tuple[str, str]], key: str) -> int | None:
    for part in (0, 1):
        for index, entry in enumerate(known):
            if entry[part] == key:
                return index
    return None


def _check_once(ids: Iterable[str], *, row: str) -> None:
    seen: set[str] = set()
    for key in ids:
        if key in seen:
            raise WrongMatrix(file="", row=row, column=key, found=f"2 × {key}", expected=f"1 × {key}")
        seen.add(key)


def _bands(view: TrendView, lang: str) -> dict[str, str]:
    """The farthest projection of a trend in words: weeks, low, high, middle; empty where there is none."""
    whole = _projected(view)
    if not whole:
        return {}
    last = whole[-1]
    now = view.signal("share")
    return {
        "weeks": last.window.strip("+w"),
        "low": percent(last.low or 0.0, lang),
        "high": percent(last.high or 0.0, lang),
        "now": percent(now.value, lang) if now else "–",
        "path": "; ".join(_on_the_way(signal, lang) for signal in whole),
    }


def _projected(view: TrendView) -> list[Signal]:
    """The middle halves of a trend's projections, nearest horizon first."""
    known = [signal for signal in (view.signal("projection_half", window) for window in HORIZONS) if signal is not None]
    return [signal for signal in known if signal.low is not None and signal.high is not None]


def _farthest(view: TrendView) -> Signal | None:
    whole = _projected(view)
    return whole[-1] if whole else None


def _bounds(last: Signal | None) -> tuple[tuple[float | None, float | None], ...]:
    """The shares that fading, staying and growing mean."""
    low, high = (last.low, last.high) if last else (None, None)
    return (None, low), (low, high), (high, None)


def _on_the_way(signal: Signal, lang: str) -> str:
    return Texts(lang)(
        "scenarios.band",
        weeks=signal.window.strip("+w"),
        low=percent(signal.low or 0.0, lang),
        high=percent(signal.high or 0.0, lang),
    )
