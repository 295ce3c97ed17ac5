"""Watches looked at one after the other, whose uneventful looks share transactions.

    claim several ─► look, look, look … ─► settle those that nobody is told of, together
                           └─► whatever differs is recorded by itself, at once

How many are claimed together is what about a second brings: a quick site's looks share a transaction by the dozen, a
slow or spaced one's each have their own, and no lease is held for long before its look begins. An uneventful look, one
that found the page as it was or for the first time, costs another look and nothing else when it is lost with the
process; so it may wait for the others, and a change may not.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from monitor.core.model import Watch
from monitor.errors import LeaseLost, StorageError
from monitor.ports.storage import UnitOfWork
from monitor.ports.values import Claim, NewRevision, ObservedCheck, Settlement
from monitor.ports.world import Clock

log = logging.getLogger("bevaka.check")

LEASE_BEYOND_TIMEOUT = timedelta(minutes=2)
"""A fetch may wait for its host's turn and try more than one address: the lease outlives its deadline by this."""
SHARED_FOR = timedelta(seconds=1)
"""Looks that began within this time of their claim share a transaction."""
MOST_SHARED = 64
MOST_HELD = 4_000_000
"""Bytes of first copies that wait in a lane to be written."""

ResultT = TypeVar("ResultT")
"""What one look comes to; None when there was nothing to do."""


@dataclass(frozen=True, slots=True)
class UneventfulCheck(Generic[ResultT]):
    """A look that nobody is told of: what is to be written of it, and its result once that is written.

    `new_revision` is the first one of its page.
    """

    observed: ObservedCheck
    settlement: Settlement
    result: ResultT
    new_revision: NewRevision | None = None

    @property
    def size(self) -> int:
        """How many bytes wait with it."""
        return len(self.new_revision.fetched.body) if self.new_revision else 0


CheckOne = Callable[[Watch, Claim], ResultT | UneventfulCheck[ResultT] | None]
"""One look at a claimed watch. What it came to is recorded, and the lease ended, unless it is uneventful or None.
Raises LeaseLost when another worker took over."""

TurnResults = Iterator[tuple[Watch, ResultT | Exception | None]]
"""Each watch once, when what it came to is recorded: its result, what went wrong, or None: not due, in another's hands,
or told to stop meanwhile."""


class Batch(Generic[ResultT]):
    """Looks at watches one after the other. Safe to use from several threads at a time."""

    def __init__(
        self, unit_of_work: UnitOfWork, clock: Clock, look: CheckOne[ResultT], *, stopping: Callable[[], bool]
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._look = look
        self._stopping = stopping

    def run(self, watches: Iterable[Watch], *, force: bool) -> TurnResults[ResultT]:
        """Look at these. `force` looks whatever the cadence and other leases say."""
        waiting, many = deque(watches), 1
        while waiting:
            together = [waiting.popleft() for _ in range(min(many, len(waiting)))]
            began = self._clock.now()
            left = yield from self._together(together, began, force=force)
            waiting.extendleft(reversed(left))
            many = 1 if left or self._is_over(began) else min(2 * many, MOST_SHARED)

    def _together(
        self, watches: list[Watch], began: datetime, *, force: bool
    ) -> Generator[tuple[Watch, ResultT | Exception | None], None, list[Watch]]:
        """Claim these at once and look; returns those that were given back because their second was over."""
        try:
            claims = self._claim(watches, began, force=force)
        except Exception as error:  # noqa: BLE001  a boundary: what hinders one must not end the lane
            if len(watches) > 1:
                return watches  # one by one, then
            yield watches[0], error
            return []
        uneventful: list[tuple[Watch, UneventfulCheck[ResultT]]] = []
        left = deque(watches)
        try:
            while left and not (len(left) < len(watches) and self._is_over(began)):
                watch = left.popleft()
                claim = claims.get(watch.key)
                answer = self._answer(watch, claim) if claim is not None and not self._stopping() else None
                if isinstance(answer, UneventfulCheck):
                    uneventful.append((watch, answer))
                    if sum(look.size for _, look in uneventful) > MOST_HELD:
                        yield from self._settled(uneventful, claims)
                        uneventful = []
                    continue
                if answer is not None and not isinstance(answer, Exception):
                    del claims[watch.key]
                yield watch, answer
            yield from self._settled(uneventful, claims)
        finally:
            self._release(claims.values())
        return list(left)

    def _is_over(self, began: datetime) -> bool:
        return abs(self._clock.now() - began) > SHARED_FOR

    def _claim(self, watches: Sequence[Watch], now: datetime, *, force: bool) -> dict[str, Claim]:
        """The watches that could be leased. One that is asked for alone must be known: raises UnknownWatch."""
        lease = max(watch.timeout for watch in watches) + LEASE_BEYOND_TIMEOUT
        keys = [watch.key for watch in watches]
        with self._unit_of_work.write() as work:
            if len(keys) == 1:
                claim = work.watches.claim(keys[0], now, lease, force=force)
                claims = [] if claim is None else [claim]
            else:
                claims = work.watches.claim_all(keys, now, lease, force=force)
        return {claim.key: claim for claim in claims}

    def _answer(self, watch: Watch, claim: Claim) -> ResultT | UneventfulCheck[ResultT] | Exception | None:
        try:
            return self._look(watch, claim)
        except LeaseLost:
            self._say_lost(watch)
            return None
        except Exception as error:  # noqa: BLE001  a boundary: one watch that fails must not end its lane
            return error

    def _settled(
        self, looks: Sequence[tuple[Watch, UneventfulCheck[ResultT]]], claims: dict[str, Claim]
    ) -> TurnResults[ResultT]:
        """Write what these came to, and take those that are written out of `claims`."""
        for watch, result in self._settle(looks):
            if not isinstance(result, Exception):
                del claims[watch.key]
            yield watch, result

    def _settle(self, looks: Sequence[tuple[Watch, UneventfulCheck[ResultT]]]) -> TurnResults[ResultT]:
        """Write what these came to, all or nothing; one by one where it is one of them that cannot be written."""
        if not looks:
            return
        try:
            with self._unit_of_work.write() as work:
                ours = work.watches.held([look.settlement.claim for _, look in looks])
                held = [look for _, look in looks if look.observed.watch_id in ours]
                if held:
                    revisions = [each.new_revision for each in held if each.new_revision is not None]
                    if revisions:
                        work.snapshots.add_all(revisions)
                    work.history.observe_all([look.observed for look in held])
                    work.watches.settle_all([look.settlement for look in held])
        except Exception as error:  # noqa: BLE001  a boundary, as above
            if len(looks) > 1 and not isinstance(error, StorageError):
                for each in looks:
                    yield from self._settle([each])
            else:
                yield from ((watch, error) for watch, _ in looks)
            return
        for watch, look in looks:
            if look.observed.watch_id in ours:
                yield watch, look.result
            else:
                self._say_lost(watch)
                yield watch, None

    def _release(self, claims: Iterable[Claim]) -> None:
        left = list(claims)
        if left:
            with suppress(StorageError), self._unit_of_work.write() as work:  # they run out by themselves
                for claim in left:
                    work.watches.release(claim)

    @staticmethod
    def _say_lost(watch: Watch) -> None:
        log.warning("another worker took over; this look is dropped", extra={"watch": watch.key})
