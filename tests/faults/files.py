"""Hostile and odd files, made here: of each its bytes, and what must become of it.

`verdict` is "read", or the code of the reason why it is not (docs/decisions/0039-office-files.md). Those that are
`heavy` take a process of their own.
"""

# ruff: noqa: E501 -- a table, of which each row is a file

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pypdf import PdfWriter

from tests.fakes.office import (
    docx,
    locked_by_office,
    ods,
    old_word,
    open_document,
    packed,
    paragraph,
    pptx,
    run,
    sheet_xml,
    xlsx,
)
from tests.fakes.pdf import pdf, pdf_file

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ENTITIES = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
OUTSIDE = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class OddFile:
    """A file: how it is called, how it is made, what becomes of it, and a text that must be read in it."""

    name: str
    make: Callable[[], bytes]
    verdict: str
    says: str = ""
    heavy: bool = False


def _document(inside: str, head: str = "") -> str:
    return f'{head}<w:document xmlns:w="{W}"><w:body>{inside}</w:body></w:document>'


def _with_document(part: str | bytes) -> bytes:
    return docx(more={"word/document.xml": part})


def _flipped(body: bytes, at: int) -> bytes:
    return body[:at] + bytes([body[at] ^ 0xFF]) + body[at + 1 :]


def _encrypted_flag(body: bytes) -> bytes:
    """Return a zip that says of each part that it is encrypted."""
    found = bytearray(body)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = found.find(mark)
        while at >= 0:
            found[at + place] |= 1
            at = found.find(mark, at + 4)
    return bytes(found)


def _lying_about_sizes(body: bytes) -> bytes:
    """Return a zip that states one byte as the size of each of its parts."""
    found = bytearray(body)
    at = found.find(b"PK\x01\x02")
    while at >= 0:
        found[at + 24 : at + 28] = struct.pack("<I", 1)
        at = found.find(b"PK\x01\x02", at + 4)
    return bytes(found)


def _many_parts(count: int) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        file.writestr("word/document.xml", _document(paragraph("Text.")))
        for number in range(count):
            file.writestr(f"word/media/{number}.png", b"")
    return written.getvalue()


def _bomb(megabytes: int, name: str = "word/document.xml", more: bytes = b"") -> bytes:
    """Return a file with a part of so many megabytes of spaces."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(docx("Text.") if name.startswith("word") else more)) as own,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file,
    ):
        for entry in own.infolist():
            if entry.filename != name:
                file.writestr(entry.filename, own.read(entry))
        with file.open(name, "w") as part:
            for _ in range(megabytes):
                part.write(b" " * MEGABYTE)
    return written.getvalue()


def _rows(count: int, cells: int = 3) -> bytes:
    rows = ((f"Rad {number}", *range(cells - 1)) for number in range(count))
    return xlsx({}, more={}) if not count else _sheet(sheet_xml(rows))


def _sheet(part: str | bytes) -> bytes:
    return xlsx({"Blad1": []}, more={"xl/worksheets/sheet1.xml": part})


def _locked_pdf() -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf(("Hemligt",))))
    writer.encrypt(user_password="x", owner_password="y", algorithm="AES-256")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _scanned_pdf() -> bytes:
    image = (
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>"
    )
    drawn = b"q 595 0 0 842 0 0 cm /I Do Q"
    return pdf_file(
        [
            image + b"\nstream\n\x00\nendstream",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
            (
                b"<< /Type /Page /Parent 4 0 R /MediaBox [0 0 595 842] /Contents 2 0 R"
                b" /Resources << /XObject << /I 1 0 R >> >> >>"
            ),
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Catalog /Pages 4 0 R >>",
        ],
        b"<< /Size 6 /Root 5 0 R >>",
    )


def _nested(depth: int) -> str:
    return "<w:sdt>" * depth + paragraph("Djupt.") + "</w:sdt>" * depth


def _zip_in_zip() -> bytes:
    return packed({"inner.zip": packed({"inner.zip": packed({"word/x.xml": "hej"})})})


RTL = "Plan \u202exslx.exe\u202c \u05e9\u05dc\u05d5\u05dd"
TRACKED = f"<w:p>{run('Senast ')}<w:del>{run('1 mars', 'delText')}</w:del><w:ins>{run('1 april')}</w:ins></w:p>"
EXTERNAL = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"'
    ' Type="x/oleObject" Target="http://169.254.169.254/latest" TargetMode="External"/></Relationships>'
)


def odd_files() -> Iterator[OddFile]:
    """Yield every file of the laboratory."""
    plain = docx("Regional handlingsplan.")
    # Read as they are
    yield OddFile("docx", lambda: plain, "read", "Regional handlingsplan.")
    yield OddFile("docx with tracked changes", lambda: docx(TRACKED), "read", "Senast 1 april")
    yield OddFile("docx with macros", lambda: docx("Text.", more={"word/vbaProject.bin": b"\0" * 99}), "read", "Text.")
    yield OddFile(
        "docx with a template elsewhere",
        lambda: docx("Text.", more={"word/_rels/document.xml.rels": EXTERNAL}),
        "read",
        "Text.",
    )
    yield OddFile("docx with writing from right to left", lambda: docx(RTL), "read", "Plan xslx.exe")
    yield OddFile(
        "docx with control characters in its title", lambda: docx("Text.", title="a\u0085\u2028b"), "read", "Text."
    )
    yield OddFile(
        "docx that is stored unpacked",
        lambda: packed({"word/document.xml": _document(paragraph("Text."))}, packing=0),
        "read",
        "Text.",
    )
    yield OddFile(
        "docx in UTF-16", lambda: _with_document(_document(paragraph("Åäö.")).encode("utf-16")), "read", "Åäö."
    )
    yield OddFile(
        "docx without styles",
        lambda: packed({"word/document.xml": _document(paragraph("Text.", "Okänd"))}),
        "read",
        "Text.",
    )
    yield OddFile("docx whose styles follow each other in a ring", lambda: docx(paragraph("Text.", "A"), more={
        "word/styles.xml": f'<w:styles xmlns:w="{W}"><w:style w:styleId="A"><w:basedOn w:val="B"/></w:style>'
        '<w:style w:styleId="B"><w:basedOn w:val="A"/></w:style></w:styles>'}), "read", "Text.")  # fmt: skip
    yield OddFile("docx after other bytes", lambda: b"PK\x03\x04 skr\xe4p" + plain, "read", "Regional handlingsplan.")
    yield OddFile("docx with bytes after it", lambda: plain + b"skr\xe4p", "read", "Regional handlingsplan.")
    yield OddFile(
        "docx with names that lead out of it",
        lambda: docx("Text.", more={"../../etc/passwd": "x", "/abs": "y"}),
        "read",
        "Text.",
    )
    yield OddFile("docx with a part twice", _twice, "read", "Andra.")
    yield OddFile("docx with a picture of 50 MB", lambda: _bomb(50, "word/media/a.png"), "read", "Text.")
    yield OddFile("xlsx", lambda: xlsx({"Blad1": [["Kalmar", 12]]}), "read", "Kalmar | 12")
    yield OddFile(
        "xlsx with odd numbers", lambda: xlsx({"Blad1": [[1e300, -0.1, 1e-9, 12345678901234567890]]}), "read", "1e+300"
    )
    yield OddFile("xlsx with a name from right to left", lambda: xlsx({RTL: [["a"]]}), "read", "a")
    yield OddFile(
        "xlsx with hidden sheets", lambda: xlsx({"A": [["synlig"]], "B": [["dold"]]}, hidden=["B"]), "read", "synlig"
    )
    yield OddFile(
        "xlsx with links to other workbooks",
        lambda: xlsx({"A": [["a"]]}, more={"xl/externalLinks/externalLink1.xml": "<x/>"}),
        "read",
        "a",
    )
    yield OddFile(
        "xlsx with formulas that would call out",
        lambda: _sheet(sheet_xml([['=WEBSERVICE("http://x")']])),
        "read",
        "WEBSERVICE",
    )
    yield OddFile(
        "xlsx with one cell far away", lambda: _sheet(sheet_xml([["a"]]).replace("<c t", '<c r="A1000" t')), "read", "a"
    )
    yield OddFile("ods", lambda: ods([["Kalmar", "12"]]), "read", "Kalmar | 12")
    yield OddFile("odt", lambda: open_document("text", "<text:p>Stöd</text:p>"), "read", "Stöd")
    yield OddFile("odt with a cell that stands for a million", lambda: open_document("text", "<table:table><table:table-row>"
        '<table:table-cell table:number-columns-repeated="1000000"><text:p>a</text:p></table:table-cell>'
        "</table:table-row></table:table>"), "read", "a")  # fmt: skip
    yield OddFile(
        "odp", lambda: open_document("presentation", "<draw:page><text:p>Läget</text:p></draw:page>"), "read", "Läget"
    )
    yield OddFile("pptx", lambda: pptx("Läget\nFler"), "read", "Fler")
    yield OddFile(
        "pptx whose slides are elsewhere",
        lambda: packed({**_parts(pptx("a\nb")), "ppt/_rels/presentation.xml.rels": EXTERNAL}),
        "file-empty",
    )
    yield OddFile("pdf", lambda: pdf(("Ett brev.",)), "read", "Ett brev.")
    yield OddFile("csv with a formula", lambda: b"Namn;Belopp\n=cmd|' /C calc'!A0;12\nb;13\n", "read", "=cmd")
    yield OddFile("txt with a NUL", lambda: b"Hej\x00 Kalmar\n", "not-text")
    # Locked, images, empty
    yield OddFile("docx under a password", locked_by_office, "file-locked")
    yield OddFile("docx whose parts are encrypted", lambda: _encrypted_flag(plain), "file-locked")
    yield OddFile(
        "ods under a password",
        lambda: open_document("spreadsheet", "", more={"META-INF/manifest.xml": "<encryption-data/>"}),
        "file-locked",
    )
    yield OddFile("pdf under a password", _locked_pdf, "file-locked")
    yield OddFile("pdf that was scanned", _scanned_pdf, "file-is-image")
    yield OddFile("pdf without anything", lambda: pdf(()), "file-empty")
    yield OddFile("docx without text", docx, "file-empty")
    yield OddFile(
        "docx in which all was deleted", lambda: docx(f"<w:p><w:del>{run('x', 'delText')}</w:del></w:p>"), "file-empty"
    )
    yield OddFile("xlsx without cells", lambda: xlsx({"Blad1": []}), "file-empty")
    yield OddFile("ods without cells", lambda: ods([]), "file-empty")
    yield OddFile("a file of no bytes", lambda: b"", "empty-text")
    # Damaged
    yield OddFile("docx cut in half", lambda: plain[: len(plain) // 2], "file-damaged")
    yield OddFile("docx without its last bytes", lambda: plain[:-30], "file-damaged")
    yield OddFile(
        "docx with a flipped byte", lambda: _flipped(plain, plain.index(b"word/document.xml") + 40), "file-damaged"
    )
    yield OddFile("docx that lies about its sizes", lambda: _lying_about_sizes(docx("Text. " * 1000)), "file-damaged")
    yield OddFile("docx with broken XML", lambda: _with_document("<w:document"), "file-damaged")
    yield OddFile(
        "docx in an unknown encoding",
        lambda: _with_document("<?xml version='1.0' encoding='x-odd'?><a/>"),
        "file-damaged",
    )
    yield OddFile(
        "xlsx with broken XML", lambda: xlsx({"A": [["a"]]}, more={"xl/workbook.xml": "<workbook"}), "file-damaged"
    )
    yield OddFile("pdf cut in half", lambda: pdf(("Ett brev.",))[:200], "file-damaged")
    yield OddFile("pdf of nothing but its name", lambda: b"%PDF-1.7", "file-damaged")
    # Entities and document types
    yield OddFile(
        "docx with entities that unfold",
        lambda: _with_document(_document(paragraph("x"), ENTITIES)),
        "file-has-entities",
    )
    yield OddFile(
        "docx with an entity from elsewhere",
        lambda: _with_document(_document(paragraph("x"), OUTSIDE)),
        "file-has-entities",
    )
    yield OddFile("xlsx with entities", lambda: _sheet(ENTITIES + sheet_xml([["a"]])), "file-has-entities")
    yield OddFile(
        "odt with entities",
        lambda: open_document("text", "", more={"content.xml": f"{ENTITIES}<a>&c;</a>"}),
        "file-has-entities",
    )
    # Bombs
    yield OddFile("docx of 12 000 parts", lambda: _many_parts(12_000), "file-unpacks-too-large")
    yield OddFile("docx packed a thousand times", lambda: _bomb(20), "file-unpacks-too-large")
    yield OddFile("docx with elements a thousand deep", lambda: docx(_nested(1000)), "too-intricate")
    yield OddFile(
        "xlsx packed a thousand times",
        lambda: _bomb(20, "xl/worksheets/sheet1.xml", xlsx({"A": [["a"]]})),
        "file-unpacks-too-large",
    )
    yield OddFile("docx that unpacks to 400 MB", lambda: _bomb(400), "file-unpacks-too-large", heavy=True)
    yield OddFile("xlsx of a million rows", lambda: _rows(1_000_000), "too-heavy", heavy=True)
    yield OddFile("xlsx of 90 000 rows", lambda: _rows(90_000), "read", "Rad 89999", heavy=True)
    yield OddFile(
        "csv of a million rows",
        lambda: b"".join(b"%d;b\n" % number for number in range(1_000_000)),
        "too-heavy",
        heavy=True,
    )
    yield OddFile(
        "docx of 200 000 paragraphs",
        lambda: docx("<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 200_000),
        "too-heavy",
        heavy=True,
    )
    # Of no form that is read
    yield OddFile("doc of before 2007", old_word, "not-text")
    yield OddFile("zip", lambda: packed({"a.txt": "hej"}), "not-text")
    yield OddFile("zip in a zip", _zip_in_zip, "not-text")
    yield OddFile("zip whose names are those of a docx", lambda: packed({"x/word/document.xml": "hej"}), "not-text")
    yield OddFile("png", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "not-text")


def _twice() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        for text in ("Första.", "Andra."):
            file.writestr(zipfile.ZipInfo("word/document.xml"), _document(paragraph(text)))
    return written.getvalue()


def _parts(body: bytes) -> dict[str, str | bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        return {entry.filename: file.read(entry) for entry in file.infolist()}
