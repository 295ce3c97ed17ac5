"""A host's turn: checks of its pages in a row, while nobody else asks that host, in no program on the database.

    claim the host and several pages ─► check, check, check … ─► the recorder, who writes what is uneventful together
                                              └─► every other check is recorded by itself, at once

A batch holds about as many pages as can be checked in one second: those of a quick site share a claim by the dozen,
those of a slow or spaced one have one each, and no lease is held for long before its check begins. A turn ends early,
after the current batch, when a person waits for the host, or another program for a minute
(docs/decisions/0003-one-turn-a-host.md, 0014-shared-transactions.md).
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar
from uuid import uuid4

from monitor.checking.claims import Claimed, ClaimRequest, Claims
from monitor.checking.leftovers import Leftovers
from monitor.checking.recorder import Recorder, UneventfulCheck
from monitor.core.model import Watch
from monitor.core.schedule.host_turns import HostTurn
from monitor.errors import LeaseLost, TurnPaused
from monitor.ports.storage import Work
from monitor.ports.values import Claim
from monitor.ports.world import Clock

log = logging.getLogger("bevaka.check")

SHARED_FOR = timedelta(seconds=1)
"""Checks that begin within this time of their claim share it."""
SURE_FOR = timedelta(seconds=10)
"""A claim on which nothing was done for so long is asked for anew: the process may have been taken for dead."""
LARGEST_BATCH = 64
PATIENCE = timedelta(seconds=60)
"""How long a turn that nobody asked for waits for its host before it asks the holder to end."""
LONGEST_PAUSE = 10.0
"""Seconds of a pause between two requests beyond which the turn is not held meanwhile."""
ASK_AGAIN = 0.25
"""Seconds between two attempts to get the turn of a host that is taken."""

ResultT = TypeVar("ResultT")
"""The result of one check."""

CheckOne = Callable[[Watch, Claim], ResultT | UneventfulCheck[ResultT] | None]
"""Checks a claimed watch once, records the check and ends the lease, unless the check is uneventful or None.
Raises LeaseLost when another worker took over, and TurnPaused to be called again after the pause at the host."""

Told = Callable[[Watch, ResultT | Exception | None], None]
"""Called once for each watch, when its check is recorded: with the result, the exception that was raised, or None: not
due, claimed by another worker, or stopped meanwhile."""

Steps = Generator[float, None, None]
"""The steps of a turn: one check each; yields the seconds until the next step."""


class Spaces(Protocol):
    """What a turn needs of the host gate."""

    def holding(self, host: str, *, can_pause: bool) -> AbstractContextManager[None]:
        """State that this thread holds the host's turn: its requests to that host need none of their own.

        With `can_pause`, the block may end with TurnPaused and is entered again later.
        """
        ...

    def pause(self, host: str) -> float:
        """Return the seconds for which the spacing still keeps this process from asking a host."""
        ...

    def is_left_alone(self, host: str) -> bool:
        """True if a host has asked to be left alone (Retry-After), and the time is not over."""
        ...

    def prefetch(self, work: Work, hosts: Sequence[str]) -> None:
        """Read what is stored of hosts whose turns begin, in the transaction in which they do."""
        ...


class _Unspaced:
    """Implements `Spaces` where nothing passes a host gate."""

    def holding(self, host: str, *, can_pause: bool) -> AbstractContextManager[None]:
        del host, can_pause
        return nullcontext()

    def pause(self, host: str) -> float:
        del host
        return 0.0

    def is_left_alone(self, host: str) -> bool:
        del host
        return False

    def prefetch(self, work: Work, hosts: Sequence[str]) -> None:
        pass


UNSPACED: Spaces = _Unspaced()


class TurnAtHost(Generic[ResultT]):
    """Checks pages of one host one after the other."""

    def __init__(
        self,
        clock: Clock,
        gate: Spaces,
        claims: Claims,
        recorder: Recorder[ResultT],
        leftovers: Leftovers,
        check_one: CheckOne[ResultT],
        *,
        stopping: Callable[[], bool],
    ) -> None:
        self._clock = clock
        self._gate = gate
        self._claims = claims
        self._recorder = recorder
        self._leftovers = leftovers
        self._check_one = check_one
        self._stopping = stopping
        self._asker = uuid4().hex
        self._turn: HostTurn | None = None
        self._paused: set[str] = set()

    def run(self, host: str, watches: Iterable[Watch], told: Told[ResultT], *, force: bool) -> Steps:
        """Check these watches. `force` checks whatever the cadence and other leases say."""
        waiting, batch_size, asked_at = deque(watches), 1, self._clock.now()
        try:
            while waiting:
                if self._stopping() or (not force and self._gate.is_left_alone(host)):
                    break
                batch = [waiting.popleft() for _ in range(min(batch_size, len(waiting)))]
                claimed_at = self._clock.now()
                try:
                    is_impatient = self._turn is None and abs(claimed_at - asked_at) > PATIENCE
                    claimed = self._claim(host, batch, force=force, wants=force or is_impatient)
                except Exception as error:  # noqa: BLE001  a boundary: what fails for one watch must not end the turn
                    if len(batch) == 1:
                        told(batch[0], error)
                    else:  # to be claimed one by one
                        waiting.extendleft(reversed(batch))
                    batch_size = 1
                    continue
                if claimed.turn is None:
                    waiting.extendleft(reversed(batch))
                    yield self._seconds_until(claimed.ask_again_at)
                    continue
                unchecked = yield from self._check_batch(host, batch, claimed, claimed_at, told, force=force)
                waiting.extendleft(reversed(unchecked))
                is_alone = unchecked or self._gate.pause(host) or self._is_over(claimed_at, SHARED_FOR)
                batch_size = 1 if is_alone else min(2 * batch_size, LARGEST_BATCH)
                if claimed.is_wanted:
                    self._end(host)
                    asked_at = self._clock.now()
                if waiting:
                    yield self._rest(host)
            for watch in waiting:
                told(watch, None)
        finally:
            self._end(host)

    def _check_batch(
        self,
        host: str,
        watches: list[Watch],
        claimed: Claimed,
        claimed_at: datetime,
        told: Told[ResultT],
        *,
        force: bool,
    ) -> Generator[float, None, list[Watch]]:
        """Check the watches of a batch; return those that were released unchecked: time was over, or one paused."""
        claims, unchecked = dict(claimed.claims), deque(watches)
        try:
            while unchecked:
                if self._is_over(claimed_at, SURE_FOR if len(unchecked) == len(watches) else SHARED_FOR):
                    break
                watch = unchecked.popleft()
                claim = claims.get(watch.key)
                if claim is None or self._stopping() or (not force and self._gate.is_left_alone(host)):
                    told(watch, None)
                    continue
                try:
                    with self._gate.holding(host, can_pause=watch.key not in self._paused):
                        result = self._check(watch, claim)
                except TurnPaused:  # it goes on with a claim of its own
                    self._paused.add(watch.key)
                    unchecked.appendleft(watch)
                    break
                if isinstance(result, UneventfulCheck):
                    del claims[watch.key]
                    self._recorder.record(result, self._teller(watch, told))
                else:
                    if result is not None and not isinstance(result, Exception):
                        del claims[watch.key]
                    told(watch, result)
                if unchecked:
                    yield self._rest(host)
        finally:
            self._release(claims.values())
        return list(unchecked)

    def _rest(self, host: str) -> float:
        """Return the seconds until the next check; a turn is not held for long where nothing is asked."""
        pause = self._gate.pause(host)
        if pause > LONGEST_PAUSE:
            self._end(host)
        return pause

    def _teller(self, watch: Watch, told: Told[ResultT]) -> Callable[[ResultT | Exception | None], None]:
        def tell(result: ResultT | Exception | None) -> None:
            if result is None:
                _log_lease_lost(watch)
            told(watch, result)

        return tell

    def _end(self, host: str) -> None:
        if self._turn is not None:
            free_at = self._clock.now() + timedelta(seconds=self._gate.pause(host))
            self._recorder.end_turn(self._turn, free_at)
            self._turn = None

    def _seconds_until(self, at: datetime | None) -> float:
        """Return how long to wait for a host that is not free: another turn may end before its lease does."""
        seconds = (at - self._clock.now()).total_seconds() if at else 0.0
        return min(max(seconds, 0.0), ASK_AGAIN)

    def _is_over(self, claimed_at: datetime, longest: timedelta) -> bool:
        return abs(self._clock.now() - claimed_at) > longest

    def _claim(self, host: str, watches: Sequence[Watch], *, force: bool, wants: bool) -> Claimed:
        """Claim these in the turn that is held, or in a new one. Raises UnknownWatch for a single unknown watch."""
        timeout = max(watch.longest_check for watch in watches)
        keys = tuple(watch.key for watch in watches)
        claimed = self._claims.ask(ClaimRequest(host, keys, timeout, self._asker, self._turn, force, wants))
        self._turn = claimed.turn
        return claimed

    def _check(self, watch: Watch, claim: Claim) -> ResultT | UneventfulCheck[ResultT] | Exception | None:
        try:
            return self._check_one(watch, claim)
        except TurnPaused:
            raise
        except LeaseLost:
            _log_lease_lost(watch)
            return None
        except Exception as error:  # noqa: BLE001  a boundary: one watch that fails must not end its turn
            return error

    def _release(self, claims: Iterable[Claim]) -> None:
        if remaining := list(claims):
            self._leftovers.give_back(remaining)


def _log_lease_lost(watch: Watch) -> None:
    log.warning("another worker took over; this look is dropped", extra={"watch": watch.key})
