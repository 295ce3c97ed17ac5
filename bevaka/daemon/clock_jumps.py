"""Due times after a clock that jumped: what lies absurdly far ahead is pulled in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import islice

from monitor.core.model import Outcome
from monitor.core.schedule.cadence import next_check
from monitor.ports.storage import UnitOfWork
from monitor.ports.values import WatchRow

FARTHEST_RETRY = timedelta(days=1)
"""A mail that was not taken is tried again much sooner than this."""
_BRIEFLY = timedelta(minutes=1)
_AT_A_TIME = 500


def pull_in_due_times(unit_of_work: UnitOfWork, now: datetime, jitter: Callable[[], float]) -> int:
    """Bring looks and mails back that are due later than they ever could be from `now`; how many there were.

    A look is then due when it would be after one just now, so that nothing storms. Hosts that asked to be left alone
    are left alone all the same: that is kept with the host.
    """
    with unit_of_work.read() as work:
        late = ((row, _due(row, now, jitter())) for row in work.watches.each() if _is_late(row, now))
        pulled = 0
        while some := list(islice(late, _AT_A_TIME)):
            _pull_looks(unit_of_work, some, now)
            pulled += len(some)
        pending = work.outbox.deliveries(states=("pending",))
    overdue = [each.id for each in pending if each.attempts and each.next_attempt_at > now + FARTHEST_RETRY]
    if overdue:
        with unit_of_work.write() as work:
            for delivery_id in overdue:
                work.outbox.retry(delivery_id, now)
    return pulled + len(overdue)


def _pull_looks(unit_of_work: UnitOfWork, late: Sequence[tuple[WatchRow, datetime]], now: datetime) -> None:
    with unit_of_work.write() as work:
        for row, due in late:
            claim = work.watches.claim(row.watch.key, now, _BRIEFLY, force=True)
            if claim is not None:
                work.watches.settle(claim, claim.watch_state, due, claim.validators, None)


def _is_late(row: WatchRow, now: datetime) -> bool:
    return row.next_check_at is not None and row.next_check_at > _due(row, now, 1.0)


def _due(row: WatchRow, now: datetime, jitter: float) -> datetime:
    """When a watch that was looked at just now would be due, at the latest with jitter 1, but for a Retry-After."""
    watch_state = row.watch_state
    return next_check(
        row.watch.cadence,
        now,
        failures=watch_state.failures,
        suspect=watch_state.outcome is Outcome.SUSPECT,
        retry_at=None,
        jitter=jitter,
    )
