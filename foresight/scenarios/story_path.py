"""What led here: where the trends stand, which signposts have spoken, and how one state brings the next.

The way through the states is the strongest tree of the judgements in force: it begins with what was supposed, or else
with the state that promotes the others most and is promoted least, and goes on by the strongest judgement from a state
already told to one not told yet (Prim's rule on the promoting judgements). A state that nothing told so far promotes
begins a way of its own. Where the states that came of it promote the first one in turn, the circle is closed.
Judgements against are told last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from foresight.records import Judgement, Kept, LikelihoodUpdate, Sentence, TrendView, Voice
from foresight.scenarios.story_material import (
    Material,
    Pair,
    clause,
    document_ground,
    judgement_ground,
    likelihoods_of,
    ranked,
    scenario_ground,
    state_ground,
    verbatim,
)
from foresight.scenarios.story_pen import StoryPen
from foresight.text.numbers import date_text, percent
from foresight.text.stages import stage_name

MOST_DOCUMENTS = 2
MOST_AGAINST = 2
STRENGTHS = {1: "weakly", 2: "clearly"}


def what_led_here(material: Material, pen: StoryPen) -> Iterator[Sentence]:
    """Where we stand, what has been seen, and the way from state to state."""
    for view in material.trends:
        yield from _trend(material, view, pen)
    yield from _cited(material, pen)
    spoken = [update for update in material.updates if not update.content.undone]
    for update in sorted(spoken, key=lambda one: (one.content.at, one.id)):
        yield _signpost(material, update, pen)
    yield from _way(material, pen)
    yield from _against(material, pen)


def _trend(material: Material, view: TrendView, pen: StoryPen) -> Iterator[Sentence]:
    """How a trend stands today, with the articles nearest to its heart."""
    share = view.signal("share")
    facts = {"title": view.title(pen.lang), "stage": stage_name(view.trend.stage, pen.lang)}
    key = "trend_share" if share else "trend"
    told = percent(share.value, pen.lang) if share else ""
    yield pen(key, [f"trend:{view.trend.id}"], share=told, **facts)
    told_elsewhere = (Voice.CUSTOMER, Voice.EMPLOYEE)
    own = [one for one in material.heard if one.trend_id == view.trend.id and one.source.voice not in told_elsewhere]
    for one in own[:MOST_DOCUMENTS]:
        yield pen(
            "wrote",
            [document_ground(one.document.id)],
            source=one.source.title,
            day=date_text(one.document.published, pen.lang),
            title=verbatim(one.document.clean_title or one.document.title),
        )


def _cited(material: Material, pen: StoryPen) -> Iterator[Sentence]:
    """What people themselves put into the scenario as evidence."""
    for one in material.scenario.citations[:MOST_DOCUMENTS]:
        key = "cited" if one.published else "cited_undated"
        yield pen(
            key,
            [document_ground(one.document_id), scenario_ground(material.scenario)],
            source=one.source_title or "–",
            day=date_text(one.published, pen.lang) if one.published else "",
            title=verbatim(one.title or one.quote),
        )


def _signpost(material: Material, update: Kept[LikelihoodUpdate], pen: StoryPen) -> Sentence:
    content = update.content
    titles = {signpost.id: signpost.content.title for signpost in material.signposts}
    shares = likelihoods_of(material.future, content)
    key = "sign_seen" if content.seen else "sign_missed"
    return pen(
        f"{key}_moved" if shares else key,
        [f"signpost:{update.id}", *(document_ground(one.document_id) for one in content.evidence)],
        title=clause(titles.get(content.signpost_id) or update.reason or content.signpost_id),
        day=date_text(content.at, pen.lang),
        prior=percent(shares[0], pen.lang) if shares else "",
        posterior=percent(shares[1], pen.lang) if shares else "",
    )


def _way(material: Material, pen: StoryPen) -> Iterator[Sentence]:
    """From the first state to the last, each by the judgement that brings it most."""
    promoting = _in_force(material, sign=1)
    supposed = [pair for pair in material.pairs if pair in material.scenario.forced]
    if supposed:
        yield pen("supposed", [state_ground(pair) for pair in supposed], states=pen.quoted(map(pen.name, supposed)))
    told = list(supposed)
    while len(told) < len(material.pairs):
        ahead = [one for one in promoting if _acting(one) in told and _acted(one) not in told]
        if ahead:
            yield _judged("brings", ahead[0], pen)
            told.append(_acted(ahead[0]))
            continue
        start = _start([pair for pair in material.pairs if pair not in told], promoting)
        moves = any(_acting(one) == start for one in promoting)
        key = ("begins" if not told else "begins_also") if moves else "stands_alone"
        yield pen(key, [state_ground(start)], state=pen.name(start))
        told.append(start)
    back = [one for one in promoting if told and _acted(one) == told[0] and told[0] not in supposed]
    if back:
        yield _judged("circle", back[0], pen)


def _start(left: Sequence[Pair], promoting: Sequence[Judgement]) -> Pair:
    """The state that gives most and takes least; the first of equals."""

    def balance(pair: Pair) -> int:
        given = sum(one.value for one in promoting if _acting(one) == pair)
        return given - sum(one.value for one in promoting if _acted(one) == pair)

    return max(left, key=lambda pair: (balance(pair), -left.index(pair)))


def _against(material: Material, pen: StoryPen) -> Iterator[Sentence]:
    """What of the scenario speaks against its own states, strongest first."""
    for one in _in_force(material, sign=-1)[:MOST_AGAINST]:
        yield _judged("against", one, pen)


def _judged(key: str, one: Judgement, pen: StoryPen) -> Sentence:
    """A judgement as a sentence, with its reason and author where they are known."""
    reason, author = clause(one.reason), clause(one.author)
    told = f"{key}_reason_by" if reason and author else f"{key}_reason" if reason else key
    return pen(
        told,
        [judgement_ground(one)],
        acting=pen.name(_acting(one)),
        acted=pen.name(_acted(one)),
        strength=pen.words(f"strength_{STRENGTHS.get(abs(one.value), 'strongly')}"),
        reason=reason,
        author=author,
    )


def _in_force(material: Material, *, sign: int) -> list[Judgement]:
    """Judgements between states that hold, for or against, strongest first."""
    order = [factor.id for factor in material.scenario.factors]
    holding = set(material.pairs)
    found = [
        one
        for one in material.judgements
        if one.value * sign > 0 and _acting(one) in holding and _acted(one) in holding
    ]
    return ranked(found, order)


def _acting(one: Judgement) -> Pair:
    return one.source_factor, one.source_state


def _acted(one: Judgement) -> Pair:
    return one.target_factor, one.target_state
