"""The items of a mail: each event as facts in the subscriber's language, which the templates only lay out.

Text and HTML are rendered from the same items, so that neither says more than the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from monitor.core.law.amendments import RegisterFinding
from monitor.core.law.days import EntryIntoForce, with_new_numbers_once
from monitor.core.model import BlockChange, Change, EventKind, Language, StatedDate, Watch
from monitor.ports.values import ChangeView
from monitor.wording.absences import absence, absence_of_documents, absence_over, moment_of
from monitor.wording.catalogue import Words
from monitor.wording.entries import Entry, entry, places
from monitor.wording.events import flapping_details, flapping_summary
from monitor.wording.excerpts import one_line
from monitor.wording.law_in_force import as_change, in_force_sentence, repeal_sentence
from monitor.wording.law_register import register_sentence
from monitor.wording.law_summary import clauses_by_chapter, counted_sections
from monitor.wording.places import named_in_words
from monitor.wording.summary import nothing_differs, summarise
from notifiers.in_force import came_late, group_by_day
from notifiers.links import Links

ItemVerdict = Literal[
    "changed",
    "held_back",
    "returned",
    "in_force",
    "in_force_since",
    "repealed",
    "repealed_since",
    "blind",
    "seen_again",
    "blind_document",
    "blind_documents",
    "seen_again_document",
    "seen_again_documents",
    "moved",
    "withdrawn",
    "flapping",
]
MOST_ENTRIES = 200
"""Entries that a mail item holds at most; `MailItem.unshown` counts the rest."""
MOST_READ = 2_000
"""Block changes of which entries are made; of more, nobody would see them."""


@dataclass(frozen=True, slots=True)
class MailItem:
    """One event. `what` is the gist for a subject line, `brief` a shorter one; `facts` are shown at the top.

    `verdict` is a key of the words: of `verdict.…` for the item's heading, and of `subject.…`. It is not the verdict of
    the glossary, but says what kind of event the item tells of. `unshown` counts the block changes beyond `entries`,
    whose number is limited. `button` is the label and the address of the page that shows it all, `links` are others.
    """

    verdict: ItemVerdict
    watch: Watch
    what: str
    facts: tuple[str, ...]
    button: tuple[str, str]
    links: tuple[tuple[str, str], ...] = ()
    entries: tuple[Entry, ...] = ()
    unshown: int = 0
    brief: str = ""
    held_back: str = ""
    net: MailItem | None = None
    """Of the last of several changes of one page: the item on what they amount to."""

    @property
    def has_marks(self) -> bool:
        """True if an entry marks what was added or removed inside a text."""
        spans = (span for entry in self.entries for line in entry.lines if not line.label for span in line.pieces)
        return any(span.op != "kept" for span in spans)


def mail_items(views: Sequence[ChangeView], links: Links, words: Words) -> list[MailItem]:
    """Return the items of one or more events, with the watches in the order of their first event."""
    by_watch: dict[str, list[ChangeView]] = {}
    for view in views:
        by_watch.setdefault(view.watch.key, []).append(view)
    return [item for group in by_watch.values() for item in _of_one_watch(group, links, words)]


def _of_one_watch(views: Sequence[ChangeView], links: Links, words: Words) -> Iterator[MailItem]:
    """Yield the items of one watch. What was missing and is back, or has changed since, is one story with that."""
    for group in group_by_day(views):
        yield _in_force_item(group, links, words)
    absent: list[ChangeView] = []
    net = next((view.net for view in views if view.net is not None), None)
    is_reverted = net is not None and net.change is not None and not net.change.blocks
    since = _flaps_since(views)
    if is_reverted and net is not None and since is None:  # that it goes back and forth says it all
        yield _reverted_item(net, links, words)
    yield from _of_documents(views, links, words)
    for view in (view for view in views if not view.event.is_about_document):
        match view.event.kind:
            case EventKind.IN_FORCE:
                pass
            case EventKind.CHANGED:
                before = _absences(absent, words) if "unseen_since" in view.event.facts else []
                if not is_reverted and (since is None or view.event.at < since):
                    yield _changed_item(view, links, words, before)
                absent = [] if before else absent
            case EventKind.FLAPPING:
                yield _flapping_item(view, links, words)
            case _:
                absent.append(view)
    if absent:
        yield _absence_item(absent, links, words)


def _flaps_since(views: Sequence[ChangeView]) -> datetime | None:
    """Return since when a page has gone back and forth, if one of these events says so."""
    for view in views:
        since = view.event.facts.get("since")
        if view.event.kind is EventKind.FLAPPING and isinstance(since, str):
            return datetime.fromisoformat(since)
    return None


# Changes


def _changed_item(view: ChangeView, links: Links, words: Words, before: Sequence[str] = ()) -> MailItem:
    """Return the item on a change, or on the net effect of several. `before`: how the page was missing before it."""
    record, change = view.event.change, view.change
    what = one_line(_gist(view)[words.language]) if record else ""
    is_law = change is not None and change.law is not None
    facts = [
        what[:1].upper() + what[1:],
        *([one_line(clause[words.language]) for clause in clauses_by_chapter(change)] if is_law and change else []),
        *_date_lines(change, what, words),
        *_parts_followed(view, words),
        *_register_lines(view, words),
        *before,
        _when_changed(view, words),
    ]
    if change is None:
        facts.append(words.say("no_difference"))
    material = [block for block in change.blocks if block.material] if change else []
    shown = material or (list(change.blocks) if change else [])
    held_back = [block for block in change.blocks if not block.material] if change and material else []
    entries, left_out = _entries(shown, words, is_law=is_law)
    kept = weightiest(entries, MOST_ENTRIES)
    is_material = bool(material) if view.steps else record is None or record.material
    return MailItem(
        verdict="changed" if is_material else "held_back",
        watch=view.watch,
        what=what,
        brief=one_line(counted_sections(change)[words.language]) if is_law and change else "",
        facts=tuple(filter(None, facts)),
        button=links.whole_change(view, words),
        links=(*links.law_to_come(view, words), *links.of_page(view, words), *links.of_copies(view, words)),
        entries=kept,
        unshown=left_out + count_changes(entries) - count_changes(kept),
        held_back=_held_back_note(held_back, words),
        net=_changed_item(view.net, links, words) if view.net else None,
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
    """Return the change in one sentence: as stored, or summarised anew: the net effect, the parts that are followed."""
    if (view.left_out or view.steps) and view.change is not None:
        return summarise(view.change)
    return view.event.change.summary if view.event.change else nothing_differs()


def _parts_followed(view: ChangeView, words: Words) -> Iterator[str]:
    """Yield a line on the parts of the page that the subscriber follows, and on what is therefore left out."""
    only = view.subscription.only if view.subscription else ()
    if only:
        rest = "only_rest_of_law" if view.watch.sfs else "only_rest"
        named = words.join(view.lost or only)
        if view.left_out and not view.lost:
            yield words.count(rest, view.left_out, only=named)
        else:
            yield words.say("only_lost" if view.lost else "only", only=named)


def _register_lines(view: ChangeView, words: Words) -> Iterator[str]:
    """Yield the amendment register's entry on the change, where the register was asked and answered."""
    facts = view.event.facts.get("register")
    if isinstance(facts, dict):
        yield f"{one_line(register_sentence(RegisterFinding.from_facts(facts))[words.language])}."


def _in_force_item(views: Sequence[ChangeView], links: Links, words: Words) -> MailItem:
    """Return the item on what takes effect on one day, without a change of the page on that day."""
    last = views[-1]
    parts = [EntryIntoForce.from_facts(view.event.facts) for view in views]
    shown = with_new_numbers_once(parts)
    repeal = next((part for part in parts if part.is_repeal_of_law), None)
    if repeal is not None:
        return _repeal_item(views, repeal, links, words)
    what = one_line(in_force_sentence(parts)[words.language])
    is_late = came_late(last)
    return MailItem(
        verdict="in_force_since" if is_late else "in_force",
        watch=last.watch,
        what=what,
        facts=(
            words.say("in_force_since" if is_late else "in_force", day=parts[0].day, what=what),
            words.say("in_force_known"),
        ),
        button=links.law_on(last, parts[0].day, words),
        links=tuple(dict.fromkeys(link for view in views for link in links.of_page(view, words))),
        entries=tuple(entry([as_change(part)], words) for part in shown[:MOST_ENTRIES]),
        unshown=len(shown[MOST_ENTRIES:]),
    )


def _repeal_item(views: Sequence[ChangeView], repeal: EntryIntoForce, links: Links, words: Words) -> MailItem:
    """Return the item on a law that ends as a whole on a day."""
    last = views[-1]
    is_late = came_late(last)
    return MailItem(
        verdict="repealed_since" if is_late else "repealed",
        watch=last.watch,
        what="",
        facts=(repeal_sentence(repeal, "since" if is_late else "today", words),),
        button=links.text_of(last, int(str(last.event.facts["revision"])), words.say("links.last_wording"), words),
        links=tuple(dict.fromkeys(link for view in views for link in links.of_page(view, words))),
    )


def _reverted_item(view: ChangeView, links: Links, words: Words) -> MailItem:
    gist, timezone = words.say("returned", n=len(view.steps)), view.watch.cadence.timezone
    steps = [
        words.say(
            "step", when=words.moment(step.detected_at, timezone), what=one_line(step.summary.get(words.language, ""))
        )
        for step in view.steps
    ]
    return MailItem(
        verdict="returned",
        watch=view.watch,
        what=gist.rstrip(":"),
        facts=(gist, *steps),
        button=links.history(view, words),
        links=tuple(links.of_page(view, words)),
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
    if (before is None or after is None) and _is_edited(stated, change):
        return  # there is a date in its place that is not taken for the page's own, such as one in the future
    label = one_line(stated.label).strip(" :") or words.say("updated")
    key = "dates_same"
    if before is None or after is None:
        key = "dates_gone" if after is None else "dates_new"
    elif before.date != after.date:
        if before.date in what and after.date in what:
            return
        key = "dates"
    yield words.say(key, label=label, before=before.date if before else "", after=after.date if after else "")


def _is_edited(stated: StatedDate, change: Change) -> bool:
    """True if the text with a stated date is there before and after, and another text on one side."""
    edited = [f"{block.before}\n{block.after}" for block in change.blocks if block.op == "edited"]
    return bool(stated.text) and any(stated.text in sides for sides in edited)


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
        lost_as = view.event.facts.get("lost_as")
        key = f"unseen_{lost_as}" if lost_as in {"moved", "withdrawn"} else "unseen"
        unseen = words.say(key, since=words.moment(datetime.fromisoformat(since), timezone))
        return f"{words.say('detected', after=after)} {unseen}"
    before = words.moment((view.steps[0] if view.steps else record).seen_before, timezone)
    if after.split(" ", 1)[0] == before.split(" ", 1)[0]:
        after = words.clock(record.detected_at, timezone)
    return words.say("published_between" if view.watch.sfs else "between", before=before, after=after)


def _held_back_note(blocks: Sequence[BlockChange], words: Words) -> str:
    if not blocks:
        return ""
    return words.say("also", n=len(blocks), what=words.join(words.rule(block.rule) for block in blocks))


# Events without a change


def _flapping_item(view: ChangeView, links: Links, words: Words) -> MailItem:
    """Return the item on a page that goes back and forth; what it says now is shown against the text before."""
    timezone, change = view.watch.cadence.timezone, view.change
    at, what = view.event.at, flapping_summary(view.event, words)
    shown: list[BlockChange] = []
    if change is not None and view.after is not None:
        at, what = view.after.taken_at, one_line(summarise(change)[words.language])
        shown = [block for block in change.blocks if block.material] or list(change.blocks)
    entries, left_out = _entries(shown, words, is_law=change is not None and change.law is not None)
    kept = weightiest(entries, MOST_ENTRIES)
    return MailItem(
        verdict="flapping",
        watch=view.watch,
        what=what,
        facts=(
            words.say("flapping", since=moment_of(view.event, "since", timezone, words)),
            *flapping_details(at, what, timezone, words),
        ),
        button=links.history(view, words),
        links=(*links.of_now(view, words), *links.of_page(view, words)),
        entries=kept,
        unshown=left_out + count_changes(entries) - count_changes(kept),
    )


def _absence_item(views: Sequence[ChangeView], links: Links, words: Words) -> MailItem:
    """Return the item on a page that could not be seen, has moved, was withdrawn or is back: one story, in order."""
    last = views[-1]
    earlier = _absences(views[:-1], words)
    what, lines = absence(last.event, last.watch.cadence.timezone, words, told_before=bool(earlier))
    return MailItem(
        verdict=last.event.kind.value,
        watch=last.watch,
        what=what,
        facts=(*earlier, *lines),
        button=links.known_text(last, words),
        links=tuple(links.of_page(last, words)),
    )


def _of_documents(views: Sequence[ChangeView], links: Links, words: Words) -> Iterator[MailItem]:
    """Yield the item on the documents that could not be read, and on those that can be again, by what came last."""
    latest = {view.event.facts["document"]: view for view in views if view.event.is_about_document}
    for kind in (EventKind.BLIND, EventKind.SEEN_AGAIN):
        alike = [view for view in latest.values() if view.event.kind is kind]
        if alike:
            yield _documents_item(alike, links, words)


def _documents_item(views: Sequence[ChangeView], links: Links, words: Words) -> MailItem:
    """Return the item on documents of a page of which none could be read, or all can be again."""
    last = views[-1]
    what, lines = absence_of_documents([view.event for view in views], last.watch.cadence.timezone, words)
    verdicts: tuple[ItemVerdict, ItemVerdict] = ("seen_again_document", "seen_again_documents")
    if last.event.kind is EventKind.BLIND:
        verdicts = ("blind_document", "blind_documents")
    return MailItem(
        verdict=verdicts[len(views) > 1],
        watch=last.watch,
        what=what,
        facts=tuple(lines),
        button=links.known_text(last, words),
        links=(*links.of_page(last, words), *links.of_documents(views, words)),
    )


def _absences(views: Sequence[ChangeView], words: Words) -> list[str]:
    return [absence_over(view.event, view.watch.cadence.timezone, words) for view in views]
