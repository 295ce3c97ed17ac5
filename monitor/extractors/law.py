"""Extractor of laws: riksdagen's dokumentstatus (JSON, XML), its HTML form, and rkrattsbaser's full-text page."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree.ElementTree import Element  # nosec B405 # the type alone

import re2
from defusedxml import DTDForbidden
from defusedxml.ElementTree import ParseError, fromstring

from monitor.core.law.marks import take_time_marks
from monitor.core.law.source import LawSource, from_html, from_rkrattsbaser, from_status
from monitor.core.law.text import parse_law
from monitor.core.model import Block, Dropped, Extraction, Fetched, Recipe, StatedDate
from monitor.core.page.decoding import decode
from monitor.core.text import clean
from monitor.errors import EmptyText, SentinelMissing, Unreadable

_HEAD_BYTES = 4096
_BOM = b"\xef\xbb\xbf"
_SFS_NUMBER = re.compile(
    rb"SFS-nummer(?:\s|<[^<>]{0,80}>){0,40}(?:\xc2?\xb7|&\w{2,8};|&#\d+;)(?:\s|<[^<>]{0,80}>){0,40}\d"
)
"""The box of rkrattsbaser that names a law: "SFS-nummer · 2022:950", in any encoding that sites use."""


_CONTROL = re.compile("[\x80-\x9f]")  # `str.translate` takes half as long as the whole reading
_CONTROLS = {chr(code): bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
"""C1 control characters, which old texts have where a windows-1252 character was: a dash, a quotation mark."""


class Law:
    """Extracts a law § by §; every form of one law gives the same blocks as far as the forms hold the same."""

    NAME = "law"
    VERSION = 3

    def claims(self, fetched: Fetched) -> bool:
        """True if the answer has the marks of a known form of a law.

        rkrattsbaser shows committee terms and bills in the same boxes; without an SFS number they are pages.
        """
        return _form(fetched.body) is not None

    def extract(self, fetched: Fetched, recipe: Recipe) -> Extraction:
        """Extract a law. Raises EmptyText where it has no text (an error answer), Unreadable, TooIntricate.

        A repealed law may have lost its text; it is extracted all the same, since its repeal is to be notified. Of the
        recipe, `ignore` and `expect` count (SentinelMissing); `keep` and `drop` select in HTML, which a law is not
        treated as.
        """
        text, encoding = decode(fetched.body, fetched.header("Content-Type"))
        source = _law_source(text, _form(fetched.body))
        if not source.number:
            raise Unreadable(detail="no SFS number")
        if not source.text.strip() and not (source.repealed or source.repealed_by):
            raise EmptyText(bytes=len(fetched.body))
        body_blocks, notes = parse_law(_CONTROL.sub(lambda found: _CONTROLS[found[0]], source.text))
        title, heading = _title(source.title) if source.title else (f"SFS {source.number}", None)
        blocks = (
            *([Block("h1", heading)] if heading else []),
            *_without_ignored(recipe.ignore, (*_register_blocks(source), *body_blocks)),
        )
        if recipe.expect and recipe.expect not in _full_text(blocks):
            raise SentinelMissing(expect=recipe.expect, status=fetched.status)
        return Extraction(
            title=title,
            blocks=blocks,
            language="sv",
            encoding=encoding,
            published=_issued_date(source.issued),
            dropped=(Dropped("toc", source.contents),) if source.contents else (),
            law=source.number,
            notes=notes,
        )


# Forms


def _form(body: bytes) -> str | None:
    head = body[:_HEAD_BYTES].removeprefix(_BOM).lstrip()
    if head[:1] == b"{":
        return "json" if b'"dokumentstatus"' in head else None
    if head[:1] != b"<":
        return None
    if b"<dokumentstatus" in head:
        return "xml"
    if b"<b>SFS nr</b>" in head:
        return "html"
    is_rkrattsbaser = b'class="result-box-text body-text"' in body and _SFS_NUMBER.search(body) is not None
    return "rkrattsbaser" if is_rkrattsbaser else None


def _law_source(text: str, form: str | None) -> LawSource:
    if form == "json":
        return from_status(*_from_json(text))
    if form == "xml":
        return from_status(*_from_xml(text))
    return from_html(text) if form == "html" else from_rkrattsbaser(text)


def _from_json(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the fields of `dokument`, and `uppgift` by code. Raises Unreadable.

    One entry comes as an object, several as a list; null is "".
    """
    try:
        status = json.loads(text)["dokumentstatus"]
        document = _fields(status["dokument"])
        entries = (status.get("dokuppgift") or {}).get("uppgift") or []
        rows = [_fields(entry) for entry in (entries if isinstance(entries, list) else [entries])]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable(detail=f"dokumentstatus: {type(error).__name__}") from error
    return document, {row.get("kod", ""): row.get("text", "") for row in rows}


def _fields(values: dict[str, Any]) -> dict[str, str]:
    return {name: value for name, value in values.items() if isinstance(value, str)}


_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML forbids and texts hold: 1996:36 has form feeds."""


def _from_xml(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the same from XML. Raises Unreadable, also where it declares a document type: no entity is expanded."""
    try:
        status = fromstring(_NOT_XML.sub(" ", text).lstrip(), forbid_dtd=True)
    except DTDForbidden as error:
        raise Unreadable(detail="dokumentstatus: a document type is not read") from error
    except (ParseError, ValueError) as error:
        raise Unreadable(detail=f"dokumentstatus: {error}") from error
    document = status.find("dokument")
    if document is None:
        raise Unreadable(detail="dokumentstatus: no dokument")
    rows = [_texts(entry) for entry in status.iterfind("dokuppgift/uppgift")]
    return _texts(document), {row.get("kod", ""): row.get("text", "") for row in rows}


def _texts(element: Element) -> dict[str, str]:
    return {child.tag: child.text or "" for child in element}


# Blocks


def _title(raw: str) -> tuple[str, str]:
    """Return the title in force, and the text of its block, which holds the coming title as a line of its own."""
    parts = re.split(r"(?<!\s)\s+(?=/Rubriken\s)", raw.strip(), flags=re.IGNORECASE)
    marked_parts = [take_time_marks(part) for part in parts]
    title = clean(marked_parts[0][1])
    lines = [title, *("".join(f"{mark.line} " for mark in marks) + clean(text) for marks, text in marked_parts[1:])]
    return title, "\n".join(lines)


def _register_blocks(source: LawSource) -> list[Block]:
    """Return what the register says of the law, without what changes by itself (system and publication stamps)."""
    repealed = source.repealed + (f" genom {source.repealed_by}" if source.repealed_by else "")
    facts = {
        "Departement": source.department,
        "Omtryck": source.reprinted,
        "Ändrad": source.amended,
        "Upphävd": repealed.strip(),
        "Övrig text": source.other,
    }
    return [Block("p", f"{label}: {value}") for label, value in facts.items() if value]


def _issued_date(day: str) -> StatedDate | None:
    return StatedDate(day, "Utfärdad", f"Utfärdad: {day}", "meta") if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else None


def _without_ignored(ignore: tuple[str, ...], blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the blocks without what the recipe ignores; a block that had nothing else is left out."""
    if not ignore:
        return blocks

    patterns = [re2.compile(pattern) for pattern in ignore]
    kept = []
    for block in blocks:
        text = block.text
        for pattern in patterns:
            text = pattern.sub("", text)
        text = "\n".join(line for line in map(clean, text.split("\n")) if line)
        if text or block.label:
            kept.append(block._replace(text=text))
    return tuple(kept)


def _full_text(blocks: tuple[Block, ...]) -> str:
    return " ".join(clean(f"{block.label or ''} {block.text}") for block in blocks)
