"""The items of a sitemap, and the sitemaps of an index (sitemaps.org, 0.9).

`lastmod` is the day that the site says; many sites stamp every page anew, so it is shown and never compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.model import Item
from monitor.core.page.date_forms import DateContext, machine_date
from monitor.core.page.link_targets import link_target
from monitor.core.section.feed import local_name
from monitor.core.section.reading import MOST_ENTRIES, SectionReading
from monitor.errors import TooHeavy

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element  # nosec B405 # the type alone

INDEX, SITEMAP = "sitemapindex", "urlset"
ROOTS = frozenset({INDEX, SITEMAP})


def read_sitemap(root: Element, url: str, context: DateContext) -> SectionReading:
    """Return the items of a sitemap, or the sitemaps of an index. Raises TooHeavy beyond 50 000 addresses."""
    entries = [_entry(child, url, context) for child in root if local_name(child) in {"url", "sitemap"}]
    if len(entries) > MOST_ENTRIES:
        raise TooHeavy(entries=MOST_ENTRIES)
    items = tuple(entry for entry in entries if entry is not None)
    if local_name(root) == INDEX:
        return SectionReading("sitemap", "", (), sitemaps=tuple(dict.fromkeys(item.url for item in items)))
    return SectionReading("sitemap", "", items)


def read_list(text: str, url: str) -> SectionReading:
    """Return the items of a sitemap that is plain text, an address a line. Raises TooHeavy."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_ENTRIES:
        raise TooHeavy(entries=MOST_ENTRIES)
    targets = (link_target(line, url) for line in lines if line.startswith(("http://", "https://")))
    return SectionReading("sitemap", "", tuple(Item("", to) for to in targets if to))


def _entry(element: Element, url: str, context: DateContext) -> Item | None:
    said = {local_name(child): "".join(child.itertext()).strip() for child in element}
    address = link_target(said.get("loc", ""), url)
    if address is None or not address.startswith(("http://", "https://")):
        return None
    stamp = said.get("lastmod")
    return Item("", address, machine_date(stamp, context) if stamp else None)
