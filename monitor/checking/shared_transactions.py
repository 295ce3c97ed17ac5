"""Transactions that turns of different hosts share: what several threads ask at once is written together.

Whoever finds nobody writing begins at once, and takes along all that is waiting by then; whoever comes meanwhile waits
for the next transaction, with all others who do. So nobody waits for company, and under load a transaction holds what
came while the one before it was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock
from typing import Generic, TypeVar, cast

from monitor.core.model import Watch
from monitor.errors import DatabaseBusy, StorageError
from monitor.ports.storage import UnitOfWork
from monitor.ports.values import Claim, NewRevision, ObservedCheck, Settlement

RequestT = TypeVar("RequestT")
AnswerT = TypeVar("AnswerT")
ResultT = TypeVar("ResultT")
MOST_TOGETHER = 64
"""Requests that one transaction serves; more of them would keep other writers waiting."""


@dataclass(frozen=True, slots=True)
class UneventfulCheck(Generic[ResultT]):
    """A check that nobody is notified of: what is to be recorded, and the result to return once that is recorded.

    `new_revision` is the first revision of its watch.
    """

    observed: ObservedCheck
    settlement: Settlement
    result: ResultT
    new_revision: NewRevision | None = None

    @property
    def size(self) -> int:
        """The number of bytes that wait to be written: the body of the new revision."""
        return len(self.new_revision.fetched.body) if self.new_revision else 0


@dataclass(slots=True, eq=False)
class _Waiting(Generic[RequestT, AnswerT]):
    """A request; `woken` is set when it is answered, or when its thread is to serve what is waiting."""

    request: RequestT
    woken: Event = field(default_factory=Event)
    answer: AnswerT | Exception | None = None
    is_answered: bool = False


class Together(Generic[RequestT, AnswerT]):
    """Serves the requests of several threads together, one batch at a time. `serve` answers each request of a batch."""

    def __init__(self, serve: Callable[[Sequence[RequestT]], Sequence[AnswerT | Exception]]) -> None:
        self._serve = serve
        self._lock = Lock()
        self._queue: list[_Waiting[RequestT, AnswerT]] = []
        self._is_served = False

    def ask(self, request: RequestT) -> AnswerT:
        """Return the answer to a request. Raises what `serve` raised, or gave as its answer."""
        waiting = _Waiting[RequestT, AnswerT](request)
        with self._lock:
            self._queue.append(waiting)
            waits, self._is_served = self._is_served, True
        if waits:
            waiting.woken.wait()
        if not waiting.is_answered:
            self._serve_queue()
        if isinstance(waiting.answer, Exception):
            raise waiting.answer
        return cast("AnswerT", waiting.answer)

    def _serve_queue(self) -> None:
        """Serve what is waiting, this thread's request among it, and let another thread serve what came meanwhile."""
        with self._lock:
            batch, self._queue = self._queue[:MOST_TOGETHER], self._queue[MOST_TOGETHER:]
        try:
            answers = self._serve([waiting.request for waiting in batch])
        except Exception as error:  # noqa: BLE001  a boundary: each thread gets the error of its request
            answers = [error] * len(batch)
        for waiting, answer in zip(batch, answers, strict=True):
            waiting.answer, waiting.is_answered = answer, True
            waiting.woken.set()
        with self._lock:
            self._is_served = bool(self._queue)
            if self._queue:
                self._queue[0].woken.set()


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """Watches that a turn wants to lease."""

    keys: tuple[str, ...]
    lease: timedelta
    force: bool


class SharedTransactions(Generic[ResultT]):
    """Claims watches and records uneventful checks, for all turns of a process."""

    def __init__(self, unit_of_work: UnitOfWork, now: Callable[[], datetime]) -> None:
        self._unit_of_work = unit_of_work
        self._now = now
        self._claims: Together[ClaimRequest, dict[str, Claim]] = Together(self._claim_all)
        self._records: Together[list[UneventfulCheck[ResultT]], list[bool | Exception]] = Together(self._record_all)

    def claim(self, watches: Sequence[Watch], lease: timedelta, *, force: bool) -> dict[str, Claim]:
        """Return the claims of those that could be leased, by key. Raises UnknownWatch for a single unknown watch."""
        return self._claims.ask(ClaimRequest(tuple(watch.key for watch in watches), lease, force))

    def record(self, checks: Iterable[UneventfulCheck[ResultT]]) -> list[bool | Exception]:
        """Record these checks; return for each whether its lease was still held, or why it could not be written."""
        return self._records.ask(list(checks))

    def _claim_all(self, requests: Sequence[ClaimRequest]) -> list[dict[str, Claim] | Exception]:
        now = self._now()
        with self._unit_of_work.write() as work:
            if len(requests) == 1 and len(requests[0].keys) == 1:
                [request] = requests
                claim = work.watches.claim(request.keys[0], now, request.lease, force=request.force)
                return [{} if claim is None else {claim.key: claim}]
            found: dict[bool, dict[str, Claim]] = {}
            for force in {request.force for request in requests}:
                together = [request for request in requests if request.force is force]
                keys = [key for request in together for key in request.keys]
                lease = max(request.lease for request in together)
                found[force] = {claim.key: claim for claim in work.watches.claim_all(keys, now, lease, force=force)}
        return [
            {key: claim for key in request.keys if (claim := found[request.force].pop(key, None)) is not None}
            for request in requests
        ]

    def _record_all(
        self, requests: Sequence[list[UneventfulCheck[ResultT]]]
    ) -> list[list[bool | Exception] | Exception]:
        """Record the checks of several turns together; turn by turn where that fails: none fails for another."""
        results = self._record([check for request in requests for check in request])
        failed = [each for each in results if isinstance(each, Exception) and not isinstance(each, DatabaseBusy)]
        if failed and len(requests) > 1:
            return [self._record(request) for request in requests]
        remaining = iter(results)
        return [[next(remaining) for _ in request] for request in requests]

    def _record(self, checks: Sequence[UneventfulCheck[ResultT]]) -> list[bool | Exception]:
        """Record these checks, all or nothing; one by one where one of them cannot be written."""
        try:
            with self._unit_of_work.write() as work:
                held_ids = work.watches.held([check.settlement.claim for check in checks])
                held = [check for check in checks if check.observed.watch_id in held_ids]
                if held:
                    revisions = [check.new_revision for check in held if check.new_revision is not None]
                    if revisions:
                        work.snapshots.add_all(revisions)
                    work.history.observe_all([check.observed for check in held])
                    work.watches.settle_all([check.settlement for check in held])
        except Exception as error:  # noqa: BLE001  a boundary: what fails for one watch must not end the others
            if len(checks) > 1 and not isinstance(error, StorageError):
                return [result for check in checks for result in self._record([check])]
            return [error] * len(checks)
        return [check.observed.watch_id in held_ids for check in checks]
