"""Use cases: people join, change their minds and leave, by themselves.

    request ──► a letter with a link (7 days) ──► confirm ──► mails, each with links to manage and to leave
                     unconfirmed after 7 days ──► erased

Whoever holds a link may do what it says, without an account; a GET only looks. What anybody may ask gets the same
answer whether or not an address is known here, and a link that is forged, foreign, too old or void is simply none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.core.model import SWEDISH_TIME, DeliveryKind, Language, NewDelivery, Preferences, Subscriber, Subscription
from monitor.core.people.fan_out import digest, message_id
from monitor.core.people.link_views import ConfirmedView, ConfirmView, LeftView, ManageView
from monitor.core.people.quiet_hours_and_digests import next_digest
from monitor.core.people.sign_up import (
    CONSENT_VERSION,
    PER_ADDRESS,
    PER_REQUESTER,
    REQUESTER_KEPT_FOR,
    UNCONFIRMED_FOR,
    NotAnAddress,
    SignUp,
    Wish,
    mistake_in_address,
)
from monitor.core.people.signed_links import EVERY_WATCH, Grant, Purpose, Signer
from monitor.people.subscriptions import follow, following_of, known, watch_id_of, watch_names
from monitor.ports.storage import UnitOfWork, Work
from monitor.ports.values import KeptSignUp
from monitor.ports.world import Clock

RequestAnswer = Literal["sent", "too_many"]

DAY = timedelta(days=1)
BY_LINK = "link"
"""How somebody agreed who followed the link in her letter."""
LEFT = "reader"
"""Why a subscription ended that she ended herself."""


class SelfService:
    """Everything that a person does for herself, each in one short transaction. Raises StorageError."""

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock, signer: Signer, *, sender_domain: str) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._signer = signer
        self._sender_domain = sender_domain

    # What anybody may ask

    def request(self, sign_up: SignUp, *, requester: str) -> RequestAnswer:
        """Mail a link that confirms this. `requester` is where the request came from; too many are from there alone.

        Raises NotAnAddress, UnknownWatch, and ValueError for a time zone that is none.
        """
        mistake = mistake_in_address(sign_up.address)
        if mistake:
            raise NotAnAddress(mistake)
        _check(sign_up.preferences)
        now, mark = self._clock.now(), self._signer.mark(requester)
        with self._unit_of_work.write() as work:
            names = _names(work, sign_up.watches)
            if not self._may_ask(work, mark, now):
                return "too_many"
            subscriber = work.subscribers.ask(sign_up.address, sign_up.language, now)
            if not self._may_be_mailed(work, subscriber, now):
                work.sign_ups.add(None, None, mark, now)
                return "sent"
            if subscriber.state == "pending":
                subscriber = work.subscribers.prefer(subscriber, sign_up.language, subscriber.preferences)
            kept = work.sign_ups.add(subscriber, sign_up.to_json(), mark, now)
            facts: dict[str, object] = {"sign_up": kept, "watches": names, "frequency": sign_up.wish.frequency}
            self._write(work, subscriber, "confirm", str(kept), facts, now)
        return "sent"

    def remind(self, address: str, *, requester: str) -> RequestAnswer:
        """Mail a new link to who is known here, and nothing to who is not; the answer is the same."""
        now, mark = self._clock.now(), self._signer.mark(requester)
        with self._unit_of_work.write() as work:
            if not self._may_ask(work, mark, now):
                return "too_many"
            subscriber = work.subscribers.find(address)
            if subscriber is None or subscriber.state == "pending" or not self._may_be_mailed(work, subscriber, now):
                work.sign_ups.add(None, None, mark, now)
                return "sent"
            kept = work.sign_ups.add(subscriber, None, mark, now)
            self._write(work, subscriber, "link", str(kept), {}, now)
        return "sent"

    # What a link confirms

    def asked(self, token: str) -> ConfirmView | None:
        """What this link would confirm; changes nothing."""
        with self._unit_of_work.read() as work:
            kept = self._kept(work, token)
            if kept is None:
                return None
            sign_up = SignUp.from_json(kept.wish, kept.subscriber.address)
            names = _names(work, sign_up.watches, known_only=True)
            done = kept.confirmed_at is not None
            return ConfirmView(done, sign_up.language, sign_up.address, _tupled(names), sign_up.wish.frequency)

    def confirm(self, token: str) -> ConfirmedView | None:
        """She agrees. A second time it does nothing, and says so."""
        now = self._clock.now()
        with self._unit_of_work.write() as work:
            kept = self._kept(work, token)
            if kept is None:
                return None
            subscriber, again = kept.subscriber, kept.confirmed_at is not None
            sign_up = SignUp.from_json(kept.wish, subscriber.address)
            if not again:
                subscriber = work.subscribers.confirm(subscriber, now, how=BY_LINK, text=CONSENT_VERSION)
                subscriber = work.subscribers.prefer(
                    subscriber, sign_up.language, sign_up.preferences or subscriber.preferences
                )
                for watch_id in _ids(work, sign_up.watches):
                    follow(work, subscriber, watch_id, sign_up.wish, now)
                work.sign_ups.confirmed(kept.id, now)
            names = _names(work, sign_up.watches, known_only=True)
            return ConfirmedView(
                again, subscriber.language, self._manage(subscriber), _tupled(names), sign_up.wish.frequency
            )

    # What a link manages

    def member(self, token: str) -> ManageView | None:
        """Who this link belongs to and what she follows; changes nothing."""
        with self._unit_of_work.read() as work:
            subscriber = self._person(work, token, "manage")
            return _member(work, subscriber) if subscriber else None

    def change(
        self, token: str, *, language: Language, preferences: Preferences, following: Mapping[str | None, Wish]
    ) -> ManageView | None:
        """Make it exactly this: what is left out ends; the key None is every watch.

        Raises UnknownWatch, and ValueError for a time zone that is none.
        """
        _check(preferences)
        now = self._clock.now()
        with self._unit_of_work.write() as work:
            subscriber = self._person(work, token, "manage")
            if subscriber is None:
                return None
            subscriber = work.subscribers.prefer(subscriber, language, preferences)
            wanted = {watch_id_of(work, key): wish for key, wish in following.items()}
            running = [subscription for subscription, _ in work.subscribers.subscriptions(subscriber)]
            self._end(work, subscriber, [each for each in running if each.watch_id not in wanted], now)
            for watch_id, wish in wanted.items():
                follow(work, subscriber, watch_id, wish, now)
            return _member(work, subscriber)

    def erase(self, token: str) -> bool:
        """Forget her, at once and for ever; False when the link is none."""
        with self._unit_of_work.write() as work:
            subscriber = self._person(work, token, "manage")
            if subscriber is None:
                return False
            work.subscribers.forget(subscriber, self._clock.now())
            return True

    # What a link leaves

    def leaving(self, token: str) -> LeftView | None:
        """What this link would leave; changes nothing."""
        with self._unit_of_work.read() as work:
            found = self._to_leave(work, token)
            if found is None:
                return None
            subscriber, ending = found
            remaining = len(work.subscribers.subscriptions(subscriber)) - len(ending)
            return self._left(work, subscriber, ending, remaining)

    def leave(self, token: str) -> LeftView | None:
        """Leave; what was owed through it is cancelled. A second time there is nothing to leave, and that is fine."""
        with self._unit_of_work.write() as work:
            found = self._to_leave(work, token)
            if found is None:
                return None
            subscriber, ending = found
            left = self._left(work, subscriber, ending, len(work.subscribers.subscriptions(subscriber)) - len(ending))
            self._end(work, subscriber, ending, self._clock.now())
            return left

    # What is done now and then

    def tidy(self) -> dict[str, int]:
        """Erase who never confirmed, forget who asked, and begin the digests that come even when nothing changed.

        How many were erased.
        """
        now = self._clock.now()
        with self._unit_of_work.write() as work:
            strangers = work.sign_ups.purge(now - UNCONFIRMED_FOR)
            for subscriber in strangers:
                work.subscribers.forget(subscriber, now)
            work.sign_ups.forget_requesters(now - REQUESTER_KEPT_FOR)
            work.outbox.add(
                [new for subscriber in work.subscribers.all() for new in self._accounts(work, subscriber, now)], now
            )
        return {"erased": len(strangers)}

    def _accounts(self, work: Work, subscriber: Subscriber, now: datetime) -> Iterable[NewDelivery]:
        """Her next digests, where she wishes to hear also that nothing changed."""
        if not subscriber.preferences.account or subscriber.state != "confirmed":
            return
        following = [subscription.frequency for subscription, _ in work.subscribers.subscriptions(subscriber)]
        for frequency in sorted({each for each in following if each != "immediately"}):
            due = next_digest(now, subscriber.preferences, SWEDISH_TIME, weekly=frequency == "weekly")
            yield digest(subscriber, due, (), self._sender_domain)

    # Links

    def _kept(self, work: Work, token: str) -> KeptSignUp | None:
        grant = self._signer.grant(token, "confirm", self._clock.now())
        kept = work.sign_ups.get(grant.things[0]) if grant and grant.things else None
        if grant is None or kept is None or kept.subscriber.id != grant.subscriber_id:
            return None
        return kept if _is_valid(grant, kept.subscriber) else None

    def _person(self, work: Work, token: str, purpose: Purpose) -> Subscriber | None:
        grant = self._signer.grant(token, purpose, self._clock.now())
        return self._granted(work, grant) if grant else None

    def _granted(self, work: Work, grant: Grant) -> Subscriber | None:
        try:
            subscriber = work.subscribers.get(grant.subscriber_id)
        except LookupError:  # signed by us, so of a database from before a restore
            return None
        return subscriber if _is_valid(grant, subscriber) and subscriber.state in {"confirmed", "suspended"} else None

    def _to_leave(self, work: Work, token: str) -> tuple[Subscriber, list[Subscription]] | None:
        grant = self._signer.grant(token, "leave", self._clock.now())
        subscriber = self._granted(work, grant) if grant else None
        if grant is None or subscriber is None:
            return None
        running = [subscription for subscription, _ in work.subscribers.subscriptions(subscriber)]
        return subscriber, [each for each in running if _is_meant(grant, each)]

    def _left(self, work: Work, subscriber: Subscriber, ending: list[Subscription], remaining: int) -> LeftView:
        names = watch_names(work)
        return LeftView(
            tuple(names.get(each.watch_id, "") for each in ending),
            remaining,
            subscriber.language,
            self._manage(subscriber),
        )

    def _manage(self, subscriber: Subscriber) -> str:
        return self._signer.token(Grant("manage", subscriber.id, subscriber.generation), self._clock.now())

    # Writing

    def _may_ask(self, work: Work, mark: str, now: datetime) -> bool:
        return PER_REQUESTER.allows(work.sign_ups.by_requester(mark, now - DAY), now)

    def _may_be_mailed(self, work: Work, subscriber: Subscriber, now: datetime) -> bool:
        return PER_ADDRESS.allows(work.sign_ups.for_person(subscriber, now - DAY), now)

    def _end(self, work: Work, subscriber: Subscriber, ending: list[Subscription], now: datetime) -> None:
        """End these; a farewell where they were her last."""
        names = watch_names(work)
        for subscription in ending:
            work.subscribers.unsubscribe(subscriber, subscription.watch_id, now, reason=LEFT)
        if ending and not work.subscribers.subscriptions(subscriber):
            left = [names.get(subscription.watch_id, "") for subscription in ending]
            self._write(work, subscriber, "goodbye", f"{ending[-1].id}", {"left": left}, now)

    def _write(
        self,
        work: Work,
        subscriber: Subscriber,
        kind: DeliveryKind,
        cause: str,
        facts: dict[str, object],
        now: datetime,
    ) -> None:
        key = f"{kind}:{cause}:{subscriber.id}:{now.isoformat()}"
        own = message_id(key, self._sender_domain)
        work.outbox.add([NewDelivery(subscriber.id, kind, key, own, own, now, (), facts)], now)


def _is_valid(grant: Grant, subscriber: Subscriber) -> bool:
    return bool(subscriber.address) and grant.generation == subscriber.generation


def _is_meant(grant: Grant, subscription: Subscription) -> bool:
    """Without things, a link leaves every digest."""
    if not grant.things:
        return subscription.frequency != "immediately"
    return (subscription.watch_id or EVERY_WATCH) in grant.things


def _check(preferences: Preferences | None) -> None:
    if preferences is None or preferences.timezone is None:
        return
    try:
        ZoneInfo(preferences.timezone)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(preferences.timezone) from error


def _member(work: Work, subscriber: Subscriber) -> ManageView:
    following = following_of(work, subscriber, watch_names(work))
    return ManageView(subscriber, following, tuple((row.watch.key, row.watch.name) for row in work.watches.all()))


def _names(work: Work, keys: Iterable[str] | None, *, known_only: bool = False) -> list[str] | None:
    """The names of watches, None for every one. Raises UnknownWatch, unless only those are wanted that are known."""
    if keys is None:
        return None
    rows = {row.watch.key: row for row in work.watches.all()}
    return [known(rows, key).watch.name for key in keys if key in rows or not known_only]


def _ids(work: Work, keys: Iterable[str] | None) -> list[int | None]:
    """The watches that were asked for and are still watched; None for every one."""
    if keys is None:
        return [None]
    rows = {row.watch.key: row for row in work.watches.all()}
    return [rows[key].id for key in keys if key in rows]


def _tupled(names: list[str] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(names)
