"""The verdict: which stage a trend stands in, and the numbers that decided."""

from __future__ import annotations

import math
from dataclasses import dataclass

from foresight.records import Stage, StageReason, TrendOptions

_FEWEST_STORIES = 3
_PERSISTENT = 0.25
_LATELY = 2
_RETOLD = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a verdict rests on.

    Attributes:
        stories: counted in the last four weeks; sources: that wrote them; share: their part of everything.
        confirmed: enough independent sources, see `spread.is_confirmed`.
        proven: the calibrated test passes at the false discovery rate; moving: the plain test does.
        lately: documents of the last two weeks, by whichever way of counting sees more.
        chance: to last, 0…1, see `lasting.Course.chance`; told: drawn to the archive's own outcomes, see `refit`; None
            where there is no other.
        q: calibrated false discovery rate, None where it could not be tested.
        growth, low, high: log share per week with its 90 % interval, None where nothing was counted.
        doubling_weeks: of `growth`, None where it stands still.
        persistence: part of the last twelve weeks with a story.
        weeks: since its last story where it sleeps, else since its first.
        mixed: no common theme; asleep: nothing came for weeks.
        recurring: earlier years that had the same surge in the same weeks; 0 where it is not known to come back.
    """

    stories: int
    sources: int
    share: float
    confirmed: bool
    proven: bool
    moving: bool
    lately: float
    chance: float
    q: float | None
    growth: float | None
    low: float | None
    high: float | None
    doubling_weeks: float | None
    persistence: float
    weeks: float
    mixed: bool = False
    asleep: bool = False
    recurring: int = 0
    told: float | None = None


def verdict(evidence: Evidence, options: TrendOptions) -> tuple[Stage, StageReason]:
    """The stage, and why. What moves comes before what is: a big trend that grows is emerging, not strong."""
    stage, key = _verdict(evidence, options)
    return stage, StageReason(key=key, facts=_facts(evidence))


def _verdict(evidence: Evidence, options: TrendOptions) -> tuple[Stage, str]:
    stage = _silent(evidence) or (None if evidence.recurring else _growing(evidence, options))
    if stage:
        return stage
    if evidence.recurring:
        return Stage.STEADY, "recurring"
    if evidence.high is not None and evidence.high < 0:
        return Stage.FADING, Stage.FADING.value
    if evidence.share >= options.small_share:
        return Stage.STRONG, Stage.STRONG.value
    if evidence.persistence >= _PERSISTENT:
        return Stage.STEADY, Stage.STEADY.value
    is_brief = evidence.moving and evidence.chance < options.least_chance
    return Stage.NOISE, "noise_brief" if is_brief else "noise_few"


def _growing(evidence: Evidence, options: TrendOptions) -> tuple[Stage, str] | None:
    """Stages of what grows: for real, or only by the plain test.

    Neither is what is likely to be over before it is read about, as most bursts are, nor what has zero in the 90 %
    interval of its rate over twelve weeks. For real means that the calibrated test against the weeks before passes as
    well, with something in the last two weeks, and more than one event behind it.
    """
    if (evidence.low or 0.0) <= 0 or evidence.chance < options.least_chance:
        return None
    is_real, is_event = evidence.proven and evidence.lately >= _LATELY, _is_one_event(evidence)
    if is_real and not is_event:
        stage = Stage.EMERGING if evidence.share >= options.small_share else Stage.WEAK
        return stage, stage.value
    if not evidence.moving:
        return None
    return Stage.CANDIDATE, "candidate_event" if is_real else Stage.CANDIDATE.value


def _is_one_event(evidence: Evidence) -> bool:
    """Whether many sources tell few stories: an event that is told again everywhere is news, not yet a movement."""
    return evidence.sources >= _RETOLD * evidence.stories


def _silent(evidence: Evidence) -> tuple[Stage, str] | None:
    """Stages of which nothing can be told."""
    if evidence.asleep:
        return Stage.SLEEPING, Stage.SLEEPING.value
    if evidence.mixed:
        return Stage.NOISE, "mixed"
    if evidence.stories < _FEWEST_STORIES:
        return Stage.NOISE, "noise_few"
    if not evidence.confirmed:
        return Stage.NOISE, "noise_one_source"
    return None


def _facts(evidence: Evidence) -> tuple[tuple[str, float], ...]:
    told = {
        "growth_per_week": None if evidence.growth is None else math.expm1(evidence.growth),
        "doubling_weeks": evidence.doubling_weeks,
        "q": evidence.q,
        "chance": evidence.chance if evidence.told is None else evidence.told,
        "share": evidence.share,
        "stories": evidence.stories,
        "sources": evidence.sources,
        "weeks": evidence.weeks,
        "years": evidence.recurring or None,
    }
    return tuple((name, float(value)) for name, value in told.items() if value is not None)
