"""Similarity of two blocks, and pairing of the blocks of two neighbourhoods."""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import process
from rapidfuzz.distance import Indel

from monitor.core.model import Block
from monitor.core.text import comparable
from monitor.core.vocabulary import DATE

LEAST_LIKENESS = 0.4
"""Two neighbouring blocks with this share of words in common are one block that was edited."""
LEAST_LIKENESS_ACROSS_KINDS = 0.6
"""The same for blocks of two kinds (a paragraph that became a list item)."""
SHORT = 4
"""Texts of fewer words are compared by letters as well: "20-69" and "0-75" have no word in common."""
_CELL_BORDER = " | "
_ALIKE_BY_FORM = 0.7
_LETTERS_WEIGHT = 0.9
"""The weight of similarity by letters, relative to that by words."""
_LONGEST_BY_LETTERS = 2_000
"""Three words of so many letters are no words, and comparing them takes the product of their lengths."""
_MOST_COMPARED_IN_ORDER = 20_000 * 20_000
_ROUNDING_MARGIN = 1e-6
_FEW_BLOCKS = 4
"""Among so few blocks each is compared: searching for candidates takes longer."""
_CODE_POINTS = sys.maxunicode + 1
_LONGEST_SHORT = 60
_SHORTEST_BEGINNING = 40
"""Letters of a text that another begins with, by which the two are one."""
_MOST_PAIRS, _MOST_PAIRS_IN_ALL = 4_900, 150_000
"""How many pairs of blocks are compared within one part of two neighbourhoods, and within all parts of them."""
_LONGEST_DATED = 80
_WORD, _DIGIT, _DATE = re.compile(r"\w+"), re.compile(r"\d"), re.compile(DATE)


class Likeness:
    """Compares blocks of two sides; caches their words, so that each text is split once."""

    def __init__(self, before: Iterable[Block] = (), after: Iterable[Block] = ()) -> None:
        self._sign_of_word: dict[str, str] = {}
        self._signs_of_text: dict[str, str] = {}
        self._undated: dict[str, str] = {}
        self._lasting_headings = _headings(before) & _headings(after)

    def __call__(self, one: Block, other: Block) -> float:
        """Return the share of words that two blocks have in common, in order: 0 (nothing) to 1 (all)."""
        return self.of_texts(one.text, other.text)

    def of_texts(self, one: str, other: str) -> float:
        """Return the same for two texts."""
        first, second = self.words(one), self.words(other)
        by_word = _share_in_common(first, second)
        if min(len(first), len(second)) >= SHORT or max(len(one), len(other)) > _LONGEST_BY_LETTERS:
            return by_word
        return max(by_word, _LETTERS_WEIGHT * Indel.normalized_similarity(one.casefold(), other.casefold()))

    def enough(self, one: Block, other: Block, least: float) -> float:
        """Return the similarity of two blocks, 0 where it is too small to consider them one."""
        score = self(one, other)
        if score < _ALIKE_BY_FORM and (
            _is_same_row(one, other) or _is_continued(one.text, other.text) or self._differ_in_date_only(one, other)
        ):
            score = _ALIKE_BY_FORM
        return (
            score
            if score >= (least if family(one) == family(other) else max(least, LEAST_LIKENESS_ACROSS_KINDS))
            else 0.0
        )

    def standing(self, block: Block) -> str | None:
        """Return where a block must be to be the same: under its heading if it is short, anywhere (None) if it is long.

        "Ja" under another heading is another statement. A heading that is on one side only was reworded: it prevents
        no match.
        """
        if not is_short(block.text):
            return None
        heading = block.heading[-1] if block.heading else ""
        return heading if heading in self._lasting_headings else ""

    def words(self, text: str) -> str:
        """Return the words of a text, ignoring case, as one character each: strings are compared faster than lists."""
        found = self._signs_of_text.get(text)
        if found is None:
            # No real page has more different words than there are code points, a million; there, some would share one.
            signs = self._sign_of_word
            words = _WORD.findall(comparable(text).casefold())
            found = "".join([signs.setdefault(word, chr(len(signs) % _CODE_POINTS)) for word in words])
            self._signs_of_text[text] = found
        return found

    def without_date(self, text: str) -> str | None:
        """Return the text of a line without its date, ignoring case; None for a text that is longer than a line."""
        if len(text) > _LONGEST_DATED:
            return None
        found = self._undated.get(text)
        if found is None:
            found = self._undated[text] = _DATE.sub("", comparable(text).casefold())
        return found

    def _differ_in_date_only(self, one: Block, other: Block) -> bool:
        """True if two lines differ only in the date: "Uppdaterad 18 nov 2021", "Uppdaterad 1 mars 2024"."""
        if not _DIGIT.search(one.text):
            return False
        rest = self.without_date(one.text)
        return (
            rest is not None
            and rest == self.without_date(other.text)
            and rest != comparable(one.text).casefold()
            and _WORD.search(rest) is not None
        )


class Candidates:
    """Blocks among which similar ones are searched for: in C, as far as words and letters tell."""

    def __init__(self, blocks: Sequence[Block], likeness: Likeness) -> None:
        self._likeness = likeness
        self._signs = [likeness.words(block.text) for block in blocks]
        self._letters = {
            number: block.text.casefold()
            for number, block in enumerate(blocks)
            if len(block.text) <= _LONGEST_BY_LETTERS
        }
        self._of_few_words = {n: text for n, text in self._letters.items() if len(self._signs[n]) < SHORT}
        self._by_form: dict[str | None, list[int]] = defaultdict(list)
        for number, block in enumerate(blocks):
            for form in self._forms(block):
                self._by_form[form].append(number)

    def of(self, block: Block, least: float) -> list[int]:
        """Return, in order, the numbers of all blocks that `Likeness.enough` finds so similar, and of a few more."""
        words = self._likeness.words(block.text)
        found = {number for _, _, number in _similar_texts(words, self._signs, least)}
        if len(block.text) <= _LONGEST_BY_LETTERS:
            by_letters = self._letters if len(words) < SHORT else self._of_few_words
            letters = block.text.casefold()
            found.update(number for _, _, number in _similar_texts(letters, by_letters, least / _LETTERS_WEIGHT))
        for form in self._forms(block):
            if form is not None:
                found.update(self._by_form.get(form, ()))
        return sorted(found)

    def _forms(self, block: Block) -> tuple[str | None, ...]:
        return _first_cell(block), self._likeness.without_date(block.text), _beginning(block.text)


def _share_in_common(first: str, second: str) -> float:
    """Return the share of words that two texts, one sign a word, have in common: in order, unless they are very long.

    In order takes the product of their lengths; how often each word occurs, their sum.
    """
    if len(first) * len(second) <= _MOST_COMPARED_IN_ORDER:
        return Indel.normalized_similarity(first, second)
    return 2 * (Counter(first) & Counter(second)).total() / (len(first) + len(second))


def _similar_texts(text: str, others: Sequence[str] | Mapping[int, str], least: float) -> list[tuple[str, float, int]]:
    least -= _ROUNDING_MARGIN  # the exact comparison follows
    return process.extract(text, others, scorer=Indel.normalized_similarity, score_cutoff=least, limit=None)


def _is_same_row(one: Block, other: Block) -> bool:
    """True if two table rows begin with the same cell: the row of one county, with other figures."""
    cell = _first_cell(one)
    return cell is not None and cell == _first_cell(other)


def _is_continued(one: str, other: str) -> bool:
    """True if one text is the beginning of the other: it was cut off, or more was written after it."""
    return (
        one[:_SHORTEST_BEGINNING] == other[:_SHORTEST_BEGINNING]
        and min(len(one), len(other)) >= _SHORTEST_BEGINNING
        and (one.startswith(other) or other.startswith(one))
    )


def _beginning(text: str) -> str | None:
    return text[:_SHORTEST_BEGINNING] if len(text) >= _SHORTEST_BEGINNING else None


def _first_cell(block: Block) -> str | None:
    """Return the first of a table row's cells and the border behind it; None where there is only one cell."""
    if block.kind != "row":
        return None
    first, border, _ = block.text.partition(_CELL_BORDER)
    return first + border if border else None


def is_short(text: str) -> bool:
    """True if a text has so few words that it may occur anywhere by chance."""
    return len(text) <= _LONGEST_SHORT and len(text.split()) < SHORT


def _headings(blocks: Iterable[Block]) -> set[str]:
    return {block.text for block in blocks if block.kind.startswith("h")}


def family(block: Block) -> str:
    """Return the kind of a block, all headings being one."""
    return "h" if block.kind.startswith("h") else block.kind


def pair_neighbours(
    before: Sequence[Block], after: Sequence[Block], likeness: Likeness, least: float = LEAST_LIKENESS
) -> list[tuple[int, int]]:
    """Return which blocks of two neighbourhoods are one that was edited: in order, each pair at least `least` similar.

    The pairs are those with the greatest similarity in all. Large neighbourhoods are cut into parts of equal share, and
    each is paired within its part alone.
    """
    if len(before) == len(after) == 1 and _are_short(before[0], after[0]):
        return [(0, 0)]
    shares = 1
    while (pairs_of_one := (len(before) // shares + 1) * (len(after) // shares + 1)) > _MOST_PAIRS or (
        pairs_of_one > 1 and pairs_of_one * shares > _MOST_PAIRS_IN_ALL
    ):
        shares *= 2
    pairs: list[tuple[int, int]] = []
    for share in range(shares):
        i1, i2 = (len(before) * part // shares for part in (share, share + 1))
        j1, j2 = (len(after) * part // shares for part in (share, share + 1))
        pairs += [(i1 + i, j1 + j) for i, j in _best_pairs(before[i1:i2], after[j1:j2], likeness, least)]
    return pairs


def _are_short(one: Block, other: Block) -> bool:
    """True if a short text replaced another: "Ja" became "Nej"."""
    return family(one) == family(other) and is_short(one.text) and is_short(other.text)


def _best_pairs(
    before: Sequence[Block], after: Sequence[Block], likeness: Likeness, least: float
) -> list[tuple[int, int]]:
    """Return the pairs with the greatest sum of squared similarity (squared: one good pair beats two poor ones)."""
    candidates = Candidates(after, likeness) if len(after) > _FEW_BLOCKS else None
    totals = [[0.0] * (len(after) + 1)]
    for one in before:
        above = totals[-1]
        line = above.copy()
        for j in candidates.of(one, least) if candidates else range(len(after)):
            score = likeness.enough(one, after[j], least)
            total = above[j] + score**2 if score else 0.0
            at = j + 1
            while at < len(line) and line[at] < total:
                line[at] = total
                at += 1
        totals.append(line)
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
