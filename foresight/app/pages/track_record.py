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


def page(services: Services, reader: Viewer) -> SnapshotStamp:
    """What the calls have meant so far, in words, charts and cases."""
    found = services.track.get()
    st.title(reader("track_title"))
    st.markdown(reader("track_lead"))
    if not found.records:
        _no_record(reader)
        return found.stamp
    place = _record_choice(found, reader)
    record = found.records[place]
    st.caption(_basis_sentence(record, reader))
    if not record.complete:
        st.info(reader("track_incomplete"), icon=":material/hourglass_top:")
    _meaning_section(record, reader)
    _outcome_section(record, reader)
    _calibration_section(record, reader)
    _list_length_section(record, reader)
    _call_section(found.judged[place], reader)
    return found.stamp


def _no_record(reader: Viewer) -> None:
    st.subheader(reader("track_none"), divider="gray")
    st.markdown(reader("track_none_text"))
    st.code("foresight backtest --from 2024-01-01 --to 2025-12-29 --every 1w", language="bash")
    st.caption(reader("track_none_then"))


def _record_choice(found: TrackRecordPage, reader: Viewer) -> int:
    """The place of the record that is shown; the one with more calls first."""
    names = [record.origin.value for record in found.records]
    most = max(range(len(names)), key=lambda place: found.records[place].calls)
    if len(names) == 1:
        return 0
    chosen = st.segmented_control(
        reader("track_origin"),
        names,
        default=names[most],
        format_func=lambda name: reader(f"track_origin_{name}"),
        key="track_origin",
    )
    return names.index(chosen) if chosen in names else most


def _basis_sentence(record: TrackRecord, reader: Viewer) -> str:
    """What the record rests on."""
    key = f"track_basis_{record.origin.value}"
    if record.origin is CallOrigin.BACKTEST and record.weeks == 1:
        key = "track_basis_backtest_weekly"
    told = reader(
        key,
        calls=reader.number(record.calls),
        weeks=record.weeks,
        first=reader.date(record.first),
        last=reader.date(record.last),
        documents=reader.number(record.documents),
        sources=reader.number(record.sources),
        version=escape_markdown(record.code_version or "–"),
        made=reader.date(record.made),
    )
    only = reader("track_only", names=escape_markdown(", ".join(record.sources_only))) if record.sources_only else ""
    return f"{told} {only}".strip()


def _meaning_section(record: TrackRecord, reader: Viewer) -> None:
    """What each claim has meant, as sentences side by side."""
    known = {(one.stage, one.days): one for one in record.reliability}
    claimed = [stage for stage in _SIGNAL_STAGES if (stage, _HORIZON_DAYS[0]) in known]
    for column, stage in zip(st.columns(max(len(claimed), 1), gap="medium"), claimed, strict=False):
        with column, st.container(border=True):
            st.markdown(f"**{reader('track_meant', stage=stage_name(stage, reader.lang))}**")
            first, last = (known.get((stage, days)) for days in _HORIZON_DAYS)
            if first and first.calls < _FEWEST_CALLS:
                st.markdown(reader.counted("track_too_few", first.calls))
            elif first:
                told = reader("track_meant_first", stage=stage_name(stage, reader.lang), **_call_facts(first, reader))
                st.markdown(f"{told} {_lift_sentence(first, reader)}")
            if last and last.calls >= _FEWEST_CALLS:
                st.markdown(reader("track_meant_last", **_call_facts(last, reader)))


def _call_facts(one: Reliability, reader: Viewer) -> dict[str, str]:
    chance = one.chance_grew / one.chance_calls if one.chance_calls else math.nan
    return {
        "calls": reader.number(one.calls),
        "grew": reader.percent(round(one.grew / one.calls, 2)),
        "chance": reader.percent(round(chance, 2)) if one.chance_calls else "–",
    }


def _lift_sentence(one: Reliability, reader: Viewer) -> str:
    if one.lift is None or one.low is None or one.high is None:
        return ""
    key = "track_surer" if one.low > 1 else "track_not_surer"
    facts = {"lift": one.lift, "low": one.low, "high": one.high}
    return reader(key, **{name: reader.number(value, digits=1) for name, value in facts.items()})


def _outcome_section(record: TrackRecord, reader: Viewer) -> None:
    st.subheader(reader("track_outcomes"), divider="gray", help=reader("track_outcomes_help"))
    for column, days in zip(st.columns(2, gap="large"), _HORIZON_DAYS, strict=True):
        with column:
            st.markdown(f"**{reader(f'track_days_{days}').capitalize()}**")
            chart = outcomes_by_stage(record.reliability, days=days, lang=reader.lang)
            widgets.show_chart(chart, alt=reader("alt_outcomes"), key=f"outcomes_{days}")
    with st.expander(reader("track_table"), icon=":material/table:"):
        st.dataframe([_reliability_row(one, reader) for one in record.reliability], hide_index=True, height="content")


def _reliability_row(one: Reliability, reader: Viewer) -> dict[str, Any]:
    interval = "–"
    if one.low is not None and one.high is not None:
        interval = f"{reader.number(one.low, digits=1)}–{reader.number(one.high, digits=1)}"
    counts = _call_facts(one, reader)
    return {
        reader("column_stage"): stage_name(one.stage, reader.lang),
        reader("column_horizon"): reader(f"track_days_{one.days}"),
        reader("column_calls"): one.calls,
        reader("column_trends"): one.trends,
        reader("column_grew"): counts["grew"],
        reader("column_chance"): counts["chance"],
        reader("column_lift"): "–" if one.lift is None else reader.number(one.lift, digits=1),
        reader("column_lift_range"): interval,
    }


def _calibration_section(record: TrackRecord, reader: Viewer) -> None:
    """The chance to last, and the bands of projections, side by side."""
    chance, bands = st.columns(2, gap="large")
    with chance:
        st.subheader(reader("track_chances"), divider="gray", help=reader("track_chances_help"))
        if sum(one.calls for one in record.chances) < _FEWEST_CHANCES:
            st.caption(reader("track_chances_few"))
        else:
            chart = reliability_diagram(record.chances, lang=reader.lang)
            widgets.show_chart(chart, alt=reader("alt_chances"), key="chances")
            st.markdown(_brier_sentence(record, reader))
    with bands:
        st.subheader(reader("track_bands"), divider="gray", help=reader("track_bands_help"))
        widgets.show_chart(band_coverage(record.coverage, lang=reader.lang), alt=reader("alt_bands"), key="bands")
        st.markdown(" ".join(_coverage_sentences([one for one in record.coverage if one.stage is None], reader)))


def _brier_sentence(record: TrackRecord, reader: Viewer) -> str:
    if record.brier is None or record.brier_base is None:
        return ""
    key = "track_brier_good" if record.brier < record.brier_base else "track_brier_bad"
    return reader(key, brier=reader.number(record.brier, digits=3), base=reader.number(record.brier_base, digits=3))


def _coverage_sentences(found: list[BandCoverage], reader: Viewer) -> list[str]:
    """What the bands' coverage means, as sentences."""
    if not found:
        return []
    told = []
    for key, wrong in (
        ("track_bands_narrow", [one for one in found if round(one.ninety, 2) < _TOO_NARROW]),
        ("track_bands_wide", [one for one in found if round(one.ninety, 2) > _TOO_WIDE]),
    ):
        if wrong:
            weeks = format_list([str(one.weeks) for one in wrong], reader.lang)
            told.append(reader(key, horizons=reader("track_at", weeks=weeks)))
    longest = max(found, key=lambda one: one.weeks)
    off = sorted(one.error for one in found)[len(found) // 2]
    wrongness = "none" if abs(off) < _NOTABLE_ERROR else "high" if off < 0 else "low"
    error = reader(f"track_error_{wrongness}", percent=reader.percent(round(math.exp(off), 2)))
    gone = reader("track_gone", percent=reader.percent(round(longest.gone, 2)))
    return [*(told or [reader("track_bands_good")]), error, gone]


def _list_length_section(record: TrackRecord, reader: Viewer) -> None:
    if not record.lists:
        return
    st.subheader(reader("track_lists"), divider="gray")
    listed = [sum(calls for stage, calls in one.stages if stage in _SIGNAL_STAGES) for one in record.lists]
    st.markdown(reader("track_lists_told", mean=reader.number(sum(listed) / len(listed), digits=1)))
    widgets.show_chart(list_lengths(record.lists, lang=reader.lang), alt=reader("alt_lists"), key="lists")


def _call_section(judged: tuple[CallWithOutcomes, ...], reader: Viewer) -> None:
    """The cases behind the figures."""
    if not judged:
        return
    st.subheader(reader("track_calls"), divider="gray", help=reader("track_calls_help"))
    date_format = "D.M.YYYY" if reader.lang == "fi" else "D MMM YYYY"
    st.dataframe(
        [_call_row(one, reader) for one in judged],
        hide_index=True,
        height="content",
        column_config={
            reader("column_called"): st.column_config.DateColumn(format=date_format, width="small"),
            reader("column_call"): st.column_config.TextColumn(width="large"),
        },
    )


def _call_row(one: CallWithOutcomes, reader: Viewer) -> dict[str, Any]:
    return {
        reader("column_called"): one.call.as_of.date(),
        reader("column_call"): one.call.title,
        reader("column_stage"): stage_name(one.call.stage, reader.lang),
        reader("column_then"): reader.percent(one.call.share),
        reader("column_later"): "–" if one.later is None else reader.percent(one.later),
        reader("column_inside"): _yes_no_open(one.inside, reader),
        reader("column_grew28"): _yes_no_open(one.first.grew if one.first else None, reader),
        reader("column_grew91"): _yes_no_open(one.last.grew if one.last else None, reader),
    }


def _yes_no_open(answer: bool | None, reader: Viewer) -> str:  # noqa: FBT001 - an answer, not a switch
    return reader("track_open") if answer is None else reader("track_yes" if answer else "track_no")
