"""Use cases: subscribers sign up, change what they follow, and leave, by themselves.

    request ──► a letter with a link (7 days) ──► confirm ──► mails, each with links to manage and to leave
                     unconfirmed after 7 days ──► erased

A link grants what it names to its holder, without an account; a GET changes nothing. A request that needs no link gets
the same answer whether or not its address is known, and a link that is forged, foreign, too old or void counts as no
link (None).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.core.model import SWEDISH_TIME, DeliveryKind, Language, NewDelivery, Preferences, Subscriber, Subscription
from monitor.core.people.fan_out import digest, message_id
from monitor.core.people.followed_keys import tag_key, tag_of
from monitor.core.people.link_views import ConfirmedView, ConfirmView, FollowableWatch, LeftView, ManageView, alert_of
from monitor.core.people.quiet_hours_and_digests import next_digest
from monitor.core.people.sign_up import (
    CONSENT_VERSION,
    PER_ADDRESS,
    REQUESTER_KEPT_FOR,
    UNCONFIRMED_FOR,
    NotAnAddress,
    SignUp,
    Wish,
    limits_of,
    mailbox_of,
    mistake_in_address,
    place_of,
)
from monitor.core.people.signed_links import EVERY_WATCH, Grant, Purpose, Signer
from monitor.people.subscriptions import (
    Target,
    follow,
    following_of,
    known,
    known_tag,
    name_in_words,
    tag_in_words,
    target_of,
    targets_of,
    unfollow,
    watch_names,
)
from monitor.ports.storage import UnitOfWork, Work
from monitor.ports.values import KeptSignUp
from monitor.ports.world import Clock

RequestAnswer = Literal["sent", "too_many"]

DAY = timedelta(days=1)
BY_LINK = "link"
"""How a subscriber agreed who followed the link in the letter."""
BY_SUBSCRIBER = "reader"
"""Why a subscription ended that the subscriber ended."""


class SelfService:
    """Everything that subscribers do by themselves, each in one short transaction. Raises StorageError."""

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock, signer: Signer, *, sender_domain: str) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._signer = signer
        self._sender_domain = sender_domain

    # Requests without a link

    def request(self, sign_up: SignUp, *, requester: str) -> RequestAnswer:
        """Mail a link that confirms the sign-up, unless there were too many requests.

        They are counted by `requester` (a network address), by the domain of the address, and in all.

        Raises NotAnAddress, UnknownWatch, UnknownTag, and ValueError for a time zone that is none.
        """
        mistake = mistake_in_address(sign_up.address)
        if mistake:
            raise NotAnAddress(mistake)
        _check_timezone(sign_up.preferences)
        now, mark = self._clock.now(), self._signer.mark(place_of(requester))
        with self._unit_of_work.write() as work:
            names = _names(work, sign_up)
            if not self._may_ask(work, sign_up.address, requester, mark, now):
                return "too_many"
            subscriber = work.subscribers.ask(sign_up.address, sign_up.language, now)
            if not self._may_be_mailed(work, subscriber, now):
                work.sign_ups.add(None, None, mark, now)
                return "sent"
            if subscriber.state == "pending":
                subscriber = work.subscribers.prefer(subscriber, sign_up.language, subscriber.preferences)
            sign_up_id = work.sign_ups.add(subscriber, sign_up.to_json(), mark, now)
            facts: dict[str, object] = {"sign_up": sign_up_id, "watches": names, "frequency": sign_up.wish.frequency}
            if sign_up.wish.only_if:  # not which: anybody may have typed them, for whatever address
                facts["has_words"] = True
            self._send(work, subscriber, "confirm", str(sign_up_id), facts, now)
        return "sent"

    def remind(self, address: str, *, requester: str) -> RequestAnswer:
        """Mail a new link to a known address, and nothing to an unknown one; the answer is the same."""
        if mistake_in_address(address) is not None:
            return "sent"  # it is nobody's, and counts for nobody
        now, mark = self._clock.now(), self._signer.mark(place_of(requester))
        with self._unit_of_work.write() as work:
            if not self._may_ask(work, address, requester, mark, now):
                return "too_many"
            subscriber = work.subscribers.find(address)
            if subscriber is None or subscriber.state == "pending" or not self._may_be_mailed(work, subscriber, now):
                work.sign_ups.add(None, None, mark, now)
                return "sent"
            self._mail_link(work, subscriber, mark, now)
        return "sent"

    # What a link confirms

    def confirm_view(self, token: str) -> ConfirmView | None:
        """Return what this link would confirm; changes nothing."""
        with self._unit_of_work.read() as work:
            kept = self._kept(work, token)
            if kept is None:
                return None
            sign_up = SignUp.from_json(kept.wish, kept.subscriber.address)
            names = _names(work, sign_up, known_only=True)
            done = kept.confirmed_at is not None
            wish = sign_up.wish
            return ConfirmView(done, sign_up.language, sign_up.address, _as_tuple(names), wish.frequency, wish.only_if)

    def confirm(self, token: str) -> ConfirmedView | None:
        """Confirm the sign-up and follow its watches. A second time nothing is done (`ConfirmedView.again`)."""
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
                for key, target in _targets(work, sign_up.watches).items():
                    follow(work, subscriber, target, sign_up.wish_for(key), now)
                work.sign_ups.confirmed(kept.id, now)
            names = _names(work, sign_up, known_only=True)
            if not again:
                facts: dict[str, object] = {"watches": names, "frequency": sign_up.wish.frequency}
                if sign_up.wish.only_if:
                    facts["only_if"] = list(sign_up.wish.only_if)
                self._send(work, subscriber, "welcome", str(kept.id), facts, now)
            token, wish = self._manage_token(subscriber), sign_up.wish
            return ConfirmedView(again, subscriber.language, token, _as_tuple(names), wish.frequency, wish.only_if)

    # What a link manages

    def manage_view(self, token: str) -> ManageView | None:
        """Return the subscriber of this link and what they follow; changes nothing."""
        with self._unit_of_work.read() as work:
            subscriber = self._subscriber(work, token, "manage")
            return _manage_view(work, subscriber) if subscriber else None

    def change(
        self, token: str, *, language: Language, preferences: Preferences, following: Mapping[str | None, Wish]
    ) -> ManageView | None:
        """Set what the subscriber follows to exactly `following`: what is left out ends; the key None is every watch.

        Raises UnknownWatch, UnknownTag, and ValueError for a time zone that is none.
        """
        _check_timezone(preferences)
        now = self._clock.now()
        with self._unit_of_work.write() as work:
            subscriber = self._subscriber(work, token, "manage")
            if subscriber is None:
                return None
            subscriber = work.subscribers.prefer(subscriber, language, preferences)
            targets = targets_of(work, following)
            wanted = {targets[key]: wish for key, wish in following.items()}
            running = [subscription for subscription, _ in work.subscribers.subscriptions(subscriber)]
            ending = [subscription for subscription in running if target_of(subscription) not in wanted]
            self._end(work, subscriber, ending, now)
            for target, wish in wanted.items():
                follow(work, subscriber, target, wish, now)
            return _manage_view(work, subscriber)

    def erase(self, token: str) -> bool:
        """Erase the subscriber, at once and for good; False where the link is not valid."""
        with self._unit_of_work.write() as work:
            subscriber = self._subscriber(work, token, "manage")
            if subscriber is None:
                return False
            work.subscribers.forget(subscriber, self._clock.now())
            return True

    # What a link leaves

    def leave_view(self, token: str) -> LeftView | None:
        """Return what this link would leave; changes nothing."""
        with self._unit_of_work.read() as work:
            granted = self._to_leave(work, token)
            if granted is None:
                return None
            subscriber, ending = granted
            remaining = len(work.subscribers.subscriptions(subscriber)) - len(ending)
            return self._left_view(work, subscriber, ending, remaining)

    def leave(self, token: str) -> LeftView | None:
        """End the subscriptions and cancel what is owed through them. A second time there is nothing left to end."""
        with self._unit_of_work.write() as work:
            granted = self._to_leave(work, token)
            if granted is None:
                return None
            subscriber, ending = granted
            remaining = len(work.subscribers.subscriptions(subscriber)) - len(ending)
            view = self._left_view(work, subscriber, ending, remaining)
            self._end(work, subscriber, ending, self._clock.now())
            return view

    def mail_link(self, token: str) -> bool:
        """Mail a link to manage to the subscriber of a link to leave; False where that link is not valid."""
        now = self._clock.now()
        with self._unit_of_work.write() as work:
            granted = self._to_leave(work, token)
            if granted is None:
                return False
            if self._may_be_mailed(work, granted[0], now):
                self._mail_link(work, granted[0], self._signer.mark(""), now)
            return True

    # Housekeeping

    def tidy(self) -> dict[str, int]:
        """Erase those who never confirmed, forget requesters, and begin the digests that come also without changes.

        Returns the number of erased subscribers.
        """
        now = self._clock.now()
        with self._unit_of_work.write() as work:
            unconfirmed = work.sign_ups.purge(now - UNCONFIRMED_FOR)
            for subscriber in unconfirmed:
                work.subscribers.forget(subscriber, now)
            work.sign_ups.forget_requesters(now - REQUESTER_KEPT_FOR)
            work.outbox.add(
                [new for subscriber in work.subscribers.all() for new in self._next_digests(work, subscriber, now)], now
            )
        return {"erased": len(unconfirmed)}

    def _next_digests(self, work: Work, subscriber: Subscriber, now: datetime) -> Iterable[NewDelivery]:
        """Yield the next digests of a subscriber who wishes an account of unchanged pages as well."""
        if not subscriber.preferences.account or subscriber.state != "confirmed":
            return
        frequencies = [subscription.frequency for subscription, _ in work.subscribers.subscriptions(subscriber)]
        for frequency in sorted({each for each in frequencies if each != "immediately"}):
            due = next_digest(now, subscriber.preferences, SWEDISH_TIME, weekly=frequency == "weekly")
            yield digest(subscriber, due, (), self._sender_domain)

    # Links

    def _kept(self, work: Work, token: str) -> KeptSignUp | None:
        grant = self._signer.grant(token, "confirm", self._clock.now())
        kept = work.sign_ups.get(grant.things[0]) if grant and grant.things else None
        if grant is None or kept is None or kept.subscriber.id != grant.subscriber_id:
            return None
        return kept if _is_valid(grant, kept.subscriber) else None

    def _subscriber(self, work: Work, token: str, purpose: Purpose) -> Subscriber | None:
        grant = self._signer.grant(token, purpose, self._clock.now())
        return self._granted(work, grant) if grant else None

    def _granted(self, work: Work, grant: Grant) -> Subscriber | None:
        try:
            subscriber = work.subscribers.get(grant.subscriber_id)
        except LookupError:  # signed by us, so made after the backup that the database was restored from
            return None
        return subscriber if _is_valid(grant, subscriber) and subscriber.state in {"confirmed", "suspended"} else None

    def _to_leave(self, work: Work, token: str) -> tuple[Subscriber, list[Subscription]] | None:
        grant = self._signer.grant(token, "leave", self._clock.now())
        subscriber = self._granted(work, grant) if grant else None
        if grant is None or subscriber is None:
            return None
        running = [subscription for subscription, _ in work.subscribers.subscriptions(subscriber)]
        return subscriber, [subscription for subscription in running if _is_granted(grant, subscription)]

    def _left_view(self, work: Work, subscriber: Subscriber, ending: list[Subscription], remaining: int) -> LeftView:
        names = watch_names(work)
        return LeftView(
            tuple(name_in_words(subscription, names, subscriber.language) for subscription in ending),
            remaining,
            subscriber.language,
        )

    def _manage_token(self, subscriber: Subscriber) -> str:
        return self._signer.token(Grant("manage", subscriber.id, subscriber.generation), self._clock.now())

    # Limits and letters

    def _may_ask(self, work: Work, address: str, requester: str, place: str, now: datetime) -> bool:
        """True if one more request is allowed. It is counted, but for its place (a mark), which the request counts."""
        limits = {self._signer.mark(name): limit for name, limit in limits_of(address, requester).items()}
        if not all(limit.allows(work.sign_ups.by_requester(mark, now - DAY), now) for mark, limit in limits.items()):
            return False
        for mark in limits.keys() - {place}:
            work.sign_ups.add(None, None, mark, now)
        return True

    def _may_be_mailed(self, work: Work, subscriber: Subscriber, now: datetime) -> bool:
        """True if one more mail to an address and to its mailbox is allowed. For the mailbox it is counted."""
        mailbox = self._signer.mark(f"mailbox {mailbox_of(subscriber.address)}")
        earlier = (
            work.sign_ups.for_subscriber(subscriber, now - DAY),
            work.sign_ups.by_requester(mailbox, now - DAY),
        )
        if not all(PER_ADDRESS.allows(each, now) for each in earlier):
            return False
        work.sign_ups.add(None, None, mailbox, now)
        return True

    def _mail_link(self, work: Work, subscriber: Subscriber, mark: str, now: datetime) -> None:
        request_id = work.sign_ups.add(subscriber, None, mark, now)
        self._send(work, subscriber, "link", str(request_id), {}, now)

    def _end(self, work: Work, subscriber: Subscriber, ending: list[Subscription], now: datetime) -> None:
        """End these subscriptions; send a farewell where they were the last."""
        names = watch_names(work)
        for subscription in ending:
            unfollow(work, subscriber, target_of(subscription), now, reason=BY_SUBSCRIBER)
        if ending and not work.subscribers.subscriptions(subscriber):
            left = [name_in_words(subscription, names, subscriber.language) for subscription in ending]
            self._send(work, subscriber, "goodbye", f"{ending[-1].id}", {"left": left}, now)

    def _send(
        self,
        work: Work,
        subscriber: Subscriber,
        kind: DeliveryKind,
        cause: str,
        facts: dict[str, object],
        now: datetime,
    ) -> None:
        key = f"{kind}:{cause}:{subscriber.id}:{now.isoformat()}"
        letter_id = message_id(key, self._sender_domain)
        work.outbox.add([NewDelivery(subscriber.id, kind, key, letter_id, letter_id, now, (), facts)], now)


def _is_valid(grant: Grant, subscriber: Subscriber) -> bool:
    return bool(subscriber.address) and grant.generation == subscriber.generation


def _is_granted(grant: Grant, subscription: Subscription) -> bool:
    """True if the link leaves this subscription; a link without things leaves every digest."""
    if not grant.things and not grant.tags:
        return subscription.frequency != "immediately"
    if subscription.tag is not None:
        return subscription.tag.id in grant.tags
    return (subscription.watch_id or EVERY_WATCH) in grant.things


def _check_timezone(preferences: Preferences | None) -> None:
    if preferences is None or preferences.timezone is None:
        return
    try:
        ZoneInfo(preferences.timezone)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(preferences.timezone) from error


def _manage_view(work: Work, subscriber: Subscriber) -> ManageView:
    following = following_of(work, subscriber, watch_names(work))
    rows = work.watches.all()
    watches = tuple(FollowableWatch(row.watch.key, row.watch.name, row.watch.alert) for row in rows)
    tags = tuple(
        FollowableWatch(
            tag_key(tag.key), tag.name, alert_of(row.watch.alert for row in rows if tag.key in row.watch.tags)
        )
        for tag in work.tags.all()
    )
    return ManageView(subscriber, following, watches, tags)


def _names(work: Work, sign_up: SignUp, *, known_only: bool = False) -> list[str] | None:
    """Return the names of the watches, None for every watch: "Norrvik", "Lagen (2 §, 5 §)" where parts are asked for.

    A tag is named as one. Raises UnknownWatch, UnknownTag; `known_only` skips unknown keys.
    """
    if sign_up.watches is None:
        return None
    rows = {row.watch.key: row for row in work.watches.all()}
    tags = {tag.key: tag for tag in work.tags.all()}
    names = []
    for key in sign_up.watches:
        tag = tag_of(key)
        if known_only and key not in rows and tag not in tags:
            continue
        names.append(
            _with_parts(known(rows, key).watch.name, sign_up.wish_for(key).only)
            if tag is None
            else tag_in_words(known_tag(tags, tag), sign_up.language)
        )
    return names


def _with_parts(name: str, parts: Sequence[str]) -> str:
    return f"{name} ({', '.join(parts)})" if parts else name


def _targets(work: Work, keys: Iterable[str] | None) -> dict[str | None, Target]:
    """Return what was asked for and still exists, by key; None stands for every watch."""
    if keys is None:
        return {None: Target()}
    existing = {row.watch.key for row in work.watches.all()} | {tag_key(tag.key) for tag in work.tags.all()}
    return targets_of(work, [key for key in keys if key in existing])


def _as_tuple(names: list[str] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(names)
