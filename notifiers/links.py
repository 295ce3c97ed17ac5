"""Addresses in mails: of the web page, signed links that are valid for one subscriber, and of the page itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import quote, urlsplit

from monitor.core.law.days import EntryIntoForce, days_announced, swedish_day
from monitor.core.law.events import section_events
from monitor.core.law.marks import amended_by
from monitor.core.law.riksdagen_page import law_page
from monitor.core.model import Delivery, EventKind, Subscriber
from monitor.core.people.signed_links import EVERY_WATCH, Grant, Signer
from monitor.core.section.keys import in_address
from monitor.ports.values import ChangeView
from monitor.wording.catalogue import Words
from monitor.wording.excerpts import cut, one_line
from monitor.wording.law_in_force import repealing_act

LabelledAddress = tuple[str, str]
"""A label and an address."""

AUTHENTIC_SINCE = 2019
"""The first whole year of svenskforfattningssamling.se, which holds the acts published since 1 April 2018."""

MOST_DAYS = 3
MOST_DOCUMENTS = 3
LONGEST_TITLE = 60
"""Of the title of a document, as the label of a link."""


class Links:
    """Makes the addresses in mails; `public_url` is the address of the web page, without a slash at the end."""

    def __init__(self, public_url: str, signer: Signer) -> None:
        self._public_url = public_url
        self._signer = signer

    # Of the web page

    def whole_change(self, view: ChangeView, words: Words) -> LabelledAddress:
        """Return the comparison of the two revisions; the history where there are not two."""
        if view.before is None or view.after is None:
            return self.history(view, words)
        numbers = f"from={view.before.number}&to={view.after.number}"
        return words.say("links.diff"), f"{self._watch(view)}/diff?{numbers}&lang={words.language}"

    def history(self, view: ChangeView, words: Words) -> LabelledAddress:
        """Return the page's history."""
        return words.say("links.history"), f"{self._watch(view)}?lang={words.language}"

    def text_of(self, view: ChangeView, number: int, label: str, words: Words) -> LabelledAddress:
        """Return the text of a revision."""
        return label, f"{self._watch(view)}/{number}?lang={words.language}"

    def law_on(self, view: ChangeView, day: str, words: Words) -> LabelledAddress:
        """Return the law as it reads on a day (YYYY-MM-DD)."""
        return words.say("links.law_on", day=day), f"{self._watch(view)}/law?on={day}&lang={words.language}"

    def law_to_come(self, view: ChangeView, words: Words) -> Iterator[LabelledAddress]:
        """Yield the law as it reads on the days on which the change takes effect, those after it was found."""
        record, change = view.event.change, view.change
        if change is not None and change.law is not None and record is not None:
            days = days_announced(change.blocks, swedish_day(record.detected_at))
            yield from (self.law_on(view, day, words) for day in days[:MOST_DAYS])

    def known_text(self, view: ChangeView, words: Words) -> LabelledAddress:
        """Return the latest known text, with the day when it was last read; the history where there is none."""
        if view.after is None:
            return self.history(view, words)
        seen = view.event.facts.get("last_seen")
        read = datetime.fromisoformat(seen) if isinstance(seen, str) else view.after.taken_at
        if view.event.kind is EventKind.SEEN_AGAIN:
            read = view.event.at
        day = words.local_day(read, view.watch.cadence.timezone)
        return self.text_of(view, view.after.number, words.say("links.known", day=day.isoformat()), words)

    def of_copies(self, view: ChangeView, words: Words) -> Iterator[LabelledAddress]:
        """Yield what the page said before, and the receipt: the later revision with its hashes."""
        if view.before is not None:
            yield self.text_of(view, view.before.number, words.say("links.before"), words)
        if view.after is not None:
            yield self.text_of(view, view.after.number, words.say("links.receipt"), words)

    def of_now(self, view: ChangeView, words: Words) -> Iterator[LabelledAddress]:
        """Yield what the page says now, and what it said before."""
        if view.after is not None:
            yield self.text_of(view, view.after.number, words.say("links.now"), words)
        if view.before is not None:
            yield self.text_of(view, view.before.number, words.say("links.before"), words)

    # Of the page itself

    def of_page(self, view: ChangeView, words: Words) -> Iterator[LabelledAddress]:
        """Yield the page; of a law, its text and its register at the Riksdag, and the acts that amended it."""
        watch = view.watch
        if watch.sfs is None:
            to = view.event.facts.get("to")
            if view.event.kind is EventKind.MOVED and isinstance(to, str) and urlsplit(to).scheme in ("http", "https"):
                yield words.say("new_address"), one_line(to)
            if urlsplit(watch.url).scheme in ("http", "https"):
                is_gone = view.event.kind in (EventKind.MOVED, EventKind.WITHDRAWN)
                yield words.say("old_address" if is_gone else "today"), watch.url
            yield from _documents(view, words)
            return
        yield words.say("law_today"), law_page(watch.name, watch.sfs)
        yield words.say("law_register"), f"https://rkrattsbaser.gov.se/sfsr?bet={quote(watch.sfs, safe=':')}"
        for number in _acts(view):
            year, _, serial = number.partition(":")
            if year.isdecimal() and int(year) >= AUTHENTIC_SINCE:
                yield words.say("act", number=number), f"https://svenskforfattningssamling.se/doc/{year}{serial}.html"

    def of_documents(self, views: Sequence[ChangeView], words: Words) -> Iterator[LabelledAddress]:
        """Yield the documents that these events are about, the first ones."""
        for view in views[:MOST_DOCUMENTS]:
            title = cut(str(view.event.facts.get("title", "")), LONGEST_TITLE) or words.say("where.document")
            yield words.say("links.document", title=title), one_line(str(view.event.facts["document"]))

    # Valid for one subscriber

    def confirm(self, subscriber: Subscriber, sign_up: int, issued: datetime) -> str:
        """Return the link that confirms a sign-up."""
        return self._signed(Grant("confirm", subscriber.id, subscriber.generation, (sign_up,)), issued)

    def manage(self, subscriber: Subscriber, issued: datetime) -> str:
        """Return the link to change what a subscriber follows and how often they are notified."""
        return self._signed(Grant("manage", subscriber.id, subscriber.generation), issued)

    def leave(self, delivery: Delivery) -> str:
        """Return the one-click link that ends the subscriptions of a delivery; for a digest, all those it gathered."""
        watch_ids: set[int] = set()
        tag_ids: set[int] = set()
        for item in delivery.items if delivery.kind == "mail" else ():
            if item.subscription.tag is not None:
                tag_ids.add(item.subscription.tag.id)
            else:
                watch_ids.add(item.subscription.watch_id or EVERY_WATCH)
        subscriber, left = delivery.subscriber, (tuple(sorted(watch_ids)), tuple(sorted(tag_ids)))
        return self._signed(Grant("leave", subscriber.id, subscriber.generation, *left), delivery.created_at)

    def _signed(self, grant: Grant, issued: datetime) -> str:
        return f"{self._public_url}/{grant.purpose}/{self._signer.token(grant, issued)}"

    def _watch(self, view: ChangeView) -> str:
        return f"{self._public_url}/watches/{quote(in_address(view.watch.key), safe='~')}"


def _documents(view: ChangeView, words: Words) -> Iterator[LabelledAddress]:
    """Yield the documents of the page in which something changed, without those that are gone."""
    blocks = view.change.blocks if view.change else ()
    changed = dict.fromkeys(block.document for block in blocks if block.document and block.material)
    there = [document for document in changed if document.op != "removed"]
    for document in there[:MOST_DOCUMENTS]:
        title = cut(document.title, LONGEST_TITLE) or words.say("where.document")
        yield words.say("links.document", title=title), one_line(document.url)


def _acts(view: ChangeView) -> list[str]:
    """Return the numbers of the acts that the texts name as the cause, each once."""
    if view.event.kind is EventKind.IN_FORCE:
        part = EntryIntoForce.from_facts(view.event.facts)
        if part.is_repeal_of_law:
            return [act] if (act := repealing_act(part)) else []
        found = [amended_by(part.after or "")]
    else:
        found = [event.act for event in section_events(view.change.blocks)] if view.change else []
    return list(dict.fromkeys(act.number for act in found if act))
