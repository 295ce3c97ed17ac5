"""What a page of the laboratory says, apart from the markup that a layout gives it.

A text may hold marks: `[[deadline]]` stands for the value of the fact of that name, `[[phone|digits]]` for its digits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

MARK = re.compile(r"\[\[(\w+)(\|digits)?\]\]")


class Link(NamedTuple):
    """A link, with its address as the page writes it."""

    text: str
    href: str


class Section(NamedTuple):
    """A heading of the second level and what is below it: paragraphs, then a list of items."""

    heading: str
    paragraphs: tuple[str, ...]
    items: tuple[str, ...] = ()


class Table(NamedTuple):
    """A table under a heading of its own; `rows` are without the row of column names."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page.

    `status` stands right under the title, `contact` in a box beside the text where a layout has one. `top` and `bottom`
    are lines of the text: under the title, and after everything else. `extra` is HTML of the text, after its sections.
    `before`, `tools` and `beside` are HTML of the site: first on the page, beside the title, and after the text. `only`
    is HTML that stands in place of everything the page says of its own, "" where it says it.
    """

    language: str
    title: str
    status: tuple[tuple[str, str], ...]
    preamble: str
    sections: tuple[Section, ...]
    table: Table
    questions_heading: str
    questions: tuple[tuple[str, str], ...]
    documents_heading: str
    documents: tuple[Link, ...]
    contact_heading: str
    contact: tuple[tuple[str, str], ...]
    stamp: tuple[str, str]
    site: str
    menu: tuple[Link, ...]
    footer: tuple[str, ...]
    facts: Mapping[str, str]
    top: tuple[str, ...] = ()
    bottom: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    only: str = ""

    def saying(self, fact: str, value: str) -> Sheet:
        """Return the sheet with another value of a fact."""
        return replace(self, facts={**self.facts, fact: value})

    def filled(self, text: str) -> str:
        """Return a text with the values of its facts."""
        return MARK.sub(lambda mark: _value(self.facts[mark[1]], digits=bool(mark[2])), text)


def _value(value: str, *, digits: bool) -> str:
    return re.sub(r"\D", "", value) if digits else value
