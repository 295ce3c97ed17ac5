"""Riksdagen's HTML form of a law as plain text: entries above a rule, the text of the law below it.

    <b>SFS nr</b>: 2021:995<br /> … <hr />
    <div class="sfstoc">contents</div>
    <div><p><a name="S1"></a></p><a class="paragraf" name="P1"><b>1 §</b></a>   Text<br />
       1. item</div>

An empty <p>, a heading or the anchor of a § begins a paragraph; a <br> before an indent begins an item.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bs4 import BeautifulSoup
from bs4.element import PageElement, Tag

from monitor.core.law.html_tree import classes, is_text, parse_html, resolved, walk
from monitor.core.text import clean

_INDENTED = re.compile(r"\n[^\S\n]{2,}(?=\S)")
_BLOCKS = frozenset({"p", "div", "h1", "h2", "h3", "h4", "pre", "table", "tr", "li"})


@dataclass(frozen=True, slots=True)
class PlainText:
    """An HTML form as plain text: the entries above the rule, the text below it, and the table of contents.

    `title` is the page's own, "" where it has none.
    """

    title: str
    header: dict[str, str]
    text: str
    contents: str


def convert(page: str) -> PlainText:
    """Convert riksdagen's HTML to the plain form. Raises TooIntricate."""
    tree = parse_html(page)
    body = _BodyText()
    rule = tree.find("hr")
    if rule is not None:
        body.add(rule.next_elements)
    return PlainText(_title(tree), _header(tree), "".join(body.text), clean("".join(body.contents)))


def _title(tree: BeautifulSoup) -> str:
    heading = tree.find(["title", "h1"])
    return clean(resolved(f"{node} " for node in heading.descendants if is_text(node))) if heading is not None else ""


def _header(tree: BeautifulSoup) -> dict[str, str]:
    """Return the entries above the rule; not one that no <br> ends, which may be cut short."""
    entries: dict[str, str] = {}
    is_entry = False
    texts: list[str] = []
    for node in tree.descendants:
        if is_text(node):
            texts.append(node)
        elif not isinstance(node, Tag):
            continue
        elif node.name == "hr":
            break
        elif node.name == "b" and not is_entry:
            is_entry, texts = True, []
        elif node.name == "br":
            name, colon, value = resolved(texts).partition(":")
            if is_entry and colon:
                entries[clean(name)] = clean(value)
            is_entry, texts = False, []
    return entries


class _BodyText:
    """Collects the text below the rule as plain text: a blank line between stycken, items and headings."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.contents: list[str] = []
        self._table_of_contents: Tag | None = None
        self._after_break: str | None = None

    def add(self, nodes: Iterable[PageElement]) -> None:
        """Add nodes, in the order of the document."""
        for node, ends in walk(nodes):
            if is_text(node):
                self._add_text(resolved([node]))
            elif not isinstance(node, Tag):
                continue
            elif ends:
                self._end(node)
            else:
                self._start(node)

    def _start(self, tag: Tag) -> None:
        if tag.name == "br":
            self._after_break = ""
        elif tag.name == "div" and self._table_of_contents is None and "sfstoc" in classes(tag):
            self._table_of_contents = tag
        elif tag.name in _BLOCKS or "paragraf" in classes(tag):
            self._begin_paragraph()

    def _end(self, tag: Tag) -> None:
        if tag is self._table_of_contents:
            self._table_of_contents = None
        elif tag.name == "td":
            self._put("\t")
        elif tag.name in _BLOCKS and tag.name not in ("p", "div", "li"):
            self._begin_paragraph()

    def _add_text(self, text: str) -> None:
        text = text.replace("\r\n", "\n")
        if self._after_break is not None:
            self._after_break += text
            if not self._after_break.strip():
                return
            # An item is indented by no-break spaces after the break; anything else continues on a new line.
            gap = "\n\n" if self._after_break.lstrip("\n").startswith("\xa0") else "\n"
            text, self._after_break = gap + self._after_break.lstrip(), None
        self._put(_INDENTED.sub("\n\n", text))

    def _begin_paragraph(self) -> None:
        self._after_break = None
        self._put("\n\n")

    def _put(self, text: str) -> None:
        (self.contents if self._table_of_contents is not None else self.text).append(text)
