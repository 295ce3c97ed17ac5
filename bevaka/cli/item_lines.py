"""The items of a section, as `watch test` and `inspect` show them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bevaka.cli.console import plural, styled

if TYPE_CHECKING:
    from monitor.core.model import Item

ITEMS_SHOWN = 5
LINE_LONGEST = 100


def items_as_json(items: Sequence[Item]) -> list[dict[str, object]]:
    """Return the items of a section, as JSON has them."""
    return [{"title": item.title or item.url, "url": item.url, "date": item.date} for item in items]


def item_lines(items: Sequence[Item]) -> Iterator[str]:
    """Yield how many items a section has, and the first few of them."""
    from bevaka.terminal import printable

    yield ""
    yield styled(plural(len(items), "item", "items"), bold=True)
    for item in items[:ITEMS_SHOWN]:
        yield f"  {item.date or '–':<10}  {_line(item)}"
        if item.title:
            yield f"              {printable(item.url)}"
    if len(items) > ITEMS_SHOWN:
        yield f"  and {len(items) - ITEMS_SHOWN} more"


def _line(item: Item) -> str:
    from bevaka.terminal import printable

    shown = printable(item.title or item.url)
    return shown if len(shown) <= LINE_LONGEST else shown[: LINE_LONGEST - 1] + "…"
