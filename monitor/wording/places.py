"""Places of a change: what a sentence may say in words, each with its weight for the reader.

A place is a value that replaced another, an edit of words, a block that was added or removed, or a link that leads
somewhere else. Consequence first: deadline, sum, obligation, contact.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from monitor.core.judging.dated_items import DATE_LINE, date_of_line
from monitor.core.judging.rules.facts import turnover
from monitor.core.judging.rules.links import (
    is_address,
    leads_to_documents,
    targets_gone_and_come,
    targets_replaced,
)
from monitor.core.model import BlockChange, Link
from monitor.core.page.boilerplate_words import reads_more
from monitor.core.page.date_words import SMALL_WORD
from monitor.core.text import comparable
from monitor.core.vocabulary import DATE
from monitor.wording.nouns import NOUNS
from monitor.wording.text_edits import ReplacedValue, ReplacedWords, text_edits

MOST_IN_WORDS = 3
"""Places that a sentence says in words; it counts the others by kind."""
MOST_READ = 6
"""Blocks whose texts are compared word by word, the weightiest by their rules; the others are only counted."""
MOST_COUNTED = 2_000
"""Blocks in which facts are counted one by one; each one more counts as one."""
LONGEST_READ = 50_000
"""Letters of a text of which something is said in words."""
_NOUN_OF_KIND: Final = {"act-number": "reference", "section-number": "reference"}
"""Kinds of fact whose noun has another name."""
_NOUN_OF_RULE: Final = {
    **{kind: kind for kind in ("deadline", "amount", "contact", "date", "opening-hours", "time-of-day", "figure")},
    **_NOUN_OF_KIND,
}
"""Rules for which the replaced facts are counted, not the blocks that contain them."""
_LINK_RULES: Final = {"document-replaced": ("document", "replaced"), "link-target": ("link", "edited")}
_CONTACTS: Final = {"mailto": "e-mail-address", "tel": "phone-number"}
_WEIGHTS: Final = {
    "deadline": 0, "amount": 1, "duty": 2, "phone-number": 3, "e-mail-address": 3, "postal-address": 3, "contact": 3,
    "opening-hours": 3, "news": 3,
    "date": 4, "time-of-day": 5, "reference": 6, "weighty": 7, "figure": 8, "h": 9, "block": 10,
    "document": 11, "words": 12, "link": 13,
}  # fmt: skip
"""The lightest last. "weighty" are words or a block with a deadline, a sum or a contact among them."""
_WEIGHTY = frozenset({"deadline", "amount", "phone-number", "e-mail-address", "postal-address"})
_WEIGHTY_RULES = frozenset({"deadline", "amount", "contact"})
_LONGEST_WHOLE_HEADING = 80
_CELLS = " | "
_LONGEST_ROW_NAME = 40
_DATE = re.compile(DATE, re.IGNORECASE)
_HEADLINE_WORDS = 3
"""A link of fewer words is a headline in a list alone, with its date right beside it; "Läs mer" never is."""
_MOST_DATES = 2
"""Lines of dates in an item of news, at its beginning or end: when it was published and updated. More are a list of
days."""
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
"""A line that is an address."""


@dataclass(frozen=True, slots=True)
class RetargetedLink:
    """A link with the same words that leads somewhere else; "" where it did not lead or does not lead anywhere.

    `text` is "" where it has no words but its address.
    """

    text: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Headline:
    """The headline of an item of news, and its date as the page has it."""

    text: str
    date: str


@dataclass(frozen=True, slots=True)
class Place:
    """One place that changed. `edit` is what can be said of it: None if it can only be counted, a text to be quoted.

    `noun` is a key of `NOUNS`, `deed` one of `OPERATIONS`; `number` places are counted by one. `order` is the number
    of the place within its block, and `block` that of the block.
    """

    noun: str
    deed: str
    weight: int
    block: int
    heading: str
    order: int = 0
    edit: ReplacedValue | ReplacedWords | RetargetedLink | Headline | str | None = None
    number: int = 1
    row: str = ""
    """Of a value in a table: the first cell of its row, where that is a name and did not change."""

    @property
    def is_fact(self) -> bool:
        """True if the place is a value: its noun names it, wherever it is on the page."""
        return self.noun in _FACTS

    @property
    def is_part_of_block(self) -> bool:
        """True if its noun is that of the block: several places in one block are one "stycke ändrat"."""
        return self.noun in _BLOCKS


_BLOCKS = frozenset({"h", "p", "li", "row", "section"})
_FACTS = frozenset(NOUNS) - _BLOCKS - {"document", "link", "news"}


def changed_places(blocks: Sequence[BlockChange]) -> list[Place]:
    """Return the places of material block changes, the weightiest first."""
    news = _news(blocks)
    told = {number for item in news for number in item.blocks}
    others = [number for number in range(len(blocks)) if number not in told]
    read = frozenset(sorted(others, key=lambda number: _rule_weight(blocks[number]))[:MOST_READ])
    found = [item.place for item in news]
    found += [
        place
        for number in others
        for place in (_places(number, blocks[number]) if number in read else [_counted(number, blocks[number])])
    ]
    return sorted(found, key=lambda place: (place.weight, place.order, place.block))


@dataclass(frozen=True, slots=True)
class _NewsItem:
    """An item of news that came or went as a whole; `blocks` are the numbers of its block changes."""

    place: Place
    blocks: tuple[int, ...]


def _news(blocks: Sequence[BlockChange]) -> list[_NewsItem]:
    """Return the items of news among block changes: under a heading of their own, or with a link as headline."""
    found = list(_under_headings(blocks))
    told = {number for item in found for number in item.blocks}
    return [*found, *_below_links(blocks, told)]


def _under_headings(blocks: Sequence[BlockChange]) -> Iterator[_NewsItem]:
    """Yield each heading that came or went with all under it, a date among it or right before the heading."""
    under: dict[tuple[str, ...], list[int]] = {}
    for number, block in enumerate(blocks):
        under.setdefault(block.heading, []).append(number)
    with_date_before: set[tuple[str, ...]] = set()
    for number, block in enumerate(blocks):
        path = (*block.heading, block.after or block.before or "")
        inside = under.get(path, [])
        if block.op not in {"added", "removed"} or _kind(block) != "h":
            continue
        parents = {block.heading, *with_date_before}
        if _is_date_before(blocks, number, parents) and not _begins_with_own_date(blocks, inside):
            with_date_before.add(path)
            inside = [number - 1, *(at for at in inside if not _is_date_before(blocks, at + 1, {path}))]
        dates = [at for at in inside if _date_of_line(blocks[at])]
        is_dated = 0 < len(dates) <= _MOST_DATES and not {*inside[:2], *inside[-1:]}.isdisjoint(dates)
        if is_dated and all(blocks[at].op == block.op for at in inside):
            yield _news_item(blocks, number, inside, _date_of_line(blocks[dates[0]]))


def _news_item(blocks: Sequence[BlockChange], number: int, others: Sequence[int], date: str) -> _NewsItem:
    block = blocks[number]
    said = Headline(block.after or block.before or "", date)
    order = 0 if block.op == "added" else 1
    place = Place("news", block.op, _WEIGHTS["news"], number, _heading(block), order, said)
    return _NewsItem(place, (number, *others))


def _is_date_before(blocks: Sequence[BlockChange], number: int, headings: Collection[tuple[str, ...]]) -> bool:
    """True if a heading has a date right before it, which came or went with it, under one of these headings."""
    if not 0 < number < len(blocks) or _kind(blocks[number]) != "h":
        return False
    before = blocks[number - 1]
    is_near = before.op == blocks[number].op and before.heading in headings and _kind(before) != "h"
    return is_near and bool(_date_of_line(before))


def _begins_with_own_date(blocks: Sequence[BlockChange], inside: Sequence[int]) -> bool:
    """True if the first line below a heading is a date that does not belong to the next heading."""
    if not inside or not _date_of_line(blocks[inside[0]]):
        return False
    return not _is_date_before(blocks, inside[0] + 1, {blocks[inside[0]].heading})


def _below_links(blocks: Sequence[BlockChange], told: Collection[int]) -> Iterator[_NewsItem]:
    """Yield each link that is a headline, with its date right before or after it, its address, and the text below."""
    taken = set(told)

    def is_free(at: int, headline: BlockChange) -> bool:
        if not 0 <= at < len(blocks) or at in taken:
            return False
        other = blocks[at]
        return (other.op, other.heading, other.kind) == (headline.op, headline.heading, headline.kind)

    for number, block in enumerate(blocks):
        if number in taken or not _is_linked_headline(block):
            continue
        date = number - 1 if is_free(number - 1, block) and _date_of_line(blocks[number - 1]) else None
        if date is None and _is_short(block) and is_free(number - 1, block):
            continue  # the date below it may be that of the next item
        after = number + 1
        while is_free(after, block):
            if not _is_address(blocks[after]):
                if date is not None or not _date_of_line(blocks[after]):
                    break
                date = after
            after += 1
        if date is None:
            continue
        has_text = is_free(after, block) and not _is_linked_headline(blocks[after]) and not _date_of_line(blocks[after])
        others = sorted({date, *range(number + 1, after + has_text)})
        taken.update((number, *others))
        yield _news_item(blocks, number, others, _date_of_line(blocks[date]))


def _is_address(block: BlockChange) -> bool:
    return _ADDRESS.fullmatch(block.after or block.before or "") is not None


def _is_linked_headline(block: BlockChange) -> bool:
    """True of a line that came or went and is one link, not to a document."""
    links, text = block.links_after or block.links_before, block.after or block.before or ""
    if block.op not in {"added", "removed"} or block.kind not in {"p", "li"} or len(links) != 1:
        return False
    if _is_short(block) and (block.kind != "li" or reads_more(text)):
        return False
    return links[0].text == text and not leads_to_documents(links)


def _is_short(block: BlockChange) -> bool:
    return len((block.after or block.before or "").split()) < _HEADLINE_WORDS


def _date_of_line(block: BlockChange) -> str:
    return date_of_line(block.after or block.before or "")


def news_items(blocks: Sequence[BlockChange]) -> list[tuple[int, ...]]:
    """Return the items of news among block changes as the numbers of their blocks, the headline first."""
    return [item.blocks for item in _news(blocks)]


def named_in_words(blocks: Sequence[BlockChange]) -> list[int]:
    """Return the numbers of the block changes that a sentence names, in its order."""
    others = [number for number, block in enumerate(blocks) if block.rule != "update-date"]
    places = changed_places([blocks[number] for number in others])[:MOST_IN_WORDS]
    dates = [number for number, block in enumerate(blocks) if block.rule == "update-date"]
    return list(dict.fromkeys([*(others[place.block] for place in places), *dates]))


def _rule_weight(block: BlockChange) -> int:
    if block.category == "duty":
        return _WEIGHTS["duty"]
    return _WEIGHTS.get(_noun(block), _WEIGHTS["words" if block.op == "edited" else "block"])


def _counted(number: int, block: BlockChange) -> Place:
    """Return the place of a block of which nothing is said in words."""
    count = _number(block) if number < MOST_COUNTED and not _is_very_long(block) else 1
    return Place(_noun(block), _deed(block), _rule_weight(block), number, _heading(block), number=count)


def _is_very_long(block: BlockChange) -> bool:
    return max(len(block.before or ""), len(block.after or "")) > LONGEST_READ


def _noun(block: BlockChange) -> str:
    """Return the noun that a block change counts as."""
    if block.op not in {"added", "removed"}:
        if block.rule in _LINK_RULES:
            return _LINK_RULES[block.rule][0]
        if block.rule in _NOUN_OF_RULE:
            return _NOUN_OF_RULE[block.rule]
    return _kind(block)


def _deed(block: BlockChange) -> str:
    """Return the deed that a block change counts as."""
    if block.op in {"added", "removed"}:
        return block.op
    if block.rule in _LINK_RULES:
        gone, come = targets_gone_and_come(block.links_before, block.links_after)
        if bool(gone) != bool(come):
            return "added" if come else "removed"
        return _LINK_RULES[block.rule][1]
    return "edited"


def _number(block: BlockChange) -> int:
    """Return how many places a block change counts as."""
    if block.op in {"added", "removed"}:
        return 1
    if block.rule in _LINK_RULES:
        return targets_replaced(block.links_before, block.links_after)
    if block.rule in _NOUN_OF_RULE:
        facts = turnover(block.before or "", block.after or "")
        return facts[block.rule].replaced if block.rule in facts else 1
    return 1


def _kind(block: BlockChange) -> str:
    return "h" if block.kind.startswith("h") else block.kind if block.kind in NOUNS else "p"


def _heading(block: BlockChange) -> str:
    return block.heading[-1] if block.heading else ""


def _places(number: int, block: BlockChange) -> Iterator[Place]:
    counted = _counted(number, block)
    before, after = block.before, block.after
    if _is_very_long(block):
        yield counted
    elif before is None or after is None:
        yield _of_one_side(counted, block)
    elif block.rule in _LINK_RULES and is_address(before, block.links_before) and is_address(after, block.links_after):
        yield replace(counted, edit=RetargetedLink("", block.links_before[0].target, block.links_after[0].target))
    elif comparable(before) == comparable(after):
        yield from _of_links(counted, block)
    elif counted.noun == "h" and max(len(before), len(after)) <= _LONGEST_WHOLE_HEADING:
        yield Place("h", "edited", counted.weight, number, counted.heading, edit=ReplacedWords(before, after))
    else:
        yield from list(_of_text(counted, block, before, after)) or [counted]


def _of_text(counted: Place, block: BlockChange, before: str, after: str) -> Iterator[Place]:
    """Yield the places in a text: the values that replaced others, then edits of words.

    Where a fact was replaced but it is not certain by which, the words that differ are said of it.
    """
    edits = text_edits(before, after)
    named = set()
    for order, value in enumerate(edits.values):
        noun = _NOUN_OF_KIND.get(value.kind, value.kind)
        named.add(noun)
        yield Place(noun, "edited", _WEIGHTS[noun], counted.block, counted.heading, order, value, row=_row(block))
    for order, words in enumerate(edits.words):
        if edits.values and _is_glue(words):
            continue
        fact = "" if edits.is_rewritten else _replaced_fact(block, words, named)
        noun = fact or _kind(block)
        named.add(fact)
        yield Place(noun, "edited", _weight(noun, words), counted.block, counted.heading, order, words)


def _is_glue(words: ReplacedWords) -> bool:
    """True of words that come or go with the form of a value alone: "den 15 mars" and "2027-03-15"."""
    if words.before and words.after:
        return False
    return all(SMALL_WORD.fullmatch(word.lower()) for word in (words.before or words.after).split())


def _row(block: BlockChange) -> str:
    """Return the name of a table row, "" where its first cell is none, or changed."""
    (name, *cells), (other, *_) = ((text or "").split(_CELLS) for text in (block.before, block.after))
    is_name = block.kind == "row" and cells and name == other and len(name) <= _LONGEST_ROW_NAME
    return name if is_name and name[:1].isalpha() else ""


def _replaced_fact(block: BlockChange, words: ReplacedWords, named: set[str]) -> str:
    """Return the noun of the fact that gave the block its rule, if it is among these words and no other place says it.

    "" otherwise.
    """
    noun = _NOUN_OF_RULE.get(block.rule, "")
    replaced = {_NOUN_OF_KIND.get(kind, kind) for kind in words.replaced_kinds}
    return noun if noun in replaced and noun not in named else ""


def _weight(noun: str, words: ReplacedWords) -> int:
    if noun in _FACTS:
        return _WEIGHTS[noun]
    if words.is_duty:
        return _WEIGHTS["duty"]
    return _WEIGHTS["words" if _WEIGHTY.isdisjoint(words.kinds) else "weighty"]


def _of_one_side(counted: Place, block: BlockChange) -> Place:
    text = block.before or block.after or ""
    weight = counted.weight
    if counted.noun != "h" and not _WEIGHTY_RULES.isdisjoint(turnover("", text)):
        weight = _WEIGHTS["weighty"]
    said = _headline(text, block.links_before or block.links_after)
    return Place(counted.noun, counted.deed, weight, counted.block, counted.heading, edit=said)


def _headline(text: str, links: Sequence[Link]) -> Headline | str:
    """Return the headline of an item of news, a link at its beginning or after its date; else the text."""
    for link in links[:1]:
        at = text.find(link.text)
        if at < 0 or len(link.text.split()) < _HEADLINE_WORDS:
            continue
        if at == 0:
            return link.text
        if DATE_LINE.fullmatch(text, 0, at):
            date = _DATE.search(text, 0, at)
            return Headline(link.text, date[0]) if date else link.text
    return text


def _of_links(counted: Place, block: BlockChange) -> Iterator[Place]:
    """Yield the places of a block of which only the links differ.

    Uncertain where two links have the same words, unless all links have the words that they had.
    """
    if [link.text for link in block.links_before] == [link.text for link in block.links_after]:
        pairs = [
            (old.text, old.target, new.target) for old, new in zip(block.links_before, block.links_after, strict=True)
        ]
    else:
        before = {link.text: link.target for link in block.links_before}
        after = {link.text: link.target for link in block.links_after}
        pairs = [(text, before.get(text, ""), after.get(text, "")) for text in dict.fromkeys([*before, *after])]
    retargeted = [RetargetedLink(text, old, new) for text, old, new in pairs if old != new]
    if len(retargeted) != counted.number:
        yield counted
        return
    for order, link in enumerate(retargeted):
        yield _of_link(counted, link, order)


def _of_link(counted: Place, link: RetargetedLink, order: int) -> Place:
    old, new = urlsplit(link.before), urlsplit(link.after)
    if old.scheme == new.scheme and new.scheme in _CONTACTS:
        noun = _CONTACTS[new.scheme]
        value = ReplacedValue(noun, old.path, new.path)
        return Place(noun, "edited", _WEIGHTS[noun], counted.block, counted.heading, order, value)
    return Place(counted.noun, counted.deed, counted.weight, counted.block, counted.heading, order, link)
