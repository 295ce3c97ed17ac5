"""The daemon in one process: a tick that finds what is due, lanes that look, a thread that sends.

    tick (5 s, APScheduler)   the edited schedule ─► what takes effect today ─► what is due ─► lanes, one a host
    deliveries (own thread)   what is owed ─► the notifier
    chores (own thread)       the heartbeat, people who never confirmed, the daily time stamp, the mail to the operator
    main thread               watches the tick by the monotonic clock; waits for the end

What is due and what is owed stands in the database: a second daemon on it does no harm, and after a downtime every
overdue watch is looked at once. APScheduler keeps no jobs of ours and counts no missed ones (docs/decisions).
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
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
from monitor.delivery.deliver import DeliveryResult
from monitor.ports.storage import UnitOfWork
from monitor.ports.world import Clock

log = logging.getLogger("bevaka.daemon")

TICK = 5.0
MOST_DUE = 1000
"""Taken up by one tick; the next one finds the rest."""
STILL_AFTER = 30.0
"""Seconds without a tick after which something is wrong."""
JUMP = timedelta(seconds=30)
"""By how much the clock may differ from the monotonic one before it has jumped."""


class StoppableClock(Clock, Protocol):
    """A clock whose sleeps end when the program is told to stop."""

    @property
    def stopped(self) -> bool:
        """Whether it was."""
        ...


class Daemon:
    """`run()` works until the clock is stopped, then drains: no new looks, running fetches are cut short, leases go
    back, the mail under way is finished.

    `abort` ends every running fetch at once.
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
        still_after: float = STILL_AFTER,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._schedule = schedule
        self._tell_due = tell_due
        self._clock = clock
        self._abort = abort
        self._jitter = jitter
        self._seconds = tick
        self._still_after = max(still_after, 3 * tick)
        self._deliveries = DeliveryThread(deliver_due, seconds=tick)
        self._looks = CheckLog(self._deliveries.nudge)
        self._signs = signs or HealthSignals()
        self._periodic_jobs = PeriodicJobs(jobs)
        self._round: Round[CheckResult] = Round(look, workers=workers)
        self._ticked_at = time.monotonic()
        self._behind = self._difference()
        self._failing: str | None = None

    def seconds_since_tick(self) -> float:
        """How long ago the tick last came; it comes every few seconds as long as all is well."""
        return time.monotonic() - self._ticked_at

    def run(self) -> None:
        """Work until told to stop."""
        scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
        job = scheduler.add_job(
            self._tick,
            "interval",
            seconds=self._seconds,
            next_run_time=datetime.now(UTC),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._pull_in()
        self._deliveries.start()
        self._periodic_jobs.start()
        scheduler.start()
        self._signs.started()
        try:
            while not self._clock.stopped:
                self._clock.sleep(self._seconds)
                if self._is_still() and not self._clock.stopped:
                    # APScheduler counts by the wall clock: set back an hour, it would do nothing for that hour.
                    job.modify(next_run_time=datetime.now(UTC))
        finally:
            self._drain(scheduler)

    def _drain(self, scheduler: BackgroundScheduler) -> None:
        began = time.monotonic()
        log.info("stopping", extra={"event": "stop"})
        self._signs.stopping()
        self._abort()
        scheduler.shutdown()
        self._schedule.stop()
        self._round.wait()
        self._deliveries.stop()
        self._periodic_jobs.stop()
        log.info("stopped", extra={"event": "stop", "seconds": f"{time.monotonic() - began:.1f}"})

    # The tick

    def _tick(self) -> None:
        self._ticked_at = time.monotonic()
        try:
            self._work()
        except Exception as error:  # a boundary: the database may be busy or full now, and the next tick goes on
            if self._failing != repr(error):  # once, not every five seconds
                log.exception("this tick came to nothing; trying again", extra={"event": "tick"})
            self._failing = repr(error)
        else:
            self._failing = None
        self._signs.ticked(good=self._failing is None and self._deliveries.are_well)

    def _work(self) -> None:
        if self._clock.stopped:
            return
        jump = self._difference() - self._behind
        if abs(jump) > JUMP:
            log.warning(
                "the clock was set, or the machine slept", extra={"event": "clock", "seconds": jump.total_seconds()}
            )
            self._pull_in()
        if self._schedule.refresh():
            self._looks.forget(self._schedule.current.archived)
        if told := self._tell_due():
            log.info("takes effect today", extra={"event": "in_force", "owed": told})
            self._deliveries.nudge()
        due = due_watches(self._unit_of_work, self._clock.now(), MOST_DUE)
        self._round.start(due, self._looks.done, self._looks.failed)
        self._looks.say_network()

    # The clock

    def _difference(self) -> timedelta:
        """Between the wall clock and the monotonic one; it changes when the wall clock is set."""
        return self._clock.now() - datetime.fromtimestamp(time.monotonic(), UTC)

    def _pull_in(self) -> None:
        self._behind = self._difference()
        pulled = pull_in_due_times(self._unit_of_work, self._clock.now(), self._jitter)
        if pulled:
            log.warning("due times lay absurdly far ahead", extra={"event": "clock", "pulled_in": pulled})

    def _is_still(self) -> bool:
        """Whether the tick stands still; logged each time that the main thread looks."""
        still = self.seconds_since_tick()
        if still < self._still_after:
            return False
        log.error("the tick stands still", extra={"event": "tick", "seconds": round(still)})
        return True
