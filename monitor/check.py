"""Use case: one look at one watch, from the claim to what is owed.

    T1  claim      lease the watch, learn what stands
        fetch      no transaction open; raises FetchError
        read       blocks and dates; raises ExtractError
        compare    with the latest accepted revision, read under today's recipe
        decide     outcome, what is kept, who is told            (pure, monitor.core.decide)
        confront   a law's change with the register of amendments, if it answers
    T2  record     body, snapshot, change, deliveries, observation, standing: all or nothing

T1 and the T2 of looks that found nothing new are shared among the watches of a lane (monitor.lane).

A failure of any kind leaves the old text as it is: a broken page cannot become "everything deleted".
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from monitor.core.cadence import next_check
from monitor.core.compare import compare, judge, owed, owed_blocks
from monitor.core.decide import Decision, Elsewhere, Look, Sighting, Unseen, decide
from monitor.core.fan_out import fan_out
from monitor.core.habits import STEPS, flapping, in_view_of_history
from monitor.core.law.days import expected, swedish_day
from monitor.core.law.register import Finding, acts_of, confront
from monitor.core.model import (
    SEEN,
    Baseline,
    Changed,
    ChangeRecord,
    EventKind,
    Extraction,
    Fetched,
    Language,
    NotModified,
    Outcome,
    Recipe,
    Redirected,
    Snapshot,
    Suspect,
    Unchanged,
    Watch,
)
from monitor.core.parts import followed
from monitor.core.summary import summarise
from monitor.errors import DatabaseBusy, ExtractError, FetchError, Reason, StorageError
from monitor.lane import Answers, Lane, Uneventful
from monitor.ports import Claim, Clock, Fetcher, KnownText, Looked, Register, Settlement, UnitOfWork, Work
from monitor.reading import Reader, Reading

log = logging.getLogger("bevaka.check")

OPEN_DATA_HOST = "data.riksdagen.se"


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


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a look brought, before anything is decided. `known` is the revision it was compared with."""

    look: Look
    fetched: Fetched | None = None
    reading: Reading | None = None
    known: KnownText | None = None
    reread: Reading | None = None
    retry_at: datetime | None = None


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
        register: Register | None = None,
        jitter: Callable[[], float] = lambda: 0.0,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._fetchers = fetchers
        self._reader = reader
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
        suspicious; `dry_run` records nothing.
        """
        [(_, answer)] = self.lane([watch], force=force, accept=accept, dry_run=dry_run)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def lane(
        self, watches: Iterable[Watch], *, force: bool = False, accept: bool = False, dry_run: bool = False
    ) -> Answers[CheckResult]:
        """Look at these, one after the other; what hinders one is given in its place, and the others go on."""

        def look(watch: Watch, claim: Claim) -> CheckResult | Uneventful[CheckResult] | None:
            return self._once(watch, claim, accept=accept, dry_run=dry_run)

        return Lane(self._unit_of_work, self._clock, look, stopping=self._stopping).run(watches, force=force)

    def _once(
        self, watch: Watch, claim: Claim, *, accept: bool, dry_run: bool
    ) -> CheckResult | Uneventful[CheckResult] | None:
        seen = self._look(watch, claim, conditional=not accept)
        if self._stopping() and isinstance(seen.look, Unseen):
            return None  # the fetch was cut short by us: it says nothing about the page
        now = self._clock.now()
        decision = decide(claim.standing, seen.look, now, watch.patience, accept=accept)
        if dry_run:
            self._release(claim)
            summary = summarise(decision.change) if decision.change else None
            return _result(watch, claim, decision, revision=_number(seen.known), owed=0, summary=summary)
        if decision.is_uneventful and seen.reread is None:
            return self._uneventful(watch, claim, seen, decision, now)
        finding = self._confronted(watch, decision)
        with self._unit_of_work.write() as work:
            return self._record(work, watch, claim, seen, decision, finding, now)

    def _release(self, claim: Claim) -> None:
        with self._unit_of_work.write() as work:
            work.watches.release(claim)

    # Looking

    def _look(self, watch: Watch, claim: Claim, *, conditional: bool) -> _Seen:
        latest = claim.latest
        known = latest if latest is not None and latest.snapshot.source_url == watch.url else None
        current = known is not None and known.recipe == watch.recipe
        fetcher = self._fetchers["riksdagen" if watch.sfs else "http"]
        validators = claim.validators if conditional and current else None
        try:
            answer = fetcher.fetch(watch, validators)
        except FetchError as error:
            return _Seen(Unseen(error.reason()), known=known, retry_at=error.retry_at)
        if isinstance(answer, Redirected):
            return _Seen(Elsewhere(answer.to), known=known)
        if isinstance(answer, NotModified):
            if known is None:  # nothing was asked conditionally, so the server is wrong
                return _Seen(Unseen(Reason("http-status", {"status": 304, "url": watch.url})))
            return _Seen(Sighting(Unchanged(), known.text_sha256, claim.last_raw_sha256 or ""), known=known)
        try:
            return self._read(watch, claim, known, answer)
        except ExtractError as error:
            reason = error.reason()
            if reason.code == "sentinel-missing":
                reason = replace(reason, facts={**reason.facts, "status": answer.status})
            return _Seen(Unseen(reason), fetched=answer, known=known)
        except DatabaseBusy:
            raise  # says nothing about the page, and passes
        except StorageError as error:
            log.error("the latest copy cannot be read back: %s", error, extra={"watch": watch.key})  # noqa: TRY400  the operator needs to know which, not our stack
            return _Seen(Unseen(Reason("copy-unreadable")), fetched=answer, known=known)
        except Exception as error:  # a boundary: whatever a page does to a reader, the other watches go on
            log.exception("the page could not be read", extra={"watch": watch.key})
            return _Seen(Unseen(Reason("reader-failed", {"detail": type(error).__name__})), fetched=answer, known=known)

    def _read(self, watch: Watch, claim: Claim, known: KnownText | None, fetched: Fetched) -> _Seen:
        raw = hashlib.sha256(fetched.body).hexdigest()
        same_bytes = raw == claim.last_raw_sha256 and claim.standing.outcome in SEEN
        if same_bytes and known is not None and known.reader == self._reader.name_for(fetched):
            return _Seen(Sighting(Unchanged(), known.text_sha256, raw), fetched=fetched, known=known)
        reading = self._reader.read(fetched, watch.recipe)
        if known is None:
            verdict = compare(None, reading.extraction, fetched_after=fetched.taken_at)
            first = Baseline() if isinstance(verdict, Suspect) else None
            return _Seen(Sighting(verdict, reading.text_sha256, raw, first), fetched=fetched, reading=reading)
        reread = None
        if known.recipe != watch.recipe or known.reader != reading.reader:
            before, after, reread = self._read_again(watch, known, fetched, reading)
        elif known.text_sha256 == reading.text_sha256:
            return _Seen(Sighting(Unchanged(), reading.text_sha256, raw), fetched=fetched, reading=reading, known=known)
        else:
            before, after = self._reader.read(self._stored(known.snapshot), watch.recipe).extraction, reading.extraction
        last_seen = claim.standing.last_seen or known.snapshot.taken_at
        times = {"fetched_before": last_seen, "fetched_after": fetched.taken_at}
        verdict = compare(before, after, **times)
        underlying = judge(before, after, **times) if isinstance(verdict, Suspect) else None
        look = Sighting(verdict, reading.text_sha256, raw, underlying)
        if isinstance(verdict, Changed) or isinstance(underlying, Changed):
            look = self._in_view_of_history(claim, look, last_seen, fetched.taken_at)
        return _Seen(look, fetched=fetched, reading=reading, known=known, reread=reread)

    def _in_view_of_history(self, claim: Claim, look: Sighting, last_seen: datetime, now: datetime) -> Sighting:
        with self._unit_of_work.read() as work:
            past = work.history.past(claim.watch_id, STEPS)
        verdict = look.verdict
        if isinstance(verdict, Changed):
            verdict = in_view_of_history(verdict, past, last_seen)
        return replace(look, verdict=verdict, flapping=flapping(past, look.text_sha256, now))

    def _read_again(
        self, watch: Watch, known: KnownText, fetched: Fetched, reading: Reading
    ) -> tuple[Extraction, Extraction, Reading | None]:
        """The old copy under today's recipe and reader, so that an edited recipe alone is no change.

        Where the old copy has no place for today's recipe (`keep` was mended after a redesign), both copies are
        compared whole: what changed on the page is still told.
        """
        stored = self._stored(known.snapshot)
        try:
            reread = self._reader.read(stored, watch.recipe)
        except ExtractError:
            whole = Recipe(drop=watch.recipe.drop, ignore=watch.recipe.ignore)
            return self._reader.read(stored, whole).extraction, self._reader.read(fetched, whole).extraction, None
        return reread.extraction, reading.extraction, reread

    def _stored(self, snapshot: Snapshot) -> Fetched:
        with self._unit_of_work.read() as work:
            return snapshot.fetched(work.snapshots.body(snapshot.sha256))

    def _confronted(self, watch: Watch, decision: Decision) -> Finding | None:
        """What the register of amendments says of a law's change; None where it was not asked or does not answer.

        Asked only when a change was found, once, for a law from riksdagen itself (docs/decisions, "The register").
        """
        change = decision.change
        if self._register is None or watch.sfs is None or change is None or not acts_of(change):
            return None
        if urlsplit(watch.url).hostname != OPEN_DATA_HOST:
            return None
        try:
            return confront(change, self._register.amendments(watch.sfs))
        except FetchError as error:
            log.info("the register of amendments was not seen: %s", error, extra={"watch": watch.key})
            return None

    # Recording

    def _record(
        self,
        work: Work,
        watch: Watch,
        claim: Claim,
        seen: _Seen,
        decision: Decision,
        finding: Finding | None,
        now: datetime,
    ) -> CheckResult:
        known = seen.known
        snapshot = known.snapshot if known else None
        if decision.keep and seen.fetched is not None and seen.reading is not None:
            snapshot = work.snapshots.add(
                claim.watch_id, watch.url, seen.fetched, watch.recipe, seen.reading.text_sha256, seen.reading.reader
            )
        elif known is not None and seen.reread is not None:
            work.snapshots.add_extraction(known.snapshot.id, watch.recipe, seen.reread.text_sha256, seen.reread.reader)
        if decision.outcome is Outcome.SUSPECT and seen.fetched is not None:
            work.snapshots.keep_aside(seen.fetched)
        record = self._record_change(work, watch, claim, seen, decision, snapshot)
        if decision.keep and seen.reading is not None and snapshot is not None and _may_announce(claim, seen):
            announced = expected(seen.reading.extraction, now, snapshot.number)
            work.expected.replace(claim.watch_id, announced, swedish_day(now), now)
        owed_count = self._record_events(work, watch, claim, seen, decision, record, finding, now)
        shown = snapshot or (claim.latest.snapshot if claim.latest else None)
        number = shown.number if shown else None
        work.history.observe_all([_looked(claim, decision, number, now)])
        work.watches.settle_all([self._settlement(watch, claim, seen, decision, now)])
        return _result(
            watch, claim, decision, revision=number, owed=owed_count, summary=record.summary if record else None
        )

    def _uneventful(
        self, watch: Watch, claim: Claim, seen: _Seen, decision: Decision, now: datetime
    ) -> Uneventful[CheckResult]:
        """A look that found nothing new, for the lane to record."""
        number = _number(seen.known)
        return Uneventful(
            looked=_looked(claim, decision, number, now),
            settlement=self._settlement(watch, claim, seen, decision, now),
            result=_result(watch, claim, decision, revision=number, owed=0),
        )

    def _settlement(self, watch: Watch, claim: Claim, seen: _Seen, decision: Decision, now: datetime) -> Settlement:
        is_seen = decision.outcome in SEEN
        fetched = seen.fetched if is_seen else None
        due = next_check(
            watch.cadence,
            now,
            failures=0 if is_seen else decision.standing.failures,
            suspect=decision.outcome is Outcome.SUSPECT,
            retry_at=seen.retry_at,
            jitter=self._jitter(),
        )
        return Settlement(
            claim,
            decision.standing,
            due,
            fetched.validators if fetched else claim.validators,
            seen.look.raw_sha256 if is_seen and isinstance(seen.look, Sighting) else None,
            title=_title(seen.reading) if is_seen else None,
        )

    def _record_change(
        self, work: Work, watch: Watch, claim: Claim, seen: _Seen, decision: Decision, after: Snapshot | None
    ) -> ChangeRecord | None:
        if decision.change is None or seen.known is None or after is None:
            return None
        before = seen.known.snapshot
        return work.history.add_change(
            claim.watch_id,
            before,
            after,
            decision.change,
            summarise(decision.change),
            watch.recipe,
            claim.standing.last_seen or before.taken_at,
        )

    def _record_events(
        self,
        work: Work,
        watch: Watch,
        claim: Claim,
        seen: _Seen,
        decision: Decision,
        record: ChangeRecord | None,
        finding: Finding | None,
        now: datetime,
    ) -> int:
        change, told = decision.change, dict(decision.events)
        is_owed = change is not None and owed(change, watch.alert)
        if is_owed and decision.flapping and record is not None:
            is_owed = False
            if not decision.flapping.told:
                since = decision.flapping.since.isoformat()
                told[EventKind.FLAPPING] = {"since": since, "summary": dict(record.summary)}
        again = told.pop(EventKind.SEEN_AGAIN, None) if is_owed else None  # the change's own mail says it too
        events = [work.history.add_event(claim.watch_id, kind, now, None, facts) for kind, facts in told.items()]
        if record is not None:
            facts: dict[str, object] = {"unseen_since": again["since"]} if again else {}
            if finding is not None:
                facts["register"] = finding.facts
            events.append(work.history.add_event(claim.watch_id, EventKind.CHANGED, now, record, facts))
        if not events:
            return 0
        following = work.subscribers.following(claim.watch_id)
        deliveries = [
            delivery
            for event in events
            for delivery in fan_out(
                event,
                following,
                now,
                watch_key=watch.key,
                sender_domain=self._sender_domain,
                timezone=watch.cadence.timezone,
                owed=event.kind is not EventKind.CHANGED or is_owed,
                concerns=lambda only: _concerns(only, seen, decision, watch),
            )
        ]
        work.outbox.add(deliveries, now)
        return len(deliveries)


def _concerns(only: tuple[str, ...], seen: _Seen, decision: Decision, watch: Watch) -> bool:
    """Whether what changed and is owed falls under the parts that somebody follows."""
    if decision.change is None or seen.reading is None:
        return True
    blocks = owed_blocks(decision.change, watch.alert)
    return bool(followed(only, blocks, seen.reading.extraction.blocks)[0])


def _title(reading: Reading | None) -> str | None:
    """The title of a law, by which it is known where the schedule gives it no name."""
    if reading is None or reading.extraction.law is None or reading.extraction.main_heading is None:
        return None
    return reading.extraction.title


def _may_announce(claim: Claim, seen: _Seen) -> bool:
    """Whether a text is a law, or takes the place of one: nothing else announces anything for a day, or did."""
    look, reading = seen.look, seen.reading
    if reading is not None and reading.extraction.law is not None:
        return True
    if claim.latest is not None and seen.known is None:  # another address: what was announced at the old one is void
        return True
    verdict = look.underlying or look.verdict if isinstance(look, Sighting) else None
    return isinstance(verdict, Changed) and verdict.change.law is not None


def _looked(claim: Claim, decision: Decision, revision: int | None, now: datetime) -> Looked:
    return Looked(claim.watch_id, decision.outcome, revision, now, decision.reason)


def _number(known: KnownText | None) -> int | None:
    return known.snapshot.number if known else None


def _result(
    watch: Watch,
    claim: Claim,
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
        before=claim.latest.snapshot.number if change and claim.latest else None,
        material=change.material if change else None,
        summary=summary,
        reason=decision.reason,
        owed=owed,
        failures=decision.standing.failures,
        since=claim.standing.last_changed if decision.outcome is Outcome.UNCHANGED else None,
    )
