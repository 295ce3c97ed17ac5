"""Parts of a page as they are named on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from monitor.core.model import Block, Extraction

MOST_NAMED_PARTS = 8


def only_part(extraction: Extraction, part: str) -> Extraction:
    """Return the extraction with one part of the text alone. Raises click.UsageError if the text has no such part."""
    from monitor.core.people.part_filter import block_is_in, part_name

    blocks = tuple(block for block in extraction.blocks if block_is_in((part_name(part),), block))
    if not blocks:
        raise click.UsageError(unknown_part(part, extraction.blocks))
    return replace(extraction, blocks=blocks)


def known_parts(parts: Sequence[str], blocks: Iterable[Block]) -> tuple[str, ...]:
    """Return parts as they are stored. Raises click.UsageError for one that the text does not have."""
    from monitor.core.people.part_filter import missing_parts, names_of_parts, part_name

    text, names = tuple(blocks), tuple(dict.fromkeys(map(part_name, parts)))
    if missing := missing_parts(names, names_of_parts(text)):
        raise click.UsageError("\n".join(unknown_part(part, text) for part in missing))
    return names


def unknown_part(part: str, blocks: Iterable[Block]) -> str:
    """Return the message that there is no such part, and which parts there are."""
    from bevaka.terminal import printable
    from monitor.core.people.page_parts import page_parts
    from monitor.core.people.part_filter import part_name

    names = [found.name for found in page_parts(tuple(blocks))]
    near = get_close_matches(part_name(part), names, n=MOST_NAMED_PARTS, cutoff=0.5) or names[:MOST_NAMED_PARTS]
    known = f"; it has, among others, {', '.join(printable(name) for name in near)}" if near else ""
    return f"the text has no part {printable(part)!r}{known}"
