"""Messages of deliveries: subject, text and HTML in the subscriber's language, rendered from the same items.

views ──► items ──► limited to what mail programs show in full ──► text, HTML
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from monitor.core.diff.words import whole_words
from monitor.core.model import SWEDISH_TIME, Delivery, EventKind, Frequency, Language, Subscriber, Watch
from monitor.ports.values import ChangeView, DigestAccount, Message
from monitor.wording.catalogue import Words, words_for
from monitor.wording.excerpts import beginning, cut, one_line
from monitor.wording.nouns import phrase
from notifiers import letters
from notifiers.layout import templates
from notifiers.links import Links
from notifiers.mail_items import MOST_ENTRIES, MailItem, count_changes, mail_items, weightiest

LONGEST_SUBJECT = 90
LONGEST_PAGE_NAME = 45
SHORTEST_PAGE_NAME = 24
LARGEST_HTML = 90_000
"""Bytes of HTML; some mail programs cut a longer message at any point."""
LARGEST_DIGEST = 40_000
"""The same of a digest, which is read at a glance."""
LONGEST_INDEX_LINE = 74
_CAUSE = re.compile(r" (?:genom|by) \w+ \(\d{4}:\d+\)(?=, )")
"""The act that caused a change, where a day follows."""

_WEIGHTS = {
    "flapping": 6,
    "repealed": 5,
    "repealed_since": 5,
    "changed": 4,
    "in_force": 3,
    "in_force_since": 3,
    "returned": 2,
}
"""Verdicts by how much they say of a page; of the others, the first one counts."""
_QUOTATION_MARKS = {"sv": ("”", "”"), "en": ("“", "”")}
_SIDE = r"([”“]?)([^”“→]+)”?"
_ROW = r"(?: \([”“][^”“]*”\))?"
_REPLACED = re.compile(rf": {_SIDE} → {_SIDE}({_ROW})")
"""What was said and is said, in quotation marks or as values, and the row of the table it is in."""
_VALUE = r"(?:[^”“→,]|,(?! ))+"
_QUOTE = r"[”“][^”“]+”"
_FIRST_REPLACED = re.compile(
    rf"(: {_VALUE} → {_VALUE}{_ROW}), {_VALUE} → .+|(: {_QUOTE} → {_QUOTE}{_ROW}),? .+",
)
"""Several that were replaced, of which it is certain where the first one ends."""
_DEED = r"( tillagt| borttaget| flyttat| added| removed| moved)?"
_QUOTED = re.compile(rf": ([”“])([^”“]+)”{_DEED}(?: \([^()]*\))?")
_LISTED = re.compile(rf": ([”“])([^”“]+)”{_DEED}(?: \([^()]*\))?,? .+")
"""Several things in quotation marks, of which the first is told where not all fit."""
_SHORT_QUOTES = (30, 20)
_SHORT_TITLE = 16
"""Of a document, where what changed in it would not fit beside its whole title."""
_BARE_NUMBER = re.compile(r", [\d\s]+ …$")
_PARTS_OF_CLAUSE = re.compile(r"([^”“:]+?)( under [”“][^”]*”)?(: .*)?")
"""What happened, where on the page, and in what words: "1 punkt tillagd", " under ”Stöd”", ": ”Råd …”"."""


@dataclass(frozen=True, slots=True)
class _Limits:
    """How much of a mail is shown: `entries` of each item; the first `items` in brief, or every item if None."""

    entries: int
    items: int | None = None


@dataclass(frozen=True, slots=True)
class _ShownItem:
    """An item as the templates lay it out."""

    story: MailItem
    title: str
    more: str = ""
    has_legend: bool = False
    """True of the first item with marks."""


def compose(
    views: Sequence[ChangeView],
    subscriber: Subscriber,
    delivery: Delivery,
    *,
    links: Links,
    account: DigestAccount | None = None,
) -> Message:
    """Return the message of a delivery: one event, the events of a digest, or a letter about the subscription itself.

    Raises ValueError if there is nothing to send.
    """
    words = words_for(subscriber.language)
    if delivery.kind in letters.KINDS:
        return _write_letter(letters.letter(subscriber, delivery, links, words), words)
    if not views and account is None:
        raise ValueError(f"delivery {delivery.id} has nothing to tell")
    items = mail_items(views, links, words)
    is_digest = delivery.kind == "digest"
    title = _digest_title(views, items, delivery, account, words) if is_digest else ""
    subject = _cut_list(title, LONGEST_SUBJECT) if title else _subject(items[0], words)
    facts: dict[str, object] = {
        "subject": subject,
        "title": title,
        "words": words,
        "notes": _notes(views, words),
        "because": _because(views, subscriber, account, words),
        "account": _account(account, items, words),
        "ways_out": _ways_out(subscriber, delivery, links, words),
    }
    index = _index(items, words)
    for limits in _decreasing_limits(max((len(item.entries) for item in items), default=0), len(items)):
        shown, left = _fit(items, limits, words)
        more = words.count("more_pages", left) if left else ""
        facts["index"] = index if limits.items is None else []  # in brief, the items themselves are the index
        html = templates().get_template("mail.html.j2").render(**facts, shown=shown, more=more)
        if len(html.encode()) < (LARGEST_DIGEST if is_digest else LARGEST_HTML):
            break
    text = templates().get_template("mail.txt.j2").render(**facts, shown=shown, more=more)
    return Message(subject, text.strip() + "\n", html, links.leave(delivery))


def trial_message(language: Language, public_url: str) -> Message:
    """Return a mail that tests the mail server."""
    words = words_for(language)
    return _write_letter(letters.trial_letter(public_url, words), words)


def _write_letter(letter: letters.Letter, words: Words) -> Message:
    facts = {"subject": letter.title, "letter": letter, "words": words}
    html, text = (templates().get_template(f"letter.{form}.j2").render(**facts) for form in ("html", "txt"))
    return Message(letter.title, text.strip() + "\n", html)


def _index(items: Sequence[MailItem], words: Words) -> list[str]:
    """Return a line for each page: what its changes amount to, or its first event; none where all is told of one."""
    by_page = _most_telling(items)
    nets = {item.watch.key: item.net for item in items if item.net}
    if len(by_page) == 1 and not nets:
        return []
    shown = (nets.get(key, item) if item.verdict == "changed" else item for key, item in by_page.items())
    return [_subject(item, words, LONGEST_INDEX_LINE) for item in shown]


def _most_telling(items: Sequence[MailItem]) -> dict[str, MailItem]:
    """Return for each page the item that says most of it, by key: a page is counted once."""
    found: dict[str, MailItem] = {}
    for item in items:
        known = found.setdefault(item.watch.key, item)
        if _WEIGHTS.get(item.verdict, 0) > _WEIGHTS.get(known.verdict, 0):
            found[item.watch.key] = item
    return found


# Below the items


def _notes(views: Sequence[ChangeView], words: Words) -> list[str]:
    """Return what the text of a law is worth, and who answers for the pages."""
    notes = []
    if any(view.watch.sfs and view.event.kind in (EventKind.CHANGED, EventKind.IN_FORCE) for view in views):
        notes.append(words.say("law_note"))
    hosts = list(dict.fromkeys(_host(view.watch) for view in views))
    if len(hosts) == 1:
        notes.append(words.say("not_sender", host=hosts[0]))
    elif hosts:
        notes.append(words.say("not_sender_of_any"))
    return notes


def _host(watch: Watch) -> str:
    return "riksdagen.se" if watch.sfs else one_line(urlsplit(watch.url).hostname or watch.url)


def _ways_out(subscriber: Subscriber, delivery: Delivery, links: Links, words: Words) -> list[tuple[str, str]]:
    return [
        (words.say("links.leave"), links.leave(delivery)),
        (words.say("links.manage"), links.manage(subscriber, delivery.created_at)),
    ]


def _account(account: DigestAccount | None, items: Sequence[MailItem], words: Words) -> list[str]:
    """Return the lines on the watches without an event in the digest."""
    if account is None:
        return []
    lines = [] if items else [words.say("account_quiet")]
    named = (
        ("account_unseen", account.unseen),
        ("account_moved", account.moved),
        ("account_withdrawn", account.withdrawn),
    )
    lines += [words.say(key, names=", ".join(map(one_line, names))) for key, names in named if names]
    return lines


# The subject


def _subject(item: MailItem, words: Words, longest: int = LONGEST_SUBJECT) -> str:
    """Return the page's name and as many clauses of the gist as fit; a long name is cut to fit the first clause.

    Where even that clause does not fit, it is said without its place on the page, with fewer words, without any; of a
    law, how many sections changed. A subject says that there is more, but not for the page's own date.
    """
    name = one_line(item.watch.name)
    first, *others = _clauses(item.what.rstrip(". "), words.language)
    first = first[:1].lower() + first[1:]

    def subject_of(name: str, what: str) -> str:
        return words.say(f"subject.{item.verdict}", name=name, what=what, day=what)

    if len(subject_of("", first)) > longest - SHORTEST_PAGE_NAME:
        first = _CAUSE.sub("", first)  # the day tells more than the act, which the mail itself names
    short_name = _cut(name, SHORTEST_PAGE_NAME)
    fitting = [form for form in _shorter_forms(first, words) if len(subject_of(short_name, form)) <= longest]
    clauses = [fitting[0], *others] if fitting else [item.brief] if item.brief else [first, *others]
    room = longest - len(subject_of("", clauses[0]))
    name = _cut(name, max(SHORTEST_PAGE_NAME, min(LONGEST_PAGE_NAME, room)))
    more, own_date = words.say("subject.more"), words.say("subject.own_date")
    others_follow = own_date not in clauses[0]  # the page's own date comes last, and what follows it is about it
    last = max((number for number, clause in enumerate(clauses) if own_date not in clause and others_follow), default=0)
    said = [("; ".join(clauses[:count]), count <= last) for count in range(len(clauses), 0, -1)]
    candidates = [subject_of(name, what.removesuffix(more) + more if leaves_out else what) for what, leaves_out in said]
    candidates.append(subject_of(name, clauses[0]))
    return next((subject for subject in candidates if len(subject) <= longest), _cut(candidates[-1], longest))


def _clauses(gist: str, language: Language) -> list[str]:
    """Return the clauses of a sentence; a semicolon inside quotation marks separates none."""
    opening, closing = _QUOTATION_MARKS[language]
    clauses: list[str] = []
    for part in gist.split("; "):
        if clauses and _is_open(clauses[-1], opening, closing):
            clauses[-1] += f"; {part}"
        else:
            clauses.append(part)
    return clauses


def _is_open(text: str, opening: str, closing: str) -> bool:
    """True if a quotation that begins in the text does not end in it."""
    return text.count(opening) % 2 == 1 if opening == closing else text.count(opening) > text.count(closing)


def _shorter_forms(clause: str, words: Words) -> list[str]:
    """Return a clause on a change, then without its place, with fewer words, with its place alone, without any.

    One on a document gives its title and what changed in it, then a shorter title.
    """
    if found := _in_document(clause, words.language):
        that, title, what = found
        opening, closing = _QUOTATION_MARKS[words.language]
        short = [f"{opening}{each}{closing}" for each in dict.fromkeys((title, _cut(title, _SHORT_TITLE)))]
        return [clause, *(f"{name}: {form}" for form in _shorter_forms(what, words) for name in short), that]
    parts = _PARTS_OF_CLAUSE.fullmatch(clause)
    if parts is None:
        return [clause]
    what, place, said = parts.groups(default="")
    fewer = _fewer_words(said, words)
    return [clause, *(f"{what}{each}" for each in (said, *fewer)), f"{what}{place}", what]


def _in_document(clause: str, language: Language) -> tuple[str, str, str] | None:
    """Return what a clause on a document says: that it changed, its title, and what changed in it."""
    for name in ("documents-changed", "documents-replaced"):
        said = re.escape(phrase(name, language, title="TITLE", what="WHAT"))
        pattern = said.replace("TITLE", "(?P<title>[^”“]+)").replace("WHAT", "(?P<what>.+)")
        if found := re.fullmatch(pattern, clause, re.IGNORECASE):
            return clause[: found.start("what")].rstrip(": "), found["title"], found["what"]
    return None


def _fewer_words(said: str, words: Words) -> Iterator[str]:
    """Yield the words of a clause without those that both sides share, then what is said now, or without a date.

    Of several things, the first.
    """
    if found := _REPLACED.fullmatch(said):
        mark = found[1]
        before, after = _without_shared(found[2], found[4], has_unit=not mark)
        end = "”" if mark else ""
        if found[5]:
            yield said.removesuffix(found[5])
        yield f": {mark}{before}{end} → {mark}{after}{end}"
        for now in _shorter_texts(after):
            yield f": {words.say('subject.now', what=f'{mark}{now}{end}')}"
    elif found := _FIRST_REPLACED.fullmatch(said):
        first = found[1] or found[2]
        yield from (f"{form}{words.say('subject.more')}" for form in (first, *_fewer_words(first, words)))
    elif found := _QUOTED.fullmatch(said) or _LISTED.fullmatch(said):
        more = "" if _QUOTED.fullmatch(said) else words.say("subject.more")
        for text in _shorter_texts(found[2]):
            yield f": {found[1]}{text}”{found[3] or ''}{more}"


def _shorter_texts(text: str) -> list[str]:
    return list(dict.fromkeys((text, *(beginning(text, longest) for longest in _SHORT_QUOTES))))


def _without_shared(before: str, after: str, *, has_unit: bool) -> tuple[str, str]:
    """Return two texts without the words that both begin with, and end with unless that may be their unit.

    A value is one word.
    """
    old, new = whole_words(before), whole_words(after)
    start = _shared_words(old, new)
    old, new = old[start:], new[start:]
    end = 0 if has_unit else _shared_words(old[::-1], new[::-1])
    return "".join(old[: len(old) - end]), "".join(new[: len(new) - end])


def _shared_words(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many of the first words of both are equal, up to a space."""
    shared = 0
    for number, (word, same) in enumerate(zip(one, other, strict=False), 1):
        if word != same:
            break
        if word.isspace():
            shared = number
    return shared


def _digest_title(
    views: Sequence[ChangeView],
    items: Sequence[MailItem],
    delivery: Delivery,
    account: DigestAccount | None,
    words: Words,
) -> str:
    frequencies = _frequencies(views, account)
    # A subscriber who has switched to immediate mails meanwhile is still owed what was gathered.
    kind = next(iter(frequencies)) if len(frequencies) == 1 and "immediately" not in frequencies else "mixed"
    days = [words.local_day(view.event.at, view.watch.cadence.timezone) for view in views]
    first, last = (min(days), max(days)) if days else [words.local_day(delivery.created_at, SWEDISH_TIME)] * 2
    name = words.say(f"digest.{kind}", day=words.days(first, last), week=first.isocalendar().week)
    shown = _most_telling(items)
    verdicts = dict.fromkeys(item.verdict for item in items if shown[item.watch.key] is item)
    counts = [
        words.count(f"digest.{verdict}", sum(item.verdict == verdict for item in shown.values()))
        for verdict in verdicts
    ]
    if account is not None:
        quiet = (
            ("unchanged", account.unchanged),
            ("unseen", len(account.unseen)),
            ("still_moved", len(account.moved)),
            ("still_withdrawn", len(account.withdrawn)),
        )
        counts += [words.count(f"digest.{what}", number) for what, number in quiet if number]
    only_page = f" – {one_line(items[0].watch.name)}" if len({item.watch.key for item in items}) == 1 else ""
    return f"{name}: {', '.join(counts)}{only_page}"


def _frequencies(views: Sequence[ChangeView], account: DigestAccount | None) -> list[Frequency]:
    """Return the frequencies of the subscriptions that caused this mail."""
    found = [view.subscription.frequency for view in views if view.subscription]
    return list(dict.fromkeys(found or (account.frequencies if account else ())))


def _because(views: Sequence[ChangeView], subscriber: Subscriber, account: DigestAccount | None, words: Words) -> str:
    how_often = words.join(words.say(f"how_often.{frequency}") for frequency in _frequencies(views, account))
    if subscriber.consent_at is None:
        return words.say("because.unknown", how_often=how_often)
    timezone = views[0].watch.cadence.timezone if views else SWEDISH_TIME
    date = words.local_day(subscriber.consent_at, timezone)
    how = "operator" if subscriber.consent_how == "operator" else "self"
    tags = _tags(views)
    if tags:
        named = words.join(words.say("tag_name", name=one_line(tag)) for tag in tags)
        key = f"because.tag_{how}" if len(tags) == 1 else f"because.tags_{how}"
        return words.say(key, tags=named, date=date.isoformat(), how_often=how_often)
    return words.say(f"because.{how}", date=date.isoformat(), how_often=how_often)


def _tags(views: Sequence[ChangeView]) -> list[str]:
    """Return the names of the tags through which the events are told; none where one is told for another reason."""
    found = [view.subscription.tag if view.subscription else None for view in views]
    return list(dict.fromkeys(tag.name for tag in found if tag is not None)) if None not in found else []


def _cut(text: str, longest: int) -> str:
    """Return the text on one line in at most `longest` characters, cut at the end of a word or value."""
    text = one_line(text)
    if len(text) <= longest:
        return text
    return cut(text, longest - len(" …")) or textwrap.shorten(text, longest, placeholder=" …")


def _cut_list(text: str, longest: int) -> str:
    """Return the text like `_cut`; what is left does not end with a number that says of nothing how many."""
    text = _cut(text, longest)
    return _BARE_NUMBER.sub(" …", text)


# What fits


def _decreasing_limits(entries: int, items: int) -> Iterator[_Limits]:
    """Yield limits that halve: first the number of entries, down to none, then that of the items, now in brief."""
    count = min(entries, MOST_ENTRIES)
    while count:
        yield _Limits(count)
        count //= 2
    yield _Limits(0)
    while items:
        yield _Limits(0, items)
        items //= 2


def _fit(items: Sequence[MailItem], limits: _Limits, words: Words) -> tuple[list[_ShownItem], int]:
    """Return the items within these limits, and how many are left out. A single entry is never cut."""
    shown = []
    has_legend = False
    for item in items[: limits.items]:
        entries = weightiest(item.entries, limits.entries)
        left = item.unshown + count_changes(item.entries) - count_changes(entries)
        brief = replace(item, entries=entries)
        if limits.items is not None:
            brief = replace(brief, facts=item.facts[:2], links=(), held_back="")
        begins = brief.has_marks and not has_legend
        has_legend = has_legend or begins
        more = f"{words.count('more', left)}." if left else ""
        shown.append(_ShownItem(brief, words.say(f"verdict.{item.verdict}"), more, begins))
    return shown, len(items) - len(shown)
