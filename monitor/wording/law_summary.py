"""Summary of a law's change in one sentence, Swedish and English, in the words of amending acts.

    3 § ändrad genom förordning (2024:123); nya 7 a och 7 b §§; rubriken närmast före 4 § ändrad

Each clause is built by rule from block changes and states nothing that they do not contain. Changes that are held back
are mentioned only where nothing else differs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from monitor.core.law.chapters import ChapterEvent, law_events
from monitor.core.law.events import SectionEvent
from monitor.core.law.marks import SFS_NUMBER, Act, TimeMark, mark_of_line
from monitor.core.model import BlockChange, Change
from monitor.wording.law_chapters import chapter_clauses
from monitor.wording.law_headings import count_parts, part_clauses
from monitor.wording.law_phrases import (
    ALL,
    ENGLISH_DONE,
    LABELS_SAID,
    SWEDISH_DONE,
    Clause,
    are_only_counted,
    counted,
    english_act,
    english_day,
    english_labels,
    fits,
    joined_clauses,
    listed,
    span_count,
    swedish_labels,
)

MOST_READ = 5_000
"""Block changes that a sentence is made of; more are counted. The longest Swedish law has half as many sections."""


def summarise_law(change: Change) -> Clause:
    """Return the summary of a law's change, in both languages, of LONGEST_SENTENCE characters at most. Never empty."""
    material = [block for block in change.blocks if block.material]
    if len(material) > MOST_READ:
        return _counted_changes(material)
    clauses = list(_clauses(material)) if material else _immaterial_clauses(change.blocks)
    if not clauses:
        clauses = [_counted_changes(material)]
    sentence = joined_clauses(clauses)
    return sentence if fits(sentence) else _condensed(material or change.blocks)


def every_clause(change: Change) -> list[Clause]:
    """Return all that the summary of a law's change would say if it had no limit: a clause each."""
    material = [block for block in change.blocks if block.material]
    return list(_clauses(material)) if material else _immaterial_clauses(change.blocks)


def clauses_by_chapter(change: Change) -> list[Clause]:
    """Return all that happened where the summary only counts it: a line for each chapter, then what is outside them.

    Empty where the summary says everything, and where it could only be counted.
    """
    if sum(block.material for block in change.blocks) > MOST_READ:
        return []
    whole = every_clause(change)
    if fits(joined_clauses(whole)):
        return []
    material = [block for block in change.blocks if block.material] or change.blocks
    chapters, sections = law_events(material)
    by_chapter: dict[str, list[SectionEvent]] = {}
    for event in sections:
        by_chapter.setdefault(event.label.rpartition(" kap. ")[0], []).append(event)
    if set(by_chapter) == {""}:
        return whole
    lines = [*_law_clauses(material), *chapter_clauses(chapters)]
    for chapter, events in by_chapter.items():
        said = joined_clauses(section_clauses([_without_chapter(event, chapter) for event in events]))
        head = {"sv": f"{chapter} kap.: " if chapter else "", "en": f"Chapter {chapter}: " if chapter else ""}
        lines.append({"sv": f"{head['sv']}{said['sv']}", "en": f"{head['en']}{said['en']}"})
    return [*lines, *_part_clauses(material, chapters)]


def _without_chapter(event: SectionEvent, chapter: str) -> SectionEvent:
    """Return an event with the labels of its own chapter without its number."""
    prefix = f"{chapter} kap. " if chapter else ""
    old = event.old if event.kind == "postponed" else event.old and event.old.removeprefix(prefix)
    return replace(event, label=event.label.removeprefix(prefix), old=old)


def counted_sections(change: Change) -> Clause:
    """Return how many sections changed and by which act, for where there is hardly any room; "" where none did."""
    chapters, sections = law_events([block for block in change.blocks if block.material])
    labels = {event.label for event in sections} | {label for event in chapters for label in event.labels}
    acts = {act for act in [*(event.act for event in chapters), *(event.act for event in sections)] if act}
    if not labels:
        return {"sv": "", "en": ""}
    said = counted(len(labels), ("paragraf ändrad", "paragrafer ändrade"), ("section changed", "sections changed"))
    if not acts:
        return said
    by = counted(len(acts), ("författning", "författningar"), ("act", "acts"))
    act = next(iter(acts))
    return {
        "sv": f"{said['sv']} genom {act if len(acts) == 1 else by['sv']}",
        "en": f"{said['en']} by {english_act(act) if len(acts) == 1 else by['en']}",
    }


def _clauses(blocks: Sequence[BlockChange]) -> Iterator[Clause]:
    yield from _law_clauses(blocks)
    chapters, sections = law_events(blocks)
    yield from chapter_clauses(chapters)
    yield from section_clauses(sections)
    yield from _part_clauses(blocks, chapters)
    acts = {act.number for act in [*(event.act for event in chapters), *(event.act for event in sections)] if act}
    yield from _register_clauses(blocks, acts)


def _part_clauses(blocks: Sequence[BlockChange], chapters: Sequence[ChapterEvent]) -> Iterator[Clause]:
    """Yield the clauses on what is outside the sections but for the headings in chapters that are told as a whole."""
    return part_clauses(_outside(blocks, chapters))


def _outside(blocks: Sequence[BlockChange], chapters: Sequence[ChapterEvent]) -> list[BlockChange]:
    """Return what changed outside the sections and is in no chapter that is told as a whole."""
    told = {label for event in chapters for label in event.labels}
    return [block for block in blocks if _is_outside_sections(block) and block.opens not in told]


def _is_outside_sections(block: BlockChange) -> bool:
    """True if the block is a heading, or text that belongs neither to a section nor to the register."""
    return block.label is None and block.kind != "h1" and not _register_label(block) and not _mark_of_law(block)


# Where there is no room for everything: acts and days first, then the sections, then what is left, counted


def _counted_changes(blocks: Sequence[BlockChange]) -> Clause:
    swedish, english = ("ändring i texten", "ändringar i texten"), ("change in the text", "changes in the text")
    return counted(len(blocks), swedish, english)


def _condensed(blocks: Sequence[BlockChange]) -> Clause:
    first = list(_law_clauses(blocks))
    chapters, sections = law_events(blocks)
    headings = [event for event in chapters if event.kind == "heading"]
    groups = _by_cause([event for event in chapters if event.kind != "heading"], sections)
    others = [*chapter_clauses(headings), *_part_clauses(blocks, chapters)]
    counted_others = _counted_others(len(headings) + count_parts(_outside(blocks, chapters)))
    sentences = filter(fits, _shorter_and_shorter(first, groups, others, counted_others))
    return next((sentence for sentence in sentences if sentence["sv"]), _counted_changes(blocks))


def _shorter_and_shorter(
    first: Sequence[Clause], groups: Sequence[Group], others: Sequence[Clause], counted_others: Sequence[Clause]
) -> Iterator[Clause]:
    """Yield sentences that leave out more and more: labels first, then what is outside the sections, then acts."""
    for most in LABELS_SAID:
        clauses = list(_group_clauses(groups, most))
        yield joined_clauses([*first, *clauses, *others])
        yield joined_clauses([*first, *clauses, *counted_others])
    for most in LABELS_SAID[-3:]:
        for shown in range(len(groups) - 1, 0, -1):
            yield _with_rest(first, groups, shown, most, counted_others)
    if groups:
        yield _with_rest(first, groups, 0, 0, counted_others)


def _by_cause(chapters: Sequence[ChapterEvent], sections: Sequence[SectionEvent]) -> list[Group]:
    """Return what happened by act and day: what has a cause first, the largest first."""
    groups: dict[Cause, tuple[list[ChapterEvent], list[SectionEvent]]] = {}
    for chapter in chapters:
        groups.setdefault((chapter.act, chapter.day), ([], []))[0].append(chapter)
    causes = {(event.act, event.day) for event in sections if event.kind not in _OF_ANOTHER_DAY} | groups.keys()
    for section in sections:
        cause = section.act, section.day
        if section.kind in _OF_ANOTHER_DAY and cause not in causes:
            cause = section.act, None
        groups.setdefault(cause, ([], []))[1].append(section)
    return sorted(groups.items(), key=_rank)


def _rank(group: Group) -> tuple[bool, int]:
    """Return what groups are sorted by: those with a cause first, the largest first."""
    cause, (chapters, sections) = group
    return cause == _NO_ACT, -(len(sections) + _WEIGHT_OF_CHAPTER * len(chapters))


_WEIGHT_OF_CHAPTER = 10
_NO_ACT = (None, None)
_OF_ANOTHER_DAY = ("effective", "postponed", "withdrawn", "end-withdrawn", "ends")
"""Kinds of events whose day is part of what is said of them."""
Cause = tuple[Act | None, str | None]
Group = tuple[Cause, tuple[list[ChapterEvent], list[SectionEvent]]]


def _group_clauses(groups: Sequence[Group], most: int) -> Iterator[Clause]:
    """Yield a clause for all that one act does on one day: "genom lag (2025:1), i kraft 2026-01-01: 2–5 §§ ändrade"."""
    for (act, day), (chapters, sections) in groups:
        clauses = chapter_clauses(chapters, with_cause=False)
        clauses += section_clauses(sections, most=most, with_cause=False, joins_renumbered=True)
        done = joined_clauses(clauses)
        swedish = [f"genom {act}" if act else "", f"i kraft {day}" if day else ""]
        english = [f"by {english_act(act)}" if act else "", f"in force from {english_day(day)}" if day else ""]
        if (act, day) == _NO_ACT and len(groups) > 1:
            swedish, english = ["utan angiven författning"], ["without a named act"]
        swedish_cause, english_cause = (", ".join(filter(None, parts)) for parts in (swedish, english))
        yield {
            "sv": f"{swedish_cause}{swedish_cause and ': '}{done['sv']}",
            "en": f"{english_cause}{english_cause and ': '}{done['en']}",
        }


def _counted_others(number: int) -> list[Clause]:
    """Return the clause that counts what changed outside the sections; none where nothing did."""
    swedish = ("ändring utanför paragraferna", "ändringar utanför paragraferna")
    english = ("change outside the sections", "changes outside the sections")
    return [counted(number, swedish, english)] if number else []


def _with_rest(
    first: Sequence[Clause], groups: Sequence[Group], shown: int, most: int, others: Sequence[Clause]
) -> Clause:
    """Return the sentence with the first `shown` groups, and a count of the acts and sections in the others."""
    rest = groups[shown:]
    said = [*first, *_group_clauses(groups[:shown], most)]
    return joined_clauses([*said, _counted_groups(groups[:shown], rest), *others])


def _counted_groups(shown: Sequence[Group], rest: Sequence[Group]) -> Clause:
    """Return the clause that counts the sections of groups that are not said, and their acts but those said before."""
    labels = {event.label for _, (_, events) in rest for event in events}
    chapters = sum(len(events) for _, (events, _) in rest)
    known = {act for (act, _), _ in shown}
    acts = {act for (act, _), _ in rest if act} - known
    what = [counted(chapters, ("helt kapitel", "hela kapitel"), ("whole chapter", "whole chapters"))] * bool(chapters)
    what += [counted(len(labels), ("paragraf", "paragrafer"), ("section", "sections"))] * bool(labels)
    swedish = listed([clause["sv"] for clause in what], "och")
    english = listed([clause["en"] for clause in what], "and")
    if shown:
        swedish, english = f"dessutom {swedish}", f"besides, {english}"
        by = counted(len(acts), ("annan författning", "andra författningar"), ("other act", "other acts"))
    else:
        swedish, english = f"{swedish} ändrade", f"{english} changed"
        by = counted(len(acts), ("författning", "författningar"), ("act", "acts"))
    if acts and all(act for (act, _), _ in rest):
        swedish, english = f"{swedish} genom {by['sv']}", f"{english} by {by['en']}"
    return {"sv": swedish, "en": english}


# The law as a whole


def _law_clauses(blocks: Sequence[BlockChange]) -> Iterator[Clause]:
    if any(block.kind == "h1" for block in blocks):
        yield {"sv": "författningens rubrik ändrad", "en": "the title changed"}
    for block in blocks:
        if _register_label(block) == "Upphävd":
            yield _repeal_clause(block)
        elif (mark := _mark_of_law(block)) is not None and not _is_repeal_on(mark.day, blocks):
            yield _clause_of_mark(mark, block)


def _is_repeal_on(day: str, blocks: Sequence[BlockChange]) -> bool:
    return any(_register_label(block) == "Upphävd" and day in (block.after or "") for block in blocks)


def _mark_of_law(block: BlockChange) -> TimeMark | None:
    """Return the time mark of the whole law that a paragraph outside its parts consists of, None if it is none."""
    text = block.after or block.before or ""
    return mark_of_line(f"{text}:") if block.kind == "p" and not block.heading else None


def _clause_of_mark(mark: TimeMark, block: BlockChange) -> Clause:
    """Return the clause on a time mark of the whole law that came, went or changed."""
    phrase = f"{mark.phrase[0].lower()}{mark.phrase[1:]}"
    does = "enters into force on" if mark.kind == "begins" else "ceases to apply on"
    if block.op == "removed":
        return {
            "sv": f"uppgiften att författningen {phrase} borttagen",
            "en": f"the note that the law {does} {english_day(mark.day)} removed",
        }
    return {"sv": f"författningen {phrase}", "en": f"the law {does} {english_day(mark.day)}"}


def _repeal_clause(block: BlockChange) -> Clause:
    if block.after is None:
        return _register_entry_clause(block, "Upphävd")
    day, _, act = f" {block.after.removeprefix('Upphävd: ')}".partition(" genom ")
    since, cause = day.strip(), act and f" genom {act}"
    return {
        "sv": f"författningen upphävd{since and f' från {since}'}{cause}",
        "en": f"the law repealed{since and f' from {since}'}{cause.replace('genom', 'by')}",
    }


def _register_label(block: BlockChange) -> str | None:
    """Return the label of the register entry that a paragraph holds; None if it holds none."""
    if block.kind != "p" or block.heading:
        return None
    label, colon, _ = (block.after or block.before or "").partition(": ")
    return label if colon and label in _REGISTER else None


_REGISTER: dict[str, tuple[str, str]] = {
    "Upphävd": ("uppgiften om upphävande", "the entry on repeal"),
    "Ändrad": ("uppgiften om senaste ändring", "the entry on the latest amendment"),
    "Omtryck": ("uppgiften om omtryck", "the entry on reprinting"),
    "Övrig text": ("registrets upplysning", "the note of the register"),
    "Departement": ("uppgiften om departement", "the entry on the ministry"),
}


def _register_clauses(blocks: Sequence[BlockChange], named_acts: set[str]) -> Iterator[Clause]:
    """Yield the clauses on the register's entries.

    The entry on the latest amendment is left out where another clause has named its act.
    """
    for block in blocks:
        label = _register_label(block)
        if label in (None, "Upphävd"):
            continue
        if label == "Ändrad" and block.after is not None:
            value = block.after.removeprefix("Ändrad: ")
            if not named_acts & set(re.findall(SFS_NUMBER, value)):
                yield {"sv": f"ändringar införda {value}", "en": f"amendments included {_english_up_to(value)}"}
            continue
        yield _register_entry_clause(block, label or "")


def _register_entry_clause(block: BlockChange, label: str) -> Clause:
    swedish, english = _REGISTER[label]
    return {"sv": f"{swedish} {SWEDISH_DONE[block.op][0]}", "en": f"{english} {ENGLISH_DONE[block.op]}"}


def _english_up_to(value: str) -> str:
    return value.replace("t.o.m.", "up to and including")


def _immaterial_clauses(blocks: Sequence[BlockChange]) -> list[Clause]:
    """Return the clauses on what is held back: announced wordings that are now in force, else technical changes."""
    in_force = [block for block in blocks if block.rule == "in-force"]
    return list(_clauses(in_force)) or [_technical_clause(blocks)]


def _technical_clause(blocks: Sequence[BlockChange]) -> Clause:
    """Return the clause on technical changes alone, with the sections that they are in."""
    labels = [block.label for block in blocks if block.label is not None]
    entries = [label for block in blocks if (label := _register_label(block))]
    if len(entries) == len(blocks) == 1:
        swedish, english = _REGISTER[entries[0]]
        return {"sv": f"endast {swedish} ändrad", "en": f"only {english} changed"}
    if len(labels) == len(blocks):
        return {
            "sv": f"endast teknisk ändring av {swedish_labels(labels)}",
            "en": f"only a technical change of {english_labels(labels)}",
        }
    changes = counted(len(blocks), ("teknisk ändring", "tekniska ändringar"), ("technical change", "technical changes"))
    has_labels = bool(labels)
    return {
        "sv": f"endast {changes['sv']}{f', bland annat av {swedish_labels(labels)}' if has_labels else ''}",
        "en": f"only {changes['en']}{f', among them of {english_labels(labels)}' if has_labels else ''}",
    }


# Sections


_SWEDISH: dict[str, tuple[str, str]] = {
    "amended": ("{labels} ändrad{cause}", "{labels} ändrade{cause}"),
    "new": ("ny {labels}{cause}", "nya {labels}{cause}"),
    "repealed": ("{labels} upphävd{since}{by}", "{labels} upphävda{since}{by}"),
    "removed": ("{labels} borttagen ur texten", "{labels} borttagna ur texten"),
    "displaced": ("tidigare {labels} borttagen ur texten", "tidigare {labels} borttagna ur texten"),
    "renumbered": ("nuvarande {old} betecknas {labels}{since}{by}", "nuvarande {old} betecknas {labels}{since}{by}"),
    "renumbered-amended": (
        "nuvarande {old} betecknas {labels}{since} och ändras{by}",
        "nuvarande {old} betecknas {labels}{since} och ändras{by}",
    ),
    "counted-new": ("{labels}{cause}", "{labels}{cause}"),
    "counted-many-renumbered": ("{old} får nytt nummer{since}{by}", "{old} får nya nummer{since}{by}"),
    "counted-many-renumbered-amended": (
        "{old} får nytt nummer{since} och ändras{by}",
        "{old} får nya nummer{since} och ändras{by}",
    ),
    "many-renumbered": ("nuvarande {old} får nytt nummer{since}{by}", "nuvarande {old} får nya nummer{since}{by}"),
    "many-renumbered-amended": (
        "nuvarande {old} får nytt nummer{since} och ändras{by}",
        "nuvarande {old} får nya nummer{since} och ändras{by}",
    ),
    "ends": ("{labels} upphör att gälla {day}{by}", "{labels} upphör att gälla {day}{by}"),
    "effective": (
        "{labels} återges nu i den lydelse som gäller från {day}",
        "{labels} återges nu i den lydelse som gäller från {day}",
    ),
    "postponed": (
        "ikraftträdandet av den kommande lydelsen av {labels} ändrat från {old} till {day}",
        "ikraftträdandet av de kommande lydelserna av {labels} ändrat från {old} till {day}",
    ),
    "withdrawn": (
        "den kommande lydelsen av {labels} ({day}) borttagen",
        "de kommande lydelserna av {labels} ({day}) borttagna",
    ),
    "end-withdrawn": (
        "uppgiften att {labels} upphör att gälla {day} borttagen",
        "uppgiften att {labels} upphör att gälla {day} borttagen",
    ),
    "mark": ("endast ändringshänvisningen i {labels} ändrad", "endast ändringshänvisningarna i {labels} ändrade"),
}
_ENGLISH: dict[str, tuple[str, str]] = {
    "amended": ("{labels} amended{cause}", "{labels} amended{cause}"),
    "new": ("new {labels}{cause}", "new {labels}{cause}"),
    "repealed": ("{labels} repealed{since}{by}", "{labels} repealed{since}{by}"),
    "removed": ("{labels} removed from the text", "{labels} removed from the text"),
    "displaced": ("the earlier {labels} removed from the text", "the earlier {labels} removed from the text"),
    "renumbered": (
        "current {old} renumbered as {labels}{since}{by}",
        "current {old} renumbered as {labels}{since}{by}",
    ),
    "renumbered-amended": (
        "current {old} renumbered as {labels}{since} and amended{by}",
        "current {old} renumbered as {labels}{since} and amended{by}",
    ),
    "counted-new": ("{labels}{cause}", "{labels}{cause}"),
    "counted-many-renumbered": ("{old} renumbered{since}{by}", "{old} renumbered{since}{by}"),
    "counted-many-renumbered-amended": (
        "{old} renumbered{since} and amended{by}",
        "{old} renumbered{since} and amended{by}",
    ),
    "many-renumbered": ("current {old} renumbered{since}{by}", "current {old} renumbered{since}{by}"),
    "many-renumbered-amended": (
        "current {old} renumbered{since} and amended{by}",
        "current {old} renumbered{since} and amended{by}",
    ),
    "ends": ("{labels} ceases to apply on {day}{by}", "{labels} cease to apply on {day}{by}"),
    "effective": (
        "{labels} now given in the wording in force from {day}",
        "{labels} now given in the wording in force from {day}",
    ),
    "postponed": (
        "entry into force of the future wording of {labels} moved from {old} to {day}",
        "entry into force of the future wording of {labels} moved from {old} to {day}",
    ),
    "withdrawn": (
        "the future wording of {labels} ({day}) removed",
        "the future wording of {labels} ({day}) removed",
    ),
    "end-withdrawn": (
        "the note that {labels} ceases to apply on {day} removed",
        "the note that {labels} cease to apply on {day} removed",
    ),
    "mark": ("only the amendment note of {labels} changed", "only the amendment notes of {labels} changed"),
}
_RENUMBERED = ("renumbered", "renumbered-amended")
_MOST_NEW_NUMBERS = 3
"""Numbers and spans that one clause may say beside those that they replace."""


def section_clauses(
    events: Sequence[SectionEvent], *, most: int = ALL, with_cause: bool = True, joins_renumbered: bool = False
) -> Iterator[Clause]:
    """Yield one clause for all the sections with the same change by the same act on the same day.

    At most `most` labels of a clause are said, the others counted. `joins_renumbered`: one clause for all new numbers.
    """
    groups: dict[tuple[object, ...], list[SectionEvent]] = {}
    for event in events:
        is_apart = event.kind == "postponed" or (event.kind in _RENUMBERED and not joins_renumbered)
        groups.setdefault((event.kind, event.act, event.day, event.old if is_apart else None), []).append(event)
    for group in groups.values():
        yield _section_clause(group, most, with_cause=with_cause)


def _section_clause(group: Sequence[SectionEvent], most: int, *, with_cause: bool) -> Clause:
    first = group[0]
    labels = [event.label for event in group]
    old = [event.old or "" for event in group]
    many = int(len(set(labels)) > 1)
    is_renumbered = first.kind in _RENUMBERED
    kind: str = first.kind
    if is_renumbered and max(span_count(labels), span_count(old)) > min(most, _MOST_NEW_NUMBERS):
        kind = f"many-{kind}"
    if f"counted-{kind}" in _SWEDISH and are_only_counted(old if is_renumbered else labels, most):
        kind = f"counted-{kind}"
    swedish, english = (
        _cause(first, is_english=is_english) if with_cause else _NO_CAUSE for is_english in (False, True)
    )
    return {
        "sv": _SWEDISH[kind][many].format(
            labels=swedish_labels(labels, most, adjective="nya " if first.kind == "new" else ""),
            old=swedish_labels(old, most) if is_renumbered else old[0],
            day=first.day,
            **swedish,
        ),
        "en": _ENGLISH[kind][many].format(
            labels=english_labels(labels, most, adjective="new " if first.kind == "new" else ""),
            old=english_labels(old, most) if is_renumbered else english_day(old[0]),
            day=english_day(first.day or ""),
            **english,
        ),
    }


_NO_CAUSE = {"cause": "", "by": "", "since": ""}


def _cause(event: SectionEvent, *, is_english: bool) -> dict[str, str]:
    """Return what a clause says of the act and the day: the act alone, since when, and both as for a new wording."""
    if is_english:
        by = f" by {english_act(event.act)}" if event.act else ""
        day = english_day(event.day or "")
        return {
            "by": by,
            "since": f" from {day}" if day else "",
            "cause": f"{by}, in force from {day}" if day else by,
        }
    by = f" genom {event.act}" if event.act else ""
    return {
        "by": by,
        "since": f" från {event.day}" if event.day else "",
        "cause": f"{by}, träder i kraft {event.day}" if event.day else by,
    }
