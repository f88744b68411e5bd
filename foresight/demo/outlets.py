"""The outlets of the demonstration world: seventeen Finnish, nineteen English, six voices, all invented."""

from __future__ import annotations

from foresight.demo.world import FeedFormat, Outlet
from foresight.model.sources import Voice

_RSS, _ATOM, _JSON = FeedFormat.RSS, FeedFormat.ATOM, FeedFormat.JSON


def _finnish(key: str, title: str, **more: object) -> Outlet:
    return Outlet(key=key, title=title, site=f"{key}.example", lang="fi", region="FI", **more)  # type: ignore[arg-type]


def _english(key: str, title: str, region: str, **more: object) -> Outlet:
    return Outlet(key=key, title=title, site=f"{key}.example", lang="en", region=region, **more)  # type: ignore[arg-type]


def all_outlets() -> tuple[Outlet, ...]:
    """All of them, by key."""
    return tuple(
        sorted((*_finnish_media(), *_finnish_voices(), *_english_media(), *_english_voices()), key=_outlet_key)
    )


def _outlet_key(outlet: Outlet) -> str:
    return outlet.key


def _finnish_media() -> tuple[Outlet, ...]:
    late = {"starts": 0.5, "own": 8.0, "beats": ("wind-power", "data-centres")}
    early = {"stops": 0.5, "own": 4.0, "beats": ("restaurants", "public-transport")}
    return (
        _finnish("aamuviesti", "Aamuviesti", rate=2.2, prefix="Aamun kooste: ", prefix_share=0.3),
        _finnish("talousvartti", "Talousvartti", rate=1.8, format=_ATOM, column="viikon-luvut"),
        _finnish("kaupan-uutiset", "Kaupan Viikko", rate=1.5, is_trade_press=True, suffix=" | Kaupan Viikko"),
        _finnish("jokirannikko", "Jokirannikon Sanomat", rate=1.6),
        _finnish("tekniikkanyt", "Tekniikka nyt", rate=1.2, is_trade_press=True, format=_JSON),
        _finnish("kaupunkilehti-tori", "Kaupunkilehti Tori", rate=1.2, **early),
        _finnish("pohjanpuhuri", "Pohjan Puhuri", rate=1.1, format=_ATOM, **late),
    )


def _finnish_voices() -> tuple[Outlet, ...]:
    company, customer = {"voice": Voice.COMPANY}, {"voice": Voice.CUSTOMER}
    return (
        _finnish("havumarket", "Havumarket: tiedotteet", rate=1.2, **company),
        _finnish("valovirta", "Valovirta: uutishuone", rate=1.0, format=_ATOM, **company),
        _finnish("tuokio", "Tuokio-ketju tiedottaa", rate=0.9, **company),
        _finnish("ostosraati", "Ostosraati", rate=1.2, **customer),
        _finnish("palautepalsta", "Palautepalsta", rate=1.0, format=_ATOM, **customer),
        _finnish("kuluttajan-kyna", "Kuluttajan kynä", rate=0.7, format=_JSON, **customer),
        _finnish("kassan-takaa", "Kassan takaa", rate=1.0, voice=Voice.EMPLOYEE),
        _finnish("palveluvaki", "Palveluväki-lehti", rate=0.8, voice=Voice.EMPLOYEE, format=_ATOM),
        _finnish("palvelututka", "Palvelututka", rate=1.0, voice=Voice.EXPERT, suffix=" – Palvelututka"),
        _finnish("markkinavalvonta", "Markkinavalvonnan ajankohtaiset", rate=1.0, voice=Voice.REGULATOR),
    )


def _english_media() -> tuple[Outlet, ...]:
    late = {"starts": 0.5, "own": 8.0, "beats": ("ev-charging", "office-ai")}
    return (
        _english("northern-ledger", "The Northern Ledger", "GB", rate=2.2, column="monday-ledger"),
        _english("harbour-times", "Harbour Times", "GB", rate=1.8, suffix=" | Harbour Times"),
        _english("retail-lantern", "Retail Lantern", "GB", rate=1.5, is_trade_press=True, format=_ATOM),
        _english("nordic-wire", "Nordic Business Wire", "FI", rate=1.3, is_trade_press=True),
        _english("plain-tech", "Plain Tech", "US", rate=1.3, is_trade_press=True, format=_JSON),
        _english(
            "union-square-post", "Union Square Post", "US", rate=1.5, prefix="Morning briefing: ", prefix_share=0.25
        ),
        _english("grid-and-market", "Grid & Market", "EU", rate=1.0, is_trade_press=True, format=_ATOM),
        _english("counterweight", "Counterweight", "IE", rate=1.1, **late),
    )


def _english_voices() -> tuple[Outlet, ...]:
    company, customer = {"voice": Voice.COMPANY}, {"voice": Voice.CUSTOMER}
    return (
        _english("brightbasket", "Brightbasket newsroom", "GB", rate=1.2, **company),
        _english("nimbus-desk", "Nimbus Desk: press", "US", rate=1.0, format=_ATOM, **company),
        _english("larkfield", "Larkfield Group media centre", "GB", rate=0.9, **company),
        _english("shoppers-bench", "The Shoppers' Bench", "GB", rate=1.2, **customer),
        _english("fair-receipt", "Fair Receipt", "US", rate=1.0, format=_JSON, **customer),
        _english("queue-diary", "Queue Diary", "IE", rate=0.7, format=_ATOM, **customer),
        _english("till-talk", "Till Talk", "GB", rate=1.0, voice=Voice.EMPLOYEE),
        _english("shift-notes", "Shift Notes", "US", rate=0.8, voice=Voice.EMPLOYEE, format=_ATOM),
        _english("service-lab", "Service Lab", "NL", rate=1.0, voice=Voice.EXPERT, suffix=" - Service Lab"),
        _english("slow-data", "Slow Data Review", "SE", rate=0.7, voice=Voice.EXPERT, format=_ATOM),
        _english("consumer-board", "European Consumer Board", "EU", rate=1.0, voice=Voice.REGULATOR),
    )
