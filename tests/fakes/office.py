"""Writes minimal office files: docx, xlsx, pptx, odt, ods; a zip of the given parts, and nothing more."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = f'<Types xmlns="{_PACKAGE}/content-types"/>'
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def packed(parts: Mapping[str, str | bytes], *, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of these parts, the same bytes for the same parts."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", packing) as file:
        for name, content in parts.items():
            file.writestr(zipfile.ZipInfo(name), content, compress_type=packing)
    return written.getvalue()


def docx(
    *body: str, links: Mapping[str, str] | None = None, more: Mapping[str, str | bytes] | None = None, title: str = ""
) -> bytes:
    """Return a Word document: of each text a paragraph; what begins with "<" is taken as it is."""
    inside = "".join(each if each.startswith("<") else paragraph(each) for each in body)
    links = links or {}
    relations = "".join(
        f'<Relationship Id="{name}" Type="{_R}/hyperlink" Target="{escape(to)}" TargetMode="External"/>'
        for name, to in links.items()
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "word/document.xml": f'<w:document xmlns:w="{_W}" xmlns:r="{_R}"><w:body>{inside}</w:body></w:document>',
        "word/styles.xml": f'<w:styles xmlns:w="{_W}">'
        '<w:style w:styleId="Rubrik1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
        '<w:style w:styleId="Min"><w:name w:val="Min rubrik"/><w:basedOn w:val="Rubrik1"/></w:style></w:styles>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
    }
    if title:
        parts["docProps/core.xml"] = core(title)
    return packed(parts | dict(more or {}))


def core(title: str, modified: str = "2025-11-19T12:00:00Z") -> str:
    """Return what a file of Office says of itself."""
    return (
        '<cp:coreProperties xmlns:cp="urn:cp" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f' xmlns:t="http://purl.org/dc/terms/"><dc:title>{escape(title)}</dc:title>'
        f"<t:modified>{modified}</t:modified></cp:coreProperties>"
    )


def paragraph(text: str, style: str = "", *, item: bool = False) -> str:
    """Return a paragraph of a Word document."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    listed = "<w:numPr/>" if item else ""
    return f"<w:p><w:pPr>{named}{listed}</w:pPr>{run(text)}</w:p>"


def run(text: str, tag: str = "t") -> str:
    """Return a run of a Word document."""
    return f'<w:r><w:{tag} xml:space="preserve">{escape(text)}</w:{tag}></w:r>'


def xlsx(
    sheets: Mapping[str, Sequence[Sequence[object]]],
    *,
    hidden: Iterable[str] = (),
    more: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """Return a workbook: of each name a sheet with these rows."""
    hidden = set(hidden)
    listed, relations = [], []
    main = f'<Relationship Id="r1" Type="{_R}/officeDocument" Target="xl/workbook.xml"/>'
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{main}</Relationships>',
    }
    for number, (name, rows) in enumerate(sheets.items(), start=1):
        state = ' state="hidden"' if name in hidden else ""
        shown = escape(name, {'"': "&quot;"})
        listed.append(f'<sheet name="{shown}" sheetId="{number}" r:id="r{number}"{state}/>')
        kind = f"{_R}/worksheet"
        relations.append(f'<Relationship Id="r{number}" Type="{kind}" Target="worksheets/sheet{number}.xml"/>')
        parts[f"xl/worksheets/sheet{number}.xml"] = sheet_xml(rows)
    parts["xl/workbook.xml"] = f'<workbook xmlns="{_S}" xmlns:r="{_R}"><sheets>{"".join(listed)}</sheets></workbook>'
    parts["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(relations)}</Relationships>'
    )
    return packed(parts | dict(more or {}))


def sheet_xml(rows: Iterable[Sequence[object]]) -> str:
    """Return the part of a sheet with these rows; numbers are numbers, all else is text."""
    return f'<worksheet xmlns="{_S}"><sheetData>{"".join(map(_row, rows))}</sheetData></worksheet>'


def _row(cells: Sequence[object]) -> str:
    return f"<row>{''.join(map(_cell, cells))}</row>"


def _cell(value: object) -> str:
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def pptx(*slides: str, hidden: Iterable[int] = ()) -> bytes:
    """Return a presentation: of each text a slide, whose first line is its title."""
    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    p = "http://schemas.openxmlformats.org/presentationml/2006/main"
    hidden = set(hidden)
    numbers = range(1, len(slides) + 1)
    ids = "".join(f'<p:sldId id="{255 + number}" r:id="r{number}"/>' for number in numbers)
    relations = "".join(
        f'<Relationship Id="r{number}" Type="{_R}/slide" Target="slides/slide{number}.xml"/>' for number in numbers
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "ppt/presentation.xml": f'<p:presentation xmlns:p="{p}" xmlns:r="{_R}"><p:sldIdLst>{ids}</p:sldIdLst>'
        "</p:presentation>",
        "ppt/_rels/presentation.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}'
        "</Relationships>",
    }
    for number, text in enumerate(slides, start=1):
        title, *lines = text.split("\n")
        shapes = _shape([title], "title") + _shape(lines, "body")
        shown = ' show="0"' if number in hidden else ""
        parts[f"ppt/slides/slide{number}.xml"] = (
            f'<p:sld xmlns:p="{p}" xmlns:a="{a}"{shown}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>'
        )
    return packed(parts)


def _shape(lines: Iterable[str], place: str) -> str:
    inside = "".join(f"<a:p><a:r><a:t>{escape(line)}</a:t></a:r></a:p>" for line in lines)
    return f'<p:sp><p:nvSpPr><p:nvPr><p:ph type="{place}"/></p:nvPr></p:nvSpPr><p:txBody>{inside}</p:txBody></p:sp>'


def open_document(kind: str, inside: str, *, more: Mapping[str, str | bytes] | None = None) -> bytes:
    """Return an OpenDocument file, `kind` being text, spreadsheet or presentation, with this in its body."""
    names = " ".join(
        f'xmlns:{short}="{_OFFICE}:{name}:1.0"'
        for short, name in {"office": "office", "text": "text", "table": "table", "draw": "drawing"}.items()
    )
    own: dict[str, str | bytes] = {
        "content.xml": f'<office:document-content {names} xmlns:xlink="http://www.w3.org/1999/xlink">'
        f"<office:body><office:{kind}>{inside}</office:{kind}></office:body></office:document-content>",
        "META-INF/manifest.xml": "<manifest/>",
    }
    parts = own | dict(more or {})
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        mimetype = f"application/vnd.oasis.opendocument.{kind}"
        file.writestr(zipfile.ZipInfo("mimetype"), mimetype, compress_type=zipfile.ZIP_STORED)
        for name, content in parts.items():
            file.writestr(zipfile.ZipInfo(name), content, compress_type=zipfile.ZIP_DEFLATED)
    return written.getvalue()


def ods(rows: Iterable[Sequence[object]], name: str = "Blad1") -> bytes:
    """Return an OpenDocument spreadsheet of one sheet."""
    inside = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(str(cell))}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    return open_document("spreadsheet", f'<table:table table:name="{name}">{inside}</table:table>')


def locked_by_office() -> bytes:
    """Return the start of an Office file that is encrypted under a password."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 1000


def old_word() -> bytes:
    """Return the start of a Word document of the form before 2007."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + "WordDocument".encode("utf-16-le") + b"\0" * 1000
