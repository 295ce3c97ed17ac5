"""Separated values (CSV, TSV) as pieces: a row for each row, whatever the separator."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from monitor.core.page.page_parts import PageParts, Piece, row_of_cells
from monitor.core.text import clean
from monitor.errors import Unreadable

_SEPARATORS = "\t;|,"
"""The rarer one in a text comes first: where several fit, it is the one that was meant."""
_NONE = "\x1f"
"""Separates nothing: the rows of a table with one column."""
_ROWS_TRIED = 100
_LEAST_SHARE = 0.5
"""The share of rows that must have as many cells as the first one."""
_LEAST_SHARE_UNDER_TITLE = 0.8
_LONGEST_TITLE = 3
_NAMED_SEPARATOR = re.compile(r"sep=(?P<sign>.)\r?\n")
"""A first line that Excel writes and reads."""


def pieces_of_table(text: str) -> PageParts:
    """Return a row for each row of the table. Raises Unreadable."""
    named = _NAMED_SEPARATOR.match(text)
    separator = named["sign"] if named else _separator(text)
    try:
        rows = list(_rows(text[named.end() :] if named else text, separator))
    except csv.Error as error:
        raise Unreadable(detail=f"CSV: {error}") from error
    texts = (row_of_cells(map(clean, row)) for row in rows)
    return PageParts([Piece("row", row) for row in texts if row])


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    return (row for row in csv.reader(io.StringIO(text), delimiter=separator, skipinitialspace=True) if row)


def _separator(text: str) -> str:
    """Return the separator that divides the first row, and the others into as many cells.

    The first row decides because it names the columns: it stays, while rows with commas in their words come and go.
    Only where nothing divides it, it may be a title of those below it.
    """
    lengths = {separator: _lengths(text, separator) for separator in _SEPARATORS}
    for title in range(_LONGEST_TITLE + 1):
        # Under a title, a comma is likelier one of a sentence, and a row or two say nothing.
        tried = {sign: rows[title:] for sign, rows in lengths.items() if not title or (sign != "," and len(rows) > 3)}
        shares = {separator: _share_like_the_first(rows) for separator, rows in tried.items()}
        best = max(shares, key=lambda separator: shares[separator], default=_NONE)
        if shares.get(best, 0.0) >= (_LEAST_SHARE_UNDER_TITLE if title else _LEAST_SHARE):
            return best
    return _NONE


def _lengths(text: str, separator: str) -> list[int]:
    """Return how many cells the first rows have."""
    try:
        return [len(row) for row in islice(_rows(text, separator), _ROWS_TRIED)]
    except csv.Error:
        return []


def _share_like_the_first(lengths: list[int]) -> float:
    """Return the share of rows that have as many cells as the first one; 0 where that has one cell alone."""
    return lengths.count(lengths[0]) / len(lengths) if lengths and lengths[0] > 1 else 0.0
