"""JSON as pieces: one row for each value, preceded by the names that lead to it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from monitor.core.page.page_parts import PageParts, Piece
from monitor.core.text import clean
from monitor.errors import TooIntricate, Unreadable

_MOST_TIMES_LONGER, _MOST_REPEATED = 10, 1_000_000
"""How many times longer than the document its rows may be, and how many characters they may have whatever it is."""


def pieces_of_json(text: str) -> PageParts:
    """Return a row "name › name: value" for every value, in the order of the document.

    Raises Unreadable; TooIntricate where the names, repeated for each value, would be far longer than the document.
    """
    rows: list[Piece] = []
    room = _MOST_REPEATED + _MOST_TIMES_LONGER * len(text)
    try:
        for row in _rows(json.loads(text, strict=False)):  # control characters in texts
            rows.append(Piece("row", row))
            room -= len(row)
            if room < 0:
                raise TooIntricate(why="repetition")
    except (ValueError, RecursionError) as error:
        raise Unreadable(detail=f"JSON: {error}") from error
    return PageParts(rows)


def _rows(document: object) -> Iterator[str]:
    waiting: list[tuple[object, tuple[str, ...]]] = [(document, ())]
    while waiting:
        value, path = waiting.pop()
        if isinstance(value, dict):
            waiting += [(inner, (*path, str(name))) for name, inner in reversed(value.items())]
        elif isinstance(value, list):
            waiting += [(inner, path) for inner in reversed(value)]
        else:
            shown = value if isinstance(value, str) else json.dumps(value)
            row = clean(f"{' › '.join(path)}: {shown}" if path else shown)
            if row:
                yield row
