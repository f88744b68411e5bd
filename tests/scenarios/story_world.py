"""A scenario with a story in it: four factors, judgements with reasons, two paths, a signpost that spoke."""

from __future__ import annotations

from dataclasses import replace

from foresight.model.scenarios import Citation, Factor, Future, Judgement, LikelihoodUpdate, Scenario, State
from foresight.model.sources import Voice
from foresight.model.workshop import Journey, JourneyStep, Revision, StepEffect
from foresight.scenarios.story_material import StoryMaterial
from foresight.testing.builders import (
    NOW,
    a_document,
    a_journey,
    a_revision,
    a_scenario,
    a_signal,
    a_signpost,
    a_source,
    a_trend,
    a_view,
)


def factor(key: str, name: str, *states: str, **changes: str) -> Factor:
    return Factor(id=key, name=name, states=tuple(State(id=s.lower(), name=s) for s in states), **changes)


SERVICE = factor("service", "Palvelu", "Itse", "Ihminen")
PRICE = factor("price", "Hinta", "Halpa", "Kallis")
TRUST = factor("trust", "Luottamus", "Kasvaa", "Murtuu", trend_id="trend-1")
STAFF = factor("staff", "Väki", "Jää", "Lähtee")


def judged(cell: str, value: int, reason: str = "", author: str = "") -> Judgement:
    (source, state), (target, acted) = (part.split("=") for part in cell.split(">"))
    return Judgement(
        source_factor=source,
        source_state=state,
        target_factor=target,
        target_state=acted,
        value=value,
        reason=reason,
        author=author,
    )


JUDGEMENTS = (
    judged("service=itse>price=halpa", 3, "kone ei nuku.", "Aino"),
    judged("price=halpa>trust=murtuu", 1, "halpa ei lupaa mitään", "Eero"),
    judged("trust=murtuu>staff=lähtee", 2),
    judged("staff=lähtee>service=itse", 2, "ei ole ketään muuta", ""),
    judged("staff=lähtee>price=halpa", -1, "palkat nousevat", "Eero"),
    judged("service=ihminen>trust=kasvaa", 3),
)


def a_story_scenario(**changes: object) -> Scenario:
    described = replace(SERVICE.states[0], description="Asiakas tekee kaiken itse.")
    service = replace(SERVICE, states=(described, SERVICE.states[1]))
    base = a_scenario(
        title="Kauppa 2035",
        question="Entä jos palvelu katoaa?",
        factors=(service, PRICE, TRUST, STAFF),
        judgements=JUDGEMENTS,
        rev=3,
    )
    return replace(base, **changes)


def paths() -> tuple[Revision[Journey], ...]:
    """A customer's path whose first step breaks, and an employee's that gets harder."""
    pay = JourneyStep(
        id="pay",
        name="Maksaminen",
        voice="Toivottavasti tämä menee läpi!",
        effects=(StepEffect(factor="service", state="itse", value=-3, reason="kukaan ei auta"),),
    )
    find = JourneyStep(
        id="find",
        name="Löytäminen",
        confirmed=True,
        source="kahdeksan haastattelua",
        effects=(StepEffect(factor="price", state="halpa", value=2),),
    )
    rest = JourneyStep(id="rest", name="Palautus", confirmed=True)
    shift = JourneyStep(
        id="shift",
        name="Aamuvuoro",
        confirmed=True,
        effects=(StepEffect(factor="staff", state="lähtee", value=-2, reason="yksi tekee kahden työt"),),
    )
    return (
        a_revision(a_journey(title="Ostaminen", customer="Uusi asiakas", steps=(pay, find, rest)), id="j-1"),
        a_revision(Journey(title="Työpäivä", customer="Myyjä", steps=(shift,), voice=Voice.EMPLOYEE), id="j-2"),
    )


def told_by(key: str, voice: Voice = Voice.MEDIA, *, title: str = "", text: str = "") -> tuple[Voice, Citation]:
    """An article of the scenario's one trend."""
    document = a_document(key, **({"title": title} if title else {}), **({"text": text} if text else {}))
    citation = Citation(
        document_id=key,
        content_hash=document.content_hash,
        quote=document.text,
        title=document.clean_title or document.title,
        url=document.url,
        source_title=a_source(f"{voice.value}-1").title,
        published=document.published,
        trend_id="trend-1",
    )
    return voice, citation


def documents() -> tuple[tuple[Voice, Citation], ...]:
    voices = (("document-1", Voice.MEDIA), ("document-2", Voice.CUSTOMER), ("document-3", Voice.EMPLOYEE))
    return tuple(told_by(key, voice) for key, voice in voices)


def a_future() -> Future:
    states = (("service", "itse"), ("price", "halpa"), ("trust", "murtuu"), ("staff", "lähtee"))
    return Future(id="f1", name="Hiljainen kauppa", states=states, prior=0.4)


def an_update() -> Revision[LikelihoodUpdate]:
    update = LikelihoodUpdate(
        signpost_id="sp-1",
        seen=True,
        at=NOW,
        run_id="run-1",
        prior=(("f1", 0.4), ("none-of-these", 0.6)),
        posterior=(("f1", 0.55), ("none-of-these", 0.45)),
        likelihoods=(("f1", 0.8), ("none-of-these", 0.4)),
        ratios=(("f1", 1.0), ("none-of-these", 0.5)),
        watch="5 % kahdessa viikossa",
    )
    return a_revision(update, id="sp-1.2026-01-05")


def a_material(**changes: object) -> StoryMaterial:
    trend = a_view(a_trend(), signals=(a_signal(name="share", window="4w", value=0.05, unit="share"),))
    base = StoryMaterial(
        scenario=a_story_scenario(),
        states=(0, 0, 1, 1),
        future=a_future(),
        now=0.55,
        trends=(trend,),
        documents=documents(),
        journeys=paths(),
        updates=(an_update(),),
        signposts=(a_revision(a_signpost(), id="sp-1"),),
        as_of=NOW,
        run_id="run-1",
    )
    return replace(base, **changes)
