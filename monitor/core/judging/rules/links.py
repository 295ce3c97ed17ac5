"""The rules for links whose targets differ: what counts is what a link leads to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from monitor.core.judging.rules.canonical_links import Address, canonical_address, without_visit
from monitor.core.model import Link
from monitor.core.text import comparable

_CONTACT = ("mailto", "tel")


def link_rule(before: Sequence[Link], after: Sequence[Link]) -> str | None:
    """Return the rule for a difference in targets, None if there is none.

    link-form: the same address written in another way, or the same links in another order; random-token: the same
    address but for what belongs to one visit.
    """
    gone, come = (list(map(canonical_address, targets.elements())) for targets in targets_gone_and_come(before, after))
    if not gone and not come:
        return _rule_of_order(before, after)
    if Counter(gone) == Counter(come):
        return "link-form"
    if Counter(map(without_visit, gone)) == Counter(map(without_visit, come)):
        return "random-token"
    if any(address.site in _CONTACT for address in gone + come):
        return "contact"
    if any(address.is_document for address in gone):
        return "document-replaced"
    return "link-target"


def _rule_of_order(before: Sequence[Link], after: Sequence[Link]) -> str | None:
    """Return the rule for links with the same targets: they are in the same order, in another, or swapped targets."""
    if [link.target for link in before] == [link.target for link in after]:
        return None
    texts = {link.text for link in after}
    has_own_texts = len(texts) == len(after) and texts == {link.text for link in before}
    return "link-target" if has_own_texts and set(before) != set(after) else "link-form"


def targets_replaced(before: Sequence[Link], after: Sequence[Link]) -> int:
    """Return how many links have another target than before, at least one."""
    gone, come = targets_gone_and_come(before, after)
    return max(gone.total(), come.total(), 1)


def targets_gone_and_come(before: Sequence[Link], after: Sequence[Link]) -> tuple[Counter[str], Counter[str]]:
    """Return the targets that only one side has, as often as it has them more: of the links before, of those after."""
    old, new = (Counter(link.target for link in links) for links in (before, after))
    return old - new, new - old


def leads_to_documents(links: Sequence[Link]) -> bool:
    """True if one of the links leads to a document."""
    return _any_target(links, lambda address: address.is_document)


def is_address(text: str, links: Sequence[Link]) -> bool:
    """True if a text is nothing but the address to which its link leads: no figure in it states a fact."""
    return len(links) == 1 and comparable(text) == comparable(links[0].target)


def _any_target(links: Sequence[Link], test: Callable[[Address], bool]) -> bool:
    return any(test(canonical_address(link.target)) for link in links)
