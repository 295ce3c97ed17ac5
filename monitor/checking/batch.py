"""Checks of several watches in a row, where uneventful checks share transactions.

    claim several ─► check, check, check … ─► record the uneventful checks, together
                            └─► every other check is recorded by itself, at once

A batch holds about as many watches as can be checked in one second: the checks of a quick site share a transaction by
the dozen, those of a slow or spaced one have a transaction each, and no lease is held for long before its check
begins (docs/decisions/0014-shared-transactions.md). An uneventful check found the page unchanged, or saw it for the
first time. Where one is lost with the process, the only cost is another check, so it may wait for the others; a change
may not.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from monitor.checking.shared_transactions import SharedTransactions, UneventfulCheck
from monitor.core.model import Watch
from monitor.errors import LeaseLost, StorageError
from monitor.ports.storage import UnitOfWork
from monitor.ports.values import Claim
from monitor.ports.world import Clock

log = logging.getLogger("bevaka.check")

LEASE_BEYOND_TIMEOUT = timedelta(minutes=2)
"""How long a lease outlives the timeout of its fetch, which may wait at the host gate and try several addresses."""
SHARED_FOR = timedelta(seconds=1)
"""Checks that begin within this time of their claim share a transaction."""
LARGEST_BATCH = 64
MOST_WAITING_BYTES = 4_000_000
"""Bytes of first revisions that may wait to be written; once there are more, they are written at once."""

ResultT = TypeVar("ResultT")
"""The result of one check; None in its place where there was nothing to do."""


CheckOne = Callable[[Watch, Claim], ResultT | UneventfulCheck[ResultT] | None]
"""Checks a claimed watch once, records the check and ends the lease, unless the check is uneventful or None.
Raises LeaseLost when another worker took over."""

TurnResults = Iterator[tuple[Watch, ResultT | Exception | None]]
"""Each watch once, when its check is recorded, with the result, the exception that was raised, or None: not due,
claimed by another worker, or stopped meanwhile."""


class Batch(Generic[ResultT]):
    """Checks watches one after the other. Safe to use from several threads at a time."""

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        clock: Clock,
        check_one: CheckOne[ResultT],
        *,
        stopping: Callable[[], bool],
        is_spaced: bool = False,
        shared: SharedTransactions[ResultT] | None = None,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._shared = shared or SharedTransactions(unit_of_work, clock.now)
        self._clock = clock
        self._check_one = check_one
        self._stopping = stopping
        self._is_spaced = is_spaced

    def run(self, watches: Iterable[Watch], *, force: bool) -> TurnResults[ResultT]:
        """Check these watches. `force` checks whatever the cadence and other leases say.

        Where requests are spaced, each check is recorded by itself: the turn waits between them outside this generator.
        """
        waiting, batch_size = deque(watches), 1
        while waiting:
            batch = [waiting.popleft() for _ in range(min(batch_size, len(waiting)))]
            claimed_at = self._clock.now()
            unchecked = yield from self._check_batch(batch, claimed_at, force=force)
            waiting.extendleft(reversed(unchecked))
            is_alone = self._is_spaced or unchecked or self._is_time_over(claimed_at)
            batch_size = 1 if is_alone else min(2 * batch_size, LARGEST_BATCH)

    def _check_batch(
        self, watches: list[Watch], claimed_at: datetime, *, force: bool
    ) -> Generator[tuple[Watch, ResultT | Exception | None], None, list[Watch]]:
        """Claim these together and check them; return those that were released unchecked because time was over."""
        try:
            claims = self._claim(watches, force=force)
        except Exception as error:  # noqa: BLE001  a boundary: what fails for one watch must not end the turn
            if len(watches) > 1:
                return watches  # to be claimed one by one
            yield watches[0], error
            return []
        uneventful: list[tuple[Watch, UneventfulCheck[ResultT]]] = []
        unchecked = deque(watches)
        try:
            while unchecked and not (len(unchecked) < len(watches) and self._is_time_over(claimed_at)):
                watch = unchecked.popleft()
                claim = claims.get(watch.key)
                result = self._check(watch, claim) if claim is not None and not self._stopping() else None
                if isinstance(result, UneventfulCheck):
                    uneventful.append((watch, result))
                    if sum(check.size for _, check in uneventful) > MOST_WAITING_BYTES:
                        yield from self._record_uneventful(uneventful, claims)
                        uneventful = []
                    continue
                if result is not None and not isinstance(result, Exception):
                    del claims[watch.key]
                yield watch, result
            yield from self._record_uneventful(uneventful, claims)
        finally:
            self._release(claims.values())
        return list(unchecked)

    def _is_time_over(self, claimed_at: datetime) -> bool:
        return abs(self._clock.now() - claimed_at) > SHARED_FOR

    def _claim(self, watches: Sequence[Watch], *, force: bool) -> dict[str, Claim]:
        """Return the claims of those that could be leased, by key. Raises UnknownWatch for a single unknown watch."""
        lease = max(watch.timeout for watch in watches) + LEASE_BEYOND_TIMEOUT
        return self._shared.claim(watches, lease, force=force)

    def _check(self, watch: Watch, claim: Claim) -> ResultT | UneventfulCheck[ResultT] | Exception | None:
        try:
            return self._check_one(watch, claim)
        except LeaseLost:
            self._log_lease_lost(watch)
            return None
        except Exception as error:  # noqa: BLE001  a boundary: one watch that fails must not end its turn
            return error

    def _record_uneventful(
        self, checks: Sequence[tuple[Watch, UneventfulCheck[ResultT]]], claims: dict[str, Claim]
    ) -> TurnResults[ResultT]:
        """Record these checks, and remove the claims of those that are recorded from `claims`."""
        for watch, result in self._record(checks):
            if not isinstance(result, Exception):
                del claims[watch.key]
            yield watch, result

    def _record(self, checks: Sequence[tuple[Watch, UneventfulCheck[ResultT]]]) -> TurnResults[ResultT]:
        if not checks:
            return
        recorded = self._shared.record(check for _, check in checks)
        for (watch, check), was_held in zip(checks, recorded, strict=True):
            if isinstance(was_held, Exception):
                yield watch, was_held
            elif was_held:
                yield watch, check.result
            else:
                self._log_lease_lost(watch)
                yield watch, None

    def _release(self, claims: Iterable[Claim]) -> None:
        remaining = list(claims)
        if remaining:
            with suppress(StorageError), self._unit_of_work.write() as work:  # an unreleased lease runs out
                for claim in remaining:
                    work.watches.release(claim)

    @staticmethod
    def _log_lease_lost(watch: Watch) -> None:
        log.warning("another worker took over; this look is dropped", extra={"watch": watch.key})
