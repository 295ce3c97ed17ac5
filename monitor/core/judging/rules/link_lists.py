"""Lists of links: teasers beside the content, lists that were replaced whole, and links in another order."""

from __future__ import annotations

import re
from collections import defaultdict

from monitor.core.judging.rules.links import leads_to_documents
from monitor.core.model import Block, Extraction
from monitor.core.text import comparable
from monitor.core.vocabulary import ignoring_case

_TEASERS = ignoring_case(
    r"(?:läs (?:också|även|vidare|mer också)|andra (?:läser|läste|har läst)(?: också| även)?"
    r"|mest (?:läst|lästa|besökta?|sökta?)(?: just nu| sidor| nyheter)?|populär(?:t|a sidor|a artiklar| just nu)?"
    r"|relatera(?:t|de|d)(?: (?:innehåll|nyheter|artiklar|sidor))?|du kanske också .{0,40}|fler nyheter"
    r"|rekommenderat(?: för dig)?|rekommenderade (?:sidor|artiklar)"
    r"|related(?: (?:content|news|articles|stories|pages|posts))?|most (?:read|viewed|popular)"
    r"|popular (?:now|pages|articles)|you (?:may|might) also .{0,40}|read (?:also|next)|recommended(?: for you)?"
    r"|more (?:news|stories)|trending(?: now)?"
    r"|les også|læs også|das könnte sie auch interessieren|à lire aussi|lees ook|lue myös)[\s:.…]*"
)
"""Headings of links that a site chooses by itself."""
_FEWEST_ITEMS = 3
"""A list of fewer items may be replaced whole by an edit of its content. An item has a text and a target."""
_BETWEEN_LINKS = re.compile(r"[\s,;|·•/–-]*(?:(?:och|and|samt)[\s,;|·•/–-]*)?")


def is_among_teasers(before: Block | None, after: Block | None) -> bool:
    """True if a block that came, went or changed is a link to further reading that a site chooses by itself.

    A link to a document is none: it is content wherever it stands.
    """
    return all(
        block is None or (is_only_links(block) and _is_under_teasers(block) and not leads_to_documents(block.links))
        for block in (before, after)
    )


def _is_under_teasers(block: Block) -> bool:
    return bool(block.heading) and _TEASERS.fullmatch(block.heading[-1]) is not None


def is_only_links(block: Block) -> bool:
    """True if nothing but links, and what separates them, is in a block."""
    if not block.links:
        return False
    text, at = block.text, 0
    for link in block.links:
        start = text.find(link.text, at)
        if start < 0 or not _BETWEEN_LINKS.fullmatch(text, at, start):
            return False
        at = start + len(link.text)
    return not text[at:].strip(" .,;|·•/–-»›")


def is_reordered(before: Block, after: Block) -> bool:
    """True if two blocks are the same links in another order."""
    if before.links == after.links or len(before.links) != len(after.links):
        return False
    old, new = (sorted((comparable(link.text), link.target) for link in block.links) for block in (before, after))
    return old == new and before.text != after.text and is_only_links(before) and is_only_links(after)


def replaced_lists(before: Extraction, after: Extraction) -> frozenset[tuple[str, ...]]:
    """Return the heading paths of those lists whose items are only links, none of which was there before.

    Items lead to pages: a list of documents is content.
    """
    old, new = _items_by_heading(before), _items_by_heading(after)
    return frozenset(
        heading
        for heading in old.keys() & new.keys()
        if min(len(old[heading]), len(new[heading])) >= 2 * _FEWEST_ITEMS and old[heading].isdisjoint(new[heading])
    )


def _items_by_heading(page: Extraction) -> dict[tuple[str, ...], set[str]]:
    """Return the texts and targets of the items of each list that holds nothing but links to pages."""
    items: dict[tuple[str, ...], set[str]] = defaultdict(set)
    others: set[tuple[str, ...]] = set()
    for block in page.blocks:
        if block.kind != "li":
            continue
        if is_only_links(block) and not leads_to_documents(block.links):
            items[block.heading].update([comparable(block.text), *(link.target for link in block.links)])
        else:
            others.add(block.heading)
    return {heading: texts for heading, texts in items.items() if heading not in others}
