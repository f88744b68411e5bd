"""track-record: how earlier calls turned out, on the command line."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from foresight.cli.printing import Printer
from foresight.records import TrackRecord
from foresight.services import wiring
from foresight.text import Texts
from foresight.text.numbers import date_text, number, percent

WITHOUT = 1


def track_record(arguments: Namespace, printer: Printer) -> int:
    """Print every record; without one, say what makes one."""
    records = wiring.build(arguments.data).track.get().records
    if not records:
        printer.note("track_none")
    printer.answer([asdict(record) for record in records], track_lines(records, printer.texts))
    return 0 if records else WITHOUT


def track_lines(records: Sequence[TrackRecord], texts: Texts) -> Iterator[str]:
    """Records for people: reliability, coverage, and the chance to last."""
    for record in records:
        yield texts(
            f"cli.track_{record.origin.value}",
            first=date_text(record.first, texts.lang),
            last=date_text(record.last, texts.lang),
            calls=number(record.calls, texts.lang),
        )
        yield from _reliability(record, texts)
        yield from _coverage(record, texts)
        if record.brier is not None and record.brier_base is not None:
            brier, base = (number(value, texts.lang, digits=3) for value in (record.brier, record.brier_base))
            yield texts("cli.track_brier", brier=brier, base=base)


def _reliability(record: TrackRecord, texts: Texts) -> Iterator[str]:
    for one in record.reliability:
        chance = one.chance_grew / one.chance_calls if one.chance_calls else float("nan")
        lift = "–" if one.lift is None else number(one.lift, texts.lang, digits=1)
        low, high = ("–" if v is None else number(v, texts.lang, digits=1) for v in (one.low, one.high))
        yield texts(
            "cli.track_stage",
            stage=f"{texts(f'stages.name_{one.stage.value}'):<12}",
            days=one.days,
            calls=f"{one.calls:>6}",
            grew=percent(one.grew / one.calls, texts.lang, digits=0),
            chance=percent(chance, texts.lang, digits=0),
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
                half=percent(one.half, texts.lang, digits=0),
                ninety=percent(one.ninety, texts.lang, digits=0),
            )
