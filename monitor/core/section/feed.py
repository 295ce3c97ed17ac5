"""The items of a feed: RSS 0.9x, 1.0 (RDF) and 2.0, Atom, JSON Feed.

A feed that breaks the rules of XML is read by its tags (`monitor.core.page.lenient_xml`). Nothing is fetched.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from monitor.core.model import Item
from monitor.core.page.date_forms import DateContext, machine_date
from monitor.core.page.html_lines import html_lines
from monitor.core.page.link_targets import link_target
from monitor.core.page.xml_text import DATES_OF_ENTRIES
from monitor.core.section.reading import MOST_ENTRIES, SectionReading, own_address
from monitor.core.text import clean
from monitor.errors import TooHeavy, Unreadable

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element  # nosec B405 # the type alone

ROOTS = frozenset({"rss", "feed", "RDF"})
_ENTRIES = frozenset({"item", "entry"})
_JSON_DATES = ("date_published", "date_modified")
_TEXTS = ("description", "summary", "content", "encoded")
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
LONGEST_TITLE = 200
"""Characters of a headline; an entry without one is called by the beginning of its text."""


def read_feed(root: Element, url: str, context: DateContext) -> SectionReading:
    """Return the items of a feed, in its order. `url` is where it came from. Raises TooHeavy beyond 50 000 entries."""
    base = _joined(url, root.get(_BASE))
    channel = next((child for child in root if local_name(child) == "channel"), root)
    entries = [element for element in root.iter() if local_name(element) in _ENTRIES]
    if len(entries) > MOST_ENTRIES:
        raise TooHeavy(entries=MOST_ENTRIES)
    return SectionReading("feed", _title(channel), _distinct(_entry(entry, base, context) for entry in entries))


def read_json_feed(text: str, url: str, context: DateContext) -> SectionReading:
    """Return the items of a JSON Feed (jsonfeed.org, 1.1). Raises Unreadable, and TooHeavy beyond 50 000 entries."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(detail="JSON") from error
    entries = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(entries, list):
        raise Unreadable(detail="JSON Feed: no items")
    if len(entries) > MOST_ENTRIES:
        raise TooHeavy(entries=MOST_ENTRIES)
    title = feed.get("title")
    items = (_json_entry(entry, url, context) for entry in entries if isinstance(entry, dict))
    return SectionReading("feed", clean(title) if isinstance(title, str) else "", _distinct(items))


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace; "" for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _entry(entry: Element, base: str, context: DateContext) -> tuple[Item, str]:
    """Return an entry, and what tells it from others that have the same address."""
    base = _joined(base, entry.get(_BASE))
    title = _title(entry) or _beginning(entry)
    identifier = _text(_first(entry, "guid")) or _text(_first(entry, "id"))
    is_permanent = (_first(entry, "guid") is None) or _attribute(_first(entry, "guid"), "isPermaLink") != "false"
    linked = [identifier] if is_permanent and identifier.startswith(("http://", "https://")) else []
    targets = (link_target(href, base) for href in [*_hrefs(entry), *linked])
    address = next((to for to in targets if to and to.startswith(("http://", "https://"))), None)
    day = next((found for name in DATES_OF_ENTRIES if (found := _day(_text(_first(entry, name)), context))), None)
    item = Item(title, address or own_address(base, identifier or title), day)
    return item, identifier or title


def _json_entry(entry: dict[str, object], url: str, context: DateContext) -> tuple[Item, str]:
    said = {name: value for name, value in entry.items() if isinstance(value, str)}
    identifier = str(entry.get("id", ""))
    text = said.get("title") or said.get("summary") or said.get("content_text") or said.get("content_html") or ""
    title = " ".join(html_lines(text))[:LONGEST_TITLE]
    address = link_target(said.get("url") or said.get("external_url") or "", url)
    day = next((found for name in _JSON_DATES if (found := _day(said.get(name, ""), context))), None)
    return Item(title, address or own_address(url, identifier or title), day), identifier or title


def _distinct(entries: Iterator[tuple[Item, str]]) -> tuple[Item, ...]:
    """Return the items; where several have one address, as that of the site, each gets one of its own within it."""
    read = list(entries)
    names: dict[str, set[str]] = {}
    for item, name in read:
        names.setdefault(item.url, set()).add(name)
    return tuple(
        item if len(names[item.url]) == 1 else item._replace(url=own_address(item.url, name)) for item, name in read
    )


def _hrefs(entry: Element) -> Iterator[str]:
    """Yield the addresses of an entry's links, the page itself before other forms of it."""
    links = [child for child in entry if local_name(child) == "link"]
    links.sort(key=lambda link: (link.get("type") or "text/html") != "text/html")
    for link in links:
        if (link.get("rel") or "alternate") == "alternate":
            yield link.get("href") or clean(link.text or "")


def _title(element: Element) -> str:
    return " ".join(html_lines(_text(_first(element, "title"))))[:LONGEST_TITLE]


def _beginning(entry: Element) -> str:
    texts = (" ".join(html_lines(_text(_first(entry, name)))) for name in _TEXTS)
    found = next(filter(None, texts), "")
    return found if len(found) <= LONGEST_TITLE else found[:LONGEST_TITLE].rpartition(" ")[0]


def _first(parent: Element, name: str) -> Element | None:
    """Return the first child of this name, those of the parent's own namespace before those of an extension."""
    found = [child for child in parent if local_name(child) == name]
    space = parent.tag.rpartition("}")[0]
    return next((child for child in found if child.tag.rpartition("}")[0] == space), found[0] if found else None)


def _text(element: Element | None) -> str:
    return "" if element is None else clean("".join(element.itertext()))


def _attribute(element: Element | None, name: str) -> str | None:
    return None if element is None else element.get(name)


def _day(text: str, context: DateContext) -> str | None:
    return machine_date(text, context, future=True) if text else None


def _joined(url: str, base: str | None) -> str:
    try:
        return urljoin(url, base) if base else url
    except ValueError:
        return url
