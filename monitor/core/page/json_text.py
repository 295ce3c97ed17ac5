"""JSON as pieces: one row for each value, preceded by the names that lead to it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from monitor.core.page.page_parts import PageParts, Piece
from monitor.core.text import clean
from monitor.errors import Unreadable


def pieces_of_json(text: str) -> PageParts:
    """Return a row "name › name: value" for every value, in the order of the document. Raises Unreadable."""
    try:
        document = json.loads(text, strict=False)  # control characters in texts
        rows = list(_rows(document, ()))
    except (ValueError, RecursionError) as error:
        raise Unreadable(detail=f"JSON: {error}") from error
    return PageParts([Piece("row", row) for row in rows])


def _rows(value: object, path: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _rows(inner, (*path, str(name)))
    elif isinstance(value, list):
        for inner in value:
            yield from _rows(inner, path)
    else:
        shown = value if isinstance(value, str) else json.dumps(value)
        row = clean(f"{' › '.join(path)}: {shown}" if path else shown)
        if row:
            yield row
