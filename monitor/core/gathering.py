"""From the texts, breaks and links of a page, in reading order, to pieces: one whenever a text ends."""

from __future__ import annotations

import re
from typing import NamedTuple

from monitor.core.furniture import Why
from monitor.core.model import Link
from monitor.core.outline import Piece, Region, Walked
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


class Place(NamedTuple):
    """Where on the page the walk is. `kind` is that of the next piece, `region` the innermost one (-1: none).

    `flat`: inside a heading or a table row, where blocks do not end the text.
    """

    kind: str = "p"
    flat: bool = False
    region: int = -1
    in_main: bool = False
    in_content: bool = False
    is_kept: bool = False


class OuterLink(NamedTuple):
    """The link around one that begins, to be put back when that ends. `target` None: leads nowhere else."""

    target: str | None
    to_self: bool
    start: int
    has_said: bool


class Cut(NamedTuple):
    """How much had been gathered when a part began that is not read."""

    texts: int
    links: int


class Gathering:
    """What has been gathered since the last piece, and all pieces so far. `place` is set by the walk."""

    def __init__(self) -> None:
        self.walked = Walked()
        self.place = Place()
        self._texts: list[str] = []
        self._links: list[tuple[str, int, int]] = []
        self._alts: list[str] = []
        self._stamps: list[str] = []
        self._linked = self._own = 0
        self._link: OuterLink | None = None
        self._waits = 0  # so many texts are a term that waits for its definition
        self._is_after_break = False

    # Texts

    def say(self, text: str) -> None:
        """Some text of the page."""
        if not self._texts and text.isspace():
            return
        if self._is_after_break and not text.isspace():
            self._is_after_break = False
            if text.lstrip()[0] in _BULLETS:
                self.end()
        self._texts.append(text)

    def space(self) -> None:
        """The border of a block inside a heading or a row."""
        self._texts.append(" ")

    def cell(self) -> None:
        """The border of a table cell."""
        self._texts.append(f" {_CELL} ")

    def line_break(self) -> None:
        """A <br>. One ends the text where the line ends a sentence, two end it everywhere."""
        if self.place.flat:
            self._texts.append(" ")
        elif self._is_after_break or "".join(self._texts[-4:]).rstrip().endswith(_SENTENCE_END):
            self.end()
        else:
            self._texts.append(" ")
            self._is_after_break = True

    def picture(self, alt: str) -> None:
        """A picture's text alternative: read where the link or the block says nothing else."""
        said = clean(alt)
        if said and not _FILE_NAME.match(said):
            self._alts.append(said)

    def stamp(self, value: str) -> None:
        """The `datetime` of a <time>."""
        self._stamps.append(value)

    def term_ends(self) -> None:
        """The end of a <dt>: its definition goes on in the same piece."""
        said = "".join(self._texts).rstrip()
        if said:
            self._texts.append(" " if said.endswith(":") else ": ")
            self._waits = len(self._texts)

    @property
    def is_waiting(self) -> bool:
        """Whether a term waits for its definition."""
        return self._waits > 0

    # Parts that are not read, regions

    def cut(self) -> Cut:
        """Begin a part of a sentence, heading or row that is not read."""
        return Cut(len(self._texts), len(self._links))

    def uncut(self, cut: Cut) -> None:
        """End such a part."""
        del self._texts[cut.texts :]
        del self._links[cut.links :]

    def region(self, why: Why) -> None:
        """Begin a region: all that follows is in it, until the place is put back."""
        self.walked.regions.append(Region(why, self.place.region, self.place.in_main))
        self.place = self.place._replace(region=len(self.walked.regions) - 1)

    def control(self) -> None:
        """A button was passed: dialogs are told by theirs."""
        number = self.place.region
        while number >= 0:
            self.walked.regions[number].buttons += 1
            number = self.walked.regions[number].parent

    # Links

    def link_begins(self, target: str | None, *, to_self: bool) -> OuterLink | None:
        """An <a>. Returns the link around it, for `link_ends`."""
        if self._links and self._links[-1][2] == len(self._texts):
            self._texts.append(" ")  # two links without a space between them are still two
        outer = self._link
        self._link = OuterLink(target, to_self, len(self._texts), has_said=False)
        return outer

    def link_ends(self, outer: OuterLink | None) -> None:
        """An </a>: a picture speaks where the link has no text, and the link is noted."""
        link = self._link
        if link is None:
            return
        if self._alts:
            if not link.has_said and not "".join(self._texts[link.start :]).strip():
                self._texts.append(" ".join(self._alts))
            self._alts.clear()
        text = clean("".join(self._texts[link.start :]))
        shorter = _ELSEWHERE.sub("", text)
        if shorter and shorter != text:
            self._texts[link.start :] = [shorter]
        self._note(link)
        self._link = outer

    def _note(self, link: OuterLink) -> None:
        text = clean("".join(self._texts[link.start :]))
        self._linked += len(text)
        if link.to_self:
            self._own += len(text)
        if link.target is None or not text:
            return
        if link.target.startswith("mailto:") and self._links and self._links[-1][1] >= link.start:
            self._links.pop()  # the same address, as a script would show it
        self._links.append((link.target, link.start, len(self._texts)))

    def address(self, address: str) -> None:
        """A mail address that the page hides from machines, said as its script would show it."""
        self._texts.append(address)
        self._links.append((f"mailto:{address}", len(self._texts) - 1, len(self._texts)))

    # Pieces

    def end(self, *, force: bool = False) -> None:
        """The text ends: it becomes a piece. A term that waits is ended by `force` alone."""
        if not self._texts and not self._alts:
            return
        is_term = 0 < self._waits == len(self._texts)
        if is_term and not force:
            return
        text = clean("".join(self._texts))
        if self._link is not None:
            if not text:
                return  # a picture in a link: its text speaks only where the link has no other
            self._note(self._link)
            self._link = self._link._replace(start=0, has_said=True)
        if self.place.kind == "row":
            text = " | ".join(cell for cell in map(str.strip, text.split(_CELL)) if cell)
        elif is_term:
            text = text.removesuffix(":")
        text = text or clean(" ".join(self._alts))
        if text:
            self.walked.pieces.append(self._piece("li" if is_term else self.place.kind, text))
        self._texts.clear()
        self._links.clear()
        self._alts.clear()
        self._stamps.clear()
        self._linked = self._own = self._waits = 0
        self._is_after_break = False

    def _piece(self, kind: str, text: str) -> Piece:
        place = self.place
        links = tuple(
            Link(clean("".join(self._texts[start:end]).replace(_CELL, " ")), target)
            for target, start, end in self._links
        )
        return Piece(
            kind,
            text,
            links,
            place.region,
            place.in_main,
            place.in_content,
            tuple(self._stamps),
            linked=self._linked,
            own=self._own,
        )
