"""Letters about a subscription itself: a link to confirm it, a welcome, a link to manage it, a farewell; a trial."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from monitor.core.model import SWEDISH_TIME, Delivery, Subscriber
from monitor.core.people.signed_links import CONFIRM_LINK_LIFETIME, MANAGE_LINK_LIFETIME
from monitor.core.people.typed_words import as_words
from monitor.wording.catalogue import Words
from monitor.wording.excerpts import one_line
from notifiers.links import Links

KINDS = frozenset({"confirm", "welcome", "link", "goodbye"})


@dataclass(frozen=True, slots=True)
class Letter:
    """The content of a letter: `items` are names of pages, `button` links to `url`, `notes` are below the button."""

    title: str
    lead: str
    items: tuple[str, ...]
    facts: tuple[str, ...]
    button: str
    url: str
    notes: tuple[str, ...]


def letter(subscriber: Subscriber, delivery: Delivery, links: Links, words: Words) -> Letter:
    """Return the letter of a delivery."""
    facts, issued = delivery.facts, delivery.created_at
    url, lifetime = links.manage(subscriber, issued), MANAGE_LINK_LIFETIME
    items: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    ignore = words.say(f"letter.{delivery.kind}.ignore")
    if delivery.kind in ("confirm", "welcome"):
        items = _names(facts["watches"], words)
        lines = (words.say(f"letter.often.{facts['frequency']}"), *_about(facts, words))
    if delivery.kind == "confirm":
        url, lifetime = links.confirm(subscriber, int(str(facts["sign_up"])), issued), CONFIRM_LINK_LIFETIME
        ignore = words.say("letter.confirm.ignore" if subscriber.state == "pending" else "letter.confirm.ignore_known")
    elif delivery.kind == "goodbye":
        items = _names(facts["left"], words)
    last_day = words.local_day(issued + lifetime, SWEDISH_TIME) - timedelta(days=1)  # the last whole day
    return Letter(
        title=words.say(f"letter.{delivery.kind}.subject"),
        lead=words.say(f"letter.{delivery.kind}.lead"),
        items=items,
        facts=lines,
        button=words.say(f"letter.{delivery.kind}.button"),
        url=url,
        notes=(words.say(f"letter.{delivery.kind}.note", day=last_day.isoformat()), ignore),
    )


def _about(facts: Mapping[str, object], words: Words) -> Iterator[str]:
    """Yield that changes are told by words; which, once the subscriber has confirmed them."""
    patterns = facts.get("only_if")
    if isinstance(patterns, list):
        quoted = [words.say("letter.word", word=one_line(as_words(str(pattern)))) for pattern in patterns]
        yield words.count("letter.only_if", len(quoted), words=", ".join(quoted))
    elif facts.get("has_words"):
        yield words.say("letter.has_words")


def trial_letter(public_url: str, words: Words) -> Letter:
    """Return a letter that tests the mail server."""
    title, lead, button, note = (words.say(f"letter.trial.{part}") for part in ("subject", "lead", "button", "note"))
    return Letter(title, lead, (), (), button, public_url, (note,))


def _names(given: object, words: Words) -> tuple[str, ...]:
    """Return the names of pages; every page where the list is absent, or for "" (see `monitor.people.self_service`)."""
    names: Sequence[object] = given if isinstance(given, list) else [""]
    return tuple(one_line(str(name)) or words.say("letter.every_page") for name in names)
