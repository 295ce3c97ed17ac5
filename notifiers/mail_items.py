"""The items of a mail: each event as facts in the subscriber's language, which the templates only lay out.

Text and HTML are rendered from the same items, so that neither says more than the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from urllib.parse import quote, urlsplit

from monitor.core.law.amendments import RegisterFinding
from monitor.core.law.days import EntryIntoForce, with_new_numbers_once
from monitor.core.law.events import section_events
from monitor.core.law.marks import amended_by
from monitor.core.law.riksdagen_page import law_page
from monitor.core.model import BlockChange, Change, EventKind, Language, StatedDate, Watch
from monitor.core.text import comparable
from monitor.errors import Reason
from monitor.ports.values import ChangeView
from monitor.wording.catalogue import Words
from monitor.wording.entries import Entry, entry, places
from monitor.wording.excerpts import one_line
from monitor.wording.law_in_force import in_force_sentence
from monitor.wording.law_register import register_sentence
from monitor.wording.law_summary import clauses_by_chapter, counted_sections
from monitor.wording.places import named_in_words
from monitor.wording.reasons import reason_sentence
from monitor.wording.summary import nothing_differs, summarise
from notifiers.in_force import as_change, came_late, group_by_day

MOST_ENTRIES = 200
"""Entries that a mail item holds at most; `MailItem.unshown` counts the rest."""
MOST_READ = 2_000
"""Block changes of which entries are made; of more, nobody would see them."""
AUTHENTIC_SINCE = 2019
"""The first whole year of svenskforfattningssamling.se, which holds the acts published since 1 April 2018."""


@dataclass(frozen=True, slots=True)
class MailItem:
    """One event. `what` is the gist for a subject line, `brief` a shorter one; `facts` are shown at the top.

    `verdict` is a key of the words: of `verdict.…` for the item's heading, and of `subject.…`. It is not the verdict of
    the glossary, but says what kind of event the item tells of. `unshown` counts the block changes beyond `entries`,
    whose number is limited.
    """

    verdict: str
    watch: Watch
    what: str
    facts: tuple[str, ...]
    entries: tuple[Entry, ...] = ()
    unshown: int = 0
    brief: str = ""
    held_back: str = ""
    links: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    revision: str = ""
    compared: tuple[int, int] | None = None
    """The numbers of the two revisions that differ; None where there are not two."""


def mail_items(views: Sequence[ChangeView], words: Words) -> list[MailItem]:
    """Return the items of one or more events, with the watches in the order of their first event."""
    by_watch: dict[str, list[ChangeView]] = {}
    for view in views:
        by_watch.setdefault(view.watch.key, []).append(view)
    return [item for group in by_watch.values() for item in _of_one_watch(group, words)]


def _of_one_watch(views: Sequence[ChangeView], words: Words) -> Iterator[MailItem]:
    changed = [view for view in views if view.event.kind is EventKind.CHANGED]
    changes = [view.change for view in changed if view.change is not None]
    is_reverted = len(changed) > 1 and len(changes) == len(changed) and cancel_out(changes)
    if is_reverted:
        yield _reverted_item(changed, words)
    for group in group_by_day(views):
        yield _in_force_item(group, words)
    for view in views:
        if view.event.kind is EventKind.IN_FORCE:
            continue
        if view.event.kind is not EventKind.CHANGED:
            yield _item_without_change(view, words)
        elif not is_reverted:
            yield _changed_item(view, words)


def cancel_out(changes: Iterable[Change]) -> bool:
    """True if successive changes cancel out: every text that was added was removed again, and vice versa."""
    balance: dict[tuple[object, ...], int] = {}
    for change in changes:
        for block in change.blocks:
            if block.op == "moved":
                return False
            removed = (block.before, block.links_before, block.label_before or block.label, -1)
            added = (block.after, block.links_after, block.label, 1)
            for text, links, label, weight in (removed, added):
                if text is not None:
                    key = (label, comparable(text), links)
                    balance[key] = balance.get(key, 0) + weight
    return not any(balance.values())


# Changes


def _changed_item(view: ChangeView, words: Words) -> MailItem:
    record = view.event.change
    change = view.change
    what = one_line(_gist(view)[words.language]) if record else ""
    is_law = change is not None and change.law is not None
    facts = [
        what,
        *([one_line(clause[words.language]) for clause in clauses_by_chapter(change)] if is_law and change else []),
        *_date_lines(change, what, words),
        *_parts_followed(view, words),
        *_register_lines(view, words),
        _when_changed(view, words),
    ]
    if change is None:
        facts.append(words.say("no_difference"))
    material = [block for block in change.blocks if block.material] if change else []
    shown = material or (list(change.blocks) if change else [])
    held_back = [block for block in change.blocks if not block.material] if change and material else []
    entries, left_out = _entries(shown, words, is_law=is_law)
    kept = weightiest(entries, MOST_ENTRIES)
    return MailItem(
        verdict="changed" if record is None or record.material else "held_back",
        watch=view.watch,
        what=what,
        brief=one_line(counted_sections(change)[words.language]) if is_law and change else "",
        facts=tuple(filter(None, facts)),
        entries=kept,
        unshown=left_out + count_changes(entries) - count_changes(kept),
        held_back=_held_back_note(held_back, words),
        links=tuple(_links(view, words)),
        notes=tuple(_notes(view, words)),
        revision=_revision(view),
        compared=_compared(view, view),
    )


def _entries(blocks: Sequence[BlockChange], words: Words, *, is_law: bool) -> tuple[list[Entry], int]:
    """Return the entries of block changes in the order of the page, and how many block changes are in none of them.

    What the sentence names has the first ranks. Of very many block changes, those that it names and the first ones have
    entries.
    """
    named = [] if is_law else named_in_words(blocks)
    ranks = {id(blocks[number]): rank for rank, number in enumerate(named)}
    read = [blocks[number] for number in sorted({*named, *range(min(len(blocks), MOST_READ))})]
    entries = [
        replace(entry(place, words), rank=min(ranks.get(id(block), len(ranks)) for block in place))
        for place in places(read)
    ]
    return entries, len(blocks) - len(read)


def weightiest(entries: Sequence[Entry], most: int) -> tuple[Entry, ...]:
    """Return at most so many entries, those of the lowest ranks, in the order of the page."""
    by_rank = sorted(range(len(entries)), key=lambda number: entries[number].rank)
    return tuple(entries[number] for number in sorted(by_rank[: max(0, most)]))


def count_changes(entries: Iterable[Entry]) -> int:
    """Return how many block changes the entries hold."""
    return sum(entry.changes for entry in entries)


def _gist(view: ChangeView) -> dict[Language, str]:
    """Return the change in one sentence: as stored, or summarised anew from the parts that the subscriber follows."""
    if view.left_out and view.change is not None:
        return summarise(view.change)
    return view.event.change.summary if view.event.change else nothing_differs()


def _parts_followed(view: ChangeView, words: Words) -> Iterator[str]:
    """Yield a line on the parts of the page that the subscriber follows, and on what is therefore left out."""
    only = view.subscription.only if view.subscription else ()
    if only:
        key = "only_lost" if view.lost else "only_rest" if view.left_out else "only"
        yield words.say(key, only=words.join(only), n=view.left_out)


def _register_lines(view: ChangeView, words: Words) -> Iterator[str]:
    """Yield the amendment register's entry on the change, where the register was asked and answered."""
    facts = view.event.facts.get("register")
    if isinstance(facts, dict):
        yield f"{one_line(register_sentence(RegisterFinding.from_facts(facts))[words.language])}."


def _in_force_item(views: Sequence[ChangeView], words: Words) -> MailItem:
    """Return the item on what takes effect on one day, without a change of the page on that day."""
    last = views[-1]
    parts = [EntryIntoForce.from_facts(view.event.facts) for view in views]
    shown = with_new_numbers_once(parts)
    what = one_line(in_force_sentence(parts)[words.language])
    is_late = came_late(last)
    return MailItem(
        verdict="in_force_since" if is_late else "in_force",
        watch=last.watch,
        what=what,
        facts=(
            words.say("in_force_since" if is_late else "in_force", day=parts[0].day, what=what),
            words.say("in_force_known", revision=f"{last.watch.key}#{last.event.facts['revision']}"),
        ),
        entries=tuple(entry([as_change(part)], words) for part in shown[:MOST_ENTRIES]),
        unshown=len(shown[MOST_ENTRIES:]),
        links=tuple(dict.fromkeys(link for view in views for link in _links(view, words))),
        notes=tuple(_notes(last, words)),
        revision=_revision(last),
    )


def _reverted_item(views: Sequence[ChangeView], words: Words) -> MailItem:
    timezone = views[0].watch.cadence.timezone
    steps = [
        words.say(
            "step",
            when=words.moment(view.event.at, timezone),
            what=one_line(view.event.change.summary[words.language]) if view.event.change else "",
        )
        for view in views
    ]
    last = views[-1]
    gist = words.say("returned", n=len(views))
    return MailItem(
        verdict="returned",
        watch=last.watch,
        what=gist.rstrip(":"),
        facts=(gist, *steps),
        links=tuple(_links(last, words)),
        notes=tuple(_notes(last, words)),
        revision=_revision(last),
        compared=_compared(views[0], last),
    )


def _date_lines(change: Change | None, what: str, words: Words) -> Iterator[str]:
    """Yield a line on the stated dates that the page shows, unless the gist names them.

    Dates in metadata are left out: they change by themselves.
    """
    if change is None:
        return
    before, after = (_visible_date(date) for date in (change.updated_before, change.updated_after))
    stated = after or before
    if stated is None:
        return
    label = one_line(stated.label).strip(" :") or words.say("updated")
    key = "dates_same"
    if before is None or after is None:
        key = "dates_gone" if after is None else "dates_new"
    elif before.date != after.date:
        if before.date in what and after.date in what:
            return
        key = "dates"
    yield words.say(key, label=label, before=before.date if before else "", after=after.date if after else "")


def _visible_date(date: StatedDate | None) -> StatedDate | None:
    return date if date and date.is_visible else None


def _when_changed(view: ChangeView, words: Words) -> str:
    """Return between which two checks the change happened.

    After a gap, that is only when it was detected, and since when the page was not seen.
    """
    record, timezone = view.event.change, view.watch.cadence.timezone
    since = view.event.facts.get("unseen_since")
    if record is None:
        return ""
    after = words.moment(record.detected_at, timezone)
    if isinstance(since, str):
        unseen = words.say("unseen", since=words.moment(datetime.fromisoformat(since), timezone))
        return f"{words.say('detected', after=after)} {unseen}"
    before = words.moment(record.seen_before, timezone)
    if after.split(" ", 1)[0] == before.split(" ", 1)[0]:
        after = words.clock(record.detected_at, timezone)
    return words.say("between", before=before, after=after)


def _held_back_note(blocks: Sequence[BlockChange], words: Words) -> str:
    if not blocks:
        return ""
    return words.say("also", n=len(blocks), what=words.join(words.rule(block.rule) for block in blocks))


# Events without a change


def _item_without_change(view: ChangeView, words: Words) -> MailItem:
    facts, timezone = view.event.facts, view.watch.cadence.timezone
    since = facts.get("since")
    since_moment = words.moment(datetime.fromisoformat(since), timezone) if isinstance(since, str) else ""
    what = ""
    match view.event.kind:
        case EventKind.BLIND:
            lines = [words.say("blind", since=since_moment, reason=_reason(facts, words)), words.say("blind_after")]
            what = words.day(words.local_day(datetime.fromisoformat(str(since)), timezone))
        case EventKind.SEEN_AGAIN:
            same = "immaterial" if facts.get("changed") else "same"
            again = words.say("seen_again", since=since_moment) if since_moment else words.say("seen_again_never")
            lines = [again, words.say(same)]
            what = words.say(f"subject.{same}")
        case EventKind.FLAPPING:
            what = _stored_summary(facts, words)
            lines = [
                words.say("flapping", since=since_moment),
                words.say("flapping_what", what=what),
                words.say("flapping_after"),
            ]
        case EventKind.MOVED:
            lines = [words.say("moved", to=one_line(str(facts.get("to", "")))), words.say("moved_after")]
        case EventKind.WITHDRAWN:
            lines = [words.say("withdrawn", status=facts.get("status", "")), words.say("withdrawn_after")]
        case EventKind.CHANGED | EventKind.IN_FORCE as kind:
            raise ValueError(f"{kind}: the items of such events are made elsewhere")
        case _ as unknown:
            assert_never(unknown)
    return MailItem(
        verdict=view.event.kind.value,
        watch=view.watch,
        what=what,
        facts=tuple(lines),
        links=tuple(_links(view, words)),
        notes=(_not_sender(view.watch, words),),
    )


def _stored_summary(facts: dict[str, object], words: Words) -> str:
    summary = facts.get("summary")
    return one_line(str(summary.get(words.language, ""))) if isinstance(summary, dict) else ""


def _reason(facts: dict[str, object], words: Words) -> str:
    given = facts.get("facts")
    known = given if isinstance(given, dict) else {}
    return one_line(reason_sentence(Reason(str(facts.get("code", "not-seen")), known), words.language))


# Links and notes


def _links(view: ChangeView, words: Words) -> Iterator[tuple[str, str]]:
    watch = view.watch
    if watch.sfs is None:
        if urlsplit(watch.url).scheme in ("http", "https"):
            yield words.say("today"), watch.url
        return
    yield words.say("law_today"), law_page(watch.name, watch.sfs)
    yield words.say("law_register"), f"https://rkrattsbaser.gov.se/sfsr?bet={quote(watch.sfs, safe=':')}"
    for number in _acts(view):
        year, _, serial = number.partition(":")
        if year.isdecimal() and int(year) >= AUTHENTIC_SINCE:
            yield words.say("act", number=number), f"https://svenskforfattningssamling.se/doc/{year}{serial}.html"


def _acts(view: ChangeView) -> list[str]:
    """Return the numbers of the acts that the texts name as the cause, each once."""
    if view.event.kind is EventKind.IN_FORCE:
        found = [amended_by(EntryIntoForce.from_facts(view.event.facts).after or "")]
    else:
        found = [event.act for event in section_events(view.change.blocks)] if view.change else []
    return list(dict.fromkeys(act.number for act in found if act))


def _notes(view: ChangeView, words: Words) -> Iterator[str]:
    if view.watch.sfs is not None:
        yield words.say("law_note")
    if view.after is not None:
        yield words.say("receipt", number=view.after.number, sha256=view.after.sha256)
        yield words.say("verify", revision=_revision(view))
    yield _not_sender(view.watch, words)


def _not_sender(watch: Watch, words: Words) -> str:
    host = "riksdagen.se" if watch.sfs else urlsplit(watch.url).hostname or watch.url
    return words.say("not_sender", host=host)


def _revision(view: ChangeView) -> str:
    return f"{view.watch.key}#{view.after.number}" if view.after else view.watch.key


def _compared(first: ChangeView, last: ChangeView) -> tuple[int, int] | None:
    return (first.before.number, last.after.number) if first.before and last.after else None
