"""The map of themes between two fits: new documents are assigned, what fits nowhere founds new themes.

The cost of a step follows the new documents and those still waiting, never the archive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from foresight.records import Floats1d, Ints1d, ThemeOptions, ThemeState, Topic, Unit
from foresight.topics.candidates import join_languages
from foresight.topics.geometry import centre, unit
from foresight.topics.linkage import linkage_groups
from foresight.topics.themes import ThemeMap, assignments_of, founded, theme_id, with_broader
from foresight.topics.units import Batch, Places, place, take

_NEIGHBOURS = 3
_LINKAGE_LIMIT = 3_000
_LEAST_LIKE_PARENT = 0.2
_FEWEST_OFFERED = 100


def refit_due(state: ThemeState | None, as_of: datetime, options: ThemeOptions) -> bool:
    """Whether the map is to be fitted anew.

    There is none; the cut-off lies before it; a quarter has passed; as many documents have come as it was fitted on
    (a young archive); or, after four weeks, more of what has come fits nowhere than the options allow.
    """
    if state is None or as_of < state.cutoff:
        return True
    age = as_of - state.fitted
    if age >= timedelta(weeks=options.refit_weeks) or state.offered >= state.documents:
        return True
    many = state.offered >= _FEWEST_OFFERED and state.missed > options.missed_share * state.offered
    return many and age >= timedelta(weeks=options.early_weeks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The map that stands: its state, and its topics as they were shown."""

    state: ThemeState
    topics: Sequence[Topic]


def advance_themes(
    standing: Standing, batch: Batch, *, options: ThemeOptions, run_id: str, as_of: datetime
) -> ThemeMap:
    """Assign what has come, found themes from what fits nowhere, put to sleep what is quiet.

    Args:
        standing: the map of the run before.
        batch: documents without a theme of the last weeks, centred by the means of the map; `new` are those that
            have come since the run before.
        options: sizes, distances.
        run_id: stamped on the topics.
        as_of: the cut-off.

    Returns:
        The map with the new assignments only; words of new themes are left to whoever names them.
    """
    state = standing.state
    fits = place(state.themes, batch.vectors, batch.langs, batch.languages)
    everything = replace(batch, new=np.ones(len(batch.ids), dtype=np.bool_))
    themes = take(state.themes, everything, fits)
    labels = fits.units.copy()
    for rows in _groups(batch, labels, options):
        themes, labels[rows] = _settled(themes, batch, rows, options)
    themes = [_asleep(theme, as_of, options) for theme in themes]
    fresh = [theme for theme in themes[len(state.themes) :] if not theme.asleep]
    parents = (*state.parents, *((theme.id, _parent(theme, state)) for theme in fresh))
    new = replace(
        state,
        cutoff=as_of,
        themes=tuple(themes),
        parents=tuple((name, parent) for name, parent in parents if parent),
        offered=state.offered + int(batch.new.sum()),
        missed=state.missed + int((batch.new & (labels < 0)).sum()),
    )
    return ThemeMap(
        topics=_topics(new, standing.topics, run_id), assignments=assignments_of(themes, batch, labels), state=new
    )


def _groups(batch: Batch, labels: Ints1d, options: ThemeOptions) -> list[Ints1d]:
    """Rows of documents that fit nowhere and are enough and near enough to be something of their own."""
    waiting = np.flatnonzero((labels < 0) & batch.founding)
    vectors, langs = batch.vectors[waiting], batch.langs[waiting]
    (groups,) = linkage_groups(vectors, [options.birth_distance], limit=_LINKAGE_LIMIT)
    found = [waiting[group] for group in join_languages(vectors, langs, groups)]
    return [rows for rows in found if len(rows) >= options.birth_documents]


def _settled(themes: list[Unit], batch: Batch, rows: Ints1d, options: ThemeOptions) -> tuple[list[Unit], int]:
    """The themes with a group added, to the one that it lies in the middle of or as a new one, and its place there."""
    middle = centre(batch.vectors[rows], batch.langs[rows])
    near = [float(unit(theme.centroid) @ middle) if not theme.merged_into else -1.0 for theme in themes]
    nearest = int(np.argmax(near)) if near else -1
    if nearest >= 0 and near[nearest] >= options.merge_similarity:
        places = np.full(len(batch.ids), -1, dtype=np.int64)
        places[rows] = nearest
        everything = replace(batch, new=np.ones(len(batch.ids), dtype=np.bool_))
        return take(themes, everything, Places(units=places, similarity=np.zeros(len(places), np.float32))), nearest
    known = {theme.id for theme in themes}
    fresh = next(name for row in rows.tolist() if (name := theme_id("h", batch.ids[row])) not in known)
    return [*themes, founded(fresh, batch, rows, options)], len(themes)


def _asleep(theme: Unit, as_of: datetime, options: ThemeOptions) -> Unit:
    quiet = theme.last_active < as_of - timedelta(weeks=options.sleep_weeks)
    return replace(theme, asleep=quiet) if quiet and not theme.asleep else theme


def _parent(theme: Unit, state: ThemeState) -> str:
    """The broader theme whose middle a new theme is nearest to, "" where it is near none."""
    parents = dict(state.parents)
    sums: dict[str, Floats1d] = {}
    for other in state.themes:
        if parent := parents.get(other.id, ""):
            sums[parent] = sums.get(parent, np.zeros_like(other.centroid)) + other.centroid
    own = unit(theme.centroid)
    near = {parent: float(unit(total) @ own) for parent, total in sums.items()}
    best = max(sorted(near), key=lambda parent: near[parent], default="")
    return best if best and near[best] >= _LEAST_LIKE_PARENT else ""


def _topics(state: ThemeState, before: Sequence[Topic], run_id: str) -> tuple[Topic, ...]:
    """Themes awake, as they were shown but for their numbers; new ones stand among those that are nearest."""
    shown = {topic.id: topic for topic in before}
    parents = dict(state.parents)
    awake = [theme for theme in state.themes if not theme.asleep and not theme.merged_into]
    placed = [theme for theme in state.themes if theme.id in shown]
    topics = []
    for theme in awake:
        known = shown.get(theme.id)
        x, y = (known.x, known.y) if known else _place(theme, placed, shown)
        topics.append(
            replace(
                known or Topic(id=theme.id, run_id=run_id, title=""),
                run_id=run_id,
                documents=theme.documents,
                parent_id=parents.get(theme.id, ""),
                x=x,
                y=y,
            )
        )
    return with_broader(topics, {topic.id: topic for topic in before if topic.level}, run_id)


def _place(theme: Unit, placed: Sequence[Unit], shown: dict[str, Topic]) -> tuple[float, float]:
    """Between the three themes that a new one is nearest to, the nearer the closer."""
    own = unit(theme.centroid)
    near = sorted(((float(unit(other.centroid) @ own), other.id) for other in placed), reverse=True)[:_NEIGHBOURS]
    weights = [max(cosine, 0.01) for cosine, _ in near]
    if not near:
        return 0.0, 0.0
    x = sum(weight * shown[name].x for weight, (_, name) in zip(weights, near, strict=True)) / sum(weights)
    y = sum(weight * shown[name].y for weight, (_, name) in zip(weights, near, strict=True)) / sum(weights)
    return x, y
