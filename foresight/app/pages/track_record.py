"""Track record: can I trust these calls?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
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
_FEWEST_PROBABILITIES = 10
_FEWEST_CALLS = 5
_NOTABLE_ERROR = 0.1


def page(services: Services, viewer: Viewer) -> SnapshotStamp:
    """What the calls have meant so far, in words, charts and cases."""
    found = services.overview.track_record()
    st.title(viewer("track_title"))
    st.markdown(viewer("track_lead"))
    if not found.records:
        st.subheader(viewer("track_none"), divider="gray")
        st.markdown(viewer("track_none_text"))
        st.code("foresight backtest --from 2024-01-01 --to 2025-12-29 --every 1w", language="bash")
        st.caption(viewer("track_none_then"))
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
    _call_section(found.calls[place], viewer)
    return found.stamp


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
    weekly = "_weekly" if record.origin is CallOrigin.BACKTEST and record.weeks == 1 else ""
    sentence = viewer(
        f"track_basis_{record.origin.value}{weekly}",
        calls=viewer.number(record.calls),
        weeks=record.weeks,
        first=viewer.date(record.first),
        last=viewer.date(record.last),
        documents=viewer.number(record.documents),
        sources=viewer.number(record.sources),
        version=escape_markdown(record.code_version or "–"),
        made=viewer.date(record.made),
    )
    if not record.sources_only:
        return sentence
    return f"{sentence} {viewer('track_only', names=escape_markdown(', '.join(record.sources_only)))}"


def _meaning_section(record: TrackRecord, viewer: Viewer) -> None:
    """What each claim has meant, as sentences side by side."""
    known = {(one.stage, one.days): one for one in record.reliability}
    claimed = [stage for stage in _SIGNAL_STAGES if (stage, _HORIZON_DAYS[0]) in known]
    for column, stage in zip(st.columns(max(len(claimed), 1), gap="medium"), claimed, strict=False):
        with column, st.container(border=True):
            name = stage_name(stage, viewer.lang)
            st.markdown(f"**{viewer('track_meant', stage=name)}**")
            first, last = known[stage, _HORIZON_DAYS[0]], known.get((stage, _HORIZON_DAYS[1]))
            if first.calls < _FEWEST_CALLS:
                st.markdown(viewer.counted("track_too_few", first.calls))
            else:
                meant = viewer("track_meant_first", stage=name, **_call_facts(first, viewer))
                st.markdown(f"{meant} {_lift_sentence(first, viewer)}")
            if last and last.calls >= _FEWEST_CALLS:
                st.markdown(viewer("track_meant_last", **_call_facts(last, viewer)))


def _call_facts(one: Reliability, viewer: Viewer) -> dict[str, str]:
    chance = viewer.percent(round(one.chance_grew / one.chance_calls, 2)) if one.chance_calls else "–"
    grew = viewer.percent(round(one.grew / one.calls, 2))
    return {"calls": viewer.number(one.calls), "grew": grew, "chance": chance}


def _lift_sentence(one: Reliability, viewer: Viewer) -> str:
    if one.lift is None or one.low is None or one.high is None:
        return ""
    facts = {"lift": one.lift, "low": one.low, "high": one.high}
    written = {name: viewer.number(value, digits=1) for name, value in facts.items()}
    return viewer("track_surer" if one.low > 1 else "track_not_surer", **written)


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
    edges = [viewer.number(edge, digits=1) for edge in (one.low, one.high) if edge is not None]
    counts = _call_facts(one, viewer)
    return {
        viewer("column_stage"): stage_name(one.stage, viewer.lang),
        viewer("column_horizon"): viewer(f"track_days_{one.days}"),
        viewer("column_calls"): one.calls,
        viewer("column_trends"): one.trends,
        viewer("column_grew"): counts["grew"],
        viewer("column_chance"): counts["chance"],
        viewer("column_lift"): "–" if one.lift is None else viewer.number(one.lift, digits=1),
        viewer("column_lift_range"): "–".join(edges) if len(edges) > 1 else "–",
    }


def _calibration_section(record: TrackRecord, viewer: Viewer) -> None:
    """Persistence probabilities, and the bands of projections, side by side."""
    probabilities, bands = st.columns(2, gap="large")
    with probabilities:
        st.subheader(viewer("track_chances"), divider="gray", help=viewer("track_chances_help"))
        if sum(one.calls for one in record.chances) < _FEWEST_PROBABILITIES:
            st.caption(viewer("track_chances_few"))
        else:
            chart = reliability_diagram(record.chances, lang=viewer.lang)
            widgets.show_chart(chart, alt=viewer("alt_chances"), key="chances")
            st.markdown(_brier_sentence(record, viewer))
    with bands:
        st.subheader(viewer("track_bands"), divider="gray", help=viewer("track_bands_help"))
        widgets.show_chart(band_coverage(record.coverage, lang=viewer.lang), alt=viewer("alt_bands"), key="bands")
        overall = [one for one in record.coverage if one.stage is None]
        st.markdown(" ".join(_coverage_sentences(overall, viewer)))


def _brier_sentence(record: TrackRecord, viewer: Viewer) -> str:
    if record.brier is None or record.brier_base is None:
        return ""
    key = "track_brier_good" if record.brier < record.brier_base else "track_brier_bad"
    return viewer(key, brier=viewer.number(record.brier, digits=3), base=viewer.number(record.brier_base, digits=3))


def _coverage_sentences(found: Sequence[BandCoverage], viewer: Viewer) -> Iterator[str]:
    """What the bands' coverage means."""
    if not found:
        return
    narrow = [str(one.weeks) for one in found if round(one.ninety, 2) < _TOO_NARROW]
    wide = [str(one.weeks) for one in found if round(one.ninety, 2) > _TOO_WIDE]
    for key, weeks in (("narrow", narrow), ("wide", wide)):
        if weeks:
            horizons = viewer("track_at", weeks=format_list(weeks, viewer.lang))
            yield viewer(f"track_bands_{key}", horizons=horizons)
    if not narrow and not wide:
        yield viewer("track_bands_good")
    off = sorted(one.error for one in found)[len(found) // 2]
    wrongness = "none" if abs(off) < _NOTABLE_ERROR else "high" if off < 0 else "low"
    yield viewer(f"track_error_{wrongness}", percent=viewer.percent(round(math.exp(off), 2)))
    longest = max(found, key=lambda one: one.weeks)
    yield viewer("track_gone", percent=viewer.percent(round(longest.gone, 2)))


def _list_length_section(record: TrackRecord, viewer: Viewer) -> None:
    if record.lists:
        st.subheader(viewer("track_lists"), divider="gray")
        listed = [sum(calls for stage, calls in one.stages if stage in _SIGNAL_STAGES) for one in record.lists]
        st.markdown(viewer("track_lists_mean", mean=viewer.number(sum(listed) / len(listed), digits=1)))
        widgets.show_chart(list_lengths(record.lists, lang=viewer.lang), alt=viewer("alt_lists"), key="lists")


def _call_section(calls: Sequence[CallWithOutcomes], viewer: Viewer) -> None:
    """The cases behind the figures."""
    if calls:
        st.subheader(viewer("track_calls"), divider="gray", help=viewer("track_calls_help"))
        columns = {
            viewer("column_called"): st.column_config.DateColumn(format=viewer.date_format, width="small"),
            viewer("column_call"): st.column_config.TextColumn(width="large"),
        }
        rows = [_call_row(one, viewer) for one in calls]
        st.dataframe(rows, hide_index=True, height="content", column_config=columns)


def _call_row(one: CallWithOutcomes, viewer: Viewer) -> dict[str, Any]:
    yes_no = {True: viewer("track_yes"), False: viewer("track_no"), None: viewer("track_open")}
    return {
        viewer("column_called"): one.call.as_of.date(),
        viewer("column_call"): one.call.title,
        viewer("column_stage"): stage_name(one.call.stage, viewer.lang),
        viewer("column_then"): viewer.percent(one.call.share),
        viewer("column_later"): "–" if one.later is None else viewer.percent(one.later),
        viewer("column_inside"): yes_no[one.inside],
        viewer("column_grew28"): yes_no[one.first.grew if one.first else None],
        viewer("column_grew91"): yes_no[one.last.grew if one.last else None],
    }
