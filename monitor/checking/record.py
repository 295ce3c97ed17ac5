"""Recording of an eventful check: the revision, the change, the events and their deliveries, all or nothing.

This module is imported with the first such check, like `monitor.checking.compare_with_revision`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from monitor.checking.check_outcome import CheckOutcome, last_seen
from monitor.core.judging.compare import owed, owed_blocks
from monitor.core.judging.only_if import meets
from monitor.core.judging.section_changes import is_mass_of_items, new_items
from monitor.core.law.amendments import RegisterFinding, acts_of, compare_with_register
from monitor.core.law.days import announced_events, swedish_day
from monitor.core.model import ChangeRecord, Condition, EventKind, Language, Outcome, Snapshot
from monitor.core.people.fan_out import fan_out
from monitor.core.people.part_filter import followed_changes, names_of_parts
from monitor.errors import FetchError
from monitor.ports.storage import Work
from monitor.ports.values import Settlement
from monitor.ports.world import AmendmentRegister
from monitor.wording.summary import summarise

log = logging.getLogger("bevaka.check")

OPEN_DATA_HOST = "data.riksdagen.se"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written: the current revision, the number of owed deliveries, one sentence on a change."""

    revision: int | None
    owed: int
    summary: dict[Language, str] | None


class RecordCheck:
    """Records a check within a transaction of its caller. `register` confirms the changes of laws.

    `can_ask`: whether there is an operator who can decide on a mass of new items.
    """

    def __init__(self, *, sender_domain: str, register: AmendmentRegister | None, can_ask: bool = False) -> None:
        self._sender_domain = sender_domain
        self._register = register
        self._can_ask = can_ask

    def summary(self, check: CheckOutcome) -> dict[Language, str] | None:
        """Return one sentence on the change, in both languages; None where nothing changed."""
        return summarise(check.decision.change) if check.decision.change else None

    def register_finding(self, check: CheckOutcome) -> RegisterFinding | None:
        """Compare a law's change with the register of amendments; None where it was not asked or does not answer.

        The register is asked once, only when a change was found, and only for a law from riksdagen itself
        (docs/decisions/0006-the-register-confirms.md).
        """
        watch, change = check.watch, check.decision.change
        if self._register is None or watch.sfs is None or change is None or not acts_of(change):
            return None
        if urlsplit(watch.url).hostname != OPEN_DATA_HOST:
            return None
        try:
            return compare_with_register(change, self._register.amendments(watch.sfs))
        except FetchError as error:
            log.info("the register of amendments was not seen: %s", error, extra={"watch": watch.key})
            return None

    def __call__(
        self, work: Work, check: CheckOutcome, finding: RegisterFinding | None, settlement: Settlement
    ) -> Recorded:
        """Record everything that follows from the check. Raises LeaseLost if another worker took over."""
        fetched, claim, known = check.fetched, check.claim, check.fetched.known
        snapshot = known.snapshot if known else None
        new_revision = check.new_revision
        if new_revision is not None:
            snapshot = work.snapshots.add(new_revision, before=fetched.before)
        elif known is not None and fetched.re_extracted is not None:
            re_extracted = fetched.re_extracted
            work.snapshots.add_extraction(
                *(known.snapshot, check.watch.recipe, re_extracted.text_sha256, re_extracted.reader),
                *(re_extracted.text, check.at),
                documents=check.document_outcomes,
            )
        if new_revision is None and known is not None and check.is_seen and fetched.parts:
            work.snapshots.add_parts(known.snapshot, fetched.parts)
        if check.decision.outcome is Outcome.SUSPECT and fetched.fetched is not None:
            work.snapshots.keep_aside(fetched.fetched)
        change = _record_change(work, check, snapshot)
        if check.decision.keep and fetched.extracted is not None and snapshot is not None and check.may_announce:
            announced = announced_events(fetched.extracted.extraction, check.at, snapshot.number)
            work.announced_events.replace(claim.watch_id, announced, swedish_day(check.at), check.at)
        current = snapshot or (claim.latest.snapshot if claim.latest else None)
        number = current.number if current else None
        if check.watch.is_section and check.is_seen:
            _record_items(work, check, number)
        owed_count = self._record_events(work, check, change, finding)
        if check.decision.change is not None and owed_count and self._can_ask:
            hold_mass_of_items(work, check)
        work.history.observe_all([check.observed(number)])
        work.watches.settle_all([settlement])
        return Recorded(number, owed_count, change.summary if change else None)

    def _record_events(
        self, work: Work, check: CheckOutcome, record: ChangeRecord | None, finding: RegisterFinding | None
    ) -> int:
        watch, watch_id, decision, now = check.watch, check.claim.watch_id, check.decision, check.at
        event_facts = dict(decision.events)
        is_owed = decision.change is not None and owed(decision.change, watch.alert)
        if is_owed and decision.flapping and record is not None:
            is_owed = False
            if not decision.flapping.told:
                since = decision.flapping.since.isoformat()
                event_facts[EventKind.FLAPPING] = {"since": since, "summary": dict(record.summary)}
        # The mail about an owed change says as well that the page is seen again.
        seen_again = event_facts.pop(EventKind.SEEN_AGAIN, None) if is_owed else None
        events = [work.history.add_event(watch_id, kind, now, None, facts) for kind, facts in event_facts.items()]
        for kind, about in check.document_events:
            events.append(work.history.add_event(watch_id, kind, now, None, about))
        if record is not None:
            facts: dict[str, object] = {}
            if seen_again:
                facts = {"unseen_since": seen_again["since"]}
                facts |= {"lost_as": seen_again["lost_as"]} if "lost_as" in seen_again else {}
            if finding is not None:
                facts["register"] = finding.facts
            events.append(work.history.add_event(watch_id, EventKind.CHANGED, now, record, facts))
        if not events:
            return 0
        following = work.subscribers.following(watch_id)
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
                concerns=_concern(check),
                touches=_touch(check),
            )
        ]
        work.outbox.add(deliveries, now)
        return len({delivery.dedup_key for delivery in deliveries})


def _record_change(work: Work, check: CheckOutcome, after: Snapshot | None) -> ChangeRecord | None:
    change, known = check.decision.change, check.fetched.known
    if change is None or known is None or after is None:
        return None
    before = known.snapshot
    return work.history.add_change(
        check.claim.watch_id,
        before,
        after,
        change,
        summarise(change),
        check.watch.recipe,
        last_seen(check.claim, before),
    )


def _record_items(work: Work, check: CheckOutcome, revision: int | None) -> None:
    """Record the items of a section, and bring their own watches into line with it."""
    extracted, watch_id = check.fetched.extracted, check.claim.watch_id
    items = extracted.extraction.items if extracted is not None else None
    latest = check.claim.latest
    if items is not None and latest is not None and latest.snapshot.source_url != check.watch.url:
        work.sections.forget(watch_id)
    if items is not None:
        work.sections.record(watch_id, items, check.at, revision if check.decision.change is not None else None)
    work.sections.tend(watch_id, check.watch, check.at)


def hold_mass_of_items(work: Work, check: CheckOutcome) -> None:
    """Hold what a section owes where most of its items are new at once, until the operator decides.

    A site that is rebuilt gives every page another address.
    """
    change, extracted = check.decision.change, check.fetched.extracted
    items = len(extracted.extraction.items or ()) if extracted is not None else 0
    if change is None or not is_mass_of_items(change, items):
        return
    known = work.mass_changes.open()
    mass_change_id = known.id if known else work.mass_changes.begin(check.at, check.at, len(new_items(change)), items)
    if known is None:
        log.error(
            "a mass of new items is held: look, then `bevaka outbox release` or `bevaka outbox discard`",
            extra={"watch": check.watch.key, "new": len(new_items(change)), "items": items},
        )
    work.mass_changes.hold(mass_change_id, check.at)


def _touch(check: CheckOutcome) -> Callable[[tuple[str, ...]], bool]:
    """Return what tells whether the owed changes touch one of some words."""
    change = check.decision.change
    blocks = owed_blocks(change, check.watch.alert) if change is not None else ()
    return lambda words: any(meets(block, Condition(any=words)) for block in blocks)


def _concern(check: CheckOutcome) -> Callable[[tuple[str, ...]], bool]:
    """Return what tells whether the owed changes fall under the parts of a subscription."""
    change, extracted = check.decision.change, check.fetched.extracted
    if change is None or extracted is None:
        return lambda _: True
    blocks, names = owed_blocks(change, check.watch.alert), names_of_parts(extracted.extraction.blocks)
    return lambda only: bool(followed_changes(only, blocks, names)[0])
