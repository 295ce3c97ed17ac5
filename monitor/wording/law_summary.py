"""Summary of a law's change in one sentence, Swedish and English, in the words of amending acts.

    3 § ändrad genom förordning (2024:123); nya 7 a och 7 b §§; rubriken närmast före 4 § ändrad

Each clause is built by rule from block changes and states nothing that they do not contain. Changes that are held back
are mentioned only where nothing else differs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from monitor.core.law.events import SectionEvent, section_events
from monitor.core.law.marks import SFS_NUMBER
from monitor.core.model import BlockChange, Change
from monitor.wording.law_headings import part_clauses
from monitor.wording.law_phrases import (
    ENGLISH_DONE,
    SWEDISH_DONE,
    Clause,
    counted,
    english_act,
    english_day,
    english_labels,
    swedish_labels,
)


def summarise_law(change: Change) -> Clause:
    """Return the summary of a law's change, in both languages. Never empty."""
    material = [block for block in change.blocks if block.material]
    clauses = list(_clauses(material)) if material else _immaterial_clauses(change.blocks)
    if not clauses:
        clauses = [
            counted(
                len(material), ("ändring i texten", "ändringar i texten"), ("change in the text", "changes in the text")
            )
        ]
    return {"sv": "; ".join(clause["sv"] for clause in clauses), "en": "; ".join(clause["en"] for clause in clauses)}


def _clauses(blocks: Sequence[BlockChange]) -> Iterator[Clause]:
    yield from _law_clauses(blocks)
    events = section_events(blocks)
    yield from section_clauses(events)
    yield from part_clauses([block for block in blocks if _is_outside_sections(block)])
    acts = {event.act.number for event in events if event.act}
    yield from _register_clauses(blocks, acts)


def _is_outside_sections(block: BlockChange) -> bool:
    """True if the block is a heading, or text that belongs neither to a section nor to the register."""
    return block.label is None and block.kind != "h1" and not _register_label(block)


# The law as a whole


def _law_clauses(blocks: Sequence[BlockChange]) -> Iterator[Clause]:
    for block in blocks:
        if block.kind == "h1":
            yield {"sv": "författningens rubrik ändrad", "en": "the title changed"}
        elif _register_label(block) == "Upphävd":
            yield _repeal_clause(block)


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
    "repealed": ("{labels} upphävd{cause}", "{labels} upphävda{cause}"),
    "removed": ("{labels} borttagen ur texten", "{labels} borttagna ur texten"),
    "renumbered": ("nuvarande {old} betecknas {labels}{cause}", "nuvarande {old} betecknas {labels}{cause}"),
    "ends": ("{labels} upphör att gälla {day}", "{labels} upphör att gälla {day}"),
    "effective": (
        "{labels} återges nu i den lydelse som träder i kraft {day}",
        "{labels} återges nu i den lydelse som träder i kraft {day}",
    ),
    "postponed": (
        "ikraftträdandet av den kommande lydelsen av {labels} ändrat från {old} till {day}",
        "ikraftträdandet av de kommande lydelserna av {labels} ändrat från {old} till {day}",
    ),
    "withdrawn": (
        "den kommande lydelsen av {labels} ({day}) borttagen",
        "de kommande lydelserna av {labels} ({day}) borttagna",
    ),
    "mark": ("endast ändringshänvisningen i {labels} ändrad", "endast ändringshänvisningarna i {labels} ändrade"),
}
_ENGLISH: dict[str, tuple[str, str]] = {
    "amended": ("{labels} amended{cause}", "{labels} amended{cause}"),
    "new": ("new {labels}{cause}", "new {labels}{cause}"),
    "repealed": ("{labels} repealed{cause}", "{labels} repealed{cause}"),
    "removed": ("{labels} removed from the text", "{labels} removed from the text"),
    "renumbered": ("current {old} renumbered as {labels}{cause}", "current {old} renumbered as {labels}{cause}"),
    "ends": ("{labels} ceases to apply on {day}", "{labels} cease to apply on {day}"),
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
    "mark": ("only the amendment note of {labels} changed", "only the amendment notes of {labels} changed"),
}


def section_clauses(events: Sequence[SectionEvent]) -> Iterator[Clause]:
    """Yield one clause for all the sections with the same change by the same act on the same day."""
    groups: dict[tuple[object, ...], list[SectionEvent]] = {}
    for event in events:
        apart = event.old if event.kind in ("postponed", "renumbered") else None
        groups.setdefault((event.kind, event.act, event.day, apart), []).append(event)
    for group in groups.values():
        first = group[0]
        labels = [event.label for event in group]
        many = int(len(labels) > 1)
        old = first.old or ""
        yield {
            "sv": _SWEDISH[first.kind][many].format(
                labels=swedish_labels(labels), old=old, day=first.day, cause=_swedish_cause(first)
            ),
            "en": _ENGLISH[first.kind][many].format(
                labels=english_labels(labels),
                old=english_labels([old]) if first.kind == "renumbered" else english_day(old),
                day=english_day(first.day or ""),
                cause=_english_cause(first),
            ),
        }


_FROM_THAT_DAY = ("repealed", "renumbered")
"""Kinds of event that happen from a day, and are not said to enter into force on it."""


def _swedish_cause(event: SectionEvent) -> str:
    cause = f" genom {event.act}" if event.act else ""
    if event.day and event.kind in _FROM_THAT_DAY:
        return f" från {event.day}{cause}"
    return f"{cause}, träder i kraft {event.day}" if event.day else cause


def _english_cause(event: SectionEvent) -> str:
    cause = f" by {english_act(event.act)}" if event.act else ""
    if event.day and event.kind in _FROM_THAT_DAY:
        return f" from {english_day(event.day)}{cause}"
    return f"{cause}, in force from {english_day(event.day)}" if event.day else cause
