"""Comparison of two readings of a section: which items came, went, came back or got another headline. Pure.

An item is its address, in canonical form: neither the order of the items nor their dates are compared. A new item is
material; one that is gone, one that comes back, another headline, and an older one that came in at the end of a listing
of the newest ones are not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from monitor.core.judging.rules.canonical_links import canonical_address, without_visit
from monitor.core.judging.significance import RULES, with_rule
from monitor.core.judging.suspicion import suspicion
from monitor.core.model import (
    Block,
    BlockChange,
    Change,
    Changed,
    Extraction,
    Item,
    Link,
    Op,
    Suspect,
    Unchanged,
    Verdict,
)
from monitor.core.text import comparable
from monitor.errors import Reason

NEW, BACK, OLDER, GONE, RENAMED = "item-new", "item-back", "item-older", "item-gone", "item-renamed"
LEAST_MASS = 20
"""So many new items at once, and most of the section: it was rebuilt, and the operator is asked."""
_LEAST_LOST = 8
_LOST_TO = 1 / 3


_PLAIN = re.compile(r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)+)((?:/[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)*)/?")
"""An address whose canonical form is seen at once: nothing in it is encoded, and nothing belongs to a visit."""


@lru_cache(maxsize=4096)
def identity(url: str) -> str:
    """Return what is the same for two ways of writing one address: http or https, tracking, the order of parameters."""
    plain = _PLAIN.fullmatch(url)
    if plain is not None and "/index." not in url and "/default." not in url:  # as most addresses of a sitemap are
        return f"http://{plain[1].removeprefix('www.')}{plain[2]}"
    address = without_visit(canonical_address(url))
    query = "&".join(f"{name}={value}" for name, value in address.parameters)
    return (
        f"{address.site}{address.path}{'?' if query else ''}{query}{'#' if address.fragment else ''}{address.fragment}"
    )


def item_block(item: Item, *, shows_date: bool) -> Block:
    """Return an item as a block: its headline, or its address where it has none, with its date."""
    name = item.title or item.url
    text = f"{name} ({item.date})" if shows_date and item.date and item.date not in name else name
    return Block("li", text, links=(Link(name, item.url),))


def compare_sections(before: Extraction, after: Extraction) -> Verdict:
    """Return the verdict on a section against the latest accepted revision of it."""
    reason = suspect_section(after) or _other_source(before, after) or _lost(before.items or (), after.items or ())
    return Suspect(reason) if reason else judge_sections(before, after)


def suspect_section(extraction: Extraction) -> Reason | None:
    """Return why the answer may not be the section, as its title says it: a log-in, an error; None if it may."""
    return suspicion(None, Extraction(extraction.title, (Block("p", extraction.title),)))


def judge_sections(before: Extraction, after: Extraction) -> Unchanged | Changed:
    """Return which items differ: those of the later reading in its order, then those that are gone."""
    old, new = _by_identity(before), _by_identity(after)
    older = _moved_up(before.items or (), after.items or ())
    blocks = [
        change
        for key, block in new.items()
        if (change := _came(block, OLDER if key in older else NEW) if key not in old else _renamed(old[key], block))
        is not None
    ]
    blocks += [item_change("removed", GONE, block, None) for key, block in old.items() if key not in new]
    return Changed(Change(tuple(blocks), of_section=True)) if blocks else Unchanged()


def with_known_items(change: Change, known: Collection[str]) -> Change:
    """Return the change in which no item is new that the section ever had; `known` are their identities."""
    if not change.of_section:
        return change
    came = (NEW, OLDER)
    return with_rule(change, BACK, lambda block: block.rule in came and identity(block.links_after[0].target) in known)


def new_items(change: Change) -> list[BlockChange]:
    """Return the items of a change that are new."""
    return [block for block in change.blocks if change.of_section and block.rule == NEW]


def is_mass_of_items(change: Change, items: int) -> bool:
    """True if so many of a section's `items` are new at once that one cause is likelier than that much news."""
    return len(new_items(change)) >= max(LEAST_MASS, items // 2)


def _by_identity(extraction: Extraction) -> dict[str, Block]:
    return {identity(block.links[0].target): block for block in extraction.blocks if block.links}


def _moved_up(before: Sequence[Item], after: Sequence[Item]) -> frozenset[str]:
    """Return the items that are not new though nobody has seen them: a listing of the newest ones has them at its end.

    One of the newest was taken away, and what was left out until now moved up. So the item that was the last is still
    there, the list is no longer than it was, and those behind the last are of its day or earlier, in a list that has
    later days as well. Where a date or a headline is missing nothing is known of that, and they count as new.
    """
    old, new = ([identity(item.url) for item in items] for items in (before, after))
    if not old or len(new) > len(old) or old[-1] not in new:
        return frozenset()
    end = new.index(old[-1]) + 1
    days = [item.date for item in after if item.date and item.title]
    if end == len(new) or len(days) < len(new) or not set(old).isdisjoint(new[end:]):
        return frozenset()
    if max(days[end:]) > min(days[:end]) or max(days) == min(days):
        return frozenset()
    return frozenset(new[end:])


def _came(block: Block, rule: str) -> BlockChange:
    return item_change("added", rule, None, block)


def _renamed(before: Block, after: Block) -> BlockChange | None:
    """Return the change of an item whose headline is another; its date alone is none."""
    if comparable(before.links[0].text) == comparable(after.links[0].text):
        return None
    return item_change("edited", RENAMED, before, after)


def item_change(op: Op, rule: str, before: Block | None, after: Block | None) -> BlockChange:
    """Return what became of an item, under one of the rules for items."""
    kind = RULES[rule]
    return BlockChange(
        op=op,
        kind="li",
        heading=(),
        label=None,
        before=before.text if before else None,
        after=after.text if after else None,
        category=kind.category,
        material=kind.material,
        rule=rule,
        links_before=before.links if before else (),
        links_after=after.links if after else (),
    )


def _other_source(before: Extraction, after: Extraction) -> Reason | None:
    """Return the reason if the answer is of another kind than before: mostly a page in place of a feed or sitemap."""
    if None in {before.followed_as, after.followed_as} or before.followed_as == after.followed_as:
        return None
    return Reason("other-source", {"before": before.followed_as, "after": after.followed_as})


def _lost(before: Sequence[Item], after: Sequence[Item]) -> Reason | None:
    """Return the reason if most items are gone and none came: the answer is cut short, or is not the section."""
    if len(before) < _LEAST_LOST or len(after) > _LOST_TO * len(before):
        return None
    known = {identity(item.url) for item in before}
    if any(identity(item.url) not in known for item in after):
        return None
    return Reason("items-lost", {"before": len(before), "after": len(after)})
