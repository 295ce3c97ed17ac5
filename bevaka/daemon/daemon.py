"""The daemon in one process: a tick that finds due watches, threads that check them, a thread that sends.

    tick (5 s, APScheduler)   edited schedule ─► announced events of today ─► due watches ─► turns, one per host
    deliveries (own thread)   owed deliveries ─► the notifier
    chores (own thread)       heartbeat, subscriptions never confirmed, daily time stamp, mail to the operator
    main thread               monitors the tick by the monotonic clock; waits for the end

What is due and what is owed is stored in the database: a second daemon on the same database does no harm, and after a
downtime every overdue watch is checked once. APScheduler stores no jobs of the daemon and counts no missed ones
(docs/decisions/0002-libraries.md).
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Container, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bevaka.daemon.check_log import CheckLog
from bevaka.daemon.clock_jumps import pull_in_due_times
from bevaka.daemon.deliveries import DeliveryThread
from bevaka.daemon.health_signals import HealthSignals
from bevaka.daemon.periodic_jobs import PeriodicJob, PeriodicJobs
from bevaka.daemon.schedule_reload import LiveSchedule
from monitor.checking.check_outcome import CheckResult
from monitor.checking.dispatch import WORKERS, CheckTurn, Round, due_watches
from monitor.core.schedule.cadence import DAEMON_TICK
from monitor.delivery.deliver import DeliveryResult
from monitor.ports.storage import UnitOfWork
from monitor.ports.values import Role
from monitor.ports.world import Clock

log = logging.getLogger("bevaka.daemon")

ROLES: frozenset[Role] = frozenset(["check", "deliver", "keeper", "web"])
"""What a daemon does: check pages, send mails, keep the schedule and the periodic jobs, serve the web page."""
TICK = DAEMON_TICK.total_seconds()
MOST_DUE = 2000
"""The most due watches that one tick takes up, at most one turn of each host; the next tick finds the rest."""
TICK_STOPPED_AFTER = 30.0
"""Seconds without a tick after which the tick counts as stopped."""
JUMP = timedelta(seconds=30)
"""How far the wall clock may drift from the monotonic clock before it counts as having jumped."""


class StoppableClock(Clock, Protocol):
    """A clock whose sleeps end when the program is told to stop."""

    @property
    def stopped(self) -> bool:
        """True if the program was told to stop."""
        ...

    def stop(self) -> None:
        """Tell the program to stop."""
        ...


class Daemon:
    """The daemon: `run()` works until the clock is stopped, then drains. It does what `roles` say.

    `is_keeper`: of several daemons on the database, one announces what takes effect.

    While draining, no check is started, running fetches are cut short, leases are released, and the mail being sent is
    finished. `abort` ends every running fetch at once.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        schedule: LiveSchedule,
        look: CheckTurn[CheckResult],
        deliver_due: Callable[[], Mapping[DeliveryResult, int]],
        tell_due: Callable[[], int],
        clock: StoppableClock,
        abort: Callable[[], None],
        *,
        jitter: Callable[[], float] = random.random,
        signs: HealthSignals | None = None,
        jobs: Sequence[PeriodicJob] = (),
        tick: float = TICK,
        workers: int = WORKERS,
        flush: Callable[[], None] = lambda: None,
        give_back: Callable[[], None] = lambda: None,
        tick_stopped_after: float = TICK_STOPPED_AFTER,
        worker: Callable[[], str | None] = lambda: None,
        roles: Container[Role] = ROLES,
        is_keeper: Callable[[], bool] = lambda: True,
        is_of_this_version: Callable[[], bool] = lambda: True,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._schedule = schedule
        self._tell_due = tell_due
        self._clock = clock
        self._abort = abort
        self._jitter = jitter
        self._worker = worker
        self._roles = roles
        self._is_keeper = is_keeper
        self._is_of_this_version = is_of_this_version
        self.is_outdated = False
        """True if it ended because the database needs another version of the program."""
        self._give_back = give_back
        self._tick_seconds = tick
        self._still_after = max(tick_stopped_after, 3 * tick)
        self._deliveries = DeliveryThread(deliver_due, seconds=tick)
        self._check_log = CheckLog(self._deliveries.nudge)
        self._health_signals = signs or HealthSignals()
        self._periodic_jobs = PeriodicJobs(jobs)
        self._round: Round[CheckResult] = Round(look, workers=workers, flush=flush)
        self._ticked_at = time.monotonic()
        self._known_difference = self._clock_difference()
        self._failing: str | None = None

    def seconds_since_tick(self) -> float:
        """Return the seconds since the latest tick; it comes every few seconds as long as all is well."""
        return time.monotonic() - self._ticked_at

    def run(self) -> None:
        """Work until the clock is stopped."""
        scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
        job = scheduler.add_job(
            self._tick,
            "interval",
            seconds=self._tick_seconds,
            next_run_time=datetime.now(UTC),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._pull_in()
        if "deliver" in self._roles:
            self._deliveries.start()
        self._periodic_jobs.start()
        scheduler.start()
        self._health_signals.started()
        try:
            while not self._clock.stopped:
                self._clock.sleep(self._tick_seconds)
                if self._has_tick_stopped() and not self._clock.stopped:
                    # APScheduler uses the wall clock: if that is set back by an hour, no tick would come for that hour.
                    job.modify(next_run_time=datetime.now(UTC))
        finally:
            self._drain(scheduler)

    def _drain(self, scheduler: BackgroundScheduler) -> None:
        began = time.monotonic()
        log.info("stopping", extra={"event": "stop"})
        self._health_signals.stopping()
        self._abort()
        scheduler.shutdown()
        self._schedule.stop()
        self._round.wait()
        if "deliver" in self._roles:
            self._deliveries.stop()
        self._periodic_jobs.stop()
        log.info("stopped", extra={"event": "stop", "seconds": f"{time.monotonic() - began:.1f}"})

    # The tick

    def _tick(self) -> None:
        self._ticked_at = time.monotonic()
        try:
            self._work()
        except Exception as error:  # a boundary: the database may be busy or full now; the next tick tries again
            if self._failing != repr(error):  # logged once, not every five seconds
                log.exception("this tick came to nothing; trying again", extra={"event": "tick"})
            self._failing = repr(error)
        else:
            self._failing = None
        self._health_signals.ticked(good=self._failing is None and self._deliveries.is_well)

    def _work(self) -> None:
        if self._clock.stopped:
            return
        if not self._is_of_this_version():
            log.error("the database needs another version of this program; stopping", extra={"event": "version"})
            self.is_outdated = True
            self._clock.stop()
            return
        jump = self._clock_difference() - self._known_difference
        if abs(jump) > JUMP:
            log.warning(
                "the clock was set, or the machine slept", extra={"event": "clock", "seconds": jump.total_seconds()}
            )
            self._pull_in()
        if self._schedule.refresh():
            self._check_log.forget(self._schedule.current.archived)
        if self._is_keeper() and (owed := self._tell_due()):
            log.info("takes effect today", extra={"event": "in_force", "owed": owed})
            self._deliveries.nudge()
        if "check" not in self._roles:
            return
        self._give_back()
        now, running = self._clock.now(), self._round.running
        due = due_watches(self._unit_of_work, now, MOST_DUE, but=running, worker=self._worker())
        self._round.start(due, self._check_log.done, self._check_log.failed)
        self._check_log.log_network()
        self._check_log.log_round(self._clock.now())

    # The clock

    def _clock_difference(self) -> timedelta:
        """Return the wall clock minus the monotonic clock, which changes when the wall clock is set."""
        return self._clock.now() - datetime.fromtimestamp(time.monotonic(), UTC)

    def _pull_in(self) -> None:
        self._known_difference = self._clock_difference()
        pulled = pull_in_due_times(self._unit_of_work, self._clock.now(), self._jitter)
        if pulled:
            log.warning("due times lay absurdly far ahead", extra={"event": "clock", "pulled_in": pulled})

    def _has_tick_stopped(self) -> bool:
        """True if the tick has stopped; logged each time that the main thread checks."""
        seconds = self.seconds_since_tick()
        if seconds < self._still_after:
            return False
        log.error("the tick stands still", extra={"event": "tick", "seconds": round(seconds)})
        return True
