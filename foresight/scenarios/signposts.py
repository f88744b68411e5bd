"""Signposts: proposed, weighed before they are adopted, checked in every run, and what they do to the likelihoods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf
from typing import NamedTuple

from foresight.model.decisions import TrendView
from foresight.model.errors import (
    NotAProbability,
    NotFound,
    OffScale,
    RevisionConflict,
    UninformativeSignpost,
    UsageError,
)
from foresight.model.ports import Clock
from foresight.model.scenarios import NONE_OF_THESE, FutureSet, FutureShare, LikelihoodUpdate
from foresight.model.workshop import Promise, PromiseState, Revision, Signpost, SignpostState
from foresight.scenarios.bayesian_updating import (
    LEAST_DIAGNOSTIC_RATIO,
    SignpostObservation,
    bayes_update,
    diagnostic_ratio,
    expected_information,
    is_undiagnostic,
    likelihood_update,
)
from foresight.scenarios.futures import FutureLikelihoods, FuturesService
from foresight.scenarios.revisions import Attribution, save_new, save_next
from foresight.scenarios.trend_conditions import (
    WEEKLY,
    ConditionStatus,
    PublishedTrends,
    WaitingTime,
    check_condition,
    condition_in_words,
    read_condition,
    waiting_time,
)
from foresight.store.ledger import Ledger

SAVE_ATTEMPTS = 3
SIGNPOST_AUTHOR = "foresight"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignpostPower:
    """How far a signpost would tell the futures apart, before anyone relies on it.

    Attributes:
        ratio: the largest P(seen | future) over the least, of the futures and none-of-these.
        bits: expected information about which future it is; decorative: neither a hit nor a miss would part them.
        if_seen, if_missed: the likelihoods after a hit, after a miss.
        wait: how long one would wait, None where the trend is not published.
        holds_now: the condition is met already by weeks before it opens: it would say nothing new.
    """

    ratio: float
    bits: float
    decorative: bool
    now: tuple[FutureShare, ...]
    if_seen: tuple[FutureShare, ...]
    if_missed: tuple[FutureShare, ...]
    wait: WaitingTime | None
    holds_now: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedSignpost:
    """A signpost and how it stands.

    Attributes:
        status: of its condition; words: the condition as a sentence.
        update: what its hit or miss did to the likelihoods, None where there was neither yet.
    """

    signpost: Revision[Signpost]
    status: ConditionStatus
    words: str
    update: Revision[LikelihoodUpdate] | None

    @property
    def state(self) -> str:
        """What became of it: "seen", "missed" or "undone" after a hit or miss; before, its own state, or "blind"."""
        if self.update is not None:
            made = self.update.content
            return "undone" if made.undone else "seen" if made.seen else "missed"
        if self.signpost.content.state is SignpostState.ADOPTED and self.status.view is None:
            return "blind"
        return self.signpost.content.state.value


@dataclass(frozen=True, slots=True, kw_only=True)
class TrippedSignpost:
    """A signpost that was hit or missed in this check.

    Attributes:
        promises: open decisions that rest on it; their owners should hear of it.
    """

    signpost: Revision[Signpost]
    update: Revision[LikelihoodUpdate]
    promises: tuple[Revision[Promise], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignpostCheck:
    """What a check found. A second check of the same run finds no trip again."""

    run_id: str
    as_of: datetime | None
    trips: tuple[TrippedSignpost, ...]
    watched: tuple[WatchedSignpost, ...]


class _PublishedRun(NamedTuple):
    """One published run: its trends under all their ids, its id, its cut-off."""

    views: dict[str, TrendView]
    run_id: str
    at: datetime


class SignpostService:
    """Everything one can do with signposts."""

    def __init__(self, published: PublishedTrends, ledger: Ledger, futures: FuturesService, clock: Clock) -> None:
        self._published, self._ledger, self._futures, self._clock = published, ledger, futures, clock

    def list(self, scenario_id: str | None = None) -> tuple[WatchedSignpost, ...]:
        """All signposts, of one scenario where given, with how they stand; dropped ones last."""
        views = self._published.views()
        found = self._ledger.entries(Signpost, scenario_id=scenario_id)
        ordered = sorted(found, key=lambda entry: entry.content.state is SignpostState.DROPPED)
        return tuple(self._watched(entry, views) for entry in ordered)

    def get(self, signpost_id: str) -> Revision[Signpost]:
        """The latest revision.

        Raises:
            NotFound: no such signpost.
        """
        return self._ledger.entry(Signpost, signpost_id)

    def likelihoods(self, scenario_id: str) -> FutureLikelihoods:
        """How likely the futures are now, with everything that signposts did."""
        return self._futures.likelihoods(scenario_id)

    def propose(self, scenario_id: str, signpost: Signpost, signed: Attribution) -> Revision[Signpost]:
        """Save a new one. It is not watched before it is adopted.

        Raises:
            UsageError, OffScale: the condition is none that a run can decide, or it closes before it opens.
            NotFound, NotAProbability: a likelihood for a future that is not there, or that is none.
        """
        self._check(scenario_id, signpost)
        proposed = replace(signpost, state=SignpostState.PROPOSED)
        return save_new(self._ledger, "sp", proposed, signed, scenario_id=scenario_id)

    def change(self, signpost_id: str, signpost: Signpost, signed: Attribution) -> Revision[Signpost]:
        """Save a new revision. What it has done already stays.

        Raises:
            RevisionConflict: somebody saved a newer one; the others as `propose`.
        """
        entry = self.get(signpost_id)
        self._check(entry.scenario_id, signpost)
        return save_next(self._ledger, entry, signpost, signed)

    def power(self, scenario_id: str, signpost: Signpost) -> SignpostPower:
        """How far it would tell the futures apart, and how long one would wait."""
        now = self._futures.likelihoods(scenario_id).now
        given = dict(signpost.likelihoods)
        names, shares = [name for name, _ in now], [share for _, share in now]
        likelihoods = [given.get(name, 0.5) for name in names]
        view = self._published.views().get(signpost.watch.trend_id)
        return SignpostPower(
            ratio=diagnostic_ratio(likelihoods),
            bits=expected_information(shares, likelihoods),
            decorative=is_undiagnostic(likelihoods),
            now=now,
            if_seen=tuple(zip(names, bayes_update(shares, likelihoods, seen=True), strict=True)),
            if_missed=tuple(zip(names, bayes_update(shares, likelihoods, seen=False), strict=True)),
            wait=waiting_time(signpost.watch, view) if view else None,
            holds_now=view is not None and _holds_already(signpost, view),
        )

    def adopt(self, signpost_id: str, signed: Attribution, *, anyway: bool = False) -> Revision[Signpost]:
        """Watch it from now on: weeks that begin today or later count. One that was dropped is opened again.

        Raises:
            UninformativeSignpost: it fits all futures alike, and `anyway` was not asked for.
        """
        entry = self.get(signpost_id)
        power = self.power(entry.scenario_id, entry.content)
        if power.decorative and not anyway:
            ratio = "∞" if power.ratio == inf else round(power.ratio, 2)
            raise UninformativeSignpost(signpost=entry.content.title, ratio=ratio, least=LEAST_DIAGNOSTIC_RATIO)
        opens_now = entry.content.state is SignpostState.DROPPED or entry.content.opens is None
        opens = self._clock.now() if opens_now else entry.content.opens
        adopted = replace(entry.content, state=SignpostState.ADOPTED, opens=opens)
        return save_next(self._ledger, entry, adopted, signed)

    def drop(self, signpost_id: str, signed: Attribution) -> Revision[Signpost]:
        """Watch it no longer. What it has done stays and counts."""
        entry = self.get(signpost_id)
        return save_next(self._ledger, entry, replace(entry.content, state=SignpostState.DROPPED), signed)

    def check(self, scenario_id: str | None = None) -> SignpostCheck:
        """Check every adopted signpost in the published run, and save what it did to the likelihoods.

        Each counts once for the time it is open: a hit when the condition has held, or a miss when it closes. All that
        one check finds in a scenario is saved together. Checking the same run again, or by two processes at once, adds
        nothing.
        """
        stamp = self._published.stamp()
        if stamp is None or stamp.as_of is None:
            return SignpostCheck(run_id="", as_of=None, trips=(), watched=())
        run = _PublishedRun(self._published.views(), stamp.run_id, stamp.as_of)
        signposts = self._ledger.entries(Signpost, scenario_id=scenario_id)
        adopted = [entry for entry in signposts if entry.content.state is SignpostState.ADOPTED]
        by_scenario: dict[str, list[Revision[Signpost]]] = {}
        for entry in adopted:
            by_scenario.setdefault(entry.scenario_id, []).append(entry)
        return SignpostCheck(
            run_id=run.run_id,
            as_of=run.at,
            trips=tuple(trip for key, own in by_scenario.items() for trip in self._trips(key, own, run)),
            watched=tuple(self._watched(entry, run.views) for entry in adopted),
        )

    def _trips(
        self, scenario_id: str, adopted: Sequence[Revision[Signpost]], run: _PublishedRun
    ) -> tuple[TrippedSignpost, ...]:
        """The signposts of one scenario that a run hits or misses, saved."""
        for attempt in range(SAVE_ATTEMPTS):
            drafts = self._drafts(scenario_id, adopted, run)
            try:
                saved = self._ledger.save_revisions([draft for _, draft in drafts])
            except RevisionConflict:
                # Another process checked the same run meanwhile; what it saved is there at the next attempt.
                if attempt == SAVE_ATTEMPTS - 1:
                    raise
                continue
            promises = self._ledger.entries(Promise)
            return tuple(
                TrippedSignpost(signpost=signpost, update=update, promises=_promises_relying_on(promises, signpost.id))
                for (signpost, _), update in zip(drafts, saved, strict=True)
            )
        return ()

    def _drafts(
        self, scenario_id: str, adopted: Sequence[Revision[Signpost]], run: _PublishedRun
    ) -> Sequence[tuple[Revision[Signpost], Revision[LikelihoodUpdate]]]:
        """What every hit or miss of this run does, one after the other; nothing is saved yet."""
        futures, lang = self._futures.get(scenario_id).content, self._lang(scenario_id)
        earlier = {entry.id: entry for entry in self._ledger.entries(LikelihoodUpdate, scenario_id=scenario_id)}
        so_far = [entry.content for entry in earlier.values()]
        drafts = []
        for entry in adopted:
            update_id, signpost = _update_id(entry), entry.content
            observed = None if update_id in earlier else self._observation(signpost, run, lang)
            if observed is None:
                continue
            so_far.append(likelihood_update(futures, so_far, signpost, entry.id, observed))
            update = Revision(
                id=update_id,
                scenario_id=scenario_id,
                content=so_far[-1],
                author=SIGNPOST_AUTHOR,
                reason=signpost.title,
            )
            drafts.append((entry, update))
        return drafts

    def _observation(self, signpost: Signpost, run: _PublishedRun, lang: str) -> SignpostObservation | None:
        """A hit, a miss after closing, or nothing yet."""
        status = self._published.status(signpost.watch, run.views, since=signpost.opens)
        reading, closes = status.reading, signpost.closes
        hit = reading.holds and not status.thin and (closes is None or (reading.until or run.at) <= closes)
        if not hit and (closes is None or run.at < closes):
            return None
        return SignpostObservation(
            seen=hit,
            at=run.at,
            run_id=run.run_id,
            value=reading.value,
            watch=condition_in_words(signpost.watch, status.view, lang),
            evidence=self._published.citations(status) if hit else (),
        )

    def _watched(self, entry: Revision[Signpost], views: dict[str, TrendView]) -> WatchedSignpost:
        status = self._published.status(entry.content.watch, views, since=entry.content.opens)
        try:
            update = self._ledger.entry(LikelihoodUpdate, _update_id(entry))
        except NotFound:
            update = None
        words = condition_in_words(entry.content.watch, status.view, self._lang(entry.scenario_id))
        return WatchedSignpost(signpost=entry, status=status, words=words, update=update)

    def _lang(self, scenario_id: str) -> str:
        try:
            return self._ledger.scenario(scenario_id).lang
        except NotFound:
            return "en"

    def _check(self, scenario_id: str, signpost: Signpost) -> None:
        check_condition(signpost.watch, self._published.views())
        check_likelihoods(self._futures.get(scenario_id).content, signpost.likelihoods)
        if signpost.opens and signpost.closes and signpost.closes <= signpost.opens:
            expected = f"> {signpost.opens.date()}"
            raise UsageError(argument="--closes", found=signpost.closes.date(), expected=expected)


def check_likelihoods(futures: FutureSet, likelihoods: Sequence[FutureShare]) -> None:
    """Check that a signpost says of every future, and of none-of-these, how likely it would be seen.

    Raises:
        NotFound: a future that is not there; OffScale: one of which nothing is said; NotAProbability: no probability.
    """
    given = dict(likelihoods)
    known = {future.id: future.name for future in futures.futures} | {NONE_OF_THESE: NONE_OF_THESE}
    for key, share in given.items():
        if key not in known:
            raise NotFound(kind="future", id=key)
        if not 0.0 <= share <= 1.0:
            raise NotAProbability(what=known[key], found=share)
    for key, name in known.items():
        if key not in given:
            raise OffScale(what=name, found="–", low=0, high=1)


def _holds_already(signpost: Signpost, view: TrendView) -> bool:
    """Whether the condition is met by what was published before it opens."""
    found = read_condition(signpost.watch, view)
    return found.weeks >= signpost.watch.weeks if signpost.watch.measure in WEEKLY else found.holds


def _update_id(signpost: Revision[Signpost]) -> str:
    """One update per time it is open: opened again, it may be hit or missed again."""
    opens = signpost.content.opens
    return f"{signpost.id}.{opens.date().isoformat() if opens else 'always'}"


def _promises_relying_on(promises: Sequence[Revision[Promise]], signpost_id: str) -> tuple[Revision[Promise], ...]:
    return tuple(
        promise
        for promise in promises
        if promise.content.state is PromiseState.OPEN and signpost_id in promise.content.signpost_ids
    )
