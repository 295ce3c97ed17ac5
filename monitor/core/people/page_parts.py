"""The parts of a text that a subscriber can follow: its headings, and the chapters and sections of a law. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.core.law.chapters import CHAPTER_HEADING
from monitor.core.law.marks import heading_marks, without_amendment, wordings
from monitor.core.model import Block
from monitor.core.people.part_filter import part_name
from monitor.core.text import comparable


@dataclass(frozen=True, slots=True)
class PagePart:
    """A part: `name` as it is stored, the title beside it ("" where the name is the title), and how deep it lies.

    `depth` counts the parts around it. Of a section, the title is how its text begins.
    """

    name: str
    title: str
    depth: int


def page_parts(blocks: Sequence[Block]) -> list[PagePart]:
    """Return the parts of a text in its order, each name once. The page's own heading is the whole, and no part."""
    found: dict[str, PagePart] = {}
    headings: set[str] = set()
    for block in blocks:
        named = _named(block)
        if named is None or not named[0]:
            continue
        name, title = named
        depth = sum(comparable(heading) in headings for heading in block.heading)
        found.setdefault(name, PagePart(name, title, depth))
        if block.label is None:
            headings.add(comparable(block.text))
    return list(found.values())


def _named(block: Block) -> tuple[str, str] | None:
    """Return the name and the title of the part that a block begins, None if it begins none."""
    if block.label is not None:
        texts = wordings(block.text)
        return block.label, without_amendment(texts[-1].text).partition("\n")[0] if texts else ""
    if block.kind not in {"h2", "h3", "h4", "h5", "h6"}:
        return None
    text = heading_marks(block.text)[0]
    chapter = CHAPTER_HEADING.fullmatch(text)
    return (part_name(f"{chapter['number']} kap."), chapter["title"]) if chapter else (part_name(text), "")
