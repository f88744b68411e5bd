"""About the data: where does this number come from?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from foresight.app.escaping import escape_markdown
from foresight.app.trend_cards import STAGES_SHOWN, stage_badge
from foresight.app.viewer import Viewer, escaped_facts
from foresight.i18n.trend_sentences import signal_help, signal_name, stage_help
from foresight.model.runs import Problem, Run, StepReport
from foresight.queries.about import About
from foresight.queries.snapshot_cache import SnapshotStamp
from foresight.trends.signals import SIGNALS

if TYPE_CHECKING:
    from foresight.wiring import Services

_RUNS_SHOWN = 10
_PROBLEMS_SHOWN = 20


def page(services: Services, viewer: Viewer) -> SnapshotStamp:
    """Runs, versions, and what the numbers mean."""
    found = services.overview.about()
    st.title(viewer("about_title"))
    st.markdown(viewer("about_lead"))
    totals = ("documents", "sources", "trends", "decisions", "scenarios")
    for column, total in zip(st.columns(len(totals)), totals, strict=True):
        with column, st.container(border=True):
            st.metric(viewer(f"total_{total}"), viewer.number(getattr(found, total)))
    stages, numbers = st.columns(2, gap="large")
    with stages:
        st.subheader(viewer("about_stages"), divider="gray")
        for stage in STAGES_SHOWN:
            badge, meaning = st.columns([2, 5], gap="small")
            with badge:
                stage_badge(stage, viewer)
            meaning.caption(stage_help(stage, viewer.lang))
    with numbers:
        st.subheader(viewer("about_numbers"), divider="gray")
        for text in dict.fromkeys(kind.text for kind in SIGNALS.values()):
            st.markdown(f"**{signal_name(text, viewer.lang).capitalize()}** — {signal_help(text, viewer.lang)}")
    st.subheader(viewer("about_trust"), divider="gray")
    reasons = ("order", "chance", "sources_change", "stories", "people")
    st.markdown("\n".join(f"- {viewer(f'about_{reason}')}" for reason in reasons))
    _calibration_section(found, viewer)
    st.subheader(viewer("about_runs"), divider="gray")
    for place, run in enumerate(found.runs[:_RUNS_SHOWN]):
        with st.expander(_run_title(run, viewer), expanded=place == 0, icon=":material/history:"):
            _run_details(run, dict(found.titles), viewer)
    return found.stamp


def _calibration_section(found: About, viewer: Viewer) -> None:
    if not found.null or not found.calibrated:
        return
    with st.expander(viewer("about_calibration"), icon=":material/science:"):
        st.markdown(viewer("about_calibration_text", date=viewer.date(found.calibrated)))
        for kind, weeks, median, scale in found.null:
            facts = {"median": viewer.number(median, digits=2), "scale": viewer.number(scale, digits=2)}
            founded = viewer(f"about_founded_{kind}")
            st.markdown(f"- {viewer('about_calibration_line', founded=founded, weeks=weeks, **facts)}")


def _run_title(run: Run, viewer: Viewer) -> str:
    problems = sum(len(step.problems) for step in run.steps)
    title = viewer("run_title", started=viewer.moment(run.started), status=viewer(f"run_{run.status.value}"))
    return f"{title} · {viewer.counted('run_problems', problems)}" if problems else title


def _run_details(run: Run, titles: dict[str, str], viewer: Viewer) -> None:
    st.markdown("\n".join(_step_line(step, viewer) for step in run.steps))
    problems = [problem for step in run.steps for problem in step.problems]
    for problem in problems[:_PROBLEMS_SHOWN]:
        subject = titles.get(problem.subject.removeprefix("source:"), problem.subject)
        st.caption(f":material/warning: {escape_markdown(subject)}: {_problem_text(problem, viewer)}")
    facts = {
        "code": run.code_version,
        "encoder": run.encoder,
        "seed": run.seed,
        "config": run.config_hash[:12],
        "corpus": run.corpus_hash[:12],
    }
    st.caption(viewer("run_versions", **{name: value or "–" for name, value in escaped_facts(facts.items()).items()}))
    st.caption(" · ".join(f"{escape_markdown(name)} {escape_markdown(version)}" for name, version in run.packages))


def _step_line(step: StepReport, viewer: Viewer) -> str:
    """One step: its name, its time and what it counted; what has no words of its own keeps its name."""
    key = f"step_{step.step}"
    parts = [f"**{viewer(key) if viewer.has(key) else escape_markdown(step.step)}**"]
    parts.append(viewer("seconds", seconds=viewer.number(step.seconds, digits=1)))
    if step.reused:
        parts.append(viewer("run_reused"))
    counts = [_count_text(name, count, viewer) for name, count in step.counts]
    return f"- {' · '.join([*parts, ', '.join(counts)])}"


def _count_text(name: str, count: int, viewer: Viewer) -> str:
    key, number = f"count_{name}", viewer.number(count)
    return viewer(key, count=number) if viewer.has(key) else f"{escape_markdown(name)} {number}"


def _problem_text(problem: Problem, viewer: Viewer) -> str:
    """The sentence of a problem, or its name where there is none."""
    return viewer.error(problem.error, **escaped_facts(problem.facts)) or escape_markdown(problem.error)
