"""A small invented archive that looks like a real one: two weekly runs, ten trends in two languages."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from foresight.model.documents import Document, NamedEntity
from foresight.model.runs import Problem, Run, RunStatus, StepReport
from foresight.model.scenarios import Factor, Judgement, Scenario, State
from foresight.model.sources import Fetch, FetchOutcome, Source, Voice
from foresight.model.trends import (
    Assignment,
    ClusteringState,
    Headline,
    Lineage,
    LineageKind,
    Signal,
    Stage,
    StageReason,
    Theme,
    Trend,
    WeeklySeries,
)
from foresight.store.archive import Archive

HOSTILE = "<img src=x onerror=alert(1)> [lue](javascript:alert(1)) **nyt** $x$ :smile: :red[heti]"
"""A headline as a feed may send it: markup of every kind, none of which may come to life."""

AS_OF = datetime(2026, 3, 2, tzinfo=UTC)
WEEKS = 26
DIM = 24


@dataclass(frozen=True)
class Planted:
    id: str
    stage: Stage
    before: Stage | None
    start: float
    growth: float
    fi: str
    fi_lead: str
    en: str
    en_lead: str
    first_week: int = 0
    theme: str = "theme-shop"


PLANTED = (
    Planted(
        "t-refill",
        Stage.WEAK,
        Stage.CANDIDATE,
        0.6,
        0.18,
        "Täyttöpakkaukset marketeissa",
        "Asiakas tuo oman purkin: täyttöpisteitä kokeillaan kolmessa kaupungissa",
        "Refill stations in supermarkets",
        "Shoppers bring their own jars as refill aisles spread",
        14,
    ),
    Planted(
        "t-voice",
        Stage.EMERGING,
        Stage.WEAK,
        3,
        0.11,
        "Puheavustajat asiakaspalvelussa",
        "Puheavustaja vastaa ensin, ihminen vasta pyynnöstä",
        "Voice assistants answer the helpline",
        "First the assistant, a person only on request",
        6,
        "theme-work",
    ),
    Planted(
        "t-repair",
        Stage.EMERGING,
        Stage.EMERGING,
        4,
        0.08,
        "Korjaaminen ostamisen sijaan",
        "Korjauspalvelu kasvaa nopeammin kuin uusien laitteiden myynti",
        "Repair before replace",
        "Repair counters outgrow sales of new appliances",
    ),
    Planted(
        "t-lonely",
        Stage.WEAK,
        None,
        0.4,
        0.22,
        "Yksinäisyys palvelutilanteissa",
        "Kassalla jutellaan: hitaat kassat saivat jonoa",
        "Slow checkouts against loneliness",
        "The slow lane is where customers stay to talk",
        17,
        "theme-life",
    ),
    Planted(
        "t-second",
        Stage.STRONG,
        Stage.STRONG,
        22,
        0.01,
        "Käytettyä tavarataloista",
        "Tavaratalo antaa kerroksen kirpputorille",
        "Second-hand in department stores",
        "A whole floor for pre-owned clothes",
    ),
    Planted(
        "t-energy",
        Stage.STRONG,
        Stage.EMERGING,
        18,
        0.02,
        "Sähkön hinta ohjaa arkea",
        "Pyykit pestään yöllä: hintahuoli muuttaa tottumuksia",
        "Power prices shape the day",
        "Laundry moves to the night as tariffs swing",
        0,
        "theme-life",
    ),
    Planted(
        "t-till",
        Stage.STEADY,
        Stage.STEADY,
        9,
        0.0,
        "Kassaton kauppa",
        "Itsepalvelukassat vakiintuivat",
        "Checkout-free shops",
        "Self-service tills are here to stay",
    ),
    Planted(
        "t-drone",
        Stage.FADING,
        Stage.STEADY,
        12,
        -0.09,
        "Dronekuljetukset",
        "Kokeilu päättyi: drone ei kestänyt talvea",
        "Delivery by drone",
        "Another pilot ends in the winter wind",
    ),
    Planted(
        "t-week",
        Stage.CANDIDATE,
        Stage.NOISE,
        1.2,
        0.07,
        "Nelipäiväinen työviikko",
        "Asiakas sai vastauksen perjantainakin",
        "Four-day week on the shop floor",
        "Staff rested, customers served",
        8,
        "theme-work",
    ),
    Planted(
        "t-metal",
        Stage.SLEEPING,
        Stage.FADING,
        1.5,
        -0.4,
        "Metallilahjakortit",
        "Lahjakortti kestää pesukoneen",
        "Gift cards made of metal",
        "A card that survives the wash",
    ),
)

SOURCES = (
    Source(id="s-kaupunki", title="Kaupungin Uutiset", url="https://kaupunki.example/rss", lang="fi", region="FI"),
    Source(id="s-talous", title="Talousviikko", url="https://talousviikko.example/rss", lang="fi", region="FI"),
    Source(
        id="s-kuluttaja",
        title="Kuluttajan ääni",
        url="https://kuluttaja.example/rss",
        lang="fi",
        region="FI",
        voice=Voice.CUSTOMER,
    ),
    Source(
        id="s-ketju",
        title="Pohjolan Kauppa: tiedotteet",
        url="https://ketju.example/rss",
        lang="fi",
        region="FI",
        voice=Voice.COMPANY,
    ),
    Source(id="s-retail", title="Retail Observer", url="https://retail.example/rss", lang="en", region="GB"),
    Source(id="s-daily", title="The Daily Ledger", url="https://daily.example/rss", lang="en", region="GB"),
    Source(id="s-lab", title="Service Futures Lab", url="https://lab.example/feed", lang="en", voice=Voice.EXPERT),
    Source(id="s-floor", title="Shop Floor Voices", url="https://floor.example/feed", lang="en", voice=Voice.EMPLOYEE),
    Source(id="s-broken", title="Market Watch Weekly", url="https://broken.example/rss", lang="en"),
    Source(id="s-quiet", title="Hiljainen blogi", url="https://hiljainen.example/rss", lang="fi", voice=Voice.EXPERT),
)
WRITERS = tuple(source.id for source in SOURCES[:8])
NAMES = (
    ("Maija Korhonen", "person"),
    ("Pohjolan Kauppa", "organisation"),
    ("Service Futures Lab", "organisation"),
    ("Tom Ashby", "person"),
    ("Kuluttajaliitto", "organisation"),
    ("Anna Virta", "person"),
)


def fill(archive: Archive) -> None:
    """Put both runs into an archive; the caller publishes."""
    documents = {planted.id: _documents(planted) for planted in PLANTED}
    everything = [d for told in documents.values() for d in told]
    with archive.transaction():
        archive.put_sources(SOURCES)
        archive.put_fetches(_fetches())
        archive.put_documents(everything)
        archive.put_enrichment(everything)
        archive.put_terms([], _entities(documents))
    for back in (1, 0):
        run = _run(back)
        shown = [planted for planted in PLANTED if not (back and planted.before is None)]
        with archive.transaction():
            archive.put_run(run)
            archive.put_themes(_topics(run), [])
            archive.put_analysis(
                run.id,
                [_trend(planted, run, documents[planted.id], back) for planted in shown],
                [_series(planted, back) for planted in shown],
                [signal for planted in shown for signal in _signals(planted)],
                [_lineage(planted, run, back) for planted in shown],
                [
                    Assignment(owner_id=p.id, document_id=d.id, similarity=0.4 + 0.5 * _chance(d.id))
                    for p in shown
                    for d in documents[p.id]
                ],
            )
    with archive.transaction():
        archive.put_clustering_state(
            ClusteringState(
                cutoff=AS_OF,
                null=(("density", 1, 0.4, 0.9), ("density", 2, 0.5, 0.8), ("word", 4, 0.6, 0.8)),
                calibrated=AS_OF,
            )
        )


def _chance(text: str) -> float:
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) / 0xFFFFFFFF


def _count(planted: Planted, week: int) -> float:
    if week < planted.first_week:
        return 0.0
    level = planted.start * math.exp(planted.growth * (week - planted.first_week))
    return float(round(level * (0.7 + 0.6 * _chance(f"{planted.id}{week}"))))


def _series(planted: Planted, back: int) -> WeeklySeries:
    first = (AS_OF - timedelta(weeks=WEEKS)).date()
    weeks = tuple(first + timedelta(weeks=i) for i in range(WEEKS - back))
    totals = tuple(float(380 + round(40 * _chance(f"all{i}"))) for i in range(len(weeks)))
    return WeeklySeries(
        trend_id=planted.id, weeks=weeks, counts=tuple(_count(planted, i) for i in range(len(weeks))), totals=totals
    )


def _documents(planted: Planted) -> tuple[Document, ...]:
    told = []
    for week in range(WEEKS - 8, WEEKS):
        for number in range(min(int(_count(planted, week)), 5)):
            source = WRITERS[int(_chance(f"{planted.id}{week}{number}") * len(WRITERS)) % len(WRITERS)]
            told.append(_document(planted, week, number, source))
    return tuple(told)


def _document(planted: Planted, week: int, number: int, source_id: str) -> Document:
    lang = next(source.lang for source in SOURCES if source.id == source_id)
    name, lead = (planted.fi, planted.fi_lead) if lang == "fi" else (planted.en, planted.en_lead)
    title = lead if number == 0 else f"{name} – {number + week}"
    if (planted.id, week, number) == ("t-voice", WEEKS - 1, 1):
        title = HOSTILE
    published = AS_OF - timedelta(weeks=WEEKS - week) + timedelta(hours=9 + 30 * number)
    digest = hashlib.sha256(f"{planted.id}{week}{number}".encode()).hexdigest()
    return Document(
        id=f"d-{digest[:12]}",
        source_id=source_id,
        title=title,
        text=f"{lead}.",
        lang=lang,
        lang_origin="declared",
        url=f"https://{source_id[2:]}.example/{digest[:8]}",
        published=published,
        first_seen=published,
        content_hash=digest,
        story_id=f"d-{digest[:12]}",
    )


def _entities(documents: dict[str, tuple[Document, ...]]) -> list[NamedEntity]:
    named = []
    for told in documents.values():
        for document in told:
            name, kind = NAMES[int(_chance(document.id) * len(NAMES)) % len(NAMES)]
            named.append(NamedEntity(document_id=document.id, name=name, kind=kind))
    return named


def _run(back: int) -> Run:
    as_of = AS_OF - timedelta(weeks=back)
    trouble = Problem(
        subject="source:s-broken", error="HttpFailure", facts=(("url", "https://broken.example/rss"), ("status", "503"))
    )
    return Run(
        id=f"r-{as_of:%Y%m%d}",
        started=as_of,
        finished=as_of + timedelta(minutes=3),
        status=RunStatus.DONE,
        as_of=as_of,
        seed=7,
        code_version="0.1.0",
        encoder="hash-64",
        config_hash="c0ffee",
        corpus_hash="beef",
        packages=(("duckdb", "1.5.5"), ("bertopic", "0.17.4")),
        steps=(
            StepReport(step="collect", seconds=41.2, counts=(("sources", 10), ("documents", 312)), problems=(trouble,)),
            StepReport(step="enrich", seconds=12.5, counts=(("documents", 312),)),
            StepReport(step="analyse", seconds=28.9, counts=(("trends", len(PLANTED)),)),
        ),
    )


def _topics(run: Run) -> list[Theme]:
    return [
        Theme(
            id="theme-shop",
            run_id=run.id,
            title="Kauppa ja kierto",
            documents=210,
            x=0.2,
            y=0.4,
            words=("kauppa", "shop", "repair"),
        ),
        Theme(
            id="theme-work",
            run_id=run.id,
            title="Palvelu ja työ",
            documents=90,
            x=-0.6,
            y=0.1,
            words=("palvelu", "service", "työ"),
        ),
        Theme(
            id="theme-life",
            run_id=run.id,
            title="Arki ja hyvinvointi",
            documents=120,
            x=0.1,
            y=-0.7,
            words=("arki", "everyday"),
        ),
    ]


def _trend(planted: Planted, run: Run, told: tuple[Document, ...], back: int) -> Trend:
    cutoff = run.as_of or AS_OF
    recent = [d for d in told if cutoff - timedelta(days=28) <= d.published < cutoff]
    counts = [_count(planted, week) for week in range(WEEKS - back)]
    share = sum(counts[-4:]) / (4 * 400)
    ranked = [p.id for p in PLANTED if p.stage not in (Stage.SLEEPING, Stage.CANDIDATE)]
    stage = (planted.before or planted.stage) if back else planted.stage
    facts = (
        ("growth_per_week", math.expm1(planted.growth)),
        ("share", share),
        ("stories", sum(counts[-4:])),
        ("sources", float(len({d.source_id for d in recent}) or 1)),
        ("q", 0.04),
        ("weeks", 12.0),
    )
    place = PLANTED.index(planted)
    near = 1 + 0.4 * [topic.id for topic in _topics(run)].index(planted.theme) + 0.02 * place
    centroid = np.cos(np.arange(DIM) * near).astype(np.float32)
    return Trend(
        id=planted.id,
        run_id=run.id,
        as_of=cutoff,
        stage=stage,
        reason=StageReason(key=stage.value, facts=facts),
        rank=ranked.index(planted.id) + 1 if planted.id in ranked else 0,
        headlines=(
            Headline(lang="fi", title=planted.fi, subtitle=planted.fi_lead, words=_words(planted.fi)),
            Headline(lang="en", title=planted.en, subtitle=planted.en_lead, words=_words(planted.en)),
        ),
        theme_id=planted.theme,
        first_document=AS_OF - timedelta(weeks=WEEKS - planted.first_week),
        last_document=max((d.published for d in told), default=cutoff - timedelta(weeks=9)),
        documents=len(recent),
        stories=len(recent),
        sources=len({d.source_id for d in recent}),
        langs=("fi", "en"),
        recent=tuple(d.id for d in recent),
        centroid=centroid / np.float32(np.linalg.norm(centroid)),
    )


def _words(title: str) -> tuple[str, ...]:
    return tuple(word.casefold() for word in title.split() if len(word) > 3)


def _signals(planted: Planted) -> list[Signal]:
    def one(name: str, window: str, value: float, unit: str, **more: float) -> Signal:
        return Signal(trend_id=planted.id, name=name, window=window, value=value, unit=unit, method="nb", n=40, **more)  # type: ignore[arg-type]

    growth, wide = planted.growth, 0.05
    share = sum(_count(planted, WEEKS - i) for i in (1, 2, 3, 4)) / 1600
    ahead = [
        one(
            "projection",
            f"+{h}w",
            share * math.exp(growth * h / 2),
            "share",
            low=share * math.exp(growth * h / 2) * (1 - 0.08 * h),
            high=share * math.exp(growth * h / 2) * (1 + 0.1 * h),
        )
        for h in (4, 8)
    ]
    return [
        one("growth", "12w", growth, "log share per week", low=growth - wide, high=growth + wide),
        one("share", "4w", share, "share"),
        one("q_value", "12w", 0.04 if growth > 0.05 else 0.6, "probability"),
        one("spread", "4w", 3.4, "sources"),
        one("novelty", "", float(WEEKS - planted.first_week), "weeks"),
        one("persistence", "12w", 0.9, "share"),
        *ahead,
    ]


def _lineage(planted: Planted, run: Run, back: int) -> Lineage:
    if planted.id == "t-lonely" and not back:
        return Lineage(
            run_id=run.id,
            trend_id=planted.id,
            kind=LineageKind.BORN,
            earlier_id="t-refill",
            similarity=0.73,
            shared=2,
            review=True,
        )
    if back or planted.before is None:
        return Lineage(run_id=run.id, trend_id=planted.id, kind=LineageKind.BORN)
    return Lineage(
        run_id=run.id, trend_id=planted.id, kind=LineageKind.SAME, earlier_id=planted.id, similarity=0.97, shared=11
    )


def _fetches() -> list[Fetch]:
    good = Fetch(source_id="", at=AS_OF, outcome=FetchOutcome.NEW, status=200, entries=20, new_documents=4)
    fetches = [replace(good, source_id=source_id) for source_id in (*WRITERS, "s-quiet")]
    fetches.append(replace(good, source_id="s-broken", at=AS_OF - timedelta(days=9)))
    failed = replace(good, source_id="s-broken", outcome=FetchOutcome.FAILED, status=503, error="HttpFailure")
    return [*fetches, *(replace(failed, at=AS_OF - timedelta(days=d), failures=7 - d) for d in range(6, -1, -1))]


def a_question() -> Scenario:
    """A scenario of three factors, judged."""
    states = {
        "repair": ("hiipuu", "pysyy", "kasvaa"),
        "prices": ("halpa", "heiluva", "kallis"),
        "service": ("ihminen", "kone"),
    }
    names = {"repair": "Korjaaminen ostamisen sijaan", "prices": "Sähkön hinta", "service": "Kuka vastaa asiakkaalle"}
    trends = {"repair": "t-repair", "prices": "t-energy", "service": "t-voice"}
    judged = (
        ("prices", "kallis", "repair", "kasvaa", 3, "Uuden hinta nousee, korjaaminen kannattaa"),
        ("prices", "kallis", "repair", "hiipuu", -3, ""),
        ("prices", "halpa", "repair", "hiipuu", 2, "Halpa uusi laite houkuttaa"),
        ("prices", "halpa", "repair", "kasvaa", -2, ""),
        ("repair", "kasvaa", "service", "ihminen", 2, "Korjaaja on ihminen, jonka kanssa puhutaan"),
        ("repair", "kasvaa", "service", "kone", -2, ""),
        ("prices", "kallis", "service", "kone", 1, "Kustannuspaine"),
        ("prices", "kallis", "service", "ihminen", -1, ""),
        ("repair", "hiipuu", "service", "kone", 1, ""),
        ("repair", "hiipuu", "service", "ihminen", -1, ""),
    )
    return Scenario(
        id="s-kauppa",
        title="Kauppa vuonna 2031",
        question="Entä jos asiakkaat korjaavat ennen kuin ostavat?",
        horizon="2031",
        lang="fi",
        factors=tuple(
            Factor(
                id=key, name=names[key], trend_id=trends[key], states=tuple(State(id=name, name=name) for name in told)
            )
            for key, told in states.items()
        ),
        judgements=tuple(
            Judgement(
                source_factor=a, source_state=b, target_factor=c, target_state=d, value=v, reason=why, author="Aino"
            )
            for a, b, c, d, v, why in judged
        ),
        author="Aino",
        reason="Ensimmäinen kierros",
        basis_run_id="r-20260302",
    )
