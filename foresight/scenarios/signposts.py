"""Signposts: proposed, weighed before they are adopted, looked at in every run, and what they do to the likelihoods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf
from typing import NamedTuple, TypeAlias

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
from foresight.scenarios.revisions import Attribution, first_revision, next_revision
from foresight.scenarios.watching import (
    WEEKLY,
    WaitingTime,
    WatchService,
    WatchStatus,
    check_watch,
    read_watch,
    waiting_time,
    watch_in_words,
)
from foresight.store.ledger import Ledger

SAVE_ATTEMPTS = 3
SIGNPOST_AUTHOR = "foresight"
_UpdateDrafts: TypeAlias = "list[tuple[Revision[Signpost], Revision[LikelihoodUpdate]]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignpostPower:
    """What a signpost would tell, before anyone relies on it.

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
        words: the condition as a sentence; update: what it has done, None where it has not spoken yet.
    """

    signpost: Revision[Signpost]
    seen: WatchStatus
    words: str
    update: Revision[LikelihoodUpdate] | None

    @property
    def state(self) -> str:
        """What became of it: "seen", "missed" or "undone" once it spoke; before, its own state, or "blind"."""
        if self.update is not None:
            made = self.update.content
            return "undone" if made.undone else "seen" if made.seen else "missed"
        if self.signpost.content.state is SignpostState.ADOPTED and self.seen.view is None:
            return "blind"
        return self.signpost.content.state.value


@dataclass(frozen=True, slots=True, kw_only=True)
class TrippedSignpost:
    """A signpost that spoke in this check.

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
    """One look at a published run."""

    views: dict[str, TrendView]
    run_id: str
    at: datetime


class SignpostService:
    """Everything one can do with signposts."""

    def __init__(self, watcher: WatchService, ledger: Ledger, futures: FuturesService, clock: Clock) -> None:
        self._watcher, self._ledger, self._futures, self._clock = watcher, ledger, futures, clock

    def list(self, scenario_id: str | None = None) -> tuple[WatchedSignpost, ...]:
        """All signposts, of one scenario where given, with how they stand; dropped ones last."""
        views = self._watcher.views()
        kept = self._ledger.entries(Signpost, scenario_id=scenario_id)
        ordered = sorted(kept, key=lambda entry: entry.content.state is SignpostState.DROPPED)
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
        """Keep a new one. It is not watched before it is adopted.

        Raises:
            UsageError, OffScale: the condition is none that a run can decide, or it closes before it opens.
            NotFound, NotAProbability: a likelihood for a future that is not there, or that is none.
        """
        self._check(scenario_id, signpost)
        proposed = replace(signpost, state=SignpostState.PROPOSED)
        return self._ledger.keep(first_revision("sp", proposed, signed, scenario_id=scenario_id))

    def change(self, signpost_id: str, signpost: Signpost, signed: Attribution) -> Revision[Signpost]:
        """Keep a new revision. What it has done already stays.

        Raises:
            EntryConflict: somebody saved a newer one; the others as `propose`.
        """
        entry = self.get(signpost_id)
        self._check(entry.scenario_id, signpost)
        return self._ledger.keep(next_revision(entry, signpost, signed))

    def power(self, scenario_id: str, signpost: Signpost) -> SignpostPower:
        """What it would tell, and how long one would wait."""
        now = self._futures.likelihoods(scenario_id).now
        told = dict(signpost.likelihoods)
        likelihoods = [told.get(name, 0.5) for name, _ in now]
        shares = [share for _, share in now]
        view = self._watcher.views().get(signpost.watch.trend_id)
        names = [name for name, _ in now]
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
        """Watch it from now on: weeks that begin today or later count. One that was dropped is opened anew.

        Raises:
            TellsNothing: it fits all futures alike, and `anyway` was not asked for.
        """
        entry = self.get(signpost_id)
        power = self.power(entry.scenario_id, entry.content)
        if power.decorative and not anyway:
            ratio = "∞" if power.ratio == inf else round(power.ratio, 2)
            raise UninformativeSignpost(signpost=entry.content.title, ratio=ratio, least=LEAST_DIAGNOSTIC_RATIO)
        anew = entry.content.state is SignpostState.DROPPED or entry.content.opens is None
        opens = self._clock.now() if anew else entry.content.opens
        adopted = replace(entry.content, state=SignpostState.ADOPTED, opens=opens)
        return self._ledger.keep(next_revision(entry, adopted, signed))

    def drop(self, signpost_id: str, signed: Attribution) -> Revision[Signpost]:
        """Watch it no longer. What it has done stays and counts."""
        entry = self.get(signpost_id)
        return self._ledger.keep(next_revision(entry, replace(entry.content, state=SignpostState.DROPPED), signed))

    def check(self, scenario_id: str | None = None) -> SignpostCheck:
        """Look at every adopted signpost in the published run; keep what it did to the likelihoods.

        Each speaks once for the time it is open: a hit when the condition has held, or a miss when it closes. All that
        one check finds in a scenario is kept together. Checking the same run again, or by two processes at once, adds
        nothing.
        """
        stamp = self._watcher.stamp()
        if stamp is None or stamp.as_of is None:
            return SignpostCheck(run_id="", as_of=None, trips=(), watched=())
        look = _PublishedRun(self._watcher.views(), stamp.run_id, stamp.as_of)
        adopted = [
            entry
            for entry in self._ledger.entries(Signpost, scenario_id=scenario_id)
            if entry.content.state is SignpostState.ADOPTED
        ]
        trips: list[TrippedSignpost] = []
        for scenario in dict.fromkeys(entry.scenario_id for entry in adopted):
            own = [entry for entry in adopted if entry.scenario_id == scenario]
            trips += self._check_scenario(scenario, own, look)
        return SignpostCheck(
            run_id=stamp.run_id,
            as_of=stamp.as_of,
            trips=tuple(trips),
            watched=tuple(self._watched(entry, look.views) for entry in adopted),
        )

    def _check_scenario(
        self, scenario_id: str, adopted: Sequence[Revision[Signpost]], look: _PublishedRun
    ) -> tuple[TrippedSignpost, ...]:
        for attempt in range(SAVE_ATTEMPTS):
            drafts = self._drafts(scenario_id, adopted, look)
            try:
                kept = self._ledger.save_revisions([draft for _, draft in drafts])
            except RevisionConflict:
                # another process checked the same run meanwhile; what it kept is there on the next look
                if attempt == SAVE_ATTEMPTS - 1:
                    raise
                continue
            promises = self._ledger.entries(Promise)
            return tuple(
                TrippedSignpost(signpost=signpost, update=update, promises=_promises_relying_on(promises, signpost.id))
                for (signpost, _), update in zip(drafts, kept, strict=True)
            )
        return ()

    def _drafts(
        self, scenario_id: str, adopted: Sequence[Revision[Signpost]], look: _PublishedRun
    ) -> tuple[tuple[Revision[Signpost], Revision[LikelihoodUpdate]], ...]:
        """What every signpost that speaks now does, one after the other; nothing is kept yet."""
        futures = self._futures.get(scenario_id).content
        earlier = {entry.id: entry for entry in self._ledger.entries(LikelihoodUpdate, scenario_id=scenario_id)}
        so_far = [entry.content for entry in earlier.values()]
        drafts: _UpdateDrafts = []
        for signpost in adopted:
            if _update_id(signpost) in earlier:
                continue
            sighting = self._sighting(signpost.content, look, self._lang(scenario_id))
            if sighting is None:
                continue
            made = likelihood_update(futures, so_far, signpost.content, signpost.id, sighting)
            so_far.append(made)
            drafts.append((signpost, _update_revision(signpost, made)))
        return tuple(drafts)

    def _sighting(self, signpost: Signpost, look: _PublishedRun, lang: str) -> SignpostObservation | None:
        """A hit, a miss after closing, or nothing yet."""
        at, run_id = look.at, look.run_id
        seen = self._watcher.see(signpost.watch, look.views, since=signpost.opens)
        in_time = signpost.closes is None or (seen.reading.until or at) <= signpost.closes
        words = watch_in_words(signpost.watch, seen.view, lang)
        if seen.reading.holds and in_time and not seen.thin:
            return SignpostObservation(
                seen=True,
                at=at,
                run_id=run_id,
                value=seen.reading.value,
                watch=words,
                evidence=self._watcher.evidence(seen),
            )
        if signpost.closes is not None and at >= signpost.closes:
            return SignpostObservation(seen=False, at=at, run_id=run_id, value=seen.reading.value, watch=words)
        return None

    def _watched(self, entry: Revision[Signpost], views: dict[str, TrendView]) -> WatchedSignpost:
        seen = self._watcher.see(entry.content.watch, views, since=entry.content.opens)
        try:
            spoken = self._ledger.entry(LikelihoodUpdate, _update_id(entry))
        except NotFound:
            spoken = None
        words = watch_in_words(entry.content.watch, seen.view, self._lang(entry.scenario_id))
        return WatchedSignpost(signpost=entry, seen=seen, words=words, update=spoken)

    def _lang(self, scenario_id: str) -> str:
        try:
            return self._ledger.scenario(scenario_id).lang
        except NotFound:
            return "en"

    def _check(self, scenario_id: str, signpost: Signpost) -> None:
        check_watch(signpost.watch, self._watcher.views())
        check_likelihoods(self._futures.get(scenario_id).content, signpost.likelihoods)
        if signpost.opens and signpost.closes and signpost.closes <= signpost.opens:
            expected = f"> {signpost.opens.date()}"
            raise UsageError(argument="--closes", found=signpost.closes.date(), expected=expected)


def check_likelihoods(futures: FutureSet, likelihoods: Sequence[FutureShare]) -> None:
    """See that a signpost says of every future, and of none-of-these, how likely it would be seen.

    Raises:
        NotFound: a future that is not there; OffScale: one of which nothing is said; NotAProbability: no probability.
    """
    told = dict(likelihoods)
    known = {future.id: future.name for future in futures.futures} | {NONE_OF_THESE: NONE_OF_THESE}
    for name, share in told.items():
        if name not in known:
            raise NotFound(kind="future", id=name)
        if not 0.0 <= share <= 1.0:
            raise NotAProbability(what=known[name], found=share)
    for key, name in known.items():
        if key not in told:
            raise OffScale(what=name, found="–", low=0, high=1)


def _holds_already(signpost: Signpost, view: TrendView) -> bool:
    """Whether the condition is met by what was published before it opens."""
    found = read_watch(signpost.watch, view)
    return found.weeks >= signpost.watch.weeks if signpost.watch.measure in WEEKLY else found.holds


def _update_id(signpost: Revision[Signpost]) -> str:
    """One word per time it is open: opened anew, it may speak again."""
    opens = signpost.content.opens
    return f"{signpost.id}.{opens.date().isoformat() if opens else 'always'}"


def _update_revision(signpost: Revision[Signpost], made: LikelihoodUpdate) -> Revision[LikelihoodUpdate]:
    return Revision(
        id=_update_id(signpost),
        scenario_id=signpost.scenario_id,
        content=made,
        author=SIGNPOST_AUTHOR,
        reason=signpost.content.title,
    )


def _promises_relying_on(promises: Sequence[Revision[Promise]], signpost_id: str) -> tuple[Revision[Promise], ...]:
    return tuple(
        promise
        for promise in promises
        if promise.content.state is PromiseState.OPEN and signpost_id in promise.content.signpost_ids
    )
