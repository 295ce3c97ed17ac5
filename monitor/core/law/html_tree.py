"""HTML of laws as a tree: BeautifulSoup over Python's own html.parser, in a time that grows with the page alone.

Both libraries look at some markup over and over, and stumble at some. What is done about each:

    a construct that never ends      html.parser searches the rest for its end, and again from the next "<"
                                     -> every construct ends: a tag is put after the page, see `_LAST_TAG`
    references without a meaning     "&#" without digits ends the parsing, "&abc;" loses its semicolon
                                     -> references are not resolved by the parser, but in `resolved`
    <br> without a slash             every end tag is compared with all of them
                                     -> no element is void: an open <br> holds what follows
    text deep inside open elements   climbs through all of them
                                     -> the steps are counted: TooIntricate
    memory                           half a kilobyte a tag or text
                                     -> the tags are counted: TooIntricate
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import TypeGuard

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

from monitor.errors import TooIntricate

MOST_TAGS = 200_000
"""Four seconds and 200 MB. The largest laws have 40 000."""
MOST_STEPS = 5_000_000
"""Elements that texts climb through, in all; half a second. The largest laws need 20 000."""
_TAG = re.compile("<[a-zA-Z/!?]")
_LONG_NUMBER = re.compile(r"&#[0-9]{100,};?")
"""A reference that Python refuses to make a number of where it has more than 4 300 digits."""
_LAST_TAG = """<i a="'" b='"'>"""
"""A tag that ends whatever is open before it, be it a tag, a value in either quotes or a declaration."""


class _Tree(BeautifulSoup):
    """A tree that stops growing when texts lie too deep in it."""

    _steps = 0

    def object_was_parsed(
        self, o: PageElement, parent: Tag | None = None, most_recent_element: PageElement | None = None
    ) -> None:
        """Add a text. One that is not the first in its element makes BeautifulSoup climb to the root."""
        if self.currentTag is not None and self.currentTag.contents:
            self._steps += len(self.tagStack)
            if self._steps > MOST_STEPS:
                raise TooIntricate(why="nesting")
        super().object_was_parsed(o, parent, most_recent_element)


def parse_html(page: str) -> BeautifulSoup:
    """Return the tree of a page, its texts with their white space and as they are written (see `resolved`).

    Raises TooIntricate.
    """
    if page.count("<") > MOST_TAGS and len(_TAG.findall(page)) > MOST_TAGS:
        raise TooIntricate(why="tags")
    markup = page.replace("&", "&amp;").replace("<br>", "<br/>")
    # As the HTML standard says, a processing instruction or a marked section is a comment up to the next ">".
    markup = markup.replace("<?", "<! ?").replace("<![", "<! [")
    ended, end, rest = markup.rpartition("-->")
    markup = f"{ended}{end}{rest.replace('<!--', '<! --')}{_LAST_TAG}"
    return _Tree(
        markup,
        "html.parser",
        empty_element_tags=set(),
        preserve_whitespace_tags={BeautifulSoup.ROOT_TAG_NAME},
        store_line_numbers=False,
    )


def walk(nodes: Iterable[PageElement]) -> Iterator[tuple[PageElement, bool]]:
    """Yield each node where it begins, and each element once more, with True, where it ends.

    `nodes` are in the order of the document, as `descendants` and `next_elements` are. No recursion.
    """
    open_tags: list[Tag] = []
    for node in nodes:
        while open_tags and node.parent is not open_tags[-1]:
            yield open_tags.pop(), True
        yield node, False
        if isinstance(node, Tag):
            open_tags.append(node)
    while open_tags:
        yield open_tags.pop(), True


def is_text(node: PageElement) -> TypeGuard[NavigableString]:
    """True for text that is seen: no comment, declaration, script or style."""
    return type(node) is NavigableString


def resolved(texts: Iterable[str]) -> str:
    """Return the texts of a tree as one, with their character references resolved."""
    return html.unescape(_LONG_NUMBER.sub("\ufffd", "".join(texts)))


def divs(tree: BeautifulSoup) -> Iterator[tuple[list[str], str]]:
    """Yield the classes of each <div> and its own text, up to the first <div> inside it."""
    current: Tag | None = None
    texts: list[str] = []
    for node, ends in walk(tree.descendants):
        if isinstance(node, Tag):
            if node.name == "div":
                if current is not None:
                    yield classes(current), resolved(texts)
                current, texts = None if ends else node, []
        elif current is not None and is_text(node):
            texts.append(node)


def classes(tag: Tag) -> list[str]:
    """Return the classes of an element."""
    return list(tag.get_attribute_list("class"))
