"""A delivery as a message: subject, text and HTML in the reader's language, laid out from the same stories.

views ──► stories ──► fitted to what mail programs show whole ──► text, HTML
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.core.model import SWEDISH_TIME, Delivery, Frequency, Language, Subscriber
from monitor.ports.values import ChangeView, DigestAccount, Message
from monitor.wording.catalogue import Words, words_for
from monitor.wording.entries import EntryLine
from monitor.wording.excerpts import TextSpan, one_line
from notifiers import letters
from notifiers.links import Links
from notifiers.mail_items import MOST_ENTRIES, MailItem, mail_items

if TYPE_CHECKING:
    from jinja2 import Environment

LONGEST_SUBJECT = 90
LONGEST_PAGE_NAME = 45
SHORTEST_PAGE_NAME = 24
LARGEST_HTML = 90_000
"""Bytes; some mail programs cut a longer message anywhere."""
COLUMNS = 78
_CAUSE = re.compile(r" (?:genom|by) \w+ \(\d{4}:\d+\)(?=, )")
"""Which act did it, where a day follows."""


@dataclass(frozen=True, slots=True)
class _Limits:
    """How much of a letter is shown: so many entries in all; `stories` None: all, else the first so many in brief."""

    entries: int
    stories: int | None = None


@dataclass(frozen=True, slots=True)
class _Shown:
    """A story as it is laid out."""

    story: MailItem
    title: str
    more: str = ""


def compose(
    views: Sequence[ChangeView],
    subscriber: Subscriber,
    delivery: Delivery,
    *,
    account: DigestAccount | None = None,
    links: Links | None = None,
) -> Message:
    """The message of a delivery: one event, what a digest gathered, or a letter about the subscription itself.

    `links` None: without the web page's addresses, which a letter cannot do without. Raises ValueError where there is
    nothing to tell.
    """
    words = words_for(subscriber.language)
    if links is not None and delivery.kind in letters.KINDS:
        return _write_letter(letters.letter(subscriber, delivery, links, words), words)
    if not views and account is None:
        raise ValueError(f"delivery {delivery.id} has nothing to tell")
    stories = [_linked(story, links, words) for story in mail_items(views, words)]
    title = _digest_title(views, stories, delivery, account, words) if delivery.kind == "digest" else ""
    subject = _cut(title, LONGEST_SUBJECT) if title else _subject(stories[0], words)
    facts = {
        "subject": subject,
        "title": title,
        "words": words,
        "because": _because(views, subscriber, account, words),
        "account": _account(account, stories, words),
        "ways_out": _ways_out(subscriber, delivery, links, words),
    }
    for limits in _ever_less(sum(len(story.entries) for story in stories), len(stories)):
        shown, left = _fit(stories, limits, words)
        more = words.count("more_pages", left) if left else ""
        html = _templates().get_template("mail.html.j2").render(**facts, shown=shown, more=more)
        if len(html.encode()) < LARGEST_HTML:
            break
    text = _templates().get_template("mail.txt.j2").render(**facts, shown=shown, more=more)
    return Message(subject, text.strip() + "\n", html, links.leave(delivery) if links else None)


def trial_message(language: Language, public_url: str) -> Message:
    """A mail that says nothing but that it came."""
    words = words_for(language)
    return _write_letter(letters.trial_letter(public_url, words), words)


def _write_letter(letter: letters.Letter, words: Words) -> Message:
    facts = {"subject": letter.title, "letter": letter, "words": words}
    html, text = (_templates().get_template(f"letter.{form}.j2").render(**facts) for form in ("html", "txt"))
    return Message(letter.title, text.strip() + "\n", html)


# Ways out of the mail


def _linked(story: MailItem, links: Links | None, words: Words) -> MailItem:
    """With the addresses of the whole comparison and of the two copies."""
    if links is None or story.compared is None:
        return story
    key, (before, after) = story.watch.key, story.compared
    found = (
        (words.say("links.diff"), links.diff(key, before, after, words.language)),
        (words.say("links.before"), links.copy(key, before, words.language)),
        (words.say("links.after"), links.copy(key, after, words.language)),
    )
    return replace(story, links=(*story.links, *found))


def _ways_out(subscriber: Subscriber, delivery: Delivery, links: Links | None, words: Words) -> list[tuple[str, str]]:
    if links is None:
        return []
    return [
        (words.say("links.leave"), links.leave(delivery)),
        (words.say("links.manage"), links.manage(subscriber, delivery.created_at)),
    ]


def _account(account: DigestAccount | None, stories: Sequence[MailItem], words: Words) -> list[str]:
    """What is said of the pages that the digest does not tell about."""
    if account is None:
        return []
    told = [] if stories else [words.say("account_quiet")]
    if account.unseen:
        told.append(words.say("account_unseen", names=", ".join(map(one_line, account.unseen))))
    return told


# The subject


def _subject(story: MailItem, words: Words) -> str:
    """The page first, then as many clauses of what happened as there is room for; a long name yields to the first."""
    name = one_line(story.watch.name)
    clauses = story.what.rstrip(". ").split("; ")

    def said(name: str, what: str) -> str:
        return words.say(f"subject.{story.verdict}", name=name, what=what, day=what)

    if len(said("", clauses[0])) > LONGEST_SUBJECT - SHORTEST_PAGE_NAME:
        clauses[0] = _CAUSE.sub("", clauses[0])  # the day says more than the act, which the mail names
    room = LONGEST_SUBJECT - len(said("", clauses[0]))
    name = _cut(name, max(SHORTEST_PAGE_NAME, min(LONGEST_PAGE_NAME, room)))
    fitting = [said(name, "; ".join(clauses[:count])) for count in range(len(clauses), 0, -1)]
    return next((subject for subject in fitting if len(subject) <= LONGEST_SUBJECT), _cut(fitting[-1], LONGEST_SUBJECT))


def _digest_title(
    views: Sequence[ChangeView],
    stories: Sequence[MailItem],
    delivery: Delivery,
    account: DigestAccount | None,
    words: Words,
) -> str:
    frequencies = _frequencies(views, account)
    # Who has wished for mails at once since then is still owed what was gathered.
    kind = next(iter(frequencies)) if len(frequencies) == 1 and "immediately" not in frequencies else "mixed"
    last = max(views, key=lambda view: view.event.at, default=None)
    at, timezone = (last.event.at, last.watch.cadence.timezone) if last else (delivery.created_at, SWEDISH_TIME)
    day = words.local_day(at, timezone)
    name = words.say(f"digest.{kind}", day=words.day(day), week=day.isocalendar().week)
    pages: dict[str, set[str]] = {}
    for story in stories:
        pages.setdefault(story.verdict, set()).add(story.watch.key)
    counts = [words.count(f"digest.{verdict}", len(keys)) for verdict, keys in pages.items()]
    if account is not None:
        quiet = (("unchanged", account.unchanged), ("unseen", len(account.unseen)))
        counts += [words.count(f"digest.{what}", number) for what, number in quiet if number]
    alone = f" – {one_line(stories[0].watch.name)}" if len({story.watch.key for story in stories}) == 1 else ""
    return f"{name}: {', '.join(counts)}{alone}"


def _frequencies(views: Sequence[ChangeView], account: DigestAccount | None) -> list[Frequency]:
    """How often she is told, as far as this mail came of it."""
    found = [view.subscription.frequency for view in views if view.subscription]
    return list(dict.fromkeys(found or (account.frequencies if account else ())))


def _because(views: Sequence[ChangeView], subscriber: Subscriber, account: DigestAccount | None, words: Words) -> str:
    how_often = words.join(words.say(f"how_often.{frequency}") for frequency in _frequencies(views, account))
    if subscriber.consent_at is None:
        return words.say("because.unknown", how_often=how_often)
    timezone = views[0].watch.cadence.timezone if views else SWEDISH_TIME
    date = words.local_day(subscriber.consent_at, timezone)
    how = "operator" if subscriber.consent_how == "operator" else "self"
    return words.say(f"because.{how}", date=date.isoformat(), how_often=how_often)


def _cut(text: str, longest: int) -> str:
    """At most so many characters, to the end of a word."""
    text = " ".join(text.split())
    return text if len(text) <= longest else textwrap.shorten(text, longest, placeholder=" …")


# What fits


def _ever_less(entries: int, stories: int) -> Iterator[_Limits]:
    """All, then half as much again and again, then the stories in brief, then half of those."""
    count = min(entries, MOST_ENTRIES)
    while count:
        yield _Limits(count)
        count //= 2
    yield _Limits(0)
    while stories:
        yield _Limits(0, stories)
        stories //= 2


def _fit(stories: Sequence[MailItem], limits: _Limits, words: Words) -> tuple[list[_Shown], int]:
    """The stories within these limits, and how many pages are left out. Entries are never cut in themselves."""
    shown = []
    room = limits.entries
    for story in stories[: limits.stories]:
        entries = story.entries[:room]
        room -= len(entries)
        left = story.unshown + sum(entry.changes for entry in story.entries[len(entries) :])
        more = words.say("more_where", more=words.count("more", left), revision=story.revision) if left else ""
        brief = replace(story, entries=entries)
        if limits.stories is not None:
            brief = replace(brief, facts=story.facts[:2], links=story.links[:1], notes=(), held_back="")
        shown.append(_Shown(brief, words.say(f"verdict.{story.verdict}"), more))
    return shown, len(stories) - len(shown)


# Laying out


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape  # noqa: PLC0415  only who writes mails pays

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["fold"] = _fold
    environment.filters["in_words"] = _in_words
    environment.filters["one_line"] = one_line
    environment.filters["with_url"] = _with_url
    return environment


def _fold(text: str, indent: int = 0) -> str:
    """Lines of at most 78 columns; a long word (an address) stays whole."""
    pad = " " * indent
    return "\n".join(
        textwrap.fill(
            line,
            COLUMNS,
            initial_indent=pad,
            subsequent_indent=pad,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in text.splitlines()
    )


def _with_url(label: str, url: str) -> str:
    """An address behind its label, on a line of its own where both are too long for one."""
    return f"{label}: {url}" if len(label) + 2 + len(url) <= COLUMNS else f"{label}:\n{url}"


def _in_words(line: EntryLine, words: Words) -> str:
    """A line with its marks in words: [TOGS BORT: mars] [LADES TILL: april]."""
    if line.label:
        return f"[{line.label}: {''.join(_with_cut(piece, words) for piece in line.pieces)}]"
    marked = ""
    last = "kept"
    for piece in line.pieces:
        text = _with_cut(piece, words)
        if piece.op != "kept":
            text = f"{'' if last == 'kept' else ' '}[{words.say(piece.op)}: {text}]"
        marked, last = marked + text, piece.op
    return marked


def _with_cut(piece: TextSpan, words: Words) -> str:
    return piece.text + (words.say("cut", n=piece.left_out) if piece.left_out else "")
