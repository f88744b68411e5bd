"""Every text that the code can ask for exists in both languages; enumerated from its syntax, nothing is sampled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product

import pytest
from asked_keys import HOLE, PACKAGE, asked_keys

from foresight.i18n import LANGUAGES, Texts
from foresight.model import errors
from foresight.model.briefs import StoryPartKind, StorySourceKind
from foresight.model.decisions import TrendDecisionKind
from foresight.model.runs import RunStatus
from foresight.model.scenarios import ExclusionKind
from foresight.model.sources import FetchOutcome, Voice
from foresight.model.track_record import CallOrigin
from foresight.model.trends import LineageKind, Speed, Stage, SteepClass
from foresight.model.workshop import PromiseState, SignpostState, ThresholdDirection, TrendMeasure
from foresight.queries.trends import SORTS
from foresight.reports.formats import BRIEF_FORMATS
from foresight.scenarios.consequences import StepVerdict
from foresight.scenarios.promises import AdoptionStage
from foresight.scenarios.stress_test import MoveKind
from foresight.scenarios.structural_analysis import InfluenceQuadrant
from foresight.trends.signals import SIGNALS

LINEAGE_SHOWN = (LineageKind.BORN, LineageKind.SPLIT, LineageKind.MERGED)
TROUBLES = ("never", "failing", "latest_failed", "damaged", "silent", "dates", "moved")
SIGNAL_KEYS = tuple({kind.text for kind in SIGNALS.values()})
STATES = ("fades", "stays", "grows")
QUESTIONS = ("matters", "act", "practice")
REVIEWED = tuple(kind for kind in LineageKind if kind is not LineageKind.SLEEPING)
"""Kinds of a match that may be doubtful: what is asleep was matched with nothing."""
REASONS = (
    *("noise_few", "noise_one_source", "noise_brief", "candidate", "candidate_event", "weak", "emerging", "strong"),
    *("steady", "fading", "recurring", "sleeping", "mixed", *(f"slow_{stage}" for stage in Stage)),
)
OWN_HEADING = {"briefs.heading_story_documents", "briefs.heading_story_sources", "briefs.heading_story_{}"}
OWN_HEADING |= {"briefs.heading_why_{}"}
"""Sections that are given their heading; their key asks for none."""
FORWARDED = {"briefs.tip_{}", "story.{}", "demonstration.because_{}_{}"}
"""Names that tests of charts, of the story and of the demonstration's workshop ask for in full."""


def _constants(pattern: str, folder: str) -> tuple[str, ...]:
    """The words in quotation marks of every match in a folder of the package."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in (PACKAGE / folder).rglob("*.py"))
    return tuple({word for match in re.finditer(pattern, code) for word in re.findall(r'"(\w+)"', match.group(1))})


def _all_errors(kind: type[errors.ForesightError] = errors.ForesightError) -> Iterator[str]:
    yield kind.__name__
    for below in kind.__subclasses__():
        yield from _all_errors(below)


FILLED: dict[str, tuple[Iterable[str], ...]] = {
    "briefs.claim_{}": (Stage,),
    "briefs.confidence_{}": (("high", "moderate", "low"),),
    "briefs.outcome_{}": (FetchOutcome,),
    "briefs.voice_{}": (Voice,),
    "briefs.column_{}": (_constants(r"columns=\(([^)]*)\)", "reports"),),
    "briefs.language_{}": (("fi", "en", "sv", "de"),),
    "briefs.likelihood_basis_{}": (("equal", "hand", "ratings", "simulated", "priors"),),
    "briefs.question_{}_scenario": (QUESTIONS,),
    "cli.doctor_{}": (_constants(r"(?:DataFinding\(|_damaged_finding\()\s*((?:key=)?\"\w+\")", "queries"),),
    "cli.review_kind_{}": (REVIEWED,),
    "demonstration.future_{}": (STATES,),
    "demonstration.money_{}": (("tight", "eases"),),
    "demonstration.trust_{}": (("holds", "cracks"),),
    "errors.{}": (tuple(_all_errors()),),
    "scenarios.state_{}_described": (STATES,),
    "scenarios.state_{}_plain": (STATES,),
    "stages.{}": (REASONS,),
    "story.met_{}": (("breaks", "gains"),),
    "story.step_{}": (("breaks", "strains", "gains"),),
    "ui.count_{}": ((*_constants(r"\.add\((\"\w+\")", "pipeline"), *Stage),),
    "ui.step_{}": (("collect", "enrich", "encode", "stories", "judge", "analyse", "publish", "import", "backtest"),),
    "workshop.origin_{}": (("none", "projection", "ratings", "hand"),),
    "workshop.resolved_{}": (("yes", "no"),),
    "cli.track_{}": (CallOrigin,),
    "methods.exclusion_{}": (ExclusionKind,),
    "scenarios.watch_{}_{}": (TrendMeasure, ThresholdDirection),
    "scenarios.watch_{}_{}_once": ((TrendMeasure.SHARE, TrendMeasure.COUNT), ThresholdDirection),
    "stages.help_{}": (Stage,),
    "stages.name_{}": (Stage,),
    "stages.signal_{}": (SIGNAL_KEYS,),
    "stages.signal_{}_help": (SIGNAL_KEYS,),
    "story.heading_{}": (StoryPartKind,),
    "story.kind_{}": (StorySourceKind,),
    "ui.about_founded_{}": (("density", "word", "name"),),
    "ui.decided_{}": (TrendDecisionKind,),
    "ui.fix_{}": (TROUBLES,),
    "ui.format_{}": (BRIEF_FORMATS,),
    "ui.lang_{}": (("fi", "en", "sv", "de"),),
    "ui.lineage_{}": (LINEAGE_SHOWN,),
    "ui.radar_by_{}": (("theme", "steep", "tag", "language"),),
    "ui.review_kind_{}": (REVIEWED,),
    "ui.run_{}": (RunStatus,),
    "ui.since_{}": (("run", "week", "month", "quarter", "mine"),),
    "ui.sort_{}": (SORTS,),
    "ui.speed_{}": (Speed,),
    "ui.track_basis_{}": (CallOrigin,),
    "ui.track_basis_{}_weekly": ((CallOrigin.BACKTEST,),),
    "ui.track_days_{}": (("28", "91"),),
    "ui.track_origin_{}": (CallOrigin,),
    "ui.trouble_{}": (TROUBLES,),
    "ui.view_{}": (("cards", "growth"),),
    "ui.voice_{}": (Voice,),
    "voices.name_{}": (Voice,),
    "voices.steep_{}": (SteepClass,),
    "workshop.move_{}": (MoveKind,),
    "workshop.promise_{}": (PromiseState,),
    "workshop.quadrant_{}": (InfluenceQuadrant,),
    "workshop.reason_{}": (MoveKind,),
    "workshop.rung_{}": (AdoptionStage,),
    "workshop.signpost_state_{}": (SignpostState,),
    "workshop.stalls_{}": (AdoptionStage,),
    "workshop.verdict_{}": (StepVerdict,),
}
"""What fills the holes of a name that is put together; a new name of this kind needs its line here."""


@cache
def asked() -> dict[str, set[str]]:
    return asked_keys()


def enumerated() -> Iterator[tuple[str, set[str]]]:
    """Every key with its places."""
    for key, places in asked().items():
        if key in OWN_HEADING | FORWARDED or (HOLE in key and key.startswith("commands.")):
            continue  # words of the command line are looked up where they are, else the name itself stands
        if HOLE not in key:
            yield key, places
        else:
            assert key in FILLED, f"say in FILLED what {key} may be ({sorted(places)})"
            for parts in product(*map(tuple, FILLED[key])):
                yield key.replace(HOLE, "%s") % parts, places


def test_the_code_asks_for_many_texts() -> None:
    assert len(dict(enumerated())) > 900


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_the_code_asks_for_exists(lang: str) -> None:
    texts = Texts(lang)
    missing = {key: sorted(places) for key, places in enumerated() if not texts.has(key)}
    assert not missing
