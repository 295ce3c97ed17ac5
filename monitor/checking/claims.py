"""Claims: the turns of hosts and the leases of watches, which turns of different hosts take in shared transactions.

Whoever finds nobody writing begins at once, and takes along all that is waiting by then; whoever comes meanwhile waits
for the next transaction, with all others who do. So nobody waits for company, and under load a transaction holds what
came while the one before it was written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock
from typing import Generic, TypeVar, cast

from monitor.checking.leftovers import Leftovers, Unanswered
from monitor.core.schedule.host_turns import HostTurn, TurnWish
from monitor.errors import DatabaseAway
from monitor.ports.storage import UnitOfWork, Work
from monitor.ports.values import Claim

RequestT = TypeVar("RequestT")
AnswerT = TypeVar("AnswerT")
MOST_TOGETHER = 64
"""Requests that one transaction serves; more of them would keep other writers waiting."""
LEASE_BEYOND_TIMEOUT = timedelta(minutes=2)
"""How long the lease of a watch outlives the timeout of its fetch, which may wait at the host gate."""
TURN_BEYOND_TIMEOUT = timedelta(seconds=30)
"""How long the lease of a host's turn does; it is extended with each claim."""


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
    """Watches of one host that `asker` wants to lease, in the turn that it holds; a new one if that is None.

    `timeout` is the longest of these watches. `force` takes them also if they are not due, or leased by another;
    `wants` asks the holder of the host's turn to end it soon.
    """

    host: str
    keys: tuple[str, ...]
    timeout: timedelta
    asker: str
    turn: HostTurn | None = None
    force: bool = False
    wants: bool = False


@dataclass(frozen=True, slots=True)
class Claimed:
    """The answer: the turn, which watches could be leased, by key, and whether somebody else waits for the host.

    `turn` is None where the host is not free: it is worth asking again at `ask_again_at`.
    """

    turn: HostTurn | None
    claims: dict[str, Claim] = field(default_factory=dict)
    is_wanted: bool = False
    ask_again_at: datetime | None = None


def _turn_lease(request: ClaimRequest) -> timedelta:
    return request.timeout + TURN_BEYOND_TIMEOUT


class Claims:
    """Claims for all turns of a process. `spacing` returns the least time between two requests to a host.

    `prefetch` reads what the turns that begin will need of their hosts, in the same transaction. `worker` names this
    process while it gives signs of life.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        now: Callable[[], datetime],
        spacing: Callable[[], timedelta] = timedelta,
        prefetch: Callable[[Work, Sequence[str]], None] = lambda _, __: None,
        worker: Callable[[], str | None] = lambda: None,
        leftovers: Leftovers | None = None,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._now = now
        self._spacing = spacing
        self._prefetch = prefetch
        self._worker = worker
        self._leftovers = leftovers or Leftovers(unit_of_work, now, worker)
        self._together: Together[ClaimRequest, Claimed] = Together(self._claim_all)

    def ask(self, request: ClaimRequest) -> Claimed:
        """Return the turn and the claims. Raises UnknownWatch for a single unknown watch, StorageError."""
        return self._together.ask(request)

    def _claim_all(self, requests: Sequence[ClaimRequest]) -> list[Claimed | Exception]:
        self._leftovers.settle()
        now = self._now()
        lease = max(request.timeout for request in requests) + LEASE_BEYOND_TIMEOUT
        try:
            return self._claim_together(requests, now, lease)
        except DatabaseAway:
            self._leftovers.keep(
                [Unanswered(each.host, each.keys, each.turn, now + _turn_lease(each), now + lease) for each in requests]
            )
            raise

    def _claim_together(
        self, requests: Sequence[ClaimRequest], now: datetime, lease: timedelta
    ) -> list[Claimed | Exception]:
        with self._unit_of_work.write_shared() as work:
            turns = self._turns(work, requests, now)
            held = [request for request, turn in zip(requests, turns, strict=True) if turn.turn is not None]
            work.watches.lock([key for request in held for key in request.keys])
            if len(requests) == 1 and len(held) == 1 and len(held[0].keys) == 1:
                [request], [turn] = held, turns
                claim = work.watches.claim(request.keys[0], now, lease, force=request.force)
                return [Claimed(turn.turn, {claim.key: claim} if claim else {}, turn.is_wanted)]
            found: dict[bool, dict[str, Claim]] = {}
            for force in {request.force for request in held}:
                together = [request for request in held if request.force is force]
                keys = [key for request in together for key in request.keys]
                found[force] = {claim.key: claim for claim in work.watches.claim_all(keys, now, lease, force=force)}
        return [
            turn
            if turn.turn is None
            else Claimed(
                turn.turn,
                {key: claim for key in request.keys if (claim := found[request.force].pop(key, None)) is not None},
                turn.is_wanted,
            )
            for request, turn in zip(requests, turns, strict=True)
        ]

    def _turns(self, work: Work, requests: Sequence[ClaimRequest], now: datetime) -> list[Claimed]:
        """Begin or extend the turn of each request; of several new ones at one host, the first begins."""
        work.hosts.lock({request.host for request in requests})
        leases = {request.turn: _turn_lease(request) for request in requests if request.turn}
        extended = work.hosts.extend_turns(leases, now) if leases else {}
        fresh = [request for request in requests if request.turn not in extended]
        worker = self._worker()
        wishes = [TurnWish(each.host, _turn_lease(each), each.asker, worker) for each in fresh]
        found = work.hosts.begin_turns(wishes, now, self._spacing()) if wishes else []
        if hosts := [turn.host for turn in found if isinstance(turn, HostTurn)]:
            self._prefetch(work, hosts)
        begun, turns = iter(found), []
        for request in requests:
            if request.turn in extended:
                turns.append(Claimed(request.turn, is_wanted=extended[request.turn]))
                continue
            turn = next(begun)
            if isinstance(turn, HostTurn):
                turns.append(Claimed(turn))
                continue
            if request.wants:
                work.hosts.want_turn(request.host, request.asker, now)
            turns.append(Claimed(None, ask_again_at=turn))
        return turns
