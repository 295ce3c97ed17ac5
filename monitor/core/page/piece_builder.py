"""Builds the pieces of a page from its texts, breaks and links, in reading order: one piece whenever a text ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from monitor.core.model import Link
from monitor.core.page.boilerplate_by_name import DropReason
from monitor.core.page.boilerplate_words import claims_copyright
from monitor.core.page.page_parts import PageParts, Piece, Region, row_of_cells
from monitor.core.text import clean

_SENTENCE_END = tuple(".!?:;…")
_BULLETS = "•·–—*▪●►»"
_CELL_BORDER = "\x02"
_FILE_NAME = re.compile(r"^[\w\- %.]+\.(?:jpe?g|png|gif|svg|webp)$", re.IGNORECASE)
_LINK_ADDITION = re.compile(
    r"[\s,(–-]*(?:länk till annan webbplats|öppnas i (?:nytt|ett nytt) (?:fönster|flik)|extern länk|external link|"
    r"opens? in (?:a )?new (?:window|tab)|link is external|öffnet (?:in )?(?:ein )?neue[sn]? (?:fenster|tab)|"
    r"(?:s')?ouvre dans une? nouvel(?:le)? (?:fenêtre|onglet)|nouvelle fenêtre)[.)\s]*$",
    re.IGNORECASE,
)
"""What content management systems add to the text of a link, depending on their release."""
_LINK_ADDITION_ENDS = (
    "webbplats", "fönster", "flik", "länk", "link", "window", "tab", "external", "fenster", "fenêtre", "onglet"
)  # fmt: skip
"""How such an addition ends: a quick test before the pattern."""
FLAT = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "row"})
"""Kinds of pieces inside which blocks do not end the text."""


class Position(NamedTuple):
    """The position of the walk on the page. `region` is the number of the innermost region, -1 for none."""

    region: int = -1
    in_main: bool = False
    in_content: bool = False
    is_kept: bool = False


@dataclass(slots=True)
class OpenLink:
    """A link that has begun; `outer` is the one around it.

    `target` is None where the link leads nowhere else; `is_same_page`: it leads to a place on the page itself. `start`
    is the number of texts when it began. `has_text` is True if a piece has ended inside it.
    """

    target: str | None
    is_same_page: bool
    start: int
    outer: OpenLink | None
    has_text: bool = False


class Cut(NamedTuple):
    """How many texts and links there were when a skipped part began."""

    texts: int
    links: int


class NamedPart(NamedTuple):
    """An element with an id that has begun: the kind of piece before it, and the number of pieces before it."""

    name: str
    kind: str
    start: int


class PieceBuilder:
    """Builds pieces: collects the texts of the next piece, and all pieces so far in `walked`.

    `kind` is the kind of the next piece, `position` where it is; the walk sets both. `texts` and `alts` (of pictures)
    are what was collected since the last piece: where both are empty, nothing ends. The first text of a
    piece is not white space alone. `is_after_break`: the next text is that after a <br>, and may begin a piece.
    """

    def __init__(self) -> None:
        self.page = PageParts()
        self.kind = "p"
        self.position = Position()
        self.texts: list[str] = []
        # Of each link its target, the numbers of its first text and of the one after its last, and its words.
        self._links: list[tuple[str, int, int, str]] = []
        self.alts: list[str] = []
        self._stamps: list[str] = []
        self._linked_length = self._same_page_length = 0
        self._open_link: OpenLink | None = None
        self._waiting_texts = 0  # the number of texts of a term that waits for its definition
        self.is_after_break = False

    # Texts

    def add_text_after_break(self, text: str) -> None:
        """Add the text after a <br>; any other text is added to `texts`."""
        if not text.isspace():
            self.is_after_break = False
            if self._begins_line_of_its_own(text.lstrip()):
                self.end_piece()
        self.texts.append(text)

    def _begins_line_of_its_own(self, line: str) -> bool:
        """True if a line after a <br> begins an item, or is the site's last line, which comes and goes by itself."""
        return (line[0] in _BULLETS and self.kind not in FLAT) or (self.kind[0] != "h" and claims_copyright(line))

    def begin_superscript(self, text: str) -> None:
        """Begin a <sup>.

        A note's figure after a figure is not part of that figure: "19" and "1" are not "191".
        """
        if text[:1].isdigit() and self.texts and self.texts[-1][-1:].isdigit():
            self.texts.append(" ")

    def add_space(self) -> None:
        """Add the border of a block inside a heading or a row."""
        self.texts.append(" ")

    def add_cell_border(self) -> None:
        """Add the border of a table cell."""
        self.texts.append(f" {_CELL_BORDER} ")

    def line_break(self) -> None:
        """Add a <br>. One ends the text where the line ends a sentence, two end it everywhere."""
        if self.kind in FLAT:
            self.texts.append(" ")
            self.is_after_break = True
        elif self.is_after_break or "".join(self.texts[-4:]).rstrip().endswith(_SENTENCE_END):
            self.end_piece()
        else:
            self.texts.append(" ")
            self.is_after_break = True

    def add_alt_text(self, alt: str) -> None:
        """Add a picture's text alternative; it counts where the link or the block has no other text."""
        text = clean(alt)
        if text and not _FILE_NAME.match(text):
            self.alts.append(text)

    def add_time(self, value: str) -> None:
        """Add the `datetime` of a <time>."""
        self._stamps.append(value)

    def end_term(self) -> None:
        """End a <dt>: its definition continues in the same piece."""
        term = "".join(self.texts).rstrip()
        if term:
            self.texts.append(" " if term.endswith(":") else ": ")
            self._waiting_texts = len(self.texts)

    @property
    def is_waiting(self) -> bool:
        """True if a term waits for its definition."""
        return self._waiting_texts > 0

    # Skipped parts, regions

    def begin_skipped(self) -> Cut:
        """Begin a skipped part of a sentence, heading or row."""
        return Cut(len(self.texts), len(self._links))

    def end_skipped(self, cut: Cut) -> None:
        """End such a part."""
        del self.texts[cut.texts :]
        del self._links[cut.links :]

    def begin_region(self, reason: DropReason) -> None:
        """Begin a region: everything that follows is in it, until the position is restored."""
        self.page.regions.append(Region(reason, self.position.region, in_content=self.position.in_content))
        self.position = self.position._replace(region=len(self.page.regions) - 1)

    @property
    def is_in_opened(self) -> bool:
        """True inside a part that a control of the page opens, whose name or role suggests boilerplate."""
        number = self.position.region
        return number >= 0 and self.page.regions[number].reason.is_opened

    def count_button(self) -> None:
        """Count a button in its region: buttons tell dialogs from other parts."""
        if self.position.region >= 0:
            self.page.regions[self.position.region].buttons += 1

    def begin_named(self, name: str, kind: str) -> NamedPart:
        """Begin an element with an id. Returns it, for `end_named`."""
        return NamedPart(name, kind, len(self.page.pieces))

    def end_named(self, part: NamedPart) -> None:
        """End such an element and record its pieces; the first of an id counts."""
        self.page.parts.setdefault(part.name, (part.start, len(self.page.pieces)))

    # Links

    def begin_link(self, target: str | None, *, is_same_page: bool) -> OpenLink:
        """Begin an <a>. Returns the link, for `end_link`."""
        if self._links and self._links[-1][2] == len(self.texts):
            self.texts.append(" ")  # two links without a space between them are still two
        self._open_link = OpenLink(target, is_same_page, len(self.texts), self._open_link)
        return self._open_link

    def end_link(self, link: OpenLink) -> None:
        """End an <a> and record its link. A picture's text is used where the link has no other."""
        if self.alts:
            if not link.has_text and not "".join(self.texts[link.start :]).strip():
                self.texts.append(" ".join(self.alts))
            self.alts.clear()
        text = clean("".join(self.texts[link.start :]))
        if text.rstrip(".) ").lower().endswith(_LINK_ADDITION_ENDS):
            shorter = _LINK_ADDITION.sub("", text)
            if shorter and shorter != text:
                self.texts[link.start :] = [shorter]
                text = clean(shorter)
        self._add_link(link, text)
        self._open_link = link.outer

    def _add_link(self, link: OpenLink, text: str) -> None:
        self._linked_length += len(text)
        if link.is_same_page:
            self._same_page_length += len(text)
        if link.target is None or not text:
            return
        if link.target.startswith("mailto:") and self._links and self._links[-1][1] >= link.start:
            self._links.pop()  # the same address, as a script would show it
        words = clean(text.replace(_CELL_BORDER, " ")) if _CELL_BORDER in text else text
        self._links.append((link.target, link.start, len(self.texts), words))

    def add_address(self, address: str) -> None:
        """Add a mail address that the page hides from machines, as its script would show it."""
        self.texts.append(address)
        count = len(self.texts)
        self._links.append((f"mailto:{address}", count - 1, count, clean(address)))

    # Pieces

    def end_piece(self, *, force: bool = False) -> None:
        """End the text, which becomes a piece. A term that waits for its definition is ended by `force` alone."""
        texts = self.texts
        if not texts and not self.alts:
            return
        is_term = 0 < self._waiting_texts == len(texts)
        if is_term and not force:
            return
        text = clean("".join(texts))
        if self._open_link is not None:
            if not text:
                return  # a picture in a link: its text is used only where the link has no other
            self._add_link(self._open_link, clean("".join(texts[self._open_link.start :])))
            self._open_link.start, self._open_link.has_text = 0, True
        if self.kind == "row":
            text = row_of_cells(text.split(_CELL_BORDER))
        elif is_term:
            text = text.removesuffix(":")
        text = text or clean(" ".join(self.alts))
        if text:
            region, in_main, in_content, _ = self.position
            links = tuple([Link(words, target) for target, _, _, words in self._links])
            kind = "li" if is_term else self.kind
            times = tuple(self._stamps)
            piece = Piece(
                kind, text, links, region, in_main, in_content, times, self._linked_length, self._same_page_length
            )
            self.page.pieces.append(piece)
        texts.clear()
        self._links.clear()
        self.alts.clear()
        self._stamps.clear()
        self._linked_length = self._same_page_length = self._waiting_texts = 0
        self.is_after_break = False
