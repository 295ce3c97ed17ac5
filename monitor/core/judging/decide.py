"""The decision that follows from one check: the outcome, what is kept, the events, and the next watch state.

    WatchState + PageResult + now ──► decide ──► Decision ──► recorded in one transaction (monitor.checking.record)

Pure: the same arguments always give the same decision.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.core.model import (
    FAILING,
    Baseline,
    Change,
    Changed,
    EventKind,
    Flapping,
    Outcome,
    Suspect,
    SuspectRun,
    Unchanged,
    Verdict,
    WatchState,
)
from monitor.errors import Reason

CONFIRM_CHECKS = 3
CONFIRM_SPAN = timedelta(hours=1)
CONFIRM_LOST = timedelta(minutes=10)
"""A moved or withdrawn page is told when a check at least this much later says the same."""
GONE_FOR_GOOD = 410
NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class PageSeen:
    """The page was seen. `text_sha256` is the hash of the extraction, `raw_sha256` that of the body.

    `verdict` compares the extraction with the latest revision. `underlying` is what the verdict would be if the
    suspicion were mistaken (Baseline or Changed), and None otherwise.
    """

    verdict: Verdict
    text_sha256: str
    raw_sha256: str
    underlying: Baseline | Unchanged | Changed | None = None
    flapping: Flapping | None = None
    """Set where the page goes back and forth between two texts and this is one of them."""


@dataclass(frozen=True, slots=True)
class PageNotSeen:
    """The page could not be fetched or extracted, for this reason."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class PageMoved:
    """The page is at another address now: a permanent redirect, or its words and a refresh or script, say so."""

    to: str


PageResult = PageSeen | PageNotSeen | PageMoved


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from a check. `keep`: whether the body becomes a revision; `change`: how it differs from the latest.

    `events` are (kind, facts) for subscribers, without an event for `change` itself. `watch_state` is the state after
    the check.
    """

    outcome: Outcome
    watch_state: WatchState
    keep: bool = False
    change: Change | None = None
    events: tuple[tuple[EventKind, dict[str, object]], ...] = ()
    reason: Reason | None = None
    flapping: Flapping | None = None
    """Set where the change is one of many between two texts: subscribers are notified once, not of each change."""

    @property
    def is_uneventful(self) -> bool:
        """True if the page is unchanged and nobody is to be notified."""
        return self.outcome is Outcome.UNCHANGED and not self.events

    @property
    def awaits_confirmation(self) -> bool:
        """True if the next check is to come soon: it confirms what this one found, or finds that it was mistaken."""
        kind = _LOST_EVENTS.get(self.outcome)
        return self.outcome is Outcome.SUSPECT or (kind is not None and kind not in self.watch_state.told)


_LOST_EVENTS = {Outcome.MOVED: EventKind.MOVED, Outcome.WITHDRAWN: EventKind.WITHDRAWN}


def decide(
    watch_state: WatchState, result: PageResult, now: datetime, patience: timedelta, *, accept: bool = False
) -> Decision:
    """Return what follows from `result` at `now`. `accept`: the operator vouches for the page, however suspicious."""
    if isinstance(result, PageMoved):
        return _lost(watch_state, Outcome.MOVED, Reason("moved", {"to": result.to}), now)
    if isinstance(result, PageNotSeen):
        return _not_seen(watch_state, result.reason, now, patience)
    if isinstance(result.verdict, Suspect):
        return _suspect(watch_state, result, result.verdict.reason, now, patience, accept=accept)
    return _seen(watch_state, result.verdict, now, result.flapping)


def _seen(
    watch_state: WatchState, verdict: Baseline | Unchanged | Changed, now: datetime, flapping: Flapping | None
) -> Decision:
    outcome, change = Outcome.UNCHANGED, None
    if isinstance(verdict, Baseline):
        outcome = Outcome.FIRST
    elif isinstance(verdict, Changed):
        outcome, change = Outcome.CHANGED, verdict.change
    kept = outcome is not Outcome.UNCHANGED
    events: tuple[tuple[EventKind, dict[str, object]], ...] = ()
    if watch_state.told:
        since = watch_state.failing_since or watch_state.last_seen
        facts = {
            "since": since and since.isoformat(),
            "changed": kept,
            **_last_seen(watch_state),
            **_lost_as(watch_state),
        }
        events = ((EventKind.SEEN_AGAIN, facts),)
    after = WatchState(outcome=outcome, last_seen=now, last_changed=now if kept else watch_state.last_changed)
    reason = Reason("flapping", {"since": flapping.since.isoformat()}) if change and flapping else None
    return Decision(outcome, after, keep=kept, change=change, events=events, reason=reason, flapping=flapping)


def _suspect(
    watch_state: WatchState, result: PageSeen, reason: Reason, now: datetime, patience: timedelta, *, accept: bool
) -> Decision:
    """Decide on a suspect body: it counts once its text has stayed the same for three checks over at least an hour."""
    run = watch_state.suspect
    if run is not None and run.text_sha256 == result.text_sha256:
        run = replace(run, checks=run.checks + 1, last_at=now, raw_sha256=result.raw_sha256, reason=reason)
    else:
        run = SuspectRun(result.text_sha256, result.raw_sha256, reason, checks=1, first_at=now, last_at=now)
    confirmed = run.checks >= CONFIRM_CHECKS and now - run.first_at >= CONFIRM_SPAN
    if (accept or confirmed) and result.underlying is not None:
        return _seen(watch_state, result.underlying, now, result.flapping)
    failing = _with_failure(watch_state, Outcome.SUSPECT, reason, now)
    return _blind(replace(failing, suspect=run, gone_since=None), Outcome.SUSPECT, reason, now, patience)


def _not_seen(watch_state: WatchState, reason: Reason, now: datetime, patience: timedelta) -> Decision:
    status = reason.facts.get("status") if reason.code == "http-status" else None
    if status == GONE_FOR_GOOD:
        return _lost(watch_state, Outcome.WITHDRAWN, Reason("withdrawn", {"status": status}), now)
    failing = _with_failure(watch_state, Outcome.NOT_SEEN, reason, now)
    if status != NOT_FOUND:
        return _blind(replace(failing, gone_since=None), Outcome.NOT_SEEN, reason, now, patience)
    gone_since = watch_state.gone_since or now
    if now - gone_since > patience:
        return _lost(
            replace(watch_state, gone_since=gone_since),
            Outcome.WITHDRAWN,
            Reason("withdrawn", {"status": status}),
            now,
        )
    return _blind(replace(failing, gone_since=gone_since), Outcome.NOT_SEEN, reason, now, patience)


def _with_failure(watch_state: WatchState, outcome: Outcome, reason: Reason, now: datetime) -> WatchState:
    since = watch_state.failing_since if watch_state.outcome in FAILING else None
    return replace(
        watch_state,
        outcome=outcome,
        failures=watch_state.failures + 1,
        failing_since=since or watch_state.failing_since or now,
        reason=reason,
    )


def _blind(watch_state: WatchState, outcome: Outcome, reason: Reason, now: datetime, patience: timedelta) -> Decision:
    """Notify subscribers once, when the page has not been seen for longer than the patience."""
    since = watch_state.failing_since or now
    if watch_state.told or now - since <= patience:
        return Decision(outcome, watch_state, reason=reason)
    facts: dict[str, object] = {
        "since": since.isoformat(),
        "code": reason.code,
        "facts": dict(reason.facts),
        **_last_seen(watch_state),
    }
    after = replace(watch_state, told=watch_state.told | {EventKind.BLIND})
    return Decision(outcome, after, events=((EventKind.BLIND, facts),), reason=reason)


def _lost(watch_state: WatchState, outcome: Outcome, reason: Reason, now: datetime) -> Decision:
    """Notify of a moved or withdrawn page once another check has confirmed it, ten minutes later or more.

    Subscribers are notified once each until the page is seen again, also if other failures intervene.
    """
    kind = _LOST_EVENTS[outcome]
    since = watch_state.lost_since if watch_state.lost_as is outcome else None
    if since is not None and since > now:  # the clock was set back
        since = None
    after = replace(
        watch_state,
        outcome=outcome,
        failures=0,
        failing_since=watch_state.failing_since or now,
        suspect=None,
        reason=reason,
        lost_as=outcome,
        lost_since=since or now,
    )
    if kind in watch_state.told or since is None or now - since < CONFIRM_LOST:
        return Decision(outcome, after, reason=reason)
    facts: dict[str, object] = {**reason.facts, **_last_seen(watch_state)}
    return Decision(outcome, replace(after, told=watch_state.told | {kind}), events=((kind, facts),), reason=reason)


def _lost_as(watch_state: WatchState) -> dict[str, object]:
    """Return moved or withdrawn, where subscribers know of nothing else since the page was last seen."""
    outcome = watch_state.lost_as
    return {"lost_as": outcome.value} if outcome and watch_state.told == {_LOST_EVENTS[outcome]} else {}


def _last_seen(watch_state: WatchState) -> dict[str, object]:
    """Return when the page was last seen, as a fact of an event; nothing where it never was."""
    return {"last_seen": watch_state.last_seen.isoformat()} if watch_state.last_seen else {}
