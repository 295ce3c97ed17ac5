"""Bytes to text: by byte order mark, Content-Type and `<meta>`, and only then by detection."""

from __future__ import annotations

import codecs
import re

_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHARSET_PARAMETER = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]+)""", re.IGNORECASE)
_WESTERN_CHARACTERS = frozenset(map(chr, range(0x80))) | frozenset(
    "åäöÅÄÖéÉèÈêëàâáæÆøØüÜßçÇñíìîïóòôúùû§°´·«»–—‘’“”…•€©®½²³\u00a0\u00ad"
)
"""What Western European pages consist of. Statistical detection is poor on a page with few such letters."""
_META_WITHIN = 4096
"""The standard says 1 024 bytes; real pages put comments and scripts before their `<meta>`."""
_WEB_NAMES = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "tis-620": "cp874", "gb2312": "gb18030"}
"""Labels that browsers take for another encoding (WHATWG Encoding, "names and labels")."""


def decode(body: bytes, content_type: str | None) -> tuple[str, str]:
    """Return the text of a body and its encoding, by its Python name. Never fails.

    A byte order mark wins over the header, as in browsers. A declared encoding counts only where the bytes allow it;
    UTF-8 with a few broken bytes is still UTF-8.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace"), encoding
    for encoding in _declared_encodings(body, content_type):
        text = _decoded(body, encoding)
        if text is not None:
            return text, encoding
    return _detect(body)


def _declared_encodings(body: bytes, content_type: str | None) -> list[str]:
    head = body[:_META_WITHIN]
    header = _CHARSET_PARAMETER.search(content_type or "")
    inside = _META_CHARSET.search(head) or _XML_ENCODING.search(head)
    labels = [header.group(1) if header else "", inside.group(1).decode("ascii", "ignore") if inside else ""]
    found: list[str] = []
    for label in labels:
        encoding = _python_name(label)
        if encoding == "utf-16" and header is None:
            encoding = "utf-8"  # a <meta> that is found as ASCII cannot be in UTF-16 (HTML, "prescan")
        if encoding and encoding not in found:
            found.append(encoding)
    return found


def _python_name(label: str) -> str | None:
    try:
        info = codecs.lookup(label) if label else None
        if info is not None:
            b"ab".decode(info.name, "ignore")  # some codecs (base64, rot13) do not decode to text
    except LookupError:
        return None
    return _WEB_NAMES.get(info.name, info.name) if info else None


def _decoded(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        text = body.decode(encoding, "replace")
    broken = text.count("\ufffd")
    if encoding == "utf-8":
        intact = sum(1 for character in text if character > "\x7f") - broken
        return text if broken <= intact else None
    return text if broken * 1000 <= len(text) else None


def _detect(body: bytes) -> tuple[str, str]:
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        text = _decoded(body, "utf-8")
    if text is not None:
        return text, "utf-8"
    western = body.decode("cp1252", "replace")
    if _WESTERN_CHARACTERS.issuperset(western):
        return western, "cp1252"
    from bs4.dammit import UnicodeDammit  # noqa: PLC0415 -- an import of 0.16 s, for the few pages that declare nothing

    dammit = UnicodeDammit(body, is_html=True)
    encoding = _python_name(dammit.original_encoding or "") or "cp1252"
    return dammit.unicode_markup or body.decode(encoding, "replace"), encoding
