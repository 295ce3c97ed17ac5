"""Correction of due times after a jump of the clock: what is absurdly far ahead is pulled in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import islice

from monitor.core.model import Outcome
from monitor.core.schedule.cadence import next_check
from monitor.core.schedule.host_load import host_of
from monitor.ports.storage import UnitOfWork
from monitor.ports.values import WatchRow

FARTHEST_MAIL = timedelta(days=1, hours=1)
"""The farthest that a mail is due ahead, after quiet hours; one that was not accepted is retried much sooner."""
FARTHEST_DIGEST = timedelta(days=8, hours=1)
"""The same of a digest, which is sent once a week."""
_LEASE = timedelta(minutes=1)
_BATCH_SIZE = 500


def pull_in_due_times(unit_of_work: UnitOfWork, now: datetime, jitter: Callable[[], float]) -> int:
    """Pull in checks and mails that are due later than is possible as of `now`; return how many there were.

    A check is then due when it would be after one at `now`, so that they do not all come at once. Hosts that asked to
    be left alone are still left alone, since that is stored with the host.
    """
    with unit_of_work.read() as work:
        held = work.hosts.held(now)
        rows = (
            (row, _due_after_check(row, now, jitter()))
            for row in work.watches.each()
            if _is_too_far_ahead(row, now, held.get(host_of(row.watch.url)))
        )
        pulled = 0
        while batch := list(islice(rows, _BATCH_SIZE)):
            _pull_in_checks(unit_of_work, batch, now)
            pulled += len(batch)
        pending = work.outbox.deliveries(states=("pending",))
    too_far_ahead = [
        each.id
        for each in pending
        if each.next_attempt_at
        > now + (FARTHEST_DIGEST if each.kind == "digest" and not each.attempts else FARTHEST_MAIL)
    ]
    if too_far_ahead:
        with unit_of_work.write() as work:
            for delivery_id in too_far_ahead:
                work.outbox.pull_in(delivery_id, now)
    return pulled + len(too_far_ahead)


def _pull_in_checks(unit_of_work: UnitOfWork, rows: Sequence[tuple[WatchRow, datetime]], now: datetime) -> None:
    with unit_of_work.write() as work:
        for row, due in rows:
            claim = work.watches.claim(row.watch.key, now, _LEASE, force=True)
            if claim is not None:
                work.watches.settle(claim, claim.watch_state, due, claim.validators, None)


def _is_too_far_ahead(row: WatchRow, now: datetime, held_until: datetime | None) -> bool:
    return row.next_check_at is not None and row.next_check_at > _due_after_check(row, now, 1.0, held_until)


def _due_after_check(row: WatchRow, now: datetime, jitter: float, held_until: datetime | None = None) -> datetime:
    """Return when a watch would be due after a check at `now`, at a host that is left alone until `held_until`.

    With a `jitter` of 1 this is the latest possible time.
    """
    watch_state = row.watch_state
    return next_check(
        row.watch.cadence,
        now,
        failures=watch_state.failures,
        suspect=watch_state.outcome is Outcome.SUSPECT,
        retry_at=held_until,
        jitter=jitter,
    )
