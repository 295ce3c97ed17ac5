"""A spreadsheet (xlsx, xlsb, ods, xls) as pieces: for each sheet its name as a heading, then its rows.

Values are read as they were stored; formulas and macros are not run. Hidden sheets are not read.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

import python_calamine as calamine

from monitor.core.page.page_parts import PageParts, Piece, row_of_cells
from monitor.core.text import clean
from monitor.errors import FileDamaged, FileLocked, TooHeavy
from monitor.files import notes

FORM = "Excel"
MOST_ROWS = 100_000
"""Rows of all sheets together, as many as the blocks of any page (`monitor.heavy_work.budget.MOST_BLOCKS`)."""
MOST_CELLS = 5_000_000
_EXACT = 1e15


def parts_of(body: bytes) -> tuple[PageParts, tuple[str, ...]]:
    """Return the pieces, and what the operator should know. Raises FileLocked, FileDamaged, TooHeavy."""
    try:
        return _parts(body)
    except calamine.PasswordError as error:
        raise FileLocked(form=FORM) from error
    except (calamine.CalamineError, calamine.ZipError, calamine.XmlError, OSError, ValueError) as error:
        raise FileDamaged(form=FORM, detail=type(error).__name__) from error


def _parts(body: bytes) -> tuple[PageParts, tuple[str, ...]]:
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(body))
    pieces: list[Piece] = []
    cells, is_hidden = 0, False
    for sheet in book.sheets_metadata:
        if sheet.visible != calamine.SheetVisibleEnum.Visible:
            is_hidden = True
            continue
        if sheet.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        table = book.get_sheet_by_name(sheet.name)
        cells += table.height * table.width
        if table.height > MOST_ROWS or cells > MOST_CELLS:
            raise TooHeavy(blocks=MOST_ROWS)
        rows = list(_rows(table.iter_rows()))
        if rows:
            pieces += [Piece("h2", clean(sheet.name) or "?"), *rows]
        if len(pieces) > MOST_ROWS:
            raise TooHeavy(blocks=MOST_ROWS)
    return PageParts(pieces), (notes.HIDDEN_SHEETS,) if is_hidden else ()


def _rows(rows: Iterable[Sequence[object]]) -> Iterator[Piece]:
    for row in rows:
        if text := row_of_cells(clean(_shown(cell)) for cell in row):
            yield Piece("row", text)


def _shown(value: object) -> str:
    """Return a value as text: days as ISO, whole numbers without a fraction."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(round(value, 10))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time | timedelta):
        return str(value)
    return str(value)
