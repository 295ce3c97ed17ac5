"""Record a look that somebody waits for: what is kept, what changed, and who is told, all or nothing.

Imported with the first such look, as is `monitor.checking.compare_with_copy`.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from monitor.checking.check_outcome import FetchOutcome, last_seen, may_announce
from monitor.core.judging.compare import owed, owed_blocks
from monitor.core.judging.decide import Decision
from monitor.core.law.amendments import RegisterFinding, acts_of, compare_with_register
from monitor.core.law.days import announced_events, swedish_day
from monitor.core.model import ChangeRecord, EventKind, Language, Outcome, Snapshot, Watch
from monitor.core.people.fan_out import fan_out
from monitor.core.people.part_filter import followed
from monitor.errors import FetchError
from monitor.ports import AmendmentRegister, Claim, ObservedCheck, Settlement, Work
from monitor.wording.summary import summarise

log = logging.getLogger("bevaka.check")

OPEN_DATA_HOST = "data.riksdagen.se"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written: the current revision, how many deliveries are owed, one sentence on a change."""

    revision: int | None
    owed: int
    summary: dict[Language, str] | None


class RecordCheck:
    """Writes within a transaction that is handed in. `register`: asked what it says of a law's change."""

    def __init__(self, *, sender_domain: str, register: AmendmentRegister | None) -> None:
        self._sender_domain = sender_domain
        self._register = register

    def summary(self, decision: Decision) -> dict[Language, str] | None:
        """One sentence on a change, in both languages."""
        return summarise(decision.change) if decision.change else None

    def confronted(self, watch: Watch, decision: Decision) -> RegisterFinding | None:
        """What the register of amendments says of a law's change; None where it was not asked or does not answer.

        Asked only when a change was found, once, for a law from riksdagen itself (docs/decisions, "The register").
        """
        change = decision.change
        if self._register is None or watch.sfs is None or change is None or not acts_of(change):
            return None
        if urlsplit(watch.url).hostname != OPEN_DATA_HOST:
            return None
        try:
            return compare_with_register(change, self._register.amendments(watch.sfs))
        except FetchError as error:
            log.info("the register of amendments was not seen: %s", error, extra={"watch": watch.key})
            return None

    def record(
        self,
        work: Work,
        watch: Watch,
        claim: Claim,
        seen: FetchOutcome,
        decision: Decision,
        finding: RegisterFinding | None,
        settlement: Settlement,
        now: datetime,
    ) -> Recorded:
        known = seen.known
        snapshot = known.snapshot if known else None
        if decision.keep and seen.fetched is not None and seen.reading is not None:
            fetched, reading = seen.fetched, seen.reading
            snapshot = work.snapshots.add(
                *(claim.watch_id, watch.url, fetched, watch.recipe, reading.text_sha256, reading.reader),
                before=seen.before,
            )
        elif known is not None and seen.reread is not None:
            work.snapshots.add_extraction(known.snapshot.id, watch.recipe, seen.reread.text_sha256, seen.reread.reader)
        if decision.outcome is Outcome.SUSPECT and seen.fetched is not None:
            work.snapshots.keep_aside(seen.fetched)
        record = self._record_change(work, watch, claim, seen, decision, snapshot)
        if decision.keep and seen.reading is not None and snapshot is not None and may_announce(claim, seen):
            announced = announced_events(seen.reading.extraction, now, snapshot.number)
            work.expected.replace(claim.watch_id, announced, swedish_day(now), now)
        owed_count = self._record_events(work, watch, claim, seen, decision, record, finding, now)
        shown = snapshot or (claim.latest.snapshot if claim.latest else None)
        number = shown.number if shown else None
        work.history.observe_all([ObservedCheck(claim.watch_id, decision.outcome, number, now, decision.reason)])
        work.watches.settle_all([settlement])
        return Recorded(number, owed_count, record.summary if record else None)

    def _record_change(
        self, work: Work, watch: Watch, claim: Claim, seen: FetchOutcome, decision: Decision, after: Snapshot | None
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
            last_seen(claim, before),
        )

    def _record_events(
        self,
        work: Work,
        watch: Watch,
        claim: Claim,
        seen: FetchOutcome,
        decision: Decision,
        record: ChangeRecord | None,
        finding: RegisterFinding | None,
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


def _concerns(only: tuple[str, ...], seen: FetchOutcome, decision: Decision, watch: Watch) -> bool:
    """Whether what changed and is owed falls under the parts that somebody follows."""
    if decision.change is None or seen.reading is None:
        return True
    blocks = owed_blocks(decision.change, watch.alert)
    return bool(followed(only, blocks, seen.reading.extraction.blocks)[0])
