"""What was read of one answer of a section, and which items of it count."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from monitor.core.judging.section_changes import identity
from monitor.core.model import Item, SectionRecipe, SectionSource
from monitor.core.text import in_this_case
from monitor.errors import TooManyItems

LARGEST = 10_000_000
"""Bytes of a sitemap, unpacked; sitemaps.org allows five times as many, and 50 000 addresses."""
MOST_ENTRIES = 50_000


@dataclass(frozen=True, slots=True)
class SectionReading:
    """What one answer of a section says: its title, its items, and what else is to be fetched for the others.

    `next_page` is the address of a listing's next page; `sitemaps` are those that an index of sitemaps names.
    """

    source: SectionSource
    title: str
    items: tuple[Item, ...]
    next_page: str | None = None
    sitemaps: tuple[str, ...] = ()
    language: str | None = None
    encoding: str = "utf-8"


def own_address(url: str, name: str) -> str:
    """Return an address for an entry that has none of its own: a place on the page at `url`."""
    return f"{url.partition('#')[0]}#{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def counted(items: Iterable[Item], recipe: SectionRecipe, source: SectionSource) -> tuple[Item, ...]:
    """Return the items that count, each address once.

    Of a listing and of a feed, which have the newest first, the first `most` are taken. A sitemap has no order: raises
    TooManyItems where it has more.
    """
    patterns = [in_this_case(pattern) for pattern in recipe.match]
    found: dict[str, Item] = {}
    for item in items:
        if patterns and not any(pattern.search(item.url) for pattern in patterns):
            continue
        key = identity(item.url)
        known = found.get(key)
        if known is None:
            if len(found) >= recipe.most and source != "sitemap":
                break
            found[key] = item
        else:
            found[key] = known._replace(title=known.title or item.title, date=known.date or item.date)
    if len(found) > recipe.most:
        raise TooManyItems(items=len(found), most=recipe.most)
    return tuple(found.values())


def merged(readings: Iterable[SectionReading]) -> SectionReading:
    """Return several answers of a section, which are pages of one listing or sitemaps of one index, as one."""
    first, *others = readings
    return replace(first, items=tuple(item for each in (first, *others) for item in each.items))


def is_same_site(one: str, other: str) -> bool:
    """True if two addresses are of one site, with or without "www."."""
    first, second = (urlsplit(address).netloc.lower().removeprefix("www.") for address in (one, other))
    return first == second
