"""Parts of a page or law that somebody follows: a section by its label, anything else by the heading it stands under.

"3 §", "2 kap. 3 §", "2 kap." (the whole chapter), "Vad gör Länsstyrelsen?" (that heading and all that is below it)
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from monitor.core.law.days import EntryIntoForce
from monitor.core.law.marks import heading_mark
from monitor.core.model import Block, BlockChange
from monitor.core.text import clean, comparable

_SECTION = re.compile(
    r"(?:(?P<chapter>\d+ ?[a-zåäö]{0,2}) ?kap\.?)?\s*(?:(?P<section>\d+ ?[a-zåäö]{0,2}) ?§)?", re.IGNORECASE
)
_LAW_REPEALED = "Upphävd: "


def part_name(asked: str) -> str:
    """A part as it is kept: a section or chapter in the form of labels ("2kap 3a§" is "2 kap. 3 a §"), a heading clean.

    "" names nothing.
    """
    asked = clean(asked)
    found = _SECTION.fullmatch(asked)
    if not found or not asked:
        return asked
    chapter, section = found["chapter"], found["section"]
    return " ".join(filter(None, [chapter and f"{_spaced(chapter)} kap.", section and f"{_spaced(section)} §"]))


def _spaced(number: str) -> str:
    return re.sub(r"(\d) ?([a-zåäö])", r"\1 \2", number.strip().lower())


def stands_in(only: Collection[str], block: Block) -> bool:
    """Whether a block belongs to one of these parts."""
    return _labelled(only, block.label) or _under(only, block.heading) or _is_heading(only, block.kind, block.text)


def touches(only: Collection[str], change: BlockChange) -> bool:
    """Whether a block change falls under one of these parts, by its old or its new number or heading.

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


def followed(
    only: Collection[str], changes: Sequence[BlockChange], after: Iterable[Block]
) -> tuple[tuple[BlockChange, ...], bool]:
    """Of what differs that which falls under these parts, and whether they are lost.

    They are lost when neither what differs nor the text `after` has any of them: then everything is told, because
    what somebody follows may not vanish without a word.
    """
    if not only:
        return tuple(changes), False
    found = tuple(change for change in changes if touches(only, change))
    lost = not found and not any(stands_in(only, block) for block in after)
    return (tuple(changes) if lost else found), lost


def announced_for(only: Collection[str], coming: EntryIntoForce) -> bool:
    """Whether something that takes effect falls under one of these parts; with the whole law every part of it does."""
    if not only or coming.part == "law":
        return True
    if coming.part == "section":
        return _labelled(only, coming.name) or _labelled(only, coming.to)
    return any(_is_heading(only, "h", text) for text in (coming.before, coming.after) if text)


def _labelled(only: Collection[str], label: str | None) -> bool:
    return label is not None and (label in only or f"{label.partition(' kap. ')[0]} kap." in only)


def _under(only: Collection[str], path: Iterable[str]) -> bool:
    wanted = {comparable(name).casefold() for name in only}
    return any(comparable(heading).casefold() in wanted for heading in path)


def _is_heading(only: Collection[str], kind: str, text: str) -> bool:
    return kind.startswith("h") and _under(only, [heading_mark(text)[0]])
