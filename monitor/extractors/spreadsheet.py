"""Extractor of spreadsheets: xlsx, xlsb, ods and xls."""

from __future__ import annotations

from monitor.core.model import Extraction, Fetched, Recipe
from monitor.errors import SelectorMatchedNothing
from monitor.files import notes
from monitor.files.extraction import extraction_of
from monitor.files.open_document_text import refuse_locked
from monitor.files.package import OLE_SIGNATURE, SIGNATURE, Package, is_locked_by_office
from monitor.files.properties import Properties, properties_of

_MAIN_PARTS = (b"xl/workbook.xml", b"xl/workbook.bin")
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_OLD_STREAMS = ("Workbook".encode("utf-16-le"), "B\0o\0o\0k\0\0\0".encode("latin-1"))
_READ_BY_LIBRARY = (".xml", ".rels", ".bin")


class Spreadsheet:
    """Extracts spreadsheets. CSS in the recipe has no meaning here: `keep` matches nothing."""

    NAME = "spreadsheet"
    VERSION = 1
    UNPACKS = "a zip of XML parts"

    def claims(self, fetched: Fetched) -> bool:
        """True for a spreadsheet, by its bytes."""
        body = fetched.body
        if body.startswith(OLE_SIGNATURE):
            return not is_locked_by_office(body) and any(name in body for name in _OLD_STREAMS)
        return body.startswith(SIGNATURE) and (
            _OPEN_DOCUMENT in body[:200] or any(part in body for part in _MAIN_PARTS)
        )

    def extract(self, fetched: Fetched, recipe: Recipe) -> Extraction:
        """Extract a spreadsheet. Raises as for other files."""
        from monitor.files import sheets_text  # noqa: PLC0415  a library in Rust, for the few watches that need it

        if recipe.keep is not None:
            raise SelectorMatchedNothing(selector=recipe.keep)
        properties, found = _looked_into(fetched.body, sheets_text.FORM, sheets_text.MOST_ROWS)
        parts, more = sheets_text.parts_of(fetched.body)
        return extraction_of(parts, fetched, recipe, properties, sheets_text.FORM, (*found, *more))


def _looked_into(body: bytes, form: str, most_rows: int) -> tuple[Properties, tuple[str, ...]]:
    """Return what a packed spreadsheet says of itself, after it was found to be within limits."""
    if body.startswith(OLE_SIGNATURE):
        return Properties(), ()
    package = Package(body, form)
    refuse_locked(package)
    package.verify(_READ_BY_LIBRARY, b"<table:table-row" if _OPEN_DOCUMENT in body[:200] else b"<row", most_rows)
    is_external = any("externalLinks/" in name for name in package)
    noted = {notes.MACROS: package.has_macros, notes.EXTERNAL: is_external}
    return properties_of(package), tuple(note for note, holds in noted.items() if holds)
