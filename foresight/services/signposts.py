"""Signposts: proposed, weighed before they are adopted, looked at in every run, and what they do to the likelihoods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf
from typing import NamedTuple, TypeAlias

from foresight.errors import EntryConflict, NotAProbability, NotFound, OffScale, TellsNothing, UsageError
from foresight.ports import Clock, Ledger
from foresight.records import (
    NONE_OF_THESE,
    Futures,
    Kept,
    LikelihoodUpdate,
    Promise,
    PromiseState,
    Share,
    Signpost,
    SignpostState,
    TrendView,
)
from foresight.scenarios.signposts import LEAST_DIAGNOSTIC, diagnosticity, information, is_decoration, update
from foresight.scenarios.updating import Sighting, after
from foresight.scenarios.watching import WEEKLY, Waiting, read, waiting
from foresight.services.futures import FuturesDesk, Likelihoods
from foresight.services.keeping import Signed, first, revised
from foresight.services.watcher import Seen, Watcher, checked, in_words

ATTEMPTS = 3
WATCHER = "foresight"
_Drafts: TypeAlias = "list[tuple[Kept[Signpost], Kept[LikelihoodUpdate]]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
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
    now: tuple[Share, ...]
    if_seen: tuple[Share, ...]
    if_missed: tuple[Share, ...]
    wait: Waiting | None
    holds_now: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A signpost and how it stands.

    Attributes:
        words: the condition as a sentence; update: what it has done, None where it has not spoken yet.
    """

    signpost: Kept[Signpost]
    seen: Seen
    words: str
    update: Kept[LikelihoodUpdate] | None

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
class Trip:
    """A signpost that spoke in this check.

    Attributes:
        promises: open decisions that rest on it; their owners should hear of it.
    """

    signpost: Kept[Signpost]
    update: Kept[LikelihoodUpdate]
    promises: tuple[Kept[Promise], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What a check found. A second check of the same run finds no trip again."""

    run_id: str
    as_of: datetime | None
    trips: tuple[Trip, ...]
    watched: tuple[Watched, ...]


class _Look(NamedTuple):
    """One look at a published run."""

    views: dict[str, TrendView]
    run_id: str
    at: datetime


class SignpostDesk:
    """Everything one can do with signposts."""

    def __init__(self, watcher: Watcher, ledger: Ledger, futures: FuturesDesk, clock: Clock) -> None:
        self._watcher, self._ledger, self._futures, self._clock = watcher, ledger, futures, clock

    def list(self, scenario_id: str | None = None) -> tuple[Watched, ...]:
        """All signposts, of one scenario where given, with how they stand; dropped ones last."""
        views = self._watcher.views()
        kept = self._ledger.entries(Signpost, scenario_id=scenario_id)
        ordered = sorted(kept, key=lambda entry: entry.content.state is SignpostState.DROPPED)
        return tuple(self._watched(entry, views) for entry in ordered)

    def get(self, signpost_id: str) -> Kept[Signpost]:
        """The latest revision.

        Raises:
            NotFound: no such signpost.
        """
        return self._ledger.entry(Signpost, signpost_id)

    def likelihoods(self, scenario_id: str) -> Likelihoods:
        """How likely the futures are now, with everything that signposts did."""
        return self._futures.likelihoods(scenario_id)

    def propose(self, scenario_id: str, signpost: Signpost, signed: Signed) -> Kept[Signpost]:
        """Keep a new one. It is not watched before it is adopted.

        Raises:
            UsageError, OffScale: the condition is none that a run can decide, or it closes before it opens.
            NotFound, NotAProbability: a likelihood for a future that is not there, or that is none.
        """
        self._check(scenario_id, signpost)
        proposed = replace(signpost, state=SignpostState.PROPOSED)
        return self._ledger.keep(first("sp", proposed, signed, scenario_id=scenario_id))

    def change(self, signpost_id: str, signpost: Signpost, signed: Signed) -> Kept[Signpost]:
        """Keep a new revision. What it has done already stays.

        Raises:
            EntryConflict: somebody saved a newer one; the others as `propose`.
        """
        entry = self.get(signpost_id)
        self._check(entry.scenario_id, signpost)
        return self._ledger.keep(revised(entry, signpost, signed))

    def power(self, scenario_id: str, signpost: Signpost) -> Power:
        """What it would tell, and how long one would wait."""
        now = self._futures.likelihoods(scenario_id).now
        told = dict(signpost.likelihoods)
        likelihoods = [told.get(name, 0.5) for name, _ in now]
        shares = [share for _, share in now]
        view = self._watcher.views().get(signpost.watch.trend_id)
        names = [name for name, _ in now]
        return Power(
            ratio=diagnosticity(likelihoods),
            bits=information(shares, likelihoods),
            decorative=is_decoration(likelihoods),
            now=now,
            if_seen=tuple(zip(names, update(shares, likelihoods, seen=True), strict=True)),
            if_missed=tuple(zip(names, update(shares, likelihoods, seen=False), strict=True)),
            wait=waiting(signpost.watch, view) if view else None,
            holds_now=view is not None and _holds_now(signpost, view),
        )

    def adopt(self, signpost_id: str, signed: Signed, *, anyway: bool = False) -> Kept[Signpost]:
        """Watch it from now on: weeks that begin today or later count. One that was dropped is opened anew.

        Raises:
            TellsNothing: it fits all futures alike, and `anyway` was not asked for.
        """
        entry = self.get(signpost_id)
        power = self.power(entry.scenario_id, entry.content)
        if power.decorative and not anyway:
            ratio = "∞" if power.ratio == inf else round(power.ratio, 2)
            raise TellsNothing(signpost=entry.content.title, ratio=ratio, least=LEAST_DIAGNOSTIC)
        anew = entry.content.state is SignpostState.DROPPED or entry.content.opens is None
        opens = self._clock.now() if anew else entry.content.opens
        adopted = replace(entry.content, state=SignpostState.ADOPTED, opens=opens)
        return self._ledger.keep(revised(entry, adopted, signed))

    def drop(self, signpost_id: str, signed: Signed) -> Kept[Signpost]:
        """Watch it no longer. What it has done stays and counts."""
        entry = self.get(signpost_id)
        return self._ledger.keep(revised(entry, replace(entry.content, state=SignpostState.DROPPED), signed))

    def check(self, scenario_id: str | None = None) -> CheckReport:
        """Look at every adopted signpost in the published run; keep what it did to the likelihoods.

        Each speaks once for the time it is open: a hit when the condition has held, or a miss when it closes. All that
        one check finds in a scenario is kept together. Checking the same run again, or by two processes at once, adds
        nothing.
        """
        stamp = self._watcher.stamp()
        if stamp is None or stamp.as_of is None:
            return CheckReport(run_id="", as_of=None, trips=(), watched=())
        look = _Look(self._watcher.views(), stamp.run_id, stamp.as_of)
        adopted = [
            entry
            for entry in self._ledger.entries(Signpost, scenario_id=scenario_id)
            if entry.content.state is SignpostState.ADOPTED
        ]
        trips: list[Trip] = []
        for scenario in dict.fromkeys(entry.scenario_id for entry in adopted):
            own = [entry for entry in adopted if entry.scenario_id == scenario]
            trips += self._check_scenario(scenario, own, look)
        return CheckReport(
            run_id=stamp.run_id,
            as_of=stamp.as_of,
            trips=tuple(trips),
            watched=tuple(self._watched(entry, look.views) for entry in adopted),
        )

    def _check_scenario(self, scenario_id: str, adopted: Sequence[Kept[Signpost]], look: _Look) -> tuple[Trip, ...]:
        for attempt in range(ATTEMPTS):
            drafts = self._drafts(scenario_id, adopted, look)
            try:
                kept = self._ledger.keep_all([draft for _, draft in drafts])
            except EntryConflict:
                # another process checked the same run meanwhile; what it kept is there on the next look
                if attempt == ATTEMPTS - 1:
                    raise
                continue
            promises = self._ledger.entries(Promise)
            return tuple(
                Trip(signpost=signpost, update=update, promises=_resting(promises, signpost.id))
                for (signpost, _), update in zip(drafts, kept, strict=True)
            )
        return ()

    def _drafts(
        self, scenario_id: str, adopted: Sequence[Kept[Signpost]], look: _Look
    ) -> tuple[tuple[Kept[Signpost], Kept[LikelihoodUpdate]], ...]:
        """What every signpost that speaks now does, one after the other; nothing is kept yet."""
        futures = self._futures.get(scenario_id).content
        earlier = {entry.id: entry for entry in self._ledger.entries(LikelihoodUpdate, scenario_id=scenario_id)}
        so_far = [entry.content for entry in earlier.values()]
        drafts: _Drafts = []
        for signpost in adopted:
            if _update_id(signpost) in earlier:
                continue
            sighting = self._sighting(signpost.content, look, self._lang(scenario_id))
            if sighting is None:
                continue
            made = after(futures, so_far, signpost.content, signpost.id, sighting)
            so_far.append(made)
            drafts.append((signpost, _kept(signpost, made)))
        return tuple(drafts)

    def _sighting(self, signpost: Signpost, look: _Look, lang: str) -> Sighting | None:
        """A hit, a miss after closing, or nothing yet."""
        at, run_id = look.at, look.run_id
        seen = self._watcher.see(signpost.watch, look.views, since=signpost.opens)
        in_time = signpost.closes is None or (seen.reading.until or at) <= signpost.closes
        words = in_words(signpost.watch, seen.view, lang)
        if seen.reading.holds and in_time and not seen.thin:
            return Sighting(
                seen=True,
                at=at,
                run_id=run_id,
                value=seen.reading.value,
                watch=words,
                evidence=self._watcher.evidence(seen),
            )
        if signpost.closes is not None and at >= signpost.closes:
            return Sighting(seen=False, at=at, run_id=run_id, value=seen.reading.value, watch=words)
        return None

    def _watched(self, entry: Kept[Signpost], views: dict[str, TrendView]) -> Watched:
        seen = self._watcher.see(entry.content.watch, views, since=entry.content.opens)
        try:
            spoken = self._ledger.entry(LikelihoodUpdate, _update_id(entry))
        except NotFound:
            spoken = None
        words = in_words(entry.content.watch, seen.view, self._lang(entry.scenario_id))
        return Watched(signpost=entry, seen=seen, words=words, update=spoken)

    def _lang(self, scenario_id: str) -> str:
        try:
            return self._ledger.scenario(scenario_id).lang
        except NotFound:
            return "en"

    def _check(self, scenario_id: str, signpost: Signpost) -> None:
        checked(signpost.watch, self._watcher.views())
        check_likelihoods(self._futures.get(scenario_id).content, signpost.likelihoods)
        if signpost.opens and signpost.closes and signpost.closes <= signpost.opens:
            expected = f"> {signpost.opens.date()}"
            raise UsageError(argument="--closes", found=signpost.closes.date(), expected=expected)


def check_likelihoods(futures: Futures, likelihoods: Sequence[Share]) -> None:
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


def _holds_now(signpost: Signpost, view: TrendView) -> bool:
    """Whether the condition is met by what was published before it opens."""
    found = read(signpost.watch, view)
    return found.weeks >= signpost.watch.weeks if signpost.watch.measure in WEEKLY else found.holds


def _update_id(signpost: Kept[Signpost]) -> str:
    """One word per time it is open: opened anew, it may speak again."""
    opens = signpost.content.opens
    return f"{signpost.id}.{opens.date().isoformat() if opens else 'always'}"


def _kept(signpost: Kept[Signpost], made: LikelihoodUpdate) -> Kept[LikelihoodUpdate]:
    return Kept(
        id=_update_id(signpost),
        scenario_id=signpost.scenario_id,
        content=made,
        author=WATCHER,
        reason=signpost.content.title,
    )


def _resting(promises: Sequence[Kept[Promise]], signpost_id: str) -> tuple[Kept[Promise], ...]:
    return tuple(
        promise
        for promise in promises
        if promise.content.state is PromiseState.OPEN and signpost_id in promise.content.signpost_ids
    )
