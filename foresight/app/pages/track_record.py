"""Track record: can I trust these calls?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import streamlit as st

from foresight.app import widgets
from foresight.app.escaping import escape_markdown
from foresight.app.viewer import Viewer
from foresight.i18n.formatting import format_list
from foresight.i18n.trend_sentences import stage_name
from foresight.model.track_record import BandCoverage, CallOrigin, Reliability, TrackRecord
from foresight.model.trends import Stage
from foresight.queries.snapshot_cache import SnapshotStamp
from foresight.queries.track_record import CallWithOutcomes, TrackRecordPage
from foresight.reports.charts.track_record import band_coverage, list_lengths, outcomes_by_stage, reliability_diagram

if TYPE_CHECKING:
    from foresight.wiring import Services

_SIGNAL_STAGES = (Stage.EMERGING, Stage.WEAK)
_HORIZON_DAYS = (28, 91)
_TOO_NARROW, _TOO_WIDE = 0.85, 0.95
_FEWEST_CHANCES = 10
_FEWEST_CALLS = 5
_NOTABLE_ERROR = 0.1


def page(services: Services, viewer: Viewer) -> SnapshotStamp:
    """What the calls have meant so far, in words, charts and cases."""
    found = services.track.get()
    st.title(viewer("track_title"))
    st.markdown(viewer("track_lead"))
    if not found.records:
        _no_record(viewer)
        return found.stamp
    place = _record_choice(found, viewer)
    record = found.records[place]
    st.caption(_basis_sentence(record, viewer))
    if not record.complete:
        st.info(viewer("track_incomplete"), icon=":material/hourglass_top:")
    _meaning_section(record, viewer)
    _outcome_section(record, viewer)
    _calibration_section(record, viewer)
    _list_length_section(record, viewer)
    _call_section(found.judged[place], viewer)
    return found.stamp


def _no_record(viewer: Viewer) -> None:
    st.subheader(viewer("track_none"), divider="gray")
    st.markdown(viewer("track_none_text"))
    st.code("foresight backtest --from 2024-01-01 --to 2025-12-29 --every 1w", language="bash")
    st.caption(viewer("track_none_then"))


def _record_choice(found: TrackRecordPage, viewer: Viewer) -> int:
    """The place of the record that is shown; the one with more calls first."""
    names = [record.origin.value for record in found.records]
    most = max(range(len(names)), key=lambda place: found.records[place].calls)
    if len(names) == 1:
        return 0
    chosen = st.segmented_control(
        viewer("track_origin"),
        names,
        default=names[most],
        format_func=lambda name: viewer(f"track_origin_{name}"),
        key="track_origin",
    )
    return names.index(chosen) if chosen in names else most


def _basis_sentence(record: TrackRecord, viewer: Viewer) -> str:
    """What the record rests on."""
    key = f"track_basis_{record.origin.value}"
    if record.origin is CallOrigin.BACKTEST and record.weeks == 1:
        key = "track_basis_backtest_weekly"
    told = viewer(
        key,
        calls=viewer.number(record.calls),
        weeks=record.weeks,
        first=viewer.date(record.first),
        last=viewer.date(record.last),
        documents=viewer.number(record.documents),
        sources=viewer.number(record.sources),
        version=escape_markdown(record.code_version or "–"),
        made=viewer.date(record.made),
    )
    only = viewer("track_only", names=escape_markdown(", ".join(record.sources_only))) if record.sources_only else ""
    return f"{told} {only}".strip()


def _meaning_section(record: TrackRecord, viewer: Viewer) -> None:
    """What each claim has meant, as sentences side by side."""
    known = {(one.stage, one.days): one for one in record.reliability}
    claimed = [stage for stage in _SIGNAL_STAGES if (stage, _HORIZON_DAYS[0]) in known]
    for column, stage in zip(st.columns(max(len(claimed), 1), gap="medium"), claimed, strict=False):
        with column, st.container(border=True):
            st.markdown(f"**{viewer('track_meant', stage=stage_name(stage, viewer.lang))}**")
            first, last = (known.get((stage, days)) for days in _HORIZON_DAYS)
            if first and first.calls < _FEWEST_CALLS:
                st.markdown(viewer.counted("track_too_few", first.calls))
            elif first:
                told = viewer("track_meant_first", stage=stage_name(stage, viewer.lang), **_call_facts(first, viewer))
                st.markdown(f"{told} {_lift_sentence(first, viewer)}")
            if last and last.calls >= _FEWEST_CALLS:
                st.markdown(viewer("track_meant_last", **_call_facts(last, viewer)))


def _call_facts(one: Reliability, viewer: Viewer) -> dict[str, str]:
    chance = one.chance_grew / one.chance_calls if one.chance_calls else math.nan
    return {
        "calls": viewer.number(one.calls),
        "grew": viewer.percent(round(one.grew / one.calls, 2)),
        "chance": viewer.percent(round(chance, 2)) if one.chance_calls else "–",
    }


def _lift_sentence(one: Reliability, viewer: Viewer) -> str:
    if one.lift is None or one.low is None or one.high is None:
        return ""
    key = "track_surer" if one.low > 1 else "track_not_surer"
    facts = {"lift": one.lift, "low": one.low, "high": one.high}
    return viewer(key, **{name: viewer.number(value, digits=1) for name, value in facts.items()})


def _outcome_section(record: TrackRecord, viewer: Viewer) -> None:
    st.subheader(viewer("track_outcomes"), divider="gray", help=viewer("track_outcomes_help"))
    for column, days in zip(st.columns(2, gap="large"), _HORIZON_DAYS, strict=True):
        with column:
            st.markdown(f"**{viewer(f'track_days_{days}').capitalize()}**")
            chart = outcomes_by_stage(record.reliability, days=days, lang=viewer.lang)
            widgets.show_chart(chart, alt=viewer("alt_outcomes"), key=f"outcomes_{days}")
    with st.expander(viewer("track_table"), icon=":material/table:"):
        st.dataframe([_reliability_row(one, viewer) for one in record.reliability], hide_index=True, height="content")


def _reliability_row(one: Reliability, viewer: Viewer) -> dict[str, Any]:
    interval = "–"
    if one.low is not None and one.high is not None:
        interval = f"{viewer.number(one.low, digits=1)}–{viewer.number(one.high, digits=1)}"
    counts = _call_facts(one, viewer)
    return {
        viewer("column_stage"): stage_name(one.stage, viewer.lang),
        viewer("column_horizon"): viewer(f"track_days_{one.days}"),
        viewer("column_calls"): one.calls,
        viewer("column_trends"): one.trends,
        viewer("column_grew"): counts["grew"],
        viewer("column_chance"): counts["chance"],
        viewer("column_lift"): "–" if one.lift is None else viewer.number(one.lift, digits=1),
        viewer("column_lift_range"): interval,
    }


def _calibration_section(record: TrackRecord, viewer: Viewer) -> None:
    """The chance to last, and the bands of projections, side by side."""
    chance, bands = st.columns(2, gap="large")
    with chance:
        st.subheader(viewer("track_chances"), divider="gray", help=viewer("track_chances_help"))
        if sum(one.calls for one in record.chances) < _FEWEST_CHANCES:
            st.caption(viewer("track_chances_few"))
        else:
            chart = reliability_diagram(record.chances, lang=viewer.lang)
            widgets.show_chart(chart, alt=viewer("alt_chances"), key="chances")
            st.markdown(_brier_sentence(record, viewer))
    with bands:
        st.subheader(viewer("track_bands"), divider="gray", help=viewer("track_bands_help"))
        widgets.show_chart(band_coverage(record.coverage, lang=viewer.lang), alt=viewer("alt_bands"), key="bands")
        st.markdown(" ".join(_coverage_sentences([one for one in record.coverage if one.stage is None], viewer)))


def _brier_sentence(record: TrackRecord, viewer: Viewer) -> str:
    if record.brier is None or record.brier_base is None:
        return ""
    key = "track_brier_good" if record.brier < record.brier_base else "track_brier_bad"
    return viewer(key, brier=viewer.number(record.brier, digits=3), base=viewer.number(record.brier_base, digits=3))


def _coverage_sentences(found: list[BandCoverage], viewer: Viewer) -> list[str]:
    """What the bands' coverage means, as sentences."""
    if not found:
        return []
    told = []
    for key, wrong in (
        ("track_bands_narrow", [one for one in found if round(one.ninety, 2) < _TOO_NARROW]),
        ("track_bands_wide", [one for one in found if round(one.ninety, 2) > _TOO_WIDE]),
    ):
        if wrong:
            weeks = format_list([str(one.weeks) for one in wrong], viewer.lang)
            told.append(viewer(key, horizons=viewer("track_at", weeks=weeks)))
    longest = max(found, key=lambda one: one.weeks)
    off = sorted(one.error for one in found)[len(found) // 2]
    wrongness = "none" if abs(off) < _NOTABLE_ERROR else "high" if off < 0 else "low"
    error = viewer(f"track_error_{wrongness}", percent=viewer.percent(round(math.exp(off), 2)))
    gone = viewer("track_gone", percent=viewer.percent(round(longest.gone, 2)))
    return [*(told or [viewer("track_bands_good")]), error, gone]


def _list_length_section(record: TrackRecord, viewer: Viewer) -> None:
    if not record.lists:
        return
    st.subheader(viewer("track_lists"), divider="gray")
    listed = [sum(calls for stage, calls in one.stages if stage in _SIGNAL_STAGES) for one in record.lists]
    st.markdown(viewer("track_lists_told", mean=viewer.number(sum(listed) / len(listed), digits=1)))
    widgets.show_chart(list_lengths(record.lists, lang=viewer.lang), alt=viewer("alt_lists"), key="lists")


def _call_section(judged: tuple[CallWithOutcomes, ...], viewer: Viewer) -> None:
    """The cases behind the figures."""
    if not judged:
        return
    st.subheader(viewer("track_calls"), divider="gray", help=viewer("track_calls_help"))
    date_format = "D.M.YYYY" if viewer.lang == "fi" else "D MMM YYYY"
    st.dataframe(
        [_call_row(one, viewer) for one in judged],
        hide_index=True,
        height="content",
        column_config={
            viewer("column_called"): st.column_config.DateColumn(format=date_format, width="small"),
            viewer("column_call"): st.column_config.TextColumn(width="large"),
        },
    )


def _call_row(one: CallWithOutcomes, viewer: Viewer) -> dict[str, Any]:
    return {
        viewer("column_called"): one.call.as_of.date(),
        viewer("column_call"): one.call.title,
        viewer("column_stage"): stage_name(one.call.stage, viewer.lang),
        viewer("column_then"): viewer.percent(one.call.share),
        viewer("column_later"): "–" if one.later is None else viewer.percent(one.later),
        viewer("column_inside"): _yes_no_open(one.inside, viewer),
        viewer("column_grew28"): _yes_no_open(one.first.grew if one.first else None, viewer),
        viewer("column_grew91"): _yes_no_open(one.last.grew if one.last else None, viewer),
    }


def _yes_no_open(answer: bool | None, viewer: Viewer) -> str:  # noqa: FBT001 - an answer, not a switch
    return viewer("track_open") if answer is None else viewer("track_yes" if answer else "track_no")
