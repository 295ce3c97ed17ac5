"""From the texts, breaks and links of a page, in reading order, to pieces: one whenever a text ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from monitor.core.model import Link
from monitor.core.page.boilerplate_by_name import DropReason
from monitor.core.page.pieces import Piece, Region, Walked
from monitor.core.text import clean

_SENTENCE_END = tuple(".!?:;…")
_BULLETS = "•·–—*▪●►»"
_CELL = "\x02"
_FILE_NAME = re.compile(r"^[\w\- %.]+\.(?:jpe?g|png|gif|svg|webp)$", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"[\s,(–-]*(?:länk till annan webbplats|öppnas i (?:nytt|ett nytt) (?:fönster|flik)|extern länk|external link|"
    r"opens? in (?:a )?new (?:window|tab)|link is external|öffnet (?:in )?(?:ein )?neue[sn]? (?:fenster|tab)|"
    r"(?:s')?ouvre dans une? nouvel(?:le)? (?:fenêtre|onglet)|nouvelle fenêtre)[.)\s]*$",
    re.IGNORECASE,
)
"""What content management systems add to the text of a link, in one release or another."""
_ELSEWHERE_ENDS = (
    "webbplats", "fönster", "flik", "länk", "link", "window", "tab", "external", "fenster", "fenêtre", "onglet"
)  # fmt: skip
"""How such an addition ends: a quick look before the pattern."""
FLAT = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "row"})
"""Kinds of pieces inside which blocks do not end the text."""


class Place(NamedTuple):
    """Where on the page the walk is. `region` is the number of the innermost region, -1 for none."""

    region: int = -1
    in_main: bool = False
    in_content: bool = False
    is_kept: bool = False


@dataclass(slots=True)
class OpenLink:
    """A link that was begun, `outer` being the one around it. `target` None: leads nowhere else."""

    target: str | None
    to_self: bool
    start: int
    outer: OpenLink | None
    has_said: bool = False


class Cut(NamedTuple):
    """How much had been gathered when a part began that is not read."""

    texts: int
    links: int


class PieceBuilder:
    """What has been gathered since the last piece, and all pieces so far.

    `kind` is that of the next piece, `place` where it stands; both are set by the walk. `texts` and `alts` (of
    pictures) are what was gathered: where both are empty, nothing ends.
    """

    def __init__(self) -> None:
        self.walked = Walked()
        self.kind = "p"
        self.place = Place()
        self.texts: list[str] = []
        self._links: list[tuple[str, int, int, str]] = []  # target, from this text, to this text, words
        self.alts: list[str] = []
        self._stamps: list[str] = []
        self._linked = self._own = 0
        self._link: OpenLink | None = None
        self._waits = 0  # so many texts are a term that waits for its definition
        self._is_after_break = False

    # Texts

    def say(self, text: str) -> None:
        """Some text of the page; not white space alone before anything was said."""
        if self._is_after_break and not text.isspace():
            self._is_after_break = False
            if text.lstrip()[0] in _BULLETS:
                self.end()
        self.texts.append(text)

    def raised(self, text: str) -> None:
        """A <sup> begins: a note's figure after a figure is no part of it, "19" and "1" are not "191"."""
        if text[:1].isdigit() and self.texts and self.texts[-1][-1:].isdigit():
            self.texts.append(" ")

    def space(self) -> None:
        """The border of a block inside a heading or a row."""
        self.texts.append(" ")

    def cell(self) -> None:
        """The border of a table cell."""
        self.texts.append(f" {_CELL} ")

    def line_break(self) -> None:
        """A <br>. One ends the text where the line ends a sentence, two end it everywhere."""
        if self.kind in FLAT:
            self.texts.append(" ")
        elif self._is_after_break or "".join(self.texts[-4:]).rstrip().endswith(_SENTENCE_END):
            self.end()
        else:
            self.texts.append(" ")
            self._is_after_break = True

    def picture(self, alt: str) -> None:
        """A picture's text alternative: read where the link or the block says nothing else."""
        said = clean(alt)
        if said and not _FILE_NAME.match(said):
            self.alts.append(said)

    def stamp(self, value: str) -> None:
        """The `datetime` of a <time>."""
        self._stamps.append(value)

    def term_ends(self) -> None:
        """The end of a <dt>: its definition goes on in the same piece."""
        said = "".join(self.texts).rstrip()
        if said:
            self.texts.append(" " if said.endswith(":") else ": ")
            self._waits = len(self.texts)

    @property
    def is_waiting(self) -> bool:
        """Whether a term waits for its definition."""
        return self._waits > 0

    # Parts that are not read, regions

    def cut(self) -> Cut:
        """Begin a part of a sentence, heading or row that is not read."""
        return Cut(len(self.texts), len(self._links))

    def uncut(self, cut: Cut) -> None:
        """End such a part."""
        del self.texts[cut.texts :]
        del self._links[cut.links :]

    def region(self, why: DropReason) -> None:
        """Begin a region: all that follows is in it, until the place is put back."""
        self.walked.regions.append(Region(why, self.place.region, self.place.in_main))
        self.place = self.place._replace(region=len(self.walked.regions) - 1)

    def control(self) -> None:
        """A button was passed: dialogs are told by theirs."""
        if self.place.region >= 0:
            self.walked.regions[self.place.region].buttons += 1

    # Links

    def link_begins(self, target: str | None, *, to_self: bool) -> OpenLink:
        """An <a>. Returns the link, for `link_ends`."""
        if self._links and self._links[-1][2] == len(self.texts):
            self.texts.append(" ")  # two links without a space between them are still two
        self._link = OpenLink(target, to_self, len(self.texts), self._link)
        return self._link

    def link_ends(self, link: OpenLink) -> None:
        """An </a>: a picture speaks where the link has no text, and the link is noted."""
        if self.alts:
            if not link.has_said and not "".join(self.texts[link.start :]).strip():
                self.texts.append(" ".join(self.alts))
            self.alts.clear()
        text = clean("".join(self.texts[link.start :]))
        if text.rstrip(".) ").lower().endswith(_ELSEWHERE_ENDS):
            shorter = _ELSEWHERE.sub("", text)
            if shorter and shorter != text:
                self.texts[link.start :] = [shorter]
                text = clean(shorter)
        self._note(link, text)
        self._link = link.outer

    def _note(self, link: OpenLink, text: str) -> None:
        self._linked += len(text)
        if link.to_self:
            self._own += len(text)
        if link.target is None or not text:
            return
        if link.target.startswith("mailto:") and self._links and self._links[-1][1] >= link.start:
            self._links.pop()  # the same address, as a script would show it
        words = clean(text.replace(_CELL, " ")) if _CELL in text else text
        self._links.append((link.target, link.start, len(self.texts), words))

    def address(self, address: str) -> None:
        """A mail address that the page hides from machines, said as its script would show it."""
        self.texts.append(address)
        count = len(self.texts)
        self._links.append((f"mailto:{address}", count - 1, count, clean(address)))

    # Pieces

    def end(self, *, force: bool = False) -> None:
        """The text ends: it becomes a piece. A term that waits is ended by `force` alone."""
        texts = self.texts
        if not texts and not self.alts:
            return
        is_term = 0 < self._waits == len(texts)
        if is_term and not force:
            return
        text = clean("".join(texts))
        if self._link is not None:
            if not text:
                return  # a picture in a link: its text speaks only where the link has no other
            self._note(self._link, clean("".join(texts[self._link.start :])))
            self._link.start, self._link.has_said = 0, True
        if self.kind == "row":
            text = " | ".join(cell for cell in map(str.strip, text.split(_CELL)) if cell)
        elif is_term:
            text = text.removesuffix(":")
        text = text or clean(" ".join(self.alts))
        region, in_main, in_content, _ = self.place
        links = tuple([Link(words, target) for target, _, _, words in self._links])
        kind = "li" if is_term else self.kind
        times = tuple(self._stamps)
        piece = Piece(kind, text, links, region, in_main, in_content, times, self._linked, self._own)
        if text:
            self.walked.pieces.append(piece)
        texts.clear()
        self._links.clear()
        self.alts.clear()
        self._stamps.clear()
        self._linked = self._own = self._waits = 0
        self._is_after_break = False
