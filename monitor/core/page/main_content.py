"""From the pieces of a page, in reading order, to its main content: blocks under headings, and what is dropped."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.core.model import Block, Dropped, FramedPage
from monitor.core.page.beside_main import OUTSIDE_MAIN, read_contacts, read_under_heading
from monitor.core.page.boilerplate_by_name import DropReason
from monitor.core.page.boilerplate_by_place import drop_by_place, drop_invitations, drop_last_line
from monitor.core.page.boilerplate_words import is_heading_of_contents, is_site_link
from monitor.core.page.page_parts import MOSTLY_LINKED, PageParts, Piece
from monitor.core.page.regions import reasons_of_regions
from monitor.core.text import comparable

MAIN, ARTICLE, WHOLE = "main", "article", "whole"
"""Frames (see PageFrames)."""
OUTSIDE_KEEP = DropReason("outside keep", sure=True, by_recipe=True)
"""The reason of everything that `keep` does not select."""
LEAST_MAIN_LENGTH = 150
"""Characters that a main part must have to be believed, unless there are even fewer outside."""
_LEAST_MAIN_RATIO = 0.25
"""A declared main part must hold at least this many times the text outside, or it is not believed."""
_LEAST_ARTICLE_RATIO = 1.0
"""The same for the only article of a page without a main part: a weaker sign, so it must hold as much as is outside."""
_LEAST_SECOND_ARTICLE = 1_500
"""Characters outside links that an article beside the main part must have to be a part of it, as a second text is."""


def find_main_content(page: PageParts, title: str = "") -> list[str | None]:
    """Return for each piece the reason why it does not count, None where it counts. `title` is the page's.

    To be called once for a page.
    """
    return list(PageFrames(page, title).chosen_view.reasons)


@dataclass(frozen=True, slots=True)
class FrameView:
    """A page seen in one frame.

    `reasons` says for each piece why it does not count. `beside` are the pieces that count although they are outside
    the frame, each with the number of its group; -1 for the page's heading and what is read under it.
    """

    reasons: list[str | None]
    beside: dict[int, int]


class PageFrames:
    """The frames in which the main content of a page may be: its main part, its article, an element, the whole page.

    A main part that holds enough text is the page; otherwise everything that is not boilerplate is. `chosen` is the
    frame that the page alone suggests. A frame is "main", "article", "whole", or "#" and the id of an element.
    """

    def __init__(self, page: PageParts, title: str = "") -> None:
        self._page = page
        self._title = title
        self._without_boilerplate = reasons_of_regions(page)
        self.is_of_recipe = any(region.reason is OUTSIDE_KEEP for region in page.regions)
        self.chosen: str = WHOLE
        self._in_main = _with_second_articles(page.pieces, self._without_boilerplate)
        if not self.is_of_recipe:  # the recipe says what counts, so nothing is guessed
            _drop_tables_of_contents(page.pieces, self._without_boilerplate)
            self.chosen = self._choose()
        self.chosen_view = self._view(self.chosen)
        self._stated: tuple[int, ...] = ()
        self.heading_beside = ""

    @property
    def part(self) -> str:
        """The id of the chosen main part or article, empty where it has none."""
        return {MAIN: self._page.main_id, ARTICLE: self._page.article_id}.get(self.chosen, "")

    def keep_stated(self, lines: Iterable[int]) -> None:
        """Keep the pieces that state the page's dates in every frame."""
        self._stated = tuple(lines)
        for number in self._stated:
            self.chosen_view.reasons[number] = None

    @cached_property
    def chosen_blocks(self) -> tuple[Block, ...]:
        """What counts in the chosen frame, once `heading_beside` and what is stated are known."""
        return self._blocks(self.chosen_view)

    def _blocks(self, view: FrameView) -> tuple[Block, ...]:
        return blocks(self._page.pieces, view.reasons, view.beside, self.heading_beside)

    def in_frame(self, frame: str) -> FramedPage:
        """Return the page as it is extracted in a frame."""
        return self._framed(self.chosen_view if frame == self.chosen else self._view(frame), self._is_inside(frame))

    def in_whole_like(self, inside: frozenset[str], outside: frozenset[str]) -> FramedPage:
        """Return the page as it is extracted without a frame, in the knowledge of an earlier revision that has one.

        `inside` are the texts that were in it, `outside` those that were not: they stay outside.
        """
        return self._framed(self._view(WHOLE, outside - inside, inside), None)

    def _framed(self, view: FrameView, is_inside: Sequence[bool] | None) -> FramedPage:
        for number in self._stated:
            view.reasons[number] = None
        own = [
            piece
            for number, (piece, reason) in enumerate(zip(self._page.pieces, view.reasons, strict=True))
            if reason is None and number not in view.beside and (is_inside is None or is_inside[number])
        ]
        is_menu = (
            bool(own)
            and all(piece.is_heading or piece.is_short_link for piece in own)
            and _is_menu([piece.text for piece in own if not piece.is_heading])
        )
        found = self.chosen_blocks if view is self.chosen_view else self._blocks(view)
        return FramedPage(found, tuple([piece.text for piece in own]), is_menu)

    def _choose(self) -> str:
        if self._holds_enough(MAIN, _LEAST_MAIN_RATIO):
            return MAIN
        return ARTICLE if self._page.articles == 1 and self._holds_enough(ARTICLE, _LEAST_ARTICLE_RATIO) else WHOLE

    def _holds_enough(self, frame: str, least_ratio: float) -> bool:
        """True if a frame holds `least_ratio` times what is outside, and LEAST_MAIN_LENGTH."""
        inside = outside = 0
        is_inside = self._is_inside(frame) or ()
        for piece, reason, is_in in zip(self._page.pieces, self._without_boilerplate, is_inside, strict=True):
            if reason is None and is_in:
                inside += len(piece.text)
            elif reason is None:
                outside += len(piece.text)
        return inside >= max(min(LEAST_MAIN_LENGTH, outside + 1), least_ratio * outside)

    def _is_inside(self, frame: str) -> Sequence[bool] | None:
        """Return for each piece whether it is in a frame; None for the whole page."""
        pieces = self._page.pieces
        if frame == MAIN:
            return self._in_main
        if frame == ARTICLE:
            return [piece.in_content for piece in pieces]
        if frame == WHOLE:
            return None
        start, end = self._page.parts.get(frame.removeprefix("#"), (0, 0))
        return [start <= number < end for number in range(len(pieces))]

    def outside(self, frame: str) -> list[str]:
        """Return the texts outside a frame that no name or tag calls boilerplate."""
        is_inside = self._is_inside(frame)
        if is_inside is None:
            return []
        return [
            piece.text
            for piece, reason, is_in in zip(self._page.pieces, self._without_boilerplate, is_inside, strict=True)
            if reason is None and not is_in
        ]

    def _view(self, frame: str, known_outside: Container[str] = (), known_inside: Container[str] = ()) -> FrameView:
        """See the page in a frame.

        On the whole page, `known_outside` are texts that are boilerplate all the same, and `known_inside` texts that
        are content even as a list of links.
        """
        pieces, reasons, is_inside = self._page.pieces, list(self._without_boilerplate), self._is_inside(frame)
        if self.is_of_recipe:
            return FrameView(reasons, {})
        for number, piece in enumerate(pieces):
            is_out = not is_inside[number] if is_inside else piece.text in known_outside
            if is_out and reasons[number] is None:
                reasons[number] = OUTSIDE_MAIN
        if is_inside and frame != ARTICLE:
            is_content = is_inside
        else:
            is_content = [piece.in_main or piece.text in known_inside for piece in pieces]
        _drop_menus(pieces, reasons, is_content)
        if is_inside is None:
            drop_by_place(pieces, reasons, self._title)
        drop_last_line(pieces, reasons)
        drop_invitations(pieces, reasons)
        heading = _keep_heading(pieces, reasons)
        above = [] if heading is None else [heading, *read_under_heading(pieces, reasons, heading)]
        beside = {**dict.fromkeys(above, -1), **read_contacts(pieces, reasons)}
        return FrameView(reasons, beside)


def _with_second_articles(pieces: Sequence[Piece], reasons: Sequence[str | None]) -> list[bool]:
    """Return for each piece whether it is in the main part, or in an article beside it that holds as long a text.

    Teasers are articles as well, but short, or links.
    """
    is_inside = [piece.in_main for piece in pieces]
    if not any(is_inside):
        return is_inside
    run: list[int] = []
    for number, piece in enumerate([*pieces, Piece("p", "")]):
        if piece.in_content and not piece.in_main and reasons[number] is None:
            run.append(number)
            continue
        if run and sum(len(pieces[each].text) - pieces[each].linked for each in run) >= _LEAST_SECOND_ARTICLE:
            for each in run:
                is_inside[each] = True
        run = []
    return is_inside


def _drop_tables_of_contents(pieces: Sequence[Piece], reasons: list[str | None]) -> None:
    """Drop links to places on the page itself.

    The first on the page skip its menu; three or more in a row repeat its headings. The heading of such links goes with
    them where it is above nothing else.
    """
    if not any(piece.same_page_linked for piece in pieces):
        return
    run: list[int] = []
    is_first = True
    levels: dict[str, str] = {}  # of each heading, the kind
    for piece in pieces:
        if piece.is_heading:
            levels.setdefault(comparable(piece.text), piece.kind)
    for number, piece in enumerate([*pieces, Piece("p", "")]):
        if piece.same_page_linked and piece.same_page_linked >= MOSTLY_LINKED * len(piece.text):
            run.append(number)
            continue
        above = run[0] - 1 if run else -1
        is_introduced = above >= 0 and _introduces(pieces[above], [pieces[entry].text for entry in run], levels)
        if is_introduced:
            run.insert(0, above)
        if len(run) >= 3 or is_introduced or is_first:
            for entry in run:
                reasons[entry] = reasons[entry] or ("contents" if len(run) >= 3 or is_introduced else "skip link")
        run, is_first = [], False


def _introduces(piece: Piece, entries: Sequence[str], levels: Mapping[str, str]) -> bool:
    """True if a piece above links to places on the page is the heading of these links alone.

    It says so, or it is a heading no higher than those that the links repeat: then the parts of the page are not under
    it. `levels` are the kinds of the page's headings by their text, in comparable form.
    """
    if piece.kind == "h1" or len(piece.text) > _LONGEST_HEADING:
        return False
    if is_heading_of_contents(piece.text):
        return True
    repeated = [levels[text] for text in map(comparable, entries) if text in levels]
    return piece.is_heading and len(repeated) >= _LEAST_CONTENTS and max(repeated) <= piece.kind


_LEAST_CONTENTS = 3
_MENU_LINKS = 8
_SITE_MENU_LINKS = 3
"""So many links are a menu where half of them have the text of a menu link."""
_LONGEST_MENU_LINK = 32
"""Characters that the links of a menu have at most, on average; longer links are titles, and content."""
_LONGEST_HEADING = 40


def _drop_menus(pieces: Sequence[Piece], reasons: list[str | None], is_content: Sequence[bool]) -> None:
    """Drop runs of short links that are not declared as a menu, with their headings.

    `is_content` says of each piece whether it is content even as a list of links, as in a main part.
    """
    run: list[int] = []
    for number, piece in enumerate(pieces):
        if reasons[number] is not None:
            continue
        if not is_content[number] and (piece.is_short_link or _is_short_heading(piece)):
            run.append(number)
        elif run:
            _end_run(run, pieces, reasons, is_followed=not piece.is_heading)
            run = []
    _end_run(run, pieces, reasons, is_followed=False)


def _is_short_heading(piece: Piece) -> bool:
    return piece.is_heading and len(piece.text) <= _LONGEST_HEADING and piece.kind != "h1"


def _end_run(run: list[int], pieces: Sequence[Piece], reasons: list[str | None], *, is_followed: bool) -> None:
    """Drop a run if it is a menu.

    A heading at its end, or at its beginning where text follows, is the heading of something else.
    """
    while run and not pieces[run[-1]].is_short_link:
        run.pop()
    links = [number for number in run if pieces[number].is_short_link]
    if not _is_menu([pieces[number].text for number in links]):
        return
    for number in run:
        if number >= links[0] or not (is_followed or pieces[number].kind == "h2"):
            reasons[number] = "links"


def _is_menu(texts: Sequence[str]) -> bool:
    if len(texts) >= _MENU_LINKS and sum(map(len, texts)) / len(texts) <= _LONGEST_MENU_LINK:
        return True
    return len(texts) >= _SITE_MENU_LINKS and sum(map(is_site_link, texts)) * 2 >= len(texts)


def _keep_heading(pieces: Sequence[Piece], reasons: list[str | None]) -> int | None:
    """Keep the main heading in the header or outside the main part, on a page whose main content has none.

    Return its number, None where none is kept.
    """
    if any(piece.kind == "h1" and reason is None for piece, reason in zip(pieces, reasons, strict=True)):
        return None
    for number, piece in enumerate(pieces):
        if piece.kind == "h1" and reasons[number] in {"header", OUTSIDE_MAIN, "banner"}:
            reasons[number] = None
            return number
    return None


def blocks(
    pieces: Iterable[Piece],
    reasons: Iterable[str | None],
    beside: Mapping[int, int] | None = None,
    heading_beside: str = "",
) -> tuple[Block, ...]:
    """Return what counts, each block under the headings above it.

    `beside` are pieces from beside the main content, with the numbers of their groups: they are under the headings of
    their group alone, or under `heading_beside` where it has none.
    """
    levels: list[str] = []
    path: tuple[str, ...] = ()
    found: list[Block] = []
    group = -1
    outer: tuple[list[str], tuple[str, ...]] = ([], ())
    for number, (piece, reason) in enumerate(zip(pieces, reasons, strict=True)):
        if reason is not None:
            continue
        kind = piece.kind
        group_now = beside.get(number, -1) if beside else -1
        if group_now != group:
            if group < 0:
                outer = (levels, path)
            levels, path = outer if group_now < 0 else ([], (heading_beside,))
            group = group_now
        if not piece.is_heading:
            found.append(Block(kind, piece.text, path, label=None, links=piece.links))
            continue
        if group >= 0 and not levels:
            path = ()
        while levels and levels[-1] >= kind:
            levels.pop()
        found.append(Block(kind, piece.text, path[: len(levels)], label=None, links=piece.links))
        path = (*path[: len(levels)], piece.text)
        levels.append(kind)
    return tuple(found)


def dropped(pieces: Iterable[Piece], reasons: Iterable[str | None]) -> tuple[Dropped, ...]:
    """Return what does not count, neighbours with the same reason together."""
    found: list[Dropped] = []
    texts: list[str] = []
    current: str | None = None
    for piece, reason in zip(pieces, reasons, strict=True):
        if reason != current:
            if current is not None:
                found.append(Dropped(current, "\n".join(texts)))
            current, texts = reason, []
        if reason is not None:
            texts.append(piece.text)
    if current is not None:
        found.append(Dropped(current, "\n".join(texts)))
    return tuple(found)
