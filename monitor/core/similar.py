"""How alike two blocks are, and which blocks of two neighbourhoods belong together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import Indel

from monitor.core.model import Block
from monitor.core.rules.vocabulary import DATE
from monitor.core.text import comparable

ALIKE = 0.4
"""Two neighbouring blocks with this share of words in common are one block that was edited."""
OTHER_KIND = 0.6
"""The same for blocks of two kinds (a paragraph that became a list item)."""
SHORT = 4
"""Texts of fewer words are compared by letters as well: "20-69" and "0-75" have no word in common."""
_CELL_BORDER = " | "
_ALIKE_BY_FORM = 0.7
_LONGEST_SHORT = 60
_MOST_PAIRS = 4_900
_LONGEST_DATED = 80
_WORD, _DIGIT, _DATE = re.compile(r"\w+"), re.compile(r"\d"), re.compile(DATE)


class Likeness:
    """Compares blocks of two sides; remembers their words, so that each is taken apart once."""

    def __init__(self, before: Iterable[Block] = (), after: Iterable[Block] = ()) -> None:
        self._words: dict[str, list[str]] = {}
        self._lasting_headings = _headings(before) & _headings(after)

    def __call__(self, one: Block, other: Block) -> float:
        """The share of words that two blocks have in common, in order: 0 (nothing) to 1 (all)."""
        return self.of_texts(one.text, other.text)

    def of_texts(self, one: str, other: str) -> float:
        """The same for two texts."""
        first, second = self.words(one), self.words(other)
        by_word = Indel.normalized_similarity(first, second)
        if min(len(first), len(second)) >= SHORT:
            return by_word
        return max(by_word, 0.9 * Indel.normalized_similarity(one.casefold(), other.casefold()))

    def enough(self, one: Block, other: Block, least: float) -> float:
        """The likeness of two blocks, 0 where it is too small to call them one."""
        like = self(one, other)
        if like < _ALIKE_BY_FORM and (_one_row(one, other) or _one_dated(one, other)):
            like = _ALIKE_BY_FORM
        return like if like >= (least if family(one) == family(other) else max(least, OTHER_KIND)) else 0.0

    def standing(self, block: Block) -> str | None:
        """Where a block must stand to be the same: under its heading if it is short, anywhere (None) if it is long.

        "Ja" under another heading is another statement. A heading that is on one side only was reworded: it is no
        hindrance.
        """
        if not is_short(block.text):
            return None
        heading = block.heading[-1] if block.heading else ""
        return heading if heading in self._lasting_headings else ""

    def words(self, text: str) -> list[str]:
        """The words of a text, in lower case."""
        found = self._words.get(text)
        if found is None:
            found = self._words[text] = _WORD.findall(comparable(text).casefold())
        return found


def _one_row(one: Block, other: Block) -> bool:
    """Whether two table rows begin with the same cell: the row of one county, with other figures."""
    first, more, _ = one.text.partition(_CELL_BORDER)
    return bool(more) and one.kind == other.kind == "row" and other.text.startswith(first + _CELL_BORDER)


def _one_dated(one: Block, other: Block) -> bool:
    """Whether two lines differ in nothing but the date: "Uppdaterad 18 nov 2021", "Uppdaterad 1 mars 2024"."""
    if max(len(one.text), len(other.text)) > _LONGEST_DATED or not _DIGIT.search(one.text):
        return False
    rest, others = (_DATE.sub("", comparable(block.text).casefold()) for block in (one, other))
    return rest == others and rest != comparable(one.text).casefold() and _WORD.search(rest) is not None


def is_short(text: str) -> bool:
    """Whether a text has so few words that it may stand anywhere by chance."""
    return len(text) <= _LONGEST_SHORT and len(text.split()) < SHORT


def _headings(blocks: Iterable[Block]) -> set[str]:
    return {block.text for block in blocks if family(block) == "h"}


def family(block: Block) -> str:
    """The kind of a block, all headings being one."""
    return "h" if block.kind.startswith("h") else block.kind


def pair_neighbours(
    before: Sequence[Block], after: Sequence[Block], likeness: Likeness, least: float = ALIKE
) -> list[tuple[int, int]]:
    """Which blocks of two neighbourhoods are one that was edited: in order, each pair at least so alike.

    The pairs are those that are most alike in all. Large neighbourhoods are cut into parts of equal share, and each is
    paired within its part alone.
    """
    if len(before) == len(after) == 1 and _are_short(before[0], after[0]):
        return [(0, 0)]
    shares = 1
    while (len(before) // shares + 1) * (len(after) // shares + 1) > _MOST_PAIRS:
        shares *= 2
    pairs: list[tuple[int, int]] = []
    for share in range(shares):
        i1, i2 = (len(before) * part // shares for part in (share, share + 1))
        j1, j2 = (len(after) * part // shares for part in (share, share + 1))
        pairs += [(i1 + i, j1 + j) for i, j in _best(before[i1:i2], after[j1:j2], likeness, least)]
    return pairs


def _are_short(one: Block, other: Block) -> bool:
    """Whether a short text took the place of another: "Ja" became "Nej"."""
    return family(one) == family(other) and is_short(one.text) and is_short(other.text)


def _best(before: Sequence[Block], after: Sequence[Block], likeness: Likeness, least: float) -> list[tuple[int, int]]:
    """The pairs with the greatest sum of squared likeness (squared: one good pair beats two poor ones)."""
    worth = [[likeness.enough(one, other, least) ** 2 for other in after] for one in before]
    totals = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for i, row in enumerate(worth):
        above, line = totals[i], totals[i + 1]
        for j, value in enumerate(row):
            line[j + 1] = max(above[j + 1], line[j], above[j] + value if value else 0.0)
    pairs: list[tuple[int, int]] = []
    i, j = len(before), len(after)
    while i and j:
        if totals[i][j] == totals[i - 1][j]:
            i -= 1
        elif totals[i][j] == totals[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((i, j))
    return pairs[::-1]
