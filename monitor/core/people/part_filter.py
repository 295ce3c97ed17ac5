"""Filter for the followed parts of a page or law: a section by its label, anything else by the heading it is under.

Examples: "3 §", "2 kap. 3 §", "2 kap." (the whole chapter), "Vad gör Länsstyrelsen?" (that heading and all below it)
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from monitor.core.law.days import EntryIntoForce
from monitor.core.law.marks import heading_marks
from monitor.core.model import Block, BlockChange
from monitor.core.text import clean, comparable

_SECTION = re.compile(
    r"(?:(?P<chapter>\d+ ?[a-zåäö]{0,2}) ?kap\.?)?\s*(?:(?P<section>\d+ ?[a-zåäö]{0,2}) ?§)?", re.IGNORECASE
)
_CHAPTER = re.compile(r"(?P<number>\d+ ?[a-zåäö]{0,2}) kap\.")
_LAW_REPEALED = "Upphävd: "


def part_name(asked: str) -> str:
    """Return a part in its stored form; "" names nothing.

    A section or chapter gets the form of labels ("2kap 3a§" is "2 kap. 3 a §"), a heading is cleaned.
    """
    asked = clean(asked)
    match = _SECTION.fullmatch(asked)
    if not match or not asked:
        return asked
    chapter, section = match["chapter"], match["section"]
    return " ".join(filter(None, [chapter and f"{_spaced(chapter)} kap.", section and f"{_spaced(section)} §"]))


def _spaced(number: str) -> str:
    return re.sub(r"(\d) ?([a-zåäö])", r"\1 \2", number.strip().lower())


def block_is_in(only: Collection[str], block: Block) -> bool:
    """True if a block belongs to one of these parts."""
    return _labelled(only, block.label) or _under(only, block.heading) or _is_heading(only, block.kind, block.text)


def change_is_in(only: Collection[str], change: BlockChange) -> bool:
    """True if a block change falls under one of these parts, by its old or its new number or heading.

    The end of the whole law falls under every part of it.
    """
    if change.kind == "p" and not change.heading and (change.after or "").startswith(_LAW_REPEALED):
        return True
    return (
        _labelled(only, change.label)
        or _labelled(only, change.label_before)
        or _under(only, change.heading)
        or any(_is_heading(only, change.kind, text) for text in (change.before, change.after) if text)
    )


def followed_changes(
    only: Collection[str], changes: Sequence[BlockChange], names: Collection[str]
) -> tuple[tuple[BlockChange, ...], tuple[str, ...]]:
    """Return the changes that fall under these parts, and the parts that are lost. `names` are the text's.

    A part is lost when neither the changes nor the text has it, as after its heading was renamed: then all changes are
    returned, because a followed part must not vanish unnoticed.
    """
    gone = missing_parts(only, names)
    lost = tuple(part for part in gone if not any(change_is_in((part,), change) for change in changes))
    if lost or not only:
        return tuple(changes), lost
    return tuple(change for change in changes if change_is_in(only, change)), ()


def names_of_parts(text: Iterable[Block]) -> frozenset[str]:
    """Return the names of all parts of a text, as `missing_parts` looks for them."""
    headings, names = set[str](), set[str]()
    for block in text:
        headings.update(block.heading)
        if block.kind.startswith("h"):
            headings.add(block.text)
        if block.label is not None:
            names |= {block.label, _chapter_of(block.label)}
    return frozenset(names.union(*map(_names_of_heading, headings)))


def missing_parts(only: Iterable[str], names: Collection[str]) -> tuple[str, ...]:
    """Return those of these parts that a text with these names does not have."""
    return tuple(part for part in only if part not in names and comparable(part).casefold() not in names)


def announced_for(only: Collection[str], coming: EntryIntoForce) -> bool:
    """True if an entry into force falls under one of these parts; that of the whole law falls under every part."""
    if not only or coming.part == "law":
        return True
    if coming.part == "section":
        return _labelled(only, coming.name) or _labelled(only, coming.to)
    return any(_is_heading(only, "h", text) for text in (coming.before, coming.after) if text)


def _labelled(only: Collection[str], label: str | None) -> bool:
    return label is not None and (label in only or _chapter_of(label) in only)


def _chapter_of(label: str) -> str:
    return f"{label.partition(' kap. ')[0]} kap."


def _under(only: Collection[str], path: Iterable[str]) -> bool:
    wanted = {comparable(name).casefold() for name in only}
    return any(not wanted.isdisjoint(_names_of_heading(heading)) for heading in path)


def _names_of_heading(heading: str) -> set[str]:
    """Return what names a heading: its text, and of a chapter's its number."""
    text = comparable(heading_marks(heading)[0]).casefold()
    chapter = _CHAPTER.match(text)
    return {text, f"{_spaced(chapter['number'])} kap."} if chapter else {text}


def _is_heading(only: Collection[str], kind: str, text: str) -> bool:
    return kind.startswith("h") and _under(only, [text])
