"""signals, replay, trends, trend, brief: answers from what is published."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from foresight import wiring
from foresight.cli.printing import Printer, ProgressBars
from foresight.cli.running import options_from_file
from foresight.cli.voices import say_feel_document, steep_document, voice_lines, voices_document
from foresight.i18n import Texts
from foresight.i18n.formatting import format_number, format_percent
from foresight.model.decisions import TrendView
from foresight.model.errors import UsageError
from foresight.model.trends import Stage
from foresight.queries.signal_lists import LISTED_STAGES, SignalLine, SignalListService, cut_offs
from foresight.queries.trends import MatchReview, MatchSide, TrendFilter
from foresight.store.run_lock import SystemClock


def signals(arguments: Namespace, printer: Printer) -> int:
    """The trends and their stages at a cut-off, as JSON lines."""
    stages, moment = _stages(arguments), arguments.as_of or SystemClock().now()
    with _signal_list_service(arguments) as desk:
        if arguments.as_of is None and not arguments.source:
            return _print_lines(desk.latest(stages), printer)
        return _print_lines(desk.at([moment], stages=stages, sources=arguments.source), printer)


def replay(arguments: Namespace, printer: Printer) -> int:
    """The same at every cut-off between two dates."""
    cutoffs = cut_offs(arguments.start, arguments.end, arguments.every)
    if not cutoffs:
        raise UsageError(argument="--to", found=arguments.end.date(), expected=f"on or after {arguments.start.date()}")
    with _signal_list_service(arguments) as desk:
        told = desk.slow_at if arguments.speed == "slow" else desk.at
        return _print_lines(told(cutoffs, stages=_stages(arguments), sources=arguments.source), printer)


@contextmanager
def _signal_list_service(arguments: Namespace) -> Iterator[SignalListService]:
    bars = ProgressBars()
    try:
        yield wiring.make_signal_list_service(arguments.data, options_from_file(arguments.feeds), progress=bars)
    finally:
        bars.close()


def _print_lines(lines: Iterable[SignalLine], printer: Printer) -> int:
    for line in lines:
        printer.json_line(line_document(line))
    return 0


def trends(arguments: Namespace, printer: Printer) -> int:
    """List and search trends."""
    lang = printer.texts.lang
    if arguments.review:
        return _reviews(arguments, printer)
    found = wiring.build_services(arguments.data).trends.list(TrendFilter(words=arguments.query, lang=lang))
    printer.answer(
        [trend_document(view, lang) for view in found.items],
        [_trend_line(view, printer.texts) for view in found.items] or [printer.texts("cli.no_trends")],
    )
    return 0


def _reviews(arguments: Namespace, printer: Printer) -> int:
    """The matches that a person should judge; judging is done in the app."""
    found = wiring.build_services(arguments.data).trends.reviews(printer.texts.lang)
    printer.answer(
        [review_document(review) for review in found],
        [_review_line(review, printer.texts) for review in found] or [printer.texts("cli.no_reviews")],
    )
    return 0


def trend(arguments: Namespace, printer: Printer) -> int:
    """One trend in full."""
    lang = printer.texts.lang
    page = wiring.build_services(arguments.data).trends.get(arguments.id)
    document = trend_document(page.view, lang) | {
        "signals": [asdict(signal) for signal in page.view.signals],
        "weeks": [
            {"week": week.isoformat(), "count": count, "total": total}
            for week, count, total in zip(
                page.view.series.weeks, page.view.series.counts, page.view.series.totals, strict=True
            )
        ],
        "evidence": [
            {
                "document": item.document.external_id or item.document.id,
                "title": item.document.title,
                "url": item.document.url,
                "published": item.document.published.isoformat(),
                "source": item.source.title,
                "voice": item.source.voice.value,
                "lang": item.document.lang,
            }
            for item in page.evidence
        ],
        "names": [asdict(name) for name in page.names],
        "voices": voices_document(page.view),
        "say_feel": say_feel_document(page.view, printer.texts.lang),
        "cues": [asdict(shown.cue) for shown in page.cues],
    }
    printer.answer(document, _trend_lines(document, page.view, printer.texts))
    return 0


def brief(arguments: Namespace, printer: Printer) -> int:
    """Write a brief in one or several formats."""
    desk = wiring.build_services(arguments.data).briefs
    folder: Path = arguments.out or arguments.data / "briefs"
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in arguments.format.split(","):
        made = desk.trend if arguments.kind == "trend" else desk.scenario
        file = made(arguments.id, format=kind.strip(), lang=printer.texts.lang)
        path = folder / file.name
        path.write_bytes(file.content)
        written.append(str(path))
    printer.answer({"files": written}, written)
    return 0


def line_document(line: SignalLine) -> dict[str, object]:
    """One line of `signals` and `replay`, as docs/commands.md describes it."""
    return {
        "as_of": line.as_of.date().isoformat() if line.as_of.hour == 0 else line.as_of.isoformat(),
        "rank": line.rank,
        "trend": line.trend,
        "title": line.title,
        "stage": line.stage.value,
        "speed": line.speed.value,
        "growth": {"per_week": line.growth, "low": line.growth_low, "high": line.growth_high},
        "doubling_weeks": line.doubling_weeks,
        "q_value": line.q_value,
        "lasting": {f"weeks_{weeks}": round(chance, 4) for weeks, chance in line.lasting},
        "share": line.share,
        "stories": line.stories,
        "sources": line.sources,
        "languages": list(line.languages),
        "docs": list(line.docs),
    }


def trend_document(view: TrendView, lang: str) -> dict[str, object]:
    """A trend as `trends --json` lists it."""
    growth, q_value = view.signal("growth", "12w"), view.signal("q_value")
    share = view.signal("share")
    return {
        "trend": view.trend.id,
        "title": view.title(lang),
        "subtitle": view.subtitle(lang),
        "titles": {headline.lang: headline.title for headline in view.trend.headlines},
        "stage": view.trend.stage.value,
        "speed": view.trend.speed.value,
        "rank": view.trend.rank,
        "as_of": view.trend.as_of.isoformat(),
        "growth": {"per_week": growth.value, "low": growth.low, "high": growth.high} if growth else None,
        "q_value": q_value.value if q_value else None,
        "share": share.value if share else None,
        "stories": view.trend.stories,
        "sources": view.trend.sources,
        "languages": list(view.trend.langs),
        "steep": steep_document(view),
        "hidden": view.hidden,
        "tags": list(view.tags),
        "members": list(view.members),
    }


def review_document(review: MatchReview) -> dict[str, object]:
    """A doubtful match as `trends --review --json` lists it."""
    return {
        "run": review.lineage.run_id,
        "kind": review.lineage.kind.value,
        "similarity": review.lineage.similarity,
        "shared": review.lineage.shared,
        "now": _side_document(review.now),
        "then": _side_document(review.then),
    }


def _side_document(side: MatchSide) -> dict[str, object]:
    return {
        "trend": side.trend.id,
        "title": side.title,
        "as_of": side.trend.as_of.isoformat(),
        "articles": [document.title for document in side.documents],
    }


def _review_line(review: MatchReview, texts: Texts) -> str:
    return texts(
        "cli.review_line",
        kind=texts(f"cli.review_kind_{review.lineage.kind.value}"),
        now=review.now.title,
        now_id=review.now.trend.id,
        then=review.then.title,
        then_id=review.then.trend.id,
        date=f"{review.then.trend.as_of:%Y-%m-%d}",
        similarity=format_number(review.lineage.similarity, texts.lang, digits=2),
        shared=review.lineage.shared,
    )


def _stages(arguments: Namespace) -> Sequence[Stage]:
    return tuple(Stage(name) for name in arguments.stage) if arguments.stage else LISTED_STAGES


def _trend_line(view: TrendView, texts: Texts) -> str:
    share = view.signal("share")
    told = format_percent(share.value, texts.lang) if share else "–"
    return f"{view.trend.id}  {texts(f'stages.name_{view.trend.stage.value}'):<12} {told:>8}  {view.title(texts.lang)}"


def _trend_lines(document: dict[str, object], view: TrendView, texts: Texts) -> Iterable[str]:
    yield _trend_line(view, texts)
    yield view.subtitle(texts.lang)
    yield from voice_lines(view, texts.lang)
    evidence = document["evidence"]
    for item in evidence if isinstance(evidence, list) else []:
        yield f"  {item['published'][:10]}  {item['source']}: {item['title']}  {item['url']}"
