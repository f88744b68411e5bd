"""track-record: how earlier calls turned out, on the command line."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from foresight import wiring
from foresight.cli.printing import Printer
from foresight.i18n import Texts
from foresight.i18n.formatting import format_date, format_number, format_percent
from foresight.model.track_record import TrackRecord

EXIT_NO_RECORD = 1


def track_record(arguments: Namespace, printer: Printer) -> int:
    """Print every record; without one, say what makes one."""
    records = wiring.build_services(arguments.data).overview.track_record().records
    if not records:
        printer.note("track_none")
    printer.answer([asdict(record) for record in records], track_lines(records, printer.texts))
    return 0 if records else EXIT_NO_RECORD


def track_lines(records: Sequence[TrackRecord], texts: Texts) -> Iterator[str]:
    """Records for people: reliability, coverage, and the chance to last."""
    for record in records:
        yield texts(
            f"cli.track_{record.origin.value}",
            first=format_date(record.first, texts.lang),
            last=format_date(record.last, texts.lang),
            calls=format_number(record.calls, texts.lang),
        )
        yield from _reliability(record, texts)
        yield from _coverage(record, texts)
        if record.brier is not None and record.brier_base is not None:
            brier, base = (format_number(value, texts.lang, digits=3) for value in (record.brier, record.brier_base))
            yield texts("cli.track_brier", brier=brier, base=base)


def _reliability(record: TrackRecord, texts: Texts) -> Iterator[str]:
    for one in record.reliability:
        chance = one.chance_grew / one.chance_calls if one.chance_calls else float("nan")
        lift = "–" if one.lift is None else format_number(one.lift, texts.lang, digits=1)
        low, high = ("–" if v is None else format_number(v, texts.lang, digits=1) for v in (one.low, one.high))
        yield texts(
            "cli.track_stage",
            stage=f"{texts(f'stages.name_{one.stage.value}'):<12}",
            days=one.days,
            calls=f"{one.calls:>6}",
            grew=format_percent(one.grew / one.calls, texts.lang, digits=0),
            chance=format_percent(chance, texts.lang, digits=0),
            lift=lift,
            low=low,
            high=high,
        )


def _coverage(record: TrackRecord, texts: Texts) -> Iterator[str]:
    for one in record.coverage:
        if one.stage is None:
            yield texts(
                "cli.track_coverage",
                weeks=f"{one.weeks:>2}",
                calls=one.calls,
                half=format_percent(one.half, texts.lang, digits=0),
                ninety=format_percent(one.ninety, texts.lang, digits=0),
            )
