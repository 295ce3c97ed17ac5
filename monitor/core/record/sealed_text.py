"""The text of a page as one plain text, in the form that is stored and sealed with each revision (docs/proof.md)."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.core.model import Block, Extraction

_LISTED = frozenset({"li", "row"})


def sealed_text(extraction: Extraction) -> str:
    """Return the title and every block, with an empty line between them except between the items of a list or table.

    Headings are marked by their level, list items by a bullet, §§ by their label; below a block stand its links, each
    with where it leads. Ends with a line feed.
    """
    lines = [extraction.title] if extraction.title else []
    before = None
    for block in extraction.blocks:
        if lines and not (block.kind == before and block.kind in _LISTED):
            lines.append("")
        lines += lines_of_block(block)
        before = block.kind
    return "\n".join(lines) + "\n"


def lines_of_block(block: Block) -> Iterator[str]:
    """Yield the lines of one block, and below them those of its links."""
    first, *more = block.text.split("\n")
    mark = "• " if block.kind == "li" else f"{block.label}  " if block.label else ""
    if block.kind[:1] == "h" and block.kind[1:].isdigit():
        mark = "#" * int(block.kind[1:]) + " "
    yield f"{mark}{first}"
    yield from (" " * len(mark) + line for line in more)
    yield from (f"{' ' * len(mark)}→ {_link(link.text, link.target, block)}" for link in block.links)


def _link(text: str, target: str, block: Block) -> str:
    """Return a link: its text as well where that is not the whole block."""
    words = " ".join(text.split())
    return target if not words or words == block.text else f"{words}: {target}"
