"""Use case: one look at one watch, from the claim to what is owed.

    T1  claim      lease the watch, learn what stands
        fetch      no transaction open; raises FetchError
        read       blocks and dates; raises ExtractError
        compare    with the latest accepted revision, read under today's recipe
        decide     outcome, what is kept, who is told            (pure, monitor.core.judging.decide)
        confront   a law's change with the register of amendments, if it answers
    T2  record     body, snapshot, change, deliveries, observation, standing: all or nothing

T1 and the T2 of looks that found nothing new are shared among the watches of a lane (monitor.checking.batch).

A failure of any kind leaves the old text as it is: a broken page cannot become "everything deleted".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from monitor.checking.batch import Batch, TurnResults, UneventfulCheck
from monitor.checking.check_outcome import FetchOutcome, may_announce, number_of
from monitor.checking.fetch_and_read import FetchAndRead
from monitor.core.judging.decide import Decision, PageNotSeen, PageSeen, decide
from monitor.core.model import SEEN, Language, Outcome, Watch
from monitor.core.schedule.cadence import next_check
from monitor.errors import Reason
from monitor.ports import AmendmentRegister, Claim, Clock, Fetcher, NewRevision, ObservedCheck, Settlement, UnitOfWork
from monitor.reader import Reader, ReadExtraction

if TYPE_CHECKING:
    from monitor.checking.record import RecordCheck


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check came to. `revision` is the current one (None before the first), `before` the one it replaced.

    `owed` is how many deliveries came of it; `since` since when an unchanged page has been as it is.
    """

    key: str
    outcome: Outcome
    revision: int | None = None
    before: int | None = None
    material: bool | None = None
    summary: dict[Language, str] | None = None
    reason: Reason | None = None
    owed: int = 0
    failures: int = 0
    since: datetime | None = None


class Check:
    """`check(watch)`: look once. Safe to call for one watch from several threads and processes at a time."""

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        fetchers: Mapping[str, Fetcher],
        reader: Reader,
        clock: Clock,
        *,
        sender_domain: str,
        register: AmendmentRegister | None = None,
        jitter: Callable[[], float] = lambda: 0.0,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._looking = FetchAndRead(unit_of_work, fetchers, reader)
        self._clock = clock
        self._sender_domain = sender_domain
        self._register = register
        self._jitter = jitter
        self._stopping = stopping

    def __call__(
        self, watch: Watch, *, force: bool = False, accept: bool = False, dry_run: bool = False
    ) -> CheckResult | None:
        """Look once; None when there was nothing to do: not due, in another's hands, or told to stop meanwhile.

        `force` looks whatever the cadence and other leases say; `accept` takes what is seen even when it looks
        suspicious, or when the latest copy cannot be read back; `dry_run` records nothing.
        """
        [(_, answer)] = self.lane([watch], force=force, accept=accept, dry_run=dry_run)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def lane(
        self, watches: Iterable[Watch], *, force: bool = False, accept: bool = False, dry_run: bool = False
    ) -> TurnResults[CheckResult]:
        """Look at these, one after the other; what hinders one is given in its place, and the others go on."""

        def look(watch: Watch, claim: Claim) -> CheckResult | UneventfulCheck[CheckResult] | None:
            return self._once(watch, claim, accept=accept, dry_run=dry_run)

        return Batch(self._unit_of_work, self._clock, look, stopping=self._stopping).run(watches, force=force)

    def _once(
        self, watch: Watch, claim: Claim, *, accept: bool, dry_run: bool
    ) -> CheckResult | UneventfulCheck[CheckResult] | None:
        seen = self._looking.look(watch, claim, accept=accept)
        if self._stopping() and isinstance(seen.look, PageNotSeen):
            return None  # the fetch was cut short by us: it says nothing about the page
        now = self._clock.now()
        decision = decide(claim.standing, seen.look, now, watch.patience, accept=accept)
        if seen.passed_over is not None and decision.keep:
            reason = Reason("copy-passed-over", {"revision": seen.passed_over, "before": number_of(seen.known)})
            decision = replace(decision, reason=reason)
        if dry_run:
            self._release(claim)
            summary = self._recording.summary(decision)
            return _result(watch, claim, seen, decision, revision=number_of(seen.known), owed=0, summary=summary)
        if _may_wait(claim, seen, decision):
            return self._uneventful(watch, claim, seen, decision, now)
        finding = self._recording.confronted(watch, decision)
        settlement = self._settlement(watch, claim, seen, decision, now)
        with self._unit_of_work.write() as work:
            recorded = self._recording.record(work, watch, claim, seen, decision, finding, settlement, now)
        return _result(
            *(watch, claim, seen, decision), revision=recorded.revision, owed=recorded.owed, summary=recorded.summary
        )

    @cached_property
    def _recording(self) -> RecordCheck:
        from monitor.checking.record import RecordCheck  # noqa: PLC0415  see there

        return RecordCheck(sender_domain=self._sender_domain, register=self._register)

    def _release(self, claim: Claim) -> None:
        with self._unit_of_work.write() as work:
            work.watches.release(claim)

    def _uneventful(
        self, watch: Watch, claim: Claim, seen: FetchOutcome, decision: Decision, now: datetime
    ) -> UneventfulCheck[CheckResult]:
        """A look that nobody is waiting for, for the lane to record."""
        number, copy = number_of(seen.known), None
        if decision.keep and seen.fetched is not None and seen.reading is not None:
            fetched, reading = seen.fetched, seen.reading
            copy = NewRevision(claim.watch_id, watch.url, fetched, watch.recipe, reading.text_sha256, reading.reader)
            number = 1
        return UneventfulCheck(
            looked=_looked(claim, decision, number, now),
            settlement=self._settlement(watch, claim, seen, decision, now),
            result=_result(watch, claim, seen, decision, revision=number, owed=0),
            copy=copy,
        )

    def _settlement(
        self, watch: Watch, claim: Claim, seen: FetchOutcome, decision: Decision, now: datetime
    ) -> Settlement:
        is_seen = decision.outcome in SEEN
        fetched = seen.fetched if is_seen else None
        due = next_check(
            watch.cadence,
            now,
            failures=0 if is_seen else decision.standing.failures,
            suspect=decision.outcome is Outcome.SUSPECT,
            retry_at=seen.retry_at,
            jitter=self._jitter(),
            host_until=seen.host_until,
        )
        return Settlement(
            claim,
            decision.standing,
            due,
            fetched.validators if fetched else claim.validators,
            seen.look.raw_sha256 if is_seen and isinstance(seen.look, PageSeen) else None,
            title=_title(seen.reading) if is_seen else None,
            markup_sha256=seen.markup if is_seen else claim.markup_sha256,
        )


def _may_wait(claim: Claim, seen: FetchOutcome, decision: Decision) -> bool:
    """Whether what a look came to may be written a little later, together with others.

    The page is as it was, or seen for the first time: nobody is told of that, and another look finds it as well.
    """
    is_first = decision.outcome is Outcome.FIRST and not decision.events and claim.latest is None
    return (decision.is_uneventful and seen.reread is None) or (is_first and not may_announce(claim, seen))


def _title(reading: ReadExtraction | None) -> str | None:
    """The title of a law, by which it is known where the schedule gives it no name."""
    if reading is None or reading.extraction.law is None or reading.extraction.main_heading is None:
        return None
    return reading.extraction.title


def _looked(claim: Claim, decision: Decision, revision: int | None, now: datetime) -> ObservedCheck:
    return ObservedCheck(claim.watch_id, decision.outcome, revision, now, decision.reason)


def _result(
    watch: Watch,
    claim: Claim,
    seen: FetchOutcome,
    decision: Decision,
    *,
    revision: int | None,
    owed: int,
    summary: dict[Language, str] | None = None,
) -> CheckResult:
    change = decision.change
    return CheckResult(
        key=watch.key,
        outcome=decision.outcome,
        revision=revision,
        before=number_of(seen.known) if change else None,
        material=change.material if change else None,
        summary=summary,
        reason=decision.reason,
        owed=owed,
        failures=decision.standing.failures,
        since=claim.standing.last_changed if decision.outcome is Outcome.UNCHANGED else None,
    )
