"""Use case: one check of one watch, from the claim to what is owed.

    T1  claim      lease the watch, read its state
        fetch      no transaction open; raises FetchError
        extract    blocks and dates; raises ExtractError
        compare    with the latest accepted revision, extracted under today's recipe
        decide     outcome, what is kept, what is notified        (pure, monitor.core.judging.decide)
        confirm    a law's change against the register of amendments, if the register answers
    T2  record     body, snapshot, change, deliveries, observation, watch state: all or nothing

T1, and T2 of checks that found nothing new, are shared among watches (monitor.checking.claims, recorder).

A failure of any kind leaves the latest revision unchanged: a broken page cannot become "everything deleted".
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from monitor.checking.check_outcome import CheckedItem, CheckOutcome, CheckResult
from monitor.checking.claims import Claims
from monitor.checking.fetch_and_extract import FetchAndExtract
from monitor.checking.host_turn import UNSPACED, Spaces, Steps, Told, TurnAtHost
from monitor.checking.lateness import Lateness
from monitor.checking.leftovers import Leftovers
from monitor.checking.recorder import Note, Recorder, UneventfulCheck
from monitor.checking.threads import SYSTEM_THREADS
from monitor.comparer import Comparer
from monitor.core.judging.decide import PageNotSeen, PageSeen, decide
from monitor.core.model import SEEN, Item, Watch
from monitor.core.schedule.cadence import next_check
from monitor.core.schedule.host_load import host_of
from monitor.errors import HeavyWorkStopped, Reason
from monitor.ports.storage import UnitOfWork
from monitor.ports.values import Claim, Settlement
from monitor.ports.world import AmendmentRegister, Clock, Fetcher, Threads
from monitor.reader import Reader

if TYPE_CHECKING:
    from monitor.checking.record import RecordCheck

log = logging.getLogger("bevaka.check")

LONGEST_WAIT = 20.0
"""Seconds that a single check waits for the turn of its host."""


class Check:
    """`check(watch)`: check once. Safe to call for one watch from several threads and processes at a time."""

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        fetchers: Mapping[str, Fetcher],
        reader: Reader,
        clock: Clock,
        *,
        sender_domain: str,
        comparer: Comparer | None = None,
        register: AmendmentRegister | None = None,
        jitter: Callable[[], float] = lambda: 0.0,
        stopping: Callable[[], bool] = lambda: False,
        gate: Spaces | None = None,
        spacing: Callable[[], timedelta] = timedelta,
        lateness: Lateness | None = None,
        can_ask: bool = False,
        worker: Callable[[], str | None] = lambda: None,
        threads: Threads = SYSTEM_THREADS,
    ) -> None:
        self._unit_of_work = unit_of_work
        comparer = comparer or Comparer()
        self._fetch_and_extract = FetchAndExtract(unit_of_work, fetchers, reader, comparer)
        self._apart = fetchers, reader, comparer
        self._clock = clock
        self._sender_domain = sender_domain
        self._register = register
        self._can_ask = can_ask
        self._jitter = jitter
        self._stopping = stopping
        self._gate = gate or UNSPACED
        self._lateness = lateness or Lateness()
        self._leftovers = Leftovers(unit_of_work, clock.now, worker)
        self._claims = Claims(unit_of_work, clock.now, spacing, self._gate.prefetch, worker, self._leftovers)
        self._recorder: Recorder[CheckResult] = Recorder(unit_of_work, self._leftovers, threads)

    def __call__(
        self,
        watch: Watch,
        *,
        force: bool = False,
        accept: bool | str = False,
        dry_run: bool = False,
        fresh: bool = False,
    ) -> CheckResult | None:
        """Check once; None when there was nothing to do: not due, claimed by another worker, or stopped meanwhile.

        Waits for the turn of the page's host for some seconds, and returns None if it does not come.

        `force` ignores the cadence and other leases, and reads once more what was too heavy to read; `accept` accepts a
        page that looks suspect, or whose latest revision is damaged, or, given the hash of a text, a suspect page if it
        has that very text; `dry_run` records nothing; `fresh` requests the page unconditionally.
        """
        answers: list[CheckResult | Exception | None] = []
        told: Told[CheckResult] = lambda _, answer: answers.append(answer)  # noqa: E731  its type is that of the turn's
        steps = self.turn([watch], told, force=force, accept=accept, dry_run=dry_run, fresh=fresh)
        waited = 0.0
        for pause in steps:
            if waited > LONGEST_WAIT:
                break
            self._clock.sleep(pause)
            waited += pause
        steps.close()
        self.flush()
        answer = answers[0] if answers else None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def note(self, note: Note) -> None:
        """Write something soon, with what else is to be written."""
        self._recorder.note(note)

    def give_back(self) -> None:
        """Give back what this process still holds since it could not be written. Raises StorageError."""
        self._leftovers.settle()

    def flush(self) -> None:
        """Record what was found and waits to be recorded; return once that is done."""
        self._recorder.flush()

    def turn(
        self,
        watches: Sequence[Watch],
        told: Told[CheckResult],
        *,
        force: bool = False,
        accept: bool | str = False,
        dry_run: bool = False,
        fresh: bool = False,
    ) -> Steps:
        """Check these, of one host, in a row; `told` is called for each, once its check is recorded.

        An error takes the place of one watch's result, and the others go on.
        """

        def check_one(watch: Watch, claim: Claim) -> CheckResult | UneventfulCheck[CheckResult] | None:
            late = None if force or claim.due_at is None else (self._clock.now() - claim.due_at).total_seconds()
            try:
                checked = self._once(watch, claim, accept=accept, dry_run=dry_run, fresh=fresh, retry_heavy=force)
                if force and watch.is_section:  # who asks by hand is shown them; the daemon shows them to nobody
                    checked = self._with_items(claim, checked)
            except HeavyWorkStopped:  # the program stops: the page is read when it runs again
                return None
            if late is not None:
                self._lateness.note(late)
            return checked

        turn = TurnAtHost(
            *(self._clock, self._gate, self._claims, self._recorder, self._leftovers, check_one),
            stopping=self._stopping,
        )
        return turn.run(host_of(watches[0].url), watches, told, force=force)

    @cached_property
    def _fetch_and_extract_apart(self) -> FetchAndExtract:
        """For a page that may kill the process that reads it: nothing is read or compared in this one."""
        fetchers, reader, comparer = self._apart
        return FetchAndExtract(self._unit_of_work, fetchers, reader.apart(), comparer.apart())

    def _once(
        self, watch: Watch, claim: Claim, *, accept: bool | str, dry_run: bool, fresh: bool, retry_heavy: bool
    ) -> CheckResult | UneventfulCheck[CheckResult] | None:
        is_any_accepted, fresh = accept is True, fresh or bool(accept)
        # A page that kills the process that reads it would kill one after the other.
        fetch = self._fetch_and_extract_apart if claim.was_abandoned else self._fetch_and_extract
        fetched = fetch(watch, claim, self._clock.now(), accept=is_any_accepted, fresh=fresh, retry_heavy=retry_heavy)
        if self._stopping() and isinstance(fetched.result, PageNotSeen):
            return None  # the program cut the fetch short: the failure says nothing about the page
        now = self._clock.now()
        is_accepted = is_any_accepted or (isinstance(fetched.result, PageSeen) and fetched.result.text_sha256 == accept)
        decision = decide(claim.watch_state, fetched.result, now, watch.patience, accept=is_accepted)
        if fetched.passed_over is not None and decision.keep:
            reason = Reason("copy-passed-over", {"revision": fetched.passed_over, "before": fetched.known_number})
            decision = replace(decision, reason=reason)
        check = _with_documents(CheckOutcome(watch, claim, fetched, decision, now))
        if dry_run:
            self._release(claim)
            return check.result(fetched.known_number, summary=self._record.summary(check))
        if fetched.validator_trust.distrusted_at is not None and claim.validator_trust.distrusted_at is None:
            log.info(
                "other bytes under an unchanged validator: distrusted, and never sent again", extra={"watch": watch.key}
            )
        if check.may_wait:
            return self._uneventful(check)
        finding = self._record.register_finding(check)
        settlement = self._settlement(check)
        with self._unit_of_work.write() as work:
            recorded = self._record(work, check, finding, settlement)
        return check.result(recorded.revision, owed=recorded.owed, summary=recorded.summary)

    def _with_items(
        self, claim: Claim, checked: CheckResult | UneventfulCheck[CheckResult] | None
    ) -> CheckResult | UneventfulCheck[CheckResult] | None:
        """Return the result of a section with its items; those that it is known to have where nothing was extracted.

        An item without a headline is called by the title of its own page, once that was fetched.
        """
        result = checked.result if isinstance(checked, UneventfulCheck) else checked
        if result is None:
            return None
        with self._unit_of_work.read() as work:
            known = work.sections.items(claim.watch_id)
        titles, dates = {item.url: item.title for item in known}, {item.url: item.date for item in known}
        found = result.items
        if found is None and result.outcome in SEEN:
            listed = [item for item in known if item.gone_at is None]
            found = tuple(CheckedItem(Item(item.title, item.url, item.date), "known") for item in listed)
        named = tuple(
            checked_item._replace(
                item=Item(item.title or titles.get(item.url, ""), item.url, item.date or dates.get(item.url))
            )
            for checked_item in found or ()
            for item in (checked_item.item,)
        )
        result = replace(result, items=named)
        return replace(checked, result=result) if isinstance(checked, UneventfulCheck) else result

    @cached_property
    def _record(self) -> RecordCheck:
        from monitor.checking.record import RecordCheck  # noqa: PLC0415  see that module's docstring

        return RecordCheck(sender_domain=self._sender_domain, register=self._register, can_ask=self._can_ask)

    def _release(self, claim: Claim) -> None:
        with self._unit_of_work.write() as work:
            work.watches.release(claim)

    def _uneventful(self, check: CheckOutcome) -> UneventfulCheck[CheckResult]:
        """Return an uneventful check for the batch to record."""
        new_revision = check.new_revision
        number = check.fetched.known_number if new_revision is None else 1
        return UneventfulCheck(
            observed=check.observed(number),
            settlement=self._settlement(check),
            result=check.result(number),
            new_revision=new_revision,
        )

    def _settlement(self, check: CheckOutcome) -> Settlement:
        decision, fetched, claim = check.decision, check.fetched, check.claim
        answer = fetched.fetched if check.is_seen else None
        due = next_check(
            check.watch.cadence,
            check.at,
            failures=0 if check.is_seen else decision.watch_state.failures,
            suspect=decision.awaits_confirmation,
            retry_at=fetched.retry_at,
            jitter=self._jitter(),
            host_until=fetched.host_until,
        )
        return Settlement(
            claim,
            decision.watch_state,
            due,
            answer.validators if answer else claim.validators,
            fetched.result.raw_sha256 if check.is_seen and isinstance(fetched.result, PageSeen) else None,
            title=check.title if check.is_seen else None,
            markup_sha256=fetched.markup_sha256 if check.is_seen else claim.markup_sha256,
            validator_trust=fetched.validator_trust,
            moving=fetched.moving if decision.keep else None,
            too_heavy=fetched.too_heavy,
            documents=check.documents,
        )


def _with_documents(check: CheckOutcome) -> CheckOutcome:
    """Return the check with what follows for the documents of the page; they count only while the page is seen."""
    looked_at = check.fetched.documents
    if looked_at is None or not check.is_seen:
        return check
    from monitor.core.judging.documents import told_of_documents  # noqa: PLC0415  most pages have none

    states, events = told_of_documents(
        check.claim.documents or (), looked_at, check.at, check.watch.patience, check.decision.change
    )
    return replace(check, documents=states, document_events=events)
