"""About the data: where does this number come from?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from foresight.app import trend_cards
from foresight.app.escaping import escape_markdown
from foresight.app.trend_cards import STAGE_COLOURS
from foresight.app.viewer import Viewer
from foresight.i18n import Texts
from foresight.i18n.trend_sentences import signal_help, signal_name, stage_help
from foresight.model.runs import Problem, Run
from foresight.model.trends import Stage
from foresight.queries.about import About
from foresight.queries.snapshot_cache import SnapshotStamp

if TYPE_CHECKING:
    from foresight.wiring import Services

_SIGNALS = ("growth", "q_value", "share", "spread", "novelty", "persistence", "projection")
_RUNS_SHOWN = 10
_PROBLEMS_SHOWN = 20


def page(services: Services, viewer: Viewer) -> SnapshotStamp:
    """Runs, versions, and what the numbers mean."""
    found = services.about.get()
    st.title(viewer("about_title"))
    st.markdown(viewer("about_lead"))
    _totals_row(found, viewer)
    words, numbers = st.columns(2, gap="large")
    with words:
        st.subheader(viewer("about_stages"), divider="gray")
        for stage in (*STAGE_COLOURS, Stage.CANDIDATE, Stage.SLEEPING, Stage.NOISE):
            badge, told = st.columns([2, 5], gap="small")
            with badge:
                trend_cards.stage_badge(stage, viewer)
            told.caption(stage_help(stage, viewer.lang))
    with numbers:
        st.subheader(viewer("about_numbers"), divider="gray")
        for name in _SIGNALS:
            if signal_help(name, viewer.lang):
                title = signal_name(name, viewer.lang).capitalize()
                st.markdown(f"**{title}** — {signal_help(name, viewer.lang)}")
    st.subheader(viewer("about_trust"), divider="gray")
    keys = ("about_order", "about_chance", "about_sources_change", "about_stories", "about_people")
    st.markdown("\n".join(f"- {viewer(key)}" for key in keys))
    _calibration_section(found, viewer)
    _run_section(found, viewer)
    return found.stamp


def _totals_row(found: About, viewer: Viewer) -> None:
    counts = {
        "documents": found.documents,
        "sources": found.sources,
        "trends": found.trends,
        "decisions": found.decisions,
        "scenarios": found.scenarios,
    }
    for column, (name, count) in zip(st.columns(len(counts)), counts.items(), strict=True):
        with column, st.container(border=True):
            st.metric(viewer(f"total_{name}"), viewer.number(count))


def _calibration_section(found: About, viewer: Viewer) -> None:
    if not found.null or not found.calibrated:
        return
    with st.expander(viewer("about_calibration"), icon=":material/science:"):
        st.markdown(viewer("about_calibration_text", date=viewer.date(found.calibrated)))
        for founded, weeks, median, scale in found.null:
            st.markdown(
                "- "
                + viewer(
                    "about_calibration_line",
                    founded=viewer(f"about_founded_{founded}"),
                    weeks=weeks,
                    median=viewer.number(median, digits=2),
                    scale=viewer.number(scale, digits=2),
                )
            )


def _run_section(found: About, viewer: Viewer) -> None:
    st.subheader(viewer("about_runs"), divider="gray")
    for place, run in enumerate(found.runs[:_RUNS_SHOWN]):
        with st.expander(_run_title(run, viewer), expanded=place == 0, icon=":material/history:"):
            _run_details(run, dict(found.titles), viewer)


def _run_title(run: Run, viewer: Viewer) -> str:
    problems = sum(len(step.problems) for step in run.steps)
    title = viewer("run_title", started=viewer.moment(run.started), status=viewer(f"run_{run.status.value}"))
    return f"{title} · {viewer.counted('run_problems', problems)}" if problems else title


def _run_details(run: Run, titles: dict[str, str], viewer: Viewer) -> None:
    lines = []
    for step in run.steps:
        counts = ", ".join(_count_text(name, count, viewer) for name, count in step.counts)
        key = f"step_{step.step}"
        name = viewer(key) if Texts(viewer.lang).has(f"ui.{key}") else escape_markdown(step.step)
        reused = f" · {viewer('run_reused')}" if step.reused else ""
        seconds = viewer("seconds", seconds=viewer.number(step.seconds, digits=1))
        lines.append(f"- **{name}** · {seconds}{reused} · {counts}")
    st.markdown("\n".join(lines))
    problems = [problem for step in run.steps for problem in step.problems]
    for problem in problems[:_PROBLEMS_SHOWN]:
        subject = titles.get(problem.subject.removeprefix("source:"), problem.subject)
        st.caption(f":material/warning: {escape_markdown(subject)}: {problem_text(problem, viewer)}")
    facts = {
        "code": run.code_version,
        "encoder": run.encoder,
        "seed": run.seed,
        "config": run.config_hash[:12],
        "corpus": run.corpus_hash[:12],
    }
    st.caption(viewer("run_versions", **{name: escape_markdown(str(value)) or "–" for name, value in facts.items()}))
    st.caption(" · ".join(f"{escape_markdown(name)} {escape_markdown(version)}" for name, version in run.packages))


def _count_text(name: str, count: int, viewer: Viewer) -> str:
    """A count in words; one without words of its own keeps its name."""
    key = f"count_{name}"
    known = Texts(viewer.lang).has(f"ui.{key}")
    return viewer(key, count=viewer.number(count)) if known else f"{escape_markdown(name)} {viewer.number(count)}"


def problem_text(problem: Problem, viewer: Viewer) -> str:
    """The sentence of a problem, or its name where there is none."""
    if not Texts(viewer.lang).has(f"errors.{problem.error}"):
        return escape_markdown(problem.error)
    facts = {name: escape_markdown(value) for name, value in problem.facts}
    return Texts(viewer.lang)(f"errors.{problem.error}", **facts)
