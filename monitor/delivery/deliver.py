"""Use case: send what is owed.

        hold       hold a mass change for the operator              (monitor.delivery.mass_changes, before each round)
    T3  claim      lease one delivery; cancel it if the subscriber has left meanwhile
        restrain   postpone for quiet hours and the daily limit     (monitor.core.people.quiet_hours_and_digests)
        views      rebuild the diffs from the two revisions         (a read transaction)
        compose    text and HTML                                    (no transaction open)
        send       the notifier hands the message over              (no transaction open)
    T4  record     sent, only after the server's 250; deferred; dead

A crash between the server's acceptance and T4 repeats the message after the lease, with the same Message-ID: a message
may arrive twice, but is never lost (docs/reliability.md).
"""

from __future__ import annotations

import logging
import random
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from monitor.core.model import FAILING, SWEDISH_TIME, Attempt, Delivery, DeliveryItem, Outcome
from monitor.core.people.fan_out import as_one, digest
from monitor.core.people.quiet_hours_and_digests import MOST_MAILS_A_DAY, next_digest, quiet_until
from monitor.core.schedule.sharing import ANYBODYS_AFTER, is_share_of
from monitor.errors import (
    ChannelUnavailable,
    DatabaseAway,
    DatabaseBusy,
    HeavyWorkStopped,
    LeaseLost,
    NotifyError,
    RecipientRefused,
    StorageError,
)
from monitor.ports.delivery import Composer, Notifier
from monitor.ports.storage import UnitOfWork, Work
from monitor.ports.values import ChangeView, DigestAccount, Envelope
from monitor.ports.world import Clock
from monitor.signs_of_life import sharers

log = logging.getLogger("bevaka.deliver")

DeliveryResult = Literal["sent", "deferred", "dead", "cancelled"]
Views = Callable[[Work, Sequence[DeliveryItem]], list[ChangeView]]

LEASE = timedelta(minutes=30)
"""Longer than the slowest attempt: all timeouts of `notifiers.email` together, including ten minutes after the dot."""
FIRST_WAIT = timedelta(minutes=1)
LONGEST_BACKOFF = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=5)
DELIVERIES_AT_A_TIME = 200
SILENT_TRIES = 3
"""After this many messages in a row without an answer, the server counts as unreachable and the round ends."""
PAUSES = {"silent": timedelta(minutes=1), "unavailable": timedelta(minutes=5)}
"""How long the channel is left alone after such a round; five refused logins in a row may lock an account."""
CANNOT_COMPOSE = "cannot be written: "
ABOUT_EVENTS = frozenset({"mail", "digest"})
"""Kinds of delivery that report events; the others are letters about the subscription itself."""
NOT_READ = FAILING | {Outcome.MOVED, Outcome.WITHDRAWN}


class Deliver:
    """Sends owed deliveries: all that are due, or a single one.

    Several processes may deliver at a time: a claim is exclusive, and what a process records after another one took
    over its claim is refused.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        notifier: Notifier,
        compose: Composer,
        views: Views,
        clock: Clock,
        *,
        sender_domain: str,
        hold: Callable[[], int] = lambda: 0,
        most_a_day: int = MOST_MAILS_A_DAY,
        return_path: Callable[[int], str | None] = lambda _: None,
        jitter: Callable[[], float] = random.random,
        stopping: Callable[[], bool] = lambda: False,
        worker: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._notifier = notifier
        self._compose = compose
        self._views = views
        self._clock = clock
        self._sender_domain = sender_domain
        self._hold = hold
        self._most_a_day = most_a_day
        self._return_path = return_path
        self._jitter = jitter
        self._stopping = stopping
        self._worker = worker
        self._paused_until: datetime | None = None
        self._may_have_left_one = False

    def deliver_due(self) -> dict[DeliveryResult, int]:
        """Send what is owed now, over one connection; return the number of deliveries by result.

        Ends early when asked to stop, when the channel works for no recipient (ChannelUnavailable is logged, and
        everything stays owed) or when the server does not answer; in the last two cases the channel is then left alone
        for a while.
        """
        counts: dict[DeliveryResult, int] = {"sent": 0, "deferred": 0, "dead": 0, "cancelled": 0}
        now = self._clock.now()
        if self._paused_until is not None and now < self._paused_until:
            return counts
        self._paused_until = None
        self._take_back()
        self._hold()
        try:
            self._round(counts)
        except StorageError:
            self._may_have_left_one = True
            raise
        except ChannelUnavailable as error:
            log.error(  # noqa: TRY400  the operator needs the server's words, not our stack trace
                "no mail can be sent until somebody mends it: %s", error, extra={"server": error.server}
            )
            self._pause("unavailable")
            counts["deferred"] += 1
        finally:
            self._notifier.close()
        return counts

    def _pause(self, why: str) -> None:
        """Leave the channel alone for a while, and let the other workers do so: each would find out for itself."""
        self._paused_until = self._clock.now() + PAUSES[why]
        if worker := self._worker():
            with self._unit_of_work.write() as work:
                work.outbox.pause(worker, self._paused_until)

    def _take_back(self) -> None:
        """End the lease of a delivery that the last round left behind, since the database was away; it would be long.

        Its message may have been sent: it may come twice, with one Message-ID.
        """
        worker = self._worker()
        if self._may_have_left_one and worker is not None:
            with self._unit_of_work.write() as work:
                work.outbox.take_back(worker, self._clock.now())
            self._may_have_left_one = False

    def deliver(self, delivery_id: int) -> DeliveryResult | None:
        """Send one delivery; None when there was nothing to do: not due, claimed by another worker, or taken over.

        Raises ChannelUnavailable; the delivery then stays owed.
        """
        return self._deliver(delivery_id)[0]

    def _round(self, counts: dict[DeliveryResult, int]) -> None:
        tried: set[int] = set()
        silent = 0
        while due := self._due(tried):
            for delivery_id in due:
                if self._stopping():
                    return
                tried.add(delivery_id)
                result, answered = self._deliver(delivery_id)
                if result is not None:
                    counts[result] += 1
                silent = 0 if answered else silent + 1
                if silent >= SILENT_TRIES:
                    log.warning("the mail server does not answer; it is tried again later")
                    self._pause("silent")
                    return

    def _due(self, tried: set[int]) -> list[int]:
        now, worker = self._clock.now(), self._worker()
        with self._unit_of_work.read() as work:
            due = work.outbox.due(now, DELIVERIES_AT_A_TIME + len(tried))
            others = sharers(work, "deliver", worker, now) if worker else []
            if others and work.outbox.paused(now) in others:  # who has ended since was started anew, and may be mended
                return []
            anybodys = set(work.outbox.due(now - ANYBODYS_AFTER, len(due))) if others else set()
        return [
            owed
            for owed in due
            if owed not in tried and (not worker or owed in anybodys or is_share_of(worker, others, str(owed)))
        ]

    def _deliver(self, delivery_id: int) -> tuple[DeliveryResult | None, bool]:
        """Send one delivery; return its result, and whether the channel answered (or was not asked)."""
        delivery = self._claim(delivery_id)
        if delivery is None:
            return None, True
        why = _no_longer_owed(delivery)
        try:
            if why is not None:
                with self._unit_of_work.write() as work:
                    work.outbox.cancel(delivery, why)
                return "cancelled", True
            if self._restrain(delivery):
                return None, True
            try:
                envelope = self._compose_envelope(delivery)
            except HeavyWorkStopped:
                self._release(delivery)
                return None, True
            except (DatabaseBusy, DatabaseAway):
                self._release(delivery)
                raise
            except Exception as error:
                # A boundary: a damaged revision or a failing template must delay this message alone.
                log.exception("a message cannot be written", extra={"delivery": delivery.id})
                return self._defer(delivery, f"{CANNOT_COMPOSE}{type(error).__name__} {error}".strip()), True
            return self._send(delivery, envelope)
        except LeaseLost:
            log.warning("another worker took the delivery over", extra={"delivery": delivery.id})
            return None, True
        except ChannelUnavailable:
            self._release(delivery)
            raise

    def _claim(self, delivery_id: int) -> Delivery | None:
        with self._unit_of_work.write() as work:
            return work.outbox.claim(delivery_id, self._clock.now(), LEASE, self._worker())

    def _release(self, delivery: Delivery) -> None:
        with suppress(LeaseLost), self._unit_of_work.write() as work:
            work.outbox.release(delivery)

    def _restrain(self, delivery: Delivery) -> bool:
        """Postpone a mail within quiet hours, and gather one beyond the daily limit in a digest. Drops nothing.

        True if the delivery is not to be sent now.
        """
        if delivery.kind not in ABOUT_EVENTS:
            return False  # the subscriber asked for it a moment ago
        subscriber, now = delivery.subscriber, self._clock.now()
        until = quiet_until(now, subscriber.preferences, SWEDISH_TIME)
        if until is not None:
            with self._unit_of_work.write() as work:
                work.outbox.postpone(delivery, until)
            return True
        if delivery.kind != "mail" or delivery.token > 1:
            # An earlier attempt may have arrived although no answer was heard: the mail is repeated under the same
            # Message-ID, or not at all.
            return False
        with self._unit_of_work.read() as work:
            sent_count = work.outbox.mails_before(delivery, now - timedelta(days=1))
        if sent_count < self._most_a_day:
            return False
        items = tuple((item.subscription.id, item.event.id) for item in delivery.items)
        gathered = digest(
            subscriber, next_digest(now, subscriber.preferences, SWEDISH_TIME, weekly=False), items, self._sender_domain
        )
        with self._unit_of_work.write() as work:
            work.outbox.gather(delivery, gathered, now)
        return True

    def _compose_envelope(self, delivery: Delivery) -> Envelope:
        # An event that is owed through two subscriptions is reported once.
        by_event = defaultdict[int, list[DeliveryItem]](list)
        for item in delivery.items:
            by_event[item.event.id].append(item)
        told = [
            replace(items[0], subscription=as_one([each.subscription for each in items])) for items in by_event.values()
        ]
        with self._unit_of_work.read() as work:
            attempts = work.outbox.attempts(delivery.id)
            views = self._views(work, sorted(told, key=lambda item: item.event.id))
            account = _account(work, delivery)
        message = self._compose(views, delivery.subscriber, delivery, account=account)
        # A digest is begun up to a week before it is sent: at every attempt its date is that of the first attempt.
        first_tried = attempts[0].at if attempts else self._clock.now()
        topic = views[0].watch.key if delivery.kind == "mail" else delivery.kind
        token = message.leave_url.rpartition("/")[2] if message.leave_url else ""
        return Envelope(
            to=delivery.subscriber.address,
            message=message,
            language=delivery.subscriber.language,
            message_id=delivery.message_id,
            thread_id=delivery.thread_id,
            date=first_tried if delivery.kind == "digest" else delivery.created_at,
            list_id=f"{_label(topic)}.{self._sender_domain}",
            unsubscribe_subject=f"unsubscribe {topic} {token}".rstrip(),
            return_path=self._return_path(delivery.id),
        )

    def _send(self, delivery: Delivery, envelope: Envelope) -> tuple[DeliveryResult | None, bool]:
        try:
            reply = str(self._notifier.send(envelope) or "")  # that of an installed notifier may be anything
        except RecipientRefused as error:
            attempt = Attempt(self._clock.now(), "refused", error.code, error.reply)
            with self._unit_of_work.write() as work:
                work.outbox.dead(delivery, attempt)
                work.outbox.suspend(delivery.subscriber, attempt.at, why=str(error))
            said = _without_address(str(error), delivery)
            facts = {"delivery": delivery.id, "server": error.server}
            log.warning("a recipient was refused and is suspended: %s", said, extra=facts)
            return "dead", True
        except ChannelUnavailable:
            raise
        except NotifyError as error:
            if error.permanent:
                refused = Attempt(self._clock.now(), "refused", error.code, error.reply)
                return self._give_up(delivery, refused, error.server), True
            said = _without_address(str(error), delivery)
            log.warning(
                "a message is not taken for now: %s", said, extra={"delivery": delivery.id, "server": error.server}
            )
            return self._defer(delivery, error.reply, error.code), error.code is not None
        except Exception as error:
            # A boundary: an unexpected failure of the notifier must not keep the other deliveries waiting.
            log.exception("a message cannot be sent", extra={"delivery": delivery.id})
            return self._defer(delivery, f"{type(error).__name__} {error}".strip()), True
        code = re.match(r"\d{3}\b", reply)
        attempt = Attempt(self._clock.now(), "sent", int(code[0]) if code else None, reply)
        with self._unit_of_work.write() as work:
            work.outbox.sent(delivery, attempt)
        return "sent", True

    def _defer(self, delivery: Delivery, reply: str, code: int | None = None) -> DeliveryResult:
        """Defer the delivery; give it up after five days of attempts, not counting those that failed in composing."""
        now = self._clock.now()
        attempt = Attempt(now, "deferred", code, reply)
        with self._unit_of_work.write() as work:
            earlier = [each.at for each in work.outbox.attempts(delivery.id) if not _failed_in_composing(each)]
            if not _failed_in_composing(attempt) and now - min(earlier, default=now) >= GIVE_UP_AFTER:
                work.outbox.dead(delivery, attempt)
                said = _without_address(reply, delivery)
                log.error("a delivery is given up after five days: %s", said, extra={"delivery": delivery.id})
                return "dead"
            work.outbox.deferred(delivery, attempt, now + backoff(delivery.attempts, self._jitter()))
        return "deferred"

    def _give_up(self, delivery: Delivery, attempt: Attempt, server: str | None) -> DeliveryResult:
        with self._unit_of_work.write() as work:
            work.outbox.dead(delivery, attempt)
        said = _without_address(attempt.reply, delivery)
        log.error("a message was refused for good: %s", said, extra={"delivery": delivery.id, "server": server})
        return "dead"


def _without_address(reply: str, delivery: Delivery) -> str:
    """Return a server's reply for the log, which names nobody."""
    return re.sub(re.escape(delivery.subscriber.address), "…", reply, flags=re.IGNORECASE)


def backoff(earlier: int, jitter: float) -> timedelta:
    """Return the wait after `earlier` + 1 attempts: at `jitter` (0 to 1) between a minute and a bound that doubles."""
    doublings = min(earlier + 1, 16)
    bound = min(LONGEST_BACKOFF, FIRST_WAIT * (1 << doublings))
    return FIRST_WAIT + (bound - FIRST_WAIT) * jitter


def _label(topic: str) -> str:
    """Return the name of a list in ASCII (RFC 2919), encoded like a label of a host name (RFC 3492)."""
    return topic if topic.isascii() else f"xn--{topic.encode('punycode').decode('ascii')}"


def _no_longer_owed(delivery: Delivery) -> str | None:
    subscriber = delivery.subscriber
    if not subscriber.address:
        return "the address was erased"
    if delivery.kind not in ABOUT_EVENTS:
        return None
    if subscriber.state != "confirmed":
        return f"the subscriber is {subscriber.state}"
    expected = delivery.kind == "digest" and subscriber.preferences.account
    return None if delivery.items or expected else "nothing is left to tell"


def _account(work: Work, delivery: Delivery) -> DigestAccount | None:
    """Return the account of the followed pages that a digest reports nothing about; None where it is not wished."""
    if delivery.kind != "digest" or not delivery.subscriber.preferences.account:
        return None
    in_digests = [s for s, _ in work.subscribers.subscriptions(delivery.subscriber) if s.frequency != "immediately"]
    follows_all = any(subscription.is_to_every_watch for subscription in in_digests)
    followed_ids = {subscription.watch_id for subscription in in_digests}
    followed_tags = {subscription.tag.key for subscription in in_digests if subscription.tag}
    told_ids = {item.event.watch_id for item in delivery.items}
    unchanged, names = 0, defaultdict[Outcome, list[tuple[str, str]]](list)
    for row in work.watches.each():
        is_followed = follows_all or row.id in followed_ids or not followed_tags.isdisjoint(row.watch.tags)
        if row.paused or row.id in told_ids or not is_followed:
            continue
        outcome = row.watch_state.outcome
        if outcome in NOT_READ:
            kind = outcome if outcome in (Outcome.MOVED, Outcome.WITHDRAWN) else Outcome.NOT_SEEN
            names[kind].append((row.watch.key, row.watch.name))
        else:
            unchanged += 1
    frequencies = tuple(sorted({subscription.frequency for subscription in in_digests}))
    unseen, moved, withdrawn = (
        tuple(name for _, name in sorted(names[kind])) for kind in (Outcome.NOT_SEEN, Outcome.MOVED, Outcome.WITHDRAWN)
    )
    return DigestAccount(frequencies, unchanged, unseen, moved, withdrawn)


def _failed_in_composing(attempt: Attempt) -> bool:
    return attempt.reply.startswith(CANNOT_COMPOSE)
