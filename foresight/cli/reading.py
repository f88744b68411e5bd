"""trends, trend, track-record, brief, themes export, feeds check, app, doctor: what is published and set."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from foresight.cli.program import Session, command
from foresight.i18n import Texts
from foresight.i18n.formatting import format_date, format_number, format_percent

if TYPE_CHECKING:
    from foresight.i18n.voice_sentences import SignalLike
    from foresight.model.decisions import TrendView
    from foresight.model.track_record import TrackRecord
    from foresight.queries.trends import MatchReview, MatchSide

APP = Path(__file__).parent.parent.parent / "app.py"
NO_RECORD = 1


@command("trends")
def trends(session: Session, *, query: str = "", review: bool = False) -> None:
    """List and search trends, or the matches over runs that a person should review; that is done in the app."""
    from foresight.queries.trends import TrendFilter

    lang, texts = session.texts.lang, session.texts
    if review:
        found = session.services.trends.reviews(lang)
        lines = [_review_line(one, texts) for one in found] or [texts("cli.no_reviews")]
        session.show([review_document(one) for one in found], *lines, table=[])
        return
    views = session.services.trends.list(TrendFilter(words=query, lang=lang)).items
    table = [_trend_row(view, texts) for view in views]
    hint = () if views else (texts("cli.no_trends"),)
    session.show([trend_document(view, lang) for view in views], *hint, table=table)


@command("trend")
def trend(session: Session, id: str) -> None:
    """One trend in full."""
    from foresight.i18n.voice_sentences import say_feel_sentences, steep_name, voice_tones

    lang, page = session.texts.lang, session.services.trends.get(id)
    view, series = page.view, page.view.series
    evidence = [
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
    ]
    document = trend_document(view, lang) | {
        "signals": [asdict(signal) for signal in view.signals],
        "weeks": [
            {"week": week.isoformat(), "count": count, "total": total}
            for week, count, total in zip(series.weeks, series.counts, series.totals, strict=True)
        ],
        "evidence": evidence,
        "names": [asdict(name) for name in page.names],
        "voices": [
            {"voice": one.voice, "stories": one.stories, "articles": one.articles, "tone": _interval(one.tone)}
            for one in voice_tones(view.signals)
        ],
        "say_feel": {
            **{part: _interval(view.signal(f"say_feel_{part}")) for part in ("share", "tone", "tone_usual", "words")},
            "told": list(say_feel_sentences(view.signals, lang)),
        },
        "cues": [asdict(shown.cue) for shown in page.cues],
    }
    row = _trend_row(view, session.texts) | {"subtitle": view.subtitle(lang)}
    if view.steep:
        row["STEEP"] = " / ".join(steep_name(steep, lang) for steep in view.steep)
    lines = say_feel_sentences(view.signals, lang) if voice_tones(view.signals) else ()
    rows = [{name: item[name][:10] if name == "published" else item[name] for name in _SHOWN} for item in evidence]
    session.show(document, *lines, table=row | {"evidence": rows})


_SHOWN = ("published", "source", "title", "url")


@command("track-record")
def track_record(session: Session) -> int:
    """How earlier calls turned out; without any, what makes them."""
    records = session.services.overview.track_record().records
    if not records:
        session.printer.note("cli.track_none")
    session.show([asdict(record) for record in records], table=track_table(records, session.texts))
    return 0 if records else NO_RECORD


@command("brief")
def brief(
    session: Session,
    kind: Annotated[str, ("trend", "scenario")],
    id: str,
    *,
    format: str = "html",
    out: Path | None = None,
) -> None:
    """Write a brief in one or several formats."""
    briefs = session.services.briefs
    folder = out or session.data / "briefs"
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for wanted in format.split(","):
        make = briefs.trend if kind == "trend" else briefs.scenario
        file = make(id, format=wanted.strip(), lang=session.texts.lang)
        (folder / file.name).write_bytes(file.content)
        written.append(str(folder / file.name))
    session.show({"files": written}, *written, table=[])


@command("themes export")
def export_themes(session: Session, folder: Path) -> None:
    """Write the map of themes as a BERTopic model, with its documents, into a folder."""
    from foresight import wiring

    written = asdict(wiring.export_themes(session.data, folder, lang=session.texts.lang)) | {"folder": str(folder)}
    session.show(written, session.texts("cli.themes_exported", **written), table=[])


@command("feeds check")
def feeds_check(session: Session, *, feeds: Path = Path("feeds.yaml")) -> None:
    """Whether feeds.yaml is right, and what stands in it; every mistake at once."""
    from foresight import wiring
    from foresight.config import require_sources

    sources = require_sources(wiring.settings_from_environment(feeds)).sources
    langs, voices = sorted({one.lang for one in sources}), sorted({one.voice.value for one in sources})
    document = {
        "file": str(feeds),
        "feeds": len(sources),
        "by_language": {lang or "?": sum(one.lang == lang for one in sources) for lang in langs},
        "by_voice": {voice: sum(one.voice.value == voice for one in sources) for voice in voices},
        "groups": sorted({one.group for one in sources}),
    }
    session.show(document, session.texts("cli.feeds_right", file=feeds, feeds=len(sources)))


@command("app")
def app(session: Session, *, port: int = 8501) -> int:
    """Open the app; it ends when it is interrupted."""
    session.printer.note("cli.app_opens", port=port)
    words = ["streamlit", "run", str(APP), "--server.port", str(port), "--server.headless", "true"]
    environment = os.environ | {"FORESIGHT_DATA": str(session.data.resolve()), "FORESIGHT_LANG": session.texts.lang}
    return subprocess.call([sys.executable, "-m", *words], env=environment)  # noqa: S603 - our own words only


@command("doctor")
def doctor(session: Session) -> int:
    """Check archive, generations and ledger; 1 when something is not whole."""
    from foresight import wiring

    findings = wiring.check_data_folder(session.data)
    is_whole = not any(finding.wrong for finding in findings)
    lines = [
        f"{'!' if finding.wrong else ' '} {session.texts(f'cli.doctor_{finding.key}', **dict(finding.facts))}"
        for finding in findings
    ]
    session.show({"whole": is_whole, "findings": [finding.document() for finding in findings]}, *lines, table=[])
    return int(not is_whole)


def trend_document(view: TrendView, lang: str) -> dict[str, object]:
    """A trend as `trends --json` lists it."""
    growth, q_value, share = view.signal("growth", "12w"), view.signal("q_value"), view.signal("share")
    corrected = view.human_steep
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
        "steep": {
            "classes": [steep.value for steep in view.steep],
            "shares": {steep.value: value for steep, value in view.steep_shares.items()},
            "given": {"by": corrected.who, "at": corrected.at.isoformat(), "reason": corrected.reason}
            if corrected
            else None,
        },
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


def track_table(records: Sequence[TrackRecord], texts: Texts) -> list[dict[str, object]]:
    """Track records for people: a row per stage and per look ahead; a line about the persistence probability."""
    return [row for record in records for row in _track_rows(record, texts)]


def _track_rows(record: TrackRecord, texts: Texts) -> Iterator[dict[str, object]]:
    first, last = format_date(record.first, texts.lang), format_date(record.last, texts.lang)
    origin = texts(f"cli.track_{record.origin.value}", first=first, last=last)
    for one in record.reliability:
        yield {
            "record": origin,
            "measured": texts("cli.track_stage", stage=texts(f"stages.name_{one.stage.value}"), days=one.days),
            "calls": one.calls,
            "came": format_percent(one.grew / one.calls, texts.lang, digits=0),
            "by_chance": format_percent(one.chance_grew / one.chance_calls, texts.lang, digits=0)
            if one.chance_calls
            else "–",
            "lift": " … ".join(
                format_number(value, texts.lang, digits=1)
                for value in (one.low, one.lift, one.high)
                if value is not None
            ),
        }
    for cover in record.coverage:
        if cover.stage is None:
            yield {
                "record": origin,
                "measured": texts("cli.track_coverage", weeks=cover.weeks),
                "calls": cover.calls,
                "came": format_percent(cover.ninety, texts.lang, digits=0),
                "by_chance": "90 %",
            }
    if record.brier is not None and record.brier_base is not None:
        brier, base = (format_number(value, texts.lang, digits=3) for value in (record.brier, record.brier_base))
        yield {
            "record": origin,
            "measured": texts("cli.track_brier"),
            "calls": record.calls,
            "came": brier,
            "by_chance": base,
        }


def _trend_row(view: TrendView, texts: Texts) -> dict[str, Any]:
    share = view.signal("share")
    return {
        "trend": view.trend.id,
        "stage": texts(f"stages.name_{view.trend.stage.value}"),
        "share": format_percent(share.value, texts.lang) if share else "–",
        "title": view.title(texts.lang),
    }


def _side_document(side: MatchSide) -> dict[str, object]:
    articles = [document.title for document in side.documents]
    return {"trend": side.trend.id, "title": side.title, "as_of": side.trend.as_of.isoformat(), "articles": articles}


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


def _interval(signal: SignalLike | None) -> dict[str, object] | None:
    return {"value": signal.value, "low": signal.low, "high": signal.high, "n": signal.n} if signal else None
