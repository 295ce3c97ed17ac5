"""The items of a listing: the links of a page's main content that lead to pages of the same site.

Not an item is what leads on within the listing: another page of it, a filter, a year or a month of it (its own address
with other parameters or with numbers behind it), what the markup names as its next or previous page, and what is
called by numbers alone. Where nothing else is left, pages that differ in their parameters are items: "?id=16".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser

from monitor.core.judging.section_changes import identity
from monitor.core.model import Block, Item, Recipe
from monitor.core.page.date_forms import WRITTEN_DATE, DateContext, parse_match
from monitor.core.page.extraction import PageSource, build_extraction
from monitor.core.page.html_head import HtmlHead
from monitor.core.page.html_walk import HtmlWalk
from monitor.core.page.link_targets import link_target
from monitor.core.section.reading import SectionReading, is_same_site
from monitor.core.text import clean
from monitor.errors import EmptyText

_LEADING_ON = 'a[rel~="next"],a[rel~="prev"],a[rel~="first"],a[rel~="last"],a[aria-current]'
_NEXT = 'link[rel~="next"][href],a[rel~="next"][href]'
_WORD = re.compile(r"[^\W\d_]{2}")
_DIGIT = re.compile(r"\d")
_PAGE_NUMBER = re.compile(r"\W*\d{1,3}\W*")
_PERIOD = re.compile(r"(?:19|20)\d\d(?:[\W_]+\d{1,2}){0,2}")
"""What a listing has behind its address for a part of itself: 2024, 2024/03."""
_NUMBERED = re.compile(r"(?:[^\W\d_]+/)?\d{1,3}")
"""The same for one of its pages, 3 or sida/3; that of an item has a headline."""
_LEAST_HEADLINE = 3
"""Words."""
_EVERYTHING = "body"
_AROUND = ("nav", "header", "footer", "aside", "form")
_SUBHEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
_LEAST_REAL = 2
LONGEST_TITLE = 200


@dataclass(slots=True)
class _Card:
    """The links to one page, in reading order, and the days that stand beside them."""

    url: str
    place: int
    texts: list[str] = field(default_factory=list)
    headline: str = ""
    heading: tuple[str, int] | None = None
    """The innermost heading above its first link, and that heading's place."""
    day: str | None = None


def read_listing(
    tree: LexborHTMLParser, url: str, recipe: Recipe, source: PageSource, context: DateContext
) -> SectionReading:
    """Return the items of a listing, in reading order. Raises SelectorMatchedNothing, SentinelMissing.

    `recipe.keep` and `recipe.drop` narrow the part of the page in which they are looked for.
    """
    head = HtmlHead(tree)
    base = head.base(url)
    leading_on = {identity(to) for to in _targets(tree, _LEADING_ON, base)}
    narrow = Recipe(recipe.keep, recipe.drop, recipe.ignore)
    cards: list[_Card] = []
    title, language = source.title, None
    ways = [narrow] if recipe.keep else [narrow, Recipe(_EVERYTHING, (*_AROUND, *recipe.drop), recipe.ignore)]
    for way in ways:
        try:
            page = build_extraction(HtmlWalk(tree, base, way).parts(), source, way)
        except EmptyText:
            continue
        title, language = page.main_heading or page.title, page.language
        found = _cards(page.blocks, url, leading_on, context, matches=bool(recipe.section and recipe.section.match))
        if len(found) > len(cards):
            cards = found
        if len(cards) >= _LEAST_REAL:
            break
    items = tuple(Item(_title(card), card.url, card.day) for card in cards)
    return SectionReading(
        "listing", title, items, next_page=next_page(tree, url), language=language, encoding=source.encoding
    )


def next_page(tree: LexborHTMLParser, url: str) -> str | None:
    """Return the address that the markup names as the next page of a listing, on the same site; None without one."""
    named = _targets(tree, _NEXT, HtmlHead(tree).base(url))
    return next((to for to in named if is_same_site(to, url) and identity(to) != identity(url)), None)


def _targets(tree: LexborHTMLParser, selector: str, base: str) -> Iterator[str]:
    for node in tree.css(selector):
        to = link_target(node.attributes.get("href") or "", base)
        if to is not None and to.startswith(("http://", "https://")):
            yield to


def _cards(
    blocks: Sequence[Block], url: str, leading_on: set[str], context: DateContext, *, matches: bool
) -> list[_Card]:
    """Return the pages that are linked to, each once; `matches`: patterns decide which of them are items."""
    cards: dict[str, _Card] = {}
    above: tuple[str, int] | None = None
    for place, block in enumerate(blocks):
        above = (block.text, place) if block.kind in _SUBHEADINGS else above
        for link in block.links:
            if not link.target.startswith(("http://", "https://")):
                continue
            key = identity(link.target)
            card = cards.setdefault(key, _Card(link.target, place, heading=above))
            card.texts.append(link.text)
            if block.kind.startswith("h") and not card.headline:
                card.headline = link.text
    chosen = [
        (card, within)
        for key, card in cards.items()
        if key != identity(url) and (within := _way(card, key, url, leading_on, matches=matches)) is not None
    ]
    apart = [card for card, within in chosen if not within]
    found = apart or [card for card, _ in chosen]
    _name_by_headings(found)
    _date(found, blocks, context)
    return found


def _name_by_headings(cards: Sequence[_Card]) -> None:
    """Give a card the heading above it where its links say what all of them do, with or without the heading's words.

    That is "Läs mer", "Läs mer om Nya medel" under "Nya medel", "(pdf, 300 kB)".
    """
    said = Counter(_beside_heading(card, text) for card in cards for text in dict.fromkeys(card.texts))
    headings = Counter(card.heading for card in cards)
    for card in cards:
        own = [text for text in card.texts if said[_beside_heading(card, text)] == 1 and not text.startswith("(")]
        if card.headline or card.heading is None or headings[card.heading] > 1 or own:
            card.headline = card.headline or next(iter(own), "")
            continue
        card.headline, card.place = card.heading


def _beside_heading(card: _Card, text: str) -> str:
    """Return what the text of a link says without the words of the heading above it, in lower case."""
    heading = card.heading[0].casefold() if card.heading else ""
    return text.casefold().replace(heading, "", 1)


def _way(card: _Card, key: str, url: str, leading_on: set[str], *, matches: bool) -> bool | None:
    """Return whether a page differs from the listing in its parameters alone; None where it is no item."""
    if matches:
        return False
    if not is_same_site(card.url, url) or key in leading_on:
        return None
    if any(map(_PAGE_NUMBER.fullmatch, card.texts)) or not any(map(_WORD.search, card.texts)):
        return None
    own, other = (unquote(urlsplit(address).path).rstrip("/").casefold() for address in (url, card.url))
    if own == other:
        return True
    behind = other.removeprefix(f"{own}/") if other.startswith(f"{own}/") else ""
    words = max(len(text.split()) for text in card.texts)
    if not other or _PERIOD.fullmatch(behind) or (_NUMBERED.fullmatch(behind) and words < _LEAST_HEADLINE):
        return None
    return False


def _date(cards: Sequence[_Card], blocks: Sequence[Block], context: DateContext) -> None:
    """Give each card the first day that stands in its own block, else beside it, before or after as the page has it."""
    days = [_day(block.text, context) for block in blocks]
    places = sorted({card.place for card in cards})
    if not places:
        return
    stands_alone = [
        day is not None and len(block.text) <= len("den 30 september 2024 kl. 10.00")
        for day, block in zip(days, blocks, strict=True)
    ]
    is_before = places[0] > 0 and stands_alone[places[0] - 1] and not any(stands_alone[places[-1] + 1 :])
    for card in cards:
        if (own := _day(blocks[card.place].text, context, without=card.texts[0])) is not None:
            card.day = own
        elif is_before:
            card.day = days[card.place - 1] if stands_alone[card.place - 1] else None
        else:
            behind = bisect_right(places, card.place)
            end = places[behind] if behind < len(places) else len(blocks)
            card.day = next((day for day in days[card.place + 1 : end] if day is not None), None)


def _day(text: str, context: DateContext, without: str = "") -> str | None:
    """Return the first day in a text, outside the headline `without`, or within it where it begins or ends with one."""
    if not _DIGIT.search(text):  # as most headlines are; to look for a date costs a thousand times as much
        return None
    outside = text.replace(without, " ", 1) if without and without != text else text
    for part in (outside, text):
        for match in WRITTEN_DATE.finditer(part):
            is_at_end = match.start() <= 1 or match.end() >= len(part) - 1 or part is outside is not text
            found = parse_match(match, context, future=True) if is_at_end else None
            if found is not None:
                return found
    return None


def _title(card: _Card) -> str:
    """Return the headline of a page, else the first link's text, without a day around it."""
    text = clean(card.headline or next(filter(None, card.texts), ""))
    for match in WRITTEN_DATE.finditer(text) if _DIGIT.search(text) else ():
        rest = text[match.end() :] if match.start() == 0 else text[: match.start()] if match.end() == len(text) else ""
        rest = rest.strip(" –-,:|·•()")
        if _WORD.search(rest):
            text = rest
            break
    return text[:LONGEST_TITLE]
