"""What counts as heavy work, and what it may cost (docs/decisions/0033-heavy-work-has-a-budget.md).

An ordinary page is read in a few milliseconds in the thread that fetched it. What is larger than any ordinary page, and
what is of a form that unpacks itself (PDF), is read and compared in a process of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from monitor.core.model import Extraction

MOST_BYTES_HERE = 150_000
"""A body of more bytes is read in a process of its own: it would hold the interpreter for tenths of a second."""
MOST_LETTERS_HERE = 200_000
"""Two texts of more letters, both together, are compared in a process of its own."""
MOST_BLOCKS_HERE = 4_000
"""The same for blocks, of which each costs a comparison."""
MOST_BLOCKS = 100_000
"""A page of more blocks is too heavy: the program holds each, of two revisions at a time, in a kilobyte or two."""


class Budget(NamedTuple):
    """What one piece of heavy work may cost: seconds of the processor, seconds by the clock, bytes of address space."""

    cpu_seconds: int
    clock_seconds: float
    address_space: int
    waits: float
    """Seconds that it may wait for its turn before it is refused (`HeavyWorkBusy`)."""


FOR_CHECKS = Budget(cpu_seconds=20, clock_seconds=90, address_space=768 << 20, waits=3600)
"""A report of several hundred pages is read in half of that. A check waits for its turn: it is in no hurry."""
FOR_VISITORS = Budget(cpu_seconds=10, clock_seconds=20, address_space=768 << 20, waits=0.3)
"""A visitor is told to come again rather than kept waiting: the threads of the web page are few."""


def is_heavy_to_compare(extractions: Iterable[Extraction | None]) -> bool:
    """True if these, together, are compared in a process of its own."""
    pages = [extraction for extraction in extractions if extraction is not None]
    read = [document.extraction for page in pages for document in page.documents if document.extraction is not None]
    blocks = [block for extraction in (*pages, *read) for block in extraction.blocks]
    return len(blocks) > MOST_BLOCKS_HERE or sum([len(block.text) for block in blocks]) > MOST_LETTERS_HERE
